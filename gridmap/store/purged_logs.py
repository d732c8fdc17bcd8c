"""Take out of the logs of a workspace what tells of households and cases that are over.

Logs are only added to; a purge is the one exception. It lifts that guard within its transaction, replaces
what names somebody by a mark that says so, and lays the guard again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from gridmap.core.edit_texts import edit_to_json
from gridmap.core.edits import Purged
from gridmap.core.over import Gone
from gridmap.errors import WorkspaceError
from gridmap.model.plan import plan_from_content
from gridmap.store import branches, history
from gridmap.store.process import Process, whereabouts
from gridmap.store.zones_layer import write_zones

PURGED = "(purged)"
_GUARDED = {
    "gridmap_versions": "save",
    "gridmap_edits": "number",
    "gridmap_exports": "number",
    "gridmap_benches": "bench",
    "gridmap_moves": "number",
    "gridmap_tables": "number",
    "gridmap_pin_log": "number",
    "gridmap_events": "number",
    "gridmap_branches": "name",
    "gridmap_branch_saves": "save",
}
_TEXTS = {
    "gridmap_versions": ("author", "reason"),
    "gridmap_exports": ("author", "file", "recipient"),
    "gridmap_tables": ("author",),
    "gridmap_pin_log": ("author",),
}
_RUNNING = ("here", "alive")


@contextmanager
def unguarded(connection: sqlite3.Connection) -> Iterator[None]:
    """Let rows of logs be changed and removed meanwhile."""
    for table in _GUARDED:
        for verb in ("update", "delete", "insert"):
            connection.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
    yield
    for table, key in _GUARDED.items():
        history.keep_rows(connection, table, key)


def purge_edits(connection: sqlite3.Connection, gone: Gone) -> int:
    """Replace the edits that tell of somebody who is over by a mark, and count them."""
    count = 0
    for number, text in connection.execute("SELECT number, edit FROM gridmap_edits").fetchall():
        edit = json.loads(text)
        if edit.get("edit") != Purged.__name__ and gone.told_by(edit):
            mark = edit_to_json(Purged(kind=edit["edit"], on=history.now_text()[:10]))
            sql = "UPDATE gridmap_edits SET edit = ? WHERE number = ?"
            connection.execute(sql, (json.dumps(mark, ensure_ascii=False), number))
            count += 1
    return count


def purge_contents(connection: sqlite3.Connection, gone: Gone, grid: Any, *, author: str) -> int:
    """Replace the saved plans that tell of somebody who is over by a mark, and count them.

    If the current plan is one of them, it is saved again without what it tells.
    """
    head = branches.head_of(connection, branches.MAIN)
    count = 0
    for save in [int(row[0]) for row in connection.execute("SELECT save FROM gridmap_versions")]:
        content = history.content_unless_purged(connection, save)
        said = {name: each for name, each in content.items() if name != "layers"}  # those are of cells only
        if not gone.told_by(said):
            continue
        if save == head:
            _save_without(connection, save, _without(content, gone), grid, author=author)
        mark = {"purged": history.now_text()[:10]}
        _put(connection, save, mark)
        count += 1
    return count


def purge_texts(connection: sqlite3.Connection, gone: Gone) -> int:
    """Replace what people wrote in logs where it tells of somebody who is over, and count the places."""
    count = 0
    for table, columns in _TEXTS.items():
        key = _GUARDED[table]
        for column in columns:
            rows = connection.execute(f"SELECT {key}, {column} FROM {table}").fetchall()  # noqa: S608 (names from above)
            told = [(PURGED, number) for number, text in rows if gone.stands_in(str(text))]
            connection.executemany(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", told)  # noqa: S608 (as above)
            count += len(told)
    return count + _purge_branch_names(connection, gone)


def purge_moves(connection: sqlite3.Connection, gone: Gone, *, before: str) -> dict[str, int]:
    """Remove the logs of workbenches that were left before a time, or tell of somebody who is over.

    Parameters
    ----------
    connection
        A writing transaction.
    gone
        What must not be told.
    before
        The time, in UTC.

    Returns
    -------
    counts
        Of `moves`, and of `unsaved_moves`, which nobody can take over any more.

    Raises
    ------
    WorkspaceError
        If one of these workbenches still runs on this machine.
    """
    sql = "SELECT bench, host, pid, began FROM gridmap_benches"
    processes = {bench: Process(*rest) for bench, *rest in connection.execute(sql)}
    rows: dict[str, list[Any]] = {}
    sql = "SELECT bench, time, branch, unsaved, said FROM gridmap_moves ORDER BY number"
    for bench, *rest in connection.execute(sql):
        rows.setdefault(bench, []).append(rest)
    old = {bench for bench in processes if _is_over(rows.get(bench, []), gone, before=before)}
    running = sorted(bench for bench in old if whereabouts(processes[bench]) in _RUNNING)
    if running:
        raise WorkspaceError(
            f"{len(running)} workbenches that hold what is over are still open on this machine; "
            "save in them, close their notebooks, and purge again"
        )
    counts = {"moves": 0, "unsaved_moves": 0}
    for bench in old:
        last = {branch: unsaved for _, branch, unsaved, _ in rows.get(bench, [])}
        counts["moves"] += len(rows.get(bench, []))
        counts["unsaved_moves"] += sum(last.values())
        for table in ("gridmap_moves", "gridmap_benches"):
            connection.execute(f"DELETE FROM {table} WHERE bench = ?", (bench,))  # noqa: S608 (as above)
    return counts


def purge_pin_log(connection: sqlite3.Connection, over: Collection[str], kept_zones: Collection[str]) -> int:
    """Remove from the log of duties set by hand those for households and zones that are over."""
    sql = "SELECT number, target_kind, target FROM gridmap_pin_log"
    lost = [
        (number,)
        for number, kind, target in connection.execute(sql).fetchall()
        if (kind == "household" and target in over) or (kind == "zone" and target not in kept_zones)
    ]
    connection.executemany("DELETE FROM gridmap_pin_log WHERE number = ?", lost)
    return len(lost)


def _is_over(rows: list[Any], gone: Gone, *, before: str) -> bool:
    if not rows or max(row[0] for row in rows) < before:
        return True
    return any(said and gone.told_by(_course(said)) for *_, said in rows)


def _course(said: str) -> Any:
    """Read what a move says; the edits of a whole course stand in it as JSON of their own."""
    try:
        data = json.loads(said)
    except ValueError:
        return said
    return _opened(data)


def _opened(data: Any) -> Any:
    if isinstance(data, str) and data.startswith(("{", "[")):
        return _course(data)
    if isinstance(data, Mapping):
        return {name: _opened(each) for name, each in data.items()}
    return [_opened(each) for each in data] if isinstance(data, list) else data


def _without(data: Any, gone: Gone) -> Any:
    """Empty the texts of plain data that tell of somebody who is over."""
    if isinstance(data, str):
        return "" if gone.stands_in(data) else data
    if isinstance(data, Mapping):
        return {name: _without(each, gone) for name, each in data.items()}
    return [_without(each, gone) for each in data] if isinstance(data, list) else data


def _save_without(
    connection: sqlite3.Connection, save: int, content: Mapping[str, Any], grid: Any, *, author: str
) -> None:
    """Save the current plan again with another content, and let the duties in force be about it."""
    plan = plan_from_content(content, grid)
    old = history.version_of(connection, save)
    new = history.last_save(connection) + 1
    sql = (
        "INSERT INTO gridmap_versions SELECT ?, ?, ?, ?, ?, edit_count, edits, ? "
        "FROM gridmap_versions WHERE save = ?"
    )
    said = f"purge of save {save}"
    row = (new, plan.version, author, history.now_text(), said, history.packed(plan.content), save)
    connection.execute(sql, row)
    in_force = history.get_meta(connection, "duties_in_force").replace(old, plan.version)
    history.set_meta(connection, "duties_in_force", in_force)
    write_zones(connection, None, plan.version)


def _put(connection: sqlite3.Connection, save: int, content: Mapping[str, Any]) -> None:
    sql = "UPDATE gridmap_versions SET content = ? WHERE save = ?"
    connection.execute(sql, (history.packed(content), save))


def _purge_branch_names(connection: sqlite3.Connection, gone: Gone) -> int:
    names = [row[0] for row in connection.execute("SELECT name FROM gridmap_branches")]
    told = [(f"{PURGED} {place}", name) for place, name in enumerate(names, start=1) if gone.stands_in(name)]
    columns = {"gridmap_branches": "name", "gridmap_branch_saves": "branch", "gridmap_moves": "branch"}
    for table, column in columns.items():
        connection.executemany(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", told)  # noqa: S608 (as above)
    return len(told)

"""What a workspace remembers: every saved plan, every edit, every export. Rows are added, never changed.

A saved plan names its edits by their numbers in ``gridmap_edits``, where each stands once, with the save
that brought it.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from pandas import DataFrame

from gridmap.core.edit_texts import edit_from_json, edit_to_json
from gridmap.errors import WorkspaceError
from gridmap.model.plan import Plan
from gridmap.store import geopackage

VERSION_COLUMNS = ("save", "version", "author", "time", "reason", "edits")
EXPORT_COLUMNS = ("time", "author", "file", "audience", "recipient", "persons", "sha256", "version")
_LOGS = {"gridmap_versions": "save", "gridmap_edits": "number", "gridmap_exports": "number"}
_LISTED = {"gridmap_versions": "划区方案历史 saved plans", "gridmap_exports": "导出记录 exported files"}
_SCHEMA = """
CREATE TABLE gridmap_meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE gridmap_versions (
  save INTEGER NOT NULL PRIMARY KEY, version TEXT NOT NULL, author TEXT NOT NULL, time TEXT NOT NULL,
  reason TEXT NOT NULL, edit_count INTEGER NOT NULL, edits TEXT NOT NULL, content BLOB NOT NULL);
CREATE TABLE gridmap_edits (
  number INTEGER NOT NULL PRIMARY KEY, save INTEGER NOT NULL, edit TEXT NOT NULL);
CREATE TABLE gridmap_exports (
  number INTEGER NOT NULL PRIMARY KEY, time TEXT NOT NULL, author TEXT NOT NULL, file TEXT NOT NULL,
  audience TEXT NOT NULL, recipient TEXT NOT NULL, persons INTEGER, sha256 TEXT NOT NULL,
  version TEXT NOT NULL)
"""


def prepare(connection: sqlite3.Connection) -> None:
    """Add the tables of an empty history, and what keeps them from being changed.

    Saves and exports are listed for other programs too; without any listed plain table, GDAL would list
    all of gridmap's own tables.
    """
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)
    for table, title in _LISTED.items():
        geopackage.list_table(connection, table, title=title)
    for table, key in _LOGS.items():
        keep_rows(connection, table, key)


def keep_rows(connection: sqlite3.Connection, table: str, key: str) -> None:
    """Let rows of a log be added, and never changed, removed or replaced."""
    replaced = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) "  # noqa: S608 (names of gridmap's own)
    for verb, when in {"UPDATE": "", "DELETE": "", "INSERT": replaced}.items():
        connection.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {when}"
            f"BEGIN SELECT RAISE(ABORT, '{table} is never changed, only added to'); END"
        )


def get_meta(connection: sqlite3.Connection, key: str) -> str:
    """Read a value, empty when it was never set."""
    row = connection.execute("SELECT value FROM gridmap_meta WHERE key = ?", (key,)).fetchone()
    return "" if row is None else str(row[0])


def set_meta(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Set a value."""
    sql = "INSERT INTO gridmap_meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
    connection.execute(sql, (key, value))


def last_save(connection: sqlite3.Connection) -> int:
    """Give the number of the last save of all branches, 0 before the first."""
    return int(connection.execute("SELECT coalesce(max(save), 0) FROM gridmap_versions").fetchone()[0])


def add_save(
    connection: sqlite3.Connection, plan: Plan, *, after: int, author: str, reason: str, copy_of: int = 0
) -> int:
    """Add a plan as a new save.

    The edits with which it begins like the save before keep their numbers; the others are logged.

    Parameters
    ----------
    connection
        A writing transaction.
    plan
        The plan.
    after
        The save that it goes on from, 0 for none.
    author, reason
        Who, and why.
    copy_of
        The save that is repeated, so that its edits are not logged again.

    Returns
    -------
    save
        The number of the save.
    """
    save = last_save(connection) + 1
    texts = [json.dumps(edit_to_json(edit), ensure_ascii=False) for edit in plan.edits]
    numbers = _common_numbers(connection, copy_of or after, texts)
    for text in texts[len(numbers) :]:
        row = connection.execute("INSERT INTO gridmap_edits (save, edit) VALUES (?, ?)", (save, text))
        numbers.append(int(row.lastrowid or 0))
    content = packed(plan.content)
    values = (save, plan.version, author, now_text(), reason, len(numbers), json.dumps(numbers), content)
    connection.execute("INSERT INTO gridmap_versions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    return save


def read_save(connection: sqlite3.Connection, save: int) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """Read the content and the edits of a saved plan.

    Raises
    ------
    WorkspaceError
        If they cannot be read any more.
    """
    return read_content(connection, save), read_edits(connection, save)


def nearest_save(connection: sqlite3.Connection, save: int, count: int) -> tuple[int, int]:
    """Find the save with the most edits below `count` of which all are the first ones of another save.

    Returns
    -------
    nearest, edits
        Its number and how many edits it has; 0 and 0 if there is none.
    """
    sql = "SELECT edits FROM gridmap_versions WHERE save = ?"
    numbers = json.loads(connection.execute(sql, (save,)).fetchone()[0])
    sql = (
        "SELECT save, edits FROM gridmap_versions WHERE edit_count < ? AND save < ? ORDER BY edit_count DESC"
    )
    for nearest, text in connection.execute(sql, (count, save)):
        first = json.loads(text)
        if first == numbers[: len(first)]:
            return int(nearest), len(first)
    return 0, 0


def read_content(connection: sqlite3.Connection, save: int) -> dict[str, Any]:
    """Read the content of a saved plan without its edits; empty before the first save.

    Raises
    ------
    WorkspaceError
        If it cannot be read any more, or was purged.
    """
    content = _content(connection, save)
    if "purged" in content:
        raise WorkspaceError(
            f"what save {save} held was purged on {content['purged']}, because it named households or cases "
            "whose zones were lifted; its version, author and time are kept"
        )
    return content


def content_unless_purged(connection: sqlite3.Connection, save: int) -> dict[str, Any]:
    """Read the content of a saved plan; empty before the first save, and where it was purged."""
    content = _content(connection, save)
    return {} if "purged" in content else content


def packed(content: Mapping[str, Any]) -> bytes:
    """Write the content of a plan as it is kept."""
    return zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


def _content(connection: sqlite3.Connection, save: int) -> dict[str, Any]:
    if not save:
        return {}
    content = connection.execute("SELECT content FROM gridmap_versions WHERE save = ?", (save,)).fetchone()[0]
    with _readable(save):
        plain: dict[str, Any] = json.loads(zlib.decompress(content))
    return plain


def read_edits(connection: sqlite3.Connection, save: int) -> tuple[Any, ...]:
    """Read the edits of a saved plan, oldest first.

    Raises
    ------
    WorkspaceError
        If they cannot be read any more.
    """
    numbers = connection.execute("SELECT edits FROM gridmap_versions WHERE save = ?", (save,)).fetchone()[0]
    with _readable(save):
        texts = _edit_texts(connection, json.loads(numbers))
        return tuple(edit_from_json(json.loads(text)) for text in texts)


@contextmanager
def _readable(save: int) -> Iterator[None]:
    try:
        yield
    except (zlib.error, ValueError, TypeError, KeyError) as error:
        raise WorkspaceError(f"save {save} cannot be read ({error}); restore an earlier one") from error


def find_save(connection: sqlite3.Connection, version: str | int) -> int:
    """Find a save by its number, or the last one by its version or the beginning of it.

    Raises
    ------
    WorkspaceError
        If there is none, or the beginning fits several versions.
    """
    text = str(version).strip()
    saves = connection.execute("SELECT save, version FROM gridmap_versions ORDER BY save DESC").fetchall()
    if any(text == str(save) for save, _ in saves):
        return int(text)
    found = {name: save for save, name in reversed(saves) if text and name.startswith(text)}
    if len(found) == 1:
        return int(next(iter(found.values())))
    if found:
        raise WorkspaceError(f"version {text!r} fits {', '.join(found)}; write more of it")
    known = ", ".join(f"{save} ({name})" for save, name in saves[:5]) or "none"
    raise WorkspaceError(f"there is no version {text!r}; the last saves are {known}")


def version_of(connection: sqlite3.Connection, save: int) -> str:
    """Give the version of a save."""
    return str(
        connection.execute("SELECT version FROM gridmap_versions WHERE save = ?", (save,)).fetchone()[0]
    )


def describe_save(connection: sqlite3.Connection, save: int) -> str:
    """Say who saved what when, for messages."""
    sql = "SELECT version, author, time, reason FROM gridmap_versions WHERE save = ?"
    version, author, time, reason = connection.execute(sql, (save,)).fetchone()
    return (
        f"save {save}, version {version}, by {author or 'unknown'} at {time} ({reason or 'no reason given'})"
    )


def versions(connection: sqlite3.Connection) -> DataFrame:
    """List the saves, the oldest first."""
    sql = "SELECT save, version, author, time, reason, edit_count FROM gridmap_versions ORDER BY save"
    return log_frame(connection.execute(sql).fetchall(), VERSION_COLUMNS)


def add_exports(connection: sqlite3.Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Log exported files; see `EXPORT_COLUMNS`. Without a time it is now.

    Raises
    ------
    WorkspaceError
        If a row says something else than the log keeps.
    """
    names = ", ".join(EXPORT_COLUMNS)
    empty = dict.fromkeys(EXPORT_COLUMNS, "") | {"persons": None}
    for row in rows:
        unknown = sorted(set(row) - set(EXPORT_COLUMNS))
        if unknown:
            raise WorkspaceError(f"the export log has no {', '.join(unknown)}; it keeps {names}")
        values = {**empty, "time": now_text(), **row}
        plain = [_plain_value(key, values[key]) for key in EXPORT_COLUMNS]
        connection.execute("INSERT INTO gridmap_exports VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", plain)


def exports(connection: sqlite3.Connection) -> DataFrame:
    """List the exported files, the oldest first."""
    sql = (
        "SELECT time, author, file, audience, recipient, persons, sha256, version "
        "FROM gridmap_exports ORDER BY number"
    )
    frame = log_frame(connection.execute(sql).fetchall(), EXPORT_COLUMNS)
    return frame.astype({"persons": "Int64"})


def _plain_value(key: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return (None if value is None else int(value)) if key == "persons" else str(value)


def log_frame(rows: list[Any], columns: tuple[str, ...]) -> DataFrame:
    """Make a frame of the rows of a log."""
    kinds = dict.fromkeys(("save", "edits", "rows", "rows_before"), "int64") | {"persons": "object"}
    frame = DataFrame(rows, columns=list(columns), dtype="object")
    try:
        frame["time"] = pd.to_datetime(frame["time"], utc=True, format="ISO8601")
        return frame.astype({name: kinds.get(name, "str") for name in columns if name != "time"})
    except (ValueError, TypeError, OverflowError) as error:
        raise WorkspaceError(f"its log is damaged ({error}); restore it from a copy") from error


def _common_numbers(connection: sqlite3.Connection, save: int, texts: list[str]) -> list[int]:
    """Give the numbers of the first edits of a save, as far as they are the same as `texts`."""
    row = connection.execute("SELECT edits FROM gridmap_versions WHERE save = ?", (save,)).fetchone()
    numbers = json.loads(row[0]) if row else []
    known = _edit_texts(connection, numbers)
    common: list[int] = []
    for number, old, new in zip(numbers, known, texts, strict=False):
        if old != new:
            break
        common.append(number)
    return common


def _edit_texts(connection: sqlite3.Connection, numbers: list[int]) -> list[str]:
    logged = dict(connection.execute("SELECT number, edit FROM gridmap_edits").fetchall()) if numbers else {}
    return [logged[number] for number in numbers]


def now_text() -> str:
    """Give the present time as text, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")

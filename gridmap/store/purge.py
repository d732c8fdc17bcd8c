"""Remove the personal data of what is over from a workspace, its free pages, its journals and its copies.

The purged file is made beside the workspace, and laid over it in one transaction of SQLite while nobody else
may read or write: what ends that half-way is taken back by whoever opens the file next.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from pandas import DataFrame

from gridmap.core.over import (
    Gone,
    cases_over,
    emptied,
    tellings,
    under_tiers,
    without_persons,
)
from gridmap.core.over_events import events_over
from gridmap.core.place import place_households
from gridmap.errors import WorkspaceError
from gridmap.model.placement import Placement
from gridmap.model.tables import TABLES
from gridmap.store import branches, event_log, geopackage, history, purge_log, purged_logs, renewal_log
from gridmap.store.backup import backup_folder, list_backups
from gridmap.store.database import alone, reading
from gridmap.store.files import sha256_of
from gridmap.store.leftovers import sweep_leftovers, working_folder

_TIMEOUT_S = 10.0
_DUTIES = ("pins", "duties_in_force", "duties_before")


def purge_workspace(
    path: Path | str,
    *,
    before: datetime,
    author: str,
    dry_run: bool = False,
    timeout_s: float = _TIMEOUT_S,
) -> dict[str, int]:
    """Remove the personal data of what was over before a date, for good.

    A household is over if it was in a zone, and is in none of any plan that was current on that date or
    saved on a branch since. It stays in the roster with its number, cell, building, place, residents and
    kind, so that the next zoning counts it; all else of it goes, with its follow-up, its duties, its events,
    the cases of lifted zones, and everything that names them in saved plans and logs. Of other events before
    the date, notes about no zone that stays are emptied. All copies beside the workspace are removed, because
    each holds all of it. Households that were never in a zone are left as they are.

    Parameters
    ----------
    path
        The workspace.
    before
        The date, with a time zone.
    author
        Who; logged with the counts.
    dry_run
        Only count; nothing is changed.
    timeout_s
        How long to wait for others who use the file.

    Returns
    -------
    counts
        How much was removed of each kind.

    Raises
    ------
    WorkspaceError
        If others use the file, or it cannot be written; it is left as it is.
    """
    file = Path(path).absolute()
    sweep_leftovers(file.parent)
    copies = list_backups(file)
    try:
        if dry_run:
            with reading(file, timeout_s=timeout_s) as source, _copied(source, file) as draft:
                return _purged(draft, before, author=author, sha256="") | {"copies": len(copies)}
        with alone(file, timeout_s=timeout_s) as target, _copied(target, file) as draft:
            counts = _purged(draft, before, author=author, sha256=sha256_of(file), copies=len(copies))
            target.execute("PRAGMA secure_delete=ON")
            draft.backup(target)
    except OSError as error:
        if isinstance(error, WorkspaceError):
            raise
        raise WorkspaceError(f"{file} was not purged, and is as it was: {error.strerror}") from error
    _remove_copies(file)
    return counts | {"copies": len(copies)}


def read_purges(path: Path | str, *, timeout_s: float = _TIMEOUT_S) -> DataFrame:
    """List what was purged: `time`, `author`, `before`, `what`, `removed`, `sha256_before` of the file."""
    with reading(Path(path), timeout_s=timeout_s) as connection:
        return purge_log.purges(connection)


@contextmanager
def _copied(source: sqlite3.Connection, file: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection to a copy in a folder that only its owner may enter, and remove that at the end."""
    with working_folder(file.parent) as folder:
        draft = folder / file.name
        draft.touch(mode=0o600)
        with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            source.backup(connection)
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("PRAGMA secure_delete=ON")
            yield connection


def _remove_copies(file: Path) -> None:
    sweep_leftovers(backup_folder(file))
    for copy in list_backups(file):
        copy.unlink()


@dataclass(frozen=True)
class _Over:
    """What is over.

    Parameters
    ----------
    households, cases
        Their ids.
    zones
        The zones that are kept.
    gone
        By what they could be told.
    placement
        The households in their cells.
    """

    households: set[str]
    cases: set[str]
    zones: set[str]
    gone: Gone
    placement: Placement


def _purged(
    connection: sqlite3.Connection, before: datetime, *, author: str, sha256: str, copies: int = 0
) -> dict[str, int]:
    """Purge a copy in one transaction, and give back its free pages."""
    connection.execute("BEGIN IMMEDIATE")
    grid = geopackage.read_layer(connection, "grid")
    roster = geopackage.read_layer(connection, "households")
    if grid is None or roster is None:
        raise WorkspaceError("it has no grid or no households yet; there is nothing to purge")
    over = _what_is_over(connection, grid, roster, before)
    with purged_logs.unguarded(connection):
        counts = _purge_tables(connection, roster, over, before)
        counts |= _purge_events(connection, roster, over, before)
        counts |= _purge_logs(connection, grid, over, before, author=author)
        shown = counts | {"copies": copies}
        purge_log.add(connection, shown, before=before.isoformat(), author=author, sha256=sha256)
    connection.execute("COMMIT")
    connection.execute("VACUUM")
    return counts


def _what_is_over(connection: sqlite3.Connection, grid: Any, roster: Any, before: datetime) -> _Over:
    placement = place_households(roster, grid)
    kept, earlier = _contents(connection, before)
    staying = [under_tiers(content, grid, placement) for content in kept]
    were = {home for each in earlier for home in under_tiers(each, grid, placement).households}
    still = {home for each in staying for home in each.households}
    households = (were - still) & set(roster.index.astype(str))
    cells = {cell for each in staying for cell in each.cells}
    zones = {zone for each in staying for zone in each.zones}
    gone = tellings(roster[roster.index.isin(households)], ids=households)
    over_cases: set[str] = set()
    cases = geopackage.read_layer(connection, "cases")
    if cases is not None and len(cases):
        over_cases = _cases_over(cases, grid, before, cells)
        told = tellings(cases[cases.index.isin(over_cases)], ids=over_cases)
        gone = Gone(gone.ids | told.ids, gone.texts | told.texts)
    return _Over(households, over_cases, zones, gone, placement)


def _cases_over(cases: Any, grid: Any, before: datetime, cells: set[str]) -> set[str]:
    placed = place_households(cases.rename_axis("household_id"), grid).cells
    return cases_over(cases, pd.Timestamp(before), cells, dict(placed))


def _contents(
    connection: sqlite3.Connection, before: datetime
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Give the plans that count since a date, and those of the main line that were current only before it.

    Those of the main line count that were current on the date or later, of branches those saved since.
    """
    saves = branches.with_branches(connection, history.versions(connection))
    late = saves["time"] >= pd.Timestamp(before)
    main = saves[saves["branch"] == branches.MAIN]
    kept = set(saves.loc[late, "save"]) | set(main.loc[~late, "save"].tail(1))
    contents = {int(save): history.content_unless_purged(connection, int(save)) for save in saves["save"]}
    return (
        [content for save, content in contents.items() if save in kept],
        [contents[int(save)] for save in main["save"] if save not in kept],
    )


def _purge_tables(
    connection: sqlite3.Connection, roster: Any, over: _Over, before: datetime
) -> dict[str, int]:
    rows = roster.index.isin(over.households)
    counts = {"households": int((rows & ~emptied(roster)).sum())}
    if counts["households"]:
        _write(connection, "households", without_persons(roster, over.households, over.placement))
    known = set(roster.index)

    def followup_goes(frame: Any) -> Any:
        ids = frame.index
        old = pd.to_datetime(frame["reached_on"], utc=True, errors="coerce") < pd.Timestamp(before)
        return ids.isin(over.households) | (~ids.isin(known) & old.to_numpy())

    def duty_goes(frame: Any) -> Any:
        kind, target = frame["target_kind"], frame["target"]
        of_household = (kind == "household") & (target.isin(over.households) | ~target.isin(known))
        return (of_household | ((kind == "zone") & ~target.isin(over.zones))).to_numpy()

    counts["followups"] = _drop_rows(connection, "followups", followup_goes)
    for name in _DUTIES:
        counts[name] = _drop_rows(connection, name, duty_goes)
    for name in ("cases", "case_places"):
        counts[name] = _drop_rows(connection, name, lambda frame: frame.index.isin(over.cases))
    return counts


def _purge_events(
    connection: sqlite3.Connection, roster: Any, over: _Over, before: datetime
) -> dict[str, int]:
    goes = events_over(
        event_log.read(connection),
        households=over.households,
        known=set(roster.index),
        zones=over.zones,
        gone=over.gone,
        before=before,
    )
    return {
        "events": event_log.remove(connection, goes.removed),
        "event_words": event_log.empty(connection, goes.emptied),
    }


def _drop_rows(connection: sqlite3.Connection, name: str, goes: Any) -> int:
    frame = geopackage.read_layer(connection, name)
    if frame is None or not len(frame):
        return 0
    lost = goes(frame)
    if lost.any():
        _write(connection, name, frame[~lost])
    return int(lost.sum())


def _write(connection: sqlite3.Connection, name: str, frame: Any) -> None:
    table = TABLES[name]
    geopackage.write_layer(connection, name, frame, title=f"{table.zh} {table.en}")


def _purge_logs(
    connection: sqlite3.Connection, grid: Any, over: _Over, before: datetime, *, author: str
) -> dict[str, int]:
    since = before.astimezone(UTC).isoformat(timespec="seconds")
    counts = purged_logs.purge_moves(connection, over.gone, before=since)
    counts["pin_log"] = purged_logs.purge_pin_log(connection, over.households, over.zones)
    counts["renewals"] = renewal_log.purge(
        connection, over.households, known=set(over.placement.households.index), before=since
    )
    counts["edits"] = purged_logs.purge_edits(connection, over.gone)
    counts["saved_plans"] = purged_logs.purge_contents(connection, over.gone, grid, author=author)
    counts["log_texts"] = purged_logs.purge_texts(connection, over.gone)
    return counts

"""The events of a workspace: rows are added, never changed, and each tells who recorded it when."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import Any

import pandas as pd
from pandas import DataFrame

from gridmap.errors import WorkspaceError
from gridmap.model.events import COUNTS, EVENT_COLUMNS, EVENT_ID, TIMES, events_frame
from gridmap.store import history

TABLE = "gridmap_events"
_COLUMNS = (EVENT_ID, *EVENT_COLUMNS)
_PURGED = "(purged)"


def prepare(connection: sqlite3.Connection) -> None:
    """Add the empty table, and what keeps its rows from being changed."""
    kinds = dict.fromkeys(COUNTS, "INTEGER") | {"at": "TEXT NOT NULL", "author": "TEXT NOT NULL"}
    fields = ", ".join(f'"{name}" {kinds.get(name, "TEXT")}' for name in EVENT_COLUMNS)
    connection.execute(
        f"CREATE TABLE {TABLE} (number INTEGER NOT NULL PRIMARY KEY, "
        f"{EVENT_ID} TEXT NOT NULL UNIQUE, {fields})"
    )
    history.keep_rows(connection, TABLE, "number")


def add(connection: sqlite3.Connection, events: DataFrame) -> None:
    """Add events with their authors, recorded now.

    Parameters
    ----------
    connection
        A writing transaction.
    events
        As of `events_frame`, none of them known.
    """
    now = history.now_text()
    columns = [[str(each) for each in events.index], *(_plain(events, name, now) for name in EVENT_COLUMNS)]
    marks = ", ".join("?" for _ in _COLUMNS)
    connection.executemany(
        f"INSERT INTO {TABLE} VALUES (NULL, {marks})",  # noqa: S608 (a name from above)
        zip(*columns, strict=True),
    )


def read(connection: sqlite3.Connection) -> DataFrame:
    """Read all events, in the order in which they were recorded.

    Raises
    ------
    WorkspaceError
        If another program has damaged them.
    """
    names = ", ".join(f'"{name}"' for name in _COLUMNS)
    rows = connection.execute(f"SELECT {names} FROM {TABLE} ORDER BY number").fetchall()  # noqa: S608 (as in add)
    frame = DataFrame(rows, columns=list(_COLUMNS), dtype="object")
    try:
        for name in TIMES:
            frame[name] = pd.to_datetime(frame[name], utc=True, format="ISO8601")
        return events_frame(frame)
    except (ValueError, TypeError, OverflowError) as error:
        raise WorkspaceError(f"its events are damaged ({error}); restore it from a copy") from error


def count(connection: sqlite3.Connection) -> int:
    """Count the events."""
    return int(connection.execute(f"SELECT count(*) FROM {TABLE}").fetchone()[0])  # noqa: S608 (as in add)


def remove(connection: sqlite3.Connection, events: Collection[str]) -> int:
    """Remove events for good, where the rows may be changed (see `purged_logs.unguarded`)."""
    sql = f"DELETE FROM {TABLE} WHERE {EVENT_ID} = ?"  # noqa: S608 (as in add)
    connection.executemany(sql, [(event_id,) for event_id in events])
    return len(events)


def empty(connection: sqlite3.Connection, words: Collection[tuple[str, str]]) -> int:
    """Empty words of events for good, each told by the id of its event and its column, as for `remove`."""
    for column in EVENT_COLUMNS:
        rows = [(event_id,) for event_id, name in words if name == column]
        sql = f'UPDATE {TABLE} SET "{column}" = ? WHERE {EVENT_ID} = ?'  # noqa: S608 (as in add)
        connection.executemany(sql, [(_PURGED if column == "author" else "", *row) for row in rows])
    return len(words)


def _plain(events: DataFrame, name: str, now: str) -> list[Any]:
    if name == "recorded_at":
        return [now] * len(events)
    if name in TIMES:
        return [time.isoformat() for time in events[name]]
    if name in COUNTS:
        return [None if value is pd.NA else int(value) for value in events[name]]
    return [str(value) for value in events[name]]

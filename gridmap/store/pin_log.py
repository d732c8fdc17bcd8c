"""Every duty that was set by hand in a workspace or taken off, by whom and when. Rows are only added."""

from __future__ import annotations

import sqlite3

from pandas import DataFrame

from gridmap.model.duties import PIN_COLUMNS
from gridmap.store import history

COLUMNS = ("time", "author", "change", *PIN_COLUMNS)
SET, TAKEN_OFF = "set", "taken_off"
_TABLE = "gridmap_pin_log"


def prepare(connection: sqlite3.Connection) -> None:
    """Add an empty log."""
    fields = ", ".join(f"{name} TEXT NOT NULL" for name in COLUMNS)
    connection.execute(f"CREATE TABLE {_TABLE} (number INTEGER NOT NULL PRIMARY KEY, {fields})")
    history.keep_rows(connection, _TABLE, "number")


def add(connection: sqlite3.Connection, before: DataFrame | None, after: DataFrame, *, author: str) -> None:
    """Log which pins there are after a change and were not before, and the other way round.

    Parameters
    ----------
    connection
        A writing transaction.
    before, after
        The pins by ``official_id``; None where there were none.
    author
        Who changed them.
    """
    had, has = _rows(before), _rows(after)
    now = history.now_text()
    changes = [
        *((now, author, TAKEN_OFF, *row) for row in sorted(had - has)),
        *((now, author, SET, *row) for row in sorted(has - had)),
    ]
    marks = ", ".join("?" for _ in COLUMNS)
    connection.executemany(f"INSERT INTO {_TABLE} VALUES (NULL, {marks})", changes)  # noqa: S608 (a name from above)


def _rows(pins: DataFrame | None) -> set[tuple[str, ...]]:
    if pins is None:
        return set()
    texts = pins.reset_index()[list(PIN_COLUMNS)].astype("str").fillna("")
    return set(texts.itertuples(index=False, name=None))


def changes(connection: sqlite3.Connection) -> DataFrame:
    """List the changes, the oldest first; see `COLUMNS`."""
    sql = f"SELECT {', '.join(COLUMNS)} FROM {_TABLE} ORDER BY number"  # noqa: S608 (as in add)
    return history.log_frame(connection.execute(sql).fetchall(), COLUMNS)


def last_author(connection: sqlite3.Connection, role: str, kind: str, target: str) -> str:
    """Say who last changed the pins of a target, for messages; empty if nobody did."""
    sql = (
        f"SELECT author, time FROM {_TABLE} WHERE role = ? AND target_kind = ? AND target = ? "  # noqa: S608 (as in add)
        "ORDER BY number DESC LIMIT 1"
    )
    row = connection.execute(sql, (role, kind, target)).fetchone()
    return "" if row is None else f" by {row[0] or 'unknown'} at {row[1]}"

"""What was purged from a workspace, when and by whom: counts, never what it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

import pandas as pd
from pandas import DataFrame

from gridmap.store import history

COLUMNS = ("time", "author", "before", "what", "removed", "sha256_before")
_TABLE = "gridmap_purges"


def add(
    connection: sqlite3.Connection, counts: Mapping[str, int], *, before: str, author: str, sha256: str
) -> None:
    """Log a purge, one row for each kind of thing; the table is made with the first."""
    if not _is_there(connection):
        fields = ", ".join(f"{name} TEXT NOT NULL" for name in COLUMNS[:4])
        connection.execute(
            f"CREATE TABLE {_TABLE} (number INTEGER NOT NULL PRIMARY KEY, {fields}, "
            "removed INTEGER NOT NULL, sha256_before TEXT NOT NULL)"
        )
        history.keep_rows(connection, _TABLE, "number")
    time = history.now_text()
    rows = [(time, author, before, what, count, sha256) for what, count in counts.items()]
    connection.executemany(f"INSERT INTO {_TABLE} VALUES (NULL, ?, ?, ?, ?, ?, ?)", rows)  # noqa: S608 (a name from above)


def purges(connection: sqlite3.Connection) -> DataFrame:
    """List the purges, the oldest first; see `COLUMNS`."""
    sql = f"SELECT {', '.join(COLUMNS)} FROM {_TABLE} ORDER BY number"  # noqa: S608 (as in add)
    frame = DataFrame(
        connection.execute(sql).fetchall() if _is_there(connection) else [], columns=list(COLUMNS)
    )
    frame["time"] = pd.to_datetime(frame["time"], utc=True, format="ISO8601")
    return frame.astype({name: "int64" if name == "removed" else "str" for name in COLUMNS if name != "time"})


def _is_there(connection: sqlite3.Connection) -> bool:
    sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return connection.execute(sql, (_TABLE,)).fetchone() is not None

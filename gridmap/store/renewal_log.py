"""What people decided about renewed rosters: who said what of which ids when. Rows are added, never changed.

The table is made with the first decision. Notes are not kept, because people are named in them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

import pandas as pd
from pandas import DataFrame

from gridmap.core.renewal.decisions import FOLLOWED_COLUMNS
from gridmap.errors import WorkspaceError
from gridmap.store import history

COLUMNS = ("time", "recorded_by", "table", *FOLLOWED_COLUMNS)
_TABLE = "gridmap_renewals"
_FIELDS = ("time", "recorded_by", "table_name", *FOLLOWED_COLUMNS)


def add(connection: sqlite3.Connection, table: str, followed: DataFrame, *, author: str) -> None:
    """Log decisions that were followed; those that are logged already, just so, are left out.

    Parameters
    ----------
    connection
        A writing transaction.
    table
        ``households`` or ``officials``.
    followed
        As of `gridmap.core.renewal.renew.Renewed`.
    author
        Who renewed the roster.
    """
    if not len(followed):
        return
    if not is_there(connection):
        fields = ", ".join(f"{name} TEXT NOT NULL" for name in _FIELDS)
        connection.execute(f"CREATE TABLE {_TABLE} (number INTEGER NOT NULL PRIMARY KEY, {fields})")
        history.keep_rows(connection, _TABLE, "number")
    known = set(renewals(connection)[["table", *FOLLOWED_COLUMNS]].itertuples(index=False, name=None))
    rows = [(table, *row) for row in followed[list(FOLLOWED_COLUMNS)].itertuples(index=False, name=None)]
    time = history.now_text()
    marks = ", ".join("?" for _ in _FIELDS)
    connection.executemany(
        f"INSERT INTO {_TABLE} VALUES (NULL, {marks})",  # noqa: S608 (a name from above)
        [(time, author, *row[:-1], row[-1].isoformat()) for row in rows if row not in known],
    )


def renewals(connection: sqlite3.Connection) -> DataFrame:
    """List the decisions, the oldest first; see `COLUMNS`."""
    sql = f"SELECT {', '.join(_FIELDS)} FROM {_TABLE} ORDER BY number"  # noqa: S608 (a name from above)
    frame = history.log_frame(connection.execute(sql).fetchall() if is_there(connection) else [], COLUMNS)
    try:
        return frame.assign(decided_at=pd.to_datetime(frame["decided_at"], utc=True, format="ISO8601"))
    except (ValueError, OverflowError) as error:
        raise WorkspaceError(f"its log is damaged ({error}); restore it from a copy") from error


def purge(
    connection: sqlite3.Connection, over: Collection[str], *, known: Collection[str], before: str
) -> int:
    """Remove for good what tells of households that are over, and count it.

    Parameters
    ----------
    connection
        A writing transaction.
    over
        The households that are over.
    known
        All of the roster; what was decided of others before the date goes too.
    before
        The date, in UTC.
    """
    if not is_there(connection):
        return 0
    sql = f"SELECT number, old_id, new_id, decided_at FROM {_TABLE} WHERE table_name = 'households'"  # noqa: S608 (a name from above)
    lost = [
        (number,)
        for number, old_id, new_id, decided_at in connection.execute(sql).fetchall()
        if {old_id, new_id} & set(over) or (old_id not in known and decided_at < before)
    ]
    for verb in ("update", "delete", "insert"):
        connection.execute(f"DROP TRIGGER IF EXISTS {_TABLE}_no_{verb}")
    connection.executemany(f"DELETE FROM {_TABLE} WHERE number = ?", lost)  # noqa: S608 (a name from above)
    history.keep_rows(connection, _TABLE, "number")
    return len(lost)


def is_there(connection: sqlite3.Connection) -> bool:
    """Tell whether anything was logged yet."""
    sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return connection.execute(sql, (_TABLE,)).fetchone() is not None

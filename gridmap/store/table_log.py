"""Who replaced which table of a workspace when. Rows are added, never changed."""

from __future__ import annotations

import sqlite3

from pandas import DataFrame

from gridmap.store import geopackage, history

COLUMNS = ("time", "author", "table", "rows_before", "rows")
_TABLE = "gridmap_tables"


def prepare(connection: sqlite3.Connection) -> None:
    """Add an empty log."""
    connection.execute(
        f"CREATE TABLE {_TABLE} (number INTEGER NOT NULL PRIMARY KEY, time TEXT NOT NULL, "
        "author TEXT NOT NULL, table_name TEXT NOT NULL, rows_before INTEGER NOT NULL, rows INTEGER NOT NULL)"
    )
    history.keep_rows(connection, _TABLE, "number")


def count_rows(connection: sqlite3.Connection, name: str) -> int:
    """Count the rows of a layer, 0 if there is none."""
    if geopackage.layer_stamp(connection, name) is None:
        return 0
    sql = f"SELECT count(*) FROM {geopackage.quoted(name)}"  # noqa: S608 (SQL cannot bind names, so they are quoted)
    return int(connection.execute(sql).fetchone()[0])


def add(connection: sqlite3.Connection, name: str, *, author: str, before: int, after: int) -> None:
    """Log that a table was replaced."""
    sql = f"INSERT INTO {_TABLE} VALUES (NULL, ?, ?, ?, ?, ?)"  # noqa: S608 (a name from above)
    connection.execute(sql, (history.now_text(), author, name, before, after))


def describe_last(connection: sqlite3.Connection, name: str) -> str:
    """Say who replaced a table last, for messages; empty if that was another program."""
    sql = (
        f"SELECT author, time, rows_before, rows FROM {_TABLE} WHERE table_name = ? "  # noqa: S608 (as in add)
        "ORDER BY number DESC LIMIT 1"
    )
    row = connection.execute(sql, (name,)).fetchone()
    return (
        ""
        if row is None
        else f", last by {row[0] or 'unknown'} at {row[1]} ({row[2]} rows before, {row[3]} now)"
    )


def replacements(connection: sqlite3.Connection) -> DataFrame:
    """List the replacements, the oldest first; see `COLUMNS`."""
    sql = f"SELECT time, author, table_name, rows_before, rows FROM {_TABLE} ORDER BY number"  # noqa: S608 (as in add)
    return history.log_frame(connection.execute(sql).fetchall(), COLUMNS)

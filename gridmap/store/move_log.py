"""Every move of every workbench: edits made, taken back, saved. Rows are added, never changed.

So what was not saved is found again after whatever ended the process.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gridmap.store import history
from gridmap.store.process import Process

_LOGS = {"gridmap_benches": "bench", "gridmap_moves": "number"}
_SCHEMA = """
CREATE TABLE gridmap_benches (
  bench TEXT NOT NULL PRIMARY KEY, host TEXT NOT NULL, pid INTEGER NOT NULL, began TEXT NOT NULL,
  time TEXT NOT NULL, follows TEXT NOT NULL);
CREATE TABLE gridmap_moves (
  number INTEGER NOT NULL PRIMARY KEY, bench TEXT NOT NULL, n INTEGER, time TEXT NOT NULL,
  author TEXT NOT NULL, branch TEXT NOT NULL, kind TEXT NOT NULL, base INTEGER NOT NULL,
  unsaved INTEGER NOT NULL, said TEXT NOT NULL, UNIQUE (bench, n));
CREATE INDEX gridmap_moves_last ON gridmap_moves (bench, branch, number)
"""


class Bench(NamedTuple):
    """A workbench, as the log knows it.

    Parameters
    ----------
    bench
        Its id, another one for every workbench.
    process
        Where it is.
    follows
        The id of the workbench that it goes on from; empty for none.
    """

    bench: str
    process: Process
    follows: str


class Row(NamedTuple):
    """One move.

    Parameters
    ----------
    bench
        Whose.
    n
        Its place among the moves of that workbench; None for what another one says of it.
    time, author
        When and who.
    branch
        On which branch; "" for the main line.
    kind
        ``edit``, ``undo``, ``redo``, ``save``, ``restore``, ``reload``, ``discard``, ``branch``, ``switch``,
        ``recover``, or ``taken`` when another workbench has taken over what was not saved.
    base
        The save that the plan was read or saved as.
    unsaved
        How many edits the plan is apart from that save afterwards.
    said
        What else there is to say, as JSON: the edit, or the whole course of edits.
    """

    bench: str
    n: int | None
    time: str
    author: str
    branch: str
    kind: str
    base: int
    unsaved: int
    said: str


class Last(NamedTuple):
    """The last move of a workbench on a branch, with its number and where the workbench is."""

    number: int
    row: Row
    process: Process


def prepare(connection: sqlite3.Connection) -> None:
    """Add an empty log."""
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)
    for table, key in _LOGS.items():
        history.keep_rows(connection, table, key)


def add(connection: sqlite3.Connection, bench: Bench, rows: Iterable[Row]) -> None:
    """Log moves; those that are in the log already are left out."""
    known = connection.execute("SELECT 1 FROM gridmap_benches WHERE bench = ?", (bench.bench,)).fetchone()
    if not known:
        values = (bench.bench, *bench.process, history.now_text(), bench.follows)
        connection.execute("INSERT INTO gridmap_benches VALUES (?, ?, ?, ?, ?, ?)", values)
    connection.executemany(
        "INSERT OR IGNORE INTO gridmap_moves VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
    )


def last_moves(connection: sqlite3.Connection) -> list[Last]:
    """Give the last move of every workbench on every branch, the latest first."""
    sql = (
        "SELECT number, bench, n, gridmap_moves.time, author, branch, kind, base, unsaved, said, "
        "host, pid, began FROM gridmap_moves JOIN gridmap_benches USING (bench) WHERE number IN "
        "(SELECT max(number) FROM gridmap_moves GROUP BY bench, branch) ORDER BY number DESC"
    )
    return [Last(int(each[0]), Row(*each[1:10]), Process(*each[10:])) for each in connection.execute(sql)]


def last_number(connection: sqlite3.Connection, bench: str, branch: str) -> int:
    """Give the number of the last move of a workbench on a branch, 0 if it made none."""
    sql = "SELECT coalesce(max(number), 0) FROM gridmap_moves WHERE bench = ? AND branch = ?"
    return int(connection.execute(sql, (bench, branch)).fetchone()[0])


def moves_of(connection: sqlite3.Connection, benches: Sequence[str]) -> list[Row]:
    """Give the moves of some workbenches, the oldest first."""
    marks = ", ".join("?" * len(benches))
    sql = (
        "SELECT bench, n, time, author, branch, kind, base, unsaved, said FROM gridmap_moves "  # noqa: S608 (marks only)
        f"WHERE bench IN ({marks}) ORDER BY number"
    )
    return [Row(*each) for each in connection.execute(sql, list(benches))]


def line_of(connection: sqlite3.Connection, bench: str) -> list[str]:
    """Give the ids of a workbench and of those that it went on from, the oldest first."""
    follows = dict(connection.execute("SELECT bench, follows FROM gridmap_benches").fetchall())
    line: list[str] = []
    while bench and bench not in line:
        line.append(bench)
        bench = follows.get(bench, "")
    return line[::-1]

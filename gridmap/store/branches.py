"""Branches of the plan: which save is on which of them, and where each began. Rows are added, never changed.

The main line, called "", is what `gridmap.Workspace.plan` is; a save that stands in no row here is on it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

import pandas as pd
from pandas import DataFrame

from gridmap.errors import WorkspaceError
from gridmap.store import history

MAIN = ""
BRANCH_COLUMNS = ("branch", "start", "save", "author", "time")
_LOGS = {"gridmap_branches": "name", "gridmap_branch_saves": "save"}
_SCHEMA = """
CREATE TABLE gridmap_branches (
  name TEXT NOT NULL PRIMARY KEY, start INTEGER NOT NULL, author TEXT NOT NULL, time TEXT NOT NULL);
CREATE TABLE gridmap_branch_saves (save INTEGER NOT NULL PRIMARY KEY, branch TEXT NOT NULL)
"""


def prepare(connection: sqlite3.Connection) -> None:
    """Add the tables, without any branch."""
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)
    for table, key in _LOGS.items():
        history.keep_rows(connection, table, key)


def start_branch(connection: sqlite3.Connection, name: str, *, start: int, author: str) -> None:
    """Begin a branch at a save, 0 for the plan before the first.

    Raises
    ------
    WorkspaceError
        If it has no name, or there is one of that name.
    """
    if not name.strip():
        raise WorkspaceError("a branch needs a name; the main line is the one without")
    if name in _starts(connection):
        raise WorkspaceError(f"there is a branch {name!r} already; choose another name, or go to it")
    row = (name, start, author, history.now_text())
    connection.execute("INSERT INTO gridmap_branches VALUES (?, ?, ?, ?)", row)


def head_of(connection: sqlite3.Connection, branch: str) -> int:
    """Give the last save of a branch, or where it begins; of the main line, 0 before the first save.

    Raises
    ------
    WorkspaceError
        If there is no such branch.
    """
    start = 0 if branch == MAIN else _start(connection, branch)
    sql = (
        "SELECT coalesce(max(save), ?) FROM gridmap_versions LEFT JOIN gridmap_branch_saves USING (save) "
        "WHERE coalesce(branch, '') = ?"
    )
    return int(connection.execute(sql, (start, branch)).fetchone()[0])


def put_on(connection: sqlite3.Connection, save: int, branch: str) -> None:
    """Say on which branch a new save is."""
    if branch != MAIN:
        connection.execute("INSERT INTO gridmap_branch_saves VALUES (?, ?)", (save, branch))


def with_branches(connection: sqlite3.Connection, versions: DataFrame) -> DataFrame:
    """Add to a list of saves `branch`, and `parent`: the save that each goes on from, 0 for none."""
    on = dict(connection.execute("SELECT save, branch FROM gridmap_branch_saves").fetchall())
    heads = dict(_starts(connection))
    names, parents = [], []
    for save in versions["save"].tolist():
        branch = on.get(save, MAIN)
        names.append(branch)
        parents.append(heads.get(branch, 0))
        heads[branch] = save
    return versions.assign(
        branch=pd.Series(names, index=versions.index, dtype="str"),
        parent=pd.Series(parents, index=versions.index, dtype="int64"),
    )


def listed(connection: sqlite3.Connection) -> DataFrame:
    """List the main line and then the branches, the oldest first; see `BRANCH_COLUMNS`."""
    sql = "SELECT name, start, author, time FROM gridmap_branches ORDER BY rowid"
    rows = [(MAIN, 0, "", None), *connection.execute(sql)]
    frame = DataFrame(rows, columns=["branch", "start", "author", "time"])
    frame["save"] = [head_of(connection, name) for name in frame["branch"]]
    frame["time"] = pd.to_datetime(frame["time"], utc=True, format="ISO8601")
    kinds = {"branch": "str", "start": "int64", "author": "str", "save": "int64"}
    return frame.astype(kinds)[list(BRANCH_COLUMNS)]


def _starts(connection: sqlite3.Connection) -> Mapping[str, int]:
    rows = connection.execute("SELECT name, start FROM gridmap_branches ORDER BY rowid").fetchall()
    return {MAIN: 0, **{str(name): int(start) for name, start in rows}}


def _start(connection: sqlite3.Connection, branch: str) -> int:
    starts = _starts(connection)
    if branch not in starts:
        known = ", ".join(repr(name) for name in starts if name) or "none"
        raise WorkspaceError(f"there is no branch {branch!r}; there are: {known}")
    return starts[branch]

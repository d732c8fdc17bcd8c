"""Open an SQLite file for one reading or one writing transaction, and say plainly what stops that.

A connection lives for one operation and is closed. The journal mode is SQLite's own DELETE: between
two operations the file on the disk is the whole workspace, so it may be copied, sent and put on a
network share. In WAL mode the last commits lie in a file beside it, are lost with a plain copy, and
shares hang. If another program, such as QGIS, has set WAL while it has the file open, that is left
to it: QGIS sets the mode back when it closes.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from gridmap.errors import GridmapError, WorkspaceError

_CAUSES = {
    "SQLITE_BUSY": "is in use by another program; close it there and try again, the file is whole",
    "SQLITE_LOCKED": "is in use by another program; close it there and try again, the file is whole",
    "SQLITE_CORRUPT": "is damaged; restore it from a copy, it was left as it is",
    "SQLITE_NOTADB": "is not a workspace, or is damaged; it was left as it is",
    "SQLITE_FULL": "cannot be written, because the disk is full; what it held is whole",
    "SQLITE_READONLY": "cannot be written, because it or its folder is read-only",
    "SQLITE_CANTOPEN": "cannot be opened; look at the permissions of the file and its folder",
    "SQLITE_PERM": "cannot be opened; look at the permissions of the file and its folder",
    "SQLITE_IOERR_WRITE": "cannot be written; see whether the disk is full, what it held is whole",
    "SQLITE_IOERR": "cannot be read or written; look at the disk or the network share",
}


@contextmanager
def reading(path: Path, *, timeout_s: float) -> Iterator[sqlite3.Connection]:
    """Give a connection that sees one state of the file throughout.

    Parameters
    ----------
    path
        An existing file.
    timeout_s
        How long to wait for another program that is writing.

    Raises
    ------
    WorkspaceError
        If the file is in use, damaged or not to be opened.
    """
    with _transaction(path, "BEGIN", timeout_s=timeout_s) as connection:
        yield connection


@contextmanager
def writing(path: Path, *, timeout_s: float) -> Iterator[sqlite3.Connection]:
    """Give a connection whose changes are all made at the end, or none of them on any error.

    See `reading` for the parameters and errors.
    """
    with _transaction(path, "BEGIN IMMEDIATE", timeout_s=timeout_s) as connection:
        yield connection


@contextmanager
def alone(path: Path, *, timeout_s: float) -> Iterator[sqlite3.Connection]:
    """Give a connection outside any transaction, while nobody else may read or write the file.

    See `reading` for the parameters and errors. A file in WAL mode is taken back to one file first.
    """
    try:
        with closing(_connect(path, timeout_s)) as connection:
            connection.execute("PRAGMA synchronous=EXTRA")
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")  # the lock is kept until the connection is closed
            yield connection
    except sqlite3.Error as error:
        raise WorkspaceError(f"{path} {_cause(error)}") from error


def _connect(path: Path, timeout_s: float) -> sqlite3.Connection:
    # mode=rw never makes a file, rolls back what a killed program left, and reads a read-only file too
    plain = Path(path).absolute().as_posix()
    uri = "file://" + ("" if plain.startswith("/") else "/") + quote(os.fsencode(plain)) + "?mode=rw"
    return sqlite3.connect(uri, uri=True, timeout=timeout_s, isolation_level=None)


@contextmanager
def _transaction(path: Path, begin: str, *, timeout_s: float) -> Iterator[sqlite3.Connection]:
    try:
        with closing(_connect(path, timeout_s)) as connection:
            # FULL, and also flush the folder: else a power cut right after a commit could take it back
            connection.execute("PRAGMA synchronous=EXTRA")
            connection.execute("PRAGMA trusted_schema=OFF")  # what a file brings along calls nothing risky
            connection.execute(begin)
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
    except GridmapError as error:
        if type(error) is WorkspaceError and Path(path).name not in str(error):
            raise WorkspaceError(f"{path}: {error}") from error
        raise
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise WorkspaceError(f"{path} {_CAUSES['SQLITE_CORRUPT']} ({error})") from error
    except sqlite3.Error as error:
        cause = _cause(error) if Path(path).exists() else "is no longer there; it was moved or deleted"
        raise WorkspaceError(f"{path} {cause}") from error


def _cause(error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", "")
    known = (text for code, text in _CAUSES.items() if name == code or name.startswith(f"{code}_"))
    return next(known, f"cannot be used ({error})")

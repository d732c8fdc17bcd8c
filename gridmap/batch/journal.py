"""What a batch has done so far, kept in its folder: a killed process leaves whole results only."""

from __future__ import annotations

import sqlite3
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gridmap.batch.zoning import Zoned
from gridmap.errors import GridmapWarning, OutputError

FILE = "unfinished.sqlite"
_COMMIT_S = 0.25
_COMMIT_RESULTS = 16


class Journal:
    """Results by their fingerprint, in an SQLite file that belongs to one batch at a time.

    Parameters
    ----------
    folder
        Where the batch writes; it is made.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._committed, self._pending = time.monotonic(), 0
        with self._telling():
            folder.mkdir(parents=True, exist_ok=True)
            self._connection = self._opened()

    def known(self, fingerprints: Iterable[str]) -> set[str]:
        """Return those of the fingerprints that have a result."""
        with self._telling():
            rows = self._connection.execute("SELECT fingerprint FROM results").fetchall()
        return {fingerprint for (fingerprint,) in rows} & set(fingerprints)

    def add(self, fingerprint: str, zoned: Zoned) -> None:
        """Keep a result; it is on the disk before long, sixteen of them or a quarter of a second later."""
        with self._telling():
            row = (fingerprint, zoned.text, zoned.outlines)
            self._connection.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", row)
            self._pending += 1
            late = time.monotonic() - self._committed > _COMMIT_S
            if late or self._pending >= _COMMIT_RESULTS:
                self.commit()

    def commit(self) -> None:
        """Put everything on the disk."""
        with self._telling():
            self._connection.commit()
            self._connection.execute("BEGIN IMMEDIATE")
            self._committed, self._pending = time.monotonic(), 0

    def text(self, fingerprint: str) -> str:
        """Return the text of a result."""
        return str(self._one("text", fingerprint))

    def outlines(self, fingerprint: str) -> bytes:
        """Return the outlines of a result."""
        return bytes(self._one("outlines", fingerprint))

    def close(self, *, remove: bool = False) -> None:
        """Let the file go; remove it when nothing in it is needed any more."""
        with self._telling():
            self._connection.commit()
            self._connection.close()
            if remove:
                self.path.unlink(missing_ok=True)

    def _one(self, column: str, fingerprint: str) -> Any:
        query = f"SELECT {column} FROM results WHERE fingerprint = ?"  # noqa: S608 - a name from this module
        with self._telling():
            (value,) = self._connection.execute(query, (fingerprint,)).fetchone()
        return value

    def _opened(self) -> sqlite3.Connection:
        """Open the file; one that is no database is begun anew: what it held can be made again."""
        try:
            return self._claimed()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            said = f"{self.path} is damaged; what was done before is done again"
            warnings.warn(said, GridmapWarning, stacklevel=4)
            self.path.unlink()
            return self._claimed()

    def _claimed(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=0, isolation_level=None)
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS results"
                " (fingerprint TEXT PRIMARY KEY, text TEXT NOT NULL, outlines BLOB NOT NULL)"
            )
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn what the disk or the database says into an error with a cure."""
        try:
            yield
        except sqlite3.Error as error:
            if "locked" in str(error):
                what = (
                    f"another batch is writing to {self.path.parent}; wait for it, or choose another folder"
                )
                raise OutputError(what) from error
            raise OutputError(
                f"{self.path} cannot be used: {error}; make room on the disk, or remove it to begin anew"
            ) from error
        except OSError as error:
            raise OutputError(f"{self.path} cannot be written: {error.strerror}") from error

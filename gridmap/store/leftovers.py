"""Folders for unfinished files, and how to tell one that is in use from one that a killed program has left.

The program that writes holds a lock on its folder, and the system takes the lock back when the program ends,
however that happens. Where there are no such locks (Windows, some network shares) nothing counts as left.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = ".gridmap-"


@contextmanager
def working_folder(parent: Path) -> Iterator[Path]:
    """Make a hidden folder that only its owner may enter, hold its lock, and remove it at the end."""
    folder, lock = _made(parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def sweep_leftovers(parent: Path) -> None:
    """Remove the folders that killed programs have left in a folder; those in use stay."""
    if sys.platform == "win32":
        return
    import fcntl

    for folder in Path(parent).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)


def _made(parent: Path) -> tuple[Path, int | None]:
    """Make the folder and lock it; again if it was swept away between the two."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        lock = _locked(folder)
        if folder.exists():
            return folder, lock
        if lock is not None:
            os.close(lock)


def _locked(folder: Path) -> int | None:
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        lock = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return None
    with suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_SH)
    return lock

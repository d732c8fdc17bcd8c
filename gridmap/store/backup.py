"""Copies of a workspace from before it was changed as a whole: the last few, beside it.

They lie in a folder such as ``county.gpkg-backups`` that only the owner may enter. A name says when and why
the copy was made, and nothing else. They hold personal data like the workspace itself.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from gridmap.errors import OutputError, WorkspaceError
from gridmap.store.database import reading
from gridmap.store.files import atomic_path
from gridmap.store.leftovers import sweep_leftovers

KEPT = 5
KEPT_OF = {"before-replacing-duties-in-force": 2, "before-replacing-followups": 2}
_OWN_NAME = re.compile(r"\d{8}T\d{12}Z-[a-z0-9_-]+\.gpkg")


def back_up(path: Path, *, why: str, timeout_s: float) -> Path:
    """Copy a workspace as it was at its last save, and remove all but the last few copies.

    What is replaced often and loses little has copies of its own number (`KEPT_OF`), so that they drive out
    no others.

    Parameters
    ----------
    path
        The workspace. It may be in use; a transaction that is being written is not in the copy.
    why
        Small letters, digits and hyphens, such as ``before-replacing-grid``.
    timeout_s
        How long to wait for another program that is writing.

    Returns
    -------
    copy
        A workspace that can be opened, or put in the place of the other.

    Raises
    ------
    WorkspaceError
        If no copy can be made; then the workspace should not be changed.
    """
    folder = backup_folder(path)
    copy = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}Z-{why}.gpkg"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        sweep_leftovers(folder)
        with atomic_path(copy, private=True) as temporary:
            temporary.touch(mode=0o600)
            _copy(path, temporary, timeout_s)
    except (OSError, sqlite3.Error) as error:
        said = str(error) if isinstance(error, OutputError) else f"{copy.name} cannot be written ({error})"
        raise WorkspaceError(
            f"{path} was not changed, because no copy of it could be made: {said}"
        ) from error
    _remove_old(path)
    return copy


def copy_workspace(path: Path, target: Path, *, timeout_s: float) -> Path:
    """Copy a workspace as it was at its last save, also while others work on it, and return the copy's path.

    Raises
    ------
    OutputError
        If the copy cannot be written; a file that was there is whole.
    WorkspaceError
        If the workspace cannot be read.
    """
    try:
        with atomic_path(target, private=True) as temporary:
            temporary.touch(mode=0o600)
            _copy(path, temporary, timeout_s)
    except sqlite3.Error as error:
        raise OutputError(f"{target} cannot be written ({error}); what was there before is whole") from error
    return target


def backup_folder(path: Path) -> Path:
    """Tell where the copies of a workspace lie."""
    return path.with_name(f"{path.name}-backups")


def list_backups(path: Path) -> list[Path]:
    """List the copies of a workspace, the oldest first."""
    return sorted(each for each in backup_folder(path).glob("*.gpkg") if _OWN_NAME.fullmatch(each.name))


def _remove_old(path: Path) -> None:
    copies = list_backups(path)
    apart = {why: [copy for copy in copies if _why(copy) == why] for why in KEPT_OF}
    others = [copy for copy in copies if _why(copy) not in KEPT_OF]
    for old in (*others[:-KEPT], *(copy for why, each in apart.items() for copy in each[: -KEPT_OF[why]])):
        old.unlink(missing_ok=True)


def _why(copy: Path) -> str:
    return copy.stem.partition("Z-")[2]


def _copy(path: Path, temporary: Path, timeout_s: float) -> None:
    with reading(path, timeout_s=timeout_s) as source, closing(sqlite3.connect(temporary)) as target:
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # a source in WAL mode hands that down

"""What was handed out before: the log of exports, read before new ones are written and told afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gridmap.errors import ExportBlockedError
from gridmap.export.written import LISTS, Written
from gridmap.model.zoning import Zoning
from gridmap.store.files import sha256_of


def check_folder(log: Any, folder: Path, audience: str) -> None:
    """Refuse a folder that holds what another audience was given: a file of one name would replace it.

    Parameters
    ----------
    log
        What `Workspace.exports` lists; None for nothing.
    folder, audience
        Where the next export goes, and for whom it is.

    Raises
    ------
    ExportBlockedError
        Naming the audience.
    """
    if log is None:
        return
    for file, other in zip(log["file"], log["audience"], strict=True):
        if other != audience and Path(file).is_file() and folder.resolve() in Path(file).resolve().parents:
            what = f"{folder} holds what was made for the audience {other!r}"
            raise ExportBlockedError([f"{what}; choose another folder for {audience!r}"])


def log_rows(written: Sequence[Written], zoning: Zoning, *, author: str) -> list[dict[str, Any]]:
    """Return the rows for the log: who gave what to whom."""
    return [
        {
            "file": str(each.path.absolute()),
            "author": author,
            "audience": each.audience,
            "recipient": zoning.document.recipient,
            "persons": each.persons,
            "sha256": each.sha256,
            "version": zoning.plan.version,
        }
        for each in written
    ]


def stale_files(log: Any, written: Sequence[Written]) -> list[Path]:
    """Find lists of an earlier issue that lie, unchanged, beside those of this one."""
    if log is None:
        return []
    now = {each.path.resolve() for each in written}
    folders = {each.path.resolve().parent for each in written if each.format in LISTS}
    before = {Path(file).resolve(): sha256 for file, sha256 in zip(log["file"], log["sha256"], strict=True)}
    return [
        file
        for file, sha256 in before.items()
        if file not in now and file.parent in folders and file.is_file() and sha256_of(file) == sha256
    ]

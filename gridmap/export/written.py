"""Files that were handed out, as they stand in the log of exports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gridmap.store.files import sha256_of

LISTS = ("contacts", "vcards", "callsheets", "matrix", "events")
"""The formats that name persons: the public has none of them, and those of an earlier issue are removed."""


@dataclass(frozen=True)
class Written:
    """One file of an export.

    Parameters
    ----------
    path
        Where it is.
    format
        One of `gridmap.export.kit.FORMATS`.
    audience
        For whom it is.
    sha256
        Of its bytes.
    persons
        How many persons it names.
    """

    path: Path
    format: str
    audience: str
    sha256: str
    persons: int


def written_file(name: str, path: Path, audience: str, *, persons: int) -> Written:
    """Note a file that was just written."""
    return Written(path=path, format=name, audience=audience, sha256=sha256_of(path), persons=persons)

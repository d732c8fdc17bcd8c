"""What a reader is given: one file, a list of files or a folder of them, and the tables in each."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from geopandas import GeoDataFrame
from pandas import DataFrame

from gridmap.errors import Fault, TableError
from gridmap.model.shown import shows_counts
from gridmap.store.layers import LAYER_SUFFIXES, read_layer
from gridmap.store.limits import Limits
from gridmap.store.parquet import BROKEN_PARQUET
from gridmap.store.sheets import SHEET_SUFFIXES, read_sheets

Clear = Callable[[Path], bytes | None]
"""Gives what a workbook holds without its password; None for a file that has none."""

_COMPANIONS = (".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qpj")
_UNPRINTABLE = re.compile("[\\x00-\\x1f\\x7f-\\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@shows_counts
class Part(NamedTuple):
    """One table of a source: a file, or a sheet of one.

    Parameters
    ----------
    place
        What stands before its row numbers in messages: empty if it is the only one.
    frame
        Its rows.
    """

    place: str
    frame: DataFrame


def source_files(source: Any) -> tuple[list[Path], list[Fault]]:
    """List the files of a source: of a folder, all that can be tables or layers, by name.

    Raises
    ------
    TableError
        If there is none.
    """
    if not isinstance(source, (str, PathLike)):
        paths = [Path(each) for each in source]
        if not paths:
            raise TableError("files", [Fault("unreadable", "", "no file was given", "name at least one")])
        return paths, []
    path = Path(source)
    if not path.is_dir():
        return [path], []
    inside = sorted(each for each in path.iterdir() if not each.name.startswith((".", "~$")))
    known = [each for each in inside if each.suffix.casefold() in (*SHEET_SUFFIXES, *LAYER_SUFFIXES)]
    others = [each for each in inside if each not in known and each.suffix.casefold() not in _COMPANIONS]
    if not known:
        what = f"no table and no layer is in this folder, only {len(others)} other files"
        raise TableError(path.name, [Fault("unreadable", "", what, "name the folder of the files")])
    return known, [
        Fault("skipped_file", safe_name(each.name), "it is no table and was not read") for each in others
    ]


def source_title(source: Any) -> str:
    """Name a source in messages."""
    if isinstance(source, (str, PathLike)):
        return Path(source).name
    names = [Path(each).name for each in source]
    return names[0] if len(names) == 1 else f"{len(names)} files ({', '.join(names[:3])} ...)"


def read_parts(
    files: Sequence[Path],
    headers: Collection[str],
    *,
    layer: str | None,
    layered: bool,
    limits: Limits,
    clear: Clear | None = None,
) -> list[Part]:
    """Read every table of every file; rows are numbered as in the file.

    Parameters
    ----------
    files
        The files.
    headers
        Headers that the tables may have, folded.
    layer
        The layer of a file that has several.
    layered
        Whether each must have geometry, so that none is read as a sheet.
    limits
        How much each file may hold.
    clear
        Opens workbooks that have a password.

    Raises
    ------
    TableError
        With the faults of all files that cannot be read.
    """
    parts, faults = [], []
    for path, file in zip(files, _places(files), strict=True):
        try:
            found = _tables_of(path, headers, layer=layer, layered=layered, limits=limits, clear=clear)
        except TableError as error:
            if len(files) == 1:
                raise
            faults += [fault._replace(where=f"{file} {fault.where}".strip()) for fault in error.faults]
            continue
        for sheet, frame in found.items():
            name = f"[{safe_name(sheet)}]" if len(found) > 1 else ""
            parts.append(Part(f"{file} {name}".strip(), frame))
    if faults:
        raise TableError(f"{len(files)} files", faults)
    return parts


def _places(files: Sequence[Path]) -> list[str]:
    """Name each file so that no two are alike: by folder too where names repeat, else by a number."""
    if len(files) == 1:
        return [""]
    names = [path.name for path in files]
    places: list[str] = []
    for path in files:
        name = safe_name(path.name if names.count(path.name) == 1 else f"{path.parent.name}/{path.name}")
        count = sum(place == name or place.startswith(f"{name} (") for place in places)
        places.append(f"{name} ({count + 1})" if count else name)
    return places


def safe_name(name: str) -> str:
    """Make the name of a file or sheet fit for a message."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", name)


def _tables_of(
    path: Path,
    headers: Collection[str],
    *,
    layer: str | None,
    layered: bool,
    limits: Limits,
    clear: Clear | None,
) -> dict[str, DataFrame]:
    suffix = path.suffix.casefold()
    if not layered and suffix in SHEET_SUFFIXES and not (suffix == ".parquet" and _has_geometry(path)):
        data = None if clear is None or not path.is_file() else clear(path)
        return read_sheets(path, headers=headers, limits=limits, data=data)
    frame: GeoDataFrame = read_layer(path, layer=layer, limits=limits)
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    return {"": frame}


def _has_geometry(path: Path) -> bool:
    from pyarrow import parquet

    try:
        return b"geo" in (parquet.read_schema(path).metadata or {})
    except BROKEN_PARQUET:
        return False

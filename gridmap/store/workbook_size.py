"""Look into a workbook before it is read: a tiny one may name a cell so far away that the memory ends.

A reader of workbooks makes room for every cell between the first and the last, and copies a text that many
cells share as often as they do.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

import numpy as np

from gridmap.errors import Fault, TableError
from gridmap.store.archive import BROKEN_ZIP, check_archive
from gridmap.store.limits import Limits, check_most

_TRIAL = """
import sys
import python_calamine
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)
except ImportError:
    pass
try:
    book = python_calamine.CalamineWorkbook.from_path(sys.argv[1])
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python(skip_empty_area=False)
except (python_calamine.CalamineError, OSError, ValueError):
    pass
"""
_ZIP = b"PK\x03\x04"
_TRIAL_BYTES = 2**30
_TRIAL_S = 120
_CHUNK_BYTES = 2**22
_TAG_BYTES = 2**12
_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Za-z]+)([0-9]+)[^>/]*>")
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br\s*=\s*[\"']([0-9]+)")
_UNNAMED = re.compile(rb"<(?:\w+:)?c(?:>|\s(?![^>]*\br\s*=)[^>]*[^/]>)")
_INDEX = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>\s*([0-9]{1,9})\s*<")
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def check_workbook(path: Path, limits: Limits, *, data: bytes | None = None) -> None:
    """Refuse a workbook that would take more memory than it may, or an XLS that ends its reader.

    Parameters
    ----------
    path
        The file.
    limits
        How much it may hold.
    data
        What it holds without its password, if it has one.

    Raises
    ------
    TableError
        If it is so, if it declares entities, or if it is damaged.
    """
    if not _is_zip(path, data):
        if data is not None:
            raise _refused(path.name, "it is an old workbook with a password")
        _try_apart(path, limits)
        return
    size = path.stat().st_size if data is None else len(data)
    try:
        with zipfile.ZipFile(path if data is None else io.BytesIO(data)) as archive:
            check_archive(archive, path.name, limits, packed_bytes=size)
            names = archive.namelist()
            if "content.xml" in names:
                _check_cells(path.name, limits, *_open_document_size(archive, path.name))
                return
            _check_sheets(archive, path.name, limits)
    except TableError:
        raise
    except BROKEN_ZIP as error:
        raise _refused(path.name, f"it is no workbook ({error})") from error


def _is_zip(path: Path, data: bytes | None) -> bool:
    if data is not None:
        return data[:4] == _ZIP
    with path.open("rb") as stream:
        return stream.read(4) == _ZIP


def _try_apart(path: Path, limits: Limits) -> None:
    """Read an XLS in a process of its own first: what is damaged in it can end the whole process."""
    command = [sys.executable, "-I", "-c", _TRIAL, str(path), str(limits.unpacked_bytes + _TRIAL_BYTES)]
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=_TRIAL_S)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise _refused(path.name, f"it cannot be read within {_TRIAL_S} seconds") from error
    if done.returncode != 0:
        raise _refused(path.name, "it is no workbook, or is damaged: reading it ends the reader")


def _check_sheets(archive: zipfile.ZipFile, title: str, limits: Limits) -> None:
    shared = np.zeros(1, dtype=np.int64)
    for name in archive.namelist():
        if name.casefold().endswith("sharedstrings.xml"):
            texts = re.split(rb"<(?:\w+:)?si\b", archive.read(name))[1:]
            shared = np.array([len(text) for text in texts] or [0], dtype=np.int64)
    check_most(title, limits, "text_length", int(shared.max()), where="a text of the workbook")
    for name in archive.namelist():
        if "sheet" not in name.casefold() or name.casefold().endswith("sharedstrings.xml"):
            continue
        rows, columns, letters = 0, 0, 0
        for chunk in _chunks(archive, name):
            if _DECLARED.search(chunk):
                raise _refused(title, f"its part {name} declares a document type or entities")
            rows = max(rows, _furthest_row(chunk))
            columns = max(columns, _furthest_column(chunk))
            letters += _shared_letters(chunk, shared)
            _check_cells(title, limits, rows, columns)
            check_most(title, limits, "unpacked_bytes", letters, where=name)


def _chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Give the text of a member in pieces that end before a row, so that none is cut."""
    rest = b""
    with archive.open(name) as stream:
        while piece := stream.read(_CHUNK_BYTES):
            data = rest + piece.replace(b"\0", b"")
            cut = max(data.rfind(b"<row"), len(data) - _TAG_BYTES if len(data) > 2 * _CHUNK_BYTES else 0)
            yield data[:cut]
            rest = data[cut:]
    yield rest


def _furthest_row(chunk: bytes) -> int:
    named = {int(row[:9]) for row in _ROW.findall(chunk)} | {int(row[:9]) for _, row in _CELL.findall(chunk)}
    return max(named, default=0)


def _furthest_column(chunk: bytes) -> int:
    columns = max((_column_number(name) for name in {name for name, _ in _CELL.findall(chunk)}), default=0)
    if _UNNAMED.search(chunk):
        columns = max(columns, *(len(_UNNAMED.findall(row)) for row in chunk.split(b"<row")))
    return columns


def _column_number(name: bytes) -> int:
    number = 0
    for letter in name[:6].upper():
        number = 26 * number + letter - ord("A") + 1
    return number


def _shared_letters(chunk: bytes, shared: Any) -> int:
    """Count the letters that the cells hold when each has its own copy of a shared text."""
    found = np.array(_INDEX.findall(chunk) or [b"0"]).astype(np.int64)
    return int(shared[found[found < len(shared)]].sum())


def _open_document_size(archive: zipfile.ZipFile, title: str) -> tuple[int, int]:
    """Tell the last row and column of an ODS that hold something, repeated ones counted as often."""
    at = {"row": 0, "column": 0, "rows": 0, "columns": 0}

    def enter(name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            at.update(row=0)
        elif name == "table:table-row":
            at.update(row=at["row"] + int(attributes.get("table:number-rows-repeated", 1)), column=0)
        elif name in ("table:table-cell", "table:covered-table-cell"):
            at["column"] += int(attributes.get("table:number-columns-repeated", 1))
            if any(each.startswith("office:") for each in attributes):
                at.update(rows=max(at["rows"], at["row"]), columns=max(at["columns"], at["column"]))
        elif name == "text:p":
            at.update(rows=max(at["rows"], at["row"]), columns=max(at["columns"], at["column"]))

    def declare(*_: object) -> None:
        raise _refused(title, "it declares a document type or entities")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = enter, declare
    try:
        with archive.open("content.xml") as stream:
            parser.ParseFile(stream)
    except expat.ExpatError as error:
        raise _refused(title, f"it is no workbook ({error})") from error
    return at["rows"], at["columns"]


def _check_cells(title: str, limits: Limits, rows: int, columns: int) -> None:
    where = f"up to row {rows} and column {columns}"
    check_most(title, limits, "rows", rows)
    check_most(title, limits, "cells", rows * columns, where=where)


def _refused(title: str, what: str) -> TableError:
    return TableError(title, [Fault("unreadable", "", what, "save it again as XLSX or CSV")])

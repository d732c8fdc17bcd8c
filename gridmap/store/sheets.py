"""Read tables without geometry, every value as the text that stands there."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.errors import Fault, TableError
from gridmap.model.columns import fold_header
from gridmap.store.encodings import decode
from gridmap.store.limits import DEFAULT_LIMITS, Limits, check_frame, check_most, check_size
from gridmap.store.parquet import BROKEN_PARQUET, check_parquet
from gridmap.store.workbook import WORKBOOK_SUFFIXES, Page, cell_text, read_workbook
from gridmap.store.workbook_size import check_workbook

SHEET_SUFFIXES = (".csv", ".txt", ".tsv", *WORKBOOK_SUFFIXES, ".parquet")
_DELIMITERS = ",;\t"
_PREFIXED = r"^'(?=[=+\-@\t\r＝＋－＠])"
_EXACT_INTEGERS = 2**53
_ROWS_ABOVE_DATA = 30
_FEWEST_KNOWN = 2
_SHOWN_ROWS = 10


def read_sheet(path: Path, *, headers: Collection[str] = (), limits: Limits = DEFAULT_LIMITS) -> DataFrame:
    """Read a CSV, XLSX, XLS or Parquet file as text; of a workbook, the first sheet that is not empty.

    Leading zeros and ``"NA"`` survive; an empty value is missing; integers have no ``.0``; dates are ISO.
    A title above the header is skipped, and so are rows in which every value is empty. A quote that gridmap's
    own export put before a formula is taken off. A row with more values than the header keeps them in
    further columns.

    Parameters
    ----------
    path
        The file.
    headers
        Headers that the table may have, folded by `fold_header`: the row that has the most of them is the
        header; without any, the first row with two values.
    limits
        How much the file may hold.

    Returns
    -------
    frame
        All columns of dtype ``str``, indexed by the row number in the file (the header is row 1, if
        nothing stands above it). ``frame.attrs["findings"]`` lists what was odd, ``frame.attrs["rows_in"]``
        counts the rows below the header, empty ones included, ``frame.attrs["rounded"]``, of a workbook,
        the rows in which a number has lost digits.

    Raises
    ------
    TableError
        If the file cannot be read, or is empty.

    Warns
    -----
    GridmapWarning
        If the text is not in UTF-8: which encoding was found, with a sample.
    """
    return next(iter(read_sheets(path, headers=headers, limits=limits).values()))


def read_sheets(
    path: Path,
    *,
    headers: Collection[str] = (),
    limits: Limits = DEFAULT_LIMITS,
    data: bytes | None = None,
) -> dict[str, DataFrame]:
    """Read all sheets of a file that are not empty, by their names; see `read_sheet`.

    A file that has no sheets has one table, named by an empty text. What a workbook holds without its
    password is given as `data`, if it has one.
    """
    path = Path(path)
    if not path.is_file():
        raise _unreadable(path, "there is no such file", "check the path")
    suffix = path.suffix.casefold()
    check_size(path, limits, text=suffix not in (".parquet", *WORKBOOK_SUFFIXES))
    if suffix == ".parquet":
        return {"": _from_parquet(path, limits)}
    if suffix not in WORKBOOK_SUFFIXES:
        return {"": _from_csv(path, headers, limits)}
    check_workbook(path, limits, data=data)
    pages = read_workbook(path, data=data)
    if not pages:
        raise _unreadable(path, "it is empty", "check that it is the right file")
    return {page.name: _from_page(path, page, headers, limits) for page in pages}


def read_pages(path: Path, *, data: bytes | None = None, limits: Limits = DEFAULT_LIMITS) -> list[Page]:
    """Read all sheets of a CSV or workbook that are not empty as rows of text, just as they stand there.

    Parameters
    ----------
    path
        The file.
    data
        What it holds without its password, if it has one.
    limits
        How much it may hold.

    Raises
    ------
    TableError
        If it cannot be read, or holds too much.
    """
    is_text = path.suffix.casefold() not in WORKBOOK_SUFFIXES
    check_size(path, limits, text=is_text)
    if is_text:
        text, delimiter = _text_of(path, limits)
        return [Page("", _text_rows(path, text, delimiter, limits), [])]
    check_workbook(path, limits, data=data)
    return read_workbook(path, data=data)


def _from_page(path: Path, page: Page, headers: Collection[str], limits: Limits) -> DataFrame:
    cure = "format the column as text and enter the numbers again"
    what = "a number of more than 15 digits was rounded"
    findings = [Fault("digits_lost", some_rows(page.rounded), what, cure)] if page.rounded else []
    frame = _from_rows(path, page.rows, findings, headers, limits)
    frame.attrs["rounded"] = page.rounded
    return frame


def _from_csv(path: Path, headers: Collection[str], limits: Limits) -> DataFrame:
    text, delimiter = _text_of(path, limits)
    frame = _fast_csv(text, delimiter, headers)
    if frame is not None:
        check_frame(frame, path.name, limits)
        return _finished(frame, (), rows_in=len(frame))
    return _from_rows(path, _text_rows(path, text, delimiter, limits), [], headers, limits)


def _text_of(path: Path, limits: Limits) -> tuple[str, str]:
    """Read a text, and tell what stands between its values."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, f"it cannot be opened ({error.strerror})", "check who may read it") from error
    text = decode(data, path.name)
    if "\n" not in text:
        text = text.replace("\r", "\n")
    check_most(path.name, limits, "rows", text.count("\n") - 1)
    return text, _delimiter_of(text[:65536].lstrip("\n\r"))


def _text_rows(path: Path, text: str, delimiter: str, limits: Limits) -> list[list[str]]:
    check_most(path.name, limits, "cells", text.count(delimiter) + text.count("\n"))
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        what = f"a quotation mark is not closed, or not followed by {delimiter!r} ({error})"
        raise _unreadable(path, what, "mend the quotation marks") from error


def _delimiter_of(head: str) -> str:
    lines = [line for line in head.splitlines()[:10] if line.strip()]
    return max(_DELIMITERS, key=lambda mark: (sum(mark in line for line in lines), head.count(mark)))


def _fast_csv(text: str, delimiter: str, headers: Collection[str]) -> DataFrame | None:
    """Read a regular CSV with pyarrow; give None where a row, the header or a quotation mark is irregular."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    header = next(csv.reader([text.partition("\n")[0].rstrip("\r")], delimiter=delimiter), [])
    names = {name.strip() for name in header}
    data = text.encode()
    if headers and len(_known(header, headers)) < _FEWEST_KNOWN:
        return None
    if len(header) < 2 or len(names) < len(header) or "" in names or not _one_row_per_line(data):
        return None
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter, ignore_empty_lines=False),
            convert_options=arrow_csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string())),
        )
    except pa.ArrowInvalid:
        return None
    frame = table.to_pandas().astype("str").rename(columns=str.strip)
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return frame


def _one_row_per_line(data: bytes) -> bool:
    """Tell whether every quotation mark is closed on its own line; pyarrow would swallow rows otherwise."""
    if b'"' not in data:
        return True
    marks = np.frombuffer(data, dtype=np.uint8)
    odd = np.cumsum(marks == ord('"'), dtype=np.uint8) % 2  # wraps at 256, which keeps the parity
    return not odd[marks == ord("\n")].any() and not (len(odd) and odd[-1])


def _from_rows(
    path: Path, rows: Sequence[Sequence[str]], findings: list[Fault], headers: Collection[str], limits: Limits
) -> DataFrame:
    """Make a frame of rows of text."""
    filled = [sum(bool(value.strip()) for value in row) for row in rows]
    top = _header_row(rows, filled, headers)
    if top is None or not any(filled):
        raise _unreadable(path, "it is empty", "check that the table is on the first sheet")
    body = [(at, row) for at, row in enumerate(rows[top + 1 :], top + 2) if filled[at - 1]]
    width = max([len(rows[top]), *(len(row) for _, row in body)])
    check_most(path.name, limits, "columns", width)
    check_most(path.name, limits, "cells", len(body) * width)
    surplus = [at for at, row in body if any(value.strip() for value in row[len(rows[top]) :])]
    if surplus:
        what = "more values than the header has columns; values may stand under the wrong header"
        findings.append(
            Fault("ragged_row", some_rows(surplus), what, "put the value with the comma in quotes")
        )
    values = [[*row, *[""] * (width - len(row))] for _, row in body]
    frame = DataFrame(values, columns=_headers(rows[top], width), index=[at for at, _ in body], dtype="str")
    check_frame(frame, path.name, limits)
    blank = [
        name for name in frame.columns if name.startswith("column ") and not frame[name].str.strip().any()
    ]
    done = _finished(frame.drop(columns=blank), findings, rows_in=len(rows) - top - 1)
    done.attrs["sheet_rows"] = sum(map(bool, filled))
    return done


def _known(row: Sequence[str], headers: Collection[str]) -> set[str]:
    return {fold_header(value) for value in row} & set(headers)


def _header_row(rows: Sequence[Sequence[str]], filled: list[int], headers: Collection[str]) -> int | None:
    """Find the row that names the most columns that are known, else the first one with two values."""
    known = [len(_known(row, headers)) for row in rows[:_ROWS_ABOVE_DATA]] if headers else []
    if known and max(known) >= _FEWEST_KNOWN:
        return known.index(max(known))
    return next((at for at, count in enumerate(filled) if count >= min(2, max(filled))), None)


def _headers(row: Sequence[str], width: int) -> list[str]:
    """Name every column; an empty header is named by its place, and one that comes twice is numbered."""
    names: list[str] = []
    counts: dict[str, int] = {}
    for place in range(width):
        name = row[place].strip() if place < len(row) else ""
        name = name or f"column {place + 1}"
        unique = name
        while unique in counts:
            unique = f"{name}.{counts[name]}"
            counts[name] += 1
        counts[unique] = 1
        names.append(unique)
    return names


def _from_parquet(path: Path, limits: Limits) -> DataFrame:
    check_parquet(path, limits)
    try:
        frame = pd.read_parquet(path)
    except BROKEN_PARQUET as error:
        raise _unreadable(path, f"it is no Parquet table ({error})", "check the file") from error
    frame = with_index_as_column(frame)
    text = DataFrame({str(name): as_text(frame[name]) for name in frame.columns})
    text.index = pd.RangeIndex(1, len(text) + 1)
    return _finished(text, (), rows_in=len(text))


def with_index_as_column(frame: Any) -> Any:
    """Keep an index that is more than row numbers as a column; one without a name is called ``id``."""
    if isinstance(frame.index, pd.RangeIndex):
        return frame
    return frame.reset_index(names=frame.index.name or "id" if frame.index.nlevels == 1 else None)


def as_text(column: Series) -> Series:
    """Turn a column of any dtype into text: no ``.0``, dates in ISO, missing stays missing."""
    missing = column.isna()
    if pd.api.types.is_float_dtype(column):
        whole = (column % 1 == 0) & (column.abs() < _EXACT_INTEGERS)
        text = column.astype("str").mask(whole, column.where(whole, 0).astype("int64").astype("str"))
    elif pd.api.types.is_datetime64_any_dtype(column):
        only_dates = bool((column.dropna() == column.dropna().dt.normalize()).all())
        text = column.dt.strftime("%Y-%m-%d" if only_dates else "%Y-%m-%dT%H:%M:%S%z").astype("str")
    elif pd.api.types.is_object_dtype(column):
        text = column.map(cell_text, na_action="ignore").astype("str")
    else:
        text = column.astype("str")
    return text.mask(missing)


def _finished(frame: DataFrame, findings: Sequence[Fault], *, rows_in: int) -> DataFrame:
    columns = {}
    for name in frame.columns:
        text = frame[name]
        if text.str.startswith("'").any():
            text = text.str.replace(_PREFIXED, "", regex=True)
        columns[name] = text.mask(text.str.strip() == "")
    done = DataFrame(columns, index=frame.index)
    done = done[done.notna().any(axis=1)]
    done.attrs["findings"] = tuple(findings)
    done.attrs["rows_in"] = rows_in
    return done


def some_rows(labels: Sequence[Any]) -> str:
    """Name rows for a finding: all of them if they are few.

    Examples
    --------
    >>> some_rows([3, 4]), some_rows(["a.xlsx [甲] 3", "b.xlsx [甲] 3", "a.xlsx [甲] 7"])
    ('rows 3, 4', 'a.xlsx [甲] rows 3, 7; b.xlsx [甲] row 3')
    """
    places: dict[str, list[str]] = {}
    for label in labels[:_SHOWN_ROWS]:
        place, _, number = str(label).rpartition(" ")
        places.setdefault(place, []).append(number)
    shown = [
        f"{place} row{'s' * (len(rows) > 1)} {', '.join(rows)}".lstrip() for place, rows in places.items()
    ]
    more = f" and {len(labels) - _SHOWN_ROWS} more" if len(labels) > _SHOWN_ROWS else ""
    return "; ".join(shown) + more


def _unreadable(path: Path, what: str, cure: str) -> TableError:
    return TableError(path.name, [Fault("unreadable", "", what, cure)])

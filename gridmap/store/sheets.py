"""Read tables without geometry, every value as the text that stands there."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.errors import Fault, TableError
from gridmap.store.encodings import decode

SHEET_SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods", ".parquet")
_DELIMITERS = ",;\t"
_PREFIXED = r"^'(?=[=+\-@\t\r＝＋－＠])"
_EXACT_INTEGERS = 2**53


def read_sheet(path: Path) -> DataFrame:
    """Read a CSV, XLSX, XLS or Parquet file as text.

    Leading zeros and ``"NA"`` survive; an empty value is missing; integers have no ``.0``; dates are ISO.
    A title above the header is skipped, and so are rows in which every value is empty. A quote that gridmap's
    own export put before a formula is taken off. A row with more values than the header keeps them in
    further columns.

    Parameters
    ----------
    path
        The file; of a workbook, the first sheet that is not empty.

    Returns
    -------
    frame
        All columns of dtype ``str``, indexed by the row number in the file (the header is row 1, if
        nothing stands above it). ``frame.attrs["findings"]`` lists what was odd.

    Raises
    ------
    TableError
        If the file cannot be read, or is empty.

    Warns
    -----
    GridmapWarning
        If the text is not in UTF-8: which encoding was found, with a sample.
    """
    path = Path(path)
    if not path.is_file():
        raise _unreadable(path, "there is no such file", "check the path")
    suffix = path.suffix.casefold()
    if suffix == ".parquet":
        return _from_parquet(path)
    if suffix in (".xlsx", ".xlsm", ".xls", ".ods"):
        return _from_rows(path, *_workbook_rows(path))
    return _from_csv(path)


def _from_csv(path: Path) -> DataFrame:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, f"it cannot be opened ({error.strerror})", "check who may read it") from error
    text = decode(data, path.name)
    if "\n" not in text:
        text = text.replace("\r", "\n")
    head = text[:65536].lstrip("\n\r")
    delimiter = _delimiter_of(head)
    frame = _fast_csv(text, delimiter)
    if frame is not None:
        return _finished(frame, ())
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        what = f"a quotation mark is not closed, or not followed by {delimiter!r} ({error})"
        raise _unreadable(path, what, "mend the quotation marks") from error
    return _from_rows(path, rows, [])


def _delimiter_of(head: str) -> str:
    lines = [line for line in head.splitlines()[:10] if line.strip()]
    return max(_DELIMITERS, key=lambda mark: (sum(mark in line for line in lines), head.count(mark)))


def _fast_csv(text: str, delimiter: str) -> DataFrame | None:
    """Read a regular CSV with pyarrow; give None where a row, the header or a quotation mark is irregular."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    header = next(csv.reader([text.partition("\n")[0].rstrip("\r")], delimiter=delimiter), [])
    names = {name.strip() for name in header}
    data = text.encode()
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


def _workbook_rows(path: Path) -> tuple[list[list[str]], list[Fault]]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheets = [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]
    except python_calamine.PasswordError as error:
        raise _unreadable(path, "it is protected by a password", "save it without one") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise _unreadable(path, f"it is no workbook ({error})", "save it again as XLSX or CSV") from error
    rows: list[Any] = next(
        (sheet for sheet in sheets if any(_cell_text(v) for row in sheet for v in row)), []
    )
    long = [at for at, row in enumerate(rows, 1) if any(_lost_digits(value) for value in row)]
    faults = []
    if long:
        cure = "format the column as text and enter the numbers again"
        faults = [Fault("digits_lost", some_rows(long), "a number of more than 15 digits was rounded", cure)]
    return [[_cell_text(value) for value in row] for row in rows], faults


def _lost_digits(value: Any) -> bool:
    return isinstance(value, (int, float)) and abs(value) >= _EXACT_INTEGERS


def _cell_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value) if value is not None else ""


def _from_rows(path: Path, rows: Sequence[Sequence[str]], findings: list[Fault]) -> DataFrame:
    """Make a frame of rows of text; the header is the first row with at least two values."""
    filled = [sum(bool(value.strip()) for value in row) for row in rows]
    top = next((at for at, count in enumerate(filled) if count >= min(2, max(filled))), None)
    if top is None or not any(filled):
        raise _unreadable(path, "it is empty", "check that the table is on the first sheet")
    body = [(at, row) for at, row in enumerate(rows[top + 1 :], top + 2) if filled[at - 1]]
    width = max([len(rows[top]), *(len(row) for _, row in body)])
    surplus = [at for at, row in body if any(value.strip() for value in row[len(rows[top]) :])]
    if surplus:
        what = "more values than the header has columns; values may stand under the wrong header"
        findings.append(
            Fault("ragged_row", some_rows(surplus), what, "put the value with the comma in quotes")
        )
    values = [[*row, *[""] * (width - len(row))] for _, row in body]
    frame = DataFrame(values, columns=_headers(rows[top], width), index=[at for at, _ in body], dtype="str")
    blank = [
        name for name in frame.columns if name.startswith("column ") and not frame[name].str.strip().any()
    ]
    return _finished(frame.drop(columns=blank), findings)


def _headers(row: Sequence[str], width: int) -> list[str]:
    """Name every column; an empty header is named by its place, and one that comes twice is numbered."""
    names: list[str] = []
    for place in range(width):
        name = row[place].strip() if place < len(row) else ""
        name = name or f"column {place + 1}"
        count = names.count(name)
        names.append(f"{name}.{count}" if count else name)
    return names


def _from_parquet(path: Path) -> DataFrame:
    try:
        frame = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise _unreadable(path, f"it is no Parquet table ({error})", "check the file") from error
    frame = with_index_as_column(frame)
    text = DataFrame({str(name): as_text(frame[name]) for name in frame.columns})
    text.index = pd.RangeIndex(1, len(text) + 1)
    return _finished(text, ())


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
        text = column.map(_cell_text, na_action="ignore").astype("str")
    else:
        text = column.astype("str")
    return text.mask(missing)


def _finished(frame: DataFrame, findings: Sequence[Fault]) -> DataFrame:
    columns = {}
    for name in frame.columns:
        text = frame[name]
        if text.str.startswith("'").any():
            text = text.str.replace(_PREFIXED, "", regex=True)
        columns[name] = text.mask(text.str.strip() == "")
    done = DataFrame(columns, index=frame.index)
    done = done[done.notna().any(axis=1)]
    done.attrs["findings"] = tuple(findings)
    return done


def some_rows(numbers: Sequence[int]) -> str:
    """Name rows for a finding: all of them if they are few."""
    shown = ", ".join(str(number) for number in numbers[:10])
    more = f" and {len(numbers) - 10} more" if len(numbers) > 10 else ""
    return f"{'row' if len(numbers) == 1 else 'rows'} {shown}{more}"


def _unreadable(path: Path, what: str, cure: str) -> TableError:
    return TableError(path.name, [Fault("unreadable", "", what, cure)])

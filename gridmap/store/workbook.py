"""The sheets of a workbook as rows of text, with merged cells filled down as Excel shows them."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from gridmap.errors import Fault, TableError

WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods")
_EXACT_INTEGERS = 2**53


class Page(NamedTuple):
    """One sheet.

    Parameters
    ----------
    name
        Its name; empty for the only table of a file.
    rows
        Its rows from the first one on, as text.
    rounded
        The rows, from 1, in which a number has lost digits.
    merged
        How many merged cells were filled down.
    lost
        The cells in which a number has lost digits: row and column, from 0.
    """

    name: str
    rows: list[list[str]]
    rounded: list[int]
    merged: int = 0
    lost: frozenset[tuple[int, int]] = frozenset()


def read_workbook(path: Path, *, data: bytes | None = None) -> list[Page]:
    """Read all sheets of an XLSX, XLS or ODS file that are not empty.

    A cell that spans several rows counts for each of them; of one that spans several columns, the first
    column has the value. Of a formula the value that was saved with it is read; nothing is calculated.

    Parameters
    ----------
    path
        The file.
    data
        What it holds without its password, if it has one.

    Raises
    ------
    TableError
        If it is no workbook, or is protected.
    """
    import python_calamine

    try:
        calamine = python_calamine.CalamineWorkbook
        book = calamine.from_path(str(path)) if data is None else calamine.from_filelike(io.BytesIO(data))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
        pages = [_page(sheet) for sheet in sheets]
    except python_calamine.PasswordError as error:
        raise _unreadable(path, "it is protected by a password", "save it without one") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise _unreadable(path, f"it is no workbook ({error})", "save it again as XLSX or CSV") from error
    except BaseException as error:
        # A panic in the reader's Rust code is no Exception, and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise _unreadable(path, f"it is damaged ({error})", "save it again as XLSX or CSV") from error
    return [page for page in pages if any(value.strip() for row in page.rows for value in row)]


def cell_text(value: Any) -> str:
    """Write a value of a cell as text: no ``.0``, dates in ISO."""
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


def _page(sheet: Any) -> Page:
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    lost = frozenset(
        (at, place) for at, row in enumerate(rows) for place, value in enumerate(row) if _lost_digits(value)
    )
    rounded = sorted({at + 1 for at, _ in lost})
    texts = [[cell_text(value) for value in row] for row in rows]
    return Page(sheet.name, texts, rounded, _filled_down(texts, sheet.merged_cell_ranges or ()), lost)


def _lost_digits(value: Any) -> bool:
    return isinstance(value, (int, float)) and abs(value) >= _EXACT_INTEGERS


def _filled_down(rows: list[list[str]], merged: Any) -> int:
    """Write the value of each merged cell into the rows below it; a merged cell may reach beyond the rows."""
    filled = 0
    for (top, left), (bottom, _) in merged:
        if top >= len(rows) or left >= len(rows[top]) or top == bottom:
            continue
        value = rows[top][left]
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row):
                row[left] = row[left] or value
        filled += bool(value)
    return filled


def _unreadable(path: Path, what: str, cure: str) -> TableError:
    return TableError(path.name, [Fault("unreadable", "", what, cure)])

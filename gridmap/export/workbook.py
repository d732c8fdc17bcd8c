"""Workbooks that a tired person can use: tables with frozen headers and filters, every text inert."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gridmap.export.office_lock import Lock
from gridmap.export.plain import plain_text
from gridmap.export.square_sheet import SquareSheet, write_squares

_FORBIDDEN = str.maketrans(dict.fromkeys(r"[]:*?/\'", " "))
_MOST_LETTERS = 31
CELL_LETTERS = 32_767
_HEAD_LETTERS = 240
_MARK_LETTERS = 80
_WIDTHS = (7, 36)
_PAGE = 110  # letters that stand side by side on a page without being made smaller
_BUTTON = 3  # of the filter, in letters
_LETTER_WIDTH = 1.1
_LINE_POINTS = 18
_MOST_LINES = 20
_MEASURED_ROWS = 300
_TEXT = {"font_name": "Microsoft YaHei", "font_size": 12, "num_format": "@", "valign": "vcenter"}
_BOXED = _TEXT | {"border": 1, "border_color": "#bfbfbf", "text_wrap": True}
_HEADER = _BOXED | {"bold": True, "bg_color": "#d9e1f2", "align": "center"}
_TITLE = _TEXT | {"bold": True, "font_size": 16}
_BANNER = _TITLE | {"font_color": "#b2182b"}
_FILL = _BOXED | {"bg_color": "#fffbe6"}
_DATE = "yyyy-mm-dd"
_TIME = "yyyy-mm-dd hh:mm"
_DATES = (date(2000, 1, 1), date(2199, 12, 31))
_LABEL = _TEXT | {"font_color": "#595959"}
_OPTIONS = {
    "in_memory": True,  # no copy of personal data in the folder for temporary files
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True)
class Fill:
    """A column that people fill in, on paper or on the screen; what stands in it already is shown.

    Parameters
    ----------
    width
        In letters, wide enough for a pen.
    choices
        What can be picked from a list; other text is taken after a warning.
    date
        Whether it holds dates.
    time
        Whether it holds times.
    whole
        Whether it holds whole numbers.
    warning
        What is said of an entry that is none of the choices, or no date.
    """

    width: float
    choices: tuple[str, ...] = ()
    date: bool = False
    time: bool = False
    whole: bool = False
    warning: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet: a title, facts if any, and one table.

    Parameters
    ----------
    name
        Of the sheet; made valid and unique.
    title
        In the first row.
    headings, rows
        The table: integers are written as numbers, texts as texts that nothing runs.
    facts
        Label and value, one row each above the table; a sheet with facts has no frozen header.
    empty
        What stands in the place of the rows when there are none.
    printed
        How many columns are printed, so that paper has room for large letters; 0 for all.
    widest
        The most letters of a line in some columns, by position; longer texts take several lines.
    fills
        The columns that people fill in, by position.
    """

    name: str
    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]
    facts: Sequence[tuple[str, str]] = ()
    empty: str = ""
    printed: int = 0
    widest: Mapping[int, float] = field(default_factory=dict)
    fills: Mapping[int, Fill] = field(default_factory=dict)


def workbook_bytes(
    sheets: Iterable[Sheet | SquareSheet],
    *,
    banner: str,
    foot: str,
    mark: str = "",
    password: str | Lock | None = None,
) -> bytes:
    """Write sheets as an XLSX workbook.

    Parameters
    ----------
    sheets
        In their order.
    banner
        A word before every title and on every page, such as DRAFT; may be empty.
    foot
        Stands at the foot of every page.
    mark
        For whom the copy is, at the head of every page; may be empty.
    password
        Encrypts the file (AES-256) if given; a `Lock` where many files have one.
    """
    import xlsxwriter

    from gridmap.export.quick_page import QuickPage

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, _OPTIONS)
    formats = {name: book.add_format(style) for name, style in _formats().items()}
    taken: set[str] = set()

    def add(name: str) -> tuple[str, Any]:
        known = sheet_name(name, taken)
        page = book.add_worksheet(known, QuickPage)
        _set_page(page, banner, foot, mark)
        return known, page

    for sheet in sheets:
        if isinstance(sheet, SquareSheet):
            write_squares(book, add, sheet, banner)
        else:
            _write(add(sheet.name)[1], sheet, formats, banner)
    book.close()
    return sealed(buffer.getvalue(), password)


def sheet_name(name: str, taken: set[str]) -> str:
    """Make a name that Excel allows and that is not taken, and take it."""
    plain = plain_text(name).translate(_FORBIDDEN).strip()[:_MOST_LETTERS].strip() or "1"
    plain = f"{plain}_" if plain.casefold() == "history" else plain
    chosen, number = plain, 1
    while chosen.casefold() in taken:
        number += 1
        chosen = f"{plain[: _MOST_LETTERS - len(str(number)) - 1]} {number}"
    taken.add(chosen.casefold())
    return chosen


def _formats() -> dict[str, dict[str, Any]]:
    number = _BOXED | {"num_format": "0", "align": "center"}
    return {
        "title": _TITLE,
        "banner": _BANNER,
        "label": _LABEL,
        "text": _TEXT,
        "header": _HEADER,
        "cell": _BOXED,
        "number": number,
        "fill": _FILL,
        "date": _FILL | {"num_format": _DATE},
        "time": _FILL | {"num_format": _TIME},
    }


def _write(page: Any, sheet: Sheet, formats: dict[str, Any], banner: str) -> None:
    title = f"{banner}  {plain_text(sheet.title)}".strip()
    page.write_string(0, 0, title[:CELL_LETTERS], formats["banner" if banner else "title"])
    page.set_row(0, 26)
    widths = _widths(sheet)
    beside = _beside([label for label, _ in sheet.facts], widths)
    for row, (label, value) in enumerate(sheet.facts, start=1):
        page.write_string(row, 0, plain_text(label), formats["label"])
        page.write_string(row, beside, plain_text(value)[:CELL_LETTERS], formats["text"])
    top = len(sheet.facts) + 2 if sheet.facts else 1
    for column, heading in enumerate(sheet.headings):
        page.write_string(top, column, heading, formats["header"])
    page.set_row(top, _LINE_POINTS * _lines(sheet.headings, widths) + 2)
    least = 2 if sheet.fills else 1  # a line of its own for the pen
    styles = [_style(sheet, column, formats) for column in range(len(sheet.headings))]
    heights = [_LINE_POINTS * max(_lines(values, widths), least) + 2.0 for values in sheet.rows]
    rows = [
        [value[:CELL_LETTERS] if isinstance(value, str) else value for value in row] for row in sheet.rows
    ]
    page.write_table(top + 1, rows, heights, styles, formats["number"])
    if sheet.rows:
        page.ignore_errors({"number_stored_as_text": f"A{top + 2}:XFD{top + 1 + len(rows)}"})
        _offer_choices(page, sheet, first=top + 1, last=top + len(sheet.rows))
    if not sheet.rows and sheet.empty:
        page.write_string(top + 1, 0, sheet.empty, formats["text"])
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    if sheet.printed:
        page.print_area(0, 0, top + max(len(sheet.rows), 1), sheet.printed - 1)
    page.autofilter(top, 0, top + max(len(sheet.rows), 1), max(len(sheet.headings) - 1, 0))
    if not sheet.facts:
        page.freeze_panes(top + 1, 0)
    page.repeat_rows(0 if not sheet.facts else top, top)


def _style(sheet: Sheet, column: int, formats: dict[str, Any]) -> Any:
    fill = sheet.fills.get(column)
    if fill is None:
        return formats["cell"]
    return formats["date" if fill.date else "time" if fill.time else "fill"]


def _offer_choices(page: Any, sheet: Sheet, *, first: int, last: int) -> None:
    for column, fill in sheet.fills.items():
        rule: dict[str, Any] = {"error_type": "warning", "error_message": fill.warning}
        if fill.whole:
            rule |= {"validate": "integer", "criteria": ">=", "value": 0}
        elif fill.date or fill.time:
            least, most = _DATES
            rule |= {"validate": "date", "criteria": "between", "minimum": least, "maximum": most}
        elif fill.choices:
            rule |= {"validate": "list", "source": list(fill.choices)}
        else:
            continue
        page.data_validation(first, column, last, column, rule)


def _widths(sheet: Sheet) -> list[float]:
    """Choose widths in which most values stand on one line, and all of them where the page has room."""
    some = sheet.rows[:: len(sheet.rows) // _MEASURED_ROWS + 1]
    lengths = [sorted(wide(str(row[column])) for row in some) for column in range(len(sheet.headings))]
    widths = [_width(sheet, column, each) for column, each in enumerate(lengths)]
    printed = sheet.printed or len(widths)
    room = _PAGE - sum(widths[:printed])
    for column, each in enumerate(lengths[:printed]):
        if each and column not in sheet.fills:
            more = max(min(each[-1] * _LETTER_WIDTH + 2 - widths[column], room), 0)
            widths[column] += more
            room -= more
    return widths


def _beside(labels: Sequence[str], widths: Sequence[float]) -> int:
    """Return the column beside the labels of facts: the third, or a later one where these are long."""
    longest = max((wide(label) * _LETTER_WIDTH + 1 for label in labels), default=0)
    return next((column for column in range(2, len(widths)) if sum(widths[:column]) >= longest), 2)


def _width(sheet: Sheet, column: int, lengths: Sequence[int]) -> float:
    """Choose the width of a column by the sorted lengths of its values."""
    if column in sheet.fills:
        return sheet.fills[column].width
    least, usual_most = _WIDTHS
    most = sheet.widest.get(column, usual_most)
    usual = lengths[int(len(lengths) * 0.95)] if lengths else 0
    heading = max(map(wide, sheet.headings[column].split()), default=0) * _LETTER_WIDTH + _BUTTON
    return float(min(max(usual * _LETTER_WIDTH + 2, heading, least), most))


def _lines(values: Sequence[Any], widths: Sequence[float]) -> int:
    """Return how many lines the fullest cell of a row needs; not every program finds out by itself."""
    lines = 1
    for value, width in zip(values, widths, strict=True):
        if isinstance(value, str) and len(value) * 2 * _LETTER_WIDTH > width:
            lines = max(lines, math.ceil(wide(value) * _LETTER_WIDTH / (width - 1)))
    return min(lines, _MOST_LINES)


def wide(text: str) -> int:
    """Measure a text in Latin letters; a Chinese one, which takes three bytes, is twice as wide."""
    return (len(text) + len(text.encode(errors="replace"))) // 2


def _set_page(page: Any, banner: str, foot: str, mark: str) -> None:
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    page.set_footer(page_foot(foot))
    head = page_head(banner, mark)
    if head:
        page.set_header(head)


def page_foot(foot: str) -> str:
    """Return the foot of every page, as Excel writes it: a text, and the number of the page."""
    return "&L" + plain_text(foot).replace("&", "&&")[:_HEAD_LETTERS] + "&R&P / &N"


def page_head(banner: str, mark: str) -> str:
    """Return the head of every page, as Excel writes it; empty where nothing is to be said."""
    heads = [f'&C&"Microsoft YaHei,Bold"&16{plain_text(banner).replace("&", "&&")}'] if banner else []
    if mark:
        heads.append(f'&R&"Microsoft YaHei"&9{plain_text(mark).replace("&", "&&")[:_MARK_LETTERS]}')
    return "".join(heads)


def sealed(data: bytes, password: str | Lock | None) -> bytes:
    """Encrypt the bytes of a workbook if a password is given."""
    if password is None:
        return data
    return (password if isinstance(password, Lock) else Lock(password)).seal(data)


def opened(data: bytes, password: str | Lock | None) -> io.BytesIO:
    """Open the bytes of a workbook, decrypted if a password is given.

    Raises
    ------
    ValueError
        If it is no Office file, or it is encrypted and the password is missing or wrong.
    """
    import msoffcrypto
    from msoffcrypto.exceptions import FileFormatError, InvalidKeyError

    clear = io.BytesIO()
    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(data))
        if not office.is_encrypted():
            return io.BytesIO(data)
        if password is None:
            raise ValueError("it is encrypted; give the password")
        (password if isinstance(password, Lock) else Lock(password)).open(office)
        office.decrypt(clear)
    except (FileFormatError, InvalidKeyError) as error:
        raise ValueError(str(error)) from error
    clear.seek(0)
    return clear

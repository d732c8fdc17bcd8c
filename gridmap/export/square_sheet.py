"""The building matrix in a workbook: a sheet for each building, and one from which they are found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gridmap.core.floors import room_at
from gridmap.core.matrix import STATES, Building, Square
from gridmap.export.listwords import phrase
from gridmap.export.matrix import FILLS, counted
from gridmap.export.plain import plain_text

MOST_SHEETS = 50
_HOUSES_ACROSS = 10
_MOST_BREAKS = 1000
_ROW_POINTS, _LABEL_POINTS = 54, 20
_WIDTHS = (8, 13)
_INDEX_WIDTHS = (7, 44, 60)
_TOP = 3
_TITLE_LETTERS = 200
_NO_ROOM = "—"
_FONT = {"font_name": "Microsoft YaHei", "num_format": "@"}
_LINK = {"font_color": "#0563c1", "underline": 1, "font_size": 12}

Add = Callable[[str], tuple[str, Any]]
"""Adds a sheet of about this name to the workbook; returns its name and the sheet."""


@dataclass(frozen=True)
class SquareSheet:
    """Sheets of buildings.

    Parameters
    ----------
    name, title
        Of the sheet from which they are found, and in the first row of each.
    buildings
        In walking order.
    lang
        ``zh`` or ``en``.
    """

    name: str
    title: str
    buildings: Sequence[Building]
    lang: str


def write_squares(book: Any, add: Add, sheet: SquareSheet, banner: str) -> None:
    """Write a sheet for each building; every text is inert, and none of a square reads as a heading.

    Where there are more than `MOST_SHEETS`, all stand below each other on one, each on a page of its own.
    """
    pen = _Pen(book, sheet.lang)
    title = f"{banner}  {plain_text(sheet.title)}".strip()
    index, first = add(sheet.name)
    pen.title(first, title)
    for column, width in enumerate(_INDEX_WIDTHS):
        first.set_column(column, column, width)
    alone = len(sheet.buildings) <= MOST_SHEETS
    page: Any
    name, page = ("", None) if alone else add(phrase("sheet_buildings", sheet.lang))
    if not alone:
        pen.title(page, title)
        said = phrase("buildings_together", sheet.lang, count=len(sheet.buildings), most=MOST_SHEETS)
        first.write_string(1, 0, said, pen.style("note", {"font_color": "#595959"}))
    row, breaks = _TOP, list[int]()
    for place, building in enumerate(sheet.buildings, start=1):
        if alone:
            name, page = add(_title(building, sheet.lang))
            pen.title(page, title)
            page.write_url(2, 0, _link(index), pen.style("link", _LINK), phrase("to_index", sheet.lang))
            row = _TOP
            if building.floors:
                page.repeat_rows(_TOP, _TOP + 1)  # a high-rise prints on several pages
        elif place > 1:
            breaks.append(row)
        pen.number(first, place + 2, place)
        first.write_url(
            place + 2,
            1,
            _link(name, 0 if alone else row),
            pen.style("link", _LINK),
            _title(building, sheet.lang),
        )
        first.write_string(
            place + 2, 2, " · ".join(counted(building, sheet.lang)), pen.style("text", {"font_size": 12})
        )
        if alone:
            pen.widen(page, building)
        row = _write_building(pen, page, building, row, sheet.lang) + 1
    if not alone:
        pen.widen(page, max(sheet.buildings, key=lambda each: len(each.columns)))
        page.set_h_pagebreaks(breaks[:_MOST_BREAKS])


def _title(building: Building, lang: str) -> str:
    name = building.title or phrase("elsewhere", lang)
    return plain_text(name if building.floors else f"{name} {phrase('houses', lang)}")[:_TITLE_LETTERS]


def _link(name: str, row: int = 0) -> str:
    """Return a link to a row of a sheet; no name of a sheet has a quote in it."""
    return f"internal:'{name}'!A{row + 1}"


class _Pen:
    """Writes squares with the styles of a workbook, each made once."""

    def __init__(self, book: Any, lang: str) -> None:
        self.book, self.lang = book, lang
        self._styles: dict[str, Any] = {}

    def title(self, page: Any, text: str) -> None:
        """Write the title of a sheet, and what the letters of squares mean."""
        page.write_string(0, 0, text, self.style("title", {"bold": True, "font_size": 16}))
        page.write_string(1, 0, _legend(self.lang), self.style("note", {"font_color": "#595959"}))

    def number(self, page: Any, row: int, number: int) -> None:
        page.write_number(row, 0, number, self.style("number", {"num_format": "0", "align": "center"}))

    def widen(self, page: Any, building: Building) -> None:
        """Make room for the columns of a building."""
        page.set_column(0, 0, _WIDTHS[0])
        page.set_column(1, max(len(building.columns), 1) + 10, _WIDTHS[1])

    def style(self, key: str, style: dict[str, Any]) -> Any:
        if key not in self._styles:
            self._styles[key] = self.book.add_format(_FONT | style)
        return self._styles[key]

    def label(self, page: Any, row: int, column: int, text: str) -> None:
        look = {"font_color": "#595959", "align": "center", "valign": "vcenter"}
        page.write_string(row, column, plain_text(text), self.style("label", look))

    def squares(self, page: Any, row: int, column: int, squares: Sequence[Square], *, room: str = "") -> None:
        """Write who is behind a door; a door without anybody on record is a dashed frame with its number."""
        first = next((each.states[0] for each in squares if each.states), "")
        look = {"border": 1, "text_wrap": True, "valign": "top", "font_size": 10}
        look |= {"bg_color": FILLS[first]} if first in FILLS else {}
        look |= {"diag_type": 1, "diag_border": 1} if first == "vacant" else {}
        look |= {"border": 2} if first == "needs" else {"border": 8} if first == "exception" else {}
        if not squares:
            look = {"border": 4, "border_color": "#bfbfbf", "font_color": "#767676", "valign": "top"}
        text = "\n".join(_said(each, self.lang) for each in squares) or room
        page.write_string(row, column, text, self.style(f"square {first} {bool(squares)}", look))


def _write_building(pen: _Pen, page: Any, building: Building, row: int, lang: str) -> int:
    """Write one building; return the row after it."""
    said = " · ".join([_title(building, lang), *counted(building, lang)])
    page.write_string(row, 0, said, pen.style("head", {"bold": True, "font_size": 13}))
    row += 1
    if building.floors:
        units = [unit for unit, _ in building.columns]
        for unit in filter(None, dict.fromkeys(units)):
            pen.label(page, row, units.index(unit) + 1, phrase("unit_of_building", lang, unit=unit))
        page.set_row(row, _LABEL_POINTS)
        row += 1
    for floor in building.floors:
        most = max(len(building.squares.get((floor, column), ())) for column in building.columns)
        page.set_row(row, _ROW_POINTS * max(most, 1))
        pen.label(page, row, 0, phrase("floor_of_building", lang, floor=floor))
        for column, key in enumerate(building.columns, start=1):
            squares = building.squares.get((floor, key), ())
            if squares or building.expects(floor, key):
                pen.squares(page, row, column, squares, room=room_at(floor, key[1]))
        row += 1
    for place, square in enumerate(building.houses):
        down, across = divmod(place, _HOUSES_ACROSS)
        page.set_row(row + down, _ROW_POINTS)
        pen.squares(page, row + down, across + 1, [square])
    return row + -(-len(building.houses) // _HOUSES_ACROSS)


def _legend(lang: str) -> str:
    said = [f"{phrase(f'letter_{state}', lang)} {phrase(f'state_{state}', lang)}" for state in STATES]
    return " · ".join(said)


def _said(square: Square, lang: str) -> str:
    letters = [phrase(f"letter_{state}", lang) for state in square.states]
    count = "" if square.residents is None else phrase("residents_of", lang, count=square.residents)
    lines = [" ".join([plain_text(square.room) or _NO_ROOM, *letters]), plain_text(square.name), count]
    return "\n".join(line for line in lines if line)

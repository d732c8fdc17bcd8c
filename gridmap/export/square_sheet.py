"""The building matrix as a sheet of a workbook: buildings below each other, each on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gridmap.core.matrix import STATES, Building, Square
from gridmap.export.listwords import phrase
from gridmap.export.matrix import FILLS, counted
from gridmap.export.plain import plain_text

_HOUSES_ACROSS = 10
_MOST_BREAKS = 1000
_ROW_POINTS, _LABEL_POINTS = 54, 20
_WIDTHS = (8, 13)
_NO_ROOM = "—"
_FONT = {"font_name": "Microsoft YaHei", "num_format": "@"}


@dataclass(frozen=True)
class SquareSheet:
    """A sheet of buildings.

    Parameters
    ----------
    name, title
        Of the sheet, and in its first row.
    buildings
        In walking order.
    lang
        ``zh`` or ``en``.
    """

    name: str
    title: str
    buildings: Sequence[Building]
    lang: str


def write_squares(book: Any, page: Any, sheet: SquareSheet, banner: str) -> None:
    """Write a sheet of buildings; every text is inert, and none of a square reads as a heading."""
    pen = _Pen(book, page, sheet.lang)
    title = f"{banner}  {plain_text(sheet.title)}".strip()
    page.write_string(0, 0, title, pen.style("title", {"bold": True, "font_size": 16}))
    page.set_column(0, 0, _WIDTHS[0])
    page.set_column(1, max((len(each.columns) for each in sheet.buildings), default=1) + 10, _WIDTHS[1])
    pen.page.write_string(1, 0, _legend(sheet.lang), pen.style("legend", {"font_color": "#595959"}))
    row, breaks = 3, list[int]()
    for place, building in enumerate(sheet.buildings):
        if place:
            breaks.append(row)
        row = _write_building(pen, building, row, sheet.lang) + 1
    page.set_h_pagebreaks(breaks[:_MOST_BREAKS])


class _Pen:
    """Writes squares with the styles of a workbook, each made once."""

    def __init__(self, book: Any, page: Any, lang: str) -> None:
        self.book, self.page, self.lang = book, page, lang
        self._styles: dict[str, Any] = {}

    def style(self, key: str, style: dict[str, Any]) -> Any:
        if key not in self._styles:
            self._styles[key] = self.book.add_format(_FONT | style)
        return self._styles[key]

    def label(self, row: int, column: int, text: str) -> None:
        look = {"font_color": "#595959", "align": "center", "valign": "vcenter"}
        self.page.write_string(row, column, plain_text(text), self.style("label", look))

    def squares(self, row: int, column: int, squares: Sequence[Square]) -> None:
        """Write who is behind a door; a door without anybody on record is a dashed frame."""
        first = next((each.states[0] for each in squares if each.states), "")
        look = {"border": 1, "text_wrap": True, "valign": "top", "font_size": 10}
        look |= {"bg_color": FILLS[first]} if first in FILLS else {}
        look |= {"diag_type": 1, "diag_border": 1} if first == "vacant" else {}
        look |= {"border": 2} if first == "needs" else {"border": 8} if first == "exception" else {}
        if not squares:
            look = {"border": 4, "border_color": "#bfbfbf"}
        text = "\n".join(_said(each, self.lang) for each in squares)
        self.page.write_string(row, column, text, self.style(f"square {first} {bool(squares)}", look))


def _write_building(pen: _Pen, building: Building, row: int, lang: str) -> int:
    """Write one building; return the row after it."""
    name = building.title or phrase("elsewhere", lang)
    name = name if building.floors else f"{name} {phrase('houses', lang)}"
    said = " · ".join([name, *counted(building, lang)])
    pen.page.write_string(row, 0, plain_text(said), pen.style("head", {"bold": True, "font_size": 13}))
    row += 1
    if building.floors:
        units = [unit for unit, _ in building.columns]
        for unit in filter(None, dict.fromkeys(units)):
            pen.label(row, units.index(unit) + 1, phrase("unit_of_building", lang, unit=unit))
        pen.page.set_row(row, _LABEL_POINTS)
        row += 1
    for floor in building.floors:
        most = max(len(building.squares.get((floor, column), ())) for column in building.columns)
        pen.page.set_row(row, _ROW_POINTS * max(most, 1))
        pen.label(row, 0, phrase("floor_of_building", lang, floor=floor))
        for column, key in enumerate(building.columns, start=1):
            pen.squares(row, column, building.squares.get((floor, key), ()))
        row += 1
    for place, square in enumerate(building.houses):
        down, across = divmod(place, _HOUSES_ACROSS)
        pen.page.set_row(row + down, _ROW_POINTS)
        pen.squares(row + down, across + 1, [square])
    return row + -(-len(building.houses) // _HOUSES_ACROSS)


def _legend(lang: str) -> str:
    said = [f"{phrase(f'letter_{state}', lang)} {phrase(f'state_{state}', lang)}" for state in STATES]
    return " · ".join(said)


def _said(square: Square, lang: str) -> str:
    letters = [phrase(f"letter_{state}", lang) for state in square.states]
    count = "" if square.residents is None else phrase("residents_of", lang, count=square.residents)
    lines = [" ".join([plain_text(square.room) or _NO_ROOM, *letters]), plain_text(square.name), count]
    return "\n".join(line for line in lines if line)

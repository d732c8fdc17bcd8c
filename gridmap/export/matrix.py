"""The building matrix 楼栋户格图: a page for each building, a square for each household."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gridmap.core.called import staff, zone_titles
from gridmap.core.contacts import household_rows, households_of, needs_seen, placed
from gridmap.core.floors import room_at
from gridmap.core.held import issued_zones
from gridmap.core.matrix import STATES, Building, Column, Square, buildings_of, roles_in_areas
from gridmap.core.privacy import (
    check_entitled,
    check_protected,
    household_columns,
    masks_households,
)
from gridmap.core.release import check_release
from gridmap.export.filenames import file_name
from gridmap.export.list_pages import EDGE, list_paper, write_foot, write_papers
from gridmap.export.listwords import phrase
from gridmap.export.paper import GREY, INK, RULE, Paper
from gridmap.export.subject import Subject, as_zoning
from gridmap.export.written import Written
from gridmap.model.zoning import Zoning

_TOP, _BOTTOM = 92.0, 24.0
_FLOOR = 40.0
_UNIT = 18.0
_WIDEST, _HIGHEST = 150.0, 72.0
_LOW = 56.0
_COLUMNS, _FLOORS = 12, 9
_HOUSES_ACROSS, _HOUSES_DOWN = 10, 8
_SMALL, _TEXT = 8.5, 10.5
FILLS = {  # light enough for black letters, and apart under every colour deficiency; letters say it too
    "exception": "#f6ec8c",
    "needs": "#f4b26a",
    "vacant": "#ffffff",
    "reached": "#a9d5f2",
    "enterprise": "#cfcfcf",
    "dormitory": "#dcd3ea",
    "shop": "#e3e3e3",
}


class _Box(NamedTuple):
    """A place on a page, in points from the top left."""

    x: float
    y: float
    wide: float
    high: float


def export_matrix(
    subject: Subject,
    folder: Path | str,
    *,
    audience: str = "official",
    lang: str = "zh",
    password: str | None = None,
    plain: bool = False,
    check: Callable[[], object] | None = None,
) -> list[Written]:
    """Write the building matrix of every zone as PDF, and for the field that of everybody who serves an area.

    Every household of a zone stands in exactly one square; one that could not be placed stands where its
    address says. Needs are shown only in the files of those who may see them; officials see doors and states,
    but no names.

    Parameters
    ----------
    subject
        What is shown: a zoning with a placement, or a workspace.
    folder
        Made if it is missing; files of these names are replaced.
    audience
        ``official`` or ``field``.
    lang
        ``zh`` or ``en``.
    password
        Encrypts every file (AES-256).
    plain
        Whether those for the field may be written without a password.
    check
        Called before each file, and may stop the export.

    Returns
    -------
    written
        The files, readable by their owner only; the zones first.

    Raises
    ------
    UnsupportedError
        If the audience may not have it, or the field has neither a password nor `plain`.
    ExportBlockedError
        If the certificate or a hard vacancy forbids it.
    """
    zoning = as_zoning(subject)
    check_entitled(audience, household_columns, "building matrix")
    check_protected(audience, "building matrices", password=password, plain=plain)
    placed(zoning)
    zoning = check_release(zoning, audience)
    papers = (
        (
            (name, sum(len(each.all_squares) for each in buildings)),
            draw_matrix(title, buildings, zoning, lang, password),
        )
        for name, title, buildings in _matrices(zoning, audience, lang)
    )
    return write_papers(papers, folder, name="matrix", audience=audience, check=check)


def _matrices(zoning: Zoning, audience: str, lang: str) -> Iterator[tuple[str, str, list[Building]]]:
    """Yield name, title and buildings of every file."""
    rows = household_rows(zoning, audience=audience, lang=lang)
    titles, names, taken = zone_titles(zoning, lang), zoning.plan.zones["name"], set[str]()
    masked = masks_households(audience)
    for zone in issued_zones(zoning):
        buildings = buildings_of(zoning, rows[rows["zone_id"] == zone], lang=lang, masked=masked)
        yield f"zones/{file_name(f'{zone} {names[zone]}', taken)}.pdf", titles[zone], buildings
    if masked:
        return
    known, taken = staff(zoning)["name"], set[str]()
    serving, seen = roles_in_areas(zoning), needs_seen(zoning, rows)
    for official, places in households_of(zoning, rows).items():
        if official not in serving:
            continue
        needs = np.isin(places, seen.get(official, ()))
        name = file_name(f"{official} {known.get(official, '')}", taken)
        title = phrase("list_of", lang, name=known.get(official, "") or official)
        own = rows.iloc[np.asarray(places)]
        yield f"officials/{name}.pdf", title, buildings_of(zoning, own, lang=lang, needs=needs)


def draw_matrix(
    title: str, buildings: Sequence[Building], zoning: Zoning, lang: str, password: str | None = None
) -> Paper:
    """Draw a page for each building, more where it is large.

    Parameters
    ----------
    title
        On every page.
    buildings
        What is drawn.
    zoning
        Its document and version stand on every page.
    lang
        ``zh`` or ``en``.
    password
        Encrypts it.
    """
    paper = list_paper(title, zoning, lang=lang, password=password, wide=True)
    pages = [(building, part) for building in buildings for part in _parts(building)]
    for number, (building, part) in enumerate(pages, start=1):
        paper.begin_page()
        _head(paper, title, building, lang)
        _legend(paper, lang)
        if isinstance(part, tuple):
            floors, columns = part
            _draw_floors(paper, building, floors, columns, lang)
        else:
            _draw_houses(paper, part, lang)
        write_foot(paper, zoning, lang, f"{number} / {len(pages)}")
    return paper


def _parts(building: Building) -> list[Any]:
    """Return what stands on each page of a building: floors and columns, or a list of houses."""
    parts: list[Any] = [
        (building.floors[down : down + _FLOORS], building.columns[across : across + _COLUMNS])
        for down in range(0, len(building.floors), _FLOORS)
        for across in range(0, len(building.columns), _COLUMNS)
    ]
    room = _HOUSES_ACROSS * _HOUSES_DOWN
    return parts + [list(building.houses[at : at + room]) for at in range(0, len(building.houses), room)]


def _head(paper: Paper, title: str, building: Building, lang: str) -> None:
    inner = paper.width - 2 * EDGE
    name = building.title or phrase("elsewhere", lang)
    name = name if building.floors else f"{name} {phrase('houses', lang)}"
    paper.write(paper.fit(name, size=22, width=inner), EDGE, EDGE - 10, size=22)
    said = " · ".join([title, *counted(building, lang)])
    paper.write(paper.fit(said, size=_TEXT, width=inner), EDGE, EDGE + 18, size=_TEXT)
    paper.stroke(EDGE, EDGE + 34, EDGE + inner, EDGE + 34, color=INK, line=1.2)


def counted(building: Building, lang: str) -> list[str]:
    """Say how many households and residents a building has, and how many of them each state."""
    squares = building.all_squares
    counts = [phrase("households_of", lang, count=len(squares))]
    known = [each.residents for each in squares if each.residents is not None]
    counts.append(phrase("residents_of", lang, count=sum(known)))
    for state in STATES:
        count = sum(state in each.states for each in squares)
        if count:
            counts.append(f"{phrase(f'state_{state}', lang)} {count}")
    return counts


def _legend(paper: Paper, lang: str) -> None:
    x, y = EDGE, EDGE + 40
    for state in STATES:
        _fill(paper, _Box(x, y, 16, 12), (state,))
        label = f"{phrase(f'letter_{state}', lang)} {phrase(f'state_{state}', lang)}"
        paper.write(paper.printable(label), x + 20, y + 1.5, size=_SMALL)
        x += 34 + paper.measure(paper.printable(label), size=_SMALL)
    paper.box(x, y, 16, 12, edge=RULE, line=0.6, dash=2.0)
    paper.write(paper.printable(phrase("no_record", lang)), x + 20, y + 1.5, size=_SMALL)


def _draw_floors(
    paper: Paper, building: Building, floors: Sequence[int], columns: Sequence[Column], lang: str
) -> None:
    left, top = EDGE + _FLOOR, EDGE + _TOP - 34 + _UNIT
    wide = min(_WIDEST, (paper.width - EDGE - left) / len(columns))
    high = min(_HIGHEST, (paper.height - EDGE - _BOTTOM - top) / len(floors))
    for unit in dict.fromkeys(unit for unit, _ in columns):
        places = [place for place, (own, _) in enumerate(columns) if own == unit]
        x, across = left + places[0] * wide, len(places) * wide
        if unit:
            label = paper.fit(phrase("unit_of_building", lang, unit=unit), size=_TEXT, width=across)
            paper.write(label, x + across / 2, top - 15, size=_TEXT, align="center")
        if places[0]:
            paper.stroke(x, top - _UNIT, x, top + high * len(floors), color=INK, line=1.4)
    for down, floor in enumerate(floors):
        y = top + down * high
        label = paper.fit(phrase("floor_of_building", lang, floor=floor), size=_TEXT, width=_FLOOR - 4)
        paper.write(label, left - 6, y + high / 2 - 6, size=_TEXT, align="right")
        for across, column in enumerate(columns):
            squares, box = (
                building.squares.get((floor, column), ()),
                _Box(left + across * wide, y, wide, high),
            )
            if squares or building.expects(floor, column):
                _draw_door(paper, squares, box, lang, room=room_at(floor, column[1]))


def _draw_door(paper: Paper, squares: Sequence[Square], box: _Box, lang: str, *, room: str) -> None:
    """Draw who is behind a door: nobody on record, one household, or several beside each other."""
    if not squares:
        paper.box(box.x + 2, box.y + 2, box.wide - 4, box.high - 4, edge=RULE, line=0.6, dash=2.0)
        shown = paper.fit(room, size=_TEXT, width=box.wide - 10)
        paper.write(shown, box.x + 5, box.y + 5, size=_TEXT, color=GREY)
        return
    each = (box.wide - 2) / len(squares)
    for place, square in enumerate(squares):
        _draw_square(paper, square, _Box(box.x + 1 + place * each, box.y + 1, each - 1, box.high - 2), lang)


def _draw_houses(paper: Paper, houses: Sequence[Square], lang: str) -> None:
    top = EDGE + _TOP - 30
    wide = (paper.width - 2 * EDGE) / _HOUSES_ACROSS
    high = min(_LOW, (paper.height - EDGE - _BOTTOM - top) / _HOUSES_DOWN)
    for place, square in enumerate(houses):
        down, across = divmod(place, _HOUSES_ACROSS)
        box = _Box(EDGE + across * wide + 1, top + down * high + 1, wide - 2, high - 2)
        _draw_square(paper, square, box, lang)


def _draw_square(paper: Paper, square: Square, box: _Box, lang: str) -> None:
    _fill(paper, box, square.states)
    x, y, wide, high = box
    letters = " ".join(phrase(f"letter_{state}", lang) for state in square.states)
    shown = paper.printable(letters)
    room = wide - 8 - paper.measure(shown, size=_TEXT)
    paper.write(paper.fit(square.room, size=_TEXT, width=max(room, 12)), x + 4, y + 4, size=_TEXT)
    paper.write(shown, x + wide - 4, y + 4, size=_TEXT, align="right")
    if high > 34:
        paper.write(paper.fit(square.name, size=_TEXT, width=wide - 8), x + 4, y + high - 30, size=_TEXT)
    if high > 22 and square.residents is not None:
        count = phrase("residents_of", lang, count=square.residents)
        paper.write(
            paper.fit(count, size=_SMALL, width=wide - 8), x + 4, y + high - 14, size=_SMALL, color=GREY
        )


def _fill(paper: Paper, box: _Box, states: Sequence[str]) -> None:
    """Draw a square by the first of its states: fill, and a sign that is seen without colour."""
    x, y, wide, high = box
    first = states[0] if states else ""
    heavy = first in ("exception", "needs")
    dash = 3.0 if first == "exception" else 0.0
    paper.box(x, y, wide, high, fill=FILLS.get(first, "#ffffff"), line=1.8 if heavy else 0.7, dash=dash)
    if first == "vacant":
        paper.stroke(x, y + high, x + wide, y, color=RULE, line=0.8)

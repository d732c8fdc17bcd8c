"""Call sheets: households on paper, for people without a computer, with boxes to tick."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gridmap.core.called import called, staff, zone_titles
from gridmap.core.contacts import LINKED, placed
from gridmap.core.held import issued_zones
from gridmap.core.privacy import check_entitled, check_protected, followup_columns, shows_needs
from gridmap.core.release import check_release
from gridmap.export.filenames import file_name
from gridmap.export.issue import Issue
from gridmap.export.list_pages import EDGE, list_paper, write_foot, write_papers
from gridmap.export.listwords import phrase
from gridmap.export.paper import GREY, INK, RULE, Paper
from gridmap.export.sheet import break_before
from gridmap.export.subject import Subject, as_zoning
from gridmap.export.written import Written

_LINE, _BAND = 42.0, 24.0
_LARGE, _TEXT, _SMALL = 15.0, 11.5, 9.0
_TICK = 13.0
_TICKS = ("reached", "absent", "in_need")
_NEEDS_COLOR = "#b2182b"
_NUMBER, _PHONE, _TICK_WIDTH = 28.0, 122.0, 49.0  # the rest is for the address
_SMALLER, _LEADING = (11.0, 9.5, 8.0), 1.15  # of what needs two lines


@dataclass(frozen=True)
class _Line:
    """A household on a call sheet, or the heading of those that follow."""

    band: str = ""
    number: int = 0
    address: str = ""
    who: str = ""
    needs: str = ""
    phone: str = ""

    @property
    def height(self) -> float:
        return _BAND if self.band else _LINE


def export_callsheets(
    subject: Subject,
    folder: Path | str,
    *,
    audience: str = "field",
    lang: str = "zh",
    password: str | None = None,
    plain: bool = False,
    check: Callable[[], object] | None = None,
) -> list[Written]:
    """Write call sheets as PDF: one for each person who is linked to households, and one for each zone.

    A line holds a household, with boxes to tick for reached, absent and in need. The sheets of a zone hold
    all its households, by who calls them; needs stand only on the sheets of those who may see them.

    Parameters
    ----------
    subject
        What is listed: a zoning with a placement, or a workspace.
    folder
        Made if it is missing; files of these names are replaced.
    audience
        Only ``field``: other lists are masked, and nobody can be called from them.
    lang
        ``zh`` or ``en``.
    password
        Encrypts every file (AES-256); phones and computers ask for it.
    plain
        Whether they may be written without a password.
    check
        Called before each file, and may stop the export.

    Returns
    -------
    written
        The files, readable by their owner only; the zones first.

    Raises
    ------
    UnsupportedError
        If the audience may not have them, or there is neither a password nor `plain`.
    ExportBlockedError
        If the certificate or a hard vacancy forbids it.
    """
    zoning = as_zoning(subject)
    check_entitled(audience, followup_columns, "call sheets")
    check_protected(audience, "call sheets", password=password, plain=plain)
    placed(zoning)
    zoning = check_release(zoning, audience)
    papers = (
        (
            (name, sum(not line.band for line in lines)),
            draw_callsheet(title, lines, zoning=zoning, lang=lang, password=password or None),
        )
        for name, title, lines in _Sheets(Issue(zoning, audience, lang))
    )
    return write_papers(papers, folder, name="callsheets", audience=audience, check=check)


class _Sheets:
    """The call sheets of an issue: name of the file, title and lines of each.

    Parameters
    ----------
    issue
        Whose households.
    """

    def __init__(self, issue: Issue) -> None:
        self.issue, self.zoning, self.lang = issue, issue.zoning, issue.lang
        self._titles = zone_titles(self.zoning, self.lang)
        self._called = called(self.zoning, audience=issue.audience)
        self._callers = self._linked()

    def __iter__(self) -> Iterator[tuple[str, str, list[_Line]]]:
        names, taken = self.zoning.plan.zones["name"], set[str]()
        zones = self.issue.rows["zone_id"].to_numpy()
        for zone in issued_zones(self.zoning):
            name = file_name(f"{zone} {names[zone]}", taken)
            yield f"zones/{name}.pdf", self._titles[zone], self._of_zone(np.flatnonzero(zones == zone))
        known, taken = staff(self.zoning)["name"], set[str]()
        for official in dict.fromkeys(each for each in self._callers if each):
            places = np.flatnonzero(self._callers == official)
            name = file_name(f"{official} {known.get(official, '')}", taken)
            title = phrase("list_of", self.lang, name=self._called.get(official, official))
            yield f"officials/{name}.pdf", title, self._of_official(places)

    def _linked(self) -> Any:
        """Return who is linked to each household, by its place; empty text for nobody."""
        duties = self.zoning.duties
        if duties is None:
            return np.full(len(self.issue.rows), "", dtype=object)
        links = duties.table[duties.table["target_kind"] == "household"]
        links = links[links["role"] == LINKED].drop_duplicates("target").set_index("target")["official_id"]
        return self.issue.rows.index.to_series().map(links).fillna("").to_numpy(dtype=object)

    def _of_zone(self, places: Any) -> list[_Line]:
        lines: list[_Line] = []
        for caller in dict.fromkeys(self._callers[places]):
            own = [place for place in places if self._callers[place] == caller]
            who = self._called.get(caller, caller) or phrase("nobody", self.lang)
            count = phrase("households_of", self.lang, count=len(own))
            lines.append(_Line(band=f"{phrase('caller', self.lang)} {who} · {count}"))
            lines.extend(self._lines(own, needs=False))
        return lines

    def _of_official(self, places: Any) -> list[_Line]:
        roles = self.zoning.protocol.needs_roles
        needs = shows_needs(self.issue.audience, LINKED, roles)
        zones = self.issue.rows["zone_id"].to_numpy()
        lines: list[_Line] = []
        for zone in dict.fromkeys(zones[places]):
            own = [place for place in places if zones[place] == zone]
            count = phrase("households_of", self.lang, count=len(own))
            lines.append(_Line(band=f"{self._titles[zone]} · {count}"))
            lines.extend(self._lines(own, needs=needs))
        return lines

    def _lines(self, places: Sequence[int], *, needs: bool) -> Iterator[_Line]:
        rows = self.issue.rows.iloc[list(places)]
        comma = "、" if self.lang == "zh" else ", "
        for number, row in enumerate(rows.to_dict("records"), start=1):
            residents = row["residents"]
            count = phrase("residents_of", self.lang, count=residents) if residents == residents else ""  # noqa: PLR0124
            yield _Line(
                number=number,
                address=row["address"] or row["building"],
                who=" ".join(each for each in (row["head_name"], count, row["kind"]) if each),
                needs=comma.join(filter(None, (row["needs"], row["flags"], row["needs_now"])))
                if needs
                else "",
                phone=row["phone"],
            )


def draw_callsheet(
    title: str, lines: Sequence[_Line], *, zoning: Any, lang: str, password: str | None = None
) -> Paper:
    """Draw the pages of one call sheet.

    Parameters
    ----------
    title
        On every page.
    lines
        Households and headings.
    zoning
        Its document and version stand on every page.
    lang
        ``zh`` or ``en``.
    password
        Encrypts it.
    """
    paper = list_paper(title, zoning, lang=lang, password=password)
    pages = _pages(lines, room=paper.height - 2 * EDGE - 74 - 22)
    for number, page in enumerate(pages, start=1):
        paper.begin_page()
        y = _head(paper, title, zoning, lang)
        for line in page:
            _draw_line(paper, line, y, lang)
            y += line.height
        write_foot(paper, zoning, lang, f"{number} / {len(pages)}")
    return paper


def _pages(lines: Sequence[_Line], *, room: float) -> list[list[_Line]]:
    """Break lines into pages; a heading stays with what follows, and is said again on the next page."""
    pages: list[list[_Line]] = [[]]
    left, band = room, None
    for place, line in enumerate(lines):
        needed = line.height + (_LINE if line.band and place + 1 < len(lines) else 0)
        if needed > left and pages[-1]:
            pages.append([])
            left = room
            if not line.band and band is not None:
                pages[-1].append(band)
                left -= band.height
        band = line if line.band else band
        pages[-1].append(line)
        left -= line.height
    return pages


def _head(paper: Paper, title: str, zoning: Any, lang: str) -> float:
    inner = paper.width - 2 * EDGE
    paper.write(paper.fit(title, size=20, width=inner), EDGE, EDGE - 8, size=20)
    document = zoning.document
    facts = [document.title or zoning.protocol.title(lang), document.number]
    facts += [f"{phrase('for', lang)} {document.recipient}"] if document.recipient else []
    said = paper.fit(" · ".join(filter(None, facts)), size=_SMALL, width=inner)
    paper.write(said, EDGE, EDGE + 18, size=_SMALL, color=GREY)
    how = paper.fit(phrase("how_to_tick", lang), size=_SMALL, width=inner)
    paper.write(how, EDGE, EDGE + 31, size=_SMALL, color=GREY)
    paper.stroke(EDGE, EDGE + 46, EDGE + inner, EDGE + 46, color=INK, line=1.2)
    return EDGE + 48


def _draw_line(paper: Paper, line: _Line, y: float, lang: str) -> None:
    inner = paper.width - 2 * EDGE
    if line.band:
        paper.box(EDGE, y + 2, inner, _BAND - 3, fill="#e6e6e6", edge="")
        paper.write(paper.fit(line.band, size=12, width=inner - 8), EDGE + 4, y + 6, size=12)
        return
    ticks = _ticks(paper, lang)
    left = EDGE + inner - sum(width for _, width in ticks)
    x, wide = EDGE + _NUMBER, left - _PHONE - EDGE - _NUMBER
    paper.write(str(line.number), x - 8, y + 7, size=_TEXT, color=GREY, align="right")
    used = _write_whole(paper, line.address, x, y, width=wide - 6, size=_LARGE - 1.5)
    below = y + max(used, _write_whole(paper, line.phone, x + wide, y, width=_PHONE - 6, size=_LARGE), 23)
    who = paper.fit(line.who, size=_TEXT, width=wide + (_PHONE / 2 if line.needs else _PHONE) - 6)
    paper.write(who, x, below, size=_TEXT)
    if line.needs:
        room = wide + _PHONE - paper.measure(who, size=_TEXT) - 12
        needs = paper.fit(line.needs, size=_TEXT, width=room)
        at = x + paper.measure(who, size=_TEXT) + 10
        paper.write(needs, at, below, size=_TEXT, color=_NEEDS_COLOR)
    at = left
    for label, width in ticks:
        paper.box(at, y + 6, _TICK, _TICK, line=1.0)
        paper.write(label, at + _TICK + 3, y + 7, size=_TEXT)
        at += width
    paper.stroke(left, y + _LINE - 8, EDGE + inner, y + _LINE - 8, color=RULE, line=0.5)
    paper.stroke(EDGE, y + _LINE - 1, EDGE + inner, y + _LINE - 1)


def _ticks(paper: Paper, lang: str) -> list[tuple[str, float]]:
    """Return what each box is for, and how wide the box is with it."""
    labels = [phrase(f"tick_{name}", lang) for name in _TICKS]
    return [(label, max(_TICK + 9 + paper.measure(label, size=_TEXT), _TICK_WIDTH)) for label in labels]


def _write_whole(paper: Paper, text: str, x: float, y: float, *, width: float, size: float) -> float:
    """Write a text on one line, or smaller on two; only what has no room there either is cut.

    Returns
    -------
    below
        How far below `y` the next line may begin.
    """
    shown = paper.printable(text)
    for whole in (size, _SMALLER[0]):
        if paper.measure(shown, size=whole) <= width:
            paper.write(shown, x, y + 5, size=whole)
            return 5 + whole * _LEADING
    for small in _SMALLER:
        count = sum(paper.measure(shown[:end], size=small) <= width for end in range(1, len(shown) + 1))
        count = break_before(shown, max(count, 1))
        if paper.measure(shown[count:].lstrip(), size=small) <= width:
            break
    paper.write(shown[:count].rstrip(), x, y + 2, size=small)
    rest = paper.fit(shown[count:].lstrip(), size=small, width=width)
    paper.write(rest, x, y + 2 + small * _LEADING, size=small)
    return 2 + 2 * small * _LEADING

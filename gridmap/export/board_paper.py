"""The board on paper: A4 or A3, with every area on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from gridmap.core.board_words import board_word
from gridmap.export.board_parts import AreaLine, BoardView, ItemLine, Measure, TierBar
from gridmap.export.captions import caption
from gridmap.export.paper import GREY, INK, RULE, Paper

_EDGE = 36.0
_FOOT = 22.0
_LARGE, _TEXT, _SMALL, _TINY = 19.0, 9.5, 8.0, 7.0
_LEAST = 6.5
_DONE, _TRACK = "#48596b", "#e4e8ec"
_ITEM, _LINE, _TREND = 26.0, 17.0, 24.0
_ACROSS, _ACROSS_A3 = 3, 900.0
_MOST_ITEMS = 120


class _Column(NamedTuple):
    """A column of a table: its heading, its width as a part of the page, and where its texts stand."""

    head: str
    wide: float
    align: str = "left"


def board_paper(
    view: BoardView,
    *,
    created: datetime,
    size: str = "A4",
    landscape: bool = False,
    password: str | None = None,
) -> Paper:
    """Draw a board.

    Parameters
    ----------
    view
        What stands on it.
    created
        The moment it is about.
    size, landscape
        ``A4`` or ``A3``, and whether pages lie across.
    password
        Encrypts it.
    """
    paper = Paper(
        title=view.title,
        created=created,
        banner=view.banner,
        mark=view.mark,
        password=password,
        wide=landscape,
        size=size,
    )
    _Pages(paper, view).draw()
    return paper


class _Pages:
    """The pages of a board, filled from the top.

    Parameters
    ----------
    paper
        What they are drawn on.
    view
        What stands on them.
    """

    def __init__(self, paper: Paper, view: BoardView) -> None:
        self.paper, self.view, self.lang = paper, view, view.lang
        self.inner = paper.width - 2 * _EDGE
        self.y, self.page = 0.0, 0

    def draw(self) -> None:
        """Draw them all."""
        self._turn()
        self._tiles()
        self._tiers()
        self._items()
        self._lines(self.say("by_area"), self.say("area"), self.view.areas)
        self._lines(self.say("by_zone"), self.say("zone"), self.view.zones)
        self._trend()
        self._households()
        self._notes()

    def say(self, key: str, **values: object) -> str:
        return board_word(key, self.lang, **values)

    def _turn(self) -> None:
        """Begin a page: the heading on the first, a short one on the others."""
        paper, self.page = self.paper, self.page + 1
        paper.begin_page()
        facts = " · ".join(f"{key} {value}" for key, value in self.view.facts)
        name = self.say("board")
        wide = self.inner - paper.measure(paper.printable(name), size=_TEXT) - 12
        size = self._size(self.view.title, wide, 17.0 if self.page == 1 else 11.0, least=10.0)
        paper.write(paper.fit(self.view.title, size=size, width=wide), _EDGE, _EDGE - 12, size=size)
        paper.write(
            paper.printable(name), _EDGE + self.inner, _EDGE - 10, size=_TEXT, color=GREY, align="right"
        )
        self.y = _EDGE + (12 if self.page == 1 else 6)
        if self.page == 1:
            for line in _wrapped(paper, facts, self.inner, _SMALL):
                paper.write(line, _EDGE, self.y, size=_SMALL, color=GREY)
                self.y += 11
        paper.stroke(_EDGE, self.y + 3, _EDGE + self.inner, self.y + 3, color=INK, line=1.0)
        self.y += 12
        self._foot()

    def _foot(self) -> None:
        paper, y = self.paper, self.paper.height - _EDGE + 6
        page = caption("on_page", self.lang, page=self.page)
        paper.write(page, _EDGE + self.inner, y, size=_SMALL, color=GREY, align="right")
        if self.page > 1:
            told = [f"{key} {value}" for key, value in self.view.facts[-5:]]
            while len(told) > 1 and paper.measure(" · ".join(told), size=_SMALL) > self.inner - 60:
                told.pop()
            said = paper.fit(" · ".join(told), size=_SMALL, width=self.inner - 60)
            paper.write(said, _EDGE, y, size=_SMALL, color=GREY)

    def _size(self, text: str, wide: float, size: float, *, least: float = _LEAST) -> float:
        """Return the size in which a text fits, from `size` down to the `least`."""
        said = self.paper.printable(text)
        while size > least and self.paper.measure(said, size=size) > wide:
            size = max(size - 0.5, least)
        return size

    def _room(self, high: float) -> bool:
        """Begin a page if there is no room for something so high; tells whether it did."""
        if self.y + high <= self.paper.height - _EDGE - _FOOT:
            return False
        self._turn()
        return True

    def _heading(self, text: str, after: float) -> None:
        self._room(30 + after)
        self.paper.write(self.paper.fit(text, size=12.5, width=self.inner), _EDGE, self.y + 6, size=12.5)
        self.y += 26

    def _tiles(self) -> None:
        across_page = _ACROSS if self.inner < _ACROSS_A3 else 2 * _ACROSS
        wide, high = self.inner / across_page, 58.0
        for place, each in enumerate(self.view.measures):
            down, across = divmod(place, across_page)
            self._tile(each, _EDGE + across * wide, self.y + down * high, wide - 18)
        self.y += high * -(-len(self.view.measures) // across_page)

    def _tile(self, measure: Measure, x: float, y: float, wide: float) -> None:
        paper = self.paper
        paper.write(paper.fit(measure.label, size=_TEXT, width=wide), x, y, size=_TEXT, color=GREY)
        known = measure.share is not None
        large = measure.percent if known else measure.said(self.lang)
        paper.write(
            paper.printable(large), x, y + 13, size=_LARGE if known else 12.0, color=INK if known else GREY
        )
        if known:
            said = f"{measure.said(self.lang)} {measure.unit}"
            room = wide - paper.measure(large, size=_LARGE) - 6
            said = said if paper.measure(said, size=_SMALL) <= room else measure.said(self.lang)
            shown = paper.fit(said, size=_SMALL, width=room)
            paper.write(shown, x + wide, y + 22, size=_SMALL, color=GREY, align="right")
        self._bar(measure, x, y + 37, wide, 6.0)

    def _bar(self, measure: Measure, x: float, y: float, wide: float, high: float) -> None:
        """Draw a bar: an empty dashed box where it is not known, nothing where nothing is due."""
        if measure.due == 0:
            return
        if measure.share is None:
            self.paper.box(x, y, wide, high, edge=RULE, line=0.5, dash=2.0)
            return
        self.paper.box(x, y, wide, high, fill=_TRACK, edge="")
        if measure.share:
            self.paper.box(x, y, wide * measure.share, high, fill=_DONE, edge="")

    def _stack(self, tiers: Sequence[TierBar], x: float, y: float, wide: float, high: float) -> None:
        for each in tiers:
            self.paper.box(x, y, max(wide * each.share - 1.0, 0.6), high, fill=each.color, edge="")
            x += wide * each.share

    def _tiers(self) -> None:
        if not self.view.tiers:
            return
        self._heading(self.say("by_tier"), 40)
        self._stack(self.view.tiers, _EDGE, self.y, self.inner, 12.0)
        x, paper = _EDGE, self.paper
        for each in self.view.tiers:
            said = paper.fit(f"{each.label} {each.count:,}", size=_TEXT, width=self.inner / 2)
            paper.box(x, self.y + 19, 8, 8, fill=each.color, edge="")
            paper.write(said, x + 12, self.y + 18, size=_TEXT)
            x += paper.measure(said, size=_TEXT) + 32
        self.y += 36

    def _head_row(self, columns: Sequence[_Column]) -> None:
        x = _EDGE
        heads = [
            _by_words(self.paper, column.head, column.wide * self.inner - 6, _SMALL) for column in columns
        ]
        high = max(len(lines) for lines in heads)
        for column, lines in zip(columns, heads, strict=True):
            wide = column.wide * self.inner
            at = x + wide - 4 if column.align == "right" else x
            for place, line in enumerate(lines):
                y = self.y + 10 * (high - len(lines) + place)
                self.paper.write(line, at, y, size=_SMALL, color=GREY, align=column.align)
            x += wide
        self.y += 2 + 10 * high
        self.paper.stroke(_EDGE, self.y, _EDGE + self.inner, self.y, color=INK, line=0.7)
        self.y += 3

    def _rule(self, y: float) -> None:
        self.paper.stroke(_EDGE, y, _EDGE + self.inner, y, line=0.4)

    def _items(self) -> None:
        self._heading(self.say("oldest"), 2 * _ITEM)
        if not self.view.items:
            self.paper.write(self.paper.printable(self.say("nothing_open")), _EDGE, self.y, size=_TEXT)
            self.y += 16
            return
        kinds = " · ".join(f"{label} {count:,}" for label, count in self.view.kinds)
        self.paper.write(self.paper.fit(kinds, size=_TEXT, width=self.inner), _EDGE, self.y - 4, size=_TEXT)
        self.y += 14
        columns = [
            _Column(self.say("since"), 0.13),
            _Column(self.say("kind"), 0.15),
            _Column(f"{self.say('where')} / {self.say('why')}", 0.36),
            _Column(self.say("whose"), 0.26),
            _Column(self.say("count"), 0.1, "right"),
        ]
        self._head_row(columns)
        for item in self.view.items[:_MOST_ITEMS]:
            if self._room(_ITEM):
                self._head_row(columns)
            self._item(item, columns)
        more = len(self.view.items) - _MOST_ITEMS
        if more > 0:
            said = self.paper.printable(self.say("more_items", count=f"{more:,}"))
            self.paper.write(said, _EDGE, self.y + 4, size=_TEXT, color=GREY)
            self.y += 18

    def _item(self, item: ItemLine, columns: Sequence[_Column]) -> None:
        texts = [
            (item.age, item.since),
            (item.label, ""),
            (item.where, item.why),
            (item.whose, ""),
            (item.count, ""),
        ]
        x = _EDGE
        for column, (upper, lower) in zip(columns, texts, strict=True):
            wide = column.wide * self.inner
            at = x + wide - 4 if column.align == "right" else x
            size = self._size(upper, wide - 6, _TEXT)
            shown = self.paper.fit(upper, size=size, width=wide - 6)
            self.paper.write(shown, at, self.y + 1, size=size, align=column.align)
            size = self._size(lower, wide - 6, _SMALL)
            shown = self.paper.fit(lower, size=size, width=wide - 6)
            self.paper.write(shown, x, self.y + 13, size=size, color=GREY)
            x += wide
        self.y += _ITEM
        self._rule(self.y - 2)

    def _lines(self, title: str, name: str, lines: Sequence[AreaLine]) -> None:
        if not lines:
            return
        self._heading(title, 3 * _LINE)
        each = 0.62 / max(len(lines[0].measures), 1)
        columns = [
            _Column(name, 0.3),
            *(_Column(measure.label, each) for measure in lines[0].measures),
            _Column(self.say("open_items"), 0.08, "right"),
        ]
        self._head_row(columns)
        for line in lines:
            if self._room(_LINE):
                self._head_row(columns)
            self._line(line, columns)

    def _line(self, line: AreaLine, columns: Sequence[_Column]) -> None:
        paper, y = self.paper, self.y
        indent = 9.0 * line.depth
        if line.color:
            paper.box(_EDGE, y + 4, 7, 7, fill=line.color, edge="")
            indent += 11
        wide = columns[0].wide * self.inner
        size = _TEXT if line.depth < 3 else _SMALL
        paper.write(
            paper.fit(line.name, size=size, width=wide - indent - 6), _EDGE + indent, y + 3, size=size
        )
        x = _EDGE + wide
        for column, measure in zip(columns[1:-1], line.measures, strict=True):
            room = column.wide * self.inner
            shown = paper.fit(measure.said(self.lang), size=_SMALL, width=room - 6)
            paper.write(shown, x, y + 1, size=_SMALL)
            self._bar(measure, x, y + 11, room - 8, 3.0)
            x += room
        count = f"{line.open_items:,}"
        paper.write(
            count,
            _EDGE + self.inner - 4,
            y + 3,
            size=_TEXT,
            color=INK if line.open_items else GREY,
            align="right",
        )
        self.y += _LINE
        self._rule(self.y - 1)

    def _trend(self) -> None:
        self._heading(self.say("trend"), 2 * _TREND)
        each = 0.5 / max(len(self.view.trend_head), 1)
        columns = [
            _Column(self.say("version"), 0.07),
            _Column(self.say("saved"), 0.12),
            _Column(self.say("by_tier"), 0.31),
            *(_Column(name, each, "right") for name in self.view.trend_head),
        ]
        self._head_row(columns)
        for line in self.view.trend:
            tiers = " · ".join(f"{tier.label} {tier.count:,}" for tier in line.tiers)
            said = _wrapped(self.paper, tiers, columns[2].wide * self.inner - 8, _TINY)
            high = _TREND + 8 * (len(said) - 1)
            if self._room(high):
                self._head_row(columns)
            x = _EDGE
            for place, text in enumerate((line.name, line.saved, "", *line.cells)):
                wide = columns[place].wide * self.inner
                at = x + wide - 4 if columns[place].align == "right" else x
                shown = self.paper.fit(text, size=_TEXT, width=wide - 6)
                self.paper.write(shown, at, self.y + 2, size=_TEXT, align=columns[place].align)
                if place == 2:
                    self._stack(line.tiers, x, self.y + 2, wide - 12, 6.0)
                    for down, tier_line in enumerate(said):
                        self.paper.write(tier_line, x, self.y + 11 + 8 * down, size=_TINY, color=GREY)
                x += wide
            self.y += high
            self._rule(self.y - 2)

    def _households(self) -> None:
        if not self.view.households:
            return
        self._heading(f"{self.say('which')} ({len(self.view.households):,})", 3 * _LINE)
        wides = (0.14, 0.24, 0.2, 0.42)
        for row in self.view.households:
            self._room(_LINE)
            x = _EDGE
            for text, part in zip(row, wides, strict=True):
                shown = self.paper.fit(text, size=_TEXT, width=part * self.inner - 6)
                self.paper.write(shown, x, self.y + 3, size=_TEXT)
                x += part * self.inner
            self.y += _LINE
            self._rule(self.y - 1)

    def _notes(self) -> None:
        self.y += 8
        for note in self.view.notes:
            for line in _wrapped(self.paper, note, self.inner, _SMALL):
                self._room(12)
                self.paper.write(line, _EDGE, self.y, size=_SMALL, color=GREY)
                self.y += 11


def _by_words(paper: Paper, text: str, wide: float, size: float) -> list[str]:
    """Break a text into lines at its blanks; a word that is too long is cut."""
    lines = [""]
    for word in paper.printable(text).split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and paper.measure(longer, size=size) > wide:
            lines.append(word)
        else:
            lines[-1] = longer
    return [paper.fit(line, size=size, width=wide) for line in lines]


def _wrapped(paper: Paper, text: str, wide: float, size: float) -> list[str]:
    """Break a text into lines, at a blank where there is one near the end."""
    lines, line = [], ""
    for char in paper.printable(text):
        if paper.measure(line + char, size=size) > wide:
            head, blank, tail = line.rpartition(" ")
            cut = blank and len(tail) < len(line) // 3
            lines.append(head if cut else line)
            line = (tail if cut else "") + char
        else:
            line += char
    return [*lines, line] if line else lines

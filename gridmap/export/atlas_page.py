"""What the pages of an atlas share: head, legend, strip with the facts and the code, foot."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from gridmap.export.atlas_form import Form, Rect
from gridmap.export.captions import caption, foot_facts, issue_facts, listed, term_facts
from gridmap.export.drawing import (
    BEYOND,
    BORDER,
    LINE_COLORS,
    MUTED,
    WATER,
    Ground,
    View,
    draw_swatch,
    site_markers,
)
from gridmap.export.marks import Labels, draw_labels, draw_locator, draw_north, draw_scale
from gridmap.export.sheet import GREY, INK, LINE, Column, Sheet
from gridmap.export.square_code import code_text, draw_code
from gridmap.model.scene import Rows, Scene

TEXT, SMALL, HEADING = 10.0, 8.5, 12.0
INDENT = 40.0
WARNING = "#b2182b"
_SITE_INDENT = 22.0
_NOTE = 0.9 * SMALL
_CODE, _CODE_ACROSS = 88.0, 84.0


class Sign(NamedTuple):
    """A sign of a legend.

    Parameters
    ----------
    text
        What it means.
    draw
        Draws it, given its upper left corner.
    indent
        How far its text stands from there, in points.
    """

    text: str
    draw: Callable[[float, float], None]
    indent: float


@dataclass(frozen=True)
class Page:
    """A page under the pen.

    Parameters
    ----------
    sheet, form, scene
        What is drawn on, and what is shown.
    number, count
        Which page of how many.
    """

    sheet: Sheet
    form: Form
    scene: Scene
    number: int
    count: int

    def head(self, title: str, *, over: str = "") -> float:
        """Set title and times, over them a line on what the whole is; return where the rest begins."""
        unit, edge = self.form.unit, self.form.edge
        head = Column(self.sheet, edge, edge - 10 * unit, self.form.inner, self.sheet.height)
        if over:
            head.say(over, size=11 * unit, lines=1, color=GREY)
        head.entitle(title, size=20 * unit)
        for line in self._terms(11 * unit):
            head.say(line, size=11 * unit, lines=1)
        return head.y + 4 * unit

    def _terms(self, size: float) -> list[str]:
        """Return the times in one line if they fit in one, else the last of them in a line of its own."""
        facts = term_facts(self.scene)
        whole = listed(facts, self.scene.lang)
        if len(facts) < 2 or self.sheet.measure(whole, size=size) <= self.form.inner:
            return [whole]
        return [listed(facts[:-1], self.scene.lang), listed(facts[-1:], self.scene.lang)]

    def marks(self, ground: Ground, view: View) -> Labels:
        """Draw scale, arrow, locator and the numbers of zones on a map."""
        sheet, size = self.sheet, TEXT * self.form.unit
        sheet.box(view.x, view.y, view.width, view.height, facecolor="none", edgecolor=INK, zorder=30)
        kept = (
            draw_scale(sheet, view, size=size),
            draw_north(sheet, view, caption("north", self.scene.lang), size=size),
            draw_locator(sheet, ground, view, share=0.24),
        )
        points = [view.at(point.x, point.y) for point in ground.sites.geometry]
        sites = [(x - 0.5 * size, y - 0.5 * size, size, size) for x, y in points]
        labels = draw_labels(sheet, ground, view, size=1.1 * size, keep=tuple(box for box in kept if box))
        return labels._replace(taken=(*labels.taken, *sites))

    def legend(
        self, column: Column, ground: Ground, view: View, *, tiers: Sequence[str] | None = None
    ) -> None:
        """Explain the signs of a map: tiers with their measures, or `tiers` alone beside the other signs."""
        scene, unit = self.scene, self.form.unit
        column.head(caption("legend", scene.lang), size=HEADING * unit)
        size = HEADING * unit
        for rank, entry in enumerate(scene.legend if tiers is None else ()):
            if not column.has_room(LINE * size):
                return
            draw_swatch(
                column.sheet,
                column.x + 1,
                column.y + 2,
                size=(30 * unit, 1.3 * size),
                style=(entry.color, entry.pattern, rank),
            )
            column.say(entry.label, size=size, lines=1, indent=INDENT * unit)
            said = caption("semicolon", scene.lang).join(entry.measures)
            column.say(said, size=SMALL * unit, indent=INDENT * unit, color=GREY)
            column.y += 3 * unit
        self._set_signs(column, list(self._signs(ground, view, tiers or ())))
        column.y += 6 * unit

    def legend_height(self, width: float, ground: Ground, view: View, tiers: Sequence[str]) -> float:
        """Return how high a legend with some tiers is at least, in a column of this width."""
        signs = list(self._signs(ground, view, tiers))
        rows = len(list(self._rows_of(signs, width, spread=False)))
        return (LINE * HEADING + 4) * self.form.unit + rows * self._sign_line + 6 * self.form.unit

    @property
    def _sign_line(self) -> float:
        return 1.5 * TEXT * self.form.unit

    def _set_signs(self, column: Column, signs: Sequence[Sign]) -> None:
        """Set signs two by two on upright paper, close to each other where there is no room for that."""
        spread = not self.form.landscape and column.has_room(-(-len(signs) // 2) * self._sign_line)
        size = 0.9 * TEXT * self.form.unit
        for row in self._rows_of(signs, column.width, spread=spread):
            for sign, x, room in row:
                sign.draw(column.x + x, column.y)
                name = column.sheet.fit(sign.text, size=size, width=room)
                column.sheet.write(name, column.x + x + sign.indent, column.y + self.form.unit, size=size)
            column.y += self._sign_line

    def _rows_of(
        self, signs: Sequence[Sign], width: float, *, spread: bool
    ) -> Iterator[list[tuple[Sign, float, float]]]:
        """Divide signs among rows: each with where it begins in its row, and the room for its text."""
        row: list[tuple[Sign, float, float]] = []
        x, size, gap = 0.0, 0.9 * TEXT * self.form.unit, 9 * self.form.unit
        for sign in signs:
            text = self.sheet.measure(self.sheet.typeface.printable(sign.text), size=size) + 1
            text = width / 2 - sign.indent - 4 if spread else min(text, width - sign.indent)
            if row and x + sign.indent + text > width:
                yield row
                row, x = [], 0.0
            row.append((sign, x, text))
            x += width / 2 if spread else sign.indent + text + gap
        if row:
            yield row

    def _signs(self, ground: Ground, view: View, tiers: Sequence[str]) -> Iterator[Sign]:
        """Yield the signs of what is on the map."""
        sheet, scene, unit, lang = self.sheet, self.scene, self.form.unit, self.scene.lang
        size, drop, indent = (30 * unit, 10 * unit), 3 * unit, INDENT * unit
        for rank, entry in enumerate(scene.legend):
            if entry.tier in tiers:
                style = (entry.color, entry.pattern, rank)
                draw = partial(_tier_sign, sheet, size=size, style=style, drop=drop)
                yield Sign(entry.label, draw, indent)
        boxes = (
            ("others", ground.muted is not None and len(ground.muted), (MUTED, GREY)),
            ("beyond", ground.shows_cells_beyond(view), (BEYOND, BORDER)),
        )
        for name, shown, paint in boxes:
            if shown:
                draw = partial(_box_sign, sheet, size=size, paint=paint, drop=drop)
                yield Sign(caption(name, lang), draw, indent)
        kinds = set() if ground.lines is None else set(ground.lines["kind"])
        for name, shown in (("rivers", WATER in kinds), ("roads", bool(kinds - {WATER}))):
            if shown:
                color = LINE_COLORS[WATER if name == "rivers" else ""]
                draw = partial(_line_sign, sheet, width=size[0], color=color, drop=8 * unit)
                yield Sign(caption(name, lang), draw, indent)
        seen = set(ground.sites["kind"]) if len(ground.sites) else set()
        for kind, marker in site_markers(scene).items():
            if kind in seen:
                yield Sign(kind, partial(_site_sign, sheet, marker=marker, unit=unit), _SITE_INDENT * unit)

    def heights(self, *, notes: tuple[str, ...] = ()) -> tuple[float, float]:
        """Return how high the strip is, and the notes below it, so that nothing of them is cut."""
        form = self.form
        scratch = replace(self, sheet=form.sheet())
        strip = scratch.strip((0.0, 0.0, form.strip_width, math.inf), notes=notes)
        return strip, scratch.notes_below((0.0, 0.0, form.inner, math.inf), notes=notes)

    def strip(self, box: Rect, *, notes: tuple[str, ...] = ()) -> float:
        """Set what identifies the issue, the square code, and on upright paper the notes; return its height.

        Notes on what is seen come before those of the scene.
        """
        sheet, unit = self.sheet, self.form.unit
        x, y, width, height = box
        sheet.rule(x, y, width)
        code = (_CODE_ACROSS if self.form.landscape else _CODE) * unit
        draw_code(sheet, code_text(self.scene), x + width - code, y + 4 * unit, size=code)
        room, facts = width - code - 8 * unit, issue_facts(self.scene)
        beside = 1 if self.form.landscape else 2
        lines, below = -(-len(facts) // beside), y + 5 * unit
        for at in range(beside):
            column = Column(sheet, x + at * room / beside, y + 5 * unit, room / beside - 6, y + height)
            for key, value in facts[at * lines : (at + 1) * lines]:
                column.say(f"{key} {value}", size=SMALL * unit, lines=2)
            below = max(below, column.y)
        column = Column(sheet, x, below + 2 * unit, room, y + height)
        for note in () if self.form.landscape else self._notes(notes):
            column.width = width if column.y > y + code + 4 * unit else room
            column.say(note, size=_NOTE * unit, lines=4, color=GREY)
        return max(column.y, y + code + 6 * unit) + 2 * unit - y

    def notes_below(self, box: Rect, *, notes: tuple[str, ...] = ()) -> float:
        """Set the notes in one paragraph over the width of paper that lies across; return its height."""
        x, y, width, height = box
        said = self._notes(notes)
        if not self.form.landscape or not said:
            return 0.0
        unit = self.form.unit
        column = Column(self.sheet, x, y + 4 * unit, width, y + height)
        column.say(" · ".join(said), size=_NOTE * unit, lines=8, color=GREY)
        return column.y + 2 * unit - y

    def _notes(self, notes: tuple[str, ...]) -> tuple[str, ...]:
        return (*notes, *self.scene.notes[::-1])

    def foot(self) -> None:
        """Set what tells a loose sheet from others, and which page it is; over all a word such as DRAFT."""
        sheet, scene, unit = self.sheet, self.scene, self.form.unit
        edge, inner, size = self.form.edge, self.form.inner, SMALL * self.form.unit
        y = sheet.height - edge - size
        sheet.rule(edge, y - 2, inner)
        page = caption("page", scene.lang, page=self.number, pages=self.count)
        sheet.write(page, edge + inner, y, size=size, color=GREY, align="right")
        room = inner - sheet.measure(page, size=size) - 14 * unit
        text = sheet.fit(listed(foot_facts(scene), scene.lang), size=size, width=room)
        sheet.write(text, edge, y, size=size, color=GREY)
        if scene.watermark:
            sheet.tile(scene.watermark, size=15 * unit)
        if scene.banner:
            sheet.across(scene.banner, size=110 * unit)


def _tier_sign(
    sheet: Sheet, x: float, y: float, *, size: tuple[float, float], style: tuple[str, str, int], drop: float
) -> None:
    draw_swatch(sheet, x + 1, y + drop, size=size, style=style)


def _box_sign(
    sheet: Sheet, x: float, y: float, *, size: tuple[float, float], paint: tuple[str, str], drop: float
) -> None:
    face, edge = paint
    sheet.box(x + 1, y + drop, *size, facecolor=face, edgecolor=edge, linewidth=0.8)


def _line_sign(sheet: Sheet, x: float, y: float, *, width: float, color: str, drop: float) -> None:
    sheet.rule(x + 1, y + drop, width, color=color, weight=1.4)


def _site_sign(sheet: Sheet, x: float, y: float, *, marker: str, unit: float) -> None:
    sheet.dot(x + 9 * unit, y + 8 * unit, marker, size=7 * unit)


def set_rows(column: Column, rows: Rows, *, size: float, beside: int = 2) -> None:
    """Set names and figures, `beside` pairs in a line, the figures to the right."""
    width = column.width / beside
    for place in range(0, len(rows), beside):
        if not column.has_room(LINE * size):
            return
        for at, (key, value) in enumerate(rows[place : place + beside]):
            right = column.x + (at + 1) * width - (12 if at + 1 < beside else 0)
            figure = column.sheet.fit(value, size=size, width=0.6 * width)
            column.sheet.write(figure, right, column.y, size=size, align="right")
            room = right - column.x - at * width - column.sheet.measure(figure, size=size) - 6
            name = column.sheet.fit(key, size=size, width=room)
            column.sheet.write(name, column.x + at * width, column.y, size=size, color=GREY)
        column.y += LINE * size

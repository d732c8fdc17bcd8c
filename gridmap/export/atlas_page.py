"""What the pages of an atlas share: head, legend, strip with the facts and the code, foot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

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
_CODE, _CODE_ACROSS = 88.0, 84.0


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

    def legend(self, column: Column, ground: Ground, *, measures: bool) -> None:
        """Explain the signs of the map; the tiers with their measures, or all signs side by side."""
        scene, unit, lang = self.scene, self.form.unit, self.scene.lang
        column.head(caption("legend", lang), size=HEADING * unit)
        size = HEADING * unit
        for rank, entry in enumerate(scene.legend if measures else ()):
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
            said = caption("semicolon", lang).join(entry.measures)
            column.say(said, size=SMALL * unit, indent=INDENT * unit, color=GREY)
            column.y += 3 * unit
        signs = list(self._signs(ground, tiers=not measures))
        width, line = column.width / 2, 1.5 * TEXT * unit
        for place in range(0, len(signs), 2):
            if not column.has_room(line):
                return
            for at, (text, draw) in enumerate(signs[place : place + 2]):
                x = column.x + at * width
                draw(x, column.y)
                name = column.sheet.fit(text, size=0.9 * TEXT * unit, width=width - INDENT * unit - 4)
                column.sheet.write(name, x + INDENT * unit, column.y + unit, size=0.9 * TEXT * unit)
            column.y += line
        column.y += 6 * unit

    def _signs(self, ground: Ground, *, tiers: bool) -> Iterator[tuple[str, Callable[[float, float], None]]]:
        """Yield the text and the sign of what is on the map, a function of the upper left corner."""
        sheet, scene, unit, lang = self.sheet, self.scene, self.form.unit, self.scene.lang
        size = (30 * unit, 10 * unit)
        for rank, entry in enumerate(scene.legend if tiers else ()):
            style = (entry.color, entry.pattern, rank)
            yield entry.label, partial(_tier_sign, sheet, size=size, style=style, drop=3 * unit)
        if ground.muted is not None and len(ground.muted):
            yield (
                caption("others", lang),
                partial(_box_sign, sheet, size=size, paint=(MUTED, GREY), drop=3 * unit),
            )
        if ground.has_cells_beyond:
            yield (
                caption("beyond", lang),
                partial(_box_sign, sheet, size=size, paint=(BEYOND, BORDER), drop=3 * unit),
            )
        kinds = set() if ground.lines is None else set(ground.lines["kind"])
        for name, shown in (("rivers", WATER in kinds), ("roads", bool(kinds - {WATER}))):
            if shown:
                color = LINE_COLORS[WATER if name == "rivers" else ""]
                yield (
                    caption(name, lang),
                    partial(_line_sign, sheet, width=size[0], color=color, drop=8 * unit),
                )
        seen = set(ground.sites["kind"]) if len(ground.sites) else set()
        for kind, marker in site_markers(scene).items():
            if kind in seen:
                yield kind, partial(_site_sign, sheet, marker=marker, unit=unit)

    def strip(self, box: Rect, *, notes: tuple[str, ...] = ()) -> None:
        """Set what identifies the issue, and the square code; notes on what is seen come first."""
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
        for note in (*notes, *self.scene.notes[::-1]):
            column.width = width if column.y > y + code + 4 * unit else room
            column.say(note, size=0.9 * SMALL * unit, lines=3, color=GREY)

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
    sheet.dot(x + 16 * unit, y + 8 * unit, marker, size=7 * unit)


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

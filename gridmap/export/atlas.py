"""The printed map: one page A4 as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gridmap.core.release import check_release
from gridmap.core.scene import build_scene
from gridmap.export.captions import caption, foot_facts, head_facts, listed, other_facts
from gridmap.export.drawing import (
    BEYOND,
    BORDER,
    Ground,
    View,
    draw_ground,
    draw_swatch,
    lay_out,
    site_markers,
    view_of,
)
from gridmap.export.marks import draw_labels, draw_locator, draw_north, draw_scale
from gridmap.export.plain import plain_text
from gridmap.export.sheet import GREY, INK, Column, Sheet, print_settings
from gridmap.export.subject import Subject, as_zoning
from gridmap.export.zone_list import list_zones
from gridmap.model.scene import Scene
from gridmap.model.zoning import Document
from gridmap.store.files import write_bytes

A4 = (595.28, 841.89)
_EDGE = 34.0
_GAP = 14.0
_WIDE = 1.25
_TEXT = 10.0
_SMALL = 8.5
_HEADING = 12.0
_INDENT = 40.0
_MAP_SHARE = 0.64


def export_atlas(subject: Subject, path: Path | str, *, audience: str = "public", lang: str = "zh") -> Path:
    """Write the printed map: one page A4 as PDF, with its fonts in it.

    Parameters
    ----------
    subject
        What to show: a zoning, or a workspace with its current plan.
    path
        The file to write or replace.
    audience
        For whom: ``public``, ``official`` or ``field``.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    ExportBlockedError
        If the certificate or a hard vacancy forbids it.
    MissingFontError
        If no font shows Chinese.
    OutputError
        If the file cannot be written.
    """
    zoning = as_zoning(subject)
    check_release(zoning, audience)
    scene = build_scene(zoning, audience=audience, lang=lang)
    return write_bytes(Path(path), draw_page(scene, document=zoning.document))


def draw_page(scene: Scene, *, document: Document | None = None) -> bytes:
    """Draw a scene as a page A4, upright or across as the zones lie; the same scene gives the same bytes.

    Parameters
    ----------
    scene
        What to draw.
    document
        Gives the PDF its creation date, the as-of time; without one it has none.
    """
    with print_settings():
        ground = lay_out(scene)
        wide = ground.aspect > _WIDE
        sheet = Sheet(*(A4[::-1] if wide else A4))
        _draw(sheet, scene, ground, wide=wide)
        metadata: dict[str, Any] = {"Title": plain_text(scene.title)}
        if document is not None and document.as_of is not None:
            metadata["CreationDate"] = document.as_of
        return sheet.to_pdf(metadata)


def _draw(sheet: Sheet, scene: Scene, ground: Ground, *, wide: bool) -> None:
    top, inner = _head(sheet, scene), sheet.width - 2 * _EDGE
    bottom = sheet.height - _EDGE - 2 * _SMALL
    if wide:
        view = view_of(ground.extent, _EDGE, top, _MAP_SHARE * inner, bottom - top)
        x = view.x + view.width + _GAP
        columns = [Column(sheet, x, top - 4, sheet.width - _EDGE - x, bottom)]
    else:
        height = min(max(inner / ground.aspect, 0.44 * sheet.height), 0.52 * sheet.height)
        view = view_of(ground.extent, _EDGE, top, inner, height)
        half, y = (inner - _GAP) / 2, top + height + 6
        columns = [Column(sheet, _EDGE + side * (half + _GAP), y, half, bottom) for side in (0, 1)]
    unlabelled = _map(sheet, scene, ground, view)
    _legend(columns[0], scene, ground)
    _figures(columns[-1], scene)
    _facts(columns[-1], scene, unlabelled)
    _zones(columns[0], scene)
    _foot(sheet, scene)
    if scene.banner:
        sheet.across(scene.banner, size=110)


def _head(sheet: Sheet, scene: Scene) -> float:
    head = Column(sheet, _EDGE, _EDGE - 10, sheet.width - 2 * _EDGE, sheet.height)
    head.entitle(scene.title, size=20)
    head.say(listed(head_facts(scene), scene.lang), size=12, lines=2)
    return head.y + 4


def _map(sheet: Sheet, scene: Scene, ground: Ground, view: View) -> int:
    """Draw the map with its marks; return how many zones have no label."""
    draw_ground(sheet, scene, ground, view, marker_size=6)
    sheet.box(view.x, view.y, view.width, view.height, facecolor="none", edgecolor=INK, zorder=30)
    kept = (
        draw_scale(sheet, view, size=_TEXT),
        draw_north(sheet, view, caption("north", scene.lang), size=_TEXT),
        draw_locator(sheet, ground, view, share=0.24),
    )
    return draw_labels(sheet, ground, view, size=_TEXT + 1, keep=tuple(box for box in kept if box))


def _legend(column: Column, scene: Scene, ground: Ground) -> None:
    column.head(caption("legend", scene.lang), size=_HEADING)
    for rank, entry in enumerate(scene.legend):
        sign: dict[str, Any] = {"size": (30, 16), "style": (entry.color, entry.pattern, rank)}
        draw_swatch(column.sheet, column.x + 1, column.y + 3, **sign)
        column.say(entry.label, size=_HEADING, lines=1, indent=_INDENT)
        column.say(
            caption("semicolon", scene.lang).join(entry.measures), size=_SMALL, indent=_INDENT, color=GREY
        )
        column.y += 3
    for kind, marker in site_markers(scene).items():
        column.sheet.dot(column.x + 16, column.y + 8, marker, size=7)
        column.say(kind, size=_TEXT, lines=1, indent=_INDENT)
    if ground.has_cells_beyond:
        column.sheet.box(column.x + 1, column.y + 3, 30, 9, facecolor=BEYOND, edgecolor=BORDER, linewidth=0.8)
        column.say(caption("beyond", scene.lang), size=_TEXT, lines=1, indent=_INDENT)
    column.y += 6


def _figures(column: Column, scene: Scene) -> None:
    """Set the figures of the legend as a table: a row for each tier, numbers to the right."""
    keys = list(dict.fromkeys(key for entry in scene.legend for key, _ in entry.rows))
    if not keys:
        return
    column.head(caption("figures", scene.lang), size=_HEADING)
    table = [[caption("tier", scene.lang), *keys]]
    table += [[entry.label, *(dict(entry.rows).get(key, "") for key in keys)] for entry in scene.legend]
    widths = _widths(column, table)
    for label, *values in table:
        right = column.x + widths[0]
        for value, width in zip(values, widths[1:], strict=True):
            right += width
            text = column.sheet.fit(value, size=_TEXT, width=width - 4)
            column.sheet.write(text, right, column.y, size=_TEXT, align="right")
        column.say(column.sheet.fit(label, size=_TEXT, width=widths[0] - 4), size=_TEXT, lines=1)
    column.y += 6


def _widths(column: Column, table: list[list[str]]) -> list[float]:
    """Return widths of the columns of a table that fill the column, each after its longest text."""
    measure, printable = column.sheet.measure, column.sheet.typeface.printable
    widest = [
        max(measure(printable(text), size=_TEXT) + 8 for text in texts) for texts in zip(*table, strict=True)
    ]
    return [width * column.width / sum(widest) for width in widest]


def _facts(column: Column, scene: Scene, unlabelled: int) -> None:
    for key, value in other_facts(scene):
        column.say(f"{key} {value}", size=_TEXT)
    column.y += 3
    missing = [caption("unlabelled", scene.lang, count=unlabelled)] if unlabelled else []
    for note in (*missing, *scene.notes):
        column.say(note, size=_SMALL, color=GREY)
    column.y += 6


def _zones(column: Column, scene: Scene) -> None:
    if not len(scene.zones):
        return
    column.head(caption("zone_list", scene.lang), size=_HEADING)
    list_zones(column, scene, size=_TEXT, indent=_INDENT)


def _foot(sheet: Sheet, scene: Scene) -> None:
    y = sheet.height - _EDGE - _SMALL
    inner = sheet.width - 2 * _EDGE
    sheet.rule(_EDGE, y - 2, inner)
    facts = listed(foot_facts(scene), scene.lang)
    page = caption("page", scene.lang)
    sheet.write(page, _EDGE + inner, y, size=_SMALL, color=GREY, align="right")
    room = inner - sheet.measure(page, size=_SMALL) - _GAP
    sheet.write(sheet.fit(facts, size=_SMALL, width=room), _EDGE, y, size=_SMALL, color=GREY)

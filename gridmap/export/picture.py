"""A picture of the zones, as wide as a phone: PNG for a chat, SVG for slides, where it stays sharp."""

from __future__ import annotations

from pathlib import Path

from gridmap.core.release import check_release
from gridmap.core.scene import build_scene
from gridmap.export.captions import caption, head_facts, listed, other_facts, void_after
from gridmap.export.drawing import (
    Ground,
    View,
    draw_ground,
    draw_swatch,
    lay_out,
    site_markers,
    view_of,
)
from gridmap.export.marks import draw_labels, draw_locator, draw_north, draw_scale
from gridmap.export.sheet import GREY, INK, LINE, Column, Sheet, print_settings
from gridmap.export.subject import Subject, as_zoning
from gridmap.export.zone_list import list_zones
from gridmap.model.scene import LegendEntry, Scene
from gridmap.store.files import write_bytes

WIDTH_PX = 1080
_DPI = 144
_WIDTH = WIDTH_PX * 72 / _DPI
_EDGE = 22.0
_INNER = _WIDTH - 2 * _EDGE
_LONGEST = 2000.0
_ZONES_LISTED = 12
_LABEL = 15.0
_LARGEST, _SMALLEST = 27.0, 22.0
_INDENT = 58.0
_WARNING = "#b2182b"


def export_picture(subject: Subject, path: Path | str, *, audience: str = "public", lang: str = "zh") -> Path:
    """Write a picture of the zones: as SVG if `path` ends so, else as PNG, 1080 pixels wide.

    For other audiences than the public the file gets mode 0600.

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
    zoning = check_release(zoning, audience)
    scene = build_scene(zoning, audience=audience, lang=lang)
    draw = draw_vectors if Path(path).suffix.lower() == ".svg" else draw_picture
    return write_bytes(Path(path), draw(scene), private=audience != "public")


def draw_picture(scene: Scene) -> bytes:
    """Draw a scene as a PNG for a chat; its height follows from what there is to say."""
    with print_settings():
        return _drawn(scene).to_png()


def draw_vectors(scene: Scene) -> bytes:
    """Draw a scene as an SVG for slides, every character as its outline, so that it needs no font."""
    with print_settings():
        return _drawn(scene).to_svg()


def _drawn(scene: Scene) -> Sheet:
    sheet = Sheet(_WIDTH, _LONGEST, dpi=_DPI)
    ground = lay_out(scene)
    top = _draw_head(sheet, scene)
    height = min(max(_INNER / ground.aspect, 0.6 * _INNER), 0.92 * _INNER)
    view = view_of(ground.extent, _EDGE, top, _INNER, height)
    unlabelled = _draw_map(sheet, scene, ground, view)
    foot = Column(sheet, _EDGE, top + height + 10, _INNER, _LONGEST)
    _draw_foot(foot, scene, unlabelled)
    sheet.close_at(foot.y + 12)
    if scene.watermark:
        sheet.tile(scene.watermark, size=22)
    if scene.banner:
        sheet.across(scene.banner, size=90)
    return sheet


def _draw_head(sheet: Sheet, scene: Scene) -> float:
    head = Column(sheet, _EDGE, 14.0, _INNER, _LONGEST)
    if scene.banner:
        sheet.box(0, 0, _WIDTH, 36, facecolor=_WARNING, linewidth=0)
        text = sheet.fit(scene.banner, size=20, width=_INNER)
        sheet.write(text, _WIDTH / 2, 4, size=20, color="white", align="center")
        head.y += 30
    head.entitle(scene.title, size=_title_size(sheet, scene.title))
    for key, value in head_facts(scene):
        head.say(f"{key} {value}", size=17.5, lines=2)
    return head.y + 6


def _title_size(sheet: Sheet, title: str) -> float:
    """Return the greatest size in which a title takes one line, within what a phone can show."""
    width = sheet.measure(sheet.typeface.printable(title), size=_LARGEST)
    return min(max(_LARGEST * _INNER / max(width, 1.0), _SMALLEST), _LARGEST)


def _draw_map(sheet: Sheet, scene: Scene, ground: Ground, view: View) -> int:
    """Draw the map with its marks; return how many zones have no label."""
    draw_ground(sheet, scene, ground, view, marker_size=9)
    sheet.box(view.x, view.y, view.width, view.height, facecolor="none", edgecolor=INK, zorder=30)
    kept = (
        draw_scale(sheet, view, size=12),
        draw_north(sheet, view, caption("north", scene.lang), size=12),
        draw_locator(sheet, ground, view, share=0.24),
    )
    return draw_labels(sheet, ground, view, size=_LABEL, keep=tuple(box for box in kept if box)).missing


def _draw_foot(column: Column, scene: Scene, unlabelled: int) -> None:
    for rank, entry in enumerate(scene.legend):
        _draw_tier(column, entry, scene.lang, rank=rank)
    _draw_sites(column, scene)
    list_zones(column, scene, size=14, indent=_INDENT, most=_ZONES_LISTED)
    column.sheet.rule(_EDGE, column.y + 3, _INNER)
    column.y += 8
    for key, value in void_after(other_facts(scene), scene.lang):
        column.say(f"{key} {value}", size=13, lines=2)
    missing = [caption("unlabelled", scene.lang, count=unlabelled)] if unlabelled else []
    for note in (*missing, *scene.notes):
        column.say(note, size=11, lines=2, color=GREY)


def _draw_tier(column: Column, entry: LegendEntry, lang: str, *, rank: int) -> None:
    """Set the sign and name of a tier with its figures beside it, or beneath it where they are too long."""
    sheet, top = column.sheet, column.y
    draw_swatch(sheet, _EDGE, top + 4, size=(46, 22), style=(entry.color, entry.pattern, rank))
    column.say(entry.label, size=19, lines=1, indent=_INDENT)
    figures = listed(entry.rows, lang)
    after_label = _INDENT + sheet.measure(sheet.typeface.printable(entry.label), size=19) + 18
    if after_label + sheet.measure(figures, size=15.5) <= column.width:
        sheet.write(figures, column.x + after_label, top + 3.7, size=15.5)
    else:
        fits = (column.width - _INDENT) / max(sheet.measure(figures, size=1.0), 1.0)
        column.say(figures, size=min(max(fits, 13.0), 15.5), lines=2, indent=_INDENT)
    said = caption("semicolon", lang).join(entry.measures)
    column.say(said, size=13, indent=_INDENT, color=GREY)
    column.y += 5


def _draw_sites(column: Column, scene: Scene) -> None:
    """Explain the markers of the sites, one beside the other as far as the line goes."""
    markers, sheet, x = site_markers(scene), column.sheet, column.x
    for kind, marker in markers.items():
        text = sheet.fit(kind, size=14, width=0.4 * column.width)
        wide = 26 + sheet.measure(text, size=14) + 20
        if x > column.x and x + wide > column.x + column.width:
            x, column.y = column.x, column.y + LINE * 14
        sheet.dot(x + 12, column.y + 10, marker, size=9)
        sheet.write(text, x + 26, column.y, size=14)
        x += wide
    column.y += LINE * 14 if markers else 0

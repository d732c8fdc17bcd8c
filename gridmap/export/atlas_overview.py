"""The first page of the atlas: all zones, the legend with the measures, the figures, the list of zones."""

from __future__ import annotations

from collections.abc import Mapping

from gridmap.export.atlas_page import HEADING, INDENT, TEXT, Page
from gridmap.export.captions import caption
from gridmap.export.closeup import Atlas
from gridmap.export.drawing import draw_ground, view_of
from gridmap.export.place_names import draw_place_names
from gridmap.export.sheet import Column
from gridmap.export.zone_list import list_zones
from gridmap.model.leaf import Album
from gridmap.model.scene import Scene

_NAME_SIZE = 7.5


def draw_overview(page: Page, album: Album, atlas: Atlas, *, pages: Mapping[str, int]) -> None:
    """Draw the first page; `pages` tells on which page each zone is."""
    scene, unit = page.scene, page.form.unit
    strip, notes = page.heights(notes=(caption("unlabelled", scene.lang, count=len(scene.zones)),))
    layout = page.form.layout(page.sheet, page.head(scene.title), strip=strip, notes=notes)
    view = view_of(atlas.ground.extent, *layout.map)
    ground = atlas.whole(view)
    draw_ground(page.sheet, scene, ground, view, marker_size=6 * unit)
    marked = page.marks(ground, view)
    draw_place_names(page.sheet, album, ground, view, size=_NAME_SIZE * unit, taken=marked.taken)
    first, last = layout.columns[0], layout.columns[-1]
    page.legend(first, ground, view)
    _figures(last, scene, unit=unit)
    _zones(last if last.bottom - last.y > first.bottom - first.y else first, scene, unit=unit, pages=pages)
    missing = (caption("unlabelled", scene.lang, count=marked.missing),) if marked.missing else ()
    page.strip(layout.strip, notes=missing)
    page.notes_below(layout.notes, notes=missing)
    page.foot()


def _figures(column: Column, scene: Scene, *, unit: float) -> None:
    """Set the figures of the legend as a table: a row for each tier, numbers to the right."""
    keys = list(dict.fromkeys(key for entry in scene.legend for key, _ in entry.rows))
    if not keys:
        return
    size = TEXT * unit
    column.head(caption("figures", scene.lang), size=HEADING * unit)
    table = [[caption("tier", scene.lang), *keys]]
    table += [[entry.label, *(dict(entry.rows).get(key, "") for key in keys)] for entry in scene.legend]
    widths = _widths(column, table, size=size)
    for label, *values in table:
        right = column.x + widths[0]
        for value, width in zip(values, widths[1:], strict=True):
            right += width
            text = column.sheet.fit(value, size=size, width=width - 4)
            column.sheet.write(text, right, column.y, size=size, align="right")
        column.say(column.sheet.fit(label, size=size, width=widths[0] - 4), size=size, lines=1)
    column.y += 6 * unit


def _widths(column: Column, table: list[list[str]], *, size: float) -> list[float]:
    """Return widths of the columns of a table that fill the column, each after its longest text."""
    measure, printable = column.sheet.measure, column.sheet.typeface.printable
    widest = [
        max(measure(printable(text), size=size) + 8 for text in texts) for texts in zip(*table, strict=True)
    ]
    return [width * column.width / sum(widest) for width in widest]


def _zones(column: Column, scene: Scene, *, unit: float, pages: Mapping[str, int]) -> None:
    if not len(scene.zones):
        return
    column.head(caption("zone_list", scene.lang), size=HEADING * unit)
    list_zones(column, scene, size=TEXT * unit, indent=INDENT * unit, pages=pages)

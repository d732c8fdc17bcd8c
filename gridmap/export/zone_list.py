"""The list of zones under a printed map, the strictest first, as far as there is room."""

from __future__ import annotations

from collections.abc import Mapping

from gridmap.export.captions import caption
from gridmap.export.sheet import GREY, LINE, Column
from gridmap.model.scene import Scene

_FEW = 5


def list_zones(
    column: Column,
    scene: Scene,
    *,
    size: float,
    indent: float,
    most: int = 1000,
    pages: Mapping[str, int] | None = None,
) -> None:
    """Set number and name of the zones, in two columns where they are many, and count those left out.

    Parameters
    ----------
    column
        Where; its room limits the list.
    scene
        Whose zones.
    size, indent
        Of the text, and how far the names stand from the numbers, in points.
    most
        How many zones at most.
    pages
        On which page each zone is; written after its name.
    """
    zones = list(scene.zones.itertuples())[::-1]
    lines = int((column.bottom - column.y) / (LINE * size))
    beside = 2 if len(zones) > (_FEW if pages is None else lines) else 1
    shown = min(len(zones), most, beside * lines)
    if shown < len(zones):
        shown = max(min(shown, beside * (lines - 1)), 0)
    width = column.width / beside
    for place, zone in enumerate(zones[:shown]):
        x, y = column.x + place % beside * width, column.y + place // beside * LINE * size
        number = column.sheet.fit(str(zone.Index), size=size, width=indent - 4)
        column.sheet.write(number, x, y, size=size)
        page = (pages or {}).get(zone.Index)
        after = "" if page is None else caption("on_page", scene.lang, page=page)
        room = width - indent - 12 - column.sheet.measure(after, size=size)
        column.sheet.write(after, x + width - 8, y, size=size, color=GREY, align="right")
        name = column.sheet.fit(zone.name, size=size, width=room)
        column.sheet.write(name, x + indent, y, size=size)
    column.y += -(-shown // beside) * LINE * size
    if shown < len(zones):
        text = caption("more", scene.lang, count=len(zones) - shown)
        column.say(text, size=size, lines=1, color=GREY)

"""The list of zones under a printed map, the strictest first, as far as there is room."""

from __future__ import annotations

from gridmap.export.captions import caption
from gridmap.export.sheet import GREY, LINE, Column
from gridmap.model.scene import Scene

_FEW = 5


def list_zones(column: Column, scene: Scene, *, size: float, indent: float, most: int = 1000) -> None:
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
    """
    zones = list(scene.zones.itertuples())[::-1]
    beside = 2 if len(zones) > _FEW else 1
    lines = int((column.bottom - column.y) / (LINE * size))
    shown = min(len(zones), most, beside * lines)
    if shown < len(zones):
        shown = max(min(shown, beside * (lines - 1)), 0)
    width = column.width / beside
    for place, zone in enumerate(zones[:shown]):
        x, y = column.x + place % beside * width, column.y + place // beside * LINE * size
        number = column.sheet.fit(str(zone.Index), size=size, width=indent - 4)
        column.sheet.write(number, x, y, size=size)
        name = column.sheet.fit(zone.name, size=size, width=width - indent - 8)
        column.sheet.write(name, x + indent, y, size=size)
    column.y += -(-shown // beside) * LINE * size
    if shown < len(zones):
        text = caption("more", scene.lang, count=len(zones) - shown)
        column.say(text, size=size, lines=1, color=GREY)

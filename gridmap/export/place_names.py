"""The names of areas and streets on a printed map, none over another."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import shapely

from gridmap.export.drawing import LINE_COLORS, WATER, Ground, View
from gridmap.export.marks import Box, overlap
from gridmap.export.sheet import LINE, Sheet
from gridmap.model.leaf import Album

_OWN, _AROUND = "#404040", "#1f3a5f"
_LARGER = 1.25
_MOST = 300
_MOSTLY = 0.55
_LARGEST_SHARE = 0.08
_WIDE, _NARROW = 1.0, 0.58
_LAST_NARROW = 0x2E7F
_ALONG = (0.5, 0.3, 0.7)
_SHIFTS = (0.0, 1.6, -1.6, 3.2, -3.2, 4.8, -4.8)


class _Level(NamedTuple):
    """Areas of one level that are seen: their names, and for each its middle and size, in points."""

    names: list[str]
    x: Any
    y: Any
    width: Any
    height: Any


class _Writer:
    """Writes names where nothing else is.

    Parameters
    ----------
    sheet, view
        Where.
    taken
        Boxes that stay free.
    """

    def __init__(self, sheet: Sheet, view: View, taken: tuple[Box, ...]) -> None:
        self._sheet, self._view, self._taken = sheet, view, list(taken)

    def areas(self, level: _Level, *, size: float, color: str) -> None:
        """Write the names of areas, each at its middle or a little above or below."""
        for name, x, y, high in zip(level.names, level.x, level.y, level.height, strict=True):
            text = self._sheet.fit(name, size=size, width=0.3 * self._view.width)
            width, height = self._sheet.measure(text, size=size) + 2, LINE * size
            for shift in _SHIFTS:
                if abs(shift) * size > high / 3:
                    break
                if self._take((x - width / 2, y + shift * size - height / 2, width, height)):
                    self._sheet.tilt(text, x, y + shift * size, size=size, angle=0, color=color)
                    break

    def street(self, name: str, line: Any, *, size: float, color: str) -> None:
        """Write the name of a street along a line, where it runs straight and nothing else is."""
        text = self._sheet.fit(name, size=size, width=0.3 * self._view.width)
        width, scale = self._sheet.measure(text, size=size), self._view.metres_per_point
        length = shapely.length(line) / scale
        for share in _ALONG if length > 1.4 * width else ():
            ends = [share * length + side * width / 2 for side in (-1, 1)]
            (x1, y1), (x2, y2) = (shapely.line_interpolate_point(line, end * scale).coords[0] for end in ends)
            if math.hypot(x2 - x1, y2 - y1) < 0.93 * width * scale:
                continue
            angle = math.atan((y2 - y1) / (x2 - x1)) if x1 != x2 else math.pi / 2
            x, y = self._view.at((x1 + x2) / 2, (y1 + y2) / 2)
            wide = abs(width * math.cos(angle)) + abs(size * math.sin(angle))
            high = abs(width * math.sin(angle)) + abs(1.2 * size * math.cos(angle))
            if self._take((x - wide / 2, y - high / 2, wide, high)):
                self._sheet.tilt(text, x, y, size=size, angle=math.degrees(angle), color=color)
                return

    def _take(self, box: Box) -> bool:
        view = self._view
        inside = view.x <= box[0] and box[0] + box[2] <= view.x + view.width
        inside = inside and view.y <= box[1] and box[1] + box[3] <= view.y + view.height
        free = inside and not any(overlap(box, other) for other in self._taken)
        if free:
            self._taken.append(box)
        return free


def draw_place_names(
    sheet: Sheet, album: Album, ground: Ground, view: View, *, size: float, taken: tuple[Box, ...]
) -> None:
    """Write the names of the smallest areas that have room for them, of those around them, and of streets.

    A name without a free place is left out.

    Parameters
    ----------
    sheet, ground, view
        What was drawn where.
    album
        Gives the names.
    size
        Of the smaller names; those of the areas around are larger.
    taken
        Boxes that stay free.
    """
    writer = _Writer(sheet, view, taken)
    levels = [level for level in _levels(album, ground, view) if 0 < len(level.names) <= _MOST]
    own = next((at for at, level in enumerate(levels) if _has_room(level, size)), len(levels) - 1)
    if levels:
        for level in levels[own + 1 : own + 2]:
            writer.areas(level, size=_LARGER * size, color=_AROUND)
        writer.areas(levels[own], size=size, color=_OWN)
    if ground.lines is not None:
        for line in ground.lines.itertuples():
            color = LINE_COLORS[WATER if line.kind == WATER else ""]
            writer.street(line.name, _longest(line.geometry), size=size, color=color)


def _levels(album: Album, ground: Ground, view: View) -> Iterator[_Level]:
    """Yield the levels of the areas in view, the smallest areas first."""
    cells = shapely.clip_by_rect(np.asarray(ground.cells.geometry.array, dtype=object), *view.extent)
    seen = shapely.area(cells) > 0
    at, cells = ground.cells["at"].to_numpy()[seen], cells[seen]
    scale = view.metres_per_point
    middle = shapely.get_coordinates(shapely.centroid(cells))
    bounds, area = shapely.bounds(cells), shapely.area(cells)
    for areas_of_cell in album.lineage:
        codes = areas_of_cell[at]
        known = codes >= 0
        areas, group = np.unique(codes[known], return_inverse=True)
        if not len(areas):
            continue
        weight = np.bincount(group, weights=area[known])
        centre = [np.bincount(group, weights=area[known] * middle[known, axis]) / weight for axis in (0, 1)]
        x, y = _inside(middle[known], group, np.column_stack(centre))
        low, high = np.full((2, len(areas)), np.inf), np.full((2, len(areas)), -np.inf)
        for axis in (0, 1):
            np.minimum.at(low[axis], group, bounds[known, axis])
            np.maximum.at(high[axis], group, bounds[known, axis + 2])
        names = [album.names[area] for area in areas.tolist()]
        x, y = view.x + (x - view.extent[0]) / scale, view.y + (view.extent[3] - y) / scale
        yield _Level(names, x, y, *((high - low) / scale))


def _inside(middle: Any, group: Any, centre: Any) -> tuple[Any, Any]:
    """Return for each group of cells the middle of the one that lies nearest to the centre of all."""
    away = np.hypot(*(middle - centre[group]).T)
    order = np.lexsort((away, group))
    first = order[np.flatnonzero(np.diff(group[order], prepend=-1))]
    return middle[first, 0], middle[first, 1]


def _has_room(level: _Level, size: float) -> bool:
    """Tell whether most names fit into their areas and leave most of them free."""
    wide = [sum(_WIDE if ord(char) > _LAST_NARROW else _NARROW for char in name) for name in level.names]
    width, height = size * np.array(wide), LINE * size
    fits = (level.width >= 0.9 * width) & (level.height >= height)
    fits &= width * height <= _LARGEST_SHARE * level.width * level.height
    return bool(fits.mean() >= _MOSTLY)


def _longest(line: Any) -> Any:
    """Return the longest part of a line."""
    parts = shapely.get_parts(shapely.line_merge(line))
    return parts[shapely.length(parts).argmax()]

"""Marks on a printed map: numbers of the zones, scale bar, north arrow."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import shapely

from gridmap.export.drawing import Ground, View, path_of
from gridmap.export.sheet import GREY, INK, LINE, Sheet

_RINGS = 9
_DIRECTIONS = 12
_ABOVE_MAP = 20
_MOST_SHOWN = 0.6
_DOT = 6.0
_SMALL = 4.0

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    def no_less(self, size: float) -> _Box:
        """Return the box about the same middle, at least so wide and high."""
        (x, y), width, height = self.middle, max(self.width, size), max(self.height, size)
        return _Box(x - width / 2, y - height / 2, width, height)

    def overlaps(self, other: _Box) -> bool:
        return overlap(
            (self.x, self.y, self.width, self.height), (other.x, other.y, other.width, other.height)
        )

    def inside(self, view: View) -> bool:
        fits_x = view.x <= self.x and self.x + self.width <= view.x + view.width
        return fits_x and view.y <= self.y and self.y + self.height <= view.y + view.height


def overlap(one: Box, other: Box) -> bool:
    """Tell whether two boxes share more than an edge."""
    apart_x = one[0] >= other[0] + other[2] or other[0] >= one[0] + one[2]
    apart_y = one[1] >= other[1] + other[3] or other[1] >= one[1] + one[3]
    return not (apart_x or apart_y)


class Labels(NamedTuple):
    """What came of labelling: how many had no room, and the boxes (x, y, width, height) now taken."""

    missing: int
    taken: tuple[Box, ...]


def draw_labels(
    sheet: Sheet, ground: Ground, view: View, *, size: float, keep: tuple[Box, ...] = ()
) -> Labels:
    """Write the number of every zone at its place, the strictest first, none over another.

    A label without room at its place stands beside it, with a line to it; so does that of a zone which it
    would hide. A zone too small to be seen gets a dot. Zones that stand back get a small number where there
    is room.

    Parameters
    ----------
    keep
        Boxes (x, y, width, height) that stay free.

    Returns
    -------
    labels
        The number of labels for which there was no room at all, and all boxes that are taken now.
    """
    spots = [(zone, _spot(zone.geometry, view)) for zone in reversed(list(ground.zones.itertuples()))]
    seen = [(zone, spot) for zone, spot in spots if spot is not None]
    small = [spot for _, spot in seen if spot.width * spot.height < (_SMALL * size) ** 2]
    taken = [_Box(*box) for box in keep]
    missing = 0
    for zone, spot in seen:
        if min(spot.width, spot.height) < _DOT:
            _draw_dot(sheet, spot, color=zone.color)
        text = sheet.fit(str(zone.Index), size=size, width=0.4 * view.width)
        box = _free_box(sheet, text, spot, size=size, view=view, taken=[*taken, *small])
        if box is None:
            missing += 1
            continue
        taken.append(box)
        _draw_label(sheet, text, box, spot.middle, size=size, color=zone.color)
    _number_muted(sheet, ground, view, size=0.75 * size, taken=taken)
    dots = [spot.no_less(_DOT) for spot in small]
    return Labels(missing, tuple((box.x, box.y, box.width, box.height) for box in (*taken, *dots)))


def _number_muted(sheet: Sheet, ground: Ground, view: View, *, size: float, taken: list[_Box]) -> None:
    """Write the numbers of zones that stand back in grey, each on its zone or not at all; note its box."""
    for zone in () if ground.muted is None else reversed(list(ground.muted.itertuples())):
        spot = _spot(zone.geometry, view)
        text = sheet.fit(str(zone.Index), size=size, width=0.3 * view.width)
        width = sheet.measure(text, size=size) + 0.7 * size
        if spot is None or width > spot.width or LINE * size > spot.height:
            continue
        x, y = spot.middle
        box = _Box(x - width / 2, y - LINE * size / 2, width, LINE * size)
        if box.inside(view) and not any(box.overlaps(other) for other in taken):
            taken.append(box)
            sheet.box(
                box.x, box.y, width, box.height, facecolor="white", alpha=0.8, linewidth=0, zorder=_ABOVE_MAP
            )
            sheet.write(text, x, box.y + 0.03 * size, size=size, align="center", color=GREY)


def draw_scale(sheet: Sheet, view: View, *, size: float) -> tuple[float, float, float, float]:
    """Draw a scale bar of a round length in the lower left corner; return its box."""
    length_m = round_length_m(0.33 * view.width * view.metres_per_point)
    length = length_m / view.metres_per_point
    text = f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"
    width = length + sheet.measure(text, size=size) + 1.9 * size
    box = (view.x + 0.5 * size, view.y + view.height - 2.3 * size, width, 1.8 * size)
    sheet.box(*box, facecolor="white", alpha=0.88, linewidth=0, zorder=_ABOVE_MAP)
    x, y = box[0] + 0.6 * size, box[1] + 0.65 * size
    for start, color in ((0.0, INK), (0.5, "white")):
        half = {"facecolor": color, "edgecolor": INK, "linewidth": 0.8, "zorder": _ABOVE_MAP + 1}
        sheet.box(x + start * length, y, length / 2, 0.45 * size, **half)
    sheet.write(text, x + length + 0.5 * size, box[1] + 0.2 * size, size=size)
    return box


def draw_north(sheet: Sheet, view: View, word: str, *, size: float) -> tuple[float, float, float, float]:
    """Draw an arrow to the north in the upper right corner, with its word; return its box."""
    from matplotlib.patches import Polygon

    box = (view.x + view.width - 2.7 * size, view.y + 0.5 * size, 2.2 * size, 3.9 * size)
    sheet.box(*box, facecolor="white", alpha=0.88, linewidth=0, zorder=_ABOVE_MAP)
    x, y = box[0] + box[2] / 2, box[1] + 0.3 * size
    for side, color in ((-1, INK), (1, "white")):
        corners = [(x, y), (x + side * 0.6 * size, y + 2.1 * size), (x, y + 1.7 * size)]
        style = {"facecolor": color, "edgecolor": INK, "linewidth": 0.8, "zorder": _ABOVE_MAP + 1}
        sheet.figure.add_artist(Polygon(corners, closed=True, transform=sheet.transform, **style))
    sheet.write(word, x, y + 2.1 * size, size=size, align="center")
    return box


def draw_locator(
    sheet: Sheet, ground: Ground, view: View, *, share: float
) -> tuple[float, float, float, float] | None:
    """Draw where the view lies in the whole grid, in the corner that hides least of zones; return its box.

    It is the lower right corner or the upper left one.

    Nothing is drawn, and None returned, where the view shows most of the grid anyway.
    """
    from matplotlib.patches import PathPatch, Rectangle

    left, bottom, right, top = ground.whole
    shown_x, shown_y = view.extent[2] - view.extent[0], view.extent[3] - view.extent[1]
    path = path_of(ground.cells.geometry if ground.land is None else [ground.land])
    if path is None or max(shown_x / (right - left), shown_y / (top - bottom)) > _MOST_SHOWN:
        return None
    aspect = (right - left) / (top - bottom)
    width = share * view.width * min(1.0, aspect)
    height = width / aspect
    x, y = _free_corner(ground, view, (width, height))
    axes = sheet.axes(x, y, width, height)
    axes.set(xlim=(left, right), ylim=(bottom, top), zorder=_ABOVE_MAP)
    axes.add_artist(PathPatch(path, facecolor="#d9d9d9", linewidth=0))
    style: dict[str, Any] = {"facecolor": "none", "edgecolor": "#b2182b", "linewidth": 1.5}
    axes.add_artist(Rectangle(view.extent[:2], shown_x, shown_y, **style))
    return x, y, width, height


def _free_corner(ground: Ground, view: View, size: tuple[float, float]) -> tuple[float, float]:
    """Return the place of a box in the lower right corner, or the upper left one if it hides less there."""
    width, height = size
    corners = [(view.x + view.width - width - 4, view.y + view.height - height - 4), (view.x + 4, view.y + 4)]
    left, top, scale = view.extent[0], view.extent[3], view.metres_per_point
    hidden = []
    for x, y in corners:
        west, north = left + (x - view.x) * scale, top - (y - view.y) * scale
        box = (west, north - height * scale, west + width * scale, north)
        hidden.append(shapely.area(shapely.clip_by_rect(np.asarray(ground.zones.geometry.array), *box)).sum())
    return corners[hidden.index(min(hidden))]


def round_length_m(longest_m: float) -> float:
    """Return the greatest of 1, 2 and 5 times a power of ten that is no longer than `longest_m`."""
    power = 10.0 ** math.floor(math.log10(longest_m))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= longest_m)


def _spot(geometry: Any, view: View) -> _Box | None:
    """Return a box as large as the largest part of a zone in view, about a point well inside that part."""
    parts = shapely.get_parts(shapely.clip_by_rect(geometry, *view.extent))
    if not len(parts) or shapely.area(parts).max() == 0:
        return None
    largest = parts[shapely.area(parts).argmax()]
    x, y = view.at(*shapely.maximum_inscribed_circle(largest).coords[0][:2])
    left, bottom, right, top = largest.bounds
    width, height = (right - left) / view.metres_per_point, (top - bottom) / view.metres_per_point
    return _Box(x - width / 2, y - height / 2, width, height)


def _free_box(
    sheet: Sheet, text: str, spot: _Box, *, size: float, view: View, taken: list[_Box]
) -> _Box | None:
    """Return the first free place for a label: on its zone, or round about it."""
    width, height = sheet.measure(text, size=size) + 0.7 * size, LINE * size
    x, y = spot.middle
    for dx, dy in _offsets(height):
        box = _Box(x + dx - width / 2, y + dy - height / 2, width, height)
        if box.inside(view) and not any(box.overlaps(other) for other in taken):
            return box
    return None


def _offsets(step: float) -> Iterator[tuple[float, float]]:
    """Give the place itself, then rings of places around it."""
    yield 0.0, 0.0
    for ring in range(1, _RINGS + 1):
        for direction in range(_DIRECTIONS):
            angle = 2 * math.pi * direction / _DIRECTIONS
            yield 1.4 * ring * step * math.cos(angle), ring * step * math.sin(angle)


def _draw_dot(sheet: Sheet, spot: _Box, *, color: str) -> None:
    """Mark a zone that is too small to be seen."""
    from matplotlib.lines import Line2D

    x, y = spot.middle
    style: dict[str, Any] = {"markerfacecolor": color, "markeredgecolor": "white", "zorder": _ABOVE_MAP - 3}
    sheet.figure.add_artist(Line2D([x], [y], transform=sheet.transform, marker="o", markersize=7, **style))


def _draw_label(
    sheet: Sheet, text: str, box: _Box, anchor: tuple[float, float], *, size: float, color: str
) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import FancyBboxPatch

    middle = box.middle
    if math.dist(middle, anchor) > 1:
        ends = ([anchor[0], middle[0]], [anchor[1], middle[1]])
        sheet.figure.add_artist(
            Line2D(*ends, transform=sheet.transform, color=INK, linewidth=1, zorder=_ABOVE_MAP - 2)
        )
    shape = FancyBboxPatch(
        (box.x, box.y), box.width, box.height, boxstyle=f"round,pad=0,rounding_size={0.3 * size}"
    )
    shape.set(
        transform=sheet.transform, facecolor="white", edgecolor=color, linewidth=1.6, zorder=_ABOVE_MAP - 1
    )
    sheet.figure.add_artist(shape)
    sheet.write(text, *middle[:1], box.y + 0.03 * size, size=size, align="center")

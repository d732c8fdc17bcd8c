"""The borders of cells on the ellipsoid, and how near they come to points.

Most cells that a circle may cut are told by two numbers. Seen from a point, a cell reaches no further towards
it than its height in that direction, which is taken in 16 directions around its middle; and the vertex that
reaches furthest in the nearest of them lies in the cell. What these leave open is measured edge by edge.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from gridmap.core.ellipsoid import Floats, Places, arc, directions, laid_flat, on_ellipsoid
from gridmap.core.nearby import runs
from gridmap.core.rings import rings_of

Truths = NDArray[np.bool_]
# Where edges start, x and y, and where they end.
Edges: TypeAlias = tuple[Floats, Floats, Floats, Floats]

_LONGEST_EDGE_M = 1000.0
_DEGREE_M = 111_320.0
_SIDES = 16
_SIDE = 2 * np.pi / _SIDES
_VERTICES_AT_ONCE = 500_000
# A border laid flat leaves the chords between its vertices by less than this.
_BEND_M = 0.1
_BEND_SHARE = 1e-5


class Borders:
    """The borders of the cells of a grid, each taken when it is first asked for, and kept.

    About 30 bytes are kept for each vertex and 200 for each cell.

    Parameters
    ----------
    polygons
        The cells.
    middles
        A place in the midst of each, in degrees.
    crs
        The CRS of the cells.
    laid
        What lays coordinates in this CRS on the ellipsoid.
    """

    def __init__(
        self, polygons: NDArray[np.object_], middles: Floats, crs: Any, laid: Callable[[Floats], Floats]
    ) -> None:
        self._polygons = polygons
        self._longest_edge = _edge_length(crs)
        self._laid = laid
        self._frames = (*directions(middles), on_ellipsoid(middles))
        self._known = np.zeros(len(polygons), dtype=bool)
        self._first = np.zeros(len(polygons), dtype=np.intp)
        self._size = np.zeros(len(polygons), dtype=np.intp)
        self._step = np.empty(0, dtype=np.int32)
        self._xyz = np.empty((0, 3))
        self._height = np.zeros((len(polygons), _SIDES))
        self._furthest = np.zeros((len(polygons), _SIDES), dtype=np.int32)
        self._lock = threading.Lock()

    def reached(self, lonlat: Floats, point: Places, cell: Places, radius_m: float, *, by: str) -> Truths:
        """Tell for pairs of a point and a cell whether the cell lies within the distance.

        Parameters
        ----------
        lonlat
            Points in degrees.
        point, cell
            The pairs, as positions; a cell without a border is within no distance.
        radius_m
            The distance in metres.
        by
            ``touches`` or ``majority``.
        """
        with self._lock:
            self._learn(cell)
        open_ones, answer = self._told_by_height(lonlat, point, cell, radius_m, by=by)
        measure = _touched if by == "touches" else _mostly_inside
        for some in _blocks(open_ones, self._size[cell[open_ones]]):
            answer[some] = self._measured(lonlat, point[some], cell[some], radius_m, measure)
        return answer

    def _told_by_height(
        self, lonlat: Floats, point: Places, cell: Places, radius_m: float, *, by: str
    ) -> tuple[Places, Truths]:
        """Return the pairs that are still open, and the answers of the others."""
        here = on_ellipsoid(lonlat)[point]
        x, y = self._from_middle(here, cell)
        angle = np.mod(np.arctan2(y, x), 2 * np.pi)
        side = np.minimum((angle / _SIDE).astype(np.intp), _SIDES - 1)
        further, past = (side + 1) % _SIDES, angle - side * _SIDE
        towards = self._height[cell, side] * np.sin(_SIDE - past) + self._height[cell, further] * np.sin(past)
        nearest = np.hypot(x, y) - towards / np.sin(_SIDE)
        open_ones = (nearest <= radius_m + _BEND_M + _BEND_SHARE * radius_m) & (self._size[cell] > 0)
        inside = np.zeros(len(point), dtype=bool)
        if by == "touches":
            tip = self._furthest[cell, np.where(past > _SIDE / 2, further, side)][open_ones]
            inside[open_ones] = arc(self._xyz[tip] - here[open_ones]) <= radius_m
        return np.flatnonzero(open_ones & ~inside), inside

    def _measured(
        self,
        lonlat: Floats,
        point: Places,
        cell: Places,
        radius_m: float,
        measure: Callable[[Edges, Places, float], Truths],
    ) -> Truths:
        """Lay the border of every pair flat around its point, and measure all of its edges."""
        times = self._size[cell]
        rows = runs(self._first[cell], times)
        x, y = laid_flat(self._xyz[rows], lonlat[point], np.repeat(np.arange(len(point)), times))
        following = np.arange(len(rows)) + self._step[rows]
        edges = x, y, x[following], y[following]
        return measure(edges, np.cumsum(times) - times, radius_m)

    def _learn(self, cells: Places) -> None:
        """Take the borders that are not known yet; of all cells, when most are."""
        asked = np.zeros(len(self._known), dtype=bool)
        asked[cells] = True
        new = asked & ~self._known
        if not new.any():
            return
        if 2 * np.count_nonzero(asked | self._known) > len(self._known):
            new = ~self._known
        chosen = np.flatnonzero(new)
        rings = rings_of(_cut(self._polygons[chosen], self._longest_edge))
        owner = rings.face_cell[rings.face[rings.ring]]
        times = np.bincount(owner, minlength=len(chosen))
        before = len(self._xyz)
        self._known[chosen] = True
        self._size[chosen] = times
        self._first[chosen] = before + np.cumsum(times) - times
        self._step = np.concatenate([self._step, rings.following - np.arange(len(owner), dtype=np.int32)])
        self._xyz = np.concatenate([self._xyz, self._laid(rings.xy)])
        self._learn_heights(chosen[times > 0])

    def _learn_heights(self, chosen: Places) -> None:
        """Find how far each cell reaches from its middle in every direction, and the vertex that does."""
        for cells in _blocks(chosen, self._size[chosen]):
            times = self._size[cells]
            rows = slice(self._first[cells[0]], self._first[cells[-1]] + times[-1])
            owner = np.repeat(cells, times)
            x, y = self._from_middle(self._xyz[rows], owner)
            start = np.cumsum(times) - times
            for side in range(_SIDES):
                reach = x * np.cos(side * _SIDE) + y * np.sin(side * _SIDE)
                height = np.maximum.reduceat(reach, start)
                self._height[cells, side] = height
                at = np.flatnonzero(reach == np.repeat(height, times))
                self._furthest[owner[at], side] = at + rows.start

    def _from_middle(self, xyz: Floats, cell: Places) -> tuple[Floats, Floats]:
        """Return how far points lie to the east and to the north of the middle of their cells."""
        east, north, middle = self._frames
        chord = xyz - middle[cell]
        return np.einsum("ij,ij->i", chord, east[cell]), np.einsum("ij,ij->i", chord, north[cell])


def _cut(polygons: NDArray[np.object_], length: float) -> NDArray[np.object_]:
    west, south, east, north = shapely.bounds(polygons).T
    long = np.maximum(east - west, north - south) > length / 2
    cut = polygons.copy()
    cut[long] = shapely.segmentize(shapely.force_2d(polygons[long]), length)
    return cut


def _edge_length(crs: Any) -> float:
    """Return how long an edge may be, in the unit of the CRS, to lie straight to centimetres."""
    if crs.is_geographic:
        return _LONGEST_EDGE_M / _DEGREE_M
    return float(_LONGEST_EDGE_M / crs.axis_info[0].unit_conversion_factor)


def _blocks(members: Places, sizes: Places) -> Iterator[Places]:
    """Give the members in runs that together have not many more vertices than fit into memory."""
    block = (np.cumsum(sizes) - sizes) // _VERTICES_AT_ONCE
    yield from np.split(members, np.flatnonzero(np.diff(block)) + 1) if len(members) else ()


def _touched(edges: Edges, start: Places, radius: float) -> Truths:
    """Tell of which polygons an edge comes as near to 0, 0 as the radius, or which go around it."""
    x, y, x_end, y_end = edges
    way_x, way_y = x_end - x, y_end - y
    square = way_x**2 + way_y**2
    share = np.divide(-(x * way_x + y * way_y), square, out=np.zeros_like(square), where=square > 0)
    share = np.clip(share, 0, 1)
    near = np.hypot(x + share * way_x, y + share * way_y) <= radius
    over = (y_end > 0).astype(np.int8) - (y > 0)
    turns = over * (over * (x * y_end - x_end * y) > 0)
    return np.asarray(np.logical_or.reduceat(near, start) | (np.add.reduceat(turns, start) != 0))


def _mostly_inside(edges: Edges, start: Places, radius: float) -> Truths:
    """Tell of which polygons more than half of the area lies in the circle around 0, 0."""
    x, y, x_end, y_end = edges
    double = x * y_end - x_end * y
    inside = double / 2
    out = np.flatnonzero((np.hypot(x, y) > radius) | (np.hypot(x_end, y_end) > radius))
    inside[out] = _area_in_circle((x[out], y[out], x_end[out], y_end[out]), radius)
    whole = np.add.reduceat(double, start) / 2
    return np.asarray(np.abs(np.add.reduceat(inside, start)) > np.abs(whole) / 2)


def _area_in_circle(edges: Edges, radius: float) -> Floats:
    """Return what every edge adds to the area of its polygon inside the circle around 0, 0.

    An edge enters the circle at one share of its way and leaves it at another. Between them it adds the
    triangle to the middle of the circle, before and after them the sector.
    """
    x, y, x_end, y_end = edges
    way_x, way_y = x_end - x, y_end - y
    square = way_x**2 + way_y**2
    middle = np.divide(-(x * way_x + y * way_y), square, out=np.zeros_like(square), where=square > 0)
    beyond = x**2 + y**2 - radius**2
    root = np.divide(-beyond, square, out=np.zeros_like(square), where=square > 0) + middle**2
    half = np.sqrt(np.maximum(root, 0))
    entry, leave = np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)
    x_in, y_in, x_out, y_out = x + entry * way_x, y + entry * way_y, x + leave * way_x, y + leave * way_y
    turn = _angle(x, y, x_in, y_in) + _angle(x_out, y_out, x_end, y_end)
    return np.asarray((x_in * y_out - x_out * y_in) / 2 + turn * radius**2 / 2)


def _angle(x: Floats, y: Floats, x_end: Floats, y_end: Floats) -> Floats:
    return np.asarray(np.arctan2(x * y_end - x_end * y, x * x_end + y * y_end))

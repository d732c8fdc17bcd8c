"""What lies within a distance, in true metres: geodesics of the WGS84 ellipsoid, wherever the data lie.

Points are laid on the ellipsoid and the chord between two of them is bent back to the arc. The answer is that
of the geodesic to a tenth of a millimetre at 10 km and to 5 cm at 150 km, in any CRS and at any latitude.
For borders of cells every cell is laid flat around the point (azimuthal equidistant), which keeps all
distances from that point true; areas in a circle are exact, no circle is drawn as a polygon.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

_SEMI_MAJOR_M = 6378137.0
_FLATTENING = 1 / 298.257223563
_ECCENTRICITY2 = _FLATTENING * (2 - _FLATTENING)
_MEAN_RADIUS_M = 6371008.8
_LONGEST_EDGE_M = 1000.0
_DEGREE_M = 111_320.0
# The boxes of cells are not boxes on the ellipsoid: the circles around them are widened by so much.
_SLACK = 1.05
_NOBODY = np.empty(0, dtype=np.intp)


def on_ellipsoid(lonlat: Floats) -> Floats:
    """Return geocentric x, y, z in metres of points on the surface of the WGS84 ellipsoid."""
    lon, lat = np.radians(lonlat[:, 0]), np.radians(lonlat[:, 1])
    normal = _SEMI_MAJOR_M / np.sqrt(1 - _ECCENTRICITY2 * np.sin(lat) ** 2)
    across = normal * np.cos(lat)
    up = normal * (1 - _ECCENTRICITY2) * np.sin(lat)
    return np.column_stack([across * np.cos(lon), across * np.sin(lon), up])


def _arc(chord: Floats) -> Floats:
    """Bend chords (rows of x, y, z) back to the length of the arc above them."""
    length = np.sqrt(np.einsum("ij,ij->i", chord, chord))
    return np.asarray(2 * _MEAN_RADIUS_M * np.arcsin(np.minimum(length / (2 * _MEAN_RADIUS_M), 1)))


@dataclass(frozen=True, eq=False)
class CellReach:
    """The cells of a grid, to be asked which of them lie within a distance.

    Parameters
    ----------
    cells
        Polygons; a missing or empty one is within no distance.
    crs
        Their CRS.
    """

    cells: NDArray[np.object_]
    crs: Any

    def within(self, lonlat: Floats, radius_m: float, *, by: str) -> list[Places]:
        """Return, for every point, the positions of the cells within the distance, sorted.

        Parameters
        ----------
        lonlat
            Points, one row each, in degrees.
        radius_m
            The distance in metres; a cell exactly at it is within.
        by
            ``touches`` (any part of the cell), ``centroid``, or ``majority`` (more than half of its area).
        """
        if by == "centroid":
            return [np.flatnonzero(row <= radius_m) for row in self._rows(lonlat, self._centroids)]
        surely, perhaps = self._sorted_out(lonlat, radius_m)
        edges = self._edges(np.unique(np.concatenate([*perhaps, _NOBODY])))
        near = [
            cells[edges.reached(point, cells, radius_m, by=by)]
            for point, cells in zip(lonlat, perhaps, strict=True)
        ]
        return [np.sort(np.concatenate(both)) for both in zip(surely, near, strict=True)]

    def others_within(
        self, lonlat: Floats, radius_m: float, *, others_lonlat: Floats, others_cell: Places
    ) -> list[Places]:
        """Return, for every point, the positions of the other points within the distance, sorted.

        Parameters
        ----------
        lonlat
            Points, one row each, in degrees.
        radius_m
            The distance in metres; another point exactly at it is within.
        others_lonlat, others_cell
            The other points, and the position of the cell in which each of them lies.
        """
        order = np.argsort(others_cell, kind="stable")
        first = np.searchsorted(others_cell[order], np.arange(len(self.cells) + 1))
        here, there = on_ellipsoid(lonlat), on_ellipsoid(others_lonlat)
        found = []
        for point, surely, perhaps in zip(here, *self._sorted_out(lonlat, radius_m), strict=True):
            inside, open_ones = (order[_runs(first, cells)] for cells in (surely, perhaps))
            near = open_ones[_arc(there[open_ones] - point) <= radius_m]
            found.append(np.sort(np.concatenate([inside, near])))
        return found

    def _edges(self, chosen: Places) -> _Edges:
        """Take the edges of the chosen cells; long ones are cut, to lie on the ellipsoid as on the map."""
        short = shapely.segmentize(shapely.force_2d(self.cells[chosen]), _edge_length(self.crs))
        parts, part_cell = shapely.get_parts(short, return_index=True)
        rings, ring_part = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        xyz = self._laid(xy)
        row = np.flatnonzero(ring[1:] == ring[:-1])
        cell = chosen[part_cell[ring_part[ring[row]]]]
        first = np.searchsorted(cell, np.arange(len(self.cells) + 1))
        return _Edges(first, xyz[row], xyz[row + 1])

    def _sorted_out(self, lonlat: Floats, radius_m: float) -> tuple[list[Places], list[Places]]:
        """Return, for every point, the cells that surely lie within, and those that the circle may cut."""
        rows = list(self._rows(lonlat, self._middles))
        surely = [np.flatnonzero(row + self._radii_m <= radius_m) for row in rows]
        return surely, [np.flatnonzero(np.abs(row - radius_m) < self._radii_m) for row in rows]

    @cached_property
    def _centroids(self) -> Floats:
        return self._laid(shapely.get_coordinates(_points(shapely.centroid(self.cells))))

    @cached_property
    def _middles(self) -> Floats:
        west, south, east, north = shapely.bounds(self.cells).T
        return self._laid(np.column_stack([(west + east) / 2, (south + north) / 2]))

    @cached_property
    def _radii_m(self) -> Floats:
        """The radius of a circle around the middle of each cell that holds the cell, in metres."""
        west, south, east, north = shapely.bounds(self.cells).T
        corners = [(west, south), (west, north), (east, south), (east, north)]
        reach = [_arc(self._laid(np.column_stack(corner)) - self._middles) for corner in corners]
        return np.asarray(np.max(reach, axis=0) * _SLACK + 1)

    @cached_property
    def _to_lonlat(self) -> Any:
        # Made once: PROJ takes longer to find the way between two datums than to go it for many cells.
        return pyproj.Transformer.from_crs(self.crs, 4326, always_xy=True)

    def lonlat(self, xy: Floats) -> Floats:
        """Return longitude and latitude in degrees (WGS84) of coordinates in the CRS of the cells."""
        lon, lat = self._to_lonlat.transform(xy[:, 0], xy[:, 1])
        return np.column_stack([lon, lat])

    def _laid(self, xy: Floats) -> Floats:
        return on_ellipsoid(self.lonlat(xy))

    def _rows(self, lonlat: Floats, targets: Floats) -> Iterator[Floats]:
        """Give the distances from each point to all targets; NaN where a target is nowhere."""
        for here in on_ellipsoid(lonlat):
            yield _arc(targets - here)


@dataclass(frozen=True, eq=False)
class _Edges:
    """The edges of some cells on the ellipsoid, cell after cell; shells and holes turn opposite ways.

    Parameters
    ----------
    first
        For every cell of the grid, the row of its first edge; one more at the end.
    start, end
        Geocentric x, y, z in metres.
    """

    first: Places
    start: Floats
    end: Floats

    def reached(self, lonlat: Floats, cells: Places, radius_m: float, *, by: str) -> NDArray[np.bool_]:
        """Tell which of the cells lie within the distance of a point."""
        owner = np.repeat(np.arange(len(cells)), self.first[cells + 1] - self.first[cells])
        rows = _runs(self.first, cells)
        start, end = _flat(self.start[rows], lonlat), _flat(self.end[rows], lonlat)
        if by == "majority":
            inside = np.bincount(owner, _area_in_circle(start, end, radius_m), len(cells))
            whole = np.bincount(owner, _cross(start, end) / 2, len(cells))
            return np.asarray(np.abs(inside) > np.abs(whole) / 2)
        touched = np.bincount(owner, _distance(start, end) <= radius_m, len(cells)) > 0
        turned = np.abs(np.bincount(owner, _angle(start, end), len(cells)))
        return np.asarray(touched | (turned > np.pi))


def _runs(first: Places, chosen: Places) -> Places:
    """Return the rows of the chosen cells, where cell i has those from first[i] to first[i + 1]."""
    sizes = first[chosen + 1] - first[chosen]
    before = np.cumsum(sizes) - sizes
    return np.asarray(np.arange(sizes.sum()) + np.repeat(first[chosen] - before, sizes), dtype=np.intp)


def _points(points: NDArray[np.object_]) -> NDArray[np.object_]:
    """Replace what has no place by a point at NaN, so that one coordinate is left for each."""
    nowhere = shapely.is_missing(points) | shapely.is_empty(points)
    return np.where(nowhere, shapely.Point(np.nan, np.nan), points)


def _edge_length(crs: Any) -> float:
    """Return how long an edge may be, in the unit of the CRS, to lie straight to centimetres."""
    if crs.is_geographic:
        return _LONGEST_EDGE_M / _DEGREE_M
    return float(_LONGEST_EDGE_M / crs.axis_info[0].unit_conversion_factor)


def _flat(xyz: Floats, lonlat: Floats) -> Floats:
    """Lay points of the ellipsoid flat around one that comes to 0, 0; all distances from it stay true."""
    lon, lat = np.radians(lonlat)
    east = [-np.sin(lon), np.cos(lon), 0]
    north = [-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)]
    chord = xyz - on_ellipsoid(lonlat[None, :])
    plane = chord @ np.column_stack([east, north])
    length = np.hypot(plane[:, 0], plane[:, 1])
    stretch = np.divide(_arc(chord), length, out=np.ones_like(length), where=length > 0)
    return np.asarray(plane * stretch[:, None])


def _cross(one: Floats, other: Floats) -> Floats:
    return np.asarray(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])


def _dot(one: Floats, other: Floats) -> Floats:
    return np.asarray(one[:, 0] * other[:, 0] + one[:, 1] * other[:, 1])


def _distance(start: Floats, end: Floats) -> Floats:
    """Return how near every edge comes to 0, 0."""
    way = end - start
    square = _dot(way, way)
    share = np.divide(-_dot(start, way), square, out=np.zeros_like(square), where=square > 0)
    nearest = start + np.clip(share, 0, 1)[:, None] * way
    return np.asarray(np.hypot(nearest[:, 0], nearest[:, 1]))


def _area_in_circle(start: Floats, end: Floats, radius: float) -> Floats:
    """Return what every edge adds to the area of its polygon inside the circle around 0, 0.

    An edge enters the circle at one share of its way and leaves it at another. Between them it adds the
    triangle to the middle of the circle, before and after them the sector.
    """
    way = end - start
    square = _dot(way, way)
    middle = np.divide(-_dot(start, way), square, out=np.zeros_like(square), where=square > 0)
    beyond = _dot(start, start) - radius**2
    root = np.divide(-beyond, square, out=np.zeros_like(square), where=square > 0) + middle**2
    half = np.sqrt(np.maximum(root, 0))
    entry = start + np.clip(middle - half, 0, 1)[:, None] * way
    leave = start + np.clip(middle + half, 0, 1)[:, None] * way
    turn = _angle(start, entry) + _angle(leave, end)
    return np.asarray(_cross(entry, leave) / 2 + turn * radius**2 / 2)


def _angle(one: Floats, other: Floats) -> Floats:
    return np.asarray(np.arctan2(_cross(one, other), _dot(one, other)))

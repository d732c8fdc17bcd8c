"""What lies within a distance, in true metres: geodesics of the WGS84 ellipsoid, wherever the data lie.

For borders of cells every cell is laid flat around the point (azimuthal equidistant), which keeps all
distances from that point true; areas in a circle are exact, no circle is drawn as a polygon. Only cells that
the circle may cut are looked at more closely; the others are told by a circle around each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np
import shapely
from numpy.typing import NDArray

from gridmap.core.borders import Borders
from gridmap.core.ellipsoid import Floats, Places, arc, on_ellipsoid, squared_chord, squares
from gridmap.core.nearby import Nearby, runs
from gridmap.core.raster import in_threads
from gridmap.core.rings import NONE
from gridmap.model.areas import Hierarchy
from gridmap.model.crs import transformer

# The boxes of cells are not boxes on the ellipsoid: the circles around them are widened by so much.
_SLACK = 1.05
_SHORT = 2**32
_POINTS_AT_ONCE = 5_000

_Pairs: TypeAlias = tuple[Places, Places]
Truths = NDArray[np.bool_]

_known: WeakKeyDictionary[Hierarchy, CellReach] = WeakKeyDictionary()


def reach_for(hierarchy: Hierarchy) -> CellReach:
    """Return the cells of a hierarchy, to be asked for distances; kept, and let go with the hierarchy."""
    found = _known.get(hierarchy)
    if found is None:
        found = CellReach(np.asarray(hierarchy.geometry.array, dtype=object), hierarchy.geometry.crs)
        _known[hierarchy] = found
    return found


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
        found = self._centroids_within if by == "centroid" else self._borders_within
        parts = np.array_split(lonlat, max(1, -(-len(lonlat) // _POINTS_AT_ONCE)))
        answers = in_threads(lambda part: _lists(found(part, radius_m, by), len(part)), parts)
        return [cells for answer in answers for cells in answer]

    def others_within(
        self, lonlat: Floats, radius_m: float, *, others_lonlat: Floats, others_cell: Places
    ) -> tuple[Places, list[Places]]:
        """Return which cells lie wholly within the distance of points, and the other points that do.

        Parameters
        ----------
        lonlat
            Points, one row each, in degrees.
        radius_m
            The distance in metres; another point exactly at it is within.
        others_lonlat, others_cell
            The other points, and the position of the cell in which each of them lies.

        Returns
        -------
        holder
            For every cell, the first point of which it surely lies wholly within the distance, with all that
            is in it; -1 where there is none.
        others
            For every point, the positions of the other points within the distance, sorted. Those in cells
            that surely lie within its distance are left out.
        """
        order = np.argsort(others_cell, kind="stable")
        first = np.searchsorted(others_cell[order], np.arange(len(self.cells) + 1))
        here, there = on_ellipsoid(lonlat), on_ellipsoid(others_lonlat)
        holder, near = np.full(len(self.cells), NONE, dtype=np.intp), []
        for point, cell, perhaps in self._told_by_size(lonlat, radius_m):
            new = np.flatnonzero(~perhaps & (holder[cell] == NONE))[::-1]
            holder[cell[new]] = point[new]
            open_cell = cell[perhaps]
            times = first[open_cell + 1] - first[open_cell]
            owner, other = np.repeat(point[perhaps], times), order[runs(first[open_cell], times)]
            within = _near(there[other] - here[owner], radius_m)
            near.append(_in_order(owner[within], other[within], len(there)))
        return holder, _lists(near, len(lonlat))

    def _centroids_within(self, lonlat: Floats, radius_m: float, _by: str) -> Iterator[_Pairs]:
        here, there = on_ellipsoid(lonlat), on_ellipsoid(self._centroids)
        for point, cell in Nearby(self._centroids, np.zeros(len(self.cells))).pairs(lonlat, radius_m):
            within = _near(there[cell] - here[point], radius_m)
            yield _in_order(point[within], cell[within], len(self.cells))

    def _borders_within(self, lonlat: Floats, radius_m: float, by: str) -> Iterator[_Pairs]:
        for point, cell, perhaps in self._told_by_size(lonlat, radius_m):
            within = ~perhaps
            within[perhaps] = self._borders.reached(lonlat, point[perhaps], cell[perhaps], radius_m, by=by)
            yield _in_order(point[within], cell[within], len(self.cells))

    def _told_by_size(self, lonlat: Floats, radius_m: float) -> Iterator[tuple[Places, Places, Truths]]:
        """Give the pairs of a point and a cell within the distance, and of those that the circle may cut.

        They come in blocks, in the order of the points, and with each whether the circle may cut it.
        """
        here, there = on_ellipsoid(lonlat), on_ellipsoid(self._middles)
        farthest = squared_chord(radius_m + self._radii_m)
        wholly = np.where(radius_m >= self._radii_m, squared_chord(radius_m - self._radii_m), -1)
        for point, cell in Nearby(self._middles, self._radii_m).pairs(lonlat, radius_m):
            square = squares(there[cell] - here[point])
            near = np.flatnonzero(square <= farthest[cell])
            yield point[near], cell[near], square[near] > wholly[cell[near]]

    @cached_property
    def _borders(self) -> Borders:
        return Borders(self.cells, self._middles, self.crs, self._laid)

    @cached_property
    def _centroids(self) -> Floats:
        return self.lonlat(shapely.get_coordinates(_points(shapely.centroid(self.cells))))

    @cached_property
    def _middles(self) -> Floats:
        west, south, east, north = shapely.bounds(self.cells).T
        return self.lonlat(np.column_stack([(west + east) / 2, (south + north) / 2]))

    @cached_property
    def _radii_m(self) -> Floats:
        """The radius of a circle around the middle of each cell that holds the cell, in metres."""
        west, south, east, north = shapely.bounds(self.cells).T
        corners = [(west, south), (west, north), (east, south), (east, north)]
        middles = on_ellipsoid(self._middles)
        reach = [arc(self._laid(np.column_stack(corner)) - middles) for corner in corners]
        return np.asarray(np.max(reach, axis=0) * _SLACK + 1)

    @cached_property
    def _to_lonlat(self) -> Any:
        return transformer(self.crs, 4326)

    def lonlat(self, xy: Floats) -> Floats:
        """Return longitude and latitude in degrees (WGS84) of coordinates in the CRS of the cells."""
        lon, lat = self._to_lonlat.transform(xy[:, 0], xy[:, 1])
        return np.column_stack([lon, lat])

    def _laid(self, xy: Floats) -> Floats:
        return on_ellipsoid(self.lonlat(xy))


def _near(chord: Floats, radius_m: float) -> Truths:
    """Tell which chords lie beneath arcs no longer than the radius."""
    return np.asarray(squares(chord) <= squared_chord(np.asarray(radius_m)))


def _in_order(point: Places, member: Places, size: int) -> _Pairs:
    """Sort the pairs of each point by the member, of which there are `size`; the points are in order."""
    if not len(point):
        return point, member
    first = int(point[0])
    keys = (point - first) * size + member
    # half as long numbers are sorted in half the time
    keys = keys.astype(np.uint32) if (int(point[-1]) - first + 1) * size < _SHORT else keys
    keys.sort()
    own = keys // size
    return own.astype(np.intp) + first, (keys - own * size).astype(np.intp)


def _lists(blocks: Iterable[_Pairs], size: int) -> list[Places]:
    """Return the members of each of `size` points, from pairs in blocks."""
    times, members = np.zeros(size, dtype=np.intp), [np.empty(0, dtype=np.intp)]
    for point, member in blocks:
        times += np.bincount(point, minlength=size)
        members.append(member)
    return np.split(np.concatenate(members), np.cumsum(times)[:-1]) if size else []


def _points(points: NDArray[np.object_]) -> NDArray[np.object_]:
    """Replace what has no place by a point at NaN, so that one coordinate is left for each."""
    nowhere = shapely.is_missing(points) | shapely.is_empty(points)
    return np.where(nowhere, shapely.Point(np.nan, np.nan), points)

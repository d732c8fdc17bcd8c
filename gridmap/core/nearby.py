"""Which places may lie within a distance of which points, for many of both at once.

The places are sorted into rows of latitude, and by longitude in each row. A point then asks of every row that
its circle meets for one run of places. Rows and longitudes are those of the sphere, whose circles are widened
to hold those of the ellipsoid, so there is no plane that could be wrong: poles and the 180th meridian are
places like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

# No radius of curvature of the ellipsoid is smaller; one in a hundred is left for the arcs that are measured.
_SMALLEST_RADIUS_M = 6_335_439 * 0.99
_ROUNDING_M = 0.1
_ROWS_A_RADIUS = 8
_LOWEST_ROW_DEG = 1e-4
_ROW_WIDTH = 1024.0
# Longitudes in steps of a few centimetres leave room for the row in the same number, without rounding.
_STEPS_A_DEGREE = 2.0**22
_PADDING_DEG = 1e-6
_ALMOST_ROUND_DEG = 179.9
_TURN = 360.0
_PAIRS_AT_ONCE = 500_000


@dataclass(frozen=True, eq=False)
class Nearby:
    """Places on the ellipsoid, to be asked which of them may lie near points.

    Parameters
    ----------
    lonlat
        The places in degrees, one row each; one without a number is near nothing.
    size_m
        How far each reaches around its place, in metres.
    """

    lonlat: Floats
    size_m: Floats

    def pairs(self, lonlat: Floats, radius_m: float) -> Iterator[tuple[Places, Places]]:
        """Give pairs of a point and a place, as positions: all that may be within the distance, and more.

        They come in blocks that fit into memory; each has all pairs of some points, in the order of the
        points, and the next has those of the points that follow.
        """
        order, point, start, stop = self._runs(lonlat, radius_m)
        ends = np.cumsum(np.bincount(point, stop - start, len(lonlat))).astype(np.intp)
        windows = np.searchsorted(point, np.arange(len(lonlat) + 1))
        begin = 0
        while begin < len(lonlat):
            done = ends[begin - 1] if begin else 0
            end = max(begin + 1, int(np.searchsorted(ends, done + _PAIRS_AT_ONCE, side="right")))
            mine = slice(windows[begin], windows[end])
            times = stop[mine] - start[mine]
            yield np.repeat(point[mine], times), order[runs(start[mine], times)]
            begin = end

    @cached_property
    def _classes(self) -> list[Places]:
        """The places by size, the largest of a class at most four times the smallest."""
        known = np.flatnonzero(np.isfinite(self.lonlat).all(axis=1))
        size = np.frexp(self.size_m[known])[1] // 2
        return [known[size == each] for each in np.unique(size)]

    def _runs(self, lonlat: Floats, radius_m: float) -> tuple[Places, Places, Places, Places]:
        """Return the places row after row, and where in them the runs of each point start and stop."""
        orders = [np.empty(0, dtype=np.intp)]
        found = [np.empty((3, 0), dtype=np.intp)]
        before = 0
        for places in self._classes:
            reach_m = radius_m + self.size_m[places].max() + _ROUNDING_M
            reach_deg = np.degrees(reach_m / _SMALLEST_RADIUS_M)
            height = max(reach_deg / _ROWS_A_RADIUS, _LOWEST_ROW_DEG)
            keys, order = _in_rows(self.lonlat[places], height)
            point, start, stop = _windows(keys, lonlat, min(reach_deg, 180.0), height)
            orders.append(places[order])
            found.append(np.stack([point, start + before, stop + before]))
            before += len(order)
        point, start, stop = np.concatenate(found, axis=1)
        by_point = np.argsort(point, kind="stable")
        return np.concatenate(orders), point[by_point], start[by_point], stop[by_point]


def runs(start: Places, times: Places) -> Places:
    """Return the numbers of all runs: `times` numbers from each start on, one run after the other."""
    before = np.cumsum(times) - times
    return np.asarray(np.arange(times.sum()) + np.repeat(start - before, times), dtype=np.intp)


def _in_rows(lonlat: Floats, height: float) -> tuple[Floats, Places]:
    """Sort places by row and longitude, each twice: once again a turn further east."""
    row = np.floor((lonlat[:, 1] + 90) / height)
    east = np.mod(np.floor(np.mod(lonlat[:, 0], _TURN) * _STEPS_A_DEGREE) / _STEPS_A_DEGREE, _TURN)
    keys = np.concatenate([row * _ROW_WIDTH + east, row * _ROW_WIDTH + east + _TURN])
    order = np.argsort(keys)
    return keys[order], order % max(len(lonlat), 1)


def _windows(keys: Floats, lonlat: Floats, reach_deg: float, height: float) -> tuple[Places, Places, Places]:
    """Return a window of the sorted keys for each point and each row that its circle meets."""
    south = np.floor((lonlat[:, 1] - reach_deg + 90) / height)
    north = np.floor((lonlat[:, 1] + reach_deg + 90) / height)
    times = np.where(np.isfinite(lonlat).all(axis=1), north - south + 1, 0).astype(np.intp)
    point = np.repeat(np.arange(len(lonlat)), times)
    row = runs(np.zeros(len(times), dtype=np.intp), times) + south[point]
    south_deg = np.asarray(row * height - 90, dtype=np.float64)
    wide = _half_width(lonlat[point, 1], south_deg, height, reach_deg) + _PADDING_DEG
    whole = wide >= _ALMOST_ROUND_DEG
    west = np.where(whole, 0, np.mod(lonlat[point, 0] - wide, _TURN))
    east = np.where(whole, _TURN, west + 2 * wide)
    start, stop = (np.searchsorted(keys, row * _ROW_WIDTH + edge) for edge in (west, east))
    return point, start, stop


def _half_width(lat: Floats, south: Floats, height: float, reach_deg: float) -> Floats:
    """Return how far a circle around a latitude reaches east and west in a row, by the haversine formula."""
    north = south + height
    apart = np.maximum(np.maximum(south - lat, lat - north), 0)
    narrowest = np.minimum(*(np.cos(np.radians(np.clip(edge, -90, 90))) for edge in (south, north)))
    room = np.sin(np.radians(reach_deg) / 2) ** 2 - np.sin(np.radians(apart) / 2) ** 2
    across = np.maximum(np.cos(np.radians(lat)) * narrowest, 1e-300)
    return np.asarray(2 * np.degrees(np.arcsin(np.sqrt(np.clip(room / across, 0, 1)))))

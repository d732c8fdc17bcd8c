"""Points that miss the whole grid because of a wrong belt or swapped axes, told by where the grid lies."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gridmap.model.crs import Array

BELT_DEG = 3.0
_MOST_BELTS = 20
_MARGIN_DEG = 0.02
_MOST_INSIDE = 0.1
_LEAST_INSIDE = 0.5


class Misplaced(NamedTuple):
    """Why most points miss the grid.

    Parameters
    ----------
    kind
        ``wrong_belt`` or ``axes_swapped``.
    inside, inside_mended
        Shares of the points around the grid, as given and put right.
    what, cure
        The same in words.
    """

    kind: str
    inside: float
    inside_mended: float
    what: str
    cure: str


def misplaced(lonlat: Array, lonlat_bounds: Any, crs: Any) -> Misplaced | None:
    """Tell why most points miss the grid, if one belt or the order of the axes explains it.

    Parameters
    ----------
    lonlat
        Points in degrees, of shape (n, 2).
    lonlat_bounds
        West, south, east, north of the grid in degrees.
    crs
        What the points are said to be in.

    Notes
    -----
    Metres of one belt that are read in another keep their latitude and their distance from the central
    meridian, so that they lie off by a multiple of three degrees of longitude.
    """
    given = _share(lonlat, lonlat_bounds)
    if not len(lonlat) or not np.isfinite(lonlat_bounds).all() or given > _MOST_INSIDE:
        return None
    swapped = _share(lonlat[:, ::-1], lonlat_bounds)
    if swapped >= _LEAST_INSIDE:
        what = "latitude stands before longitude"
        return Misplaced("axes_swapped", given, swapped, what, "swap the columns lon and lat")
    off = round((np.mean(lonlat_bounds[[0, 2]]) - np.median(lonlat[:, 0])) / BELT_DEG)
    share = _share(lonlat + np.array([off * BELT_DEG, 0.0]), lonlat_bounds)
    if not 0 < abs(off) <= _MOST_BELTS or share < _LEAST_INSIDE:
        return None
    side = "east" if off > 0 else "west"
    degrees = abs(off) * BELT_DEG
    what = f"the points lie {degrees:.0f} degrees of longitude off the grid, their belt is further {side}"
    return Misplaced("wrong_belt", given, share, what, f"read the households with {_right_belt(crs, off)}")


def _share(lonlat: Array, lonlat_bounds: Any) -> float:
    west, south, east, north = lonlat_bounds
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    inside = (lon >= west - _MARGIN_DEG) & (lon <= east + _MARGIN_DEG)
    inside &= (lat >= south - _MARGIN_DEG) & (lat <= north + _MARGIN_DEG)
    return float(inside.mean()) if len(inside) else 0.0


def _right_belt(crs: Any, off: int) -> str:
    code = None if crs is None else crs.to_epsg()
    if code is not None and 4534 <= code <= 4554 and 4534 <= code + off <= 4554:
        return f"--crs-households EPSG:{code + off}, not EPSG:{code}"
    return f"the --crs-households whose central meridian is {abs(off) * BELT_DEG:.0f} degrees further " + (
        "east" if off > 0 else "west"
    )

"""Coordinate reference systems: the right metres for a place, and the shifted coordinates of Chinese maps.

All arrays are ``lonlat``: longitude first, degrees. All transformations are ``always_xy``.

GCJ-02 and BD-09 are the shifted coordinates that map services in China hand out; they lie up to 700 m
off. Their formulas are those in public use since 2013 (eviltransform, coordtransform). The inverse is
found by fixed-point iteration, because the usual one-step inverse errs by up to 4.7 m.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gridmap.errors import Fault, TableError

Array = NDArray[np.float64]

_KRASOVSKY_M = 6378245.0
_ECCENTRICITY2 = 0.00669342162296594323
_BD_ANGLE = np.pi * 3000.0 / 180.0
_SHIFTED_WEST_SOUTH_EAST_NORTH = (72.004, 0.8293, 137.8347, 55.8271)
_STEPS = 7
_BELTS_LON = (73.5, 136.5)
_UPS_NORTH, _UPS_SOUTH = 5041, 5042
_UPS_FROM_LAT, _UPS_TO_LAT = 84.0, -80.0
_SCALE_TOLERANCE = 0.002
# Generous outline of China: a place a little outside is measured as well in a belt as in UTM.
_CHINA = shapely.from_wkt(
    "POLYGON ((73 40, 79 31, 85 27.5, 92 26.5, 97 27, 97.5 23.5, 101 21, 107 21, 108 17, 112 17, 119 21,"
    " 123 21.5, 123 32, 121.5 39, 124.5 40, 131 42.3, 135.2 48.5, 127 51, 121 54, 115 48.5, 119 46.5,"
    " 111 43, 105 41.5, 96 43, 91 46, 87 49.5, 73 40))"
)


class ShiftedDatum(StrEnum):
    """A shifted longitude and latitude of Chinese map services; not a CRS that PROJ knows."""

    GCJ_02 = "GCJ-02"
    BD_09 = "BD-09"


_NAMES = {
    "gcj02": ShiftedDatum.GCJ_02,
    "gcj": ShiftedDatum.GCJ_02,
    "火星坐标": ShiftedDatum.GCJ_02,
    "火星坐标系": ShiftedDatum.GCJ_02,
    "高德": ShiftedDatum.GCJ_02,
    "bd09": ShiftedDatum.BD_09,
    "bd09ll": ShiftedDatum.BD_09,
    "百度": ShiftedDatum.BD_09,
    "百度坐标": ShiftedDatum.BD_09,
    "百度坐标系": ShiftedDatum.BD_09,
}
_EPSG_OF_NAME = {"cgcs2000": 4490, "国家2000": 4490, "大地2000": 4490, "wgs84": 4326}


def parse_crs(text: str | int | CRS | ShiftedDatum) -> CRS | ShiftedDatum:
    """Understand a coordinate reference system as users write it.

    Parameters
    ----------
    text
        An EPSG code (``"EPSG:4549"``, ``"4549"``, ``4549``), ``"GCJ-02"``, ``"BD-09"``, ``"CGCS2000"``,
        ``"WGS84"``, a WKT or PROJ text, or what `pyproj` accepts.

    Raises
    ------
    TableError
        If it is none of these.

    Examples
    --------
    >>> parse_crs("gcj02")
    <ShiftedDatum.GCJ_02: 'GCJ-02'>
    >>> parse_crs("4549").to_epsg()
    4549
    """
    if isinstance(text, (CRS, ShiftedDatum)):
        return text
    plain = str(text).strip()
    key = plain.casefold().replace("-", "").replace("_", "").replace(" ", "")
    if key in _NAMES:
        return _NAMES[key]
    try:
        return CRS.from_user_input(_EPSG_OF_NAME.get(key, int(plain) if plain.isdecimal() else text))
    except pyproj.exceptions.CRSError as error:
        cure = 'write it like "EPSG:4549", "EPSG:4326", "GCJ-02" or "BD-09"'
        fault = Fault("unknown_crs", "crs", f"{plain[:80]!r} is not a coordinate reference system", cure)
        raise TableError("the options", [fault]) from error


def metric_crs(lonlat_bounds: tuple[float, float, float, float]) -> CRS:
    """Choose a CRS in which distances and areas around a place are true metres.

    In China the CGCS2000 3-degree Gauss-Kruger belt without zone prefix (EPSG:4534 to 4554), elsewhere
    UTM, and UPS near the poles; easting first.

    Parameters
    ----------
    lonlat_bounds
        West, south, east, north in degrees; west greater than east crosses the 180th meridian.

    Raises
    ------
    TableError
        If the bounds are not degrees.

    Examples
    --------
    >>> metric_crs((120.8, 30.7, 121.1, 31.0)).to_epsg()
    4549
    >>> metric_crs((-71.5, 41.7, -71.3, 41.9)).to_epsg()
    32619
    """
    west, south, east, north = (float(value) for value in lonlat_bounds)
    if not (max(abs(west), abs(east)) <= 180.0 and -90.0 <= south <= north <= 90.0):
        what = f"west {west:g}, south {south:g}, east {east:g}, north {north:g} are not degrees"
        raise TableError("the bounds", [Fault("bad_bounds", "", what, "check the CRS")])
    lat = (south + north) / 2.0
    lon = (west + east) / 2.0 if west <= east else ((west + east + 360.0) / 2.0 + 180.0) % 360.0 - 180.0
    return CRS.from_epsg(_metric_epsg(lon, lat))


def metric_crs_of(frame: Any) -> CRS:
    """Choose the metric CRS for a geo frame: its own if that is true to scale there, else `metric_crs`.

    An empty frame, or one without any location, keeps its own CRS if that is in metres and else gets UTM
    zone 31.

    Raises
    ------
    TableError
        If the frame has no CRS.
    """
    if frame.crs is None:
        fault = Fault("no_crs", "", "the table has no CRS", "call table.set_crs(...) first")
        raise TableError("the table", [fault])
    bounds = frame.total_bounds
    if not np.isfinite(bounds).all():
        return frame.crs if _in_metres(frame.crs) else CRS.from_epsg(32631)
    lonlat_bounds = _to_lonlat(frame.crs).transform_bounds(*bounds)
    lonlat = np.array([(lonlat_bounds[0] + lonlat_bounds[2]) / 2, (lonlat_bounds[1] + lonlat_bounds[3]) / 2])
    return frame.crs if _true_to_scale(frame.crs, lonlat) else metric_crs(lonlat_bounds)


def to_metric(frame: Any) -> Any:
    """Give a copy of a geo frame in metres; see `metric_crs_of`."""
    return frame.to_crs(metric_crs_of(frame))


def wgs84_to_gcj02(lonlat: Array) -> Array:
    """Shift WGS-84 degrees of shape (n, 2) to GCJ-02; a place outside China's box stays as it is."""
    points = np.asarray(lonlat, dtype=np.float64)
    return points + _gcj02_offset(points)


def gcj02_to_wgs84(lonlat: Array) -> Array:
    """Undo `wgs84_to_gcj02`, to less than 0.001 m.

    Examples
    --------
    >>> gcj02_to_wgs84(np.array([[121.531541859215, 31.17530398364597]])).round(6)
    array([[121.527211,  31.177428]])
    """
    return _invert(wgs84_to_gcj02, lonlat)


def wgs84_to_bd09(lonlat: Array) -> Array:
    """Shift WGS-84 degrees of shape (n, 2) to BD-09."""
    return _gcj02_to_bd09(wgs84_to_gcj02(lonlat))


def bd09_to_wgs84(lonlat: Array) -> Array:
    """Undo `wgs84_to_bd09`, to less than 0.001 m."""
    return gcj02_to_wgs84(_invert(_gcj02_to_bd09, lonlat))


def shift(lonlat: Array, datum: ShiftedDatum) -> Array:
    """Turn WGS-84 degrees of shape (n, 2) into shifted degrees."""
    return wgs84_to_gcj02(lonlat) if datum is ShiftedDatum.GCJ_02 else wgs84_to_bd09(lonlat)


def unshift(lonlat: Array, datum: ShiftedDatum) -> Array:
    """Turn shifted degrees of shape (n, 2) into WGS-84."""
    return gcj02_to_wgs84(lonlat) if datum is ShiftedDatum.GCJ_02 else bd09_to_wgs84(lonlat)


@lru_cache(maxsize=32)
def transformer(source: Any, target: Any) -> pyproj.Transformer:
    """Return what turns coordinates of one CRS into another, x or longitude first.

    It is made once: PROJ takes longer to find the way between two datums than to go it for many cells.

    Parameters
    ----------
    source, target
        Anything that pyproj takes for a CRS.

    Raises
    ------
    pyproj.exceptions.CRSError
        If one of them is no CRS.
    """
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def _to_lonlat(crs: CRS) -> pyproj.Transformer:
    """Make a transformer to degrees east of Greenwich; within one datum it is made 100 times faster."""
    own = crs.geodetic_crs
    plain = own is not None and own.prime_meridian.longitude == 0.0
    return transformer(crs, own if plain else 4326)


def _metric_epsg(lon: float, lat: float) -> int:
    if lat >= _UPS_FROM_LAT:
        return _UPS_NORTH
    if lat <= _UPS_TO_LAT:
        return _UPS_SOUTH
    if shapely.intersects_xy(_CHINA, lon, lat) and _BELTS_LON[0] <= lon < _BELTS_LON[1]:
        return 4534 + int((lon - _BELTS_LON[0]) // 3.0)
    zone = int((lon + 180.0) // 6.0) % 60 + 1
    return (32600 if lat >= 0 else 32700) + zone


def _in_metres(crs: CRS) -> bool:
    return bool(crs.is_projected) and all(axis.unit_conversion_factor == 1.0 for axis in crs.axis_info[:2])


def _true_to_scale(crs: CRS, lonlat: Array) -> bool:
    """Tell whether a metre in `crs` is a metre on the ground, within 0.2 %; Web Mercator's is not."""
    if not _in_metres(crs):
        return False
    factors = pyproj.Proj(crs).get_factors(*lonlat)
    scales = np.array([factors.meridional_scale, factors.parallel_scale])
    return bool((np.abs(scales - 1.0) <= _SCALE_TOLERANCE).all())


def _invert(forward: Callable[[Array], Array], lonlat: Array) -> Array:
    """Find what `forward` maps to `lonlat`; the shift changes slowly, so each step gains two digits."""
    target = np.asarray(lonlat, dtype=np.float64)
    guess = target.copy()
    for _ in range(_STEPS):
        guess += target - forward(guess)
    return guess


def _gcj02_offset(lonlat: Array) -> Array:
    """Compute the GCJ-02 offset in degrees, zero outside its box."""
    west, south, east, north = _SHIFTED_WEST_SOUTH_EAST_NORTH
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    x, y = np.where(inside, lon - 105.0, 0.0), np.where(inside, lat - 35.0, 0.0)
    root = np.sqrt(np.abs(x))
    common = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    north_m += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north_m += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    east_m += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east_m += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    lat_rad = np.radians(np.where(inside, lat, 0.0))
    magic = 1.0 - _ECCENTRICITY2 * np.sin(lat_rad) ** 2
    meridian_m = _KRASOVSKY_M * (1.0 - _ECCENTRICITY2) / magic**1.5
    parallel_m = _KRASOVSKY_M / np.sqrt(magic) * np.cos(lat_rad)
    offset = np.degrees(np.column_stack([east_m / parallel_m, north_m / meridian_m]))
    return np.where(inside[:, None], offset, 0.0)


def _gcj02_to_bd09(lonlat: Array) -> Array:
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_ANGLE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_ANGLE)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])

"""What the numbers say about the CRS they claim: swapped axes, belts, degrees that are metres."""

from __future__ import annotations

import warnings

import geopandas as gpd
import numpy as np
import shapely
from geopandas import GeoSeries
from numpy.typing import NDArray
from pyproj import CRS

from gridmap.errors import Fault, GridmapWarning, TableError
from gridmap.model.belts import numbered_belt, twin_belt
from gridmap.model.crs import ShiftedDatum, transformer

CURE_CRS = 'say it, as in crs="EPSG:4549" or crs="GCJ-02"'
_AREA_MARGIN_DEG = 3.0
_LEAST_METRES = 1000.0


def crs_name(crs: CRS) -> str:
    """Name a CRS by its EPSG code where it has one."""
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.name)


def plain_crs_of(crs: CRS | ShiftedDatum | None) -> CRS:
    """Return what PROJ knows a CRS as: a shifted datum, or none, counts as plain degrees."""
    return crs if isinstance(crs, CRS) else CRS.from_epsg(4326)


def believable(geometry: GeoSeries, asked: CRS | ShiftedDatum | None, title: str) -> GeoSeries:
    """Take away the CRS of a file that its numbers belie, if the true one was asked for or is sure."""
    usual = _usual(shapely.bounds(geometry.to_numpy()))
    said = geometry.crs
    if said is None or not len(usual):
        return geometry
    degrees = bool(np.abs(usual).max() <= 180.0)
    if not said.is_geographic:
        twin = _twin(said, *usual[:2])
        if twin is not None:
            what = f"the file says {crs_name(said)}; {_twin_words(usual[0], said, twin)}"
            warnings.warn(f"{title}: {what}", GridmapWarning, stacklevel=6)
            return geometry.set_crs(twin, allow_override=True)
        contradicts = holds_degrees(usual, said)
    else:
        contradicts = not degrees
    if not contradicts:
        return geometry
    if asked is not None and plain_crs_of(asked).is_geographic == degrees != said.is_geographic:
        return geometry.set_crs(None, allow_override=True)
    what = f"the file says {crs_name(said)}, but coordinates such as {usual[0]:.6g}, {usual[1]:.6g} are "
    what += "degrees" if degrees else "not degrees"
    belt = numbered_belt(*usual[:2])
    cure = 'say what they are, as in crs="EPSG:4490"' if degrees else CURE_CRS
    raise TableError(
        title, [Fault("bad_crs", "", what, cure if belt is None else f'say crs="{crs_name(belt)}"')]
    )


def upright(geometry: GeoSeries, title: str) -> GeoSeries:
    """Swap the axes of a layer in degrees that has latitude before longitude, and say so.

    Warns
    -----
    GridmapWarning
        If they were swapped: no place has a latitude above 90 degrees.
    """
    bounds = shapely.bounds(geometry.to_numpy())
    usual = _usual(bounds)
    if (geometry.crs is not None and not geometry.crs.is_geographic) or not len(usual):
        return geometry
    if np.abs(usual).max() > 180.0 or np.abs(usual[[1, 3]]).max() <= 90.0:
        return geometry
    with np.errstate(invalid="ignore"):
        swapped = (np.abs(bounds[:, [1, 3]]) > 90.0).any(axis=1)
    shapes = geometry.to_numpy().copy()
    shapes[swapped] = shapely.transform(shapes[swapped], lambda latlon: latlon[:, ::-1])
    said = f"{title}: latitude stands before longitude in {int(swapped.sum())} rows; the axes were swapped"
    warnings.warn(said, GridmapWarning, stacklevel=5)
    return gpd.GeoSeries(shapes, index=geometry.index, crs=geometry.crs)


def put_right(xy: NDArray[np.float64], crs: CRS) -> tuple[NDArray[np.float64], CRS, list[Fault]]:
    """Swap axes and choose the code of the belt where the numbers leave no doubt; list what is odd else."""
    whole = np.asarray(np.isfinite(xy).all(axis=1))
    if not whole.any():
        return xy, crs, []
    if crs.is_geographic:
        return _degrees_put_right(xy, crs, whole)
    east, north = np.median(xy[whole], axis=0)
    if crs.area_of_use is None or _inside(east, north, crs):
        return xy, crs, []
    for swapped, (first, second) in ((False, (east, north)), (True, (north, east))):
        found = crs if swapped and _inside(first, second, crs) else _twin(crs, first, second)
        if found is None:
            continue
        words = ["easting and northing look swapped: name them y and x; they were read so"] if swapped else []
        words += [] if found is crs else [_twin_words(first, crs, found)]
        kind = "axes_swapped" if swapped else "belt_number"
        return (xy[:, ::-1] if swapped else xy), found, [Fault(kind, "", "; ".join(words))]
    where = f"the middle of the points, easting {east:.0f}, northing {north:.0f}, is not in the area of "
    belt = numbered_belt(east, north)
    cure = "check crs=; an easting of 8 digits begins with the belt's number"
    cure += "" if belt is None else f": this is {crs_name(belt)}, if it is CGCS2000"
    return xy, crs, [Fault("crs_suspect", "", where + crs_name(crs), cure)]


def _degrees_put_right(
    lonlat: NDArray[np.float64], crs: CRS, whole: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], CRS, list[Fault]]:
    size = np.abs(np.where(whole[:, None], lonlat, 0.0))
    swapped = (size[:, 0] <= 90) & (size[:, 1] > 90) & (size[:, 1] <= 180)
    if swapped.sum() > whole.sum() / 2:
        what = f"latitude stands before longitude in {int(swapped.sum())} rows; they were swapped"
        put_right = np.where(swapped[:, None], lonlat[:, ::-1], lonlat)
        return put_right, crs, [Fault("axes_swapped", "", what, "name the columns lon and lat")]
    metres = (size > _LEAST_METRES).all(axis=1)
    if metres.sum() > whole.sum() / 2:
        east, north = np.median(lonlat[metres], axis=0)
        belt = numbered_belt(east, north) or numbered_belt(north, east)
        what = f"{crs_name(crs)} is in degrees, but coordinates such as {east:.0f}, {north:.0f} are metres"
        cure = CURE_CRS if belt is None else f'say crs="{crs_name(belt)}", if they are CGCS2000'
        return lonlat, crs, [Fault("crs_suspect", "", what, cure)]
    return lonlat, crs, []


def _usual(bounds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the middle of the bounds that are numbers; nothing if there are none."""
    finite = bounds[np.isfinite(bounds).all(axis=1)]
    return np.median(finite, axis=0) if len(finite) else np.empty(0)


def _twin(crs: CRS, east: float, north: float) -> CRS | None:
    """Return the code of the same belt that fits an easting with, or without, the belt's number."""
    twin = twin_belt(crs)
    misses = twin is not None and not _inside(east, north, crs)
    return twin if misses and _inside(east, north, twin) else None


def _twin_words(east: float, said: CRS, twin: CRS) -> str:
    rule = "an easting of 8 digits begins with the belt's number"
    what = f"{east:.0f} is of {crs_name(twin)}, the same belt as {crs_name(said)}, and was read so"
    return f"{rule}, so that {what}"


def holds_degrees(usual: NDArray[np.float64], crs: CRS) -> bool:
    """Tell whether numbers that should be metres are degrees of the place where the CRS is used."""
    area = crs.area_of_use
    if area is None or np.abs(usual).max() > 180.0 or _inside(usual[0], usual[1], crs):
        return False
    places = ((usual[0], usual[1]), (usual[1], usual[0]))
    margin = _AREA_MARGIN_DEG
    return any(
        area.west - margin <= lon <= area.east + margin and area.south - margin <= lat <= area.north + margin
        for lon, lat in places
    )


def _inside(east: float, north: float, crs: CRS) -> bool:
    area = crs.area_of_use
    lon, lat = transformer(crs, 4326).transform(east, north)
    margin = _AREA_MARGIN_DEG
    lon_fits = area.west - margin <= lon <= area.east + margin
    return bool(lon_fits and area.south - margin <= lat <= area.north + margin)

"""Where things are: points from columns or layers, in a coordinate reference system that is said."""

from __future__ import annotations

import warnings
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from geopandas import GeoSeries
from numpy.typing import NDArray
from pandas import DataFrame, Series
from pyproj import CRS

from gridmap.core.coverage import polygons_of
from gridmap.errors import Fault, GridmapWarning, TableError
from gridmap.model.crs import ShiftedDatum, parse_crs, unshift
from gridmap.store.sheets import some_rows
from gridmap.store.values import to_numbers

_CURE_CRS = 'say it, as in crs="EPSG:4549" or crs="GCJ-02"'
_AREA_MARGIN_DEG = 3.0
_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def layer_positions(geometry: GeoSeries, crs: Any, title: str) -> GeoSeries:
    """Settle the CRS of a layer: the file's, else the one asked for, else degrees if it can be that.

    A file in degrees is unshifted if GCJ-02 or BD-09 is asked for, whatever CRS it claims.

    Raises
    ------
    TableError
        If there is no CRS, or the one asked for contradicts the file.

    Warns
    -----
    GridmapWarning
        If the CRS was inferred, or the one asked for was not used.
    """
    asked = None if crs is None else parse_crs(crs)
    if isinstance(asked, ShiftedDatum):
        if geometry.crs is not None and not geometry.crs.is_geographic:
            what = f"the file is in {_name(geometry.crs)}, which cannot be {asked}"
            raise TableError(title, [Fault("crs_mismatch", "", what, "leave out crs=")])
        return _unshifted(geometry, asked)
    if geometry.crs is not None and geometry.crs.is_geographic:
        geometry = _believable(geometry, asked, title)
    if geometry.crs is not None:
        if asked is not None and not geometry.crs.equals(asked, ignore_axis_order=True):
            said = f"{title}: the file says {_name(geometry.crs)}, so crs={_name(asked)} was not used"
            warnings.warn(said, GridmapWarning, stacklevel=5)
        return geometry
    bounds = geometry.total_bounds
    return geometry.set_crs(asked if asked is not None else _inferred(bounds, title), allow_override=True)


def text_positions(column: Series, crs: Any, title: str) -> tuple[GeoSeries, Series, list[Fault]]:
    """Build points from a column of WKT; answer, errors and warnings as for `column_positions`."""
    text = column.astype(object).where(column.notna(), None)
    shapes = shapely.from_wkt(text.to_numpy(), on_invalid="ignore")
    unread = column.notna().to_numpy() & shapely.is_missing(shapes)
    geometry = layer_positions(gpd.GeoSeries(shapes, index=column.index), crs, title)
    points, reasons, findings = point_faults(geometry)
    return points, reasons.mask(unread, "the geometry is not in WKT"), findings


def column_positions(frame: DataFrame, crs: Any, title: str) -> tuple[GeoSeries, Series, list[Fault]]:
    """Build points from `lon` and `lat`, or `x` and `y`.

    Parameters
    ----------
    frame
        A table that may have these columns, as text or numbers.
    crs
        What was asked for, or None.
    title
        What was read.

    Returns
    -------
    points
        A point per row, missing where there is none; in EPSG:4326 if the columns are shifted degrees.
    faults
        Per row, why the coordinates that were given cannot be used; else missing.
    findings
        What is odd about all of them.

    Raises
    ------
    TableError
        If the CRS is not known.
    """
    asked = None if crs is None else parse_crs(crs)
    names = next((pair for pair in (("lon", "lat"), ("x", "y")) if set(pair) <= set(frame.columns)), None)
    if names is None:
        empty = gpd.GeoSeries([None] * len(frame), index=frame.index, crs=_plain_crs(asked))
        return empty, Series(np.nan, index=frame.index, dtype="str"), []
    given = [frame[name] for name in names]
    xy = np.column_stack([to_numbers(_without_degree_sign(column)).to_numpy() for column in given])
    used = _column_crs(xy, asked, title, names)
    plain_crs = _plain_crs(used)
    reasons = _reasons(given, xy, degrees=bool(plain_crs.is_geographic))
    usable = reasons.isna().to_numpy() & np.isfinite(xy).all(axis=1)
    if isinstance(used, ShiftedDatum):
        xy = unshift(xy, used)
    points: Any = np.full(len(frame), None, dtype=object)
    points[usable] = shapely.points(xy[usable])
    findings = _axis_findings(xy[usable], plain_crs)
    return gpd.GeoSeries(points, index=frame.index, crs=plain_crs), reasons, findings


def point_faults(geometry: GeoSeries) -> tuple[GeoSeries, Series, list[Fault]]:
    """Make points of what a layer holds; a shape becomes a point on it, a point without numbers none."""
    shapes = geometry.to_numpy()
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    finite = np.isfinite(shapely.bounds(shapes)).all(axis=1)
    reasons = Series(np.nan, index=geometry.index, dtype="str")
    reasons[~missing & ~finite] = "the coordinates are not numbers"
    if geometry.crs.is_geographic:
        bounds = np.nan_to_num(np.abs(shapely.bounds(shapes)))
        far = (bounds[:, [0, 2]].max(axis=1) > 180) | (bounds[:, [1, 3]].max(axis=1) > 90)
        reasons[~missing & far] = "the coordinates are outside of -180 to 180 and -90 to 90 degrees"
    usable = ~missing & reasons.isna().to_numpy()
    areal = usable & (shapely.get_type_id(shapes) != shapely.GeometryType.POINT)
    points: Any = np.where(usable, shapes, None)
    points[areal] = shapely.point_on_surface(shapes[areal])
    what = f"{int(areal.sum())} rows are shapes, not points; a point on each was taken"
    findings = [Fault("not_a_point", "", what)] if areal.any() else []
    return gpd.GeoSeries(points, index=geometry.index, crs=geometry.crs), reasons, findings


def grid_outlines(geometry: GeoSeries, *, repair: bool) -> tuple[GeoSeries, list[Fault]]:
    """Keep the polygons of a layer, list what else there is, and mend or list those that cross themselves."""
    shapes: Any = np.array(geometry.to_numpy(), dtype=object)
    rows = geometry.index.to_numpy()
    kinds = shapely.get_type_id(shapes)
    other = (kinds >= 0) & ~np.isin(kinds, _POLYGONS)
    shapes[other | shapely.is_empty(shapes) | ~np.isfinite(shapely.bounds(shapes)).all(axis=1)] = None
    findings = []
    if other.any():
        what = "not a polygon; the row is kept without geometry"
        findings.append(Fault("not_a_polygon", some_rows(rows[other].tolist()), what, "draw its outline"))
    broken = ~shapely.is_missing(shapes) & ~shapely.is_valid(shapes)
    where = some_rows(rows[broken].tolist())
    if broken.any() and repair:
        mended = [polygons_of(shapely.make_valid(shape)) for shape in shapes[broken]]
        shapes[broken] = [None if shape.is_empty else shape for shape in mended]
        findings.append(Fault("repaired_geometry", where, "an outline that crossed itself was mended"))
    elif broken.any():
        reason = shapely.is_valid_reason(shapes[broken][0])
        findings.append(Fault("invalid_geometry", where, reason, "read_grid(..., repair=True) mends it"))
    return gpd.GeoSeries(shapes, index=geometry.index, crs=geometry.crs), findings


def _name(crs: CRS) -> str:
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.name)


def _plain_crs(crs: CRS | ShiftedDatum | None) -> CRS:
    return crs if isinstance(crs, CRS) else CRS.from_epsg(4326)


def _in_degrees(bounds: Any) -> bool:
    return bool(np.nanmax(np.abs(bounds)) <= 180.0)


def _inferred(bounds: Any, title: str) -> CRS:
    if np.isfinite(bounds).all() and not _in_degrees(bounds):
        what = f"no CRS, and coordinates such as {bounds[0]:.0f}, {bounds[1]:.0f} are not degrees"
        raise TableError(title, [Fault("no_crs", "", what, _CURE_CRS)])
    if np.isfinite(bounds).all():
        said = (
            f"{title}: no CRS; the coordinates are degrees and were taken as EPSG:4326; if not, {_CURE_CRS}"
        )
        warnings.warn(said, GridmapWarning, stacklevel=6)
    return CRS.from_epsg(4326)


def _believable(geometry: GeoSeries, asked: CRS | None, title: str) -> GeoSeries:
    """Take away the CRS of a file that says degrees and holds metres, if the true one was asked for."""
    bounds = shapely.bounds(geometry.to_numpy())
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    usual = np.median(bounds, axis=0) if len(bounds) else np.zeros(4)
    if np.abs(usual).max() <= 180.0 and np.abs(usual[[1, 3]]).max() <= 90.0:
        return geometry
    if asked is not None and not asked.is_geographic:
        return geometry.set_crs(None, allow_override=True)
    swapped = np.abs(usual).max() <= 180.0
    what = f"the file says {_name(geometry.crs)}, but coordinates such as {usual[0]:.6g}, {usual[1]:.6g} are "
    what += "latitude before longitude" if swapped else "not degrees"
    raise TableError(title, [Fault("bad_crs", "", what, "swap the axes" if swapped else _CURE_CRS)])


def _unshifted(geometry: GeoSeries, datum: ShiftedDatum) -> GeoSeries:
    shapes = shapely.transform(geometry.to_numpy(), lambda lonlat: unshift(lonlat, datum))
    return gpd.GeoSeries(shapes, index=geometry.index, crs=4326)


def _without_degree_sign(column: Series) -> Series:
    return column.str.strip(" °度EeNn东经北纬") if column.dtype == "str" else column


def _column_crs(
    xy: NDArray[np.float64], asked: CRS | ShiftedDatum | None, title: str, names: tuple[str, str]
) -> CRS | ShiftedDatum:
    whole = np.abs(xy[np.isfinite(xy).all(axis=1)])
    usual = np.median(whole, axis=0) if len(whole) else np.array([np.nan, np.nan])
    if asked is None:
        return _inferred(np.array([*usual, *usual]), title)
    degrees = _plain_crs(asked).is_geographic
    if not degrees and names == ("lon", "lat") and np.isfinite(usual).all() and _in_degrees(usual):
        what = f"lon and lat hold degrees, but crs={_name(_plain_crs(asked))} is in metres"
        raise TableError(title, [Fault("crs_mismatch", "", what, _CURE_CRS)])
    return asked


def _reasons(given: list[Series], xy: NDArray[np.float64], *, degrees: bool) -> Series:
    """Say for each row why its coordinates cannot be used, with what stands there; else missing."""
    here = [column.notna().to_numpy() for column in given]
    lon, lat = np.abs(xy[:, 0]), np.abs(xy[:, 1])
    swapped = (lon <= 90) & (lat > 90) & (lat <= 180)
    checks = [
        (here[0] & here[1] & (xy == 0).all(axis=1), "0, 0 is no place"),
        (degrees & ((lon > 180) | (lat > 90)), "outside of -180 to 180 and -90 to 90 degrees"),
        (degrees & swapped, "longitude and latitude look swapped"),
        ((here[0] | here[1]) & ~np.isfinite(xy).all(axis=1), "not two numbers"),
        (here[0] != here[1], "one of the two is missing"),
    ]
    reasons = Series(np.nan, index=given[0].index, dtype="str")
    for wrong, reason in checks:
        reasons = reasons.mask(wrong, reason)
    said = reasons.notna()
    found = [
        f"{a!r}, {b!r}: " for a, b in zip(given[0][said].fillna(""), given[1][said].fillna(""), strict=True)
    ]
    reasons[said] = Series(found, index=reasons.index[said], dtype="str") + reasons[said]
    return reasons


def _axis_findings(xy: NDArray[np.float64], crs: CRS) -> list[Fault]:
    """Find metres of another belt, or northing before easting, by where the middle of the points lies."""
    area = crs.area_of_use
    if crs.is_geographic or area is None or not len(xy):
        return []
    east, north = np.median(xy, axis=0)
    if _inside(east, north, crs):
        return []
    middle = f"easting {east:.0f}, northing {north:.0f}"
    where = f"the middle of the points, {middle}, is not in the area of {_name(crs)}"
    if _inside(north, east, crs):
        return [Fault("axes_swapped", "", where, "easting and northing look swapped: name them y and x")]
    return [
        Fault("crs_suspect", "", where, "check crs=; an easting of 8 digits begins with the belt's number")
    ]


def _inside(east: float, north: float, crs: CRS) -> bool:
    area = crs.area_of_use
    lon, lat = pyproj.Transformer.from_crs(crs, 4326, always_xy=True).transform(east, north)
    margin = _AREA_MARGIN_DEG
    lon_fits = area.west - margin <= lon <= area.east + margin
    return bool(lon_fits and area.south - margin <= lat <= area.north + margin)

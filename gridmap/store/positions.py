"""Where things are: points from columns or layers, in a coordinate reference system that is said."""

from __future__ import annotations

import re
import warnings
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from geopandas import GeoSeries
from numpy.typing import NDArray
from pandas import DataFrame, Series
from pyproj import CRS

from gridmap.core.coverage import polygons_of
from gridmap.errors import Fault, GridmapWarning, TableError
from gridmap.model.belts import numbered_belt
from gridmap.model.crs import ShiftedDatum, parse_crs, unshift
from gridmap.store.plausible import (
    CURE_CRS,
    believable,
    crs_name,
    holds_degrees,
    plain_crs_of,
    put_right,
    upright,
)
from gridmap.store.sheets import some_rows
from gridmap.store.values import to_numbers

_LETTERS = 5
_PHONE = re.compile(r"(?:\+?86|0)?[- ]*1[0-9]{2}[- ]?[0-9]{4}[- ]?[0-9]{4}")
_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def layer_positions(geometry: GeoSeries, crs: Any, title: str) -> GeoSeries:
    """Settle the CRS of a layer: the file's, else the one asked for, else degrees if it can be that.

    A file in degrees is unshifted if GCJ-02 or BD-09 is asked for, whatever CRS it claims.

    Raises
    ------
    TableError
        If there is no CRS, or the one that is said or asked for contradicts the numbers.

    Warns
    -----
    GridmapWarning
        If the CRS was inferred or put right, the axes were swapped, or what was asked for was not used.
    """
    asked = None if crs is None else parse_crs(crs)
    geometry = upright(believable(geometry, asked, title), title)
    if isinstance(asked, ShiftedDatum):
        if geometry.crs is not None and not geometry.crs.is_geographic:
            what = f"the file is in {crs_name(geometry.crs)}, which cannot be {asked}"
            raise TableError(title, [Fault("crs_mismatch", "", what, "leave out crs=")])
        return _unshifted(geometry, asked)
    if geometry.crs is not None:
        if asked is not None and not geometry.crs.equals(asked, ignore_axis_order=True):
            said = f"{title}: the file says {crs_name(geometry.crs)}, so crs={crs_name(asked)} was not used"
            warnings.warn(said, GridmapWarning, stacklevel=5)
        return geometry
    used = asked if asked is not None else _inferred(geometry.total_bounds, title)
    return believable(geometry.set_crs(used, allow_override=True), asked, title)


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
        empty = gpd.GeoSeries([None] * len(frame), index=frame.index, crs=plain_crs_of(asked))
        return empty, Series(np.nan, index=frame.index, dtype="str"), []
    given = [frame[name] for name in names]
    xy = np.column_stack([to_numbers(_without_degree_sign(column)).to_numpy() for column in given])
    used = _column_crs(xy, asked, title, names)
    plain_crs = plain_crs_of(used)
    xy, plain_crs, odd = put_right(xy, plain_crs)
    reasons = _reasons(given, xy, degrees=bool(plain_crs.is_geographic))
    usable = reasons.isna().to_numpy() & np.isfinite(xy).all(axis=1)
    if isinstance(used, ShiftedDatum):
        xy = unshift(xy, used)
    points: Any = np.full(len(frame), None, dtype=object)
    points[usable] = shapely.points(xy[usable])
    return gpd.GeoSeries(points, index=frame.index, crs=plain_crs), reasons, odd


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


def _in_degrees(bounds: Any) -> bool:
    return bool(np.nanmax(np.abs(bounds)) <= 180.0)


def _inferred(bounds: Any, title: str) -> CRS:
    if not np.isfinite(bounds).all():
        return CRS.from_epsg(4326)
    if _in_degrees(bounds):
        found = CRS.from_epsg(4326)
        said = f"the coordinates are degrees and were taken as EPSG:4326; if not, {CURE_CRS}"
    else:
        belts = [numbered_belt(*bounds[:2]), numbered_belt(*bounds[2:])]
        if belts[0] is None or belts[0] != belts[1]:
            what = f"no CRS, and coordinates such as {bounds[0]:.0f}, {bounds[1]:.0f} are not degrees"
            raise TableError(title, [Fault("no_crs", "", what, CURE_CRS)])
        found = belts[0]
        said = f"eastings begin with {bounds[0] // 1e6:.0f} and were taken as {crs_name(found)} (CGCS2000); "
        said += f"if they are Xian 1980 or Beijing 1954, {CURE_CRS}"
    warnings.warn(f"{title}: no CRS; {said}", GridmapWarning, stacklevel=6)
    return found


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
    plain_crs = plain_crs_of(asked)
    if plain_crs.is_geographic or not np.isfinite(usual).all():
        return asked
    named = names == ("lon", "lat") and _in_degrees(usual)
    if named or holds_degrees(usual, plain_crs):
        what = f"{names[0]} and {names[1]} hold degrees, but crs={crs_name(plain_crs)} is in metres"
        raise TableError(title, [Fault("crs_mismatch", "", what, CURE_CRS)])
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
    pairs = zip(given[0][said].fillna(""), given[1][said].fillna(""), strict=True)
    found = [f"{_quoted(a)}, {_quoted(b)}: " for a, b in pairs]
    reasons[said] = Series(found, index=reasons.index[said], dtype="str") + reasons[said]
    return reasons


def _quoted(value: object) -> str:
    """Quote what stands for a coordinate, unless it may be a name or a phone that slipped into the column."""
    text = str(value)
    letters = sum(char.isalpha() for char in text)
    plain = letters == 0 or (text.isascii() and letters <= _LETTERS)
    return repr(text) if plain and not _PHONE.fullmatch(text.strip()) else f"a text of {len(text)} characters"

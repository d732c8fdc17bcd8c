"""The roster: households as they come, with text ids, every column in use and points in the grid's CRS."""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pandas import DataFrame, Series

from gridmap.core.raster import in_threads
from gridmap.errors import CrsMismatchError, GridmapWarning
from gridmap.model.crs import transformer
from gridmap.model.frames import id_text, keyed, with_geometry
from gridmap.model.shown import shows_counts

_COLUMNS = (
    "address",
    "building",
    "cell_id",
    "head_name",
    "phone",
    "needs",
    "flags",
    "kind",
    "coordinate_fault",
)
_DEGREES = (180.0, 90.0)
_SHOWN = 5
_AT_ONCE, _STEP = 2**17, 2**13


def roster_of(households: DataFrame, grid: Any) -> Any:
    """Return a roster with text ids, all columns that are in use, and shapes in the CRS of the grid.

    Raises
    ------
    CrsMismatchError
        If only one of the two has a CRS.

    Warns
    -----
    GridmapWarning
        If counts of residents cannot be read; they are unknown, and count as nobody.
    """
    table = with_geometry(keyed(households, "household_id"))
    frame = table if "geometry" in table else _with_points(table, grid)
    if frame.crs is not None and grid.crs is not None:
        frame = frame if frame.crs == grid.crs else frame.to_crs(grid.crs)
    elif not shapely.is_missing(frame.geometry.to_numpy()).all() and (frame.crs is None) != (
        grid.crs is None
    ):
        which, other = ("households", "grid") if frame.crs is None else ("grid", "households")
        raise CrsMismatchError(f"{which} has no CRS but {other} has one; call {which}.set_crs(...) first")
    with ThreadPoolExecutor(1) as pool:
        ids = pool.submit(text_ids, frame.index)
        given = {"residents": _residents(frame)}
        if "cell_id" in frame:
            given["cell_id"] = id_text(frame["cell_id"]).str.strip()
        missing = [name for name in _COLUMNS if name not in frame]
        if missing:
            given = dict.fromkeys(missing, Series(None, index=frame.index, dtype="str")) | given
        frame = frame.assign(**given)
        frame.index = ids.result()
    return frame


@shows_counts
@dataclass(frozen=True, eq=False)
class Spots:
    """Where the rows of a roster are.

    Parameters
    ----------
    xy
        Coordinates in the CRS of the roster; no number where there is none or it is bad.
    without
        Whether a row has no place at all.
    faults
        What is bad about a place; missing for the others.
    """

    xy: npt.NDArray[np.float64]
    without: npt.NDArray[np.bool_]
    faults: Series


def spots_of(roster: Any) -> Spots:
    """Return where every row is; of a shape that is no point, a point of it."""
    shapes = np.asarray(roster.geometry.array, dtype=object)
    xy = np.empty((len(shapes), 2))
    in_threads(lambda at: _read(shapes, xy, at), range(0, len(shapes), _AT_ONCE))
    without, faults = np.zeros(len(shapes), dtype=bool), roster["coordinate_fault"]
    odd = np.flatnonzero(~_on_earth(xy, roster.crs))
    if len(odd):
        few = shapes[odd]
        few[shapely.is_empty(few)] = None
        shaped = shapely.get_type_id(few) > 0
        few[shaped] = shapely.point_on_surface(few[shaped])
        xy[odd] = np.column_stack([shapely.get_x(few), shapely.get_y(few)])
        without[odd] = shapely.is_missing(few)
        bad = odd[~without[odd] & ~_on_earth(xy[odd], roster.crs)]
        faults = faults.astype("str").where(faults.notna())
        faults = faults.mask(np.isin(np.arange(len(shapes)), bad), "the coordinates are no place on earth")
    faulty = faults.notna().to_numpy()
    xy[faulty] = np.nan
    return Spots(xy, without & ~faulty, faults)


def points_of(roster: Any) -> tuple[npt.NDArray[np.object_], Series]:
    """Return one point for each row, missing where there is none or it is bad, and what is bad about it."""
    spots = spots_of(roster)
    points = np.array(roster.geometry.array, dtype=object)
    points[~np.isfinite(spots.xy).all(axis=1)] = None
    shapes = shapely.get_type_id(points) > 0
    points[shapes] = shapely.points(spots.xy[shapes])
    return points, spots.faults


def _read(shapes: npt.NDArray[np.object_], xy: npt.NDArray[np.float64], begin: int) -> None:
    """Read the coordinates of some points; each is looked up in memory once, for both."""
    for at in range(begin, min(begin + _AT_ONCE, len(shapes)), _STEP):
        some = shapes[at : at + _STEP]
        try:
            x, y = shapely.get_x(some), shapely.get_y(some)
        except shapely.errors.GEOSException:  # GEOS 3.14 has no coordinate of an empty point, not even NaN
            some = some.copy()
            some[shapely.is_empty(some)] = None
            x, y = shapely.get_x(some), shapely.get_y(some)
        xy[at : at + _STEP, 0], xy[at : at + _STEP, 1] = x, y


def _on_earth(xy: npt.NDArray[np.float64], crs: Any) -> npt.NDArray[np.bool_]:
    """Tell which coordinates are usable; those of what is missing, empty or no point are not."""
    x, y = xy[:, 0], xy[:, 1]
    if crs is not None and crs.is_geographic:
        return np.asarray((np.abs(x) <= _DEGREES[0]) & (np.abs(y) <= _DEGREES[1]))
    return np.asarray(np.isfinite(x) & np.isfinite(y))


def text_ids(index: Any, *, first_row: int = 0) -> Any:
    """Return the ids as text; a row without one is called by its position, so that it can be named.

    The rows are counted from `first_row`.
    """
    text = id_text(index).str.strip()
    blank = np.flatnonzero(index.isna() | (text == ""))
    if len(blank):
        named = text.to_numpy(dtype=object)
        named[blank] = [f"row-{first_row + place}" for place in blank]
        text = pd.Index(named, dtype="str")
    return text.rename("household_id")


def _residents(frame: DataFrame) -> Any:
    """Return the residents as whole numbers; missing where there is no count that can be read."""
    if "residents" not in frame:
        nothing = np.zeros(len(frame), dtype="int64"), np.ones(len(frame), dtype=bool)
        return pd.arrays.IntegerArray(*nothing)
    given = frame["residents"]
    if pd.api.types.is_integer_dtype(given.dtype) and not (given < 0).any():
        return given.astype("Int64")
    counts = pd.to_numeric(given, errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
    counts = np.where(np.isfinite(counts) & (counts >= 0) & (np.floor(counts) == counts), counts, np.nan)
    said = given.notna().to_numpy() & (given.astype("str").str.strip() != "").to_numpy()
    unread = np.flatnonzero(np.isnan(counts) & said)
    if len(unread):
        some = ", ".join(str(row) for row in unread[:_SHOWN]) + (" ..." if len(unread) > _SHOWN else "")
        what = f"residents of {len(unread)} household(s) are no whole number from 0 up and count as unknown"
        warnings.warn(f"{what}: row {some}, counted from 0; correct them", GridmapWarning, stacklevel=4)
    return pd.array(counts, dtype="Int64")


def _with_points(households: DataFrame, grid: Any) -> Any:
    """Make points of `lon` and `lat`, or of `x` and `y`; half a place or a word is a bad coordinate."""
    for names, crs in ((("lon", "lat"), "EPSG:4326"), (("x", "y"), grid.crs)):
        if set(names) <= set(households.columns):
            x, y = (pd.to_numeric(households[name], errors="coerce").to_numpy(float) for name in names)
            without = np.isnan(x) | np.isnan(y)
            if grid.crs is not None and grid.crs != crs:
                x, y = transformer(crs, grid.crs).transform(x, y)
            geometry = shapely.points(x, y)
            geometry[without] = None
            given = [_said(households[name]) for name in names]
            frame = gpd.GeoDataFrame(households, geometry=geometry, crs=grid.crs)
            return _with_faults(frame, without & (given[0] | given[1]), f"{names[0]} or {names[1]}")
    nothing = np.full(len(households), None, dtype=object)
    return gpd.GeoDataFrame(households, geometry=nothing, crs=grid.crs)


def _said(column: Series) -> npt.NDArray[np.bool_]:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return np.asarray(column.notna())
    return np.asarray(column.notna() & (column.astype("str").str.strip() != ""))


def _with_faults(frame: Any, bad: npt.NDArray[np.bool_], names: str) -> Any:
    if not bad.any():
        return frame
    known = (
        frame["coordinate_fault"] if "coordinate_fault" in frame else Series(None, frame.index, dtype="str")
    )
    return frame.assign(coordinate_fault=known.mask(bad & known.isna(), f"{names} is missing or no number"))

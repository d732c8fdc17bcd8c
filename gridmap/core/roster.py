"""The roster: households as they come, with text ids, every column in use and points in the grid's CRS."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pandas import DataFrame, Series

from gridmap.errors import CrsMismatchError, GridmapWarning
from gridmap.model.frames import id_text, keyed, with_geometry

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
    nothing = Series(None, index=frame.index, dtype="str")
    declared = id_text(frame["cell_id"]).str.strip() if "cell_id" in frame else nothing
    missing = {name: nothing for name in _COLUMNS if name not in frame}
    frame = frame.assign(**{**missing, "residents": _residents(frame), "cell_id": declared})
    frame.index = text_ids(frame.index)
    return frame


@dataclass(frozen=True, eq=False)
class Spots:
    """Where the rows of a roster are.

    Parameters
    ----------
    xy
        Coordinates in the CRS of the roster; not finite where there is none or it is bad.
    without
        Whether a row has no place at all.
    faults
        What is bad about a place; missing for the others.
    """

    xy: npt.NDArray[np.float64]
    without: npt.NDArray[np.bool_]
    faults: Series


def spots_of(roster: Any) -> Spots:
    """Return where every row is; a roster of good points needs no closer look at each."""
    shapes, given = np.asarray(roster.geometry.array, dtype=object), roster["coordinate_fault"]
    xy, row = shapely.get_coordinates(shapes, return_index=True)
    whole = len(xy) == len(shapes) and bool((row[1:] > row[:-1]).all()) and bool(given.isna().all())
    if whole and _in_range(xy[:, 0], xy[:, 1], roster.crs).all():
        return Spots(xy, np.zeros(len(xy), dtype=bool), given)
    points, faults = points_of(roster)
    xy = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
    return Spots(xy, shapely.is_missing(points) & faults.isna().to_numpy(), faults)


def points_of(roster: Any) -> tuple[npt.NDArray[np.object_], Series]:
    """Return one point for each row, missing where there is none or it is bad, and what is bad about it."""
    points = np.array(roster.geometry.array, dtype=object)
    faults = roster["coordinate_fault"].astype("str").where(roster["coordinate_fault"].notna())
    odd = np.flatnonzero(~_on_earth(points, roster.crs))
    if len(odd):
        few = points[odd]
        few[shapely.is_empty(few)] = None
        shapes = shapely.get_type_id(few) > 0
        few[shapes] = shapely.point_on_surface(few[shapes])
        points[odd] = few
        bad = odd[~_on_earth(few, roster.crs) & ~shapely.is_missing(few)]
        faults = faults.mask(np.isin(np.arange(len(points)), bad), "the coordinates are no place on earth")
    if faults.notna().any():
        points[faults.notna().to_numpy()] = None
    return points, faults


def _on_earth(points: npt.NDArray[np.object_], crs: Any) -> npt.NDArray[np.bool_]:
    """Tell which are points with usable coordinates; what is missing, empty or another shape is not."""
    return _in_range(shapely.get_x(points), shapely.get_y(points), crs)


def _in_range(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], crs: Any) -> npt.NDArray[np.bool_]:
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
            values = [pd.to_numeric(households[name], errors="coerce").to_numpy(float) for name in names]
            without = np.isnan(values[0]) | np.isnan(values[1])
            geometry = shapely.points(*values)
            geometry[without] = None
            given = [_said(households[name]) for name in names]
            frame = gpd.GeoDataFrame(households, geometry=geometry, crs=None if grid.crs is None else crs)
            return _with_faults(frame, without & (given[0] | given[1]), f"{names[0]} or {names[1]}")
    nothing = np.full(len(households), None, dtype=object)
    return gpd.GeoDataFrame(households, geometry=nothing, crs=grid.crs)


def _said(column: Series) -> npt.NDArray[np.bool_]:
    return np.asarray(column.notna() & (column.astype("str").str.strip() != ""))


def _with_faults(frame: Any, bad: npt.NDArray[np.bool_], names: str) -> Any:
    if not bad.any():
        return frame
    known = (
        frame["coordinate_fault"] if "coordinate_fault" in frame else Series(None, frame.index, dtype="str")
    )
    return frame.assign(coordinate_fault=known.mask(bad & known.isna(), f"{names} is missing or no number"))

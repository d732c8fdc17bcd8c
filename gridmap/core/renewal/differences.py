"""What a new row says otherwise than the old one; what it leaves empty says nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pandas import DataFrame, Series

from gridmap.core.followup_merge import NO_NEEDS
from gridmap.core.renewal.candidates import Rows
from gridmap.core.renewal.traits import folded

GEOMETRY = "geometry"
_POSITIONS = {"lon": 2e-4, "lat": 2e-4, "x": 20.0, "y": 20.0}
_METRES_PER_DEGREE = 111_000.0
_APART_M = 20.0
_DENIED = ("needs", "flags")
_UNSAID = frozenset({"coordinate_fault", GEOMETRY})

Mask = npt.NDArray[np.bool_]


def changed_columns(old: DataFrame, new: DataFrame, at_old: Rows, at_new: Rows) -> Series:
    """Name the columns of which each pair of rows has another value, joined by ``;``.

    Positions less than 20 m apart are the same; a value that the new row leaves empty is not changed.

    Parameters
    ----------
    old, new
        The rosters.
    at_old, at_new
        The rows of each pair.
    """
    names = compared_columns(old, new)
    masks = {name: _differs(old[name], new[name], at_old, at_new, _POSITIONS.get(name)) for name in names}
    if GEOMETRY in old.columns and GEOMETRY in new.columns:
        masks[GEOMETRY] = _apart(old, new, at_old, at_new)
    return _named(masks, len(at_old))


def compared_columns(old: DataFrame, new: DataFrame) -> list[str]:
    """Return the columns of both rosters that are compared value by value."""
    return [str(name) for name in new.columns if name in old.columns and name not in _UNSAID]


def is_blank(values: Series) -> Mask:
    """Tell which values say nothing: missing ones, empty shapes, texts of blanks."""
    missing = values.isna()
    if values.name == GEOMETRY:
        missing |= shapely.is_empty(np.asarray(values.array))
    elif not pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_datetime64_any_dtype(values):
        missing |= values.astype("str").str.strip().eq("").fillna(value=False)
    return np.asarray(missing, dtype=bool)


def without_denials(values: Series) -> Series:
    """Return needs and flags with an empty text where they say that there are none, such as 无."""
    if values.name not in _DENIED:
        return values
    denials = [text for text in values.dropna().unique() if str(text).strip().casefold() in NO_NEEDS]
    return values.mask(values.isin(denials), "") if denials else values


def _differs(old: Series, new: Series, at_old: Rows, at_new: Rows, tolerance: float | None) -> Mask:
    said = ~is_blank(new)[at_new]
    if tolerance is not None or any(pd.api.types.is_numeric_dtype(each) for each in (old, new)):
        one, other = (
            pd.to_numeric(each, errors="coerce").to_numpy("float64", na_value=np.nan) for each in (old, new)
        )
        differs = np.abs(one[at_old] - other[at_new]) > (tolerance or 0.0)
        return np.asarray(said & (differs | np.isnan(one)[at_old]))
    texts = pd.concat([folded(without_denials(old)), folded(without_denials(new))], ignore_index=True)
    codes, _ = pd.factorize(texts)
    return np.asarray(said & (codes[: len(old)][at_old] != codes[len(old) :][at_new]))


def _apart(old: Any, new: Any, at_old: Rows, at_new: Rows) -> Mask:
    """Tell which shapes are more than 20 m apart, or are known only now."""
    crs = getattr(old, "crs", None)
    if crs is not None and getattr(new, "crs", None) not in {None, crs}:
        new = new.to_crs(crs)
    one, other = np.asarray(old.geometry.array)[at_old], np.asarray(new.geometry.array)[at_new]
    most = _APART_M / _METRES_PER_DEGREE if crs is not None and crs.is_geographic else _APART_M
    known = ~(shapely.is_missing(other) | shapely.is_empty(other))
    lacking = shapely.is_missing(one) | shapely.is_empty(one)
    return np.asarray(known & (lacking | (shapely.distance(one, other) > most)))


def _named(masks: dict[str, Mask], size: int) -> Series:
    """Join the names of the columns that hold of each row; few different texts come of many rows."""
    texts = np.full(size, "", dtype=object)
    for name, mask in masks.items():
        texts[mask] = [f"{text};{name}" if text else name for text in texts[mask]]
    return Series(texts, dtype="str", name="changed")


def repeats(frame: DataFrame, *, told_by: Iterable[str]) -> npt.NDArray[np.int64]:
    """Return the first row of which each row is a repetition in all but its id; -1 for those that are none.

    Parameters
    ----------
    frame
        A roster.
    told_by
        Columns that must be known, such as the name and the address; rows that lack one are no repetition.
    """
    wanted = list(told_by)
    names = [name for name in frame.columns if name not in _UNSAID]
    first = np.full(len(frame), -1, dtype=np.int64)
    if not set(wanted) <= set(names) or not len(frame):
        return first
    values = DataFrame({name: _plain(frame[name]) for name in names})
    if GEOMETRY in frame.columns:
        values[GEOMETRY] = pd.factorize(Series(shapely.to_wkb(np.asarray(frame[GEOMETRY].array))))[0]
    known = (values[wanted] != "").all(axis=1)
    again = np.flatnonzero(known & values.duplicated(keep=False))
    groups = values.iloc[again].groupby(list(values.columns), sort=False, dropna=False).ngroup().to_numpy()
    _, at, inverse = np.unique(groups, return_index=True, return_inverse=True)
    leader = again[at[inverse]]
    first[again] = np.where(leader == again, -1, leader)
    return first


def _plain(values: Series) -> Any:
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
        return values.to_numpy()
    return folded(values.astype("str")).to_numpy()

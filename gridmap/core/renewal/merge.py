"""The values of renewed rows: what the new file says, and where it says nothing what was known."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.renewal.differences import GEOMETRY, is_blank, without_denials
from gridmap.errors import CrsMismatchError

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]

_FAULT = "coordinate_fault"
_PLACE = frozenset({"cell_id", "building", "lon", "lat", "x", "y", GEOMETRY, _FAULT})
_TOGETHER = (("lon", "lat"), ("x", "y"))


def merged(old: DataFrame, new: DataFrame, at_old: Rows, at_new: Rows, *, moved: Mask, ids: Any) -> Any:
    """Return the rows of a renewed roster, in the CRS of the old one.

    Parameters
    ----------
    old, new
        The rosters.
    at_old, at_new
        Of each row the old and the new one that it is made of; -1 for none.
    moved
        Which rows keep nothing of their old place. Coordinates are kept together or not at all.
    ids
        The index.

    Raises
    ------
    CrsMismatchError
        If only one of the rosters has a CRS.
    """
    crs = _crs(old, new)
    names = [*old.columns, *(name for name in new.columns if name not in old.columns)]
    sides = [_plain(old, names), _plain(new.to_crs(crs) if _differs(new, crs) else new, names)]
    blank = _blanks(sides[1])
    columns = {}
    for name in names:
        known, said = (side[name].reindex(rows) for side, rows in zip(sides, (at_old, at_new), strict=True))
        silent = Series(blank[name]).reindex(at_new, fill_value=True).to_numpy(dtype=bool)
        kept = (at_new < 0) | ((at_old >= 0) & silent & ~(moved & (name in _PLACE)))
        values = without_denials(said).set_axis(ids).where(~kept, known.set_axis(ids))
        columns[name] = _typed(values, old[name] if name in old.columns else new[name])
    frame = DataFrame(columns, index=ids, columns=names)
    return gpd.GeoDataFrame(frame, geometry=GEOMETRY, crs=crs) if GEOMETRY in names else frame


def _crs(old: Any, new: Any) -> Any:
    """Return the CRS of the old roster, or that of the new one if the old one has no places."""
    found = [getattr(roster, "crs", None) for roster in (old, new) if GEOMETRY in roster.columns]
    if len(found) == 2 and (found[0] is None) != (found[1] is None):
        which = "old" if found[0] is None else "new"
        raise CrsMismatchError(
            f"only one of the rosters has a CRS; call set_crs(...) on the {which} one first"
        )
    return found[0] if found else None


def _differs(roster: Any, crs: Any) -> bool:
    own = getattr(roster, "crs", None) if GEOMETRY in roster.columns else None
    return own is not None and own != crs


def _plain(roster: DataFrame, names: list[Any]) -> DataFrame:
    """Return a roster by position, with all columns and shapes as they are."""
    index = pd.RangeIndex(len(roster))
    columns: dict[Any, Any] = {}
    for name in names:
        if name not in roster.columns:
            columns[name] = Series(np.full(len(roster), None, dtype=object), index=index)
        elif name == GEOMETRY:
            columns[name] = Series(np.asarray(roster[name].array, dtype=object), index=index, dtype=object)
        else:
            columns[name] = roster[name].set_axis(index)
    return DataFrame(columns, index=index, columns=names)


def _blanks(new: DataFrame) -> dict[Any, Mask]:
    """Tell of which columns each new row says nothing; half a coordinate is none."""
    blank = {name: is_blank(new[name]) for name in new.columns}
    for one, other in _TOGETHER:
        if one in blank and other in blank:
            blank[one] = blank[other] = blank[one] | blank[other]
    if GEOMETRY in blank:
        blank[_FAULT] = blank[GEOMETRY]
    return blank


def _typed(values: Series, like: Series) -> Series:
    """Give values the kind of the column that they go to, where they fit."""
    if values.name == GEOMETRY or values.dtype == like.dtype:
        return values
    try:
        return values.astype(like.dtype)
    except (TypeError, ValueError):
        return values

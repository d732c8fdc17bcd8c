"""The officials, in one order, with where they live."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from pandas import DataFrame, Series

from gridmap.core.ground import Floats, Ground, Places, points_of
from gridmap.core.walk import ranks

STAFF_COLUMNS = ("official_id", "role", "phone", "territory", "home_cell")
NUMBERS = ("capacity", "x_m", "y_m")
_SAME_HOUSE_M = 1.0


def muster(officials: DataFrame | None, ground: Ground) -> DataFrame:
    """Put the officials in one order that does not depend on how they were listed.

    Parameters
    ----------
    officials
        As `gridmap.read_officials` gives them; every column may be missing, and so may the table.
    ground
        Where they live.

    Returns
    -------
    staff
        One row per official and role: the texts of `STAFF_COLUMNS`, `capacity` (missing where not said),
        `x_m`, `y_m` of the home, and `home_zone`: the closed zone they live in, or empty text.
    """
    staff, cells = dwellings(officials, ground)
    staff["home_zone"] = _home_zones(staff, cells, ground)
    _fill_homes(staff, ground)
    keys = [*(ranks(staff[name]) for name in STAFF_COLUMNS), *(staff[name] for name in NUMBERS)]
    staff = staff.iloc[np.lexsort(keys[::-1])]
    return staff.drop_duplicates(["official_id", "role"]).reset_index(drop=True)


def dwellings(officials: DataFrame | None, ground: Ground) -> tuple[DataFrame, Series]:
    """Return the officials as they are listed, and the cell each of them lives in, or empty text.

    Returns
    -------
    staff
        The texts of `STAFF_COLUMNS`, `capacity`, and `x_m`, `y_m` of the point where they live, if known.
    cells
        The home cell, else the cell in which the point lies.
    """
    listed = DataFrame(index=pd.Index([], dtype="str")) if officials is None else officials
    texts = {name: _text(listed, name) for name in STAFF_COLUMNS[1:]}
    staff = DataFrame({"official_id": _clean(Series(listed.index, index=range(len(listed)))), **texts})
    capacity = listed["capacity"].to_numpy() if "capacity" in listed else np.full(len(listed), np.nan)
    staff["capacity"] = pd.to_numeric(Series(capacity), errors="coerce").astype("float64")
    staff["capacity"] = staff["capacity"].where(staff["capacity"] >= 0)
    homes = points_of(listed).reset_index(drop=True)
    staff["x_m"], staff["y_m"] = ground.metres(homes)
    known = ground.cells.index.get_indexer(staff["home_cell"]) >= 0
    cells = staff["home_cell"].copy()
    if not known.all():
        cells[~known] = ground.cells_at(homes[~known])
    return staff, cells


def staff_row(staff: DataFrame, official: str, role: str) -> int | None:
    """Find the row of an official, if possible that of a role; None if there is no such official."""
    rows = np.flatnonzero(staff["official_id"] == official)
    if not len(rows):
        return None
    fitting = rows[staff["role"].to_numpy()[rows] == role]
    return int(fitting[0] if len(fitting) else rows[0])


def neighbours(staff: DataFrame, ground: Ground, households: Places, asked: Any) -> DataFrame:
    """Pair officials with those of the households that live in the same house: `at`, `zone_id`."""
    x_m, y_m = staff["x_m"].to_numpy(), staff["y_m"].to_numpy()
    which = np.flatnonzero(np.asarray(asked) & np.isfinite(x_m) & np.isfinite(y_m))
    people = ground.households.iloc[households]
    px_m, py_m = people["x_m"].to_numpy(), people["y_m"].to_numpy()
    near = np.zeros(len(people), dtype=bool)
    if len(which):
        near = (px_m >= x_m[which].min() - _SAME_HOUSE_M) & (px_m <= x_m[which].max() + _SAME_HOUSE_M)
        near &= (py_m >= y_m[which].min() - _SAME_HOUSE_M) & (py_m <= y_m[which].max() + _SAME_HOUSE_M)
    points = shapely.points(np.column_stack([px_m[near], py_m[near]]))
    houses = shapely.points(np.column_stack([x_m[which], y_m[which]]))
    at, found = shapely.STRtree(points).query(houses, predicate="dwithin", distance=_SAME_HOUSE_M)
    return DataFrame({"at": which[at], "zone_id": people["zone_id"].array[near].take(found)})


def _home_zones(staff: DataFrame, cells: Series, ground: Ground) -> Series:
    """Return the closed zone each official lives in, by the households at the house, else by the cell."""
    if not ground.closed:
        return Series("", index=staff.index, dtype="str")
    zones = cells.map(ground.cells["zone_id"]).fillna("")
    zones = zones.where(zones.isin(ground.closed), "").astype("str")
    closed = ground.households["zone_id"].isin(ground.closed).to_numpy()
    zones[neighbours(staff, ground, np.flatnonzero(~closed), zones != "")["at"].unique()] = ""
    same = neighbours(staff, ground, np.flatnonzero(closed), np.ones(len(staff), dtype=bool))
    first = same.sort_values(["at", "zone_id"]).drop_duplicates("at").set_index("at")["zone_id"]
    zones[first.index] = first
    return zones


def _fill_homes(staff: DataFrame, ground: Ground) -> None:
    """Where a home has no point, its cell stands for it, else the middle of the territory."""
    cell = ground.cells.index.get_indexer(staff["home_cell"])
    area = ground.plan.hierarchy.areas.index.get_indexer(staff["territory"])
    for axis in ("x_m", "y_m"):
        metres = np.append(ground.cells[axis].to_numpy(), np.nan)
        staff[axis] = staff[axis].fillna(Series(metres[cell], index=staff.index))
        open_rows = staff[axis].isna().to_numpy() & (area >= 0)
        middles = _middles(ground, area[open_rows], ground.cells[axis].to_numpy())
        staff.loc[open_rows, axis] = middles.reindex(area[open_rows]).to_numpy()


def _middles(ground: Ground, areas: Places, metres: Floats) -> Series:
    """Return the mean over the cells of each of the areas, by its position."""
    lineage, wanted = ground.plan.hierarchy.lineage, np.zeros(len(ground.sizes) + 1, dtype=bool)
    wanted[areas] = True
    step, cell = np.nonzero(wanted[lineage] & (lineage >= 0))
    return Series(metres[cell]).groupby(lineage[step, cell]).mean()


def _text(frame: DataFrame, name: str) -> Series:
    if name not in frame:
        return Series("", index=range(len(frame)), dtype="str")
    return _clean(frame[name].reset_index(drop=True))


def _clean(values: Series) -> Series:
    return values.astype("str").fillna("").str.strip().astype("str")

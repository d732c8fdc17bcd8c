"""Areas that have another id in another grid, and the tables that name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pandas import DataFrame

from gridmap.model.areas import Hierarchy
from gridmap.model.crs import metric_crs_of

SAME_SHARE = 0.99
"""From this share of both on, the ground of two cells is one and the same."""
NAMING: Mapping[str, tuple[str, ...]] = {
    "officials": ("territory", "home_cell"),
    "cases": ("cell_id",),
    "households": ("cell_id",),
    "pins": ("target",),
}
"""The columns of tables that name areas; a pin names one where it is for an area."""


def renumbered_areas(old: Hierarchy, new: Hierarchy) -> dict[str, str]:
    """Return the new id of every cell and area of the old grid that is there under another id.

    A cell is the same if 99 % of the ground of both is in common, an area if it is of the same level and
    holds the same cells. Those that were split, merged or reshaped are none.

    Parameters
    ----------
    old, new
        The areas of both grids; their outlines in one CRS, or both in none, are compared by their ground.
    """
    cells = _renumbered_cells(old, new)
    held = {(level, leaves): area for area, level, leaves in _areas(new, {})}
    known = {area: leaves for area, _, leaves in _areas(new, {})}
    areas = {
        area: held[level, leaves]
        for area, level, leaves in _areas(old, cells)
        if leaves and known.get(area) != leaves and (level, leaves) in held
    }
    return cells | areas


def in_new_areas(table: DataFrame, name: str, renumbered: Mapping[str, str]) -> DataFrame:
    """Return a table that names areas by their new ids; the same one where it names none of them.

    Parameters
    ----------
    table
        ``officials``, ``cases``, ``households`` or ``pins``, as `name` says.
    name
        Which.
    renumbered
        As of `renumbered_areas`.
    """
    columns = {}
    for column in NAMING[name]:
        if column in table:
            given = table[column].astype("str")
            told = given.isin(list(renumbered))
            if name == "pins":
                told &= table["target_kind"] == "area"
            if told.any():
                columns[column] = given.mask(told, given.map(renumbered)).where(table[column].notna())
    return table.assign(**columns) if columns else table


def _renumbered_cells(old: Hierarchy, new: Hierarchy) -> dict[str, str]:
    before, after = _shapes(old, new)
    same = new.cell_ids.get_indexer(old.cell_ids)
    kept = (same >= 0) & shapely.equals(before, after[same])
    rest = np.flatnonzero(~kept)
    left = np.setdiff1d(np.arange(len(after)), same[kept])
    at, found = shapely.STRtree(after[left]).query(before[rest], predicate="intersects")
    at, found = rest[at], left[found]
    common = shapely.area(shapely.intersection(before[at], after[found]))
    whole = np.maximum(shapely.area(before)[at], shapely.area(after)[found])
    pairs = (common >= SAME_SHARE * whole) & (common > 0)
    ids = zip(old.cell_ids[at[pairs]], new.cell_ids[found[pairs]], strict=True)
    return {str(one): str(other) for one, other in ids if one != other}


def _shapes(old: Hierarchy, new: Hierarchy) -> tuple[Any, Any]:
    """Return the outlines of the cells of both, valid and in one CRS."""
    before, after = old.geometry, new.geometry
    if after.crs is not None and before.crs is not None:
        metric = metric_crs_of(gpd.GeoDataFrame(geometry=after))
        before, after = before.to_crs(metric), after.to_crs(metric)
    one, other = (shapely.make_valid(np.asarray(each.array)) for each in (before, after))
    return one, other


def _areas(hierarchy: Hierarchy, cells: Mapping[str, str]) -> Any:
    """Give id, level and the cells of every area that is none itself, by their new ids."""
    areas = hierarchy.areas
    for area, level in areas.loc[~areas["is_cell"], "level"].items():
        leaves = hierarchy.cells_of(str(area))
        yield str(area), str(level), frozenset(cells.get(cell, cell) for cell in leaves)

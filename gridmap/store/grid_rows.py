"""The rows of a grid as they were read: cells without outline, and areas that stand in the codes of cells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from geopandas import GeoDataFrame
from pandas import Series

from gridmap.errors import Fault
from gridmap.model.hierarchy import CODE_LENGTHS, LEVELS, hierarchy_of
from gridmap.store.sheets import some_rows


def without_geometry(grid: GeoDataFrame) -> list[Fault]:
    """List the cells without geometry; an area given as a row needs none."""
    missing = grid.geometry.isna().to_numpy()
    if not missing.any():
        return []
    areas = hierarchy_of(grid)
    cells = grid.index.isin(areas.index[areas["is_cell"]])
    rows = (np.flatnonzero(missing & cells) + 1).tolist()
    what = "a cell without geometry; no household can be in it"
    return [Fault("empty_geometry", some_rows(rows), what, "draw its outline")] if rows else []


def with_codes(grid: GeoDataFrame, code_lengths: Sequence[int]) -> GeoDataFrame:
    """Write the areas of codes of unusual lengths into columns, where `hierarchy_of` finds them again."""
    if tuple(code_lengths) == CODE_LENGTHS:
        return grid
    ids = Series(grid.index, index=grid.index, dtype="str")
    columns = {}
    for level, step in zip(LEVELS, np.cumsum(code_lengths)[:-1].tolist(), strict=False):
        coded = ids.str.fullmatch("[0-9]+") & (ids.str.len() > step)
        columns[f"{level}_id"] = ids.str.slice(stop=step).where(coded)
    return grid.assign(**{name: codes for name, codes in columns.items() if name not in grid.columns})

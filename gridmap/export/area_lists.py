"""Which households the lists of villages and of grids hold."""

from __future__ import annotations

from typing import Any

import numpy as np
from pandas import DataFrame

from gridmap.model.zoning import Zoning


def area_places(zoning: Zoning, rows: DataFrame, *, level: str) -> dict[str, Any]:
    """Return, for every area of a level, the places of its households in `rows`, in order.

    A grid is the cell itself where there is no area of that level; a household outside every village is in
    the list of none.

    Parameters
    ----------
    zoning
        Its hierarchy says which area is where.
    rows
        Households with their `cell_id`.
    level
        ``village`` or ``grid``.
    """
    areas = rows["cell_id"].map(zoning.plan.hierarchy.at_level(level)).fillna("").astype("str")
    if level == "grid":
        areas = areas.where(areas != "", rows["cell_id"])
    found = areas.reset_index(drop=True)
    order = found[found != ""].groupby(found, sort=False).indices
    return {area: np.asarray(places) for area, places in order.items()}


def village_of(zoning: Zoning, area: str) -> str:
    """Return the village that an area is or lies in; empty text if it is in none."""
    hierarchy = zoning.plan.hierarchy
    levels = hierarchy.areas["level"]
    return next((each for each in [area, *hierarchy.ancestors(area)] if levels[each] == "village"), "")

"""Walking order: households as one meets them, compound by compound, building by building, door by door."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.model.address import PARTS
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan

_WIDTH = 12
_MOST_LEVELS = 32


def walking_order(plan: Plan, placement: Placement) -> DataFrame:
    """Put the placed households in walking order, with the parts of their addresses.

    Parameters
    ----------
    plan
        Its hierarchy names the village of every cell.
    placement
        The placed households.

    Returns
    -------
    walk
        By ``household_id``, in walking order: `cell_id`, `village` (area id, or empty text), `compound`,
        `building`, `unit`, `room`. Numbers count as numbers: building 2 comes before building 10.
    """
    parts = DataFrame({name: column.to_numpy() for name, column in placement.address_parts.items()})
    walk = parts.assign(cell_id=placement.cells.to_numpy())
    walk["village"] = walk["cell_id"].map(areas_at(plan, "village")).astype("str")
    walk.index = pd.Index(placement.cells.index, name="household_id")
    keys = DataFrame({name: natural(walk[name]) for name in ("village", *PARTS)}).reset_index()
    keys["cell_id"] = walk["cell_id"].to_numpy()
    order = keys.sort_values(["village", *PARTS, "cell_id", "household_id"]).index
    return walk[["cell_id", "village", "compound", "building", "unit", "room"]].iloc[order]


def areas_at(plan: Plan, level: str) -> Series:
    """Return the area of a level around every cell, by ``cell_id``; empty text where there is none."""
    areas = plan.hierarchy.areas
    here = Series(np.asarray(plan.hierarchy.cell_ids), index=plan.hierarchy.cell_ids, dtype="str")
    found = Series("", index=here.index, dtype="str", name=level)
    for _ in range(_MOST_LEVELS):
        found = found.mask((found == "") & (here.map(areas["level"]) == level), here)
        here = here.map(areas["parent_id"]).astype("str")
    return found


def natural(texts: Series) -> Series:
    """Return sort keys in which numbers count as numbers.

    Examples
    --------
    >>> natural(Series(["10", "9a"])).sort_values().index.to_list()
    [1, 0]
    """
    keys = {text: re.sub(r"[0-9]+", lambda number: number[0].zfill(_WIDTH), text) for text in texts.unique()}
    return texts.map(keys)

"""Walking order: households as one meets them, compound by compound, building by building, door by door."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pandas import DataFrame, Series

from gridmap.model.address import PARTS
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan

_WIDTH = 12


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
    walk, order = walking_rows(plan, placement)
    return walk[["cell_id", "village", "compound", "building", "unit", "room"]].iloc[order]


def walking_rows(plan: Plan, placement: Placement) -> tuple[DataFrame, NDArray[np.intp]]:
    """Return the columns of `walking_order` by placed household, and the positions in walking order."""
    walk = DataFrame({name: column.array for name, column in placement.address_parts.items()})
    walk["cell_id"] = placement.cells.array
    home = plan.hierarchy.cell_ids.get_indexer(placement.cells)
    walk["village"] = areas_at(plan, "village").array.take(home)
    walk.index = pd.Index(placement.cells.index, name="household_id")
    keys = [ranks(natural(walk[name])) for name in ("village", *PARTS)]
    return walk, np.lexsort([ranks(walk.index.to_series()), ranks(walk["cell_id"]), *reversed(keys)])


def areas_at(plan: Plan, level: str) -> Series:
    """Return the area of a level around every cell, by ``cell_id``; empty text where there is none."""
    return plan.hierarchy.at_level(level).fillna("")


def ranks(texts: Series) -> NDArray[np.intp]:
    """Return the place of each text among the distinct ones in their order."""
    values = pa.array(texts.array, pa.large_string())
    values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if pc.all(pc.less(values[:-1], values[1:])).as_py():
        return np.arange(len(values))
    distinct = values.dictionary_encode()
    places = np.empty(len(distinct.dictionary), dtype=np.intp)
    places[np.asarray(pc.sort_indices(distinct.dictionary), dtype=np.intp)] = np.arange(len(places))
    return np.asarray(places[np.asarray(distinct.indices)])


def natural(texts: Series) -> Series:
    """Return sort keys in which numbers count as numbers.

    Examples
    --------
    >>> natural(Series(["10", "9a"])).sort_values().index.to_list()
    [1, 0]
    """
    codes, distinct = pd.factorize(texts)
    keys = [re.sub(r"[0-9]+", lambda number: number[0].zfill(_WIDTH), text) for text in distinct]
    return Series(pd.array(keys, dtype="str").take(codes), index=texts.index, name=texts.name)

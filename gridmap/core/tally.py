"""Households and residents by tier and zone, as the plan and its carve-outs give them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pandas import DataFrame, Series

from gridmap.errors import UnknownCellError
from gridmap.model.address import matches, parse_target
from gridmap.model.placement import Placement
from gridmap.model.plan import NO_TIER, NONE, Plan
from gridmap.model.zone import CarveOut

_RANKS = {"lock": 3, "hand": 2, "rule": 1, "remainder": 0, "rule_remainder": 0}
_HOUSEHOLD, _BUILDING, _PART, _BASE = 3, 2, 1, 0


def household_tiers(plan: Plan, placement: Placement) -> Series:
    """Give every placed household its one tier.

    The tier of its cell counts unless a carve-out covers it. Of all that say something, locks count first,
    then what was set by hand, then rules. By hand the more specific counts (household, building, part of a
    cell, cell); among rules, and where that does not decide, the stricter one. A cell set by hand without a
    reason does not weaken what a rule asks of a building or household in it.

    Parameters
    ----------
    plan
        The plan.
    placement
        The placed households.

    Returns
    -------
    tiers
        Tier or ``none`` by ``household_id``, in the order of `placement.cells`.

    Raises
    ------
    UnknownCellError
        If households are placed in cells that the plan lacks, as when it was made over another grid.
    """
    codes, _ = _decide(plan, placement)
    labels = np.array([*plan.tier_order, NONE], dtype=object)
    return Series(labels[codes], index=placement.cells.index, name="tier", dtype="str")


def household_zones(plan: Plan, placement: Placement) -> Series:
    """Give every placed household the number of its zone, or empty text, by ``household_id``."""
    _, zones = _decide(plan, placement)
    labels = np.array([*(zone.zone_id for zone in plan.registry), ""], dtype=object)
    return Series(labels[zones], index=placement.cells.index, name="zone_id", dtype="str")


def count_zones(plan: Plan, placement: Placement) -> DataFrame:
    """Count cells, households and residents of every zone.

    Returns
    -------
    counts
        Integers `cells`, `households`, `residents` by ``zone_id``, in the order of `plan.zones`. A zone of
        only a part of a cell has 0 cells.
    """
    zones = household_zones(plan, placement)
    residents = placement.residents.groupby(zones.to_numpy()).sum()
    counts = {
        "cells": plan.cell_zones.value_counts(),
        "households": zones.value_counts(),
        "residents": residents,
    }
    return DataFrame(counts).reindex(plan.zones.index).fillna(0).astype("int64")


def count_tiers(plan: Plan, placement: Placement) -> DataFrame:
    """Count zones, cells, households and residents of every tier, and of ``none``, the strictest first."""
    tiers = household_tiers(plan, placement)
    counts = {
        "zones": plan.zones["tier"].value_counts(),
        "cells": plan.tiers.fillna(NONE).value_counts(),
        "households": tiers.value_counts(),
        "residents": placement.residents.groupby(tiers.to_numpy()).sum(),
    }
    index = pd.Index([*plan.tier_order, NONE], dtype="str", name="tier")
    return DataFrame(counts).reindex(index).fillna(0).astype("int64")


def occupied_zones(plan: Plan, placement: Placement | None) -> Any:
    """Return the ids of the zones that hold a cell, a household or a drawn part of a cell.

    A zone of a building that is under another tier by now holds nobody. Without a placement a zone of
    addresses counts as occupied.
    """
    drawn = {carve.zone_id for carve in plan.carve_list if carve.shape or placement is None}
    zones = plan.zones.index
    counts = DataFrame() if placement is None else count_zones(plan, placement)
    lived_in = set() if placement is None else set(zones[counts["households"] > 0])
    return zones[zones.isin({*plan.cell_zones.dropna(), *drawn, *lived_in})]


def covered(carve: CarveOut, plan: Plan, placement: Placement) -> npt.NDArray[np.bool_]:
    """Tell for every placed household whether a carve-out covers it, in the order of `placement.cells`."""
    if carve.households:
        return np.asarray(placement.cells.index.isin(carve.households))
    if carve.shape:
        return _inside(shapely.from_wkt(carve.shape), placement)
    parts = placement.address_parts
    found = np.logical_or.reduce([matches(parts, parse_target(text)).to_numpy() for text in carve.addresses])
    if carve.scope:
        found &= placement.cells.isin(plan.hierarchy.cells_of(carve.scope)).to_numpy()
    return np.asarray(found)


def _inside(shape: shapely.Geometry, placement: Placement) -> npt.NDArray[np.bool_]:
    points = np.asarray(placement.roster.geometry.array)
    shapely.prepare(shape)
    return np.asarray(shapely.intersects(shape, points) & ~shapely.is_missing(points))


def in_order_of_claim(plan: Plan) -> list[CarveOut]:
    """Return the carve-outs, those last that win over the others where they cover the same household."""
    return [carve for carve, *_ in sorted(_carve_keys(plan), key=lambda row: row[1])]


def _decide(plan: Plan, placement: Placement) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return, for every placed household, the place of its tier and of its zone; -1 for none."""
    places = plan.hierarchy.cell_ids.get_indexer(placement.cells)
    if (places < 0).any():
        unknown = sorted(set(placement.cells[places < 0]))
        raise UnknownCellError(
            f"the plan lacks the cell {unknown[0]!r} in which households are placed"
            f" ({len(unknown)} such cells); place them in the grid of the plan",
            unknown,
        )
    base = plan.effective
    tier, zone = base.tier[places].astype(np.intp), base.zone[places].astype(np.intp)
    best = _base_keys(plan)[places]
    for carve, key, code, home in _carve_keys(plan):
        better = covered(carve, plan, placement) & (key > best)
        best, tier, zone = (
            np.where(better, new, old) for new, old in ((key, best), (code, tier), (home, zone))
        )
    return tier, zone


def _base_keys(plan: Plan) -> npt.NDArray[np.int64]:
    ranks = plan.origins.map(_RANKS).fillna(-1).to_numpy(dtype=np.int64, copy=True)
    ranks[(ranks == _RANKS["hand"]) & ~plan.hierarchy.cell_ids.isin(plan.reasons)] = _RANKS["rule"]
    return _key(
        ranks, np.where(ranks >= 2, _BASE, 0), plan.effective.tier.astype(np.int64), len(plan.tier_order)
    )


def _carve_keys(plan: Plan) -> Iterator[tuple[CarveOut, np.int64, int, int]]:
    for carve in plan.carve_list:
        rank = 3 if carve.locked else _RANKS[carve.origin]
        code = NO_TIER if carve.tier == NONE else plan.tier_order.index(carve.tier)
        home = plan.zone_place(carve.zone_id) if carve.zone_id else -1
        special = _specificity(carve) if rank >= 2 else 0
        yield carve, np.int64(_key(rank, special, code, len(plan.tier_order))), code, home


def _specificity(carve: CarveOut) -> int:
    if carve.households:
        return _HOUSEHOLD
    whole = carve.shape or not all(parse_target(text).buildings for text in carve.addresses)
    return _PART if whole else _BUILDING


def _key(
    rank: npt.ArrayLike, special: npt.ArrayLike, code: npt.ArrayLike, tiers: int
) -> npt.NDArray[np.int64]:
    """Order claims on a household: rank, then how specific, then how strict; no tier is the weakest."""
    codes = np.asarray(code, dtype=np.int64)
    strictness = np.where(codes < 0, 0, tiers - codes)
    claims = (np.asarray(rank, dtype=np.int64) * 8 + np.asarray(special, dtype=np.int64)) * (tiers + 1)
    return np.asarray(claims + strictness)

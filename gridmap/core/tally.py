"""Households, residents and needs by tier and zone, as the plan and its carve-outs give them.

What is counted is summed once for every cell (`gridmap.core.census`). A plan's counts are sums over cells,
put right for the households that carve-outs cover (`gridmap.core.claims`), so that an edit costs the same
however many households there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.claims import claims_on, named
from gridmap.model.placement import Placement
from gridmap.model.plan import NONE, Codes, Plan


def household_tiers(plan: Plan, placement: Placement) -> Series:
    """Give every placed household its one tier.

    The tier of its cell counts unless a carve-out covers it. Of all that say something, locks count first,
    then what was set by hand, then rules; among locks too. By hand the more specific counts (household,
    building, part of a cell, cell); among rules, and where that does not decide, the stricter one. A cell set
    by hand without a reason does not weaken what a rule asks of a building or household in it.

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
    labels = named(claims_on(plan, placement).tier, [*plan.tier_order, NONE])
    return Series(labels, index=placement.cells.index, name="tier")


def household_zones(plan: Plan, placement: Placement) -> Series:
    """Give every placed household the number of its zone, or empty text, by ``household_id``."""
    labels = named(claims_on(plan, placement).zone, [*(zone.zone_id for zone in plan.registry), ""])
    return Series(labels, index=placement.cells.index, name="zone_id")


def count_zones(plan: Plan, placement: Placement) -> DataFrame:
    """Count cells, households and residents of every zone.

    Returns
    -------
    counts
        Integers `cells`, `households`, `residents` by ``zone_id``, in the order of `plan.zones`. A zone of
        only a part of a cell has 0 cells.
    """
    claims, size = claims_on(plan, placement), len(plan.registry)
    counts = {
        "cells": _sizes(plan.effective.zone, size),
        "households": claims.households("zone", size),
        "residents": claims.residents("zone", size),
    }
    return DataFrame({name: count[plan.zone_places] for name, count in counts.items()}, plan.zones.index)


def count_tiers(plan: Plan, placement: Placement) -> DataFrame:
    """Count zones, cells, households and residents of every tier, and of ``none``, the strictest first."""
    claims, size = claims_on(plan, placement), len(plan.tier_order)
    zones = Counter(plan.registry[place].tier for place in plan.zone_places.tolist())
    counts = {
        "zones": np.array([zones[tier] for tier in (*plan.tier_order, NONE)], dtype=np.int64),
        "cells": _sizes(plan.effective.tier, size),
        "households": claims.households("tier", size),
        "residents": claims.residents("tier", size),
    }
    return DataFrame(counts, _tier_index(plan))


def count_zone_needs(plan: Plan, placement: Placement) -> DataFrame:
    """Count the households with each need in every zone.

    A household with several needs, written as ``dialysis;lives_alone`` or ``透析、独居``, counts once for
    each of them.

    Parameters
    ----------
    plan
        The plan.
    placement
        The placed households.

    Returns
    -------
    counts
        Integers by ``zone_id``, in the order of `plan.zones`; one column for every need of the roster, by
        name.

    Raises
    ------
    UnknownCellError
        If households are placed in cells that the plan lacks.
    """
    claims = claims_on(plan, placement)
    counts = claims.needs("zone", len(plan.registry))[plan.zone_places]
    return DataFrame(counts, plan.zones.index, _need_names(claims.census.needs.names))


def count_tier_needs(plan: Plan, placement: Placement) -> DataFrame:
    """Count the households with each need under every tier and ``none``, as `count_zone_needs` does."""
    claims = claims_on(plan, placement)
    counts = claims.needs("tier", len(plan.tier_order))
    return DataFrame(counts, _tier_index(plan), _need_names(claims.census.needs.names))


def occupied_zones(plan: Plan, placement: Placement | None) -> Any:
    """Return the ids of the zones that hold a cell, a household or a drawn part of a cell.

    A zone of a building that is under another tier by now holds nobody. Without a placement a zone of
    addresses counts as occupied.
    """
    size = len(plan.registry)
    held = _sizes(plan.effective.zone, size)
    for carve in plan.carve_list:
        if carve.zone_id and (carve.shape or placement is None):
            held[plan.zone_place(carve.zone_id)] += 1
    if placement is not None:
        held += claims_on(plan, placement).households("zone", size)
    return plan.zones.index[held[plan.zone_places] > 0]


def _sizes(codes: Codes, size: int) -> Any:
    """Count the cells of each of `size` codes; those of none come last."""
    counts = np.bincount(codes + 1, minlength=size + 1)
    return np.append(counts[1:], counts[0])


def _tier_index(plan: Plan) -> Any:
    return pd.Index([*plan.tier_order, NONE], dtype="str", name="tier")


def _need_names(names: Sequence[str]) -> Any:
    return pd.Index(names, dtype="str", name="need")

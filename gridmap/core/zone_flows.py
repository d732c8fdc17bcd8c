"""What is in which zone before and in which after, counted: cells, households and residents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from gridmap.core.claims import claims_on, in_order_of_claim
from gridmap.model.placement import Placement
from gridmap.model.plan import NONE, Codes, Plan

_Keys = npt.NDArray[np.int64]


class Flow(NamedTuple):
    """What is in one zone and tier before and in one after; empty text and ``none`` for no zone."""

    zone_before: str
    zone_after: str
    tier_before: str
    tier_after: str
    cells: int
    households: int
    residents: int


def zone_flows(before: Plan, after: Plan, placement: Placement | None) -> list[Flow]:
    """Count every cell and every placed household by its zone and tier before and after, moved or not.

    Parameters
    ----------
    before, after
        Two plans over the same cells.
    placement
        The placed households; without them there are none.
    """
    plans = (before, after)
    cells = after.hierarchy.cell_ids.get_indexer(before.hierarchy.cell_ids)
    now = after.effective
    keys = [_keys(plans, (before.effective.zone, now.zone[cells]), (before.effective.tier, now.tier[cells]))]
    residents = np.zeros(len(cells), np.int64)
    if placement is not None:
        claims = [claims_on(plan, placement) for plan in plans]
        keys.append(_keys(plans, [each.zone for each in claims], [each.tier for each in claims]))
        residents = np.append(residents, claims[0].census.residents)
    found, place = np.unique(np.concatenate(keys), return_inverse=True)
    is_cell = np.arange(len(place)) < len(cells)
    counts = [np.bincount(place[which], minlength=len(found)) for which in (is_cell, ~is_cell)]
    counts.append(np.zeros(len(found), np.int64))
    np.add.at(counts[2], place, residents)
    columns = (*_labels(found, plans), *(count.tolist() for count in counts))
    return [Flow(*row) for row in zip(*columns, strict=True)]


def named_parts(plan: Plan, placement: Placement | None) -> dict[str, set[Any]]:
    """Return, by zone, what carve-outs name and no household tells: drawn parts; without a roster all."""
    owner = {
        (carve.addresses, carve.households, carve.shape, carve.scope): carve.zone_id
        for carve in in_order_of_claim(plan)
        if placement is None or carve.shape
    }
    parts: dict[str, set[Any]] = {}
    for part, zone in owner.items():
        parts.setdefault(zone, set()).add(part)
    return parts


def _keys(plans: tuple[Plan, Plan], zones: Sequence[Codes], tiers: Sequence[Codes]) -> _Keys:
    """Return one number for zone and tier before and after; that of none is the lowest."""
    keys = np.zeros(len(zones[0]), np.int64)
    for plan, zone, tier in zip(plans, zones, tiers, strict=True):
        keys = keys * (len(plan.registry) + 1) + zone + 1
        keys = keys * (len(plan.tier_order) + 1) + tier + 1
    return keys


def _labels(keys: _Keys, plans: tuple[Plan, Plan]) -> list[list[str]]:
    """Take the numbers of `_keys` apart into zone before and after, tier before and after."""
    found = []
    for plan in reversed(plans):
        for labels in ([NONE, *plan.tier_order], ["", *(zone.zone_id for zone in plan.registry)]):
            keys, code = np.divmod(keys, len(labels))
            found.append(pd.array(labels, dtype="str").take(code).tolist())
    tier_after, zone_after, tier_before, zone_before = found
    return [zone_before, zone_after, tier_before, tier_after]

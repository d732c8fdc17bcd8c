"""Two plans of one workspace beside each other, by cell, household and zone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame

from gridmap.core.compare import compare_plans
from gridmap.core.zone_changes import ZoneChanges, compare_zones
from gridmap.errors import PlanError
from gridmap.model.placement import Placement
from gridmap.model.plan import NO_TIER, Plan
from gridmap.model.shown import shows_counts


@shows_counts
@dataclass(frozen=True, eq=False)
class Comparison:
    """What is another under one plan than under another.

    Parameters
    ----------
    tiers
        The tiers that the codes stand for: those of the plan after, the strictest first, then those that
        only the plan before has.
    before, after
        The tier of each cell, in the order of the grid, as its place in `tiers`; -1 for none.
    rezoned
        Whether each cell is under the same tier in another zone.
    households
        As `gridmap.compare_plans` lists them.
    zones
        As `gridmap.compare_zones` finds them.
    zone_cells
        For each row of `zones.zones` the cells that are in the zone under either plan, as positions.
    """

    tiers: tuple[str, ...]
    before: NDArray[np.int8]
    after: NDArray[np.int8]
    rezoned: NDArray[np.bool_]
    households: DataFrame
    zones: ZoneChanges
    zone_cells: tuple[NDArray[np.intp], ...]


def compared(before: Plan, after: Plan, placement: Placement) -> Comparison:
    """Compare two plans over the grid of the placement.

    Raises
    ------
    PlanError
        If they are over different grids.
    """
    if before.hierarchy.cells_sha256 != after.hierarchy.cells_sha256:
        raise PlanError("the two plans are over different grids; reload the workbench, and compare again")
    tiers = tuple(dict.fromkeys((*after.tier_order, *before.tier_order)))
    was, now = _codes(before, tiers), _codes(after, tiers)
    zones = {zone.zone_id: place for place, zone in enumerate(after.registry)}
    changes = compare_zones(before, after, placement=placement)
    return Comparison(
        tiers=tiers,
        before=was,
        after=now,
        rezoned=(was == now) & (_zone_codes(before, zones) != after.effective.zone),
        households=compare_plans(before, after, placement),
        zones=changes,
        zone_cells=tuple(
            np.union1d(_cells_of(before, one), _cells_of(after, other))
            for one, other in zip(changes.zones["zone_before"], changes.zones["zone_after"], strict=True)
        ),
    )


def _cells_of(plan: Plan, zone: str) -> NDArray[np.intp]:
    return (
        np.flatnonzero(plan.effective.zone == plan.zone_place(zone)) if zone else np.empty(0, dtype=np.intp)
    )


def _codes(plan: Plan, tiers: tuple[str, ...]) -> NDArray[np.int8]:
    places = np.array([*(tiers.index(tier) for tier in plan.tier_order), NO_TIER], np.int8)
    return np.asarray(places[np.maximum(plan.effective.tier, NO_TIER)])


def _zone_codes(plan: Plan, zones: dict[str, int]) -> NDArray[np.int32]:
    """Return the zone of each cell as its place in another registry; -1 for none, -2 where that lacks it."""
    places = np.array([*(zones.get(zone.zone_id, -2) for zone in plan.registry), -1], np.int32)
    return np.asarray(places[plan.effective.zone])

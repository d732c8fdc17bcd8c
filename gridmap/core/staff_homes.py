"""Officials whose own household lies in a zone."""

from __future__ import annotations

import numpy as np
from pandas import DataFrame

from gridmap.core.ground import survey
from gridmap.core.muster import dwellings, neighbours
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan

STAFF_HOME_COLUMNS = ("official_id", "role", "zone_id", "tier")


def staff_homes(officials: DataFrame | None, plan: Plan, placement: Placement) -> DataFrame:
    """List the officials who live in a zone: they may be bound by it, and their families are affected.

    Where households are placed at the same house (within 1 m of the official's point) the official lives in
    their zone, of several in the strictest; elsewhere in the zone of the home cell, or of the cell in which
    the point lies. Who has neither a point nor a home cell is not listed.

    Parameters
    ----------
    officials
        As in `gridmap.assign_duties`.
    plan, placement
        What was zoned, and who lives there.

    Returns
    -------
    homes
        `official_id`, `role`, `zone_id`, `tier`: the strictest tier first, then by zone, role and official.
    """
    ground = survey(plan, placement)
    staff, cells = dwellings(officials, ground)
    zones = cells.map(ground.cells["zone_id"]).astype("str").fillna("").set_axis(staff.index)
    rank = {zone.zone_id: plan.tier_order.index(zone.tier) for zone in plan.registry}
    same = neighbours(staff, ground, np.arange(len(ground.households)), np.ones(len(staff), dtype=bool))
    same["rank"] = same["zone_id"].map(rank).fillna(len(plan.tier_order))
    first = same.sort_values(["at", "rank", "zone_id"]).drop_duplicates("at").set_index("at")["zone_id"]
    zones[first.index] = first
    tiers = {zone.zone_id: zone.tier for zone in plan.registry}
    homes = staff[["official_id", "role"]].assign(
        zone_id=zones, tier=zones.map(tiers).astype("str"), rank=zones.map(rank)
    )
    order = ["rank", "zone_id", "role", "official_id"]
    listed = homes[zones != ""].sort_values(order)[list(STAFF_HOME_COLUMNS)]
    return listed.drop_duplicates(ignore_index=True)

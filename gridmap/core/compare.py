"""What changed between two plans: who enters and who leaves which tier."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas import DataFrame

from gridmap.core.tally import household_tiers, household_zones
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan

CHANGE_COLUMNS = ("cell_id", "tier_before", "tier_after", "zone_before", "zone_after", "change", "residents")


def compare_plans(before: Plan, after: Plan, placement: Placement) -> DataFrame:
    """List the households whose tier or zone is another after than before.

    Parameters
    ----------
    before, after
        Two plans over one grid.
    placement
        The placed households.

    Returns
    -------
    changes
        By ``household_id``: `cell_id`, `tier_before`, `tier_after` (a tier or ``none``), `zone_before`,
        `zone_after`, `change` (``stricter``, ``weaker``, or ``zone`` where only the zone is another),
        `residents`. Empty if nobody is concerned.
    """
    tiers = [household_tiers(plan, placement) for plan in (before, after)]
    zones = [household_zones(plan, placement) for plan in (before, after)]
    strictness = [_strictness(plan, tier) for plan, tier in zip((before, after), tiers, strict=True)]
    change = np.where(strictness[1] > strictness[0], "stricter", "weaker").astype(object)
    same = tiers[0].to_numpy() == tiers[1].to_numpy()
    change[same] = "zone"
    columns = (placement.cells, *tiers, *zones, pd.Series(change, tiers[0].index), placement.residents)
    values = {name: column.to_numpy() for name, column in zip(CHANGE_COLUMNS, columns, strict=True)}
    changed = ~same | (zones[0].to_numpy() != zones[1].to_numpy())
    return DataFrame(values, index=placement.cells.index, columns=list(CHANGE_COLUMNS))[changed]


def _strictness(plan: Plan, tiers: pd.Series) -> npt.NDArray[np.int64]:
    order = {tier: len(plan.tier_order) - place for place, tier in enumerate(plan.tier_order)}
    return np.asarray(tiers.map(order).fillna(0), dtype=np.int64)

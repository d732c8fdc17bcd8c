"""Whose tier is another after a plan was moved to another grid."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.tally import household_tiers, household_zones
from gridmap.model.placement import Placement
from gridmap.model.plan import NONE, UNSET, Plan

COLUMNS = (
    "kind",
    "id",
    "cell_before",
    "cell_after",
    "tier_before",
    "tier_after",
    "zone_before",
    "zone_after",
    "change",
    "residents",
    "area_m2",
)
UNPLACED = "unplaced"
_ORDER = ("unplaced", "lost", "weaker", "scope", "stricter", "placed")
_LEAST_M2 = 1.0
_LEAST_SHARE = 0.001


def carry_changes(
    before: Plan,
    after: Plan,
    *,
    placements: tuple[Placement | None, Placement | None],
    shares: DataFrame,
    donors: npt.NDArray[np.intp],
) -> DataFrame:
    """List households and ground under another tier, and marks that no cell took over.

    Parameters
    ----------
    before, after
        The plan over the old and over the new grid.
    placements
        The households in the old and in the new grid.
    shares
        The ground in common: positions `old` (-1 for none) and `new`, and `area_m2`.
    donors
        The old cell that each new one took after.
    """
    parts = [_ground(before, after, shares), _lost_marks(before, donors), _scopes(before, after)]
    if placements[0] is not None and placements[1] is not None:
        parts.append(household_changes(before, after, placements[0], placements[1]))
    rows = pd.concat([part.reindex(columns=list(COLUMNS)) for part in parts if len(part)] or [_none()])
    rank = rows["change"].map({change: place for place, change in enumerate(_ORDER)})
    household = (rows["kind"] != "household").astype(int)
    texts = {name: rows[name].astype("str").fillna("") for name in COLUMNS[:9]}
    numbers = {"residents": rows["residents"].astype("Int64"), "area_m2": rows["area_m2"].astype("float64")}
    rows = DataFrame({**texts, **numbers}).assign(household=household, rank=rank)
    return rows.sort_values(["household", "rank", "id"], kind="stable")[list(COLUMNS)].reset_index(drop=True)


def _none() -> DataFrame:
    return DataFrame(columns=list(COLUMNS))


def tier_counts(changes: DataFrame) -> DataFrame:
    """Count the households that go from one tier to another.

    Parameters
    ----------
    changes
        As `carry_changes` or `household_changes` gives them; rows of another kind do not count.

    Returns
    -------
    counts
        `tier_before`, `tier_after`, `households`, `residents`, the most households first.
    """
    homes = changes[changes["kind"] == "household"]
    groups = homes.groupby(["tier_before", "tier_after"], sort=True)["residents"]
    counts = DataFrame({"households": groups.size(), "residents": groups.sum()}).reset_index()
    counts = counts.astype({"households": "int64", "residents": "int64"})
    return counts.sort_values("households", ascending=False, kind="stable", ignore_index=True)


def household_changes(before: Plan, after: Plan, old: Placement, new: Placement) -> DataFrame:
    """List the households whose tier is another, or that have a place in only one of two placements.

    Parameters
    ----------
    before, after
        The plans, which may be one and the same.
    old, new
        The households as they were placed under the one and the other.

    Returns
    -------
    changes
        The columns of `COLUMNS` that tell of households.
    """
    known = old.roster.index.union(new.roster.index, sort=False)
    rows = DataFrame(index=known)
    for name, plan, placement in (("before", before, old), ("after", after, new)):
        rows[f"cell_{name}"] = placement.cells.reindex(known)
        rows[f"tier_{name}"] = household_tiers(plan, placement).reindex(known).fillna(UNPLACED)
        rows[f"zone_{name}"] = household_zones(plan, placement).reindex(known)
    residents = new.residents.reindex(known).fillna(old.residents.reindex(known))
    change = _change(before, rows["tier_before"], rows["tier_after"])
    rows = rows.assign(kind="household", id=known.astype("str"), residents=residents, change=change)
    return rows[(rows["tier_before"] != rows["tier_after"]).to_numpy()]


def _ground(before: Plan, after: Plan, shares: DataFrame) -> DataFrame:
    """List ground of more than 1 m2, and of more than 0.1 % of its old cell, that is under another tier."""
    least = shares.groupby("old")["area_m2"].transform("sum") * _LEAST_SHARE
    kept = shares[(shares["area_m2"] > np.maximum(least, _LEAST_M2)) & (shares["old"] >= 0)]
    rows = DataFrame({"kind": "ground", "area_m2": kept["area_m2"]})
    for name, plan, places in (("before", before, kept["old"]), ("after", after, kept["new"])):
        rows[f"cell_{name}"] = plan.tiers.index.to_numpy()[places]
        rows[f"tier_{name}"] = plan.tiers.fillna(NONE).to_numpy()[places]
        rows[f"zone_{name}"] = plan.cell_zones.fillna("").to_numpy()[places]
    rows = rows.assign(
        id=rows["cell_before"], change=_change(before, rows["tier_before"], rows["tier_after"])
    )
    return rows[rows["tier_before"] != rows["tier_after"]]


def _lost_marks(before: Plan, donors: npt.NDArray[np.intp]) -> DataFrame:
    marked = np.logical_or(*(before.layers[name].tier != UNSET for name in ("lock", "hand")))
    marked[np.unique(donors[donors >= 0])] = False
    cells = before.hierarchy.cell_ids[marked]
    tiers, zones = before.tiers[cells].fillna(NONE), before.cell_zones[cells].fillna("")
    return DataFrame(
        {
            "kind": "mark",
            "id": cells.to_numpy(),
            "cell_before": cells.to_numpy(),
            "tier_before": tiers.to_numpy(),
            "zone_before": zones.to_numpy(),
            "change": "lost",
        }
    )


def _scopes(before: Plan, after: Plan) -> DataFrame:
    """List the carve-outs of addresses whose area is gone."""
    pairs: Iterable[Any] = zip(before.carve_list, after.carve_list, strict=True)
    rows = [
        {"kind": "carve_out", "id": old.carve_out_id, "tier_before": old.tier, "tier_after": new.tier}
        for old, new in pairs
        if old.scope and not new.scope
    ]
    return DataFrame(rows, columns=list(COLUMNS)).assign(change="scope")


def _change(plan: Plan, before: Series, after: Series) -> Any:
    order = {tier: len(plan.tier_order) - place for place, tier in enumerate(plan.tier_order)} | {NONE: 0}
    strictness = [tiers.map(order).fillna(-1).to_numpy() for tiers in (before, after)]
    change = np.where(strictness[1] > strictness[0], "stricter", "weaker").astype(object)
    change[(before == UNPLACED).to_numpy()] = "placed"
    change[(after == UNPLACED).to_numpy()] = UNPLACED
    return change

"""Follow-ups: whom the field has reached, and whom not yet, area by area and official by official."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame, Series

from gridmap.core.followup_merge import FOLLOWUP_COLUMNS, REACHED, entry_rows, merge_followups
from gridmap.core.tally import household_tiers
from gridmap.core.walk import walking_order
from gridmap.model.frames import is_among
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan

__all__ = ["FOLLOWUP_COLUMNS", "followup_counts", "merge_followups", "official_counts", "unreached"]

LINKED = "linked_member"


def followup_counts(
    plan: Plan,
    placement: Placement,
    followups: DataFrame | None,
    *,
    level: str = "grid",
    tiers: Collection[str] | None = None,
) -> DataFrame:
    """Count for every area whom the field has reached, and whom not yet.

    A cell that no area of the level holds counts for itself. Households that have no place are in the last
    row, under an empty id; of several with one id none of these counts as reached. So the rows add up to all
    households of the roster, unless tiers are named.

    Parameters
    ----------
    plan, placement
        What was zoned, and who lives there.
    followups
        What is known, one row for each household; or None.
    level
        The level of the areas.
    tiers
        Count only households of these; ``none`` for those under no tier.

    Returns
    -------
    counts
        By ``area``, in the order of the grid, areas with households only: `name`, `households` = `reached` +
        `not_reached`, `asked` (those of whom anything is known), `share` (reached / households).
    """
    cells = plan.hierarchy.cell_ids.get_indexer(placement.cells)
    area = _areas(plan, level)[cells]
    counted = _of_tiers(plan, placement, tiers)
    known = DataFrame({"area": area[counted], **_known(placement.cells.index[counted], followups)})
    counts = _summed(known, "area")
    order = pd.Index(dict.fromkeys(_areas(plan, level)), name="area", dtype="str")
    counts = counts.reindex(order[order.isin(counts.index)])
    if tiers is None and len(placement.exceptions):
        counts = pd.concat([counts, _nowhere(placement, followups)])
    names = Series([plan.hierarchy.name(each) if each else "" for each in counts.index], counts.index)
    return _shares(counts.assign(name=names.astype("str")))


def official_counts(
    plan: Plan,
    placement: Placement,
    followups: DataFrame | None,
    table: DataFrame,
    *,
    role: str = LINKED,
    tiers: Collection[str] | None = None,
) -> DataFrame:
    """Count for every official whom of the households linked to them the field has reached.

    Parameters
    ----------
    plan, placement, followups, tiers
        As for `followup_counts`.
    table
        Duties, as in `gridmap.assign_duties`.
    role
        The role that is linked to households.

    Returns
    -------
    counts
        By ``official_id``: `households`, `reached`, `not_reached`, `asked`, `share`; the placed households
        that are linked to nobody last, under an empty id.
    """
    households = placement.cells.index[_of_tiers(plan, placement, tiers)]
    links = table[(table["target_kind"] == "household") & (table["role"] == role)]
    links = links.drop_duplicates("target").set_index("target")["official_id"]
    who = links.reindex(households).fillna("").astype("str").to_numpy()
    counts = _summed(DataFrame({"official_id": who, **_known(households, followups)}), "official_id")
    named = counts[counts.index != ""].sort_index()
    return _shares(pd.concat([named, counts[counts.index == ""]])).rename_axis("official_id")


def unreached(
    plan: Plan,
    placement: Placement,
    followups: DataFrame | None,
    *,
    level: str = "grid",
    tiers: Collection[str] | None = None,
) -> DataFrame:
    """List the placed households that were not reached yet, in walking order.

    Parameters
    ----------
    plan, placement, followups, level, tiers
        As for `followup_counts`.

    Returns
    -------
    households
        By ``household_id``: `area`, `cell_id`, and what is known: `channel`, `result`, `reached_on`, empty or
        missing where nothing is.
    """
    walk = walking_order(plan, placement)
    asked = placement.cells.index[_of_tiers(plan, placement, tiers)]
    left = asked[~is_among(asked, _reached(followups))]
    cells = walk.loc[is_among(walk.index, left), "cell_id"]
    found = DataFrame({"area": _areas(plan, level)[plan.hierarchy.cell_ids.get_indexer(cells)]}, cells.index)
    found["cell_id"] = cells
    last = (
        entry_rows(followups).drop_duplicates("household_id").set_index("household_id").reindex(cells.index)
    )
    texts = {name: last[name].fillna("").astype("str") for name in ("channel", "result")}
    return found.assign(**texts, reached_on=last["reached_on"])


def _areas(plan: Plan, level: str) -> NDArray[np.object_]:
    """Return, for every cell, its area of a level, or the cell where there is none."""
    own = np.asarray(plan.hierarchy.cell_ids, dtype=object)
    found = plan.hierarchy.at_level(level)
    return np.asarray(np.where(found.isna(), own, found.to_numpy(dtype=object)))


def _of_tiers(plan: Plan, placement: Placement, tiers: Collection[str] | None) -> NDArray[np.bool_]:
    if tiers is None:
        return np.ones(len(placement.cells), dtype=bool)
    return np.asarray(household_tiers(plan, placement).isin(list(tiers)))


def _reached(followups: DataFrame | None) -> Any:
    rows = entry_rows(followups)
    return pd.Index(rows.loc[rows["result"] == REACHED, "household_id"].astype("str"))


def _known(households: Any, followups: DataFrame | None) -> dict[str, NDArray[np.bool_]]:
    """Tell of households whether they were reached, and whether anything is known of them."""
    asked = pd.Index(entry_rows(followups)["household_id"].astype("str"))
    return {"reached": is_among(households, _reached(followups)), "asked": is_among(households, asked)}


def _summed(known: DataFrame, by: str) -> DataFrame:
    grouped = known.assign(households=1).groupby(by, sort=False)[["households", "reached", "asked"]].sum()
    return grouped.astype("int64")


def _nowhere(placement: Placement, followups: DataFrame | None) -> DataFrame:
    """Count the households that have no place, one for each row of the roster."""
    left = placement.exceptions["household_id"].astype("str")
    alone = left[(placement.exceptions["reason"] != "duplicate_id") & (left != "")].drop_duplicates()
    known = _known(pd.Index(alone[~alone.isin(placement.cells.index)]), followups)
    counts = {"households": len(left), **{name: int(each.sum()) for name, each in known.items()}}
    return DataFrame(counts, index=pd.Index([""], name="area", dtype="str"))


def _shares(counts: DataFrame) -> DataFrame:
    done = counts.assign(not_reached=counts["households"] - counts["reached"])
    done["share"] = (done["reached"] / done["households"]).astype("float64")
    names = ["name"] if "name" in done else []
    return done[[*names, "households", "reached", "not_reached", "asked", "share"]]

"""What a person should look at in a plan, although it is allowed."""

from __future__ import annotations

import numpy as np
from pandas import DataFrame

from gridmap.core.tally import covered, household_tiers, occupied_zones
from gridmap.model.placement import Placement
from gridmap.model.plan import NONE, UNSET, Plan

PROBLEM_COLUMNS = ("kind", "target", "detail")


def list_problems(plan: Plan, *, placement: Placement | None = None) -> DataFrame:
    """List what is weaker than a rule asks, what has no tier, and what could not be placed.

    Parameters
    ----------
    plan
        The plan.
    placement
        The placed households; with it the exceptions are listed too, and, in a plan that has zones, the cells
        without a tier.

    Returns
    -------
    problems
        One row each: `kind` (``weaker_than_rule``, ``weaker_carve_out``, ``case_not_placed``,
        ``empty_zone``, ``no_tier``, ``exception``), `target` (the id of a cell, carve-out, zone, case or
        household), `detail`.
    """
    rows = [*_weaker_cells(plan), *_weaker_carve_outs(plan), *_lost_cases(plan)]
    if placement is not None:
        rows += [
            *_outranked(plan, placement),
            *_empty_zones(plan, placement),
            *_without_tier(plan, placement),
        ]
        exceptions = placement.exceptions
        reasons = zip(exceptions["household_id"], exceptions["reason"], exceptions["detail"], strict=True)
        rows += [("exception", household, f"{reason}: {detail}") for household, reason, detail in reasons]
    return DataFrame(rows, columns=list(PROBLEM_COLUMNS), dtype="str")


def _weaker_cells(plan: Plan) -> list[tuple[str, str, str]]:
    order = [*plan.tier_order, NONE]
    tiers, asked = plan.tiers.fillna(NONE), plan.asked
    firm = plan.origins.isin(["lock", "hand"])
    return [
        ("weaker_than_rule", cell, _why(tiers.at[cell], asked.at[cell], plan.reasons.get(cell, "")))
        for cell in asked.index[asked.notna() & firm]
        if order.index(tiers.at[cell]) > order.index(asked.at[cell])
    ]


def _weaker_carve_outs(plan: Plan) -> list[tuple[str, str, str]]:
    """Find hand-made carve-outs that are weaker than what a rule asks for the same addresses."""
    order = [*plan.tier_order, NONE]
    ruled = [carve for carve in plan.carve_list if carve.origin == "rule"]
    rows = []
    for carve in plan.carve_list:
        shared = [other for other in ruled if set(other.addresses) & set(carve.addresses)]
        asked = min((order.index(other.tier) for other in shared), default=len(order))
        if carve.origin == "hand" and order.index(carve.tier) > asked:
            rows.append(
                ("weaker_carve_out", carve.carve_out_id, _why(carve.tier, order[asked], carve.reason))
            )
    return rows


def _outranked(plan: Plan, placement: Placement) -> list[tuple[str, str, str]]:
    """Find carve-outs of rules in which a lock or a reasoned hand edit leaves households a weaker tier."""
    order = [*plan.tier_order, NONE]
    codes = household_tiers(plan, placement).map(order.index).to_numpy()
    rows = []
    for carve in plan.carve_list:
        weaker = covered(carve, plan, placement) & (codes > order.index(carve.tier))
        if carve.origin == "rule" and weaker.any():
            detail = f"a rule asks for {carve.tier}, but {weaker.sum()} households are under a weaker tier"
            rows.append(("weaker_than_rule", carve.carve_out_id, detail))
    return rows


def _empty_zones(plan: Plan, placement: Placement) -> list[tuple[str, str, str]]:
    empty = plan.zones.index.difference(occupied_zones(plan, placement), sort=False)
    return [("empty_zone", str(zone), "no cell and no household is under it") for zone in empty]


def _why(tier: str, asked: str, reason: str) -> str:
    return f"{tier}, but a rule asks for {asked}; reason: {reason or 'none given'}"


def _lost_cases(plan: Plan) -> list[tuple[str, str, str]]:
    last = next((edit for edit in reversed(plan.edits) if hasattr(edit, "unplaced")), None)
    detail = "no rule could place this case; give its address, cell or coordinates"
    return [("case_not_placed", case, detail) for case in (last.unplaced if last else ())]


def _without_tier(plan: Plan, placement: Placement) -> list[tuple[str, str, str]]:
    if not len(plan.zones):
        return []
    open_cells = np.flatnonzero(plan.effective.tier < 0)
    said = np.isin(open_cells, np.flatnonzero(plan.layers["hand"].tier == UNSET))
    tiers = household_tiers(plan, placement)
    counts = placement.cells[tiers == NONE].value_counts()
    return [
        ("no_tier", str(cell), f"{counts.get(cell, 0)} households without a tier")
        for cell in plan.hierarchy.cell_ids[open_cells[said]]
    ]

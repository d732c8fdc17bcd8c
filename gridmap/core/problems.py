"""What a person should look at in a plan, although it is allowed."""

from __future__ import annotations

import numpy as np
from pandas import DataFrame

from gridmap.core.claims import claims_on
from gridmap.core.cover import covered_rows
from gridmap.core.tally import occupied_zones
from gridmap.model.placement import Placement
from gridmap.model.plan import NONE, Plan

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
    order, tiers, asked = [*plan.tier_order, NONE], plan.effective.tier, plan.asked_tier
    firm = plan.layers["lock"].said | plan.layers["hand"].said
    weaker = np.flatnonzero(firm & (asked >= 0) & ((tiers < 0) | (tiers > asked)))
    return [
        ("weaker_than_rule", cell, _why(order[tier], order[wanted], plan.reasons.get(cell, "")))
        for cell, tier, wanted in zip(
            plan.hierarchy.cell_ids[weaker].tolist(),
            tiers[weaker].tolist(),
            asked[weaker].tolist(),
            strict=True,
        )
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
    codes = claims_on(plan, placement).tier % len(order)
    rows = []
    for carve in plan.carve_list:
        if carve.origin == "rule":
            weaker = (codes[covered_rows(carve, plan, placement)] > order.index(carve.tier)).sum()
            detail = f"a rule asks for {carve.tier}, but {weaker} households are under a weaker tier"
            rows += [("weaker_than_rule", carve.carve_out_id, detail)] if weaker else []
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
    open_cells = (plan.effective.tier < 0) & ~plan.layers["hand"].said
    claims = claims_on(plan, placement)
    homes = np.bincount(claims.census.places[claims.tier < 0], minlength=claims.census.cells)
    return [
        ("no_tier", cell, f"{count} households without a tier")
        for cell, count in zip(
            plan.hierarchy.cell_ids[open_cells].tolist(), homes[open_cells].tolist(), strict=True
        )
    ]

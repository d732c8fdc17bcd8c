"""Whether the households that a phrase names end under the tier it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from gridmap.core.census import Rows, census_of
from gridmap.core.claims import claims_on
from gridmap.core.cover import covered_rows
from gridmap.core.notice_in.phrase import Block, Candidate
from gridmap.core.notice_in.told import Told, cells_of
from gridmap.model.placement import Placement
from gridmap.model.plan import NONE, Plan
from gridmap.model.zone import CarveOut


def astray(
    plan: Plan,
    placement: Placement | None,
    told: Sequence[Told],
    outs: Sequence[Told],
    blocks: Sequence[Block],
) -> Mapping[int, str]:
    """Find the phrases of which a household ends under a tier that the notice does not say of it.

    That is so where the plan has something stricter or more exact there, such as a building sealed before.
    A household that is zoned alone, or excepted, is not looked at.

    Parameters
    ----------
    plan
        As it would be.
    placement
        The households; without them nothing is found.
    told, outs
        The places that are zoned, and those that are excepted.
    blocks
        The lists that they belong to.

    Returns
    -------
    notes
        By the place of a phrase: what has to be said.
    """
    if placement is None or not told:
        return {}
    order = {tier: place for place, tier in enumerate(plan.tier_order)}
    rows = {each: rows_of(each.candidate, plan, placement) for each in (*told, *outs)}
    final = claims_on(plan, placement).tier
    fine = _not_looked_at(plan, placement, [rows[each] for each in outs])
    for each in told:
        block = blocks[each.block]
        right = [order[tier] for tier in (block.tier, *block.except_tiers) if tier in order]
        fine[rows[each]] |= np.isin(final[rows[each]], right)
    found = {}
    for each in told:
        mine = rows[each]
        wrong = mine[~fine[mine]]
        if len(wrong) and each.candidate.kind != "rest":
            said = ", ".join(
                sorted({plan.tier_order[code] if code >= 0 else NONE for code in final[wrong].tolist()})
            )
            found[each.phrase] = f"{len(wrong)} households there would be {said} by what the plan has"
    return found


def rows_of(candidate: Candidate, plan: Plan, placement: Placement) -> Rows:
    """Return the households that a place holds, as positions, ascending."""
    carve = CarveOut(
        "", NONE, "", addresses=candidate.addresses, shape=candidate.shape, scope=candidate.scope
    )
    if candidate.kind == "address":
        return covered_rows(carve, plan, placement)
    inside = np.zeros(len(plan.hierarchy.cell_ids), dtype=bool)
    inside[cells_of(plan, candidate)] = True
    rows = np.flatnonzero(inside[census_of(placement, plan.hierarchy).places])
    return np.union1d(rows, covered_rows(carve, plan, placement)) if candidate.shape else rows


def _not_looked_at(plan: Plan, placement: Placement, excepted: Sequence[Rows]) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(placement.cells), dtype=bool)
    for rows in excepted:
        found[rows] = True
    for carve in plan.carve_list:
        if carve.households:
            found[covered_rows(carve, plan, placement)] = True
    return found

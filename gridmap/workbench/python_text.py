"""The plan as Python that makes it again."""

from __future__ import annotations

from collections import defaultdict

from gridmap.core.apply import new_plan, replay
from gridmap.core.carried import CarryOver
from gridmap.core.edit_texts import edits_as_python
from gridmap.errors import GridmapError
from gridmap.model.plan import LAYERS, NONE, Plan
from gridmap.model.zone import plain_carve_out, plain_zone


def plan_as_python(plan: Plan, grid: object, *, proven: bool) -> str:
    """Write the edits of a plan as Python, over a grid called ``grid``.

    Parameters
    ----------
    plan
        The plan.
    grid
        Its grid.
    proven
        Whether the edits are known to make it over this grid. Else they are made once; where they make
        another plan, because the grid was another one then, the plan is written as it is instead.
    """
    if proven or _is_made_by_its_edits(plan, grid):
        return edits_as_python(plan.edits)
    return edits_as_python([as_carry_over(plan)])


def as_carry_over(plan: Plan) -> CarryOver:
    """Return the edit that makes a plan at once, whatever was there before."""
    marks: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for layer in LAYERS:
        for cell, (code, zone) in plan.content["layers"][layer].items():
            marks[layer, plan.tier_order[code] if code >= 0 else NONE, zone].append(cell)
    return CarryOver(
        tiers=plan.tier_order,
        prefixes=[plan.prefixes[tier] for tier in plan.tier_order],
        registry=[tuple(plain_zone(zone)) for zone in plan.registry],
        marks=[(*mark, cells) for mark, cells in marks.items()],
        carved=[tuple(plain_carve_out(carve).values()) for carve in plan.carve_list],
        next_carve_out=plan.next_carve_out,
        reasons=sorted(plan.reasons.items()),
        protocol=plan.protocol_id,
    )


def _is_made_by_its_edits(plan: Plan, grid: object) -> bool:
    try:
        return replay(new_plan(grid), plan.edits).version == plan.version
    except GridmapError:
        return False

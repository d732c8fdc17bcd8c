"""What the rules of a protocol ask for, laid into a plan beneath what was set by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from gridmap.core.changes import find_zone, places_of, tier_code, with_layer
from gridmap.core.edits import Proposal
from gridmap.model.plan import UNSET, Plan, unset_layer
from gridmap.model.zone import CarveOut

_RULE_LAYERS = ("rule", "rule_remainder")


def without_rules(plan: Plan) -> Plan:
    """Return the plan without what an earlier delineation asked for; locked carve-outs stay."""
    size = len(plan.hierarchy.cell_ids)
    layers = {**plan.layers, **{name: unset_layer(size) for name in _RULE_LAYERS}}
    kept = tuple(carve for carve in plan.carve_list if carve.origin != "rule" or carve.locked)
    return replace(plan, layers=layers, carve_list=kept)


def apply_proposals(plan: Plan, proposals: Iterable[Proposal], *, earlier: Sequence[CarveOut] = ()) -> Plan:
    """Lay the proposals into the rule layers; where two ask for one cell, the stricter counts.

    Parameters
    ----------
    plan
        The plan, without what earlier rules asked for.
    proposals
        The zones asked for.
    earlier
        The carve-outs before this delineation; one that is asked for again keeps its id.

    Raises
    ------
    UnknownCellError
        If a proposal names a cell that the plan does not have.
    PlanError
        If it names a tier that the plan does not use.
    """
    for proposal in proposals:
        code = tier_code(plan, proposal.tier)
        plan, zone = find_zone(plan, proposal.tier, proposal.anchor, proposal.name)
        plan = _with_cells(plan, proposal, code, zone)
        if proposal.addresses or proposal.households:
            plan = _with_carve_out(plan, proposal, plan.registry[zone].zone_id, earlier)
    return plan


def _with_cells(plan: Plan, proposal: Proposal, code: int, zone: int) -> Plan:
    name = _RULE_LAYERS[proposal.remainder]
    places = places_of(plan, proposal.cells, ())
    said = plan.layers[name].tier[places]
    return with_layer(plan, name, places[(said == UNSET) | (said > code)], code, zone)


def _with_carve_out(plan: Plan, proposal: Proposal, zone_id: str, earlier: Sequence[CarveOut]) -> Plan:
    asked = CarveOut(
        carve_out_id="",
        tier=proposal.tier,
        zone_id=zone_id,
        name=proposal.name,
        addresses=tuple(proposal.addresses),
        households=tuple(proposal.households),
        scope=proposal.scope,
        origin="rule",
    )
    if any(_same(asked, carve) for carve in plan.carve_list):
        return plan
    number = next((carve.carve_out_id for carve in earlier if _same(asked, carve)), "")
    if number:
        return replace(plan, carve_list=(*plan.carve_list, replace(asked, carve_out_id=number)))
    named = replace(asked, carve_out_id=f"K-{plan.next_carve_out}")
    return replace(plan, carve_list=(*plan.carve_list, named), next_carve_out=plan.next_carve_out + 1)


def _same(one: CarveOut, other: CarveOut) -> bool:
    keys = ("tier", "addresses", "households", "scope", "origin")
    return all(getattr(one, key) == getattr(other, key) for key in keys)

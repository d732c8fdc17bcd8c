"""What the rules of a protocol ask for, laid into a plan beneath what was set by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from gridmap.core.changes import (
    find_zones,
    places_of,
    tier_code,
    with_layer,
    with_reasons,
    zone_place,
)
from gridmap.core.edits import Proposal
from gridmap.model.plan import UNSET, Layer, Plan, unset_layer
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
    proposals = tuple(proposals)
    codes = [tier_code(plan, proposal.tier) for proposal in proposals]
    wanted = ((proposal.tier, proposal.anchor, proposal.name) for proposal in proposals)
    plan, zones = find_zones(plan, wanted)
    plan = _with_raised(plan, proposals, codes, zones)
    plan = _with_cells(plan, proposals, codes, zones)
    return _with_carve_outs(plan, proposals, zones, earlier)


def _with_raised(
    plan: Plan, proposals: Sequence[Proposal], codes: Sequence[int], zones: Sequence[int]
) -> Plan:
    """Put what was set by hand in zones that are raised as a whole under their new tier and zone."""
    for proposal, code, home in zip(proposals, codes, zones, strict=True):
        if all(zone.zone_id != proposal.zone for zone in plan.registry):
            continue  # nothing is raised as a whole, or its number is another by now
        hand = plan.layers["hand"]
        places = places_of(plan, proposal.cells, ())
        own = hand.said[places] & (hand.zone[places] == zone_place(plan, proposal.zone))
        places = places[own & ~plan.layers["lock"].said[places]]
        plan = with_reasons(with_layer(plan, "hand", places, code, home), places, "")
        number = plan.registry[home].zone_id
        carves = tuple(
            replace(carve, tier=proposal.tier, zone_id=number)
            if carve.zone_id == proposal.zone and carve.origin == "hand" and not carve.locked
            else carve
            for carve in plan.carve_list
        )
        plan = replace(plan, carve_list=carves)
    return plan


def _with_cells(
    plan: Plan, proposals: Sequence[Proposal], codes: Sequence[int], zones: Sequence[int]
) -> Plan:
    """Lay all proposals into copies of the rule layers, one after the other."""
    tiers = {name: plan.layers[name].tier.copy() for name in _RULE_LAYERS}
    owners = {name: plan.layers[name].zone.copy() for name in _RULE_LAYERS}
    for proposal, code, zone in zip(proposals, codes, zones, strict=True):
        name = _RULE_LAYERS[proposal.remainder]
        places = places_of(plan, proposal.cells, ())
        said = tiers[name][places]
        places = places[(said == UNSET) | (said > code)]
        tiers[name][places], owners[name][places] = code, zone
    layers = {name: Layer(tiers[name], owners[name]) for name in _RULE_LAYERS}
    return replace(plan, layers={**plan.layers, **layers})


def _with_carve_outs(
    plan: Plan, proposals: Sequence[Proposal], zones: Sequence[int], earlier: Sequence[CarveOut]
) -> Plan:
    """Add the carve-outs that the plan lacks; one that was there before keeps its id."""
    known = {_key(carve) for carve in plan.carve_list}
    ids = {_key(carve): carve.carve_out_id for carve in reversed(earlier)}
    added, number = [], plan.next_carve_out
    for proposal, zone in zip(proposals, zones, strict=True):
        asked = _carve_out(proposal, plan.registry[zone].zone_id)
        if not (proposal.addresses or proposal.households) or _key(asked) in known:
            continue
        kept = ids.get(_key(asked), "")
        added.append(replace(asked, carve_out_id=kept or f"K-{number}"))
        number += not kept
        known.add(_key(asked))
    return replace(plan, carve_list=(*plan.carve_list, *added), next_carve_out=number)


def _carve_out(proposal: Proposal, zone_id: str) -> CarveOut:
    return CarveOut(
        carve_out_id="",
        tier=proposal.tier,
        zone_id=zone_id,
        name=proposal.name,
        addresses=tuple(proposal.addresses),
        households=tuple(proposal.households),
        scope=proposal.scope,
        origin="rule",
    )


def _key(carve: CarveOut) -> tuple[object, ...]:
    """Return what two carve-outs share that are one and the same."""
    return carve.tier, carve.addresses, carve.households, carve.scope, carve.origin

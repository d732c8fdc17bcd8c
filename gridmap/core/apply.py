"""Apply edits: the only way a plan changes. Nothing here writes to the plan it is given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import singledispatch
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pandas import DataFrame

from gridmap.core import changes as ch
from gridmap.core import edits as ed
from gridmap.core.carried import CarryOver, carried
from gridmap.core.lifting import lift_zone
from gridmap.core.regions import common_area, near_pairs, touching, touching_parts
from gridmap.core.rules import apply_proposals, without_rules
from gridmap.errors import LockedCellError, PlanError, UnknownCellError
from gridmap.model.address import parse_target
from gridmap.model.areas import Hierarchy
from gridmap.model.plan import NO_TIER, NONE, UNSET, Layer, Plan, empty_plan
from gridmap.model.protocol import Protocol
from gridmap.model.zone import CarveOut

_NO_ZONE = np.iinfo(np.int32).max


def new_plan(grid: DataFrame, *, protocol: Protocol | None = None) -> Plan:
    """Make an empty plan over the cells of a grid.

    Parameters
    ----------
    grid
        The cells, as `gridmap.read_grid` gives them, or any frame of polygons by ``cell_id``.
    protocol
        Whose tiers the plan uses; without one they are sealed, controlled and prevention.

    Returns
    -------
    plan
        A plan in which no cell has a tier.
    """
    plan = empty_plan(grid)
    if protocol is None or protocol.tier_ids == plan.tier_order:
        return plan
    prefixes = [tier.prefix for tier in protocol.tiers]
    return apply_edit(plan, ed.UseTiers(tiers=protocol.tier_ids, prefixes=prefixes))


def apply_edit(plan: Plan, edit: ed.Edit) -> Plan:
    """Return a copy of the plan with one edit made.

    Parameters
    ----------
    plan
        The plan; it is left as it is.
    edit
        One of the edits, such as `SetTier`.

    Returns
    -------
    plan
        The changed plan; its `edits` end with `edit`.

    Raises
    ------
    UnknownCellError
        If the edit names a cell, an area or a zone that the plan does not have.
    LockedCellError
        If it would change what is locked.
    PlanError
        If it asks for what the plan does not allow, such as an unknown tier.
    """
    return replace(_apply(edit, plan), edits=(*plan.edits, edit))


def replay(plan: Plan, edits: Iterable[ed.Edit]) -> Plan:
    """Return the plan after all the edits, in their order."""
    for edit in edits:
        plan = apply_edit(plan, edit)
    return plan


@singledispatch
def _apply(edit: Any, _plan: Plan) -> Plan:
    raise PlanError(f"{type(edit).__name__} is not an edit; the edits are {', '.join(ed.EDITS)}")


@_apply.register
def _(edit: ed.Purged, _plan: Plan) -> Plan:
    raise PlanError(
        f"an edit {edit.kind} was purged on {edit.on}, because it named households or cases whose zones were "
        "lifted; plans on the way over it cannot be made again"
    )


@_apply.register
def _(edit: ed.UseTiers, plan: Plan) -> Plan:
    order = tuple(edit.tiers)
    codes = np.unique(plan.effective.tier)
    used = {plan.tier_order[code] for code in codes[codes >= 0]} | {carve.tier for carve in plan.carve_list}
    lost = sorted(used - set(order) - {NONE})
    if lost:
        raise PlanError(f"cells carry the tiers {', '.join(lost)}, which are not among {', '.join(order)}")
    if order == plan.tier_order:
        return replace(plan, prefixes=dict(zip(order, edit.prefixes, strict=True)))
    places = [order.index(tier) if tier in order else UNSET for tier in plan.tier_order]
    recode = np.array([*places, UNSET, NO_TIER], dtype=np.int32)
    layers = {name: Layer(recode[layer.tier], layer.zone) for name, layer in plan.layers.items()}
    prefixes = dict(zip(order, edit.prefixes, strict=True))
    return replace(plan, tier_order=order, prefixes=prefixes, layers=layers)


@_apply.register
def _(edit: ed.SetTier, plan: Plan) -> Plan:
    code = ch.tier_code(plan, edit.tier)
    places = ch.editable_places(plan, edit.cells, edit.areas)
    ch.demand_reason(plan, places, code, edit.reason)
    plan, zones = _zones_for(plan, places, edit)
    plan = ch.with_layer(plan, "hand", places, code, zones)
    return ch.with_reasons(plan, places, edit.reason)


@_apply.register
def _(edit: ed.ClearTier, plan: Plan) -> Plan:
    places = ch.editable_places(plan, edit.cells, edit.areas)
    ch.demand_reason(plan, places, NO_TIER, edit.reason)
    beneath = [plan.layers[name].said[places] for name in ("rule", "remainder", "rule_remainder")]
    codes = np.where(np.logical_or.reduce(beneath), NO_TIER, UNSET)
    plan = ch.with_layer(plan, "hand", places, codes, -1)
    return ch.with_reasons(plan, places, edit.reason)


@_apply.register
def _(edit: ed.Release, plan: Plan) -> Plan:
    places = ch.editable_places(plan, edit.cells, edit.areas)
    return ch.with_reasons(ch.with_layer(plan, "hand", places, UNSET, -1), places, "")


@_apply.register
def _(edit: ed.Lock, plan: Plan) -> Plan:
    places = ch.places_of(plan, edit.cells, edit.areas)
    frozen = plan.effective
    plan = ch.with_layer(plan, "lock", places, frozen.tier[places], frozen.zone[places])
    return ch.with_locks(plan, edit.carve_outs, locked=True)


@_apply.register
def _(edit: ed.Unlock, plan: Plan) -> Plan:
    places = ch.places_of(plan, edit.cells, edit.areas)
    return ch.with_locks(ch.with_layer(plan, "lock", places, UNSET, -1), edit.carve_outs, locked=False)


@_apply.register
def _(edit: ed.AddCarveOut, plan: Plan) -> Plan:
    if edit.tier != NONE:
        ch.tier_code(plan, edit.tier)
    _check_target(plan, edit)
    name = edit.name or "、".join(edit.addresses)
    if edit.tier == NONE:
        zone_id = ""
    else:
        plan, place = ch.named_zone(plan, edit.tier, edit.zone, name)
        zone_id = plan.registry[place].zone_id
    carve = CarveOut(
        carve_out_id=f"K-{plan.next_carve_out}",
        tier=edit.tier,
        zone_id=zone_id,
        name=name,
        addresses=tuple(edit.addresses),
        households=tuple(edit.households),
        shape=edit.shape,
        scope=edit.scope,
        reason=edit.reason,
    )
    return replace(plan, carve_list=(*plan.carve_list, carve), next_carve_out=plan.next_carve_out + 1)


@_apply.register
def _(edit: ed.RemoveCarveOut, plan: Plan) -> Plan:
    carve = ch.carve_out(plan, edit.carve_out)
    if carve.locked:
        raise LockedCellError(f"carve-out {edit.carve_out} is locked; unlock it first", [edit.carve_out])
    return replace(plan, carve_list=tuple(each for each in plan.carve_list if each is not carve))


@_apply.register
def _(edit: ed.SetRemainder, plan: Plan) -> Plan:
    code = ch.tier_code(plan, edit.tier)
    ch.places_of(plan, (), edit.areas)
    for area in edit.areas or ("",):
        places = plan.hierarchy.places_of(area) if area else np.arange(len(plan.hierarchy.cell_ids))
        name = plan.hierarchy.name(area) if area else common_area(plan.hierarchy, places)
        plan, zone = ch.find_zone(plan, edit.tier, f"remainder:{area}", name)
        plan = ch.with_layer(plan, "remainder", places, code, zone)
    return plan


@_apply.register
def _(edit: ed.NameZone, plan: Plan) -> Plan:
    place = ch.zone_place(plan, edit.zone)
    return ch.with_zone(plan, place, replace(plan.registry[place], name=edit.name))


@_apply.register
def _(edit: ed.NumberZone, plan: Plan) -> Plan:
    place = ch.zone_place(plan, edit.zone)
    others = (zone for at, zone in enumerate(plan.registry) if at != place)
    taken = {number for zone in others for number in (zone.zone_id, *zone.former)}
    if edit.number in {*taken, edit.zone} or not edit.number.strip():
        raise PlanError(f"a zone of this plan has or had the number {edit.number!r}; choose another")
    carves = tuple(
        replace(carve, zone_id=edit.number) if carve.zone_id == edit.zone else carve
        for carve in plan.carve_list
    )
    zone = plan.registry[place]
    numbers = zone.former if edit.fresh else (*zone.former, zone.zone_id)
    former = tuple(number for number in numbers if number != edit.number)
    plan = ch.with_zone(plan, place, replace(zone, zone_id=edit.number, former=former))
    return replace(plan, carve_list=carves)


@_apply.register
def _(edit: ed.MergeZones, plan: Plan) -> Plan:
    places = sorted({ch.zone_place(plan, zone) for zone in edit.zones})
    target = ch.zone_place(plan, edit.into) if edit.into else (places or [0])[0]
    if len({*places, target}) < 2:
        raise PlanError("merging needs two zones or more")
    tiers = {plan.registry[place].tier for place in (*places, target)}
    if len(tiers) > 1:
        raise PlanError(f"zones of different tiers cannot be merged: {', '.join(sorted(tiers))}")
    ch.refuse_locked(plan, np.flatnonzero(np.isin(plan.effective.zone, places)))
    gone = [place for place in places if place != target]
    layers = {
        name: Layer(layer.tier, np.where(np.isin(layer.zone, gone), target, layer.zone).astype(np.int32))
        for name, layer in plan.layers.items()
    }
    ids = {plan.registry[place].zone_id for place in gone}
    kept = plan.registry[target]
    anchors = [kept.anchor, *(plan.registry[place].anchor for place in gone)]
    registry = list(plan.registry)
    for place in gone:
        registry[place] = replace(registry[place], anchor="")
    registry[target] = replace(kept, anchor="|".join(anchor for anchor in anchors if anchor))
    carves = tuple(
        replace(carve, zone_id=kept.zone_id) if carve.zone_id in ids else carve for carve in plan.carve_list
    )
    return replace(plan, layers=layers, registry=tuple(registry), carve_list=carves)


@_apply.register
def _(edit: ed.SplitZone, plan: Plan) -> Plan:
    place = ch.zone_place(plan, edit.zone)
    places = ch.editable_places(plan, edit.cells, ())
    outside = ch.ids_of(plan, places[plan.effective.zone[places] != place])
    if outside:
        raise PlanError(f"{ch.some(outside)} not in zone {edit.zone}; name cells of that zone")
    if len(places) == 0:
        raise PlanError("splitting needs the cells that leave the zone")
    tier = plan.registry[place].tier
    name = edit.name or common_area(plan.hierarchy, places)
    plan, zone = ch.add_zone(plan, tier, name)
    return ch.with_layer(plan, "hand", places, plan.tier_order.index(tier), zone)


@_apply.register
def _(edit: ed.Delineate, plan: Plan) -> Plan:
    bare = _apply(ed.UseTiers(tiers=edit.tiers, prefixes=edit.prefixes), without_rules(plan))
    zoned = apply_proposals(bare, edit.proposals, earlier=plan.carve_list)
    return replace(zoned, protocol_id=edit.protocol)


@_apply.register
def _(edit: ed.LiftZone, plan: Plan) -> Plan:
    return lift_zone(plan, edit)


@_apply.register
def _(edit: CarryOver, plan: Plan) -> Plan:
    return carried(plan, edit)


@_apply.register
def _(edit: ed.Together, plan: Plan) -> Plan:
    if not edit.edits:
        raise PlanError("there is no edit to make; give those that belong together")
    for each in edit.edits:
        plan = _apply(each, plan)
    return plan


def _zones_for(plan: Plan, places: ch.Places, edit: ed.SetTier) -> tuple[Plan, npt.NDArray[np.int32]]:
    """Find or make the zones that hand-set cells join, one for each of `places`."""
    if edit.zone or edit.name:
        plan, zone = ch.named_zone(plan, edit.tier, edit.zone, edit.name)
        return plan, np.full(len(places), zone, np.int32)
    code, now = plan.tier_order.index(edit.tier), plan.effective
    zones = np.full(len(now.zone), -1, np.int32)
    same = now.tier == code
    zones[same] = now.zone[same]
    plan = _join_areas(plan, edit, zones)
    new = places[zones[places] < 0]
    is_new = np.zeros(len(zones), dtype=bool)
    is_new[new] = True
    first, second = near_pairs(plan.hierarchy, new)
    among = is_new[second]
    parts = touching_parts(plan.hierarchy, new, first[among], second[among])
    beside = zones[second] >= 0
    joined = _lowest_beside(plan.hierarchy, zones, first[beside], second[beside])
    lowest = [joined[part].min() for part in parts]
    own = [part for part, zone in zip(parts, lowest, strict=True) if zone == _NO_ZONE]
    plan, made = ch.add_zones(
        plan, edit.tier, [common_area(plan.hierarchy, np.asarray(part)) for part in own]
    )
    fresh = iter(made)
    for part, zone in zip(parts, lowest, strict=True):
        zones[part] = next(fresh) if zone == _NO_ZONE else zone
    return plan, zones[places]


def _lowest_beside(
    hierarchy: Hierarchy, zones: npt.NDArray[np.int32], first: ch.Places, second: ch.Places
) -> npt.NDArray[np.int32]:
    """Return, for every cell, the lowest zone of the cells that touch it; `_NO_ZONE` where none does."""
    lowest = np.full(len(zones), _NO_ZONE, np.int32)
    touch = touching(hierarchy, first, second)
    np.minimum.at(lowest, first[touch], zones[second[touch]])
    return lowest


def _join_areas(plan: Plan, edit: ed.SetTier, zones: npt.NDArray[np.int32]) -> Plan:
    """Put the cells of each named area that have no zone of the tier yet into the zone of that area."""
    for area in edit.areas:
        places = ch.places_of(plan, (), [area])
        open_places = places[zones[places] < 0]
        if len(open_places):
            plan, zone = ch.find_zone(plan, edit.tier, f"area:{area}", plan.hierarchy.name(area))
            zones[open_places] = zone
    return plan


def _check_target(plan: Plan, edit: ed.AddCarveOut) -> None:
    given = [bool(edit.addresses), bool(edit.households), bool(edit.shape)]
    if sum(given) != 1:
        raise PlanError("a carve-out is one of addresses=, households= or shape=; give exactly one")
    for address in edit.addresses:
        parse_target(address)
    if edit.scope and edit.scope not in plan.hierarchy.areas.index:
        raise UnknownCellError(f"the grid has no area {edit.scope!r} to look in", [edit.scope])
    if edit.shape:
        _check_shape(plan, edit)


def _check_shape(plan: Plan, edit: ed.AddCarveOut) -> None:
    try:
        shape = shapely.from_wkt(edit.shape)
    except (shapely.errors.GEOSException, TypeError) as error:
        raise PlanError(f"the shape is not WKT: {error}") from error
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        raise PlanError(
            f"the shape is a {shape.geom_type}{' that is empty' * shape.is_empty}; draw a polygon"
        )
    if not shape.is_valid:
        raise PlanError(f"the shape crosses itself or is broken: {shapely.is_valid_reason(shape)}")
    places = np.sort(plan.hierarchy.tree.query(shape, predicate="intersects"))
    if len(places) == 0:
        raise PlanError("the shape lies outside the grid; draw it over cells, in the CRS of the grid")
    ch.refuse_locked(plan, places)
    code = NO_TIER if edit.tier == NONE else plan.tier_order.index(edit.tier)
    ch.demand_reason(plan, places, code, edit.reason)

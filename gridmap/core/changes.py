"""The small steps that edits are made of: look up, refuse, and copy a plan with one thing changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from gridmap.errors import LockedCellError, PlanError, ReasonNeededError, UnknownCellError
from gridmap.model.plan import NO_TIER, Layer, Plan
from gridmap.model.zone import CarveOut, Zone

Places = npt.NDArray[np.intp]
_SHOWN = 5


def some(ids: Sequence[str]) -> str:
    """Write the first few of many ids."""
    shown = ", ".join(repr(each) for each in ids[:_SHOWN])
    return f"{shown} and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else shown


def tier_code(plan: Plan, tier: str) -> int:
    """Return the position of a tier in the plan's order.

    Raises
    ------
    PlanError
        If the plan does not use this tier.
    """
    if tier not in plan.tier_order:
        raise PlanError(
            f"no tier is called {tier!r}; the tiers of this plan are {', '.join(plan.tier_order)}"
        )
    return plan.tier_order.index(tier)


def places_of(plan: Plan, cells: Iterable[str], areas: Iterable[str]) -> Places:
    """Return the positions of the cells, and of all cells of the areas, sorted and each once.

    Raises
    ------
    UnknownCellError
        If the plan lacks any of them; it names all that are missing.
    """
    hierarchy, cells, areas = plan.hierarchy, list(cells), list(areas)
    positions = hierarchy.positions
    missing = [cell for cell in cells if cell not in positions]
    missing += [area for area in areas if area not in hierarchy.areas.index]
    if missing:
        raise UnknownCellError(f"the grid has no {some(missing)}; check the ids against grid.index", missing)
    named = np.array([positions[cell] for cell in cells], dtype=np.intp)
    return np.unique(np.concatenate([named, *(hierarchy.places_of(area) for area in areas)]))


def ids_of(plan: Plan, places: Places) -> list[str]:
    """Return the ids of the cells in these positions."""
    return list(plan.hierarchy.cell_ids[places].tolist())


def editable_places(plan: Plan, cells: Iterable[str], areas: Iterable[str]) -> Places:
    """Return the positions as `places_of`, and refuse when one of them is locked.

    Raises
    ------
    LockedCellError
        If a cell is locked; it names all that are.
    """
    places = places_of(plan, cells, areas)
    refuse_locked(plan, places)
    return places


def refuse_locked(plan: Plan, places: Places) -> None:
    """Raise `LockedCellError` if any of the cells is locked."""
    held = places[plan.layers["lock"].said[places]]
    if len(held):
        cells = ids_of(plan, held)
        raise LockedCellError(f"cells are locked: {some(cells)}; unlock them first", cells)


def demand_reason(plan: Plan, places: Places, code: int, reason: str) -> None:
    """Refuse a tier that is weaker than what a rule asks of a cell, unless a reason is given.

    Raises
    ------
    ReasonNeededError
        If there is none; it names the cells, and the strictest tier that is asked for there.
    """
    if reason.strip():
        return
    asked = plan.asked_tier[places]
    weaker = (asked >= 0) & ((code == NO_TIER) | (code > asked))
    if weaker.any():
        cells, strictest = ids_of(plan, places[weaker]), plan.tier_order[asked[weaker].min()]
        said = f"a rule asks for a stricter tier in {some(cells)}; give a reason=... for the weaker one"
        raise ReasonNeededError(said, cells, strictest)


def with_layer(
    plan: Plan,
    layer: str,
    places: Places,
    tier: int | npt.NDArray[np.int32],
    zone: int | npt.NDArray[np.int32],
) -> Plan:
    """Return the plan with one layer saying this tier and zone in these places."""
    tiers, zones = plan.layers[layer].tier.copy(), plan.layers[layer].zone.copy()
    tiers[places], zones[places] = tier, zone
    return replace(plan, layers={**plan.layers, layer: Layer(tiers, zones)})


def with_reasons(plan: Plan, places: Places, reason: str) -> Plan:
    """Return the plan with `reason` kept for these cells, or with none when it is empty."""
    if not (plan.reasons or reason):
        return plan
    cells = ids_of(plan, places)
    gone = set(cells)
    kept = {cell: why for cell, why in plan.reasons.items() if cell not in gone}
    return replace(plan, reasons=kept | dict.fromkeys(cells, reason) if reason else kept)


def with_locks(plan: Plan, ids: Iterable[str], *, locked: bool) -> Plan:
    """Return the plan with these carve-outs locked or unlocked."""
    wanted = {carve_out(plan, each).carve_out_id for each in ids}
    carves = tuple(
        replace(carve, locked=locked) if carve.carve_out_id in wanted else carve for carve in plan.carve_list
    )
    return replace(plan, carve_list=carves)


def carve_out(plan: Plan, carve_out_id: str) -> CarveOut:
    """Return one carve-out.

    Raises
    ------
    UnknownCellError
        If the plan has none of this id.
    """
    for carve in plan.carve_list:
        if carve.carve_out_id == carve_out_id:
            return carve
    raise UnknownCellError(f"the plan has no carve-out {carve_out_id!r}; see plan.carve_outs", [carve_out_id])


def zone_place(plan: Plan, zone_id: str) -> int:
    """Return the position of a zone in the registry.

    Raises
    ------
    UnknownCellError
        If the plan has none of this number.
    """
    try:
        return plan.zone_place(zone_id)
    except KeyError:
        raise UnknownCellError(f"the plan has no zone {zone_id!r}; see plan.zones", [zone_id]) from None


def with_zone(plan: Plan, place: int, zone: Zone) -> Plan:
    """Return the plan with another zone in one place of the registry."""
    registry = list(plan.registry)
    registry[place] = zone
    return replace(plan, registry=tuple(registry))


def add_zone(plan: Plan, tier: str, name: str) -> tuple[Plan, int]:
    """Return the plan with a new, empty zone that has the next free number, and its position."""
    plan, places = add_zones(plan, tier, [name])
    return plan, places[0]


def add_zones(plan: Plan, tier: str, names: Sequence[str]) -> tuple[Plan, list[int]]:
    """Return the plan with a new, empty zone for each name, and their positions."""
    number, before = _numbering(plan), len(plan.registry)
    added = tuple(Zone(zone_id=number(tier), tier=tier, name=name, anchor="") for name in names)
    return replace(plan, registry=(*plan.registry, *added)), list(range(before, before + len(added)))


def find_zone(plan: Plan, tier: str, anchor: str, name: str) -> tuple[Plan, int]:
    """Return the plan and the position of the zone made for `anchor`; it is added if there is none."""
    plan, places = find_zones(plan, [(tier, anchor, name)])
    return plan, places[0]


def find_zones(plan: Plan, wanted: Iterable[tuple[str, str, str]]) -> tuple[Plan, list[int]]:
    """Return the plan and the positions of the zones made for each tier and anchor; new ones get the name."""
    registry = list(plan.registry)
    known: dict[tuple[str, str], int] = {}
    for place, zone in enumerate(registry):
        for anchor in zone.anchor.split("|"):
            known.setdefault((zone.tier, anchor), place)
    number = _numbering(plan)
    places = []
    for tier, anchor, name in wanted:
        place = known.get((tier, anchor), len(registry))
        if place == len(registry):
            registry.append(Zone(zone_id=number(tier), tier=tier, name=name, anchor=anchor))
            for part in anchor.split("|"):
                known.setdefault((tier, part), place)
        places.append(place)
    return replace(plan, registry=tuple(registry)), places


def _numbering(plan: Plan) -> Callable[[str], str]:
    """Return what gives a tier the next free number for a zone, another one at each call."""
    taken = {number for zone in plan.registry for number in (zone.zone_id, *zone.former)}
    last = Counter(zone.tier for zone in plan.registry)

    def number(tier: str) -> str:
        zone_id = ""
        while not zone_id or zone_id in taken:
            last[tier] += 1
            zone_id = f"{plan.prefixes[tier]}-{last[tier]}"
        taken.add(zone_id)
        return zone_id

    return number


def named_zone(plan: Plan, tier: str, zone_id: str, name: str) -> tuple[Plan, int]:
    """Return the plan and the position of the zone asked for by number, or by name, or else of a new one.

    Raises
    ------
    UnknownCellError
        If the plan has no zone of this number.
    PlanError
        If that zone has another tier.
    """
    if zone_id:
        place = zone_place(plan, zone_id)
        if plan.registry[place].tier != tier:
            raise PlanError(
                f"zone {zone_id} is {plan.registry[place].tier}, not {tier}; choose one of that tier"
            )
        return plan, place
    for place, zone in enumerate(plan.registry):
        if zone.tier == tier and zone.name == name and name:
            return plan, place
    return add_zone(plan, tier, name)

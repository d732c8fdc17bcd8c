"""Zones that are lifted: what follows them, and what later delineations no longer ask for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from gridmap.core import changes as ch
from gridmap.core.drafts import Draft, Names
from gridmap.core.edits import Delineate, LiftZone, Proposal, single_edits
from gridmap.core.rules import apply_proposals
from gridmap.errors import LockedCellError, PlanError
from gridmap.model.address import parse_target
from gridmap.model.plan import LAYERS, NONE, UNSET, Layer, Plan
from gridmap.model.zone import CarveOut, Zone

# How the anchor of a zone begins that was made because another one was lifted.
LIFTED_ANCHOR = "lifted:"
# How that of one begins that was raised as a whole by a case; what it was before is lifted with it.
RAISED_ANCHOR = "on_case:"
_UNLOCKED = LAYERS[1:]


def lift_of(plan: Plan, zone_id: str, *, tier: str = "", reason: str = "") -> LiftZone:
    """Write the edit that lifts all of a zone that is not locked.

    Parameters
    ----------
    plan, zone_id
        The zone.
    tier
        The tier that follows; empty or ``none`` for what other rules and hands leave there.
    reason
        Why.

    Raises
    ------
    UnknownCellError
        If the plan has no such zone.
    """
    return Lifter(plan).lift(zone_id, tier=tier, reason=reason)


class Lifter:
    """Writes the edits that lift zones of one plan, each from what is worked out once for all.

    Parameters
    ----------
    plan
        The plan.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def lift(self, zone_id: str, *, tier: str = "", reason: str = "") -> LiftZone:
        """Write the edit for one zone, as `lift_of` does."""
        cells, carves = self.cells(zone_id), self.carve_outs(zone_id)
        return self._lift(zone_id, cells, carves, tier=tier, reason=reason)

    def lift_part(
        self,
        zone_id: str,
        cells: Collection[str],
        carve_outs: Collection[str],
        *,
        tier: str = "",
        reason: str = "",
    ) -> LiftZone:
        """Write the edit for some cells and carve-outs of a zone; what of them is locked stays."""
        kept = set(cells)
        mine = [cell for cell in self.cells(zone_id) if cell in kept]
        carves = [carve for carve in self.carve_outs(zone_id) if carve.carve_out_id in carve_outs]
        return self._lift(zone_id, mine, carves, tier=tier, reason=reason)

    def _lift(
        self, zone_id: str, cells: list[str], carves: list[CarveOut], *, tier: str, reason: str
    ) -> LiftZone:
        zone = self._plan.registry[ch.zone_place(self._plan, zone_id)]
        return LiftZone(
            zone=zone_id,
            tier="" if tier == NONE else tier,
            cells=cells,
            carve_outs=[carve.carve_out_id for carve in carves],
            addresses=list(dict.fromkeys(text for carve in carves for text in carve.addresses)),
            households=list(dict.fromkeys(home for carve in carves for home in carve.households)),
            proposals=self._beneath(zone, cells),
            reason=reason,
        )

    def cells(self, zone_id: str) -> list[str]:
        """Return the cells of a zone that are not locked."""
        place = ch.zone_place(self._plan, zone_id)
        return [self._cell_ids[cell] for cell in self._by_zone[place].tolist()]

    def carve_outs(self, zone_id: str) -> list[CarveOut]:
        """Return the carve-outs of a zone that are not locked."""
        return self._carves.get(zone_id, [])

    def _beneath(self, zone: Zone, cells: Sequence[str]) -> list[Proposal]:
        """Return what weaker rules of the last delineation ask for in cells, less what was lifted since."""
        order = self._plan.tier_order.index
        held: dict[int, list[str]] = {}
        for cell in cells:
            for at in self._asked.get(cell, ()):
                held.setdefault(at, []).append(cell)
        return [
            replace(proposal, cells=held[at], addresses=(), households=())
            for at, proposal in ((at, self._proposals[at]) for at in sorted(held))
            if order(proposal.tier) > order(zone.tier)
        ]

    @cached_property
    def _cell_ids(self) -> list[str]:
        ids: list[str] = self._plan.hierarchy.cell_ids.tolist()
        return ids

    @cached_property
    def _by_zone(self) -> list[ch.Places]:
        """The free cells of every zone of the registry."""
        zone = np.where(self._plan.layers["lock"].said, -1, self._plan.effective.zone)
        order = np.argsort(zone, kind="stable")
        return np.split(order, np.searchsorted(zone[order], np.arange(len(self._plan.registry))))[1:]

    @cached_property
    def _carves(self) -> dict[str, list[CarveOut]]:
        found: dict[str, list[CarveOut]] = {}
        for carve in self._plan.carve_list:
            if not carve.locked:
                found.setdefault(carve.zone_id, []).append(carve)
        return found

    @cached_property
    def _proposals(self) -> list[Proposal]:
        """What the last delineation asked for, less the zones that were lifted since."""
        edits = list(single_edits(self._plan.edits))
        last = max((at for at, edit in enumerate(edits) if isinstance(edit, Delineate)), default=None)
        if last is None:
            return []
        since = {edit.zone for edit in edits[last:] if isinstance(edit, LiftZone)}
        zones = [zone for zone in self._plan.registry if zone.zone_id in since]
        gone = {(zone.tier, anchor) for zone in zones for anchor in _anchors(zone)}
        return [each for each in edits[last].proposals if (each.tier, each.anchor) not in gone]

    @cached_property
    def _asked(self) -> dict[str, list[int]]:
        """Which of these ask for each cell."""
        asked: dict[str, list[int]] = {}
        for at, proposal in enumerate(self._proposals):
            for cell in proposal.cells:
                asked.setdefault(cell, []).append(at)
        return asked


def _anchors(zone: Zone) -> list[str]:
    return zone.anchor.split("|")


def lift_zone(plan: Plan, edit: LiftZone) -> Plan:
    """Return the plan with a zone lifted.

    Raises
    ------
    UnknownCellError
        If the plan lacks the zone, a cell or a carve-out.
    LockedCellError
        If one of them is locked.
    PlanError
        If a cell or carve-out is not in the zone, or the tier that follows is not weaker.
    """
    place, places = ch.zone_place(plan, edit.zone), ch.editable_places(plan, edit.cells, ())
    zone = plan.registry[place]
    if edit.tier and ch.tier_code(plan, edit.tier) <= ch.tier_code(plan, zone.tier):
        raise PlanError(f"zone {edit.zone} is {zone.tier}; lifted it cannot be {edit.tier}")
    carves = [_lifted_carve(plan, each, edit.zone) for each in edit.carve_outs]
    outside = places[plan.effective.zone[places] != place]
    if len(outside):
        raise PlanError(f"{ch.some(ch.ids_of(plan, outside))} are not in zone {edit.zone}")
    gone = {carve.carve_out_id for carve in carves}
    kept = tuple(carve for carve in plan.carve_list if carve.carve_out_id not in gone)
    bare = ch.with_reasons(replace(_unset(plan, place, places), carve_list=kept), places, "")
    bare = apply_proposals(bare, edit.proposals)
    return _followed(bare, places, carves, edit, zone.name) if edit.tier else bare


def _lifted_carve(plan: Plan, carve_out_id: str, zone_id: str) -> CarveOut:
    carve = ch.carve_out(plan, carve_out_id)
    if carve.zone_id != zone_id:
        raise PlanError(f"carve-out {carve_out_id} is not in zone {zone_id}")
    if carve.locked:
        raise LockedCellError(f"carve-out {carve_out_id} is locked; unlock it first", [carve_out_id])
    return carve


def _unset(plan: Plan, zone: int, places: ch.Places) -> Plan:
    """Take from some cells what puts them into a zone, on every layer; what else is said there stays."""
    layers = dict(plan.layers)
    for name in _UNLOCKED:
        tier, owner = layers[name].tier.copy(), layers[name].zone.copy()
        own = places[owner[places] == zone]
        tier[own], owner[own] = UNSET, -1
        layers[name] = Layer(tier, owner)
    return replace(plan, layers=layers)


def _followed(plan: Plan, places: ch.Places, carves: Sequence[CarveOut], edit: LiftZone, name: str) -> Plan:
    """Put what is now under no tier, or a weaker one, under the tier that follows."""
    code = ch.tier_code(plan, edit.tier)
    below = places[_is_weaker(plan, places, code)]
    singly = [carve for carve in carves if _is_weaker(plan, _around(plan, carve), code).any()]
    if not (len(below) or singly):
        return plan
    plan, home = ch.find_zone(plan, edit.tier, f"{LIFTED_ANCHOR}{edit.zone}", name)
    number = plan.registry[home].zone_id
    # a drawn part is no rule's: it stays set by hand
    turned = [
        replace(
            carve,
            tier=edit.tier,
            zone_id=number,
            origin="hand" if carve.shape else "rule",
            reason=edit.reason,
        )
        for carve in singly
    ]
    plan = replace(plan, carve_list=(*plan.carve_list, *turned))
    return ch.with_layer(plan, "rule", below, code, home)


def _is_weaker(plan: Plan, places: ch.Places, code: int) -> np.ndarray:
    tier = plan.effective.tier[places]
    return np.asarray((tier < 0) | (tier > code))


def _around(plan: Plan, carve: CarveOut) -> ch.Places:
    """Return the cells in which what a carve-out names may lie."""
    return ch.places_of(plan, (), [carve.scope]) if carve.scope else np.arange(len(plan.hierarchy.cell_ids))


@dataclass(frozen=True, eq=False)
class Lifted:
    """What was lifted of a plan, so that a later delineation does not ask for it again.

    Parameters
    ----------
    base
        The plan to zone again; its edits tell what was lifted, and which cases were known then.
    names
        The ids behind the positions of drafts.
    """

    base: Plan
    names: Names

    def without(self, drafts: Iterable[Draft]) -> list[Draft]:
        """Leave out what rules ask for in lifted zones because of cases that were known then."""
        lifts = list(self._lifts())
        return [draft for draft in drafts if not any(each.holds(draft, self.names) for each in lifts)]

    def proposals(self, tiers: Sequence[str]) -> list[Proposal]:
        """Return what followed lifted zones and is there still, to be asked for again."""
        return [
            proposal
            for place, zone in enumerate(self.base.registry)
            if zone.tier in tiers and zone.anchor.startswith(LIFTED_ANCHOR)
            for proposal in self._following(place)
        ]

    def _following(self, place: int) -> Iterator[Proposal]:
        zone = self.base.registry[place]
        cells = self.base.hierarchy.cell_ids[self.base.layers["rule"].zone == place].tolist()
        if cells:
            yield Proposal(tier=zone.tier, anchor=zone.anchor, name=zone.name, cells=cells)
        for carve in self.base.carve_list:
            if carve.zone_id == zone.zone_id and carve.origin == "rule" and not carve.locked:
                yield Proposal(
                    tier=zone.tier,
                    anchor=zone.anchor,
                    name=zone.name,
                    addresses=carve.addresses,
                    households=carve.households,
                    scope=carve.scope,
                )

    def _lifts(self) -> Iterator[_Lift]:
        known: set[str] = set()
        raisers: dict[str, tuple[str, ...]] = {}
        zones = {zone.zone_id: zone for zone in self.base.registry}
        for edit in single_edits(self.base.edits):
            if isinstance(edit, Delineate):
                known.update(edit.cases)
                raisers |= {each.anchor: tuple(each.cases) for each in edit.proposals if each.zone}
            elif isinstance(edit, LiftZone) and edit.zone in zones:
                anchors = _anchors(zones[edit.zone])
                raised = [each[len(RAISED_ANCHOR) :] for each in anchors if each.startswith(RAISED_ANCHOR)]
                for zone in (zones[edit.zone], *(zones[each] for each in raised if each in zones)):
                    yield _Lift(
                        frozenset(known),
                        zone.tier,
                        frozenset(_anchors(zone)),
                        frozenset(edit.cells),
                        frozenset(edit.addresses),
                        frozenset(edit.households),
                        frozenset(case for anchor in anchors for case in raisers.get(anchor, ())),
                    )


@dataclass(frozen=True)
class _Lift:
    """One zone that was lifted: the cases known then, its tier and anchors, what it held, who raised it."""

    known: frozenset[str]
    tier: str
    anchors: frozenset[str]
    cells: frozenset[str]
    addresses: frozenset[str]
    households: frozenset[str]
    raisers: frozenset[str]

    def holds(self, draft: Draft, names: Names) -> bool:
        """Tell whether all that a draft asks for was lifted, and for a case that was known then."""
        if draft.case not in self.known or draft.tier != self.tier:
            return False
        if draft.anchor in self.anchors or draft.remainder:
            return draft.anchor in self.anchors
        homes = draft.households
        lies_within = np.isin(names.cells[names.household_cells[homes]], list(self.cells))
        return (
            self.cells.issuperset(names.cells[draft.cells].tolist())
            and (self.addresses.issuperset(draft.addresses) or self._is_raised(draft))
            and (
                bool(draft.addresses)
                or self.households.issuperset(names.households[homes[~lies_within]].tolist())
            )
        )

    def _is_raised(self, draft: Draft) -> bool:
        """Tell whether a building lies in a compound that its own case had raised as a whole."""
        targets = [parse_target(text) for text in self.addresses] if draft.case in self.raisers else []
        return any(target.compound == draft.compound and not target.buildings for target in targets)

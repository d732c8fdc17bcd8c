"""A zone in which somebody is found positive: what a protocol asks of all of it, at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from gridmap.core.claims import claims_on, in_order_of_claim
from gridmap.core.drafts import Draft
from gridmap.core.edits import Delineate, LiftZone, Proposal, single_edits
from gridmap.core.lifting import RAISED_ANCHOR
from gridmap.core.notes import Notes
from gridmap.core.starts import Roster, Start
from gridmap.model.plan import Codes, Plan
from gridmap.model.protocol import Protocol
from gridmap.model.zone import CarveOut, Zone


def tier_on_case(protocol: Protocol, tier: str) -> str:
    """Return the stricter tier that a zone of this tier comes under after a new case; empty for none."""
    stages = protocol.clock.get(tier, ())
    asked = next((stage.on_case for stage in stages if stage.on_case), "")
    order = protocol.tier_ids
    return asked if asked in order and tier in order and order.index(asked) < order.index(tier) else ""


def _anchors(zone: Zone) -> list[str]:
    return zone.anchor.split("|")


@dataclass(frozen=True, eq=False)
class Raising:
    """The zones of a plan that new cases raise, by what their protocol says of a case.

    A case counts where it lives. One that an earlier delineation of the plan knew raises nothing again, but
    the zone that it raised then stays so while the case is among those given.

    Parameters
    ----------
    base
        The plan to zone again.
    protocol
        Whose clocks say what a case does.
    starts
        The places of the cases.
    roster
        The placed households, if there are any.
    """

    base: Plan
    protocol: Protocol
    starts: Sequence[Start]
    roster: Roster | None

    def proposals(self, notes: Notes) -> list[Proposal]:
        """Return the proposals that raise zones, earlier ones first; say which, and what is locked."""
        return [*self._earlier, *self._new(notes)]

    def within(self, draft: Draft) -> bool:
        """Tell whether what a rule asks for lies whole in a zone that its case raises as high."""
        start = self._by_order[draft.order]
        if draft.remainder or start.kind != "home":
            return False
        order = self.protocol.tier_ids
        raised = self._raised_by.get(draft.case, {})
        zones = {zone for zone, tier in raised.items() if order.index(tier) <= order.index(draft.tier)}
        homes = draft.households
        if draft.addresses:
            homes = start.building_homes if draft.building else start.compound_homes
        held = set(self.base.effective.zone[draft.cells].tolist())
        held |= set(self._home_zones[homes].tolist()) if len(homes) else set()
        return bool(held) and held <= zones

    def replaced(self, proposal: Proposal, raised: Sequence[Proposal]) -> bool:
        """Tell whether a zone that a rule asks for again is raised as a whole."""
        parts = [each for each in raised if self._is(proposal, each.zone)]
        cells = {cell for each in parts for cell in each.cells}
        named = {(each.addresses, each.households) for each in parts}
        return (
            bool(parts)
            and cells.issuperset(proposal.cells)
            and (
                not (proposal.addresses or proposal.households)
                or (proposal.addresses, proposal.households) in named
            )
        )

    def _is(self, proposal: Proposal, zone_id: str) -> bool:
        zone = next((zone for zone in self.base.registry if zone.zone_id == zone_id), None)
        return zone is not None and zone.tier == proposal.tier and proposal.anchor in _anchors(zone)

    def _new(self, notes: Notes) -> Iterator[Proposal]:
        for place, cases in self._hit.items():
            zone = self.base.registry[place]
            tier = tier_on_case(self.protocol, zone.tier)
            carves = [carve for carve in self.base.carve_list if carve.zone_id == zone.zone_id]
            inside = self.base.effective.zone == place
            locked = inside & self.base.layers["lock"].said
            for case in cases:
                notes.add(
                    f"a case in zone {zone.zone_id}: by {self.protocol.id} all of it is {tier} at once", case
                )
                if locked.any() or any(carve.locked for carve in carves):
                    notes.add(f"what is locked of zone {zone.zone_id} stays {zone.tier}; unlock it", case)
            cells = tuple(self.base.hierarchy.cell_ids[inside & ~locked].tolist())
            ruled = [carve for carve in carves if carve.origin == "rule" and not carve.locked]
            free = [carve for carve in carves if not carve.locked]
            parts = [None, *ruled] if cells or len(free) > len(ruled) else ruled
            for carve in parts:
                yield self._proposal(place, tier, cases, () if carve else cells, carve)

    def _proposal(
        self, place: int, tier: str, cases: Sequence[str], cells: tuple[str, ...], carve: CarveOut | None
    ) -> Proposal:
        zone = self.base.registry[place]
        return Proposal(
            tier=tier,
            anchor=f"{RAISED_ANCHOR}{zone.zone_id}",
            name=zone.name,
            cells=cells,
            addresses=carve.addresses if carve else (),
            households=carve.households if carve else (),
            scope=carve.scope if carve else "",
            zone=zone.zone_id,
            cases=cases,
            reason=f"{self.protocol.id}, on_case: {', '.join(cases)} in {zone.zone_id}",
        )

    @cached_property
    def _by_order(self) -> dict[int, Start]:
        return {start.order: start for start in self.starts}

    @cached_property
    def _edits(self) -> tuple[Any, ...]:
        return tuple(single_edits(self.base.edits))

    @cached_property
    def _earlier(self) -> list[Proposal]:
        """What an earlier delineation raised for cases that are still there, and nobody lifted since."""
        edits = self._edits
        last = max((at for at, edit in enumerate(edits) if isinstance(edit, Delineate)), default=None)
        if last is None or edits[last].protocol != self.protocol.id:
            return []
        given = {start.case for start in self.starts}
        lifted = {edit.zone for edit in edits[last:] if isinstance(edit, LiftZone)}
        gone = {anchor for zone in self.base.registry if zone.zone_id in lifted for anchor in _anchors(zone)}
        raised = [each for each in edits[last].proposals if each.zone and given & set(each.cases)]
        return [each for each in raised if each.anchor not in gone]

    @cached_property
    def _hit(self) -> dict[int, tuple[str, ...]]:
        """The new cases in every zone that they raise, by the place of the zone."""
        known = {case for edit in self._edits if isinstance(edit, Delineate) for case in edit.cases}
        found: dict[int, dict[str, None]] = {}
        for start in self.starts:
            if start.kind == "home" and start.case not in known:
                for place in self._zones_at(start):
                    if tier_on_case(self.protocol, self.base.registry[place].tier):
                        found.setdefault(place, {})[start.case] = None
        return {place: tuple(found[place]) for place in sorted(found)}

    @cached_property
    def _raised_by(self) -> dict[str, dict[int, str]]:
        """The zones that each case raises or raised, as places in the plan, with their tier then."""
        found: dict[str, dict[int, str]] = {}
        for place, cases in self._hit.items():
            for case in cases:
                tier = tier_on_case(self.protocol, self.base.registry[place].tier)
                found.setdefault(case, {})[place] = tier
        for proposal in self._earlier:
            for place, zone in enumerate(self.base.registry):
                if proposal.anchor in _anchors(zone) and zone.tier == proposal.tier:
                    for case in proposal.cases:
                        found.setdefault(case, {})[place] = proposal.tier
        return found

    def _zones_at(self, start: Start) -> list[int]:
        """Return the zones in which a case lives: of its building, of a drawn part, else where its point is.

        A point lies in the zone of its cell, and in those of buildings and compounds whose households it lies
        among: who it is there is not known, and the stricter applies.
        """
        if len(start.building_homes) and self.roster is not None:
            zones = np.unique(self._home_zones[start.building_homes])
            return [zone for zone in zones.tolist() if zone >= 0]
        if start.point is not None:
            for carve in reversed(in_order_of_claim(self.base)):
                if carve.shape and shapely.intersects(shapely.from_wkt(carve.shape), start.point):
                    return [self.base.zone_place(carve.zone_id)] if carve.zone_id else []
        found: set[int] = set()
        if start.point is not None:
            found |= {place for place, hull in self._hulls if shapely.intersects(hull, start.point)}
        if start.cell:
            found.add(int(self.base.effective.zone[self.base.hierarchy.positions[start.cell]]))
        return sorted(found - {-1})

    @cached_property
    def _hulls(self) -> list[tuple[int, Any]]:
        """The zones that carve-outs make, each with the ground between its households."""
        if self.roster is None:
            return []
        claims = claims_on(self.base, self.roster.placement)
        points, own = self.roster.points[claims.rows], claims.own.zone
        told = ~shapely.is_missing(points)
        return [
            (place, shapely.MultiPoint(list(points[told & (own == place)])).convex_hull)
            for place in np.unique(own[told & (own >= 0)]).tolist()
        ]

    @cached_property
    def _home_zones(self) -> Codes:
        """The zone of every household of the roster, as a place; -1 for none."""
        if self.roster is None:
            return np.empty(0, dtype=np.int32)
        return np.asarray(claims_on(self.base, self.roster.placement).zone)

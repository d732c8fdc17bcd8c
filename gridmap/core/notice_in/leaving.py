"""Zones that a notice lifts or brings under a weaker tier: which are meant, and how much of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from gridmap.core.census import Rows, census_of
from gridmap.core.claims import claims_on
from gridmap.core.cover import covered_rows
from gridmap.core.notice_in.phrase import OPEN, Block, Candidate, Phrase
from gridmap.model.address import parse_target, written_address
from gridmap.model.placement import Placement
from gridmap.model.plan import Codes, Plan
from gridmap.model.zone import CarveOut

NO_ZONE = "the plan has no zone there that it could lift"
OTHER_TIER = "the zone of the plan there has another tier than the notice says"
HOLDS_MORE = "the zone of the plan there holds more than this"
_EXCEPTED = "what is excepted from a zone that is lifted is not read; lift it by hand"
_ONE_PLACE = "several places are called so"


@dataclass
class _Place:
    """Cells, and households by address, that are lifted together."""

    cells: set[int] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)
    buildings: dict[str, set[str]] = field(default_factory=dict)

    def add(self, other: _Place) -> None:
        self.cells |= other.cells
        self.rows |= other.rows
        for compound, numbers in other.buildings.items():
            self.buildings.setdefault(compound, set()).update(numbers)


class Leaving:
    """Finds the zones of one plan that phrases of a notice lift.

    Parameters
    ----------
    plan, placement
        The plan as it is; the households, or None.
    said
        Returns what a phrase says.
    """

    def __init__(self, plan: Plan, placement: Placement | None, said: Callable[[Phrase], str]) -> None:
        self._plan, self._placement, self._said = plan, placement, said

    def found(self, phrases: Sequence[Phrase], blocks: Sequence[Block]) -> tuple[Phrase, ...]:
        """Return the phrases, of which those of role ``left`` now mean zones of the plan.

        A place that is brought under a tier, and in which the plan has no stricter zone, is zoned as any
        other. Whatever holds more than the notice says, or has another tier, is a question.
        """
        together: dict[int, _Place] = {}
        for phrase in phrases:
            if phrase.role == "left" and phrase.state == "matched":
                for candidate in phrase.matched:
                    together.setdefault(phrase.block, _Place()).add(self._place(candidate))
        made = [
            self._phrase(each, blocks[each.block], together.get(each.block, _Place()))
            if each.role == "left"
            else each
            for each in phrases
        ]
        return tuple(_without_excepted(made, blocks))

    def _phrase(self, phrase: Phrase, block: Block, together: _Place) -> Phrase:
        if phrase.state == "unmatched":
            named = self._called(self._said(phrase), block)
            return (
                replace(phrase, state="matched", matched=named, candidates=(), note="") if named else phrase
            )
        meant = phrase.matched or phrase.candidates
        zones = [self._zones(each, block, together) for each in meant]
        clear = tuple(zone for each in zones for zone, sure in each if sure)
        unsure = tuple(zone for each in zones for zone, sure in each if not sure)
        if phrase.state != "matched":
            several = tuple(dict.fromkeys((*clear, *unsure)))
            if several or not block.tier:
                return replace(phrase, candidates=several, note=phrase.note or _ONE_PLACE)
            return replace(phrase, role="in")
        if unsure:
            both = tuple(dict.fromkeys((*clear, *unsure)))
            return replace(phrase, state="ambiguous", matched=(), candidates=both, note=HOLDS_MORE)
        if clear:
            return replace(phrase, kind="zone", matched=tuple(dict.fromkeys(clear)))
        return self._without_zone(phrase, block, meant, together)

    def _without_zone(
        self, phrase: Phrase, block: Block, meant: Sequence[Candidate], together: _Place
    ) -> Phrase:
        """Say what becomes of a place in which no zone of a tier that is left lies."""
        if block.left:
            free = replace(block, left=frozenset())
            others = tuple(zone for each in meant for zone, _ in self._zones(each, free, together))
            if others:
                return replace(
                    phrase,
                    state="ambiguous",
                    matched=(),
                    candidates=tuple(dict.fromkeys(others)),
                    note=OTHER_TIER,
                )
        if block.tier:
            return replace(phrase, role="in")
        return replace(phrase, state="unmatched", matched=(), note=NO_ZONE)

    def _called(self, text: str, block: Block) -> tuple[Candidate, ...]:
        """Return the zone of this number."""
        return tuple(
            Candidate(f"leave:{zone.zone_id}", _title(zone.zone_id, zone.name), "leave", zone=zone.zone_id)
            for zone in self._plan.registry
            if zone.zone_id.casefold() == text.casefold() and self._may_leave(zone.tier, block)
        )

    def _may_leave(self, tier: str, block: Block) -> bool:
        if block.left and tier not in block.left:
            return False
        order = self._plan.tier_order
        return not block.tier or order.index(tier) < order.index(block.tier)

    def _place(self, candidate: Candidate) -> _Place:
        """Return what a candidate names, as cells or as households of an address."""
        plan, hierarchy = self._plan, self._plan.hierarchy
        if candidate.kind == "address":
            if self._placement is None:
                return _Place()
            carve = CarveOut("", "", "", addresses=candidate.addresses, scope=candidate.scope)
            rows = set(covered_rows(carve, plan, self._placement).tolist())
            return _Place(rows=rows, buildings={candidate.compound: set(candidate.buildings)})
        if candidate.kind == "rest" and not candidate.areas:
            return _Place(cells=set(range(len(hierarchy.cell_ids))))
        cells = {hierarchy.positions[cell] for cell in candidate.cells}
        for area in candidate.areas:
            cells.update(hierarchy.places_of(area).tolist())
        return _Place(cells=cells)

    def _zones(
        self, candidate: Candidate, block: Block, together: _Place
    ) -> Iterator[tuple[Candidate, bool]]:
        """Give the zones that a place meets, and whether it is clear how much of them is lifted."""
        own = self._place(candidate)
        whole = _Place()
        whole.add(together)
        whole.add(own)
        for place, zone in enumerate(self._plan.registry):
            if self._may_leave(zone.tier, block) and self._meets(own, place):
                yield self._part(place, candidate, whole)

    def _meets(self, own: _Place, place: int) -> bool:
        if not own.cells.isdisjoint(self._cells(place)):
            return True
        return not self._rows_in(own).isdisjoint(self._rows(place))

    def _part(self, place: int, candidate: Candidate, whole: _Place) -> tuple[Candidate, bool]:
        """Return how much of a zone is lifted."""
        zone, cells = self._plan.registry[place], self._cells(place)
        carves = [each for each in self._plan.carve_list if each.zone_id == zone.zone_id]
        label = _title(zone.zone_id, zone.name)
        all_of_it = Candidate(f"leave:{zone.zone_id}", label, "leave", zone=zone.zone_id)
        inside = self._rows_in(whole)
        if cells and not whole.cells:
            return all_of_it, self._rows(place) <= inside and bool(self._rows(place))
        kept_cells = cells - whole.cells
        lifted = [each for each in carves if self._covers(each, inside, whole, left_out=bool(kept_cells))]
        others = [each for each in carves if each not in lifted]
        met = [each for each in others if not self._of(each).isdisjoint(inside)]
        kept = {each.carve_out_id: _rest_of(each, whole) for each in met}
        if any(rest is None for rest in kept.values()):
            return all_of_it, False
        if not kept_cells and not others:
            return all_of_it, True
        ids = self._plan.hierarchy.cell_ids
        told = [text for rest in kept.values() for text in rest or ()]
        part = f"{label} ({candidate.label})" + (f", not {'、'.join(told)}" if told else "")
        return (
            replace(
                all_of_it,
                key=f"leave:{zone.zone_id}:{candidate.key}",
                label=part,
                cells=tuple(str(ids[each]) for each in sorted(cells & whole.cells)),
                carve_outs=tuple(each.carve_out_id for each in (*lifted, *met)),
                kept=tuple((text, each.scope) for each in met for text in kept[each.carve_out_id] or ()),
                part=True,
            ),
            True,
        )

    def _covers(self, carve: CarveOut, inside: set[int], whole: _Place, *, left_out: bool) -> bool:
        """Tell whether all that a carve-out holds is lifted."""
        rows = self._of(carve)
        if rows:
            return rows <= inside
        if carve.scope and whole.cells:
            return set(self._plan.hierarchy.places_of(carve.scope).tolist()) <= whole.cells
        return bool(whole.cells) and not left_out

    def _of(self, carve: CarveOut) -> set[int]:
        if self._placement is None:
            return set()
        return set(covered_rows(carve, self._plan, self._placement).tolist())

    def _cells(self, place: int) -> set[int]:
        return self._cells_by_zone[place]

    def _rows(self, place: int) -> set[int]:
        return self._rows_by_zone[place]

    @cached_property
    def _cells_by_zone(self) -> list[set[int]]:
        return _grouped(self._plan.effective.zone, len(self._plan.registry))

    @cached_property
    def _rows_by_zone(self) -> list[set[int]]:
        """The households of every zone of the registry."""
        size = len(self._plan.registry)
        if self._placement is None:
            return [set() for _ in range(size)]
        return _grouped(claims_on(self._plan, self._placement).zone, size)

    def _rows_in(self, place: _Place) -> set[int]:
        if self._placement is None or not place.cells:
            return place.rows
        places: Rows = census_of(self._placement, self._plan.hierarchy).places
        return place.rows | set(np.flatnonzero(np.isin(places, list(place.cells))).tolist())


def _grouped(zone: Codes, size: int) -> list[set[int]]:
    order = np.argsort(zone, kind="stable")
    parts = np.split(order, np.searchsorted(zone[order], np.arange(size)))[1:]
    return [set(part.tolist()) for part in parts]


def _title(zone_id: str, name: str) -> str:
    return f"{zone_id} {name}".strip()


def _rest_of(carve: CarveOut, whole: _Place) -> tuple[str, ...] | None:
    """Return the buildings of a carve-out that stay; None where it cannot be told by buildings."""
    if carve.households or carve.shape:
        return None
    rest: list[str] = []
    for text in carve.addresses:
        target = parse_target(text)
        gone = whole.buildings.get(target.compound, set())
        if target.units or not target.buildings or not gone:
            return None
        rest += [
            written_address(target.compound, building, like=text)
            for building in sorted(target.buildings - gone, key=lambda number: (len(number), number))
        ]
    return tuple(rest) if all(rest) else None


def _without_excepted(phrases: Iterable[Phrase], blocks: Sequence[Block]) -> Iterator[Phrase]:
    """Give the phrases; where something is excepted from what is lifted, that is a question."""
    listed = list(phrases)
    excepting = {
        each.block for each in listed if each.role in ("out", "except") and blocks[each.block].leaves
    }
    lifts = {each.block for each in listed if each.role == "left"}
    for each in listed:
        if each.block not in excepting & lifts:
            yield each
        elif each.role == "left" and each.state not in OPEN:
            yield replace(each, state="ambiguous", matched=(), candidates=each.matched, note=_EXCEPTED)
        elif each.role in ("out", "except"):
            yield replace(each, role="")
        else:
            yield each

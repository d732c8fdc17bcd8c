"""What became of the zones between two plans: new, gone, split, merged, grown, and who moved where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
from pandas import DataFrame

from gridmap.core.zone_flows import Flow, named_parts, zone_flows
from gridmap.errors import PlanError
from gridmap.model.placement import Placement
from gridmap.model.plan import NONE, Plan
from gridmap.model.shown import shows_counts
from gridmap.model.zone import Zone

ZONE_CHANGES = ("new", "gone", "split", "merged", "grown", "shrunk", "tier", "renamed", "renumbered")
COUNTS = ("cells", "households", "residents")
_SIDES = ("before", "after")
_TEXTS = tuple(f"{name}_{side}" for name in ("zone", "tier", "name") for side in _SIDES)
_SIZES = tuple(f"{name}_{side}" for name in COUNTS for side in _SIDES)


@shows_counts
@dataclass(frozen=True, eq=False)
class ZoneChanges:
    """What `compare_zones` found; both tables are empty between a plan and itself.

    Parameters
    ----------
    zones
        The zones that changed, in the order of the plan after, then those that are gone: `zone_before`,
        `zone_after` (empty text where there is none), `tier_before`, `tier_after`, `name_before`,
        `name_after`, `changes` (a tuple of `ZONE_CHANGES`, in that order), and `cells`, `households` and
        `residents` of each, followed by ``_before`` and ``_after``.
    moves
        What went from which zone to which, where zone or tier is another: `zone_before`, `zone_after`,
        `tier_before`, `tier_after` (empty text and ``none`` for no zone), `cells`, `households`,
        `residents`. What is in a zone that only has another number has not moved.
    """

    zones: DataFrame
    moves: DataFrame


def compare_zones(before: Plan, after: Plan, *, placement: Placement | None = None) -> ZoneChanges:
    """Tell what became of every zone, and what moved from which to which.

    A zone is the same in both plans if its number is, or was before it got another one (``renumbered``). A
    number that is gone and one that is new are one zone too where they hold exactly the same: it is
    ``renumbered``, or has another ``tier``. A zone is ``split`` if two or more zones of its tier hold what
    was its own, and one of them is new; it is ``merged`` if it holds what two or more zones of its tier had,
    and one of those is gone.

    Parameters
    ----------
    before, after
        Two plans over one grid.
    placement
        The placed households, each in the one zone that counts for it, carve-outs and all. Without them
        `households` and `residents` are missing, and buildings are compared by what the carve-outs name.

    Returns
    -------
    changes
        The zones that changed, and the moves.

    Raises
    ------
    PlanError
        If the plans are over different grids.
    """
    if before.hierarchy.cells_sha256 != after.hierarchy.cells_sha256:
        raise PlanError("the two plans are over different grids; compare plans of one workspace")
    both = _Both(
        flows=zone_flows(before, after, placement),
        zones=(_zones_of(before), _zones_of(after)),
        named=(named_parts(before, placement), named_parts(after, placement)),
    )
    unknown = () if placement is not None else COUNTS[1:]
    return ZoneChanges(zones=_table(both, unknown), moves=_moves(both, unknown))


def _zones_of(plan: Plan) -> dict[str, Zone]:
    return {plan.registry[place].zone_id: plan.registry[place] for place in plan.zone_places.tolist()}


def _table(both: _Both, unknown: Sequence[str]) -> DataFrame:
    rows = [row for row in both.rows() if row["changes"]]
    frame = DataFrame(rows, columns=[*_TEXTS, "changes", *_SIZES])
    return _typed(frame, _TEXTS, _SIZES, unknown)


def _moves(both: _Both, unknown: Sequence[str]) -> DataFrame:
    frame = DataFrame([flow for flow in both.flows if both.moved(flow)], columns=list(Flow._fields))
    return _typed(frame, Flow._fields[:4], COUNTS, unknown)


def _typed(
    frame: DataFrame, texts: Sequence[str], counts: Sequence[str], unknown: Sequence[str]
) -> DataFrame:
    """Set the types of the columns; counts that are not known are missing."""
    frame = frame.astype({**dict.fromkeys(texts, "str"), **dict.fromkeys(counts, "Int64")})
    lost = [name for name in counts if name.startswith(tuple(unknown))] if unknown else []
    return frame.assign(**{name: pd.array([pd.NA] * len(frame), dtype="Int64") for name in lost})


@dataclass(frozen=True, eq=False)
class _Both:
    """What is known of both plans: what is where, their zones, and what carve-outs name in each."""

    flows: Sequence[Flow]
    zones: tuple[Mapping[str, Zone], Mapping[str, Zone]]
    named: tuple[Mapping[str, set[Any]], Mapping[str, set[Any]]]

    @cached_property
    def same(self) -> dict[str, str]:
        """The number after of every zone before that goes on, under its own number or another."""
        before, after = self.zones
        same = {zone: zone for zone in before if zone in after}
        same |= {zone: other for zone, other in self._numbered_anew() if {zone, other}.isdisjoint(same)}
        known = {*before, *same.values()}
        bare = {
            frozenset(parts): zone
            for zone, parts in self.named[1].items()
            if zone in after and zone not in known and not self.beside(1, zone)
        }
        for zone in before.keys() - same.keys():
            others = self.beside(0, zone)
            other = next(iter(others)) if others else bare.get(frozenset(self.named[0].get(zone, ())), "")
            if other and other not in known and self._alike(zone, other):
                same[zone] = other
        return same

    def _numbered_anew(self) -> Iterator[tuple[str, str]]:
        """Give the zones that had another number, as it was before and after."""
        before, after = self.zones
        yield from ((old, zone) for zone in after for old in after[zone].former if old in before)
        yield from ((zone, old) for zone in before for old in before[zone].former if old in after)

    @cached_property
    def back(self) -> dict[str, str]:
        """The number before of every zone after that goes on."""
        return {after: before for before, after in self.same.items()}

    def moved(self, flow: Flow) -> bool:
        """Tell whether what is counted here is in another zone or tier than before."""
        goes_on = self.same.get(flow.zone_before, "") if flow.zone_before else ""
        ends = bool(flow.zone_before) and not goes_on
        return ends or goes_on != flow.zone_after or flow.tier_before != flow.tier_after

    def rows(self) -> Iterator[dict[str, Any]]:
        """Give a row for every zone, those that did not change too."""
        for zone in self.zones[1]:
            yield self._row(self.back.get(zone, ""), zone)
        for zone in self.zones[0]:
            if zone not in self.same:
                yield self._row(zone, "")

    def beside(self, side: int, zone: str) -> set[str]:
        """Return the zones on the other side that hold something of a zone; empty text for no zone."""
        return self._beside[side].get(zone, set())

    def _row(self, one: str, other: str) -> dict[str, Any]:
        row: dict[str, Any] = {"changes": self._changes(one, other)}
        for place, (side, number) in enumerate(zip(_SIDES, (one, other), strict=True)):
            zone = self.zones[place].get(number, Zone("", NONE, ""))
            row |= {f"zone_{side}": zone.zone_id, f"tier_{side}": zone.tier, f"name_{side}": zone.name}
            sizes = self._sizes[place].get(number, (0, 0, 0)) if number else (0, 0, 0)
            row |= {f"{name}_{side}": count for name, count in zip(COUNTS, sizes, strict=True)}
        return row

    def _changes(self, one: str, other: str) -> tuple[str, ...]:
        found = {
            "new": not one,
            "gone": not other,
            "split": bool(one) and self._shared(0, one),
            "merged": bool(other) and self._shared(1, other),
        }
        if one and other:
            was, now = self.zones[0][one], self.zones[1][other]
            parts = [named.get(zone, set()) for named, zone in zip(self.named, (one, other), strict=True)]
            found |= {
                "grown": bool(self.beside(1, other) - {one} or parts[1] - parts[0]),
                "shrunk": bool(self.beside(0, one) - {other} or parts[0] - parts[1]),
                "tier": was.tier != now.tier,
                "renamed": was.name != now.name,
                "renumbered": one != other and was.tier == now.tier,
            }
        return tuple(change for change in ZONE_CHANGES if found.get(change))

    def _shared(self, side: int, zone: str) -> bool:
        """Tell whether several zones of its tier hold what a zone holds, and one of them is only there."""
        theirs, known = self.zones[1 - side], (self.back, self.same)[side]
        tier = self.zones[side][zone].tier
        kin = [other for other in self.beside(side, zone) if other and theirs[other].tier == tier]
        return len(kin) > 1 and any(other not in known for other in kin)

    def _alike(self, one: str, other: str) -> bool:
        """Tell whether a zone before and one after hold exactly the same."""
        whole = self.beside(0, one) <= {other} and self.beside(1, other) <= {one}
        return whole and self.named[0].get(one, set()) == self.named[1].get(other, set())

    @cached_property
    def _beside(self) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        found: tuple[dict[str, set[str]], dict[str, set[str]]] = ({}, {})
        for flow in self.flows:
            found[0].setdefault(flow.zone_before, set()).add(flow.zone_after)
            found[1].setdefault(flow.zone_after, set()).add(flow.zone_before)
        return found

    @cached_property
    def _sizes(self) -> list[dict[str, tuple[int, ...]]]:
        """Cells, households and residents of every zone."""
        sizes: list[dict[str, tuple[int, ...]]] = [{}, {}]
        for flow in self.flows:
            counts = (flow.cells, flow.households, flow.residents)
            for known, zone in zip(sizes, flow[:2], strict=True):
                sums = zip(known.get(zone, (0, 0, 0)), counts, strict=True)
                known[zone] = tuple(one + more for one, more in sums)
        return sizes

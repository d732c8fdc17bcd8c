"""Buildings and compounds that a border of zones runs through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gridmap.core.census import Rows
from gridmap.core.claims import Claims, claims_on
from gridmap.core.dwellings import Spread, dwellings_of
from gridmap.core.edits import AddCarveOut
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan


@dataclass(frozen=True, eq=False)
class Split:
    """A building or compound of which the households lie under different tiers.

    Parameters
    ----------
    name, scope
        What it is called, and the village it lies in; empty where the grid has none.
    tiers
        For each tier of it, the strictest first, its code (-1 for none) and how many households.
    cells
        The positions of the cells they lie in.
    locked
        Whether a cell of a weaker tier is locked, so that no carve-out can make it stricter.
    fix
        The edit that puts all of it under the strictest of its tiers; none if a cell is locked.
    """

    name: str
    scope: str
    tiers: tuple[tuple[int, int], ...]
    cells: tuple[int, ...]
    locked: bool
    fix: tuple[AddCarveOut, ...]


def split_buildings(plan: Plan, placement: Placement) -> list[Split]:
    """Find the buildings of which the households lie under different tiers, those of most households first.

    Households under a carve-out are there on purpose, and count for nothing here.

    Parameters
    ----------
    plan
        The plan.
    placement
        The placed households; those of one building in one village are known by their addresses.
    """
    return list(_Border(plan, placement, whole=False).splits())


def split_compounds(plan: Plan, placement: Placement) -> list[Split]:
    """Find the compounds and natural villages of which the households lie under different tiers."""
    return list(_Border(plan, placement, whole=True).splits())


class _Border:
    """The borders of zones, laid over buildings or, as a `whole`, over compounds."""

    def __init__(self, plan: Plan, placement: Placement, *, whole: bool) -> None:
        self.plan, self.ids, self.whole = plan, placement.cells.index, whole
        self.dwellings = dwellings_of(placement, plan.hierarchy)
        self.spread = self.dwellings.compounds_spread if whole else self.dwellings.buildings_spread
        self.homes = _following(claims_on(plan, placement), self.spread)
        self.tier = plan.effective.tier[self.spread.cell]

    def splits(self) -> Iterator[Split]:
        pairs = np.flatnonzero(self.homes > 0)
        if not len(pairs):
            return
        first = np.flatnonzero(np.append(True, np.diff(self.spread.group[pairs]) != 0))
        low, high = (by.reduceat(self.tier[pairs], first) for by in (np.minimum, np.maximum))
        total = np.add.reduceat(self.homes[pairs], first)
        ends = np.append(first[1:], len(pairs))
        found = np.flatnonzero(low != high)
        for place in found[np.argsort(-total[found], kind="stable")].tolist():
            yield self._split(pairs[first[place] : ends[place]])

    def _split(self, pairs: Rows) -> Split:
        cells, tier, homes = self.spread.cell[pairs], self.tier[pairs], self.homes[pairs]
        codes = sorted({int(code) for code in tier}, key=lambda code: (code < 0, code))
        row = int(self._first_row[pairs[0]])
        locked = bool((self.plan.layers["lock"].said[cells] & (tier != codes[0])).any())
        return Split(
            name=self.dwellings.name(row, whole=self.whole),
            scope=self.dwellings.scope(row),
            tiers=tuple((code, int(homes[tier == code].sum())) for code in codes),
            cells=tuple(cells.tolist()),
            locked=locked,
            fix=() if locked else (self._snap(row, pairs[tier == codes[0]]),),
        )

    def _snap(self, row: int, strictest: Rows) -> AddCarveOut:
        """Put the whole into the zone in which most of its households of the strictest tier are."""
        zones = self.plan.effective.zone[self.spread.cell[strictest]]
        sums = np.bincount(zones + 1, self.homes[strictest])[1:]
        zone = self.plan.registry[int(sums.argmax())].zone_id if sums.any() else ""
        tier = self.plan.tier_order[int(self.tier[strictest[0]])]
        address = self.dwellings.address(row, whole=self.whole)
        if address:
            return AddCarveOut(tier=tier, addresses=[address], zone=zone, scope=self.dwellings.scope(row))
        group = self.dwellings.compound if self.whole else self.dwellings.building
        rows = np.flatnonzero(group == group[row])
        return AddCarveOut(tier=tier, households=self.ids[rows].tolist(), zone=zone)

    @cached_property
    def _first_row(self) -> Rows:
        """The first household of every pair."""
        rows = np.empty(len(self.spread.homes), dtype=np.intp)
        rows[self.spread.pair[::-1]] = self.spread.row[::-1]
        return rows


def _following(claims: Claims, spread: Spread) -> Rows:
    """Count the households of each pair that have the tier and zone of their cell."""
    cells = claims.census.places[claims.rows]
    moved = (claims.own.tier != claims.cells.tier[cells]) | (claims.own.zone != claims.cells.zone[cells])
    rows = claims.rows[moved]
    place = np.searchsorted(spread.row, rows)
    here = np.append(spread.row, -1)[place] == rows
    left = np.bincount(spread.pair[place[here]], minlength=len(spread.homes))
    return np.asarray(spread.homes - left, dtype=np.intp)

"""Which of all that is said of a household counts: its cell, or a carve-out that covers it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import ref

import numpy as np
import numpy.typing as npt
import pandas as pd

from gridmap.core.census import Census, Counts, Rows, census_of
from gridmap.core.cover import covered_rows
from gridmap.model.address import parse_target
from gridmap.model.placement import Placement
from gridmap.model.plan import LAYERS, NO_TIER, NONE, Codes, Layer, Plan
from gridmap.model.zone import CarveOut

_RANKS = {"hand": 2, "rule": 1, "remainder": 0, "rule_remainder": 0}
_LOCKED = len(set(_RANKS.values())) + 1
_HOUSEHOLD, _BUILDING, _PART = 3, 2, 1


@dataclass(frozen=True, eq=False)
class Claims:
    """The tier and zone of every placed household: those of its cell, but for the few under carve-outs.

    Parameters
    ----------
    census
        The households.
    cells
        Tier and zone of every cell.
    rows
        The households that carve-outs cover, ascending.
    own
        Tier and zone of those, in the order of `rows`.
    """

    census: Census
    cells: Layer
    rows: Rows
    own: Layer

    @property
    def tier(self) -> Codes:
        """The place of the tier of every household; -1 for none."""
        return self._each(self.cells.tier, self.own.tier)

    @property
    def zone(self) -> Codes:
        """The place of the zone of every household in the registry; -1 for none."""
        return self._each(self.cells.zone, self.own.zone)

    def _each(self, cells: Codes, own: Codes) -> Codes:
        codes = cells[self.census.places]
        codes[self.rows] = own
        return codes

    def households(self, kind: str, size: int) -> Counts:
        """Count the households of each of `size` tiers or zones; those of none come last."""
        return self._sums(kind, size, self.census.households_in, np.ones(len(self.rows), dtype=np.int64))

    def residents(self, kind: str, size: int) -> Counts:
        """Count the residents of each of `size` tiers or zones; those of none come last."""
        return self._sums(kind, size, self.census.residents_in, self.census.residents[self.rows])

    def needs(self, kind: str, size: int) -> Counts:
        """Count the households of each of `size` tiers or zones by need, one column each; none comes last."""
        cells, own = getattr(self.cells, kind), getattr(self.own, kind)
        totals = np.zeros((size + 1, len(self.census.needs.names)), dtype=np.int64)
        cell, need, count = self.census.needs_in
        np.add.at(totals, (cells[cell], need), count)
        row, need = self.census.needs.row, self.census.needs.need
        place = np.searchsorted(self.rows, row)
        apart = np.flatnonzero(np.append(self.rows, -1)[place] == row)
        np.subtract.at(totals, (cells[self.census.places[row[apart]]], need[apart]), 1)
        np.add.at(totals, (own[place[apart]], need[apart]), 1)
        return totals

    def _sums(self, kind: str, size: int, in_cells: Counts, of_rows: Counts) -> Counts:
        """Sum over the cells, and move the households under carve-outs from their cell's to their own."""
        cells, own = getattr(self.cells, kind), getattr(self.own, kind)
        totals = np.zeros(size + 1, dtype=np.int64)
        np.add.at(totals, cells, in_cells)
        np.subtract.at(totals, cells[self.census.places[self.rows]], of_rows)
        np.add.at(totals, own, of_rows)
        return totals


def claims_on(plan: Plan, placement: Placement) -> Claims:
    """Find out what counts for every placed household; only those under carve-outs are looked at one by one.

    It is found out once for a plan, and kept while the plan and the placement live.

    Raises
    ------
    UnknownCellError
        If households are placed in cells that the plan lacks, as when it was made over another grid.
    """
    census, key = census_of(placement, plan.hierarchy), id(plan)
    known: dict[int, tuple[ref[Plan], Claims]] = census.claims
    if key not in known:
        known[key] = (ref(plan, lambda _: known.pop(key, None)), _found(plan, placement, census))
    return known[key][1]


def _found(plan: Plan, placement: Placement, census: Census) -> Claims:
    cells = plan.effective
    covers = [covered_rows(carve, plan, placement) for carve in plan.carve_list]
    rows = _together(covers, len(census.places))
    places = census.places[rows]
    tier, zone, best = cells.tier[places], cells.zone[places], _cell_keys(plan, places)
    for cover, (_, key, code, home) in zip(covers, _carve_keys(plan), strict=True):
        at = np.searchsorted(rows, cover)
        at = at[key > best[at]]
        best[at], tier[at], zone[at] = key, code, home
    return Claims(census=census, cells=cells, rows=rows, own=Layer(tier, zone))


def won_rows(carve: CarveOut, plan: Plan, placement: Placement) -> Rows:
    """Return the households that a carve-out covers and that are in its zone, as positions, ascending."""
    claims, rows = claims_on(plan, placement), covered_rows(carve, plan, placement)
    home = plan.zone_place(carve.zone_id) if carve.zone_id else -1
    return np.asarray(rows[claims.own.zone[np.searchsorted(claims.rows, rows)] == home])


def _together(covers: list[Rows], size: int) -> Rows:
    if not covers:
        return np.empty(0, dtype=np.intp)
    found = np.zeros(size, dtype=bool)
    for cover in covers:
        found[cover] = True
    return np.flatnonzero(found)


def named(codes: Codes, labels: Sequence[str]) -> Any:
    """Return the label of every code as text; -1 takes the last one."""
    return pd.array(list(labels), dtype="str").take(codes % len(labels))


def in_order_of_claim(plan: Plan) -> list[CarveOut]:
    """Return the carve-outs, those last that win over the others where they cover the same household."""
    return [carve for carve, *_ in sorted(_carve_keys(plan), key=lambda row: row[1])]


def _cell_keys(plan: Plan, places: Rows) -> npt.NDArray[np.int64]:
    """Return the claims of the cells in these places; among what is locked they are as if it were not."""
    ranks = np.full(len(places), -1, dtype=np.int64)
    for name in reversed(LAYERS[1:]):
        ranks[plan.layers[name].said[places]] = _RANKS[name]
    reasoned = [plan.hierarchy.positions[cell] for cell in plan.reasons if cell in plan.hierarchy.positions]
    ranks[(ranks == _RANKS["hand"]) & ~np.isin(places, reasoned)] = _RANKS["rule"]
    ranks[plan.layers["lock"].said[places]] += _LOCKED
    return _key(ranks, 0, plan.effective.tier[places], len(plan.tier_order))


def _carve_keys(plan: Plan) -> Iterator[tuple[CarveOut, np.int64, int, int]]:
    for carve in plan.carve_list:
        rank = _RANKS[carve.origin]
        code = NO_TIER if carve.tier == NONE else plan.tier_order.index(carve.tier)
        home = plan.zone_place(carve.zone_id) if carve.zone_id else -1
        special = _specificity(carve) if rank == _RANKS["hand"] else 0
        rank += _LOCKED * carve.locked
        yield carve, np.int64(_key(rank, special, code, len(plan.tier_order))), code, home


def _specificity(carve: CarveOut) -> int:
    if carve.households:
        return _HOUSEHOLD
    whole = carve.shape or not all(parse_target(text).buildings for text in carve.addresses)
    return _PART if whole else _BUILDING


def _key(
    rank: npt.ArrayLike, special: npt.ArrayLike, code: npt.ArrayLike, tiers: int
) -> npt.NDArray[np.int64]:
    """Order claims on a household: rank, then how specific, then how strict; no tier is the weakest."""
    codes = np.asarray(code, dtype=np.int64)
    strictness = np.where(codes < 0, 0, tiers - codes)
    claims = (np.asarray(rank, dtype=np.int64) * 8 + np.asarray(special, dtype=np.int64)) * (tiers + 1)
    return np.asarray(claims + strictness)

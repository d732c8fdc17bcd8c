"""Read from the words of a plan which tier each placed household carries, one claim after the other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import shapely
from pandas import Series

from gridmap.core.recount import Counts, Recount, Rows, first_places, recount_of, text
from gridmap.model.address import matches, parse_target
from gridmap.model.placement import Placement
from gridmap.model.plan import LAYERS, NONE, Plan
from gridmap.model.zone import CarveOut

_RANKS = {"hand": 2, "rule": 1, "remainder": 0, "rule_remainder": 0}
_HAND = 2
_LOCKED = 4
_SPECIALS = 4


@dataclass(frozen=True, eq=False)
class Words:
    """What a plan says about the households of a placement.

    Parameters
    ----------
    order
        The tiers, the strictest first, and ``none``.
    codes
        The tier of everyone placed, as a position in `order`.
    index
        The ids of everyone placed.
    """

    order: tuple[str, ...]
    codes: Counts
    index: pd.Index

    @cached_property
    def tiers(self) -> Series:
        """The tier of everyone placed, by ``household_id``."""
        values = pd.array(list(self.order), dtype="str").take(self.codes)
        return Series(values, index=self.index, name="tier", dtype="str")

    def count(self, weights: Counts | None = None) -> dict[str, int]:
        """Count the households of every tier, or add up a weight for each."""
        sums = np.zeros(len(self.order), dtype=np.int64)
        np.add.at(sums, self.codes, 1 if weights is None else weights)
        return dict(zip(self.order, sums.tolist(), strict=True))


def tiers_by_words(plan: Plan, placement: Placement) -> Series:
    """Read from the words of the plan which tier each placed household carries, by ``household_id``."""
    return words_of(plan, recount_of(placement)).tiers


def words_of(plan: Plan, recount: Recount) -> Words:
    """Read from the words of the plan which tier each placed household carries.

    A claim is a number: who has the higher rank, or is more special, or else stricter, has the higher one.
    """
    order = (*plan.content["tier_order"], NONE)
    by_cell = _cell_claims(plan, len(order))
    best = np.array([by_cell.get(cell, 0) for cell in recount.cells], dtype=np.int64)[recount.cell]
    for carve in plan.carve_list:
        rows, claim = _covered(carve, plan, recount), _claim(carve, order)
        best[rows] = np.maximum(best[rows], claim)
    return Words(order, len(order) - 1 - best % len(order), recount.index)


def _number(rank: int, special: int, place: int, tiers: int) -> int:
    return ((rank + 1) * _SPECIALS + special) * tiers + tiers - 1 - place


def _cell_claims(plan: Plan, tiers: int) -> dict[str, int]:
    ranks: dict[str, int] = {}
    codes: dict[str, int] = {}
    for layer in reversed(LAYERS):
        said = plan.content["layers"][layer]
        codes.update({cell: code for cell, (code, _) in said.items()})
        if layer == "lock":
            ranks.update({cell: ranks.get(cell, -1) + _LOCKED for cell in said})
        else:
            ranks.update(dict.fromkeys(said, _RANKS[layer]))
        if layer == "hand":
            ranks.update(dict.fromkeys(said.keys() - plan.reasons.keys(), 1))
    return {
        cell: _number(ranks[cell], 0, code if code >= 0 else tiers - 1, tiers) for cell, code in codes.items()
    }


def _claim(carve: CarveOut, order: tuple[str, ...]) -> int:
    rank = _HAND if carve.origin == "hand" else 1
    buildings = carve.addresses and all(parse_target(each).buildings for each in carve.addresses)
    special = 0 if rank < _HAND else 3 if carve.households else 2 if buildings else 1
    return _number(rank + _LOCKED * carve.locked, special, order.index(carve.tier), len(order))


def _covered(carve: CarveOut, plan: Plan, recount: Recount) -> Rows:
    """Return the positions of the placed households that a carve-out covers; some may come twice."""
    if carve.households:
        named = first_places(recount.ids, text(list(carve.households)))
        return np.flatnonzero(named >= 0)
    if carve.shape:
        return _inside(carve.shape, recount)
    targets = [parse_target(each) for each in carve.addresses]
    found = [parts.index[matches(parts, each)] for each in targets for parts in [recount.at(each.compound)]]
    rows: Rows = np.concatenate([np.asarray(each, dtype=np.intp) for each in found])
    if not carve.scope:
        return rows
    scope = set(plan.hierarchy.cells_of(carve.scope))
    inside = np.array([cell in scope for cell in recount.cells], dtype=bool)
    return np.asarray(rows[inside[recount.cell[rows]]])


def _inside(wkt: str, recount: Recount) -> Rows:
    shape = shapely.from_wkt(wkt)
    shapely.prepare(shape)
    rows = np.flatnonzero(recount.rows >= 0)
    points = np.asarray(recount.table.geometry.array, dtype=object)[recount.rows[rows]]
    return np.asarray(rows[shapely.intersects(shape, points)])

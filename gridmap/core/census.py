"""What the households of a placement add up to in every cell: made once, and read by every tally."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas import Series

from gridmap.errors import UnknownCellError
from gridmap.model.areas import Hierarchy
from gridmap.model.placement import Placement
from gridmap.model.shown import shows_counts
from gridmap.model.zone import CarveOut

Rows = npt.NDArray[np.intp]
Counts = npt.NDArray[np.int64]

_BETWEEN_NEEDS = r"[;；,，、/|\n]"


@dataclass(frozen=True, eq=False)
class Needs:
    """Which of the placed households has which need, each pair once.

    Parameters
    ----------
    names
        The needs, in the order of their names.
    row
        Position of a household among those placed, ascending.
    need
        Its need, as a position in `names`.
    """

    names: tuple[str, ...]
    row: Rows
    need: Rows


@shows_counts
@dataclass(frozen=True, eq=False)
class Census:
    """The placed households by cell, in the order of `Placement.cells` and of `Hierarchy.cell_ids`.

    Parameters
    ----------
    places
        The position of the cell of every household.
    residents
        The residents of every household.
    needs_text
        The needs of every household, as written.
    cells
        How many cells there are.
    covers
        The households that a carve-out covers, kept while the carve-out lives.
    claims
        What `gridmap.core.claims.claims_on` found, by the identity of a plan, kept while the plan lives.
    """

    places: Rows
    residents: Counts
    needs_text: Series
    cells: int
    covers: WeakKeyDictionary[CarveOut, Rows] = field(default_factory=WeakKeyDictionary)
    claims: dict[int, Any] = field(default_factory=dict)

    @cached_property
    def households_in(self) -> Counts:
        """Households of every cell."""
        return np.bincount(self.places, minlength=self.cells)

    @cached_property
    def residents_in(self) -> Counts:
        """Residents of every cell."""
        residents = np.zeros(self.cells, dtype=np.int64)
        np.add.at(residents, self.places, self.residents)
        return residents

    @cached_property
    def needs(self) -> Needs:
        """The needs of the households."""
        return _needs_of(self.needs_text)

    @cached_property
    def needs_in(self) -> tuple[Rows, Rows, Counts]:
        """Cell, need and how many households of the cell have it, for all that are not 0."""
        kinds = max(len(self.needs.names), 1)
        keys, counts = np.unique(self.places[self.needs.row] * kinds + self.needs.need, return_counts=True)
        return keys // kinds, keys % kinds, counts


_CENSUSES: WeakKeyDictionary[Placement, WeakKeyDictionary[Hierarchy, Census]] = WeakKeyDictionary()


def census_of(placement: Placement, hierarchy: Hierarchy) -> Census:
    """Return the sums of a placement over the cells of a grid, made when first asked for.

    Raises
    ------
    UnknownCellError
        If households are placed in cells that the grid lacks.
    """
    known = _CENSUSES.setdefault(placement, WeakKeyDictionary())
    if hierarchy not in known:
        known[hierarchy] = _taken(placement, hierarchy)
    return known[hierarchy]


def _taken(placement: Placement, hierarchy: Hierarchy) -> Census:
    places = hierarchy.cell_ids.get_indexer(placement.cells)
    if (places < 0).any():
        unknown = sorted(set(placement.cells[places < 0]))
        raise UnknownCellError(
            f"the plan lacks the cell {unknown[0]!r} in which households are placed"
            f" ({len(unknown)} such cells); place them in the grid of the plan",
            unknown,
        )
    return Census(
        places=places,
        residents=placement.residents.to_numpy(),
        needs_text=placement.column("needs"),
        cells=len(hierarchy.cell_ids),
    )


def _needs_of(texts: Series) -> Needs:
    """Take the texts apart; every wording is looked at once, however many households have it."""
    code, wordings = pd.factorize(texts)
    words = Series(wordings, dtype="str").str.split(_BETWEEN_NEEDS, regex=True).explode().str.strip()
    words = words[words != ""].reset_index().drop_duplicates()
    need, names = pd.factorize(words[0], sort=True)
    many = np.bincount(words["index"], minlength=len(wordings) + 1)
    many[-1] = 0
    row = np.flatnonzero(many[code])
    first, times = (np.cumsum(many) - many)[code[row]], many[code[row]]
    ends = np.cumsum(times)
    own = np.arange(times.sum()) - np.repeat(ends - times, times)
    return Needs(tuple(names), np.repeat(row, times), need[np.repeat(first, times) + own])

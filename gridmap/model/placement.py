"""A placement: the answer to "which cell is each household in", with its exceptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from pandas import DataFrame, Series

from gridmap.model.address import plain_texts, split_addresses
from gridmap.model.areas import hierarchy_for
from gridmap.model.certificate import Certificate

REASONS = ("no_location", "outside_grid", "unknown_cell", "bad_coordinates", "duplicate_id")
RECORD_COLUMNS = ("row", "household_id", "reason", "detail")


@dataclass(frozen=True, eq=False)
class Placement:
    """Where every household of a roster is, or why it is nowhere.

    Parameters
    ----------
    cells
        ``household_id`` -> ``cell_id`` of the placed rows, in the order of the roster.
    exceptions
        The rows that were not placed: `row` (position in the roster, from 0), `household_id`, `reason`
        (one of `REASONS`), `detail`.
    conflicts
        Placed rows with a contradiction, in the same columns.
    methods
        ``household_id`` -> ``location``, ``declared`` or ``address``: how each was placed.
    households
        The whole roster, exceptions too, in its own order, in the CRS of the grid.
    grid
        The grid.
    prove
        What recounts the placement; `gridmap.place_households` gives its own.
    """

    cells: Series
    exceptions: DataFrame
    conflicts: DataFrame
    methods: Series
    households: DataFrame
    grid: DataFrame
    prove: Callable[[Placement], Certificate]

    def __repr__(self) -> str:
        # Not the fields: they hold names, phones and addresses, and a notebook keeps what it shows.
        counts = (len(self.households), len(self.cells), len(self.exceptions), len(self.conflicts))
        return "<Placement: {} households = {} placed + {} exceptions; {} conflicts>".format(*counts)

    @property
    def certificate(self) -> Certificate:
        """The part of the proof about placement, counted when it is asked for, and again after a change."""
        return self.prove(self)

    @cached_property
    def roster(self) -> DataFrame:
        """The placed households, one row each, in the order of `cells`, with the cell found in `cell_id`."""
        first = self.households[~self.households.index.duplicated()]
        return first.reindex(self.cells.index).assign(cell_id=self.cells.to_numpy())

    @cached_property
    def rows(self) -> NDArray[np.intp]:
        """The row in `households` of every placed household, in the order of `cells`."""
        index = self.households.index
        if index.is_unique and index.equals(self.cells.index):
            return np.arange(len(index))
        first = np.flatnonzero(~index.duplicated())
        return np.asarray(first[index[first].get_indexer(self.cells.index)])

    def column(self, name: str) -> Series:
        """Return one column of the placed households by ``household_id``, in the order of `cells`."""
        return self.households[name].take(self.rows).set_axis(self.cells.index)

    @cached_property
    def bounds(self) -> NDArray[np.float64]:
        """West, south, east and north of every placed household, in the order of `cells`; NaN for none."""
        return np.asarray(shapely.bounds(np.asarray(self.households.geometry.array)[self.rows]))

    @cached_property
    def plain_addresses(self) -> Series:
        """The addresses of the placed households as `plain_texts` writes them, in the same order."""
        return plain_texts(self.column("address"))

    @cached_property
    def address_parts(self) -> DataFrame:
        """The addresses of the placed households, taken apart by `split_addresses`, in the same order."""
        names = self.area_names
        return split_addresses(self.column("address"), self.column("building"), area_names=names)

    @cached_property
    def area_names(self) -> tuple[str, ...]:
        """The names of the areas above the cells, which people may write before an address."""
        areas = hierarchy_for(self.grid).areas
        names = areas.loc[~areas["is_cell"], "name"].dropna().unique()
        return tuple(sorted((name for name in names if name), key=len, reverse=True))

    @property
    def residents(self) -> Series:
        """Residents of every placed household; a missing count is 0."""
        return self.column("residents").fillna(0).astype("int64").rename("residents")

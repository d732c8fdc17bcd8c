"""A placement: the answer to "which cell is each household in", with its exceptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from pandas import DataFrame, Series

from gridmap.model.address import split_addresses
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

    @property
    def certificate(self) -> Certificate:
        """The part of the proof about placement, counted anew each time it is asked for."""
        return self.prove(self)

    @cached_property
    def roster(self) -> DataFrame:
        """The placed households, one row each, in the order of `cells`, with the cell found in `cell_id`."""
        first = self.households[~self.households.index.duplicated()]
        return first.reindex(self.cells.index).assign(cell_id=self.cells.to_numpy())

    @cached_property
    def address_parts(self) -> DataFrame:
        """The addresses of the placed households, taken apart by `split_addresses`, in the same order."""
        names = self.area_names
        return split_addresses(self.roster["address"], self.roster["building"], area_names=names)

    @cached_property
    def area_names(self) -> tuple[str, ...]:
        """The names of the areas above the cells, which people may write before an address."""
        areas = hierarchy_for(self.grid).areas
        names = areas.loc[~areas["is_cell"], "name"].dropna().unique()
        return tuple(sorted((name for name in names if name), key=len, reverse=True))

    @property
    def residents(self) -> Series:
        """Residents of every placed household; a missing count is 0."""
        return self.roster["residents"].fillna(0).astype("int64").rename("residents")

"""A placement: the answer to "which cell is each household in", with its exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pandas import DataFrame, Series

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
    """

    cells: Series
    exceptions: DataFrame
    conflicts: DataFrame
    methods: Series
    households: DataFrame
    grid: DataFrame

    @cached_property
    def roster(self) -> DataFrame:
        """The placed households, one row each, in the order of `cells`, with the cell found in `cell_id`."""
        excepted = set(self.exceptions["row"])
        kept = [row for row in range(len(self.households)) if row not in excepted]
        return self.households.iloc[kept].assign(cell_id=self.cells.to_numpy())

    @property
    def residents(self) -> Series:
        """Residents of every placed household; a missing count is 0."""
        return self.roster["residents"].fillna(0).astype("int64").rename("residents")

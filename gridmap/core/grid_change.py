"""What another grid means for a plan and for the tables that name cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pandas import DataFrame

from gridmap.core.carry import carry_plan
from gridmap.core.carry_changes import tier_counts
from gridmap.core.place import place_households
from gridmap.model.plan import Plan
from gridmap.model.shown import shows_counts

_NAMING = {"officials": ("territory", "home_cell"), "cases": ("cell_id",), "households": ("cell_id",)}


@shows_counts
@dataclass(frozen=True, eq=False)
class GridChange:
    """A plan over another grid, and what it changes.

    Parameters
    ----------
    plan, changes
        As `gridmap.carry_plan` gives them.
    stale
        How many rows of a column, such as ``officials.territory``, name no area of the new grid.
    """

    plan: Plan
    changes: DataFrame
    stale: Mapping[str, int]

    @property
    def tier_counts(self) -> DataFrame:
        """How many households and residents go from one tier to another, the most first."""
        return tier_counts(self.changes)

    @property
    def concerns_somebody(self) -> bool:
        """Whether a household, a lock, a hand mark or a carve-out is concerned, not only empty ground."""
        return bool((self.changes["kind"] != "ground").any())


def grid_change(plan: Plan, old_grid: Any, new_grid: Any, tables: Mapping[str, DataFrame]) -> GridChange:
    """Carry a plan over to another grid.

    Parameters
    ----------
    plan, old_grid, new_grid
        As for `gridmap.carry_plan`.
    tables
        ``households``, which are placed, ``officials`` and ``cases``.
    """
    placement = place_households(tables["households"], old_grid)
    carried, changes = carry_plan(plan, old_grid, new_grid, placement=placement)
    known = carried.hierarchy.areas.index
    stale = {}
    for table, columns in _NAMING.items():
        for column in columns:
            named = tables[table].get(column)
            if named is not None:
                named = named.astype("str").fillna("")
                stale[f"{table}.{column}"] = int(((named != "") & ~named.isin(known)).sum())
    return GridChange(carried, changes, {name: count for name, count in stale.items() if count})

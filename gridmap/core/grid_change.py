"""What another grid means for a plan and for the tables that name cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pandas import DataFrame, Index

from gridmap.core.carry import carry_plan
from gridmap.core.carry_changes import tier_counts
from gridmap.core.place import place_households
from gridmap.core.renumbered_areas import NAMING, in_new_areas, renumbered_areas
from gridmap.model.areas import hierarchy_for
from gridmap.model.plan import Plan
from gridmap.model.shown import shows_counts


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
    renumbered
        The new ids of cells and areas that are there under another id, see
        `gridmap.core.renumbered_areas.renumbered_areas`.
    tables
        The tables that name such an area, by its new id.
    """

    plan: Plan
    changes: DataFrame
    stale: Mapping[str, int]
    renumbered: Mapping[str, str]
    tables: Mapping[str, DataFrame]

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
        ``households``, which are placed, and those of ``officials``, ``cases`` and ``pins`` that there are.
    """
    placement = place_households(tables["households"], old_grid)
    carried, changes = carry_plan(plan, old_grid, new_grid, placement=placement)
    renumbered = renumbered_areas(hierarchy_for(old_grid), carried.hierarchy)
    named = {name: in_new_areas(table, name, renumbered) for name, table in tables.items()}
    stale = _stale(named, carried.hierarchy.areas.index)
    changed = {name: table for name, table in named.items() if table is not tables[name]}
    return GridChange(carried, changes, stale, renumbered, changed)


def _stale(tables: Mapping[str, DataFrame], known: Index) -> dict[str, int]:
    """Count the rows of each column that name no area."""
    stale = {}
    for name, table in tables.items():
        rows = table[table["target_kind"] == "area"] if name == "pins" else table
        for column in NAMING[name]:
            if column in rows:
                told = rows[column].astype("str").fillna("")
                stale[f"{name}.{column}"] = int(((told != "") & ~told.isin(known)).sum())
    return {column: count for column, count in stale.items() if count}

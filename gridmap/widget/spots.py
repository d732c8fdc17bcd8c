"""Where duties lie: the cells of what they are for, the areas around these, and what it is called."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gridmap.core.census import census_of
from gridmap.core.tally import household_zones
from gridmap.export.plain import plain_text

if TYPE_CHECKING:
    from gridmap.widget.desk import Desk

Cells = NDArray[np.intp]
_NOWHERE: Cells = np.empty(0, dtype=np.intp)
_MOST_CELLS = 150


class Spots:
    """Places of duties under one plan.

    Parameters
    ----------
    desk
        Whose plan it is.
    """

    def __init__(self, desk: Desk) -> None:
        self.ground, self.bench = desk.ground, desk.bench
        self.plan, self.hierarchy = desk.bench.plan, desk.bench.plan.hierarchy

    @cached_property
    def home(self) -> Cells:
        """The position of the cell of every placed household."""
        return census_of(self.bench.placement, self.hierarchy).places

    @cached_property
    def zones(self) -> Any:
        """The zone of every placed household, by ``household_id``; empty text for none."""
        return household_zones(self.plan, self.bench.placement).fillna("")

    @cached_property
    def sites(self) -> Any:
        """The sites by ``site_id``, each once."""
        sites = self.bench.sites
        return sites[~sites.index.duplicated()]

    def rows_of(self, households: Any) -> Cells:
        """Return the positions of households among those placed; those that are not are left out."""
        found = self.bench.placement.cells.index.get_indexer(list(households))
        return np.asarray(found[found >= 0], dtype=np.intp)

    def cells_of(self, kind: str, target: str) -> Cells:
        """Return the positions of the cells that a duty is for, sorted."""
        if kind == "zone" and target in self.plan.zones.index:
            whole = np.flatnonzero(self.plan.effective.zone == self.plan.zone_place(target))
            return np.union1d(whole, self.home[(self.zones == target).to_numpy()])
        if kind == "area" and target in self.hierarchy.areas.index:
            return self.hierarchy.places_of(target)
        if kind == "household":
            return self.home[self.rows_of([target])]
        if kind == "site" and target in self.sites.index:
            return self._cell_at(self.sites.loc[[target]])
        return _NOWHERE

    def cells_of_areas(self, areas: Any) -> Cells:
        """Return the positions of the cells of any of many areas, sorted."""
        wanted = np.zeros(len(self.hierarchy.areas) + 1, dtype=bool)
        wanted[self.hierarchy.areas.index.get_indexer(list(areas))] = True
        wanted[-1] = False  # where the grid has no such area, and above the highest one
        return np.flatnonzero(wanted[self.hierarchy.lineage].any(axis=0))

    def households_of(self, kind: str, target: str) -> int:
        """Count the households that a duty is for."""
        if kind == "zone":
            return int(self._in_zone.get(target, 0))
        if kind == "area":
            return int(self._in_area.get(target, 0))
        return int(kind == "household")

    def households_in(self, kinds: Any, targets: Any) -> NDArray[np.int64]:
        """Count the households of many duties, each on its own."""
        counts = np.zeros(len(targets), dtype=np.int64)
        for kind, known in (("zone", self._in_zone), ("area", self._in_area)):
            of_kind = (kinds == kind).to_numpy()
            counts[of_kind] = targets[of_kind].map(known).fillna(0)
        return counts

    def name(self, kind: str, target: str) -> str:
        """Say what a duty is for: the number and name of a zone, the name of an area or a site."""
        if kind == "zone" and target in self.plan.zones.index:
            name = plain_text(self.plan.zones.at[target, "name"])
            return f"{plain_text(target)} {name}".strip() if name != target else plain_text(target)
        if kind == "area":
            return plain_text(self.hierarchy.name(target))
        if kind == "site" and target in self.sites.index and "name" in self.sites:
            return plain_text(self.sites["name"].get(target)) or plain_text(target)
        return plain_text(target)

    def path(self, cells: Cells) -> list[str]:
        """Return the names of the areas that hold all of these cells, without the one that holds every cell.

        The coarsest comes first; a cell alone is not told.
        """
        if not len(cells):
            return []
        lineage = self.hierarchy.lineage[1:]
        chain = [int(area) for area in lineage[:, cells[0]] if area >= 0]
        held = lineage[:, cells]
        whole = [area for area in chain if len(cells) == 1 or bool((held == area).any(axis=0).all())]
        names = [self.hierarchy.areas.index[area] for area in reversed(whole)]
        return [plain_text(self.hierarchy.name(area)) for area in names if area not in self._tops]

    def told(self, cells: Cells) -> dict[str, Any]:
        """Return what a view needs to go there: the cells, or their bounds where they are very many."""
        if len(cells) > _MOST_CELLS:
            return {"cells": [], "bounds": self.ground.extent(cells)}
        return {"cells": cells.tolist(), "bounds": None}

    @cached_property
    def _in_zone(self) -> dict[str, int]:
        counts = self.zones.value_counts()
        return dict(zip(counts.index.tolist(), counts.tolist(), strict=True))

    @cached_property
    def _in_area(self) -> dict[str, int]:
        around = self.hierarchy.lineage[:, self.home]
        counts = np.bincount(around[around >= 0], minlength=len(self.hierarchy.areas))
        return dict(zip(self.hierarchy.areas.index.tolist(), counts.tolist(), strict=True))

    @cached_property
    def _tops(self) -> frozenset[str]:
        """The area above all, where there is one, whose name would stand everywhere."""
        upper = self.hierarchy.areas[~self.hierarchy.areas["is_cell"]]
        tops = upper.index[~upper["parent_id"].isin(upper.index)]
        return frozenset(tops) if len(tops) == 1 else frozenset()

    def _cell_at(self, site: Any) -> Cells:
        grid = self.hierarchy.geometry
        moved = site if site.crs is None or grid.crs is None else site.to_crs(grid.crs)
        found = self.hierarchy.tree.query(moved.geometry.iloc[0], predicate="intersects")
        return np.sort(np.asarray(found, dtype=np.intp))[:1]

"""The areas of a board: counties, towns, villages and grids, as a tree in which every count stands once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame

from gridmap.core.tally import household_zones
from gridmap.model.areas import Hierarchy
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.shown import shows_counts

BOARD_LEVELS = ("county", "town", "village", "grid")
NOWHERE = ""

Places = NDArray[np.intp]


@shows_counts
@dataclass(frozen=True, eq=False)
class BoardAreas:
    """Areas in the order of the grid, each before those in it, and last the row of what lies in none.

    Parameters
    ----------
    frame
        By ``area_id``: `level`, `name`, `parent` (empty at the top).
    above
        The place of the area above each; -1 at the top.
    leaves
        The place of the smallest shown area around every cell, in the order of the grid.
    hierarchy
        The areas of the grid.
    """

    frame: DataFrame
    above: Places
    leaves: Places
    hierarchy: Hierarchy

    @property
    def nowhere(self) -> int:
        """The place of the row of what lies in no area."""
        return len(self.frame) - 1

    def of_households(self, placement: Placement) -> Places:
        """Return the place of the smallest shown area around every placed household."""
        leaves: Places = self.leaves[self.hierarchy.cell_ids.get_indexer(placement.cells)]
        return leaves

    def of_areas(self, areas: Iterable[str]) -> Places:
        """Return the place of every area, or of the smallest shown one around it."""
        return np.array([self._of_area(area) for area in areas], dtype=np.intp)

    def around(self, places: Places) -> int:
        """Return the place of the smallest area that holds all of some."""
        left = {int(place) for place in places}
        while len(left) > 1 and -1 not in left:
            lowest = max(left, key=lambda place: self._depth[place])
            left = (left - {lowest}) | {int(self.above[lowest])}
        return left.pop() if len(left) == 1 and -1 not in left else self.nowhere

    def summed(self, places: Places, weights: Any = 1) -> NDArray[np.int64]:
        """Add up what lies at some places; every area has the sum of all that lies in it."""
        own = np.zeros(len(self.frame), dtype=np.int64)
        np.add.at(own, places, weights)
        for place in np.argsort(-self._depth, kind="stable"):
            if self.above[place] >= 0:
                own[self.above[place]] += own[place]
        return own

    @cached_property
    def _places(self) -> dict[str, int]:
        return {area: place for place, area in enumerate(self.frame.index.tolist())}

    @cached_property
    def _depth(self) -> Places:
        depth = np.zeros(len(self.above), dtype=np.intp)
        for place, above in enumerate(self.above):  # an area stands before those in it
            depth[place] = 0 if above < 0 else depth[above] + 1
        return depth

    def _of_area(self, area: str) -> int:
        around = self.hierarchy.ancestors(area) if area else []
        return next((self._places[each] for each in around if each in self._places), self.nowhere)


def board_areas(plan: Plan) -> BoardAreas:
    """Return the areas of a board: those of `BOARD_LEVELS`, and the cells that no grid holds."""
    hierarchy = plan.hierarchy
    rows = hierarchy.areas
    grids = hierarchy.places_at("grid")
    leaves = np.where(grids >= 0, grids, hierarchy.lineage[0]).astype(np.intp)
    shown = np.append(rows["level"].isin(BOARD_LEVELS).to_numpy(dtype=bool), False)
    parents = np.append(rows.index.get_indexer(rows["parent_id"]), -1).astype(np.intp)
    while (hidden := (parents >= 0) & ~shown[parents]).any():
        parents = np.where(hidden, parents[parents], parents)
    order = _in_tree(dict.fromkeys(leaves.tolist()), parents)
    at = np.full(len(rows) + 1, -1, dtype=np.intp)
    at[order] = np.arange(len(order))
    ids = rows.index.astype("str").to_numpy(dtype=object)
    above = np.append(at[parents[order]], -1)
    named = [hierarchy.name(area) for area in ids[order]]
    frame = DataFrame(
        {
            "level": [*rows["level"].iloc[order], ""],
            "name": [*named, ""],
            "parent": [ids[order[place]] if place >= 0 else "" for place in above],
        },
        index=pd.Index([*ids[order], NOWHERE], name="area_id", dtype="str"),
        dtype="str",
    )
    return BoardAreas(frame, above, at[leaves], hierarchy)


def zone_places(areas: BoardAreas, plan: Plan, placement: Placement) -> dict[str, int]:
    """Return the place of the smallest area that holds all cells and households of each zone."""
    cells, homes = plan.cell_zones, household_zones(plan, placement)
    zones = pd.concat([cells.reset_index(drop=True), homes.reset_index(drop=True)], ignore_index=True)
    where = np.concatenate([areas.leaves, areas.of_households(placement)])
    pairs = DataFrame({"zone": zones.astype("str").fillna(""), "place": where}).drop_duplicates()
    return {str(zone): areas.around(each["place"].to_numpy()) for zone, each in pairs.groupby("zone") if zone}


def _in_tree(leaves: Iterable[int], parents: Places) -> Sequence[int]:
    """Put areas and those above them into an order in which each stands before those in it."""
    below: dict[int, dict[int, None]] = {}
    for leaf in leaves:
        place = leaf
        while place >= 0:
            siblings = below.setdefault(int(parents[place]), {})
            if place in siblings:
                break
            siblings[place] = None
            place = int(parents[place])
    order: list[int] = []
    left = list(reversed(below.get(-1, {})))
    while left:
        place = left.pop()
        order.append(place)
        left.extend(reversed(below.get(place, {})))
    return order

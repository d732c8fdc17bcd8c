"""Where the zones of a plan lie: which areas each meets, and which hold the whole of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridmap.core.edits import MergeZones, single_edits
from gridmap.core.lifting import LIFTED_ANCHOR, RAISED_ANCHOR
from gridmap.core.tally import occupied_zones
from gridmap.model.areas import Hierarchy
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.shown import shows_counts
from gridmap.model.zone import CarveOut

Flags = NDArray[np.bool_]
Places = NDArray[np.intp]
NOWHERE = -1


@shows_counts
@dataclass(frozen=True, eq=False)
class ZoneGround:
    """The zones that somebody is in, and where they lie.

    A carve-out lies in the cells that its shape meets or its households live in, else in its `scope`: all
    that could be its ground.

    Parameters
    ----------
    plan
        The plan.
    placement
        The placed households, if they are at hand.
    """

    plan: Plan
    placement: Placement | None

    @cached_property
    def ids(self) -> Any:
        """The ids of the zones, in the order of the plan."""
        return occupied_zones(self.plan, self.placement)

    @cached_property
    def places(self) -> Places:
        """The place of each in the registry."""
        return np.array([self.plan.zone_place(zone) for zone in self.ids], dtype=np.intp)

    @cached_property
    def row_of(self) -> Places:
        """The row of each zone of the registry, and of none (-1); `NOWHERE` for those without anybody."""
        rows = np.full(len(self.plan.registry) + 1, NOWHERE, dtype=np.intp)
        rows[self.places] = np.arange(len(self.places))
        return rows

    @cached_property
    def tiers(self) -> NDArray[np.object_]:
        """The tier of each zone."""
        return np.array([self.plan.registry[place].tier for place in self.places], dtype=object)

    @cached_property
    def before(self) -> dict[int, int]:
        """The place in the registry of the zone that was lifted, by the row of the zone made for that."""
        made_for = {f"{LIFTED_ANCHOR}{number}": place for number, place in self._numbers.items()}
        anchors = [self.plan.registry[each].anchor for each in self.places.tolist()]
        return {row: made_for[anchor] for row, anchor in enumerate(anchors) if anchor in made_for}

    @cached_property
    def merged(self) -> dict[str, int]:
        """The row of the zone that each zone was merged into that nobody is in by itself any more."""
        own = {zone: row for row, zone in enumerate(self.ids.tolist())}
        return {zone: own[last] for zone, last in self.absorbed.items() if last in own}

    @cached_property
    def absorbed(self) -> dict[str, str]:
        """The zone that each zone was merged into, at last; it may have left the plan since."""
        into: dict[str, str] = {}
        present, places = self.plan.renumbered, self._numbers
        for edit in single_edits(self.plan.edits):
            if isinstance(edit, MergeZones) and edit.zones:
                zones, home = (
                    [present.get(zone, zone) for zone in each] for each in (edit.zones, [edit.into])
                )
                first = home[0] or min(zones, key=lambda zone: places.get(zone, len(places)))
                into |= dict.fromkeys(zones, first)
        own = set(self.ids)
        found: dict[str, str] = {}
        for zone in into:
            last, seen = zone, set()
            while last not in own and last in into and last not in seen:
                seen.add(last)
                last = into[last]
            if last != zone:
                found[zone] = last
        return found

    @property
    def raised(self) -> dict[str, str]:
        """The zone that each zone became when a case in it raised it as a whole."""
        registry, places = self.plan.registry, self._numbers
        became = {
            anchor.removeprefix(RAISED_ANCHOR): zone.zone_id
            for zone in registry
            for anchor in zone.anchor.split("|")
            if anchor.startswith(RAISED_ANCHOR)
        }
        return {registry[places[zone]].zone_id: later for zone, later in became.items() if zone in places}

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """The place in the registry of every zone, by each number that it has or had."""
        zones = list(enumerate(self.plan.registry))
        former = {number: place for place, zone in zones for number in zone.former}
        return former | {zone.zone_id: place for place, zone in zones}

    @cached_property
    def cell_rows(self) -> Places:
        """The row of the zone of every cell."""
        return np.asarray(self.row_of[self.plan.effective.zone])

    @cached_property
    def carves(self) -> dict[int, list[CarveOut]]:
        """The carve-outs of each zone that has any, by its row."""
        found: dict[int, list[CarveOut]] = {}
        for carve in self.plan.carve_list:
            if carve.zone_id:
                row = int(self.row_of[self.plan.zone_place(carve.zone_id)])
                found.setdefault(row, []).append(carve)
        found.pop(NOWHERE, None)
        return found

    @cached_property
    def has_cells(self) -> Flags:
        """Whether each zone has whole cells."""
        return np.bincount(self.cell_rows[self.cell_rows >= 0], minlength=len(self.ids)) > 0

    @property
    def households_only(self) -> frozenset[str]:
        """The zones that are nothing but households, one by one."""
        rows = (row for row, carves in self.carves.items() if all(carve.households for carve in carves))
        return frozenset(str(self.ids[row]) for row in rows if not self.has_cells[row])

    def meeting(self, area: str) -> Flags:
        """Tell which zones have, or may have, ground in an area."""
        places = self._hierarchy.places_of(area)
        met = np.zeros(len(self.ids), dtype=bool)
        rows = self.cell_rows[places]
        met[rows[rows >= 0]] = True
        inside = np.zeros(len(self.cell_rows), dtype=bool)
        inside[places] = True
        for row, cells, scope in self._carved:
            met[row] |= inside[cells].any() if cells is not None else self._near(scope, area)
        return met

    def inside(self, area: str) -> Flags:
        """Tell which zones lie wholly in an area."""
        outside = np.ones(len(self.cell_rows), dtype=bool)
        outside[self._hierarchy.places_of(area)] = False
        rows = self.cell_rows[outside]
        held = np.ones(len(self.ids), dtype=bool)
        held[rows[rows >= 0]] = False
        for row, cells, scope in self._carved:
            held[row] &= not outside[cells].any() if cells is not None else area in self._above(scope)
        return held

    def areas_at(self, level: str) -> tuple[Places, Places]:
        """Return pairs of a zone and an area of a level in which it lies; `NOWHERE` if it may be in any.

        A cell is no area around others, whatever level its code seems to be of.
        """
        found = self._hierarchy.places_at(level)
        areas = np.where(self._is_cell[found], np.int32(NOWHERE), found)
        own = np.column_stack([self.cell_rows, areas])[self.cell_rows >= 0]
        pairs = [own, *self._carved_areas(level, areas)]
        both = np.unique(np.concatenate(pairs).astype(np.intp), axis=0)
        return both[:, 0], both[:, 1]

    def _carved_areas(self, level: str, areas: NDArray[np.int32]) -> Iterator[NDArray[np.intp]]:
        index = self._hierarchy.areas.index
        known: dict[str, int] = {}
        for row, cells, scope in self._carved:
            if cells is not None:
                yield np.array([[row, area] for area in np.unique(areas[cells])], dtype=np.intp).reshape(
                    -1, 2
                )
                continue
            if scope not in known:
                area = self._hierarchy.area_at(scope, level) if scope else None
                place = NOWHERE if area is None else int(index.get_loc(area))
                known[scope] = NOWHERE if self._is_cell[place] else place
            yield np.array([[row, known[scope]]], dtype=np.intp)

    @cached_property
    def _is_cell(self) -> Flags:
        """Whether each area is a cell, and of none (-1): that it is not."""
        return np.append(self._hierarchy.areas["is_cell"].to_numpy(dtype=bool), False)

    @cached_property
    def _carved(self) -> list[tuple[int, Places | None, str]]:
        """The row of each carve-out, with its cells if they are known, else its scope."""
        rows = [(row, carve) for row, carves in self.carves.items() for carve in carves]
        return [(row, self._cells(carve), carve.scope) for row, carve in rows]

    def _cells(self, carve: CarveOut) -> Places | None:
        if carve.shape:
            shape = shapely.from_wkt(carve.shape)
            return np.sort(self._hierarchy.tree.query(shape, predicate="intersects"))
        if carve.households and self.placement is not None:
            cells = self.placement.cells.reindex(list(carve.households)).dropna()
            return np.asarray(self._hierarchy.cell_ids.get_indexer(cells), dtype=np.intp)
        return None

    def _near(self, scope: str, area: str) -> bool:
        return not scope or area in self._above(scope) or scope in self._hierarchy.ancestors(area)

    def _above(self, scope: str) -> list[str]:
        return self._hierarchy.ancestors(scope) if scope else []

    @property
    def _hierarchy(self) -> Hierarchy:
        return self.plan.hierarchy

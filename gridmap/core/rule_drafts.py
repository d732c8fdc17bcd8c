"""What each rule of a protocol asks for, one draft for each place of a case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridmap.core.drafts import NOBODY, Draft, Names, Places
from gridmap.core.notes import Notes
from gridmap.core.reach import CellReach, reach_for
from gridmap.core.rings import NONE
from gridmap.core.starts import Roster, Start
from gridmap.errors import CrsMismatchError
from gridmap.model.address import written_address
from gridmap.model.areas import Hierarchy
from gridmap.model.protocol import Rule


@dataclass(frozen=True, eq=False)
class Field:
    """What the rules work on.

    Parameters
    ----------
    hierarchy
        The cells and the areas above them.
    roster
        The placed households, if there are any.
    notes
        Takes what has to be said.
    """

    hierarchy: Hierarchy
    roster: Roster | None
    notes: Notes

    @property
    def reach(self) -> CellReach:
        """The cells, to be asked for distances."""
        return reach_for(self.hierarchy)

    @cached_property
    def names(self) -> Names:
        """The ids behind positions."""
        cells = np.asarray(self.hierarchy.cell_ids, dtype=object)
        if self.roster is None:
            return Names(cells, np.empty(0, dtype=object), NOBODY)
        ids = self.roster.placement.cells.index.to_numpy(dtype=object)
        located = np.flatnonzero(self.counted & ~shapely.is_missing(self.roster.points))
        return Names(cells, ids, self.roster.cells, located)

    @cached_property
    def counted(self) -> NDArray[np.bool_]:
        """Which households count as establishments: those that say so, or all when none does."""
        if self.roster is None:
            return np.empty(0, dtype=bool)
        is_one = self.roster.placement.roster["kind"].to_numpy(dtype=object) == "establishment"
        return is_one if is_one.any() else np.ones(len(is_one), dtype=bool)

    @cached_property
    def _known_places(self) -> dict[str, Places]:
        return {}

    def places(self, area: str) -> Places:
        """Return the positions of the cells of an area; many cases ask for the same."""
        if area not in self._known_places:
            self._known_places[area] = self.hierarchy.places_of(area)
        return self._known_places[area]

    def areas_at(self, starts: Sequence[Start], level: str) -> list[str]:
        """Return the area of this level around each start; empty where there is none."""
        areas = np.append(self.hierarchy.places_at(level), np.int32(-1))
        cells = self.hierarchy.cell_ids.get_indexer([start.cell for start in starts])
        ids = np.append(self.hierarchy.areas.index.to_numpy(dtype=object), "")
        return [str(area) for area in ids[areas[cells]]]

    def lonlats(self, starts: Sequence[Start]) -> tuple[Sequence[Start], NDArray[np.float64]]:
        """Return the starts whose place is known or can be taken from a building or cell, with the places."""
        if self.hierarchy.geometry.crs is None:
            raise CrsMismatchError(
                "grid has no CRS, so distances are not known; call grid.set_crs(...) first"
            )
        shapes = np.array([self._shape(start) for start in starts], dtype=object)
        points = shapely.point_on_surface(shapes)
        known = np.flatnonzero(~(shapely.is_missing(points) | shapely.is_empty(points)))
        xy = shapely.get_coordinates(points[known])
        return [starts[place] for place in known.tolist()], self.reach.lonlat(xy)

    def _shape(self, start: Start) -> Any:
        """Return the point of a start, or the middle of its building, or else its cell; None for nowhere."""
        if start.point is not None or not start.cell:
            return start.point
        said = "no coordinates; distances are from the middle of the building or the cell"
        self.notes.add(said, start.case)
        if self.roster is not None:
            homes = [point for point in self.roster.points[start.building_homes] if point is not None]
            if homes:
                return shapely.centroid(shapely.MultiPoint(homes))
        return self._outlines[self.hierarchy.positions[start.cell]]

    @cached_property
    def _outlines(self) -> NDArray[np.object_]:
        return np.asarray(self.hierarchy.geometry.array, dtype=object)


def drafts_of(rule: Rule, starts: Sequence[Start], field: Field) -> Iterator[Draft]:
    """Give what one rule asks for, for every start of the kinds it names."""
    named = [start for start in starts if start.kind in rule.places]
    by = "establishment" if rule.rule == "within" and rule.by == "establishment" else rule.rule
    yield from _RULES[by](rule, named, field)


def _building_of_case(rule: Rule, starts: Sequence[Start], field: Field) -> Iterator[Draft]:
    for start in starts:
        if len(start.building_homes):
            yield _of_address(rule, start, start.building, field)
        elif start.cell:
            _say_next_best("building", "the cell is taken instead", start, field)
            yield from _containing_cell(rule, [start], field)


def _compound_of_case(rule: Rule, starts: Sequence[Start], field: Field) -> Iterator[Draft]:
    for start in starts:
        if len(start.compound_homes):
            yield _of_address(rule, start, "", field)
        elif start.cell:
            _say_next_best("compound", "the cell is taken instead", start, field)
            yield from _containing_cell(rule, [start], field)


def _say_next_best(what: str, taken: str, start: Start, field: Field) -> None:
    why = (
        f"the {what} is not in the roster" if field.roster else f"no roster (households=) to find a {what} in"
    )
    field.notes.add(f"{why}; {taken}", start.case)


def _of_address(rule: Rule, start: Start, building: str, field: Field) -> Draft:
    """Carve out an address, or its households one by one if it cannot be written so that it is read back."""
    homes = start.building_homes if building else start.compound_homes
    text = written_address(start.compound, building, like=start.address)
    anchor = text or f"{start.compound} {building}"
    plain = Draft(tier=rule.tier, anchor=anchor, name=anchor, case=start.case, order=start.order)
    if not text:
        return _with(plain, households=homes)
    scope = field.roster.scope(homes) if field.roster else ""
    return _with(plain, compound=start.compound, building=building, addresses=(text,), scope=scope)


def _with(draft: Draft, **changes: Any) -> Draft:
    return Draft(**{**vars(draft), **changes})


def _containing_cell(rule: Rule, starts: Sequence[Start], field: Field) -> Iterator[Draft]:
    for start in starts:
        if start.cell:
            yield _of_area(rule, start, start.cell, field)


def _containing_area(rule: Rule, starts: Sequence[Start], field: Field) -> Iterator[Draft]:
    for start, area in zip(starts, field.areas_at(starts, rule.level), strict=True):
        if start.cell:
            if not area:
                field.notes.add(f"the grid has no {rule.level} there; the cell is taken instead", start.case)
            yield _of_area(rule, start, area or start.cell, field)


def _of_area(rule: Rule, start: Start, area: str, field: Field) -> Draft:
    return Draft(
        tier=rule.tier,
        anchor=area,
        name=field.hierarchy.name(area),
        case=start.case,
        order=start.order,
        cells=field.places(area),
        remainder=rule.rule == "remainder",
    )


def _remainder(rule: Rule, starts: Sequence[Start], field: Field) -> Iterator[Draft]:
    everything = np.arange(len(field.hierarchy.cell_ids))
    for start, area in zip(starts, field.areas_at(starts, rule.level), strict=True):
        if not start.cell:
            continue
        if area and area != start.cell:  # a code may be as long as a county's, but a cell has no rest
            yield _of_area(rule, start, area, field)
            continue
        field.notes.add(
            f"the grid has no {rule.level} there; the rest of the whole grid is taken", start.case
        )
        top = field.hierarchy.ancestors(start.cell)[-1]
        name = field.hierarchy.name(top) if len(field.places(top)) == len(everything) else ""
        draft = _of_area(rule, start, start.cell, field)
        yield _with(draft, anchor="*", name=name, cells=everything)


def _within(rule: Rule, starts: Sequence[Start], field: Field) -> Iterator[Draft]:
    known, lonlat = field.lonlats(starts)
    found = field.reach.within(lonlat, rule.radius_m, by=rule.by)
    for start, cells in zip(known, found, strict=True):
        if len(cells):
            yield _ring(rule, start, cells, NOBODY, field)


def _ring(rule: Rule, start: Start, cells: Places, households: Places, field: Field) -> Draft:
    at = start.cell
    if not at:
        first = cells[0] if len(cells) else field.names.household_cells[households[0]]
        at = str(field.hierarchy.cell_ids[first])
    name = field.hierarchy.name(at)
    plain = Draft(tier=rule.tier, anchor=at, name=name, case=start.case, order=start.order)
    return _with(plain, cells=cells, households=households)


def _establishments_within(rule: Rule, starts: Sequence[Start], field: Field) -> Iterator[Draft]:
    """Take every establishment by its own distance, and whole those cells of which none lies beyond it.

    So no establishment has to be taken out of a cell again, and the stricter of several tiers counts.
    """
    known, lonlat = field.lonlats(starts)
    found = field.reach.within(lonlat, rule.radius_m, by="centroid")
    mine, theirs = _establishments(field, [start.case for start in known])
    cells_of_mine = field.names.household_cells[mine]
    holder, others = field.reach.others_within(
        lonlat, rule.radius_m, others_lonlat=theirs, others_cell=cells_of_mine
    )
    near = [mine[rows] for rows in others]
    broken = _broken(field.names, mine, holder != NONE, near)
    kept = [cells[~broken[cells]] for cells in found]
    held = np.argsort(holder, kind="stable")
    first = np.searchsorted(holder[held], np.arange(len(known) + 1))
    for at, (start, cells, households) in enumerate(zip(known, kept, near, strict=True)):
        if len(cells) or len(households):
            ring = _ring(rule, start, cells, households, field)
            yield _with(ring, whole=held[first[at] : first[at + 1]])


def _broken(names: Names, mine: Places, covered: NDArray[np.bool_], near: list[Places]) -> NDArray[np.bool_]:
    """Tell which cells hold an establishment that lies in no circle; covered ones do not."""
    beyond = np.zeros(len(names.households), dtype=bool)
    beyond[mine] = True
    for households in near:
        beyond[households] = False
    broken = np.zeros(len(names.cells), dtype=bool)
    broken[names.household_cells[beyond]] = True
    return broken & ~covered


def _establishments(field: Field, cases: list[str]) -> tuple[Places, NDArray[np.float64]]:
    """Return the establishments that have coordinates, as positions, with longitude and latitude."""
    if field.roster is None:
        for case in cases:
            field.notes.add("no roster (households=); establishments take the tier of their cell", case)
        return NOBODY, np.empty((0, 2))
    mine = field.names.establishments
    missing = int(field.counted.sum()) - len(mine)
    for case in cases if missing else []:
        said = f"{missing} establishments have no coordinates and take the tier of their cell"
        field.notes.add(said, case)
    return mine, field.reach.lonlat(shapely.get_coordinates(field.roster.points[mine]))


_RULES: Mapping[str, Callable[[Rule, Sequence[Start], Field], Iterator[Draft]]] = {
    "building_of_case": _building_of_case,
    "compound_of_case": _compound_of_case,
    "containing_cell": _containing_cell,
    "containing_area": _containing_area,
    "within": _within,
    "establishment": _establishments_within,
    "remainder": _remainder,
}

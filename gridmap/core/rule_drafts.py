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
from gridmap.core.reach import CellReach
from gridmap.core.starts import Roster, Start
from gridmap.errors import CrsMismatchError, PlanError
from gridmap.model.address import Target, parse_target
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
    crs
        The CRS of the grid.
    notes
        Takes what has to be said.
    """

    hierarchy: Hierarchy
    roster: Roster | None
    crs: Any
    notes: Notes

    @cached_property
    def reach(self) -> CellReach:
        """The cells, to be asked for distances."""
        return CellReach(np.asarray(self.hierarchy.geometry.array), self.crs)

    @cached_property
    def names(self) -> Names:
        """The ids behind positions."""
        cells = np.asarray(self.hierarchy.cell_ids, dtype=object)
        if self.roster is None:
            return Names(cells, np.empty(0, dtype=object), NOBODY)
        ids = self.roster.placement.cells.index.to_numpy(dtype=object)
        return Names(cells, ids, self.hierarchy.cell_ids.get_indexer(self.roster.cells))

    @cached_property
    def _known_places(self) -> dict[str, Places]:
        return {}

    def places(self, area: str) -> Places:
        """Return the positions of the cells of an area; many cases ask for the same."""
        if area not in self._known_places:
            cells = self.hierarchy.cells_of(area)
            places = np.asarray(self.hierarchy.cell_ids.get_indexer(cells), dtype=np.intp)
            self._known_places[area] = places
        return self._known_places[area]

    def lonlats(self, starts: Sequence[Start]) -> tuple[Sequence[Start], NDArray[np.float64]]:
        """Return the starts whose place is known or can be taken from a building or cell, with the places."""
        if self.crs is None:
            raise CrsMismatchError(
                "grid has no CRS, so distances are not known; call grid.set_crs(...) first"
            )
        points = [self._point(start) for start in starts]
        known = [place for place, point in enumerate(points) if point is not None]
        xy = shapely.get_coordinates([points[place] for place in known])
        return [starts[place] for place in known], self.reach.lonlat(xy)

    def _point(self, start: Start) -> Any:
        if start.point is not None:
            return shapely.point_on_surface(start.point)
        if not start.cell:
            return None
        said = "no coordinates; distances are from the middle of the building or the cell"
        self.notes.add(said, start.case)
        if self.roster is not None:
            homes = [point for point in self.roster.points[start.building_homes] if point is not None]
            if homes:
                return shapely.centroid(shapely.MultiPoint(homes))
        return shapely.point_on_surface(self.hierarchy.geometry.loc[start.cell])


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
    text = _written(start.compound, building, start.address)
    anchor = text or f"{start.compound} {building}"
    plain = Draft(tier=rule.tier, anchor=anchor, name=anchor, case=start.case, order=start.order)
    if not text:
        return _with(plain, households=homes)
    scope = field.roster.scope(homes) if field.roster else ""
    return _with(plain, compound=start.compound, building=building, addresses=(text,), scope=scope)


def _with(draft: Draft, **changes: Any) -> Draft:
    return Draft(**{**vars(draft), **changes})


def _written(compound: str, building: str, address: str) -> str:
    """Write a building as people there do, such as ``枫南新村3幢``, ``北汇浜12号`` or ``12 Hope Street``."""
    if building:
        house = f"{building}号" in address and f"{building}号楼" not in address
        texts = [f"{compound}{building}号"] if house else []
        texts += [f"{building} {compound}"] if compound.isascii() else []
        texts.append(f"{compound}{building}幢")
    else:
        texts = [compound]
    meant = Target(compound, frozenset([building] if building else []))
    return next((text for text in texts if _reads_as(text, meant)), "")


def _reads_as(text: str, meant: Target) -> bool:
    try:
        return parse_target(text) == meant
    except PlanError:
        return False


def _containing_cell(rule: Rule, starts: Sequence[Start], field: Field) -> Iterator[Draft]:
    for start in starts:
        if start.cell:
            yield _of_area(rule, start, start.cell, field)


def _containing_area(rule: Rule, starts: Sequence[Start], field: Field) -> Iterator[Draft]:
    for start in starts:
        if start.cell:
            area = field.hierarchy.area_at(start.cell, rule.level)
            if area is None:
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
    for start in starts:
        if not start.cell:
            continue
        area = field.hierarchy.area_at(start.cell, rule.level)
        if area is not None:
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
    others = field.reach.others_within(lonlat, rule.radius_m, others_lonlat=theirs, others_cell=cells_of_mine)
    near = [mine[rows] for rows in others]
    beyond = np.zeros(len(field.names.households), dtype=bool)
    beyond[mine] = True
    for households in near:
        beyond[households] = False
    broken = np.zeros(len(field.names.cells), dtype=bool)
    broken[field.names.household_cells[beyond]] = True
    for start, cells, households in zip(known, found, near, strict=True):
        whole = cells[~broken[cells]]
        if len(whole) or len(households):
            yield _ring(rule, start, whole, households, field)


def _establishments(field: Field, cases: list[str]) -> tuple[Places, NDArray[np.float64]]:
    """Return the establishments that have coordinates, as positions, with longitude and latitude."""
    if field.roster is None:
        for case in cases:
            field.notes.add("no roster (households=); establishments take the tier of their cell", case)
        return NOBODY, np.empty((0, 2))
    is_one = field.roster.placement.roster["kind"].to_numpy(dtype=object) == "establishment"
    counted = is_one if is_one.any() else np.ones(len(is_one), dtype=bool)
    points = field.roster.points
    located = ~shapely.is_missing(points)
    missing = int((counted & ~located).sum())
    for case in cases if missing else []:
        said = f"{missing} establishments have no coordinates and take the tier of their cell"
        field.notes.add(said, case)
    mine = np.flatnonzero(counted & located)
    return mine, field.reach.lonlat(shapely.get_coordinates(points[mine]))


_RULES: Mapping[str, Callable[[Rule, Sequence[Start], Field], Iterator[Draft]]] = {
    "building_of_case": _building_of_case,
    "compound_of_case": _compound_of_case,
    "containing_cell": _containing_cell,
    "containing_area": _containing_area,
    "within": _within,
    "establishment": _establishments_within,
    "remainder": _remainder,
}

"""Find areas, cells, zones, sites, cases, lines and addresses by name, code or address, the best first.

Nobody is found by a person's name or phone, and no household by its id, which may be one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import islice
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas import DataFrame

from gridmap.core.census import census_of
from gridmap.core.dwellings import dwellings_of
from gridmap.core.homes import homes_of
from gridmap.core.text_index import BEGINS, CONTAINS, EXACT, TextIndex, fold
from gridmap.model.areas import Hierarchy
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan

Places = npt.NDArray[np.intp]
KINDS = ("zone", "area", "cell", "case", "site", "boundary", "address", "household")
_NOWHERE: Places = np.empty(0, dtype=np.intp)
_areas: WeakKeyDictionary[Hierarchy, TextIndex] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Found:
    """One thing that was found.

    Parameters
    ----------
    kind
        One of `KINDS`; an address is that of a building or a compound.
    id
        Its id; of an address the text that `AddCarveOut` understands.
    label
        What it is called.
    detail
        Where it is, in words: the areas above a cell or household, the kind of a site or line.
    rank
        How well it fits: 0 it is the text, 1 it begins with it, 2 it contains it.
    cells
        The positions of its cells, as far as it has any.
    shape
        Its point or line in the CRS of its table; None where only cells are known.
    scope
        Of an address the village in which it is meant; empty for the whole grid.
    """

    kind: str
    id: str
    label: str
    detail: str
    rank: int
    cells: Places = field(default_factory=lambda: _NOWHERE)
    shape: Any = None
    scope: str = ""


class Finder:
    """What there is to find; what it looks through is made when first asked for, and then kept.

    Parameters
    ----------
    hierarchy
        The cells and areas, by name and id.
    placement
        The roster, by the addresses of its compounds, buildings and households.
    sites, cases, boundaries
        Further tables: sites by name and id, cases by id and address, lines by name and id.
    """

    def __init__(
        self,
        hierarchy: Hierarchy,
        *,
        placement: Placement | None = None,
        sites: DataFrame | None = None,
        cases: DataFrame | None = None,
        boundaries: DataFrame | None = None,
    ) -> None:
        self._hierarchy = hierarchy
        self._people = None if placement is None else _People(placement, hierarchy)
        tables = (("case", cases, "address"), ("site", sites, "name"), ("boundary", boundaries, "name"))
        self._tables = [
            _Table(kind, frame, name) for kind, frame, name in tables if frame is not None and len(frame)
        ]

    def find(self, text: str, *, limit: int = 20, plan: Plan | None = None) -> list[Found]:
        """Find what a text names.

        Parameters
        ----------
        text
            A name, code or address, or a part of it; width, case and blanks do not matter.
        limit
            How many are returned at most.
        plan
            The plan, whose zones are looked through too.

        Returns
        -------
        found
            What is the text comes first, then what begins with it, then what contains it; each in the order
            of `KINDS`.
        """
        if limit < 1 or not fold(text):
            return []
        hits = [] if plan is None else list(_zones(plan, text))
        hits += self._areas(text, limit)
        for table in self._tables:
            hits += table.find(text, limit)
        if self._people is not None:
            hits += self._people.find(text, limit)
        return _best(hits, limit)

    def households(self, text: str, *, limit: int = 20) -> list[Found]:
        """Find households by their address, as for a new case."""
        return [] if self._people is None else _best(self._people.households(text, limit), limit)

    def _areas(self, text: str, limit: int) -> Iterator[_Hit]:
        places, rank = area_index(self._hierarchy).find(text, limit=2 * limit)
        is_cell = self._is_cell
        for place, fits in _each_once(places % max(len(is_cell), 1), rank):
            yield _Hit(fits, "cell" if is_cell[place] else "area", partial(self._area, place, fits))

    def _area(self, place: int, rank: int) -> Found:
        hierarchy = self._hierarchy
        area = str(hierarchy.areas.index[place])
        above = hierarchy.ancestors(area)[1:]
        kind = "cell" if self._is_cell[place] else "area"
        cells = hierarchy.places_of(area) if kind == "area" else np.array([hierarchy.positions[area]])
        detail = hierarchy.path(above[0]) if above else ""
        return Found(kind, area, hierarchy.name(area), detail, rank, cells)

    @cached_property
    def _is_cell(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self._hierarchy.areas["is_cell"], dtype=bool)


class _Hit(NamedTuple):
    """Something that fits; what it is in full is made for the best only."""

    rank: int
    kind: str
    make: Callable[[], Found]


class _People:
    """The addresses of a roster."""

    def __init__(self, placement: Placement, hierarchy: Hierarchy) -> None:
        self._placement, self._hierarchy = placement, hierarchy

    def find(self, text: str, limit: int) -> Iterator[_Hit]:
        """Give compounds, buildings and households, as many of each as are asked for."""
        homes = homes_of(self._placement, self._hierarchy)
        fronts = homes.fronts(text, limit=limit)
        for row, rank in islice(homes.compounds(text, limit=limit), limit):
            yield _Hit(rank, "address", partial(self._address, row, rank, whole=True))
        for row, rank in islice(homes.buildings(fronts), limit):
            yield _Hit(rank, "address", partial(self._address, row, rank, whole=False))
        for row, rank in homes.households(text, fronts, limit=limit):
            yield _Hit(rank, "household", partial(self._household, row, rank))

    def households(self, text: str, limit: int) -> list[_Hit]:
        """Find households only."""
        return [hit for hit in self.find(text, limit) if hit.kind == "household"]

    def _household(self, row: int, rank: int) -> Found:
        listed, cell = self._placement.rows[row], self._places[[row]]
        household = str(self._placement.cells.index[row])
        detail = self._hierarchy.path(self._hierarchy.cell_ids[cell[0]])
        address, shape = self._texts[listed], self._shapes[listed]
        return Found("household", household, str(address), detail, rank, cell, shape)

    def _address(self, row: int, rank: int, *, whole: bool) -> Found:
        dwellings = dwellings_of(self._placement, self._hierarchy)
        places = np.unique(self._places[dwellings.members(row, whole=whole)])
        scope = dwellings.scope(row)
        detail = self._hierarchy.path(scope) if scope else ""
        label = dwellings.name(row, whole=whole)
        return Found("address", dwellings.address(row, whole=whole), label, detail, rank, places, scope=scope)

    @cached_property
    def _places(self) -> Places:
        return census_of(self._placement, self._hierarchy).places

    @cached_property
    def _texts(self) -> Any:
        return self._placement.households["address"].array

    @cached_property
    def _shapes(self) -> Any:
        return np.asarray(self._placement.households.geometry.array, dtype=object)


class _Table:
    """A small table whose ids and names are looked through."""

    def __init__(self, kind: str, frame: DataFrame, name: str) -> None:
        self._kind = kind
        self._ids = frame.index.astype("str").tolist()
        self._names = _texts(frame, name)
        self._details = _texts(frame, "kind")
        self._shapes = np.asarray(frame["geometry"].array, dtype=object) if "geometry" in frame else None

    def find(self, text: str, limit: int) -> Iterator[_Hit]:
        places, rank = self._index.find(text, limit=2 * limit)
        for place, fits in _each_once(places % len(self._ids), rank):
            yield _Hit(fits, self._kind, partial(self._found, place, fits))

    def _found(self, place: int, rank: int) -> Found:
        return Found(
            kind=self._kind,
            id=self._ids[place],
            label=self._names[place] or self._ids[place],
            detail=self._details[place],
            rank=rank,
            shape=None if self._shapes is None else self._shapes[place],
        )

    @cached_property
    def _index(self) -> TextIndex:
        return TextIndex(pd.array([*self._ids, *self._names], dtype="str"))


def _texts(frame: DataFrame, name: str) -> list[str]:
    if name not in frame:
        return [""] * len(frame)
    return [str(text) for text in frame[name].astype("str").fillna("")]


def _each_once(places: Places, rank: npt.NDArray[np.int8]) -> Iterator[tuple[int, int]]:
    """Give each place with its best rank, which comes first."""
    yield from dict(zip(places[::-1].tolist(), rank[::-1].tolist(), strict=True)).items()


def _best(hits: list[_Hit], limit: int) -> list[Found]:
    ranked = sorted(hits, key=lambda hit: (hit.rank, KINDS.index(hit.kind)))
    return [hit.make() for hit in ranked[:limit]]


def area_index(hierarchy: Hierarchy) -> TextIndex:
    """Return the ids of all areas and cells and then their names, to be looked through; made once."""
    found = _areas.get(hierarchy)
    if found is None:
        areas = hierarchy.areas
        found = TextIndex(pd.concat([pd.Series(areas.index), areas["name"]]).astype("str").array)
        _areas[hierarchy] = found
    return found


def _zones(plan: Plan, text: str) -> Iterator[_Hit]:
    wanted = fold(text)
    for zone, name, tier in zip(plan.zones.index, plan.zones["name"], plan.zones["tier"], strict=True):
        held = [each for each in (fold(str(zone)), fold(name)) if wanted in each]
        if held:
            rank = (
                EXACT if wanted in held else BEGINS if any(t.startswith(wanted) for t in held) else CONTAINS
            )
            yield _Hit(rank, "zone", partial(_zone, plan, str(zone), name, tier, rank))


def _zone(plan: Plan, zone: str, name: str, tier: str, rank: int) -> Found:
    cells = np.flatnonzero(plan.effective.zone == plan.zone_place(zone))
    return Found("zone", zone, name or zone, tier, rank, cells)

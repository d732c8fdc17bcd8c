"""The buildings and compounds of a roster, and those of them that lie in more than one cell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pandas as pd

from gridmap.core.census import Rows, census_of
from gridmap.model.address import written_address
from gridmap.model.areas import Hierarchy
from gridmap.model.placement import Placement

NOWHERE = -1
_SCOPES = ("village", "town", "county")
_kept: WeakKeyDictionary[Placement, WeakKeyDictionary[Hierarchy, Dwellings]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Spread:
    """The groups of households that lie in several cells.

    Parameters
    ----------
    row
        Their households, as positions in `Placement.cells`, ascending.
    pair
        The place of each in the pairs of a group and a cell.
    group, cell, homes
        Each pair once, in the order of the groups: the group, the cell, how many households.
    """

    row: Rows
    pair: Rows
    group: Rows
    cell: Rows
    homes: Rows


class Dwellings:
    """Who lives in one building, or one compound, of one village.

    A compound of the same name in another village is another one. Where the grid has no villages, the town
    or the county counts, or else the whole grid.

    Parameters
    ----------
    placement
        The placed households.
    hierarchy
        The cells.
    """

    def __init__(self, placement: Placement, hierarchy: Hierarchy) -> None:
        self._ids = hierarchy.areas.index
        self._places = census_of(placement, hierarchy).places
        self._scope_of_cell = _scopes(hierarchy)
        parts = placement.address_parts
        compound, self._compounds = pd.factorize(parts["compound"])
        building, self._buildings = pd.factorize(parts["building"])
        named = (parts["compound"] != "").to_numpy()
        self._compound_code, self._building_code = compound, building
        scope = self._scope_of_cell[self._places] + 1
        self.compound = _numbered(scope * max(len(self._compounds), 1) + compound, named)
        in_building = named & (parts["building"] != "").to_numpy()
        self.building = _numbered(self.compound * max(len(self._buildings), 1) + building, in_building)
        self._addresses = placement.column("address")

    @cached_property
    def buildings_spread(self) -> Spread:
        """The buildings in several cells."""
        return self._spread(self.building)

    @cached_property
    def compounds_spread(self) -> Spread:
        """The compounds in several cells."""
        return self._spread(self.compound)

    @cached_property
    def compound_names(self) -> list[str]:
        """The names of compounds, each once; the first may be empty."""
        return [str(name) for name in self._compounds]

    @cached_property
    def compound_rows(self) -> dict[int, list[int]]:
        """The first household of every compound, by the place of its name in `compound_names`."""
        groups, first = np.unique(self.compound, return_index=True)
        rows: dict[int, list[int]] = {}
        for row in first[groups != NOWHERE].tolist():
            rows.setdefault(int(self._compound_code[row]), []).append(row)
        return rows

    @cached_property
    def buildings_by_village(self) -> dict[str, dict[str, frozenset[str]]]:
        """The buildings of every compound, by the village that `scope` gives."""
        found: dict[str, dict[str, frozenset[str]]] = {}
        for code, rows in self.compound_rows.items():
            for row in rows:
                codes = np.unique(self._building_code[self.members(row, whole=True)])
                known = frozenset(str(self._buildings[each]) for each in codes) - {""}
                found.setdefault(self.compound_names[code], {})[self.scope(row)] = known
        return found

    def members(self, row: int, *, whole: bool) -> Rows:
        """Return who lives in the building of a household, or its compound; itself where none is named."""
        group = int((self.compound if whole else self.building)[row])
        if group == NOWHERE:
            return np.array([row], dtype=np.intp)
        order, first = self._by_compound if whole else self._by_building
        return order[first[group] : first[group + 1]]

    @cached_property
    def _by_building(self) -> tuple[Rows, Rows]:
        return _grouped(self.building)

    @cached_property
    def _by_compound(self) -> tuple[Rows, Rows]:
        return _grouped(self.compound)

    def address(self, row: int, *, whole: bool) -> str:
        """Write the building of a household, or its whole compound; empty if it cannot be read back."""
        building = "" if whole else str(self._buildings[self._building_code[row]])
        compound = str(self._compounds[self._compound_code[row]])
        like = self._addresses.iloc[row]
        return written_address(compound, building, like=like if isinstance(like, str) else "")

    def name(self, row: int, *, whole: bool) -> str:
        """Say the building of a household, or its whole compound, also where no address can be written."""
        compound = str(self._compounds[self._compound_code[row]])
        plain = compound if whole else f"{compound} {self._buildings[self._building_code[row]]}"
        return self.address(row, whole=whole) or plain

    def scope(self, row: int) -> str:
        """Return the village of a household, in which its address is looked for; empty for the whole grid."""
        area = int(self._scope_of_cell[self._places[row]])
        return "" if area == NOWHERE else str(self._ids[area])

    def _spread(self, group: Rows) -> Spread:
        cells = len(self._scope_of_cell)
        row = np.flatnonzero(group != NOWHERE)
        keys, pair, homes = np.unique(
            group[row] * cells + self._places[row], return_inverse=True, return_counts=True
        )
        of_pair, cell = np.divmod(keys, max(cells, 1))
        several = np.bincount(of_pair)[of_pair] > 1 if len(keys) else np.empty(0, dtype=bool)
        kept = several[pair]
        place = np.cumsum(several) - 1
        return Spread(row[kept], place[pair[kept]], of_pair[several], cell[several], homes[several])


def dwellings_of(placement: Placement, hierarchy: Hierarchy) -> Dwellings:
    """Return the buildings and compounds of a placement; found once, and kept while both live."""
    known = _kept.setdefault(placement, WeakKeyDictionary())
    if hierarchy not in known:
        known[hierarchy] = Dwellings(placement, hierarchy)
    return known[hierarchy]


def _scopes(hierarchy: Hierarchy) -> npt.NDArray[np.int64]:
    """Return the area of every cell in which addresses are told apart, as a position; -1 for none."""
    scope = np.full(len(hierarchy.cell_ids), NOWHERE, dtype=np.int64)
    for level in _SCOPES:
        scope = np.where(scope == NOWHERE, hierarchy.places_at(level), scope)
    return scope


def _numbered(keys: Rows, named: npt.NDArray[np.bool_]) -> Rows:
    """Give the distinct keys numbers from 0 up; those without a name -1."""
    codes = np.full(len(keys), NOWHERE, dtype=np.int64)
    codes[named] = np.unique(keys[named], return_inverse=True)[1].ravel()
    return codes


def _grouped(codes: Rows) -> tuple[Rows, Rows]:
    """Return the members group by group, and where each group begins; once more at the end."""
    order = np.argsort(codes, kind="stable")
    first = np.searchsorted(codes[order], np.arange(int(codes.max(initial=NOWHERE)) + 2))
    return order, first

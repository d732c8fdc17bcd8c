"""Look for compounds, buildings and households by a part of their address, and by nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gridmap.core.census import Rows
from gridmap.core.dwellings import NOWHERE, dwellings_of
from gridmap.core.text_index import BEGINS, CONTAINS, EXACT, TextIndex, fold
from gridmap.model.areas import Hierarchy
from gridmap.model.placement import Placement

_BUILDING = r"^.*?[0-9]+ *(?:幢|栋|号楼|座|#楼)|^.*?[0-9]+ *号"
_MOST_ROWS = 4_000

_kept: WeakKeyDictionary[Placement, WeakKeyDictionary[Hierarchy, Homes]] = WeakKeyDictionary()


class Homes:
    """The addresses of a roster, to be looked through.

    The texts up to the number of the building are searched; rooms only in buildings that were found.

    Parameters
    ----------
    placement
        The placed households.
    hierarchy
        The cells.
    """

    def __init__(self, placement: Placement, hierarchy: Hierarchy) -> None:
        self._dwellings = dwellings_of(placement, hierarchy)
        values = pa.array(placement.plain_addresses.array, pa.large_string())
        values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
        self._plain = values
        front = pc.extract_regex(values, pattern=f"(?P<front>{_BUILDING})")
        coded = pc.if_else(front.is_valid(), front.field("front"), values).dictionary_encode()
        self._code = np.asarray(coded.indices, dtype=np.intp)
        self._fronts = TextIndex(pd.array(coded.dictionary.to_pylist(), dtype="str"))
        self._compounds = TextIndex(pd.array(self._dwellings.compound_names, dtype="str"))

    def compounds(self, text: str, *, limit: int) -> Iterator[tuple[int, int]]:
        """Give one household of each compound found, and how well its name fits."""
        places, rank = self._compounds.find(text, limit=limit)
        for place, fits in zip(places.tolist(), rank.tolist(), strict=True):
            yield from ((row, fits) for row in self._dwellings.compound_rows.get(place, ()))

    def fronts(self, text: str, *, limit: int) -> list[tuple[int, int]]:
        """Return addresses up to the building that fit, and how well, for `buildings` and `households`."""
        places, rank = self._fronts.find(text, limit=limit)
        return list(zip(places.tolist(), rank.tolist(), strict=True))

    def buildings(self, fronts: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Give one household of each building at these addresses, and how well they fit."""
        seen = {NOWHERE}
        for place, fits in fronts:
            rows = self._rows(place)
            groups, first = np.unique(self._dwellings.building[rows], return_index=True)
            pairs = zip(groups.tolist(), rows[first].tolist(), strict=True)
            yield from ((row, fits) for group, row in pairs if group not in seen)
            seen.update(groups.tolist())

    def households(
        self, text: str, fronts: Sequence[tuple[int, int]], *, limit: int
    ) -> list[tuple[int, int]]:
        """Return the households found, and how well their address fits, in the order of the roster."""
        rows = [np.empty(0, dtype=np.intp), *(self._rows(place) for place, _ in fronts)]
        rows.append(self._behind_building(text))
        found = np.unique(np.concatenate(rows)[:_MOST_ROWS])
        wanted = fold(text)
        folded = zip(self._folded(found), found.tolist(), strict=True)
        ranked = sorted((_fits(address, wanted), row) for address, row in folded)
        return [(row, fits) for fits, row in ranked[:limit]]

    def _behind_building(self, text: str) -> Rows:
        """Return the households of a text that names a room after a building."""
        wanted = fold(text)
        named = re.match(f"(?:{_BUILDING})(?=.)", wanted)
        fronts = [] if named is None else self._fronts.ending(named[0]).tolist()
        rows = np.concatenate([np.empty(0, dtype=np.intp), *map(self._rows, fronts)])[:_MOST_ROWS]
        held = np.array([wanted in address for address in self._folded(rows)], dtype=bool)
        return np.asarray(rows[held], dtype=np.intp)

    def _folded(self, rows: Rows) -> list[str]:
        return [fold(address) for address in self._plain.take(pa.array(rows)).to_pylist()]

    def _rows(self, front: int) -> Rows:
        return self._order[self._first[front] : self._first[front + 1]]

    @cached_property
    def _order(self) -> Rows:
        return np.argsort(self._code, kind="stable")

    @cached_property
    def _first(self) -> Rows:
        return np.searchsorted(self._code[self._order], np.arange(len(self._fronts) + 1))


def homes_of(placement: Placement, hierarchy: Hierarchy) -> Homes:
    """Return the addresses of a placement, to be looked through; made once, and kept while both live."""
    known = _kept.setdefault(placement, WeakKeyDictionary())
    if hierarchy not in known:
        known[hierarchy] = Homes(placement, hierarchy)
    return known[hierarchy]


def _fits(address: str, wanted: str) -> int:
    return EXACT if address == wanted else BEGINS if address.startswith(wanted) else CONTAINS

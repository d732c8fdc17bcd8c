"""Count again: take a placement apart into arrays, by code that shares nothing with placement and tallies.

Everything here is found again from the rows of the roster, the exceptions and the cells that were answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pandas import DataFrame, Series

from gridmap.model.address import plain_texts, split_addresses
from gridmap.model.kept import Kept
from gridmap.model.placement import Placement
from gridmap.model.shown import shows_counts

Rows = NDArray[np.intp]
Counts = NDArray[np.int64]


@shows_counts
@dataclass(frozen=True, eq=False)
class Recount:
    """What a placement says, row by row.

    Parameters
    ----------
    roster, ids, excepted_ids
        The ids of the roster, of what was placed and of the exceptions.
    excepted
        The row in the roster that each exception names, wrong ones too.
    rows
        The row in the roster of everyone placed; -1 for one who is not in it.
    cell
        Where everyone was placed, as a position in `cells`.
    cells
        The ids of the cells in which anybody was placed.
    index, reasons
        The ids of who was placed, and the reasons of the exceptions, as the placement has them.
    in_order
        Whether those placed are the rows of the roster without the exceptions, in the same order.
    table
        The roster.
    area_names
        Names that people may write before an address.
    """

    roster: Any
    ids: Any
    excepted_ids: Any
    excepted: Rows
    rows: Rows
    cell: Rows
    cells: tuple[str, ...]
    index: Any
    reasons: Series
    in_order: bool
    table: Any
    area_names: tuple[str, ...]

    @cached_property
    def complete(self) -> bool:
        """Whether those placed and the exceptions are the roster, each row once."""
        valid = (self.excepted >= 0) & (self.excepted < len(self.roster))
        once = len(np.unique(self.excepted)) == len(self.excepted)
        return bool(
            self.in_order
            and valid.all()
            and once
            and self.roster.take(pa.array(self.excepted)).equals(self.excepted_ids)
        )

    @cached_property
    def residents_of_rows(self) -> Counts:
        """Residents of every row of the roster; unknown ones are 0."""
        return np.asarray(self.table["residents"].fillna(0).astype("int64"))

    @cached_property
    def residents(self) -> Counts:
        """Residents of everyone placed."""
        return np.append(self.residents_of_rows, 0)[self.rows]

    @cached_property
    def compounds(self) -> dict[str, DataFrame]:
        """The addresses looked for so far, as `at` gives them."""
        return {}

    @cached_property
    def _addresses(self) -> Any:
        return text(plain_texts(self.table["address"]))

    def at(self, compound: str) -> DataFrame:
        """Return the parts of the addresses in a compound, by position among those placed."""
        if compound not in self.compounds:
            named = np.asarray(pc.match_substring(self._addresses, compound))
            near = np.flatnonzero(np.append(named, False)[self.rows])
            parts = self.parts_of(near)
            self.compounds[compound] = parts[parts["compound"] == compound]
        return self.compounds[compound]

    def parts_of(self, placed: Rows) -> DataFrame:
        """Take addresses apart, by position among those placed; each must be in the roster."""
        given = self.table[["address", "building"]].iloc[self.rows[placed]].set_axis(placed)
        return split_addresses(given["address"], given["building"], area_names=self.area_names)


_RECOUNTS: Kept[Recount] = Kept()


def recount_of(placement: Placement) -> Recount:
    """Take a placement apart; kept as long as nothing of the placement changes."""
    return _RECOUNTS.of(placement, tables_of(placement), lambda: _recount(placement))


def tables_of(placement: Placement) -> list[DataFrame | Series]:
    """Return all that a proof of a placement reads."""
    return [placement.cells, placement.exceptions, placement.households, placement.grid]


def text(values: Any) -> Any:
    """Return texts as an Arrow array."""
    given = values.array if isinstance(values, Series) else values
    found = pa.array(given, pa.large_string(), from_pandas=True)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _recount(placement: Placement) -> Recount:
    roster, ids = text(placement.households.index.array), text(placement.cells.index.array)
    excepted = placement.exceptions["row"].to_numpy(dtype=np.intp)
    kept = np.ones(len(roster), dtype=bool)
    kept[excepted[(excepted >= 0) & (excepted < len(roster))]] = False
    in_order = bool(roster.filter(pa.array(kept)).equals(ids))
    encoded = text(placement.cells).dictionary_encode()
    return Recount(
        roster=roster,
        ids=ids,
        excepted_ids=text(placement.exceptions["household_id"]),
        excepted=excepted,
        rows=np.flatnonzero(kept) if in_order else first_places(ids, roster),
        cell=np.asarray(encoded.indices, dtype=np.intp),
        cells=tuple(encoded.dictionary.to_pylist()),
        index=placement.cells.index,
        reasons=placement.exceptions["reason"],
        in_order=in_order,
        table=placement.households,
        area_names=placement.area_names,
    )


def first_places(wanted: Any, known: Any) -> Rows:
    """Return where each text stands first among the known ones; -1 where it does not."""
    places = pc.index_in(wanted, value_set=known)
    return np.asarray(places.fill_null(-1), dtype=np.intp)

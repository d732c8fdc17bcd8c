"""Which officials of a role share a cell, and where one is missing: what the map of duties draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gridmap.core.cell_officials import CellOfficials, cell_officials
from gridmap.widget.persons import Persons
from gridmap.widget.spots import Cells, Spots

if TYPE_CHECKING:
    from gridmap.model.duties import Duties
    from gridmap.widget.desk import Desk


@dataclass(frozen=True, eq=False)
class Shares:
    """Who of a role is where.

    Parameters
    ----------
    officials, names
        Those who have cells.
    codes
        For every cell the position of the first of its officials; -1 for none.
    pairs
        Rows of cell, official and households: those who share a cell with others.
    vacant
        The cells for which somebody of the role is missing.
    """

    officials: tuple[str, ...]
    names: tuple[str, ...]
    codes: NDArray[np.int32]
    pairs: NDArray[np.int32]
    vacant: Cells


def shares_of(desk: Desk, duties: Duties, role: str) -> Shares:
    """Tell who of a role is where."""
    bench, spots = desk.bench, Spots(desk)
    first = cell_officials(bench.plan, bench.placement, bench.officials, duties, role=role)
    officials, names, pairs = _shared(desk, duties, role, first, spots)
    return Shares(officials, names, first.codes, pairs, _vacant(duties, role, spots))


def _shared(
    desk: Desk, duties: Duties, role: str, first: CellOfficials, spots: Spots
) -> tuple[tuple[str, ...], tuple[str, ...], NDArray[np.int32]]:
    """Pair cells with all who are linked to households there; those who come first in none are added."""
    table = duties.table
    linked = table[(table["role"] == role) & (table["target_kind"] == "household")]
    if not len(linked):
        return first.officials, first.names, np.empty((0, 3), dtype=np.int32)
    persons = Persons(desk.bench.officials)
    others = sorted(set(linked["official_id"]) - set(first.officials))
    officials = (*first.officials, *others)
    place = {official: code for code, official in enumerate(officials)}
    row = desk.bench.placement.cells.index.get_indexer(linked["target"])
    who = linked["official_id"].map(place).to_numpy()[row >= 0]
    keys = spots.home[row[row >= 0]].astype(np.int64) * len(officials) + who
    found, homes = np.unique(keys, return_counts=True)
    cell, official = np.divmod(found, len(officials))
    several = np.bincount(cell, minlength=len(first.codes))[cell] > 1
    pairs = np.column_stack([cell, official, homes])[several].astype(np.int32)
    return officials, (*first.names, *(persons.name(each) for each in others)), pairs


def _vacant(duties: Duties, role: str, spots: Spots) -> Cells:
    open_ = duties.vacancies[duties.vacancies["role"] == role]
    kinds, targets = open_["target_kind"].to_numpy(), open_["target"].to_numpy()
    homes = spots.home[spots.rows_of(targets[kinds == "household"])]
    in_areas = spots.cells_of_areas(targets[kinds == "area"])
    others = open_[~np.isin(kinds, ["household", "area"])][["target_kind", "target"]].drop_duplicates()
    found = [spots.cells_of(kind, target) for kind, target in others.to_numpy().tolist()]
    return np.unique(np.concatenate([homes, in_areas, *found])).astype(np.intp)

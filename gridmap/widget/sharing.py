"""Which officials of a role share a cell, and where one is missing: what the map of duties draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gridmap.core.cell_officials import cell_officials
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
        All of the role, in the order of their ids.
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
    """Tell who of a role is where; the same person has the same position whatever anybody serves."""
    bench, spots, persons = desk.bench, Spots(desk), Persons(desk.bench.officials)
    first = cell_officials(bench.plan, bench.placement, bench.officials, duties, role=role)
    listed = duties.loads.index[duties.loads["role"] == role]
    officials = tuple(sorted({*listed.astype("str"), *first.officials}))
    place = {official: code for code, official in enumerate(officials)}
    codes = np.array([*(place[each] for each in first.officials), -1], dtype=np.int32)[first.codes]
    return Shares(
        officials,
        tuple(persons.names(officials)),
        codes,
        _pairs(duties, role, place, spots),
        _vacant(duties, role, spots),
    )


def _pairs(duties: Duties, role: str, place: dict[str, int], spots: Spots) -> NDArray[np.int32]:
    """Pair cells with all who are linked to households there, where that are several."""
    table = duties.table
    linked = table[(table["role"] == role) & (table["target_kind"] == "household")]
    row = spots.bench.placement.cells.index.get_indexer(linked["target"])
    who = linked["official_id"].map(place).to_numpy(dtype=np.float64, na_value=-1)
    known = (row >= 0) & (who >= 0)
    keys = spots.home[row[known]].astype(np.int64) * max(len(place), 1) + who[known].astype(np.int64)
    found, homes = np.unique(keys, return_counts=True)
    cell, official = np.divmod(found, max(len(place), 1))
    several = np.bincount(cell, minlength=len(spots.hierarchy.cell_ids))[cell] > 1
    return np.column_stack([cell, official, homes])[several].astype(np.int32)


def _vacant(duties: Duties, role: str, spots: Spots) -> Cells:
    open_ = duties.vacancies[duties.vacancies["role"] == role]
    kinds, targets = open_["target_kind"].to_numpy(), open_["target"].to_numpy()
    homes = spots.home[spots.rows_of(targets[kinds == "household"])]
    in_areas = spots.cells_of_areas(targets[kinds == "area"])
    others = open_[~np.isin(kinds, ["household", "area"])][["target_kind", "target"]].drop_duplicates()
    found = [spots.cells_of(kind, target) for kind, target in others.to_numpy().tolist()]
    return np.unique(np.concatenate([homes, in_areas, *found])).astype(np.intp)

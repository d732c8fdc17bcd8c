"""What an official holds in a role, in groups that can be handed over: buildings, areas, zones, sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gridmap.core.dwellings import dwellings_of
from gridmap.export.plain import plain_text
from gridmap.widget.spots import Cells, Spots

if TYPE_CHECKING:
    from pandas import DataFrame

    from gridmap.model.duties import Duties
    from gridmap.widget.desk import Desk

_APART = "\x1f"


@dataclass(frozen=True, eq=False)
class Group:
    """What is handed over together.

    Parameters
    ----------
    key
        Names it between the view and the desk.
    kind
        ``household``, ``area``, ``zone`` or ``site``.
    name
        What people call it.
    cells
        The positions of its cells.
    at
        Its middle in Mercator metres; None where only its cells are known.
    households
        How many live there.
    pinned
        How many of its duties were set by hand.
    targets
        Its households, or the one target.
    """

    key: str
    kind: str
    name: str
    cells: Cells
    at: tuple[float, float] | None
    households: int
    pinned: int
    targets: tuple[str, ...]


def rows_held(duties: Duties, official: str, role: str) -> DataFrame:
    """Return the duties of an official in a role."""
    table = duties.table
    return table[(table["official_id"] == official) & (table["role"] == role)]


def groups_held(desk: Desk, duties: Duties, official: str, role: str) -> list[Group]:
    """Return what an official holds in a role: households building by building, all else one by one.

    A building that lies in two cells is two groups; the households of a cell that name no building are one.
    """
    held, spots = rows_held(duties, official, role), Spots(desk)
    is_home = (held["target_kind"] == "household").to_numpy()
    others = [_single(spots, *row) for row in held[~is_home][["target_kind", "target", "origin"]].to_numpy()]
    return others + _buildings(spots, held[is_home])


def _single(spots: Spots, kind: str, target: str, origin: str) -> Group:
    return Group(
        key=_APART.join((kind, target)),
        kind=kind,
        name=spots.name(kind, target),
        cells=spots.cells_of(kind, target),
        at=None,
        households=spots.households_of(kind, target),
        pinned=int(origin == "pinned"),
        targets=(target,),
    )


def _buildings(spots: Spots, held: DataFrame) -> list[Group]:
    placement, dwellings = spots.bench.placement, dwellings_of(spots.bench.placement, spots.hierarchy)
    row = placement.cells.index.get_indexer(held["target"])
    placed = row >= 0
    row, pinned = row[placed], (held["origin"] == "pinned").to_numpy()[placed]
    if not len(row):
        return []
    cell, building = spots.home[row], dwellings.building[row]
    order = np.lexsort([row, building, cell])
    cuts = np.flatnonzero((np.diff(cell[order]) != 0) | (np.diff(building[order]) != 0)) + 1
    at = _mercator(spots, row)
    return [_building(spots, row[part], pinned[part], at[part]) for part in np.split(order, cuts)]


def _building(spots: Spots, row: Cells, pinned: NDArray[np.bool_], at: NDArray[np.float64]) -> Group:
    placement, hierarchy = spots.bench.placement, spots.hierarchy
    dwellings, first = dwellings_of(placement, hierarchy), int(row[0])
    cell = int(spots.home[first])
    cell_id = str(hierarchy.cell_ids[cell])
    is_named = dwellings.building[first] >= 0
    name = plain_text(dwellings.name(first, whole=False)) if is_named else ""
    known = at[np.isfinite(at).all(axis=1)]
    return Group(
        key=_APART.join(("household", cell_id, name)),
        kind="household",
        name=name or plain_text(hierarchy.name(cell_id)),
        cells=np.array([cell], dtype=np.intp),
        at=(float(known[:, 0].mean()), float(known[:, 1].mean())) if len(known) else None,
        households=len(row),
        pinned=int(pinned.sum()),
        targets=tuple(placement.cells.index[row].tolist()),
    )


def _mercator(spots: Spots, row: Cells) -> NDArray[np.float64]:
    xy = spots.bench.placement.bounds[row, :2]
    known = np.isfinite(xy).all(axis=1)
    at = np.full(xy.shape, np.nan)
    at[known] = spots.ground.projection.to_mercator(xy[known])
    return at


def told(groups: Sequence[Group]) -> list[dict[str, Any]]:
    """Return groups as plain rows; their cells are told beside them."""
    return [
        {
            "key": group.key,
            "kind": group.kind,
            "name": group.name,
            "at": None if group.at is None else [round(each, 1) for each in group.at],
            "households": group.households,
            "pinned": group.pinned,
        }
        for group in groups
    ]

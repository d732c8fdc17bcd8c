"""Locks that keep everybody in some cells: the cells, and the carve-outs that hold households there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from gridmap.core.apply import apply_edit
from gridmap.core.changes import Places, ids_of, places_of
from gridmap.core.claims import claims_on, won_rows
from gridmap.core.edits import Lock, Unlock
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.zone import CarveOut


def lock_of(
    plan: Plan, *, cells: Iterable[str] = (), areas: Iterable[str] = (), placement: Placement
) -> Lock:
    """Write the edit that locks cells and whatever of them is under a tier of its own.

    A lock of the cells alone beats what is carved out of them: a sealed building would come under the tier of
    its cell. A carve-out is locked as a whole, also where an earlier lock of another cell had beaten it.

    Parameters
    ----------
    plan
        The plan.
    cells, areas
        Cell ids; ids of areas of any level.
    placement
        The placed households.

    Returns
    -------
    lock
        The cells and areas, and the carve-outs that hold a household in them and are not locked yet; also
        what holds others whom one of these carve-outs would move once it is locked.

    Raises
    ------
    UnknownCellError
        If the plan lacks a cell or an area.
    """
    cells, areas = list(cells), list(areas)
    inside = np.zeros(len(plan.hierarchy.cell_ids), dtype=bool)
    inside[places_of(plan, cells, areas)] = True
    at = claims_on(plan, placement).census.places
    held = {carve: won_rows(carve, plan, placement) for carve in plan.carve_list if not carve.locked}
    carves = [carve for carve, rows in held.items() if inside[at[rows]].any()]
    while True:
        lock = Lock(cells=cells, areas=areas, carve_outs=_ids(carves))
        if not carves:
            return lock
        moved = _moved(plan, apply_edit(plan, lock), placement)
        # what is locked beats all that is not: what held them has to be locked with it
        more = [carve for carve, rows in held.items() if carve not in carves and np.isin(rows, moved).any()]
        bare = [cell for cell in _bare_cells(plan, at, moved, held.values()) if cell not in cells]
        if not (more or bare):
            return lock
        carves += more
        cells += bare


def unlock_of(
    plan: Plan, *, cells: Iterable[str] = (), areas: Iterable[str] = (), placement: Placement
) -> Unlock:
    """Write the edit that undoes `lock_of`: carve-outs that hold households in cells still locked stay so.

    Parameters and errors are the same.
    """
    cells, areas = list(cells), list(areas)
    locked = plan.layers["lock"].said
    freed = np.zeros(len(locked), dtype=bool)
    freed[places_of(plan, cells, areas)] = True
    freed &= locked
    census = claims_on(plan, placement).census
    held = {
        carve: census.places[won_rows(carve, plan, placement)] for carve in plan.carve_list if carve.locked
    }
    found = [carve for carve, own in held.items() if freed[own].any() and not (locked & ~freed)[own].any()]
    return Unlock(cells=cells, areas=areas, carve_outs=_ids(found))


def _bare_cells(plan: Plan, at: Places, moved: Places, held: Iterable[Places]) -> list[str]:
    """Return the cells of those households that no carve-out holds."""
    carved = np.concatenate([np.empty(0, dtype=np.intp), *held])
    return ids_of(plan, np.unique(at[np.setdiff1d(moved, carved)]))


def _moved(before: Plan, after: Plan, placement: Placement) -> Places:
    """Return the households that are under another tier or zone."""
    one, other = claims_on(before, placement), claims_on(after, placement)
    return np.flatnonzero((one.tier != other.tier) | (one.zone != other.zone))


def _ids(carves: Sequence[CarveOut]) -> list[str]:
    return [carve.carve_out_id for carve in carves]

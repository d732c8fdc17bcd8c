"""Parts of a set of cells that hang together, and the areas that cells have in common."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.core.topology import connected
from gridmap.model.areas import Hierarchy

_LOOKS = 3
Places = npt.NDArray[np.intp]


def near_pairs(hierarchy: Hierarchy, places: Places) -> tuple[Places, Places]:
    """Return the pairs (cell of `places`, any other cell) whose boxes meet, each pair once, as positions."""
    geometry = np.asarray(hierarchy.geometry.array)
    inside, found = hierarchy.tree.query(geometry[places])
    own = places[inside]
    asked = np.zeros(len(geometry), dtype=bool)
    asked[places] = True
    once = (own != found) & (~asked[found] | (own < found))
    return own[once], found[once]


def touching(hierarchy: Hierarchy, first: Places, second: Places) -> npt.NDArray[np.bool_]:
    """Tell of each pair of cells whether they share a border or a corner."""
    geometry = np.asarray(hierarchy.geometry.array)
    return np.asarray(shapely.intersects(geometry[first], geometry[second]))


def touching_parts(hierarchy: Hierarchy, members: Places, first: Places, second: Places) -> list[list[int]]:
    """Group cells into parts that hang together by a border or a corner, as `connected_parts` does.

    Parameters
    ----------
    members
        The positions of the cells.
    first, second
        Their pairs that may touch. To look at one takes long, and most are of cells that hang together by
        others already; those are not looked at.
    """
    known, ends = np.unique(np.concatenate([first, second]), return_inverse=True)
    one, other = np.split(ends.astype(np.int32), 2)
    open_pairs = np.arange(len(first))
    touch = np.zeros(len(first), dtype=bool)
    leader = np.arange(len(known), dtype=np.int32)
    for _ in range(_LOOKS):  # one pair of each part; at first, that is of each cell
        _, chosen = np.unique(leader[one[open_pairs]], return_index=True)
        looked = open_pairs[chosen]
        touch[looked] = touching(hierarchy, first[looked], second[looked])
        leader = connected(len(known), one[touch], other[touch])
        open_pairs = np.delete(open_pairs, chosen)
        open_pairs = open_pairs[leader[one[open_pairs]] != leader[other[open_pairs]]]
    touch[open_pairs] = touching(hierarchy, first[open_pairs], second[open_pairs])
    return connected_parts(first[touch], second[touch], members)


def connected_parts(first: Places, second: Places, members: Places) -> list[list[int]]:
    """Group the members into parts that hang together, each sorted, in order of their first member.

    Parameters
    ----------
    first, second
        Pairs of positions that touch; a pair with a stranger is left aside.
    members
        The positions to group.
    """
    known = np.unique(np.asarray(members, dtype=np.intp))
    one, other = (np.searchsorted(known, side) for side in (first, second))
    inside = (one < len(known)) & (other < len(known))
    inside[inside] = (known[one[inside]] == first[inside]) & (known[other[inside]] == second[inside])
    leader = connected(len(known), one[inside].astype(np.int32), other[inside].astype(np.int32))
    order = np.argsort(leader, kind="stable")
    starts = np.flatnonzero(np.diff(leader[order])) + 1
    return [part.tolist() for part in np.split(known[order], starts)] if len(known) else []


def common_area(hierarchy: Hierarchy, places: Places) -> str:
    """Return the name of the smallest area that holds all these cells; empty when they share none."""
    lines = hierarchy.lineage[:, places]
    above = lines[:, 0].tolist() if len(places) else []
    shared = (area for area in above if area >= 0 and (lines == area).any(axis=0).all())
    smallest = next(shared, None)
    return "" if smallest is None else hierarchy.name(hierarchy.areas.index[smallest])

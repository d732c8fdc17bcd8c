"""Parts of a set of cells that hang together, and the areas that cells have in common."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.core.topology import connected
from gridmap.model.areas import Hierarchy

Places = npt.NDArray[np.intp]


def touching_pairs(hierarchy: Hierarchy, places: Places) -> tuple[Places, Places]:
    """Return the pairs (cell of `places`, any other cell) that share a border or a corner, as positions."""
    geometry = np.asarray(hierarchy.geometry.array)
    inside, found = hierarchy.tree.query(geometry[places])
    own = places[inside]
    asked = np.zeros(len(geometry), dtype=bool)
    asked[places] = True
    once = (own != found) & (~asked[found] | (own < found))  # a pair is looked at once
    own, found = own[once], found[once]
    touch = shapely.intersects(geometry[own], geometry[found])
    own, found = own[touch], found[touch]
    both = asked[found]
    return np.concatenate([own, found[both]]), np.concatenate([found, own[both]])


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

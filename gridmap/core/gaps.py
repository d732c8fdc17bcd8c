"""What cells leave between them: voids that they enclose, and vertices that only one of two has."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.core.dissolve import dissolve
from gridmap.core.overlaps import Flags, Positions, Shapes, misfits, overlapping
from gridmap.core.rings import NONE, Floats, Numbers, vertex_numbers
from gridmap.core.topology import Topology

_ROUNDING_ULPS = 4


def voids(polygons: Shapes, topology: Topology, unsound: Flags) -> Shapes:
    """Find the voids that cells enclose on all sides.

    The sound cells are joined by reading their borders; only the others go through the geometry.
    """
    labels = np.where(unsound, NONE, 0).astype(np.int32)
    sound = dissolve(topology, labels, np.ones(1, dtype=bool))
    pieces = [*sound[~shapely.is_missing(sound)], *polygons[unsound]]
    ground = shapely.union_all(pieces) if unsound.any() else shapely.multipolygons(shapely.get_parts(pieces))
    parts = shapely.get_parts(ground)
    if not shapely.get_num_interior_rings(parts).any():
        return np.empty(0, dtype=object)
    filled = shapely.union_all(shapely.polygons(shapely.get_exterior_ring(parts)))
    found = shapely.get_parts(shapely.difference(filled, ground))
    return np.asarray(found[shapely.area(found) > 0], dtype=object)


def overlaps_and_voids(polygons: Shapes, topology: Topology) -> tuple[Positions, Shapes]:
    """Find what is covered twice or not at all.

    Parameters
    ----------
    polygons
        The outlines of the cells, all valid.
    topology
        Their topology.

    Returns
    -------
    pairs, voids
        The positions of the cells that overlap, shape (pairs, 2), and the voids that cells enclose.
    """
    sound = np.ones(len(polygons), dtype=bool)
    misfit, edges = misfits(polygons, topology, ~sound)
    pairs = overlapping(polygons, topology, ~sound, misfit, edges)
    sound[misfit] = sound[pairs] = False
    return pairs, voids(polygons, topology, ~sound)


class Unmatched(NamedTuple):
    """Vertices on the border of a cell that lacks them.

    Parameters
    ----------
    lacking
        The cell that lacks each.
    having
        The cell beside it that has it.
    xy
        Where it is, shape (vertices, 2).
    edge
        The start and the end of the edge that it lies on, shape (vertices, 2, 2).
    """

    lacking: Numbers
    having: Numbers
    xy: Floats
    edge: Floats


def unmatched_vertices(topology: Topology) -> Unmatched:
    """Find the vertices that only one of two neighbours has on their common straight border.

    A vertex counts as on a border if it is off by no more than the rounding of coordinates. What is off by
    more leaves a gap or an overlap.
    """
    edge, cell = _loose_edges(topology)
    number = vertex_numbers(edge.reshape(-1, 2)).reshape(-1, 2)
    rounding = rounding_of(edge)
    # each edge is looked at from both its ends: is the end on another edge, and the edge along that one?
    end, away = edge.reshape(-1, 2), edge[:, ::-1].reshape(-1, 2)
    lines = shapely.linestrings(edge)
    at, on = shapely.STRtree(lines).query(shapely.points(end), predicate="dwithin", distance=rounding)
    owner = cell[at // 2]
    own = np.sort(np.repeat(cell.astype(np.int64), 2) * len(end) + number.ravel())
    wanted = cell[on].astype(np.int64) * len(end) + number.ravel()[at]
    has = own[np.minimum(np.searchsorted(own, wanted), len(own) - 1)] == wanted if len(own) else wanted > 0
    kept = (owner != cell[on]) & ~has
    at, on = at[kept], on[kept]
    backward = ((edge[at // 2, 1] - edge[at // 2, 0]) * (edge[on, 1] - edge[on, 0])).sum(axis=1) < 0
    kept = backward & _along(end[at], away[at], edge[on], rounding)
    at, on = at[kept], on[kept]
    key = np.column_stack([cell[on], cell[at // 2], number.ravel()[at]])
    _, once = np.unique(key, axis=0, return_index=True)
    at, on = at[once], on[once]
    return Unmatched(cell[on], cell[at // 2], end[at], edge[on])


def rounding_of(xy: Floats) -> float:
    """Return how far apart two coordinates may be that are meant to be one, in their own unit."""
    return _ROUNDING_ULPS * float(np.spacing(np.abs(xy).max(initial=0.0)))


def _loose_edges(topology: Topology) -> tuple[Floats, Numbers]:
    """Return the edges with a cell on one side only, shape (edges, 2, 2), and their cells."""
    start, end, left, right = topology.edges()
    loose = right == NONE
    return np.stack([start[loose], end[loose]], axis=1), left[loose]


def _along(end: Floats, away: Floats, edge: Floats, rounding: float) -> npt.NDArray[np.bool_]:
    """Tell whether the edges from `end` to `away` run along other edges for more than a rounding."""
    way, line = away - end, edge[:, 1] - edge[:, 0]
    reach, length = np.hypot(*way.T), np.hypot(*line.T)
    unit = line / length[:, None]
    # how far both run on together, in the direction of the first
    ahead = np.where(((way * unit).sum(axis=1) > 0)[:, None], edge[:, 1] - end, edge[:, 0] - end)
    left = np.abs((ahead * unit).sum(axis=1))
    shared = np.minimum(reach, left)
    meet = end - edge[:, 0] + way * (shared / reach)[:, None]
    off = np.abs(meet[:, 0] * unit[:, 1] - meet[:, 1] * unit[:, 0])
    return np.asarray((shared > rounding) & (off <= 2 * rounding))

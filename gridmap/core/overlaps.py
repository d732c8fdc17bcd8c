"""Cells that do not fit: where borders have no partner, and which cells lie over one another."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.core.topology import Topology

Shapes = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.intp]


def misfits(polygons: Shapes, topology: Topology, broken: Flags) -> tuple[Positions, Shapes]:
    """Find the cells with edges that do not match those beside them.

    Parameters
    ----------
    polygons
        The outlines of the cells.
    topology
        Their topology.
    broken
        Which outlines are invalid; they are left out.

    Returns
    -------
    cells, edges
        The positions of the cells, rising, and the edges of each that are wrong. A cell around others that
        lie wholly within it is not among them, but they are.

    Notes
    -----
    Only the cells around arcs with a face on one side are compared. How many cells lie over a place changes
    only across such an arc; so at the rim of every overlap are two of these.
    """
    cells = _suspects(polygons, topology, broken)
    cells = cells[~broken[cells]]
    edges = np.asarray(shapely.coverage_invalid_edges(polygons[cells]), dtype=object)
    wrong = ~shapely.is_empty(edges)
    return cells[wrong], edges[wrong]


def overlapping(
    polygons: Shapes, topology: Topology, broken: Flags, misfit: Positions, edges: Shapes
) -> Positions:
    """Find all pairs of cells that have ground in common.

    Parameters
    ----------
    polygons, topology, broken
        As for `misfits`.
    misfit, edges
        What that found.

    Returns
    -------
    pairs
        Positions in an array of shape (pairs, 2), the lower first, sorted.

    Notes
    -----
    From the cells at a wrong edge the search goes on, over shared borders, as long as it meets cells that
    overlap others. On a way from a place that two cells cover to the rim of what is covered twice, both are
    followed by their neighbours over shared borders, up to a cell at the rim: so no pair is missed.
    """
    if not len(misfit):
        return np.empty((0, 2), dtype=np.intp)
    tree = shapely.STRtree(polygons)
    asked = broken.copy()
    front = np.union1d(misfit, tree.query(edges, predicate="intersects")[1])
    found = [np.empty((0, 2), dtype=np.intp)]
    while len(front := front[~asked[front]]):
        asked[front] = True
        pairs = _with_ground_in_common(polygons, tree, front, broken)
        found.append(pairs)
        over = np.zeros(len(polygons), dtype=bool)
        over[pairs] = True
        beside = topology.pairs[over[topology.pairs].any(axis=1)]
        front = np.union1d(pairs, beside)
    return np.unique(np.concatenate(found), axis=0)


def _suspects(polygons: Shapes, topology: Topology, also: Flags) -> Positions:
    """Return the cells whose box meets an arc with a face on one side only, or one of some cells, rising."""
    marked = np.append(also, np.zeros(1, dtype=bool))
    loose = marked[topology.left] | marked[topology.right]
    loose[topology.unpaired] = True
    arcs = np.flatnonzero(loose)
    size = np.diff(topology.first)[arcs]
    vertex = np.repeat(topology.first[arcs] - np.cumsum(size) + size, size) + np.arange(size.sum())
    lines = shapely.linestrings(topology.xy[vertex], indices=np.repeat(np.arange(len(arcs)), size))
    boxes = shapely.box(*shapely.bounds(polygons).T)
    _, cell = shapely.STRtree(boxes).query(lines, predicate="intersects")
    return np.unique(cell)


def _with_ground_in_common(
    polygons: Shapes, tree: shapely.STRtree, cells: Positions, broken: Flags
) -> Positions:
    """Return the pairs of one of some cells and any other that share ground."""
    one, other = tree.query(polygons[cells], predicate="intersects")
    pairs = np.sort(np.column_stack([cells[one], other]), axis=1)
    pairs = pairs[(pairs[:, 0] < pairs[:, 1]) & ~broken[other]]
    pairs = np.unique(pairs, axis=0)
    common = shapely.intersection(polygons[pairs[:, 0]], polygons[pairs[:, 1]])
    return np.asarray(pairs[shapely.area(common) > 0])

"""The shared-edge topology of a grid: every border once, with the cells on its two sides.

An *arc* is a run of edges with the same face on either side; a *node* is where arcs meet. Each arc is walked
twice: half-arc ``2 a`` runs along arc ``a`` and has the arc's first face on its left, half-arc ``2 a + 1``
runs against it and has the second one. Around a face one half-arc follows the other; so rings, neighbours and
the outlines of any zones are read off without looking at a coordinate.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from gridmap.core.rings import NONE, Floats, Numbers, Places, Rings, rings_of, vertex_numbers
from gridmap.core.runs import Runs, ends_of_rings, recalled, runs_of
from gridmap.model.areas import Hierarchy

_built: WeakKeyDictionary[Hierarchy, Topology] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Topology:
    """The borders of the cells of a grid.

    Parameters
    ----------
    cells
        How many cells there are.
    face_cell
        The position of the cell of each face; a face is one part of a cell, with its holes.
    xy
        The coordinates of the arcs, arc after arc, both ends included; shape (vertices, 2).
    first
        Where each arc begins in `xy`; one more at the end.
    face
        The faces on the left and on the right of each arc, shape (arcs, 2); `NONE` where there is none.
    node
        The nodes where each arc starts and ends, shape (arcs, 2).
    following
        The half-arc that follows each half-arc around its face; `NONE` for one without a face.
    """

    cells: int
    face_cell: Numbers
    xy: Floats
    first: Places
    face: Numbers
    node: Numbers
    following: Numbers

    @cached_property
    def left(self) -> Numbers:
        """The cell on the left of each arc; `NONE` for none."""
        return self._cell_of(self.face[:, 0])

    @cached_property
    def right(self) -> Numbers:
        """The cell on the right of each arc; `NONE` for none."""
        return self._cell_of(self.face[:, 1])

    @cached_property
    def half_face(self) -> Numbers:
        """The face of each half-arc; `NONE` for none."""
        return self.face.ravel()

    @cached_property
    def half_cell(self) -> Numbers:
        """The cell of each half-arc; `NONE` for none."""
        return self._cell_of(self.half_face)

    @cached_property
    def pairs(self) -> Numbers:
        """The pairs of cells that share an edge, shape (pairs, 2), the lower first, each once and sorted."""
        both = (self.left != NONE) & (self.right != NONE) & (self.left != self.right)
        low = np.minimum(self.left[both], self.right[both]).astype(np.int64)
        high = np.maximum(self.left[both], self.right[both])
        keys = distinct(low * max(self.cells, 1) + high)
        return np.column_stack(np.divmod(keys, max(self.cells, 1))).astype(np.int32)

    @cached_property
    def unpaired(self) -> npt.NDArray[np.intp]:
        """The arcs with a face on one side only: the outer boundary, and what is wrong with a coverage."""
        return np.flatnonzero(self.face[:, 1] == NONE)

    def edges(self) -> tuple[Floats, Floats, Numbers, Numbers]:
        """Return every edge once: where it starts, where it ends, the cells on its left and on its right."""
        inner = np.ones(len(self.xy), dtype=bool)
        inner[self.first[1:] - 1] = False
        start = np.flatnonzero(inner)
        times = np.diff(self.first) - 1
        return (
            self.xy.take(start, axis=0),
            self.xy.take(start + 1, axis=0),
            np.repeat(self.left, times),
            np.repeat(self.right, times),
        )

    def parts(self, labels: npt.ArrayLike) -> Numbers:
        """Find the connected parts of a labelling: faces of one label that share an edge have one number.

        Parameters
        ----------
        labels
            An integer for each cell; below 0 for none.

        Returns
        -------
        part
            A number for each face, the lowest face of its part; `NONE` for faces without a label.
        """
        label = np.asarray(labels)[self.face_cell]
        one, other = self._beside
        same = (label[one] == label[other]) & (label[one] >= 0)
        return np.where(label < 0, NONE, connected(len(label), one[same], other[same])).astype(np.int32)

    @cached_property
    def _beside(self) -> tuple[Numbers, Numbers]:
        """The faces on the two sides of the arcs that have two."""
        one, other = self.face[(self.face != NONE).all(axis=1)].T
        return np.ascontiguousarray(one), np.ascontiguousarray(other)

    def _cell_of(self, face: Numbers) -> Numbers:
        return np.append(self.face_cell, np.int32(NONE))[face]


def topology_for(hierarchy: Hierarchy) -> Topology:
    """Return the topology of the cells of a hierarchy; it is built once, and let go with the hierarchy."""
    found = _built.get(hierarchy)
    if found is None:
        found = topology_of(np.asarray(hierarchy.geometry.array, dtype=object))
        _built[hierarchy] = found
    return found


def topology_of(polygons: npt.NDArray[np.object_]) -> Topology:
    """Build the topology of polygons.

    It is built of any polygons. Where they do not fit, by an overlap, a gap or a vertex that only one of two
    neighbours has, edges stay without a partner, and their arcs have no face on the right.

    Parameters
    ----------
    polygons
        The outlines of the cells in one plane; a missing or empty one has no border.

    Returns
    -------
    topology
        In the order of the cells: the same cells give the same arrays.

    Notes
    -----
    Edges find their partners by sorting one number for each edge, made of its two ends; every pair is then
    compared by its coordinates. A vertex is a node unless the two edges at it have the same neighbour. What
    that search found can be kept, see `gridmap.core.runs`.
    """
    rings = rings_of(polygons)
    return _assemble(len(polygons), rings, recalled(rings) or runs_of(rings))


def connected(size: int, one: Numbers, other: Numbers) -> Numbers:
    """Give each of `size` members the lowest member that it hangs together with, by pairs that do."""
    leader = np.arange(size, dtype=np.int32)
    while len(one):
        low = np.minimum(leader[one], leader[other])
        np.minimum.at(leader, leader[one], low)
        np.minimum.at(leader, leader[other], low)
        above = leader[leader]
        while (above != leader).any():
            leader, above = above, above[above]
        apart = leader[one] != leader[other]
        one, other = one[apart], other[apart]
    return leader


def distinct(keys: Places) -> Places:
    """Return each key once, in order; `numpy.unique` is slower, and lets no other thread run meanwhile."""
    keys = np.sort(keys)
    return np.asarray(keys[np.append(keys[:1] == keys[:1], keys[1:] != keys[:-1])])


def _assemble(cells: int, rings: Rings, runs: Runs) -> Topology:
    """Make one arc of the two runs that lie on one another."""
    start, beside = runs.start, runs.beside
    ring = rings.ring[start]
    last = ends_of_rings(ring)
    next_run = np.arange(1, len(start) + 1)
    next_run[last] = np.flatnonzero(np.append(np.ones(1, dtype=bool), last[:-1])[: len(ring)])
    size = start[next_run] - start
    size[last] += np.diff(rings.first)
    own = np.flatnonzero((beside == NONE) | (np.arange(len(start)) < beside))
    half = np.empty(len(start), dtype=np.int32)
    half[own] = 2 * np.arange(len(own), dtype=np.int32)
    two = own[beside[own] != NONE]
    half[beside[two]] = half[two] + 1
    following = np.full(2 * len(own), NONE, dtype=np.int32)
    following[half] = half[next_run]
    face = np.full((len(own), 2), NONE, dtype=np.int32)
    face.reshape(-1)[half] = rings.face[ring]
    node = vertex_numbers(rings.xy[start])
    first = np.concatenate([[0], np.cumsum(size[own] + 1)]).astype(np.int64)
    return Topology(
        cells=cells,
        face_cell=rings.face_cell,
        xy=rings.xy.take(_vertices(rings, start[own], size[own] + 1, first), axis=0),
        first=first,
        face=face,
        node=np.column_stack([node[own], node[next_run[own]]]),
        following=following,
    )


def _vertices(rings: Rings, start: npt.NDArray[np.intp], size: Places, first: Places) -> Places:
    """Return the vertices of runs one after the other, round the end of their rings."""
    vertex = np.arange(first[-1]) + np.repeat(start - first[:-1], size)
    end = np.repeat(rings.first[1:][rings.ring[start]], size)
    length = np.repeat(np.diff(rings.first)[rings.ring[start]], size)
    return np.asarray(np.where(vertex >= end, vertex - length, vertex), dtype=np.int64)

"""Cells in few bytes, for a browser: every arc once, as steps on a fine lattice, and cells by their arcs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridmap.core.dissolve import Shapes, cycles
from gridmap.core.rings import NONE, Places
from gridmap.core.topology import Topology, topology_of


@dataclass(frozen=True, eq=False)
class Encoded:
    """The arcs of cells as bytes, and the rings of the cells as arcs.

    Parameters
    ----------
    arcs
        Whole numbers as `varints` writes them. For each arc the number of its vertices, then for each vertex
        the step in x and in y from the vertex before it, through all arcs and from 0, 0 on.
    scale
        How many steps of the lattice make one unit of the coordinates.
    polygons
        For each cell its polygons; a polygon is a list of rings, the outer one first; a ring is a list of
        half-arcs: ``2 a`` for arc ``a`` as it runs, ``2 a + 1`` for the same arc the other way round.
    """

    arcs: bytes
    scale: int
    polygons: list[list[list[list[int]]]]


def encode(shapes: Shapes, *, decimals: int) -> Encoded:
    """Write polygons so that a border of two is there once.

    Parameters
    ----------
    shapes
        Polygons; a missing or empty one has no part in the answer.
    decimals
        Digits of the coordinates that are kept after the point.
    """
    topology = topology_of(shapes)
    scale = 10**decimals
    lattice = np.rint(topology.xy * scale).astype(np.int64)
    steps = np.diff(lattice, axis=0, prepend=0)
    sizes = np.diff(topology.first)
    numbers = np.insert(steps.ravel(), 2 * topology.first[:-1], sizes)
    return Encoded(varints(numbers), scale, _polygons(topology))


def varints(numbers: NDArray[np.int64]) -> bytes:
    """Write whole numbers in as few bytes as each needs: seven bits a byte, the lowest first.

    The eighth bit says that more bytes follow. A number n from 0 up is written as 2 n, one below as -2 n - 1.

    Examples
    --------
    >>> varints(np.array([1, -1, 64])).hex(" ")
    '02 01 80 01'
    """
    rest = np.where(numbers < 0, -2 * numbers - 1, 2 * numbers).astype(np.uint64)
    size = 1 + (rest[:, None] >= np.uint64(1) << np.arange(7, 63, 7, dtype=np.uint64)).sum(axis=1)
    first = np.cumsum(size) - size
    answer = np.zeros(int(size.sum()), dtype=np.uint8)
    for place in range(int(size.max(initial=0))):
        more = size > place
        byte = (rest[more] >> np.uint64(7 * place)) & np.uint64(127)
        answer[first[more] + place] = byte | np.where(size[more] > place + 1, np.uint64(128), np.uint64(0))
    return answer.tobytes()


def _polygons(topology: Topology) -> list[list[list[list[int]]]]:
    half = np.flatnonzero(topology.half_face != NONE)
    order, first = cycles(np.searchsorted(half, topology.following[half]))
    half = half[order]
    face = topology.half_face[half[first[:-1]]]
    answer: list[list[list[list[int]]]] = [[] for _ in range(topology.cells)]
    faces: list[list[list[int]]] = [[] for _ in topology.face_cell]
    for cell, polygon in zip(topology.face_cell.tolist(), faces, strict=True):
        answer[cell].append(polygon)
    for ring in np.lexsort((_holes(topology, half, first), face)).tolist():
        faces[face[ring]].append(half[first[ring] : first[ring + 1]].tolist())
    return answer


def _holes(topology: Topology, half: Places, first: Places) -> NDArray[np.bool_]:
    """Tell which rings run clockwise, by the area under the arcs that they are made of."""
    if not len(half):
        return np.empty(0, dtype=bool)
    x, y = (topology.xy - topology.xy[0]).T
    under = np.append((x[:-1] - x[1:]) * (y[:-1] + y[1:]), 0.0)
    under[topology.first[1:] - 1] = 0.0
    area = np.add.reduceat(under, topology.first[:-1])
    signed = np.where(half & 1, -1.0, 1.0) * area[half >> 1]
    return np.asarray(np.add.reduceat(signed, first[:-1]) < 0)

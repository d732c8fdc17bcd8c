"""The rings of polygons as directed edges, and which edges of different rings are one border."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Numbers = NDArray[np.int32]
Hashes = NDArray[np.uint64]
NONE = -1
_CHUNK = 2**18
_AT_ONCE = 2**12
_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


@dataclass(frozen=True, eq=False)
class Rings:
    """The rings of all polygons, each with its polygon on the left; edge i runs from vertex i to the next.

    Parameters
    ----------
    xy
        The vertices, ring after ring, in an array of shape (n, 2); a closing vertex is not repeated.
    first
        Where each ring begins in `xy`; one more at the end.
    face
        The face of each ring. A face is one part of a cell, with its holes.
    face_cell
        The position of the cell of each face.
    """

    xy: Floats
    first: Places
    face: Numbers
    face_cell: Numbers

    @cached_property
    def ring(self) -> Numbers:
        """The ring of each edge."""
        return np.repeat(np.arange(len(self.face), dtype=np.int32), np.diff(self.first))

    @cached_property
    def following(self) -> Numbers:
        """The edge that follows each edge in its ring."""
        edges = np.arange(1, len(self.xy) + 1, dtype=np.int32)
        edges[self.first[1:] - 1] = self.first[:-1]
        return edges

    @cached_property
    def preceding(self) -> Numbers:
        """The edge before each edge in its ring."""
        edges = np.arange(-1, len(self.xy) - 1, dtype=np.int32)
        edges[self.first[:-1]] = self.first[1:] - 1
        return edges


def rings_of(polygons: NDArray[np.object_]) -> Rings:
    """Take the rings of polygons; what is missing, empty or no polygon has none.

    Parameters
    ----------
    polygons
        Polygons or multipolygons in one plane; heights are left aside.

    Returns
    -------
    rings
        Without edges of no length; a ring of no extent is left out.
    """
    shapes = np.array(polygons, dtype=object)
    shapes[~np.isin(shapely.get_type_id(shapes), _POLYGONS)] = None
    parts, cell = _parts(shapes)
    lines, face, xy, ring = _vertices(parts)
    _turn(xy, np.bincount(ring, minlength=len(lines)), shapely.is_ccw(lines) != _outer(face))
    x, y = xy.T
    kept = np.zeros(len(xy), dtype=bool)
    kept[:-1] = (ring[:-1] == ring[1:]) & ((x[:-1] != x[1:]) | (y[:-1] != y[1:]))
    sizes = np.bincount(ring[kept], minlength=len(lines))
    first = np.concatenate([[0], np.cumsum(sizes[sizes > 0])]).astype(np.int64)
    xy = xy[kept]
    xy += 0.0  # makes the two zeros one, so that equal coordinates have equal bits
    return Rings(xy, first, face[sizes > 0].astype(np.int32), cell.astype(np.int32))


def _vertices(
    parts: NDArray[np.object_],
) -> tuple[NDArray[np.object_], NDArray[np.intp], NDArray[np.float64], NDArray[np.intp]]:
    """Return the rings of polygons with the polygon of each, and their vertices with the ring of each.

    Some are taken after the other, because no other thread runs while that is done.
    """
    found: list[tuple[Any, ...]] = []
    rings = 0
    for at in range(0, max(len(parts), 1), _AT_ONCE):
        lines, face = shapely.get_rings(parts[at : at + _AT_ONCE], return_index=True)
        xy, ring = shapely.get_coordinates(lines, return_index=True)
        found.append((lines, face + at, xy, ring + rings))
        rings += len(lines)
    lines, face, xy, ring = (np.concatenate(each) for each in zip(*found, strict=True))
    return lines, face, xy, ring


def _parts(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Return the parts that have an extent, and the place of the shape of each."""
    if (shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON).all():
        parts, whole = shapes, np.arange(len(shapes))  # spares a copy of each
    else:
        parts, whole = shapely.get_parts(shapes, return_index=True)
    filled = ~shapely.is_empty(parts)
    return parts[filled], whole[filled]


def _outer(face: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Tell which rings are the outer ones: the first of each face."""
    return np.append(np.ones(1, dtype=bool), face[1:] != face[:-1])[: len(face)]


def _turn(xy: Floats, sizes: Places, wrong: NDArray[np.bool_]) -> None:
    """Reverse the rings that go the wrong way round, in their place."""
    size, end = sizes[wrong], np.cumsum(sizes)[wrong]
    vertex = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    place = np.repeat(end - size, size) + vertex
    xy[place] = xy[np.repeat(end - 1, size) - vertex]


def partners(rings: Rings) -> Numbers:
    """Find for every edge the edge that runs the other way along it; `NONE` where there is none.

    Where more than two edges lie on one another, as in an overlap, each is the partner of one at most.
    """
    found = np.full(len(rings.xy), NONE, dtype=np.int32)
    if not len(found):
        return found
    # the place takes the low bits of the key: sorting such numbers is several times faster than argsort
    bits = np.uint64(max(1, int(len(found) - 1).bit_length()))
    keys = _edge_hashes(rings)
    keys &= ~np.uint64(0) << bits
    keys |= np.arange(len(found), dtype=np.uint64)
    keys.sort()
    edge = (keys & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int32)
    keys >>= bits
    same = np.concatenate([[False], keys[1:] == keys[:-1], [False]])
    pair = np.flatnonzero(same[1:-1] & ~same[:-2] & ~same[2:])
    one, other = edge[pair], edge[pair + 1]
    found[one], found[other] = other, one
    wrong = _mismatched(rings, found)
    found[wrong] = NONE
    crowd = same[1:] | same[:-1]
    crowd[pair] = crowd[pair + 1] = False
    _pair_crowd(rings, np.sort(np.concatenate([edge[crowd], wrong])), found)
    return found


def hashes(xy: Floats) -> Hashes:
    """Return a number of 64 bits for each vertex; equal vertices have equal numbers."""
    bits = np.ascontiguousarray(xy).view(np.uint64)
    mixed = bits[:, 0] * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(32)
    mixed += bits[:, 1] * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(32)
    return mixed


def _edge_hashes(rings: Rings) -> Hashes:
    """Return a number of 64 bits for each edge, the same for one that runs the other way."""
    vertex = hashes(rings.xy)
    keys = vertex.copy()
    keys[:-1] += vertex[1:]
    last = rings.first[1:] - 1
    keys[last] = vertex[last] + vertex[rings.first[:-1]]
    return keys


def vertex_numbers(xy: Floats) -> Numbers:
    """Give each vertex a number from 0 up, equal ones the same."""
    order = np.lexsort((xy[:, 1], xy[:, 0]))
    new = np.ones(len(xy), dtype=bool)
    new[1:] = (xy[order[1:]] != xy[order[:-1]]).any(axis=1)
    numbers = np.empty(len(xy), dtype=np.int32)
    numbers[order] = np.cumsum(new) - 1
    return numbers


def _mismatched(rings: Rings, found: Numbers) -> Numbers:
    """Return the edges that have a partner which does not run the other way along them, and that partner."""
    wrong = []
    for begin in range(0, len(found), _CHUNK):
        edge = np.arange(begin, min(begin + _CHUNK, len(found)), dtype=np.int32)
        partner = found[edge]
        start = rings.xy.take(rings.following[partner], axis=0)
        off = (partner != NONE) & ((start[:, 0] != rings.xy[edge, 0]) | (start[:, 1] != rings.xy[edge, 1]))
        wrong += [edge[off], partner[off]]
    return np.unique(np.concatenate(wrong))


def _pair_crowd(rings: Rings, edges: Numbers, found: Numbers) -> None:
    """Pair edges of which several lie on one another: the first each way, then the second, and so on."""
    if not len(edges):
        return
    ends = vertex_numbers(np.concatenate([rings.xy[edges], rings.xy[rings.following[edges]]]))
    start, end = ends[: len(edges)], ends[len(edges) :]
    low, high = np.minimum(start, end), np.maximum(start, end)
    order = np.lexsort((edges, start > end, high, low))
    low, high, back, edges = low[order], high[order], (start > end)[order], edges[order]
    turn = np.zeros(len(edges), dtype=np.int64)
    fresh = np.concatenate([[True], (np.diff(low) != 0) | (np.diff(high) != 0) | (np.diff(back) != 0)])
    begin = np.flatnonzero(fresh)
    turn = np.arange(len(edges)) - np.repeat(begin, np.diff(np.append(begin, len(edges))))
    order = np.lexsort((back, turn, high, low))
    low, high, turn, edges = low[order], high[order], turn[order], edges[order]
    match = (np.diff(low) == 0) & (np.diff(high) == 0) & (np.diff(turn) == 0)
    one, other = edges[:-1][match], edges[1:][match]
    found[one], found[other] = other, one

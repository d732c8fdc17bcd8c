"""Cells in few bytes, for a browser: every border once, on a fine lattice over Web Mercator.

A border mostly runs on towards its end, so a vertex is written as how far it lies from where an even pace
towards the end would have brought it. That takes half the bytes that plain steps take.
"""

from __future__ import annotations

import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from geopandas import GeoSeries
from numpy.typing import NDArray

from gridmap.core.dissolve import Shapes
from gridmap.core.rings import NONE, Floats, Numbers, Places
from gridmap.core.topology import Topology, topology_of
from gridmap.errors import CrsMismatchError
from gridmap.model.crs import transformer

MERCATOR = "EPSG:3857"
STEP_M = 0.1
MAGIC = b"GMC1"
PLAIN_MAGIC = b"GMP1"
# Web Mercator ends where it is as high as it is wide.
_FURTHEST_M = 20_037_508.342789244
_SEVEN = np.uint64(7)
_STEP_SHARE = 0.5
_LEAST_AREA = 0.75


@dataclass(frozen=True, eq=False)
class EncodedCells:
    """The cells of a grid for `decodeCells` of gridmap/widget/js/grid/cells.js.

    Parameters
    ----------
    cells
        How many cells there are.
    arcs
        How many borders there are; a border is a run of edges with the same two cells beside it.
    origin
        Where the lattice starts, in metres of EPSG:3857, x and y.
    step
        The width of the lattice, in the same metres.
    data
        `MAGIC`, then, compressed by zlib, the numbers that `varints` writes, in this order: the left cells,
        each less the one before; the right cells less the left ones; how many vertices lie inside each
        border; for the two ends of each border 0 if it is a new node, else how many nodes were new since that
        one, itself included; for each new node x and y less those of the end before it; and for each vertex
        inside a border how far it lies from the place that `predicted` gives.
    """

    cells: int
    arcs: int
    origin: tuple[float, float]
    step: float
    data: bytes

    @property
    def plain(self) -> bytes:
        """The data not compressed, after `PLAIN_MAGIC`: more to send, and sooner read."""
        return PLAIN_MAGIC + zlib.decompress(self.data[len(MAGIC) :])

    def head(self) -> dict[str, Any]:
        """Return what the browser is told besides the bytes."""
        return {"n": self.cells, "origin": list(self.origin), "step": self.step, "arcs": self.arcs}


def encode_cells(outlines: GeoSeries, *, tolerance: float = 0.0) -> EncodedCells:
    """Write cells by their outlines, in their order; a missing one has no border.

    Neighbours keep the very same border, and every cell most of its area.

    Parameters
    ----------
    outlines
        Polygons in any CRS.
    tolerance
        How far borders may be moved to save vertices, in metres of EPSG:3857.

    Raises
    ------
    CrsMismatchError
        If the outlines have no CRS.
    """
    if outlines.crs is None:
        raise CrsMismatchError("the grid has no CRS, so it cannot be mapped; call grid.set_crs(...) first")
    topology = topology_of(np.asarray(outlines.array, dtype=object))
    return encode_borders(topology, to_mercator(topology.xy, outlines.crs), tolerance=tolerance)


def encode_borders(topology: Topology, xy: Floats, *, tolerance: float = 0.0) -> EncodedCells:
    """Write cells by their topology, as `encode_cells` does.

    Parameters
    ----------
    topology
        The borders of the cells.
    xy
        The vertices of the borders in metres of EPSG:3857, in the order of ``topology.xy``.
    tolerance
        How far borders may be moved to save vertices, in the same metres.
    """
    topology, xy = thinned(topology, xy, tolerance)
    return encode_topology(topology, xy, step=max(STEP_M, tolerance * _STEP_SHARE))


def encode_topology(topology: Topology, xy: Floats, *, step: float) -> EncodedCells:
    """Write cells by their topology.

    Parameters
    ----------
    topology
        The borders of the cells.
    xy
        The vertices of the borders in metres of EPSG:3857, in the order of ``topology.xy``.
    step
        The width of the lattice in the same metres.
    """
    origin = np.floor(xy.min(axis=0)) if len(xy) else np.zeros(2)
    lattice = np.rint((xy - origin) / step)
    first = topology.first
    lattice, first = _without_standstill(lattice, first)
    since, is_new = _recency(topology.node.ravel())
    ends = lattice[np.column_stack([first[:-1], first[1:] - 1]).ravel()]
    numbers = [
        np.diff(topology.left, prepend=0),
        topology.right - topology.left,
        np.diff(first) - 2,
        since,
        np.diff(ends, axis=0, prepend=0)[is_new].ravel(),
        _from_even_pace(lattice, first).ravel(),
    ]
    written = varints(np.concatenate([part.astype(np.int64) for part in numbers]))
    arcs = len(first) - 1
    return EncodedCells(topology.cells, arcs, (float(origin[0]), float(origin[1])), step, _zipped(written))


def to_mercator(xy: Floats, crs: Any) -> Floats:
    """Return coordinates, x or longitude first, in metres of EPSG:3857; poles lie at its edges."""
    east, north = transformer(crs, MERCATOR).transform(xy[:, 0], xy[:, 1])
    return np.asarray(np.clip(np.column_stack([east, north]), -_FURTHEST_M, _FURTHEST_M))


def thinned(topology: Topology, xy: Floats, tolerance: float) -> tuple[Topology, Floats]:
    """Leave out vertices inside borders that lie near the line without them.

    The ends of borders stay where they are. A cell that would lose much of its area keeps all its vertices.

    Parameters
    ----------
    topology
        The borders of cells.
    xy
        Their vertices, in the order of ``topology.xy``.
    tolerance
        How near, in the unit of `xy`.

    Returns
    -------
    topology, xy
        The same cells, of fewer vertices.

    Notes
    -----
    Each border is thinned by itself, after Douglas and Peucker, so it stays the same for both its cells.
    """
    if tolerance <= 0 or not len(xy):
        return topology, xy
    arc = np.repeat(np.arange(len(topology.first) - 1), np.diff(topology.first))
    whole = np.asarray(shapely.linestrings(xy, indices=arc), dtype=object)
    lines = _simplified(whole, tolerance)
    before, after = _areas(topology, whole), _areas(topology, lines)
    small = np.append(after < _LEAST_AREA * before, np.False_)
    kept = small[topology.left] | small[topology.right] | (shapely.get_num_coordinates(lines) < 2)
    lines[kept] = whole[kept]
    first = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(lines))])
    fewer = shapely.get_coordinates(lines)
    return replace(topology, xy=fewer, first=first), fewer


def _simplified(lines: Shapes, tolerance: float) -> Shapes:
    """Simplify lines on all processors, as shapely lets others run meanwhile."""
    with ThreadPoolExecutor() as pool:
        parts = pool.map(
            lambda part: shapely.simplify(part, tolerance, preserve_topology=False),
            np.array_split(lines, os.cpu_count() or 1),
        )
        return np.concatenate([np.asarray(part, dtype=object) for part in parts])


def _areas(topology: Topology, lines: Shapes) -> Floats:
    """Return the areas of cells by their borders."""
    xy, arc = shapely.get_coordinates(lines, return_index=True)
    x, y = (xy - xy.mean(axis=0)).T
    inner = arc[1:] == arc[:-1]
    under = np.where(inner, (x[:-1] * y[1:] - x[1:] * y[:-1]) / 2, 0.0)
    area = np.bincount(arc[:-1], under, minlength=len(lines))
    sides = (
        np.bincount(side[side != NONE], area[side != NONE], minlength=topology.cells)
        for side in (topology.left, topology.right)
    )
    left, right = sides
    return np.asarray(left - right)


def predicted(before: Floats, end: Floats, edges: Floats) -> Floats:
    """Return where an even pace leads from a vertex, on the lattice.

    Parameters
    ----------
    before, end
        The vertex, and the end of its border.
    edges
        How many edges there are from one to the other.
    """
    return np.asarray(before + np.floor((2 * (end - before) + edges) / (2 * edges)))


def varints(numbers: NDArray[np.int64]) -> bytes:
    """Write whole numbers in as few bytes as each needs: seven bits a byte, the lowest first.

    The eighth bit says that more bytes follow. A number n from 0 up is written as 2 n, one below as -2 n - 1.

    Examples
    --------
    >>> varints(np.array([1, -1, 64])).hex(" ")
    '02 01 80 01'
    """
    rest = (numbers.astype(np.uint64) << np.uint64(1)) ^ (numbers >> 63).astype(np.uint64)
    planes = [(np.arange(len(rest)), rest)]
    while len(planes[-1][0]):
        place, rest = planes[-1]
        more = np.flatnonzero(rest >> _SEVEN)
        planes.append((place[more], rest[more] >> _SEVEN))
    size = np.zeros(len(numbers), dtype=np.int64)
    for place, _ in planes:
        size[place] += 1
    first = np.cumsum(size) - size
    answer = np.empty(int(size.sum()), dtype=np.uint8)
    for depth, (place, rest) in enumerate(planes):
        byte = (rest & np.uint64(127)).astype(np.uint8)
        answer[first[place] + depth] = byte | np.where(size[place] > depth + 1, 128, 0).astype(np.uint8)
    return answer.tobytes()


def _zipped(numbers: bytes) -> bytes:
    """Compress by the frequency of bytes alone: borders hardly repeat, and to search for that takes long."""
    packer = zlib.compressobj(level=1, memLevel=9, strategy=zlib.Z_HUFFMAN_ONLY)
    return MAGIC + packer.compress(numbers) + packer.flush()


def _recency(nodes: Numbers) -> tuple[Places, NDArray[np.bool_]]:
    """Return how many nodes were new since each, itself included, or 0 for a new one; and which are new."""
    _, place, number = np.unique(nodes, return_index=True, return_inverse=True)
    is_new = np.zeros(len(nodes), dtype=bool)
    is_new[place] = True
    known = np.cumsum(is_new)
    return np.where(is_new, 0, known - known[place][number] + 1), is_new


def _from_even_pace(lattice: Floats, first: Places) -> Floats:
    """Return how far the vertices inside the borders lie from where they are predicted."""
    last = np.repeat(first[1:] - 1, np.diff(first))
    inside = np.flatnonzero(np.arange(len(lattice)) < last)
    inside = inside[~np.isin(inside, first[:-1])]
    last = last[inside]
    edges = (last - inside + 1).astype(np.float64)[:, None]
    return np.asarray(lattice[inside] - predicted(lattice[inside - 1], lattice[last], edges))


def _without_standstill(lattice: Floats, first: Places) -> tuple[Floats, Places]:
    """Leave out the vertices inside a border that fell on the one before them."""
    kept = np.ones(len(lattice), dtype=bool)
    kept[1:] = (lattice[1:] != lattice[:-1]).any(axis=1)
    kept[first[:-1]] = kept[first[1:] - 1] = True
    if kept.all():
        return lattice, first
    return lattice[kept], np.concatenate([[0], np.cumsum(kept)])[first]

"""The honeycomb under the county: cells, the corners they share and the edges between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_SQRT3 = float(np.sqrt(3.0))
# Corner offsets, counter-clockwise, in half-widths of a hexagon (x) and half-sides (y).
_CORNERS = np.array([(1, -1), (1, 1), (0, 2), (-1, 1), (-1, -1), (0, -2)], dtype=np.int64)


@dataclass(frozen=True)
class Lattice:
    """A connected patch of hexagons of side 1.

    Parameters
    ----------
    centres_xy
        Cell centres, shape (cells, 2).
    nodes_xy
        Corners, each once, shape (nodes, 2).
    corners
        The six node numbers of every cell, counter-clockwise, shape (cells, 6).
    edges
        The two node numbers of every edge, the smaller first, shape (edges, 2).
    sides
        The six edge numbers of every cell; side k runs from corner k to corner k + 1.
    beside
        The two cells beside every edge, the smaller first; -1 first on the outer border.
    """

    centres_xy: Floats
    nodes_xy: Floats
    corners: Ints
    edges: Ints
    sides: Ints
    beside: Ints


def grow_lattice(cells: int, rng: np.random.Generator) -> Lattice:
    """Make a patch of exactly `cells` hexagons with a rounded, irregular outline."""
    return link_cells(_choose_hexagons(cells, rng))


def link_cells(hexagons: Ints) -> Lattice:
    """Give numbers to corners and edges of hexagons with doubled integer centres, shape (cells, 2)."""
    corner_keys = hexagons[:, None, :] + _CORNERS[None, :, :]
    low = corner_keys.min(axis=(0, 1))
    width = int(np.ptp(corner_keys[..., 0])) + 1
    flat = (corner_keys[..., 1] - low[1]) * width + (corner_keys[..., 0] - low[0])
    node_keys, corners = np.unique(flat, return_inverse=True)
    corners = corners.reshape(flat.shape)
    nodes = np.column_stack([node_keys % width + low[0], node_keys // width + low[1]])
    edges, sides = _number_edges(corners, nodes=len(node_keys))
    return Lattice(
        centres_xy=_to_plane(hexagons),
        nodes_xy=_to_plane(nodes),
        corners=corners,
        edges=edges,
        sides=sides,
        beside=_cells_beside(sides, edges=len(edges)),
    )


def _choose_hexagons(cells: int, rng: np.random.Generator) -> Ints:
    reach = 1.6 * np.sqrt(0.83 * cells) + 3
    rows = np.arange(-int(reach / 1.5), int(reach / 1.5) + 1)
    columns = np.arange(-int(reach / _SQRT3), int(reach / _SQRT3) + 1)
    row, column = (part.ravel() for part in np.meshgrid(rows, columns, indexing="ij"))
    hexagons = np.column_stack([2 * column + (row & 1), 3 * row])
    xy = _to_plane(hexagons)
    bearing = np.arctan2(xy[:, 1], xy[:, 0])
    outline = np.full(len(xy), 1.0)
    for waves, depth in ((2, 0.16), (3, 0.10), (5, 0.05)):
        outline += depth * rng.uniform(0.6, 1.0) * np.cos(waves * bearing + rng.uniform(0, 2 * np.pi))
    remoteness = np.hypot(xy[:, 0], xy[:, 1]) / outline
    return hexagons[np.sort(np.argsort(remoteness, kind="stable")[:cells])]


def _to_plane(doubled: Ints) -> Floats:
    return np.asarray(doubled * np.array([_SQRT3 / 2, 0.5]))


def _number_edges(corners: Ints, *, nodes: int) -> tuple[Ints, Ints]:
    ahead = np.roll(corners, -1, axis=1)
    keys = np.minimum(corners, ahead) * nodes + np.maximum(corners, ahead)
    edge_keys, sides = np.unique(keys, return_inverse=True)
    return np.column_stack([edge_keys // nodes, edge_keys % nodes]), sides.reshape(keys.shape)


def _cells_beside(sides: Ints, *, edges: int) -> Ints:
    """Return the two cells beside every edge; stable sorting keeps the smaller cell first."""
    order = np.argsort(sides, axis=None, kind="stable")
    edge, cell = sides.ravel()[order], order // sides.shape[1]
    beside = np.full((edges, 2), -1, dtype=np.int64)
    beside[edge, 1] = cell
    first = np.concatenate([[True], edge[1:] != edge[:-1]])
    paired = first & np.concatenate([edge[1:] == edge[:-1], [False]])
    beside[edge[paired], 0] = cell[paired]
    return beside

"""The look of the land: dense towns, smooth roads, winding rivers; one line for every shared border."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmap.sample.hierarchy import Hierarchy, bend
from gridmap.sample.lattice import Floats, Ints, Lattice

VERTICES_PER_CELL = 48
"""Distinct vertices of every cell: six sides of eight segments."""

_SEGMENTS = 8
_TIGHTEST = np.radians(38.0)
# How far a line may leave its chord, as a share of what keeps it clear of its neighbours.
_WINDING = np.array([0.35, 0.45, 0.10, 0.10, 0.80])
_RIVER_WINDING = 1.0
_SMOOTHING = 0.55


@dataclass(frozen=True)
class Lines:
    """The drawn borders of a county in a plane whose unit is the side of a hexagon.

    Parameters
    ----------
    edge_xy
        Points of every edge from its first to its second node, shape (edges, 9, 2).
    rank
        What an edge divides: 0 cells, 1 grids, 2 villages, 3 towns, 4 the county from the rest.
    river
        Whether the edge winds as a river.
    """

    edge_xy: Floats
    rank: Ints
    river: np.ndarray


def draw_lines(lattice: Lattice, hierarchy: Hierarchy, rng: np.random.Generator) -> Lines:
    """Draw every edge of the lattice once.

    Nodes are shifted, drawn towards town centres and bent by smooth waves; borders of villages and
    towns are straightened to roads or left winding as rivers. A line is displaced within a rhombus
    about its chord that is narrower than half the angle to the next line, so that no two lines cross.
    """
    rank = rank_edges(lattice, hierarchy)
    river = _rivers(lattice, hierarchy, rank, rng)
    moved = lattice.nodes_xy + rng.uniform(-0.14, 0.14, lattice.nodes_xy.shape)
    moved = bend(_draw_to_towns(moved, lattice, hierarchy), rng, strength=0.3)
    nodes = _straighten(moved, lattice, rank)
    winding = np.where(river, _RIVER_WINDING, _WINDING[rank])
    return Lines(_wind(nodes, lattice, winding, rng), rank, river)


def rank_edges(lattice: Lattice, hierarchy: Hierarchy) -> Ints:
    """Say for every edge what it divides: 0 cells, 1 grids, 2 villages, 3 towns, 4 the county's border."""
    first, second = lattice.beside.T
    rank = np.zeros(len(lattice.edges), dtype=np.int64)
    for level, area in enumerate((hierarchy.grid, hierarchy.village, hierarchy.town), start=1):
        of_cell = np.empty(len(area), dtype=np.int64)
        of_cell[hierarchy.order] = area
        rank[of_cell[first] != of_cell[second]] = level
    rank[first < 0] = 4
    return rank


def _rivers(lattice: Lattice, hierarchy: Hierarchy, rank: Ints, rng: np.random.Generator) -> np.ndarray:
    """Let about 45 of 100 pairs of neighbouring towns, and 20 of 100 of villages, meet at a river."""
    river = np.zeros(len(rank), dtype=bool)
    for level, area, share in ((2, hierarchy.village, 0.2), (3, hierarchy.town, 0.45)):
        of_cell = np.empty(len(area), dtype=np.int64)
        of_cell[hierarchy.order] = area
        here = np.flatnonzero(rank == level)
        pairs = np.sort(of_cell[lattice.beside[here]], axis=1)
        unique, pair = np.unique(pairs, axis=0, return_inverse=True)
        river[here] = (rng.random(len(unique)) < share)[pair.ravel()]
    return river


def _draw_to_towns(xy: Floats, lattice: Lattice, hierarchy: Hierarchy) -> Floats:
    """Shrink the cells about every town's middle; one-to-one, as radii keep their order."""
    drawn = xy.copy()
    size = np.bincount(hierarchy.town)
    centres = lattice.centres_xy[hierarchy.order]
    for town, cells in enumerate(size.tolist()):
        middle = centres[hierarchy.town == town].mean(axis=0)
        width = 0.5 * np.sqrt(cells * 2.598 / np.pi)
        away = drawn - middle
        pull = 0.45 * np.exp(-(away**2).sum(axis=1) / (2 * width**2))
        drawn = drawn - away * pull[:, None]
    return drawn


def _straighten(xy: Floats, lattice: Lattice, rank: Ints) -> Floats:
    """Even out borders and corners step by step; a step that would pinch a corner is taken back."""
    limit = np.minimum(narrowest(xy, lattice), _TIGHTEST)
    for _ in range(4):
        wanted = _evened(xy, lattice, rank)
        for _ in range(6):
            pinched = narrowest(wanted, lattice) < limit
            if not pinched.any():
                break
            near = pinched.copy()
            for here, there in (lattice.edges.T, lattice.edges.T[::-1]):
                near[here[pinched[there]]] = True
            wanted = np.where(near[:, None], xy, wanted)
        else:
            break
        xy = wanted
    return xy


def _evened(xy: Floats, lattice: Lattice, rank: Ints) -> Floats:
    evened = xy.copy()
    settled = np.zeros(len(xy), dtype=bool)
    for least, weight in ((2, _SMOOTHING), (1, 0.4), (0, 0.12)):
        edges = lattice.edges[rank >= least]
        degree = np.bincount(edges.ravel(), minlength=len(xy))
        total = np.zeros_like(xy)
        for here, there in (edges.T, edges.T[::-1]):
            np.add.at(total, here, xy[there])
        due = ~settled & (degree == 2 if least else degree > 0)
        evened[due] += weight * (total[due] / degree[due, None] - xy[due])
        settled |= degree > 0
    return evened


def narrowest(xy: Floats, lattice: Lattice) -> Floats:
    """Return the narrowest angle between neighbouring lines at every node, in radians.

    Nodes whose lines changed their order round the node get a negative angle.
    """
    corners = lattice.corners
    here = xy[corners]
    ahead = np.roll(here, -1, axis=1) - here
    behind = np.roll(here, 1, axis=1) - here
    cross = ahead[..., 0] * behind[..., 1] - ahead[..., 1] * behind[..., 0]
    angle = np.arctan2(cross, (ahead * behind).sum(axis=2)) % (2 * np.pi)
    least = np.full(len(xy), 2 * np.pi)
    np.minimum.at(least, corners.ravel(), angle.ravel())
    inside = np.bincount(corners.ravel(), angle.ravel(), len(xy))
    border = np.zeros(len(xy), dtype=bool)
    border[lattice.edges[lattice.beside[:, 0] < 0].ravel()] = True
    least = np.where(border, np.minimum(least, 2 * np.pi - inside), least)
    return np.where(~border & (inside > 2 * np.pi + 1e-6), -1.0, least)


def _wind(nodes: Floats, lattice: Lattice, winding: Floats, rng: np.random.Generator) -> Floats:
    """Displace every edge by midpoint displacement (Fournier, Fussell and Carpenter, 1982)."""
    start, end = (nodes[lattice.edges[:, side]] for side in (0, 1))
    angle = narrowest(nodes, lattice)
    tangent = np.tan(np.minimum(0.45 * angle[lattice.edges].min(axis=1), np.radians(24.0)))
    share = np.arange(_SEGMENTS + 1) / _SEGMENTS
    aside = _fractal(len(start), rng) * 0.5 * (winding * tangent)[:, None]
    room = tangent[:, None] * np.minimum(share, 1 - share)
    aside = np.clip(aside, -room, room)
    along = end - start
    across = np.column_stack([-along[:, 1], along[:, 0]])
    points = start[:, None] + share[:, None] * along[:, None] + aside[..., None] * across[:, None]
    points[:, 0], points[:, -1] = start, end
    return np.asarray(points)


def _fractal(edges: int, rng: np.random.Generator) -> Floats:
    heights = np.zeros((edges, _SEGMENTS + 1))
    step, depth = _SEGMENTS, 1.0
    while step > 1:
        half = step // 2
        middle = (heights[:, :-1:step] + heights[:, step::step]) / 2
        heights[:, half::step] = middle + depth * rng.uniform(-1.0, 1.0, middle.shape)
        step, depth = half, depth * 0.5
    return heights


def ring_points(lattice: Lattice) -> tuple[Ints, Ints]:
    """Return for every vertex of every ring the edge and the place on it, shape (cells, 48)."""
    forward = lattice.edges[lattice.sides, 0] == lattice.corners
    steps = np.arange(_SEGMENTS)
    place = np.where(forward[..., None], steps, _SEGMENTS - steps)
    edge = np.broadcast_to(lattice.sides[..., None], place.shape)
    return edge.reshape(len(place), -1), place.reshape(len(place), -1)

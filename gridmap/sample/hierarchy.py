"""Towns, villages and grids: contiguous blocks of cells, and their 18-digit codes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmap.sample.lattice import Floats, Ints, Lattice

COUNTY_CODE = "990421"
_CELLS_PER_VILLAGE = 28
_CELLS_PER_GRID = 8


@dataclass(frozen=True)
class Hierarchy:
    """Which town, village and grid every cell lies in; cells in the order of their codes.

    Parameters
    ----------
    order
        Cell numbers of the lattice in the order of the codes.
    town, village, grid
        Number of the area of every cell, counted over the whole county from 0 in code order.
    codes
        The 18-digit code of every cell, ascending.
    """

    order: Ints
    town: Ints
    village: Ints
    grid: Ints
    codes: list[str]


def divide(lattice: Lattice, rng: np.random.Generator) -> Hierarchy:
    """Divide a lattice into towns, towns into villages, villages into grids.

    About 8 cells make a grid and 28 a village; towns grow slowly, from 3 in a county of 100 cells
    to 75 in one of 1,000,000. The first town is the one nearest to the middle.
    """
    cells = len(lattice.centres_xy)
    xy = bend(lattice.centres_xy, rng, strength=0.35)
    towns = np.array([max(2, round(0.6 * cells**0.35))])
    town = _from_the_middle(cut(xy, np.zeros(cells, dtype=np.int64), towns, rng), xy)
    town = join_strays(town, lattice)
    village = _divide_each(xy, town, _CELLS_PER_VILLAGE, lattice, rng)
    grid = _divide_each(xy, village, _CELLS_PER_GRID, lattice, rng)
    order = np.argsort(grid, kind="stable")
    return Hierarchy(
        order, town[order], village[order], grid[order], _codes(town[order], village[order], grid[order])
    )


def bend(xy: Floats, rng: np.random.Generator, *, strength: float) -> Floats:
    """Bend the plane by smooth waves; one-to-one for a `strength` under 1.

    The slopes of all waves sum to `strength`, so that no two points change places.
    """
    span = max(float(np.ptp(xy, axis=0).max()), 1.0)
    bent = xy.copy()
    lengths = [span / 1.5, span / 4, max(span / 12, 8.0)]
    for length in lengths:
        for _ in range(2):
            direction, shift, phase = rng.uniform(0, 2 * np.pi, 3)
            along = (xy @ np.array([np.cos(direction), np.sin(direction)])) * (2 * np.pi / length) + phase
            depth = strength / (2 * len(lengths)) * length / (2 * np.pi)
            bent += np.sin(along)[:, None] * depth * np.array([np.cos(shift), np.sin(shift)])
    return bent


def cut(xy: Floats, group: Ints, parts: Ints, rng: np.random.Generator) -> Ints:
    """Cut every group of points into ``parts[group]`` compact parts of like size.

    Each step halves a group across its long axis (recursive inertial bisection: Simon, 1991).
    Parts are numbered from 0, group by group; a group has at least as many points as parts.
    """
    label, left = group.copy(), parts.copy()
    while (left > 1).any():
        label, left = _halve(xy, label, left, rng)
    return label


def _halve(xy: Floats, label: Ints, left: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    along = _along_long_axis(xy, label, len(left), rng.normal(0.0, 0.25, len(left)))
    size = np.bincount(label, minlength=len(left))
    order = np.lexsort([along, label])
    rank = np.empty(len(label), dtype=np.int64)
    rank[order] = np.arange(len(label)) - np.repeat(np.cumsum(size) - size, size)
    first_parts = (left + 1) // 2
    share = first_parts / left * rng.uniform(0.88, 1.12, len(left))
    first_size = np.clip(np.rint(size * share), first_parts, size - (left - first_parts)).astype(np.int64)
    second = (left[label] > 1) & (rank >= first_size[label])
    start = np.cumsum(1 + (left > 1)) - (1 + (left > 1))
    pieces = np.empty(int((1 + (left > 1)).sum()), dtype=np.int64)
    pieces[start] = np.where(left > 1, first_parts, left)
    pieces[start[left > 1] + 1] = (left - first_parts)[left > 1]
    return start[label] + second, pieces


def _along_long_axis(xy: Floats, label: Ints, groups: int, tilt: Floats) -> Floats:
    size = np.maximum(np.bincount(label, minlength=groups), 1)
    mean = np.column_stack([np.bincount(label, xy[:, axis], groups) / size for axis in (0, 1)])
    dx, dy = (xy - mean[label]).T
    xx, yy, xy_ = (np.bincount(label, product, groups) for product in (dx * dx, dy * dy, dx * dy))
    angle = 0.5 * np.arctan2(2 * xy_, xx - yy) + tilt
    return np.asarray(dx * np.cos(angle)[label] + dy * np.sin(angle)[label])


def _divide_each(xy: Floats, group: Ints, size: int, lattice: Lattice, rng: np.random.Generator) -> Ints:
    parts = np.maximum(1, np.rint(np.bincount(group) / size)).astype(np.int64)
    return join_strays(cut(xy, group, parts, rng), lattice, within=group)


def _from_the_middle(label: Ints, xy: Floats) -> Ints:
    size = np.bincount(label)
    mean = np.column_stack([np.bincount(label, xy[:, axis]) / size for axis in (0, 1)])
    remoteness = np.hypot(*(mean - xy.mean(axis=0)).T)
    return np.argsort(np.argsort(remoteness, kind="stable"), kind="stable")[label]


def join_strays(label: Ints, lattice: Lattice, *, within: Ints | None = None) -> Ints:
    """Give cells that are cut off from the main body of their area to a touching area.

    Only areas of the same parent (`within`) take a stray; one that touches none stays.
    """
    first, second = lattice.beside[lattice.beside[:, 0] >= 0].T
    same_parent = np.ones(len(first), dtype=bool) if within is None else within[first] == within[second]
    first, second = first[same_parent], second[same_parent]
    joined = label.copy()
    for _ in range(8):
        stray = _strays(joined, first, second)
        taken = False
        for here, there in ((first, second), (second, first)):
            moves = stray[here] & ~stray[there] & (joined[here] != joined[there])
            joined[here[moves]] = joined[there[moves]]
            taken = taken or bool(moves.any())
        if not taken:
            break
    return joined


def _strays(label: Ints, first: Ints, second: Ints) -> np.ndarray:
    inside = label[first] == label[second]
    a, b = first[inside], second[inside]
    root = np.arange(len(label))
    while True:
        lower = root.copy()
        np.minimum.at(lower, a, root[b])
        np.minimum.at(lower, b, root[a])
        lower = np.minimum(lower, lower[lower])
        if (lower == root).all():
            break
        root = lower
    size = np.bincount(root, minlength=len(label))
    main = np.zeros(len(label), dtype=np.int64)
    order = np.lexsort([-root, size[root], label])
    main[label[order]] = root[order]
    return np.asarray(root != main[label])


def _codes(town: Ints, village: Ints, grid: Ints) -> list[str]:
    first_village = np.unique(town, return_index=True)[1]
    first_grid = np.unique(village, return_index=True)[1]
    first_cell = np.unique(grid, return_index=True)[1]
    towns = town + 1
    villages = village - village[first_village][town] + 1
    grids = grid - grid[first_grid][village] + 1
    leaves = np.arange(len(grid)) - first_cell[grid] + 1
    return [
        f"{COUNTY_CODE}{t:03}{v:03}{g:03}{leaf:03}"
        for t, v, g, leaf in zip(
            towns.tolist(), villages.tolist(), grids.tolist(), leaves.tolist(), strict=True
        )
    ]

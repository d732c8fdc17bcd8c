"""Marks of growth: what becomes of the time when points or cells are twice as many."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

from benchmarks.harness import Contestant, Figure, race
from benchmarks.points import cells_of
from benchmarks.worlds import TIERS, Scale, county, describe, points_over, zonings
from gridmap.core.dissolve import dissolve
from gridmap.core.topology import topology_for, topology_of
from gridmap.model.areas import hierarchy_for

_TIMES, _PLACEMENT_TIMES = 2.2, 1.3


def mark_growth(scale: Scale) -> list[Figure]:
    """Double the points, then the cells, and compare with the time before."""
    half, whole = scale.many_cells // 2, scale.many_cells
    doubled = [scale.points, 2 * scale.points]
    return [
        _compare(
            f"points doubled to {doubled[1]:,}: placing them in {scale.cells:,} cells, index built",
            [_placing(scale.cells, points) for points in doubled],
            at_most=_TIMES,
            scale=scale,
            cells=scale.cells,
        ),
        _compare(
            f"cells doubled to {2 * scale.cells:,}: placing {scale.points:,} points, index built",
            [_placing(cells, scale.points) for cells in (scale.cells, 2 * scale.cells)],
            at_most=_PLACEMENT_TIMES,
            scale=scale,
            cells=2 * scale.cells,
        ),
        *(
            _compare(
                f"cells doubled to {whole:,}: {what}",
                [make(cells) for cells in (half, whole)],
                at_most=_TIMES,
                scale=scale,
                cells=whole,
            )
            for what, make in (("topology", _building), ("outlines, topology built", _drawing))
        ),
    ]


def _placing(cells: int, points: int) -> Callable[[], Any]:
    grid, _ = county(cells, 0)
    xy = points_over(grid, points)
    return lambda: cells_of(xy, grid)


def _building(cells: int) -> Callable[[], Any]:
    polygons = np.asarray(county(cells, 0)[0].geometry.array)
    return lambda: topology_of(polygons)


def _drawing(cells: int) -> Callable[[], Any]:
    grid, _ = county(cells, 0)
    topology, labels = topology_for(hierarchy_for(grid)), zonings(grid, 1)[0]
    return lambda: dissolve(topology, labels, np.ones(len(TIERS), dtype=bool))


def _compare(
    work: str, sizes: list[Callable[[], Any]], *, at_most: float, scale: Scale, cells: int
) -> Figure:
    before, after = "before", "doubled"
    contestants = [
        Contestant(name, lambda _, do=do: do()) for name, do in zip((before, after), sizes, strict=True)
    ]
    run = race(contestants, peer=before, runs=scale.runs)
    times = median(1 / gain for gain in run.gains(after))
    world = describe(county(cells, 0)[0])
    return Figure("growth", work, "the same before", times, at_most=at_most, world=world, rows=run.rows())

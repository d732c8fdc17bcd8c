"""Marks of growth: what becomes of the time when points or cells are twice as many."""

from __future__ import annotations

from statistics import median

import numpy as np

from benchmarks.harness import Contestant, Figure, race
from benchmarks.points import cells_of
from benchmarks.worlds import TIERS, Scale, county, describe, fresh_grid, points_over, zonings
from gridmap.core.dissolve import dissolve
from gridmap.core.place import place_households
from gridmap.core.topology import topology_for, topology_of
from gridmap.model.areas import hierarchy_for

_TIMES, _PLACEMENT_TIMES = 2.2, 1.3
_POINTS_PER_CELL = 20
BEFORE, DOUBLED = "before", "doubled"


def mark_growth(scale: Scale) -> list[Figure]:
    """Double the points, then the cells, and compare with the time before."""
    many = f"cells doubled to {scale.many_cells:,}"
    half, whole, runs = scale.many_cells // 2, scale.many_cells, scale.runs
    return [
        _compare(
            f"points doubled to {2 * scale.points:,}: placing them in {scale.cells:,} cells, index built",
            _placing(BEFORE, scale.cells, scale.points),
            _placing(DOUBLED, scale.cells, 2 * scale.points),
            at_most=_TIMES,
            cells=scale.cells,
            runs=runs,
        ),
        _compare(
            f"households doubled to {2 * scale.points:,}: place_households in {scale.cells:,} cells",
            _placing_frames(BEFORE, scale.cells, scale.points),
            _placing_frames(DOUBLED, scale.cells, 2 * scale.points),
            at_most=_TIMES,
            cells=scale.cells,
            runs=runs,
        ),
        _compare(
            f"cells doubled to {2 * scale.cells:,}: placing {scale.points:,} points, index built",
            _placing(BEFORE, scale.cells, scale.points),
            _placing(DOUBLED, 2 * scale.cells, scale.points),
            at_most=_PLACEMENT_TIMES,
            cells=2 * scale.cells,
            runs=runs,
        ),
        *(
            _compare(
                f"{many}: {what}",
                make(BEFORE, half),
                make(DOUBLED, whole),
                at_most=_TIMES,
                cells=whole,
                runs=runs,
            )
            for what, make in (
                ("topology", _building),
                (f"index, topology and {_POINTS_PER_CELL} points for each cell included", _indexing),
                ("outlines, topology built", _drawing),
            )
        ),
    ]


def _placing(name: str, cells: int, points: int) -> Contestant:
    grid, _ = county(cells, 0)
    xy = points_over(grid, points)
    return Contestant(name, lambda _: cells_of(xy, grid))


def _placing_frames(name: str, cells: int, households: int) -> Contestant:
    grid, roster = county(cells, households)
    return Contestant(name, lambda homes: place_households(homes, grid), prepare=roster.copy)


def _building(name: str, cells: int) -> Contestant:
    polygons = np.asarray(county(cells, 0)[0].geometry.array)
    return Contestant(name, lambda _: topology_of(polygons))


def _indexing(name: str, cells: int) -> Contestant:
    grid, _ = county(cells, 0)
    xy = points_over(grid, _POINTS_PER_CELL * cells)
    return Contestant(name, lambda fresh: cells_of(xy, fresh), prepare=lambda: fresh_grid(grid))


def _drawing(name: str, cells: int) -> Contestant:
    grid, _ = county(cells, 0)
    topology, labels = topology_for(hierarchy_for(grid)), zonings(grid, 1)[0]
    return Contestant(name, lambda _: dissolve(topology, labels, np.ones(len(TIERS), dtype=bool)))


def _compare(
    work: str, before: Contestant, doubled: Contestant, *, at_most: float, cells: int, runs: int
) -> Figure:
    run = race([before, doubled], peer=BEFORE, runs=runs)
    world = describe(county(cells, 0)[0])
    times = median(1 / gain for gain in run.gains(DOUBLED))
    return Figure("growth", work, "the same before", times, at_most=at_most, world=world, rows=run.rows())

"""What is measured on: the fictional county, points and zonings, all made from one seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from gridmap.sample import make_county

SEED = 20220305
TIERS = ("sealed", "controlled", "prevention")
_SEALED, _CONTROLLED = 0.05, 0.2

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Scale:
    """How large and how often.

    Parameters
    ----------
    cells, many_cells
        Cells of the usual and of the large county.
    points, many_points
        Points, and households.
    scenarios, batch
        Zonings of the engine, and of the whole `run_batch`.
    cases
        Cases of the rings.
    runs, few_runs
        Runs of what is quick and of what takes long.
    links
        Homes and officials, three times.
    """

    cells: int
    many_cells: int
    points: int
    many_points: int
    scenarios: int
    batch: int
    cases: int
    runs: int
    few_runs: int
    links: tuple[tuple[int, int], ...] = ((1_000, 20), (10_000, 100), (100_000, 500))


FULL = Scale(10_000, 100_000, 1_000_000, 10_000_000, 1_000, 20, 10_000, 5, 3)
QUICK = Scale(1_000, 4_000, 50_000, 200_000, 50, 4, 500, 3, 2, ((200, 5), (1_000, 20), (10_000, 100)))


@lru_cache(maxsize=4)
def county(cells: int, households: int) -> tuple[Any, Any]:
    """Make a county; return its grid, and its roster as points in the CRS of the grid."""
    made = make_county(cells=cells, households=households, seed=SEED)
    places = gpd.points_from_xy(made.households["lon"], made.households["lat"], crs=made.grid.crs)
    return made.grid, gpd.GeoDataFrame(made.households.drop(columns=["lon", "lat"]), geometry=places)


def describe(grid: Any, **sizes: int) -> dict[str, Any]:
    """Say what a grid is: seed, cells, vertices, and further sizes."""
    vertices = int(shapely.get_num_coordinates(np.asarray(grid.geometry.array)).sum())
    told = {"seed": SEED, "cells": len(grid), "vertices": vertices}
    return {**told, "vertices_per_cell": round(vertices / len(grid), 1), **sizes}


def fresh_grid(grid: Any) -> Any:
    """Copy a grid with new geometry objects, of which nothing is kept anywhere."""
    return grid.set_geometry(shapely.from_wkb(shapely.to_wkb(grid.geometry.array)), crs=grid.crs)


def points_over(grid: Any, count: int) -> Floats:
    """Draw points evenly over the bounds of a grid; those outside all cells stay."""
    west, south, east, north = grid.total_bounds
    rng = np.random.default_rng([SEED, count])
    return np.column_stack([rng.uniform(west, east, count), rng.uniform(south, north, count)])


def zonings(grid: Any, count: int) -> list[Codes]:
    """Give every cell one of three tiers by its distance to places drawn at random, `count` times."""
    rng = np.random.default_rng([SEED, len(grid)])
    middle = shapely.get_coordinates(shapely.centroid(grid.geometry.array))
    return [_zoning(middle, rng) for _ in range(count)]


def _zoning(middle: Floats, rng: np.random.Generator) -> Codes:
    places = middle[rng.integers(0, len(middle), rng.integers(2, 9))]
    away = np.min([np.hypot(*(middle - place).T) for place in places], axis=0)
    rank = np.argsort(np.argsort(away)) / len(away)
    return np.digitize(rank, [_SEALED, _CONTROLLED]).astype(np.int32)

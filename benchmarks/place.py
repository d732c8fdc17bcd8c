"""Time placement against shapely's tree and geopandas' join, each in turn, in one process."""

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from gridmap.core.locate import locate
from gridmap.core.place import place_households
from gridmap.sample import make_county

SEED = 20220305
PEER = "shapely STRtree.query(predicate='intersects')"


def time_placement(*, cells: int, households: int, runs: int) -> dict[str, Any]:
    """Time every way to find the cells of a county's households.

    Parameters
    ----------
    cells, households
        The size of the county.
    runs
        How often each takes its turn.

    Returns
    -------
    report
        Sizes, and by name median, fastest and slowest time in seconds with the
        median of its ratios to `PEER` run by run.
    """
    grid, roster = county(cells, households)
    ways = contestants(grid, roster)
    times: dict[str, list[float]] = {name: [] for name in ways}
    for run in range(runs):
        for name, way in ways.items():
            begun = perf_counter()
            way()
            times[name].append(perf_counter() - begun)
            print(f"run {run + 1} {name}: {times[name][-1]:.2f} s", flush=True)
    rows = {
        name: {
            "median_s": median(taken),
            "min_s": min(taken),
            "max_s": max(taken),
            "ratio": median(own / peer for own, peer in zip(taken, times[PEER], strict=True)),
        }
        for name, taken in times.items()
    }
    vertices = shapely.get_num_coordinates(np.asarray(grid.geometry.array)).mean()
    sizes = {"cells": len(grid), "households": len(roster), "vertices_per_cell": float(vertices)}
    return {**sizes, "seed": SEED, "runs": runs, "rows": rows}


def county(cells: int, households: int) -> tuple[Any, Any]:
    """Make a county, its roster as points in the CRS of the grid."""
    made = make_county(cells=cells, households=households, seed=SEED)
    grid = made.grid
    places = gpd.points_from_xy(made.households["lon"], made.households["lat"], crs=grid.crs)
    return grid, gpd.GeoDataFrame(made.households.drop(columns=["lon", "lat"]), geometry=places)


def contestants(grid: Any, roster: Any) -> dict[str, Callable[[], Any]]:
    """Name what is timed; all get the same points and polygons, and keep nothing from run to run."""
    ids = np.asarray(grid.index, dtype=object)

    def fresh() -> tuple[Any, Any]:
        points = np.array(roster.geometry.array, dtype=object)
        return points, shapely.from_wkb(polygons_wkb)

    polygons_wkb = shapely.to_wkb(np.asarray(grid.geometry.array))

    def tree() -> Any:
        points, polygons = fresh()
        return shapely.STRtree(polygons).query(points, predicate="intersects")

    def own_locate() -> Any:
        points, polygons = fresh()
        return locate(points, polygons, ids)

    def join() -> Any:
        points, polygons = fresh()
        homes = gpd.GeoDataFrame(geometry=points, index=roster.index, crs=grid.crs)
        ground = gpd.GeoDataFrame(geometry=polygons, index=grid.index, crs=grid.crs)
        return gpd.sjoin(homes, ground, predicate="within")

    def own_place() -> Any:
        points, polygons = fresh()
        return place_households(
            roster.set_geometry(points, crs=grid.crs), grid.set_geometry(polygons, crs=grid.crs)
        )

    return {
        PEER: tree,
        "gridmap locate": own_locate,
        "gridmap place_households": own_place,
        "geopandas sjoin(predicate='within')": join,
    }

"""Marks of placement: points into cells, from arrays and from frames, and the memory that it takes."""

from __future__ import annotations

import json
from functools import partial
from statistics import median
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from benchmarks import peers
from benchmarks.harness import Contestant, Figure, Race, held_bytes, peak_bytes, race, run_child
from benchmarks.worlds import Scale, county, describe, fresh_grid, points_over
from gridmap.core.locate import locate_xy
from gridmap.core.place import place_households
from gridmap.model.areas import hierarchy_for

WITHIN = "geopandas.sjoin(within)"
BUILT, INCLUDED = "gridmap, index built", "gridmap, index included"
# the slowest, of which one run is enough to know that others are the fastest
_RUNS = {"duckdb spatial": 1, "polars-st": 1}
_OUTSIDE = "points drawn evenly over the bounds of the grid; those outside all cells stay"


def cells_of(xy: peers.Floats, grid: Any) -> Any:
    """Find the position of the cell of every point as gridmap does, -1 for none."""
    return locate_xy(hierarchy_for(grid), xy).cell


def mark_points(scale: Scale) -> list[Figure]:
    """Place points, coordinate arrays in, positions out; with the index built and included."""
    grid, _ = county(scale.cells, scale.points)
    xy = points_over(grid, scale.points)
    run = _race_from_arrays(grid, xy, peer=WITHIN, runs=scale.runs, finders=_shapely_finders(grid))
    world = describe(grid, points=scale.points)
    work = f"{scale.points:,} points into {scale.cells:,} cells, coordinate arrays in, positions out"
    return [
        _figure("points", f"{work}, index built", run, BUILT, at_least=25, world=world),
        _figure("points", f"{work}, index included", run, INCLUDED, at_least=3, world=world),
    ]


def mark_many_points(scale: Scale) -> list[Figure]:
    """Place the points of a province, against all engines that are installed."""
    grid, _ = county(scale.cells, scale.points)
    xy = points_over(grid, scale.many_points)
    finders = {**_shapely_finders(grid, only=WITHIN), **peers.other_engines()}
    run = _race_from_arrays(grid, xy, peer=WITHIN, runs=scale.few_runs, finders=finders)
    fastest = min(finders, key=lambda name: median(run.seconds[name]))
    world = describe(grid, points=scale.many_points)
    work = f"{scale.many_points:,} points into {scale.cells:,} cells, end to end from arrays"
    against = f"the fastest of them: {fastest}"
    figures = [
        _figure("many-points", f"{work}, index {how}", run, own, at_least=20, world=world, peer=fastest)
        for how, own in (("built", BUILT), ("included", INCLUDED))
    ]
    named = [Figure(**{**vars(figure), "peer": against}) for figure in figures]
    return [*named, _figure("many-points", f"{work}, index built", run, BUILT, world=world, aim=100)]


def mark_place(scale: Scale) -> list[Figure]:
    """Place households on frames, checks and exceptions included, with the index of the grid built."""
    grid, roster = county(scale.cells, scale.points)
    points = np.asarray(roster.geometry.array)
    right = peers.right_cells(shapely.get_coordinates(points), np.asarray(grid.geometry.array))
    ids = np.append(np.asarray(grid.index, dtype=object), "")[right]
    lonlat = roster.drop(columns="geometry").assign(lon=shapely.get_x(points), lat=shapely.get_y(points))
    cells = gpd.GeoDataFrame(geometry=grid.geometry)

    def join(homes: Any) -> Any:
        return gpd.sjoin(homes, cells, predicate="within")

    def wrong(answer: Any) -> int:
        found = answer["cell_id"] if isinstance(answer, gpd.GeoDataFrame) else answer.cells
        placed = found.reindex(roster.index).fillna("").to_numpy(dtype=object)
        return int((placed != ids).sum())

    own = "gridmap.place_households"
    contestants = [
        Contestant(WITHIN, join, prepare=lambda: gpd.GeoDataFrame(geometry=roster.geometry.copy())),
        Contestant(own, lambda homes: place_households(homes, grid), prepare=roster.copy, exact=True),
        Contestant(
            f"{own}, from lon and lat",
            lambda homes: place_households(homes, grid),
            prepare=lonlat.copy,
            exact=True,
        ),
    ]
    run = race(contestants, peer=WITHIN, runs=scale.runs, differences=wrong)
    world = describe(grid, households=scale.points)
    work = f"place_households, {scale.points:,} households into {scale.cells:,} cells, frames, index built"
    return [_figure("place", work, run, own, at_least=4, aim=8, world=world, note="")]


def mark_memory(scale: Scale) -> list[Figure]:
    """Measure the memory of placing points beside the points themselves; each way in a fresh process."""
    ways = ("gridmap", "geopandas")
    shares = {way: _memory_of(way, scale) for way in ways}
    own = shares["gridmap"]
    grid, _ = county(scale.cells, 0)
    rows = {way: {key: round(value, 3) for key, value in share.items()} for way, share in shares.items()}
    return [
        Figure(
            mark="memory",
            work=f"memory of placing {scale.many_points:,} points, index built, positions included",
            peer="the points themselves (x and y, 16 bytes each)",
            reached=own["share"],
            at_most=1.5,
            world=describe(grid, points=scale.many_points),
            rows=rows,
            note="the most memory held in a fresh process while placing, less what was held before, as a"
            " share of the points; the index and the libraries were loaded before",
        )
    ]


def _memory_of(way: str, scale: Scale) -> dict[str, float]:
    call = (
        "from benchmarks.points import measure_memory;"
        f"measure_memory({way!r}, {scale.cells}, {scale.many_points})"
    )
    return dict(json.loads(run_child(call)))


def measure_memory(way: str, cells: int, points: int) -> None:
    """Place points in this process and print what it took, as JSON."""
    grid, _ = county(cells, 0)
    find = cells_of if way == "gridmap" else peers.sjoin_within
    frame = grid if way == "gridmap" else gpd.GeoDataFrame(geometry=np.asarray(grid.geometry.array))
    find(points_over(grid, 20 * cells), frame)
    xy = points_over(grid, points)
    reset_peak()
    before = held_bytes()
    answer = find(xy, frame)
    used = peak_bytes() - before
    told = {"share": used / xy.nbytes, "most_bytes": float(used), "answer_bytes": float(answer.nbytes)}
    print(json.dumps(told))


def reset_peak() -> None:
    """Let Linux count the peak anew, so that what was freed before does not hide it."""
    with open("/proc/self/clear_refs", "w", encoding="ascii") as refs:  # noqa: PTH123
        refs.write("5")


def _shapely_finders(grid: Any, only: str = "") -> dict[str, Any]:
    """Return the finders of shapely and geopandas; the joins get a frame that lives on."""
    polygons = np.asarray(grid.geometry.array)
    frame = gpd.GeoDataFrame(geometry=polygons)
    finders = {
        WITHIN: lambda xy, _polygons: peers.sjoin_within(xy, frame),
        "geopandas.sjoin(intersects)": lambda xy, _polygons: peers.sjoin_intersects(xy, frame),
        "shapely STRtree.query(intersects)": peers.strtree,
    }
    return {name: find for name, find in finders.items() if not only or name == only}


def _race_from_arrays(grid: Any, xy: Any, *, peer: str, runs: int, finders: dict[str, Any]) -> Race:
    polygons = np.asarray(grid.geometry.array)
    right = peers.right_cells(xy, polygons)
    others = [
        Contestant(name, partial(_found, find, xy, polygons), runs=_RUNS.get(name))
        for name, find in finders.items()
    ]
    own = [
        Contestant(BUILT, lambda _: cells_of(xy, grid), exact=True),
        Contestant(
            INCLUDED,
            lambda fresh: cells_of(xy, fresh),
            prepare=lambda: fresh_grid(grid),
            exact=True,
        ),
    ]
    return race([*others, *own], peer=peer, runs=runs, differences=lambda a: int((a != right).sum()))


def _found(find: Any, xy: Any, polygons: Any, _prepared: None) -> Any:
    return find(xy, polygons)


def _figure(
    mark: str,
    work: str,
    run: Race,
    own: str,
    *,
    world: dict[str, Any],
    at_least: float | None = None,
    aim: float | None = None,
    peer: str = "",
    note: str = _OUTSIDE,
) -> Figure:
    reached = median(run.gains(own, of=peer))
    return Figure(
        mark=mark,
        work=work,
        peer=peer or run.peer,
        reached=reached,
        at_least=at_least,
        aim="" if aim is None else f"{aim:g} x",
        aim_reached=None if aim is None else reached >= aim,
        world=world,
        rows=run.rows(),
        note=note,
    )

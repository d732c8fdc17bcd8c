"""Points are located by the raster exactly as by comparing them with every cell."""

import gc
import threading
import weakref
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import gridmap as gm
from gridmap.core import raster
from gridmap.core.locate import NOWHERE, locate, locate_xy
from gridmap.core.topology import topology_for
from gridmap.model.areas import hierarchy_for
from gridmap.sample import make_county
from gridmap.store.bundled import bundled_path

SEEDS = given(st.integers(0, 2**32 - 1))
FEW = settings(derandomize=True, deadline=None, max_examples=6)
NO_BOXES = np.empty((0, 4))


def grid_of(cells, random=None):
    """Give cells ids; in random order, so that the first id is not the first row."""
    numbers = np.arange(len(cells)) if random is None else random.permutation(len(cells))
    ids = pd.Index([f"{number:05d}" for number in numbers], name="cell_id")
    return gpd.GeoDataFrame(geometry=np.array(cells, dtype=object), index=ids)


def telling_points(cells, random, count=300):
    """Points anywhere, and where it is hard: on vertices, on edges, beside them, and level with them."""
    xy = shapely.get_coordinates(cells)
    low, high = xy.min(axis=0), xy.max(axis=0)
    ends = xy[random.integers(len(xy) - 1, size=count)[:, None] + [0, 1]]
    along = ends[:, 0] + random.choice([0.25, 0.5, 0.7], (count, 1)) * (ends[:, 1] - ends[:, 0])
    beside = np.nextafter(xy, random.choice([-np.inf, np.inf], xy.shape))
    level = np.column_stack(
        [xy[random.integers(len(xy), size=count), 0], xy[random.integers(len(xy), size=count), 1]]
    )
    anywhere = random.uniform(low - 0.1 * (high - low), high + 0.1 * (high - low), (count, 2))
    return np.concatenate([anywhere, xy, along, beside, level])


def check(cells, random, *, xy=None, decided=None):
    """Compare the raster with the cells themselves, with pixels small and large."""
    xy = telling_points(cells, random) if xy is None else xy
    xy = np.tile(xy, (1 + shapely.get_num_coordinates(cells).sum() // (4 * len(xy)), 1))
    for pixels in (2**4, 2**14):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(raster, "_PIXELS_LEAST", pixels)
            patch.setattr(raster, "_PIXELS_PER_EDGE", 1)
            grid = grid_of(cells, random)
            found = locate_xy(hierarchy_for(grid), xy)
            expected = locate(shapely.points(xy), grid.geometry.to_numpy(), grid.index.to_numpy())
            np.testing.assert_array_equal(found.cell, expected.cell)
            np.testing.assert_array_equal(found.overlapped, expected.overlapped)
            if decided is not None:
                built = raster.raster_of(topology_for(hierarchy_for(grid)), NO_BOXES)
                assert (built is not None) == decided
    return found


def voronoi(random, count=25, *, decimals=12):
    seeds = shapely.multipoints(random.uniform(0, 10, (count, 2)))
    parts = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=shapely.box(0, 0, 10, 10)))
    cells = shapely.intersection(parts, shapely.box(0, 0, 10, 10))
    return shapely.transform(cells, lambda xy: np.round(xy, decimals))


@SEEDS
@FEW
def test_in_a_random_coverage(seed):
    random = np.random.default_rng(seed)
    cells = voronoi(random, decimals=random.choice([1, 3, 12]))
    check(cells[shapely.is_valid(cells)], random, decided=True)


@SEEDS
@FEW
def test_in_cells_of_several_parts_around_one_another(seed):
    random = np.random.default_rng(seed)
    parts = voronoi(random)
    owner = random.integers(0, 5, len(parts))
    check(np.array([shapely.union_all(parts[owner == each]) for each in np.unique(owner)]), random)


@SEEDS
@FEW
def test_in_cells_within_the_holes_of_cells(seed):
    random = np.random.default_rng(seed)
    turned = [
        shapely.affinity.rotate(shapely.box(-size, -size, size, size), random.uniform(0, 20))
        for size in (9, 6, 4, 2.5, 1.2)
    ]
    rings = [shapely.difference(outer, inner) for outer, inner in pairwise(turned)]
    check(np.array([*rings, turned[-1]]), random)


@SEEDS
@FEW
def test_in_cells_that_overlap_leave_gaps_and_cross_themselves(seed):
    random = np.random.default_rng(seed)
    corners, sizes = random.uniform(0, 8, (12, 2)), random.uniform(0.1, 4, (12, 2))
    boxes = list(shapely.box(*corners.T, *(corners + sizes).T))
    crossed = shapely.polygons(random.uniform(0, 10, (3, 5, 2)))
    check(np.array([*boxes, *crossed, boxes[0], shapely.Polygon(), None], dtype=object), random)


@SEEDS
@FEW
def test_in_slivers_and_where_hundreds_of_vertices_lie_in_one_pixel(seed):
    random = np.random.default_rng(seed)
    xs = np.sort(np.concatenate([[0, 10], 5 + random.uniform(-1e-9, 1e-9, 12)]))
    bars = [shapely.box(left, 0, right, 10) for left, right in pairwise(xs)]
    turn = np.linspace(0, 2 * np.pi, 301)[:-1]
    round_hole = shapely.Polygon(np.column_stack([12 + 1e-8 * np.cos(turn), 5 + 1e-8 * np.sin(turn)]))
    cells = np.array([*bars, shapely.difference(shapely.box(10, 0, 20, 10), round_hole), round_hole])
    near = np.concatenate(
        [random.uniform([5 - 1e-9, 0], [5 + 1e-9, 10], (200, 2)), random.normal([12, 5], 1e-8, (200, 2))]
    )
    check(cells, random, xy=np.concatenate([near, telling_points(cells, random, 50)]), decided=True)


@SEEDS
@FEW
def test_far_from_the_origin_at_the_last_digits_of_coordinates(seed):
    random = np.random.default_rng(seed)
    corners = np.stack(np.meshgrid(np.arange(6.0), np.arange(6.0)), axis=-1) * 100
    corners[1:-1, 1:-1] += random.integers(-20, 20, (4, 4, 2)) * 1.9e-9
    quads = np.stack([corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]], axis=2)
    cells = shapely.polygons(quads.reshape(-1, 4, 2) + 1e7)
    near = shapely.get_coordinates(cells)
    near = near + random.integers(-3, 4, near.shape) * 1.9e-9
    check(cells, random, xy=np.concatenate([near, telling_points(cells, random, 100)]), decided=True)
    tiny = shapely.polygons(quads.reshape(-1, 4, 2) * 1e-11 + 1e7)
    check(tiny[shapely.is_valid(tiny)], random, decided=False)


def squares(xs, ys):
    """Squares between the lines at `xs` and `ys`, column after column."""
    west, south = (each.ravel() for each in np.meshgrid(xs[:-1], ys[:-1], indexing="ij"))
    east, north = (each.ravel() for each in np.meshgrid(xs[1:], ys[1:], indexing="ij"))
    return shapely.box(west, south, east, north)


def test_on_the_edges_and_corners_of_squares():
    random = np.random.default_rng(1)
    cells = squares(np.arange(5.0), np.arange(4.0))
    halves = np.stack(np.meshgrid(np.arange(-1, 6, 0.5), np.arange(-1, 5, 0.5)), axis=-1).reshape(-1, 2)
    found = check(cells, random, xy=halves, decided=True)
    assert not found.overlapped.any()


@pytest.fixture
def lattice():
    """The lines of a raster of 30 by 30 pixels or so over 10 by 10; the test that asks keeps them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(raster, "_PIXELS_LEAST", 2**10)
        patch.setattr(raster, "_PIXELS_PER_EDGE", 1)
        whole = hierarchy_for(grid_of(squares(np.array([0.0, 10.0]), np.array([0.0, 10.0]))))
        lines = raster.raster_of(topology_for(whole), NO_BOXES).lattice
        patch.setattr(raster, "_lattice", lambda *_: lines)
        yield lines


def check_on_lines(cells, lattice, random):
    """Compare where edges, their ends and the points lie on the lines of the raster and where those cross."""
    grid = grid_of(random.permutation(cells), random)
    crossings = np.stack(np.meshgrid(lattice.x, lattice.y), axis=-1).reshape(-1, 2)
    anywhere = random.uniform(-0.5, 10.5, (4000, 2))
    north = np.column_stack([random.choice(lattice.x, 500), anywhere[:500, 1]])
    east = np.column_stack([anywhere[:500, 0], random.choice(lattice.y, 500)])
    hard = telling_points(grid.geometry.to_numpy(), random)
    xy = np.concatenate([crossings, north, east, anywhere, hard])
    found = locate_xy(hierarchy_for(grid), xy)
    expected = locate(shapely.points(xy), grid.geometry.to_numpy(), grid.index.to_numpy())
    np.testing.assert_array_equal(found.cell, expected.cell)
    np.testing.assert_array_equal(found.overlapped, expected.overlapped)


def test_where_edges_run_along_the_lines_of_the_raster(lattice):
    random = np.random.default_rng(2)
    for _ in range(4):
        xs, ys = (
            np.concatenate([[0], np.sort(random.choice(lines[4:-4], 5, replace=False)), [10]])
            for lines in (lattice.x, lattice.y)
        )
        assert np.isin(xs[1:-1], lattice.x).all()
        check_on_lines(squares(xs, ys), lattice, random)


def test_where_the_ends_of_slanting_edges_lie_on_lines_of_the_raster_and_where_they_cross(lattice):
    random = np.random.default_rng(3)
    for aside in ((0, 0), (0.1, 0), (0, 0.1)) * 3:
        column, row = np.meshgrid(np.arange(4, len(lattice.x) - 4, 6), np.arange(4, len(lattice.y) - 4, 6))
        column, row = (each + random.integers(-2, 3, each.shape) for each in (column, row))
        corners = np.stack([lattice.x[column], lattice.y[row]], axis=-1)
        corners += random.uniform(-1, 1, corners.shape) * aside
        quads = np.stack([corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]], axis=2)
        cells = shapely.polygons(quads.reshape(-1, 4, 2))
        check_on_lines(cells[shapely.is_valid(cells)], lattice, random)


def test_what_is_no_place_lies_nowhere():
    odd = [[np.nan, 1], [1, np.nan], [np.inf, 1], [1, -np.inf], [1e308, -1e308], [0.5, 0.5]]
    many = hierarchy_for(grid_of(squares(np.arange(3.0), np.arange(3.0))))
    assert locate_xy(many, odd).cell.tolist() == [NOWHERE] * 5 + [0]
    assert locate_xy(many, odd * 50).cell.tolist() == ([NOWHERE] * 5 + [0]) * 50
    assert not locate_xy(many, odd * 50).overlapped.any()


def test_a_missing_or_empty_point_lies_nowhere():
    points = np.array([None, shapely.Point(), shapely.Point(0.5, 0.5)], dtype=object)
    found = locate(points, squares(np.arange(3.0), np.arange(3.0)), np.array(list("abcd"), dtype=object))
    assert found.cell.tolist() == [NOWHERE, NOWHERE, 0]


def test_without_points_or_without_cells_there_is_nothing_to_find():
    nothing = locate_xy(hierarchy_for(grid_of(squares(np.arange(3.0), np.arange(3.0)))), np.empty((0, 2)))
    assert (len(nothing.cell), len(nothing.overlapped)) == (0, 0)
    empty = hierarchy_for(grid_of(np.array([shapely.Polygon(), None], dtype=object)))
    assert locate_xy(empty, [[0, 0], [1, 1]]).cell.tolist() == [NOWHERE, NOWHERE]
    assert locate_xy(hierarchy_for(grid_of(np.array([], dtype=object))), [[0, 0]]).cell.tolist() == [NOWHERE]


def test_almost_all_pixels_of_real_cells_are_decided():
    blocks = gm.read_grid(bundled_path("providence") / "grid.gpkg")
    built = raster.raster_of(topology_for(hierarchy_for(blocks)), NO_BOXES)
    assert (built.pixel == raster.UNDECIDED).mean() < 1e-6
    assert (built.pixel <= raster.CROSSED).mean() < 0.15


@pytest.mark.parametrize("world", ["providence", "county"])
def test_in_real_and_in_fictional_cells(world):
    grid = (
        gm.read_grid(bundled_path("providence") / "grid.gpkg")
        if world == "providence"
        else make_county(cells=400, households=0, seed=20220305).grid
    )
    cells = grid.geometry.to_numpy()
    xy = telling_points(cells, np.random.default_rng(3), 40_000)
    found = locate_xy(hierarchy_for(grid), xy)
    expected = locate(shapely.points(xy), cells, grid.index.to_numpy())
    np.testing.assert_array_equal(found.cell, expected.cell)
    np.testing.assert_array_equal(found.overlapped, expected.overlapped)


def test_the_raster_goes_with_the_grid_and_is_built_once():
    grid = grid_of(squares(np.arange(4.0), np.arange(4.0)))
    xy = np.random.default_rng(4).uniform(0, 3, (1000, 2))
    threads = [threading.Thread(target=locate_xy, args=(hierarchy_for(grid), xy)) for _ in range(4)]
    with pytest.MonkeyPatch.context() as patch:
        built = []

        def build(*given):
            built.append(raster.raster_of(*given))
            return built[-1]

        patch.setattr("gridmap.core.locate.raster_of", build)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(built) == 1
    left = weakref.ref(built.pop())
    assert left() is not None
    del grid, threads
    gc.collect()
    assert left() is None

"""The areas of a grid are made once for each frame, and again when the frame changes."""

import gc
import threading
import weakref

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridmap.model.areas import hierarchy_for
from gridmap.model.plan import empty_plan


@pytest.fixture
def two_cells():
    """Two unit squares side by side.

    +---+---+
    | a | b |
    +---+---+
    0   1   2
    """
    boxes = [shapely.box(x, 0, x + 1, 1) for x in range(2)]
    index = pd.Index(["a", "b"], name="cell_id")
    return gpd.GeoDataFrame({"name": ["甲", "乙"]}, geometry=boxes, index=index, crs="EPSG:4549")


def test_a_grid_is_read_once_and_plans_share_what_was_read(two_cells):
    hierarchy = hierarchy_for(two_cells)
    assert hierarchy_for(two_cells) is hierarchy
    assert empty_plan(two_cells).hierarchy is hierarchy
    assert list(hierarchy.cell_ids) == ["a", "b"]


def test_a_copy_with_the_same_shapes_finds_the_same_areas(two_cells):
    hierarchy = hierarchy_for(two_cells)
    assert hierarchy_for(two_cells.copy()) is hierarchy
    assert hierarchy_for(two_cells.assign(residents=3)) is hierarchy
    assert hierarchy_for(two_cells.reset_index()) is hierarchy
    assert hierarchy_for(two_cells.rename_geometry("shape")) is hierarchy


def a_shape_in_place(grid):
    grid.loc["b", "geometry"] = shapely.box(1, 0, 3, 1)


def a_shape_in_the_array(grid):
    grid.geometry.array[1] = shapely.box(1, 0, 3, 1)


def an_equal_shape(grid):
    grid.geometry = [shapely.box(x, 0, x + 1, 1) for x in range(2)]


def a_name(grid):
    grid.loc["b", "name"] = "丙"


def an_id(grid):
    grid.index = pd.Index(["a", "c"], name="cell_id")


def the_crs(grid):
    grid.set_crs("EPSG:4528", allow_override=True, inplace=True)


def a_parent(grid):
    grid["parent_id"] = ["T", "T"]


CHANGES = [a_shape_in_place, a_shape_in_the_array, an_equal_shape, a_name, an_id, the_crs, a_parent]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_grid_that_was_changed_is_read_anew(two_cells, change):
    before = hierarchy_for(two_cells)
    change(two_cells)
    after = hierarchy_for(two_cells)
    assert after is not before
    assert after is hierarchy_for(two_cells)
    assert list(after.geometry) == list(two_cells.geometry)
    assert after.geometry.crs == two_cells.crs
    assert list(before.cell_ids) == ["a", "b"]
    assert before.name("b") == "乙"


def test_rows_in_another_order_are_another_grid(two_cells):
    assert list(hierarchy_for(two_cells).cell_ids) == ["a", "b"]
    assert list(hierarchy_for(two_cells[::-1]).cell_ids) == ["b", "a"]


def test_what_was_read_goes_with_the_grid(two_cells):
    grid = two_cells.copy()
    hierarchy = weakref.ref(hierarchy_for(grid))
    gc.collect()
    assert hierarchy() is not None
    del grid
    gc.collect()
    assert hierarchy() is None


def test_threads_that_ask_at_once_get_one_answer(two_cells):
    found, start = [], threading.Barrier(8)

    def ask():
        start.wait()
        found.append(hierarchy_for(two_cells))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1

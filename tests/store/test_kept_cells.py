"""What a map draws is kept with the grid, and used only for just this grid."""

import sqlite3

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.core.drawn import draw_cells, fingerprint
from gridmap.model.areas import hierarchy_for


@pytest.fixture
def grid():
    """Two squares side by side.

    +---+---+
    | a | b |
    +---+---+
    """
    shapes = [shapely.box(120 + x / 100, 30, 120 + (x + 1) / 100, 30.01) for x in range(2)]
    return gpd.GeoDataFrame(geometry=shapes, index=pd.Index(["a", "b"], name="cell_id"), crs=4326)


@pytest.fixture
def workspace(tmp_path, grid):
    workspace = gm.open_workspace(tmp_path / "small.gpkg")
    workspace.set_tables(grid=grid)
    return gm.open_workspace(workspace.path)


def test_what_is_kept_is_what_would_be_worked_out(workspace):
    hierarchy = workspace.plan.hierarchy
    kept, anew = workspace.drawn_cells(hierarchy), draw_cells(hierarchy)
    assert kept.encoded == anew.encoded or kept.encoded.data == anew.encoded.data
    assert kept.encoded.head() == anew.encoded.head()
    assert np.array_equal(kept.areas_m2, anew.areas_m2)
    assert np.array_equal(kept.bounds, anew.bounds)


def test_it_is_not_used_for_cells_that_moved_or_have_another_crs(workspace, grid):
    moved = grid.set_geometry(grid.geometry.translate(1e-9, 0))
    assert workspace.drawn_cells(hierarchy_for(moved)) is None
    assert workspace.drawn_cells(hierarchy_for(grid.set_crs(4490, allow_override=True))) is None
    assert workspace.drawn_cells(hierarchy_for(grid.iloc[::-1])) is None
    assert workspace.drawn_cells(hierarchy_for(grid.iloc[:1])) is None


def test_a_new_grid_takes_its_place(workspace, grid):
    workspace.set_tables(grid=grid.iloc[:1])
    hierarchy = workspace.plan.hierarchy
    assert workspace.drawn_cells(hierarchy).encoded.cells == 1


@pytest.mark.parametrize(
    "damage",
    [
        "DROP TABLE gridmap_drawn_cells",
        "DELETE FROM gridmap_drawn_cells",
        "UPDATE gridmap_drawn_cells SET fingerprint = x'00'",
        "UPDATE gridmap_drawn_cells SET areas = x'00'",
        "UPDATE gridmap_drawn_cells SET bounds = x'00'",
        "UPDATE gridmap_drawn_cells SET data = 'text'",
        "ALTER TABLE gridmap_drawn_cells DROP COLUMN step",
    ],
)
def test_what_is_damaged_is_worked_out_anew(workspace, damage):
    with sqlite3.connect(workspace.path) as connection:
        connection.execute(damage)
    connection.close()
    hierarchy = workspace.plan.hierarchy
    assert workspace.drawn_cells(hierarchy) is None
    _, buffers = gm.Workbench(workspace).panel._desk.ground.message
    assert buffers[0] == draw_cells(hierarchy).encoded.plain


def test_a_missing_outline_counts_in_the_fingerprint(grid):
    gap = grid.set_geometry([grid.geometry.iloc[0], None], crs=4326)
    assert fingerprint(hierarchy_for(grid)) != fingerprint(hierarchy_for(gap))


def test_the_same_corners_in_other_rings_are_other_cells_by_the_fingerprint(grid):
    outer, inner = shapely.box(0, 0, 3, 3), shapely.box(1, 1, 2, 2)
    hole = shapely.Polygon(outer.exterior.coords, [inner.exterior.coords])
    two = shapely.MultiPolygon([outer, inner])
    prints = {
        fingerprint(hierarchy_for(grid.set_geometry([shape, grid.geometry.iloc[1]], crs=4326)))
        for shape in (outer, hole, two, shapely.reverse(outer))
    }
    assert len(prints) == 4

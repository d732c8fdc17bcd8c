"""The topology of a grid is kept with it: found again if the grid is the same, and never for another."""

import sqlite3
from contextlib import closing

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyogrio import list_layers, read_dataframe

from gridmap.core import runs, topology
from gridmap.core.topology import topology_for, topology_of
from gridmap.model.areas import hierarchy_for
from gridmap.store.workspace import open_workspace

ARRAYS = ("face_cell", "xy", "first", "face", "node", "following")


@pytest.fixture(autouse=True)
def another_process(monkeypatch):
    """Nothing is at hand that an earlier test has read."""
    monkeypatch.setattr(runs, "_offers", type(runs._offers)())


@pytest.fixture
def grid():
    """Nine squares of 10 m in three rows."""
    cells = [shapely.box(10 * i, 10 * j, 10 * i + 10, 10 * j + 10) for j in range(3) for i in range(3)]
    index = pd.Index([f"g{place}" for place in range(9)], dtype="str", name="cell_id")
    return gpd.GeoDataFrame(index=index, geometry=cells, crs=4549)


@pytest.fixture
def path(tmp_path, grid, another_process):
    path = tmp_path / "county.gpkg"
    open_workspace(path).set_tables(grid=grid)
    runs._offers.clear()
    return path


@pytest.fixture
def searches(monkeypatch):
    """Every search for partners."""
    made = []
    real = topology.runs_of
    monkeypatch.setattr(topology, "runs_of", lambda rings: made.append(len(rings.xy)) or real(rings))
    return made


def built(grid):
    """The topology of a grid, built from its polygons alone."""
    runs._offers.clear()
    return topology_of(np.array(grid.geometry.array, dtype=object))


def same(one, other):
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ARRAYS)


def spoil(path, *statements):
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement, *values in statements:
            connection.execute(statement, values)


def test_a_grid_that_is_read_has_its_topology_without_a_search(path, grid, searches):
    read = open_workspace(path).grid
    assert searches == []
    found = topology_for(hierarchy_for(read))
    assert searches == []
    assert same(found, built(grid))


def test_reading_a_grid_makes_no_topology(path, monkeypatch):
    monkeypatch.setattr(topology, "topology_of", None)
    assert len(open_workspace(path).grid) == 9


def test_another_grid_takes_its_topology_along(path, grid, searches):
    workspace = open_workspace(path)
    workspace.set_tables(grid=grid.iloc[:4])
    runs._offers.clear()
    read = open_workspace(path).grid
    found = topology_for(hierarchy_for(read))
    assert searches == []
    assert same(found, built(grid.iloc[:4]))


def test_a_grid_that_another_program_has_changed_does_not_find_the_old_one(path, searches):
    """The first cell is moved by SQL, as a GIS does, which leaves the other tables alone."""
    grid = open_workspace(path).grid
    other = open_workspace(path.with_name("other.gpkg"))
    other.set_tables(grid=grid.set_geometry(grid.geometry.translate(100)))
    with closing(sqlite3.connect(other.path)) as connection:
        (blob,) = connection.execute("SELECT geometry FROM grid WHERE cell_id = 'g0'").fetchone()
    spoil(path, ("UPDATE grid SET geometry = ? WHERE cell_id = 'g0'", blob))
    runs._offers.clear()
    read = open_workspace(path).grid
    found = topology_for(hierarchy_for(read))
    assert len(searches) == 1
    assert len(found.pairs) == 10
    assert same(found, built(read))


@pytest.mark.parametrize(
    "statements",
    [
        [("DROP TABLE gridmap_topology",)],
        [("DELETE FROM gridmap_topology",)],
        [("UPDATE gridmap_topology SET runs = ''",)],
        [("UPDATE gridmap_topology SET runs = 'text'",)],
        [("UPDATE gridmap_topology SET runs = zeroblob(100000)",)],
        [("UPDATE gridmap_topology SET fingerprint = x'00'",)],
        [("ALTER TABLE gridmap_topology RENAME COLUMN runs TO other",)],
        [
            ("DROP TABLE gridmap_topology",),
            ("CREATE VIEW gridmap_topology AS SELECT 1 AS fingerprint, 2 AS runs",),
        ],
    ],
)
def test_what_was_kept_may_be_lost_or_damaged(path, grid, searches, statements):
    spoil(path, *statements)
    found = topology_for(hierarchy_for(open_workspace(path).grid))
    assert len(searches) == 1
    assert same(found, built(grid))


@pytest.mark.parametrize("place", [0, 31, 32, 40, -1])
def test_a_changed_byte_is_noticed(path, grid, searches, place):
    with closing(sqlite3.connect(path)) as connection:
        (blob,) = connection.execute("SELECT runs FROM gridmap_topology").fetchone()
    wrong = bytearray(blob)
    wrong[place] ^= 1
    spoil(path, ("UPDATE gridmap_topology SET runs = ?", bytes(wrong)))
    found = topology_for(hierarchy_for(open_workspace(path).grid))
    assert len(searches) == 1
    assert same(found, built(grid))


def test_other_programs_see_the_layers_that_they_saw(path):
    before = list_layers(path)[:, 0].tolist()
    assert "gridmap_topology" not in before
    assert len(read_dataframe(path, layer="grid")) == 9
    spoil(path, ("DROP TABLE gridmap_topology",))
    assert list_layers(path)[:, 0].tolist() == before


def test_a_workspace_without_it_gets_it_with_its_next_grid(path, grid, searches):
    spoil(path, ("DROP TABLE gridmap_topology",))
    workspace = open_workspace(path)
    workspace.set_tables(grid=workspace.grid)
    runs._offers.clear()
    found = topology_for(hierarchy_for(open_workspace(path).grid))
    assert searches == []
    assert same(found, built(grid))


def test_a_copy_of_the_workspace_has_it_too(path, searches):
    copy = open_workspace(path).copy_to(path.with_name("copy.gpkg"))
    runs._offers.clear()
    topology_for(hierarchy_for(open_workspace(copy).grid))
    assert searches == []

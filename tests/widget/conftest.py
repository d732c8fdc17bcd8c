"""A workbench over two villages in one row; the name of the second one is hostile."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.store.protocols import read_protocol_text
from tests.widget.desk_world import desk_with_view

HOSTILE = "<img src=x onerror=alert(1)>\u202e"


@pytest.fixture
def grid():
    """Three cells of about a kilometre.

    +---+---+---+
    | a | b | c |     North: a b     <img ...>: c
    +---+---+---+
    """
    shapes = [shapely.box(120 + x / 100, 30, 120 + (x + 1) / 100, 30.01) for x in range(3)]
    columns = {"village_id": ["v", "v", "w"], "village_name": ["North", "North", HOSTILE]}
    return gpd.GeoDataFrame(columns, index=pd.Index(list("abc"), name="cell_id"), geometry=shapes, crs=4326)


@pytest.fixture
def households():
    """One household in a, two in b of which one needs dialysis, none in c, and one that is nowhere."""
    places = [shapely.Point(120 + x / 100, 30.005) for x in (0.5, 1.4, 1.6)]
    columns = {"residents": [1, 2, 3, 4], "needs": ["", "dialysis;lives_alone", "", ""]}
    index = pd.Index([f"h{number}" for number in range(1, 5)], name="household_id")
    return gpd.GeoDataFrame(columns, index=index, geometry=[*places, None], crs=4326)


@pytest.fixture
def workspace(tmp_path, grid, households):
    workspace = gm.open_workspace(tmp_path / "small.gpkg")
    workspace.set_tables(grid=grid, households=households)
    workspace.set_protocol(read_protocol_text("three-zones-2021"))
    return workspace


@pytest.fixture
def bench(workspace):
    return gm.Workbench(workspace, author="desk")


@pytest.fixture
def desk(bench):
    return desk_with_view(bench)[0]


@pytest.fixture
def view(bench):
    return desk_with_view(bench)[1]

"""Outlines are the cells and the parts of cells of each zone, without overlap."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import gridmap as gm
from tests.core.worlds import EAST, NORTH, households, two_towns

SHAPE = shapely.box(EAST + 50, NORTH + 50, EAST + 150, NORTH + 100)


def test_a_zone_is_the_union_of_its_cells():
    grid = two_towns()
    plan = gm.replay(gm.new_plan(grid), [gm.SetTier(cells=["a1", "a2"], tier="sealed")])
    zones = gm.zone_outlines(plan, grid)
    assert zones.geometry["S-1"].equals(shapely.box(EAST, NORTH, EAST + 200, NORTH + 100))
    assert zones.loc["S-1", ["tier", "name", "cells"]].to_list() == ["sealed", "甲村", 2]
    assert zones["households"].isna().all()
    assert zones.crs == grid.crs


def test_a_drawn_carve_out_is_taken_out_of_the_zone_beneath():
    grid = two_towns()
    edits = [gm.SetRemainder(tier="prevention"), gm.AddCarveOut(tier="sealed", shape=SHAPE.wkt)]
    zones = gm.zone_outlines(gm.replay(gm.new_plan(grid), edits), grid)
    assert zones.geometry["S-1"].equals(SHAPE)
    assert zones.geometry["P-1"].area == pytest.approx(6 * 100 * 100 - SHAPE.area)
    assert not zones.geometry["P-1"].contains(SHAPE.centroid)


def test_a_building_is_drawn_round_its_homes_within_their_cells():
    grid = two_towns()
    placement = gm.place_households(
        households([("1", 90, "枫桥新村3幢1室", 1), ("2", 95, "枫桥新村3幢2室", 1)]), grid
    )
    plan = gm.replay(gm.new_plan(grid), [gm.AddCarveOut(tier="sealed", addresses=["枫桥新村3幢"])])
    shape = gm.zone_outlines(plan, grid, placement=placement).geometry["S-1"]
    assert shape.contains(shapely.Point(EAST + 92, NORTH + 50))
    assert shape.bounds[2] == pytest.approx(EAST + 100)
    assert shape.bounds[0] == pytest.approx(EAST + 78, abs=0.1)
    assert gm.zone_outlines(plan, grid).geometry.isna().all()


def test_a_cell_whose_border_crosses_itself_is_drawn_with_what_lies_in_it():
    grid = two_towns()
    bow = [(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST + 100, NORTH), (EAST, NORTH + 100)]
    grid.loc["a1", "geometry"] = shapely.Polygon(bow)
    placement = gm.place_households(households([("1", 20, "枫桥新村3幢1室", 1)]), grid)
    edits = [gm.SetRemainder(tier="prevention"), gm.AddCarveOut(tier="sealed", addresses=["枫桥新村3幢"])]
    zones = gm.zone_outlines(gm.replay(gm.new_plan(grid), edits), grid, placement=placement)
    assert zones.geometry.is_valid.all()
    assert zones.area.sum() == pytest.approx(5 * 100 * 100 + 2 * 50 * 50)


def test_a_plan_without_zones_gives_an_empty_table_of_the_same_columns():
    grid = two_towns()
    zones = gm.zone_outlines(gm.new_plan(grid), grid)
    assert len(zones) == 0
    assert list(zones.columns) == ["tier", "name", "cells", "households", "residents", "geometry"]


@given(st.integers(0, 2**32 - 1))
@settings(derandomize=True, deadline=None, max_examples=25)
def test_outlines_equal_the_union_of_cells_and_part_the_grid(seed):
    random = np.random.default_rng(seed)
    corners = np.stack(np.meshgrid(np.arange(6.0), np.arange(6.0)), axis=-1)
    corners[1:-1, 1:-1] += random.uniform(-0.4, 0.4, (4, 4, 2))
    quads = np.stack([corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]], axis=2)
    ids = [f"{place:02d}" for place in range(25)]
    grid = gpd.GeoDataFrame(geometry=shapely.polygons(quads.reshape(-1, 4, 2)), index=pd.Index(ids))
    drawn = random.choice(["sealed", "controlled", "prevention", ""], 25)
    edits = [
        gm.SetTier(cells=[cell for cell, wanted in zip(ids, drawn, strict=True) if wanted == tier], tier=tier)
        for tier in ("sealed", "controlled", "prevention")
    ]
    plan = gm.replay(gm.new_plan(grid), edits)
    zones = gm.zone_outlines(plan, grid)
    assert zones.geometry.is_valid.all()
    for zone_id, shape in zones.geometry.items():
        members = grid.geometry[plan.cell_zones[plan.cell_zones == zone_id].index]
        assert shapely.equals(shape, shapely.union_all(np.asarray(members.array)))
    assert zones.area.sum() == pytest.approx(grid.geometry[plan.tiers.notna()].area.sum())

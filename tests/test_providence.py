"""Real cells: the 3,014 census blocks of Providence and its 15 wards."""

import geopandas as gpd
import pandas as pd
import pytest

import gridmap as gm
from gridmap.store.bundled import bundled_path


@pytest.fixture(scope="module")
def blocks():
    return gm.read_grid(bundled_path("providence") / "grid.gpkg")


@pytest.fixture(scope="module")
def wards():
    return gpd.read_file(bundled_path("providence") / "wards.gpkg").set_index("area_id")


def test_every_block_lies_in_the_ward_that_the_census_names(blocks, wards):
    points = gpd.GeoDataFrame(
        geometry=blocks.representative_point().array,
        index=pd.Index(blocks.index, name="household_id"),
        crs=blocks.crs,
    )
    placement = gm.place_households(points, wards)
    named = "ward-" + blocks["WARD"].astype(str).str.zfill(2)
    assert len(placement.cells) == 3014
    assert (placement.cells == named).sum() == 3014


def test_the_blocks_are_a_coverage_and_the_wards_their_parents(blocks):
    assert gm.check_grid(blocks).empty
    plan = gm.new_plan(blocks)
    assert len(plan.tiers) == 3014
    sealed = gm.apply_edit(plan, gm.SetTier(areas=["ward-12"], tier="sealed"))
    assert (blocks.loc[sealed.tiers.dropna().index, "parent_id"] == "ward-12").all()


def test_made_up_households_are_placed_where_they_are_declared(blocks):
    households = gm.read_households(bundled_path("providence") / "households.csv", crs="EPSG:4269")
    placement = gm.place_households(households, blocks)
    assert len(placement.cells) == len(households)
    assert placement.exceptions.empty
    assert placement.conflicts.empty
    assert placement.certificate.balanced

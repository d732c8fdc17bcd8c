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


@pytest.fixture(scope="module")
def staffed(blocks):
    """Ward 12 sealed, ward 11 controlled; a secretary in every ward, a member for every 18 households."""
    households = gm.read_households(bundled_path("providence") / "households.csv", crs="EPSG:4269")
    placement = gm.place_households(households, blocks)
    plan = gm.apply_edit(gm.new_plan(blocks), gm.SetTier(areas=["ward-12"], tier="sealed"))
    plan = gm.apply_edit(plan, gm.SetTier(areas=["ward-11"], tier="controlled"))
    homes = blocks.representative_point().sample(len(households) // 18, random_state=5)
    wards = sorted(blocks["parent_id"].unique())
    officials = gpd.GeoDataFrame(
        {
            "role": ["linked_member"] * len(homes) + ["secretary"] * len(wards),
            "territory": [*blocks.loc[homes.index, "parent_id"], *wards],
            "capacity": [20.0] * len(homes) + [float("nan")] * len(wards),
            "phone": "13800138000",
        },
        geometry=[*homes, *[None] * len(wards)],
        index=pd.Index([f"o{place}" for place in range(len(homes) + len(wards))], name="official_id"),
        crs=blocks.crs,
    )
    protocol = gm.load_protocol("three-zones-2021")
    return plan, placement, gm.assign_duties(plan, placement, officials, protocol=protocol), officials


def test_every_household_of_the_city_is_linked_within_capacity_to_its_own_ward_first(blocks, staffed):
    _plan, placement, duties, officials = staffed
    links = duties.table[duties.table["role"] == "linked_member"]
    assert sorted(links["target"]) == sorted(placement.cells.index)
    assert links["official_id"].value_counts().max() <= 20
    ward = blocks.loc[placement.cells[links["target"]], "parent_id"].to_numpy()
    own = officials.loc[links["official_id"], "territory"].to_numpy() == ward
    assert (own == (links["origin"] == "territory")).all()
    # As many stay in their ward as its members have room for, not one more or less.
    room = officials[officials["role"] == "linked_member"].groupby("territory")["capacity"].sum()
    lives = pd.Series(ward).value_counts()
    assert own.sum() == pd.concat([room, lives], axis=1).fillna(0).min(axis=1).sum()


def test_a_grid_without_the_levels_of_the_order_is_staffed_block_by_block_and_says_so(blocks, staffed):
    plan, _placement, duties, _ = staffed
    zoned = set(plan.tiers.dropna().index)
    secretaries = duties.table[duties.table["role"] == "secretary"]
    assert set(secretaries["target"]) == zoned
    levels = duties.conflicts[duties.conflicts["kind"] == "level_missing"]
    assert len(levels) == 3
    assert levels["detail"].str.contains(f"{len(zoned)} cell").all()


def test_the_certificate_of_the_city_counts_whose_chain_has_a_gap(staffed):
    plan, placement, duties, _ = staffed
    certificate = gm.certify(placement, plan, duties=duties).to_json()
    tiers = gm.household_tiers(plan, placement)
    assert certificate["households_staffed"] == (tiers == "none").sum()
    assert certificate["households_unstaffed"] == (tiers != "none").sum()
    gaps = duties.coverage["reason"][tiers != "none"]
    assert gaps.str.contains("no_microgrid_head").all()
    assert not gaps.str.contains("no_secretary|no_linked_member").any()

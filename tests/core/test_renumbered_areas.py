"""A grid that is numbered anew: plans, officials, pins and declared cells go over to the new ids."""

import geopandas as gpd
import pandas as pd
import shapely

import gridmap as gm
from gridmap.core.grid_change import grid_change
from gridmap.core.renumbered_areas import in_new_areas, renumbered_areas
from gridmap.model.areas import hierarchy_for
from tests.core.worlds import EAST, NORTH, households, two_towns


def numbered_anew():
    """The two towns, where a1 is x1, b1 and b2 have changed numbers, c1 is split, village A is A9.

    +----+----+----+----+--+--+----+
    | x1 | a2 | b2 | b1 |  c1  | c2 |      c1: c1w and c1e
    +----+----+----+----+--+--+----+
    """
    grid = two_towns().rename(index={"a1": "x1", "b1": "b2", "b2": "b1", "A": "A9"})
    grid["parent_id"] = grid["parent_id"].replace({"A": "A9"})
    halves = [shapely.box(EAST + 400 + 50 * i, NORTH, EAST + 450 + 50 * i, NORTH + 100) for i in range(2)]
    parts = pd.concat([grid.loc[["c1"]]] * 2).set_axis(["c1w", "c1e"]).set_geometry(halves, crs=grid.crs)
    return gpd.GeoDataFrame(pd.concat([grid.drop(index="c1"), parts]).rename_axis("cell_id"), crs=grid.crs)


def renumbered(old, new):
    return renumbered_areas(hierarchy_for(old), hierarchy_for(new))


def test_cells_are_known_by_their_ground_and_areas_by_their_cells():
    found = renumbered(two_towns(), numbered_anew())
    assert found == {"a1": "x1", "b1": "b2", "b2": "b1", "A": "A9"}
    assert renumbered(two_towns(), two_towns()) == {}


def test_a_cell_drawn_a_little_otherwise_is_the_same_and_one_that_lost_ground_is_not():
    old = two_towns()
    for west, expected in ((0.5, {"a1": "x1"}), (5, {})):
        new = two_towns().rename(index={"a1": "x1"})
        new.loc["x1", "geometry"] = shapely.box(EAST + west, NORTH, EAST + 100, NORTH + 100)
        assert {old: new for old, new in renumbered(old, new).items() if old == "a1"} == expected


def test_the_grid_may_come_in_another_crs():
    assert renumbered(two_towns(), numbered_anew().to_crs("EPSG:4490")) == renumbered(
        two_towns(), numbered_anew()
    )


def test_tables_name_the_new_ids_and_stay_as_they_are_where_nothing_is_new():
    ids = {"a1": "x1", "A": "A9"}
    officials = pd.DataFrame({"territory": ["A", "B", None], "home_cell": ["a1", "a2", ""]})
    told = in_new_areas(officials, "officials", ids)
    assert told["territory"].to_list()[:2] == ["A9", "B"]
    assert told["territory"].isna().to_list() == [False, False, True]
    assert told["home_cell"].to_list() == ["x1", "a2", ""]
    assert officials["territory"].iloc[0] == "A"
    pins = pd.DataFrame({"target_kind": ["area", "household"], "target": ["a1", "a1"]})
    assert in_new_areas(pins, "pins", ids)["target"].to_list() == ["x1", "a1"]
    assert in_new_areas(pins, "pins", {"z": "y"}) is pins


def test_a_carve_out_of_addresses_in_a_village_goes_on_under_its_new_id():
    grid = two_towns()
    placement = gm.place_households(households([("h1", 50, "东苑1幢101室", 2)]), grid)
    carve = gm.AddCarveOut(tier="sealed", name="东苑1幢", addresses=["东苑1幢"], scope="A")
    plan, changes = gm.carry_plan(
        gm.apply_edit(gm.new_plan(grid), carve), grid, numbered_anew(), placement=placement
    )
    assert [(each.scope, each.addresses, each.households) for each in plan.carve_list] == [
        ("A9", ("东苑1幢",), ())
    ]
    assert changes.empty


def test_nobody_loses_tier_or_official_where_only_numbers_are_new():
    grid = two_towns()
    roster = households([("here", 50, "", 2), ("said", None, "", 3), ("split", None, "", 4)])
    roster = roster.assign(cell_id=["a1", "b1", "c1"])
    plan = gm.new_plan(grid)
    for cell, tier in (("a1", "sealed"), ("b1", "controlled"), ("c1", "controlled")):
        plan = gm.apply_edit(plan, gm.SetTier(cells=[cell], tier=tier))
    pins = pd.DataFrame({"target_kind": ["area"], "target": ["c1"]}, index=["o1"])
    tables = {"households": roster, "officials": pd.DataFrame({"territory": ["A", "c1"]}), "pins": pins}
    change = grid_change(plan, grid, numbered_anew(), tables)
    assert change.plan.tiers.dropna().to_dict() == {
        "x1": "sealed",
        "b2": "controlled",
        "c1w": "controlled",
        "c1e": "controlled",
    }
    lost = change.changes[change.changes["kind"] == "household"]
    assert lost[["id", "tier_before", "tier_after"]].to_numpy().tolist() == [
        ["split", "controlled", "unplaced"]
    ]
    assert change.tables["households"]["cell_id"].to_list() == ["x1", "b2", "c1"]
    assert change.tables["officials"]["territory"].to_list() == ["A9", "c1"]
    assert set(change.tables) == {"households", "officials"}
    assert change.stale == {"households.cell_id": 1, "officials.territory": 1, "pins.target": 1}

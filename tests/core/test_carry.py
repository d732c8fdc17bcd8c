"""A plan moves to another grid: most households decide, then most ground, and nobody weaker goes unsaid."""

import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.model.plan import plan_from_content

CRS = "EPSG:4549"
EAST, NORTH = 500_000, 3_400_000


def cells(spans, parent="V"):
    """Make cells of 100 m height from (id, west, east)."""
    boxes = [shapely.box(EAST + west, NORTH, EAST + east, NORTH + 100) for _, west, east in spans]
    index = pd.Index([name for name, *_ in spans], name="cell_id", dtype="str")
    return gpd.GeoDataFrame({"parent_id": parent}, geometry=boxes, index=index, crs=CRS)


def roster(east, **columns):
    points = [None if x is None else shapely.Point(EAST + x, NORTH + 50) for x in east.values()]
    index = pd.Index(list(east), name="household_id")
    return gpd.GeoDataFrame({"residents": 2, **columns}, geometry=points, index=index, crs=CRS)


@pytest.fixture
def old():
    """Three provisional cells.

    +----+----+----+
    | p1 | p2 | p3 |
    +----+----+----+
    0   100  200  300
    """
    return cells([("p1", 0, 100), ("p2", 100, 200), ("p3", 200, 300)])


@pytest.fixture
def new():
    """Two true cells over the same ground.

    +--------+-----+
    |   t1   |  t2 |
    +--------+-----+
    0       180   300
    """
    return cells([("t1", 0, 180), ("t2", 180, 300)])


@pytest.fixture
def plan(old):
    """p1 sealed and locked, p2 controlled by hand, p3 without a tier."""
    edits = [
        gm.SetTier(tier="sealed", cells=["p1"], name="东区"),
        gm.Lock(cells=["p1"]),
        gm.SetTier(tier="controlled", cells=["p2"], name="西区"),
    ]
    return gm.replay(gm.new_plan(old), edits)


def of_kind(changes, kind):
    return changes[changes["kind"] == kind].drop(columns="kind")


def test_without_households_most_ground_decides(plan, old, new):
    carried, changes = gm.carry_plan(plan, old, new)
    assert carried.tiers["t1"] == "sealed"
    assert pd.isna(carried.tiers["t2"])
    ground = of_kind(changes, "ground").set_index(["cell_before", "cell_after"])
    assert ground["change"].to_dict() == {("p2", "t1"): "stricter", ("p2", "t2"): "weaker"}
    assert ground["area_m2"].to_dict() == pytest.approx({("p2", "t1"): 8000, ("p2", "t2"): 2000})
    assert of_kind(changes, "household").empty


def test_where_households_are_known_most_of_them_decide(plan, old, new):
    """Three of four households of t1 were in p2, which has less of its ground."""
    placement = gm.place_households(roster({"a": 50, "b": 110, "c": 120, "d": 130, "e": 190, "f": 250}), old)
    carried, changes = gm.carry_plan(plan, old, new, placement=placement)
    assert carried.tiers.to_dict() == {"t1": "controlled", "t2": "controlled"}  # e and f are a tie
    people = of_kind(changes, "household").set_index("id")
    assert people["change"].to_dict() == {"a": "weaker", "f": "stricter"}
    assert people.loc["a", ["tier_before", "tier_after", "residents"]].to_list() == [
        "sealed",
        "controlled",
        2,
    ]
    assert changes["change"].iloc[0] == "weaker"
    assert of_kind(changes, "mark")["id"].to_list() == ["p1"]


def test_on_a_tie_the_stricter_counts(plan, old):
    carried, _ = gm.carry_plan(plan, old, cells([("t", 50, 150)]))
    assert carried.tiers["t"] == "sealed"


def test_locks_hand_marks_numbers_and_names_are_kept(plan, old):
    named = gm.apply_edit(plan, gm.NumberZone(zone="C-1", number="C-9"))
    emptied = gm.replay(named, [gm.SetTier(tier="sealed", cells=["p3"], name="空"), gm.Release(cells=["p3"])])
    finer = cells([("a", 0, 60), ("b", 60, 100), ("c", 100, 200), ("d", 200, 300)])
    carried, changes = gm.carry_plan(emptied, old, finer)
    assert changes.empty
    assert carried.locked.to_dict() == {"a": True, "b": True, "c": False, "d": False}
    assert carried.origins[["b", "c"]].to_list() == ["lock", "hand"]
    assert carried.zones["name"].to_dict() == {"S-1": "东区", "C-9": "西区"}
    assert [zone.zone_id for zone in carried.registry] == ["S-1", "C-9", "S-2"]
    later = gm.apply_edit(carried, gm.SetTier(tier="sealed", cells=["d"], name="新"))
    assert later.cell_zones["d"] == "S-3"
    with pytest.raises(gm.LockedCellError, match="locked"):
        gm.apply_edit(carried, gm.ClearTier(cells=["a"]))


def test_rules_beneath_hand_marks_and_their_reasons_are_kept(old):
    rule = gm.Delineate(
        protocol="p",
        tiers=["sealed", "controlled", "prevention"],
        prefixes=["S", "C", "P"],
        proposals=[gm.Proposal(tier="sealed", anchor="枫南新村", cells=["p1", "p2"])],
    )
    weaker = gm.SetTier(tier="controlled", cells=["p2"], reason="只隔一墙")
    plan = gm.replay(gm.new_plan(old), [rule, weaker])
    carried, _ = gm.carry_plan(plan, old, cells([("x", 0, 100), ("y", 100, 300)]))
    assert carried.asked.to_dict() == {"x": "sealed", "y": "sealed"}
    assert carried.tiers["y"] == "controlled"
    assert dict(carried.reasons) == {"y": "只隔一墙"}
    assert carried.protocol_id == "p"
    again = gm.apply_edit(
        carried,
        gm.Delineate(
            **{**vars(rule), "proposals": [gm.Proposal(tier="sealed", anchor="枫南新村", cells=["x"])]}
        ),
    )
    assert again.cell_zones["x"] == "S-1"


def test_the_one_edit_replays_as_value_as_json_and_as_python(plan, old, new):
    full = gm.apply_edit(plan, gm.AddCarveOut(tier="sealed", addresses=["枫南新村3幢"], reason="r"))
    carried, _ = gm.carry_plan(full, old, new)
    assert gm.replay(gm.new_plan(new), carried.edits) == carried
    text = json.dumps([gm.edit_to_json(edit) for edit in carried.edits], ensure_ascii=False)
    edits = [gm.edit_from_json(each) for each in json.loads(text)]
    assert tuple(edits) == carried.edits
    names = {"gm": gm, "grid": new}
    exec(gm.edits_as_python(carried.edits), names)  # noqa: S102 - our own text
    assert names["plan"] == carried
    assert plan_from_content(carried.content, new) == carried


def test_an_edit_that_contradicts_itself_is_refused(new):
    edit = gm.CarryOver(tiers=["a"], prefixes=["A"], marks=[["hand", "b", "", ["t1"]]])
    with pytest.raises(gm.PlanError, match="no layer 'hand', tier 'b'"):
        gm.apply_edit(gm.new_plan(new), edit)
    unknown = gm.CarryOver(tiers=["a"], prefixes=["A"], marks=[["hand", "a", "", ["p1"]]])
    with pytest.raises(gm.UnknownCellError, match="p1"):
        gm.apply_edit(gm.new_plan(new), unknown)


def test_carve_outs_are_kept_with_their_ids_and_shapes_move_to_the_crs_of_the_new_grid(plan, old, new):
    corner = shapely.box(EAST + 210, NORTH, EAST + 260, NORTH + 100)
    edits = [
        gm.AddCarveOut(tier="sealed", shape=corner),
        gm.AddCarveOut(tier="controlled", households=["h"]),
        gm.Lock(carve_outs=["K-2"]),
    ]
    placement = gm.place_households(roster({"h": 280, "k": 230}), old)
    carried, changes = gm.carry_plan(
        gm.replay(plan, edits), old, new.to_crs("EPSG:4490"), placement=placement
    )
    assert carried.carve_outs.index.to_list() == ["K-1", "K-2"]
    assert carried.carve_outs["locked"].to_list() == [False, True]
    assert of_kind(changes, "household").empty
    assert shapely.from_wkt(carried.carve_list[0].shape).bounds[0] == pytest.approx(120, abs=4)


def test_addresses_in_an_area_that_is_gone_keep_their_households(old, new):
    homes = roster({"h": 50, "k": 250}, address=["枫南新村3幢", "枫南新村3幢"])
    grid = old.assign(parent_id=["V", "V", "W"])
    placement = gm.place_households(homes, grid)
    plan = gm.apply_edit(
        gm.new_plan(grid), gm.AddCarveOut(tier="sealed", addresses=["枫南新村3幢"], scope="W")
    )
    carried, changes = gm.carry_plan(plan, grid, new, placement=placement)
    assert carried.carve_list[0].households == ("k",)
    assert of_kind(changes, "carve_out")["id"].to_list() == ["K-1"]
    assert of_kind(changes, "household").empty


def test_a_household_that_has_no_cell_any_more_is_the_first_in_the_list(plan, old):
    homes = roster({"in": 50, "declared": None, "out": 290}, cell_id=["", "p2", ""])
    placement = gm.place_households(homes, old)
    carried, changes = gm.carry_plan(plan, old, cells([("t", 0, 250)]), placement=placement)
    people = of_kind(changes, "household").set_index("id")
    assert people["change"].to_dict() == {"declared": "unplaced", "out": "unplaced"}
    assert people["tier_after"].unique().tolist() == ["unplaced"]
    assert carried.tiers["t"] == "sealed"


def test_the_same_grid_changes_nothing(plan, old):
    placement = gm.place_households(roster({"a": 50, "b": 150}), old)
    carried, changes = gm.carry_plan(plan, old, old, placement=placement)
    assert carried == plan
    assert changes.empty
    assert changes["residents"].dtype == "Int64"


def test_grids_must_be_those_of_the_plan_and_both_on_the_map(plan, old, new):
    with pytest.raises(gm.UnknownCellError, match="the grid lacks"):
        gm.carry_plan(plan, new, old)
    with pytest.raises(gm.CrsMismatchError, match="only one of the two"):
        gm.carry_plan(plan, old, new.set_crs(None, allow_override=True))

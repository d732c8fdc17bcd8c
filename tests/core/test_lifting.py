"""A zone is lifted: what follows it, and what the next round makes of old and new cases there."""

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

import gridmap as gm
from gridmap.core.lifting import lift_of
from gridmap.errors import LockedCellError, PlanError, UnknownCellError
from gridmap.model.protocol import Protocol, Rule, Tier

TIERS = (
    Tier("high", "高", "high", "H", "#b2182b", "cross"),
    Tier("middle", "中", "middle", "M", "#ef8a00", "diagonal"),
    Tier("low", "低", "low", "L", "#2166ac", "dots"),
)
REST = Protocol(
    *("made-up", "虚构", "made up", "made up", "made up", TIERS),
    (
        Rule("containing_cell", "high"),
        Rule("containing_area", "middle", level="village"),
        Rule("remainder", "low", level="town"),
    ),
)
WEST_M, SOUTH_M = 500_000, 3_400_000


def line_of_cells():
    """One town of four villages of two cells each; every cell is 100 m wide.

    +----+----+----+----+----+----+----+----+
    | c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 |
    +----+----+----+----+----+----+----+----+
    |   v0    |   v1    |   v2    |   v3    |
    """
    rows = {
        "name": [f"格{i}" for i in range(8)],
        "level": "grid",
        "town_id": "t",
        "town_name": "东镇",
        "village_id": [f"v{i // 2}" for i in range(8)],
        "village_name": [f"{i // 2}村" for i in range(8)],
    }
    shapes = [box(WEST_M + 100 * i, SOUTH_M, WEST_M + 100 * (i + 1), SOUTH_M + 100) for i in range(8)]
    ids = pd.Index([f"c{i}" for i in range(8)], name="cell_id")
    return gpd.GeoDataFrame(rows, index=ids, geometry=shapes, crs="EPSG:4549")


GRID = line_of_cells()


def cases(**at):
    """Cases in the middle of cells, by id."""
    shapes = [Point(WEST_M + 100 * cell + 50, SOUTH_M + 50) for cell in at.values()]
    return gpd.GeoDataFrame(index=pd.Index(list(at), name="case_id"), geometry=shapes, crs="EPSG:4549")


def zoned(base=None, /, **at):
    base = gm.new_plan(GRID, protocol=REST) if base is None else base
    return gm.delineate(cases(**at), GRID, protocol=REST, base=base)


def lifted(plan, zone, tier=""):
    return gm.apply_edit(plan, lift_of(plan, zone, tier=tier, reason="14天"))


def tiers_of(plan):
    return "".join(tier[0] for tier in plan.tiers.fillna("-"))


def test_what_other_rules_leave_follows_a_lifted_zone():
    plan = zoned(one=2)
    assert tiers_of(plan) == "llhmllll"
    plan = lifted(plan, "H-1")
    assert tiers_of(plan) == "llmmllll"
    assert plan.cell_zones["c2"] == "M-1"
    plan = lifted(plan, "M-1")
    assert tiers_of(plan) == "llllllll"
    assert plan.cell_zones["c2"] == "L-1"


def test_zones_are_lifted_in_any_order():
    plan = lifted(zoned(one=2), "M-1")
    assert tiers_of(plan) == "llhlllll"
    assert tiers_of(zoned(plan, one=2)) == "llhlllll"
    assert tiers_of(lifted(plan, "H-1")) == "llllllll"
    assert tiers_of(zoned(lifted(plan, "H-1"), one=2)) == "llllllll"


def test_the_last_zone_leaves_nothing():
    plan = zoned(one=2)
    for zone in ("H-1", "M-1", "L-1"):
        plan = lifted(plan, zone)
    assert tiers_of(plan) == "--------"
    assert tiers_of(zoned(plan, one=2)) == "--------"


def test_a_weaker_tier_may_follow_and_has_a_number_of_its_own():
    plan = lifted(lifted(zoned(one=2), "M-1"), "H-1", "middle")
    assert tiers_of(plan) == "llmlllll"
    assert plan.zones.loc["M-2", "name"] == "格2"
    assert lifted(zoned(one=2), "H-1", "middle").cell_zones["c2"] == "M-1"  # a rule asks for it there


def test_the_next_round_does_not_ask_for_it_again():
    plan = lifted(zoned(one=2), "H-1")
    assert tiers_of(zoned(plan, one=2)) == "llmmllll"
    assert tiers_of(zoned(plan, one=2, two=6)) == "llmmllhm"
    plan = lifted(lifted(zoned(one=2), "M-1"), "H-1", "middle")
    assert tiers_of(zoned(plan, one=2, two=6)) == "llmlllhm"


def test_a_later_case_is_zoned_there_as_anywhere_else():
    plan = lifted(lifted(zoned(one=2), "H-1"), "M-1")
    again = zoned(plan, one=2, two=2)
    assert tiers_of(again) == "llhmllll"
    assert again.cell_zones["c2"] == "H-1"
    assert tiers_of(zoned(lifted(zoned(one=2), "H-1", "middle"), one=2, two=2)) == "llhmllll"


def test_a_zone_that_was_lifted_twice_stays_lifted():
    plan = lifted(zoned(lifted(zoned(one=2), "H-1", "middle"), one=2, two=2), "H-1")
    assert tiers_of(zoned(plan, one=2, two=2)) == tiers_of(plan)


def test_what_a_hand_drew_is_lifted_too_and_does_not_come_back():
    drawn = gm.apply_edit(zoned(one=2), gm.SetTier(cells=["c5", "c6"], tier="high", name="手绘"))
    plan = lifted(drawn, "H-2")
    assert tiers_of(plan) == "llhmllll"
    assert tiers_of(zoned(plan, one=2, two=6)) == "llhmllhm"


def test_locked_cells_stay_and_are_refused_when_they_are_named():
    plan = gm.apply_edit(zoned(one=2), gm.Lock(cells=["c3"]))
    assert tiers_of(lifted(plan, "M-1")) == "llhmllll"
    with pytest.raises(LockedCellError, match="c3"):
        gm.apply_edit(plan, gm.LiftZone(zone="M-1", cells=["c3"]))


@pytest.mark.filterwarnings("ignore:the grid has no county there")
def test_buildings_of_a_rule_are_lifted_and_come_back_for_a_later_case():
    roster = gpd.GeoDataFrame(
        {"address": ["枫南新村1幢101室", "枫南新村2幢101室"]},
        geometry=[Point(WEST_M + 20, SOUTH_M + 50), Point(WEST_M + 80, SOUTH_M + 50)],
        index=pd.Index(["h1", "h2"], name="household_id"),
        crs="EPSG:4549",
    )
    placement = gm.place_households(roster, GRID)
    protocol = gm.load_protocol("twenty-measures-2022-11")

    def after(base, *ids):
        table = pd.DataFrame({"address": "枫南新村1幢101室"}, index=pd.Index(ids, name="case_id"))
        return gm.delineate(table, GRID, protocol=protocol, base=base, households=placement)

    def homes(plan):
        return gm.household_tiers(plan, placement).to_list()

    plan = after(gm.new_plan(GRID, protocol=protocol), "one")
    assert homes(plan) == ["high", "low"]
    edit = lift_of(plan, "H-1", tier="low", reason="5天")
    assert (edit.cells, edit.addresses) == ((), ("枫南新村1幢",))
    plan = gm.apply_edit(plan, edit)
    assert homes(plan) == ["low", "low"]
    assert homes(after(plan, "one")) == ["low", "low"]
    assert homes(after(plan, "one", "two")) == ["high", "low"]


def test_what_is_not_in_the_zone_and_what_is_not_weaker_is_refused():
    plan = zoned(one=2)
    with pytest.raises(PlanError, match="'c5' are not in zone H-1"):
        gm.apply_edit(plan, gm.LiftZone(zone="H-1", cells=["c5"]))
    with pytest.raises(PlanError, match="zone M-1 is middle; lifted it cannot be high"):
        gm.apply_edit(plan, gm.LiftZone(zone="M-1", cells=["c3"], tier="high"))
    with pytest.raises(UnknownCellError, match="H-9"):
        lift_of(plan, "H-9")


def test_it_is_written_and_read_back_as_json_and_as_python():
    plan = lifted(zoned(one=2), "H-1", "middle")
    told = [gm.edit_from_json(gm.edit_to_json(edit)) for edit in plan.edits]
    assert gm.replay(gm.new_plan(GRID), told).version == plan.version
    space = {"gm": gm, "grid": GRID}
    exec(gm.edits_as_python(plan.edits), space)  # noqa: S102 - what is written is code
    assert space["plan"].version == plan.version


@settings(max_examples=40)
@given(
    days=st.lists(
        st.one_of(st.integers(0, 7), st.sampled_from([("high", ""), ("high", "middle"), ("middle", "")])),
        max_size=8,
    )
)
def test_no_case_that_came_after_the_last_lift_is_ever_left_out(days):
    plan, known, since = gm.new_plan(GRID, protocol=REST), {}, set()
    for number, day in enumerate(days):
        if isinstance(day, int):
            known[f"case-{number}"] = day
            since.add(day)
            plan = zoned(plan, **known)
        else:
            tier, follows = day
            zones = plan.zones.index[plan.zones["tier"] == tier]
            for zone in zones:
                plan = lifted(plan, zone, follows)
            if tier == "high":
                since = set()
        assert {f"c{cell}" for cell in since} <= set(plan.tiers.index[plan.tiers == "high"])
        if tier_counts := plan.tiers.value_counts().get("high"):
            assert tier_counts == len(since)

"""Edits change a plan, refuse what they must, and replay to the identical plan."""

import dataclasses
import hashlib
import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import gridmap as gm
from gridmap.core.tally import count_tiers, count_zones
from gridmap.errors import LockedCellError, PlanError, UnknownCellError
from gridmap.model.plan import plan_from_content
from tests.core.worlds import EAST, NORTH, households, two_towns


@pytest.fixture
def grid():
    return two_towns()


@pytest.fixture
def plan(grid):
    return gm.new_plan(grid)


def paint(plan, *edits):
    return gm.replay(plan, edits)


def test_a_new_plan_has_no_tier_and_the_leaves_as_cells(plan):
    assert list(plan.tiers.index) == ["a1", "a2", "b1", "b2", "c1", "c2"]
    assert plan.tiers.isna().all()
    assert plan.zones.empty
    assert list(plan.zones.columns[:2]) == ["tier", "name"]


def test_setting_a_tier_leaves_the_old_plan_as_it_was(plan):
    after = paint(plan, gm.SetTier(cells=["a1"], tier="sealed"))
    assert after.tiers.dropna().to_dict() == {"a1": "sealed"}
    assert plan.tiers.isna().all()
    assert after.zones[["tier", "name"]].to_dict("index") == {"S-1": {"tier": "sealed", "name": "网格a1"}}


def test_a_plan_cannot_be_written_to(plan):
    with pytest.raises(dataclasses.FrozenInstanceError, match="tier_order"):
        plan.tier_order = ()


def test_areas_of_any_level_take_a_tier(plan):
    assert paint(plan, gm.SetTier(areas=["A"], tier="sealed")).tiers.dropna().index.to_list() == ["a1", "a2"]
    assert len(paint(plan, gm.SetTier(areas=["T1"], tier="sealed")).tiers.dropna()) == 4
    assert len(paint(plan, gm.SetTier(areas=["K"], tier="sealed")).tiers.dropna()) == 6


def test_an_area_is_a_zone_of_its_own_even_beside_another(plan):
    after = paint(plan, gm.SetTier(areas=["A"], tier="sealed"), gm.SetTier(areas=["B", "C"], tier="sealed"))
    assert after.zones["name"].to_dict() == {"S-1": "甲村", "S-2": "乙村", "S-3": "丙村"}
    assert paint(after, gm.SetTier(areas=["T1"], tier="sealed")).cell_zones.equals(after.cell_zones)


def test_cells_that_touch_a_zone_join_it_and_others_get_their_own(plan):
    after = paint(
        plan,
        gm.SetTier(cells=["a1"], tier="sealed"),
        gm.SetTier(cells=["a2"], tier="sealed"),
        gm.SetTier(cells=["c2", "b2"], tier="sealed"),
    )
    assert after.cell_zones.dropna().to_dict() == {"a1": "S-1", "a2": "S-1", "b2": "S-2", "c2": "S-3"}


def test_a_named_zone_holds_all_its_cells(plan):
    after = paint(plan, gm.SetTier(cells=["a1", "c2"], tier="sealed", name="东西"))
    assert after.cell_zones.dropna().to_dict() == {"a1": "S-1", "c2": "S-1"}
    assert after.zones.loc["S-1", "name"] == "东西"


def test_unknown_cells_areas_tiers_and_zones_are_refused(plan):
    with pytest.raises(UnknownCellError, match="'zz'") as caught:
        gm.apply_edit(plan, gm.SetTier(cells=["a1", "zz"], areas=["Q"], tier="sealed"))
    assert caught.value.cells == ("zz", "Q")
    with pytest.raises(PlanError, match="no tier is called 'red'"):
        gm.apply_edit(plan, gm.SetTier(cells=["a1"], tier="red"))
    with pytest.raises(UnknownCellError, match="no zone 'S-9'"):
        gm.apply_edit(plan, gm.SetTier(cells=["a1"], tier="sealed", zone="S-9"))
    with pytest.raises(PlanError, match="is not an edit"):
        gm.apply_edit(plan, "paint")


def test_a_locked_cell_refuses_and_says_which(plan):
    locked = paint(plan, gm.SetTier(cells=["a1"], tier="sealed"), gm.Lock(cells=["a1"]))
    for edit in (
        gm.SetTier(areas=["A"], tier="controlled"),
        gm.ClearTier(cells=["a1"]),
        gm.Release(cells=["a1"]),
    ):
        with pytest.raises(LockedCellError, match="'a1'; unlock") as caught:
            gm.apply_edit(locked, edit)
        assert caught.value.cells == ("a1",)
    open_again = paint(locked, gm.Unlock(cells=["a1"]), gm.SetTier(cells=["a1"], tier="controlled"))
    assert open_again.tiers["a1"] == "controlled"


def test_clearing_takes_the_tier_and_releasing_gives_back_what_lies_beneath(plan):
    filled = paint(plan, gm.SetRemainder(tier="prevention"), gm.SetTier(cells=["a1"], tier="sealed"))
    cleared = paint(filled, gm.ClearTier(cells=["a1", "a2"]))
    assert cleared.tiers[["a1", "a2"]].isna().all()
    assert paint(cleared, gm.Release(cells=["a1", "a2"])).tiers[["a1", "a2"]].to_list() == ["prevention"] * 2


def test_the_remainder_fills_what_has_no_tier_in_its_scope(plan):
    after = paint(
        plan, gm.SetTier(cells=["a1"], tier="sealed"), gm.SetRemainder(tier="prevention", areas=["T1"])
    )
    assert after.tiers.dropna().to_dict() == {
        "a1": "sealed",
        "a2": "prevention",
        "b1": "prevention",
        "b2": "prevention",
    }
    assert after.zones.loc["P-1", "name"] == "东镇"
    later = paint(after, gm.SetTier(cells=["b1"], tier="controlled"), gm.Release(cells=["b1"]))
    assert later.tiers["b1"] == "prevention"


def test_zones_are_named_numbered_merged_and_split(plan):
    base = paint(plan, gm.SetTier(cells=["a1", "a2"], tier="sealed"), gm.SetTier(cells=["c1"], tier="sealed"))
    named = paint(base, gm.NameZone(zone="S-1", name="甲村封控区"), gm.NumberZone(zone="S-2", number="封-7"))
    assert named.zones["name"].to_dict() == {"S-1": "甲村封控区", "封-7": "网格c1"}
    merged = paint(named, gm.MergeZones(zones=["封-7", "S-1"]))
    assert merged.cell_zones.dropna().to_dict() == {"a1": "S-1", "a2": "S-1", "c1": "S-1"}
    split = paint(merged, gm.SplitZone(zone="S-1", cells=["c1"], name="西"))
    assert split.zones["name"].to_dict() == {"S-1": "甲村封控区", "S-3": "西"}
    with pytest.raises(PlanError, match="different tiers"):
        paint(base, gm.SetTier(cells=["b2"], tier="controlled"), gm.MergeZones(zones=["S-1", "C-1"]))
    with pytest.raises(PlanError, match="had the number 'S-1'"):
        paint(base, gm.NumberZone(zone="S-2", number="S-1"))
    with pytest.raises(PlanError, match="not in zone S-1"):
        paint(base, gm.SplitZone(zone="S-1", cells=["c1"]))


def test_a_number_is_never_given_twice(plan):
    gone = paint(plan, gm.SetTier(cells=["a1"], tier="sealed"), gm.ClearTier(cells=["a1"]))
    assert gone.zones.empty
    assert paint(gone, gm.SetTier(cells=["c2"], tier="sealed")).cell_zones["c2"] == "S-2"


def delineation(**options):
    order = {"tiers": ("sealed", "controlled", "prevention"), "prefixes": ("S", "C", "P")}
    proposals = [gm.Proposal(tier="sealed", anchor="a1", name="一", cells=["a1"])]
    return gm.Delineate(**{"protocol": "p", "proposals": proposals, **order, **options})


def test_rules_lie_beneath_hand_and_lock_and_the_stricter_rule_counts(plan):
    hand = paint(plan, gm.SetTier(cells=["a2"], tier="controlled"), gm.Lock(cells=["b1"]))
    asked = delineation(
        proposals=[
            gm.Proposal(tier="controlled", anchor="T1", cells=["a1", "a2", "b1", "b2"]),
            gm.Proposal(tier="sealed", anchor="A", cells=["a1", "a2"]),
            gm.Proposal(tier="prevention", anchor="K", cells=["c1", "a1"], remainder=True),
        ]
    )
    after = paint(hand, asked)
    assert after.tiers.dropna().to_dict() == {
        "a1": "sealed",
        "a2": "controlled",
        "b2": "controlled",
        "c1": "prevention",
    }
    assert after.asked[["a2", "b1"]].to_list() == ["sealed", "controlled"]
    problems = gm.list_problems(after)
    assert problems[["kind", "target"]].to_numpy().tolist() == [
        ["weaker_than_rule", "a2"],
        ["weaker_than_rule", "b1"],
    ]


def test_a_hand_set_tier_weaker_than_a_rule_needs_a_reason(plan):
    ruled = paint(plan, delineation())
    for edit in (gm.SetTier(cells=["a1"], tier="prevention"), gm.ClearTier(cells=["a1"])):
        with pytest.raises(gm.ReasonNeededError, match="give a reason") as refused:
            gm.apply_edit(ruled, edit)
        assert (refused.value.cells, refused.value.asked) == (("a1",), "sealed")
        assert isinstance(refused.value, PlanError)
    weaker = paint(ruled, gm.SetTier(cells=["a1"], tier="prevention", reason="误报"))
    assert gm.list_problems(weaker)["detail"].to_list() == [
        "prevention, but a rule asks for sealed; reason: 误报"
    ]


def test_delineating_again_keeps_zone_numbers_names_and_hand_edits(plan):
    first = paint(
        plan, delineation(), gm.NameZone(zone="S-1", name="新名"), gm.SetTier(cells=["c2"], tier="sealed")
    )
    again = paint(
        first,
        delineation(
            proposals=[
                gm.Proposal(tier="sealed", anchor="b2", name="二", cells=["b2"]),
                gm.Proposal(tier="sealed", anchor="a1", name="一", cells=["a1", "a2"]),
            ]
        ),
    )
    assert again.cell_zones.dropna().to_dict() == {"a1": "S-1", "a2": "S-1", "b2": "S-3", "c2": "S-2"}
    assert again.zones.loc["S-1", "name"] == "新名"


def test_carve_outs_by_address_keep_their_id_when_delineated_again(plan):
    asked = delineation(
        proposals=[gm.Proposal(tier="sealed", anchor="x", name="x", addresses=["枫桥新村3幢"])]
    )
    once = paint(plan, gm.AddCarveOut(tier="sealed", households=["1"]), asked)
    assert list(once.carve_outs.index) == ["K-1", "K-2"]
    assert paint(once, asked) == once


def test_a_plan_of_other_tiers_keeps_those_it_uses(plan):
    other = {"tiers": ("protection", "surveillance"), "prefixes": ("Z", "U")}
    fresh = paint(plan, gm.UseTiers(**other), gm.SetTier(cells=["a1"], tier="protection"))
    assert fresh.cell_zones["a1"] == "Z-1"
    with pytest.raises(PlanError, match="carry the tiers protection"):
        paint(fresh, gm.UseTiers(tiers=("sealed",), prefixes=("S",)))


def test_a_carve_out_covers_one_thing_and_is_checked(plan):
    with pytest.raises(PlanError, match="give exactly one"):
        gm.apply_edit(plan, gm.AddCarveOut(tier="sealed"))
    with pytest.raises(PlanError, match="not WKT"):
        gm.apply_edit(plan, gm.AddCarveOut(tier="sealed", shape="POLYGON (("))
    with pytest.raises(PlanError, match="outside the grid"):
        gm.apply_edit(plan, gm.AddCarveOut(tier="sealed", shape=shapely.box(0, 0, 1, 1).wkt))
    with pytest.raises(UnknownCellError, match="no area 'Q'"):
        gm.apply_edit(plan, gm.AddCarveOut(tier="sealed", addresses=["枫桥新村"], scope="Q"))
    locked = paint(plan, gm.Lock(cells=["a1"]))
    shape = shapely.box(EAST + 10, NORTH + 10, EAST + 20, NORTH + 20).wkt
    with pytest.raises(LockedCellError, match="'a1'"):
        gm.apply_edit(locked, gm.AddCarveOut(tier="sealed", shape=shape))
    kept = paint(plan, gm.AddCarveOut(tier="sealed", shape=shape), gm.Lock(carve_outs=["K-1"]))
    with pytest.raises(LockedCellError, match="K-1 is locked"):
        gm.apply_edit(kept, gm.RemoveCarveOut(carve_out="K-1"))
    assert paint(kept, gm.Unlock(carve_outs=["K-1"]), gm.RemoveCarveOut(carve_out="K-1")).carve_outs.empty


CELLS = st.lists(st.sampled_from(["a1", "a2", "b1", "b2", "c1", "c2"]), min_size=1, max_size=4)
TIERS = st.sampled_from(["sealed", "controlled", "prevention"])
EDITS = st.one_of(
    st.builds(gm.SetTier, cells=CELLS, tier=TIERS, reason=st.sampled_from(["", "理由"])),
    st.builds(gm.SetTier, areas=st.lists(st.sampled_from(["A", "T2", "K"]), max_size=2), tier=TIERS),
    st.builds(gm.ClearTier, cells=CELLS, reason=st.just("理由")),
    st.builds(gm.Release, cells=CELLS),
    st.builds(gm.Lock, cells=CELLS),
    st.builds(gm.Unlock, cells=CELLS),
    st.builds(gm.SetRemainder, tier=TIERS, areas=st.lists(st.sampled_from(["T1", "C"]), max_size=1)),
    st.builds(gm.AddCarveOut, tier=TIERS, addresses=st.just(["枫桥新村3幢"])),
    st.builds(gm.AddCarveOut, tier=st.just("none"), households=st.just(["1"])),
    st.builds(
        lambda cells, tier: delineation(proposals=[gm.Proposal(tier=tier, anchor="x", cells=cells)]),
        CELLS,
        TIERS,
    ),
)
PLACED = gm.place_households(
    households(
        [("1", 50, "枫桥新村3幢101室", 3), ("2", 150, "枫桥新村3幢102室", 2), ("3", 550, "北汇浜1号", 4)]
    ),
    two_towns(),
)


@given(st.lists(EDITS, max_size=12))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_any_edits_replay_to_the_identical_plan_and_tiers_partition_the_cells(wanted):
    grid = two_towns()
    plan = gm.new_plan(grid)
    for edit in wanted:
        try:
            plan = gm.apply_edit(plan, edit)
        except PlanError:
            continue
    stored = [gm.edit_from_json(gm.edit_to_json(edit)) for edit in plan.edits]
    assert gm.replay(gm.new_plan(grid), stored) == plan
    scope = {"gm": gm, "grid": grid}
    exec(gm.edits_as_python(plan.edits), scope)  # noqa: S102 - that it runs is what is tested
    assert scope["plan"].version == plan.version
    assert plan_from_content(plan.content, grid).version == plan.version
    text = json.dumps(plan.content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert plan.version == hashlib.sha256(text.encode()).hexdigest()[:16]
    assert list(plan.content["layers"]["hand"]) == sorted(plan.content["layers"]["hand"])
    assert plan.tiers.isna().equals(plan.cell_zones.isna())
    assert (plan.cell_zones.dropna().map(plan.zones["tier"]) == plan.tiers.dropna()).all()
    tiers, zones = count_tiers(plan, PLACED), count_zones(plan, PLACED)
    assert tiers["households"].sum() == 3
    assert tiers["residents"].sum() == 9
    assert tiers["cells"].sum() == 6
    assert zones["households"].sum() == 3 - tiers.at["none", "households"]


def test_ids_may_be_any_sequence(grid, plan):
    wanted = pd.Index(["a1", "a2"])
    edit = gm.SetTier(cells=wanted, tier="sealed")
    assert edit == gm.SetTier(cells=["a1", "a2"], tier="sealed")
    assert isinstance(grid, gpd.GeoDataFrame)
    assert gm.apply_edit(plan, edit).tiers.dropna().index.to_list() == ["a1", "a2"]


def test_a_drawn_polygon_may_be_given_as_a_shape(plan):
    shape = shapely.box(EAST + 0.1, NORTH, EAST + 50, NORTH + 100)
    edit = gm.AddCarveOut(tier="sealed", shape=shape)
    assert edit == gm.AddCarveOut(tier="sealed", shape=shapely.to_wkt(shape, rounding_precision=-1))
    assert shapely.from_wkt(paint(plan, edit).carve_list[0].shape).equals_exact(shape)


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (shapely.Point(EAST, NORTH), "the shape is a Point; draw a polygon"),
        ("POLYGON EMPTY", "the shape is a Polygon that is empty; draw a polygon"),
        ("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))", "the shape crosses itself or is broken: Self-intersection"),
        ("here", "the shape is not WKT"),
    ],
)
def test_a_carve_out_that_is_no_polygon_is_refused(plan, shape, said):
    with pytest.raises(PlanError, match=said):
        paint(plan, gm.AddCarveOut(tier="sealed", shape=shape))


@pytest.mark.parametrize("data", [{}, {"edit": "Nothing"}, {"edit": "SetTier", "colour": "red"}])
def test_data_that_are_no_edit_are_refused(data):
    with pytest.raises(PlanError, match=r"no edit is called|the data are no SetTier"):
        gm.edit_from_json(data)


def test_the_version_of_a_saved_plan_stays_as_it_was():
    grid = two_towns().rename({"b1": 'b"一'}).iloc[[5, 0, 2, 3, 1, 4, 6, 7, 8, 9, 10, 11]]
    edits = [
        gm.SetRemainder(tier="prevention", areas=["T1"]),
        gm.SetTier(tier="sealed", cells=['b"一', "a2"], name="东片"),
        gm.ClearTier(cells=["c2"], reason="误报"),
        gm.Lock(cells=["a1"]),
        gm.AddCarveOut(tier="controlled", addresses=["枫桥新村3幢"]),
    ]
    assert gm.replay(gm.new_plan(grid), edits).version == "a68ae2410339fcba"

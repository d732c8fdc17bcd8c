"""A positive in a controlled zone seals it at once, by the protocol, and the next round keeps that."""

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

import gridmap as gm
from gridmap.core.edit_texts import edit_from_json, edit_to_json
from gridmap.core.lifting import lift_of
from gridmap.core.on_case import tier_on_case
from gridmap.errors import GridmapWarning
from tests.core.worlds import CRS, EAST, NORTH, households, two_towns
from tests.warned import warned

GRID = two_towns()
PROTOCOL = gm.load_protocol("three-zones-2021")
PLACEMENT = gm.place_households(
    households(
        [
            ("h1", 10, "枫南新村1幢101室", 3),
            ("h2", 60, "枫南新村2幢101室", 2),
            ("h3", 110, "枫南新村3幢102室", 4),
            ("h4", 250, "北汇浜1号", 1),
            ("h5", 350, "北汇浜2号", 5),
        ]
    ),
    GRID,
)
AT_ONCE = "by three-zones-2021 all of it is sealed at once"


def cases(*rows):
    """Cases of (id, metres east of the corner or None, address)."""
    points = [None if row[1] is None else Point(EAST + row[1], NORTH + 50) for row in rows]
    index = pd.Index([row[0] for row in rows], name="case_id", dtype="str")
    return gpd.GeoDataFrame({"address": [row[2] for row in rows]}, geometry=points, index=index, crs=CRS)


def shown(table, base, **options):
    return gm.preview_delineation(base, table, GRID, protocol=PROTOCOL, placement=PLACEMENT, **options)


def zoned(table, base=None, **options):
    return shown(table, gm.new_plan(GRID) if base is None else base, **options).plan


def homes(plan):
    return gm.household_zones(plan, PLACEMENT).to_dict()


FIRST = ("case-1", None, "枫南新村1幢")
SECOND = ("case-2", None, "枫南新村2幢")


def test_which_tiers_a_case_raises_is_the_protocols_word():
    assert tier_on_case(PROTOCOL, "controlled") == "sealed"
    assert [tier_on_case(PROTOCOL, tier) for tier in ("sealed", "prevention", "no such")] == ["", "", ""]
    twenty = gm.load_protocol("twenty-measures-2022-11")
    assert tier_on_case(twenty, "high") == ""  # the days begin anew; the tier stays


@pytest.fixture
def drawn():
    """C-1 was drawn by hand over a1 to b1; h1 to h4 live in it, h5 outside."""
    return gm.apply_edit(
        gm.new_plan(GRID), gm.SetTier(tier="controlled", cells=["a1", "a2", "b1"], name="东片")
    )


def test_a_positive_in_a_zone_drawn_by_hand_seals_all_of_it(drawn):
    with warned(GridmapWarning, match=f"zone C-1: {AT_ONCE}: case-2"):
        plan = gm.delineate(cases(SECOND), GRID, protocol=PROTOCOL, base=drawn, households=PLACEMENT)
    assert plan.tiers[["a1", "a2", "b1"]].to_list() == ["sealed"] * 3
    assert plan.zones["name"].to_dict() == {"S-1": "东片", "P-1": "东镇"}
    assert homes(plan) == {**dict.fromkeys(("h1", "h2", "h3", "h4"), "S-1"), "h5": "P-1"}
    assert drawn.tiers["a1"] == "controlled"


def test_the_edit_says_which_zone_which_cases_and_why(drawn):
    plan = zoned(cases(SECOND), drawn)
    edit = plan.edits[-1]
    raised = [each for each in edit.proposals if each.zone]
    assert [(each.zone, each.tier, each.cases) for each in raised] == [("C-1", "sealed", ("case-2",))]
    assert raised[0].reason == "three-zones-2021, on_case: case-2 in C-1"
    assert edit_from_json(edit_to_json(edit)) == edit
    assert gm.replay(gm.new_plan(GRID), plan.edits) == plan


def test_a_case_that_was_known_raises_nothing_again_and_what_was_raised_stays(drawn):
    plan = zoned(cases(SECOND), drawn)
    assert zoned(cases(SECOND), plan) == plan
    lowered = gm.apply_edit(plan, gm.SetTier(tier="controlled", cells=["a1", "a2", "b1"], reason="7 days"))
    assert zoned(cases(SECOND), lowered).tiers["a2"] == "controlled"


def test_the_rest_of_a_compound_is_sealed_and_the_zone_of_the_first_case_keeps_its_number():
    first = zoned(cases(FIRST))
    assert homes(first) == {"h1": "S-1", "h2": "C-1", "h3": "C-1", "h4": "P-1", "h5": "P-1"}
    second = zoned(cases(FIRST, SECOND), first)
    assert homes(second) == {"h1": "S-1", "h2": "S-2", "h3": "S-2", "h4": "P-1", "h5": "P-1"}
    assert second.zones.index.to_list() == ["S-1", "P-1", "S-2"]
    assert gm.list_problems(second, placement=PLACEMENT)["kind"].to_list().count("empty_zone") == 0
    assert zoned(cases(FIRST, SECOND), second) == second


def test_a_case_taken_back_takes_back_what_it_raised_by_rule():
    first = zoned(cases(FIRST))
    second = zoned(cases(FIRST, SECOND), first)
    assert homes(zoned(cases(FIRST), second)) == homes(first)


def test_a_third_case_in_the_next_round_keeps_all_numbers():
    second = zoned(cases(FIRST, SECOND), zoned(cases(FIRST)))
    third = zoned(cases(FIRST, SECOND, ("case-3", None, "北汇浜2号")), second)
    assert homes(third) == {"h1": "S-1", "h2": "S-2", "h3": "S-2", "h4": "C-2", "h5": "S-3"}
    assert third.zones.loc["S-2", "name"] == second.zones.loc["S-2", "name"] == "枫南新村"


def test_a_raised_zone_that_was_lifted_stays_lifted_in_the_next_round_until_a_later_case():
    second = zoned(cases(FIRST, SECOND), zoned(cases(FIRST)))
    lifted = gm.apply_edit(second, lift_of(second, "S-2", reason="14 days"))
    assert homes(lifted) == {"h1": "S-1", "h2": "P-1", "h3": "P-1", "h4": "P-1", "h5": "P-1"}
    again = zoned(cases(FIRST, SECOND), lifted)
    assert homes(again) == homes(lifted)
    assert homes(zoned(cases(FIRST, SECOND), again)) == homes(lifted)
    third = zoned(cases(FIRST, SECOND, ("case-3", None, "枫南新村3幢")), again)
    tiers = gm.household_tiers(third, PLACEMENT)
    assert tiers[["h1", "h2", "h3"]].to_list() == ["sealed", "controlled", "sealed"]


def test_a_zone_whose_number_was_changed_since_does_not_stop_the_next_round():
    second = zoned(cases(FIRST, SECOND), zoned(cases(FIRST)))
    renumbered = gm.apply_edit(second, gm.NumberZone(zone="C-1", number="C-9"))
    assert homes(zoned(cases(FIRST, SECOND), renumbered)) == homes(second)


def test_a_compound_carved_out_by_hand_is_raised_and_keeps_its_key():
    carve = gm.AddCarveOut(tier="controlled", addresses=["枫南新村"], name="枫南")
    base = gm.apply_edit(gm.new_plan(GRID), carve)
    plan = zoned(cases(SECOND), base)
    row = plan.carve_outs.loc["K-1"]
    assert (row["tier"], row["origin"], row["name"]) == ("sealed", "hand", "枫南")
    assert {homes(plan)[home] for home in ("h1", "h2", "h3")} == {row["zone_id"]}


def test_what_is_locked_stays_and_is_said(drawn):
    locked = gm.apply_edit(drawn, gm.Lock(cells=["a2"]))
    found = shown(cases(SECOND), locked)
    assert "what is locked of zone C-1 stays controlled; unlock it: case-2" in found.warnings
    plan = found.plan
    assert plan.tiers[["a1", "a2", "b1"]].to_list() == ["sealed", "controlled", "sealed"]


def test_a_positive_in_a_drawn_part_raises_that_and_not_its_cell(drawn):
    corner = box(EAST + 420, NORTH + 40, EAST + 440, NORTH + 60)
    base = gm.apply_edit(drawn, gm.AddCarveOut(tier="controlled", shape=corner, name="厂区"))
    plan = zoned(cases(("case-2", 430, "")), base)
    assert plan.carve_outs.loc["K-1", "tier"] == "sealed"
    assert plan.tiers["a1"] == "controlled"


def test_a_positive_known_by_its_point_only_raises_the_compound_whose_households_it_lies_among():
    """Of the compound C-1, h2 lives at 60 m and h3 at 110 m; their cells are prevention."""
    first = zoned(cases(FIRST))
    between = shown(cases(FIRST, ("p", 85, None)), first)
    assert between.raised[["zone_before", "tier_after"]].to_numpy().tolist() == [["C-1", "sealed"]]
    assert f"zone C-1: {AT_ONCE}: p" in " ".join(between.warnings)
    assert set(map(homes(between.plan).get, ("h1", "h2", "h3"))) <= {"S-1", "S-2", "S-3"}
    assert shown(cases(FIRST, ("p", 30, None)), first).raised.empty
    assert zoned(cases(FIRST, ("p", 85, None)), between.plan) == between.plan


def test_a_case_outside_and_the_work_place_of_a_case_raise_nothing(drawn):
    places = pd.DataFrame({"case_id": ["case-2"], "place_kind": ["work"], "cell_id": ["a1"]})
    plan = zoned(cases(("case-2", None, "北汇浜2号")), drawn, case_places=places)
    assert plan.tiers["a2"] == "controlled"
    assert not any(each.zone for each in plan.edits[-1].proposals)


def test_hand_edits_locks_names_and_numbers_are_kept_in_the_next_round():
    first = zoned(cases(FIRST))
    edits = [
        gm.NameZone(zone="S-1", name="一号楼"),
        gm.NumberZone(zone="P-1", number="防1"),
        gm.SetTier(tier="prevention", cells=["c1"], name="西片"),
        gm.Lock(cells=["c1"]),
        gm.AddCarveOut(tier="controlled", households=["h5"], name="单户"),
    ]
    base = gm.replay(first, edits)
    after = zoned(cases(FIRST, ("case-3", None, "北汇浜1号")), base)
    assert after.zones.loc["S-1", "name"] == "一号楼"
    assert (after.cell_zones["c1"], after.locked["c1"]) == (base.cell_zones["c1"], True)
    assert homes(after)["h5"] == homes(base)["h5"]
    assert after.cell_zones["b2"] == "防1"
    assert base.zones.index.difference(after.zones.index).empty
    assert homes(after)["h4"] not in base.zones.index


def test_the_preview_shows_what_is_raised_and_for_how_many(drawn):
    found = shown(cases(SECOND), drawn)
    assert found.raised.to_dict("records") == [
        {
            "zone_before": "C-1",
            "zone_after": "S-1",
            "tier_before": "controlled",
            "tier_after": "sealed",
            "cases": ("case-2",),
            "reason": "three-zones-2021, on_case: case-2 in C-1",
        }
    ]
    moves = found.zone_changes.moves
    assert moves[["zone_before", "zone_after", "cells", "households", "residents"]].to_numpy().tolist() == [
        ["", "P-1", 1, 1, 5],
        ["C-1", "S-1", 3, 4, 10],
    ]
    assert gm.apply_edit(drawn, found.edit) == found.plan


_CELLS = st.lists(st.sampled_from(["a1", "a2", "b1", "b2", "c1"]), min_size=1, max_size=3)
_TIERS = st.sampled_from(["sealed", "controlled", "prevention"])
_ADDRESSES = st.sampled_from(["枫南新村1幢", "枫南新村2幢", "枫南新村", "北汇浜"]).map(lambda text: [text])
_EDITS = st.one_of(
    st.builds(gm.SetTier, tier=_TIERS, cells=_CELLS),
    st.builds(gm.Lock, cells=_CELLS),
    st.builds(gm.ClearTier, cells=_CELLS, reason=st.just("why")),
    st.builds(gm.AddCarveOut, tier=_TIERS, addresses=_ADDRESSES),
    st.builds(gm.SplitZone, zone=st.just("C-1"), cells=_CELLS),
)
_CASES = st.lists(
    st.sampled_from(["枫南新村1幢", "枫南新村2幢", "枫南新村3幢", "北汇浜1号", "北汇浜2号"]),
    min_size=1,
    max_size=3,
    unique=True,
)


@settings(max_examples=15, deadline=None)
@given(st.lists(_EDITS, max_size=5), _CASES, _CASES)
def test_whatever_was_drawn_the_next_round_keeps_it_seals_by_protocol_and_is_stable(edits, first, then):
    base = zoned(cases(*((f"first-{text}", None, text) for text in first)))
    for edit in edits:
        try:
            base = gm.apply_edit(base, edit)
        except gm.GridmapError:
            continue
    addresses = [*(f"first-{text}" for text in first), *(f"then-{text}" for text in then)]
    table = cases(*((name, None, name.split("-")[1]) for name in addresses))
    found = shown(table, base)
    after = found.plan
    locked = base.locked[base.locked].index
    assert after.tiers[locked].equals(base.tiers[locked])
    assert after.cell_zones[locked].equals(base.cell_zones[locked])
    raised = list(found.raised["zone_before"])
    by_hand = base.layers["hand"].said & ~base.cell_zones.isin(raised).to_numpy()
    assert after.tiers[by_hand].equals(base.tiers[by_hand])
    known = [(zone.zone_id, zone.tier, zone.name) for zone in after.registry[: len(base.registry)]]
    assert known == [(zone.zone_id, zone.tier, zone.name) for zone in base.registry]
    whole = base.cell_zones.isin(raised) & ~base.locked
    assert set(after.tiers[whole]) <= {"sealed"}
    tiers, zones = gm.household_tiers(after, PLACEMENT), gm.household_zones(base, PLACEMENT)
    homes_raised = zones.isin(raised) & ~PLACEMENT.cells.isin(locked).reindex(zones.index)
    assert set(tiers[homes_raised]) <= {"sealed"}
    assert zoned(table, after) == after

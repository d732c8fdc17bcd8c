"""Filling zones, areas and sites: owners, who served before, who is tied, who is near and free."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

from gridmap.core.apply import apply_edit, new_plan
from gridmap.core.edits import SetTier
from gridmap.core.ground import survey
from gridmap.core.muster import muster
from gridmap.core.place import place_households
from gridmap.core.targets import named_target, targets_of
from gridmap.core.territory import Ledger, fill
from gridmap.model.protocol import DutyRule

CELLS = list("abcdef")
TIERS = ("sealed", "controlled", "prevention")
HEAD = DutyRule("head", "area", level="microgrid", most=1, hard=True)
MEMBER = DutyRule("member", "area", level="village")
GUARD = DutyRule("guard", "zone", tiers=("sealed", "controlled"), least=2)
LEAD = DutyRule("lead", "zone", tiers=("sealed",), hard=True)


def grid():
    """Six cells of 100 m in three villages of two towns.

    +---+---+---+---+---+---+
    | a | b | c | d | e | f |
    +---+---+---+---+---+---+
     V1      V2      V3
     town T1         town T2     county K
    """
    columns = {
        "name": CELLS,
        "level": "microgrid",
        "village_id": ["V1", "V1", "V2", "V2", "V3", "V3"],
        "town_id": ["T1", "T1", "T1", "T1", "T2", "T2"],
        "county_id": "K",
    }
    shapes = [box(500000 + 100 * i, 3400000, 500100 + 100 * i, 3400100) for i in range(6)]
    return gpd.GeoDataFrame(columns, geometry=shapes, index=pd.Index(CELLS, name="cell_id"), crs=4549)


def at(east):
    return Point(500000 + east, 3400050)


GRID = grid()
ROSTER = gpd.GeoDataFrame(
    {"address": [f"{cell}浜1号" for cell in CELLS], "residents": 2},
    geometry=[at(100 * i + 50) for i in range(6)],
    index=pd.Index([f"h_{cell}" for cell in CELLS], name="household_id"),
    crs=4549,
)
PLACED = place_households(ROSTER, GRID)


def zoned(**tiers):
    plan = new_plan(GRID)
    for tier, cells in tiers.items():
        for cell in cells:
            plan = apply_edit(plan, SetTier(cells=[cell], tier=tier))
    return plan


def staff(*rows):
    """Rows of official_id, role, territory, metres east (or None), and perhaps a capacity."""
    data = {
        "role": [row[1] for row in rows],
        "territory": [row[2] for row in rows],
        "phone": "1",
        "capacity": [row[4] if len(row) > 4 else np.nan for row in rows],
    }
    points = [None if row[3] is None else at(row[3]) for row in rows]
    index = pd.Index([row[0] for row in rows], name="official_id", dtype="str")
    return gpd.GeoDataFrame(data, geometry=points, index=index, crs=4549)


def sites(**places):
    index = pd.Index(list(places), name="site_id")
    return gpd.GeoDataFrame(
        {"kind": "gate"}, geometry=[at(east) for east in places.values()], index=index, crs=4549
    )


def filled(rules, plan, officials, *, before=None, pins=(), places=None):
    """Fill every target of the rules; return the ledger."""
    ground = survey(plan, PLACED)
    ledger = Ledger(muster(officials, ground))
    ids = list(ledger.official_ids)
    for official, role, kind, target in pins:
        ledger.give(ids.index(official), role, named_target(kind, target, ground, places), "pinned")
    for rule in rules:
        fill(rule, targets_of(rule, ground, places)[0], ledger, ground, before=before)
    return ledger


def served(ledger, role):
    """Who serves each target, in the order in which they were called."""
    found = {}
    for who, held, _, target, _ in ledger.rows:
        if held == role:
            found.setdefault(target, []).append(ledger.official_ids[who])
    return found


def origins(ledger):
    return {(ledger.official_ids[who], target): origin for who, _, _, target, origin in ledger.rows}


# Owners, and those who are called


def test_all_owners_of_an_area_serve_it_and_nobody_else_is_called():
    ledger = filled(
        [MEMBER],
        zoned(controlled="abcd"),
        staff(
            *((f"m{i}", "member", "V1", 50) for i in (3, 1, 2)),
            ("m4", "member", "V2", 0),
            ("m5", "member", "K", 50),
        ),
    )
    assert served(ledger, "member") == {"V1": ["m1", "m2", "m3"], "V2": ["m4"]}
    assert ledger.vacancies == []


def test_an_owner_whom_the_loop_meets_late_is_not_called_to_another_place_first():
    """The only head of d is free when a, without a head, is looked at: they stay where they belong."""
    ledger = filled([HEAD], zoned(controlled="abcd"), staff(("x1", "head", "d", 0)))
    assert served(ledger, "head") == {"d": ["x1"]}
    assert [row[2] for row in ledger.vacancies] == ["a", "b", "c"]


def test_who_has_a_territory_around_serves_there_before_they_are_called_elsewhere():
    """x1 has town T2; nobody has V1. V1 comes first in the grid, yet x1 serves V3 of T2, and then also V1."""
    rule = DutyRule("member", "area", level="village", tiers=("controlled",))
    ledger = filled(
        [rule], zoned(controlled="aef"), staff(("x1", "member", "T2", 450), ("x2", "member", "", 550))
    )
    assert served(ledger, "member") == {"V3": ["x1"], "V1": ["x2"]}
    assert origins(ledger) == {("x1", "V3"): "territory", ("x2", "V1"): "assigned"}


def test_the_shortfall_of_a_village_goes_to_who_is_free_and_near_and_only_while_somebody_is():
    officials = staff(("x1", "member", "", 590), ("x2", "member", "", 10))
    ledger = filled([MEMBER], zoned(controlled="abcdef"), officials)
    assert served(ledger, "member") == {"V1": ["x2"], "V2": ["x1"]}
    assert ledger.vacancies == [("member", "area", "V3", 1, False)]


def test_one_with_a_capacity_is_called_to_a_second_area_as_long_as_it_fits():
    """Two households in each village; a capacity of four is two villages, the third stays vacant."""
    ledger = filled([MEMBER], zoned(controlled="abcdef"), staff(("x1", "member", "", 10, 4)))
    assert served(ledger, "member") == {"V1": ["x1"], "V2": ["x1"]}
    assert ledger.vacancies == [("member", "area", "V3", 1, False)]


def test_a_head_of_exactly_one_place_is_not_called_to_a_second_one_by_capacity():
    ledger = filled([HEAD], zoned(controlled="ab"), staff(("x1", "head", "", 10, 99)))
    assert served(ledger, "head") == {"a": ["x1"]}


def test_who_is_locked_in_is_called_outside_last():
    """Zone C-1 is b. x1 and x2 have V1; x1 lives in the sealed a, x3 is of another village and free."""
    plan = zoned(sealed="a", controlled="b")
    officials = staff(("x1", "guard", "V1", 90), ("x2", "guard", "V1", 150), ("x3", "guard", "V3", 550))
    rule = DutyRule("guard", "zone", tiers=("controlled",), least=2)
    assert served(filled([rule], plan, officials), "guard") == {"C-1": ["x2", "x3"]}
    rule = DutyRule("guard", "zone", tiers=("controlled",), least=3)
    assert served(filled([rule], plan, officials), "guard") == {"C-1": ["x2", "x3", "x1"]}


def test_what_two_rules_miss_of_one_role_at_one_place_is_one_vacancy():
    rules = [DutyRule("leader", "area", level="village", holders=level) for level in ("county", "town")]
    ledger = filled(rules, zoned(controlled="a"), staff())
    assert ledger.vacancies == [("leader", "area", "V1", 2, False)]


# Holders


def leaders(*levels):
    return [DutyRule("leader", "area", level="village", holders=level) for level in levels]


def test_each_level_of_leaders_has_its_own_place_in_every_village():
    officials = staff(("city", "leader", "K", 0), ("county", "leader", "T1", 0), ("town", "leader", "V1", 0))
    ledger = filled(leaders("county", "town", "village"), zoned(controlled="ac"), officials)
    assert served(ledger, "leader") == {"V1": ["city", "county", "town"], "V2": ["city", "county"]}
    assert ledger.vacancies == [("leader", "area", "V2", 1, False)]


def test_one_of_another_level_does_not_fill_the_place():
    ledger = filled(
        leaders("county"), zoned(controlled="a"), staff(("x", "leader", "V1", 0), ("y", "leader", "", 0))
    )
    assert ledger.rows == []
    assert ledger.vacancies == [("leader", "area", "V1", 1, False)]


def test_one_set_by_hand_fills_the_place_of_their_level():
    pins = [("x", "leader", "area", "V1")]
    officials = staff(("x", "leader", "V3", 0), ("city", "leader", "K", 0))
    ledger = filled(leaders("county", "village"), zoned(controlled="a"), officials, pins=pins)
    assert served(ledger, "leader") == {"V1": ["x", "city"]}
    assert ledger.vacancies == []


def test_one_set_by_hand_without_a_territory_fills_one_open_place():
    pins = [("x", "leader", "area", "V1")]
    ledger = filled(
        leaders("county", "town", "village"), zoned(controlled="a"), staff(("x", "leader", "", 0)), pins=pins
    )
    assert ledger.vacancies == [("leader", "area", "V1", 2, False)]


# Shifts


def test_a_gate_takes_its_number_for_each_shift():
    gate = DutyRule("guard", "site", site_kind="gate", least=2, shifts=("day", "night"))
    officials = staff(*((f"x{i}", "guard", "", 100 * i) for i in range(6)))
    ledger = filled([gate], zoned(), officials, places=sites(g1=0))
    assert served(ledger, "guard") == {"g1": ["x0", "x1", "x2", "x3"]}
    assert filled([gate], zoned(), staff(("x", "guard", "", 0)), places=sites(g1=0)).vacancies == [
        ("guard", "site", "g1", 3, False)
    ]


# Set by hand


def test_who_is_set_by_hand_stays_and_counts_and_only_the_rest_is_called():
    pins = [("x9", "guard", "zone", "S-1")]
    officials = staff(("x1", "guard", "V1", 10), ("x2", "guard", "V1", 60), ("x9", "guard", "V3", 590))
    ledger = filled([GUARD], zoned(sealed="a"), officials, pins=pins)
    assert served(ledger, "guard") == {"S-1": ["x9", "x2"]}


def test_one_who_claims_a_post_in_another_role_does_not_carry_the_households_of_the_zone():
    ledger = filled(
        [], zoned(sealed="ab"), staff(("x1", "member", "V1", 10)), pins=[("x1", "pioneer", "zone", "S-1")]
    )
    assert (ledger.held.tolist(), ledger.load.tolist()) == ([1], [0])
    ledger = filled(
        [], zoned(sealed="ab"), staff(("x1", "pioneer", "V1", 10)), pins=[("x1", "pioneer", "zone", "S-1")]
    )
    assert ledger.load.tolist() == [2]


# Who served before


def test_of_those_alike_who_served_before_serves_on():
    officials = staff(("x1", "guard", "V1", 50), ("x2", "guard", "V1", 60), ("x3", "guard", "V1", 10))
    plan = zoned(sealed="a")
    assert served(filled([GUARD], plan, officials), "guard") == {"S-1": ["x1", "x2"]}
    before = {("guard", "zone", "S-1"): ("x3",)}
    assert served(filled([GUARD], plan, officials, before=before), "guard") == {"S-1": ["x3", "x1"]}


def test_a_new_zone_takes_nobody_away_who_serves_elsewhere_while_others_are_free():
    """S-2 in e is new, and x1 lives nearest to it; but x1 answered for S-1."""
    plan = zoned(sealed="ae")
    officials = staff(("x0", "lead", "K", 290), ("x1", "lead", "K", 390))
    assert served(filled([LEAD], plan, officials), "lead") == {"S-1": ["x0"], "S-2": ["x1"]}
    before = {("lead", "zone", "S-1"): ("x1",)}
    assert served(filled([LEAD], plan, officials, before=before), "lead") == {"S-1": ["x1"], "S-2": ["x0"]}


def test_who_answers_alone_elsewhere_by_another_rule_counts_as_taken():
    """x1 answered for the gate in f; the new zone in f takes x2, though x1 lives next to it."""
    gate = DutyRule("lead", "site", site_kind="gate", hard=True)
    officials = staff(("x1", "lead", "K", 590), ("x2", "lead", "K", 10))
    before = {("lead", "site", "g1"): ("x1",)}
    ledger = filled([LEAD, gate], zoned(sealed="f"), officials, before=before, places=sites(g1=550))
    assert served(ledger, "lead") == {"S-1": ["x2"], "g1": ["x1"]}


def test_two_zones_that_one_answered_for_are_shared_as_soon_as_another_is_free():
    before = {("lead", "zone", "S-1"): ("x1",), ("lead", "zone", "S-2"): ("x1",)}
    officials = staff(("x1", "lead", "K", 50), ("x2", "lead", "K", 590))
    assert served(filled([LEAD], zoned(sealed="ae"), officials, before=before), "lead") == {
        "S-1": ["x1"],
        "S-2": ["x2"],
    }


def test_who_served_before_gives_way_to_the_owner_of_an_area_and_to_who_is_tied_to_it():
    before = {("member", "area", "V1"): ("x1",)}
    helper = ("x1", "member", "", 10)
    plan = zoned(controlled="a")
    assert served(filled([MEMBER], plan, staff(helper), before=before), "member") == {"V1": ["x1"]}
    assert served(
        filled([MEMBER], plan, staff(helper, ("x2", "member", "V1", 590)), before=before), "member"
    ) == {"V1": ["x2"]}
    assert served(
        filled([MEMBER], plan, staff(helper, ("x2", "member", "T1", 590)), before=before), "member"
    ) == {"V1": ["x2"]}


def test_of_two_heads_of_one_place_the_one_who_served_before_serves():
    officials = staff(("x1", "head", "a", 0), ("x2", "head", "a", 0))
    ledger = filled([HEAD], zoned(controlled="a"), officials, before={("head", "area", "a"): ("x2",)})
    assert served(ledger, "head") == {"a": ["x2"]}
    assert ledger.conflicts == [("x1", "head", "two_heads", "area a is already served by x2")]


def test_who_served_before_and_is_locked_in_now_gives_way():
    plan = zoned(sealed="a", controlled="b")
    officials = staff(("x1", "guard", "V1", 50), ("x2", "guard", "V1", 150), ("x3", "guard", "V1", 160))
    rule = DutyRule("guard", "zone", tiers=("controlled",))
    before = {("guard", "zone", "C-1"): ("x1", "x3")}
    assert served(filled([rule], plan, officials, before=before), "guard") == {"C-1": ["x3"]}


def test_who_served_before_and_has_another_role_now_or_is_gone_is_not_called():
    before = {("guard", "zone", "S-1"): ("gone", "x1"), ("guard", "zone", "S-7"): ("x2",)}
    officials = staff(("x1", "lead", "V1", 50), ("x2", "guard", "V1", 60))
    assert served(filled([GUARD], zoned(sealed="a"), officials, before=before), "guard") == {"S-1": ["x2"]}


# Anything else


def test_an_area_that_is_named_has_its_middle_its_people_and_its_zones():
    plan = zoned(sealed="a", controlled="b")
    ground = survey(plan, PLACED)
    target = named_target("area", "V1", ground)
    assert (target.x_m, target.households, target.zones) == (pytest.approx(500100), 2, {"S-1", "C-1"})
    listed = {each.target: each for each in targets_of(MEMBER, ground)[0]}
    assert (listed["V1"].x_m, listed["V1"].zones) == (target.x_m, target.zones)
    assert named_target("area", "nowhere", ground) is None


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["head", "member", "guard", "lead"]),
        st.sampled_from([*CELLS, "V1", "V2", "V3", "T1", "T2", "K", "", "nowhere"]),
        st.one_of(st.none(), st.integers(0, 600)),
        st.sampled_from([np.nan, np.nan, 1.0, 4.0]),
    ),
    max_size=14,
)
PLANS = st.lists(st.sampled_from(["sealed", "controlled", "prevention", None]), min_size=6, max_size=6)
GATE = DutyRule("guard", "site", site_kind="gate", least=1, shifts=("day", "night"))
RULES = [LEAD, HEAD, MEMBER, GUARD, GATE]


@given(rows=ROWS, tiers=PLANS, order=st.randoms(use_true_random=False), remembered=st.integers(0, 3))
@settings(derandomize=True, deadline=None, max_examples=50)
def test_whatever_officials_there_are_the_answer_is_as_full_as_it_can_be(rows, tiers, order, remembered):
    """Nobody serves a place twice; what is missing is said; owners serve; the order of officials is all one.

    Where a zone or a site misses somebody, all of the role serve it. Where an area does, all serve it who are
    tied to it by territory, and nobody is idle who has no area of that level of their own.
    """
    plan = zoned(**{tier: [c for c, t in zip(CELLS, tiers, strict=True) if t == tier] for tier in TIERS})
    officials = staff(*((f"p{i:02}", *row) for i, row in enumerate(rows)))
    places = sites(g1=150, g2=450)
    people = tuple(f"p{i:02}" for i in range(remembered))
    before = {("guard", "zone", "S-1"): people, ("lead", "zone", "S-1"): people[:1]}
    ledger = filled(RULES, plan, officials, places=places, before=before)
    mixed = officials.iloc[order.sample(range(len(officials)), len(officials))]
    assert filled(RULES, plan, mixed, places=places, before=before).rows == ledger.rows
    assert len({row[:4] for row in ledger.rows}) == len(ledger.rows)
    ground = survey(plan, PLACED)
    gaps = {(role, kind, target): missing for role, kind, target, missing, _ in ledger.vacancies}
    levels = officials["territory"].map(plan.hierarchy.areas["level"]).fillna("")
    idle = set(ledger.official_ids[ledger.held == 0])
    for rule in RULES:
        mine = officials[officials["role"] == rule.role]
        for target in targets_of(rule, ground, places)[0]:
            here = served(ledger, rule.role).get(target.target, [])
            missing = gaps.get((rule.role, target.kind, target.target), 0)
            assert missing == max(0, rule.needed - len(here))
            assert not rule.allowed or len(here) <= rule.allowed
            owners = set(mine.index[mine["territory"] == target.target])
            assert not owners or here[0] in owners or target.kind != "area"
            if missing and target.kind == "area":
                around = mine["territory"].isin(ground.chain(target.target))
                assert set(mine.index[around]) <= set(here)
                assert not idle & set(mine.index[levels[mine.index] != rule.level])
            elif missing:
                assert set(here) == set(mine.index)

"""Handing duties over by hand, in worlds drawn by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely import Point

from gridmap.core.duty import assign_duties
from gridmap.core.duty_changes import compare_duties
from gridmap.core.handover import hand_over
from gridmap.core.place import place_households
from gridmap.errors import DutyError
from gridmap.model.duties import Duties
from gridmap.model.protocol import DutyRule
from tests.core.duty_worlds import (
    GRID_MEMBER,
    HEAD,
    LEAD,
    LEAD_SITE,
    MEMBER,
    POLICE,
    SECRETARY,
    four_cells,
    homes,
    officials,
    pins,
    protocol,
    served,
    substitutes,
    zoned,
)

RULES = protocol(LEAD, LEAD_SITE, SECRETARY, HEAD, POLICE, MEMBER)


@pytest.fixture
def grid():
    return four_cells()


@pytest.fixture
def placement(grid):
    return place_households(
        homes(("h1", 10), ("h2", 40), ("h3", 110), ("h4", 140), ("h5", 210), ("h6", 310)), grid
    )


@pytest.fixture
def plan(grid):
    return zoned(grid, sealed="a", controlled="bc")


@pytest.fixture
def sites():
    return gpd.GeoDataFrame(
        {"kind": ["isolation"]},
        geometry=[Point(500350, 3400050)],
        index=pd.Index(["q1"], name="site_id"),
        crs=4549,
    )


TEAM = officials(
    ("z1", "lead_official", "", 105),
    ("z2", "lead_official", "", 350),
    ("z3", "lead_official", "", 250),
    ("s1", "secretary", "V1", 150),
    ("s2", "secretary", "V2", 250),
    ("s3", "secretary", "", 399),
    *((f"m{cell}", "microgrid_head", cell, 100 * place + 50) for place, cell in enumerate("abc")),
    ("m9", "microgrid_head", "", 399),
    ("p1", "police", "", 150),
    ("p2", "police", "", 160),
    ("p3", "police", "", 390),
    ("l1", "linked_member", "a", 20, 3),
    ("l2", "linked_member", "b", 120, 2),
    ("l3", "linked_member", "V2", 220, 3),
    ("l4", "linked_member", "", 390, 2),
)


@pytest.fixture
def duties(plan, placement, sites):
    return assign_duties(plan, placement, TEAM, protocol=RULES, sites=sites)


def row(duties, role, target):
    rows = duties.table[(duties.table["role"] == role) & (duties.table["target"] == target)]
    return rows[["official_id", "origin"]].to_numpy().tolist()


def test_a_group_of_households_goes_to_another_person_and_the_loads_follow(duties, plan, placement):
    assert served(duties, "linked_member") == {
        "h1": "l1", "h2": "l1", "h3": "l2", "h4": "l2", "h5": "l3", "h6": "l3",
    }  # fmt: skip
    done = hand_over(duties, placement, plan, official_id="l4", role="linked_member", households=["h3", "h6"])
    assert served(done.duties, "linked_member") == {
        "h1": "l1", "h2": "l1", "h3": "l4", "h4": "l2", "h5": "l3", "h6": "l4",
    }  # fmt: skip
    assert row(done.duties, "linked_member", "h3") == [["l4", "pinned"]]
    assert row(done.duties, "linked_member", "h4") == row(duties, "linked_member", "h4")
    loads = done.duties.loads.loc[["l1", "l2", "l3", "l4"]]
    assert loads["households"].tolist() == loads["targets"].tolist() == [2, 1, 1, 2]
    assert loads["share"].round(2).tolist() == [0.67, 0.5, 0.33, 1.0]
    assert done.duties.coverage["linked_member"].tolist() == ["l1", "l1", "l4", "l2", "l3", "l4"]
    assert done.pins.to_numpy().tolist() == [
        ["l4", "linked_member", "household", "h3"],
        ["l4", "linked_member", "household", "h6"],
    ]


def test_everything_else_stays_as_it_was(duties, plan, placement):
    before = {name: getattr(duties, name).copy() for name in ("table", "vacancies", "conflicts", "loads")}
    done = hand_over(duties, placement, plan, official_id="l4", role="linked_member", households=["h6"])
    changes = compare_duties(duties, done.duties)
    assert changes.to_numpy().tolist() == [["linked_member", "household", "h6", "l3", "l4"]]
    others = duties.loads.index.difference(["l3", "l4"])
    assert_frame_equal(done.duties.loads.loc[others], duties.loads.loc[others])
    assert done.duties.vacancies is duties.vacancies
    for name, frame in before.items():
        assert_frame_equal(getattr(duties, name), frame)


def test_too_much_for_one_is_said_at_once_and_taken_off_again(duties, plan, placement):
    assert substitutes(duties) == []
    full = hand_over(duties, placement, plan, official_id="l2", role="linked_member", households=["h5"])
    assert substitutes(full.duties) == [["l2", "overload", "l3"]]
    assert full.duties.conflicts["detail"].tolist() == ["3 households for a capacity of 2"]
    back = hand_over(full.duties, placement, plan, official_id="l3", role="linked_member", households=["h5"])
    assert substitutes(back.duties) == []


def test_who_takes_over_on_the_other_side_of_a_closed_border_is_a_conflict_at_once(duties, plan, placement):
    done = hand_over(duties, placement, plan, official_id="l4", role="linked_member", households=["h1"])
    assert substitutes(done.duties) == [["l4", "outside_serves_inside", "l1"]]


def test_a_conflict_is_cured_by_handing_over_to_the_substitute(grid, placement, plan):
    by_hand = pins(("l4", "linked_member", "household", "h1"))
    duties = assign_duties(plan, placement, TEAM, protocol=protocol(MEMBER), pins=by_hand)
    assert substitutes(duties) == [["l4", "outside_serves_inside", "l1"]]
    done = hand_over(duties, placement, plan, official_id="l1", role="linked_member", households=["h1"])
    assert done.duties.conflicts.empty


def test_a_household_without_anybody_is_no_vacancy_any_more(plan, placement):
    nobody = TEAM[TEAM["role"] != "linked_member"]
    team = pd.concat([nobody, officials(("l4", "linked_member", "", 390, 2))])
    duties = assign_duties(plan, placement, team, protocol=protocol(MEMBER))
    lacking = duties.vacancies["target"].tolist()
    assert len(lacking) == 4
    done = hand_over(duties, placement, plan, official_id="l4", role="linked_member", households=lacking[:1])
    assert done.duties.vacancies["target"].tolist() == lacking[1:]
    assert done.duties.coverage.loc[lacking[0], "reason"] == ""
    assert done.duties.coverage.loc[lacking[1], "reason"] == "no_linked_member"
    assert done.duties.loads.at["l4", "households"] == 3


def test_a_zone_that_one_official_answers_for_changes_hands(duties, plan, placement, sites):
    assert served(duties, "lead_official") == {"S-1": "z1", "q1": "z2"}
    done = hand_over(
        duties, placement, plan, official_id="z3", role="lead_official", targets=["S-1"], sites=sites
    )
    assert served(done.duties, "lead_official") == {"S-1": "z3", "q1": "z2"}
    assert done.duties.loads.loc[["z1", "z3"], "targets"].tolist() == [0, 1]
    assert done.duties.loads.loc[["z1", "z3"], "households"].tolist() == [0, 2]
    assert done.pins.to_numpy().tolist() == [["z3", "lead_official", "zone", "S-1"]]


def test_who_gets_a_second_zone_or_point_is_double_booked_at_once(duties, plan, placement, sites):
    done = hand_over(
        duties, placement, plan, official_id="z1", role="lead_official", targets=[("site", "q1")], sites=sites
    )
    assert substitutes(done.duties) == [["z1", "double_booking", "z2"]]
    assert done.duties.conflicts["detail"].tolist() == ["serves 2: zone S-1, site q1"]


def test_a_cell_changes_its_head_and_its_chain(duties, plan, placement):
    done = hand_over(duties, placement, plan, official_id="m9", role="microgrid_head", targets=["b"])
    assert served(done.duties, "microgrid_head") == {"a": "ma", "b": "m9", "c": "mc"}
    assert done.duties.coverage["microgrid_head"].tolist() == ["ma", "ma", "m9", "m9", "mc", ""]


def test_where_several_serve_the_new_one_joins_and_who_is_beyond_the_number_is_released(
    duties, plan, placement
):
    assert [who for who, _ in row(duties, "police", "S-1")] == ["p1", "p2"]
    done = hand_over(duties, placement, plan, official_id="p3", role="police", targets=["S-1"])
    assert row(done.duties, "police", "S-1") == [["p3", "pinned"], ["p1", "assigned"]]
    assert done.duties.loads.loc[["p1", "p2", "p3"], "targets"].tolist() == [1, 0, 1]


def test_a_missing_person_of_a_zone_is_found(plan, placement):
    team = TEAM[~TEAM.index.isin(["p1", "p2", "p3"])]
    team = pd.concat([team, officials(("p1", "police", "", 150), ("v1", "volunteer", "", 150))])
    duties = assign_duties(plan, placement, team, protocol=protocol(POLICE))
    assert duties.vacancies["missing"].tolist() == [1]
    done = hand_over(duties, placement, plan, official_id="v1", role="police", targets=["S-1"])
    assert done.duties.vacancies.empty
    assert sorted(who for who, _ in row(done.duties, "police", "S-1")) == ["p1", "v1"]


def test_taking_over_what_one_holds_already_makes_it_a_duty_set_by_hand(duties, plan, placement):
    done = hand_over(duties, placement, plan, official_id="l1", role="linked_member", households=["h1"])
    assert row(done.duties, "linked_member", "h1") == [["l1", "pinned"]]
    assert_frame_equal(done.duties.loads, duties.loads)
    assert compare_duties(duties, done.duties).empty


def test_handing_over_nothing_changes_nothing(duties, plan, placement):
    done = hand_over(duties, placement, plan, official_id="l1", role="linked_member")
    assert done.duties is duties
    assert done.pins.empty
    assert done.pins.columns.tolist() == ["official_id", "role", "target_kind", "target"]


@pytest.mark.parametrize(
    ("asked", "said", "ids"),
    [
        ({"official_id": "x1", "households": ["h1"]}, "official 'x1' is not among", ("x1",)),
        ({"official_id": "l1", "households": ["h1", "h99"]}, "'h99' is not among the placed", ("h99",)),
        ({"official_id": "l1", "targets": ["S-9", "V7"]}, "'S-9', 'V7' are no zone, area", ("S-9", "V7")),
        ({"official_id": "l1", "targets": [("area", "S-1")]}, "'S-1' is no zone, area", ("S-1",)),
    ],
)
def test_who_or_what_is_not_known_is_refused(duties, plan, placement, asked, said, ids):  # noqa: PLR0917
    with pytest.raises(DutyError, match=said) as caught:
        hand_over(duties, placement, plan, role="linked_member", **asked)
    assert caught.value.ids == ids


def test_duties_that_do_not_say_their_protocol_are_refused(duties, plan, placement):
    plain = Duties(duties.table, duties.vacancies, duties.conflicts, duties.loads)
    with pytest.raises(DutyError, match="take them from assign_duties"):
        hand_over(plain, placement, plan, official_id="l1", role="linked_member", households=["h1"])


def test_a_leader_of_a_level_takes_the_place_of_the_leader_of_that_level(grid, placement):
    rules = protocol(
        *(DutyRule("contact_leader", "area", level="village", holders=each) for each in ("county", "town"))
    )
    team = officials(
        ("k1", "contact_leader", "K", 100),
        ("k2", "contact_leader", "K", 300),
        ("t1", "contact_leader", "T", 100),
        ("x1", "contact_leader", "", 100),
    )
    plan = zoned(grid, controlled="a")
    duties = assign_duties(plan, placement, team, protocol=rules)
    assert [who for who, _ in row(duties, "contact_leader", "V1")] == ["k1", "t1"]
    for taker, expected in (("k2", ["k2", "t1"]), ("x1", ["t1", "x1"])):
        done = hand_over(duties, placement, plan, official_id=taker, role="contact_leader", targets=["V1"])
        assert sorted(who for who, _ in row(done.duties, "contact_leader", "V1")) == expected
        again = assign_duties(plan, placement, team, protocol=rules, pins=done.pins)
        assert sorted(row(again, "contact_leader", "V1")) == sorted(row(done.duties, "contact_leader", "V1"))


def test_whose_territory_a_cell_is_stays_beside_the_new_one_where_several_may_serve(grid, placement):
    rules = protocol(GRID_MEMBER)
    team = officials(
        ("g1", "grid_member", "a", 50),
        ("g2", "grid_member", "a", 60),
        ("g3", "grid_member", "V1", 150),
        ("g4", "grid_member", "", 390),
    )
    plan = zoned(grid, controlled="ab")
    duties = assign_duties(plan, placement, team, protocol=rules)
    assert [who for who, _ in row(duties, "grid_member", "a")] == ["g1", "g2"]
    assert [who for who, _ in row(duties, "grid_member", "b")] == ["g3"]
    done = hand_over(duties, placement, plan, official_id="g4", role="grid_member", targets=["a", "b"])
    assert [who for who, _ in row(done.duties, "grid_member", "a")] == ["g4", "g1", "g2"]
    assert [who for who, _ in row(done.duties, "grid_member", "b")] == ["g4"]
    again = assign_duties(plan, placement, team, protocol=rules, pins=done.pins)
    for cell in "ab":
        assert sorted(row(again, "grid_member", cell)) == sorted(row(done.duties, "grid_member", cell))


def test_the_head_whose_cell_went_to_another_is_told_and_told_no_more_when_it_came_back(
    duties, plan, placement
):
    done = hand_over(duties, placement, plan, official_id="m9", role="microgrid_head", targets=["b"])
    assert substitutes(done.duties) == [["mb", "two_heads", ""]]
    assert done.duties.conflicts["detail"].tolist() == ["area b is already served by m9"]
    back = hand_over(done.duties, placement, plan, official_id="mb", role="microgrid_head", targets=["b"])
    assert back.duties.conflicts.empty


@settings(derandomize=True, deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_a_hand_over_comes_to_what_giving_all_duties_with_its_pins_comes_to(seed):
    """What was handed over, and whoever holds only that, is the same; nobody is lost either way."""
    rng = np.random.default_rng(seed)
    grid = four_cells()
    placement = place_households(
        homes(*((f"h{place:02}", float(rng.uniform(1, 399))) for place in range(int(rng.integers(1, 12))))),
        grid,
    )
    plan = zoned(grid, sealed=[rng.choice(list("abcd"))], controlled=[rng.choice(list("abcd"))])
    duties = assign_duties(plan, placement, TEAM, protocol=RULES)
    official = str(rng.choice(["l1", "l2", "l3", "l4"]))
    chosen = rng.choice(placement.cells.index, int(rng.integers(1, len(placement.cells) + 1)), replace=False)
    done = hand_over(
        duties, placement, plan, official_id=official, role="linked_member", households=chosen.tolist()
    )
    again = assign_duties(plan, placement, TEAM, protocol=RULES, pins=done.pins)
    at_once, anew = (each.table.set_index(["role", "target"]) for each in (done.duties, again))
    keys = [("linked_member", home) for home in chosen]
    assert_frame_equal(at_once.loc[keys], anew.loc[keys])
    assert set(at_once["official_id"].loc[keys]) == {official}
    posts = [each.table[each.table["target_kind"] != "household"] for each in (done.duties, again)]
    assert compare_duties(*posts).empty
    for each in (done.duties, again):
        links = each.table[each.table["target_kind"] == "household"]["target"]
        open_homes = each.vacancies[each.vacancies["target_kind"] == "household"]["target"]
        assert sorted([*links, *open_homes]) == sorted(placement.cells.index)
        assert each.loads["households"].sum() >= len(links)
        over = each.loads["households"] > each.loads["capacity"]
        named = each.conflicts.loc[each.conflicts["kind"] == "overload", "official_id"]
        assert sorted(named) == sorted(each.loads.index[over])
    assert len(done.duties.table) == len(duties.table) + len(set(chosen) & set(_unlinked(duties)))


@settings(derandomize=True, deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_heads_and_leaders_that_change_hands_are_as_with_their_pins(seed):
    rng = np.random.default_rng(seed)
    grid = four_cells()
    placement = place_households(homes(("h1", 10), ("h2", 140), ("h3", 310)), grid)
    plan = zoned(grid, sealed=["a"], controlled=[*rng.choice(list("bcd"), 2, replace=False)])
    duties = assign_duties(plan, placement, TEAM, protocol=RULES)
    role, official = [("lead_official", "z3"), ("microgrid_head", "m9"), ("police", "p3")][seed % 3]
    target = str(rng.choice(duties.table.loc[duties.table["role"] == role, "target"]))
    done = hand_over(duties, placement, plan, official_id=official, role=role, targets=[target])
    again = assign_duties(plan, placement, TEAM, protocol=RULES, pins=done.pins)
    assert sorted(row(done.duties, role, target)) == sorted(row(again, role, target))
    told = ["inside_serves_outside", "outside_serves_inside", "two_heads"]
    rows = [
        each.conflicts[each.conflicts["kind"].isin(told) & (each.conflicts["role"] == role)]
        for each in (done.duties, again)
    ]
    both = [set(each.drop(columns="substitute").itertuples(index=False, name=None)) for each in rows]
    assert both[0] == both[1]


def _unlinked(duties):
    rows = duties.vacancies
    return rows.loc[rows["target_kind"] == "household", "target"]

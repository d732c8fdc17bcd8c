"""Linking in worlds drawn by hand: four cells of 100 m in a row."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely import Point

from gridmap.core.duty import assign_duties
from gridmap.core.place import place_households
from gridmap.model.protocol import DutyRule
from tests.core.duty_worlds import four_cells, homes, officials, pins, protocol, served, zoned

MEMBER = DutyRule("linked_member", "household", households=3)


@pytest.fixture
def grid():
    return four_cells()


def building(*rows):
    """Households from id, address and metres east of the west border."""
    index = pd.Index([row[0] for row in rows], name="household_id", dtype="str")
    points = [Point(500000 + row[2], 3400050) for row in rows]
    return gpd.GeoDataFrame({"address": [row[1] for row in rows]}, geometry=points, index=index, crs=4549)


def linked(grid, roster, team, *, rules=(MEMBER,), plan=None, **options):
    plan = zoned(grid) if plan is None else plan
    change_m = options.pop("change_m", 300.0)
    placement = place_households(roster, grid)
    return assign_duties(plan, placement, team, protocol=protocol(*rules, change_m=change_m), **options)


def members(*rows):
    return officials(*((row[0], "linked_member", *row[1:]) for row in rows))


def test_the_sum_of_the_ways_counts_not_who_is_nearest_first(grid):
    # o1 is the nearest of both; 110 to o1 and 130 to o2 is 10 + 70 m, the other way 90 + 10 m
    team = members(("o1", "", 120, 1), ("o2", "", 200, 1))
    duties = linked(grid, homes(("h1", 110), ("h2", 130)), team)
    assert served(duties, "linked_member") == {"h1": "o1", "h2": "o2"}
    row = duties.travel.iloc[0]
    assert row[["role", "households", "linked", "buildings", "split"]].tolist() == [
        "linked_member",
        2,
        2,
        2,
        0,
    ]
    assert row[["travel_m", "cost_m", "bound_m", "gap"]].tolist() == [80, 80, 80, 0]


def test_the_own_cell_comes_before_the_village_and_the_village_before_a_neighbour(grid):
    team = members(("near", "", 50, 9), ("village", "V1", 190, 1), ("cell", "a", 95, 1))
    duties = linked(grid, homes(("h1", 50), ("h2", 51), ("h3", 52)), team)
    # all three would be nearest to the stranger, who gets the one that no other has room for
    assert served(duties, "linked_member")["h1"] == "near"
    origins = duties.table.set_index("official_id")["origin"]
    assert origins.to_dict() == {"near": "assigned", "village": "territory", "cell": "territory"}


def test_a_member_full_of_strangers_makes_room_for_the_own_cell(grid):
    # o1 is nearest to all; the two of cell a belong to it, so those of b go to o2 though it is farther
    team = members(("o1", "a", 99, 2), ("o2", "", 390, 9))
    duties = linked(grid, homes(("h1", 101), ("h2", 102), ("h3", 1), ("h4", 2)), team)
    assert served(duties, "linked_member") == {"h1": "o2", "h2": "o2", "h3": "o1", "h4": "o1"}


def test_a_closed_border_is_not_crossed_while_there_is_room_on_this_side(grid):
    plan = zoned(grid, sealed="a")
    team = members(("out", "", 101, 9), ("in", "", 1, 9))
    duties = linked(grid, homes(("h1", 99), ("h2", 105)), team, plan=plan)
    assert served(duties, "linked_member") == {"h1": "in", "h2": "out"}
    alone = linked(grid, homes(("h1", 99), ("h2", 105)), team.iloc[:1], plan=plan)
    assert set(served(alone, "linked_member").values()) == {"out"}


def test_with_too_few_members_the_stricter_tier_is_served_first(grid):
    plan = zoned(grid, sealed="d", controlled="c")
    duties = linked(grid, homes(("h1", 10), ("h2", 250), ("h3", 350)), members(("o1", "", 10, 2)), plan=plan)
    assert set(served(duties, "linked_member")) == {"h2", "h3"}
    assert duties.vacancies[["role", "target_kind", "target", "missing"]].to_numpy().tolist() == [
        ["linked_member", "household", "h1", 1]
    ]


def test_houses_without_a_building_in_their_address_are_linked_one_by_one(grid):
    roster = building(("h1", "北汇浜", 10), ("h2", "北汇浜", 10), ("h3", "北汇浜", 90), ("h4", "", 91))
    duties = linked(grid, roster, members(("o1", "", 10, 3), ("o2", "", 90, 3)))
    assert served(duties, "linked_member") == {"h1": "o1", "h2": "o1", "h3": "o2", "h4": "o2"}
    assert duties.travel["buildings"].tolist() == [3]


def test_a_split_building_is_counted(grid):
    roster = building(*((f"h{n}", f"枫桥新村1幢{n % 2 + 1}单元{n}01室", 50) for n in range(4)))
    duties = linked(grid, roster, members(("o1", "", 50, 2), ("o2", "", 60, 2)))
    persons = served(duties, "linked_member")
    assert persons["h0"] == persons["h2"] != persons["h1"] == persons["h3"]
    assert duties.travel[["buildings", "split"]].to_numpy().tolist() == [[1, 1]]


def test_two_rules_of_one_role_share_the_capacity(grid):
    roster = homes(("h1", 10), ("h2", 20), ("e1", 30)).assign(kind=["home", "shop", "enterprise"])
    firms = DutyRule("linked_member", "household", kinds=("enterprise", "shop"), households=2)
    home = DutyRule("linked_member", "household", kinds=("home",), households=2)
    duties = linked(grid, roster, members(("o1", "", 10), ("o2", "", 300)), rules=(firms, home))
    assert served(duties, "linked_member") == {"h2": "o1", "e1": "o1", "h1": "o2"}
    assert duties.travel["households"].tolist() == [2, 1]


def test_a_household_linked_by_hand_takes_room(grid):
    team = members(("o1", "", 10, 1), ("o2", "", 300, 1))
    fixed = pins(("o1", "linked_member", "household", "h2"))
    duties = linked(grid, homes(("h1", 10), ("h2", 300)), team, pins=fixed)
    assert served(duties, "linked_member") == {"h2": "o1", "h1": "o2"}
    assert duties.travel["households"].tolist() == [1]


def test_who_was_linked_before_is_kept_where_that_costs_less_than_stated(grid):
    team, roster = members(("o1", "", 0, 9), ("o2", "", 100, 9)), homes(("h1", 60), ("h2", 90))
    before = pd.DataFrame(
        [("o1", "linked_member", "household", name, "assigned") for name in ("h1", "h2")],
        columns=["official_id", "role", "target_kind", "target", "origin"],
    )
    # 20 m farther for h1, 80 m for h2, which changes and costs 50 m for that
    duties = linked(grid, roster, team, before=before, change_m=50.0)
    assert served(duties, "linked_member") == {"h1": "o1", "h2": "o2"}
    row = duties.travel.iloc[0]
    assert (row["travel_m"], row["cost_m"], row["bound_m"]) == (70, 120, 120)
    gone = linked(grid, roster, team.drop(index="o1"), before=before)
    assert served(gone, "linked_member") == {"h1": "o2", "h2": "o2"}


def test_of_two_officials_of_one_house_the_first_id_is_asked_first(grid):
    duties = linked(grid, homes(("h1", 10)), members(("o2", "", 50), ("o1", "", 50)))
    assert served(duties, "linked_member") == {"h1": "o1"}


def test_a_roster_without_any_household_of_the_rule_gives_an_empty_row(grid):
    sealed = DutyRule("linked_member", "household", tiers=("sealed",), households=3)
    duties = linked(grid, homes(("h1", 10)), members(("o1", "", 10)), rules=(sealed,))
    assert duties.table.empty
    assert duties.travel.iloc[0].tolist() == ["linked_member", 0, 0, 0, 0, 0, 0, 0, 0]


@settings(derandomize=True, deadline=None, max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_neither_the_order_of_the_households_nor_that_of_the_officials_changes_who_is_linked(seed):
    rng, grid = np.random.default_rng(seed), four_cells()
    people, team_size = int(rng.integers(1, 25)), int(rng.integers(1, 7))
    metres = rng.integers(0, 40, people) * 10 + 5
    addresses = [f"枫桥新村{metre // 100}幢{metre % 3}单元{n}室" for n, metre in enumerate(metres)]
    roster = building(*((f"h{n:02}", address, metres[n]) for n, address in enumerate(addresses)))
    rows = [(f"o{n}", rng.choice(["", "a", "V2", "T"]), rng.integers(0, 400), 4) for n in range(team_size)]
    team, plan = members(*rows), zoned(grid, sealed="b")
    duties = linked(grid, roster, team, plan=plan)
    shuffled = linked(
        grid, roster.iloc[rng.permutation(people)], team.iloc[rng.permutation(team_size)], plan=plan
    )
    assert served(shuffled, "linked_member") == served(duties, "linked_member")
    assert_frame_equal(shuffled.travel, duties.travel)
    assert (duties.loads["households"] <= 4).all()
    assert len(duties.table) == min(people, 4 * team_size)

"""Who is new to whom after a change of duties."""

from dataclasses import replace

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from gridmap.core.duty import assign_duties
from gridmap.core.duty_changes import CHANGE_COLUMNS, change_shares, compare_duties
from gridmap.core.place import place_households
from tests.core.duty_worlds import (
    HEAD,
    LEAD,
    MEMBER,
    SECRETARY,
    four_cells,
    homes,
    officials,
    protocol,
    zoned,
)


def table(*rows):
    return pd.DataFrame(rows, columns=["official_id", "role", "target_kind", "target"], dtype="str")


WAS = table(
    ("o1", "secretary", "area", "V1"),
    ("o2", "police", "zone", "S-1"),
    ("o3", "police", "zone", "S-1"),
    ("l1", "linked_member", "household", "h1"),
    ("l1", "linked_member", "household", "h2"),
    ("l2", "linked_member", "household", "h3"),
)


def test_who_stays_is_not_listed():
    changes = compare_duties(WAS, WAS.iloc[::-1])
    assert changes.empty
    assert tuple(changes.columns) == CHANGE_COLUMNS


def test_households_say_who_is_new_to_whom():
    now = table(
        ("l2", "linked_member", "household", "h4"),
        ("l2", "linked_member", "household", "h2"),
        ("l1", "linked_member", "household", "h1"),
    )
    changes = compare_duties(WAS[WAS["target_kind"] == "household"], now)
    assert changes.to_numpy().tolist() == [
        ["linked_member", "household", "h4", "", "l2"],
        ["linked_member", "household", "h2", "l1", "l2"],
        ["linked_member", "household", "h3", "l2", ""],
    ]


def test_of_several_holders_only_those_who_came_and_went_are_paired():
    now = table(
        ("o3", "police", "zone", "S-1"),
        ("o5", "police", "zone", "S-1"),
        ("o6", "police", "zone", "S-1"),
        ("o4", "secretary", "area", "V2"),
    )
    changes = compare_duties(WAS[WAS["target_kind"] != "household"], now)
    assert changes.to_numpy().tolist() == [
        ["police", "zone", "S-1", "o2", "o5"],
        ["police", "zone", "S-1", "", "o6"],
        ["secretary", "area", "V2", "", "o4"],
        ["secretary", "area", "V1", "o1", ""],
    ]


def test_one_role_does_not_answer_for_another():
    now = WAS.assign(role=WAS["role"].replace("linked_member", "volunteer"))
    changes = compare_duties(WAS, now)
    assert changes["role"].tolist() == ["volunteer"] * 3 + ["linked_member"] * 3
    assert changes["before"].tolist() == ["", "", "", "l1", "l1", "l2"]


@pytest.mark.parametrize("nothing", [None, WAS.iloc[:0]])
def test_nothing_before_makes_everybody_new_and_nothing_after_everybody_gone(nothing):
    came, went = compare_duties(nothing, WAS), compare_duties(WAS, nothing)
    assert came["after"].tolist() == went["before"].tolist() == WAS["official_id"].tolist()
    assert set(came["before"]) == set(went["after"]) == {""}
    assert compare_duties(nothing, nothing).empty


def test_tables_may_have_the_officials_as_their_index():
    assert_frame_equal(compare_duties(WAS.set_index("official_id"), None), compare_duties(WAS, None))


def test_a_household_that_is_no_longer_placed_is_no_change():
    placement = place_households(homes(("h1", 50), ("h2", 150)), four_cells())
    now = table(("l3", "linked_member", "household", "h1"), ("l1", "linked_member", "household", "h2"))
    changes = compare_duties(WAS[WAS["target_kind"] == "household"], now, placement=placement)
    assert changes["target"].tolist() == ["h1"]
    shares = change_shares(WAS, now, placement=placement)
    assert shares.loc["linked_member"].tolist() == [2, 1, 0.5]


def test_the_share_counts_households_that_lost_their_person_not_those_that_got_one():
    now = table(
        ("l1", "linked_member", "household", "h1"),
        ("l9", "linked_member", "household", "h2"),
        ("l9", "linked_member", "household", "h4"),
    )
    shares = change_shares(WAS, now)
    assert shares.loc["linked_member", ["households", "changed"]].tolist() == [3, 2]
    assert shares["share"].round(3).tolist() == [0.667]
    assert change_shares(None, now).empty


def test_giving_duties_again_changes_nothing_and_keeps_who_served_before():
    grid = four_cells()
    placement = place_households(homes(("h1", 50), ("h2", 150), ("h3", 250), ("h4", 350)), grid)
    team = officials(
        *((f"s{place}", "secretary", "", 100 * place) for place in (1, 2, 3)),
        *((f"m{place}", "microgrid_head", "", 90 * place) for place in (1, 2, 3, 4)),
        *((f"l{place}", "linked_member", "", 95 * place, 2) for place in (1, 2, 3)),
        ("z1", "lead_official", "", 10),
        ("z2", "lead_official", "", 20),
    )
    rules = protocol(LEAD, SECRETARY, HEAD, MEMBER)
    plan = zoned(grid, sealed="a", controlled="bc")
    first = assign_duties(plan, placement, team, protocol=rules)
    again = assign_duties(plan, placement, team, protocol=rules, before=first)
    assert compare_duties(first, again).empty
    assert first.table.loc[first.table["role"] == "lead_official", "official_id"].tolist() == ["z2"]
    moved = replace(first, table=first.table.replace({"official_id": {"z1": "z2", "z2": "z1"}}))
    kept = assign_duties(plan, placement, team, protocol=rules, before=moved.table)
    assert kept.table.loc[kept.table["role"] == "lead_official", "official_id"].tolist() == ["z1"]


def test_the_tables_compared_stay_as_they_were():
    before = WAS.copy()
    compare_duties(WAS, WAS.iloc[:2])
    assert_frame_equal(WAS, before)

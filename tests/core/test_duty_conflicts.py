"""Conflicts of duties, each in a world drawn by hand, and who could serve instead."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from gridmap.core.apply import apply_edit
from gridmap.core.duty import assign_duties
from gridmap.core.edits import AddCarveOut
from gridmap.core.place import place_households
from gridmap.model.protocol import DutyRule
from gridmap.model.protocol_parts import Shift
from tests.core.duty_worlds import (
    GRID_MEMBER,
    HEAD,
    LEAD,
    MEMBER,
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


@pytest.fixture
def grid():
    return four_cells()


def placed(grid, *rows):
    return place_households(homes(*rows), grid)


def test_who_lives_inside_and_serves_outside_is_replaced_by_the_nearest_outside_who_has_room(grid):
    """o1 lives in the sealed cell a and is linked to h2 to h4 in b; o2 is nearer than o3, but full."""
    placement = placed(grid, ("h1", 10), ("h2", 110), ("h3", 120), ("h4", 130), ("h5", 160))
    team = officials(
        ("o1", "linked_member", "b", 90, 3),
        ("o2", "linked_member", "", 160, 1),
        ("o3", "linked_member", "", 300, 9),
        ("o4", "linked_member", "", 390, 9),
    )
    by_hand = pins(
        *(("o1", "linked_member", "household", each) for each in ("h2", "h3", "h4")),
        ("o2", "linked_member", "household", "h5"),
        ("o4", "linked_member", "household", "h1"),
    )
    rules = protocol(MEMBER)
    duties = assign_duties(zoned(grid, sealed="a"), placement, team, protocol=rules, pins=by_hand)
    assert substitutes(duties) == [
        ["o1", "inside_serves_outside", "o3"],
        ["o4", "outside_serves_inside", ""],
    ]
    assert duties.conflicts["detail"].iat[0] == "lives in S-1, serves outside every zone"
    assert len(served(duties, "linked_member")) == 5


def test_who_lives_outside_and_is_linked_inside_is_replaced_by_somebody_of_that_building(grid):
    """o1 of cell b is linked to h1 in the sealed cell a; o2 lives nearer but outside, o3 inside."""
    placement = placed(grid, ("h1", 90), ("h2", 110))
    team = officials(
        ("o1", "linked_member", "", 150, 1),
        ("o2", "linked_member", "", 101, 5),
        ("o3", "linked_member", "", 5, 5),
    )
    by_hand = pins(("o1", "linked_member", "household", "h1"))
    duties = assign_duties(zoned(grid, sealed="a"), placement, team, protocol=protocol(MEMBER), pins=by_hand)
    assert substitutes(duties) == [["o1", "outside_serves_inside", "o3"]]


def test_who_serves_on_two_sides_of_closed_borders_has_a_row_and_a_substitute_for_each(grid):
    placement = placed(grid, ("h1", 50), ("h2", 250))
    team = officials(
        ("o1", "linked_member", "", 150), ("o2", "linked_member", "", 60), ("o3", "linked_member", "", 260)
    )
    by_hand = pins(*(("o1", "linked_member", "household", each) for each in ("h1", "h2")))
    plan = zoned(grid, sealed="ac")
    duties = assign_duties(plan, placement, team, protocol=protocol(MEMBER), pins=by_hand)
    assert substitutes(duties) == [
        ["o1", "outside_serves_inside", "o2"],
        ["o1", "outside_serves_inside", "o3"],
    ]
    assert duties.conflicts["detail"].tolist() == ["lives outside, serves S-1", "lives outside, serves S-2"]


def test_a_head_who_lives_outside_is_replaced_by_a_head_inside_who_has_no_cell_yet(grid):
    """Heads of a: o1 lives in b. o2 and o3 are free, o3 in a; o4 lives in a but heads b."""
    placement = placed(grid, ("h1", 50))
    team = officials(
        ("o1", "microgrid_head", "a", 150),
        ("o2", "microgrid_head", "", 110),
        ("o3", "microgrid_head", "", 10),
        ("o4", "microgrid_head", "b", 60),
    )
    plan = zoned(grid, sealed="a", prevention="b")
    duties = assign_duties(plan, placement, team, protocol=protocol(HEAD))
    assert served(duties, "microgrid_head") == {"a": "o1", "b": "o4"}
    assert substitutes(duties) == [
        ["o4", "inside_serves_outside", "o2"],
        ["o1", "outside_serves_inside", "o3"],
    ]


def test_of_two_zones_of_one_leader_the_farther_one_is_proposed_to_somebody_free(grid):
    """o1, at 140 m, leads S-1 at 50 m and S-2 at 350 m; o2 lives 90 m from S-2, o3 190 m."""
    placement = placed(grid, ("h1", 50), ("h2", 350))
    team = officials(
        ("o1", "lead_official", "", 140), ("o2", "lead_official", "", 260), ("o3", "lead_official", "", 160)
    )
    by_hand = pins(*(("o1", "lead_official", "zone", each) for each in ("S-1", "S-2")))
    plan = zoned(grid, sealed="ad")
    duties = assign_duties(plan, placement, team, protocol=protocol(LEAD), pins=by_hand)
    assert substitutes(duties) == [["o1", "double_booking", "o2"]]
    assert duties.conflicts["detail"].tolist() == ["serves 2: zone S-1, zone S-2"]


def test_who_lives_in_a_closed_zone_is_not_proposed_for_another_one(grid):
    """As above, but o2 is said to live in S-1 and o3 in S-2: only o3 may serve S-2."""
    placement = placed(grid, ("h1", 50), ("h2", 350))
    team = officials(
        ("o1", "lead_official", "", 140), ("o2", "lead_official", "", 90), ("o3", "lead_official", "", 305)
    )
    by_hand = pins(*(("o1", "lead_official", "zone", each) for each in ("S-1", "S-2")))
    plan = zoned(grid, sealed="ad")
    duties = assign_duties(plan, placement, team, protocol=protocol(LEAD), pins=by_hand)
    assert substitutes(duties) == [["o1", "double_booking", "o3"]]


def test_two_heads_of_one_grid_are_listed_also_when_both_were_set_by_hand(grid):
    placement = placed(grid, ("h1", 50))
    team = officials(("o1", "microgrid_head", "a", 50), ("o2", "microgrid_head", "", 60))
    by_hand = pins(*((each, "microgrid_head", "area", "a") for each in ("o1", "o2")))
    plan = zoned(grid, controlled="a")
    duties = assign_duties(plan, placement, team, protocol=protocol(HEAD), pins=by_hand)
    assert substitutes(duties) == [["o2", "two_heads", ""]]
    assert duties.conflicts["detail"].tolist() == ["area a is already served by o1"]
    assert duties.table["official_id"].tolist() == ["o1", "o2"]


def test_who_is_on_duty_without_a_phone_is_replaced_by_somebody_free_who_has_one(grid):
    placement = placed(grid, ("h1", 50))
    team = officials(
        ("o1", "secretary", "V1", 50, 99, ""),
        ("o2", "secretary", "", 60, 99, ""),
        ("o3", "secretary", "", 390),
    )
    plan = zoned(grid, controlled="a")
    duties = assign_duties(plan, placement, team, protocol=protocol(SECRETARY))
    assert substitutes(duties) == [["o1", "no_phone", "o3"]]


def test_nobody_in_conflict_and_nobody_on_duty_is_proposed(grid):
    """o2 has a territory that is not in the grid, o3 heads the other village."""
    placement = placed(grid, ("h1", 50), ("h2", 250))
    team = officials(
        ("o1", "secretary", "V1", 50, 99, ""), ("o2", "secretary", "V9", 60), ("o3", "secretary", "V2", 250)
    )
    plan = zoned(grid, controlled="ac")
    duties = assign_duties(plan, placement, team, protocol=protocol(SECRETARY))
    assert substitutes(duties) == [["o2", "unknown_territory", ""], ["o1", "no_phone", ""]]


def test_somebody_on_duty_whose_territory_is_unknown_has_a_substitute(grid):
    placement = placed(grid, ("h1", 50))
    team = officials(("o1", "linked_member", "V9", 50), ("o2", "linked_member", "", 390))
    rules = protocol(MEMBER)
    duties = assign_duties(zoned(grid), placement, team, protocol=rules)
    assert substitutes(duties) == [["o1", "unknown_territory", "o2"]]
    assert duties.conflicts["detail"].tolist() == ["territory 'V9' is not in the grid"]


def test_what_is_too_much_for_one_is_proposed_to_who_has_room_for_the_rest(grid):
    """o1 has 3 households by hand for a capacity of 1; the 2 too many fit o3, not the nearer o2."""
    placement = placed(grid, ("h1", 10), ("h2", 20), ("h3", 30))
    team = officials(
        ("o1", "linked_member", "", 20, 1),
        ("o2", "linked_member", "", 40, 1),
        ("o3", "linked_member", "", 90, 2),
    )
    by_hand = pins(*(("o1", "linked_member", "household", each) for each in ("h1", "h2", "h3")))
    duties = assign_duties(zoned(grid), placement, team, protocol=protocol(MEMBER), pins=by_hand)
    assert substitutes(duties) == [["o1", "overload", "o3"]]
    assert duties.conflicts["detail"].tolist() == ["3 households for a capacity of 1"]


def test_nobody_is_proposed_twice_beyond_their_room(grid):
    """o1 and o2 each have one household too many; o3, with room for one, can follow only one proposal."""
    placement = placed(grid, ("h1", 10), ("h2", 20), ("h3", 30), ("h4", 40))
    team = officials(
        ("o1", "linked_member", "", 15, 1),
        ("o2", "linked_member", "", 35, 1),
        ("o3", "linked_member", "", 25, 1),
    )
    held = {"h1": "o1", "h2": "o1", "h3": "o2", "h4": "o2"}
    by_hand = pins(*((who, "linked_member", "household", each) for each, who in held.items()))
    duties = assign_duties(zoned(grid), placement, team, protocol=protocol(MEMBER), pins=by_hand)
    assert substitutes(duties) == [["o1", "overload", "o3"], ["o2", "overload", ""]]


def test_two_conflicts_of_one_duty_have_one_substitute(grid):
    """o1 lives inside, serves outside, and has no phone: o2 cures both, so that o3 stays free."""
    placement = placed(grid, ("h1", 150))
    team = officials(
        ("o1", "secretary", "V1", 50, 99, ""), ("o2", "secretary", "", 160), ("o3", "secretary", "", 200)
    )
    plan = zoned(grid, sealed="a", controlled="b")
    duties = assign_duties(plan, placement, team, protocol=protocol(SECRETARY))
    assert substitutes(duties) == [["o1", "inside_serves_outside", "o2"], ["o1", "no_phone", "o2"]]


def test_a_conflict_noted_of_a_duty_set_by_hand_asks_for_nobody_else(grid):
    placement = placed(grid, ("h1", 50))
    team = officials(("o1", "linked_member", "", 50), ("o2", "linked_member", "", 60))
    by_hand = pins(
        ("o1", "linked_member", "household", "h1"),
        ("o2", "linked_member", "household", "h1"),
        ("o9", "linked_member", "household", "h1"),
    )
    duties = assign_duties(zoned(grid), placement, team, protocol=protocol(MEMBER), pins=by_hand)
    assert substitutes(duties) == [["o2", "two_heads", ""], ["", "unknown_pin", ""]]


def test_a_missing_level_is_told_once_however_many_roles_ask_for_it(grid):
    rules = protocol(
        *(DutyRule(role, "area", level="grid", tiers=tiers, hard=True)
          for role, tiers in (("grid_head", ("controlled",)), ("grid_member", ("sealed", "controlled")))),
    )  # fmt: skip
    placement = placed(grid, ("h1", 50))
    plan = zoned(grid, sealed="b", controlled="a")
    duties = assign_duties(plan, placement, None, protocol=rules)
    assert duties.conflicts.to_dict("records") == [
        {
            "official_id": "",
            "role": "grid_head",
            "kind": "level_missing",
            "detail": "no grid holds 2 cell(s) (a, b); each such cell counts as one",
            "substitute": "",
        }
    ]


def test_the_order_of_officials_does_not_change_who_is_proposed(grid):
    placement = placed(grid, ("h1", 10), ("h2", 20), ("h3", 110), ("h4", 350))
    team = officials(
        ("o1", "linked_member", "", 20, 1, ""),
        ("o2", "linked_member", "", 40, 9),
        ("o3", "linked_member", "", 40, 9),
        ("o4", "grid_member", "V1", 50),
        ("o5", "grid_member", "", 150),
    )
    by_hand = pins(*(("o1", "linked_member", "household", each) for each in ("h1", "h2", "h3")))
    plan = zoned(grid, sealed="a", controlled="bd")
    rules = protocol(MEMBER, GRID_MEMBER)
    first = assign_duties(plan, placement, team, protocol=rules, pins=by_hand)
    again = assign_duties(plan, placement, team.iloc[::-1], protocol=rules, pins=by_hand)
    pd.testing.assert_frame_equal(first.conflicts, again.conflicts)
    assert len(first.conflicts) > 1


def test_who_lives_in_a_sealed_building_is_proposed_for_it(grid):
    """Only house 2 of cell a is sealed; o2 lives in it, o3 next door."""
    placement = placed(grid, ("h1", 10), ("h2", 50))
    plan = apply_edit(zoned(grid, controlled="a"), AddCarveOut(tier="sealed", addresses=("枫桥路2号",)))
    team = officials(
        ("o1", "linked_member", "", 60), ("o2", "linked_member", "", 50), ("o3", "linked_member", "", 52)
    )
    by_hand = pins(("o1", "linked_member", "household", "h2"))
    duties = assign_duties(plan, placement, team, protocol=protocol(MEMBER), pins=by_hand)
    assert ["o1", "outside_serves_inside", "o2"] in substitutes(duties)


def test_a_site_counts_where_it_stands(grid):
    """o1 lives in the sealed cell a and would lead the isolation point in d; o2 lives outside."""
    rule = DutyRule("lead_official", "site", site_kind="isolation", hard=True)
    site = {"kind": ["isolation"]}
    sites = gpd.GeoDataFrame(
        site, geometry=[Point(500350, 3400050)], index=pd.Index(["q1"], name="site_id"), crs=4549
    )
    team = officials(("o1", "lead_official", "", 50), ("o2", "lead_official", "", 150))
    placement = placed(grid, ("h1", 50))
    by_hand = pins(("o1", "lead_official", "site", "q1"))
    duties = assign_duties(
        zoned(grid, sealed="a"), placement, team, protocol=protocol(rule), sites=sites, pins=by_hand
    )
    assert substitutes(duties) == [["o1", "inside_serves_outside", "o2"]]


def test_who_is_on_one_shift_at_two_gates_is_double_booked(grid):
    """Two gates of one shift each, o1 at both by hand; o2 is at home nearer to the farther one."""
    day = Shift("day", "白班", "day", "08:00", "20:00")
    rule = DutyRule("volunteer", "site", site_kind="gate", shifts=("day",))
    sites = gpd.GeoDataFrame(
        {"kind": ["gate", "gate"]},
        geometry=[Point(500050, 3400050), Point(500350, 3400050)],
        index=pd.Index(["g1", "g2"], name="site_id"),
        crs=4549,
    )
    team = officials(("o1", "volunteer", "", 60), ("o2", "volunteer", "", 300), ("o3", "volunteer", "", 200))
    by_hand = pins(*(("o1", "volunteer", "site", each) for each in ("g1", "g2")))
    placement = placed(grid, ("h1", 50))
    rules = protocol(rule, shifts=(day,))
    duties = assign_duties(zoned(grid), placement, team, protocol=rules, sites=sites, pins=by_hand)
    assert substitutes(duties) == [["o1", "double_booking", "o2"]]
    assert duties.conflicts["detail"].tolist() == ["is on shift day at 2: site g1, site g2"]

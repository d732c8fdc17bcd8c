"""Who must stand in the list of a village or of an official, counted again.

+---+---+---+
| a | b | c |   a and b in village V1, c in V2; h1 h2 in a, h3 in b, h4 in c
+---+---+---+
"""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from gridmap.core.apply import apply_edit, new_plan
from gridmap.core.edits import SetTier
from gridmap.core.own_lists import official_dues, own_differences, village_dues
from gridmap.core.place import place_households
from gridmap.core.tally import household_tiers
from gridmap.model.protocol import Protocol, Tier

PROTOCOL = Protocol(
    "t",
    "试",
    "t",
    "made up",
    "verify",
    tiers=(Tier("sealed", "封控区", "sealed", "S", "#b2182b", "cross"),),
    duties=(),
    roles={},
    needs_roles=(),
)


@pytest.fixture
def world():
    grid = gpd.GeoDataFrame(
        {"level": "grid", "village_id": ["V1", "V1", "V2"], "village_name": ["甲村", "甲村", "乙村"]},
        geometry=[box(500000 + 100 * i, 3400000, 500100 + 100 * i, 3400100) for i in range(3)],
        index=pd.Index(["a", "b", "c"], name="cell_id"),
        crs=4549,
    )
    ids = pd.Index(["h1", "h2", "h3", "h4"], name="household_id")
    placement = place_households(pd.DataFrame({"cell_id": ["a", "a", "b", "c"]}, index=ids), grid)
    plan = new_plan(grid, protocol=PROTOCOL)
    return apply_edit(plan, SetTier(cells=("a", "b", "c"), tier="sealed", name="一")), placement


def pairs(frame):
    return [tuple(row) for row in frame[["whose", "household_id"]].to_numpy().tolist()]


def test_a_village_answers_for_the_households_in_its_cells(world):
    due = village_dues(*world, ["h1", "h3", "h4"])
    assert pairs(due) == [("V1", "h1"), ("V1", "h3"), ("V2", "h4")]


def test_an_official_answers_for_households_areas_and_zones_once_each(world):
    """o1 is linked to h4 and serves cell a; o2 serves village V1 and its cell b; o3 the zone; o4 a gate."""
    duties = [
        ("o1", "household", "h4"), ("o1", "area", "a"), ("o2", "area", "V1"), ("o2", "area", "b"),
        ("o3", "zone", "S-1"), ("o4", "site", "g1"), ("o1", "household", "h9"),
    ]  # fmt: skip
    table = pd.DataFrame(duties, columns=["official_id", "target_kind", "target"])
    due = pairs(official_dues(*world, table, ["h1", "h2", "h3", "h4"]))
    assert sorted(due) == [
        *(("o1", each) for each in ("h1", "h2", "h4")),
        *(("o2", each) for each in ("h1", "h2", "h3")),
        *(("o3", each) for each in ("h1", "h2", "h3", "h4")),
    ]


def told(world, rows, due):
    plan, placement = world
    listed = pd.DataFrame(rows, columns=["whose", "household_id", "cell_id", "tier"], dtype="str")
    wanted = pd.DataFrame(due, columns=["whose", "household_id"], dtype="str")
    found = own_differences(
        "lists", listed, wanted, placement=placement, tiers=household_tiers(plan, placement)
    )
    return [(each.household_id, each.kind, each.detail) for each in found]


def test_a_household_may_stand_in_the_lists_of_several(world):
    rows = [("o1", "h1", "a", "sealed"), ("o2", "h1", "a", "sealed")]
    assert told(world, rows, [("o1", "h1"), ("o2", "h1")]) == []
    assert told(world, [], []) == []


def test_who_is_lost_exchanged_doubled_or_wrong_in_one_list_is_named(world):
    """o1 should have h1 and h2, o2 h3: h2 and h3 are exchanged, h1 stands twice, once in another cell."""
    rows = [("o1", "h1", "a", "sealed"), ("o1", "h1", "b", "none"), ("o1", "h3", "b", "sealed")]
    rows += [("o2", "h2", "a", "sealed")]
    assert told(world, rows, [("o1", "h1"), ("o1", "h2"), ("o2", "h3")]) == [
        ("h1", "doubled", "2 times in the list of o1"),
        ("h2", "lost", "not in the list of o1"),
        ("h3", "invented", "in the list of o1, but does not belong there"),
        ("h2", "invented", "in the list of o2, but does not belong there"),
        ("h3", "lost", "not in the list of o2"),
        ("h1", "moved", "'b' in the list, 'a' by the plan"),
        ("h1", "tier", "'none' in the list, 'sealed' by the plan"),
    ]


def test_a_list_of_somebody_unheard_of_is_named(world):
    assert told(world, [("o9", "h8", "a", "sealed")], []) == [
        ("h8", "invented", "in the list of o9, but does not belong there")
    ]

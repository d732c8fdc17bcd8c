"""Rows of contact lists in a world drawn by hand."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box

from gridmap.core.apply import apply_edit, new_plan
from gridmap.core.clearing import exceptions_and_villages
from gridmap.core.contacts import (
    duty_rows,
    household_rows,
    households_of,
    listed_columns,
    serving_zone,
)
from gridmap.core.duty import assign_duties
from gridmap.core.edits import SetTier
from gridmap.core.place import place_households
from gridmap.core.walk import natural, walking_order
from gridmap.model.protocol import DutyRule, Protocol, Tier
from gridmap.model.zoning import Document, Zoning

TABLE = ["official_id", "role", "target_kind", "target", "origin"]
PROTOCOL = Protocol(
    "test",
    "试",
    "test",
    "made up",
    "verify",
    tiers=(
        Tier("sealed", "封控区", "sealed", "S", "#b2182b", "cross"),
        Tier("controlled", "管控区", "controlled", "C", "#ef8a00", "diagonal"),
    ),
    duties=(
        DutyRule("lead_official", "zone", tiers=("sealed",), hard=True),
        DutyRule("secretary", "area", level="village", hard=True),
        DutyRule("linked_member", "household", households=15),
    ),
    roles={"lead_official": ("包干领导", "lead"), "secretary": ("村社书记", "secretary")},
    needs_roles=("linked_member",),
)


@pytest.fixture
def zoning():
    """Three cells of 100 m in two villages; a is sealed, b controlled, c has no tier.

    +---+---+---+
    | a | b | c |
    +---+---+---+
    330421001001  330421001002
    """
    codes = ["330421001001001", "330421001001002", "330421001002001"]
    grid = gpd.GeoDataFrame(
        {"name": ["甲", "乙", "丙"]},
        geometry=[box(500000 + 100 * i, 3400000, 500100 + 100 * i, 3400100) for i in range(3)],
        index=pd.Index(codes, name="cell_id"),
        crs=4549,
    ).assign(village_name=["枫南社区", "枫南社区", "北汇村"])
    rows = [
        ("h1", "枫南新村10幢101室", 10, None),
        ("h2", "枫南新村9幢1001室", 20, None),
        ("h3", "枫南新村9幢901室", 30, None),
        ("h4", "北汇浜12号", 150, None),
        ("h5", "北汇浜2号", 160, None),
        ("h6", "南汇浜1号", 250, None),
        ("x1", "不知何处", None, "330421001002999"),
        ("x2", "南汇浜9号", None, None),
        ("x3", "枫南社区某处", None, None),
        ("h6", "南汇浜1号", 10, None),
        ("x5", "不知何处", 9999, None),
    ]
    table = pd.DataFrame(rows, columns=["household_id", "address", "east", "cell_id"]).set_index(
        "household_id"
    )
    points = [None if pd.isna(east) else Point(500000 + east, 3400050) for east in table.pop("east")]
    table = table.assign(head_name="张小明", phone="13800138000", residents=3, kind="home", needs="透析")
    households = gpd.GeoDataFrame(table, geometry=points, crs=4549)
    officials = pd.DataFrame(
        {
            "name": ["胡县长", "陈书记", "周党员"],
            "role": ["lead_official", "secretary", "linked_member"],
            "phone": ["13900139000", "13900139001", "13900139002"],
            "territory": ["330421", "330421001001", ""],
        },
        index=pd.Index(["o1", "o2", "o3"], name="official_id"),
    )
    placement = place_households(households, grid)
    plan = apply_edit(new_plan(grid, protocol=PROTOCOL), SetTier(cells=(codes[0],), tier="sealed"))
    plan = apply_edit(plan, SetTier(cells=(codes[1],), tier="controlled"))
    return Zoning(
        plan=plan,
        grid=grid,
        protocol=PROTOCOL,
        placement=placement,
        duties=assign_duties(plan, placement, officials, protocol=PROTOCOL),
        officials=officials,
        document=Document(owner="许局"),
    )


def test_numbers_in_names_count_as_numbers():
    texts = pd.Series(["10", "9a", "9", "b2", "b10"])
    assert texts[natural(texts).sort_values().index].tolist() == ["9", "9a", "10", "b2", "b10"]


def walked(addresses, zoning):
    """Place households in one cell, and give their addresses in walking order."""
    ids = [f"w{place:02}" for place in range(len(addresses))]
    roster = pd.DataFrame(
        {"address": addresses, "residents": 1, "cell_id": "330421001001001"},
        index=pd.Index(ids, name="household_id"),
    )
    walk = walking_order(zoning.plan, place_households(roster, zoning.grid))
    return roster.loc[walk.index, "address"].tolist()


@pytest.mark.parametrize(
    "way",
    [
        [
            "枫桥新村2幢一单元201室",
            "枫桥新村2栋1单元202室",
            "枫桥新村2幢一单元1001室",
            "枫桥新村2幢二单元101室",
        ],
        ["枫桥新村2幢二单元301室", "枫桥新村2幢三单元201室", "枫桥新村2幢十一单元101室", "枫桥新村3幢"],
        ["枫桥新村2幢", "枫桥新村三幢101室", "枫桥新村3A幢101室", "枫桥新村十幢101室", "枫桥新村10幢102室"],
        ["枫桥新村二幢1单元101室", "枫桥新村2幢一单元二〇三室", "枫桥新村2幢1单元301室", "枫桥新村20幢"],
        ["枫桥新村9幢", "枫桥新村A座2单元101室", "枫桥新村A座10单元101室", "枫桥新村B座101室"],
        ["枫桥新村2幢甲单元101室", "枫桥新村2幢乙单元101室", "枫桥新村2幢丙单元101室"],
        ["中山路2号", "中山路12号", "中山路12-1号", "中山路１２号3幢501室", "中山路12弄3号", "中山路14号"],
        ["中山路12弄3号101室", "中山路12弄3号501室", "中山路12弄10号101室"],
        ["阳光小区1幢", "阳光小区3幢", "阳光小区一期9幢", "阳光小区二期1幢", "阳光小区二期2幢"],
        ["北汇村三组9号", "北汇村三组12号", "北汇村十组1号", "北汇村一百零二组1号"],
    ],
)
def test_one_walks_from_the_lower_number_to_the_higher_however_it_is_written(way, zoning):
    assert walked(way, zoning) == way
    assert walked(way[::-1], zoning) == way


def zone_rows(zoning, zone_id, *, audience, lang):
    rows = household_rows(zoning, audience=audience, lang=lang)
    return rows.loc[rows["zone_id"] == zone_id, listed_columns(audience)]


def test_the_walk_goes_by_village_compound_building_and_door(zoning):
    walk = walking_order(zoning.plan, zoning.placement)
    assert walk.index.tolist() == ["h5", "h4", "h3", "h2", "h1", "h6"]
    assert walk["village"].tolist() == ["330421001001"] * 5 + ["330421001002"]


def test_a_zone_lists_its_households_in_walking_order(zoning):
    rows = zone_rows(zoning, "S-1", audience="field", lang="zh")
    assert rows.index.tolist() == ["h3", "h2", "h1"]
    assert rows["tier"].tolist() == ["sealed"] * 3
    assert rows["kind"].tolist() == ["住宅"] * 3
    assert rows["linked_member"].tolist() == ["周党员 13900139002"] * 3
    assert "needs" not in rows


def test_names_and_phones_are_masked_outside_the_field(zoning):
    rows = zone_rows(zoning, "S-1", audience="official", lang="zh")
    assert set(rows["head_name"]) == {"张*"}
    assert set(rows["phone"]) == {"138****8000"}
    assert "address" not in rows


def test_a_household_without_a_tier_is_in_no_list(zoning):
    rows = household_rows(zoning, audience="field", lang="zh")
    assert sorted(rows.index) == ["h1", "h2", "h3", "h4", "h5"]


def test_an_official_answers_for_linked_households_areas_and_zones(zoning):
    rows = household_rows(zoning, audience="field", lang="zh")
    served = {
        official: rows.index[places].tolist() for official, places in households_of(zoning, rows).items()
    }
    assert served == {
        "o1": ["h3", "h2", "h1"],
        "o2": ["h5", "h4", "h3", "h2", "h1"],
        "o3": ["h5", "h4", "h3", "h2", "h1"],
    }


def test_needs_are_shown_to_a_linked_member_only(zoning):
    roles = zoning.protocol.needs_roles
    assert "needs" in listed_columns("field", role="linked_member", needs_roles=roles)
    assert "needs" not in listed_columns("field", role="secretary", needs_roles=roles)
    assert "needs" not in listed_columns("official", role="linked_member", needs_roles=roles)
    assert household_rows(zoning, audience="field", lang="zh")["needs"].tolist() == ["透析"] * 5


def test_officials_stand_in_the_rank_of_their_roles_with_what_they_serve(zoning):
    rows = duty_rows(zoning, audience="official", lang="zh")
    assert rows["name"].tolist() == ["胡县长", "陈书记", "周党员"]
    assert rows["role"].tolist() == ["包干领导", "村社书记", "linked_member"]
    assert rows["duties"].tolist() == ["S-1 甲 封控区", "枫南社区", "联户6户"]
    assert duty_rows(zoning, audience="official", lang="en")["duties"].iat[2] == "6 households linked"


def test_a_zone_names_all_who_serve_it(zoning):
    rows = household_rows(zoning, audience="field", lang="zh")
    assert serving_zone(zoning, rows, "S-1") == ["o1", "o2", "o3"]
    assert serving_zone(zoning, rows, "C-1") == ["o2", "o3"]


def test_every_exception_names_who_must_clear_it(zoning):
    rows, _ = exceptions_and_villages(zoning, lang="zh")
    cleared = dict(zip(rows["household_id"], rows["clear_by"], strict=True))
    county = "县级责任人 许局"
    assert rows["row"].tolist() == ["7", "8", "9", "10", "11"]
    assert cleared == {
        "x1": county,
        "x2": county,
        "x3": "村社书记 陈书记 13900139001",
        "h6": county,
        "x5": county,
    }
    villages = dict(zip(rows["household_id"], rows["village"], strict=True))
    assert villages == {"x1": "北汇村", "x2": "北汇村", "x3": "枫南社区", "h6": "北汇村", "x5": ""}
    assert "head_name" not in rows


def test_the_village_of_each_exception_is_told_and_is_empty_where_it_is_not_known(zoning):
    rows, villages = exceptions_and_villages(zoning, lang="en")
    north, south = "330421001002", "330421001001"
    assert villages.tolist() == [north, north, south, north, ""]
    assert rows["reason"].iat[4] == "the coordinates lie outside the grid"


def test_without_an_owner_the_list_says_that_nobody_is_named(zoning):
    bare = Zoning(plan=zoning.plan, grid=zoning.grid, protocol=PROTOCOL, placement=zoning.placement)
    assert set(exceptions_and_villages(bare, lang="zh")[0]["clear_by"]) == {"县级责任人 (未指定责任人)"}
    assert duty_rows(bare, audience="official", lang="zh").empty


def test_an_empty_roster_gives_empty_lists_of_the_same_columns(zoning):
    nobody = place_households(zoning.placement.households.iloc[:0], zoning.grid)
    empty = Zoning(plan=zoning.plan, grid=zoning.grid, protocol=PROTOCOL, placement=nobody)
    rows = zone_rows(empty, "S-1", audience="field", lang="zh")
    assert rows.empty
    assert list(rows) == list(zone_rows(zoning, "S-1", audience="field", lang="zh"))
    assert exceptions_and_villages(empty, lang="zh")[0].empty


def test_all_who_are_linked_to_a_household_are_named(zoning):
    """Beside 周党员 somebody was set by hand for h2, whom no table of officials knows."""
    more = pd.DataFrame([("o9", "linked_member", "household", "h2", "pinned")], columns=TABLE)
    table = pd.concat([zoning.duties.table, more], ignore_index=True)
    both = replace(zoning, duties=replace(zoning.duties, table=table))
    rows = household_rows(both, audience="field", lang="zh")
    assert rows["linked_member"].loc[["h1", "h2"]].tolist() == [
        "周党员 13900139002",
        "周党员 13900139002; o9",
    ]

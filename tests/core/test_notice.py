import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, box

from gridmap.core.apply import apply_edit, new_plan
from gridmap.core.edits import AddCarveOut, SetTier
from gridmap.core.notice import compose_notice
from gridmap.core.notice_borders import named_borders
from gridmap.core.notice_words import hour, ordinal
from gridmap.core.place import place_households
from gridmap.model.zoning import Document, Zoning
from gridmap.store.protocols import load_protocol

CHINA = timezone(timedelta(hours=8))
PROTOCOL = load_protocol("three-zones-2021")
SECRETS = ("张小明", "13800138000", "501", "case-7", "透析")


def towns():
    """Two villages of 魏塘街道 with two grids each, and a village of 惠民街道 with a cell without a name.

    +----+----+----+----+----+----+
    | a1 | a2 | b1 | b2 | c1 | c2 |   100 m wide, EPSG:4549
    +----+----+----+----+----+----+
    | 魏南社区 | 魏中社区 | 枫南社区  |
    |      魏塘街道       | 惠民街道  |
    """
    rows = pd.DataFrame(
        {
            "name": ["第1网格", "第2网格", "第1网格", "第2网格", "第1网格", None],
            "level": "grid",
            "county_id": "330421",
            "county_name": "嘉善县",
            "town_id": ["330421001"] * 4 + ["330421002"] * 2,
            "town_name": ["魏塘街道"] * 4 + ["惠民街道"] * 2,
            "village_id": ["v1", "v1", "v2", "v2", "v3", "v3"],
            "village_name": ["魏南社区"] * 2 + ["魏中社区"] * 2 + ["枫南社区"] * 2,
        },
        index=pd.Index(["a1", "a2", "b1", "b2", "c1", "c2"], name="cell_id"),
    )
    shapes = [box(500_000 + 100 * i, 3_400_000, 500_100 + 100 * i, 3_400_100) for i in range(6)]
    return gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4549")


def roster():
    """Six households in buildings 1, 2, 3 and 5 of 枫南新村 in c1, four in a1 at places of few homes."""
    rows = {
        "h1": ("枫南新村1幢101室", 410),
        "h2": ("枫南新村2幢101室", 420),
        "h3": ("枫南新村3幢1单元101室", 430),
        "h4": ("枫南新村3幢2单元501室", 430),
        "h5": ("枫南新村5幢101室", 440),
        "h6": ("枫南新村5幢501室", 440),
        "h7": ("张小明家旁1号", 10),
        "h8": ("水塔边2号", 20),
        "h9": ("水塔边3号", 30),
        "h10": ("水塔边4号", 40),
    }
    points = [Point(500_000 + x, 3_400_050) for _, x in rows.values()]
    frame = {
        "address": [address for address, _ in rows.values()],
        "residents": 2,
        "head_name": "张小明",
        "phone": "13800138000",
        "needs": "透析",
    }
    return gpd.GeoDataFrame(
        frame, index=pd.Index(list(rows), name="household_id"), geometry=points, crs="EPSG:4549"
    )


def zoning_of(*edits, households=True, boundaries=None, document=None):
    grid = towns()
    plan = new_plan(grid, protocol=PROTOCOL)
    for edit in edits:
        plan = apply_edit(plan, edit)
    return Zoning(
        plan=plan,
        grid=grid,
        protocol=PROTOCOL,
        placement=place_households(roster(), grid) if households else None,
        document=document or Document(as_of=datetime(2022, 3, 5, 20, tzinfo=CHINA)),
        boundaries=boundaries,
    )


def told_of(*edits, lang="zh", **options):
    return compose_notice(zoning_of(*edits, **options), lang=lang)


def zone_of(notice, place=0, tier=0):
    return notice.tiers[tier].zones[place]


def areas_of(zone):
    return [area.name for area in zone.areas]


def test_a_whole_village_or_town_is_told_by_its_name():
    assert areas_of(zone_of(told_of(SetTier(cells=["a1", "a2"], tier="sealed")))) == ["魏南社区"]
    town = told_of(SetTier(cells=["a1", "a2", "b1", "b2"], tier="sealed"))
    assert areas_of(zone_of(town)) == ["魏塘街道"]


def test_a_grid_is_told_with_its_village_since_other_villages_have_a_grid_of_that_name():
    zone = zone_of(told_of(SetTier(cells=["a2", "b1", "b2"], tier="sealed")))
    assert areas_of(zone) == ["魏南社区第2网格", "魏中社区"]


def test_what_is_stricter_within_an_area_is_said_to_be_left_out():
    notice = told_of(
        SetTier(cells=["b2"], tier="sealed"), SetTier(cells=["a1", "a2", "b1"], tier="controlled")
    )
    zone = zone_of(notice, tier=1)
    assert areas_of(zone) == ["魏塘街道"]
    assert zone.except_tiers == ("封控区",)
    assert "范围：魏塘街道（其中划为封控区的除外）。" in notice.text


def test_an_area_with_a_cell_in_no_zone_is_told_by_its_parts():
    zone = zone_of(told_of(SetTier(cells=["a2", "b1", "b2"], tier="controlled")))
    assert "魏塘街道" not in areas_of(zone)


@given(st.lists(st.sampled_from(["", "sealed", "controlled", "prevention"]), min_size=6, max_size=6))
def test_the_words_and_the_map_tell_every_cell_of_every_zone_and_no_other(tiers):
    """An area holds its cells but for those of the stricter tiers that are said to be left out."""
    grid = towns()
    plan = new_plan(grid, protocol=PROTOCOL)
    for tier in PROTOCOL.tier_ids:
        cells = [cell for cell, own in zip(grid.index, tiers, strict=True) if own == tier]
        plan = apply_edit(plan, SetTier(cells=cells, tier=tier)) if cells else plan
    notice = compose_notice(Zoning(plan=plan, grid=grid, protocol=PROTOCOL), lang="en")
    labels = {tier.label("en"): tier.id for tier in PROTOCOL.tiers}
    for tier in notice.tiers:
        for zone in tier.zones:
            left_out = {labels[label] for label in zone.except_tiers}
            cells = {cell for area in zone.areas for cell in plan.hierarchy.cells_of(area.area_id)}
            told = {cell for cell in cells if plan.tiers[cell] not in left_out}
            told |= {part.id for part in zone.on_map if part.kind == "cell"}
            assert told == set(plan.cell_zones.index[plan.cell_zones == zone.zone_id])


def test_a_cell_without_a_name_is_left_to_the_map_and_listed():
    notice = told_of(SetTier(cells=["c2"], tier="sealed"))
    assert "以附图为准：未命名的网格1个。" in notice.text
    assert [(part.kind, part.id) for part in zone_of(notice).on_map] == [("cell", "c2")]


def test_a_village_with_a_cell_without_a_name_is_told_when_it_is_whole():
    assert zone_of(told_of(SetTier(cells=["c1", "c2"], tier="sealed"))).on_map == ()


def test_a_drawn_part_of_a_cell_is_left_to_the_map_on_both_sides():
    drawn = box(500_110, 3_400_010, 500_150, 3_400_050).wkt
    notice = told_of(
        SetTier(cells=["a1", "a2"], tier="sealed"),
        AddCarveOut(tier="prevention", shape=drawn, name="水塔", reason="x"),
    )
    assert [part.kind for part in zone_of(notice).on_map] == ["drawn_exception"]
    assert [part.kind for part in zone_of(notice, tier=1).on_map] == ["drawn_part"]
    assert "水塔（图上划出的部分）" in notice.text


def test_ranges_of_buildings_lose_those_that_are_stricter():
    notice = told_of(
        AddCarveOut(tier="controlled", addresses=["枫南新村1-5幢"]),
        AddCarveOut(tier="sealed", addresses=["枫南新村3幢"]),
    )
    assert "范围：枫南新村1-2幢、4-5幢。" in notice.text
    assert zone_of(notice, tier=1).addresses[0].ranges == ((1, 2), (4, 5))


def test_nothing_is_finer_than_a_building():
    notice = told_of(AddCarveOut(tier="sealed", addresses=["枫南新村3幢2单元"], name="枫南新村3幢2单元501室"))
    assert "单元" not in json.dumps(notice.data, ensure_ascii=False) + notice.text
    assert "以附图为准：枫南新村3幢的一部分。" in notice.text
    assert zone_of(notice).name == "枫南新村3幢"


def test_a_household_that_is_zoned_alone_is_not_told():
    notice = told_of(
        SetTier(cells=["c1"], tier="controlled"),
        AddCarveOut(tier="sealed", households=["h4"], name="张小明家"),
    )
    assert [tier.tier for tier in notice.tiers] == ["controlled"]
    assert not [
        secret for secret in SECRETS if secret in notice.text + json.dumps(notice.data, ensure_ascii=False)
    ]


def test_buildings_of_the_roster_are_told_only_of_compounds_with_some_homes():
    notice = told_of(SetTier(cells=["a1", "c1"], tier="sealed"))
    assert zone_of(notice).includes == ()
    assert [each.text for each in zone_of(notice, 1).includes] == ["枫南新村1-3幢、5幢"]
    assert "水塔边" not in notice.text


def test_a_building_in_two_zones_is_left_to_the_map():
    """h1 in building 1 stands in c1, h2 of the same building in c2, which is controlled."""
    grid = towns()
    households = roster().iloc[:6]
    households["address"] = ["枫南新村1幢101室", "枫南新村1幢102室", *households["address"].iloc[2:]]
    households["geometry"] = [Point(500_000 + x, 3_400_050) for x in (410, 510, 430, 430, 440, 440)]
    plan = apply_edit(new_plan(grid, protocol=PROTOCOL), SetTier(cells=["c1"], tier="sealed"))
    plan = apply_edit(plan, SetTier(cells=["c2"], tier="controlled"))
    zoning = Zoning(plan=plan, grid=grid, protocol=PROTOCOL, placement=place_households(households, grid))
    zone = zone_of(compose_notice(zoning, lang="zh"))
    assert [each.text for each in zone.includes] == ["枫南新村3幢、5幢"]
    assert [(part.kind, part.text) for part in zone.on_map] == [("split_building", "枫南新村1幢")]


def test_a_released_building_is_named_as_left_out():
    notice = told_of(
        SetTier(cells=["c1"], tier="sealed"),
        AddCarveOut(tier="none", addresses=["枫南新村5幢"], reason="released"),
    )
    assert "范围：枫南社区第1网格（枫南新村5幢除外）。" in notice.text


def test_without_households_the_plan_is_told_as_it_is_written():
    notice = told_of(
        SetTier(cells=["c1"], tier="controlled"),
        AddCarveOut(tier="sealed", addresses=["枫南新村3幢"], scope="330421002"),
        households=False,
    )
    assert "范围：惠民街道枫南新村3幢。" in notice.text
    assert zone_of(notice, tier=1).except_tiers == ("封控区",)
    assert zone_of(notice).includes == ()


def test_an_empty_plan_gives_a_notice_that_says_so():
    notice = told_of()
    assert "目前未划定任何区域" in notice.text
    assert notice.data["tiers"] == []
    assert "No zone applies" in told_of(lang="en").text


def test_the_heads_and_the_twin_say_the_same():
    document = Document(
        title="关于县城划区的通告",
        number="〔2022〕8号",
        issuer="县指挥部",
        as_of=datetime(2022, 3, 5, 20, tzinfo=CHINA),
        effective_at=datetime(2022, 3, 6, 6, tzinfo=CHINA),
        valid_until=datetime(2022, 3, 20, 6, 30, tzinfo=CHINA),
        draft=True,
        recipient="李主任",
    )
    zoning = zoning_of(SetTier(cells=["a1"], tier="sealed"), document=document)
    notice = compose_notice(zoning, lang="zh")
    text = notice.text.splitlines()
    assert text[:3] == ["草稿 DRAFT", "关于县城划区的通告", "〔2022〕8号"]
    assert text[-2:] == ["县指挥部", "2022年3月5日"]
    assert "有效期至2022年3月20日6时30分" in notice.text
    assert "以现行文件为准" in text[4]
    assert "李主任" not in notice.text
    assert notice.data["draft"] is True
    assert notice.data["effective_at"] == "2022-03-06T06:00:00+08:00"
    assert notice.data["plan_version"] == zoning.plan.version


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (datetime(2022, 3, 6, 6, tzinfo=CHINA), "2022年3月6日6时"),
        (datetime(2022, 3, 6, 0, 5, tzinfo=CHINA), "2022年3月6日0时5分"),
        (datetime(2022, 3, 6, 6, tzinfo=UTC), "2022年3月6日6时（UTC+00:00）"),
        (None, ""),
    ],
)
def test_an_hour_is_written_as_notices_do_and_a_foreign_zone_is_named(when, said):
    assert hour(when, "zh") == said


def test_an_hour_in_english_names_its_zone():
    assert hour(datetime(2022, 3, 6, 6, tzinfo=CHINA), "en") == "06:00 on 6 March 2022 (UTC+08:00)"


def test_paragraphs_are_counted_in_chinese():
    assert [ordinal(number, "zh") for number in (9, 10, 19, 30, 99, 100)] == [
        "九", "十", "十九", "三十", "九十九", "100",
    ]  # fmt: skip


def lines_of(**named):
    return gpd.GeoDataFrame(
        {"name": list(named), "geometry": [LineString(points) for points in named.values()]}, crs="EPSG:4549"
    )


def test_sides_are_told_by_the_road_or_river_that_they_follow():
    """枫南路 runs along the south of a1 and a2, a river 20 m west of them, a lane by a third of the north."""
    west, south = 500_000, 3_400_000
    boundaries = lines_of(
        枫南路=[(west - 50, south - 5), (west + 250, south - 5)],
        伍子塘=[(west - 20, south - 50), (west - 20, south + 150)],
        短弄=[(west, south + 100), (west + 60, south + 100)],
    )
    notice = told_of(SetTier(cells=["a1", "a2"], tier="sealed"), boundaries=boundaries)
    assert zone_of(notice).borders == (("south", "枫南路"), ("west", "伍子塘"))
    assert "四至：南至枫南路，西至伍子塘，其余以附图为准。" in notice.text


def test_a_zone_of_several_parts_and_lines_without_names_have_no_sides():
    outlines = gpd.GeoDataFrame(
        geometry=[shapely.MultiPolygon([box(0, 0, 9, 9), box(20, 0, 29, 9)]), box(0, 0, 9, 9)],
        index=["S-1", "S-2"],
        crs="EPSG:4549",
    )
    lines = lines_of(路=[(0, 0), (9, 0)])
    assert named_borders(outlines.iloc[:1], lines) == {"S-1": ()}
    assert named_borders(outlines, lines.assign(name=" ")) == {"S-1": (), "S-2": ()}
    assert named_borders(outlines, None) == {"S-1": (), "S-2": ()}


def test_the_zoning_is_left_as_it_was():
    zoning = zoning_of(SetTier(cells=["a1"], tier="sealed"))
    version, grid = zoning.plan.version, zoning.grid.copy()
    compose_notice(replace(zoning), lang="en")
    assert zoning.plan.version == version
    assert zoning.grid.equals(grid)

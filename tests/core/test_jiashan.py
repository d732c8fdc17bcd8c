"""What Jiashan issued on 5 March 2022, in a county drawn by hand; all persons and counts are made up."""

from datetime import datetime, timedelta, timezone

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box

from gridmap.core.apply import apply_edit, new_plan, replay
from gridmap.core.delineate import delineate
from gridmap.core.edits import AddCarveOut, Delineate
from gridmap.core.notice import compose_notice
from gridmap.core.place import place_households
from gridmap.core.tally import count_zones, household_tiers
from gridmap.model.zoning import Document, Zoning
from gridmap.store.protocols import load_protocol

CHINA = timezone(timedelta(hours=8))


@pytest.fixture
def county():
    """Two towns of two cells each, 100 m wide, in EPSG:4549.

    +-----+-----+-----+-----+
    | hm1 | hm2 | wt1 | wt2 |
    +-----+-----+-----+-----+
    | 惠民街道  |   魏塘街道  |
    """
    cells = ["hm1", "hm2", "wt1", "wt2"]
    rows = pd.DataFrame(
        {
            "name": ["枫南社区", "张泾汇社区", "魏南社区", "魏中社区"],
            "level": "village",
            "county_id": "330421",
            "county_name": "嘉善县",
            "town_id": ["330421002", "330421002", "330421001", "330421001"],
            "town_name": ["惠民街道", "惠民街道", "魏塘街道", "魏塘街道"],
        },
        index=pd.Index(cells, name="cell_id"),
    )
    shapes = [box(500_000 + 100 * i, 3_400_000, 500_100 + 100 * i, 3_400_100) for i in range(4)]
    return gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4549")


@pytest.fixture
def roster():
    """Households of 枫南新村 in hm1 (buildings 1 to 4 and 13), others in hm1, hm2 and the other town.

    A compound of the same name lies in the other town, too.
    """
    rows = {
        "fn1": ("枫南新村1幢101室", 10),
        "fn3a": ("枫南新村3幢1单元101室", 20),
        "fn3b": ("嘉善县惠民街道枫南新村3幢2单元501室", 20),
        "fn4": ("枫南新村4幢201室", 30),
        "fn13": ("枫南新村13幢303室", 40),
        "hope": ("希望小区3幢101室", 60),
        "zjh": ("张泾汇路12号", 150),
        "wt1": ("魏塘新村3幢101室", 250),
        "wt2": ("枫南新村3幢101室", 350),
    }
    points = [Point(500_000 + x, 3_400_050) for _, x in rows.values()]
    index = pd.Index(list(rows), name="household_id")
    return gpd.GeoDataFrame(
        {"address": [address for address, _ in rows.values()], "residents": 2},
        index=index,
        geometry=points,
        crs="EPSG:4549",
    )


CASE = pd.DataFrame(
    {"address": ["惠民街道枫南新村3幢1单元101室"]}, index=pd.Index(["case-1"], name="case_id")
)


@pytest.mark.filterwarnings("ignore:other towns have a compound of the same name")
def test_the_building_is_sealed_its_compound_controlled_and_the_rest_of_the_town_under_prevention(
    county, roster
):
    plan = delineate(CASE, county, protocol=load_protocol("three-zones-2021"), households=roster)
    placement = place_households(roster, county)
    assert household_tiers(plan, placement).to_dict() == {
        "fn1": "controlled",
        "fn3a": "sealed",
        "fn3b": "sealed",
        "fn4": "controlled",
        "fn13": "controlled",
        "hope": "prevention",
        "zjh": "prevention",
        "wt1": "none",
        "wt2": "none",
    }
    assert plan.zones["name"].to_dict() == {"S-1": "枫南新村3幢", "C-1": "枫南新村", "P-1": "惠民街道"}
    assert plan.zones["tier"].to_list() == ["sealed", "controlled", "prevention"]
    assert count_zones(plan, placement)["households"].to_dict() == {"S-1": 2, "C-1": 3, "P-1": 2}


@pytest.mark.filterwarnings("ignore:other towns have a compound of the same name")
def test_the_edit_holds_addresses_and_not_the_names_of_households(county, roster):
    plan = delineate(CASE, county, protocol=load_protocol("three-zones-2021"), households=roster)
    edit = plan.edits[-1]
    assert isinstance(edit, Delineate)
    assert (edit.cases, edit.unplaced) == (("case-1",), ())
    sealed, controlled, prevention = edit.proposals
    assert (sealed.addresses, sealed.scope) == (("枫南新村3幢",), "330421002")
    assert (controlled.addresses, controlled.scope) == (("枫南新村",), "330421002")
    assert (prevention.cells, prevention.remainder) == (("hm1", "hm2"), True)
    assert replay(new_plan(county), plan.edits).version == plan.version


def test_ranges_of_buildings_as_in_the_notice_seal_one_building_and_control_the_others(county):
    """1-14幢、16-41幢 controlled, 15幢 sealed."""
    numbers = [1, 14, 15, 16, 41, 42]
    roster = gpd.GeoDataFrame(
        {"address": [f"枫南新村{number}幢101室" for number in numbers], "residents": 1},
        index=pd.Index([f"b{number}" for number in numbers], name="household_id"),
        geometry=[Point(500_010 + number, 3_400_050) for number in numbers],
        crs="EPSG:4549",
    )
    plan = new_plan(county)
    plan = apply_edit(plan, AddCarveOut(tier="controlled", addresses=["枫南新村1-14幢、16-41幢"]))
    plan = apply_edit(plan, AddCarveOut(tier="sealed", addresses=["枫南新村15幢"]))
    assert household_tiers(plan, place_households(roster, county)).to_dict() == {
        "b1": "controlled",
        "b14": "controlled",
        "b15": "sealed",
        "b16": "controlled",
        "b41": "controlled",
        "b42": "none",
    }


@pytest.mark.filterwarnings("ignore:other towns have a compound of the same name")
def test_the_notice_tells_the_building_its_compound_and_the_town(county, roster):
    protocol = load_protocol("three-zones-2021")
    plan = delineate(CASE, county, protocol=protocol, households=roster)
    placement = place_households(roster, county)
    document = Document(
        number="〔2022〕8号", issuer="县指挥部", effective_at=datetime(2022, 3, 6, 6, tzinfo=CHINA)
    )
    zoning = Zoning(plan=plan, grid=county, protocol=protocol, placement=placement, document=document)
    told = compose_notice(zoning, lang="zh")
    lines = [line.text for line in told.lines]
    assert "自2022年3月6日6时起执行" in lines[0]
    assert lines[1:6] == [
        "一、封控区",
        "（一）S-1 枫南新村3幢",
        "范围：惠民街道枫南新村3幢。",
        "管理措施：区域封闭；足不出户；服务上门。",
        "解除条件：14天内无新增病例；最后一名密切接触者自末次暴露超过14天且检测阴性；解除前2天内所有人员检测阴性。",
    ]
    assert lines[6:10] == [
        "二、管控区",
        "（一）C-1 枫南新村",
        "范围：惠民街道枫南新村（枫南新村3幢除外）。",
        "涉及楼幢：枫南新村1幢、4幢、13幢。",
    ]
    assert lines[12:15] == [
        "三、防范区",
        "（一）P-1 惠民街道",
        "范围：惠民街道（其中划为封控区、管控区的除外）。",
    ]
    assert not any(zone.on_map for tier in told.tiers for zone in tier.zones)


def test_a_case_known_only_by_its_household_gives_the_same_zones(county, roster):
    roster = roster.drop(index="wt2")
    case = pd.DataFrame({"household_id": ["fn3b"]}, index=pd.Index(["case-1"], name="case_id"))
    protocol = load_protocol("three-zones-2021")
    by_household = delineate(case, county, protocol=protocol, households=roster)
    by_address = delineate(CASE, county, protocol=protocol, households=roster)
    assert by_household.version == by_address.version

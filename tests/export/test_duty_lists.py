"""The list of officials and those of zones say who is on which post, what is open, and what is new."""

import re
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from gridmap.export.lists import export_contacts, read_list
from gridmap.export.proof import certify
from gridmap.model.duties import (
    CONFLICT_COLUMNS,
    HEADCOUNT_COLUMNS,
    SHIFT_COLUMNS,
    TEAM_COLUMNS,
    TEAM_GAP_COLUMNS,
    VACANCY_COLUMNS,
)
from gridmap.model.protocol import Shift, Supply, TeamRule
from tests.export.list_world import (
    NOON,
    PAYLOADS,
    TEAM,
    sheets_of,
    six_households,
    table_of,
    texts_in,
    two_cells,
    zoning_of,
)

SHIFTS = (
    Shift("day", "白班", "day", "08:00", "20:00"),
    Shift("night", "夜班", "night", "20:00", "08:00"),
)
TEAMS = (TeamRule("branch", "临时党支部", "temporary branch", ("secretary",), ("volunteer",), least=2),)
SUPPLIES = (
    Supply("meals", "工作餐", "meals", "份", "meals", 3, "person_on_duty", per_day=True),
    Supply("boxes", "药箱", "medicine boxes", "个", "boxes", 1, "zone", tiers=("sealed",), basis="order"),
)
SITES = gpd.GeoDataFrame(
    {"kind": ["gate", "gate"], "name": ["北门", "西门"]},
    geometry=[Point(500050, 3400050), Point(500150, 3400050)],
    index=pd.Index(["g1", "g2"], name="site_id"),
    crs=4549,
)


def frame(columns, *rows):
    return pd.DataFrame(list(rows), columns=list(columns))


@pytest.fixture
def zoning():
    """The gate g1 stands in cell a, of zone C-1; g2 in cell b, of none. o4 lives in nobody's house."""
    plain = zoning_of(six_households(), two_cells())
    table = plain.duties.table
    duties = replace(
        plain.duties,
        protocol=None,  # drawn by hand, not by a protocol
        teams=frame(
            TEAM_COLUMNS,
            ("S-1/branch", "branch", "S-1", "o4", "member"),
            ("S-1/branch", "branch", "S-1", "o1", "leader"),
        ),
        team_gaps=frame(TEAM_GAP_COLUMNS, ("S-1/branch", "branch", "S-1", "member", 1)),
        headcount=frame(
            HEADCOUNT_COLUMNS,
            ("zone", "S-1", "volunteer", "", 1, 1),
            ("site", "g1", "volunteer", "day", 2, 1),
            ("site", "g1", "volunteer", "night", 2, 0),
            ("site", "g2", "volunteer", "day", 2, 2),
        ),
        shifts=frame(
            SHIFT_COLUMNS,
            ("o4", "volunteer", "site", "g1", "day"),
            ("o3", "volunteer", "site", "g2", "day"),
            ("o4", "volunteer", "site", "g2", "day"),
        ),
        vacancies=frame(
            VACANCY_COLUMNS,
            ("volunteer", "site", "g1", 3, False),
            ("linked_member", "household", "h1", 1, False),
            ("linked_member", "household", "h3", 1, False),
        ),
        conflicts=frame(
            CONFLICT_COLUMNS, ("o3", "linked_member", "overload", "5 households for a capacity of 3", "o2")
        ),
        coverage=pd.DataFrame(
            {
                "linked_member": ["", "o3", "", "o3"],
                "secretary": ["o1", "o1", "", "o2"],
                "reason": ["no_linked_member", "", "no_linked_member no_secretary", "not_asked"],
            },
            index=pd.Index(["h1", "h2", "h3", "h4"], name="household_id"),
        ),
    )
    was = table.assign(official_id=table["official_id"].replace({"o3": "o4", "o1": "o2"}))
    protocol = replace(plain.protocol, shifts=SHIFTS, teams=TEAMS, supplies=SUPPLIES)
    return replace(plain, duties=duties, protocol=protocol, sites=SITES, in_force=was)


def written(zoning, folder, audience="field", lang="zh"):
    export_contacts(zoning, folder, audience=audience, plain=True, lang=lang)
    return sheets_of(folder / "officials.xlsx")


def rows_of(sheet, *columns):
    return table_of(sheet)[list(columns)].to_numpy().tolist()


def test_the_sheets_of_officials_come_in_one_order(zoning, tmp_path):
    assert list(written(zoning, tmp_path)) == [
        "概要",
        "责任人",
        "缺岗",
        "冲突",
        "队伍",
        "岗位班次",
        "责任人调整",
        "责任链缺口",
        "待核名单",
    ]


def test_what_there_is_nothing_to_say_of_has_no_sheet(tmp_path):
    plain = zoning_of(six_households(), two_cells())
    duties = replace(plain.duties, coverage=plain.duties.coverage.iloc[:0], protocol=None)
    assert list(written(replace(plain, duties=duties), tmp_path)) == [
        "概要",
        "责任人",
        "缺岗",
        "冲突",
        "待核名单",
    ]


def test_a_team_stands_with_its_leader_first_and_whom_it_lacks_last(zoning, tmp_path):
    sheet = written(zoning, tmp_path)["队伍"]
    assert rows_of(sheet, "所属区", "队伍", "身份", "姓名", "联系电话") == [
        ["S-1 枫南新村3幢 封控区", "临时党支部", "负责人", "陈书记", "13900139001"],
        ["S-1 枫南新村3幢 封控区", "临时党支部", "成员", "吴志愿", "13900139004"],
        ["S-1 枫南新村3幢 封控区", "临时党支部", "成员", "缺1人", ""],
    ]


def test_a_site_says_who_is_on_which_shift_and_how_many_are_missing(zoning, tmp_path):
    sheet = written(zoning, tmp_path)["岗位班次"]
    assert rows_of(sheet, "岗位类别", "岗位", "职责", "班次", "应到", "实到", "缺几人", "在岗人员") == [
        ["卡口", "北门", "志愿者", "白班 08:00-20:00", 2, 1, 1, "吴志愿 13900139004"],
        ["卡口", "北门", "志愿者", "夜班 20:00-08:00", 2, 0, 2, ""],
        ["卡口", "西门", "志愿者", "白班 08:00-20:00", 2, 2, 0, "周党员 13900139003、吴志愿 13900139004"],
    ]


def test_a_conflict_names_the_proposed_substitute_with_phone(zoning, tmp_path):
    sheet = written(zoning, tmp_path)["冲突"]
    assert rows_of(sheet, "姓名", "冲突类别", "说明", "建议替补") == [
        ["周党员", "超出承担户数", "5户，上限3户", "林书记 013900139002"]
    ]


def test_vacancies_of_households_are_counted_by_cell(zoning, tmp_path):
    sheet = written(zoning, tmp_path)["缺岗"]
    assert rows_of(sheet, "职责", "对象类别", "对象", "对象名称", "缺几人", "必须到岗") == [
        ["志愿者", "点位", "g1", "北门", 3, "否"],
        ["联户党员", "住户", "a", "a 2户", 2, "否"],
    ]


def test_the_field_sees_each_household_with_a_gap_in_walking_order(zoning, tmp_path):
    sheet = written(zoning, tmp_path)["责任链缺口"]
    assert sheet[0][0] == "责任链缺口:2户缺责任人"
    assert rows_of(sheet, "待核原因", "住址", "户主", "住户编号") == [
        ["缺联户党员、村社书记", "枫南新村9幢101室", "王美丽", "h3"],
        ["缺联户党员", "枫南新村10幢101室", "张小明", "h1"],
    ]


def test_officials_see_gaps_as_counts(zoning, tmp_path):
    sheet = written(zoning, tmp_path, audience="official")["责任链缺口"]
    assert rows_of(sheet, "辖区", "待核原因", "户数") == [
        ["a", "缺联户党员、村社书记", 1],
        ["a", "缺联户党员", 1],
    ]
    people = six_households()
    for secret in (*people["head_name"], *people["phone"], "101室"):
        assert secret not in texts_in(tmp_path / "officials.xlsx")


def test_a_whole_chain_is_said_in_one_line(zoning, tmp_path):
    whole = zoning.duties.coverage.assign(reason="")
    sheet = written(replace(zoning, duties=replace(zoning.duties, coverage=whole)), tmp_path)["责任链缺口"]
    assert sheet[0][0] == "责任链缺口:无,每户各级责任人齐全"
    assert [row[0] for row in sheet[2:] if row[0]] == ["无"]


def test_changes_say_who_is_new_to_whom(zoning, tmp_path):
    sheet = written(zoning, tmp_path)["责任人调整"]
    assert rows_of(sheet, "职责", "对象名称", "原责任人", "现责任人") == [
        ["村社书记", "枫南社区", "林书记 013900139002", "陈书记 13900139001"],
        ["联户党员", "4户", "吴志愿 13900139004", "周党员 13900139003"],
    ]


def test_staff_who_live_in_a_zone_are_listed_the_strictest_first(zoning, tmp_path):
    staff = gpd.GeoDataFrame(
        TEAM,
        geometry=[None, None, Point(500010, 3400050), Point(500020, 3400050)],
        crs=4549,
    )
    sheet = written(replace(zoning, officials=staff), tmp_path)["住在区内的人员"]
    assert rows_of(sheet, "所属区", "姓名", "职责", "联系电话") == [
        ["S-1 枫南新村3幢 封控区", "吴志愿", "志愿者", "13900139004"],
        ["C-1 枫南新村 管控区", "周党员", "联户党员", "13900139003"],
    ]


def test_a_zone_has_its_teams_its_posts_and_its_supplies(zoning, tmp_path):
    written(zoning, tmp_path)
    sealed = sheets_of(tmp_path / "zones" / "S-1 枫南新村3幢.xlsx")
    assert list(sealed) == [
        "责任人",
        "住户",
        "楼栋户格图",
        "枫南新村 平房与散户",
        "队伍",
        "岗位班次",
        "物资",
        "待核名单",
    ]
    assert rows_of(sealed["队伍"], "身份", "姓名")[0] == ["负责人", "陈书记"]
    assert "所属区" not in table_of(sealed["队伍"]).columns
    assert rows_of(sealed["岗位班次"], "岗位", "在岗人员") == [
        ["S-1 枫南新村3幢 封控区", "吴志愿 13900139004"]
    ]
    controlled = sheets_of(tmp_path / "zones" / "C-1 枫南新村.xlsx")
    assert list(controlled) == [
        "责任人",
        "住户",
        "楼栋户格图",
        "枫南新村 平房与散户",
        "岗位班次",
        "物资",
        "待核名单",
    ]
    assert rows_of(controlled["岗位班次"], "岗位", "班次") == [
        ["北门", "白班 08:00-20:00"],
        ["北门", "夜班 20:00-08:00"],
    ]


def test_supplies_say_how_much_by_which_rate_and_whose_rule_it_is(zoning, tmp_path):
    """On duty in S-1 are o3 (linked) and o4 (of the zone); o1 serves the village, most of it in C-1."""
    written(zoning, tmp_path)
    sealed = sheets_of(tmp_path / "zones" / "S-1 枫南新村3幢.xlsx")["物资"]
    assert sealed[0][0] == "S-1 枫南新村3幢 封控区 后勤保障"
    assert rows_of(sealed, "物资", "数量", "计量单位", "标准", "基数", "依据") == [
        ["工作餐", 6, "份/天", "每名在岗人员每天3份", "在岗2人", "实践做法"],
        ["药箱", 1, "个", "每区1个", "1个区", "文件规定"],
    ]


def test_everything_is_said_in_english_too(zoning, tmp_path):
    sheets = written(zoning, tmp_path, lang="en")
    assert list(sheets) == [
        "Summary",
        "Officials",
        "Vacancies",
        "Conflicts",
        "Teams",
        "Posts and shifts",
        "Changes",
        "Gaps in the chain",
        "To be cleared",
    ]
    assert rows_of(sheets["Teams"], "Team", "Part", "Name")[2] == ["temporary branch", "member", "1 missing"]
    assert rows_of(sheets["Gaps in the chain"], "Reason")[0] == ["no linked member, secretary"]
    sealed = sheets_of(tmp_path / "zones" / "S-1 枫南新村3幢.xlsx")["Supplies"]
    assert rows_of(sealed, "Amount", "Unit", "Rate", "Reckoned for")[0] == [
        6,
        "meals a day",
        "3 per person on duty and day",
        "2 people on duty",
    ]


@pytest.mark.parametrize("audience", ["official", "field"])
def test_hostile_texts_of_people_and_sites_stay_text(zoning, tmp_path, audience):
    hostile = {
        "officials": TEAM.assign(name=PAYLOADS[0], phone=PAYLOADS[1], unit=PAYLOADS[2]),
        "sites": SITES.assign(name=PAYLOADS[3], kind=PAYLOADS[0]),
    }
    paths = export_contacts(replace(zoning, **hostile), tmp_path, audience=audience, plain=True)
    for path in (path for path in paths if path.suffix == ".xlsx"):
        found = texts_in(path)
        assert "<f>" not in found
        assert "<f " not in found
        assert "r:id" not in "".join(re.findall("<hyperlink .*?>", found))  # none leads outside


def test_the_lists_still_prove_that_every_household_is_listed_once(zoning, tmp_path):
    paths = export_contacts(zoning, tmp_path, audience="field", plain=True)
    assert certify(zoning.placement, zoning.plan, as_of=NOON, lists=paths).balanced
    listed = [read_list(path) for path in paths if path.parent.name == "zones"]
    assert sorted(pd.concat(listed)["household_id"]) == ["h1", "h2", "h3"]

"""Lists of grids and villages, the summary, and whom each official turns to."""

import pytest

from gridmap.core.colleagues import relations
from gridmap.export.lists import export_contacts, read_list

from .list_world import sheets_of, six_households, table_of, two_cells, zoning_of


@pytest.fixture
def zoning():
    return zoning_of(six_households(), two_cells())


@pytest.fixture
def folder(zoning, tmp_path):
    export_contacts(zoning, tmp_path, audience="field", plain=True)
    return tmp_path


def test_a_village_has_its_households_in_walking_order_and_what_it_must_clear(folder):
    """h5 is said to be in 枫南社区, of h6 nobody knows where it is: any village may have it."""
    (path,) = (folder / "villages").iterdir()
    sheets = sheets_of(path)
    assert list(sheets) == ["责任人", "住户", "待核名单"]
    assert sheets["责任人"][0][0] == "枫南社区"
    assert table_of(sheets["责任人"])["姓名"].tolist() == ["陈书记", "周党员", "吴志愿"]
    assert table_of(sheets["住户"])["户主"].tolist() == ["李大力", "王美丽", "张小明"]
    assert table_of(sheets["待核名单"])["户主"].tolist() == ["钱多多", "孙悟空"]


def test_the_lists_of_grids_hold_every_household_of_a_tier_once(folder):
    listed = [each for path in (folder / "grids").iterdir() for each in read_list(path)["household_id"]]
    assert sorted(listed) == ["h1", "h2", "h3"]


def test_lists_of_grids_are_masked_for_officials(zoning, tmp_path):
    export_contacts(zoning, tmp_path, audience="official")
    sheets = sheets_of(tmp_path / "grids" / "a a.xlsx")
    assert table_of(sheets["住户"])["户主"].tolist() == ["李*", "王*", "张*"]


def test_the_summary_counts_zones_the_rest_and_all(folder):
    """Six households of two: one sealed, two controlled, one in no zone, two to be cleared."""
    sheet = next(iter(sheets_of(folder / "officials.xlsx").items()))
    assert sheet[0] == "概要"
    table = table_of(sheet[1])
    shown = table[["所属区", "户数", "人数", "责任人数"]].to_numpy().tolist()
    assert shown == [
        ["C-1 枫南新村 管控区", 2.0, 4.0, 2.0],
        ["S-1 枫南新村3幢 封控区", 1.0, 2.0, 3.0],
        ["三区以外", 1.0, 2.0, ""],
        ["待核名单", 2.0, 4.0, ""],
        ["合计", 6.0, 12.0, 3.0],
    ]
    facts = {row[0]: [value for value in row[1:] if value] for row in sheet[1][1:12]}
    assert facts["人口"] == ["共12人,其中待核4人"]
    assert "户数核对" in facts


def test_each_official_sees_whom_to_turn_to_with_phones(folder):
    sheets = sheets_of(folder / "officials" / "o3 周党员.xlsx")
    assert list(sheets) == ["责任人", "上下级与同事", "住户", "待核名单"]
    table = table_of(sheets["上下级与同事"])
    assert table[["关系", "姓名", "联系电话"]].to_numpy().tolist() == [["上级", "陈书记", "13900139001"]]


def test_who_leads_the_area_around_is_above_and_who_serves_beside_is_a_colleague(zoning):
    """The secretary serves the village, the linked member households in its cell, the volunteer the zone."""
    rows = relations(zoning)[["official_id", "other_id", "role", "relation"]].to_numpy().tolist()
    assert ["o3", "o1", "secretary", "superior"] in rows
    assert not [row for row in rows if row[0] == row[1]]
    assert not [row for row in rows if row[0] == "o4" and row[3] == "superior"]

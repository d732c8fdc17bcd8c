"""Lists of grids and villages, the summary, and whom each official turns to."""

import pandas as pd
import pytest

from gridmap.core.colleagues import relations
from gridmap.errors import ExportBlockedError
from gridmap.export import proven_lists
from gridmap.export.lists import export_contacts, read_list
from gridmap.export.proven_lists import write_contacts

from .list_world import roster, sheets_of, six_households, table_of, two_cells, zoning_of


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


def two_more_to_clear():
    """Beside the six: h7 of 北汇村, in which nobody is in a zone, and h8, of whom nobody knows."""
    more = roster(
        ("h7", "北汇村西路", "沙和尚", "13800138007", None), ("h8", "某处", "白龙马", "13800138008", None)
    )
    return pd.concat([six_households(), more])


def test_a_village_in_which_nobody_is_listed_has_what_it_must_clear(tmp_path):
    export_contacts(zoning_of(two_more_to_clear(), two_cells()), tmp_path, audience="field", plain=True)
    sheets = sheets_of(tmp_path / "villages" / "V2 北汇村.xlsx")
    assert sheets["住户"][2][0] == "无"
    table = table_of(sheets["待核名单"])
    assert table["户主"].tolist() == ["孙悟空", "沙和尚", "白龙马"]
    assert table["核实责任人"].tolist()[1] == "村社书记 林书记 013900139002"


def test_zones_and_officials_see_only_whom_their_own_villages_must_clear(tmp_path):
    """All zones lie in 枫南社区, so that 沙和尚 of 北汇村 is none of theirs; officials.xlsx has everybody."""
    export_contacts(zoning_of(two_more_to_clear(), two_cells()), tmp_path, audience="field", plain=True)
    for path in [*(tmp_path / "zones").iterdir(), *(tmp_path / "officials").iterdir()]:
        assert table_of(sheets_of(path)["待核名单"])["户主"].tolist() == ["钱多多", "孙悟空", "白龙马"]
    whole = table_of(sheets_of(tmp_path / "officials.xlsx")["待核名单"])
    assert whole["户主"].tolist() == ["钱多多", "孙悟空", "沙和尚", "白龙马"]


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


@pytest.mark.parametrize("password", [None, "sesame"])
@pytest.mark.parametrize("folder", ["villages", "officials"])
def test_the_list_of_one_village_or_person_that_loses_a_household_is_found_too(
    zoning, tmp_path, monkeypatch, folder, password
):
    def forgetful(path, **options):
        rows = read_list(path, **options)
        return rows.iloc[1:] if path.parent.name == folder else rows

    monkeypatch.setattr(proven_lists, "read_list", forgetful)
    with pytest.raises(
        ExportBlockedError, match=f"lists of {folder}: household 'h.*' lost: not in the list of"
    ):
        write_contacts(zoning, tmp_path, audience="field", password=password, plain=True)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

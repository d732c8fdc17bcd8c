"""Contact lists: inert, complete, masked, encrypted."""

import io
import re
import stat
import zipfile
from dataclasses import replace

import pandas as pd
import pytest

from gridmap.errors import ExportBlockedError, TableError, UnsupportedError
from gridmap.export.filenames import file_name
from gridmap.export.lists import export_contacts, read_list
from gridmap.export.plain import plain_text
from gridmap.export.proof import certify
from gridmap.export.workbook import Sheet, sheet_name, workbook_bytes
from gridmap.model.zoning import Document
from tests.export.list_world import (
    NAUGHTY,
    NOON,
    PAYLOADS,
    TEAM,
    roster,
    sheets_of,
    six_households,
    table_of,
    texts_in,
    two_cells,
    zoning_of,
)


@pytest.fixture
def grid():
    return two_cells()


@pytest.fixture
def people():
    return six_households()


def test_every_zone_and_every_official_has_a_workbook(people, grid, tmp_path):
    paths = export_contacts(zoning_of(people, grid), tmp_path, audience="field", plain=True)
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [
        "zones/C-1 枫南新村.xlsx",
        "zones/S-1 枫南新村3幢.xlsx",
        "villages/V1 枫南社区.xlsx",
        "grids/a a.xlsx",
        "officials.xlsx",
        "officials/o1 陈书记.xlsx",
        "officials/o3 周党员.xlsx",
        "officials/o4 吴志愿.xlsx",
        "households.xlsx",
        "contacts.csv",
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}


def test_households_stand_in_walking_order_with_phones_as_text(people, grid, tmp_path):
    export_contacts(zoning_of(people, grid), tmp_path, audience="field", plain=True)
    sheets = sheets_of(tmp_path / "zones" / "C-1 枫南新村.xlsx")
    assert list(sheets) == ["责任人", "住户", "楼栋户格图", "枫南新村 平房与散户", "待核名单"]
    table = table_of(sheets["住户"])
    assert table["户主"].tolist() == ["王美丽", "张小明"]
    assert table["联系电话"].tolist() == ["13800138003", "13800138001"]
    assert table["人数"].tolist() == [2.0, 2.0]
    assert "周党员 13900139003" in table["联户党员"].tolist()
    assert "需求" not in table.columns


def test_the_head_of_a_list_says_what_it_is(people, grid, tmp_path):
    document = Document(
        number="示例〔2022〕1号",
        issuer="示例县",
        as_of=NOON,
        effective_at=NOON,
        valid_until=NOON,
        recipient="枫南社区",
        approved_by="许局",
        draft=True,
    )
    zoning = zoning_of(people, grid, document=document)
    export_contacts(zoning, tmp_path, audience="field", plain=True)
    rows = sheets_of(tmp_path / "zones" / "S-1 枫南新村3幢.xlsx")["责任人"]
    assert rows[0][0] == "草稿 DRAFT  S-1 枫南新村3幢 封控区"
    facts = {row[0]: row[2] for row in rows[1:] if row[2]}
    assert facts["文号"] == "示例〔2022〕1号"
    assert facts["方案版本"] == zoning.plan.version
    assert facts["接收人"] == "枫南社区"
    assert facts["缺岗批准人"] == "许局"
    assert facts["住户"] == "1"
    assert facts["户数核对"] == "共6户 = 落格4户 + 待核2户 相符"
    assert facts["责任落实"] == "责任人齐全4户,不齐0户,必须到岗缺0人"
    assert table_of(rows)["姓名"].tolist() == ["陈书记", "周党员", "吴志愿"]


def test_needs_are_shown_to_the_roles_named_for_it_only(people, grid, tmp_path):
    export_contacts(zoning_of(people, grid), tmp_path, audience="field", plain=True)
    linked = table_of(sheets_of(tmp_path / "officials" / "o3 周党员.xlsx")["住户"])
    assert linked["需求"].tolist() == ["透析"] * 3
    for name in ("o1 陈书记", "o4 吴志愿"):
        assert "透析" not in texts_in(tmp_path / "officials" / f"{name}.xlsx")


def test_who_answers_in_two_roles_sees_needs_only_of_the_households_of_the_one_named_for_it(
    people, grid, tmp_path
):
    """周党员 is linked to h1, h2, h3 and serves their cell; needs are for volunteers: she is one of S-1."""
    zoning = zoning_of(people, grid)
    more = [("o3", "volunteer", "zone", "S-1", "pinned"), ("o3", "grid_member", "area", "a", "pinned")]
    table = pd.concat([zoning.duties.table, pd.DataFrame(more, columns=zoning.duties.table.columns)])
    zoning = replace(
        zoning,
        duties=replace(zoning.duties, table=table.reset_index(drop=True)),
        protocol=replace(zoning.protocol, needs_roles=("volunteer",)),
    )
    export_contacts(zoning, tmp_path, audience="field", plain=True)
    sheets = sheets_of(tmp_path / "officials" / "o3 周党员.xlsx")
    shown = table_of(sheets["住户"])[["住户编号", "需求"]].to_numpy().tolist()
    assert sorted(shown) == [["h1", ""], ["h2", "透析"], ["h3", ""]]
    squares = [value for row in sheets["枫南新村 平房与散户"] for value in row]
    assert [value for value in squares if "需\n" in str(value)] == ["101 需\n李大力\n2人"]


def test_the_last_sheet_of_each_names_who_must_clear_the_exceptions(people, grid, tmp_path):
    paths = export_contacts(zoning_of(people, grid), tmp_path, audience="field", plain=True)
    for path in [path for path in paths if path.suffix == ".xlsx"]:
        name, rows = list(sheets_of(path).items())[-1]
        table = table_of(rows)
        assert name == "待核名单"
        assert table["住户编号"].tolist() == ["h5", "h6"]
        assert table["核实责任人"].tolist() == ["村社书记 陈书记 13900139001", "县级责任人 县卫健局 许局"]
        assert table["原表第几户"].tolist() == ["5", "6"]


def test_every_household_with_a_tier_is_in_exactly_one_zone_list(people, grid, tmp_path):
    zoning = zoning_of(people, grid)
    paths = export_contacts(zoning, tmp_path, audience="field", plain=True)
    zones = pd.concat([read_list(path) for path in paths if path.parent.name == "zones"])
    assert sorted(zones["household_id"]) == ["h1", "h2", "h3"]
    assert zones.set_index("household_id")["tier"].to_dict() == {
        "h1": "controlled",
        "h2": "sealed",
        "h3": "controlled",
    }
    everybody = read_list(tmp_path / "contacts.csv")
    assert sorted(everybody["household_id"]) == ["h1", "h2", "h3"]
    assert list(everybody.columns) == ["household_id", "cell_id", "tier"]
    lists = [path for path in paths if path.parent.name == "zones"]
    assert certify(zoning.placement, zoning.plan, as_of=NOON, lists=lists).balanced


def test_an_official_list_holds_no_name_or_phone_of_a_household(people, grid, tmp_path):
    paths = export_contacts(zoning_of(people, grid), tmp_path, audience="official")
    assert not (tmp_path / "contacts.csv").exists()
    for path in paths:
        found = texts_in(path)
        for secret in [*people["head_name"], *people["phone"], "透析", "101室"]:
            assert secret not in found
    table = table_of(sheets_of(tmp_path / "zones" / "C-1 枫南新村.xlsx")["住户"])
    assert table["户主"].tolist() == ["王*", "张*"]
    assert table["联系电话"].tolist() == ["138****8003", "138****8001"]
    assert read_list(tmp_path / "zones" / "C-1 枫南新村.xlsx")["tier"].tolist() == ["controlled"] * 2


def test_naughty_names_and_addresses_stay_text(grid, tmp_path):
    texts = [*NAUGHTY, *PAYLOADS]
    households = roster(*((f"h{place:04}", text, text, text, 50) for place, text in enumerate(texts)))
    document = Document(title=PAYLOADS[3], number=NAUGHTY[400], issuer=PAYLOADS[1], draft=True)
    zoning = zoning_of(households, grid, officials=None, sealed="", document=document)
    paths = export_contacts(zoning, tmp_path, audience="field", plain=True)
    listed = tmp_path / "zones" / "C-1 枫南新村.xlsx"
    table = table_of(sheets_of(listed)["住户"]).set_index("住户编号")
    for place, text in enumerate(texts):
        row = table.loc[f"h{place:04}"]
        assert (row["户主"], row["住址"], row["联系电话"]) == (plain_text(text),) * 3
    for path in paths[:-1]:
        found = texts_in(path)
        assert "<f>" not in found
        assert "<f " not in found
        assert "<hyperlink r:id" not in found  # those to other sheets have a location only
        assert 'TargetMode="External"' not in found
    assert len(read_list(listed)) == len(texts)


def test_a_spreadsheet_runs_nothing_of_the_csv(grid, tmp_path):
    texts = [*PAYLOADS, "＝1+1", "\t=1+1", "-2", "+86 138"]
    households = roster(*((f"=h{place}", text, text, "", 50) for place, text in enumerate(texts)))
    zoning = zoning_of(households, grid, officials=None, sealed="", document=Document(draft=True))
    export_contacts(zoning, tmp_path, audience="field", plain=True)
    data = (tmp_path / "contacts.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    frame = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
    first = {value[:1] for column in frame for value in frame[column]}
    assert first.isdisjoint({*"=+-@\t\r＝＋－＠"})
    assert sorted(read_list(tmp_path / "contacts.csv")["household_id"]) == sorted(households.index)


def test_an_encrypted_list_opens_with_its_password_only(people, grid, tmp_path):
    export_contacts(zoning_of(people, grid), tmp_path, audience="field", password="枫桥-2022")  # noqa: S106
    listed = tmp_path / "zones" / "C-1 枫南新村.xlsx"
    assert b"13800138001" not in listed.read_bytes()
    assert not zipfile.is_zipfile(listed)
    assert not (tmp_path / "contacts.csv").exists()
    assert read_list(listed, password="枫桥-2022")["household_id"].tolist() == ["h3", "h1"]  # noqa: S106
    with pytest.raises(TableError, match=r"C-1 枫南新村\.xlsx"):
        read_list(listed, password="wrong")  # noqa: S106
    with pytest.raises(TableError, match="give the password"):
        read_list(listed)


def test_lists_for_the_field_need_a_password_or_a_word(people, grid, tmp_path):
    with pytest.raises(UnsupportedError, match="need a password"):
        export_contacts(zoning_of(people, grid), tmp_path, audience="field")
    assert list(tmp_path.iterdir()) == []


def test_the_public_gets_no_lists(people, grid, tmp_path):
    with pytest.raises(UnsupportedError, match="public may have no contact lists"):
        export_contacts(zoning_of(people, grid), tmp_path, audience="public")


def test_lists_need_households_and_a_certificate(people, grid, tmp_path):
    zoning = zoning_of(people, grid)
    with pytest.raises(UnsupportedError, match="need households"):
        export_contacts(replace(zoning, placement=None), tmp_path)
    with pytest.raises(ExportBlockedError, match="certify"):
        export_contacts(replace(zoning, certificate=None), tmp_path)


def test_a_hard_vacancy_stops_the_lists_unless_somebody_approves(people, grid, tmp_path):
    zoning = zoning_of(people, grid, officials=TEAM.iloc[1:])
    with pytest.raises(ExportBlockedError, match="secretary missing"):
        export_contacts(zoning, tmp_path)
    approved = replace(zoning, document=replace(zoning.document, approved_by="许局"))
    export_contacts(approved, tmp_path)
    vacancies = table_of(sheets_of(tmp_path / "officials.xlsx")["缺岗"])
    assert vacancies["对象"].tolist() == ["V1"]
    assert vacancies["必须到岗"].tolist() == ["是"]


def test_lists_come_in_english_too(people, grid, tmp_path):
    export_contacts(zoning_of(people, grid), tmp_path, audience="official", lang="en")
    sheets = sheets_of(tmp_path / "zones" / "C-1 枫南新村.xlsx")
    assert list(sheets) == ["Officials", "Households", "To be cleared"]
    cleared = table_of(sheets["To be cleared"])
    assert cleared["To be cleared by"].tolist() == [
        "secretary 陈书记 13900139001",
        "county owner 县卫健局 许局",
    ]
    assert read_list(tmp_path / "zones" / "C-1 枫南新村.xlsx")["household_id"].tolist() == ["h3", "h1"]


def test_what_is_no_list_is_said_to_be_none(tmp_path):
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(TableError, match="no table of households"):
        read_list(tmp_path / "x.csv")
    (tmp_path / "y.xlsx").write_bytes(b"nothing")
    with pytest.raises(TableError, match="cannot be opened"):
        read_list(tmp_path / "y.xlsx")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("con", "_con"),
        ("COM1.txt", "_COM1.txt"),
        (" a\x00b\u202e ", "ab"),
        ("...", "_"),
        ("", "_"),
        ('a<b>:"c|d?*', "a_b___c_d__"),
    ],
)
def test_file_names_are_safe_everywhere(name, expected):
    assert file_name(name, set()) == expected


def test_file_names_differ_and_are_not_too_long():
    taken = set()
    assert [file_name(name, taken) for name in ("a", "A", "a")] == ["a", "A (2)", "a (3)"]
    assert len(file_name("枫" * 200, taken).encode()) <= 150


def test_sheet_names_are_valid_and_differ():
    taken = set()
    names = [sheet_name(name, taken) for name in ("a/b", "A?B", "", "x" * 50, "x" * 50, "History", "'q'")]
    assert names[:3] == ["a b", "A B 2", "1"]
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)
    assert len({name.casefold() for name in names}) == len(names)


def test_a_sheet_freezes_its_header_and_can_be_filtered_and_printed():
    data = workbook_bytes([Sheet("住户", "题", ["序号", "姓名"], [(1, "a")])], banner="", foot="A&B")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        book = archive.read("xl/workbook.xml").decode()
    assert '<pane ySplit="2"' in sheet
    assert '<autoFilter ref="A2:B3"/>' in sheet
    assert "Print_Titles" in book
    assert 'orientation="landscape"' in sheet
    assert 'fitToHeight="0"' in sheet
    assert "A&amp;&amp;B" in sheet

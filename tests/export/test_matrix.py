"""The building matrix: every household in one square, and no more than the reader may see."""

import re
import subprocess
import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gridmap.core.contacts import household_rows
from gridmap.core.floors import floor_of
from gridmap.core.matrix import buildings_of
from gridmap.errors import ExportBlockedError, GridmapWarning, UnsupportedError
from gridmap.export import square_sheet
from gridmap.export.lists import export_contacts
from gridmap.export.matrix import export_matrix
from tests.warned import warned

from .list_world import NAUGHTY, NOON, PAYLOADS, roster, sheets_of, texts_in, two_cells, zoning_of


def tower():
    """枫南新村3幢 with two units and two floors, one door shared, one without a record, one not to be placed.

    ```
           1单元        2单元
    2层   201   202    201  (none)
    1层   101 x2 102   101   102
    ```
    """
    doors = [(1, "101"), (1, "101"), (1, "102"), (1, "201"), (1, "202"), (2, "101"), (2, "102"), (2, "201")]
    rows = [
        (f"h{n}", f"枫南新村3幢{unit}单元{room}室", f"户主{n}", f"1380013800{n}", 10)
        for n, (unit, room) in enumerate(doors)
    ]
    rows += [
        ("k1", "枫南新村1号", "平房甲", "13800138010", 20),
        ("k2", "北汇浜1号", "北汇乙", "13800138011", 150),
    ]
    rows += [("x1", "枫南新村3幢2单元202室", "待核丙", "13800138012", 900)]
    return roster(*rows)


@pytest.fixture
def zoning():
    households = tower()
    households["needs"] = np.where(households.index == "h3", "透析", "")
    households["kind"] = np.where(households.index == "h4", "enterprise", "home")
    households.loc["h5", "residents"] = 0
    made = zoning_of(households, two_cells(), sealed="")
    seen = {"channel": "phone", "result": "reached", "needs": "", "reached_on": pd.Timestamp(NOON)}
    return replace(made, followups=pd.DataFrame([{"household_id": "h6", **seen}]))


def buildings(zoning, **options):
    rows = household_rows(zoning, audience="field", lang="zh")
    return buildings_of(zoning, rows, lang="zh", **{"needs": True, **options})


def text_of(path):
    done = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True)
    return done.stdout.decode("utf-8")


def test_whom_nobody_placed_in_another_building_does_not_hinder_a_floor_without_a_record():
    rows = [(f"h{floor}", f"枫南新村3幢{floor}01室", f"户主{floor}", "13800138001", 10) for floor in (1, 3)]
    made = zoning_of(roster(*rows, ("x1", "北汇浜9号", "待核丙", "13800138012", 900)), two_cells(), sealed="")
    (block,) = buildings(made)
    assert block.floors == (3, 2, 1)


def test_floors_lie_above_each_other_and_units_side_by_side(zoning):
    block, houses = buildings(zoning)
    assert (block.title, block.floors) == ("枫南新村3幢", (2, 1))
    assert block.columns == (("1", "01"), ("1", "02"), ("2", "01"), ("2", "02"))
    assert [each.household_id for each in block.squares[1, ("1", "01")]] == ["h0", "h1"]
    assert [each.household_id for each in block.squares[2, ("2", "01")]] == ["h7"]
    assert (houses.title, houses.floors) == ("枫南新村", ())
    assert [(each.household_id, each.room) for each in houses.houses] == [("k1", "1号")]


def test_every_household_of_a_tier_has_one_square_and_who_could_not_be_placed_has_one_too(zoning):
    squares = [each for building in buildings(zoning) for each in building.all_squares]
    assert sorted(each.household_id for each in squares) == [*(f"h{n}" for n in range(8)), "k1", "x1"]


def test_squares_tell_their_state(zoning):
    states = {each.household_id: each.states for each in buildings(zoning)[0].all_squares}
    assert states["h3"] == ("needs",)
    assert states["h4"] == ("enterprise",)
    assert states["h5"] == ("vacant",)
    assert states["h6"] == ("reached",)
    assert states["x1"] == ("exception",)
    assert states["h0"] == ()


def test_needs_are_seen_by_those_alone_who_may_see_them(zoning):
    assert not any("needs" in each.states for each in buildings(zoning, needs=False)[0].all_squares)


def test_every_page_says_how_long_it_holds_and_what_is_proven(tmp_path):
    made = zoning_of(tower(), two_cells(), sealed="")
    times = {"effective_at": NOON, "valid_until": NOON + pd.Timedelta(days=14), "issuer": "惠民街道"}
    export_matrix(replace(made, document=replace(made.document, **times)), tmp_path)
    for page in text_of(tmp_path / "zones" / "C-1 枫南新村.pdf").split("\f")[:-1]:
        assert "有效期至 2022年3月19日 12:00 (UTC+00:00)（逾期作废）" in page
        assert "生效时间 2022年3月5日 12:00 (UTC+00:00)" in page
        assert "共11户 = 落格10户 + 待核1户 相符" in page
        assert "惠民街道" in page


@pytest.mark.parametrize(
    ("room", "told"),
    [
        ("501", (5, "01")),
        ("1203", (12, "03")),
        ("5A", (5, "A")),
        ("3楼东", (3, "东")),
        ("1203A", (12, "03A")),
        ("1203-1", (12, "03-1")),
        ("十二楼", (12, "")),
        ("二十一层东", (21, "东")),
        ("1楼商铺3号", (1, "商铺3号")),
        ("底商2号", (1, "底商2号")),
        ("-101", (-1, "01")),
        ("-1203", None),  # the 12th floor below ground is a typing error
        ("B1层02", (-1, "02")),
        ("B2-03", (-2, "03")),
        ("负一楼5", (-1, "5")),
        ("地下二层03", (-2, "03")),
        ("地下室2号", (-1, "2号")),
        ("B101", None),  # the basement, or block B
        ("12", None),
        ("", None),
    ],
)
def test_a_room_tells_its_floor(room, told):
    assert floor_of(room) == told
    assert floor_of("0012") is None


def high_rise(*doors):
    """枫南新村3幢 with these doors, on one page after the other."""
    rows = [
        (f"h{n}", f"枫南新村3幢{door}室", f"户主{n}", f"1380013{n:04d}", 10) for n, door in enumerate(doors)
    ]
    (block,) = buildings(zoning_of(roster(*rows), two_cells(), sealed=""))
    return block


def test_a_floor_of_which_nobody_is_on_record_is_shown_to_be_asked_about():
    block = high_rise("1单元201", "1单元202", "1单元501")
    assert block.floors == (5, 4, 3, 2, 1)
    assert [floor for floor in block.floors if any(key[0] == floor for key in block.squares)] == [5, 2]


def test_a_mistyped_floor_makes_no_tower():
    assert high_rise("101", "201", "9901").floors == (99, 2, 1)


def test_basement_and_shops_lie_below_the_homes():
    block = high_rise("301", "201", "底商1号", "负一楼2")
    assert block.floors == (3, 2, 1, -1)
    assert {floor: square.room for (floor, _), (square,) in block.squares.items()} == {
        3: "301",
        2: "201",
        1: "底商1号",
        -1: "负一楼2",
    }


def test_units_are_told_in_characters_too():
    block = high_rise("一单元101", "二单元101", "2单元201", "东单元102")
    assert {unit for unit, _ in block.columns} == {"1", "2", "东"}
    assert len(block.squares[2, ("2", "01")]) == 1


def test_a_door_without_a_record_says_which_it_is(tmp_path):
    households = tower().iloc[:-1]  # without x1, who is said to live at 202
    (written,) = export_matrix(zoning_of(households, two_cells(), sealed=""), tmp_path)
    assert re.search(r"201\s+202\s+201\s+202\n", text_of(written.path))


def test_a_shop_is_looked_for_on_its_own_floor_alone():
    block = high_rise("1单元201", "1单元301", "1单元202", "底商1号")
    empty = [(floor, each) for floor in block.floors for each in block.columns]
    missing = {key for key in empty if key not in block.squares and block.expects(*key)}
    assert missing == {(1, ("1", "01")), (1, ("1", "02")), (3, ("1", "02"))}


def test_a_file_for_each_zone_and_for_who_serves_an_area(zoning, tmp_path):
    written = export_matrix(zoning, tmp_path, audience="field", plain=True)
    names = {each.path.relative_to(tmp_path).as_posix(): each.persons for each in written}
    assert names == {"zones/C-1 枫南新村.pdf": 10, "officials/o1 陈书记.pdf": 10}
    text = text_of(tmp_path / "zones" / "C-1 枫南新村.pdf")
    for said in ("枫南新村3幢", "1单元", "2层", "户主7", "核", "空", "企", "联", zoning.plan.version):
        assert said in text
    assert "有需求 1" not in text


def test_only_a_role_that_may_see_needs_sees_them_in_its_file(zoning, tmp_path):
    allowed = replace(zoning, protocol=replace(zoning.protocol, needs_roles=("secretary",)))
    export_matrix(allowed, tmp_path, audience="field", plain=True)
    assert "有需求 1" in text_of(tmp_path / "officials" / "o1 陈书记.pdf")
    assert "有需求 1" not in text_of(tmp_path / "zones" / "C-1 枫南新村.pdf")


def test_officials_see_doors_and_no_names(zoning, tmp_path):
    (written,) = export_matrix(zoning, tmp_path)
    text = text_of(written.path)
    assert "201" in text
    assert not any(name in text for name in ("户主", "平房甲", "待核丙", "13800", "有需求 1", "已联系 1"))


def test_an_address_that_cannot_be_taken_apart_is_not_shown_to_officials(tmp_path):
    rows = [(f"h{n}", f"河边大桥南第{n}根电线杆旁张家老屋", "张三", "1", 10) for n in range(3)]
    (written,) = export_matrix(zoning_of(roster(*rows), two_cells(), sealed=""), tmp_path)
    text = text_of(written.path)
    assert "其他住址" in text
    assert "电线杆" not in text


def test_a_tall_building_takes_several_pages(tmp_path):
    rows = [
        (f"h{floor}-{door}", f"枫南新村3幢{floor}{door:02}室", "张三", "13800138000", 10)
        for floor in range(1, 31)
        for door in range(1, 15)
    ]
    written, *_ = export_matrix(
        zoning_of(roster(*rows), two_cells(), sealed=""), tmp_path, audience="field", plain=True
    )
    pages = text_of(written.path).split("\f")[:-1]
    assert written.persons == 30 * 14
    assert len(pages) == 8
    assert sum(page.count("张三") for page in pages) == 30 * 14


def test_naughty_addresses_are_drawn_in_every_square(tmp_path):
    rows = [(f"n{n:04}", f"枫南新村3幢{text}", text, "1", 10) for n, text in enumerate(NAUGHTY)]
    hostile = zoning_of(roster(*rows), two_cells(), sealed="")
    with warned(GridmapWarning, match="no font shows"):
        written = export_matrix(hostile, tmp_path, audience="field", plain=True)
    assert {each.persons for each in written} == {len(NAUGHTY)}


def test_nobody_gets_it_without_proof_password_or_right(zoning, tmp_path):
    with pytest.raises(UnsupportedError, match="may have no building matrix"):
        export_matrix(zoning, tmp_path, audience="public")
    with pytest.raises(UnsupportedError, match="need a password"):
        export_matrix(zoning, tmp_path, audience="field")
    with pytest.raises(ExportBlockedError, match="nothing proves"):
        export_matrix(replace(zoning, certificate=None), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_workbook_of_a_zone_has_its_buildings_too(zoning, tmp_path):
    """Needs are in the book of the secretary, who serves the village and may see them here."""
    allowed = replace(zoning, protocol=replace(zoning.protocol, needs_roles=("secretary",)))
    export_contacts(allowed, tmp_path, audience="field", plain=True)
    sheets = sheets_of(tmp_path / "zones" / "C-1 枫南新村.xlsx")
    assert list(sheets)[2:5] == ["楼栋户格图", "枫南新村3幢", "枫南新村 平房与散户"]
    assert [row[:2] for row in sheets["楼栋户格图"][3:]] == [[1, "枫南新村3幢"], [2, "枫南新村 平房与散户"]]
    rows = sheets["枫南新村3幢"]
    assert rows[2][0] == "返回目录"
    assert rows[3][0] == "枫南新村3幢 · 9户 · 14人 · 待核 1 · 空户 1 · 已联系 1 · 企业 1"
    assert rows[4][:5] == ["", "1单元", "", "2单元", ""]
    assert rows[5][:5] == ["2层", "201\n户主3\n2人", "202 企\n户主4\n2人", "201\n户主7\n2人", "202 核"]
    assert rows[6][1] == "101\n户主0\n2人\n101\n户主1\n2人"
    own = sheets_of(tmp_path / "officials" / "o1 陈书记.xlsx")["枫南新村3幢"]
    assert own[5][1] == "201 需\n户主3\n2人"


def squares_of(path):
    """The sheets of buildings of a workbook."""
    sheets = list(sheets_of(path).items())
    return dict(sheets[2:-1])


def links_of(path):
    """Where the links of each sheet lead: all within the workbook."""
    with zipfile.ZipFile(path) as book:
        assert not [name for name in book.namelist() if "sheets/_rels" in name]
        pages = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/")]
    return [re.findall(r'<hyperlink ref="\w+" location="([^"]+)"', page) for page in pages]


def test_buildings_are_found_from_the_first_of_their_sheets_and_lead_back(zoning, tmp_path):
    export_contacts(zoning, tmp_path, audience="field", plain=True)
    assert links_of(tmp_path / "zones" / "C-1 枫南新村.xlsx") == [
        [],
        [],
        ["'枫南新村3幢'!A1", "'枫南新村 平房与散户'!A1"],
        ["'楼栋户格图'!A1"],
        ["'楼栋户格图'!A1"],
        [],
    ]


def test_very_many_buildings_stand_on_one_sheet_and_that_is_said(zoning, tmp_path, monkeypatch):
    monkeypatch.setattr(square_sheet, "MOST_SHEETS", 1)
    export_contacts(zoning, tmp_path, audience="field", plain=True)
    path = tmp_path / "zones" / "C-1 枫南新村.xlsx"
    index, together = squares_of(path).values()
    assert "共2栋,多于1个工作表" in index[1][0]
    assert together[3][0].startswith("枫南新村3幢 · 9户")
    assert together[8][0].startswith("枫南新村 平房与散户 · 1户")
    assert links_of(path)[2] == ["'各栋户格图'!A4", "'各栋户格图'!A9"]


def test_officials_get_no_buildings_in_their_workbooks(zoning, tmp_path):
    paths = export_contacts(zoning, tmp_path, audience="official")
    assert not any("楼栋户格图" in sheets_of(path) for path in paths)


def test_no_text_of_a_square_runs_or_passes_for_a_heading(tmp_path):
    texts = [*PAYLOADS, "住户编号", "联系结果", "等级代码"]
    rows = [(f"p{n:04}", f"枫南新村3幢{text}", text, "1", 10) for n, text in enumerate(texts)]
    rows.append(("p9999", "住户编号", "住户编号", "1", 10))
    households = roster(*rows)
    households.loc["p9999", "residents"] = None
    export_contacts(zoning_of(households, two_cells(), sealed=""), tmp_path, audience="field", plain=True)
    path = tmp_path / "zones" / "C-1 枫南新村.xlsx"
    assert "<f>" not in texts_in(path)
    cells = {str(cell) for name, page in squares_of(path).items() for row in page for cell in row}
    assert not cells & {"住户编号", "联系结果", "等级代码"}
    assert "—\n住户编号" in cells

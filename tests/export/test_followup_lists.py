"""Filled lists are read back, however people filled them in, moved, sorted or saved them."""

import shutil
import subprocess
from datetime import date, datetime, timedelta, timezone

import pandas as pd
import pytest
import xlsxwriter

import gridmap as gm
from gridmap.export.followup_dates import FUTURE, UNREADABLE, read_dates
from gridmap.export.followup_lists import read_followups
from gridmap.export.workbook import Sheet, workbook_bytes
from tests.warned import warned

NOW = datetime(2022, 3, 10, 12, tzinfo=timezone(timedelta(hours=8)))
OPENS = "geheim"
SHORT = ["住户编号", "联系渠道", "联系结果", "联系日期"]
ZH = ["序号", "辖区", "户主", "需求", "联系渠道", "联系结果", "本次需求", "联系日期"]
ZH += ["住户编号", "网格编码", "等级代码"]
EN = ["No.", "Area", "Head of household", "Needs", "Channel", "Result", "Needs found", "Date"]
EN += ["Household id", "Cell id", "Tier code"]
ROWS = [
    [1, "甲村", "张三", "透析", "上门", "已联系", "胰岛素", "2022-03-05", "h1", "a1", "sealed"],
    [2, "甲村", "李四", "", "", "", "", "", "h2", "a1", "sealed"],
    [3, "甲村", "王五", "", "电话", "无人", "", "2022/3/6 14:30", "007", "a2", "controlled"],
]


def write_book(path, *sheets, dates=None):
    """Write sheets, each a list of rows; dates are written with a number format."""
    with xlsxwriter.Workbook(path, {"default_date_format": dates or "yyyy-mm-dd hh:mm"}) as book:
        for number, rows in enumerate(sheets):
            page = book.add_worksheet(f"表{number + 1}")
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, (date, datetime)):
                        page.write_datetime(at, column, value)
                    elif value != "":
                        page.write(at, column, value)
    return path


def read(*files, **options):
    return read_followups(list(files), now=NOW, **options)


def said(read_lists):
    rows = read_lists.entries[["household_id", "channel", "result", "needs"]]
    when = read_lists.entries["reached_on"].map(lambda time: "" if pd.isna(time) else f"{time:%m-%d %H:%M}")
    return [[*row, time] for row, time in zip(rows.to_numpy().tolist(), when, strict=True)]


EXPECTED = [
    ["h1", "visit", "reached", "胰岛素", "03-05 00:00"],
    ["007", "phone", "absent", "", "03-06 14:30"],
]


def test_a_list_is_read_with_its_codes_and_what_is_blank_says_nothing(tmp_path):
    found = read(write_book(tmp_path / "S-1.xlsx", [["S-1 名单"], ZH, *ROWS]))
    assert said(found) == EXPECTED
    first = found.entries.iloc[0]
    assert first[["source", "where", "cell_id", "tier", "date_fault"]].tolist() == [
        "S-1.xlsx",
        "[表1] row 3",
        "a1",
        "sealed",
        "",
    ]
    assert str(found.entries["reached_on"].dt.tz) == "Asia/Shanghai"
    assert (found.findings, found.files.loc["S-1.xlsx"].tolist()) == ((), [3, 2])


def test_english_headings_and_words_are_read_and_the_needs_of_the_roster_are_no_needs_found(tmp_path):
    rows = [[*ROWS[0][:3], "dialysis", "Visit", "reached", "insulin", "5 Mar 2022", *ROWS[0][8:]]]
    found = read(write_book(tmp_path / "a.xlsx", [EN, *rows]))
    assert said(found) == [["h1", "visit", "reached", "insulin", "03-05 00:00"]]


def moved(order):
    return [[row[place] for place in order] for row in [ZH, *ROWS]]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(moved([8, 7, 6, 5, 4, 3]), id="columns moved and removed"),
        pytest.param([["备注"], [], ["填报人:某某"], ZH, *ROWS, [], ["合计", 3]], id="rows inserted"),
        pytest.param([ZH, ROWS[0], [], ZH, ROWS[1], ["小计"], ROWS[2]], id="headings again"),
        pytest.param([[f" {head} " for head in ZH], *ROWS], id="blanks in headings"),
        pytest.param(
            [["联系时间" if head == "联系日期" else head for head in ZH], *ROWS],
            id="another word for a heading",
        ),
    ],
)
def test_what_people_do_to_a_sheet_changes_nothing(tmp_path, rows):
    assert said(read(write_book(tmp_path / "a.xlsx", rows))) == EXPECTED


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("√", "reached"),
        (" ✔ ", "reached"),
        ("已联", "reached"),
        ("有需", "reached"),
        ("已联系(女儿接)", "reached"),
        ("×", "absent"),
        ("未联系", "absent"),
        ("不在", "absent"),
        ("?", "?"),
        ("-", "-"),
    ],
)
def test_ticks_and_the_words_of_call_sheets_are_understood(tmp_path, written, meant):
    found = read(write_book(tmp_path / "a.xlsx", [SHORT, ["h1", "上门", written, "2022-03-05"]]))
    assert found.entries["result"].tolist() == [meant]


def test_an_id_that_a_program_made_a_number_counts_for_nobody(tmp_path):
    """Of 18 digits a number keeps 15 to 17: it may have become the id of a neighbour."""
    filled = ["上门", "已联系", "2022-03-05"]
    rows = [[990421001001000001, *filled], ["990421001001000064", *filled], [990421001001000002, "", "", ""]]
    found = read(write_book(tmp_path / "a.xlsx", [SHORT, *rows]))
    assert found.entries["household_id"].tolist() == ["990421001001000064"]
    assert [(each.kind, each.where) for each in found.findings] == [("digits_lost", "a.xlsx [表1] row 2")]
    assert "990421" not in found.findings[0].what


def test_a_cell_that_a_program_made_a_number_is_no_other_cell(tmp_path):
    rows = [["h1", "上门", "已联系", "2022-03-05", 990421001001001001], ["h2", "上门", "无人", "", "a2"]]
    found = read(write_book(tmp_path / "a.xlsx", [[*SHORT, "网格编码"], *rows]))
    assert found.entries[["household_id", "cell_id"]].to_numpy().tolist() == [["h1", ""], ["h2", "a2"]]


def test_an_id_copied_over_another_counts_for_nobody(tmp_path):
    """The row of 3幢 got the id of 2幢 by filling down: whether 2幢 was reached is not known any more."""
    rows = [
        ["1幢", "h1", "上门", "已联系", ""],
        ["2幢", "h2", "", "", ""],
        ["3幢", "h2", "上门", "已联系", ""],
    ]
    rows += [[" 1幢", "h1", "电话", "已联系", "2022-03-06"], ["", "h4", "上门", "无人", ""]]
    found = read(write_book(tmp_path / "a.xlsx", [["住址", *SHORT], *rows]))
    assert found.entries["household_id"].tolist() == ["h1", "h1", "h4"]
    assert [(each.kind, each.where) for each in found.findings] == [("two_addresses", "a.xlsx [表1] row 4")]
    assert found.files.loc["a.xlsx"].tolist() == [5, 3]


def test_sorted_rows_and_several_sheets_are_read(tmp_path):
    found = read(
        write_book(tmp_path / "a.xlsx", [ZH, ROWS[2]], [["说明"], ["见附件"]], [ZH, ROWS[1], ROWS[0]])
    )
    assert said(found) == EXPECTED[::-1]
    assert found.entries["where"].tolist() == ["[表1] row 2", "[表3] row 3"]


def test_lists_of_another_kind_on_one_sheet_end_the_table_before(tmp_path):
    others = [["住户编号", "待核原因"], ["h8", "无坐标"]]
    found = read(write_book(tmp_path / "a.xlsx", [ZH, *ROWS, [], *others]))
    assert said(found) == EXPECTED
    assert found.files["rows"].tolist() == [3]


def test_a_merged_cell_counts_for_every_row_and_hidden_ones_are_read(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["住户编号", "联系结果", "联系日期"])
        page.write_column(1, 0, ["h1", "h2"])
        page.merge_range(1, 1, 2, 1, "已联系")
        page.merge_range(1, 2, 2, 2, "3月5日")
        page.set_column(0, 0, None, None, {"hidden": True})
        page.set_row(2, None, None, {"hidden": True})
    assert said(read(tmp_path / "a.xlsx")) == [
        ["h1", "", "reached", "", "03-05 00:00"],
        ["h2", "", "reached", "", "03-05 00:00"],
    ]


def test_the_owner_of_a_list_is_the_one_official_whom_it_names(tmp_path):
    heads = ["序号", "人员编号", "姓名", "职责"]
    one = [["张三 负责的住户"], heads, [1, "P1", "某某", "网格长"], [2, "P1", "某某", "党员联户"]]
    several = [heads, [1, "P1", "某某", "网格长"], [2, "P2", "某某", "网格员"]]
    first = write_book(tmp_path / "P1.xlsx", one, [ZH, *ROWS])
    second = write_book(tmp_path / "S-1.xlsx", several, [ZH, *ROWS])
    assert read(first, second).entries["official_id"].tolist() == ["P1", "P1", "", ""]


def test_a_formula_is_never_calculated_and_a_csv_text_stays_a_text(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["住户编号", "联系结果", "本次需求"])
        page.write_row(1, 0, ["h1", "已联系"])
        page.write_formula(1, 2, '=HYPERLINK("http://example.org","奶粉")', None, "奶粉")
        page.write_formula(2, 0, '="h"&2', None, "h2")
        page.write(2, 1, "已联系")
    (tmp_path / "b.csv").write_text(
        "住户编号,联系结果,本次需求\nh3,已联系,=1+1\nh4,已联系,'=1+1\n", "utf-8-sig"
    )
    assert read(tmp_path / "a.xlsx", tmp_path / "b.csv").entries["needs"].tolist() == [
        "奶粉",
        "",
        "=1+1",
        "=1+1",
    ]


def test_what_hides_or_reorders_letters_is_taken_out(tmp_path):
    row = ["h1", "上门", "在\u202e外地\x07", "奶\n粉", "3月5日"]
    found = read(
        write_book(tmp_path / "a.xlsx", [["住户编号", "联系渠道", "联系结果", "本次需求", "联系日期"], row])
    )
    assert said(found) == [["h1", "visit", "在外地", "奶 粉", "03-05 00:00"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_of_every_encoding_is_read(tmp_path, encoding):
    text = "\r\n".join(",".join(map(str, row)) for row in [ZH, *ROWS])
    (tmp_path / "contacts.csv").write_text(text, encoding)
    if encoding == "utf-16":
        with warned(gm.GridmapWarning, match="not in UTF-8"):
            found = read(tmp_path / "contacts.csv")
    else:
        found = read(tmp_path / "contacts.csv")
    assert said(found) == EXPECTED


def test_csv_in_gbk_with_tabs_is_read(tmp_path):
    text = "\n".join("\t".join(map(str, row)) for row in [ZH, *ROWS])
    (tmp_path / "contacts.txt").write_text(text, "gb18030")
    with warned(gm.GridmapWarning, match="not in UTF-8"):
        assert said(read(tmp_path / "contacts.txt")) == EXPECTED


# dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-03-05", "2022-03-05 00:00"),
        ("2022/3/5 14:30", "2022-03-05 14:30"),
        ("2022.3.5", "2022-03-05 00:00"),
        ("20220305", "2022-03-05 00:00"),
        ("2022年3月5日", "2022-03-05 00:00"),
        ("2022年3月5日 14时30分", "2022-03-05 14:30"),
        ("3月5日", "2022-03-05 00:00"),
        ("3月5号下午2点半", "2022-03-05 14:30"),
        ("3-5 14:30", "2022-03-05 14:30"),
        ("３／５", "2022-03-05 00:00"),
        ("12月30日", "2021-12-30 00:00"),
        ("2022-03-05 2:30 pm", "2022-03-05 14:30"),
        ("44625", "2022-03-05 00:00"),
        ("44625.604166666664", "2022-03-05 14:30"),
        ("2022-03-05 14:30:25", "2022-03-05 14:30"),
        ("2022-03-05T06:30Z", "2022-03-05 14:30"),
        ("5 March 2022", "2022-03-05 00:00"),
        ("Mar 5, 2022", "2022-03-05 00:00"),
        ("2022-03-11 08:00", "2022-03-11 08:00"),
        ("25/2/2022", "2022-02-25 00:00"),
        ("13.02.2022", "2022-02-13 00:00"),
    ],
)
def test_dates_are_read_as_people_write_them(text, expected):
    moments, faults = read_dates(pd.Series([text], dtype="str"), timezone="Asia/Shanghai", now=NOW)
    assert f"{moments.iloc[0]:%Y-%m-%d %H:%M}" == expected
    assert faults.tolist() == [""]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("昨天", UNREADABLE),
        ("03/05/2022", UNREADABLE),
        ("30/2/2022", UNREADABLE),
        ("2月30日", UNREADABLE),
        ("14:30", UNREADABLE),
        ("2022-13-05", UNREADABLE),
        ("2062-03-05", FUTURE),
        ("", ""),
    ],
)
def test_what_is_no_date_is_said(text, fault):
    moments, faults = read_dates(pd.Series([text], dtype="str"), timezone="Asia/Shanghai", now=NOW)
    assert moments.isna().tolist() == [True]
    assert faults.tolist() == [fault]


@pytest.mark.parametrize("form", ["yyyy-mm-dd hh:mm", "m/d/yy", 'm"月"d"日"', "dddd", "0.00"])
def test_a_date_of_a_cell_is_read_whatever_its_format(tmp_path, form):
    rows = [["住户编号", "联系结果", "联系日期"], ["h1", "已联系", datetime(2022, 3, 5, 14, 30)]]
    found = read(write_book(tmp_path / "a.xlsx", rows, dates=form))
    assert said(found) == [["h1", "", "reached", "", "03-05 14:30"]]


# files that cannot be read


def encrypted(path, password, rows):
    texts = [[str(value) for value in row] for row in rows]
    sheet = Sheet("住户", "名单", ZH, texts)
    path.write_bytes(workbook_bytes([sheet], banner="", foot="", password=password))
    return path


def test_encrypted_lists_are_read_with_the_password(tmp_path):
    path = encrypted(tmp_path / "a.xlsx", OPENS, ROWS)
    assert said(read(path, password=OPENS)) == EXPECTED


@pytest.mark.parametrize("password", [None, "falsch"])
def test_a_list_that_cannot_be_opened_is_one_finding_and_the_others_are_read(tmp_path, password):
    paths = [
        encrypted(tmp_path / "a.xlsx", OPENS, ROWS),
        tmp_path / "gone.xlsx",
        write_book(tmp_path / "z.xlsx", [ZH, ROWS[0]]),
    ]
    found = read(*paths, password=password)
    assert said(found) == EXPECTED[:1]
    assert [(fault.kind, fault.where) for fault in found.findings] == [
        ("unreadable", "a.xlsx"),
        ("unreadable", "gone.xlsx"),
    ]


def cut(path):
    path.write_bytes(path.read_bytes()[:900])


def overwrite(path):
    path.write_bytes(b"\x00" * 4000)


def as_text(path):
    path.write_text("no workbook")


@pytest.mark.parametrize("spoil", [cut, overwrite, as_text])
def test_a_damaged_list_is_one_finding_and_loses_nothing_of_the_others(tmp_path, spoil):
    bad = write_book(tmp_path / "bad.xlsx", [ZH, *ROWS])
    spoil(bad)
    found = read(bad, write_book(tmp_path / "good.xlsx", [ZH, *ROWS]))
    assert said(found) == EXPECTED
    assert [(fault.kind, fault.where) for fault in found.findings] == [("unreadable", "bad.xlsx")]


def test_a_file_that_is_no_list_is_one_finding(tmp_path):
    (tmp_path / "note.csv").write_text("a,b\n1,2\n", "utf-8")
    found = read(tmp_path / "note.csv", write_book(tmp_path / "good.xlsx", [ZH, *ROWS]))
    assert len(found.entries) == 2
    assert [(fault.kind, fault.where) for fault in found.findings] == [("no_list", "note.csv")]


def test_a_list_without_its_ids_is_a_finding_that_says_so(tmp_path):
    rows = [row[:8] for row in [ZH, *ROWS]]
    heads = ["序号", "人员编号"]
    found = read(write_book(tmp_path / "a.xlsx", [heads, [1, "P1"]], rows))
    assert [(fault.kind, fault.where) for fault in found.findings] == [("no_ids", "a.xlsx")]
    assert "住户编号 (Household id) is gone" in found.findings[0].what


def test_a_row_that_was_filled_in_without_an_id_is_a_finding(tmp_path):
    rows = [ZH, ROWS[0], [*ROWS[2][:8], "", "", ""], ["小计"]]
    found = read(write_book(tmp_path / "a.xlsx", rows))
    assert said(found) == EXPECTED[:1]
    assert [(fault.kind, fault.where) for fault in found.findings] == [("no_household", "a.xlsx [表1] row 3")]


def test_a_folder_is_read_without_locks_and_without_the_list_of_all_officials(tmp_path):
    (tmp_path / "zones").mkdir()
    write_book(tmp_path / "zones" / "S-1.xlsx", [ZH, *ROWS])
    write_book(tmp_path / "officials.xlsx", [["序号", "人员编号", "姓名"], [1, "P1", "某某"]])
    (tmp_path / "~$S-1.xlsx").write_bytes(b"x")
    (tmp_path / ".~lock.S-1.xlsx#").write_bytes(b"x")
    found = read_followups(tmp_path, now=NOW)
    assert (said(found), found.findings) == (EXPECTED, ())


def test_a_folder_without_lists_is_a_finding(tmp_path):
    write_book(tmp_path / "~$a.xlsx", [SHORT])
    (finding,) = read(tmp_path).findings
    assert (finding.kind, finding.where, finding.what) == (
        "no_list",
        str(tmp_path),
        "the folder holds no lists",
    )


def test_two_lists_of_one_name_are_told_apart_by_their_folders(tmp_path):
    for name in ("甲", "乙"):
        (tmp_path / name).mkdir()
        write_book(tmp_path / name / "S-1.xlsx", [ZH, ROWS[0]])
    found = read(tmp_path / "甲" / "S-1.xlsx", tmp_path / "乙" / "S-1.xlsx")
    assert found.entries["source"].tolist() == ["甲/S-1.xlsx", "乙/S-1.xlsx"]
    assert found.files.index.tolist() == ["甲/S-1.xlsx", "乙/S-1.xlsx"]


def test_a_list_beyond_the_limits_is_a_finding(tmp_path):
    path = write_book(tmp_path / "a.xlsx", [ZH, *ROWS])
    found = read(path, limits=gm.Limits(rows=2))
    assert [fault.kind for fault in found.findings] == ["too_large"]
    assert found.entries.empty


def test_a_workbook_that_grows_when_it_is_unpacked_is_refused_behind_its_password_too(tmp_path):
    path = encrypted(tmp_path / "a.xlsx", OPENS, [*ROWS] * 300)
    found = read(path, password=OPENS, limits=gm.Limits(unpacked_bytes=10_000))
    assert [fault.kind for fault in found.findings] == ["too_large"]


# saved again by another program


@pytest.mark.parametrize("suffix", ["xlsx", "ods", "xls", "csv"])
def test_a_list_that_libreoffice_saved_again_is_read(tmp_path, suffix):
    soffice = shutil.which("soffice")
    assert soffice, "soffice is missing; run make test, which installs it"
    rows = [
        ["住户编号", "联系渠道", "联系结果", "联系日期"],
        ["007", "微信", "已联系", datetime(2022, 3, 5, 14, 30)],
    ]
    (tmp_path / "in").mkdir()
    path = write_book(tmp_path / "in" / "list.xlsx", rows)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    form = "csv:Text - txt - csv (StarCalc):44,34,76" if suffix == "csv" else suffix
    command = [soffice, profile, "--headless", "--convert-to", form, "--outdir", tmp_path / "out", path]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    found = read(tmp_path / "out" / f"list.{suffix}")
    assert said(found) == [["007", "wechat", "reached", "", "03-05 14:30"]]


def test_reading_nothing_gives_the_columns_of_entries(tmp_path):
    empty = read_followups([], now=NOW)
    filled = read(write_book(tmp_path / "a.xlsx", [ZH, *ROWS]))
    assert list(empty.entries.columns) == list(filled.entries.columns)
    assert empty.entries.dtypes.equals(filled.entries.dtypes)
    assert list(empty.files.columns) == ["rows", "filled"]


def test_somebody_called_like_a_heading_hides_nobody(tmp_path):
    named = [4, "住户编号", "联系结果", "等级代码", "", "", "", "", "h9", "a1", "sealed"]
    path = write_book(tmp_path / "list.xlsx", [ZH, named, *ROWS])
    found = read(path)
    assert said(found) == EXPECTED
    assert found.files["rows"].to_list() == [4]

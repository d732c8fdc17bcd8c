"""The list on which people decide about a renewed roster goes out, is filled in, and comes back."""

import stat
from datetime import UTC, datetime

import pandas as pd
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from gridmap.core.renewal.match import match_households, match_officials
from gridmap.core.renewal.renew import renew_households, renew_officials
from gridmap.errors import TableError, UnsupportedError
from gridmap.export.renewal_decisions import read_decisions
from gridmap.export.renewal_list import export_renewal
from gridmap.model.zoning import Document
from gridmap.store.protocols import load_protocol
from tests.core.renewal.rosters import OLD, officials, roster

NOW = datetime(2022, 3, 7, 12, tzinfo=UTC)
PHRASE = "open sesame"
HOSTILE = "=cmd|'/c calc'!A1"


@pytest.fixture
def renewed():
    """h1 is in doubt, h4 is gone, and d2 is perhaps h2 again."""
    lines = [
        "h1 赵春秋 10499999999 东苑新村1幢101室 2",
        *OLD[1:3],
        "d2 李明志 10400000002 东苑新村1幢102室 9",
    ]
    return renew_households(match_households(roster(*OLD), roster(*lines)))


def pages(path):
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def filled(path, target, **values):
    """Fill the columns of all rows that have a key."""
    with xlsxwriter.Workbook(target, {"strings_to_numbers": False}) as out:
        for name, rows in pages(path).items():
            page, at = out.add_worksheet(name), None
            for number, row in enumerate(rows):
                if "Key" in row:
                    at = {head: row.index(head) for head in ("Decision", "Decided by", "Decided on", "Note")}
                elif at:
                    for head, value in values.get(name, {}).items():
                        row[at[head]] = value
                page.write_row(number, 0, row)
    return target


def test_each_kind_has_its_sheet_with_old_and_new_side_by_side(renewed, tmp_path):
    written = export_renewal(renewed, tmp_path / "renewal.xlsx", plain=True, lang="en")
    assert stat.S_IMODE(written.path.stat().st_mode) == 0o600
    assert (written.format, written.audience, written.persons) == ("renewal", "field", 5)
    sheets = pages(written.path)
    assert list(sheets) == [
        "Households",
        "Households in doubt",
        "Households perhaps twice",
        "Households not in new file",
    ]
    heads, row = sheets["Households in doubt"][1:3]
    told = dict(zip(heads, row, strict=True))
    assert (told["Old Household id"], told["Old Head of household"], told["Old Address"]) == (
        "h1",
        "王安宁",
        "东苑新村1幢101室",
    )
    assert (told["New Head of household"], told["New Residents"], told["What agrees"]) == (
        "赵春秋",
        2,
        "id, address",
    )
    assert heads[-1] == "Key"
    counts = {row[0]: row[1:] for row in sheets["Households"][2:]}
    assert counts["Total"] == [4, 4]


def test_decisions_come_back_with_who_and_when_or_with_who_hands_them_in(renewed, tmp_path):
    path = export_renewal(renewed, tmp_path / "renewal.xlsx", plain=True, lang="en").path
    signed = {"Decision": "same", "Decided by": "李", "Decided on": "2022-03-06 10:00", "Note": "seen"}
    target = filled(
        path,
        tmp_path / "filled.xlsx",
        **{"Households in doubt": signed, "Households not in new file": {"Decision": "移除"}},
    )
    read = read_decisions(target, author="王", now=NOW)
    assert read.findings == ()
    assert read.decisions[["decision", "author", "note"]].to_numpy().tolist() == [
        ["same", "李", "seen"],
        ["drop", "王", ""],
    ]
    assert [when.isoformat() for when in read.decisions["decided_at"]] == [
        "2022-03-06T02:00:00+00:00",
        "2022-03-07T12:00:00+00:00",
    ]
    done = renew_households(renewed.renewal, decisions=read.decisions)
    assert done.faults == ()
    assert done.frame.index.to_list() == ["h1", "h2", "h3"]
    assert done.waiting["kind"].to_list() == ["taken"]


def test_a_date_that_cannot_be_read_is_said_and_its_decision_is_not_followed(renewed, tmp_path):
    path = export_renewal(renewed, tmp_path / "renewal.xlsx", plain=True, lang="en").path
    given = {"Households in doubt": {"Decision": "same", "Decided on": "soon"}}
    read = read_decisions(filled(path, tmp_path / "filled.xlsx", **given), author="王", now=NOW)
    assert [fault.kind for fault in read.findings] == ["date"]
    assert [fault.kind for fault in renew_households(renewed.renewal, decisions=read.decisions).faults] == [
        "unsigned"
    ]


def test_the_list_is_locked_unless_it_is_asked_for_without(renewed, tmp_path):
    path = tmp_path / "renewal.xlsx"
    with pytest.raises(UnsupportedError, match="need a password"):
        export_renewal(renewed, path)
    with pytest.raises(UnsupportedError, match="the list is a workbook"):
        export_renewal(renewed, tmp_path / "renewal.csv", plain=True)
    export_renewal(renewed, path, password=PHRASE)
    assert not len(read_decisions(path, password=PHRASE).decisions)
    with pytest.raises(TableError, match="password"):
        read_decisions(path)


def test_another_file_is_no_list_of_decisions(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("户编号,姓名\nh1,王\n", encoding="utf-8")
    with pytest.raises(TableError, match="no sheet has the columns of keys and decisions"):
        read_decisions(path)


def test_hostile_text_stays_text(tmp_path):
    old = roster(*OLD).assign(head_name=HOSTILE)
    renewed = renew_households(match_households(old, roster()))
    path = export_renewal(renewed, tmp_path / "renewal.xlsx", plain=True).path
    sheet = pages(path)["住户不在新册"]
    assert sheet[2][sheet[1].index("原册 户主")] == HOSTILE


def test_needs_and_flags_are_not_shown_and_the_copy_says_for_whom_it_is(renewed, tmp_path):
    old = roster(*OLD).assign(needs="dialysis", flags="risk_area_arrival")
    renewed = renew_households(match_households(old, roster()))
    document = Document(recipient="枫南社区", draft=True, as_of=NOW)
    path = export_renewal(renewed, tmp_path / "renewal.xlsx", plain=True, document=document).path
    said = str(pages(path))
    assert "dialysis" not in said
    assert "risk_area" not in said
    assert "草稿" in said


def test_households_and_officials_stand_in_one_list(renewed, tmp_path):
    staff = officials("P1 王安宁 10300000001 grid_head 东村 330421")
    gone = renew_officials(match_officials(staff, staff.iloc[:0]))
    protocol = load_protocol("three-zones-2021")
    path = export_renewal([renewed, gone], tmp_path / "renewal.xlsx", plain=True, protocol=protocol).path
    assert list(pages(path))[-2:] == ["责任人核对", "责任人不在新册"]
    heads, row = pages(path)["责任人不在新册"][1:3]
    told = dict(zip(heads, row, strict=True))
    assert (told["原册 姓名"], told["原册 职责"]) == ("王安宁", "网格长")
    assert not pd.isna(row[heads.index("核对编号")])

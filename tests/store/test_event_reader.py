"""Sheets of events as people send them, in Chinese and English."""

import tempfile
import warnings
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

import gridmap as gm
from gridmap.errors import GridmapWarning, TableError
from gridmap.model.event_checks import unfit
from gridmap.model.events import EVENT_KINDS
from tests.warned import warned


def csv(tmp_path, text, *, name="sheet.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def read(path, **options):
    """Read without the warnings, which say what the attributes hold."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GridmapWarning)
        return gm.read_events(path, **options)


def kinds(faults):
    return [fault.kind for fault in faults]


def test_a_chinese_sheet_of_test_rounds(tmp_path):
    path = csv(
        tmp_path,
        "枫南封控区核酸检测情况\n"
        "区编号,轮次,采样时间,应检人数,已检人数,阳性人数,检测结果,备注\n"
        "S-1,第3轮,2022年3月8日 7时30分,400人,398,0,阴性,\n"
        "C-1,3,2022-03-08 08:00,,120,,待出,\n"
        "合计,,,400,518,,,\n",
    )
    events = read(path)
    assert events["kind"].to_list() == ["test_round"] * 2
    assert events["zone_id"].to_list() == ["S-1", "C-1"]
    assert events["at"].to_list() == [
        pd.Timestamp("2022-03-08T07:30+08:00"),
        pd.Timestamp("2022-03-08T08:00+08:00"),
    ]
    assert events["round"].to_list() == [3, 3]
    assert events["due"].to_list() == [400, pd.NA]
    assert events["positive"].to_list() == [0, pd.NA]
    assert events["result"].to_list() == ["negative", ""]
    assert events.attrs["exceptions"] == ()
    assert kinds(events.attrs["findings"]) == ["totals_row", "time_zone"]
    assert "Asia/Shanghai" in events.attrs["findings"][1].what


def test_one_row_of_transfers_tells_of_the_way_there_and_back(tmp_path):
    path = csv(
        tmp_path,
        "转运编号,住户编号,户主姓名,人数,隔离点,转运时间,返回时间\n"
        "T-1,007,张三,2,I-1,2022-03-05 20:00,2022-03-19 09:00\n"
        ",008,李四,1,I-1,2022-03-05 21:00,\n",
    )
    events = read(path)
    assert events["kind"].to_list() == ["transfer", "return", "transfer"]
    assert events["household_id"].to_list() == ["007", "007", "008"]
    assert events["persons"].to_list() == [2, 2, 1]
    assert events["of"].to_list() == ["", "T-1", ""]
    assert events.index[0] == "T-1"
    assert "张三" not in str(events.to_dict())
    assert events.attrs["reading"] == [
        {"place": "", "rows": 2, "events": 3, "not_filled_in": 0, "kept_aside": 0}
    ]


def test_where_each_row_is_a_person_each_counts_as_one(tmp_path):
    head = "姓名,住户编号,隔离点,转运时间,返回时间\n"
    rows = ["张三,007,I-1,2022-03-05 20:00,2022-03-19 09:00\n", "李四,007,I-1,2022-03-05 20:00,\n"]
    events = read(csv(tmp_path, head + rows[0] + rows[1]))
    assert events["kind"].to_list() == ["transfer", "return", "transfer"]
    assert events["persons"].to_list() == [1, 1, 1]
    assert "one_person_each" in kinds(events.attrs["findings"])
    assert "张三" not in str(events.to_dict())
    workspace = gm.open_workspace(tmp_path / "county.gpkg", timeout_s=0)
    assert workspace.record(events, author="王")[:2] == (3, 0)
    longer = read(csv(tmp_path, head + rows[1] + "王五,007,I-1,2022-03-05 20:00,\n" + rows[0]))
    told = workspace.record(longer, author="王")
    assert told[:2] == (1, 3), "only 王五 is new, in whatever order they stand"


def test_gates_by_direction(tmp_path):
    path = csv(
        tmp_path, "卡口,时间,方向,人数,事由\nG-1,2022-03-05 08:00,进,2,送菜\nG-1,2022-03-05 08:20,出,2,\n"
    )
    events = read(path)
    assert events["kind"].to_list() == ["arrival", "departure"]
    assert events["site_id"].to_list() == ["G-1", "G-1"]
    assert events["note"].to_list() == ["送菜", ""]


def test_requests_with_their_owner_and_their_end(tmp_path):
    path = csv(
        tmp_path,
        "诉求编号,提出时间,住户编号,诉求内容,责任人编号,办结时间\n"
        "Q-1,2022-03-05 08:00,007,降压药,o1,2022-03-05 10:00\n"
        "Q-2,2022-03-05 09:00,008,产检,,\n",
    )
    events = read(path)
    assert events["kind"].to_list() == ["request", "request_closed", "request"]
    assert events["of"].to_list() == ["", "Q-1", ""]
    assert events["owner"].to_list() == ["o1", "", ""]
    assert events["note"].to_list() == ["降压药", "", "产检"]


def test_a_general_list_in_english_with_zones_in_its_times(tmp_path):
    path = csv(
        tmp_path,
        "kind,time,zone,household,persons,site,of event\n"
        "Closed,2022-03-05T18:00+08:00,S-1,,,,\n"
        "lifted,2022-03-19T10:00Z,S-1,,,,\n"
        "withdrawn,2022-03-20T10:00Z,,,,,E-0\n",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        events = gm.read_events(path)
    assert events["kind"].to_list() == ["closure", "lifted", "withdrawn"]
    assert events["at"].iloc[0] == pd.Timestamp("2022-03-05T10:00Z")
    assert events["of"].to_list() == ["", "", "E-0"]


def test_what_is_wrong_is_kept_aside_row_by_row_and_said_once(tmp_path):
    path = csv(
        tmp_path,
        "类别,时间,区编号,轮次,已检人数,阳性人数,结果\n"
        "封闭,2022-03-05 18:00,S-1,,,,\n"
        "封闭,,S-1,,,,\n"
        "洪水,2022-03-05 18:00,S-1,,,,\n"
        "封闭,昨天晚上,S-1,,,,\n"
        "封闭,2022-03-05 18:00,,,,,\n"
        "检测轮次,2022-03-05 18:00,S-1,1,很多,,\n"
        "检测轮次,2022-03-05 18:00,S-1,1,3,4,\n"
        "检测轮次,2022-03-05 18:00,S-1,1,3,0,也许\n",
    )
    with warned(GridmapWarning, match=r"8 findings in sheet.csv") as caught:
        events = gm.read_events(path)
    assert len(caught) == 1
    assert "昨天晚上" not in str(caught[0].message)
    assert events["kind"].to_list() == ["closure"]
    assert {fault.where: fault.kind for fault in events.attrs["exceptions"]} == {
        "row 3": "no_time",
        "row 4": "unknown_kind",
        "row 5": "bad_time",
        "row 6": "lacks_value",
        "row 7": "bad_number",
        "row 8": "contradiction",
        "row 9": "bad_result",
    }


def test_a_prepared_row_that_nobody_filled_in_says_nothing(tmp_path):
    path = csv(
        tmp_path,
        "区编号,区名称,轮次,应检人数,采样时间,已检人数\n"
        "S-1,枫南,1,400,,\nS-2,甲,1,30,,28\nS-3,乙,1,7,2022-03-05,7\n",
    )
    events = read(path)
    assert events["zone_id"].to_list() == ["S-3"]
    assert events["at"].to_list() == [pd.Timestamp("2022-03-05T00:00+08:00")]
    assert [(fault.where, fault.kind) for fault in events.attrs["exceptions"]] == [("row 3", "no_time")]
    assert events.attrs["reading"][0]["not_filled_in"] == 1


def test_a_household_whose_id_became_a_number_is_kept_aside(tmp_path):
    """Of 18 digits a number keeps 15 to 17: ...001 would be ...064, a neighbour."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        page = book.add_worksheet()
        rows = [["住户编号", "提出时间", "服务诉求"], [990421001001000001, "2022-03-05 10:00+08:00", "消毒"]]
        rows += [["990421001001000002", "2022-03-05 10:00+08:00", "消毒"]]
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
    with warned(GridmapWarning, match="lost its last digits"):
        events = gm.read_events(tmp_path / "a.xlsx")
    assert events["household_id"].tolist() == ["990421001001000002"]
    assert [(each.kind, each.where) for each in events.attrs["exceptions"]] == [("digits_lost", "row 2")]
    (counts,) = events.attrs["reading"]
    assert (counts["rows"], counts["events"], counts["kept_aside"]) == (2, 1, 1)


def test_a_plain_time_without_a_kind_is_not_guessed(tmp_path):
    path = csv(tmp_path, "类别,时间,区编号\n封闭,2022-03-05,S-1\n,2022-03-05,S-2\n")
    events = read(path)
    assert events["zone_id"].to_list() == ["S-1"]
    assert kinds(events.attrs["exceptions"]) == ["no_kind"]


def test_the_same_event_twice_counts_once_and_one_id_for_two_is_kept_aside(tmp_path):
    path = csv(
        tmp_path,
        "编号,类别,时间,区编号\n,封闭,2022-03-05,S-1\n,封闭,2022-03-05,S-1\n"
        "9,封闭,2022-03-05,S-2\n9,封闭,2022-03-06,S-2\n",
    )
    events = read(path)
    assert events["zone_id"].to_list() == ["S-1", "S-2"]
    assert [(fault.where, fault.kind) for fault in events.attrs["exceptions"]] == [("row 5", "changed_event")]
    assert ("row 3", "repeated_event") in [(fault.where, fault.kind) for fault in events.attrs["findings"]]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_the_usual_encodings(tmp_path, encoding):
    path = csv(tmp_path, "类别,时间,区编号,说明\n封闭,2022-03-05,S-1,枫南新村\n", encoding=encoding)
    assert read(path)["note"].to_list() == ["枫南新村"]


def test_all_sheets_of_a_workbook_are_read_and_others_named(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "day.xlsx") as book:
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        first = book.add_worksheet("转运")
        first.write_row(0, 0, ["住户编号", "人数", "隔离点", "转运时间"])
        first.write_row(1, 0, ["007", 2, "I-1"])
        first.write_datetime(1, 3, datetime(2022, 3, 5, 20), day)
        second = book.add_worksheet("检测")
        second.write_row(0, 0, ["区编号", "轮次", "采样时间", "已检人数"])
        second.write_row(1, 0, ["S-1", 1, "2022-03-05", "x"])
        third = book.add_worksheet("通讯录")
        third.write_row(0, 0, ["姓名", "电话"])
        third.write_row(1, 0, ["张三", "13800000000"])
    events = read(tmp_path / "day.xlsx")
    assert events["kind"].to_list() == ["transfer"]
    assert events["at"].to_list() == [pd.Timestamp("2022-03-05T20:00+08:00")]
    assert [fault.where for fault in events.attrs["exceptions"]] == ["[检测] row 2"]
    assert ("[通讯录]", "skipped_sheet") in [(fault.where, fault.kind) for fault in events.attrs["findings"]]


def test_a_table_of_something_else_is_refused_with_its_columns(tmp_path):
    path = csv(tmp_path, "姓名,电话\n张三,13800000000\n")
    with pytest.raises(TableError, match="no sheet of events; columns found: 姓名, 电话"):
        read(path)


def test_columns_may_be_told_and_the_zone_of_the_times_too(tmp_path):
    path = csv(tmp_path, "what,when,where\nlifted,2022-03-05 18:00,S-1\n")
    events = read(path, mapping={"kind": "what", "at": "when", "zone_id": "where"}, timezone="Europe/Paris")
    assert events["at"].to_list() == [pd.Timestamp("2022-03-05T17:00Z")]
    assert events["zone_id"].to_list() == ["S-1"]


def test_an_empty_sheet_gives_no_events_of_the_same_columns(tmp_path):
    events = read(csv(tmp_path, "类别,时间,区编号\n"))
    assert events.empty
    assert str(events["at"].dtype) == "datetime64[us, UTC]"


def test_what_was_read_is_recorded_once_however_often_it_is_read(tmp_path):
    path = csv(tmp_path, "类别,时间,区编号\n封闭,2022-03-05,S-1\n")
    workspace = gm.open_workspace(tmp_path / "county.gpkg", timeout_s=0)
    assert workspace.record(read(path), author="王")[:2] == (1, 0)
    assert workspace.record(read(path), author="李")[:2] == (0, 1)


TIMES = ("时间", "采样时间", "返回时间")
HEADS = [*TIMES, "编号", "类别", "区编号", "住户编号", "人数", "轮次", "已检人数", "结果", "说明", "x"]
DATES = ("2022-03-05", "2022年13月", "44625.5")
WORDS = ["", "封闭", "转运", "撤回", *DATES, "S-1", "-1", "1e9", "NA", "阴性", "合计", "=1+1"]
VALUES = st.sampled_from(WORDS) | st.text(max_size=6)


@settings(max_examples=40)
@given(st.lists(st.sampled_from(HEADS), min_size=2, max_size=6, unique=True), st.data())
def test_whatever_stands_in_a_sheet_each_row_is_an_event_or_told_why_not(heads, data):
    rows = data.draw(st.lists(st.lists(VALUES, min_size=len(heads), max_size=len(heads)), max_size=6))
    frame = pd.DataFrame([heads, *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.csv"
        frame.to_csv(path, header=False, index=False, encoding="utf-8-sig")
        try:
            events = read(path)
        except TableError:
            return
    (counts,) = events.attrs["reading"]
    aside = [fault for fault in events.attrs["exceptions"] if fault.kind in ROW_FAULTS]
    assert counts["kept_aside"] == len(aside)
    assert counts["events"] >= counts["rows"] - counts["not_filled_in"] - counts["kept_aside"]
    assert events.index.is_unique
    assert unfit(events).empty
    assert not (set(events["kind"]) - set(EVENT_KINDS))


ROW_FAULTS = {"no_kind", "no_time", "unknown_kind", "bad_time", "bad_number", "bad_result"}

"""The calendar of zones, from a clock written down by hand."""

import csv
import io
import warnings
from dataclasses import replace
from datetime import date, datetime

import icalendar
import numpy as np
import pandas as pd
import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import gridmap as gm
from gridmap.core.apply import apply_edit
from gridmap.core.calendar import calendar_of
from gridmap.core.edits import AddCarveOut, SetRemainder, SetTier
from gridmap.errors import UnsupportedError
from gridmap.export.calendar import export_calendar
from gridmap.export.calendar_ics import calendar_ics
from gridmap.export.calendar_sheet import signs_of
from gridmap.model.clock import CONDITION_COLUMNS, PART_COLUMNS, RESTART_COLUMNS, ZONE_COLUMNS, Clock
from tests.core.clock_world import zoned
from tests.export.list_world import NAUGHTY, sheets_of

PROTOCOL = gm.load_protocol("three-zones-2021")
SHANGHAI = "Asia/Shanghai"


def at(text):
    return pd.NaT if text is None else pd.Timestamp(text, tz=SHANGHAI)


def frame(rows, columns, times):
    table = pd.DataFrame(rows, columns=list(columns))
    for name in times:
        moments = pd.DatetimeIndex(list(table[name]))
        table[name] = pd.Series(moments if moments.tz else moments.tz_localize(SHANGHAI)).dt.as_unit("us")
    return table


ZONES = [
    # closed on 5 March; a case on the 8th, so that the 8th is day 0 again
    (
        "S-1",
        "sealed",
        "枫南新村3幢",
        at("2022-03-05 18:00"),
        2,
        1,
        "",
        at("2022-03-21"),
        at("2022-03-23"),
        "controlled",
        "counting",
        "sealed",
    ),
    # nobody entered when contacts were last exposed
    (
        "C-1",
        "controlled",
        "枫南新村",
        at("2022-03-06 08:00"),
        4,
        1,
        "",
        at("2022-03-09"),
        at("2022-03-21"),
        "",
        "unknown",
        "controlled",
    ),
    # all is met
    (
        "C-2",
        "controlled",
        "北汇村",
        at("2022-02-20 08:00"),
        18,
        1,
        "",
        None,
        at("2022-03-07"),
        "none",
        "ready",
        "controlled",
    ),
    # a positive was found in it
    (
        "C-3",
        "controlled",
        "东镇",
        at("2022-03-01 08:00"),
        9,
        1,
        "",
        None,
        None,
        "sealed",
        "upgrade",
        "controlled",
    ),
]
CONDITIONS = [
    ("S-1", 1, "no_new_case", "not_met", "days_left", 13, at("2022-03-23"), ""),
    ("S-1", 1, "contacts", "not_met", "contact_days_left", 5, at("2022-03-15"), ""),
    ("C-1", 1, "contacts", "unknown", "no_exposure", None, None, ""),
    ("C-1", 1, "tested", "not_met", "no_round", None, at("2022-03-09"), ""),
    ("C-2", 1, "no_new_case", "met", "", None, at("2022-03-07"), ""),
]
RESTARTS = [("S-1", "case-9", "", at("2022-03-08"), 3, "restart", "")]
PARTS = [("S-1", "枫南新村5幢", "case-9", at("2022-03-23"), "")]
ROUNDS = pd.DataFrame(
    {
        "zone_id": ["S-1", "S-1", "gone"],
        "round": pd.array([1, 2, 1], dtype="Int64"),
        "at": pd.DatetimeIndex(["2022-03-08T16:30Z", "2022-03-09T02:00Z", "2022-03-09T02:00Z"]),
        "due": pd.array([120, 120, 9], dtype="Int64"),
        "tested": pd.array([118, None, 9], dtype="Int64"),
        "positive": pd.array([1, None, 0], dtype="Int64"),
    }
)


@pytest.fixture
def clock():
    zones = frame(ZONES, ("zone_id", *ZONE_COLUMNS), ("started", "round_due", "earliest")).set_index(
        "zone_id"
    )
    conditions = frame(CONDITIONS, CONDITION_COLUMNS, ("due",))
    return Clock(
        at=at("2022-03-10 09:00"),
        timezone=SHANGHAI,
        protocol=PROTOCOL,
        plan_version="0123456789abcdef",
        zones=zones.astype({"day": "Int64", "stage": "Int64"}),
        conditions=conditions.astype({"stage": "Int64", "count": "Int64"}),
        restarts=frame(RESTARTS, RESTART_COLUMNS, ("on",)),
        parts=frame(PARTS, PART_COLUMNS, ("until",)),
    )


def table_under(rows, head):
    """The table whose first heading is `head`."""
    top = next(place for place, row in enumerate(rows) if row and row[0] == head)
    return pd.DataFrame(rows[top + 1 :], columns=rows[top])


def told(clock, **options):
    """Zone, day of March and kind of every entry."""
    calendar = calendar_of(clock, **options)
    return {(each.zone_id, each.day.day, each.kind) for each in calendar.entries}


def test_every_day_of_every_zone_is_worked_out(clock):
    assert told(clock, rounds=ROUNDS) == {
        ("S-1", 8, "restart"),
        ("S-1", 9, "round_done"),  # 16:30 in UTC is half past midnight of the 9th in Shanghai
        ("S-1", 15, "contacts"),
        ("S-1", 21, "round_due"),
        ("S-1", 23, "earliest"),
        ("S-1", 23, "part"),
        ("C-1", 10, "unknown"),
        ("C-1", 10, "round_due"),  # overdue since the 9th
        ("C-1", 21, "lift"),
        ("C-2", 10, "lift"),  # ready, from today on
        ("C-3", 10, "upgrade"),
    }


def test_what_is_open_says_what_is_missing_and_what_is_ready_does_not(clock):
    entries = {(each.zone_id, each.kind): each for each in calendar_of(clock).entries}
    assert entries["S-1", "earliest"].text == "最早可转为管控区"
    assert entries["S-1", "earliest"].is_open
    assert not entries["C-2", "lift"].is_open
    assert entries["C-1", "unknown"].detail == "密接超期且阴性：未录入末次暴露时间（或确无密接）"
    assert entries["C-1", "round_due"].detail == "自3月9日 周三起"
    english = {(each.zone_id, each.kind): each for each in calendar_of(clock, lang="en").entries}
    assert english["S-1", "earliest"].text == "controlled at the earliest"


def test_rounds_show_how_many_were_tested_and_an_unknown_count_is_no_zero(clock):
    done = [each for each in calendar_of(clock, rounds=ROUNDS).entries if each.kind == "round_done"]
    assert [(each.key, each.note) for each in done] == [("1", "118/120"), ("2", "?/120")]
    assert done[0].detail == "已检118/应检120；阳性1"


def test_the_days_reach_to_the_last_date_or_as_far_as_asked(clock):
    whole = calendar_of(clock)
    assert (whole.days[0], whole.days[-1]) == (date(2022, 3, 7), date(2022, 3, 24))
    few = calendar_of(clock, days=5, back=0)
    assert (few.days[0], few.days[-1]) == (date(2022, 3, 10), date(2022, 3, 15))
    assert {each.day.day for each in few.entries} == {10, 15}
    assert [*calendar_of(clock, zones=["C-2"]).zones.index] == ["C-2"]


def test_home_monitoring_begins_on_the_day_after_the_closed_ones(clock):
    """Shanghai, April 2022: 7 days closed, then 7 at home; day 2 is the 10th, so that day 8 is the 16th."""
    zones = clock.zones.loc[["S-1"]].assign(phase="closed")
    city = replace(
        clock, zones=zones, protocol=gm.load_protocol("shanghai-2022-04"), parts=clock.parts.iloc[:0]
    )
    city = replace(city, conditions=clock.conditions.iloc[:2])
    assert ("S-1", 16, "home") in told(city)


def test_the_public_sees_no_case_and_nothing_that_tells_of_one(clock, tmp_path):
    assert told(clock, rounds=ROUNDS, audience="public") == {
        ("S-1", 9, "round_done"),
        ("S-1", 21, "round_due"),
        ("S-1", 23, "earliest"),
        ("C-1", 10, "unknown"),
        ("C-1", 10, "round_due"),
        ("C-1", 21, "lift"),
        ("C-2", 10, "lift"),
        ("C-3", 10, "unknown"),
    }
    for end in ("csv", "ics"):
        path = export_calendar(clock, tmp_path / f"c.{end}", rounds=ROUNDS, audience="public")
        text = path.read_text(encoding="utf-8-sig").replace("\n ", "")
        for word in ("病例", "case", "阳性", "密接", "5幢", "118", "升级"):
            assert word not in text.casefold()
    sheets = str(sheets_of(export_calendar(clock, tmp_path / "c.xlsx", rounds=ROUNDS, audience="public")))
    for word in ("病例", "阳性", "密接", "5幢", "118", "升级"):
        assert word not in sheets


def test_the_public_sees_no_zone_that_is_nothing_but_households(tmp_path):
    plan = zoned(PROTOCOL, SetRemainder(tier="prevention"), SetTier(cells=["a1"], tier="controlled"))
    alone = AddCarveOut(tier="sealed", households=["h1"], name="甲苑3幢201室")
    plan = apply_edit(plan, alone)
    clock = gm.zone_clock(plan, None, None, protocol=PROTOCOL, at=at("2022-03-10 09:00"))
    assert "S-1" in calendar_of(clock).zones.index
    for end in ("csv", "ics", "xlsx"):
        path = export_calendar(clock, tmp_path / f"c.{end}", audience="public")
        text = str(sheets_of(path)) if end == "xlsx" else path.read_text(encoding="utf-8-sig")
        assert "C-1" in text
        assert "S-1" not in text
        assert "201" not in text


def events_of(data):
    return {str(event["uid"]): event for event in icalendar.Calendar.from_ical(data).walk("VEVENT")}


def test_the_icalendar_file_is_read_back_by_two_libraries(clock, tmp_path):
    data = export_calendar(clock, tmp_path / "c.ics", rounds=ROUNDS, title="示例县").read_bytes()
    book = icalendar.Calendar.from_ical(data)
    assert str(book["x-wr-calname"]) == "示例县 解除日历"
    assert book["version"] == "2.0"
    events = events_of(data)
    assert len(events) == len(calendar_of(clock, rounds=ROUNDS).entries)
    lift = next(each for each in events.values() if "最早可转为管控区" in each["summary"])
    assert lift.decoded("dtstart") == date(2022, 3, 23)
    assert lift.decoded("dtend") == date(2022, 3, 24)
    assert lift["status"] == "TENTATIVE"
    done = next(each for each in events.values() if "第1轮检测" in each["summary"])
    start = done.decoded("dtstart")
    assert start == datetime.fromisoformat("2022-03-09T00:30+08:00")
    assert done["dtstart"].params["TZID"] == SHANGHAI
    assert [str(zone["tzid"]) for zone in book.walk("VTIMEZONE")] == [SHANGHAI]
    other = vobject.readOne(data.decode())
    seen = {each.uid.value: each.summary.value for each in other.vevent_list}
    assert seen == {uid: str(event["summary"]) for uid, event in events.items()}


@pytest.mark.parametrize(
    ("zone", "begins"), [("Asia/Beirut", "2022-03-27 01:00"), ("America/Havana", "2022-11-06 00:00-04:00")]
)
def test_a_midnight_that_is_left_out_or_comes_twice_is_a_whole_day(clock, tmp_path, zone, begins):
    first = pd.Timestamp(begins)
    first = first.tz_convert(zone) if first.tzinfo else first.tz_localize(zone)
    zones = clock.zones.loc[["S-1"]].assign(earliest=first, round_due=pd.NaT)
    there = replace(clock, at=first - pd.Timedelta(days=2), timezone=zone, zones=zones)
    there = replace(there, restarts=clock.restarts.iloc[:0], parts=clock.parts.iloc[:0])
    there = replace(there, conditions=clock.conditions.iloc[:0])
    events = events_of(export_calendar(there, tmp_path / "c.ics").read_bytes())
    assert [each.decoded("dtstart") for each in events.values()] == [first.date()]
    rows = csv.DictReader(io.StringIO(export_calendar(there, tmp_path / "c.csv").read_text("utf-8-sig")))
    assert [(row["日期"], row["时间"]) for row in rows] == [(str(first.date()), "")]
    sheets = sheets_of(export_calendar(there, tmp_path / "c.xlsx"))
    assert table_under(sheets["事项"], "日期")["事项"].to_list() == ["最早可转为管控区"]


def test_two_rounds_of_no_known_number_are_two_events(clock):
    rounds = ROUNDS.iloc[:2].assign(round=pd.array([None, None], dtype="Int64"))
    calendar = calendar_of(clock, rounds=rounds)
    assert len(events_of(calendar_ics(calendar))) == len(calendar.entries)
    assert {each.text for each in calendar.entries if each.kind == "round_done"} == {"检测（轮次不明）"}


def test_a_title_with_commas_stays_one_text(clock):
    data = calendar_ics(calendar_of(clock, title="东镇,西镇;南"))
    assert "X-WR-CALNAME:东镇\\,西镇\\;南 解除日历".encode() in data


def test_lines_are_folded_and_end_as_the_standard_says(clock):
    data = calendar_ics(calendar_of(clock, rounds=ROUNDS, title="很长的名称" * 30))
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    for line in lines:
        line.decode()  # no letter is cut


def test_an_event_keeps_its_uid_when_its_day_moves_and_a_later_issue_wins(clock):
    zones = clock.zones.copy()
    zones.loc["S-1", "earliest"] = at("2022-03-25")
    later = replace(clock, zones=zones, at=clock.at + pd.Timedelta(days=1))
    first, second = (events_of(calendar_ics(calendar_of(each))) for each in (clock, later))
    moved = next(uid for uid, each in first.items() if "最早可转为管控区" in each["summary"])
    assert second[moved].decoded("dtstart") == date(2022, 3, 25)
    assert second[moved]["sequence"] > first[moved]["sequence"]
    elsewhere = events_of(calendar_ics(calendar_of(clock, title="邻县")))
    assert not set(elsewhere) & set(first)
    assert not any("case-9" in uid for uid in first)


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.text(), st.sampled_from(NAUGHTY)), st.booleans())
def test_any_name_of_a_zone_stays_text(name, as_public):
    zones = frame(ZONES[:1], ("zone_id", *ZONE_COLUMNS), ("started", "round_due", "earliest")).set_index(
        "zone_id"
    )
    bare = Clock(
        at=at("2022-03-10 09:00"),
        timezone=SHANGHAI,
        protocol=PROTOCOL,
        plan_version="0",
        zones=zones.assign(name=name).astype({"day": "Int64", "stage": "Int64"}),
        conditions=frame([], CONDITION_COLUMNS, ("due",)),
        restarts=frame([], RESTART_COLUMNS, ("on",)),
        parts=frame([], PART_COLUMNS, ("until",)),
    )
    calendar = calendar_of(bare, title=name, audience="public" if as_public else "official")
    events = events_of(calendar_ics(calendar))
    assert len(events) == len(calendar.entries) == 2
    for event in events.values():
        assert set(event) <= {"UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION"} | {
            "CATEGORIES",
            "STATUS",
            "TRANSP",
            "CLASS",
        }


def test_the_workbook_has_zones_by_days_and_a_list_of_dates(clock, tmp_path):
    sheets = sheets_of(export_calendar(clock, tmp_path / "c.xlsx", rounds=ROUNDS))
    assert list(sheets) == ["日历", "事项"]
    rows = table_under(sheets["日历"], "区")
    assert rows["区"].to_list() == ["S-1 枫南新村3幢", "C-1 枫南新村", "C-2 北汇村", "C-3 东镇"]
    assert rows["3/23 三"].to_list()[0].startswith("枫南新村5幢延至当日")
    dates = table_under(sheets["事项"], "日期")
    assert dates["日期"].is_monotonic_increasing
    assert "最早可解除" in set(dates["事项"])


def test_the_csv_lists_dates_and_runs_nothing(clock, tmp_path):
    hostile = replace(clock, zones=clock.zones.rename(index={"C-2": "=1+1"}))
    hostile = replace(hostile, conditions=clock.conditions.iloc[:4])
    path = export_calendar(hostile, tmp_path / "c.csv", lang="en")
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert ("2022-03-23", "Wed", "controlled at the earliest") in {
        (row["Date"], row["Weekday"], row["What"]) for row in rows
    }
    assert any(row["Zone"].startswith("'=1+1") for row in rows)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_picture_shows_the_colours_of_the_tiers(clock, tmp_path, lang):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = export_calendar(clock, tmp_path / "c.png", rounds=ROUNDS, lang=lang)
    image = np.asarray(Image.open(path).convert("RGB")).astype(int)
    assert image.shape[1] == int(841.89 * 2)
    yellow = np.abs(image - (0xF6, 0xEC, 0x8C)).max(axis=2) < 10
    reddish = (image[..., 0] - image[..., 1] > 30) & (image[..., 0] > 200)
    assert yellow.sum() > 200
    assert reddish.sum() > 5_000


def test_a_day_without_room_for_all_signs_shows_what_asks_for_most(clock):
    (entry,) = (each for each in calendar_of(clock).entries if each.kind == "upgrade")
    kinds = ("upgrade", "restart", "unknown", "round_done", "round_due")
    day = [entry._replace(kind=kind) for kind in kinds]
    assert [each.kind for each in signs_of(day, width=17)] == ["upgrade", "unknown"]
    assert [each.kind for each in signs_of(day, width=40)] == ["upgrade", "restart", "unknown", "round_due"]
    assert [each.kind for each in signs_of(day[1:2], width=17)] == ["restart"]


def test_a_drawing_and_pages_for_many_zones(clock, tmp_path):
    assert export_calendar(clock, tmp_path / "c.svg").read_bytes().startswith(b"<?xml")
    many = pd.concat([clock.zones.set_axis([f"{zone}/{n}" for zone in clock.zones.index]) for n in range(16)])
    crowd = replace(clock, zones=many, conditions=clock.conditions.iloc[:0], restarts=clock.restarts.iloc[:0])
    crowd = replace(crowd, parts=clock.parts.iloc[:0])
    data = export_calendar(crowd, tmp_path / "c.pdf", days=7).read_bytes()
    assert data.count(b"/Type /Page ") == 6  # 64 zones, 11 on a page
    with pytest.raises(UnsupportedError, match="write a PDF"):
        export_calendar(crowd, tmp_path / "c.png")
    with pytest.raises(UnsupportedError, match="fewer days"):
        export_calendar(clock, tmp_path / "c.png", days=60)


def test_a_zone_of_a_tier_that_the_protocol_has_not_is_called_by_its_id(clock, tmp_path):
    odd = replace(clock, zones=clock.zones.assign(tier="watch", state="no_clock", clock_tier="watch"))
    assert export_calendar(odd, tmp_path / "c.svg").exists()
    assert "watch" in export_calendar(odd, tmp_path / "c.ics").read_text(encoding="utf-8")


def test_other_files_audiences_and_languages_are_refused(clock, tmp_path):
    with pytest.raises(UnsupportedError, match=r"choose \.ics"):
        export_calendar(clock, tmp_path / "c.docx")
    with pytest.raises(UnsupportedError, match="nobody"):
        export_calendar(clock, tmp_path / "c.ics", audience="nobody")
    with pytest.raises(UnsupportedError, match="no texts in"):
        export_calendar(clock, tmp_path / "c.ics", lang="fr")
    with pytest.raises(UnsupportedError, match="give 0 or more"):
        export_calendar(clock, tmp_path / "c.ics", days=-1)
    assert list(tmp_path.iterdir()) == []


def test_a_clock_without_zones_gives_an_empty_calendar(clock, tmp_path):
    empty = replace(clock, zones=clock.zones.iloc[:0], conditions=clock.conditions.iloc[:0])
    empty = replace(empty, restarts=clock.restarts.iloc[:0], parts=clock.parts.iloc[:0])
    assert events_of(export_calendar(empty, tmp_path / "c.ics").read_bytes()) == {}
    assert export_calendar(empty, tmp_path / "c.pdf").read_bytes().startswith(b"%PDF")
    rows = sheets_of(export_calendar(empty, tmp_path / "c.xlsx"))["事项"]
    assert len(table_under(rows, "日期")) == 1  # which says that there is nothing

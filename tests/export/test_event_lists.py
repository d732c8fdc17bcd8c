"""Lists of what is open go out to the field, are filled in, and come back as events."""

import warnings
from dataclasses import replace

import pandas as pd
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

import gridmap as gm
from gridmap.errors import UnsupportedError
from gridmap.export.event_lists import export_event_lists
from gridmap.export.kit import write_exports
from gridmap.export.workbook import opened
from gridmap.model.events import events_frame

from .list_world import NAUGHTY, sheets_of, six_households, table_of, texts_in, two_cells, zoning_of

NOON = pd.Timestamp("2022-03-05T12:00Z")  # the as-of time of the world
HOUR = pd.Timedelta(hours=1)
WORD = "枫桥-1963"


def happened():
    """h2 is away; round 1 of C-1 tested h1; two requests are open, and o3 owns one of them."""
    gone = {"kind": "transfer", "persons": 2, "site_id": "I-1"}
    asked = {"kind": "request"}
    rows = [
        {**gone, "event_id": "t1", "household_id": "h2", "hours": -30},
        {"kind": "test_round", "zone_id": "C-1", "round": 1, "household_id": "h1", "tested": 2, "hours": -5},
        {**asked, "event_id": "q1", "household_id": "h3", "note": "透析接送", "owner": "o3", "hours": -26},
        {**asked, "event_id": "q2", "zone_id": "C-1", "note": "消毒", "hours": -1},
        {**asked, "event_id": "q3", "household_id": "h1", "note": "药", "hours": -9},
        {"kind": "request_closed", "of": "q3", "hours": -8},
        {**gone, "household_id": "h4", "hours": 3},
    ]
    return events_frame(pd.DataFrame([{**row, "at": NOON + row.pop("hours") * HOUR} for row in rows]))


@pytest.fixture
def zoning():
    return replace(zoning_of(six_households(), two_cells()), events=happened())


def test_all_that_is_open_stands_in_one_workbook_and_an_owner_has_their_own(zoning, tmp_path):
    written = export_event_lists(zoning, tmp_path, plain=True)
    names = {each.path.relative_to(tmp_path).as_posix(): each.persons for each in written}
    assert names == {"open.xlsx": 4, "owners/o3 周党员.xlsx": 1}
    assert all(each.path.stat().st_mode & 0o077 == 0 for each in written)
    sheets = sheets_of(tmp_path / "open.xlsx")
    assert list(sheets) == ["在外人员", "本轮未检", "未办结诉求"]
    (away,) = table_of(sheets["在外人员"]).to_dict("records")
    assert (away["户主"], away["联系电话"]) == ("李大力", "13800138002")
    assert (away["在外人数"], away["去向"]) == (2, "I-1")
    assert away["起始"] == "2022年3月4日 06:00 (UTC+00:00)"
    (untested,) = table_of(sheets["本轮未检"]).to_dict("records")
    assert (untested["住户编号"], untested["未检人数"], untested["区编号"]) == ("h3", 2, "C-1")
    requests = table_of(sheets["未办结诉求"])
    assert requests["对应编号"].to_list() == ["q1", "q2"]
    assert requests["已过小时"].to_list() == [26, 1]
    assert requests["是否超时"].to_list() == ["是", "否"]
    assert requests["承办人"].to_list() == ["周党员 13900139003", ""]


def test_what_is_asked_for_stands_only_on_the_list_of_the_owner(zoning, tmp_path):
    export_event_lists(zoning, tmp_path, plain=True)
    assert "透析接送" not in texts_in(tmp_path / "open.xlsx")
    own = table_of(sheets_of(tmp_path / "owners" / "o3 周党员.xlsx")["未办结诉求"])
    assert own["所需服务"].to_list() == ["透析接送"]
    assert "消毒" not in texts_in(tmp_path / "owners" / "o3 周党员.xlsx")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_filled_in_is_read_back_and_the_rest_says_nothing(zoning, tmp_path, lang):
    export_event_lists(zoning, tmp_path, plain=True, lang=lang)
    untouched = read(tmp_path / "open.xlsx")
    assert untouched.empty
    assert untouched.attrs["exceptions"] == ()
    filled = {
        "返回人数": 1,
        "Persons returned": 1,
        "返回时间": "2022-03-05 22:00",
        "Returned at": "2022-03-05 22:00",
        "采样时间": "2022-03-05 22:00",
        "Tested at": "2022-03-05 22:00",
        "已检人数": 2,
        "Tested": 2,
        "办结时间": "2022-03-05 22:00",
        "Completed at": "2022-03-05 22:00",
    }
    back = read(fill(tmp_path / "open.xlsx", tmp_path / "back.xlsx", filled))
    assert back.attrs["exceptions"] == ()
    assert sorted(back["kind"]) == ["request_closed", "request_closed", "return", "test_round"]
    events = pd.concat([zoning.events, back])
    at = NOON + 2 * HOUR
    assert gm.presence(zoning.placement, events, at=at).persons_away == 1
    assert gm.round_missing(zoning.placement, zoning.plan, events, at=at).empty
    assert set(gm.request_status(events, at=at)["state"]) == {"closed"}


def read(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", gm.GridmapWarning)
        return gm.read_events(path)


def fill(path, to, values):
    """Copy a workbook with values typed into every row of some columns."""
    book = CalamineWorkbook.from_path(str(path))
    with xlsxwriter.Workbook(to) as copy:
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            page = copy.add_worksheet(name)
            top = next(place for place, row in enumerate(rows) if row[0] in ("序号", "No."))
            for place, row in enumerate(rows):
                typed = [values.get(head, value) for head, value in zip(rows[top], row, strict=True)]
                page.write_row(place, 0, typed if place > top else row)
    return to


def test_zones_that_are_held_back_are_left_out(zoning, tmp_path):
    export_event_lists(replace(zoning, held={"S-1": "nobody leads"}), tmp_path, plain=True)
    text = texts_in(tmp_path / "open.xlsx")
    assert "李大力" not in text
    assert "王美丽" in text


def test_only_the_field_gets_them_and_never_without_a_password(zoning, tmp_path):
    for audience in ("public", "official"):
        with pytest.raises(UnsupportedError, match="may have no lists of events; choose field"):
            export_event_lists(zoning, tmp_path, audience=audience, plain=True)
    with pytest.raises(UnsupportedError, match="need a password"):
        export_event_lists(zoning, tmp_path)
    (first, _) = export_event_lists(zoning, tmp_path, password=WORD)
    data = first.path.read_bytes()
    assert "李大力".encode() not in data
    assert opened(data, WORD).getvalue()[:2] == b"PK"


def test_the_kit_writes_them_for_the_field_where_there_are_events(zoning, tmp_path):
    written = write_exports(zoning, tmp_path / "out", audience="field", formats=("events",), plain=True)
    assert [each.path.name for each in written] == ["open.xlsx", "o3 周党员.xlsx"]
    none = replace(zoning, events=None)
    assert write_exports(none, tmp_path / "none", audience="field", formats=("events",), plain=True) == []
    with pytest.raises(UnsupportedError, match="may not have events"):
        write_exports(zoning, tmp_path, audience="official", formats=("events",))


def test_naughty_words_stay_inert(zoning, tmp_path):
    rows = [
        {"event_id": text, "kind": "request", "at": NOON, "household_id": "h1", "note": text, "owner": "o3"}
        for text in dict.fromkeys(each.strip() for each in NAUGHTY if each.strip())
    ]
    export_event_lists(replace(zoning, events=events_frame(pd.DataFrame(rows))), tmp_path, plain=True)
    for path in tmp_path.rglob("*.xlsx"):
        assert "<f>" not in texts_in(path)
    times = dict.fromkeys(["办结时间", "返回时间"], "2022-03-05 22:00")
    back = read(fill(tmp_path / "open.xlsx", tmp_path / "back.xlsx", times))
    assert set(back["kind"]) == {"request_closed"}
    found = set(back["of"])
    assert len(found & {row["event_id"] for row in rows}) > 0.9 * len(rows), "but those no workbook can hold"

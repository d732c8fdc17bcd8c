"""Lists for the field have columns to fill in: who was reached, how, with what result and needs."""

import csv
import io
import re
import zipfile
from dataclasses import replace

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from gridmap.core.followup import merge_followups
from gridmap.core.followup_words import CHANNELS, RESULTS, meant, said
from gridmap.core.reached import last_followups
from gridmap.export.followup_lists import read_followups
from gridmap.export.lists import export_contacts, read_list
from gridmap.export.listwords import column_of
from gridmap.export.workbook import Fill, Sheet, workbook_bytes
from tests.export.list_world import (
    NAUGHTY,
    NOON,
    PAYLOADS,
    sheets_of,
    six_households,
    table_of,
    texts_in,
    two_cells,
    zoning_of,
)

FILLED = ["联系渠道", "联系结果", "本次需求", "联系日期"]
ROUND = pd.DataFrame(
    [
        ("h1", "visit", "reached", "要降压药", pd.Timestamp("2022-03-05 09:30", tz="UTC")),
        ("h3", "phone", "absent", "", pd.Timestamp("2022-03-05", tz="UTC")),
        ("h1", "phone", "absent", "旧的", pd.Timestamp("2022-03-04", tz="UTC")),
    ],
    columns=["household_id", "channel", "result", "needs", "reached_on"],
)


@pytest.fixture
def zoning():
    return zoning_of(six_households(), two_cells())


def households(path):
    return table_of(sheets_of(path)["住户"]).set_index("住户编号")


def test_the_columns_to_fill_in_are_empty_in_a_first_round(zoning, tmp_path):
    paths = export_contacts(zoning, tmp_path, audience="field", plain=True)
    table = households(tmp_path / "zones" / "C-1 枫南新村.xlsx")
    assert table[FILLED].to_numpy().tolist() == [[""] * 4] * 2
    facts = {row[0]: row[2] for row in sheets_of(paths[0])["责任人"][1:] if row[2]}
    assert facts["已联系"] == "0户,共2户"


def test_a_second_round_shows_the_newest_entry_of_each_household(zoning, tmp_path):
    zoning = replace(zoning, followups=ROUND)
    export_contacts(zoning, tmp_path, audience="field", plain=True)
    table = households(tmp_path / "officials" / "o3 周党员.xlsx")
    assert table.loc["h1", FILLED].tolist() == ["上门", "已联系", "要降压药", "2022-03-05 09:30"]
    assert table.loc["h3", FILLED].tolist() == ["电话", "无人", "", "2022-03-05"]
    assert table.loc["h2", FILLED].tolist() == [""] * 4
    facts = {row[0]: row[2] for row in sheets_of(tmp_path / "officials" / "o3 周党员.xlsx")["责任人"]}
    assert facts["已联系"] == "1户,共3户"


def test_needs_that_were_found_go_only_to_the_roles_named_for_needs(zoning, tmp_path):
    zoning = replace(zoning, followups=ROUND)
    paths = export_contacts(zoning, tmp_path, audience="field", plain=True)
    assert [path.name for path in paths if "要降压药" in texts_in(path)] == ["o3 周党员.xlsx"]
    assert households(tmp_path / "officials" / "o1 陈书记.xlsx").loc["h1", FILLED].tolist() == [
        "上门",
        "已联系",
        "",
        "2022-03-05 09:30",
    ]
    assert [path.name for path in paths if "旧的" in texts_in(path)] == []


def test_officials_see_nothing_of_who_was_reached(zoning, tmp_path):
    zoning = replace(zoning, followups=ROUND)
    for path in export_contacts(zoning, tmp_path, audience="official"):
        found = texts_in(path)
        for secret in (*FILLED, "要降压药", "已联系", "上门"):
            assert secret not in found


def test_the_table_of_all_households_has_the_columns_without_needs(zoning, tmp_path):
    zoning = replace(zoning, followups=ROUND)
    export_contacts(zoning, tmp_path, audience="field", plain=True, lang="en")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "contacts.csv").read_text("utf-8-sig"))))
    first = next(row for row in rows if row["Household id"] == "h1")
    assert [first[name] for name in ("Channel", "Result", "Needs found", "Date")] == [
        "visit",
        "reached",
        "",
        "2022-03-05 09:30",
    ]


def test_the_list_of_officials_says_how_far_the_field_has_come(zoning, tmp_path):
    """Of h1, h2, h3 in cell a one was reached; cell b has no tier, so that its household is on no list."""
    export_contacts(replace(zoning, followups=ROUND), tmp_path, audience="field", plain=True)
    table = table_of(sheets_of(tmp_path / "officials.xlsx")["联系进度"])
    assert table[["辖区", "户数", "已联系", "未联系", "联系率"]].to_numpy().tolist() == [
        ["a", 3, 1, 2, "33%"]
    ]


def test_moments_are_written_in_the_time_zone_of_the_document(zoning, tmp_path):
    there = pd.Timestamp("2022-03-05 20:00", tz="Asia/Shanghai")
    zoning = replace(zoning, followups=ROUND, document=replace(zoning.document, as_of=there.to_pydatetime()))
    export_contacts(zoning, tmp_path, audience="field", plain=True)
    table = households(tmp_path / "officials" / "o3 周党员.xlsx")
    assert table["联系日期"].to_dict() == {"h1": "2022-03-05 17:30", "h2": "", "h3": "2022-03-05 08:00"}


def test_hostile_entries_stay_text_and_a_list_reads_back_whole(zoning, tmp_path):
    texts = [*NAUGHTY[:200], *PAYLOADS]
    for text in texts[:: len(texts) // 5]:
        said_by = ROUND.assign(channel=text, result=text, needs=text, reached_on=text)
        paths = export_contacts(replace(zoning, followups=said_by), tmp_path, audience="field", plain=True)
        for path in paths[:-1]:
            found = texts_in(path)
            assert "<f>" not in found
            assert "r:id" not in "".join(re.findall("<hyperlink .*?>", found))  # none leads outside
        zones = pd.concat([read_list(path) for path in paths if path.parent.name == "zones"])
        assert sorted(zones["household_id"]) == ["h1", "h2", "h3"]


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "上门,电话,微信,微嘉园"), ("en", "visit,phone,WeChat,app")]
)
def test_channel_and_result_are_picked_from_a_list_and_dates_are_dates(zoning, tmp_path, lang, words):
    export_contacts(zoning, tmp_path, audience="field", plain=True, lang=lang)
    with zipfile.ZipFile(tmp_path / "zones" / "C-1 枫南新村.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert f'<formula1>"{words}"</formula1>' in sheet
    assert sheet.count("<dataValidation ") == 3
    assert 'type="date"' in sheet
    assert 'formatCode="yyyy\\-mm\\-dd"' in styles or 'formatCode="yyyy-mm-dd"' in styles


def test_a_row_to_fill_in_has_room_for_a_pen():
    fill = {1: Fill(22)}
    data = workbook_bytes([Sheet("a", "a", ["n", "b"], [(1, "")], fills=fill)], banner="", foot="")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert float(re.search(r'<row r="3"[^>]* ht="([0-9.]+)"', sheet)[1]) > 36  # two lines of 18 points
    assert "<dataValidation" not in sheet
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book.get_sheet_by_index(0).to_python(skip_empty_area=False)[2] == [1.0, ""]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_second_round_that_nobody_filled_in_changes_nothing(zoning, tmp_path, lang):
    known, _ = merge_followups(None, ROUND.assign(source="first.xlsx", official_id=""))
    export_contacts(replace(zoning, followups=known), tmp_path, audience="field", plain=True, lang=lang)
    read = read_followups(tmp_path, timezone=NOON.tzinfo, now=NOON)
    merged, conflicts = merge_followups(known, read.entries)
    assert read.findings == ()
    assert len(read.entries) > len(known)  # a household stands on several lists
    pd.testing.assert_frame_equal(merged, known)
    assert conflicts.empty


def test_who_is_linked_to_all_of_a_list_is_not_named_in_its_rows(zoning, tmp_path):
    export_contacts(zoning, tmp_path, audience="field", plain=True)
    assert "联户党员" not in households(tmp_path / "officials" / "o3 周党员.xlsx")
    table = households(tmp_path / "officials" / "o1 陈书记.xlsx")
    assert table["联户党员"].tolist() == ["周党员 13900139003"] * 3


def test_words_of_either_language_mean_their_code():
    for words in (CHANNELS, RESULTS):
        for code in words:
            assert {meant(said(code, words, lang), words) for lang in ("zh", "en")} == {code}
    assert meant("去外地了", RESULTS) == "去外地了"
    assert said("去外地了", RESULTS, "en") == "去外地了"


def test_the_headings_are_found_again_in_either_language():
    assert [column_of(text) for text in FILLED] == ["channel", "result", "needs_now", "reached_on"]
    assert column_of("Needs found") == "needs_now"
    assert column_of("Needs") == "needs"


def test_without_a_round_nothing_is_known():
    for nothing in (None, ROUND.iloc[:0]):
        rows = last_followups(nothing, lang="zh")
        assert rows.empty
        assert list(rows.columns) == ["channel", "result", "needs_now", "reached_on"]

import pandas as pd
import pytest

from gridmap.store.workspace import open_workspace

LATER = "2022-04-30T10:00+08:00"


def told(path, *rows):
    """A sheet of events."""
    frame = pd.DataFrame([{"kind": kind, "at": at, "zone_id": zone, **said} for kind, at, zone, said in rows])
    frame.to_csv(path, index=False)
    return path


@pytest.fixture
def sealed(workspace):
    """The first sealed zone, and what lets it lift on 30 April."""
    with open_workspace(workspace) as opened:
        zones = opened.plan.zones
    zone = zones.index[zones["tier"] == "sealed"][0]
    everybody = {"round": 9, "due": 40, "tested": 40, "positive": 0}
    return zone, (
        ("closure", "2022-03-12 18:00", zone, {}),
        ("exposure", "2022-03-11 12:00", zone, {}),
        ("contacts_tested", "2022-03-26 12:00", zone, {"due": 3, "tested": 3, "positive": 0}),
        ("test_round", "2022-04-29 12:00", zone, everybody),
    )


def test_without_events_everything_is_unknown_and_nothing_changes(gridmap, workspace, document_of):
    before = workspace.read_bytes()
    result = gridmap("clock", workspace, "--at", LATER, "--json")
    assert result.exit_code == 3, result.output
    document = document_of(result)
    assert workspace.read_bytes() == before
    states = {row["tier"]: row["state"] for row in document["zones"]}
    assert states["sealed"] == states["controlled"] == "unknown"
    assert document["timezone"] == "Asia/Shanghai"
    assert document["proposals"] == []
    assert {row["state"] for row in document["conditions"]} == {"unknown", "not_met"}
    assert all(row["text"] for row in document["conditions"])


def test_events_of_a_sheet_count_without_being_recorded(gridmap, workspace, sealed, tmp_path, document_of):
    zone, rows = sealed
    sheet = told(tmp_path / "events.csv", *rows)
    document = document_of(gridmap("clock", workspace, "--at", LATER, "--events", sheet, "--json"))
    states = {row["zone_id"]: row["state"] for row in document["zones"]}
    assert states[zone] == "ready"
    rounds = {row["zone_id"]: (row["round"], row["tested"], row["due"]) for row in document["rounds"]}
    assert rounds[zone] == (9, 40, 40)
    assert [each["zone_id"] for each in document["proposals"]] == [zone]
    assert document["proposals"][0]["edits"][0]["edit"] == "LiftZone"
    with open_workspace(workspace) as opened:
        assert len(opened.events) == 0


def test_the_table_is_readable_in_both_languages(gridmap, workspace, sealed, tmp_path):
    zone, rows = sealed
    sheet = told(tmp_path / "events.csv", *rows)
    zh = gridmap("clock", workspace, "--at", LATER, "--events", sheet)
    assert zh.exit_code == 3
    assert "封闭当日为第0天，日期以Asia/Shanghai午夜为界" in zh.stdout
    assert "条件具备" in zh.stdout
    assert "9: 40/40" in zh.stdout
    assert "未录入封闭时间" in zh.stdout
    assert f"{zone}：4月30日10:00条件全部满足" in zh.stdout
    en = gridmap("clock", workspace, "--at", LATER, "--events", sheet, "--lang", "en")
    assert "The day of the closure is day 0; days begin at midnight in Asia/Shanghai" in en.stdout
    assert "verify against the order in force" in en.stdout
    assert "when it was closed is not recorded" in en.stdout


def test_what_is_accepted_is_saved_and_recorded_by_its_author(gridmap, workspace, sealed, tmp_path):
    zone, rows = sealed
    recorded = gridmap("record", workspace, told(tmp_path / "events.csv", *rows), "--author", "王五")
    assert recorded.exit_code == 0, recorded.output
    result = gridmap("clock", workspace, "--at", LATER, "--accept", zone, "--author", "李四")
    assert f"已确认: {zone}" in result.stdout
    with open_workspace(workspace) as opened:
        assert zone not in opened.plan.zones.index
        last = opened.versions().iloc[-1]
        assert last["author"] == "李四"
        assert zone in last["reason"]
        lifted = opened.events[opened.events["kind"] == "lifted"]
    assert lifted[["zone_id", "author"]].to_numpy().tolist() == [[zone, "李四"]]
    assert lifted["at"].iloc[0] == pd.Timestamp(LATER)


def test_what_is_not_proposed_cannot_be_accepted(gridmap, workspace, sealed):
    zone, _ = sealed
    before = workspace.read_bytes()
    result = gridmap("clock", workspace, "--at", LATER, "--accept", zone)
    assert result.exit_code == 1
    assert f"the clock proposes nothing for {zone}" in result.stderr
    assert workspace.read_bytes() == before


def test_nothing_is_accepted_on_events_that_are_not_recorded(gridmap, workspace, sealed, tmp_path):
    zone, rows = sealed
    before = workspace.read_bytes()
    sheet = told(tmp_path / "events.csv", *rows)
    result = gridmap("clock", workspace, "--at", LATER, "--events", sheet, "--accept", zone)
    assert result.exit_code == 2
    assert "gridmap record" in result.stderr
    assert workspace.read_bytes() == before


def test_nothing_is_accepted_for_a_moment_to_come_or_before_a_later_positive(
    gridmap, workspace, sealed, tmp_path
):
    zone, rows = sealed
    found = ("test_round", "2022-05-02 09:00", zone, {"round": 10, "due": 40, "tested": 40, "positive": 1})
    gridmap("record", workspace, told(tmp_path / "events.csv", *rows, found), "--author", "王五")
    before = workspace.read_bytes()
    result = gridmap("clock", workspace, "--at", LATER, "--accept", zone)
    assert result.exit_code == 1
    assert "later than 2022-04-30 10:00 came E-" in result.stderr
    future = gridmap("clock", workspace, "--at", "2999-01-01T00:00+08:00", "--accept", zone)
    assert future.exit_code == 1
    assert "2999-01-01 00:00 has not come yet" in future.stderr
    assert workspace.read_bytes() == before


def test_a_moment_without_a_zone_is_one_of_the_clock(gridmap, workspace, document_of):
    for options, moment in (
        ((), "2022-03-19T16:00:00+00:00"),
        (("--timezone", "Asia/Tokyo"), "2022-03-19T15:00:00+00:00"),
    ):
        document = document_of(gridmap("clock", workspace, "--at", "2022-03-20", *options, "--json"))
        assert pd.Timestamp(document["at"]) == pd.Timestamp(moment)


def test_a_wrong_language_or_time_zone_is_told(gridmap, workspace):
    assert gridmap("clock", workspace, "--lang", "fr").exit_code == 2
    assert gridmap("clock", workspace, "--calendar", "c.ics", "--audience", "press").exit_code == 2
    result = gridmap("clock", workspace, "--at", LATER, "--timezone", "Asia/Nowhere")
    assert result.exit_code == 1
    assert "no time zone is called 'Asia/Nowhere'" in result.stderr


def test_calendars_are_written_and_logged(gridmap, workspace, sealed, tmp_path, document_of):
    zone, rows = sealed
    sheet = told(tmp_path / "events.csv", *rows)
    files = [tmp_path / "calendar.ics", tmp_path / "calendar.csv"]
    options = [part for file in files for part in ("--calendar", file)]
    at = ("--at", "2022-04-29T15:00+08:00", "--events", sheet)
    result = gridmap("clock", workspace, *at, *options, "--audience", "public", "--json")
    assert result.exit_code == 3, result.output
    assert document_of(result)["files"] == [str(file) for file in files]
    text = files[1].read_text(encoding="utf-8-sig")
    assert f"2022-04-29,五,12:00,{zone} " in text
    assert "病例" not in text
    assert files[0].read_bytes().startswith(b"BEGIN:VCALENDAR")
    with open_workspace(workspace) as opened:
        log = opened.exports()
    assert log["file"].to_list()[-2:] == [str(file) for file in files]
    assert set(log["audience"][-2:]) == {"public"}


def test_a_calendar_of_another_kind_or_for_nobody_is_refused(gridmap, workspace, tmp_path):
    for code, said, *options in (
        (1, "choose", "--calendar", tmp_path / "c.txt"),
        (2, "is none of public, official, field", "--calendar", tmp_path / "c.ics", "--audience", "all"),
    ):
        result = gridmap("clock", workspace, "--at", LATER, *options)
        assert result.exit_code == code
        assert said in result.stderr
    assert list(tmp_path.glob("c.*")) == []

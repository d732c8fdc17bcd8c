"""Events in a workspace: recorded once, by somebody, and never changed."""

import sqlite3
from contextlib import closing

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.errors import TableError, WorkspaceError
from gridmap.model.events import events_frame, standing

NOON = pd.Timestamp("2022-03-05T12:00+08:00")
HOUR = pd.Timedelta(hours=1)


@pytest.fixture
def workspace(tmp_path):
    """A workspace with one cell."""
    grid = gpd.GeoDataFrame(
        index=pd.Index(["a"], name="cell_id"), geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:4549"
    )
    workspace = gm.open_workspace(tmp_path / "county.gpkg", timeout_s=0)
    workspace.set_tables(grid=grid)
    return workspace


def frame(*rows):
    return pd.DataFrame(list(rows))


def closure(zone="S-1", **more):
    return {"kind": "closure", "at": NOON, "zone_id": zone, **more}


def test_a_new_workspace_has_no_events_and_they_keep_what_they_say(workspace):
    assert workspace.events.equals(events_frame(None))
    test = {"kind": "test_round", "at": NOON, "zone_id": "S-1", "round": 3, "due": 400, "tested": 398}
    done = workspace.record(frame({**test, "positive": 0, "result": "negative", "note": "=1+1"}), author="王")
    assert (done.added, done.repeated, done.exceptions) == (1, 0, ())
    row = gm.open_workspace(workspace.path).events.iloc[0]
    assert row["at"] == NOON
    assert (row["round"], row["due"], row["tested"], row["positive"]) == (3, 400, 398, 0)
    assert (row["result"], row["note"], row["author"], row["owner"]) == ("negative", "=1+1", "王", "")
    assert pd.isna(row["persons"])
    assert row["recorded_at"] is not pd.NaT


def test_the_same_event_is_recorded_once_whoever_brings_it(workspace):
    assert workspace.record(frame(closure(), closure()), author="王")[:2] == (1, 1)
    assert workspace.record(frame(closure(), closure("S-2")), author="李")[:2] == (1, 1)
    assert workspace.record(workspace.events, author="李")[:2] == (0, 2)
    assert workspace.events["author"].to_list() == ["王", "李"]


def test_what_is_no_event_is_kept_aside_with_its_reason_and_the_rest_recorded(workspace):
    rows = frame(
        closure(event_id="fine"),
        closure(event_id="late", at=None),
        closure("", event_id="where"),
        closure(event_id="flood", kind="flood"),
        {"event_id": "who", "kind": "transfer", "at": NOON, "household_id": "h1"},
        {"event_id": "back", "kind": "withdrawn", "at": NOON, "of": "nothing"},
        {"event_id": "odd", "kind": "contacts_tested", "at": NOON, "zone_id": "S-1", "result": "maybe"},
        {
            "event_id": "more",
            "kind": "test_round",
            "at": NOON,
            "zone_id": "S-1",
            "round": 1,
            "tested": 2,
            "positive": 3,
        },
    )
    done = workspace.record(rows, author="王")
    assert done.added == 1
    assert {fault.where: fault.kind for fault in done.exceptions} == {
        "late": "no_time",
        "where": "lacks_value",
        "flood": "unknown_kind",
        "who": "lacks_value",
        "back": "unknown_event",
        "odd": "bad_result",
        "more": "contradiction",
    }
    assert workspace.events.index.to_list() == ["fine"]


def moved(event_id, kind, household, persons, *, hours=0):
    said = {"event_id": event_id, "kind": kind, "household_id": household, "persons": persons}
    return {**said, "at": NOON + hours * HOUR}


def test_transfers_and_returns_that_cannot_be_are_kept_aside(workspace):
    roster = pd.DataFrame({"residents": [2, None]}, index=pd.Index(["h1", "h2"], name="household_id"))
    workspace.set_tables(households=roster)
    rows = frame(
        moved("home", "return", "h1", 1, hours=2),
        moved("away", "transfer", "h1", 2),
        moved("more", "transfer", "h1", 2, hours=3),
        moved("who", "transfer", "h9", 1),
        moved("unknown", "transfer", "h2", 1),
    )
    done = workspace.record(rows, author="王")
    assert [(each.where, each.kind, each.what) for each in done.exceptions] == [
        ("more", "more_than_live_there", "household h1: 1 + 2 persons away, 2 live there"),
        ("who", "unknown_household", "household h9: no household of the roster has this id"),
        (
            "unknown",
            "more_than_live_there",
            "household h2: 0 + 1 persons away, no count of residents is known",
        ),
    ]
    assert workspace.record(rows, author="王")[:2] == (0, 2)
    assert workspace.events.index.to_list() == ["home", "away"]


def test_a_workspace_without_a_roster_records_whom_it_is_told(workspace):
    assert workspace.record(frame(moved("t", "transfer", "h1", 9)), author="王").added == 1


def test_an_event_without_an_author_is_kept_aside(workspace):
    done = workspace.record(frame(closure(), closure("S-2", author="陈")), author=" ")
    assert [fault.kind for fault in done.exceptions] == ["no_author"]
    assert workspace.events["author"].to_list() == ["陈"]


def test_an_id_that_says_something_else_changes_nothing(workspace):
    workspace.record(frame(closure(event_id="7")), author="王")
    done = workspace.record(frame(closure("S-2", event_id="7")), author="王")
    assert [(fault.kind, fault.where) for fault in done.exceptions] == [("changed_event", "7")]
    assert workspace.events["zone_id"].to_list() == ["S-1"]
    done = workspace.record(frame({"kind": "withdrawn", "at": NOON + HOUR, "of": "7"}), author="王")
    assert done.added == 1
    assert len(workspace.events) == 2
    assert standing(workspace.events).empty


def test_a_request_that_finds_its_owner_later_is_handed_over_once(workspace):
    asked = {"kind": "request", "at": NOON, "household_id": "h1", "note": "药"}
    workspace.record(frame(asked), author="王")
    owned = frame({**asked, "owner": "o1"})
    assert workspace.record(owned, author="王")[:2] == (1, 0)
    assert workspace.record(owned, author="王")[:2] == (0, 1)
    assert workspace.record(frame(asked), author="王")[:2] == (0, 1)
    request, handed = (row for _, row in workspace.events.iterrows())
    assert (handed["of"], handed["owner"], handed["note"]) == (request.name, "o1", "")
    assert workspace.record(frame({**asked, "owner": "o2"}, {**asked, "owner": "o2"}), author="王")[:2] == (
        1,
        1,
    )


def test_only_a_request_is_closed_and_not_before_it_was_made(workspace):
    asked = {"event_id": "r", "kind": "request", "at": NOON, "zone_id": "S-1"}
    closed = {"kind": "request_closed", "at": NOON}
    rows = frame(
        asked,
        closure(event_id="c"),
        {**closed, "event_id": "of-none", "of": "c"},
        {**closed, "event_id": "too-early", "of": "r", "at": NOON - 25 * HOUR},
        {**closed, "event_id": "fine", "of": "r", "at": NOON - 12 * HOUR},
    )
    done = workspace.record(rows, author="王")
    assert [(each.where, each.kind) for each in done.exceptions] == [
        ("of-none", "no_request"),
        ("too-early", "closed_before"),
    ]
    assert workspace.events.index.to_list() == ["r", "c", "fine"]


def test_a_request_may_come_with_its_owner_and_its_end_at_once(workspace):
    rows = frame(
        {"event_id": "q", "kind": "request", "at": NOON, "zone_id": "S-1", "owner": "o1"},
        {"kind": "request_closed", "at": NOON + HOUR, "of": "q"},
    )
    assert workspace.record(rows, author="王")[:2] == (2, 0)
    assert workspace.record(rows, author="王")[:2] == (0, 2)


def test_a_time_without_a_zone_records_nothing(workspace):
    with pytest.raises(TableError, match="no time zone"):
        workspace.record(frame(closure(), closure(at=pd.Timestamp("2022-03-05"))), author="王")
    assert workspace.events.empty


def test_no_row_can_be_changed_or_removed(workspace):
    workspace.record(frame(closure()), author="王")
    with closing(sqlite3.connect(workspace.path)) as connection:
        for sql in ("DELETE FROM gridmap_events", "UPDATE gridmap_events SET note = 'x'"):
            with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                connection.execute(sql)


def test_events_that_another_program_damaged_are_told(workspace):
    with closing(sqlite3.connect(workspace.path)) as connection:
        connection.execute(
            "INSERT INTO gridmap_events (event_id, kind, at, author) VALUES ('x', 'closure', 'soon', 'y')"
        )
        connection.commit()
    with pytest.raises(WorkspaceError, match="its events are damaged"):
        _ = workspace.events

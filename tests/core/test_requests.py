"""Requests: open or closed, whose they are, and since when."""

import pandas as pd
import pytest

from gridmap.core.requests import REQUEST_COLUMNS, request_status
from gridmap.errors import TableError

NOON = pd.Timestamp("2022-03-05T12:00+08:00")
HOUR = pd.Timedelta(hours=1)


def request(event_id, hours, **more):
    said = {"kind": "request", "at": NOON + hours * HOUR, "household_id": "h1"}
    return {"event_id": event_id, **said, **more}


def closed(of, hours):
    return {"kind": "request_closed", "at": NOON + hours * HOUR, "of": of}


def test_open_requests_come_first_and_the_oldest_at_the_top():
    rows = [request("b", 5), request("a", 1), request("c", 0), closed("c", 3)]
    found = request_status(pd.DataFrame(rows), at=NOON + 26 * HOUR)
    assert found.index.to_list() == ["a", "b", "c"]
    assert found["state"].to_list() == ["open", "open", "closed"]
    assert found["hours"].to_list() == [25, 21, 3]
    assert found["overdue"].to_list() == [True, False, False]
    assert found.loc["c", "closed_at"] == NOON + 3 * HOUR


def test_a_request_is_overdue_after_the_hours_that_are_told_and_not_at_them():
    rows = pd.DataFrame([request("a", 0)])
    assert not request_status(rows, at=NOON + 2 * HOUR, overdue_h=2)["overdue"].any()
    assert request_status(rows, at=NOON + 2.01 * HOUR, overdue_h=2)["overdue"].all()


def test_the_owner_is_whom_it_was_given_to_last():
    rows = [request("a", 0, owner="o1"), request("x", 1, of="a", owner="o2"), request("b", 0)]
    found = request_status(pd.DataFrame(rows))
    assert found["owner"].to_dict() == {"a": "o2", "b": ""}
    assert request_status(pd.DataFrame(rows), at=NOON)["owner"].to_dict() == {"a": "o1", "b": ""}


def test_an_end_that_was_withdrawn_opens_the_request_again():
    end = {**closed("a", 1), "event_id": "end"}
    back = {"kind": "withdrawn", "at": NOON + 2 * HOUR, "of": "end"}
    assert request_status(pd.DataFrame([request("a", 0), end]))["state"].to_list() == ["closed"]
    assert request_status(pd.DataFrame([request("a", 0), end, back]))["state"].to_list() == ["open"]


def test_no_requests_have_the_same_columns():
    for events in (None, pd.DataFrame([{"kind": "closure", "at": NOON, "zone_id": "S-1"}])):
        found = request_status(events)
        assert tuple(found.columns) == REQUEST_COLUMNS
        assert found.empty


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(TableError, match="has no time zone"):
        request_status(None, at=pd.Timestamp("2022-03-05").to_pydatetime())


def test_one_closed_on_a_date_without_its_hour_took_no_time():
    found = request_status(pd.DataFrame([request("a", 0), closed("a", -12)]), at=NOON)
    assert found.loc["a", ["state", "hours"]].to_list() == ["closed", 0.0]

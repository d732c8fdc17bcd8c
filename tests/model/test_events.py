"""Events in their one form, and which of them hold."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.errors import TableError
from gridmap.model.events import COUNTS, EVENT_COLUMNS, EVENT_KINDS, events_frame, standing

NOON = pd.Timestamp("2022-03-05T12:00+08:00")
HOUR = pd.Timedelta(hours=1)


def frame(*rows):
    """Events, one from each mapping."""
    return pd.DataFrame(list(rows))


def test_missing_columns_are_filled_with_blanks_and_unknown_counts_are_not_zero():
    events = events_frame(frame({"kind": "closure", "at": NOON, "zone_id": "S-1"}))
    assert tuple(events.columns) == EVENT_COLUMNS
    assert events.index.name == "event_id"
    assert events["household_id"].to_list() == [""]
    assert events[list(COUNTS)].isna().all(axis=None)
    assert str(events["persons"].dtype) == "Int64"
    assert str(events["at"].dtype) == "datetime64[us, UTC]"


def test_no_events_have_the_same_columns():
    for nothing in (None, pd.DataFrame(), events_frame(None)):
        events = events_frame(nothing)
        assert tuple(events.columns) == EVENT_COLUMNS
        assert len(events) == 0
        assert str(events["at"].dtype) == "datetime64[us, UTC]"
        assert str(events["round"].dtype) == "Int64"
        assert len(standing(events, NOON)) == 0


def test_an_event_that_says_the_same_has_the_same_id_whoever_says_it():
    row = {"kind": "closure", "at": NOON, "zone_id": "S-1"}
    first = events_frame(frame({**row, "author": "a"}))
    second = events_frame(frame({**row, "author": "b", "at": NOON.tz_convert("UTC")}))
    other = events_frame(frame({**row, "zone_id": "S-2"}))
    assert first.index.to_list() == second.index.to_list()
    assert first.index.to_list() != other.index.to_list()
    assert events_frame(first).equals(first)


def test_ids_that_are_given_stay():
    events = events_frame(frame({"event_id": "007", "kind": "closure", "at": NOON}, {"kind": "closure"}))
    assert events.index[0] == "007"
    assert events.index[1].startswith("E-")


def test_a_time_without_a_zone_and_a_count_that_is_none_are_refused_together():
    bad = frame({"kind": "test_round", "at": pd.Timestamp("2022-03-05T12:00"), "tested": "many", "due": -1})
    with pytest.raises(TableError, match="3 faults in events") as caught:
        events_frame(bad)
    assert [fault.kind for fault in caught.value.faults] == ["no_time_zone", "bad_number", "bad_number"]


def test_times_as_texts_are_read_with_their_zone():
    events = events_frame(frame({"kind": "closure", "at": "2022-03-05T12:00+08:00"}, {"kind": "closure"}))
    assert events["at"].iloc[0] == NOON
    assert pd.isna(events["at"].iloc[1])
    with pytest.raises(TableError, match="no time zone"):
        events_frame(frame({"kind": "closure", "at": "yesterday"}))


def test_what_was_given_is_left_as_it_is():
    rows = frame({"kind": "closure", "at": NOON, "tested": 3})
    before = rows.copy(deep=True)
    standing(rows, NOON)
    pd.testing.assert_frame_equal(rows, before)


def test_what_was_withdrawn_or_lies_later_does_not_stand():
    events = frame(
        {"event_id": "a", "kind": "closure", "at": NOON},
        {"event_id": "b", "kind": "closure", "at": NOON + HOUR},
        {"event_id": "c", "kind": "withdrawn", "at": NOON + 2 * HOUR, "of": "a"},
        {"event_id": "d", "kind": "closure", "at": NOON + 3 * HOUR},
    )
    assert standing(events).index.to_list() == ["b", "d"]
    assert standing(events, NOON + 2 * HOUR).index.to_list() == ["b"]
    assert standing(events, NOON + HOUR).index.to_list() == ["a", "b"]
    assert standing(events, NOON - HOUR).index.to_list() == []


def test_a_withdrawal_that_was_withdrawn_takes_nothing_back():
    events = frame(
        {"event_id": "a", "kind": "closure", "at": NOON},
        {"event_id": "b", "kind": "withdrawn", "at": NOON + HOUR, "of": "a"},
        {"event_id": "c", "kind": "withdrawn", "at": NOON + 2 * HOUR, "of": "b"},
    )
    assert standing(events, NOON + HOUR).index.to_list() == []
    assert standing(events).index.to_list() == ["a"]


def test_an_event_without_a_time_or_of_an_unknown_kind_never_stands():
    events = frame({"kind": "closure"}, {"kind": "flood", "at": NOON}, {"kind": "lifted", "at": NOON})
    assert standing(events)["kind"].to_list() == ["lifted"]


def test_a_time_asked_about_needs_a_zone():
    with pytest.raises(TableError, match="has no time zone"):
        standing(None, pd.Timestamp("2022-03-05").to_pydatetime())


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(EVENT_KINDS)), st.integers(0, 5), st.integers(0, 7)), max_size=8
    )
)
def test_withdrawals_in_a_circle_still_have_one_answer_and_it_only_leaves_out(rows):
    events = frame(
        *(
            {"event_id": str(place), "kind": kind, "at": NOON + hours * HOUR, "of": str(of)}
            for place, (kind, hours, of) in enumerate(rows)
        )
    )
    held = standing(events)
    assert set(held.index) <= {str(place) for place in range(len(rows))}
    assert held["at"].is_monotonic_increasing
    assert "withdrawn" not in held["kind"].to_list()
    assert held.equals(standing(held))

"""Transfers and returns that cannot be are told before they are recorded."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.impossible_moves import counted_residents, impossible_moves, newly_impossible
from gridmap.core.presence import move_findings, moves_of
from gridmap.model.events import events_frame, standing

NOON = pd.Timestamp("2022-03-05T12:00+08:00")
HOUR = pd.Timedelta(hours=1)
LIVE = pd.Series({"h1": 2, "h2": 3, "h3": None})


def event(event_id, kind, household="h1", persons=1, *, hours=0, of=""):
    said = {"event_id": event_id, "kind": kind, "household_id": household, "persons": persons, "of": of}
    return {**said, "at": NOON + hours * HOUR}


def events(*rows):
    return events_frame(pd.DataFrame(list(rows)) if rows else None)


def refused(*given, known=()):
    found = impossible_moves(events(*known), events(*given), LIVE)
    return {fault.where: fault.kind for fault in found.values()}


def test_what_can_be_is_not_told_of_in_whatever_order_it_stands():
    assert refused(event("b", "return", hours=1), event("a", "transfer")) == {}
    assert refused(event("b", "return", hours=1), known=[event("a", "transfer")]) == {}
    assert refused() == {}


def test_more_than_live_there_a_return_without_a_transfer_and_a_stranger_are_told():
    assert refused(event("a", "transfer", persons=3)) == {"a": "more_than_live_there"}
    assert refused(event("a", "return")) == {"a": "return_without_transfer"}
    assert refused(event("a", "transfer", "h9")) == {"a": "unknown_household"}
    assert refused(event("a", "transfer", "h3")) == {"a": "more_than_live_there"}


def test_of_two_that_cannot_both_be_the_later_one_is_told():
    rows = event("late", "transfer", persons=2, hours=5), event("early", "transfer", persons=2)
    assert refused(*rows) == {"late": "more_than_live_there"}


def test_a_new_one_that_makes_a_known_one_impossible_is_told_and_the_other_named():
    late = event("late", "transfer", persons=2, hours=5)
    found = impossible_moves(events(late), events(event("early", "transfer")), LIVE)
    assert found[0].what == "household h1: with it event late could not be: 1 + 2 persons away, 2 live there"
    assert "withdraw" in found[0].cure


def test_a_withdrawal_in_the_same_sheet_makes_room():
    wrong = event("wrong", "transfer", persons=2)
    right = event("right", "transfer", persons=1, hours=1)
    back = event("back", "withdrawn", "", None, of="wrong", hours=9)
    assert refused(event("two", "transfer", persons=2), known=[wrong]) == {"two": "more_than_live_there"}
    assert refused(right, back, known=[wrong]) == {}


def test_what_is_known_is_never_told_of_and_does_not_stop_what_is_right():
    wrong = event("wrong", "transfer", persons=9)
    assert refused(wrong, known=[wrong]) == {}
    assert refused(event("home", "return", hours=1), known=[wrong]) == {}
    assert refused(event("b", "transfer", "h2"), known=[wrong]) == {}


def test_a_renewed_roster_makes_impossible_who_is_away_from_nowhere_and_not_who_came_home():
    told = events(
        event("few", "transfer", "h1", 2),
        event("gone", "transfer", "h2", 1),
        event("out", "transfer", "h4", 1),
        event("back", "return", "h4", 1, hours=1),
        event("wrong", "transfer", "h5", 9),
    )
    roster = pd.DataFrame({"residents": ["2", "3", "1", "x"]}, index=["h1", "h2", "h4", "h5"])
    before = counted_residents(roster)
    assert before.to_dict() | {"h5": None} == {"h1": 2, "h2": 3, "h4": 1, "h5": None}
    after = counted_residents(pd.DataFrame({"residents": [1, 9]}, index=["h1", "h5"]))
    assert newly_impossible(told, before, after) == ["few", "gone"]
    assert counted_residents(roster[[]]).isna().all()


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["transfer", "return"]),
        st.sampled_from(["h1", "h2", "h9"]),
        st.integers(0, 3),
        st.integers(0, 5),
    ),
    max_size=8,
)


@settings(max_examples=50)
@given(MOVES, MOVES)
def test_what_is_let_in_adds_nothing_that_cannot_be(before, after):
    known, new = (
        events(*(event(f"{side}{at}", *move[:3], hours=move[3]) for at, move in enumerate(moves)))
        for side, moves in (("k", before), ("n", after))
    )
    found = impossible_moves(known, new, LIVE)
    kept = new.iloc[[place for place in range(len(new)) if place not in found]]
    wrong = [
        {row[0] for row in move_findings(moves_of(standing(each)), LIVE)}
        for each in (known, pd.concat([known, kept]))
    ]
    assert wrong[1] <= wrong[0]

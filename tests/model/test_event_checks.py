"""What an event of each kind must say."""

import pandas as pd
import pytest

from gridmap.model.event_checks import NEEDED, unfit
from gridmap.model.events import COUNTS, EVENT_KINDS, events_frame

NOON = pd.Timestamp("2022-03-05T12:00+08:00")


@pytest.mark.parametrize("kind", list(EVENT_KINDS))
def test_every_kind_has_what_it_needs_and_lacks_it_one_by_one(kind):
    whole = {names[0]: 1 if names[0] in COUNTS else "x" for names in NEEDED[kind]}
    row = {"kind": kind, "at": NOON, **whole}
    assert unfit(events_frame(pd.DataFrame([row]))).empty
    for lacking in whole:
        events = events_frame(pd.DataFrame([{**row, lacking: None}]))
        (fault,) = unfit(events)
        assert fault.kind == "lacks_value"
        assert lacking in fault.what
        assert fault.where == events.index[0]


def test_no_events_have_no_faults():
    assert unfit(events_frame(None)).empty


def test_the_first_reason_counts_and_places_are_in_order():
    rows = pd.DataFrame([{"kind": "lifted"}, {"kind": "x", "at": NOON}, {"kind": "x"}])
    found = unfit(events_frame(rows))
    assert {place: fault.kind for place, fault in found.items()} == {
        0: "no_time",
        1: "unknown_kind",
        2: "unknown_kind",
    }

"""Which events are over, and which words of the others."""

import pandas as pd

from gridmap.core.over import Gone
from gridmap.core.over_events import events_over
from gridmap.model.events import events_frame

NOON = pd.Timestamp("2022-03-05T12:00+08:00")
DAY = pd.Timedelta(days=1)


def over(*rows, before=NOON + DAY):
    events = events_frame(pd.DataFrame(list(rows)))
    return events_over(
        events,
        households={"gone"},
        known={"gone", "here"},
        zones={"S-2"},
        gone=Gone(texts=frozenset({"张三"})),
        before=before,
    )


def event(event_id, kind="request", **more):
    return {"event_id": event_id, "kind": kind, "at": NOON, **more}


def test_events_of_a_household_that_is_over_go_with_what_follows_of_them():
    rows = [
        event("q", household_id="gone"),
        event("c", "request_closed", of="q"),
        event("w", "withdrawn", of="c"),
        event("other", household_id="here", note="药"),
    ]
    assert over(*rows).removed == {"q", "c", "w"}
    assert over(*rows).emptied == set()


def test_a_transfer_stays_while_somebody_is_away_but_not_its_note():
    there = event("t", "transfer", household_id="gone", persons=2, note="母女")
    back = event("r", "return", household_id="gone", persons=2)
    assert over(there) == (frozenset(), frozenset({("t", "note")}))
    assert over(there, back).removed == {"t", "r"}


def test_events_of_households_that_the_roster_lost_go_after_the_date():
    assert over(event("q", household_id="lost")).removed == {"q"}
    assert over(event("q", household_id="lost"), before=NOON).removed == set()


def test_notes_of_zones_that_stay_stay_and_others_are_emptied_but_their_figures_stay():
    rows = [
        event("s1", "test_round", zone_id="S-1", tested=3, note="二单元漏检"),
        event("s2", "test_round", zone_id="S-2", tested=3, note="二单元漏检"),
        event("g", "arrival", site_id="G-1", persons=1, note="访客"),
    ]
    assert over(*rows) == (frozenset(), frozenset({("s1", "note"), ("g", "note")}))
    assert over(*rows, before=NOON).emptied == set()


def test_words_that_tell_of_who_is_over_go_wherever_they_stand():
    row = event("q", household_id="here", note="张三代领", building="张三家", author="张三", owner="o1")
    assert over(row).emptied == {("q", "note"), ("q", "building"), ("q", "author")}

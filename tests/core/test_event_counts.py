"""Events in figures, cell by cell and area by area."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

import gridmap as gm
from gridmap.core.event_counts import COUNT_COLUMNS, event_counts
from tests.core.worlds import households, two_towns

NOON = pd.Timestamp("2022-03-05T12:00+08:00")
HOUR = pd.Timedelta(hours=1)
ROWS = [("h1", 50, "", 2), ("h2", 150, "", 3), ("h3", 250, "", 4), ("h4", None, "", 1), ("h1", 450, "", 7)]
PLACEMENT = gm.place_households(households(ROWS), two_towns())
PLAN = gm.apply_edit(gm.new_plan(two_towns()), gm.SetTier(cells=["a1", "a2"], tier="sealed"))


def counted(*rows, **more):
    events = pd.DataFrame([{"at": NOON, **row} for row in rows])
    return event_counts(PLACEMENT, PLAN, events, **more)


def test_without_events_everybody_is_present_and_the_rest_is_zero():
    counts = event_counts(PLACEMENT, PLAN, None)
    assert counts.index.to_list() == ["a1", "a2", "b1", "b2", "c1", "c2", ""]
    assert tuple(counts.columns) == COUNT_COLUMNS
    assert counts["present"].to_list() == [2, 3, 4, 0, 0, 0, 8]
    assert counts.drop(columns=["persons", "present"]).eq(0).all(axis=None)


def test_figures_stand_where_the_households_live():
    rows = [
        {"kind": "transfer", "household_id": "h3", "persons": 1},
        {"kind": "transfer", "household_id": "h4", "persons": 1},
        {"kind": "test_round", "zone_id": "S-1", "round": 1, "household_id": "h1", "tested": 2},
        {"kind": "request", "household_id": "h2", "note": "a"},
        {"kind": "request", "area_id": "c1"},
        {"kind": "request", "zone_id": "S-1"},
    ]
    counts = counted(*rows, at=NOON + 25 * HOUR)
    assert counts["away"].to_dict() == {"a1": 0, "a2": 0, "b1": 1, "b2": 0, "c1": 0, "c2": 0, "": 1}
    assert counts["untested"].to_dict() == {"a1": 0, "a2": 3, "b1": 0, "b2": 0, "c1": 0, "c2": 0, "": 0}
    assert counts["requests_open"].to_dict() == {"a1": 0, "a2": 1, "b1": 0, "b2": 0, "c1": 1, "c2": 0, "": 1}
    assert counts["requests_overdue"].sum() == 3
    towns = counted(*rows, level="town", at=NOON + 2 * HOUR)
    assert towns.index.to_list() == ["T1", "T2", ""]
    assert towns["away"].to_list() == [1, 0, 1]
    assert towns["requests_open"].to_list() == [1, 1, 1]
    assert towns["requests_overdue"].sum() == 0


def test_a_request_of_a_town_counts_there_and_not_in_its_cells():
    row = {"kind": "request", "area_id": "T1"}
    assert counted(row, level="town").loc["T1", "requests_open"] == 1
    assert counted(row).loc["", "requests_open"] == 1


KINDS = st.sampled_from(["transfer", "return", "request"])


LEVELS = st.sampled_from([None, "village", "town", "county", "no such level"])


@settings(max_examples=25)
@given(LEVELS, st.lists(st.tuples(KINDS, st.sampled_from("1234")), max_size=6))
def test_the_areas_of_any_level_add_up_to_the_roster_and_all_requests(level, rows):
    told = [
        {"event_id": str(place), "kind": kind, "household_id": f"h{who}", "persons": 1}
        for place, (kind, who) in enumerate(rows)
    ]
    counts = counted(*told, level=level)
    here = gm.presence(PLACEMENT, pd.DataFrame([{"at": NOON, **row} for row in told]))
    assert counts["persons"].sum() == 17
    assert (counts["present"] + counts["away"] == counts["persons"]).all()
    assert counts["away"].sum() == here.persons_away
    assert counts["requests_open"].sum() == sum(kind == "request" for kind, _ in rows)

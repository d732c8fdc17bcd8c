"""Events that name what is not there are listed, and never dropped in silence."""

import pandas as pd

import gridmap as gm
from gridmap.core.event_findings import event_findings
from tests.core.worlds import households, two_towns

NOON = pd.Timestamp("2022-03-05T12:00+08:00")
PLACEMENT = gm.place_households(households([("h1", 50, "", 2), ("h2", 250, "", 3)]), two_towns())
SEALED = gm.apply_edit(gm.new_plan(two_towns()), gm.SetTier(cells=["a1"], tier="sealed"))
SITES = pd.DataFrame(index=pd.Index(["I-1"], name="site_id"))
OFFICIALS = pd.DataFrame(index=pd.Index(["o1"], name="official_id"))


def found(*rows, plan=SEALED, **more):
    events = pd.DataFrame([{"at": NOON, "event_id": str(place), **row} for place, row in enumerate(rows)])
    listed = event_findings(PLACEMENT, plan, events, **more)
    return set(zip(listed["event_id"], listed["kind"], strict=True))


def test_nothing_is_found_where_all_is_known():
    rows = [
        {"kind": "closure", "zone_id": "S-1"},
        {"kind": "test_round", "zone_id": "S-1", "area_id": "a1", "round": 1, "due": 2, "tested": 2},
        {"kind": "transfer", "household_id": "h1", "persons": 1, "site_id": "I-1"},
        {"kind": "request", "household_id": "h2", "owner": "o1"},
    ]
    assert found(*rows, sites=SITES, officials=OFFICIALS) == set()
    assert event_findings(PLACEMENT, SEALED, None).empty


def test_ids_that_nothing_has_are_listed():
    rows = [
        {"kind": "closure", "zone_id": "S-9"},
        {"kind": "closure", "area_id": "x9"},
        {"kind": "transfer", "household_id": "h9", "persons": 1, "site_id": "I-9"},
        {"kind": "request", "household_id": "h2", "owner": "o9"},
    ]
    assert found(*rows, sites=SITES, officials=OFFICIALS) == {
        ("0", "unknown_zone"),
        ("1", "unknown_area"),
        ("2", "unknown_household"),
        ("2", "unknown_site"),
        ("3", "unknown_owner"),
    }
    assert ("2", "unknown_site") not in found(*rows)


def test_a_zone_that_was_lifted_since_is_known():
    lifted = gm.apply_edit(SEALED, gm.ClearTier(cells=["a1"], reason="lifted"))
    assert found({"kind": "lifted", "zone_id": "S-1"}, plan=lifted) == set()


def test_tests_that_count_for_no_zone_or_tell_too_many_are_listed():
    rows = [
        {"kind": "test_round", "area_id": "c1", "round": 1, "tested": 3},
        {"kind": "test_round", "zone_id": "S-1", "round": 1, "due": 2, "tested": 3},
    ]
    assert found(*rows) == {("0", "test_without_zone"), ("1", "more_tested_than_due")}


def test_a_time_that_lies_after_it_was_recorded_is_listed():
    recorded = {"recorded_at": NOON}
    rows = [
        {"kind": "closure", "zone_id": "S-1", "at": NOON + pd.Timedelta(days=3650), **recorded},
        {"kind": "closure", "zone_id": "S-1", "at": NOON + pd.Timedelta(hours=20), **recorded},
    ]
    assert found(*rows) == {("0", "after_recorded")}


def test_what_cannot_be_is_among_them_and_what_was_withdrawn_is_not():
    rows = [
        {"kind": "return", "household_id": "h1", "persons": 1},
        {"kind": "closure", "zone_id": "S-9"},
        {"kind": "withdrawn", "of": "1"},
    ]
    assert found(*rows) == {("0", "return_without_transfer")}

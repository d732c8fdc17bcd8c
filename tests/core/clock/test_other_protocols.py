"""The clocks of the other protocols, each by a timeline worked by hand; the day of the closure is day 0."""

import pytest

from gridmap.core.apply import replay
from gridmap.core.edits import SetTier
from tests.core.clock_world import (
    all_negative,
    clock_at,
    drawn,
    earliest_of,
    event,
    missing,
    moment,
    protocol,
    state_of,
    verdicts,
    zoned,
)

APRIL = protocol("shanghai-2022-04")
MAY = protocol("shanghai-2022-05")
NINTH = protocol("ninth-edition-2022-06")
TWENTY = protocol("twenty-measures-2022-11")


# Shanghai, April: 7 days closed, 7 at home, everyone negative on day 13; from 10 April that is 25 April.


@pytest.fixture(scope="module")
def april():
    return drawn(APRIL, "sealed", "prevention", cells=("a1", "a2"))


def test_april_goes_from_closed_to_home_monitoring_to_prevention(april):
    closed = event("closure", "04-10 09:00")
    told = (closed, all_negative("04-23 09:00"))
    phases = {
        day: clock_at(APRIL, april, closed, at=f"04-{day} 12:00").zones.loc["S-1", ["day", "phase"]].to_list()
        for day in (10, 17, 18, 24)
    }
    assert phases == {10: [0, "closed"], 17: [7, "closed"], 18: [8, "home"], 24: [14, "home"]}
    assert state_of(clock_at(APRIL, april, closed, at="04-22 12:00")) == "counting"
    due = clock_at(APRIL, april, closed, at="04-23 08:00")
    assert (state_of(due), due.zones.loc["S-1", "round_due"]) == ("due", moment("04-23 00:00"))
    assert state_of(clock_at(APRIL, april, *told, at="04-24 23:59")) == "counting"
    ready = clock_at(APRIL, april, *told, at="04-25 00:00")
    assert (state_of(ready), ready.zones.loc["S-1", "then"]) == ("ready", "prevention")
    (proposal,) = ready.proposals
    assert set(replay(april, proposal.edits).tiers) == {"prevention"}


def test_april_an_early_round_is_not_that_of_day_13(april):
    told = (event("closure", "04-10 09:00"), all_negative("04-22 23:59"))
    assert state_of(clock_at(APRIL, april, *told, at="04-25 00:00")) == "due"


def test_april_controlled_takes_7_days_with_everyone_negative_on_day_6():
    plan = drawn(APRIL, "controlled", "prevention")
    closed = event("closure", "04-10 09:00", "C-1")
    early = clock_at(APRIL, plan, closed, all_negative("04-15 12:00", "C-1"), at="04-18 08:00")
    assert state_of(early, "C-1") == "due"
    told = (closed, all_negative("04-16 12:00", "C-1"))
    assert state_of(clock_at(APRIL, plan, *told, at="04-17 23:59"), "C-1") == "counting"
    assert state_of(clock_at(APRIL, plan, *told, at="04-18 00:00"), "C-1") == "ready"
    case = ("case-2", "a1", "04-12")
    clock = clock_at(APRIL, plan, *told, at="04-18 00:00", known=[case])
    assert clock.zones.loc["C-1", ["state", "then"]].to_list() == ["upgrade", "sealed"]


def test_april_prevention_has_to_hold_and_nothing_follows_it(april):
    begun = event("closure", "04-10 09:00", "P-1")
    assert state_of(clock_at(APRIL, april, begun, at="04-24 12:00"), "P-1") == "counting"
    clock = clock_at(APRIL, april, begun, at="04-25 12:00")
    assert state_of(clock, "P-1") == "holds"
    assert clock.proposals == ()
    again = clock_at(APRIL, april, begun, at="04-25 12:00", known=[("case-2", "c1", "04-20")])
    assert (state_of(again, "P-1"), earliest_of(again, "P-1")) == ("counting", "05-05 00:00")


# Shanghai, May: 7 days without a new case to controlled, then 3 days to prevention.


def test_may_goes_from_sealed_to_controlled_to_prevention():
    plan, closed = drawn(MAY, "sealed", "prevention"), event("closure", "05-10 09:00")
    assert state_of(clock_at(MAY, plan, closed, at="05-17 23:59")) == "counting"
    (first,) = clock_at(MAY, plan, closed, at="05-18 00:00").proposals
    assert (first.kind, first.tier) == ("downgrade", "controlled")
    after = replay(plan, first.edits)
    lifted = event("lifted", "05-18 06:00")
    assert state_of(clock_at(MAY, after, closed, lifted, at="05-21 23:59"), "C-1") == "counting"
    clock = clock_at(MAY, after, closed, lifted, at="05-22 00:00")
    (second,) = clock.proposals
    assert (second.zone_id, second.tier) == ("C-1", "prevention")
    assert set(replay(after, second.edits).tiers) == {"prevention"}


def test_may_a_zone_that_nobody_said_was_lifted_does_not_begin_its_3_days():
    plan, closed = drawn(MAY, "sealed", "prevention"), event("closure", "05-10 09:00")
    (first,) = clock_at(MAY, plan, closed, at="05-18 00:00").proposals
    clock = clock_at(MAY, replay(plan, first.edits), closed, at="05-30 00:00")
    assert state_of(clock, "C-1") == "unknown"


def test_may_a_case_on_day_6_begins_the_7_days_anew():
    plan, closed = drawn(MAY, "sealed", "prevention"), event("closure", "05-10 09:00")
    clock = clock_at(MAY, plan, closed, at="05-18 00:00", known=[("case-2", "a1", "05-16")])
    assert (state_of(clock), earliest_of(clock)) == ("counting", "05-24 00:00")


# Ninth edition: high 7 days and negative on day 7 to medium, 3 more days to low; medium of its own 7 days.


def test_ninth_high_takes_7_and_3_days():
    plan, closed = drawn(NINTH, "high", "low"), event("closure", "06-24 09:00", "H-1")
    tested = all_negative("07-01 09:00", "H-1")
    assert state_of(clock_at(NINTH, plan, closed, at="07-01 12:00"), "H-1") == "due"
    assert state_of(clock_at(NINTH, plan, closed, tested, at="07-01 23:59"), "H-1") == "counting"
    (first,) = clock_at(NINTH, plan, closed, tested, at="07-02 00:00").proposals
    after = replay(plan, first.edits)
    assert after.tiers["a1"] == "medium"
    told = (closed, tested, event("lifted", "07-02 08:00", "H-1"))
    clock = clock_at(NINTH, after, *told, at="07-05 23:59")
    assert clock.zones.loc["M-1", ["stage", "clock_tier", "state"]].to_list() == [2, "high", "counting"]
    (second,) = clock_at(NINTH, after, *told, at="07-06 00:00").proposals
    assert (second.zone_id, second.tier) == ("M-1", "low")


def test_ninth_a_late_negative_moves_the_downgrade_to_its_hour():
    plan, closed = drawn(NINTH, "high", "low"), event("closure", "06-24 09:00", "H-1")
    late = all_negative("07-04 15:00", "H-1")
    assert state_of(clock_at(NINTH, plan, closed, late, at="07-04 14:59"), "H-1") == "due"
    clock = clock_at(NINTH, plan, closed, late, at="07-04 15:00")
    assert (state_of(clock, "H-1"), earliest_of(clock, "H-1")) == ("ready", "07-04 15:00")


def test_ninth_medium_of_its_own_takes_7_days():
    plan, closed = drawn(NINTH, "medium", "low"), event("closure", "06-24 09:00", "M-1")
    tested = all_negative("07-01 09:00", "M-1")
    clock = clock_at(NINTH, plan, closed, tested, at="07-02 00:00")
    assert clock.zones.loc["M-1", ["stage", "then", "state"]].to_list() == [1, "low", "ready"]


def test_ninth_low_has_no_clock():
    clock = clock_at(NINTH, drawn(NINTH, "high", "low"), at="07-02 00:00")
    assert state_of(clock, "L-1") == "no_clock"
    assert verdicts(clock, "L-1") == {}


# Twenty measures: 5 days without a new case; a new case restarts them.


def test_twenty_measures_restart_their_5_days_with_every_case():
    plan, closed = drawn(TWENTY, "high", "low"), event("closure", "11-26 09:00", "H-1")
    assert state_of(clock_at(TWENTY, plan, closed, at="12-01 23:59"), "H-1") == "counting"
    assert state_of(clock_at(TWENTY, plan, closed, at="12-02 00:00"), "H-1") == "ready"
    known = [("case-2", "a1", "11-28"), ("case-3", "a1", "12-01")]
    clock = clock_at(TWENTY, plan, closed, at="12-02 00:00", known=known)
    assert (state_of(clock, "H-1"), earliest_of(clock, "H-1")) == ("counting", "12-07 00:00")
    assert clock.restarts["day"].to_list() == [2, 5]
    assert missing(clock, "H-1") == ["days to go: 5; 2022-12-07 00:00 at the earliest"]


def test_the_regulation_of_the_eu_has_no_clock():
    rules = protocol("eu-2020-687-hpai")
    plan = zoned(rules, SetTier(cells=["a1"], tier="protection"))
    clock = clock_at(rules, plan, event("closure", "03-05 18:00", "PZ-1"), at="06-01 00:00")
    assert state_of(clock, "PZ-1") == "no_clock"
    assert len(clock.conditions) == 0
    assert clock.proposals == ()

"""Shanghai, April 2022: a positive keeps its building to day 14, counted from it, while the rest goes on.

All by hand: the zone is closed on 10 April; day 13 is the 23rd, and 25 April 00:00 follows its day 14.
"""

from dataclasses import replace

import pytest

from gridmap.core.apply import replay
from gridmap.core.place import place_households
from gridmap.core.tally import household_tiers, household_zones
from gridmap.model.clock_stage import Stage
from tests.core.clock_world import (
    GRID,
    all_negative,
    cases,
    clock_at,
    drawn,
    earliest_of,
    event,
    missing,
    moment,
    protocol,
    state_of,
    verdicts,
)
from tests.core.worlds import households

APRIL = protocol("shanghai-2022-04")
CLOSED = event("closure", "04-10 09:00")
TESTED = all_negative("04-23 09:00")


@pytest.fixture(scope="module")
def april():
    return drawn(APRIL, "sealed", "prevention", cells=("a1", "a2"))


@pytest.fixture(scope="module")
def homes():
    """Households of three buildings in the sealed cells."""
    rows = [("h1", 10, "甲苑1幢101", 3), ("h2", 20, "甲苑3幢101", 2), ("h3", 120, "甲苑5幢201", 4)]
    return place_households(households(rows), GRID)


def positive(*rows):
    """Cases from (id, household, day of April)."""
    known = cases(*((case, "", f"04-{day}") for case, _, day in rows))
    return known.assign(household_id=[home for _, home, _ in rows])


def test_a_case_keeps_its_building_to_day_14_while_the_rest_goes_on(april, homes):
    asked = {"known": positive(("case-2", "h2", 15)), "placement": homes}
    clock = clock_at(APRIL, april, CLOSED, TESTED, at="04-25 08:00", **asked)
    assert state_of(clock) == "ready"
    (part,) = clock.parts.to_dict("records")
    assert (part["building"], part["case_id"], part["until"]) == ("甲苑3幢", "case-2", moment("04-30 00:00"))
    assert clock.restarts[["case_id", "day", "effect"]].to_numpy().tolist() == [["case-2", 5, "part"]]
    (proposal,) = clock.proposals
    assert proposal.kept == ("甲苑3幢",)
    after = replay(april, proposal.edits)
    assert household_tiers(after, homes).to_list() == ["prevention", "sealed", "prevention"]
    assert household_zones(after, homes).to_list() == ["P-1", "S-1", "P-1"]

    alone = clock_at(APRIL, after, CLOSED, TESTED, at="04-29 23:00", **asked)
    assert alone.zones.loc["S-1", "day"] == 14
    assert verdicts(alone) == {"no_new_case": "not_met", "test_day": "unknown"}
    again = (CLOSED, TESTED, all_negative("04-28 09:00", people=2, number=10))
    assert state_of(clock_at(APRIL, after, *again, at="04-29 23:59", **asked)) == "counting"
    free = clock_at(APRIL, after, *again, at="04-30 00:00", **asked)
    (last,) = free.proposals
    assert set(household_tiers(replay(after, last.edits), homes)) == {"prevention"}


def test_a_case_of_no_known_building_keeps_the_whole_zone(april):
    clock = clock_at(APRIL, april, CLOSED, TESTED, at="04-25 08:00", known=[("case-2", "a1", "04-15")])
    assert (state_of(clock), earliest_of(clock)) == ("counting", "04-30 00:00")
    assert len(clock.parts) == 0


def test_of_two_buildings_that_are_kept_each_goes_on_after_its_own_day_14(april, homes):
    """3幢 from 12 April: day 13 is the 25th, free on the 27th; 5幢 from 20 April: 3 May, free on 5 May."""
    asked = {"known": positive(("case-2", "h2", 12), ("case-3", "h3", 20)), "placement": homes}
    (first,) = clock_at(APRIL, april, CLOSED, TESTED, at="04-25 08:00", **asked).proposals
    assert first.kept == ("甲苑3幢", "甲苑5幢")
    both = replay(april, first.edits)
    tested = (CLOSED, TESTED, all_negative("04-25 12:00", people=6, number=10))
    before = clock_at(APRIL, both, *tested, at="04-26 23:59", **asked)
    assert (state_of(before), earliest_of(before)) == ("counting", "04-27 00:00")
    (second,) = clock_at(APRIL, both, *tested, at="04-27 00:00", **asked).proposals
    assert second.kept == ("甲苑5幢",)
    one = replay(both, second.edits)
    assert household_tiers(one, homes).to_list() == ["prevention", "prevention", "sealed"]
    later = (*tested, all_negative("05-03 09:00", people=4, number=11))
    assert state_of(clock_at(APRIL, one, *later, at="05-04 23:59", **asked)) == "counting"
    (third,) = clock_at(APRIL, one, *later, at="05-05 00:00", **asked).proposals
    assert set(household_tiers(replay(one, third.edits), homes)) == {"prevention"}


def test_a_positive_of_day_13_keeps_its_building_and_the_rest_was_negative(april, homes):
    found = event("test_round", "04-23 09:00", round=9, due=9, tested=9, positive=1)
    asked = {"at": "04-25 08:00", "placement": homes}
    clock = clock_at(APRIL, april, CLOSED, found, known=positive(("case-2", "h2", 23)), **asked)
    assert verdicts(clock) == {"no_new_case": "met", "test_day": "met"}
    (proposal,) = clock.proposals
    assert proposal.kept == ("甲苑3幢",)
    assert clock.parts["until"].to_list() == [moment("05-08 00:00")]


@pytest.mark.parametrize(
    ("said", "known", "why"),
    [
        ({"positive": 1}, [], "positives that are not registered as cases: 1"),
        ({"positive": 2}, [("case-2", "h2", 23)], "positives that are not registered as cases: 1"),
        ({"positive": 1, "tested": 8}, [("case-2", "h2", 23)], "a positive was found"),
        ({"positive": 1}, [("case-2", "h2", 12)], "positives that are not registered as cases: 1"),
    ],
    ids=["no case", "one of two", "one not tested", "an earlier case"],
)
def test_a_positive_that_no_kept_building_explains_holds_the_rest(april, homes, said, known, why):
    found = event("test_round", "04-23 09:00", round=9, **{"due": 9, "tested": 9, **said})
    clock = clock_at(APRIL, april, CLOSED, found, at="04-25 08:00", known=positive(*known), placement=homes)
    assert why in missing(clock)
    assert clock.proposals == ()


def test_a_building_kept_to_day_14_of_the_zone_counts_from_the_closure(april, homes):
    """A zone of 7 days: the rest goes on on 18 April; day 14 of the zone is the 24th."""
    stage = Stage(days=7, then="prevention", on_case_part="building", on_case_days=14, on_case_from="closure")
    rules = replace(APRIL, clock={**APRIL.clock, "sealed": (stage,)})
    asked = {"known": positive(("case-2", "h2", 15)), "placement": homes}
    clock = clock_at(rules, april, CLOSED, at="04-18 00:00", **asked)
    assert clock.parts["until"].to_list() == [moment("04-25 00:00")]
    after = replay(april, clock.proposals[0].edits)
    alone = clock_at(rules, after, CLOSED, at="04-24 23:59", **asked)
    assert (state_of(alone), earliest_of(alone), alone.zones.loc["S-1", "day"]) == (
        *("counting", "04-25 00:00", 14),
    )
    assert state_of(clock_at(rules, after, CLOSED, at="04-25 00:00", **asked)) == "ready"

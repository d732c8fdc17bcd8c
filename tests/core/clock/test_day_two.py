"""Plans that change while clocks run: buildings in a compound, new cases, merged zones, what is accepted."""

import pandas as pd
import pytest

from gridmap.core.apply import apply_edit, replay
from gridmap.core.clock.accept import accept_proposals
from gridmap.core.clock.zone_clock import zone_clock
from gridmap.core.delineate import delineate
from gridmap.core.edits import ClearTier, MergeZones, NumberZone, SetRemainder, SetTier
from gridmap.core.lifting import lift_of
from gridmap.core.place import place_households
from gridmap.core.tally import household_zones
from gridmap.errors import GridmapWarning, PlanError
from tests.core.clock_world import (
    all_negative,
    cases,
    contacts_negative,
    earliest_of,
    event,
    happened,
    missing,
    moment,
    protocol,
    state_of,
    zoned,
)
from tests.core.worlds import households, two_towns
from tests.warned import warned

GRID = two_towns()
RULES = protocol()


def told(zone, begins="03-05", people=300):
    """What lets a zone lift 15 days after it was closed."""
    day = moment(f"{begins} 18:00")
    return (
        event("closure", day, zone),
        event("exposure", day, zone),
        contacts_negative(day + pd.Timedelta(days=14, hours=2), zone),
        all_negative(day + pd.Timedelta(days=14, hours=2), zone, people=people),
    )


@pytest.fixture(scope="module")
def homes():
    """Two buildings of a compound in cell a1, and a village house in a2."""
    rows = [("h1", 10, "甲苑1幢101", 3), ("h2", 20, "甲苑3幢101", 2), ("h3", 120, "乙浜5号", 4)]
    return place_households(households(rows), GRID)


def known(*rows):
    """Cases from (id, household, confirmed_on)."""
    frame = cases(*((case, "", date) for case, _, date in rows))
    return frame.assign(household_id=[home for _, home, _ in rows])


def jiashan(homes, *rows, base=None):
    return delineate(known(*rows), GRID, protocol=RULES, households=homes, base=base)


def test_a_case_lies_in_the_building_that_was_sealed_for_it_and_not_in_the_compound(homes):
    plan = jiashan(homes, ("case-1", "h1", "03-05"))
    events = happened(*told("S-1"), *told("C-1"))
    asked = {"protocol": RULES, "at": moment("03-10 08:00"), "grid": GRID, "placement": homes}
    quiet = zone_clock(plan, known(("case-1", "h1", "03-05")), events, **asked)
    assert set(quiet.zones.loc[["S-1", "C-1"], "state"]) == {"counting"}
    again = zone_clock(plan, known(("case-1", "h1", "03-05"), ("case-2", "h1", "03-09")), events, **asked)
    assert again.restarts[["zone_id", "case_id"]].to_numpy().tolist() == [["S-1", "case-2"]]
    beside = zone_clock(plan, known(("case-1", "h1", "03-05"), ("case-2", "h2", "03-09")), events, **asked)
    assert (state_of(beside), state_of(beside, "C-1")) == ("counting", "upgrade")


def test_the_building_of_a_case_is_found_by_its_address_without_a_roster(homes):
    plan = jiashan(homes, ("case-1", "h1", "03-05"))
    positive = cases(("case-2", "a1", "03-09")).assign(address="甲苑1幢2单元201室")
    events = happened(*told("S-1"), *told("C-1"))
    clock = zone_clock(plan, positive, events, protocol=RULES, at=moment("03-10 08:00"))
    assert clock.restarts[["zone_id", "case_id"]].to_numpy().tolist() == [["S-1", "case-2"]]


def test_a_case_that_is_over_does_not_seal_the_compound_that_its_building_falls_to(homes):
    first, second = ("case-1", "h1", "03-05"), ("case-2", "h1", "03-08")
    plan = jiashan(homes, first)
    plan = jiashan(homes, first, second, base=plan)
    events = happened(*told("S-1", "03-08"), *told("C-1"))
    at = {"protocol": RULES, "at": moment("03-23 08:00"), "grid": GRID, "placement": homes}
    clock = zone_clock(plan, known(first, second), events, **at)
    (proposal,) = (each for each in clock.proposals if each.zone_id == "S-1")
    after = replay(plan, proposal.edits)
    assert household_zones(after, homes)["h1"] == "C-1"
    quiet = zone_clock(after, known(first, second), events, **at)
    assert state_of(quiet, "C-1") != "upgrade"
    assert len(quiet.restarts) == 0
    late = zone_clock(after, known(first, second, ("case-3", "h1", "03-20")), events, **at)
    assert state_of(late, "C-1") == "upgrade"


def test_a_kept_building_counts_from_its_case_also_when_that_was_zoned_before():
    rules = protocol("shanghai-2022-04")
    rows = [("h1", 10, "甲苑1幢101", 3), ("h2", 20, "甲苑3幢101", 2)]
    homes = place_households(households(rows), GRID)
    first, second = ("case-1", "h1", "04-10"), ("case-2", "h2", "04-15")
    plan = delineate(known(first, second), GRID, protocol=rules, households=homes)
    events = happened(event("closure", "04-10 09:00"), all_negative("04-23 09:00"))
    at = {"protocol": rules, "grid": GRID, "placement": homes}
    clock = zone_clock(plan, known(first, second), events, at=moment("04-25 08:00"), **at)
    (proposal,) = clock.proposals
    assert proposal.kept == ("甲苑3幢",)
    after = replay(plan, proposal.edits)
    assert household_zones(after, homes).to_list() == ["P-1", "S-1"]
    alone = zone_clock(after, known(first, second), events, at=moment("04-25 08:00"), **at)
    assert (state_of(alone), earliest_of(alone)) == ("counting", "04-30 00:00")


def test_the_closure_of_a_zone_counts_for_the_one_that_it_was_merged_into():
    edits = [SetTier(cells=[cell], tier="sealed", name=cell) for cell in ("a1", "b1")]
    plan = zoned(RULES, SetRemainder(tier="prevention"), *edits, grid=GRID)
    events = happened(*told("S-1"), event("closure", "03-12 09:00", "S-2"))
    at = {"protocol": RULES, "at": moment("03-20 08:00"), "grid": GRID}
    assert state_of(zone_clock(plan, None, events, **at)) == "ready"
    merged = apply_edit(plan, MergeZones(zones=["S-1", "S-2"]))
    clock = zone_clock(merged, None, events, **at)
    assert (state_of(clock), earliest_of(clock)) == ("counting", "03-27 00:00")


def test_a_zone_that_was_merged_is_lifted_with_the_one_that_it_was_merged_into():
    edits = [SetTier(cells=[cell], tier="sealed", name=cell) for cell in ("a1", "b1")]
    plan = zoned(RULES, SetRemainder(tier="prevention"), *edits, grid=GRID)
    merged = apply_edit(plan, MergeZones(zones=["S-1", "S-2"]))
    events = happened(*told("S-1"), event("closure", "03-05 09:00", "S-2"))
    at = {"protocol": RULES, "grid": GRID}
    clock = zone_clock(merged, None, events, at=moment("03-20 08:00"), **at)
    done = accept_proposals(merged, clock, zones=["S-1"])
    unsaid = zone_clock(done.plan, None, events, at=moment("03-20 09:00"), **at)
    assert missing(unsaid, "P-1") == ["no record of lifting: 2 (S-2, S-1)"]
    after = zone_clock(done.plan, None, pd.concat([events, done.events]), at=moment("03-20 09:00"), **at)
    assert (state_of(after, "P-1"), missing(after, "P-1")) == ("ready", [])


def test_a_merged_zone_that_gets_another_number_keeps_what_was_told_of_both():
    edits = [SetTier(cells=[cell], tier="sealed", name=cell) for cell in ("a1", "b1")]
    merged = (*edits, MergeZones(zones=["S-1", "S-2"]), NumberZone(zone="S-1", number="封1"))
    plan = zoned(RULES, SetRemainder(tier="prevention"), *merged, grid=GRID)
    events = happened(*told("S-1"), event("closure", "03-12 09:00", "S-2"))
    at = {"protocol": RULES, "at": moment("03-27 08:00"), "grid": GRID}
    clock = zone_clock(plan, None, events, **at)
    assert earliest_of(clock, "封1") == "03-27 08:00"
    assert missing(clock, "封1") == ["a full test round, due from 2022-03-25 00:00, is not recorded"]
    lifted = pd.concat([events, happened(event("lifted", "03-27 07:00", "封1"))])
    gone = apply_edit(plan, ClearTier(cells=["a1", "b1"]))
    assert state_of(zone_clock(gone, None, lifted, **at), "P-1") == "ready"


def test_a_zone_that_a_case_raised_is_lifted_with_the_one_that_it_became(homes):
    plan = jiashan(homes, ("case-1", "h1", "03-05"))
    with warned(GridmapWarning, match="a case in zone C-1: .* all of it is sealed at once: case-2"):
        plan = jiashan(homes, ("case-1", "h1", "03-05"), ("case-2", "h2", "03-09"), base=plan)
    assert [zone for zone in plan.zones.index if zone[0] in "SC"] == ["S-1", "S-2"]
    events = [*told("C-1"), event("closure", "03-09 20:00", "S-2"), event("lifted", "03-25 08:00", "S-2")]
    gone = replay(plan, [lift_of(plan, zone, reason="order 18") for zone in ("S-1", "S-2")])
    at = {"protocol": RULES, "at": moment("03-25 09:00"), "grid": GRID, "placement": homes}
    cases_told = known(("case-1", "h1", "03-05"), ("case-2", "h2", "03-09"))
    unsaid = zone_clock(gone, cases_told, happened(*events[:-1]), **at)
    assert missing(unsaid, "P-1") == ["no record of lifting: 2 (C-1, S-2)"]
    assert state_of(zone_clock(gone, cases_told, happened(*events), **at), "P-1") == "ready"


def test_what_is_accepted_is_applied_and_told_as_events_at_the_moment_of_the_clock():
    edits = (SetTier(cells=["a1"], tier="sealed"), SetTier(cells=["b1"], tier="controlled"))
    plan = zoned(RULES, SetRemainder(tier="prevention"), *edits, grid=GRID)
    events = happened(*told("S-1"), *told("C-1"))
    positive = cases(("case-2", "b1", "03-19"))
    clock = zone_clock(plan, positive, events, protocol=RULES, at=moment("03-20 08:00"), grid=GRID)
    assert {each.zone_id: each.kind for each in clock.proposals} == {"S-1": "lift", "C-1": "upgrade"}
    done = accept_proposals(plan, clock, zones=["S-1", "C-1"])
    assert done.plan.tiers[["a1", "b1"]].to_list() == ["prevention", "sealed"]
    assert done.events[["kind", "zone_id"]].to_numpy().tolist() == [
        *(["lifted", "S-1"], ["lifted", "C-1"], ["closure", "S-2"]),
    ]
    assert set(done.events["at"]) == {moment("03-20 08:00")}
    (accepted,) = done.plan.edits[len(plan.edits) :]
    assert replay(plan, [accepted]) == replay(plan, accepted.edits) == done.plan
    assert accepted.reason == "; ".join(each.reason for each in clock.proposals)
    ordered = accept_proposals(plan, clock, zones=["S-1", "C-1"], reason="order 18")
    assert set(ordered.events["note"]) == {"order 18"}
    assert {each.reason for each in ordered.plan.edits[-1].edits} == {"order 18"}
    everything = pd.concat([events, done.events])
    after = zone_clock(done.plan, positive, everything, protocol=RULES, at=moment("03-20 09:00"), grid=GRID)
    assert after.zones.loc["S-2", ["day", "state"]].to_list() == [0, "unknown"]


def test_nothing_else_can_be_accepted_and_only_of_the_plan_that_the_clock_is_about():
    plan = zoned(RULES, SetTier(cells=["a1"], tier="sealed"), grid=GRID)
    at = {"protocol": RULES, "at": moment("03-20 08:00"), "grid": GRID}
    clock = zone_clock(plan, None, happened(*told("S-1")), **at)
    with pytest.raises(PlanError, match="the clock proposes nothing for S-9"):
        accept_proposals(plan, clock, zones=["S-9"])
    other = apply_edit(plan, SetTier(cells=["b1"], tier="sealed"))
    with pytest.raises(PlanError, match="the clock is about version"):
        accept_proposals(other, clock, zones=["S-1"])

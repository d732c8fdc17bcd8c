"""Three zones of 2021, day by day: closed on 5 March, day 14 is 19 March, and on 20 March it may lift."""

import pandas as pd
import pytest

from gridmap.core.apply import replay
from gridmap.core.clock.zone_clock import zone_clock
from gridmap.core.edits import AddCarveOut, ClearTier, Lock, SetRemainder, SetTier
from gridmap.core.place import place_households
from tests.core.clock_world import (
    GRID,
    all_negative,
    clock_at,
    contacts_negative,
    earliest_of,
    event,
    missing,
    moment,
    protocol,
    state_of,
    verdicts,
    zoned,
)
from tests.core.worlds import households, two_towns

RULES = protocol()
CLOSED = event("closure", "03-05 18:00", event_id="closed")
EXPOSED = event("exposure", "03-05 12:00", event_id="exposed")
CONTACTS = contacts_negative("03-19 12:00", event_id="contacts")
TESTED = all_negative("03-18 12:00", event_id="tested")
EVERYTHING = (CLOSED, EXPOSED, CONTACTS, TESTED)
FIRST = ("case-1", "a1", "03-05")


@pytest.fixture(scope="module")
def plan():
    """Cell a1 sealed (S-1), a2 controlled (C-1), the rest under prevention (P-1)."""
    return zoned(
        RULES,
        SetRemainder(tier="prevention"),
        SetTier(cells=["a1"], tier="sealed"),
        SetTier(cells=["a2"], tier="controlled"),
        grid=GRID,
    )


def clock_of(plan, *events, at, known=(FIRST,), **options):
    return clock_at(RULES, plan, *events, at=at, known=known, **options)


def test_the_day_of_the_closure_is_day_0_and_the_case_that_made_the_zone_restarts_nothing(plan):
    clock = clock_of(plan, *EVERYTHING, at="03-05 20:00")
    assert clock.zones.loc["S-1", "day"] == 0
    assert clock.zones.loc["S-1", "started"] == moment("03-05 18:00")
    assert len(clock.restarts) == 0


def test_the_last_minute_of_day_14_lifts_nothing_and_the_midnight_after_it_does(plan):
    before = clock_of(plan, *EVERYTHING, at="03-19 23:59")
    assert (before.zones.loc["S-1", "day"], state_of(before)) == (14, "counting")
    assert verdicts(before) == {"no_new_case": "not_met", "contacts": "not_met", "tested": "met"}
    assert before.proposals == ()
    after = clock_of(plan, *EVERYTHING, at="03-20 00:00")
    assert verdicts(after) == {"no_new_case": "met", "contacts": "met", "tested": "met"}
    assert (state_of(after), earliest_of(after)) == ("ready", "03-20 00:00")


def test_what_is_proposed_leaves_the_cell_to_the_remainder(plan):
    (proposal,) = clock_of(plan, *EVERYTHING, at="03-20 08:00").proposals
    assert (proposal.zone_id, proposal.kind, proposal.tier) == ("S-1", "lift", "")
    after = replay(plan, proposal.edits)
    assert after.tiers["a1"] == "prevention"
    assert after.cell_zones["a1"] == "P-1"
    assert list(after.zones.index) == ["P-1", "C-1"]
    assert plan.tiers["a1"] == "sealed"


def test_the_reason_tells_the_rule_and_the_moment_in_both_languages(plan):
    (zh,) = clock_of(plan, *EVERYTHING, at="03-20 08:00").proposals
    (en,) = clock_of(plan, *EVERYTHING, at="03-20 08:00", lang="en").proposals
    assert zh.reason.startswith("S-1：3月20日08:00条件全部满足；14天内无新增病例")
    assert en.reason.startswith("S-1: every condition is met at 2022-03-20 08:00; 14 days without")
    assert en.edits[0].reason == en.reason


@pytest.mark.parametrize(
    ("left_out", "condition", "said"),
    [
        ("closed", "no_new_case", "when it was closed is not recorded"),
        ("exposed", "contacts", "no last exposure (or that there is no contact) is recorded"),
        ("contacts", "contacts", "the test of the contacts is not recorded"),
        ("tested", "tested", "a full test round, due from 2022-03-18 00:00, is not recorded"),
    ],
)
def test_what_no_event_says_is_unknown_and_never_met(plan, left_out, condition, said):
    told = [each for each in EVERYTHING if each["event_id"] != left_out]
    clock = clock_of(plan, *told, at="03-20 08:00")
    assert verdicts(clock)[condition] == "unknown"
    assert said in missing(clock)
    assert state_of(clock) == ("due" if left_out == "tested" else "unknown")
    assert clock.proposals == ()


def test_without_any_event_nothing_is_known(plan):
    clock = zone_clock(plan, None, None, protocol=RULES, at=moment("03-20 08:00"))
    assert set(clock.zones.loc[["S-1", "C-1"], "state"]) == {"unknown"}
    assert clock.zones["day"].isna().all()
    assert earliest_of(clock) == ""
    assert clock.zones["round_due"].isna().all()


def test_a_case_on_day_13_begins_the_14_days_anew(plan):
    late = ("case-2", "a1", "03-18")
    clock = clock_of(plan, *EVERYTHING, at="03-20 08:00", known=[FIRST, late])
    assert verdicts(clock)["no_new_case"] == "not_met"
    assert (clock.zones.loc["S-1", "day"], earliest_of(clock)) == (2, "04-02 00:00")
    (restart,) = clock.restarts.to_dict("records")
    assert (restart["zone_id"], restart["case_id"], restart["day"], restart["effect"]) == (
        *("S-1", "case-2", 13, "restart"),
    )
    assert missing(clock)[0] == "days to go: 13; 2022-04-02 00:00 at the earliest"


def test_a_restart_over_the_end_of_a_month_lifts_at_its_midnight(plan):
    late = ("case-2", "a1", "03-18")
    again = (all_negative("03-31 09:00", event_id="again"),)
    before = clock_of(plan, *EVERYTHING, *again, at="04-01 23:59", known=[FIRST, late])
    after = clock_of(plan, *EVERYTHING, *again, at="04-02 00:00", known=[FIRST, late])
    assert (state_of(before), state_of(after)) == ("counting", "ready")


def test_a_case_that_is_confirmed_later_than_the_moment_is_not_known_yet(plan):
    late = ("case-2", "a1", "03-21")
    assert state_of(clock_of(plan, *EVERYTHING, at="03-20 08:00", known=[FIRST, late])) == "ready"


def test_a_case_next_door_does_not_touch_the_zone(plan):
    beside = ("case-2", "a2", "03-18")
    clock = clock_of(plan, *EVERYTHING, at="03-20 08:00", known=[FIRST, beside])
    assert state_of(clock) == "ready"
    assert len(clock.restarts) == 0


def test_a_case_without_a_day_or_without_a_place_leaves_the_days_unknown(plan):
    undated = clock_of(plan, *EVERYTHING, at="03-20 08:00", known=[FIRST, ("case-2", "a1", None)])
    assert (verdicts(undated)["no_new_case"], state_of(undated)) == ("unknown", "unknown")
    assert "cases in it without confirmed_on: 1" in missing(undated)
    unplaced = clock_of(plan, *EVERYTHING, at="03-20 08:00", known=[FIRST, ("case-2", "", "03-10")])
    assert (verdicts(unplaced)["no_new_case"], state_of(unplaced)) == ("unknown", "unknown")
    assert unplaced.notes == ("nothing says where these cases lie; they could be in any zone: case-2",)


def test_a_case_of_no_known_place_from_before_the_closure_is_no_new_one(plan):
    early = ("case-0", "", "03-01")
    assert state_of(clock_of(plan, *EVERYTHING, at="03-20 08:00", known=[FIRST, early])) == "ready"


def test_a_round_that_is_too_old_by_now_must_be_made_again(plan):
    clock = clock_of(plan, *EVERYTHING, at="03-20 12:01")
    assert (state_of(clock), verdicts(clock)["tested"]) == ("due", "not_met")
    assert missing(clock) == ["the last full test round is too old by now; test again"]
    again = all_negative("03-20 13:00", event_id="again")
    later = clock_of(plan, *EVERYTHING, again, at="03-20 13:00")
    assert state_of(later) == "ready"


def test_a_late_negative_lifts_from_then_on(plan):
    late = all_negative("03-23 16:00", event_id="late")
    told = (CLOSED, EXPOSED, CONTACTS)
    assert state_of(clock_of(plan, *told, late, at="03-23 15:59")) == "due"
    assert state_of(clock_of(plan, *told, late, at="03-23 16:00")) == "ready"


@pytest.mark.parametrize(
    ("said", "state", "text"),
    [
        ({"due": 300, "tested": 290, "positive": 0}, "not_met", "not tested: 10"),
        (
            {"due": 300, "tested": 300, "positive": 2},
            "not_met",
            "positives that are not registered as cases: 2",
        ),
        ({"due": 300, "tested": 300}, "unknown", "how many were due, tested or positive is not known"),
        ({"tested": 300, "positive": 0}, "unknown", "how many were due, tested or positive is not known"),
        ({"result": "negative"}, "unknown", "how many were due, tested or positive is not known"),
    ],
)
def test_a_round_that_is_not_full_and_negative_is_none(plan, said, state, text):
    part = event("test_round", "03-19 12:00", round=9, **said)
    clock = clock_of(plan, CLOSED, EXPOSED, CONTACTS, part, at="03-20 08:00")
    assert verdicts(clock)["tested"] == state
    assert text in missing(clock)
    assert clock.proposals == ()


def test_a_result_says_the_positives_that_are_not_counted(plan):
    told = event("test_round", "03-19 12:00", round=1, due=300, tested=300, result="negative")
    assert state_of(clock_of(plan, CLOSED, EXPOSED, CONTACTS, told, at="03-20 08:00")) == "ready"


def test_positives_of_a_round_that_no_case_explains_leave_the_days_unknown(plan):
    found = event("test_round", "03-10 12:00", round=1, due=300, tested=300, positive=1, event_id="found")
    clock = clock_of(plan, *EVERYTHING, found, at="03-20 08:00")
    assert (verdicts(clock)["no_new_case"], state_of(clock)) == ("unknown", "unknown")
    assert "positives that are not registered as cases: 1" in missing(clock)
    assert clock.restarts.iloc[0][["event_id", "effect", "day"]].to_list() == ["found", "unregistered", 5]
    assert earliest_of(clock) == "03-25 00:00"
    known = clock_of(plan, *EVERYTHING, found, at="03-20 08:00", known=[FIRST, ("case-2", "a1", "03-11")])
    assert (verdicts(known)["no_new_case"], earliest_of(known)) == ("not_met", "03-26 00:00")


def test_of_several_figures_of_one_round_the_last_one_counts(plan):
    corrected = event("test_round", "03-18 18:00", round=9, due=300, tested=290, positive=0)
    clock = clock_of(plan, *EVERYTHING, corrected, at="03-20 08:00")
    assert (state_of(clock), missing(clock)) == ("due", ["not tested: 10"])


def test_later_figures_of_a_round_take_no_positive_back(plan):
    found = event("test_round", "03-18 09:00", round=9, due=300, tested=200, positive=1, event_id="found")
    clock = clock_of(plan, *EVERYTHING, found, at="03-20 08:00")
    assert state_of(clock) == "unknown"
    back = event("withdrawn", "03-19 09:00", "", of="found")
    assert state_of(clock_of(plan, *EVERYTHING, found, back, at="03-20 08:00")) == "ready"


def test_parts_of_a_round_are_all_of_it_only_if_as_many_were_due_as_are_present(plan):
    homes = households([("h1", 10, "甲村1号", 3), ("h2", 20, "甲村2号", 2), ("h3", 30, "甲村3号", 4)])
    placement = place_households(homes, GRID)
    told = [CLOSED, EXPOSED, CONTACTS]
    told += [all_negative("03-19 09:00", people=3, building="甲村1号")]
    told += [all_negative("03-19 10:00", people=2, building="甲村2号")]
    short = clock_of(plan, *told, at="03-20 08:00", placement=placement)
    assert (state_of(short), missing(short)) == ("due", ["not tested: 4"])
    told += [all_negative("03-19 11:00", people=4, building="甲村3号")]
    assert state_of(clock_of(plan, *told, at="03-20 08:00", placement=placement)) == "ready"
    assert state_of(clock_of(plan, *told, at="03-20 08:00")) == "unknown"


def test_a_full_round_of_fewer_than_are_present_is_noted(plan):
    homes = households([("h1", 10, "甲村1号", 3), ("h2", 20, "甲村2号", 2), ("h3", 30, "甲村3号", 4)])
    placement = place_households(homes, GRID)
    told = [CLOSED, EXPOSED, CONTACTS]
    for people, notes in (
        (8, ("fewer were due in these test rounds than persons are present now: tested",)),
        (9, ()),
    ):
        tested = all_negative("03-18 12:00", people=people, event_id="tested")
        clock = clock_of(plan, *told, tested, at="03-20 08:00", placement=placement)
        assert (state_of(clock), clock.notes) == ("ready", notes)


def test_contacts_are_past_their_days_only_after_the_last_exposure(plan):
    later = event("exposure", "03-08 09:00", event_id="later")
    clock = clock_of(plan, *EVERYTHING, later, at="03-20 08:00")
    assert verdicts(clock) == {"no_new_case": "met", "contacts": "not_met", "tested": "not_met"}
    assert (state_of(clock), earliest_of(clock)) == ("counting", "03-23 00:00")
    assert missing(clock)[1] == "a full test round is due from 2022-03-21 00:00"


def test_a_test_of_the_contacts_before_their_last_day_is_too_early(plan):
    early = contacts_negative("03-10 12:00", event_id="early")
    clock = clock_of(plan, CLOSED, EXPOSED, early, TESTED, at="03-20 08:00")
    assert verdicts(clock)["contacts"] == "unknown"


def test_a_zone_of_which_it_is_said_that_it_has_no_contacts_needs_none(plan):
    none = event("contacts_tested", "03-06 12:00", due=0, tested=0, positive=0)
    assert state_of(clock_of(plan, CLOSED, none, TESTED, at="03-20 08:00")) == "ready"
    exposed = clock_of(plan, CLOSED, none, EXPOSED, TESTED, at="03-20 08:00")
    assert verdicts(exposed)["contacts"] == "unknown"


def test_a_withdrawn_event_does_not_count_from_its_withdrawal_on(plan):
    back = event("withdrawn", "03-20 06:00", "", of="tested", event_id="back")
    assert state_of(clock_of(plan, *EVERYTHING, back, at="03-20 05:00")) == "ready"
    clock = clock_of(plan, *EVERYTHING, back, at="03-20 08:00")
    assert verdicts(clock)["tested"] == "unknown"
    assert clock.proposals == ()


def test_a_second_closure_begins_anew(plan):
    again = event("closure", "03-12 10:00", event_id="again")
    clock = clock_of(plan, *EVERYTHING, again, at="03-20 08:00")
    assert (clock.zones.loc["S-1", "day"], earliest_of(clock)) == (8, "03-27 00:00")


def test_a_case_in_a_controlled_zone_seals_it_at_once(plan):
    closed = event("closure", "03-05 18:00", "C-1")
    clock = clock_of(plan, closed, at="03-09 10:00", known=[FIRST, ("case-2", "a2", "03-09")])
    assert clock.zones.loc["C-1", ["state", "then"]].to_list() == ["upgrade", "sealed"]
    (proposal,) = clock.proposals
    assert (proposal.kind, proposal.tier) == ("upgrade", "sealed")
    after = replay(plan, proposal.edits)
    assert after.tiers["a2"] == "sealed"
    assert clock.restarts["effect"].to_list() == ["upgrade"]
    assert earliest_of(clock, "C-1") == ""


def test_a_positive_round_in_a_controlled_zone_seals_it_before_the_case_is_registered(plan):
    closed = event("closure", "03-05 18:00", "C-1")
    found = event("test_round", "03-08 12:00", "C-1", round=1, result="positive")
    assert state_of(clock_of(plan, closed, found, at="03-09 10:00"), "C-1") == "upgrade"


def test_a_positive_after_the_order_that_lifted_a_controlled_zone_still_seals_it(plan):
    told = (event("closure", "03-05 18:00", "C-1"), event("lifted", "03-20 08:00", "C-1"))
    before = clock_of(plan, *told, at="03-22 10:00", known=[FIRST, ("case-2", "a2", "03-12")])
    assert state_of(before, "C-1") == "lifted"
    after = clock_of(plan, *told, at="03-22 10:00", known=[FIRST, ("case-2", "a2", "03-21")])
    assert state_of(after, "C-1") == "upgrade"


def test_what_is_locked_in_a_zone_that_goes_up_stays_and_the_rest_goes_up():
    edits = [SetTier(cells=["a2", "b1"], tier="controlled"), Lock(cells=["b1"])]
    drawn = zoned(RULES, SetRemainder(tier="prevention"), *edits, grid=GRID)
    closed = event("closure", "03-05 18:00", "C-1")
    clock = clock_of(drawn, closed, at="03-09 10:00", known=[FIRST, ("case-2", "a2", "03-09")])
    (proposal,) = clock.proposals
    assert replay(drawn, proposal.edits).tiers[["a2", "b1"]].to_list() == ["sealed", "controlled"]


def test_a_case_from_before_the_closure_does_not_seal_a_controlled_zone(plan):
    closed = event("closure", "03-05 18:00", "C-1")
    clock = clock_of(plan, closed, at="03-09 10:00", known=[FIRST, ("case-0", "a2", "03-04")])
    assert state_of(clock, "C-1") == "unknown"


def test_prevention_lifts_only_when_the_plan_has_no_sealed_or_controlled_zone_left(plan):
    clock = clock_of(plan, *EVERYTHING, at="03-20 08:00")
    assert verdicts(clock, "P-1") == {"others_lifted": "not_met"}
    assert missing(clock, "P-1") == ["not lifted: 2 (S-1, C-1)"]
    lifted = (event("lifted", "03-20 09:00"), event("lifted", "03-20 09:00", "C-1"))
    gone = replay(plan, [ClearTier(cells=["a1", "a2"])])
    after = clock_of(gone, *EVERYTHING, *lifted, at="03-20 10:00")
    assert (state_of(after, "P-1"), after.zones.loc["P-1", "then"]) == ("ready", "none")
    (proposal,) = after.proposals
    assert replay(gone, proposal.edits).tiers.isna().all()


def test_a_cell_whose_code_looks_like_that_of_a_county_is_no_county_of_its_own():
    """Six digits are the length of a county's code; without anything above them all cells are around."""
    grid = two_towns()
    grid = grid[grid["level"] == "grid"].drop(columns=["level", "parent_id"])
    grid = grid.set_axis(pd.Index([f"33042{place}" for place in range(len(grid))], name="cell_id"))
    coded = zoned(RULES, SetRemainder(tier="prevention"), SetTier(cells=["330420"], tier="sealed"), grid=grid)
    assert set(coded.hierarchy.areas["level"]) == {"county"}
    clock = clock_of(coded, *EVERYTHING, at="03-20 08:00", known=(), grid=grid)
    assert missing(clock, "P-1") == ["not lifted: 1 (S-1)"]


def test_a_zone_that_left_the_plan_without_an_order_keeps_prevention_waiting(plan):
    gone = replay(plan, [ClearTier(cells=["a1", "a2"])])
    clock = clock_of(gone, *EVERYTHING, at="03-20 10:00")
    assert verdicts(clock, "P-1") == {"others_lifted": "unknown"}
    assert missing(clock, "P-1") == ["no record of lifting: 1 (S-1)"]
    assert clock.proposals == ()


def test_a_zone_that_was_lifted_by_order_but_is_still_in_the_plan_is_told_and_not_proposed(plan):
    clock = clock_of(plan, *EVERYTHING, event("lifted", "03-20 02:00"), at="03-20 08:00")
    assert state_of(clock) == "lifted"
    assert clock.proposals == ()
    closed = event("closure", "03-20 06:00", event_id="again")
    again = clock_of(plan, *EVERYTHING, event("lifted", "03-20 02:00"), closed, at="03-20 08:00")
    assert (state_of(again), again.zones.loc["S-1", "day"]) == ("counting", 0)


def test_a_locked_zone_is_held_and_nothing_is_proposed(plan):
    locked = replay(plan, [Lock(cells=["a1"])])
    clock = clock_of(locked, *EVERYTHING, at="03-20 08:00")
    assert state_of(clock) == "held"
    assert clock.proposals == ()


def test_a_building_that_lifts_leaves_its_carve_out_and_the_compound_beneath(plan):
    compound = AddCarveOut(tier="controlled", addresses=["枫南新村"], name="枫南新村")
    building = AddCarveOut(tier="sealed", addresses=["枫南新村3幢"], name="枫南新村3幢")
    carved = replay(plan, [compound, building])
    told = [{**each, "zone_id": "S-2"} for each in EVERYTHING]
    (proposal,) = clock_of(carved, *told, at="03-20 08:00").proposals
    after = replay(carved, proposal.edits)
    assert after.carve_outs["target"].to_list() == ["枫南新村"]


def test_the_event_of_an_area_counts_for_the_zones_that_lie_in_it(plan):
    told = [{**each, "zone_id": "", "area_id": "A"} for each in EVERYTHING]
    clock = clock_of(plan, *told, at="03-20 08:00")
    assert (state_of(clock), state_of(clock, "C-1")) == ("ready", "ready")
    elsewhere = [{**each, "area_id": "B"} for each in told]
    assert state_of(clock_of(plan, *elsewhere, at="03-20 08:00")) == "unknown"


def test_the_test_of_one_building_is_no_test_of_the_zone(plan):
    part = all_negative("03-19 12:00", building="枫南新村3幢", event_id="part")
    clock = clock_of(plan, CLOSED, EXPOSED, CONTACTS, part, at="03-20 08:00")
    assert verdicts(clock)["tested"] == "unknown"


def test_events_of_unknown_zones_are_noted_by_their_id(plan):
    clock = clock_of(plan, event("closure", "03-05 18:00", "S-9", event_id="odd"), at="03-20 08:00")
    assert clock.notes == ("events of zones that the plan does not have: odd",)

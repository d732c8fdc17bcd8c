"""The certificate counts again who is away, and tells where events cannot be."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gridmap as gm
from gridmap.core.recount import recount_of
from gridmap.core.recount_away import recount_away
from gridmap.model.certificate import sum_certificates
from gridmap.model.events import events_frame, standing
from tests.core.worlds import households, two_towns

NOON = pd.Timestamp("2022-03-05T12:00+08:00")
HOUR = pd.Timedelta(hours=1)
ROWS = [("h1", 50, "", 2), ("h2", 60, "", 3), ("h3", 250, "", 4), ("h4", None, "", 1)]
PLACEMENT = gm.place_households(households(ROWS), two_towns())
PLAN = gm.new_plan(two_towns())


def moved(kind, household, persons, *, hours=0, **more):
    return {"kind": kind, "at": NOON + hours * HOUR, "household_id": household, "persons": persons, **more}


def certified(*rows, hours=1000):
    as_of = NOON + hours * HOUR
    return gm.certify(PLACEMENT, PLAN, as_of=as_of, events=pd.DataFrame(list(rows)))


def kinds(certificate):
    return {(each.household_id, each.kind) for each in certificate.differences}


def test_without_events_the_certificate_says_nothing_of_who_is_away():
    certificate = gm.certify(PLACEMENT, PLAN, as_of=NOON)
    assert "persons_away" not in certificate.to_json()
    assert certificate.balanced


def test_present_and_away_are_the_residents_of_the_roster():
    rows = [
        moved("transfer", "h2", 2),
        moved("return", "h2", 1, hours=2),
        moved("transfer", "h4", 1, hours=9),
    ]
    told = {hours: certified(*rows, hours=hours).to_json() for hours in (-1, 0, 2, 9)}
    assert [each["persons_away"] for each in told.values()] == [0, 2, 1, 2]
    assert [each["persons_present"] for each in told.values()] == [10, 8, 9, 8]
    assert all(each["balanced"] and each["residents_in"] == 10 for each in told.values())
    assert json.loads(json.dumps(told[9])) == told[9]


def test_more_away_than_live_there_is_not_balanced():
    certificate = certified(moved("transfer", "h1", 3))
    assert not certificate.balanced
    assert kinds(certificate) == {("h1", "away")}
    assert "3 persons away, 2 live there" in str(certificate.differences[0])


def test_a_return_before_any_transfer_is_not_balanced():
    assert kinds(certified(moved("return", "h1", 1))) == {("h1", "away")}
    later = certified(moved("return", "h1", 1), moved("transfer", "h1", 1, hours=1))
    assert kinds(later) == {("h1", "away")}


def test_a_transfer_of_whom_the_roster_does_not_know_is_not_balanced():
    assert kinds(certified(moved("transfer", "h9", 1))) == {("h9", "invented")}


def test_who_came_home_before_they_left_the_roster_does_not_unbalance_it():
    home = [moved("transfer", "h9", 2), moved("return", "h9", 2, hours=2)]
    assert kinds(certified(*home, hours=1)) == {("h9", "invented")}
    assert certified(*home).balanced


def test_a_difference_names_the_events_that_make_it():
    rows = [moved("transfer", "h1", 1, event_id="one"), moved("transfer", "h1", 2, event_id="two")]
    rows += [moved("transfer", "h9", 1, event_id="who")]
    found = {each.household_id: each.detail for each in certified(*rows).differences}
    assert found == {
        "h1": "the events add up to 3 persons away, 2 live there (events one, two)",
        "h9": "the events add up to 1 persons away, who are in no roster (events who)",
    }


def test_areas_and_tiers_are_proven_apart_from_who_is_away():
    proof = certified(moved("transfer", "h1", 3)).of_zoning()
    assert (proof.balanced, proof.differences, proof.presence) == (True, (), {})
    lost = gm.certify(PLACEMENT, PLAN, tiers=gm.household_tiers(PLAN, PLACEMENT).drop("h1"), as_of=NOON)
    assert not lost.of_zoning().balanced
    assert not replace(proof, balanced=False).of_zoning().balanced


def test_a_withdrawn_mistake_balances_again():
    wrong = moved("transfer", "h1", 3, event_id="t")
    back = {"kind": "withdrawn", "at": NOON + HOUR, "of": "t"}
    assert not certified(wrong, back, hours=0).balanced
    assert certified(wrong, back).balanced


def test_another_claim_than_the_events_add_up_to_is_found():
    events = events_frame(pd.DataFrame([moved("transfer", "h1", 1)]))
    for claimed in ({}, {"h1": 2}, {"h1": 1, "h2": 1}):
        found = recount_away(recount_of(PLACEMENT), events, claimed, at=NOON)
        assert found.differences
    assert not recount_away(recount_of(PLACEMENT), events, {"h1": 1}, at=NOON).differences


def test_the_certificates_of_parts_add_up_who_is_away():
    part = certified(moved("transfer", "h1", 1))
    whole = sum_certificates([part, part])
    assert whole.presence == {"persons_away": 2, "persons_present": 18}


def test_the_public_form_does_not_tell_who_is_away():
    grid, protocol = two_towns(), gm.load_protocol("three-zones-2021")
    certificate = certified(moved("transfer", "h1", 1))
    zoning = gm.Zoning(PLAN, grid, protocol, placement=PLACEMENT, certificate=certificate)
    from gridmap.export.certificate import public_certificate

    assert "persons_away" not in public_certificate(zoning, certificate)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(gm.TableError, match="no time zone"):
        gm.certify(
            PLACEMENT, PLAN, events=pd.DataFrame([{"kind": "transfer", "at": pd.Timestamp("2022-03-05")}])
        )


TOLD = st.one_of(
    st.tuples(
        st.sampled_from(["transfer", "return"]), st.sampled_from(["h1", "h2", "h9"]), st.integers(0, 3)
    ),
    st.tuples(st.just("withdrawn"), st.integers(0, 7), st.just(0)),
)


@settings(max_examples=60)
@given(st.lists(st.tuples(TOLD, st.integers(0, 3)), max_size=8), st.integers(0, 3))
def test_both_counts_agree_unless_the_events_tell_what_cannot_be(rows, hours):
    told = []
    for place, ((kind, who, persons), when) in enumerate(rows):
        said = {"of": str(who)} if kind == "withdrawn" else {"household_id": who, "persons": persons}
        told.append({"event_id": str(place), "kind": kind, "at": NOON + when * HOUR, **said})
    events, at = events_frame(pd.DataFrame(told)), NOON + hours * HOUR
    found = gm.presence(PLACEMENT, events, at=at)
    counted = recount_away(recount_of(PLACEMENT), events, found.households["away"].to_dict(), at=at)
    held = standing(events, at)
    assert counted.counts["persons_away"] + counted.counts["persons_present"] == 10
    if found.findings.empty:
        assert counted.differences == ()
        assert counted.counts["persons_away"] == found.persons_away
    strangers = held[held["household_id"] == "h9"]
    if strangers["persons"].where(strangers["kind"] == "transfer", -strangers["persons"]).sum():
        assert "invented" in {each.kind for each in counted.differences}

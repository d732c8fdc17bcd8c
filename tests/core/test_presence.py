"""Who is away, who is at home, and what cannot be."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gridmap as gm
from gridmap.core.presence import presence
from gridmap.errors import TableError
from gridmap.model.events import standing
from tests.core.worlds import households, two_towns

NOON = pd.Timestamp("2022-03-05T12:00+08:00")
HOUR = pd.Timedelta(hours=1)


ROWS = [("h1", 50, "", 2), ("h2", 60, "", 3), ("h3", 250, "", 4), ("h4", None, "", 1), ("h5", 450, "", None)]
PLACEMENT = gm.place_households(households(ROWS), two_towns())
SEALED = gm.apply_edit(gm.new_plan(two_towns()), gm.SetTier(cells=["a1"], tier="sealed"))
PLAN = gm.apply_edit(SEALED, gm.SetTier(cells=["b1"], tier="controlled"))


@pytest.fixture
def placement():
    """Two households in a1 (2 and 3 persons), one in b1 (4), one nowhere (1), one without a count in c1."""
    return PLACEMENT


@pytest.fixture
def plan():
    """a1 is sealed as S-1, b1 controlled as C-1."""
    return PLAN


def moved(kind, household, persons, *, hours=0, site="I-1", **more):
    said = {"household_id": household, "persons": persons, "site_id": site}
    return {"kind": kind, "at": NOON + hours * HOUR, **said, **more}


def counts(found):
    return found.zones.astype(int).to_numpy().tolist()


def test_without_events_everybody_is_at_home(placement, plan):
    found = presence(placement, None, plan=plan)
    assert found.zones.index.to_list() == ["S-1", "C-1", ""]
    assert counts(found) == [[2, 5, 5, 0], [1, 4, 4, 0], [2, 1, 1, 0]]
    assert (found.persons_present, found.persons_away) == (10, 0)
    assert found.away.empty
    assert found.gates.empty
    assert found.findings.empty


def test_persons_are_away_from_their_transfer_until_they_return(placement, plan):
    events = pd.DataFrame([moved("transfer", "h2", 2), moved("return", "h2", 1, hours=48)])
    before = presence(placement, events, at=NOON - HOUR, plan=plan)
    between = presence(placement, events, at=NOON, plan=plan)
    after = presence(placement, events, plan=plan)
    assert [each.persons_away for each in (before, between, after)] == [0, 2, 1]
    assert counts(between)[0] == [2, 5, 3, 2]
    assert after.away.to_numpy().tolist() == [["h2", "I-1", 1, NOON]]
    row = after.households.loc["h2"]
    assert (row["residents"], row["present"], row["away"]) == (3, 2, 1)
    assert row["last_at"] == NOON + 48 * HOUR
    assert after.findings.empty


def test_a_household_that_was_not_placed_is_counted_outside_the_zones(placement, plan):
    found = presence(placement, pd.DataFrame([moved("transfer", "h4", 1)]), plan=plan)
    assert counts(found)[-1] == [2, 1, 0, 1]


def test_persons_at_several_sites_come_home_from_the_one_that_is_named(placement):
    events = [
        moved("transfer", "h3", 2, site="I-1"),
        moved("transfer", "h3", 2, site="I-2", hours=1),
        moved("return", "h3", 3, site="I-1", hours=2),
    ]
    found = presence(placement, pd.DataFrame(events))
    assert found.away[["site_id", "persons"]].to_numpy().tolist() == [["I-2", 1]]
    assert found.away["since"].to_list() == [NOON + HOUR]


def test_what_cannot_be_is_listed_and_not_counted(placement, plan):
    events = [
        moved("return", "h1", 1, event_id="early"),
        moved("transfer", "h1", 5, hours=1, event_id="many"),
        moved("transfer", "h9", 1, event_id="who"),
        moved("transfer", "h5", 1, event_id="uncounted"),
    ]
    found = presence(placement, pd.DataFrame(events), plan=plan)
    assert dict(zip(found.findings["event_id"], found.findings["kind"], strict=True)) == {
        "early": "return_without_transfer",
        "many": "more_than_live_there",
        "who": "unknown_household",
        "uncounted": "more_than_live_there",
    }
    assert "0 + 1 persons away, no count of residents is known" in found.findings["detail"].to_list()
    assert found.persons_away == 2
    assert found.persons_present + found.persons_away == 10


def test_a_transfer_that_was_withdrawn_takes_nobody_away(placement):
    events = [moved("transfer", "h1", 1, event_id="t"), {"kind": "withdrawn", "at": NOON + HOUR, "of": "t"}]
    assert presence(placement, pd.DataFrame(events)).persons_away == 0


def test_gates_are_counted_beside_and_change_nobodys_place(placement, plan):
    events = [
        moved("departure", "h1", 2, site="G-1"),
        moved("arrival", "", 3, site="G-1", hours=1),
        moved("arrival", "", 1, site="G-2"),
    ]
    found = presence(placement, pd.DataFrame(events), plan=plan)
    assert found.gates[["arrivals", "departures"]].to_numpy().tolist() == [[3, 2], [1, 0]]
    assert found.gates.index.to_list() == ["G-1", "G-2"]
    assert found.persons_away == 0


def test_a_time_without_a_zone_is_refused(placement):
    with pytest.raises(TableError, match="has no time zone"):
        presence(placement, None, at=pd.Timestamp("2022-03-05").to_pydatetime())


MOVES = st.tuples(
    st.sampled_from(["transfer", "return"]),
    st.sampled_from(["h1", "h2", "h3", "h4", "h5", "h9"]),
    st.integers(0, 5),
    st.integers(0, 5),
    st.sampled_from(["I-1", "I-2", ""]),
)


@settings(max_examples=30)
@given(st.lists(MOVES, max_size=12), st.integers(0, 5))
def test_present_and_away_are_the_roster_in_every_zone_whatever_is_told(moves, hours):
    events = pd.DataFrame([moved(*rest[:3], hours=rest[3], site=rest[4]) for rest in moves])
    found = presence(PLACEMENT, events, at=NOON + hours * HOUR, plan=PLAN)
    zones = found.zones
    assert (zones["present"] + zones["away"] == zones["persons"]).all()
    assert (zones >= 0).all(axis=None)
    assert zones["persons"].to_list() == [5, 4, 1]
    assert found.away["persons"].sum() == found.persons_away == found.households["away"].sum()
    if found.findings.empty:
        told = standing(events, NOON + hours * HOUR)
        sums = {kind: int(told.loc[told["kind"] == kind, "persons"].sum()) for kind in ("transfer", "return")}
        assert found.persons_away == sums["transfer"] - sums["return"]

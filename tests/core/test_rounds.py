"""How far test rounds are, and who is still missing; the world is that of the tests of presence."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gridmap as gm
from gridmap.core.rounds import round_missing, round_status, round_table
from tests.core.worlds import households, two_towns

NOON = pd.Timestamp("2022-03-05T12:00+08:00")
HOUR = pd.Timedelta(hours=1)
ROWS = [("h1", 50, "", 2), ("h2", 60, "", 3), ("h3", 250, "", 4), ("h4", None, "", 1)]
PLACEMENT = gm.place_households(households(ROWS), two_towns())
SEALED = gm.apply_edit(gm.new_plan(two_towns()), gm.SetTier(cells=["a1"], tier="sealed"))
PLAN = gm.apply_edit(SEALED, gm.SetTier(cells=["b1"], tier="controlled"))


def of_round(number, *, zone="S-1", hours=0, **figures):
    """A test of a round of S-1, in which h1 (2 persons) and h2 (3 persons) live."""
    return {"kind": "test_round", "at": NOON + hours * HOUR, "zone_id": zone, "round": number, **figures}


def status(*rows, zone="S-1", **more):
    return round_status(PLACEMENT, PLAN, pd.DataFrame(list(rows)), **more).loc[zone]


def missing(*rows):
    found = round_missing(PLACEMENT, PLAN, pd.DataFrame(list(rows)))
    return {household: int(row["missing"]) for household, row in found.iterrows()}


def test_a_zone_without_a_test_has_no_round_and_no_figure():
    rounds = round_status(PLACEMENT, PLAN, None)
    assert rounds.index.to_list() == ["S-1", "C-1"]
    assert rounds["tier"].to_list() == ["sealed", "controlled"]
    assert rounds["present"].to_list() == [5, 4]
    assert rounds[["round", "at", "due", "tested", "positive", "missing", "share"]].isna().all(axis=None)
    assert round_missing(PLACEMENT, PLAN, None).empty
    assert round_table(PLACEMENT, PLAN, None).empty


def test_the_last_figure_of_the_present_round_counts():
    row = status(
        of_round(1, due=5, tested=5, positive=0),
        of_round(2, hours=24, due=5, tested=2),
        of_round(2, hours=26, due=5, tested=4, positive=0, result="negative"),
    )
    assert (row["round"], row["due"], row["tested"], row["missing"], row["share"]) == (2, 5, 4, 1, 0.8)
    assert (row["positive"], row["result"]) == (0, "negative")
    assert row["at"] == NOON + 26 * HOUR
    assert pd.isna(row["households_missing"])


def test_what_nobody_entered_is_unknown_and_not_zero():
    row = status(of_round(1, tested=4))
    assert pd.isna(row["due"])
    assert pd.isna(row["missing"])
    assert pd.isna(row["positive"])
    assert row["result"] == ""


def test_more_tested_than_due_leaves_open_who_is_missing():
    row = status(of_round(1, due=3, tested=5))
    assert pd.isna(row["missing"])
    assert row["share"] == pytest.approx(5 / 3)


def test_the_parts_of_a_zone_add_up_and_one_unknown_part_makes_the_sum_unknown():
    parts = [
        of_round(1, building="1幢", due=2, tested=2),
        of_round(1, building="2幢", due=3, tested=1, hours=1),
    ]
    assert status(*parts)[["due", "tested", "missing"]].to_list() == [5, 3, 2]
    row = status(*parts, of_round(1, building="3幢", due=1, hours=2))
    assert row["due"] == 6
    assert pd.isna(row["tested"])
    assert status(*parts, of_round(1, due=5, tested=5))["tested"] == 5


def test_one_positive_part_makes_the_round_positive_and_negative_must_be_said_of_all():
    first, second = of_round(1, building="1幢", result="negative"), of_round(1, building="2幢")
    assert status(first, second)["result"] == ""
    assert status(first, {**second, "positive": 0})["result"] == "negative"
    assert status(first, {**second, "positive": 1})["result"] == "positive"
    assert status(of_round(1, result="negative"), {**second, "result": "positive"})["result"] == "positive"


def test_households_that_no_sheet_names_are_missing_where_there_is_no_other_figure():
    rows = [of_round(1, household_id="h1", tested=2, result="negative")]
    assert missing(*rows) == {"h2": 3}
    row = status(*rows)
    assert row[["due", "tested", "missing", "households_missing"]].to_list() == [5, 2, 3, 1]
    assert row["result"] == ""
    done = [*rows, of_round(1, household_id="h2", tested=3, result="negative", hours=1)]
    assert missing(*done) == {}
    assert status(*done)[["result", "households_missing"]].to_list() == ["negative", 0]


def test_where_the_zone_has_figures_only_who_is_named_is_missing():
    rows = [of_round(1, due=5, tested=4), of_round(1, household_id="h2", tested=2)]
    assert missing(*rows) == {"h2": 1}
    assert status(*rows)["missing"] == 1


def test_households_named_in_an_earlier_round_say_nothing_of_the_present_one():
    rows = [of_round(1, household_id="h1", tested=2), of_round(2, hours=24, due=5, tested=3)]
    assert pd.isna(status(*rows)["households_missing"])
    assert missing(*rows) == {}


def test_who_is_away_is_not_due():
    away = {"kind": "transfer", "at": NOON - HOUR, "household_id": "h2", "persons": 2, "site_id": "I-1"}
    rows = [away, of_round(1, household_id="h1", tested=1)]
    assert missing(*rows) == {"h1": 1, "h2": 1}
    assert status(*rows)["present"] == 3


def test_rounds_before_the_zone_was_closed_again_do_not_count():
    closed = {"kind": "closure", "at": NOON + 48 * HOUR, "zone_id": "S-1"}
    assert status(of_round(7, due=5, tested=5), closed).isna()["round"]
    assert status(of_round(7), closed, of_round(1, hours=49))["round"] == 1
    assert status(of_round(7), closed, at=NOON + HOUR)["round"] == 7


def test_every_round_is_listed_the_oldest_first():
    rows = [of_round(2, hours=24, due=5), of_round(1, due=5, tested=5), of_round(1, zone="C-1", due=4)]
    table = round_table(PLACEMENT, PLAN, pd.DataFrame(rows))
    assert table[["zone_id", "round"]].to_numpy().tolist() == [["C-1", 1], ["S-1", 1], ["S-1", 2]]


FIGURE = st.none() | st.integers(0, 6)


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 2), st.sampled_from(["", "h1", "h2", "h3"]), st.integers(0, 3), FIGURE, FIGURE
        ),
        max_size=6,
    )
)
def test_nothing_is_ever_fully_tested_that_nobody_said_so_of(rows):
    events = pd.DataFrame(
        [
            of_round(number, household_id=home, hours=hours, due=due, tested=done)
            for number, home, hours, due, done in rows
        ]
    )
    row = round_status(PLACEMENT, PLAN, events).loc["S-1"]
    left = round_missing(PLACEMENT, PLAN, events)
    assert (left["missing"] > 0).all()
    assert (left["missing"] == left["due"] - left["tested"]).all()
    if not pd.isna(row["missing"]) and row["missing"] == 0:
        assert row["due"] == row["tested"]
        whole = [each for each in rows if each[1] == "" and each[0] == row["round"]]
        assert whole or {"h1", "h2"} - {"", *left.index} <= {each[1] for each in rows}

"""A made-up outbreak: who falls ill when."""

from datetime import date

import pandas as pd
import pytest

from gridmap.errors import TableError
from gridmap.sample.county import make_county
from gridmap.sample.outbreak import make_outbreak

FIRST = date(2022, 2, 26)


@pytest.fixture(scope="module")
def households():
    return make_county(cells=100, households=800, seed=5).households


def test_every_case_lives_where_a_household_lives_and_no_two_in_one(households):
    cases = make_outbreak(households, first=FIRST, cases=25, seed=1)
    assert cases["address"].isin(households["address"]).all()
    assert not cases["address"].duplicated().any()
    assert cases.index.is_unique


def test_the_first_case_is_on_the_first_day_and_the_last_within_thirteen(households):
    confirmed = pd.to_datetime(make_outbreak(households, first=FIRST, cases=25, seed=1)["confirmed_on"])
    assert confirmed.is_monotonic_increasing
    assert confirmed.iloc[0] == pd.Timestamp(FIRST)
    assert confirmed.iloc[-1] <= pd.Timestamp(FIRST) + pd.Timedelta(days=12)


def test_some_cases_live_beside_earlier_ones(households):
    cases = make_outbreak(households, first=FIRST, cases=25, seed=1)
    compounds = cases["address"].str.extract(r"^([^0-9]+)")[0]
    assert compounds.duplicated().sum() >= 5


def test_the_same_seed_gives_the_same_outbreak(households):
    once, again, other = (make_outbreak(households, first=FIRST, cases=9, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(once, again)
    assert not once.equals(other)


def test_more_cases_than_households_are_refused(households):
    with pytest.raises(TableError, match="2 of 2 households have an address"):
        make_outbreak(households.head(2), first=FIRST, cases=3, seed=1)

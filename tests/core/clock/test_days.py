"""Which day it is, at whose midnight, and what comes of clocks that are put forward and back."""

from dataclasses import replace

import pandas as pd
import pytest

from gridmap.core.clock.zone_clock import zone_clock
from gridmap.core.edits import SetRemainder, SetTier
from gridmap.errors import PlanError, ProtocolError
from gridmap.model.clock_stage import DayCount
from tests.core.clock_world import cases, event, happened, moment, protocol, state_of, zoned

RULES = protocol("twenty-measures-2022-11")


@pytest.fixture(scope="module")
def plan():
    return zoned(RULES, SetRemainder(tier="low"), SetTier(cells=["a1"], tier="high"))


def clock_of(plan, closed, at, *, rules=RULES, **options):
    told = happened(event("closure", closed, "H-1"))
    return zone_clock(plan, None, told, protocol=rules, at=at, **options)


def test_the_same_closure_is_on_another_day_in_another_time_zone(plan):
    closed = pd.Timestamp("2022-11-26T01:00+08:00")
    here = clock_of(plan, closed, closed)
    utc = clock_of(plan, closed, closed, timezone="UTC")
    assert here.zones.loc["H-1", "earliest"] == pd.Timestamp("2022-12-02T00:00+08:00")
    assert utc.zones.loc["H-1", "earliest"] == pd.Timestamp("2022-12-01T00:00+00:00")
    assert (here.timezone, utc.timezone) == ("Asia/Shanghai", "UTC")
    assert str(utc.zones["earliest"].dt.tz) == "UTC"


def test_the_moment_may_be_given_in_any_time_zone(plan):
    closed = moment("11-26 09:00")
    before = clock_of(plan, closed, pd.Timestamp("2022-12-01T15:59+00:00"))
    after = clock_of(plan, closed, pd.Timestamp("2022-12-01T16:00+00:00"))
    assert (state_of(before, "H-1"), state_of(after, "H-1")) == ("counting", "ready")
    assert after.at.isoformat() == "2022-12-02T00:00:00+08:00"


def test_a_closure_a_minute_before_midnight_has_a_day_0_of_a_minute(plan):
    late = clock_of(plan, moment("11-26 23:59"), moment("11-27 00:00"))
    assert late.zones.loc["H-1", "day"] == 1
    early = clock_of(plan, moment("11-27 00:00"), moment("11-27 00:00"))
    assert early.zones.loc["H-1", "day"] == 0


def test_an_order_may_call_the_day_of_the_closure_day_1(plan):
    rules = replace(RULES, days=DayCount(first=1))
    clock = clock_of(plan, moment("11-26 09:00"), moment("11-26 10:00"), rules=rules)
    assert clock.zones.loc["H-1", "day"] == 1
    assert clock.zones.loc["H-1", "earliest"] == moment("12-01 00:00")


def test_a_day_of_23_hours_is_a_day(plan):
    closed = pd.Timestamp("2022-03-25T09:00+01:00")
    clock = clock_of(plan, closed, closed, timezone="Europe/Berlin")
    assert clock.zones.loc["H-1", "earliest"] == pd.Timestamp("2022-03-31T00:00+02:00")


def test_where_midnight_is_left_out_the_day_begins_an_hour_later(plan):
    closed = pd.Timestamp("2022-03-21T09:00+02:00")
    clock = clock_of(plan, closed, closed, timezone="Asia/Beirut")
    begins = pd.Timestamp("2022-03-27T01:00+03:00")
    assert clock.zones.loc["H-1", "earliest"] == begins
    before = clock_of(plan, closed, begins - pd.Timedelta(minutes=1), timezone="Asia/Beirut")
    after = clock_of(plan, closed, begins, timezone="Asia/Beirut")
    assert (state_of(before, "H-1"), state_of(after, "H-1")) == ("counting", "ready")


def test_where_midnight_comes_twice_the_day_begins_with_the_first(plan):
    closed = pd.Timestamp("2022-10-31T09:00-04:00")
    begins = pd.Timestamp("2022-11-06T00:00-04:00")
    clock = clock_of(plan, closed, begins, timezone="America/Havana")
    assert clock.zones.loc["H-1", "earliest"] == begins
    assert state_of(clock, "H-1") == "ready"


@pytest.mark.parametrize("confirmed", ["2022-11-28", "2022-11-28 15:00", pd.Timestamp("2022-11-28T20:00Z")])
def test_the_day_of_a_case_is_read_from_dates_times_and_moments(plan, confirmed):
    known = cases(("case-2", "a1", None)).assign(confirmed_on=[confirmed])
    told = happened(event("closure", "11-26 09:00", "H-1"))
    clock = zone_clock(plan, known, told, protocol=RULES, at=moment("12-02 00:00"))
    day = 29 if isinstance(confirmed, pd.Timestamp) else 28
    assert clock.restarts["on"].to_list() == [moment(f"11-{day} 00:00")]


def test_a_moment_without_a_time_zone_is_refused(plan):
    with pytest.raises(PlanError, match="has no time zone; give one, such as"):
        clock_of(plan, moment("11-26 09:00"), pd.Timestamp("2022-12-02"))


def test_an_unknown_time_zone_is_refused(plan):
    with pytest.raises(ProtocolError, match="no time zone is called 'Asia/Nowhere'"):
        clock_of(plan, moment("11-26 09:00"), moment("12-02 00:00"), timezone="Asia/Nowhere")


def test_a_plan_without_zones_has_an_empty_clock_of_the_same_columns(plan):
    full = clock_of(plan, moment("11-26 09:00"), moment("12-02 00:00"))
    empty = clock_of(zoned(RULES), moment("11-26 09:00"), moment("12-02 00:00"))
    for name in ("zones", "conditions", "restarts", "parts"):
        assert list(getattr(empty, name).columns) == list(getattr(full, name).columns)
        assert len(getattr(empty, name)) == 0
        assert getattr(empty, name).dtypes.to_list() == getattr(full, name).dtypes.to_list(), name

"""Events: what happened to zones, households and gates, when, and who said so; only ever added to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame, Series

from gridmap.errors import Fault, TableError
from gridmap.model.frames import id_text, keyed

EVENT_ID = "event_id"
CLOSURE, LIFTED = "closure", "lifted"
EXPOSURE, CONTACTS_TESTED, TEST_ROUND = "exposure", "contacts_tested", "test_round"
TRANSFER, RETURN = "transfer", "return"
ARRIVAL, DEPARTURE = "arrival", "departure"
REQUEST, REQUEST_CLOSED = "request", "request_closed"
WITHDRAWN = "withdrawn"
EVENT_KINDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        CLOSURE: ("封闭", "Closed"),
        EXPOSURE: ("末次暴露", "Last exposure"),
        CONTACTS_TESTED: ("密接检测", "Contacts tested"),
        TEST_ROUND: ("检测轮次", "Test round"),
        TRANSFER: ("转运", "Transfer"),
        RETURN: ("返回", "Return"),
        ARRIVAL: ("进入", "Arrival"),
        DEPARTURE: ("离开", "Departure"),
        REQUEST: ("服务诉求", "Request"),
        REQUEST_CLOSED: ("诉求办结", "Request closed"),
        LIFTED: ("解除", "Lifted"),
        WITHDRAWN: ("撤回", "Withdrawn"),
    }
)
NEGATIVE, POSITIVE = "negative", "positive"
RESULTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {NEGATIVE: ("阴性", "Negative"), POSITIVE: ("阳性", "Positive")}
)
TIMES = ("at", "recorded_at")
COUNTS = ("persons", "round", "due", "tested", "positive")
EVENT_COLUMNS = (
    *("kind", "at", "zone_id", "area_id", "household_id", "building", "site_id"),
    *COUNTS,
    *("result", "owner", "of", "note", "author", "recorded_at"),
)
SAID_BY = ("author", "recorded_at")
_ID_LETTERS = 16
MADE = "E-"
"""How ids begin that were made of what an event says."""


def events_frame(frame: DataFrame | None) -> DataFrame:
    """Bring events into their one form: every column, ids, times in UTC, whole numbers.

    Parameters
    ----------
    frame
        Events by ``event_id`` with any of `EVENT_COLUMNS`, or None for none. An event without an id gets one
        from what it says, so that the same event always has the same.

    Returns
    -------
    events
        By ``event_id``: `EVENT_COLUMNS` in order; texts are empty where nothing is said, counts and times
        missing. A count that is not said is unknown, never 0. The order is that of `frame`.

    Raises
    ------
    TableError
        If a time has no time zone, or a count is no whole number from 0 up.

    Examples
    --------
    >>> at = pd.Timestamp("2022-03-05T18:00+08:00")
    >>> events = events_frame(pd.DataFrame({"kind": ["closure"], "at": [at], "zone_id": ["S-1"]}))
    >>> events["at"].iloc[0].isoformat(), events["tested"].isna().all()
    ('2022-03-05T10:00:00+00:00', np.True_)
    """
    given = DataFrame() if frame is None else keyed(frame, EVENT_ID)
    faults: list[Fault] = []
    columns = {name: _column(given, name, faults) for name in EVENT_COLUMNS}
    if faults:
        raise TableError("events", faults)
    events = DataFrame(columns, index=given.index)
    named = given.index.name == EVENT_ID
    ids = id_text(given.index).fillna("").str.strip() if named else pd.Index([""] * len(given), dtype="str")
    blank = np.asarray(ids == "")
    made = event_ids(events.loc[blank]) if blank.any() else []
    done = np.asarray(ids, dtype=object)
    done[blank] = made
    return events.set_axis(pd.Index(done, name=EVENT_ID, dtype="str"))


def event_ids(events: DataFrame) -> list[str]:
    """Name events by what they say, whoever said it and however they are ordered.

    Who owns a request is no part of its name, because a request may find its owner later.
    """
    said = [name for name in EVENT_COLUMNS if name not in SAID_BY]
    texts = {name: _id_column(events[name]) for name in said}
    opened = ((events["kind"] == REQUEST) & (events["of"] == "")).to_list()
    texts["owner"] = ["" if request else owner for owner, request in zip(texts["owner"], opened, strict=True)]
    rows = zip(*texts.values(), strict=True)
    return [f"{MADE}{hashlib.sha256(chr(31).join(row).encode()).hexdigest()[:_ID_LETTERS]}" for row in rows]


def standing(events: DataFrame | None, at: datetime | None = None) -> DataFrame:
    """Return the events that hold: neither withdrawn nor later than a time, nor without kind or time.

    Asked about an earlier time, the answer is the one that was right then: a withdrawal counts from its own
    time on. A withdrawal may itself be withdrawn.

    Parameters
    ----------
    events
        All events, in any form that `events_frame` takes.
    at
        The time; all there are if not given.

    Returns
    -------
    events
        As of `events_frame`, in order of time; what comes at one time stays in the order given. Withdrawals
        are not among them, and of several events with one id only the first is.

    Raises
    ------
    TableError
        As `events_frame`; also if `at` has no time zone.
    """
    whole = events_frame(events)
    known = whole[whole["kind"].isin(EVENT_KINDS) & whole["at"].notna()]
    known = known[~known.index.duplicated()]
    if at is not None:
        known = known[known["at"] <= _aware(at)]
    known = known.sort_values("at", kind="stable")
    return known[~_taken_back(known) & (known["kind"] != WITHDRAWN).to_numpy()]


def _taken_back(events: DataFrame) -> NDArray[np.bool_]:
    """Tell which events a withdrawal takes back that nothing takes back itself.

    Withdrawals that take each other back in a circle take nothing back.
    """
    rows = events.loc[events["kind"] == WITHDRAWN, "of"]
    against: dict[str, set[str]] = {event_id: set() for event_id in rows.index}
    for event_id, of in rows.items():
        if of in against:
            against[of].add(str(event_id))
    gone: set[str] = set()
    open_ones = set(against)
    while settled := {each for each in open_ones if not against[each] - gone}:
        gone |= {str(rows[each]) for each in settled}
        open_ones -= settled | gone
    return np.asarray(events.index.isin(list(gone)))


def _column(given: DataFrame, name: str, faults: list[Fault]) -> Series:
    if name not in given:
        if name in TIMES:
            return Series(pd.NaT, index=given.index, dtype="datetime64[us, UTC]")
        return Series(
            pd.NA if name in COUNTS else "", given.index, dtype="Int64" if name in COUNTS else "str"
        )
    if name in TIMES:
        return _times(given[name], faults)
    return _counts(given[name], faults) if name in COUNTS else _texts(given[name])


def _texts(column: Series) -> Series:
    text: Series = id_text(column).fillna("").str.strip()
    return text


def _times(column: Series, faults: list[Fault]) -> Series:
    """Bring times into UTC; one without a zone could be hours off, so it is refused."""
    if not isinstance(column.dtype, pd.DatetimeTZDtype):
        times = [_time(value) for value in column]
        naive = [str(row) for row, time in zip(column.index, times, strict=True) if _is_naive(time)]
        if naive:
            where, what = ", ".join(naive[:5]), f"{column.name} has no time zone or is no time"
            faults.append(Fault("no_time_zone", where, what, "give one, such as 2022-03-05T18:00+08:00"))
            return Series(pd.NaT, index=column.index, dtype="datetime64[us, UTC]")
        column = Series(pd.to_datetime(times, utc=True), index=column.index)
    return column.dt.tz_convert("UTC").dt.as_unit("us")


def _time(value: Any) -> Any:
    """Read a time, NaT where nothing stands; a text that is none stays what it is."""
    if value is None or value is pd.NA or (isinstance(value, str) and not value.strip()):
        return pd.NaT
    try:
        return pd.Timestamp(value)
    except (ValueError, TypeError):
        return value


def _is_naive(time: Any) -> bool:
    return time is not pd.NaT and (not isinstance(time, pd.Timestamp) or time.tzinfo is None)


def _counts(column: Series, faults: list[Fault]) -> Series:
    blank = column.isna() | (column.astype("str").str.strip() == "")
    numbers = pd.to_numeric(column.mask(blank), errors="coerce").astype("Float64")
    bad = (numbers.isna() & ~blank) | ((numbers < 0) | (numbers % 1 != 0)).fillna(value=False)
    if bad.any():
        where = ", ".join(str(row) for row in column.index[bad][:5])
        what = f"{column.name} is no whole number from 0 up"
        faults.append(Fault("bad_number", where, what, "correct it, or leave it empty if it is not known"))
        return Series(pd.NA, index=column.index, dtype="Int64")
    return numbers.astype("Int64")


def _id_column(column: Series) -> list[str]:
    if column.name in TIMES:
        written = {time: "" if time is pd.NaT else time.isoformat() for time in column.unique()}
        return [written[time] for time in column]
    # a list is made at once, where a column of texts is gone through value by value
    return ["" if value is pd.NA else str(value) for value in column.to_numpy(dtype=object).tolist()]


def _aware(at: datetime) -> pd.Timestamp:
    time = pd.Timestamp(at)
    if time.tzinfo is None:
        cure = "give one, such as 2022-03-05T18:00+08:00"
        raise TableError("events", [Fault("no_time_zone", "at", f"{at} has no time zone", cure)])
    return time.tz_convert("UTC")

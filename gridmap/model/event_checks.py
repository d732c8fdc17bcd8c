"""What an event of each kind must say; what lacks it is kept aside, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd
from pandas import DataFrame, Series

from gridmap.errors import Fault
from gridmap.model.events import (
    ARRIVAL,
    CLOSURE,
    CONTACTS_TESTED,
    DEPARTURE,
    EVENT_KINDS,
    EXPOSURE,
    LIFTED,
    NEGATIVE,
    POSITIVE,
    REQUEST,
    REQUEST_CLOSED,
    RESULTS,
    RETURN,
    TEST_ROUND,
    TRANSFER,
    WITHDRAWN,
)

_ZONE = ("zone_id", "area_id")
NEEDED: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        CLOSURE: (_ZONE,),
        EXPOSURE: (_ZONE,),
        CONTACTS_TESTED: (_ZONE,),
        TEST_ROUND: (_ZONE, ("round",)),
        TRANSFER: (("household_id",), ("persons",)),
        RETURN: (("household_id",), ("persons",)),
        ARRIVAL: (("site_id",), ("persons",)),
        DEPARTURE: (("site_id",), ("persons",)),
        REQUEST: ((*_ZONE, "household_id", "building"),),
        REQUEST_CLOSED: (("of",),),
        LIFTED: (_ZONE,),
        WITHDRAWN: (("of",),),
    }
)


def unfit(events: DataFrame) -> Series:
    """Tell which events cannot be recorded, and why.

    Parameters
    ----------
    events
        As of `gridmap.model.events.events_frame`.

    Returns
    -------
    faults
        A `Fault` for each such event, by its place in `events`; `where` is its id.
    """
    found: dict[int, Fault] = {}
    for kind, bad, what, cure in _checks(events):
        for place in bad.to_numpy().nonzero()[0]:
            found.setdefault(int(place), Fault(kind, str(events.index[place]), what, cure))
    return Series(found, dtype="object").sort_index()


def _checks(events: DataFrame) -> list[tuple[str, Series, str, str]]:
    kinds = ", ".join(EVENT_KINDS)
    known = events["kind"].isin(EVENT_KINDS)
    blank = {
        name: _is_blank(events[name])
        for alternatives in NEEDED.values()
        for each in alternatives
        for name in each
    }
    found = [
        ("unknown_kind", ~known, "an event of an unknown kind", f"write one of {kinds}"),
        ("no_time", events["at"].isna(), "an event without a time", "enter when it happened"),
    ]
    for kind, needed in NEEDED.items():
        for names in needed:
            lacks = (events["kind"] == kind) & pd.concat([blank[name] for name in names], axis=1).all(axis=1)
            what = f"an event {kind} without {' or '.join(names)}"
            found.append(("lacks_value", lacks, what, "fill it in"))
    odd = ~events["result"].isin(["", *RESULTS])
    found.append(
        ("bad_result", odd, "a result that is neither negative nor positive", "correct it, or leave it empty")
    )
    more = (events["positive"] > events["tested"]).fillna(value=False)
    negative = (events["result"] == NEGATIVE) & (events["positive"] > 0).fillna(value=False)
    positive = (events["result"] == POSITIVE) & (events["positive"] == 0).fillna(value=False)
    what = "more positive than tested, or a result that its count denies"
    found.append(("contradiction", more | negative | positive, what, "correct one of them"))
    return found


def _is_blank(column: Series) -> Series:
    return column.isna() | (column == "").fillna(value=False)

"""Requests for service: which are open, whose they are, and for how long."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
from pandas import DataFrame, Series

from gridmap.model.events import REQUEST, REQUEST_CLOSED, standing

OVERDUE_H = 24.0
REQUEST_COLUMNS = (
    *("state", "at", "closed_at", "hours", "overdue", "owner"),
    *("zone_id", "household_id", "area_id", "building", "note"),
)
OPEN, CLOSED = "open", "closed"
_HOUR = pd.Timedelta(hours=1)


def request_status(
    events: DataFrame | None, *, at: datetime | None = None, overdue_h: float = OVERDUE_H
) -> DataFrame:
    """List the requests: those that are open first, the oldest at the top, then those that were closed.

    Parameters
    ----------
    events
        What happened, in any form that `gridmap.model.events.events_frame` takes.
    at
        The time; that of the last event, if not given.
    overdue_h
        After how many hours an open request is overdue.

    Returns
    -------
    requests
        By ``event_id`` of the request: `state` (``open`` or ``closed``), `at`, `closed_at` (missing while it
        is open), `hours` (until it was closed, or until now; 0 where that is a date without its hour),
        `overdue`, `owner` (whom it was given to last; may be empty), `zone_id`, `household_id`, `area_id`,
        `building`, `note`.

    Raises
    ------
    TableError
        As `gridmap.model.events.standing`.
    """
    held = standing(events, at)
    now = held["at"].max() if at is None else pd.Timestamp(at).tz_convert("UTC")
    asked = held[held["kind"] == REQUEST]
    requests = asked[asked["of"] == ""]
    handed = asked[(asked["of"] != "") & (asked["owner"] != "")]
    owner = handed.drop_duplicates("of", keep="last").set_index("of")["owner"]
    closed = held[held["kind"] == REQUEST_CLOSED].drop_duplicates("of").set_index("of")["at"]
    index = requests.index
    closed_at = closed.reindex(index)
    hours = ((closed_at.fillna(now) - requests["at"]) / _HOUR).astype("float64").clip(lower=0.0)
    done = requests.assign(
        state=Series(OPEN, index=index, dtype="str").mask(closed_at.notna(), CLOSED),
        closed_at=closed_at,
        hours=hours,
        overdue=closed_at.isna() & (hours > overdue_h),
        owner=owner.reindex(index).fillna(requests["owner"]).astype("str"),
    )
    order = done.assign(last=closed_at.notna()).sort_values(["last", "at"], kind="stable").index
    return done.loc[order, list(REQUEST_COLUMNS)]

"""Dates as people write them into a list by hand: with and without the year, or the time of day."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pandas as pd
from pandas import Series

from gridmap.store.values import to_times

UNREADABLE = "the date cannot be read; it counts as without a date, write it like 2022-03-05"
FUTURE = "the date lies in the future; it counts as without a date"
_SLACK = timedelta(days=1)
_DAY_FIRST = re.compile(r"^(1[3-9]|2\d|3[01])[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_NAMED_MONTHS = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y")
_HALF_DAYS = {"上午": 0, "早上": 0, "am": 0, "中午": 12, "下午": 12, "晚上": 12, "pm": 12}
_WRITTEN = re.compile(
    r"(?:(?P<year>\d{4})[-/.年])?(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})[日号]?[ T]*"
    r"(?P<half>上午|早上|中午|下午|晚上|am|pm)?[ ]*"
    r"(?:(?P<hour>\d{1,2})[:点时](?:(?P<minute>\d{1,2}|半)分?)?(?::\d{1,2})?)?[ ]*(?P<after>am|pm)?"
)


def read_dates(texts: Series, *, timezone: str | tzinfo, now: datetime) -> tuple[Series, Series]:
    """Read dates that were filled in, to the minute.

    What `gridmap.store.values.to_times` reads, also ``3月5日``, ``3/5 14:30`` (of the last year in which that
    is not later than now), ``2022年3月5日下午2点半``, ``5 Mar 2022``, ``25/3/2022``. A date such as
    ``03/05/2022``, of which nobody knows which number is the month, is not read.

    Parameters
    ----------
    texts
        What was written; empty for nothing.
    timezone
        Where it was written.
    now
        The present time, with its zone.

    Returns
    -------
    moments
        In `timezone`, missing where nothing was written or it cannot be read.
    faults
        What is wrong with each; empty where nothing is.
    """
    zone = ZoneInfo(timezone) if isinstance(timezone, str) else timezone
    here = now.astimezone(zone)
    plain = texts.map(_plain)
    moments = to_times(plain.mask(plain == ""), timezone=zone).dt.floor("min")
    odd = moments.isna() & (plain != "")
    if odd.any():
        found = {text: _read(text, here) for text in plain[odd].unique()}
        more = pd.to_datetime(plain.map(found), utc=True).dt.as_unit("us")
        moments = moments.fillna(more.dt.tz_convert(zone))
    faults = Series("", index=texts.index, dtype="str").mask((plain != "") & moments.isna(), UNREADABLE)
    late = (moments > here + _SLACK).fillna(value=False)
    return moments.mask(late), faults.mask(late, FUTURE)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _read(text: str, now: datetime) -> datetime | None:
    match = _WRITTEN.fullmatch(_DAY_FIRST.sub(r"\3-\2-\1", text.casefold()))
    if match is None:
        return _by_name(text, now)
    said = match.groupdict()
    minute = 30 if said["minute"] == "半" else int(said["minute"] or 0)
    hour = _hour(int(said["hour"] or 0), said["half"] or said["after"])
    try:
        when = datetime(
            int(said["year"] or now.year),
            int(said["month"]),
            int(said["day"]),
            hour,
            minute,
            tzinfo=now.tzinfo,
        )
        return when if said["year"] or when <= now + _SLACK else when.replace(year=now.year - 1)
    except ValueError:
        return None


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    return hour % 12 + _HALF_DAYS[half] if half in ("am", "pm") else hour + _HALF_DAYS[half] * (0 < hour < 11)


def _by_name(text: str, now: datetime) -> datetime | None:
    for form in _NAMED_MONTHS:
        try:
            return datetime.strptime(text.replace(",", ""), form).replace(tzinfo=now.tzinfo)
        except ValueError:
            continue
    return None

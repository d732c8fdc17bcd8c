"""The calendar of zones as iCalendar (RFC 5545), which phones and offices take into their own."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from gridmap.core.calendar import Calendar, Entry
from gridmap.core.clock.words import how_counted
from gridmap.export.plain import plain_text

_PRODUCT = "-//gridmap//calendar of zones//EN"
_HALF_HOUR = timedelta(minutes=30)


def calendar_ics(calendar: Calendar) -> bytes:
    """Write a calendar as iCalendar: one event for each entry.

    An event keeps its UID while zone, kind and title are the same, so that a later issue moves it. What
    begins at midnight takes the whole day; what is still open is tentative.
    """
    from icalendar import Calendar as Book
    from icalendar import vText

    book = Book()
    book.add("prodid", _PRODUCT)
    book.add("version", "2.0")
    book.add("calscale", "GREGORIAN")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", vText(plain_text(calendar.title)))
    book.add("x-wr-timezone", calendar.clock.timezone)
    told: Counter[str] = Counter()
    for entry in calendar.entries:
        said = _identity(entry, calendar)
        told[said] += 1
        book.add_component(_event(entry, calendar, uid=_uid(said, told[said])))
    book.add_missing_timezones(first_date=calendar.days[0] - timedelta(days=366), last_date=calendar.days[-1])
    return bytes(book.to_ical())


def _event(entry: Entry, calendar: Calendar, *, uid: str) -> Any:
    from icalendar import Event

    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", _plain(calendar.clock.at.tz_convert("UTC")))
    event.add("sequence", int(calendar.clock.at.timestamp()) // 60)  # so that a later issue wins
    if calendar.is_whole_day(entry):
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + timedelta(days=1))
    else:
        event.add("dtstart", _plain(entry.at))
        event.add("dtend", _plain(entry.at) + _HALF_HOUR)
    event.add("summary", _summary(entry, calendar))
    event.add("description", "\n".join(plain_text(line) for line in _lines(entry, calendar)))
    event.add("categories", [calendar.say(f"legend_{entry.kind}")])
    event.add("status", "TENTATIVE" if entry.is_open else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("class", "PUBLIC" if calendar.audience == "public" else "CONFIDENTIAL")
    return event


def _identity(entry: Entry, calendar: Calendar) -> str:
    """Return what stays the same of an event when its day changes."""
    return "\x1f".join((calendar.title, calendar.clock.protocol.id, entry.zone_id, entry.kind, entry.key))


def _uid(said: str, number: int) -> str:
    """Return an id from which no id of a case can be read; of several that say the same each has its own."""
    told = said if number == 1 else f"{said}\x1f{number}"
    return f"{hashlib.sha256(told.encode()).hexdigest()[:32]}@gridmap"


def _summary(entry: Entry, calendar: Calendar) -> str:
    zone = calendar.zones.loc[entry.zone_id]
    tier = calendar.tier_label(zone["tier"])
    open_ = f" ({calendar.say('open')})" if entry.is_open else ""
    return plain_text(f"{entry.zone_id} {zone['name']} {tier} {entry.text}{open_}")


def _lines(entry: Entry, calendar: Calendar) -> list[str]:
    clock = calendar.clock
    said = [entry.detail] if entry.detail else []
    version = f"{calendar.say('version')} {clock.plan_version}"
    return [
        *said,
        f"{calendar.say('at')} {clock.at:%Y-%m-%d %H:%M %z}, {version}",
        how_counted(clock, calendar.lang),
    ]


def _plain(moment: pd.Timestamp) -> datetime:
    plain: datetime = moment.floor("s").to_pydatetime()
    return plain

"""The calendar of zones as tables: a workbook of zones by days, and a list of dates as CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

import pandas as pd

from gridmap.core.calendar import Calendar, Entry
from gridmap.core.calendar_words import weekday
from gridmap.core.clock.words import how_counted
from gridmap.core.wording import moment
from gridmap.export.issue import quoted
from gridmap.export.listwords import phrase
from gridmap.export.plain import plain_text
from gridmap.export.workbook import Sheet, workbook_bytes

_COLUMNS = ("date", "weekday", "time", "zone", "tier", "what", "detail", "state")


def calendar_workbook(calendar: Calendar) -> bytes:
    """Write a calendar as a workbook: zones as rows and days as columns, and all dates one by one."""
    facts = (
        (calendar.say("at"), moment(calendar.clock.at, calendar.lang)),
        (calendar.say("version"), calendar.clock.plan_version),
        (calendar.say("rules"), how_counted(calendar.clock, calendar.lang)),
    )
    foot = f"{calendar.title}  {moment(calendar.clock.at, calendar.lang)}"
    return workbook_bytes([_days(calendar), _dates(calendar, facts)], banner="", foot=foot)


def calendar_csv(calendar: Calendar) -> str:
    """Write the dates of a calendar as CSV; a text that a spreadsheet would run gets a quote before it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([calendar.say(name) for name in _COLUMNS])
    writer.writerows([quoted(value) for value in row] for row in _rows(calendar))
    return out.getvalue()


def zone_title(calendar: Calendar, zone_id: str) -> str:
    """Return the number and the name of a zone."""
    return plain_text(f"{zone_id} {calendar.zones.loc[zone_id, 'name']}")


def _days(calendar: Calendar) -> Sheet:
    by_zone = calendar.by_zone()
    rows = []
    for zone_id, zone in calendar.zones.iterrows():
        mine = by_zone[str(zone_id)]
        boxes = [_box([each for each in mine if each.day == day], calendar) for day in calendar.days]
        number: Any = "" if pd.isna(zone["day"]) else int(zone["day"])
        title = zone_title(calendar, str(zone_id))
        rows.append(
            (
                title,
                calendar.tier_label(zone["tier"]),
                number,
                *boxes,
                zone["state"],
                plain_text(zone["missing"]),
            )
        )
    heads = [f"{day.month}/{day.day} {weekday(day, calendar.lang)}" for day in calendar.days]
    last = len(heads) + 3
    return Sheet(
        name=calendar.say("sheet_days"),
        title=f"{calendar.title}  {moment(calendar.clock.at, calendar.lang)}",
        headings=[*(calendar.say(name) for name in ("zone", "tier", "day_number")), *heads]
        + [calendar.say(name) for name in ("state", "missing")],
        rows=rows,
        empty=phrase("nothing", calendar.lang),
        widest={0: 20, **dict.fromkeys(range(3, last), 9.0), last: 10, last + 1: 34},
    )


def _box(entries: list[Entry], calendar: Calendar) -> str:
    said = (f"{each.text} {each.note}".rstrip() for each in entries)
    return plain_text(calendar.say("and").join(said))


def _dates(calendar: Calendar, facts: tuple[tuple[str, str], ...]) -> Sheet:
    return Sheet(
        name=calendar.say("sheet_entries"),
        title=calendar.title,
        headings=[calendar.say(name) for name in _COLUMNS],
        rows=_rows(calendar),
        facts=facts,
        empty=phrase("nothing", calendar.lang),
        widest={5: 26, 6: 50},
    )


def _rows(calendar: Calendar) -> list[tuple[str, ...]]:
    """Return the dates in the order of time."""
    rows: list[tuple[str, ...]] = []
    for entry in sorted(calendar.entries, key=lambda each: each.day):
        time = "" if calendar.is_whole_day(entry) else f"{entry.at:%H:%M}"
        zone = calendar.zones.loc[entry.zone_id]
        state = calendar.say("open") if entry.is_open else ""
        title = zone_title(calendar, entry.zone_id)
        said = (
            title,
            calendar.tier_label(zone["tier"]),
            plain_text(entry.text),
            plain_text(entry.detail),
            state,
        )
        rows.append((entry.day.isoformat(), weekday(entry.day, calendar.lang), time, *said))
    return rows

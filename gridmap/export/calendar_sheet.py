"""The calendar of zones as a picture: zones as rows and days as columns, on A4 across."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pandas as pd

from gridmap.core.calendar import KINDS, Calendar, Entry
from gridmap.core.calendar_words import weekday
from gridmap.core.clock.words import how_counted
from gridmap.core.wording import moment
from gridmap.errors import UnsupportedError
from gridmap.export.drawing import FILL_ALPHAS, HATCHES
from gridmap.export.sheet import GREY, INK, LINE, Sheet, bound, print_settings

_WIDE, _HIGH = 841.89, 595.28
_DPI = 144
_EDGE = 30.0
_LABEL, _SAID = 132.0, 150.0
_HEAD, _ROW, _FOOT = 30.0, 33.0, 66.0
_MOST_ROWS, _MOST_DAYS = 60, 45
_TODAY, _WEEKEND, _LINES = "#1a1a1a", "#f1f1f1", "#cfcfcf"
_SIGNS = {  # light enough for black letters, apart in grey too; each bears a letter of its own
    "round_due": "#ffffff",
    "round_done": "#a9d5f2",
    "contacts": "#dcd3ea",
    "home": "#d9ead3",
    "restart": "#f4b26a",
    "upgrade": "#f2a3a3",
    "part": "#f4d9b0",
    "unknown": "#f6ec8c",
}
_FREED = "#ffffff"
_URGENT = (  # which signs stand where a day has not room for all
    *("upgrade", "lift", "earliest", "unknown", "round_due", "restart", "part"),
    *("home", "contacts", "round_done"),
)
_NARROWEST, _FINEST = 8.0, 3.0

Box = tuple[float, float, float, float]


def calendar_pdf(calendar: Calendar) -> bytes:
    """Draw a calendar as PDF, a page for as many zones as it has room for."""
    top = _EDGE + 62.0
    room = max(int((_HIGH - _EDGE - _FOOT - top - _HEAD) // _ROW), 1)
    zones = list(calendar.zones.index)
    parts = [zones[start : start + room] for start in range(0, len(zones), room)] or [[]]
    with print_settings():
        pages = (_page(calendar, part, number, len(parts)) for number, part in enumerate(parts, start=1))
        return bound(pages, {"Title": calendar.title})


def calendar_png(calendar: Calendar) -> bytes:
    """Draw a calendar as one picture, as high as its zones need."""
    with print_settings():
        return _picture(calendar).to_png()


def calendar_svg(calendar: Calendar) -> bytes:
    """Draw a calendar as one drawing that stays sharp, every character as its outline."""
    with print_settings():
        return _picture(calendar).to_svg()


def _picture(calendar: Calendar) -> Sheet:
    zones = list(calendar.zones.index)
    if len(zones) > _MOST_ROWS:
        raise UnsupportedError(
            f"a picture holds {_MOST_ROWS} zones, not {len(zones)}; write a PDF, which has pages"
        )
    return _page(calendar, zones, 1, 1, close=True)


def _page(calendar: Calendar, zones: Sequence[str], number: int, pages: int, *, close: bool = False) -> Sheet:
    if len(calendar.days) > _MOST_DAYS:
        raise UnsupportedError(f"a page holds {_MOST_DAYS} days, not {len(calendar.days)}; give fewer days")
    sheet = Sheet(_WIDE, _HIGH, dpi=_DPI)
    top = _draw_head(sheet, calendar, number, pages)
    table = _Table(sheet, calendar, top)
    table.draw_days(len(zones))
    for place, zone_id in enumerate(zones):
        table.draw_zone(str(zone_id), place)
    table.draw_today(len(zones))
    end = _draw_legend(sheet, calendar, table.bottom(len(zones)) + 8)
    if close:
        sheet.close_at(end + 14)
    return sheet


def _draw_head(sheet: Sheet, calendar: Calendar, number: int, pages: int) -> float:
    width = _WIDE - 2 * _EDGE
    y = sheet.write(sheet.fit(calendar.title, size=17, width=0.7 * width), _EDGE, _EDGE - 6, size=17)
    said = f"{calendar.say('at')} {moment(calendar.clock.at, calendar.lang)}"
    said += f" · {calendar.say('version')} {calendar.clock.plan_version}"
    sheet.write(sheet.fit(said, size=9, width=width), _EDGE, y, size=9)
    if pages > 1:
        page = calendar.say("page", page=number, pages=pages)
        sheet.write(page, _WIDE - _EDGE, _EDGE - 2, size=9, color=GREY, align="right")
    y = sheet.paragraph(
        how_counted(calendar.clock, calendar.lang),
        _EDGE,
        y + LINE * 9,
        size=7.5,
        width=width,
        lines=2,
        color=GREY,
    )
    return y + 6


def signs_of(entries: Sequence[Entry], *, width: float) -> list[Entry]:
    """Return the entries whose signs stand on a day of this width in points, from left to right.

    Where there is not room for all, those stay that ask for most.
    """
    most = max(2, min(int(width // _NARROWEST), 4))
    kept = sorted(entries, key=lambda each: _URGENT.index(each.kind))[:most]
    return sorted(kept, key=lambda each: KINDS.index(each.kind))


class _Table:
    """The table of one page.

    Parameters
    ----------
    sheet
        The page.
    calendar
        What it shows.
    top
        Where it begins.
    """

    def __init__(self, sheet: Sheet, calendar: Calendar, top: float) -> None:
        self._sheet, self._calendar, self._top = sheet, calendar, top
        self._left = _EDGE + _LABEL
        self._step = (_WIDE - 2 * _EDGE - _LABEL - _SAID) / len(calendar.days)
        self._entries = calendar.by_zone()
        tiers = calendar.clock.protocol.tiers
        self._tiers = {tier.id: tier for tier in tiers}
        self._ranks = {tier.id: min(rank, len(FILL_ALPHAS) - 1) for rank, tier in enumerate(tiers)}

    def bottom(self, rows: int) -> float:
        """Return the lower edge of so many rows."""
        return self._top + _HEAD + rows * _ROW

    def draw_days(self, rows: int) -> None:
        """Draw the head of the table, and weekends a little darker."""
        sheet, calendar = self._sheet, self._calendar
        dates = [
            f"{day.month}/{day.day}" if day.day == 1 or place == 0 else str(day.day)
            for place, day in enumerate(calendar.days)
        ]
        names = [weekday(day, calendar.lang) for day in calendar.days]
        big, small = (
            min(self._size(text, most) for text in texts) for texts, most in ((dates, 9.5), (names, 7))
        )
        for place, day in enumerate(calendar.days):
            x, middle = self._x(place), self._x(place) + self._step / 2
            if day.weekday() > 4:
                high = self.bottom(rows) - self._top
                sheet.box(x, self._top, self._step, high, facecolor=_WEEKEND, linewidth=0, zorder=0)
            weight = _TODAY if day == calendar.today else GREY
            sheet.write(dates[place], middle, self._top + 2, size=big, align="center")
            sheet.write(names[place], middle, self._top + 16, size=small, color=weight, align="center")
        said = self._left + len(calendar.days) * self._step + 6
        sheet.write(calendar.say("zone"), _EDGE, self._top + 8, size=9, color=GREY)
        sheet.write(calendar.say("missing"), said, self._top + 8, size=9, color=GREY)
        for row in range(rows + 1):
            sheet.rule(_EDGE, self._top + _HEAD + row * _ROW, _WIDE - 2 * _EDGE, color=_LINES, weight=0.5)

    def draw_today(self, rows: int) -> None:
        """Frame the column of today."""
        calendar = self._calendar
        if calendar.today in calendar.days:
            x = self._x(calendar.days.index(calendar.today))
            high = self.bottom(rows) - self._top
            self._sheet.box(
                x, self._top, self._step, high, facecolor="none", edgecolor=_TODAY, linewidth=1.3, zorder=40
            )

    def draw_zone(self, zone_id: str, place: int) -> None:
        """Draw the row of a zone."""
        sheet, calendar = self._sheet, self._calendar
        y, zone = self._top + _HEAD + place * _ROW, calendar.zones.loc[zone_id]
        self._paint((_EDGE, y + 4, 9, _ROW - 8), zone["tier"])
        room = _LABEL - 20
        sheet.write(sheet.fit(f"{zone_id} {zone['name']}", size=9.5, width=room), _EDGE + 14, y + 3, size=9.5)
        said = f"{calendar.tier_label(zone['tier'])} · {zone['state']}"
        size = max(self._size(said, 7.5, width=room), 5.6)
        sheet.write(sheet.fit(said, size=size, width=room), _EDGE + 14, y + 18, size=size, color=GREY)
        self._draw_course(zone_id, zone, y)
        for column, day in enumerate(calendar.days):
            self._draw_day(zone_id, zone, day, self._x(column), y)
        text = zone["urgent"] or zone["missing"]
        x = self._left + len(calendar.days) * self._step + 6
        lines = sheet.wrap(text, size=6.6, width=_SAID - 8, lines=3) if text else []
        for line, content in enumerate(lines):
            sheet.write(content, x, y + 3 + line * 9.2, size=6.6)

    def _draw_course(self, zone_id: str, zone: Any, y: float) -> None:
        """Fill the days that the zone has its tier for, until the earliest change; the rest is white."""
        ends = [each.day for each in self._entries[zone_id] if each.kind in ("earliest", "lift")]
        begins = self._calendar.clock.zones.loc[zone_id, "started"]
        for column, day in enumerate(self._calendar.days):
            before = pd.notna(begins) and day < begins.date()
            if not before and not (ends and day >= min(ends)):
                self._paint((self._x(column), y + 4, self._step, _ROW - 8), zone["tier"], pattern=False)

    def _draw_day(self, zone_id: str, zone: Any, day: date, x: float, y: float) -> None:
        sheet, calendar = self._sheet, self._calendar
        begins = calendar.clock.zones.loc[zone_id, "started"]
        if pd.notna(zone["day"]) and pd.notna(begins):
            number = int(zone["day"]) + (day - calendar.today).days
            if number >= calendar.clock.protocol.days.first:
                sheet.write(str(number), x + 1.5, y + 3.5, size=5.2, color=GREY)
        mine = [each for each in self._entries[zone_id] if each.day == day]
        shown = signs_of(mine, width=self._step - 3)
        wide = min((self._step - 3) / max(len(shown), 1), 17.0)
        left = x + (self._step - wide * len(shown)) / 2
        for place, entry in enumerate(shown):
            self._draw_sign(entry, left + place * wide, y, wide - 0.8, alone=len(shown) == 1)
        if len(mine) > len(shown):
            more = f"+{len(mine) - len(shown)}"
            sheet.write(more, x + self._step - 1.5, y + 3.5, size=5.2, color=INK, align="right")

    def _draw_sign(self, entry: Entry, x: float, y: float, wide: float, *, alone: bool) -> None:
        sheet, calendar = self._sheet, self._calendar
        box = (x, y + 10.5, wide, 13.5)
        _draw_box(sheet, calendar, entry.kind, box, then=self._then(entry), is_open=entry.is_open)
        size = min(8.5, wide * 0.85)
        sheet.write(
            calendar.say(f"sign_{entry.kind}"),
            x + wide / 2,
            y + 11 + (8.5 - size) / 2,
            size=size,
            align="center",
        )
        room = self._step - 1 if alone else wide
        small = self._size(entry.note, 5.2, width=room)
        if entry.note and small >= _FINEST:
            sheet.write(entry.note, x + wide / 2, y + 24.3, size=small, align="center")

    def _size(self, text: str, size: float, *, width: float = 0.0) -> float:
        """Return the size, made smaller where a text is wider than `width`, or than a day without it."""
        room = width or self._step - 1.5
        return min(size, 0.98 * size * room / max(self._sheet.measure(text, size=size), 1.0))

    def _then(self, entry: Entry) -> str:
        return str(self._calendar.clock.zones.loc[entry.zone_id, "then"]) if entry.kind == "earliest" else ""

    def _paint(self, box: Box, tier_id: str, *, pattern: bool = True) -> None:
        """Fill a box in the colour of a tier, with its pattern, or paler without; an unknown one is grey."""
        tier = self._tiers.get(tier_id)
        color, hatch = (GREY, "") if tier is None else (tier.color, HATCHES.get(tier.pattern, ""))
        alpha = FILL_ALPHAS[self._ranks.get(tier_id, -1)] * (1.0 if pattern else 0.45)
        self._sheet.box(*box, facecolor=color, alpha=alpha, linewidth=0, zorder=1)
        if pattern and hatch:
            self._sheet.box(*box, facecolor="none", edgecolor=color, linewidth=0, hatch=hatch, zorder=1.1)

    def _x(self, place: int) -> float:
        return self._left + place * self._step


def _draw_box(
    sheet: Sheet, calendar: Calendar, kind: str, box: Box, *, then: str = "", is_open: bool = False
) -> None:
    """Draw the box of a sign; dashed where something is still missing."""
    tiers = {tier.id: tier.color for tier in calendar.clock.protocol.tiers}
    edge = tiers.get(then, INK) if kind in ("earliest", "lift") else INK
    fill = _SIGNS.get(kind, _FREED)
    line = 1.5 if kind in ("earliest", "lift") else 0.7
    style = "--" if is_open else "-"
    sheet.box(*box, facecolor=fill, edgecolor=edge, linewidth=line, linestyle=style, zorder=30)


def _draw_legend(sheet: Sheet, calendar: Calendar, y: float) -> float:
    """Explain the signs that stand on the page, then the tiers; return where it ends."""
    x, size = _EDGE, 8.0
    for kind, text in _legend(calendar):
        wide = 18 + sheet.measure(sheet.typeface.printable(text), size=size) + 16
        if x > _EDGE and x + wide > _WIDE - _EDGE:
            x, y = _EDGE, y + 17
        _draw_box(sheet, calendar, kind, (x, y, 14, 12.5))
        sheet.write(calendar.say(f"sign_{kind}"), x + 7, y + 0.6, size=8, align="center")
        sheet.write(text, x + 18, y + 0.6, size=size)
        x += wide
    said = [calendar.say("legend_number")] if calendar.zones["day"].notna().any() else []
    said += [calendar.say("legend_counts")] if any(entry.note for entry in calendar.entries) else []
    said += [calendar.say("open_dashed")] if any(entry.is_open for entry in calendar.entries) else []
    y += 17
    sheet.write(" · ".join(said), _EDGE, y, size=7.5, color=GREY)
    return y + LINE * 7.5


def _legend(calendar: Calendar) -> Iterator[tuple[str, str]]:
    shown = {entry.kind for entry in calendar.entries}
    for kind in KINDS:
        if kind in shown:
            yield kind, calendar.say(f"legend_{kind}")

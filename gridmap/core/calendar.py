"""The coming days of every zone: test rounds, the earliest downgrade or lifting, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import pandas as pd
from pandas import DataFrame

from gridmap.core.calendar_words import calendar_day, calendar_word
from gridmap.core.clock.words import condition_word, effect_word, missing_texts, state_word, then_word
from gridmap.core.privacy import check_audience
from gridmap.errors import UnsupportedError
from gridmap.model.clock import MET, UNKNOWN, Clock
from gridmap.model.plan import NONE
from gridmap.model.shown import shows_counts
from gridmap.model.zoning import LANGUAGES

KINDS = (
    *("upgrade", "restart", "unknown", "round_done", "round_due", "home"),
    *("contacts", "part", "earliest", "lift"),
)
FORWARD, BACK = (7, 28), 3
_PRIVATE = ("upgrade", "restart", "part", "contacts")  # each tells the public of a case
_AT_REST = ("upgrade", "lifted", "no_clock", "holds")


class Entry(NamedTuple):
    """One thing on one day of one zone.

    Parameters
    ----------
    zone_id
        The zone.
    day
        The day, in the time zone of the clock.
    at
        The moment, with its time zone.
    kind
        One of `KINDS`.
    key
        Tells several of one kind apart, such as the number of a round.
    text, detail
        What it is, and what is to be said of it.
    note
        A few letters for a small box, such as ``98/100``.
    is_open
        Whether something is still missing, so that it may come later.
    """

    zone_id: str
    day: date
    at: pd.Timestamp
    kind: str
    key: str
    text: str
    detail: str = ""
    note: str = ""
    is_open: bool = False


@shows_counts
@dataclass(frozen=True, eq=False)
class Calendar:
    """The days of all zones of a clock, for one audience.

    Parameters
    ----------
    clock
        The clock.
    title
        Of the calendar.
    lang, audience
        For whom.
    days
        The days shown, one after the other.
    zones
        By ``zone_id``: `tier`, `name`, `state` (in words), `day` (number of today's day; missing if not
        known), `missing` (what is open or not known), `urgent` (of that what no day in the calendar tells).
    entries
        By zone, then by day.
    """

    clock: Clock
    title: str
    lang: str
    audience: str
    days: tuple[date, ...]
    zones: DataFrame
    entries: tuple[Entry, ...]

    @property
    def today(self) -> date:
        """The day of the clock."""
        today: date = self.clock.at.date()
        return today

    def is_whole_day(self, entry: Entry) -> bool:
        """Tell whether an entry is about its day and no hour: it begins with the day, or holds now."""
        return entry.at in (_first_moment(entry.day, self.clock.timezone), self.clock.at)

    def say(self, name: str, /, **values: object) -> str:
        """Return a wording in the language of the calendar."""
        return calendar_word(name, self.lang, **values)

    def tier_label(self, tier: str) -> str:
        """Return the label of a tier; one that the protocol has not is called by its id."""
        protocol = self.clock.protocol
        return protocol.tier(tier).label(self.lang) if tier in protocol.tier_ids else tier

    def by_zone(self) -> dict[str, list[Entry]]:
        """Return the entries of every zone, also of those without any."""
        found: dict[str, list[Entry]] = {str(zone): [] for zone in self.zones.index}
        for entry in self.entries:
            found[entry.zone_id].append(entry)
        return found


def calendar_of(
    clock: Clock,
    *,
    lang: str = "zh",
    audience: str = "official",
    days: int | None = None,
    back: int = BACK,
    rounds: DataFrame | None = None,
    zones: Iterable[str] | None = None,
    title: str = "",
) -> Calendar:
    """Lay out what a clock knows of the days around its moment.

    Parameters
    ----------
    clock
        The clock.
    lang
        ``zh`` or ``en``.
    audience
        ``public`` sees no case or what tells of one: no positive or contact, no building that is kept, no
        number of the day; no counts of tests; and no zone that is nothing but households.
    days
        How many days follow today; as many as the last date known needs, 7 to 28, if not given.
    back
        How many days before today are shown.
    rounds
        The test rounds that were made, as `gridmap.round_table` lists them.
    zones
        The zones that are shown, by their numbers; all, if not given.
    title
        Of the calendar, such as the name of the county.

    Raises
    ------
    UnsupportedError
        If there is no such audience or language, or the days are below 0.
    """
    check_audience(audience)
    if zones is not None:
        clock = _only(clock, zones)
    if audience == "public":
        clock = _only(clock, set(clock.zones.index) - clock.households_only)
    if lang not in LANGUAGES:
        raise UnsupportedError(f"no texts in {lang!r}; choose one of {', '.join(LANGUAGES)}")
    if back < 0 or (days is not None and days < 0):
        raise UnsupportedError(
            f"a calendar of {days} days to come and {back} before has none; give 0 or more"
        )
    found = [
        *_Days(clock, lang, public=audience == "public").entries(),
        *_rounds(clock, rounds, lang, audience),
    ]
    shown = [entry for entry in found if audience != "public" or entry.kind not in _PRIVATE]
    today = clock.at.date()
    last = max((entry.day for entry in shown), default=today)
    ahead = min(max((last - today).days + 1, FORWARD[0]), FORWARD[1]) if days is None else days
    span = tuple(today + timedelta(days=step) for step in range(-back, ahead + 1))
    order = {zone: place for place, zone in enumerate(clock.zones.index)}
    kept = [entry for entry in shown if span[0] <= entry.day <= span[-1]]
    kept.sort(key=lambda entry: (order[entry.zone_id], entry.day, KINDS.index(entry.kind), entry.key))
    name = calendar_word("title", lang)
    return Calendar(
        clock=clock,
        title=f"{title} {name}".strip(),
        lang=lang,
        audience=audience,
        days=span,
        zones=_zones(clock, lang, public=audience == "public"),
        entries=tuple(kept),
    )


def _first_moment(day: date, timezone: str) -> pd.Timestamp:
    """Return when a day begins, also where clocks are put forward or back at midnight."""
    return pd.Timestamp(day).tz_localize(timezone, ambiguous=True, nonexistent="shift_forward")


def _only(clock: Clock, zones: Iterable[str]) -> Clock:
    """Return a clock of some of its zones."""
    kept = clock.zones[clock.zones.index.isin(list(zones))]
    rows = {name: getattr(clock, name) for name in ("conditions", "restarts", "parts")}
    return replace(
        clock, zones=kept, **{name: each[each["zone_id"].isin(kept.index)] for name, each in rows.items()}
    )


class _Days:
    """Reads the tables of a clock."""

    def __init__(self, clock: Clock, lang: str, *, public: bool) -> None:
        self._clock, self._lang, self._public = clock, lang, public
        rows = clock.conditions
        self._missing = _missing(clock, rows, lang, public=public)
        self._unknown = _missing(clock, rows[rows["state"] == UNKNOWN], lang, public=public)

    def entries(self) -> Iterator[Entry]:
        for zone_id, zone in self._clock.zones.to_dict("index").items():
            yield from self._of_zone(str(zone_id), zone)
        for row in self._clock.restarts.to_dict("records"):
            text = self._say("restart", effect=effect_word(row["effect"], self._lang))
            yield self._entry(row["zone_id"], row["on"], "restart", row["case_id"] or row["event_id"], text)
        for row in self._clock.parts.to_dict("records"):
            text = self._say("part", building=row["building"])
            yield self._entry(row["zone_id"], row["until"], "part", row["building"], text)

    def _of_zone(self, zone_id: str, zone: Mapping[str, Any]) -> Iterator[Entry]:
        now, missing = self._clock.at, self._missing.get(zone_id, "")
        if zone["state"] == "upgrade":
            yield self._entry(zone_id, now, "upgrade", "", self._say("upgrade"))
        if zone_id in self._unknown or (self._public and zone["state"] == "upgrade"):
            detail = self._unknown.get(zone_id, "")
            yield self._entry(zone_id, now, "unknown", "", self._say("unknown"), detail=detail)
        if pd.notna(zone["round_due"]):
            yield self._round_due(zone_id, zone["round_due"])
        if zone["state"] in _AT_REST:
            return
        yield from self._home(zone_id, zone)
        yield from self._contacts(zone_id)
        if pd.notna(zone["earliest"]) and zone["then"] != zone["tier"]:
            yield self._earliest(zone_id, zone, missing)

    def _round_due(self, zone_id: str, due: pd.Timestamp) -> Entry:
        overdue = due.date() < self._clock.at.date()
        detail = self._say("since", day=calendar_day(due.date(), self._lang)) if overdue else ""
        return self._entry(
            zone_id,
            self._clock.at if overdue else due,
            "round_due",
            "",
            self._say("round_due"),
            detail=detail,
        )

    def _earliest(self, zone_id: str, zone: Mapping[str, Any], missing: str) -> Entry:
        kind = "lift" if zone["then"] in (NONE, "") else "earliest"
        then = then_word(zone["then"], self._clock.protocol, self._lang)
        at = max(zone["earliest"], self._clock.at) if zone["state"] in ("ready", "held") else zone["earliest"]
        is_open = zone["state"] not in ("ready", "held")
        detail = missing if is_open else state_word(zone["state"], self._lang)
        return self._entry(zone_id, at, kind, "", self._say(kind, then=then), detail=detail, is_open=is_open)

    def _home(self, zone_id: str, zone: Mapping[str, Any]) -> Iterator[Entry]:
        if zone["phase"] != "closed":
            return
        stage = self._clock.protocol.clock[zone["clock_tier"]][zone["stage"] - 1]
        ahead = int(stage.days or 0) + 1 - int(zone["day"])
        at = _first_moment(self._clock.at.date() + timedelta(days=ahead), self._clock.timezone)
        yield self._entry(zone_id, at, "home", "", self._say("home"))

    def _contacts(self, zone_id: str) -> Iterator[Entry]:
        rows = self._clock.conditions
        mine = rows[(rows["zone_id"] == zone_id) & (rows["condition"] == "contacts") & (rows["state"] != MET)]
        for due in mine["due"].dropna():
            if due > self._clock.at:
                yield self._entry(zone_id, due, "contacts", "", self._say("contacts"))

    def _say(self, name: str, /, **values: object) -> str:
        return calendar_word(name, self._lang, **values)

    def _entry(
        self,
        zone_id: str,
        at: pd.Timestamp,
        kind: str,
        key: str,
        text: str,
        *,
        detail: str = "",
        is_open: bool = False,
    ) -> Entry:
        return Entry(zone_id, at.date(), at, kind, key, text, detail=detail, is_open=is_open)


def _rounds(clock: Clock, rounds: DataFrame | None, lang: str, audience: str) -> Iterator[Entry]:
    """Give the rounds that were made; one of a zone that the clock has not is left out."""
    for row in () if rounds is None else rounds.to_dict("records"):
        if row["zone_id"] not in clock.zones.index or pd.isna(row["at"]):
            continue
        at = pd.Timestamp(row["at"]).tz_convert(clock.timezone)
        key = "" if pd.isna(row["round"]) else str(row["round"])
        text = calendar_word("round_done", lang, key=key) if key else calendar_word("round_unnumbered", lang)
        tested, due = (_count(row[name]) for name in ("tested", "due"))
        detail, note = calendar_word("tested_of", lang, tested=tested, due=due), f"{tested}/{due}"
        positive = row.get("positive")
        if not pd.isna(positive) and positive:
            detail += calendar_word("and", lang) + calendar_word("positive_of", lang, count=positive)
        if audience == "public":
            detail, note = "", ""
        yield Entry(row["zone_id"], at.date(), at, "round_done", key, text, detail=detail, note=note)


def _count(value: Any) -> str:
    """Write a count; what nobody entered is not known, and no 0."""
    return "?" if pd.isna(value) else str(int(value))


def _zones(clock: Clock, lang: str, *, public: bool) -> DataFrame:
    ids = [str(zone) for zone in clock.zones.index]
    rows = clock.conditions
    urgent = rows[(rows["state"] == UNKNOWN) | ((rows["state"] != MET) & ~(rows["due"] > clock.at))]
    states = ["unknown" if public and state == "upgrade" else state for state in clock.zones["state"]]
    said = [_missing(clock, each, lang, public=public) for each in (rows, urgent)]
    columns = {
        "tier": clock.zones["tier"].array,
        "name": clock.zones["name"].array,
        "state": [state_word(state, lang) for state in states],
        "day": pd.array([pd.NA if public else day for day in clock.zones["day"]], dtype="Int64"),
        "missing": [said[0].get(zone, "") for zone in ids],
        "urgent": [said[1].get(zone, "") for zone in ids],
    }
    return DataFrame(columns, index=clock.zones.index)


def _missing(clock: Clock, rows: DataFrame, lang: str, *, public: bool) -> dict[str, str]:
    """Say by zone what of some conditions is open or not known; to the public only that it is not known."""
    said: dict[str, list[str]] = {}
    texts = missing_texts(clock, lang)
    colon = ": " if lang == "en" else "："
    for place, row in zip(rows.index, rows.to_dict("records"), strict=True):
        if public and row["state"] == UNKNOWN:
            said.setdefault(row["zone_id"], []).append(calendar_word("no_details", lang))
        elif not public and row["state"] != MET:
            text = f"{condition_word(row['condition'], lang)}{colon}{texts[place]}"
            said.setdefault(row["zone_id"], []).append(text)
    return {zone: calendar_word("and", lang).join(dict.fromkeys(each)) for zone, each in said.items()}

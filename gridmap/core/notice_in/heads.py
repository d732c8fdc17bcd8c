"""The times, the number and the issuer of a notice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from gridmap.core.notice_in import grammar

_CHINA = timezone(timedelta(hours=8))
_NOON = 12
_BEFORE = re.compile(r"(?:自|从|于|于当日|有效期至|至|截至|截止到?|数据截至|expires at |as of |from )$")
_BEHIND = re.compile(r"起(?:执行|实施|施行|生效|开始)?")


@dataclass(frozen=True)
class Moment:
    """A time in the text.

    Parameters
    ----------
    start, end
        Where it stands, with the words that say what it is.
    use
        ``effective``, ``valid_until``, ``as_of``, ``date`` (under the notice) or empty.
    when
        The time; None if the text does not tell the year, or in English the time zone.
    day_only
        Whether no hour is told.
    """

    start: int
    end: int
    use: str
    when: datetime | None
    day_only: bool


def moments_in(text: str) -> tuple[Moment, ...]:
    """Find the times; a year that is not written is that of the date under the notice, or of its number."""
    found = [match for match in _matches(text) if match["month"]]
    years = [match["year"] for match in found if match["year"]]
    number = grammar.NUMBER.search(text)
    year = years[-1] if years else number[1] if number and number[1] else ""
    return tuple(moment for match in found if (moment := _moment(text, match, year)) is not None)


def _matches(text: str) -> Iterator[re.Match[str]]:
    found = [*grammar.MOMENT_ZH.finditer(text), *grammar.MOMENT_EN.finditer(text)]
    yield from sorted(found, key=lambda match: match.start())


def _moment(text: str, match: re.Match[str], year: str) -> Moment | None:
    before = _BEFORE.search(text[max(0, match.start() - 12) : match.start()])
    start = match.start() - len(before[0]) if before else match.start()
    behind = _BEHIND.match(text, match.end())
    said = before[0].strip() if before else ""
    line = text[text.rfind("\n", 0, match.start()) + 1 :].split("\n", 1)[0]
    if said in ("有效期至", "expires at"):
        use = "valid_until"
    elif "截" in said or said == "as of":
        use = "as_of"
    elif behind or said in ("自", "从", "from"):
        use = "effective"
    else:
        use = "date" if line.strip() == match[0].strip() else ""
    end = behind.end() if behind else match.end()
    return Moment(start, end, use, _time(match, year), match["hour"] is None)


def _time(match: re.Match[str], year: str) -> datetime | None:
    parts = match.groupdict()
    chosen = parts["year"] or year
    english = not parts["month"].isdigit()
    if not chosen or (english and parts["hour"] and not parts["zone"]):
        return None
    month = grammar.MONTHS.index(parts["month"]) + 1 if english else int(parts["month"])
    hour = int(parts["hour"] or 0)
    if parts.get("half") in ("下午", "晚", "晚上") and hour < _NOON:
        hour += _NOON
    minute = 30 if parts.get("half_past") else int(parts["minute"] or 0)
    try:
        day = datetime(int(chosen), month, int(parts["day"]), tzinfo=_zone(parts["zone"]))
        if hour > 24 or minute > 59:
            return None
    except ValueError:
        return None
    return day + timedelta(hours=hour, minutes=minute)


def _zone(offset: str | None) -> timezone:
    if not offset:
        return _CHINA
    hours, minutes = offset[1:].split(":")
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-ahead if offset[0] == "-" else ahead)


@dataclass(frozen=True)
class Heads:
    """Where the heading, the number, the issuer and the times stand.

    Parameters
    ----------
    title, number, issuer
        Start and end in folded text; the same twice where there is none.
    moments
        The times.
    """

    title: tuple[int, int]
    number: tuple[int, int]
    issuer: tuple[int, int]
    moments: tuple[Moment, ...]

    def time(self, use: str) -> datetime | None:
        """Return the first time of a use."""
        return next((each.when for each in self.moments if each.use == use), None)


def heads_of(text: str) -> Heads:
    """Find the heading among the first lines and the issuer among the last."""
    lines = [(match.start(), match.end()) for match in re.finditer(r"[^\n]+", text)]
    moments = moments_in(text)
    title = next((span for span in lines[:4] if grammar.TITLE.match(text[slice(*span)])), (0, 0))
    dates = [each for each in moments if each.use == "date"]
    number = grammar.NUMBER.search("\n".join(text[slice(*span)] for span in lines[:4]))
    numbers = _number(text, lines[:4], title) if number else (0, 0)
    issuer = (0, 0)
    for start, end in reversed(lines[-4:]):
        line = text[start:end]
        above_date = any(each.start > end and not text[end : each.start].strip() for each in dates)
        if (above_date and len(line) <= 60 and line[-1:] not in "。.;:") or grammar.ISSUER.match(line):
            issuer = (start, end)
            break
    return Heads(title, numbers, issuer, moments)


def _number(text: str, lines: list[tuple[int, int]], title: tuple[int, int]) -> tuple[int, int]:
    """Find the number of the document: a line of its own, else in the heading."""
    for start, end in lines:
        match = grammar.NUMBER.search(text, start, end)
        if match and ((start, end) == title or end - start <= len(match[0]) + 12):
            return (start, end) if (start, end) != title else match.span()
    return 0, 0

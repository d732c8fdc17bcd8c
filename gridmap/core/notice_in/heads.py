"""The times, the number and the issuer of a notice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from gridmap.core.notice_in import grammar
from gridmap.core.notice_in.numerals import plain_number

_CHINA = timezone(timedelta(hours=8))
_NOON = 12
_BEFORE = re.compile(r"(?:自|从|于|于当日|有效期至|至|截至|截止到?|数据截至|expires at |as of |from )$")
_BEHIND = re.compile(r"(?:\(含\))?起(?:执行|实施|施行|生效|开始)?")
_ENDS = re.compile(r"止|前有效")
_OF_DATE = "from the day of its date; no hour is told"
_MORNING, _MIDDAY = ("凌晨",), ("中午", "正午")
_EVENING = ("晚", "晚上", "晚间", "今晚", "当晚")
_NIGHT = ("午夜", "半夜", "深夜", "夜间", "夜里")
# The first hour of a half of the day, by which 晚上1点 is known to be no evening.
_FIRST_HOURS = {
    **dict.fromkeys(("下午", "傍晚"), 0),
    **dict.fromkeys(_EVENING, 5),
    **dict.fromkeys(_NIGHT, 9),
    **dict.fromkeys(_MIDDAY, 3),
}


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
    note
        What has to be said of it.
    """

    start: int
    end: int
    use: str
    when: datetime | None
    day_only: bool
    note: str = ""


def moments_in(text: str) -> tuple[Moment, ...]:
    """Find the times; a year that is not written is that of the date under the notice, or of its number."""
    found = [match for match in _matches(text) if match["month"]]
    years = [match["year"] for match in found if match["year"]]
    number = grammar.NUMBER.search(text)
    year = years[-1] if years else number[1] if number and number[1] else ""
    moments = [_moment(text, match, year) for match in found]
    return (*moments, *_from_issue(text, moments))


def _from_issue(text: str, moments: Sequence[Moment]) -> Iterator[Moment]:
    """Give when a notice applies that applies from its issue 自即日起: on the day of its date."""
    match = grammar.FROM_ISSUE.search(text)
    dates = [each.when for each in moments if each.use == "date" and each.when]
    if match and dates and not any(each.use == "effective" for each in moments):
        yield Moment(*match.span(), "effective", dates[-1], day_only=True, note=_OF_DATE)
    elif match:
        yield Moment(*match.span(), "", None, day_only=True)


def _matches(text: str) -> Iterator[re.Match[str]]:
    found = [*grammar.MOMENT_ZH.finditer(text), *grammar.MOMENT_EN.finditer(text)]
    yield from sorted(found, key=lambda match: match.start())


def _moment(text: str, match: re.Match[str], year: str) -> Moment:
    before = _BEFORE.search(text[max(0, match.start() - 12) : match.start()])
    start = match.start() - len(before[0]) if before else match.start()
    behind = _BEHIND.match(text, match.end())
    said = before[0].strip() if before else ""
    line = text[text.rfind("\n", 0, match.start()) + 1 :].split("\n", 1)[0]
    ends = _ENDS.match(text, match.end()) if said in ("至", "截至", "截止", "截止到", "") else None
    if said in ("有效期至", "expires at") or ends:
        use = "valid_until"
    elif "截" in said or said == "as of":
        use = "as_of"
    elif behind or said in ("自", "从", "from"):
        use = "effective"
    else:
        use = "date" if line.strip() == match[0].strip() else ""
    end = behind.end() if behind else ends.end() if ends else match.end()
    return Moment(start, end, use, _time(match, year), match["hour"] is None)


def _time(match: re.Match[str], year: str) -> datetime | None:
    parts = match.groupdict()
    chosen = plain_number(parts["year"] or year)
    english = parts["month"] in grammar.MONTHS
    if not chosen or (english and parts["hour"] and not parts["zone"]):
        return None
    month = grammar.MONTHS.index(parts["month"]) + 1 if english else plain_number(parts["month"])
    day, written = plain_number(parts["day"]), plain_number(parts["hour"] or "0")
    hour = None if written is None else _hour(written, parts.get("half") or "")
    minute = 30 if parts.get("half_past") else plain_number(parts["minute"] or "0")
    if month is None or day is None or hour is None or minute is None or minute > 59:
        return None
    try:
        midnight = datetime(chosen, month, day, tzinfo=_zone(parts["zone"]))
    except ValueError:
        return None
    return midnight + timedelta(hours=hour, minutes=minute)


def _hour(written: int, half: str) -> int | None:
    """Return the hour of the day, 24 for its end; None where the words do not tell which is meant.

    Examples
    --------
    >>> [_hour(6, "下午"), _hour(12, "晚上"), _hour(12, "凌晨"), _hour(1, "深夜"), _hour(18, "")]
    [18, 24, 0, None, 18]
    """
    if written > 2 * _NOON or (half in _MORNING and written > _NOON):
        return None
    if half in _MORNING:
        return written % _NOON
    first = _FIRST_HOURS.get(half)
    if first is None or written > _NOON:
        return written
    if written < first:
        return written + _NOON if half in _MIDDAY else None
    late = half not in _MIDDAY and (written < _NOON or half in _EVENING)
    if written == _NOON and half in _NIGHT:
        return None
    return written + _NOON * late


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

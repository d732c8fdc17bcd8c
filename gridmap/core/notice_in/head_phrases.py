"""The phrases of a notice that are no list: its heading, number, issuer, times, and what it refers to."""

from __future__ import annotations

from collections.abc import Iterator

from gridmap.core.notice_in import grammar
from gridmap.core.notice_in.fold import Folded
from gridmap.core.notice_in.heads import Heads
from gridmap.core.notice_in.phrase import Candidate, Phrase


def head_phrases(heads: Heads, folded: Folded) -> Iterator[Phrase]:
    """Give the phrases of the heading, the issuer, the number and the times."""
    taken = [span for span in (heads.title, heads.issuer) if span[1]]
    for kind, (start, end) in (("title", heads.title), ("issuer", heads.issuer)):
        if end:
            value = folded.raw[slice(*folded.span(start, end))]
            meant = (Candidate(f"{kind}:{value}", value, "value"),)
            state = "ignored" if kind == "title" else "matched"
            yield Phrase(start, end, kind, state, matched=meant if state == "matched" else ())
    start, end = heads.number
    if end and not _meets(start, end, taken):
        value = folded.raw[slice(*folded.span(start, end))]
        yield Phrase(start, end, "number", "matched", matched=(Candidate(f"number:{value}", value, "value"),))
    taken.append(heads.number)
    for moment in heads.moments:
        if _meets(moment.start, moment.end, taken):
            continue
        if moment.when is None:
            note = "the year, the hour or the time zone is not clear" if moment.use == "effective" else ""
            state = "unmatched" if moment.use == "effective" else "ignored"
            yield Phrase(moment.start, moment.end, "time", state, note=note)
        else:
            said = moment.when.isoformat()
            meant = (Candidate(f"{moment.use or 'time'}:{said}", said, "value"),)
            yield Phrase(moment.start, moment.end, "time", "matched", matched=meant, note=moment.note)


def _meets(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(start < stop and end > first for first, stop in spans)


def reference_phrases(text: str) -> Iterator[Phrase]:
    """Give the numbers of other documents, and the version of the plan."""
    for pattern in (grammar.NUMBER, grammar.VERSION):
        for match in pattern.finditer(text):
            yield Phrase(*match.span(), "reference", "ignored")


def masked(text: str, phrases: list[Phrase]) -> str:
    """Blank out what was read already."""
    for phrase in phrases:
        text = text[: phrase.start] + "\x00" * (phrase.end - phrase.start) + text[phrase.end :]
    return text

"""What of a notice was not read as a place of a zone: prose, and places for which no tier is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gridmap.core.notice_in import grammar
from gridmap.core.notice_in.candidates import suggestions
from gridmap.core.notice_in.names import Names
from gridmap.core.notice_in.phrase import Phrase

_SENTENCE = re.compile(r"[^。;!?\n\x00]+")
_PIECE = re.compile(r"[^,、:()]+")


def remaining(text: str, covered: Sequence[Phrase], names: Names) -> Iterator[Phrase]:
    """Give phrases for all that is not covered yet: `ignored` prose, and what names a place.

    Parameters
    ----------
    text
        Folded text.
    covered
        The phrases found so far, in their order.
    names
        The names that are known.
    """
    place = 0
    for stop, after in [*((phrase.start, phrase.end) for phrase in covered), (len(text), len(text))]:
        for match in _SENTENCE.finditer(text, place, max(stop, place)):
            yield from _of_sentence(text, *match.span(), names)
        place = max(place, after)


def _of_sentence(text: str, start: int, end: int, names: Names) -> Iterator[Phrase]:
    boiler = grammar.BOILER.search(text, start, end) is not None
    first = start
    for match in _PIECE.finditer(text, start, end):
        if names_place(match[0], names, prose=boiler):
            yield from _ignored(text, first, match.start())
            note = "a place, but no tier is told for it"
            yield Phrase(
                *match.span(), "place", "unmatched", candidates=suggestions(match[0], names), note=note
            )
            first = match.end()
    yield from _ignored(text, first, end)


def names_place(words: str, names: Names, *, prose: bool) -> bool:
    """Tell whether words name a place; in prose an area alone is no more than a mention."""
    if names.compound_in(words) or grammar.TELLS_BUILDING.search(words):
        return True
    return not prose and names.stand_in(words)


def _ignored(text: str, start: int, end: int) -> Iterator[Phrase]:
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    if start < end:
        yield Phrase(start, end, "words", "ignored")

"""The text of a notice in one width and with one kind of dash; every letter knows where it was pasted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gridmap.core.notice_in.grammar import BEGINS_ANEW, ENDS_LINE

_DASHES = frozenset("-‐‑‒–—―−~〜～﹣－")
_QUOTES = frozenset("\"'“”‘’「」『』«»")
_BREAKS = frozenset("\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029")
CELL = "\x00"
_LEAST_WRAPPED = 16
_ODD = frozenset({"No", "Cn", "Co", "Cs"})
_HIDDEN = frozenset({"Cf", "Cc"})
_TIGHT = frozenset("\n-")
_Letter = tuple[str, int]


@dataclass(frozen=True)
class Folded:
    """A text to be read.

    Parameters
    ----------
    raw
        As it was pasted.
    text
        In half-width lower case, one paragraph a line, without quotes, and blanks only between letters of
        the alphabet.
    at
        The place in `raw` of every letter of `text`.
    """

    raw: str
    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a piece of `text` that is not empty stands in `raw`."""
        return self.at[start], self.at[end - 1] + 1


def fold_name(name: str) -> str:
    """Write a name as it stands in `Folded.text`.

    Examples
    --------
    >>> fold_name("枫南 新村１—３幢")
    '枫南新村1-3幢'
    """
    letters = ((" " if letter == "\n" else letter, place) for letter, place in _letters(name))
    return "".join(letter for letter, _ in _spaced(list(letters)))


def fold_notice(raw: str) -> Folded:
    """Fold the text of a notice; lines that were only broken to fit a page are put together."""
    lines: list[list[_Letter]] = [[]]
    for letter, place in _letters(raw):
        if letter == "\n":
            lines.append([])
        else:
            lines[-1].append((letter, place))
    folded: list[_Letter] = []
    before = ""
    for line in (_spaced(each) for each in lines):
        words = "".join(letter for letter, _ in line)
        if folded:
            joins = _is_wrapped(before, words)
            folded.append((" " if joins else "\n", folded[-1][1]))
        folded.extend(line)
        before = words
    kept = _spaced(folded)
    return Folded(raw, "".join(letter for letter, _ in kept), tuple(place for _, place in kept))


def _letters(raw: str) -> Iterator[_Letter]:
    for place, char in enumerate(raw):
        kind = unicodedata.category(char)
        if char in _BREAKS:
            if not (char == "\r" and raw[place + 1 : place + 2] == "\n"):
                yield "\n", place
        elif char == "\t":
            yield CELL, place
        elif char.isspace():
            yield " ", place
        elif char in _QUOTES or kind in _HIDDEN:
            continue
        else:
            plain = char if kind in _ODD else unicodedata.normalize("NFKC", char).casefold()
            for letter in plain:
                yield ("-" if letter in _DASHES else letter), place


def _spaced(letters: Iterable[_Letter]) -> list[_Letter]:
    """Drop blanks but for one between two ASCII letters, and those at the ends of lines."""
    kept: list[_Letter] = []
    blank: _Letter | None = None
    for letter, place in letters:
        if letter == " ":
            blank = blank or (letter, place)
            continue
        if (
            blank
            and kept
            and letter.isascii()
            and kept[-1][0].isascii()
            and not {letter, kept[-1][0]} & _TIGHT
        ):
            kept.append(blank)
        blank = None
        kept.append((letter, place))
    return kept


def _is_wrapped(before: str, behind: str) -> bool:
    """Tell whether a line goes on in the next one, as where a page was too narrow."""
    if len(before) < _LEAST_WRAPPED or not behind or CELL in before + behind:
        return False
    return not re.search(ENDS_LINE, before) and not re.match(BEGINS_ANEW, behind)

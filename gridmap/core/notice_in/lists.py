"""Lists of places under one tier, with what is excepted from them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest

from gridmap.core.notice_in import grammar
from gridmap.core.notice_in.candidates import suggestions
from gridmap.core.notice_in.enclosures import Line, enclosed, is_line, named_lines
from gridmap.core.notice_in.items import Item, Items
from gridmap.core.notice_in.names import Names
from gridmap.core.notice_in.phrase import IGNORE, UNKNOWN, Block, Candidate, Phrase
from gridmap.core.notice_in.remains import names_place
from gridmap.core.notice_in.tiers import TierNames
from gridmap.model.areas import Hierarchy

_EXCEPTS = (grammar.EXCEPT_BEFORE, grammar.EXCEPT_BEHIND, grammar.EXCEPT_EN)
_BEHIND_EXCEPT = re.compile(
    r"(?:的|,)?(?:其余|其他|其它|剩余|所有|全部|各|区域|范围|部分|地区|地方|楼幢|楼栋|楼宇)+"
)
_JOINT = re.compile(r"(?:\(不?包?含\))?(?:[,、;]|以及|[和及与且])")
_PIECE = re.compile(r"(?:[^、,;:。!?()\n\x00.]|\.(?!$|\n| ))+")
_TWO, _FOUR = 2, 4
_IN_BRACKETS = "what stands in brackets behind it may be all that is meant of it"


class Lists:
    """Reads lists one after the other.

    Parameters
    ----------
    text
        Folded text, in which what is no place is blanked out.
    hierarchy, names, tiers
        The cells, the names and the tiers that are known.
    """

    def __init__(self, text: str, hierarchy: Hierarchy, names: Names, tiers: TierNames) -> None:
        self._text, self._hierarchy, self._names, self._tiers = text, hierarchy, names, tiers
        self._items = Items(names)

    def hide(self, start: int, end: int) -> None:
        """Blank out a piece of the text."""
        self._text = self._text[:start] + "\x00" * (end - start) + self._text[end:]

    def is_except(self, place: int, start: int, end: int) -> bool:
        """Tell whether a place of a sentence is within an exception."""
        return any(first <= place < last for first, last, _ in self._exceptions(start, end))

    def read(
        self, start: int, end: int, block: tuple[int, Block], *, strict: bool = False, heading: bool = False
    ) -> Iterator[Phrase]:
        """Read a list.

        Parameters
        ----------
        start, end
            Where it stands.
        block
            The zone it belongs to, with its place.
        strict
            Whether all of it must be places; else what is no place is left aside.
        heading
            Whether it is a heading, which only tells where the places under it lie.
        """
        role = "" if heading else block[1].role
        yield from self._narrowed(list(self._listed(start, end, block, role, strict=strict)))

    def _listed(
        self, start: int, end: int, block: tuple[int, Block], role: str, *, strict: bool
    ) -> Iterator[Phrase]:
        place, told = start, False
        for first, last, inner in [*self._exceptions(start, end), (end, end, (end, end))]:
            for phrase in self._places(place, first, block, role, strict=strict):
                told = told or phrase.role == role
                yield phrase
            yield from self._except(inner, block)
            place = last
            if told and (behind := _BEHIND_EXCEPT.match(self._text, place, end)):
                place = behind.end()

    def _narrowed(self, phrases: list[Phrase]) -> Iterator[Phrase]:
        """Give phrases; one that brackets behind it may narrow, as by its borders, is a question."""
        for phrase, behind in zip_longest(phrases, phrases[1:]):
            if (
                behind is not None
                and phrase.state == "matched"
                and phrase.role == behind.role
                and phrase.kind in ("area", "address")
                and self._text[phrase.end : behind.start].strip(" ") == "("
                and (behind.kind == "enclosure" or behind.state == "unmatched")
            ):
                yield replace(
                    phrase, state="ambiguous", matched=(), candidates=phrase.matched, note=_IN_BRACKETS
                )
            else:
                yield phrase

    def _exceptions(self, start: int, end: int) -> list[tuple[int, int, tuple[int, int]]]:
        """Return the exceptions: where they stand, and where what they name stands."""
        found: list[tuple[int, int, tuple[int, int]]] = []
        for pattern in _EXCEPTS:
            for match in pattern.finditer(self._text, start, end):
                group = next(each for each in range(1, match.re.groups + 1) if match[each] is not None)
                found.append((*match.span(), match.span(group)))
        mentions = self._tiers.in_text(self._text, start, end)
        for first, last in zip(mentions, mentions[1:] + mentions[-1:], strict=True):
            behind = grammar.BESIDES_TIERS.match(self._text, last.end, end)
            if behind and not self._text[first.end : last.start].strip("、和及与"):
                found.append((first.start, behind.end(), (first.start, last.end)))
        kept: list[tuple[int, int, tuple[int, int]]] = []
        for each in sorted(found, key=lambda one: (one[0], -one[1])):
            if not kept or each[0] >= kept[-1][1]:
                kept.append(each)
        return kept

    def _except(self, inner: tuple[int, int], block: tuple[int, Block]) -> Iterator[Phrase]:
        if inner[0] >= inner[1]:
            return
        mentions = self._tiers.in_text(self._text, *inner)
        if not mentions:
            yield from self._places(*inner, block, "out", strict=True)
        for mention in mentions:
            if mention.tier:
                block[1].except_tiers.add(mention.tier)
                meant = (Candidate(f"tier:{mention.tier}", mention.tier, "tier"),)
                yield Phrase(
                    mention.start, mention.end, "tier", "matched", "except", block[0], mention.tier, meant
                )
            else:
                note = "the protocol has no such tier"
                yield Phrase(mention.start, mention.end, "tier", "unmatched", "except", block[0], note=note)

    def _places(
        self, start: int, end: int, block: tuple[int, Block], role: str, *, strict: bool
    ) -> Iterator[Phrase]:
        place = start
        while place < end:
            if self._text[place] in grammar.SEPARATORS:
                place += 1
                continue
            if item := grammar.ITEM.match(self._text, place, end):
                place = item.end()
                continue
            phrase, place = self._next(place, end, block, role, strict=strict)
            if phrase is not None:
                yield phrase

    def _next(
        self, place: int, end: int, block: tuple[int, Block], role: str, *, strict: bool
    ) -> tuple[Phrase | None, int]:
        """Read what stands here: a place, words without meaning, or what is not known."""
        if others := grammar.OTHERS.match(self._text, place, end):
            return self._others(*others.span(), block, role), others.end()
        enclosure = self._ring(place, end, block, role) or self._enclosure(place, end, block, role)
        if enclosure is not None and enclosure.kind == "enclosure":
            return enclosure, enclosure.end
        begin = place
        while True:
            if item := self._items.read(self._text, begin, end, out=role == "out"):
                return self._known(begin, item, block, role), item.end
            head = next((word for word in grammar.HEADS if self._text.startswith(word, begin, end)), "")
            if not head:
                break
            begin += len(head)
            if begin >= end:
                return None, end
        if enclosure is not None:
            return enclosure, enclosure.end
        return self._unknown(place, end, block, role, strict=strict)

    def _known(self, start: int, item: Item, block: tuple[int, Block], role: str) -> Phrase:
        clear = item.clear and len(item.candidates) == 1
        note = item.note or ("" if len(item.candidates) == 1 else "several places are called so")
        if block[1].tier == UNKNOWN and role:
            note = "its tier is not known"
            return Phrase(
                start, item.end, item.kind, "unmatched", role, block[0], candidates=item.candidates, note=note
            )
        return Phrase(
            start,
            item.end,
            item.kind,
            "matched" if clear else "ambiguous",
            role,
            block[0],
            block[1].tier,
            item.candidates if clear else (),
            () if clear else item.candidates,
            note,
        )

    def _unknown(
        self, place: int, end: int, block: tuple[int, Block], role: str, *, strict: bool
    ) -> tuple[Phrase | None, int]:
        match = _PIECE.match(self._text, place, end)
        stop = match.end() if match else place + 1
        words = self._text[place:stop]
        prose = grammar.BOILER.search(words) is not None or grammar.CLAUSE.search(words) is not None
        alone = words.isdigit() and self._text[place - 1 : place] in ("", "\n", "\x00")
        if alone or grammar.NOTHING.fullmatch(words):
            return None, stop
        short = len(words) <= grammar.MOST_PLACE and grammar.PLACE_END.search(words) is not None
        looks = short and not (grammar.DOES.search(words) if strict else prose)
        if not (looks or names_place(words, self._names, prose=prose) or (strict and not prose)):
            return None, stop
        near = suggestions(words, self._names)
        phrase = Phrase(
            place,
            stop,
            "place",
            "unmatched",
            role,
            block[0],
            block[1].tier,
            (),
            near,
            "no place is called so",
        )
        return phrase, stop

    def _side(self, place: int, end: int) -> tuple[str, str, int] | None:
        """Read one side: which it is, the line, and where it ends; …以东 has its line in the west."""
        if match := grammar.SIDE.match(self._text, place, end):
            return match[1], match[2], match.end()
        if match := grammar.BESIDE.match(self._text, place, end):
            return grammar.OPPOSITE[match[2]], match[1], match.end()
        return None

    def _others(self, start: int, end: int, block: tuple[int, Block], role: str) -> Phrase:
        nothing = Candidate(IGNORE, "nothing more is meant", "value")
        note = "there may be others that are not named"
        return Phrase(
            start, end, "others", "ambiguous", role, block[0], block[1].tier, candidates=(nothing,), note=note
        )

    def _enclosure(self, place: int, end: int, block: tuple[int, Block], role: str) -> Phrase | None:
        """Read four sides that close an area, as 东至… or …以西; fewer are `sides`, left to the map."""
        sides: dict[str, str] = {}
        stop, told = place, 0
        while side := self._side(stop, end):
            stop = side[2]
            told += 1
            sides.setdefault(grammar.SIDES[side[0]], side[1].strip())
            joint = _JOINT.match(self._text, stop, end)
            if joint and self._side(joint.end(), end):
                stop = joint.end()
        if not told:
            return None
        span = place, self._behind(stop, end)
        if len(sides) < _FOUR or told > _FOUR:
            note = "an enclosure needs one line on each of four sides; draw it on the map"
            return Phrase(*span, "sides", "unmatched", role, block[0], block[1].tier, note=note)
        return self._enclosed(list(sides.items()), span, block, role)

    def _ring(self, place: int, end: int, block: tuple[int, Block], role: str) -> Phrase | None:
        """Read lines that close an area, of which no side is told; without 由 all of them are known."""
        match = grammar.RING.match(self._text, place, end)
        if match is None:
            return None
        lines = named_lines(match[2], self._names)
        if len(lines) < _TWO or not (match[1] or all(is_line(line, self._names) for line in lines)):
            return None
        span = place, self._behind(match.end(), end)
        return self._enclosed([("", line) for line in lines], span, block, role)

    def _behind(self, stop: int, end: int) -> int:
        """Return where the words end that say of lines that an area is between them."""
        behind = grammar.ROUND.match(self._text, stop, end)
        return behind.end() if behind else stop

    def _enclosed(
        self, lines: list[Line], span: tuple[int, int], block: tuple[int, Block], role: str
    ) -> Phrase:
        found, note, known = enclosed(lines, self._hierarchy, self._names)
        clear = known and len(found) == 1
        state = "matched" if clear else "ambiguous" if known else "unmatched"
        return Phrase(
            *span,
            "enclosure",
            state,
            role,
            block[0],
            block[1].tier,
            found if clear else (),
            () if clear else found,
            note or ("" if clear else "the lines close several such areas"),
        )

"""Walk through a notice line by line, and mark what each phrase of it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from gridmap.core.notice_in import grammar
from gridmap.core.notice_in.fold import Folded
from gridmap.core.notice_in.head_phrases import head_phrases, masked, reference_phrases
from gridmap.core.notice_in.heads import Heads, heads_of
from gridmap.core.notice_in.lists import Lists
from gridmap.core.notice_in.moving import VERB, Move, Moving, Unit
from gridmap.core.notice_in.names import Names
from gridmap.core.notice_in.phrase import UNKNOWN, Block, Candidate, Phrase
from gridmap.core.notice_in.remains import names_place, remaining
from gridmap.core.notice_in.tiers import Mention, TierNames
from gridmap.model.areas import Hierarchy
from gridmap.model.plan import NONE
from gridmap.model.protocol import Protocol

_NUMBERED_ZONE = re.compile(r"(\S{0,8}\d\S{0,4})(?:\s+(.*))?")
_INFORMATION = "for information"


class Scan(NamedTuple):
    """What stands in a notice."""

    phrases: tuple[Phrase, ...]
    blocks: tuple[Block, ...]
    heads: Heads
    stricter_applies: bool


def scan_notice(folded: Folded, hierarchy: Hierarchy, names: Names, protocol: Protocol) -> Scan:
    """Mark every phrase of a notice.

    Parameters
    ----------
    folded
        The text.
    hierarchy, names
        The cells; the names that are known.
    protocol
        Whose tiers the notice tells.

    Returns
    -------
    scan
        The phrases in their order, and the zones or lists that they belong to.
    """
    return _Walk(folded, hierarchy, names, TierNames(protocol)).scan()


class _Walk:
    """One way through a notice, with what was said last."""

    def __init__(self, folded: Folded, hierarchy: Hierarchy, names: Names, tiers: TierNames) -> None:
        self._folded, self._names, self._tiers = folded, names, tiers
        self._heads = heads_of(folded.text)
        self._phrases = list(head_phrases(self._heads, folded))
        self._text = masked(folded.text, self._phrases)
        self._phrases.extend(reference_phrases(self._text))
        self._text = masked(self._text, self._phrases)
        self._blocks: list[Block] = []
        self._lists = Lists(self._text, hierarchy, names, tiers)
        self._lines = [match.span() for match in re.finditer(r"[^\n]+", self._text)]
        self._tier, self._style, self._numbering = "", "", ""
        self._under_heading = False
        self._zone = -1
        self._move: Move | None = None
        self._moving = Moving(self._tiers)

    def scan(self) -> Scan:
        for place in range(len(self._lines)):
            self._line(place)
        covered = sorted(self._phrases, key=lambda phrase: phrase.start)
        rest = remaining(self._text, covered, self._names)
        phrases = sorted([*covered, *rest], key=lambda phrase: phrase.start)
        return Scan(
            tuple(phrases), tuple(self._blocks), self._heads, grammar.STAYS.search(self._text) is not None
        )

    def _line(self, place: int) -> None:
        start, end = self._lines[place]
        number = grammar.NUMBERING.match(self._text, start, end)
        style = re.sub(r"\d+|[一二三四五六七八九十百〇]+|[①-⑳⑴-⒇]", "n", number[0]).strip() if number else ""
        self._numbering = style
        start = number.end() if number else start
        start += self._text.startswith(" ", start)
        heading = self._tiers.of_heading(self._text, start, end)
        if heading is not None:
            self._open_tier(heading, style)
        elif (move := self._moving.heading(self._text, start, end)) and place + 1 < len(self._lines):
            self._open_move(move, style, start, end)
        elif label := _label(self._text, start, end):
            self._labelled(label, place, end)
        elif number and self._begins_zone(place):
            self._open_zone(start, end)
        elif number and style == self._style and self._is_other_heading(start, end):
            self._tier, self._under_heading, self._zone, self._move = "", False, -1, None
        else:
            self._zone = -1
            self._sentences(start, end)

    def _open_tier(self, mention: Mention, style: str) -> None:
        self._tier, self._style, self._zone = mention.tier or UNKNOWN, style, -1
        self._under_heading, self._move = True, None
        self._add_tier(mention)

    def _open_move(self, move: Move, style: str, start: int, end: int) -> None:
        """Begin the list of what is lifted."""
        self._tier, self._style, self._zone = move.tier, style, -1
        self._under_heading, self._move = True, move
        meant = Candidate(f"tier:{move.tier}", move.tier or NONE, "tier")
        self._phrases.append(Phrase(start, end, "lift", "matched", tier=move.tier, matched=(meant,)))

    def _add_tier(self, mention: Mention) -> None:
        if mention.tier:
            meant = Candidate(f"tier:{mention.tier}", mention.tier, "tier")
            phrase = Phrase(
                mention.start, mention.end, "tier", "matched", tier=mention.tier, matched=(meant,)
            )
        else:
            phrase = Phrase(
                mention.start, mention.end, "tier", "unmatched", note="the protocol has no such tier"
            )
        self._phrases.append(phrase)

    def _is_other_heading(self, start: int, end: int) -> bool:
        words = self._text[start:end]
        return len(words) <= 30 and not self._names.stand_in(words) and not grammar.BUILDINGS.search(words)

    def _begins_zone(self, place: int) -> bool:
        """Tell whether the next line tells the range of what this line names."""
        if place + 1 == len(self._lines) or not self._tier:
            return False
        return bool(_label(self._text, *self._lines[place + 1]))

    def _open_zone(self, start: int, end: int) -> None:
        raw = self._folded.raw[slice(*self._folded.span(start, end))]
        match = _NUMBERED_ZONE.fullmatch(raw)
        self._blocks.append(Block(self._tier))
        self._zone = len(self._blocks) - 1
        if match is None or grammar.BUILDINGS.fullmatch(match[1]):
            self._phrases.extend(self._lists.read(start, end, self._block(), heading=True))
            return
        self._blocks[-1] = Block(self._tier, match[1], match[2] or "")
        meant = Candidate(f"zone:{match[1]}", raw, "zone")
        self._phrases.append(
            Phrase(start, end, "zone", "matched", block=self._zone, tier=self._tier, matched=(meant,))
        )

    def _block(self) -> tuple[int, Block]:
        return len(self._blocks) - 1, self._blocks[-1]

    def _labelled(self, label: tuple[str, int], place: int, end: int) -> None:
        kind, start = label
        if kind in ("measures", "lifting") or not self._tier:
            if self._tier or kind in ("measures", "lifting"):
                self._phrases.append(Phrase(start, end, kind, "ignored", note="said, not read"))
            return
        if self._zone < 0:
            self._blocks.append(Block(self._tier))
            self._zone = len(self._blocks) - 1
        block = self._zone, self._blocks[self._zone]
        told = self._told(place)
        if kind == "on_map":
            self._phrases.extend(self._on_map(start, end))
        elif kind == "area" or not told:
            self._phrases.extend(self._lists.read(start, end, block, strict=True))
        else:
            self._phrases.append(Phrase(start, end, kind, "ignored", note=_INFORMATION))

    def _told(self, place: int) -> bool:
        """Tell whether a line of the same zone tells its range or leaves it to the map."""
        first = place
        while first > 0 and _label(self._text, *self._lines[first - 1]):
            first -= 1
        for start, end in self._lines[first:]:
            label = _label(self._text, start, end)
            if label is None:
                return False
            if label[0] in ("area", "on_map"):
                return True
        return False

    def _on_map(self, start: int, end: int) -> Iterator[Phrase]:
        for match in re.finditer(r"[^;。]+?(?=; |[;。]|\.?$)", self._text[start:end]):
            whole = grammar.IN_TWO_ZONES.search(match[0]) is not None
            yield Phrase(
                start + match.start(),
                start + match.end(),
                "on_map",
                "ignored" if whole else "unmatched",
                "out" if grammar.LEFT_OUT.search(match[0]) else "",
                block=self._zone,
                tier=self._tier,
                note=_INFORMATION if whole else "only the map tells this; give the JSON, or draw it",
            )

    def _sentences(self, start: int, end: int) -> None:
        inline = ""
        for match in re.finditer(r"[^。;!?]+", self._text[start:end]):
            inline = self._sentence(start + match.start(), start + match.end(), inline)

    def _sentence(self, start: int, end: int, inline: str) -> str:
        """Read one sentence; return the tier of which it told places, if they may go on in the next."""
        if VERB.search(self._text, start, end):
            self._lifts(start, end)
            return ""
        mentions = [
            each
            for each in self._tiers.in_text(self._text, start, end)
            if not self._lists.is_except(each.start, start, end)
        ]
        regions = list(self._regions(mentions, start, end))
        if not mentions and (inline or self._under_heading):
            regions = [(start, end, inline or self._tier, self._move)]
        for first, last, tier, move in regions:
            self._blocks.append(_block_of(tier, move))
            self._list(first, last, listed=bool(mentions))
        return regions[-1][2] if regions and regions[-1][1] == end else ""

    def _these(self, mention: Mention, behind: int, end: int) -> Iterator[tuple[int, int, str, Move | None]]:
        """Give the list that 以下区域 announces: behind a colon, or in the lines that follow."""
        first = mention.end + self._text.startswith(":", mention.end)
        if self._text[first:behind].strip(",、 "):
            self._add_tier(mention)
            yield first, behind, mention.tier or UNKNOWN, None
        elif first >= end:
            self._open_tier(mention, self._numbering)

    def _lifts(self, start: int, end: int) -> None:
        """Read the places of a sentence that lifts something."""
        for unit in self._moving.units(self._text, start, end):
            said = self._text[unit.start : unit.end]
            if unit.later:
                if names_place(said, self._names, prose=False):
                    note = "it is to be lifted later, or under a condition; nothing is lifted now"
                    self._phrases.append(Phrase(unit.start, unit.end, "lift", "unmatched", note=note))
                continue
            self._blocks.append(_block_of(unit.move.tier, unit.move))
            found = [phrase for first, last in unit.places for phrase in self._places_lifted(first, last)]
            self._phrases.extend(found)
            if not found and unit.every:
                self._phrases.append(self._all_lifted(unit))

    def _places_lifted(self, start: int, end: int) -> list[Phrase]:
        lead = grammar.LEAD.search(self._text, start, end)
        first = lead.end() if lead else start
        strict = grammar.BOILER.search(self._text, first, end) is None
        return list(self._lists.read(first, end, self._block(), strict=strict))

    def _all_lifted(self, unit: Unit) -> Phrase:
        """Ask whether all zones of some tiers are meant, where no place is named."""
        meant = Candidate("rest:", "、".join(sorted(unit.move.left)) or "all zones", "rest")
        note = "no place is named; all zones of these tiers are meant only if you say so"
        return Phrase(
            unit.start,
            unit.end,
            "lift",
            "ambiguous",
            "left",
            len(self._blocks) - 1,
            unit.move.tier,
            candidates=(meant,),
            note=note,
        )

    def _list(self, start: int, end: int, *, listed: bool) -> None:
        """Read a list of places: strictly between 将 and 划为, and up to words that are prose."""
        lead = grammar.LEAD.search(self._text, start, end)
        first = lead.end() if lead else start
        prose = (grammar.DOES if listed else grammar.BOILER).search(self._text, first, end)
        clause = max(self._text.rfind(",", first, prose.start()), first) if prose else end
        for begin, stop, strict in ((start, first, False), (first, clause, True), (clause, end, False)):
            if begin < stop:
                self._phrases.extend(self._lists.read(begin, stop, self._block(), strict=strict))

    def _regions(
        self, mentions: list[Mention], start: int, end: int
    ) -> Iterator[tuple[int, int, str, Move | None]]:
        """Give the pieces of a sentence that tell the places of one tier, and what they come from."""
        place, left = start, set[str]()
        for number, mention in enumerate(mentions):
            before = self._text[place : mention.start]
            behind = mentions[number + 1].start if number + 1 < len(mentions) else end
            if former := self._tiers.former(self._text, mention):
                self._lists.hide(mention.start, mention.end)
                left |= {former}
                continue
            if before[-1:] in grammar.FROM_TIER and before:
                self._lists.hide(mention.start - 1, mention.end)
                left |= {mention.tier} - {""}
                continue
            if assign := grammar.ASSIGNS.search(before):
                said = before[: assign.start()].strip(",、")
                if grammar.THESE.fullmatch(said):
                    yield from self._these(mention, behind, end)
                    place = behind
                elif said:
                    self._add_tier(mention)
                    move = None
                    if mention.tier and self._moving.turns(self._text, place, mention.start):
                        move = Move(frozenset(left), mention.tier)
                    yield place, place + assign.start(), mention.tier or UNKNOWN, move
                left = set()
                place = max(place, mention.end)
            elif not before.strip(",、和及:现"):
                opens = grammar.OPENS.match(self._text, mention.end, behind)
                first = opens.end() if opens else mention.end
                if self._text[first:behind].strip(",、和及 。"):
                    self._add_tier(mention)
                    yield first, behind, mention.tier or UNKNOWN, None
                place = behind


def _block_of(tier: str, move: Move | None) -> Block:
    return Block(tier) if move is None else Block(tier, leaves=True, left=move.left)


def _label(text: str, start: int, end: int) -> tuple[str, int] | None:
    """Return which label a line begins with, and where it ends."""
    for kind, pattern in grammar.LABELS:
        if match := pattern.match(text, start, end):
            return kind, match.end()
    return None

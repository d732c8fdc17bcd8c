"""The words by which a notice lifts zones, or brings them from one tier to another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from gridmap.core.notice_in.tiers import TierNames

_WAY = "(?:有序|同步|予以|全部|一律|正式|同时|提前|依法|即行|现|均|也|已|将|拟)*"
VERB = re.compile(
    rf"{_WAY}(?:解除|撤销|取消|解封|解控|不再(?:划|列|作|实行)为?)(?:了|对)?"
    r"|\b(?:(?:is|are|has been|have been|was|were) )?lift(?:ed|ing|s)?\b(?: from)?"
)
_TURNS = re.compile(
    r"(?:调整|降级|降|转|改|变更|下调)(?:为|成|至|划为)"
    r"|\b(?:(?:is|are|has been|have been) )?(?:downgraded|changed|lowered)\b(?: to)?"
)
_LATER = re.compile(
    r"条件|标准|方可|方能|后方|满足|符合|达到|直至|尚未|未解除|不得|之前|前,|才能|如需|视情|视疫情|另行|时间"
    r"|if |unless|until|when "
)
_CONDITIONAL = re.compile(r"(?:全部|均|都)?(?:解除|解封|解控)后")
_MEASURES = re.compile(
    r"(?:的|其|原|该|相关|有关|各项|等|现有|所采取|采取|实行)*(?:管理|管控|封控|防控|封闭|隔离|限制)?(?:措施|状态|管理|名单|要求)"
    r"|(?:风险|疫情)等级|\b(?:the|of|in|for|zones?|areas?|measures?|from|to|all)\b"
)
_GENERIC = re.compile(
    r"(?:将|把|对|自|经研究|决定|由|从|的|其中|现|和|及|与|以及|为|即日起)"
    r"|(?:以下|下列|上述|以上|相关|有关|部分|本次|该)"
    r"|(?:区域|小区|地区|地点|村|社区|楼幢|楼栋|场所|范围|名单|情况|如下|清单)"
    r"|\(?共?\d+个?(?:处|区域|小区|个)?\)?|[、,:。()\x00\s]"
)
_EXCEPTS = re.compile("除外|之外|以外|不含|不包括")
_EVERY = re.compile(r"全部|所有|全县|全市|全区|全域|辖区内|一律|\ball\b")


@dataclass(frozen=True)
class Move:
    """What is lifted, and what follows.

    Parameters
    ----------
    left
        The tiers that are left; none where it is not told.
    tier
        The tier that follows; empty for none.
    """

    left: frozenset[str]
    tier: str


class Unit(NamedTuple):
    """A piece of a sentence that lifts something: its places; `later` if it is only foretold."""

    start: int
    end: int
    move: Move
    places: tuple[tuple[int, int], ...]
    every: bool
    later: bool


class Moving:
    """Finds these words.

    Parameters
    ----------
    tiers
        What the tiers are called.
    """

    def __init__(self, tiers: TierNames) -> None:
        self._tiers = tiers

    @cached_property
    def _stems(self) -> re.Pattern[str]:
        """What is left of the name of a tier in 解除封控: it without 区."""
        stems = sorted(self._stem_tiers, key=len, reverse=True)
        return re.compile("|".join(re.escape(stem) for stem in stems) or r"(?!)")

    @cached_property
    def _stem_tiers(self) -> dict[str, str]:
        labels = self._tiers.labels.items()
        english = {label.removesuffix(" zone"): tier for label, tier in labels if label.isascii()}
        return {**self._tiers.stems, **english}

    def heading(self, text: str, start: int, end: int) -> Move | None:
        """Return what a line announces that names no place: 解除以下封控区, 由封控区调整为管控区."""
        if self._later(text, start, end) or not (lifts := self._verb(text, start, end)):
            return None
        spans = self._words(text, start, end)
        rest = _without(text, start, end, spans)
        if any(_GENERIC.sub("", text[first:last]) for first, last in rest):
            return None
        return self._move(text, start, end) if lifts else None

    def units(self, text: str, start: int, end: int) -> Iterator[Unit]:
        """Give the pieces of a sentence that lift something, each with its verb; the last one to the end."""
        clauses = [(match.start(), match.end()) for match in re.compile("[^,]+").finditer(text, start, end)]
        first = start
        for place, (begin, stop) in enumerate(clauses):
            if not VERB.search(text, begin, stop):
                continue
            last = stop
            follows = clauses[place + 1 :]
            while follows and (":" in text[begin:stop] or self._goes_on(text, *follows[0])):
                last, follows = follows[0][1], follows[1:]
            yield self._unit(text, first, last)
            first = last
            if last == end:
                return
        if first < end and first > start and self._verb(text, first, end):
            yield self._unit(text, first, end)

    def turns(self, text: str, start: int, end: int) -> bool:
        """Tell whether words before the name of a tier say that it follows another one."""
        found = list(_TURNS.finditer(text, start, end))
        return bool(found) and found[-1].end() == end

    def left(self, text: str, start: int, end: int) -> frozenset[str]:
        """Return the tiers that are left between two places."""
        return frozenset(tier for _, _, tier in self._named(text, start, end))

    def _unit(self, text: str, start: int, end: int) -> Unit:
        spans = self._words(text, start, end)
        places = tuple(_without(text, start, end, spans))
        every = _EVERY.search(text, start, end) is not None
        return Unit(start, end, self._move(text, start, end), places, every, self._later(text, start, end))

    def _verb(self, text: str, start: int, end: int) -> bool:
        if VERB.search(text, start, end):
            return True
        turn = _TURNS.search(text, start, end)
        return turn is not None and len(list(self._named(text, start, end))) > 0

    def _later(self, text: str, start: int, end: int) -> bool:
        return any(pattern.search(text, start, end) for pattern in (_LATER, _CONDITIONAL))

    def _goes_on(self, text: str, start: int, end: int) -> bool:
        """Tell whether a clause only says which tier follows, or what is excepted."""
        if VERB.search(text, start, end):
            return False
        if _EXCEPTS.search(text, start, end):
            return True
        if not _TURNS.search(text, start, end):
            return False
        rest = _without(text, start, end, self._words(text, start, end))
        return not any(_GENERIC.sub("", text[first:last]) for first, last in rest)

    def _move(self, text: str, start: int, end: int) -> Move:
        turns = [match.end() for match in _TURNS.finditer(text, start, end)]
        named = list(self._named(text, start, end))
        follows = [tier for begin, _, tier in named if turns and begin >= turns[-1]]
        left = {tier for begin, _, tier in named if not turns or begin < turns[-1]}
        return Move(frozenset(left), follows[0] if follows else "")

    def _named(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        """Give where tiers are named, by their labels or by what is left of these in 解除封控."""
        mentions = [each for each in self._tiers.in_text(text, start, end) if each.tier]
        yield from mentions
        for match in self._stems.finditer(text, start, end):
            if not any(each.start <= match.start() < each.end for each in mentions):
                yield match.start(), match.end(), self._stem_tiers[match[0]]

    def _words(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """Return where words stand that name no place."""
        spans = [(first, last) for first, last, _ in self._named(text, start, end)]
        spans += [(each.start, each.end) for each in self._tiers.in_text(text, start, end)]
        for pattern in (VERB, _TURNS, _MEASURES):
            spans += [match.span() for match in pattern.finditer(text, start, end)]
        return sorted(spans)


def _without(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Give what is left of a piece of text beside some spans, without the small words at its ends."""
    place = start
    for first, last in [*spans, (end, end)]:
        begin, stop = place, max(first, place)
        while begin < stop and text[begin] in "的、,由从将把对及和与 ":
            begin += 1
        while stop > begin and text[stop - 1] in "的由从、, ":
            stop -= 1
        if begin < stop:
            yield begin, stop
        place = max(place, last)

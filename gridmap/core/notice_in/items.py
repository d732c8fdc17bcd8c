"""One place of a list, such as 惠民街道枫南新村1-14幢、16-41幢: what its words may mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gridmap.core.notice_in import grammar
from gridmap.core.notice_in.candidates import (
    address_candidate,
    areas_candidate,
    building_numbers,
    written_ranges,
)
from gridmap.core.notice_in.names import Compound, Names
from gridmap.core.notice_in.phrase import Candidate

_MOST_NAMES = 5


@dataclass(frozen=True)
class Item:
    """What stands in one place of a list.

    Parameters
    ----------
    end
        Where it ends.
    candidates
        What it may mean.
    note
        What has to be said of it.
    clear
        Whether a single candidate may be taken.
    kind
        ``area``, ``address`` or ``remainder``.
    """

    end: int
    candidates: tuple[Candidate, ...]
    note: str = ""
    clear: bool = True
    kind: str = "area"


class _Way(NamedTuple):
    """One way to read an item up to `end`.

    `areas` are groups of areas that the last name may mean; `numbers`, `unit` and `room` are where buildings
    and what is finer stand; `parity` is 单 or 双 where only odd or even numbers are meant; `alone` for
    buildings without a compound, `whole` for words such as 全县.
    """

    end: int
    areas: tuple[tuple[str, ...], ...] = ()
    compound: str = ""
    numbers: tuple[int, int] = (0, 0)
    unit: tuple[int, int] = (0, 0)
    room: bool = False
    parity: str = ""
    rest: bool = False
    whole: bool = False
    alone: bool = False
    names: int = 0

    @property
    def is_address(self) -> bool:
        return bool(self.compound) or self.alone


class Items:
    """Reads the places of a notice one after the other; a later one may be told by an earlier one.

    Parameters
    ----------
    names
        The names that are known.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._around = ""
        self._compound, self._scope = "", ""
        self._scopes: dict[str, str] = {}
        self._towns: dict[str, None] = {}

    def read(self, text: str, start: int, stop: int, *, out: bool = False) -> Item | None:
        """Read the place that begins here; None where a word up to the next separator is not known.

        Of an exception (`out`) a compound without an area is the one that was told before.
        """
        ways = [way for way in self._ways(text, start, stop) if self._ends(text, way.end, stop)]
        found = [(way, self._meaning(text, way, out=out)) for way in ways]
        found = [(way, item) for way, item in found if item.candidates]
        if not found:
            return None
        end = max(way.end for way, _ in found)
        longest = [(way, item) for way, item in found if way.end == end]
        items = [item for _, item in longest]
        candidates = tuple(dict.fromkeys(each for item in items for each in item.candidates))
        clear = len(candidates) == 1 and all(item.clear for item in items)
        if clear:
            self._remember(candidates[0], longest[0][0])
        note = next((item.note for item in items if item.note), "")
        return Item(end, candidates, note, clear, items[0].kind)

    def _remember(self, candidate: Candidate, way: _Way) -> None:
        if candidate.kind == "address":
            self._compound, self._scope = candidate.compound, candidate.scope
            self._scopes[self._names.folded(candidate.compound)] = candidate.scope
            places = [candidate.scope] if candidate.scope else []
            if not places:
                known = self._names.compounds.get(way.compound, ())
                places = [each.village for each in known if each.village]
        else:
            places = list(candidate.areas)
            if way.names > 1 and places:
                self._around = self._names.around(places[0])
            elif not places or self._names.around(places[0]) != self._around:
                self._around = ""
        self._towns |= dict.fromkeys(town for each in places if (town := self._names.town(each)))

    def _ways(self, text: str, start: int, stop: int) -> Iterator[_Way]:
        todo = [_Way(start)]
        todo.extend(
            _Way(start + len(word), whole=True) for word in grammar.WHOLE if text.startswith(word, start)
        )
        if (rest := grammar.REST.match(text, start, stop)) and rest.end() > start:
            yield _Way(rest.end(), rest=True, alone="幢" in rest[0] or "楼" in rest[0])
        for numbers in _building_lists(text, start, stop) if self._compound else ():
            yield from self._closed(text, _Way(numbers[1], numbers=numbers, alone=True), stop)
        while todo:
            way = todo.pop()
            if way.end > start:
                yield from self._closed(text, way, stop)
            if way.names < _MOST_NAMES and not way.compound:
                todo.extend(self._longer(text, way, stop))

    def _longer(self, text: str, way: _Way, stop: int) -> Iterator[_Way]:
        """Add one more name to a way."""
        place = way.end + (way.names > 0 and text.startswith(" ", way.end))
        outer = [each for group in way.areas for each in group]
        for name, ids in self._names.areas_at(text, place):
            inner: tuple[tuple[str, ...], ...] = tuple((each,) for each in ids if self._inside(each, outer))
            if inner and place + len(name) <= stop:
                yield _Way(place + len(name), inner, names=way.names + 1)
        for end, known in self._names.ranges_at(text, place):
            inner = self._together([[each for each in ids if self._inside(each, outer)] for ids in known])
            if inner and end <= stop:
                yield _Way(end, inner, names=way.names + 1)
        for name in self._names.compounds_at(text, place):
            if place + len(name) <= stop:
                yield way._replace(end=place + len(name), compound=name, whole=False)

    def _closed(self, text: str, way: _Way, stop: int) -> Iterator[_Way]:
        """Add buildings behind a compound, and words without a meaning of their own."""
        ways = [way]
        gap = way.end + text.startswith(" ", way.end)
        if way.compound:
            ways += [
                way._replace(end=numbers[1], numbers=numbers) for numbers in _building_lists(text, gap, stop)
            ]
        if way.compound or way.alone:
            ways += [
                each._replace(end=only.end(), parity=only["parity"])
                for each in ways
                if (only := grammar.PARITY.match(text, each.end, stop))
            ]
        ways += [
            each._replace(end=unit.end(), unit=unit.span())
            for each in ways
            if each.numbers[1] and not each.parity and (unit := grammar.UNITS.match(text, each.end, stop))
        ]
        ways += [
            each._replace(end=room.end(), room=True)
            for each in ways
            if each.numbers[1] and not each.parity and (room := grammar.ROOM.match(text, each.end, stop))
        ]
        for each in ways:
            yield each
            if (tail := grammar.TAILS.match(text, each.end, stop)) and tail.end() > each.end:
                other = grammar.ALL_AREA if each.is_address else grammar.EVERY
                if not other.search(text, each.end, tail.end()):
                    yield each._replace(end=tail.end())
            if not each.numbers[1] and (rest := grammar.REST.match(text, each.end, stop)):
                yield each._replace(end=rest.end(), rest=True)

    def _inside(self, area: str, outer: Sequence[str]) -> bool:
        return not outer or (area not in outer and self._names.within(area, outer))

    def _together(self, numbers: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
        """Return the areas of a range of numbers, for every area above that has one of each number."""
        found: list[dict[str, list[str]]] = []
        for ids in numbers:
            found.append({})
            for area in ids:
                found[-1].setdefault(self._names.around(area), []).append(area)
        shared = sorted(set(found[0]).intersection(*found[1:]))
        return tuple(
            tuple(each[around][0] for each in found)
            for around in shared
            if all(len(each[around]) == 1 for each in found)
        )

    def _meaning(self, text: str, way: _Way, *, out: bool) -> Item:
        if way.is_address:
            return self._address(text, way, out=out)
        kind = "rest" if way.rest else "areas"
        if not way.areas:
            return self._of_all(way)
        groups = way.areas
        if way.names == 1 and self._around:
            near = tuple(group for group in groups if self._names.around(group[0]) == self._around)
            groups = near or groups
        found = tuple(areas_candidate(kind, group, self._names) for group in groups)
        return Item(way.end, found, kind="remainder" if way.rest else "area")

    def _of_all(self, way: _Way) -> Item:
        """Say what words such as 全县 and 其余区域 mean; a rest without an area may be that of a town."""
        if not way.rest:
            return Item(way.end, (areas_candidate("areas", self._names.top, self._names),))
        whole = areas_candidate("rest", (), self._names)
        if way.whole:
            return Item(way.end, (whole,), kind="remainder")
        towns = [areas_candidate("rest", (town,), self._names) for town in self._towns]
        note = "" if not towns else "the rest of the town or of the whole grid"
        return Item(way.end, (*towns, whole), note, clear=not towns, kind="remainder")

    def _address(self, text: str, way: _Way, *, out: bool) -> Item:
        """Say which compounds of the roster, and which of their buildings, are meant."""
        written = text[slice(*way.numbers)]
        buildings = building_numbers(written)
        outer = [each for group in way.areas for each in group]
        name = way.compound
        if way.alone:
            name, outer = self._names.folded(self._compound), [self._scope] if self._scope else []
        elif out and not outer and self._scopes.get(name):
            outer = [self._scopes[name]]
        known = [each for each in self._names.compounds.get(name, ()) if self._lies(each, outer)]
        if buildings is None or not known:
            return Item(way.end, (), kind="address")
        if way.parity:
            every = frozenset[str]().union(*(each.buildings for each in known))
            buildings = _of_parity(buildings or every, way.parity)
            if not buildings:
                return Item(way.end, (), kind="address")
        known = [each for each in known if not buildings or buildings & each.buildings]
        units = building_numbers(text[slice(*way.unit)].replace("单元", "")) or frozenset()
        said = outer[0] if len(outer) == 1 else ""
        found = []
        for each in known:
            scope = said if len(known) == 1 and (said or not outer) else each.village
            found.append(address_candidate(each.name, buildings, units, scope, self._names, like=written))
        note = ""
        if lacking := buildings - frozenset().union(*(each.buildings for each in known)):
            note = f"the roster has no building {written_ranges(lacking)} there"
        if way.room:
            note = "finer than a building or unit; the whole of it is meant only if you say so"
        clear = not way.room
        if way.parity and not written:
            note, clear = "these are the numbers that the roster knows there", False
        candidates = tuple(each for each in found if each is not None)
        return Item(way.end, candidates, note, clear, "address")

    def _lies(self, compound: Compound, outer: Sequence[str]) -> bool:
        if not outer or not compound.village:
            return True
        return self._names.within(compound.village, outer) or any(
            self._names.within(each, [compound.village]) for each in outer
        )

    def _ends(self, text: str, place: int, stop: int) -> bool:
        """Tell whether a place may end here: 和 joins two places only where a second one begins behind it."""
        if place >= stop or grammar.ENDS.match(text, place):
            return True
        joint = grammar.AND.match(text, place, stop)
        return joint is not None and self._names.begin_at(text, joint.end())


def _building_lists(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Give the list of buildings that begins here, then without its last ones: 3幢、一号 before 公馆2幢."""
    while match := grammar.BUILDINGS.match(text, start, stop):
        yield match.span()
        stop = start + max(match[0].rfind(sign) for sign in "、,和及与")
        if stop < start:
            return


def _of_parity(numbers: frozenset[str], parity: str) -> frozenset[str]:
    """Return the odd 单 奇 or the even 双 偶 ones of some numbers."""
    odd = parity in "单奇"
    return frozenset(each for each in numbers if each.isdigit() and int(each) % 2 == odd)

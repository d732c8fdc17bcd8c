"""The names that a notice may tell: areas, compounds of the roster, and lines such as roads."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from gridmap.core.dwellings import dwellings_of
from gridmap.core.notice_in.fold import fold_name
from gridmap.model.areas import Hierarchy
from gridmap.model.placement import Placement

_NUMBERED = re.compile(r"(\D*)([1-9]\d{0,5})(\D+)", re.ASCII)
_LEAST_ALIKE = 0.6
_MOST_NEAR = 3


class Compound(NamedTuple):
    """A compound of the roster in one village.

    Parameters
    ----------
    name
        As the roster writes it.
    village
        The village, or the town or county where there is none; empty for the whole grid.
    buildings
        The buildings that the roster knows there.
    """

    name: str
    village: str
    buildings: frozenset[str]


class Names:
    """What is known by name.

    Parameters
    ----------
    hierarchy
        The cells and areas.
    placement
        The households, or None; without them no compound is known.
    lines
        `name` and `geometry`, or None.
    """

    def __init__(self, hierarchy: Hierarchy, placement: Placement | None, lines: Any) -> None:
        self._hierarchy, self._placement, self._lines = hierarchy, placement, lines

    @cached_property
    def areas(self) -> dict[str, tuple[str, ...]]:
        """The areas of every name."""
        found: dict[str, list[str]] = {}
        areas = self._hierarchy.areas
        names = areas["name"].fillna("").astype("str")
        for area, name in zip(areas.index.tolist(), names.tolist(), strict=True):
            if name.strip() and name != area:
                found.setdefault(fold_name(name), []).append(str(area))
        return {name: tuple(ids) for name, ids in found.items() if name}

    @cached_property
    def numbered(self) -> dict[tuple[str, str], dict[int, tuple[str, ...]]]:
        """The areas told apart by a number, by what stands before and behind it."""
        found: dict[tuple[str, str], dict[int, tuple[str, ...]]] = {}
        for name, ids in self.areas.items():
            if match := _NUMBERED.fullmatch(name):
                found.setdefault((match[1], match[3]), {})[int(match[2])] = ids
        return found

    @cached_property
    def compounds(self) -> dict[str, tuple[Compound, ...]]:
        """The compounds of every name, one for each village."""
        if self._placement is None:
            return {}
        known = dwellings_of(self._placement, self._hierarchy).buildings_by_village
        found: dict[str, list[Compound]] = {}
        for name, villages in known.items():
            compounds = [Compound(name, village, buildings) for village, buildings in villages.items()]
            found.setdefault(fold_name(name), []).extend(compounds)
        return {name: tuple(each) for name, each in found.items() if name}

    @cached_property
    def lines(self) -> dict[str, list[Any]]:
        """The lines of every name, in the CRS of the grid."""
        if self._lines is None or not len(self._lines) or "name" not in self._lines:
            return {}
        crs = self._hierarchy.geometry.crs
        lines = self._lines if crs is None or self._lines.crs is None else self._lines.to_crs(crs)
        found: dict[str, list[Any]] = {}
        for name, shape in zip(lines["name"].fillna("").astype("str"), lines.geometry, strict=True):
            if name.strip() and shape is not None and not shape.is_empty:
                found.setdefault(fold_name(name), []).append(shape)
        return found

    def areas_at(self, text: str, place: int) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Give the names of areas that stand here, the longest first, with the areas."""
        for name in _standing(self._areas_by_letter, text, place):
            yield name, self.areas[name]

    def compounds_at(self, text: str, place: int) -> Iterator[str]:
        """Give the names of compounds that stand here, the longest first."""
        return _standing(self._compounds_by_letter, text, place)

    def ranges_at(self, text: str, place: int) -> Iterator[tuple[int, list[tuple[str, ...]]]]:
        """Give where ranges such as 第1-3网格 that stand here end, with the areas of every number."""
        for before, behind, pattern in self._ranges:
            if text.startswith(before, place) and (match := pattern.match(text, place)):
                low, high = int(match[1]), int(match[2])
                known = self.numbered[before, behind]
                if low < high <= low + len(known) and all(n in known for n in range(low, high + 1)):
                    yield match.end(), [known[number] for number in range(low, high + 1)]

    def begin_at(self, text: str, place: int) -> bool:
        """Tell whether a name or a number begins here."""
        if text[place : place + 1].isdigit():
            return True
        found = next(self.areas_at(text, place), None) or next(self.compounds_at(text, place), None)
        return found is not None

    def stand_in(self, text: str) -> bool:
        """Tell whether any name of an area or compound stands in a text."""
        return any(
            next(self.areas_at(text, place), None) or next(self.compounds_at(text, place), None)
            for place in range(len(text))
        )

    def compound_in(self, text: str) -> bool:
        """Tell whether the name of a compound stands in a text."""
        return any(next(self.compounds_at(text, place), None) for place in range(len(text)))

    def within(self, area: str, around: Sequence[str]) -> bool:
        """Tell whether an area is, or lies in, one of those around."""
        return not set(self._hierarchy.ancestors(area)).isdisjoint(around)

    def around(self, area: str) -> str:
        """Return the nearest area above that has a name; empty if there is none."""
        above = self._hierarchy.ancestors(area)[1:]
        return next((each for each in above if self._hierarchy.name(each) != each), "")

    def parent(self, area: str) -> str:
        """Return the area right above; empty at the top."""
        return next(iter(self._hierarchy.ancestors(area)[1:]), "")

    def town(self, area: str) -> str:
        """Return the town that an area is, or lies in; empty if there is none."""
        levels = self._hierarchy.areas["level"]
        return next((each for each in self._hierarchy.ancestors(area) if levels[each] == "town"), "")

    @cached_property
    def top(self) -> tuple[str, ...]:
        """The areas that together are the whole grid."""
        areas = self._hierarchy.areas
        known = areas["parent_id"].isin(areas.index)
        return tuple(areas.index[~known].astype("str"))

    def folded(self, name: str) -> str:
        """Write a name as it stands in folded text."""
        return fold_name(name)

    def path(self, area: str) -> str:
        """Return the name of an area with those above it."""
        return self._hierarchy.path(area)

    def nearest(self, text: str, kind: str) -> list[str]:
        """Return the names of a kind (``areas``, ``compounds``, ``lines``) that are nearly this text."""
        known = getattr(self, kind)
        return difflib.get_close_matches(text, list(known), n=_MOST_NEAR, cutoff=_LEAST_ALIKE)

    @cached_property
    def _areas_by_letter(self) -> dict[str, list[str]]:
        return _by_letter(self.areas)

    @cached_property
    def _compounds_by_letter(self) -> dict[str, list[str]]:
        return _by_letter(self.compounds)

    @cached_property
    def _ranges(self) -> list[tuple[str, str, re.Pattern[str]]]:
        return [
            (
                before,
                behind,
                re.compile(rf"{re.escape(before)}(\d{{1,6}})[-至到](\d{{1,6}}){re.escape(behind)}"),
            )
            for before, behind in sorted(self.numbered, key=lambda pair: -len(pair[0]) - len(pair[1]))
        ]


def _by_letter(names: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in sorted(names, key=len, reverse=True):
        found.setdefault(name[0], []).append(name)
    return found


def _standing(by_letter: dict[str, list[str]], text: str, place: int) -> Iterator[str]:
    for name in by_letter.get(text[place], ()) if place < len(text) else ():
        if text.startswith(name, place):
            yield name

"""Zones told by the names of areas: the largest that lie in a zone whole, and what has no clear name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gridmap.core.building_ranges import number_ranges
from gridmap.core.notice_words import joined, notice_word
from gridmap.model.areas import Hierarchy
from gridmap.model.notice import NamedArea
from gridmap.model.plan import Plan

_ALONE = ("county", "town", "village")
_NUMBERED = re.compile(r"(\D*)([1-9]\d{0,5})(\D+)", re.ASCII)


@dataclass(frozen=True, eq=False)
class Told:
    """The cells of a zone in words.

    Parameters
    ----------
    areas
        The largest areas with a clear name of which every cell is in the zone; or most of them, and the rest
        under a stricter tier.
    unnamed
        Positions of the cells that no such area holds.
    stricter
        Places in ``plan.tier_order`` of the stricter tiers within `areas`.
    """

    areas: tuple[NamedArea, ...]
    unnamed: NDArray[np.intp]
    stricter: tuple[int, ...]


class AreaNames:
    """Tells cells by the names of the areas of one plan.

    Parameters
    ----------
    plan
        Its hierarchy has the names.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._hierarchy: Hierarchy = plan.hierarchy
        self._ids = self._hierarchy.areas.index.tolist()

    def told(self, code: int) -> Told:
        """Put the cells of a zone, by its place in the registry, into words."""
        plan, lineage = self._plan, self._hierarchy.lineage
        cells = np.flatnonzero(plan.effective.zone == code)
        if not len(cells):
            return Told((), cells, ())
        tier = plan.tier_order.index(plan.registry[code].tier)
        inside = self._counted(cells)
        stricter = np.flatnonzero((plan.effective.tier >= 0) & (plan.effective.tier < tier))
        rest = self._counted(stricter)
        whole = (inside + rest == self._sizes) & (2 * inside >= self._sizes) & (inside > 0)
        above = lineage[:, cells]
        fit = np.append(whole & self._clear, False)[above]
        step = len(fit) - 1 - fit[::-1].argmax(axis=0)
        found = np.where(fit.any(axis=0), above[step, np.arange(len(cells))], -1)
        areas = dict.fromkeys(found[found >= 0].tolist())
        beside = stricter[np.isin(lineage[:, stricter], list(areas)).any(axis=0)]
        tiers = tuple(np.unique(plan.effective.tier[beside]).tolist())
        return Told(tuple(self._named(area) for area in areas), cells[found < 0], tiers)

    def name(self, area: str) -> str:
        """Return the name of an area, with that of the area around it where it is not clear alone."""
        level, parent = self._level(area), self._parent(area)
        own = self._hierarchy.name(area)
        if not parent or (level in _ALONE and own not in self._twins):
            return own
        around = self.name(parent)
        return own if own.startswith(around) else f"{around}{' ' * own.isascii()}{own}"

    def has(self, name: str) -> bool:
        """Tell whether any area has this name."""
        return name in self._all_names

    def _named(self, area: int) -> NamedArea:
        key = self._ids[area]
        parent, name = self._parent(key), self.name(key)
        around = self.name(parent) if parent else ""
        told = name.startswith(around) and name != around
        return NamedArea(key, self._level(key), name, around if told else "")

    def _counted(self, cells: NDArray[np.intp]) -> NDArray[np.intp]:
        """Count how many of some cells lie in each area."""
        above = self._hierarchy.lineage[:, cells]
        return np.bincount(above[above >= 0], minlength=len(self._ids))

    @cached_property
    def _sizes(self) -> NDArray[np.intp]:
        return self._counted(np.arange(len(self._hierarchy.cell_ids)))

    @cached_property
    def _clear(self) -> NDArray[np.bool_]:
        """Whether each area has a name of its own that none of its neighbours in the hierarchy has too."""
        areas = self._hierarchy.areas
        names = areas["name"].fillna("").astype("str").str.strip()
        named = (names != "") & (names != areas.index.to_series())
        twin = areas.assign(name=names).duplicated(["parent_id", "name"], keep=False)
        return np.asarray(named & ~twin)

    @cached_property
    def _all_names(self) -> frozenset[str]:
        return frozenset(self._hierarchy.areas["name"].dropna().astype("str"))

    @cached_property
    def _twins(self) -> frozenset[str]:
        """The names that several areas of the upper levels have."""
        areas = self._hierarchy.areas
        names = areas.loc[areas["level"].isin(_ALONE), "name"]
        return frozenset(names[names.duplicated()])

    def _level(self, area: str) -> str:
        return str(self._hierarchy.areas.at[area, "level"])

    def _parent(self, area: str) -> str:
        above = self._hierarchy.ancestors(area)[1:]
        return next((each for each in above if self._hierarchy.name(each) != each), "")


def area_texts(areas: Sequence[NamedArea], lang: str) -> list[str]:
    """Write areas; those in one area around them together, and those told apart by a number in ranges.

    Examples
    --------
    >>> grids = [NamedArea(f"g{n}", "grid", f"魏南社区第{n}网格", "魏南社区") for n in (1, 2, 3, 5)]
    >>> area_texts(grids, "zh")
    ['魏南社区第1-3网格、第5网格']
    """
    together: dict[str, list[str]] = {}
    for area in areas:
        name = area.name.removeprefix(area.around).strip()
        together.setdefault(area.around, []).append(name + notice_word("every", lang) * area.every)
    texts = []
    for around, names in together.items():
        ranges = joined(_ranges(names), lang)
        gap = " " if around.isascii() else ""
        texts.extend(_ranges(names) if not around else [f"{around}{gap}{ranges}"])
    return texts


def _ranges(names: Sequence[str]) -> list[str]:
    """Put names such as 第1网格 that are told apart by one number only into ranges: 第1-3网格."""
    numbered: dict[tuple[str, str], set[str]] = {}
    for name in names:
        match = _NUMBERED.fullmatch(name)
        numbered.setdefault((match[1], match[3]) if match else (name, ""), set()).update(
            [match[2]] if match else []
        )
    texts = []
    for (before, behind), numbers in numbered.items():
        ranges, others = number_ranges(numbers)
        said = [str(low) if low == high else f"{low}-{high}" for low, high in ranges] + list(others)
        texts.extend([f"{before}{each}{behind}" for each in said] or [before])
    return texts

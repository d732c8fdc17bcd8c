"""Zones told by the names of areas: the largest that lie in a zone whole, and what has no clear name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gridmap.model.areas import Hierarchy
from gridmap.model.notice import NamedArea
from gridmap.model.plan import Plan

_ALONE = ("county", "town", "village")


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

    def _named(self, area: int) -> NamedArea:
        key = self._ids[area]
        return NamedArea(key, self._level(key), self.name(key))

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

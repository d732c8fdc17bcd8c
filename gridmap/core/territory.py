"""Duties by territory, and the shortfall by who is near and free: zones, areas and sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame

from gridmap.core.ground import Ground
from gridmap.core.targets import Target
from gridmap.model.protocol import DutyRule

Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Links:
    """Households that are linked to officials by one rule, in the order of the roster.

    Parameters
    ----------
    role
        The role of the officials.
    household
        The household of each link, as a position among those placed.
    who
        The official.
    near
        Whether it is one of the territory around the household.
    zone
        The zone of the household, as a position in the zones of the ground.
    """

    role: str
    household: Places
    who: Places
    near: NDArray[np.bool_]
    zone: Places


class Ledger:
    """The duties given so far, and how much every official carries; filled by `fill` and by linking.

    Parameters
    ----------
    staff
        The officials, as `gridmap.core.ground.muster` gives them.
    """

    def __init__(self, staff: DataFrame) -> None:
        self.staff = staff
        self.official_ids = staff["official_id"].to_numpy(dtype=object)
        self.homes = staff["home_zone"].to_numpy(dtype=object)
        self.x_m, self.y_m = staff["x_m"].to_numpy(), staff["y_m"].to_numpy()
        self.capacity = staff["capacity"].to_numpy()
        self.territory, self.territories = pd.factorize(staff["territory"])
        self.held = np.zeros(len(staff), dtype=np.int64)
        self.load = np.zeros(len(staff), dtype=np.int64)
        self.rows: list[tuple[int, str, str, str, str]] = []
        self.reach: list[tuple[int, str, frozenset[str]]] = []
        self.conflicts: list[tuple[str, str, str, str]] = []
        self.vacancies: list[tuple[str, str, str, int, bool]] = []
        self.links: list[Links] = []
        self._serving: dict[tuple[str, str, str], list[int]] = {}

    def serving(self, role: str, target: Target) -> list[int]:
        """Return who already serves the target in this role."""
        return self._serving.get((role, target.kind, target.target), [])

    def give(self, who: int, role: str, target: Target, origin: str) -> None:
        """Enter one duty, once."""
        serving = self._serving.setdefault((role, target.kind, target.target), [])
        if who in serving:
            return
        serving.append(who)
        self.rows.append((who, role, target.kind, target.target, origin))
        self.reach.append((who, role, target.zones))
        self.held[who] += 1
        self.load[who] += target.households

    def link(self, links: Links, zones: Sequence[str]) -> None:
        """Enter households, where `zones` are the zones that the links name by position."""
        self.links.append(links)
        pairs = DataFrame({"who": links.who, "zone": links.zone}).drop_duplicates()
        self.reach.extend(
            (who, links.role, frozenset([zones[zone]])) for who, zone in pairs.to_numpy().tolist()
        )
        count = np.bincount(links.who, minlength=len(self.staff))
        self.held += count
        self.load += count

    def by_territory(self, rows: Places) -> dict[str, Places]:
        """Group some of the officials by their territory."""
        order = np.argsort(self.territory[rows], kind="stable")
        codes = self.territory[rows][order]
        groups = np.split(rows[order], np.flatnonzero(np.diff(codes)) + 1)
        names = self.territories.tolist()
        return {names[self.territory[group[0]]]: group for group in groups if len(group)}

    def note(self, who: int | None, role: str, kind: str, detail: str) -> None:
        """Enter a conflict that a person must settle."""
        official = "" if who is None else self.official_ids[who]
        self.conflicts.append((official, role, kind, detail))


def fill(rule: DutyRule, targets: Sequence[Target], ledger: Ledger, ground: Ground) -> None:
    """Give every target its officials: by territory first, then those who are near and free."""
    pool = _pool(rule, ledger, ground)
    for target in targets:
        own = pool.by_area.get(target.target) if target.kind == "area" else None
        if own is not None:
            _appoint(own, rule, target, ledger)
        if rule.least > len(ledger.serving(rule.role, target)):
            _fill_up(rule, target, ledger, pool)
        missing = rule.least - len(ledger.serving(rule.role, target))
        if missing > 0:
            ledger.vacancies.append((rule.role, target.kind, target.target, missing, rule.hard))


def clashes(ledger: Ledger, who: Places, zones: frozenset[str]) -> NDArray[np.bool_]:
    """Tell who lives in a closed zone that the zones reach out of."""
    homes = ledger.homes[who]
    inside = np.array(homes != "", dtype=bool)
    return inside & (homes != next(iter(zones))) if len(zones) == 1 else inside & bool(zones)


def distances_m(ledger: Ledger, who: Places, x_m: float, y_m: float) -> NDArray[np.float64]:
    """Return the metres from home to a place; infinite where either is unknown."""
    away = np.hypot(ledger.x_m[who] - x_m, ledger.y_m[who] - y_m)
    return np.where(np.isfinite(away), away, np.inf)


def _appoint(own: Places, rule: DutyRule, target: Target, ledger: Ledger) -> None:
    """Give an area to those whose territory it is; who is more than the rule allows is a conflict."""
    for who in own:
        serving = ledger.serving(rule.role, target)
        if who in serving:
            continue
        if rule.most and len(serving) >= rule.most:
            first = ledger.official_ids[serving[0]]
            ledger.note(
                int(who), rule.role, "two_heads", f"area {target.target} is already served by {first}"
            )
        else:
            ledger.give(int(who), rule.role, target, "territory")


@dataclass(frozen=True, eq=False)
class _Pool:
    """The officials of one role: their rows, the rows by territory, and who has a post of that level."""

    rows: Places
    by_area: dict[str, Places]
    posted: NDArray[np.bool_]
    cells: int


def _pool(rule: DutyRule, ledger: Ledger, ground: Ground) -> _Pool:
    rows = np.flatnonzero(ledger.staff["role"] == rule.role)
    by_area = {area: group for area, group in ledger.by_territory(rows).items() if area in ground.sizes}
    levels = ledger.territories.to_series().map(ground.plan.hierarchy.areas["level"]) == rule.level
    posted = levels.to_numpy(dtype=bool)[ledger.territory]
    return _Pool(rows, by_area, posted, len(ground.cells))


def _fill_up(rule: DutyRule, target: Target, ledger: Ledger, pool: _Pool) -> None:
    """Add officials until the rule has its least number, or nobody is left.

    Who answers alone for a zone or a site (a hard duty) is not asked twice while another is free; for the
    rest those of the smallest territory come first, and of them who has the fewest duties.
    """
    serving = ledger.serving(rule.role, target)
    tie = _ties(target, ledger, pool)
    free = ~np.isin(pool.rows, serving)
    if target.kind == "area":
        free &= np.isfinite(tie) | _movable(rule, target, ledger, pool)
    rows, tie = pool.rows[free], tie[free]
    held, clash = ledger.held[rows], clashes(ledger, rows, target.zones)
    near_m = distances_m(ledger, rows, target.x_m, target.y_m)
    first, second = (held, tie) if rule.hard and target.kind != "area" else (tie, held)
    order = np.lexsort((rows, near_m, clash, second, first))  # the last key counts most
    for place in order[: rule.least - len(serving)]:
        origin = "territory" if np.isfinite(tie[place]) else "assigned"
        ledger.give(int(rows[place]), rule.role, target, origin)


def _ties(target: Target, ledger: Ledger, pool: _Pool) -> NDArray[np.float64]:
    """Return how closely each of the pool is tied to the target by territory; infinite if not at all.

    A territory of the whole grid ties nobody to a single zone or site.
    """
    ties = np.full(len(ledger.staff), np.inf)
    fewer = pool.by_area if len(pool.by_area) < len(target.ranks) else target.ranks
    for area in fewer:
        tie = target.ranks.get(area, np.inf)
        if area in pool.by_area and (target.kind == "area" or tie != pool.cells):
            ties[pool.by_area[area]] = tie
    return ties[pool.rows]


def _movable(rule: DutyRule, target: Target, ledger: Ledger, pool: _Pool) -> NDArray[np.bool_]:
    """Tell who may be called to an area that is not theirs.

    Nobody who has an area of that level of their own; else who has no duty yet, or capacity for one more.
    """
    capacity = ledger.capacity[pool.rows]
    able = (ledger.load[pool.rows] + target.households <= capacity) & (rule.most != 1)
    return np.asarray(~pool.posted[pool.rows] & ((ledger.held[pool.rows] == 0) | able))

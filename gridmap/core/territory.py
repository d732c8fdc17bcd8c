"""Duties by territory, and the shortfall by who is near and free: zones, areas and sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame

from gridmap.core.ground import Ground
from gridmap.core.targets import Target
from gridmap.model.protocol import DutyRule

Places = NDArray[np.intp]


class Ledger:
    """The duties given so far, and how much every official carries; filled by `fill` and by linking.

    Parameters
    ----------
    staff
        The officials, as `gridmap.core.ground.muster` gives them.
    """

    def __init__(self, staff: DataFrame) -> None:
        self.staff = staff
        self.held = np.zeros(len(staff), dtype=np.int64)
        self.load = np.zeros(len(staff), dtype=np.int64)
        self.rows: list[tuple[int, str, str, str, str]] = []
        self.reach: list[tuple[int, str, frozenset[str]]] = []
        self.conflicts: list[tuple[str, str, str, str]] = []
        self.vacancies: list[tuple[str, str, str, int, bool]] = []
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

    def link(self, role: str, linked: DataFrame) -> None:
        """Enter households: one row each by ``household_id``, with `who`, `origin` and `zone_id`."""
        columns = linked["who"], linked.index, linked["origin"]
        self.rows.extend(
            (who, role, "household", household, origin)
            for who, household, origin in zip(*columns, strict=True)
        )
        pairs = linked[["who", "zone_id"]].drop_duplicates()
        self.reach.extend((who, role, frozenset([zone])) for who, zone in pairs.itertuples(index=False))
        count = np.bincount(linked["who"].to_numpy(dtype=np.intp), minlength=len(self.staff))
        self.held += count
        self.load += count

    def note(self, who: int | None, role: str, kind: str, detail: str) -> None:
        """Enter a conflict that a person must settle."""
        official = "" if who is None else self.staff["official_id"].iat[who]
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
    homes = ledger.staff["home_zone"].to_numpy(dtype=object)[who]
    return np.array([bool(home) and bool(zones - {home}) for home in homes], dtype=bool)


def distances_m(ledger: Ledger, who: Places, x_m: float, y_m: float) -> NDArray[np.float64]:
    """Return the metres from home to a place; infinite where either is unknown."""
    staff = ledger.staff
    away = np.hypot(staff["x_m"].to_numpy()[who] - x_m, staff["y_m"].to_numpy()[who] - y_m)
    return np.where(np.isfinite(away), away, np.inf)


def _appoint(own: Places, rule: DutyRule, target: Target, ledger: Ledger) -> None:
    """Give an area to those whose territory it is; who is more than the rule allows is a conflict."""
    for who in own:
        serving = ledger.serving(rule.role, target)
        if who in serving:
            continue
        if rule.most and len(serving) >= rule.most:
            first = ledger.staff["official_id"].iat[serving[0]]
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
    territories = ledger.staff["territory"].iloc[rows]
    groups = territories.groupby(territories.to_numpy()).indices
    by_area = {str(area): rows[places] for area, places in groups.items() if area in ground.sizes}
    posted = ledger.staff["territory"].map(ground.plan.hierarchy.areas["level"]) == rule.level
    return _Pool(rows, by_area, posted.to_numpy(dtype=bool), len(ground.cells))


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
    capacity = ledger.staff["capacity"].to_numpy()[pool.rows]
    able = (ledger.load[pool.rows] + target.households <= capacity) & (rule.most != 1)
    return np.asarray(~pool.posted[pool.rows] & ((ledger.held[pool.rows] == 0) | able))

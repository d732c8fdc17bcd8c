"""Calling officials up for one duty: who owns a place, who served there, who is tied to it, who is free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gridmap.core.ground import Ground
from gridmap.core.targets import Target
from gridmap.model.protocol import DutyRule

if TYPE_CHECKING:
    from gridmap.core.territory import Before, Ledger

Places = NDArray[np.intp]
Flags = NDArray[np.bool_]


class CallUp:
    """The targets of one rule that still miss somebody, and the officials who may hold the duty.

    Parameters
    ----------
    rule
        A rule per zone, area or site.
    targets
        What it is needed for.
    ledger
        The duties given so far; receives more.
    ground
        The plan and its households.
    before
        Who served before.
    """

    def __init__(
        self, rule: DutyRule, targets: Sequence[Target], ledger: Ledger, ground: Ground, before: Before
    ) -> None:
        self.rule, self.targets, self.ledger, self.ground = rule, targets, ledger, ground
        self._levels = _levels(ledger, ground)
        self._fits = ledger.roles == rule.role
        if rule.holders:
            self._fits &= self._levels == rule.holders
        self._pool = np.flatnonzero(self._fits)
        groups = ledger.by_territory(self._pool)
        self._by_area = {area: group for area, group in groups.items() if area in ground.sizes}
        self._before, self._promised = self._known(before)
        self._locked_in = bool((ledger.homes[self._pool] != "").any())
        self._by_hand = {target.target: self._unbound(target) for target in targets} if rule.holders else {}
        self._waiting: Sequence[Target] = targets
        self._changed = True

    def short(self) -> Iterator[tuple[Target, int]]:
        """Yield the targets that still miss somebody, and how many persons."""
        yield from ((target, self._missing(target)) for target in self._still_waiting())

    def owners(self) -> None:
        """Give every area to those whose territory it is; who is more than the rule allows is a conflict."""
        rule, ledger = self.rule, self.ledger
        if rule.per != "area" or not self._by_area:
            return
        for target in self.targets:
            for who in self._owners_of(target):
                serving = ledger.serving(rule.role, target)
                if who in serving:
                    continue
                if rule.allowed and self._count(target) >= rule.allowed:
                    first = ledger.official_ids[serving[0]]
                    detail = f"area {target.target} is already served by {first}"
                    ledger.note(who, rule.role, "two_heads", detail)
                else:
                    self._changed = True
                    ledger.give(who, rule.role, target, "territory")

    def those_before(self, *, tied: bool) -> None:
        """Let those serve on who served before and are tied to the target by territory, or those who are not.

        Nobody serves on whom a closed zone keeps apart from it now.
        """
        for target in self._still_waiting() if self._before else ():
            for who in self._before.get((target.kind, target.target), ()):
                if self._tied(who, target) == tied and self._may_stay(who, target, called=not tied):
                    self._give([who], target)

    def by_tie(self, *, apart: bool) -> None:
        """Call those of the smallest territory around each target, then of the next larger one.

        Called are those whom no closed zone keeps apart from it, or, if `apart`, also the others.
        """
        for target in self._still_waiting() if self._by_area else ():
            for rows in self._around(target):
                missing = self._missing(target)
                if missing <= 0:
                    break
                self._give(self._first(self._others(rows, target, apart=apart), target, missing), target)

    def anybody(self, *, apart: bool) -> None:
        """Call those who are tied to no target: to an area only who is free to move.

        Called are those whom no closed zone keeps apart from it, or, if `apart`, also the others. To an area
        that is not theirs goes nobody who has an area of that level of their own, and only who has no duty
        yet, or capacity for one more.
        """
        area = self.rule.per == "area"
        pool = self._pool[self._levels[self._pool] != self.rule.level] if area else self._pool
        for target in self._still_waiting():
            if area:
                pool = pool[self._movable(pool)]
            if not len(pool):
                break
            rows = self._others(pool, target, apart=apart)
            if area:
                rows = rows[self._takes(rows, target)]
            self._give(self._first(rows, target, self._missing(target)), target)

    def alone(self) -> None:
        """Give every target who answers for it alone: nobody twice while another is free."""
        for target in self._still_waiting() if self._before else ():
            for who in self._before.get((target.kind, target.target), ()):
                if not self.ledger.held[who] and self._may_stay(who, target, called=False):
                    self._give([who], target)
        names, at = np.unique(self.ledger.territory[self._pool], return_inverse=True)
        areas = self.ledger.territories[names].tolist()
        for target in self._still_waiting() if len(self._pool) else ():
            ties = np.array([self._tie(area, target) for area in areas])[at]
            new = ~np.isin(self._pool, self._before.get((target.kind, target.target), ()))
            free = ~np.isin(self._pool, self.ledger.serving(self.rule.role, target))
            rows, order = self._pool[free], (ties[free], new[free])
            self._give(self._first(rows, target, self._missing(target), order), target)

    def _known(self, before: Before) -> tuple[dict[tuple[str, str], list[int]], Flags]:
        """Return who of the pool served each target, and who of it served what another rule is for."""
        rows = {self.ledger.official_ids[who]: int(who) for who in self._pool} if before else {}
        mine = {(target.kind, target.target) for target in self.targets} if before else set()
        known: dict[tuple[str, str], list[int]] = {}
        promised = np.zeros(len(self.ledger.staff), dtype=bool)
        for (role, kind, target), officials in before.items():
            if role != self.rule.role or kind == "household":
                continue
            served = [rows[official] for official in officials if official in rows]
            if (kind, target) in mine:
                known[kind, target] = served
            else:
                promised[served] = True
        return known, promised

    def _unbound(self, target: Target) -> int:
        """Count those set by hand for a target who have no territory, and fill a place here."""
        serving = self.ledger.serving(self.rule.role, target)
        found = 0
        for who in serving:
            if not self._levels[who] and found < self.rule.needed:
                found += self.ledger.claims_place(who, self.rule.role, target)
        return found

    def _count(self, target: Target) -> int:
        """Count who serves a target by this rule."""
        serving = self.ledger.serving(self.rule.role, target)
        if not self.rule.holders:
            return len(serving)
        return sum(bool(self._fits[who]) for who in serving) + self._by_hand[target.target]

    def _missing(self, target: Target) -> int:
        return self.rule.needed - self._count(target)

    def _still_waiting(self) -> Sequence[Target]:
        if self._changed:
            self._waiting = [target for target in self._waiting if self._missing(target) > 0]
            self._changed = False
        return self._waiting

    def _owners_of(self, target: Target) -> list[int]:
        """Return whose territory an area is, those who served before first."""
        own = self._by_area.get(target.target)
        if own is None:
            return []
        before = self._before.get((target.kind, target.target), ())
        return sorted(own.tolist(), key=lambda who: (who not in before, who)) if before else own.tolist()

    def _may_stay(self, who: int, target: Target, *, called: bool) -> bool:
        if self._missing(target) <= 0 or who in self.ledger.serving(self.rule.role, target):
            return False
        rows = np.array([who])
        if self._apart(rows, target)[0]:
            return False
        if not called or self.rule.per != "area":
            return True
        away = self._levels[who] != self.rule.level
        return bool(away and self._movable(rows)[0] and self._takes(rows, target)[0])

    def _tied(self, who: int, target: Target) -> bool:
        area = self.ledger.territories[self.ledger.territory[who]]
        if self.rule.per == "area":
            return area in self.ground.chain(target.target)
        return bool(np.isfinite(self._tie(area, target)))

    def _tie(self, area: str, target: Target) -> float:
        """Return how closely a territory is tied to a zone or a site: the smaller, the closer.

        A territory of the whole grid ties nobody to a single zone or site.
        """
        rank = target.ranks.get(area, np.inf)
        return np.inf if rank == len(self.ground.cells) else rank

    def _around(self, target: Target) -> Iterator[Places]:
        """Yield those whose territory is around a target, of the smallest territories first."""
        if self.rule.per == "area":
            yield from (self._by_area[a] for a in self.ground.chain(target.target) if a in self._by_area)
            return
        few, many = sorted((self._by_area, target.ranks), key=len)
        by_tie: dict[float, list[Places]] = {}
        for area in few:
            if area in many and np.isfinite(tie := self._tie(area, target)):
                by_tie.setdefault(tie, []).append(self._by_area[area])
        yield from (np.concatenate(by_tie[tie]) for tie in sorted(by_tie))

    def _others(self, rows: Places, target: Target, *, apart: bool) -> Places:
        """Leave out who serves the target already, and who is kept apart from it, unless they may come."""
        serving = self.ledger.serving(self.rule.role, target)
        others = rows[~np.isin(rows, serving)] if serving else rows
        return others if apart or not self._locked_in else others[~self._apart(others, target)]

    def _first(
        self, rows: Places, target: Target, many: int, order: tuple[NDArray[np.generic], ...] = ()
    ) -> list[int]:
        """Choose who has the fewest duties, then by `order`, then who is not kept apart, then the nearest."""
        if len(rows) < 2:
            return list(map(int, rows))
        held = self.ledger.held[rows]
        busy = held + (self._promised[rows] & (held == 0))
        away_m = np.hypot(self.ledger.x_m[rows] - target.x_m, self.ledger.y_m[rows] - target.y_m)
        near = np.where(np.isfinite(away_m), away_m, np.inf)
        keys = (rows, near, self._apart(rows, target), *order, busy)  # the last key counts most
        return list(map(int, rows[np.lexsort(keys)[:many]]))

    def _apart(self, rows: Places, target: Target) -> Flags:
        """Tell who lives in a closed zone that the target reaches out of."""
        homes = self.ledger.homes[rows]
        inside = np.array(homes != "", dtype=bool)
        if len(target.zones) != 1:
            return inside & bool(target.zones)
        return np.asarray(inside & (homes != next(iter(target.zones))), dtype=bool)

    def _movable(self, rows: Places) -> Flags:
        """Tell who could be called to some area: who has no duty yet, or a capacity to be filled."""
        more = ~np.isnan(self.ledger.capacity[rows]) & (self.rule.most != 1)
        return np.asarray((self.ledger.held[rows] == 0) | more)

    def _takes(self, rows: Places, target: Target) -> Flags:
        """Tell whom an area would not overload, of those who have duties already."""
        room = self.ledger.load[rows] + target.households <= self.ledger.capacity[rows]
        return np.asarray((self.ledger.held[rows] == 0) | room)

    def _give(self, who: Iterable[int], target: Target) -> None:
        for each in who:
            self._changed = True
            origin = "territory" if self._tied(each, target) else "assigned"
            self.ledger.give(each, self.rule.role, target, origin)


def _levels(ledger: Ledger, ground: Ground) -> NDArray[np.object_]:
    """Return the level of the territory of every official; empty text where it is not in the grid."""
    known: Mapping[str, str] = ground.plan.hierarchy.areas["level"]
    levels = ledger.territories.to_series().map(known).fillna("").to_numpy(dtype=object)
    return np.asarray(levels[ledger.territory], dtype=object) if len(levels) else np.empty(0, dtype=object)

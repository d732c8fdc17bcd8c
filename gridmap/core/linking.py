"""Linking: every household to one official, whole buildings together, near, within capacity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.core.ground import Floats, Ground
from gridmap.core.targets import of_kinds
from gridmap.core.territory import Ledger, Links, Places
from gridmap.core.walk import walking_rows
from gridmap.model.protocol import DutyRule

Rows = NDArray[np.intp]
Asked = list[tuple[Places, bool]]
_UNKNOWN_M = 1e9
_ANY_NUMBER = 1e12


@dataclass(frozen=True, eq=False)
class Doors:
    """The households to link, in walking order, as numbers: 200,000 of them are asked for one by one.

    Parameters
    ----------
    row
        The position of each among those placed.
    building, unit
        Numbers of its building and unit.
    cell, zone
        Positions in the cells and zones of the ground.
    x_m, y_m
        Where it is.
    """

    row: Rows
    building: Rows
    unit: Rows
    cell: Rows
    zone: Rows
    x_m: Floats
    y_m: Floats


def link(rule: DutyRule, ledger: Ledger, ground: Ground, *, pinned: Sequence[str] = ()) -> None:
    """Give every household of the rule's tiers one official, or list it as a vacancy.

    Officials are asked in this order: those of the smallest territory around the household, of the next
    larger one, and at last anybody; each time first those whom no closed zone keeps apart. Of those who can
    take a whole building the nearest is chosen, where a fuller load counts as a longer way. A building that
    nobody can take whole is cut into its units, a unit into neighbouring doors. It is a greedy choice: good,
    not optimal.

    Parameters
    ----------
    rule
        A rule per household.
    ledger
        Receives the duties.
    ground
        The plan and its households.
    pinned
        Households that were linked by hand.
    """
    crew = _Crew(rule, ledger, ground, _doors(rule, ground, pinned))
    short = crew.serve(_groups(crew.doors), crew.by_territory)
    crew.leave(crew.serve(short, crew.anybody))
    crew.enter()


def _doors(rule: DutyRule, ground: Ground, pinned: Sequence[str]) -> Doors:
    walk, order = walking_rows(ground.plan, ground.placement)
    people = ground.households
    kept = ~people.index.isin(pinned) & of_kinds(ground.placement, rule.kinds)
    if rule.tiers:
        kept &= people["tier"].isin(rule.tiers).to_numpy()
    rows = order[kept[order]]
    building = ground.home
    named = (pd.factorize(walk[name])[0] for name in ("compound", "building"))
    for parts in (ground.household_zones, *named):
        building = pd.factorize(building * (parts.max(initial=0) + 1) + parts)[0]
    return Doors(
        row=rows,
        building=pd.factorize(building[rows])[0],
        unit=pd.factorize(walk["unit"])[0][rows],
        cell=ground.home[rows],
        zone=ground.household_zones[rows],
        x_m=people["x_m"].to_numpy()[rows],
        y_m=people["y_m"].to_numpy()[rows],
    )


def _groups(doors: Doors) -> list[Rows]:
    """Cut the walk into buildings; of a place without buildings, what one cell holds of it."""
    order = np.argsort(doors.building, kind="stable")
    cuts = np.flatnonzero(np.diff(doors.building[order])) + 1
    return [rows for rows in np.split(order, cuts) if len(rows)]


class _Crew:
    """The officials of one linking rule, with the room each has left."""

    def __init__(self, rule: DutyRule, ledger: Ledger, ground: Ground, doors: Doors) -> None:
        staff = ledger.staff
        self.rule, self.ledger, self.ground, self.doors = rule, ledger, ground, doors
        self.pool = np.flatnonzero(staff["role"] == rule.role)
        usual = float(rule.households) if rule.households else _ANY_NUMBER
        self.capacity = staff["capacity"].fillna(usual).to_numpy()
        self.room = np.floor(np.maximum(self.capacity - ledger.load, 0.0))
        zones = {zone: place for place, zone in enumerate(ground.zone_labels)}
        self.home_zones = np.array([zones[zone] for zone in ledger.homes], dtype=np.intp)
        # what a closed zone keeps apart: who lives in another one, or in none
        self.inside = [zones[zone if zone in ground.closed else ""] for zone in ground.zone_labels]
        local = ledger.by_territory(self.pool)
        areas = ground.plan.hierarchy.areas.index.get_indexer(list(local))
        self.local = dict(zip(areas.tolist(), local.values(), strict=True))
        self.around: dict[int, Asked] = {}
        self.taken = np.full(len(doors.row), -1, dtype=np.intp)
        self.near = np.zeros(len(doors.row), dtype=bool)

    def by_territory(self, group: Rows) -> Asked:
        """Return the officials of ever larger areas around a group."""
        cell = int(self.doors.cell[group[0]])
        if cell not in self.around:
            chain = self.ground.plan.hierarchy.lineage[:, cell].tolist()
            self.around[cell] = [(self.local[a], True) for a in chain if a >= 0 and a in self.local]
        return self.around[cell]

    def anybody(self, _: Rows) -> Asked:
        """Return all officials of the role."""
        return [(self.pool, False)]

    def serve(self, groups: Sequence[Rows], pools: Callable[[Rows], Asked]) -> list[Rows]:
        """Link the groups to those who have room; return those for whom there is none."""
        short, stack = [], list(reversed(groups))
        while stack:
            group = stack.pop()
            asked = pools(group)
            if self._whole(group, asked):
                continue
            most = max((self.room[pool].max(initial=0.0) for pool, _ in asked), default=0.0)
            if most < 1:
                short.append(group)
            else:
                stack.extend(reversed(self._parts(group, int(most))))
        return short

    def leave(self, groups: Sequence[Rows]) -> None:
        """List the households of groups as vacancies."""
        rule, nobody = self.rule, np.empty(0, dtype=np.intp)
        left = self.ground.households.index[self.doors.row[np.concatenate([nobody, *groups])]]
        self.ledger.vacancies.extend((rule.role, "household", each, 1, rule.hard) for each in left.tolist())

    def enter(self) -> None:
        """Enter the links into the ledger, in the order of the roster."""
        linked = np.flatnonzero(self.taken >= 0)
        linked = linked[np.argsort(self.doors.row[linked], kind="stable")]
        links = Links(
            role=self.rule.role,
            household=self.doors.row[linked],
            who=self.taken[linked],
            near=self.near[linked],
            zone=self.doors.zone[linked],
        )
        self.ledger.link(links, self.ground.zone_labels)

    def _whole(self, group: Rows, asked: Asked) -> bool:
        size = len(group)
        for pool, near in asked:
            fitting = pool[self.room[pool] >= size]
            if not len(fitting):
                continue
            who = int(fitting[0]) if len(fitting) == 1 else self._best(fitting, group)
            self.taken[group], self.near[group] = who, near
            self.room[who] -= size
            return True
        return False

    def _best(self, fitting: Places, group: Rows) -> int:
        """Choose the nearest of those whom no border of a closed zone keeps apart from a group, if any."""
        together = fitting[self.home_zones[fitting] == self.inside[self.doors.zone[group[0]]]]
        return self._nearest(together if len(together) else fitting, group)

    def _nearest(self, who: Places, group: Rows) -> int:
        x_m, y_m = self.doors.x_m[group].mean(), self.doors.y_m[group].mean()
        away_m = np.hypot(self.ledger.x_m[who] - x_m, self.ledger.y_m[who] - y_m)
        used = 1.0 - self.room[who] / np.maximum(self.capacity[who], 1.0)
        return int(who[np.argmin((np.fmin(away_m, _UNKNOWN_M) + 1.0) * (1.0 + used))])

    def _parts(self, group: Rows, most: int) -> list[Rows]:
        """Cut a group into its units, or off the first `most` doors if it has but one unit."""
        units = self.doors.unit[group]
        cuts = np.flatnonzero(units[1:] != units[:-1]) + 1
        return [rows for rows in np.split(group, cuts if len(cuts) else [most]) if len(rows)]

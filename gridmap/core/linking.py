"""Linking: every household to one official, whole buildings together, near, within capacity."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame

from gridmap.core.ground import Floats, Ground
from gridmap.core.territory import Ledger, Places
from gridmap.core.walk import walking_order
from gridmap.model.protocol import DutyRule

Rows = NDArray[np.intp]
Texts = NDArray[np.object_]
Asked = list[tuple[Places, str]]
_UNKNOWN_M = 1e9
_ANY_NUMBER = 1e12


@dataclass(frozen=True, eq=False)
class Doors:
    """The households to link, in walking order, as arrays: 200,000 of them are asked for one by one."""

    household_id: Texts
    building: Rows
    cell_id: Texts
    zone_id: Texts
    unit: Texts
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
    for group in crew.serve(short, crew.anybody):
        crew.leave(group)
    crew.enter()


def _doors(rule: DutyRule, ground: Ground, pinned: Sequence[str]) -> Doors:
    walk = walking_order(ground.plan, ground.placement)
    walk = walk.join(ground.households[["tier", "zone_id", "x_m", "y_m"]])
    if rule.tiers:
        walk = walk[walk["tier"].isin(rule.tiers)]
    walk = walk[~walk.index.isin(pinned)]
    building = walk.groupby(["cell_id", "zone_id", "compound", "building"], sort=False).ngroup().to_numpy()
    texts = {name: walk[name].to_numpy(dtype=object) for name in ("cell_id", "zone_id", "unit")}
    metres = {name: walk[name].to_numpy() for name in ("x_m", "y_m")}
    return Doors(household_id=walk.index.to_numpy(dtype=object), building=building, **texts, **metres)


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
        self.x_m, self.y_m = staff["x_m"].to_numpy(), staff["y_m"].to_numpy()
        self.home_zones = staff["home_zone"].to_numpy(dtype=object)
        territories = staff["territory"].iloc[self.pool]
        groups = territories.groupby(territories.to_numpy()).indices
        self.local = {str(area): self.pool[rows] for area, rows in groups.items()}
        self.taken = np.full(len(doors.unit), -1, dtype=np.intp)
        self.origin = np.full(len(doors.unit), "", dtype=object)

    def by_territory(self, group: Rows) -> Iterator[tuple[Places, str]]:
        """Yield the officials of ever larger areas around a group."""
        for area in self.ground.chain(self.doors.cell_id[group[0]]):
            if area in self.local:
                yield self.local[area], "territory"

    def anybody(self, _: Rows) -> Iterator[tuple[Places, str]]:
        """Yield all officials of the role."""
        yield self.pool, "assigned"

    def serve(
        self, groups: Sequence[Rows], pools: Callable[[Rows], Iterator[tuple[Places, str]]]
    ) -> list[Rows]:
        """Link the groups to those who have room; return those for whom there is none."""
        short, stack = [], list(reversed(groups))
        while stack:
            group = stack.pop()
            asked = list(pools(group))
            if self._whole(group, asked):
                continue
            most = max((self.room[pool].max(initial=0.0) for pool, _ in asked), default=0.0)
            if most < 1:
                short.append(group)
            else:
                stack.extend(reversed(self._parts(group, int(most))))
        return short

    def leave(self, group: Rows) -> None:
        """List the households of a group as vacancies."""
        rule = self.rule
        left = self.doors.household_id[group]
        self.ledger.vacancies.extend((rule.role, "household", each, 1, rule.hard) for each in left)

    def enter(self) -> None:
        """Enter the links into the ledger, in the order of the roster."""
        columns = {"who": self.taken, "origin": self.origin, "zone_id": self.doors.zone_id}
        linked = DataFrame(columns, index=self.doors.household_id)
        linked = linked.reindex(self.ground.households.index.intersection(linked.index, sort=False))
        self.ledger.link(self.rule.role, linked[linked["who"] >= 0])

    def _whole(self, group: Rows, asked: Asked) -> bool:
        size = len(group)
        for pool, origin in asked:
            fitting = pool[self.room[pool] >= size]
            if not len(fitting):
                continue
            apart = self._apart(fitting, group)
            who = self._nearest(fitting if apart.all() else fitting[~apart], group)
            self.taken[group], self.origin[group] = who, origin
            self.room[who] -= size
            return True
        return False

    def _apart(self, who: Places, group: Rows) -> NDArray[np.bool_]:
        """Tell whom the border of a closed zone keeps apart from a group."""
        zone = self.doors.zone_id[group[0]]
        return np.asarray(self.home_zones[who] != (zone if zone in self.ground.closed else ""))

    def _nearest(self, who: Places, group: Rows) -> int:
        x_m, y_m = self.doors.x_m[group].mean(), self.doors.y_m[group].mean()
        away_m = np.hypot(self.x_m[who] - x_m, self.y_m[who] - y_m)
        used = 1.0 - self.room[who] / np.maximum(self.capacity[who], 1.0)
        return int(who[np.argmin((np.fmin(away_m, _UNKNOWN_M) + 1.0) * (1.0 + used))])

    def _parts(self, group: Rows, most: int) -> list[Rows]:
        """Cut a group into its units, or off the first `most` doors if it has but one unit."""
        units = self.doors.unit[group]
        cuts = np.flatnonzero(units[1:] != units[:-1]) + 1
        return [rows for rows in np.split(group, cuts if len(cuts) else [most]) if len(rows)]

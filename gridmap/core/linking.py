"""Linking: every household to one official, whole buildings together, near, within capacity."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame

from gridmap.core.ground import Ground
from gridmap.core.territory import Ledger, Places, distances_m
from gridmap.core.walk import walking_order
from gridmap.model.protocol import DutyRule

Rows = NDArray[np.intp]
_UNKNOWN_M = 1e9


@dataclass(frozen=True, eq=False)
class Group:
    """Households that are given to one official if one can take them all: a building, a unit, or a few doors.

    Parameters
    ----------
    rows
        Places in the table of households to link, in walking order.
    cell_id, zone_id
        Where they are.
    x_m, y_m
        Their middle.
    """

    rows: Rows
    cell_id: str
    zone_id: str
    x_m: float
    y_m: float


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
    walk = _in_scope(rule, ground, pinned)
    crew = _Crew(rule, ledger, ground, walk)
    short = crew.serve(_groups(walk), crew.by_territory)
    for group in crew.serve(short, crew.anybody):
        crew.leave(group)
    crew.enter()


def _in_scope(rule: DutyRule, ground: Ground, pinned: Sequence[str]) -> DataFrame:
    walk = walking_order(ground.plan, ground.placement)
    walk = walk.join(ground.households[["tier", "zone_id", "x_m", "y_m"]])
    if rule.tiers:
        walk = walk[walk["tier"].isin(rule.tiers)]
    return walk[~walk.index.isin(pinned)]


def _groups(walk: DataFrame) -> list[Group]:
    """Cut the walk into buildings; of a place without buildings, what one cell holds of it."""
    keys = walk[["cell_id", "zone_id", "compound", "building"]]
    number = keys.groupby(list(keys), sort=False).ngroup().to_numpy()
    order = np.argsort(number, kind="stable")
    cuts = np.flatnonzero(np.diff(number[order])) + 1
    return [_group(walk, rows) for rows in np.split(order, cuts) if len(rows)]


def _group(walk: DataFrame, rows: Rows) -> Group:
    first = rows[0]
    x_m, y_m = walk["x_m"].to_numpy()[rows].mean(), walk["y_m"].to_numpy()[rows].mean()
    return Group(rows, walk["cell_id"].iat[first], walk["zone_id"].iat[first], float(x_m), float(y_m))


class _Crew:
    """The officials of one linking rule, with the room each has left."""

    def __init__(self, rule: DutyRule, ledger: Ledger, ground: Ground, walk: DataFrame) -> None:
        staff = ledger.staff
        self.rule, self.ledger, self.ground, self.walk = rule, ledger, ground, walk
        self.pool = np.flatnonzero(staff["role"] == rule.role)
        usual = float(rule.households) if rule.households else np.inf
        self.capacity = staff["capacity"].fillna(usual).to_numpy()
        self.room = np.floor(np.maximum(self.capacity - ledger.load, 0.0))
        self.home_zones = staff["home_zone"].to_numpy(dtype=object)
        territories = staff["territory"].iloc[self.pool]
        groups = territories.groupby(territories.to_numpy()).indices
        self.local = {str(area): self.pool[rows] for area, rows in groups.items()}
        self.taken = np.full(len(walk), -1, dtype=np.intp)
        self.origin = np.full(len(walk), "", dtype=object)

    def by_territory(self, group: Group) -> Iterator[tuple[Places, str]]:
        """Yield the officials of ever larger areas around a group."""
        for area in self.ground.chain(group.cell_id):
            if area in self.local:
                yield self.local[area], "territory"

    def anybody(self, _: Group) -> Iterator[tuple[Places, str]]:
        """Yield all officials of the role."""
        yield self.pool, "assigned"

    def serve(
        self, groups: Sequence[Group], pools: Callable[[Group], Iterator[tuple[Places, str]]]
    ) -> list[Group]:
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

    def leave(self, group: Group) -> None:
        """List the households of a group as vacancies."""
        rule = self.rule
        left = self.walk.index[group.rows]
        self.ledger.vacancies.extend((rule.role, "household", each, 1, rule.hard) for each in left)

    def enter(self) -> None:
        """Enter the links into the ledger, in the order of the roster."""
        linked = self.walk.assign(who=self.taken, origin=self.origin)
        linked = linked.reindex(self.ground.households.index.intersection(linked.index, sort=False))
        self.ledger.link(self.rule.role, linked[linked["who"] >= 0])

    def _whole(self, group: Group, asked: list[tuple[Places, str]]) -> bool:
        size = len(group.rows)
        for pool, origin in asked:
            fitting = pool[self.room[pool] >= size]
            if not len(fitting):
                continue
            apart = self._apart(fitting, group)
            who = self._nearest(fitting if apart.all() else fitting[~apart], group)
            self.taken[group.rows], self.origin[group.rows] = who, origin
            self.room[who] -= size
            return True
        return False

    def _apart(self, who: Places, group: Group) -> NDArray[np.bool_]:
        """Tell whom the border of a closed zone keeps apart from a group."""
        home = group.zone_id if group.zone_id in self.ground.closed else ""
        return np.asarray(self.home_zones[who] != home)

    def _nearest(self, who: Places, group: Group) -> int:
        away_m = np.minimum(distances_m(self.ledger, who, group.x_m, group.y_m), _UNKNOWN_M)
        used = 1.0 - self.room[who] / np.maximum(self.capacity[who], 1.0)
        full = np.where(np.isfinite(self.room[who]), used, 0.0)
        return int(who[np.argmin((away_m + 1.0) * (1.0 + full))])

    def _parts(self, group: Group, most: int) -> list[Group]:
        """Cut a group into its units, or off the first `most` doors if it has but one unit."""
        units = self.walk["unit"].to_numpy(dtype=object)[group.rows]
        cuts = np.flatnonzero(units[1:] != units[:-1]) + 1
        pieces = np.split(group.rows, cuts if len(cuts) else [most])
        return [_group(self.walk, rows) for rows in pieces if len(rows)]

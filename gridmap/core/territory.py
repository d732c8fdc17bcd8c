"""Duties by territory, and the shortfall by who is near and free: zones, areas and sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame

from gridmap.core.callup import CallUp
from gridmap.core.ground import Ground
from gridmap.core.targets import Target
from gridmap.model.protocol import DutyRule

Places = NDArray[np.intp]
Before = Mapping[tuple[str, str, str], Sequence[str]]
"""Who served before: official ids by role, kind and id of the target."""


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
        The officials, as `gridmap.core.muster.muster` gives them.

    Attributes
    ----------
    held, load
        How many duties each has, and how many households. The households of an area or a zone are not carried
        by one who serves it in another role than their own, as who claims a post.
    rows
        The duties for zones, areas and sites, and those set by hand: official, role, kind, target, origin.
    links
        The households that were linked.
    conflicts, vacancies, travel
        Rows of the tables of the same names, as far as they are noted while duties are given.
    """

    def __init__(self, staff: DataFrame) -> None:
        self.staff = staff
        self.official_ids = staff["official_id"].to_numpy(dtype=object)
        self.roles = staff["role"].to_numpy(dtype=object)
        self.homes = staff["home_zone"].to_numpy(dtype=object)
        self.x_m, self.y_m = staff["x_m"].to_numpy(), staff["y_m"].to_numpy()
        self.capacity = staff["capacity"].to_numpy()
        self.territory, self.territories = pd.factorize(staff["territory"])
        self.held = np.zeros(len(staff), dtype=np.int64)
        self.load = np.zeros(len(staff), dtype=np.int64)
        self.rows: list[tuple[int, str, str, str, str]] = []
        self.conflicts: list[tuple[str, str, str, str]] = []
        self.vacancies: list[tuple[str, str, str, int, bool]] = []
        self.links: list[Links] = []
        self.travel: list[tuple[Any, ...]] = []
        self._serving: dict[tuple[str, str, str], list[int]] = {}
        self._open_pins: set[tuple[int, str, str, str]] = set()
        self._missing: dict[tuple[str, str, str, bool], int] = {}

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
        self.held[who] += 1
        if target.kind == "household" or role == self.roles[who]:
            self.load[who] += target.households
        if origin == "pinned":
            self._open_pins.add((who, role, target.kind, target.target))

    def claims_place(self, who: int, role: str, target: Target) -> bool:
        """Tell whether one set by hand fills a place that no territory gives them; they do so but once."""
        pin = (who, role, target.kind, target.target)
        fills = pin in self._open_pins
        self._open_pins.discard(pin)
        return fills

    def lack(self, role: str, target: Target, missing: int, *, hard: bool) -> None:
        """Enter how many persons a target misses; what several rules miss of one role is one vacancy."""
        key = (role, target.kind, target.target, hard)
        place = self._missing.setdefault(key, len(self.vacancies))
        if place < len(self.vacancies):
            missing += self.vacancies[place][3]
            self.vacancies[place] = (role, target.kind, target.target, missing, hard)
        else:
            self.vacancies.append((role, target.kind, target.target, missing, hard))

    def link(self, links: Links) -> None:
        """Enter households that were linked."""
        self.links.append(links)
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


def fill(
    rule: DutyRule,
    targets: Sequence[Target],
    ledger: Ledger,
    ground: Ground,
    *,
    before: Before | None = None,
) -> None:
    """Give every target its officials: by territory first, then those who are near and free.

    All targets together go through these steps, so that nobody is called away from a place that is theirs:

    1. An area is given to those whose territory it is.
    2. Who served before and is tied to the target by territory serves on, unless a closed zone keeps them
       apart.
    3. Those of the smallest territory around it serve, of these who has the fewest duties, then the nearest.
    4. Steps 2 and 3 again with those who are tied to no target by territory.
    5. Steps 3 and 4 again with those whom a closed zone keeps apart from the target: better a conflict that a
       person settles than nobody.

    Who answers alone for a zone or a site (a hard duty) has no second one while another is free; there who
    served before comes first among the free. What is still missing is a vacancy.

    Parameters
    ----------
    rule
        A rule per zone, area or site.
    targets
        What it is needed for.
    ledger
        Receives the duties.
    ground
        The plan and its households.
    before
        Who served before.
    """
    call = CallUp(rule, targets, ledger, ground, before or {})
    if rule.hard and rule.per != "area":
        call.alone()
    else:
        call.owners()
        call.those_before(tied=True)
        call.by_tie(apart=False)
        call.those_before(tied=False)
        call.anybody(apart=False)
        call.by_tie(apart=True)
        call.anybody(apart=True)
    for target, missing in call.short():
        ledger.lack(rule.role, target, missing, hard=rule.hard)

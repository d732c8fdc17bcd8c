"""Linking: every household to one official, whole buildings together, near, within capacity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import Series

from gridmap.core.ground import Ground
from gridmap.core.targets import of_kinds
from gridmap.core.territory import Ledger, Links, Places
from gridmap.core.transport import Groups, Posts, Problem, linked
from gridmap.core.walk import walking_rows
from gridmap.model.protocol import DutyRule

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Doors:
    """The households to link, building after building, each in walking order.

    Parameters
    ----------
    row
        The position of each among those placed.
    building, unit
        Numbers of its building and unit. Where an address names no building, what stands at one place is one.
    """

    row: Places
    building: Places
    unit: Places


def link(
    rule: DutyRule,
    ledger: Ledger,
    ground: Ground,
    *,
    pinned: Sequence[str] = (),
    before: Series | None = None,
    change_m: float = 0.0,
) -> None:
    """Give every household of the rule's tiers and kinds one official, or list it as a vacancy.

    Of all ways to link them within the capacity of the officials the one of least cost is taken, buildings
    kept whole as far as that is possible. Cost is the way in metres from the home of the official, and what
    counts as way besides: to leave the smallest territory around the household, most of all for somebody of
    another territory; to cross the border of a closed zone. See `gridmap.core.transport`.

    Parameters
    ----------
    rule
        A rule per household.
    ledger
        Receives the duties, the vacancies, and one row about the travel.
    ground
        The plan and its households.
    pinned
        Households that were linked by hand.
    before
        By ``household_id`` the official that it had in this role.
    change_m
        The metres of further way that are accepted to keep one household with that official.
    """
    doors = _doors(rule, ground, pinned)
    pool = np.flatnonzero(ledger.staff["role"] == rule.role)
    problem = Problem(
        *_parties(rule, ledger, ground, doors, pool),
        before=_before(before, ground, doors, ledger, pool),
        change_m=change_m,
    )
    answer = linked(problem, doors.unit)
    order = np.argsort(doors.row, kind="stable")
    given = order[answer.post[order] >= 0]
    links = Links(
        role=rule.role,
        household=doors.row[given],
        who=pool[answer.post[given]],
        near=_tied(problem, given, answer.post[given]),
        zone=ground.household_zones[doors.row[given]],
    )
    ledger.link(links)
    left = ground.households.index[doors.row[answer.post < 0]]
    ledger.vacancies.extend((rule.role, "household", each, 1, rule.hard) for each in left.tolist())
    served = answer.post >= 0
    persons = pd.DataFrame({"building": doors.building[served], "post": answer.post[served]})
    split = int((persons.drop_duplicates()["building"].value_counts() > 1).sum())
    buildings = len(np.unique(doors.building))
    figures = answer.travel_m, answer.cost_m, answer.bound_m, answer.gap, buildings, split
    ledger.travel.append((rule.role, len(served), int(served.sum()), *figures))


def _doors(rule: DutyRule, ground: Ground, pinned: Sequence[str]) -> Doors:
    walk, order = walking_rows(ground.plan, ground.placement)
    people = ground.households
    kept = ~people.index.isin(pinned) & of_kinds(ground.placement, rule.kinds)
    if rule.tiers:
        kept &= people["tier"].isin(rule.tiers).to_numpy()
    building = ground.home
    for parts in (ground.household_zones, *_named(walk), *_places(ground, walk)):
        building = pd.factorize(building * (parts.max(initial=0) + 1) + parts)[0]
    rows = order[kept[order]]
    number = pd.factorize(building[rows])[0]
    together = np.argsort(number, kind="stable")
    rows = rows[together]
    return Doors(row=rows, building=number[together], unit=pd.factorize(walk["unit"])[0][rows])


def _named(walk: pd.DataFrame) -> list[Places]:
    return [np.asarray(pd.factorize(walk[name])[0]) for name in ("compound", "building")]


def _places(ground: Ground, walk: pd.DataFrame) -> list[Places]:
    """Return numbers that tell places apart, to the metre, of households whose address names no building."""
    unnamed = (walk["building"] == "").to_numpy()
    metres = (ground.households[axis].to_numpy() for axis in ("x_m", "y_m"))
    return [pd.factorize(np.where(unnamed & np.isfinite(each), np.rint(each), 0.0))[0] for each in metres]


def _parties(
    rule: DutyRule, ledger: Ledger, ground: Ground, doors: Doors, pool: Places
) -> tuple[Groups, Posts, Places]:
    """Return the buildings, the officials, and the territories that have officials around each cell."""
    staff = ledger.staff
    zones = {zone: place for place, zone in enumerate(ground.zone_labels)}
    # what a closed zone keeps apart: who lives in another one, or in none
    inside = np.array([zones[zone if zone in ground.closed else ""] for zone in ground.zone_labels])
    capacity = (
        staff["capacity"].fillna(float(rule.households) if rule.households else np.inf).to_numpy()[pool]
    )
    room = np.minimum(np.maximum(capacity - ledger.load[pool], 0.0), len(doors.row)).astype(np.int64)
    areas = ground.plan.hierarchy.areas.index.get_indexer(ledger.territories)
    area = areas[ledger.territory[pool]] if len(areas) else np.full(len(pool), -1)
    posts = Posts(
        x_m=ledger.x_m[pool],
        y_m=ledger.y_m[pool],
        room=room,
        area=area,
        side=np.array([zones[zone] for zone in ledger.homes[pool]], dtype=np.intp),
    )
    first = np.append(np.flatnonzero(np.diff(doors.building, prepend=-1)), len(doors.row))
    heads = doors.row[first[:-1]]
    cells, around = np.unique(ground.home[heads], return_inverse=True)
    groups = Groups(
        first=first,
        x_m=ground.households["x_m"].to_numpy()[doors.row],
        y_m=ground.households["y_m"].to_numpy()[doors.row],
        around=around,
        side=inside[ground.household_zones[heads]],
        need=_need(ground)[heads],
        begin=np.zeros(len(heads), dtype=np.intp),
    )
    return groups, posts, _chains(ground, cells, posts)


def _need(ground: Ground) -> Places:
    """Return for every household how strict its tier is: 0 for none, the highest number for the strictest."""
    ranks = {tier: len(ground.plan.tier_order) - at for at, tier in enumerate(ground.plan.tier_order)}
    tiers = ground.households["tier"].map(ranks).fillna(0)
    return np.asarray(tiers.to_numpy(dtype=np.intp))


def _chains(ground: Ground, cells: Places, posts: Posts) -> Places:
    """Return for each cell the areas around it that have an official with room, the smallest first."""
    staffed = np.zeros(len(ground.sizes) + 1, dtype=bool)
    staffed[posts.area[(posts.area >= 0) & (posts.room > 0)]] = True
    chains = ground.plan.hierarchy.lineage[:, cells].T
    chains = np.where(staffed[chains] & (chains >= 0), chains, -1)
    chains = np.take_along_axis(chains, np.argsort(chains < 0, axis=1, kind="stable"), axis=1)
    return np.asarray(chains[:, (chains >= 0).any(axis=0)])


def _before(before: Series | None, ground: Ground, doors: Doors, ledger: Ledger, pool: Places) -> Places:
    """Return the position in the pool of the official that each household had; -1 for none."""
    if before is None:
        return np.full(len(doors.row), -1, dtype=np.intp)
    had = before[~before.index.duplicated()].reindex(ground.households.index[doors.row])
    return np.asarray(pd.Index(ledger.official_ids[pool]).get_indexer(had), dtype=np.intp)


def _tied(problem: Problem, household: Places, post: Places) -> Flags:
    """Tell which households are with a post of a territory around them."""
    area = problem.posts.area[post]
    chains = problem.chains[problem.groups.around[problem.groups.of[household]]]
    return np.asarray(((chains == area[:, None]) & (area >= 0)[:, None]).any(axis=1))

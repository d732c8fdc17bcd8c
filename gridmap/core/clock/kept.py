"""Buildings that a new case keeps on while the rest of its zone goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gridmap.core.clock.case_zones import CaseZones
from gridmap.core.clock.local_days import NAT_DAY, LocalDays, Times, day_of
from gridmap.core.clock.settled import houses_of
from gridmap.core.clock.tests_made import ALL_NEGATIVE, POSITIVE_FOUND, Rows, Tests
from gridmap.core.clock.zone_ground import ZoneGround
from gridmap.model.clock_stage import Stage

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Kept:
    """What new cases keep of their zones; every array has one value for each case.

    Parameters
    ----------
    is_part
        Whether it keeps its building only.
    is_restart
        Whether the days of its zone begin anew with it.
    until
        The day on which its building may go on; NaT for one that keeps none.
    days
        How many days zones take that are nothing but kept buildings, by the row of the zone.
    """

    is_part: Flags
    is_restart: Flags
    until: Times
    days: dict[int, int]


def kept_of(
    ground: ZoneGround,
    stages: list[Stage | None],
    cases: CaseZones,
    *,
    row: Rows,
    closed: Times,
    is_new: Flags,
    days: LocalDays,
) -> Kept:
    """Tell what every new case keeps of its zone.

    A zone that is nothing but kept buildings, because the rest has gone on, counts from the last case of the
    building that may go on first; those that stay longer are its parts.

    Parameters
    ----------
    ground, stages, cases
        The zones, the stage of each, and the cases.
    row
        The row of the zone of every case.
    closed
        When that was closed.
    is_new
        Whether the case came after that.
    days
        How days are counted.
    """
    part_of = np.append([stage is not None and bool(stage.on_case_part) for stage in stages], False)[row]
    is_part = is_new & part_of.astype(bool) & (cases.building != "")
    until = _until(stages, row, cases, closed, days)
    anew, longest = is_new & ~is_part, {}
    for zone in _only_kept(ground, row[is_part], cases.building[is_part]):
        stage = stages[zone]
        if stage is None:
            continue
        mine = np.flatnonzero(is_part & (row == zone))
        first = mine[_go_first(cases.building[mine], until[mine])]
        is_part[first] = False
        anew[first] = stage.on_case_from != "closure"
        longest[zone] = max(stage.whole_days or 0, stage.on_case_days)
    return Kept(is_part, anew, until, longest)


def cleared(rounds: Tests, row: Rows, cases: CaseZones, kept: Kept) -> Tests:
    """Return the rounds, those taken as negative whose positives are all cases of buildings that are kept.

    Everybody must have been tested, and since the day of the round there must be as many such cases as
    rounds have found positives: then the rest of the zone was negative.

    Parameters
    ----------
    rounds
        The rounds of all zones.
    row
        The row of the zone of every case.
    cases, kept
        The cases, and what they keep.
    """
    outcome = rounds.outcome.copy()
    keeping = np.isin(rounds.row, row[kept.is_part])
    for at in np.flatnonzero(keeping & (outcome == POSITIVE_FOUND) & (rounds.left == 0)).tolist():
        day, mine = day_of(rounds.at[at]), rounds.row == rounds.row[at]
        found = rounds.positives[mine & (day_of(rounds.at) >= day)].sum()
        known = (kept.is_part & (row == rounds.row[at]) & (cases.day >= day)).sum()
        if known >= found:
            outcome[at] = ALL_NEGATIVE
    return replace(rounds, outcome=outcome)


def _go_first(buildings: NDArray[np.object_], until: Times) -> Flags:
    """Tell which cases are in the buildings that may go on first."""
    last: dict[tuple[str, str], np.datetime64] = {}
    houses = [houses_of(building) for building in buildings.tolist()]
    for mine, day in zip(houses, until, strict=True):
        last |= {house: max(day, last.get(house, day)) for house in mine}
    first = min(last.values(), default=NAT_DAY)
    return np.array([all(last[house] == first for house in mine) for mine in houses], dtype=bool)


def _only_kept(ground: ZoneGround, rows: Rows, buildings: NDArray[np.object_]) -> Iterator[int]:
    """Give the zones that are nothing but buildings that cases keep."""
    kept: dict[int, set[tuple[str, str]]] = {}
    for row, building in zip(rows.tolist(), buildings.tolist(), strict=True):
        kept.setdefault(row, set()).update(houses_of(building))
    for row, houses in kept.items():
        carves = ground.carves.get(row, [])
        if ground.has_cells[row] or not all(carve.addresses for carve in carves):
            continue
        own = {house for carve in carves for text in carve.addresses for house in houses_of(text)}
        if own <= houses:
            yield row


def _until(stages: list[Stage | None], row: Rows, cases: CaseZones, closed: Times, days: LocalDays) -> Times:
    """Return the day from which the building of each case may go on; NaT for those that keep none."""
    until = np.full(len(row), "NaT", "M8[D]")
    for place in np.flatnonzero(row >= 0).tolist():
        stage = stages[row[place]]
        if stage is not None and stage.on_case_part:
            begins = closed[place] if stage.on_case_from == "closure" else cases.day[place]
            until[place] = days.over(begins, stage.on_case_days)
    return until

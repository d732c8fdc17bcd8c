"""From which day every zone counts: its closure, or the last new case in it that keeps more than a part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridmap.core.clock.case_zones import CaseZones
from gridmap.core.clock.facts import Facts
from gridmap.core.clock.kept import cleared, kept_of
from gridmap.core.clock.local_days import NAT_DAY, LocalDays, Times, day_of, latest
from gridmap.core.clock.tests_made import Rows, Tests
from gridmap.core.clock.zone_ground import ZoneGround
from gridmap.model.clock_stage import Stage

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Counts:
    """How the days of every zone are counted; arrays over zones but where it says else.

    Parameters
    ----------
    begins
        The day from which each counts; NaT if it is not known when it was closed.
    whole_days
        How many days must pass; -1 where none are asked.
    upgraded
        Whether something positive was found where that makes the zone stricter at once.
    unplaced, undated
        How many cases could lie in it, and lie in it at a time that is not known.
    unregistered
        How many positives of test rounds no case explains.
    case_row, is_new, is_part
        Over cases: the zone, whether it came after the closure, and whether it keeps its building only.
    until
        Over cases: the day on which its building may go on.
    rounds
        The test rounds, as they count for what is not kept.
    """

    begins: Times
    whole_days: NDArray[np.int64]
    upgraded: Flags
    unplaced: NDArray[np.int64]
    undated: NDArray[np.int64]
    unregistered: NDArray[np.int64]
    case_row: Rows
    is_new: Flags
    is_part: Flags
    until: Times
    rounds: Tests


def counts_of(
    ground: ZoneGround, stages: list[Stage | None], cases: CaseZones, facts: Facts, days: LocalDays
) -> Counts:
    """Count for every zone.

    Parameters
    ----------
    ground
        The zones.
    stages
        The stage of each; None without a clock.
    cases, facts
        What is known.
    days
        How days are counted.
    """
    size, closed = len(stages), day_of(facts.closed)
    row = ground.row_of[cases.zone]
    closed_of = np.append(closed, NAT_DAY)[row]
    is_new = (row >= 0) & (cases.day > closed_of) & ~cases.settled
    kept = kept_of(ground, stages, cases, row=row, closed=closed_of, is_new=is_new, days=days)
    anew = latest(size, row[kept.is_restart], cases.day[kept.is_restart])
    begins = np.where(np.isnat(closed), closed, np.fmax(closed, anew))
    late, unregistered = _unregistered(size, row, cases, facts)
    return Counts(
        begins=np.where(np.isnat(closed), closed, np.fmax(begins, late)),
        whole_days=_whole_days(stages, kept.days),
        upgraded=_stricter(stages, ground.tiers) & _positive(size, row, cases, facts),
        unplaced=_unplaced(cases, closed),
        undated=np.bincount(row[(row >= 0) & np.isnat(cases.day)], minlength=size),
        unregistered=unregistered,
        case_row=row,
        is_new=is_new,
        is_part=kept.is_part,
        until=kept.until,
        rounds=cleared(facts.rounds, row, cases, kept),
    )


def _whole_days(stages: list[Stage | None], kept: Mapping[int, int]) -> NDArray[np.int64]:
    days = [None if stage is None else stage.whole_days for stage in stages]
    whole = np.array([-1 if each is None else each for each in days], dtype=np.int64)
    for zone, longest in kept.items():
        whole[zone] = longest
    return whole


def _unregistered(size: int, row: Rows, cases: CaseZones, facts: Facts) -> tuple[Times, NDArray[np.int64]]:
    """Return, for every zone, the last day of a positive that no case explains, and how many there are.

    Since the day of each round there must be as many cases in the zone as rounds have found positives.
    """
    last, most = np.full(size, "NaT", "M8[D]"), np.zeros(size, dtype=np.int64)
    at, zones, many, _ = found_positives(facts)
    found = day_of(at)
    for zone in np.unique(zones).tolist():
        mine, known = zones == zone, cases.day[row == zone]
        for day in np.unique(found[mine]):
            missing = int(many[mine & (found >= day)].sum() - (known >= day).sum())
            if missing > 0:
                last[zone], most[zone] = np.fmax(last[zone], day), max(most[zone], missing)
    return last, most


def found_positives(facts: Facts) -> tuple[Times, Rows, NDArray[np.int64], NDArray[np.object_]]:
    """Return when test rounds found positives since the closure, in which zone, how many, and the event."""
    rounds = facts.rounds
    found = (rounds.positives > 0) & ~(rounds.at < facts.closed[rounds.row])
    return rounds.at[found], rounds.row[found], rounds.positives[found], rounds.event[found]


def _stricter(stages: list[Stage | None], tiers: NDArray[np.object_]) -> Flags:
    """Tell which zones a case brings under another tier."""
    on_case = np.array([stage.on_case if stage else "" for stage in stages], dtype=object)
    return np.asarray((on_case != "") & (on_case != tiers), dtype=bool)


def _positive(size: int, row: Rows, cases: CaseZones, facts: Facts) -> Flags:
    """Tell in which zones something was positive since the closure, or since they were lifted."""
    met = np.zeros(size, dtype=bool)
    begins = np.fmax(facts.closed, facts.lifted)
    since = np.append(day_of(begins), NAT_DAY)[row]
    met[row[(row >= 0) & cases.home & ~cases.settled & (cases.day >= since)]] = True
    at, zones, *_ = found_positives(facts)
    met[zones[at >= begins[zones]]] = True
    return met


def _unplaced(cases: CaseZones, closed: Times) -> NDArray[np.int64]:
    """Count for every zone the cases that may lie in it: those of no known place since its closure."""
    lost = np.sort(cases.day[~cases.placed & ~np.isnat(cases.day)])
    undated = int((~cases.placed & np.isnat(cases.day)).sum())
    since = len(lost) - np.searchsorted(lost, np.where(np.isnat(closed), np.datetime64("0001-01-01"), closed))
    return np.asarray(since + undated, dtype=np.int64)

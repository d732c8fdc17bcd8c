"""Zones that lift only when all zones of other tiers around them have lifted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame

from gridmap.core.clock.conditions import Verdict
from gridmap.core.clock.known import Known
from gridmap.core.clock.local_days import NAT, Times
from gridmap.core.clock.tests_made import Rows
from gridmap.core.clock.zone_ground import NOWHERE, ZoneGround
from gridmap.model.clock import MET, NOT_MET, UNKNOWN
from gridmap.model.clock_stage import Stage
from gridmap.model.events import CLOSURE, LIFTED

_SHOWN = 5


def others_lifted(
    stage: Stage, rows: Rows, known: Known, *, earliest: Times, then: NDArray[np.object_]
) -> tuple[Verdict, list[str]]:
    """Judge whether all zones of the tiers `stage.after` in the same area have lifted.

    The plan tells which there are. One that the plan no longer has, although it was closed, and no event says
    that it was lifted, is not known to have lifted.

    Parameters
    ----------
    stage
        The stage.
    rows
        The zones that wait.
    known
        What is known of all zones.
    earliest, then
        When each zone can lift at the earliest, and what follows it.

    Returns
    -------
    verdict
        With the zones that are waited for, or not known to have lifted, in `count`.
    names
        The first of these, for each zone.
    """
    ground = known.ground
    blocking = np.isin(ground.tiers, stage.after)
    around = _around(stage, rows, ground, blocking)
    lost = _lost(ground, known.events, stage.after)
    state = np.full(len(rows), UNKNOWN if lost else MET, dtype=object)
    missing = np.full(len(rows), "not_known_lifted" if lost else "", dtype=object)
    count = np.full(len(rows), len(lost) or -1, dtype=np.int64)
    due, names = np.full(len(rows), NAT), [_some(lost)] * len(rows)
    steps_down = np.isin(then, stage.after) | np.isnat(earliest)
    for place, row in enumerate(rows.tolist()):
        waits = around[row]
        if len(waits):
            state[place], missing[place], count[place] = NOT_MET, "others_left", len(waits)
            due[place] = NAT if steps_down[waits].any() else earliest[waits].max()
            names[place] = _some(ground.ids[waits[:_SHOWN]].tolist(), len(waits))
    return Verdict("others_lifted", state, missing, count, due), names


def _around(stage: Stage, rows: Rows, ground: ZoneGround, blocking: NDArray[np.bool_]) -> Mapping[int, Rows]:
    """Return for every waiting zone the blocking zones that lie, or may lie, in an area with it."""
    if not stage.level:
        everything = np.flatnonzero(blocking)
        return {row: everything[everything != row] for row in rows.tolist()}
    zone, area = ground.areas_at(stage.level)
    anywhere = zone[blocking[zone] & (area == NOWHERE)]
    of_area = {
        each: zone[blocking[zone] & (area == each)] for each in np.unique(area[np.isin(zone, rows)]).tolist()
    }
    everything = np.flatnonzero(blocking)
    found = {}
    for row in rows.tolist():
        own = area[zone == row].tolist()
        parts = [everything] if NOWHERE in own else [anywhere, *(of_area[each] for each in own)]
        waits = np.unique(np.concatenate(parts))
        found[row] = waits[waits != row]
    return found


def _lost(ground: ZoneGround, events: DataFrame, tiers: Iterable[str]) -> list[str]:
    """Return the zones of these tiers that were closed, are no more in the plan, and have not been lifted.

    Of one that was merged into another zone, or that a case raised, that other zone tells whether it was.
    """
    here, blocking = set(ground.ids), set(tiers)
    left = {zone.zone_id for zone in ground.plan.registry if zone.tier in blocking} - here
    told = events[events["kind"].isin((CLOSURE, LIFTED)) & (events["building"] == "")]
    last = dict(zip(told["zone_id"], told["kind"], strict=True))
    gone = [zone for zone, kind in last.items() if zone in left and kind == CLOSURE]
    became = ground.raised | ground.absorbed
    ends = {zone: became.get(zone, zone) for zone in gone}
    return [zone for zone in gone if ends[zone] not in here and last.get(ends[zone], CLOSURE) == CLOSURE]


def _some(names: list[str], count: int = 0) -> str:
    more = max(count, len(names)) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" +{more}" if more > 0 else "")

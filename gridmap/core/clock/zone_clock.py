"""The lift clocks of a plan at one moment."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
from pandas import DataFrame

from gridmap.core.clock.case_zones import case_zones
from gridmap.core.clock.counts import counts_of
from gridmap.core.clock.course import course_of
from gridmap.core.clock.facts import facts_of, present_in
from gridmap.core.clock.known import Known
from gridmap.core.clock.local_days import LocalDays
from gridmap.core.clock.proposals import proposals_of
from gridmap.core.clock.stages import stages_of
from gridmap.core.clock.tables import condition_rows, part_rows, restart_rows, zone_rows
from gridmap.core.clock.tests_made import Rows
from gridmap.core.clock.zone_ground import ZoneGround
from gridmap.core.notes import Notes
from gridmap.core.renumbered import standing_in
from gridmap.errors import PlanError, ProtocolError
from gridmap.model.clock import Clock
from gridmap.model.clock_faults import is_timezone
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.protocol import Protocol


def zone_clock(
    plan: Plan,
    cases: DataFrame | None,
    events: DataFrame | None,
    *,
    protocol: Protocol,
    at: datetime,
    grid: DataFrame | None = None,
    placement: Placement | None = None,
    timezone: str | None = None,
    lang: str = "zh",
) -> Clock:
    """Tell for every zone its day, what is met, not met or unknown, and what may be done next.

    Days go from midnight to midnight in one time zone. The day of the closure (an event) is day 0, or 1 if
    the protocol says so; so many days are over when the day of that number has ended. A case that lies in a
    zone and was confirmed (`confirmed_on`) after the day of its closure begins the count anew, or keeps its
    building only, or makes the zone stricter, as the protocol says. Nothing is taken as known that no event
    says: unknown is not met. Nothing after `at` counts, and nothing that was withdrawn.

    Parameters
    ----------
    plan
        The plan.
    cases
        As for `gridmap.delineate`, or None.
    events
        What happened, as `gridmap.model.events.events_frame` takes it, or None.
    protocol
        Whose clocks they are.
    at
        The moment, with a time zone.
    grid
        The cells; without them those of the plan, which then say nothing of addresses.
    placement
        The placed households, by which the building of a case is found.
    timezone
        At whose midnight a day begins; that of the protocol if not given.
    lang
        The language of the reasons in what is proposed.

    Returns
    -------
    clock
        The clocks. Nothing is changed: `Clock.proposals` are for a person to accept.

    Raises
    ------
    PlanError
        If `at` has no time zone.
    ProtocolError
        If there is no such time zone.
    TableError
        If a time of an event has no zone, or a count is no whole number.
    UnknownCellError
        If the grid lacks cells of the plan.
    """
    moment, name = _moment(at), timezone or protocol.days.timezone
    if not is_timezone(name):
        raise ProtocolError(f"no time zone is called {name!r}; write one such as Asia/Shanghai")
    days, notes = LocalDays(name, protocol.days.first), Notes()
    now, ground, stood = days.wall_of(moment), ZoneGround(plan, placement), standing_in(plan, events, moment)
    facts = facts_of(ground, stood, days, notes)
    stages = stages_of(ground, protocol)
    found = case_zones(plan, cases, days=days, now=now, grid=grid, placement=placement, notes=notes)
    counts = counts_of(ground, stages.stages, found, facts, days)
    known = Known(ground, stood, facts, stages, found, counts, days, now)
    course, parts = course_of(known), part_rows(known)
    zones = zone_rows(known, course)
    _note_short_rounds(known, np.flatnonzero(course.state == "ready"), notes)
    return Clock(
        at=moment.tz_convert(name),
        timezone=name,
        protocol=protocol,
        plan_version=plan.version,
        zones=zones,
        conditions=condition_rows(known, course),
        restarts=restart_rows(known),
        parts=parts,
        proposals=proposals_of(known, zones, parts, protocol=protocol, at=moment.tz_convert(name), lang=lang),
        notes=notes.texts,
        households_only=ground.households_only,
    )


def _note_short_rounds(known: Known, ready: Rows, notes: Notes) -> None:
    """Say of which full rounds of zones that may go on fewer were due than persons are present."""
    rounds = known.counts.rounds
    last = rounds.last_negative(ready)
    ready, last = ready[last >= 0], last[last >= 0]
    here = present_in(known.ground, known.events) if len(ready) else None
    if here is not None:
        short = rounds.due[last] < here.reindex(ready).fillna(0).to_numpy(dtype=np.int64)
        for event in rounds.event[last[short]].tolist():
            notes.add("fewer were due in these test rounds than persons are present now", str(event))


def _moment(at: datetime) -> pd.Timestamp:
    moment = pd.Timestamp(at)
    if moment.tzinfo is None:
        raise PlanError(f"at {at} has no time zone; give one, such as +08:00")
    return moment

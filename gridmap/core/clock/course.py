"""Where every zone stands: its conditions judged, its state, and when it can go on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridmap.core.clock.conditions import Judge, Verdict
from gridmap.core.clock.counts import Counts
from gridmap.core.clock.known import Known
from gridmap.core.clock.local_days import NAT, Times
from gridmap.core.clock.others import others_lifted
from gridmap.core.clock.stages import Stages
from gridmap.core.clock.tests_made import Rows
from gridmap.core.clock.zone_ground import ZoneGround
from gridmap.model.clock import NOT_MET, UNKNOWN
from gridmap.model.clock_stage import Stage

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Course:
    """Where all zones stand.

    Parameters
    ----------
    verdicts
        Of groups of zones (their rows), the verdicts, and the names each is about.
    state, then
        The state, and the tier that follows, of every zone.
    earliest, round_due
        Wall times; NaT if not known, or if no round is due.
    """

    verdicts: list[tuple[Rows, Verdict, list[str] | None]]
    state: NDArray[np.object_]
    then: NDArray[np.object_]
    earliest: Times
    round_due: Times


def course_of(known: Known) -> Course:
    """Judge all zones, those that wait for others last."""
    ground, counts = known.ground, known.counts
    size = len(ground.ids)
    then = _then(known.stages, counts)
    course = Course([], np.full(size, "no_clock", dtype=object), then, np.full(size, NAT), np.full(size, NAT))
    for stage, rows in sorted(known.stages.groups(), key=lambda group: bool(group[0].after)):
        judged: list[tuple[Verdict, list[str] | None]] = [
            (each, None) for each in Judge(stage, rows, known).verdicts()
        ]
        if stage.after:
            judged.append(others_lifted(stage, rows, known, earliest=course.earliest, then=then))
        if not judged:
            continue
        verdicts = [verdict for verdict, _ in judged]
        course.verdicts.extend((rows, *each) for each in judged)
        course.earliest[rows] = _earliest(stage, verdicts, counts.begins[rows], known.now)
        course.round_due[rows] = _round_due(verdicts)
        course.state[rows] = _states(verdicts, known.now)
    course.earliest[counts.upgraded] = NAT
    _overrule(course, known)
    return course


def _then(stages: Stages, counts: Counts) -> NDArray[np.object_]:
    """Return the tier that follows each zone."""
    found = [
        "" if stage is None else stage.on_case if up else stage.then
        for stage, up in zip(stages.stages, counts.upgraded.tolist(), strict=True)
    ]
    return np.array(found, dtype=object)


def _overrule(course: Course, known: Known) -> None:
    """Put the states right that do not follow from conditions."""
    state, facts, ground = course.state, known.facts, known.ground
    clocked = state != "no_clock"
    state[(state == "ready") & (course.then == ground.tiers)] = "holds"
    state[(state == "ready") & _locked(ground)] = "held"
    lifted = ~np.isnat(facts.lifted) & ~(facts.lifted < facts.closed)
    state[clocked & lifted] = "lifted"
    state[clocked & known.counts.upgraded] = "upgrade"


def _earliest(stage: Stage, verdicts: list[Verdict], begins: Times, now: np.datetime64) -> Times:
    """Return before when no zone can go on; NaT where that is not known."""
    first, done = np.full(len(begins), NAT), np.ones(len(begins), dtype=bool)
    stuck = np.isnat(begins) & stage.counts_days
    for verdict in verdicts:
        done &= verdict.is_met
        if verdict.condition != "tested":
            first = np.fmax(first, verdict.due)
        if verdict.condition == "others_lifted":
            stuck |= ~verdict.is_met & np.isnat(verdict.due)
    first = np.where(done & ~np.isnat(first), first, np.fmax(first, now))
    return np.where(stuck, NAT, first)


def _round_due(verdicts: list[Verdict]) -> Times:
    """Return from when a full round is due that was not made yet; NaT where none is."""
    due = np.full(len(verdicts[0].due), NAT)
    for verdict in verdicts:
        if verdict.condition in ("tested", "test_day"):
            due = np.fmin(due, np.where(verdict.is_met, NAT, verdict.due))
    return due


def _states(verdicts: list[Verdict], now: np.datetime64) -> NDArray[np.object_]:
    """Return the state of zones by what became of their conditions."""
    size = len(verdicts[0].state)
    ready, unknown, due = np.ones(size, dtype=bool), np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    for verdict in verdicts:
        ready &= verdict.is_met
        waits = verdict.missing == "no_round"
        unknown |= (verdict.state == UNKNOWN) & ~waits
        asked = verdict.condition != "others_lifted"
        due |= waits | ((verdict.state == NOT_MET) & (verdict.due <= now) & asked)
    state = np.full(size, "counting", dtype=object)
    state[due] = "due"
    state[unknown] = "unknown"
    state[ready] = "ready"
    return state


def _locked(ground: ZoneGround) -> Flags:
    """Tell which zones have cells or carve-outs that are locked."""
    held = np.zeros(len(ground.ids), dtype=bool)
    rows = ground.cell_rows[ground.plan.layers["lock"].said]
    held[rows[rows >= 0]] = True
    for row, carves in ground.carves.items():
        held[row] |= any(carve.locked for carve in carves)
    return held

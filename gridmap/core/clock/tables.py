"""The tables of a clock."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame

from gridmap.core.clock.counts import found_positives
from gridmap.core.clock.course import Course
from gridmap.core.clock.known import Known
from gridmap.core.clock.local_days import LocalDays, day_of
from gridmap.core.clock.stages import Stages
from gridmap.model.clock import CONDITION_COLUMNS, CONDITIONS, PART_COLUMNS, RESTART_COLUMNS, ZONE_COLUMNS

_TEXTS = (
    *("zone_id", "condition", "state", "missing", "names"),
    *("case_id", "event_id", "effect", "building", "scope"),
)


def zone_rows(known: Known, course: Course) -> DataFrame:
    """Return what `Clock.zones` holds."""
    ground, stages, days = known.ground, known.stages, known.days
    registry = ground.plan.registry
    number = _numbers(day_of(known.now) - known.counts.begins, days)
    columns = {
        "tier": _texts(ground.tiers),
        "name": _texts([registry[place].name for place in ground.places]),
        "started": days.aware(known.facts.closed),
        "day": number,
        "stage": stages.numbers,
        "phase": _texts(_phases(stages, number)),
        "round_due": days.aware(course.round_due),
        "earliest": days.aware(course.earliest),
        "then": _texts(course.then),
        "state": _texts(course.state),
        "clock_tier": _texts(stages.tiers),
    }
    return DataFrame(columns, index=ground.ids, columns=list(ZONE_COLUMNS))


def condition_rows(known: Known, course: Course) -> DataFrame:
    """Return what `Clock.conditions` holds, zone by zone."""
    if not course.verdicts:
        return _typed(DataFrame(columns=list(CONDITION_COLUMNS)), known.days, ("due",))
    rows = np.concatenate([rows for rows, *_ in course.verdicts])
    named = [[""] * len(rows) if names is None else names for rows, _, names in course.verdicts]
    verdicts = [verdict for _, verdict, _ in course.verdicts]
    columns = {
        "zone_id": np.asarray(known.ground.ids, dtype=object)[rows],
        "stage": known.stages.numbers[rows],
        "condition": np.repeat([each.condition for each in verdicts], [len(each.state) for each in verdicts]),
        "state": np.concatenate([each.state for each in verdicts]),
        "missing": np.concatenate([each.missing for each in verdicts]),
        "count": np.concatenate([each.count for each in verdicts]),
        "due": known.days.aware(np.concatenate([each.due for each in verdicts])),
        "names": [name for names in named for name in names],
    }
    frame = DataFrame(columns, columns=list(CONDITION_COLUMNS))
    order = np.lexsort([frame["condition"].map(CONDITIONS.index).to_numpy(dtype=np.int64), rows])
    return _typed(frame.iloc[order].reset_index(drop=True), known.days, ("due",))


def restart_rows(known: Known) -> DataFrame:
    """Return what `Clock.restarts` holds: the new cases of each zone, and positives that no case explains."""
    ground, stages, cases, facts = known.ground, known.stages, known.cases, known.facts
    counts, days = known.counts, known.days
    new = np.flatnonzero(counts.is_new & (np.append(stages.numbers, 0)[counts.case_row] > 0))
    row = counts.case_row[new]
    effect = np.where(counts.upgraded[row], "upgrade", np.where(counts.is_part[new], "part", "restart"))
    at, lost, _, events = found_positives(facts)
    asks = (counts.unregistered[lost] > 0) & (stages.numbers[lost] > 0)
    at, lost, events = at[asks], lost[asks], events[asks]
    rows = np.concatenate([row, lost])
    on = np.concatenate([cases.day[new], day_of(at)])
    columns = {
        "zone_id": np.asarray(ground.ids, dtype=object)[rows],
        "case_id": [*cases.ids[new].tolist(), *[""] * len(lost)],
        "event_id": [*[""] * len(new), *events.tolist()],
        "on": days.aware(on),
        "day": _numbers(on - day_of(facts.closed[rows]), days),
        "effect": [*effect.tolist(), *["unregistered"] * len(lost)],
        "building": [*np.where(counts.is_part[new], cases.building[new], "").tolist(), *[""] * len(lost)],
    }
    frame = DataFrame(columns, columns=list(RESTART_COLUMNS)).iloc[np.lexsort([on, rows])]
    return _typed(frame.reset_index(drop=True), days, ("on",))


def part_rows(known: Known) -> DataFrame:
    """Return what `Clock.parts` holds: each building once, until the last of its days is over."""
    ground, cases, counts, days = known.ground, known.cases, known.counts, known.days
    kept = np.flatnonzero(counts.is_part & (counts.until > known.now))
    kept = kept[np.argsort(counts.until[kept], kind="stable")]
    columns = {
        "zone_id": np.asarray(ground.ids, dtype=object)[counts.case_row[kept]],
        "building": cases.building[kept],
        "case_id": cases.ids[kept],
        "until": days.aware(counts.until[kept]),
        "scope": cases.scope[kept],
    }
    frame = DataFrame(columns, columns=list(PART_COLUMNS))
    frame = frame.drop_duplicates(["zone_id", "building"], keep="last").sort_values(["zone_id", "building"])
    return _typed(frame.reset_index(drop=True), days, ("until",))


def _numbers(passed: Any, days: LocalDays) -> Any:
    """Return the numbers of days from the days passed; missing where these are."""
    known = ~np.isnat(passed)
    number = np.where(known, passed.astype(np.int64), 0) + days.first
    return pd.arrays.IntegerArray(number, ~known)


def _phases(stages: Stages, number: Any) -> list[str]:
    """Return whether a zone with home monitoring is still closed, or at home already."""
    found = []
    for stage, day in zip(stages.stages, number, strict=True):
        if stage is None or not stage.home_days or stage.days is None or day is pd.NA:
            found.append("")
        else:
            found.append("closed" if day <= stage.days else "home")
    return found


def _texts(values: Any) -> Any:
    return pd.array([str(value) for value in values], dtype="str")


def _typed(frame: DataFrame, days: LocalDays, times: tuple[str, ...]) -> DataFrame:
    """Give the columns the kinds that they have in every clock, also in an empty one."""
    typed = {name: frame[name].astype("str") for name in frame.columns if name in _TEXTS}
    typed |= {
        name: pd.to_datetime(frame[name], utc=True).astype(f"datetime64[us, {days.timezone}]")
        for name in times
    }
    typed |= {name: frame[name].astype("Int64") for name in ("stage", "day") if name in frame}
    if "count" in frame:
        counts = frame["count"].astype("Int64")
        typed["count"] = counts.mask(counts < 0)
    return frame.assign(**typed)

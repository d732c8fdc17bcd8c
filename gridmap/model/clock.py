"""A lift clock: for every zone its day, what is met and what is missing, and what may be done next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from pandas import DataFrame

from gridmap.model.protocol import Protocol

MET, NOT_MET, UNKNOWN = "met", "not_met", "unknown"
# What a zone is at; those in `CALLING` ask somebody to do something.
STATES = ("upgrade", "ready", "held", "due", "unknown", "counting", "holds", "lifted", "no_clock")
CALLING = ("upgrade", "ready", "held", "due", "unknown")
CONDITIONS = ("no_new_case", "contacts", "test_day", "tested", "others_lifted")
ZONE_COLUMNS = (
    *("tier", "name", "started", "day", "stage", "phase", "round_due", "earliest"),
    *("then", "state", "clock_tier"),
)
CONDITION_COLUMNS = ("zone_id", "stage", "condition", "state", "missing", "count", "due", "names")
RESTART_COLUMNS = ("zone_id", "case_id", "event_id", "on", "day", "effect", "building")
PART_COLUMNS = ("zone_id", "building", "case_id", "until", "scope")


@dataclass(frozen=True)
class ClockProposal:
    """What a person may accept for one zone; nothing is changed by itself.

    Parameters
    ----------
    zone_id
        The zone.
    kind
        ``lift`` (no tier, or what other rules leave), ``downgrade`` or ``upgrade``.
    tier
        The tier that follows; ``none``, or empty for what the other rules leave there.
    edits
        The edits, to be applied one after the other by `gridmap.apply_edit`.
    reason
        Why; each edit that weakens what a rule asks carries it.
    kept
        The buildings that stay as they are.
    """

    zone_id: str
    kind: str
    tier: str
    edits: tuple[Any, ...]
    reason: str
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Clock:
    """The lift clocks of all zones of a plan, as they stand at one moment.

    Times are in `timezone`. What is not known is ``unknown`` and never counts as met.

    Parameters
    ----------
    at
        The moment.
    timezone
        The IANA name of the zone at whose midnight a day begins.
    protocol
        Whose clocks they are.
    plan_version
        The version of the plan.
    zones
        By ``zone_id``: `tier`, `name`, `started` (when it was closed; missing if not known), `day` (number of
        the day, of the count that holds; missing if not known), `stage` (1 and on; 0 without a clock),
        `phase` (``closed``, ``home`` for home monitoring, else empty), `round_due` (from when a full test
        round is due that was not made; missing if none is), `earliest` (before when it cannot go on; missing
        if that is not known), `then` (the tier that follows; ``none``; empty for what other rules leave),
        `state` (one of `STATES`), `clock_tier` (the tier whose clock it is: its own, or that it was before).
    conditions
        `zone_id`, `stage`, `condition` (one of `CONDITIONS`), `state` (``met``, ``not_met``, ``unknown``),
        `missing` (a word for what is missing; empty when met), `count` (how many of it), `due` (when it can
        be met at the earliest), `names` (the ids it is about).
    restarts
        What came after a zone was closed: `zone_id`, `case_id`, `event_id` (of a test round with a positive
        that no case explains), `on`, `day` (the number of that day, counted from the closure), `effect`
        (``restart``, ``part``, ``upgrade``, ``unregistered``), `building`.
    parts
        Buildings that are kept on: `zone_id`, `building`, `case_id`, `until`, `scope` (the area it lies in).
    proposals
        What may be accepted.
    notes
        What could not be used, with ids only.
    households_only
        The zones that are nothing but households, one by one: the public sees none of them.
    """

    at: pd.Timestamp
    timezone: str
    protocol: Protocol
    plan_version: str
    zones: DataFrame
    conditions: DataFrame
    restarts: DataFrame
    parts: DataFrame
    proposals: tuple[ClockProposal, ...] = ()
    notes: tuple[str, ...] = ()
    households_only: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        counts = self.zones["state"].value_counts()
        said = ", ".join(f"{counts[state]} {state}" for state in STATES if state in counts)
        return f"<Clock {self.at.isoformat()}: {len(self.zones)} zones, {said or 'none'}>"

    @property
    def calling(self) -> DataFrame:
        """The zones that ask somebody to do something now."""
        return self.zones[self.zones["state"].isin(CALLING)]

    def proposal(self, zone_id: str) -> ClockProposal | None:
        """Return what may be accepted for a zone, or None."""
        return next((each for each in self.proposals if each.zone_id == zone_id), None)

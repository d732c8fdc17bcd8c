"""Events and duties of zones that have another number since: they stay with the zone."""

from __future__ import annotations

from datetime import datetime

from pandas import DataFrame

from gridmap.model.events import standing
from gridmap.model.plan import Plan


def standing_in(plan: Plan, events: DataFrame | None, at: datetime | None = None) -> DataFrame:
    """Return the events that hold, those of zones under the numbers that the zones have in a plan.

    An event is never changed, and names its zone by the number of that day.

    Parameters
    ----------
    plan
        The zones.
    events, at
        As for `gridmap.model.events.standing`.

    Raises
    ------
    TableError
        As `gridmap.model.events.standing`.
    """
    held = standing(events, at)
    return held.assign(zone_id=held["zone_id"].replace(plan.renumbered)) if plan.renumbered else held


def served_in(plan: Plan, rows: DataFrame) -> DataFrame:
    """Return duties, those for zones under the numbers that the zones have in a plan.

    Parameters
    ----------
    plan
        The zones.
    rows
        Duties with `target_kind` and `target`, such as those set by hand and those in force.
    """
    if not plan.renumbered:
        return rows
    present = rows["target"].replace(plan.renumbered)
    return rows.assign(target=rows["target"].mask(rows["target_kind"] == "zone", present))

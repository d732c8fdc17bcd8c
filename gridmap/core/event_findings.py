"""What a person should look at in events: they name what is not there, or tell what cannot be."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import pandas as pd
from pandas import DataFrame

from gridmap.core.presence import FINDING_COLUMNS, Presence, presence
from gridmap.core.renumbered import standing_in
from gridmap.model.events import REQUEST, TEST_ROUND
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan

_AHEAD = pd.Timedelta(days=1)
_WHAT = {
    "zone_id": ("unknown_zone", "no zone of the plan has this id"),
    "area_id": ("unknown_area", "no area of the grid has this id"),
    "household_id": ("unknown_household", "no household of the roster has this id"),
    "site_id": ("unknown_site", "no site has this id"),
    "owner": ("unknown_owner", "no official has this id"),
}


def event_findings(
    placement: Placement,
    plan: Plan,
    events: DataFrame | None,
    *,
    at: datetime | None = None,
    sites: Any = None,
    officials: Any = None,
    here: Presence | None = None,
) -> DataFrame:
    """List the events that a person should look at; each stays recorded, and counts where it can.

    Parameters
    ----------
    placement, plan
        The roster, and the zones that there are or were: a zone that was lifted or renumbered since is known.
    events, at
        As for `gridmap.presence`.
    sites, officials
        Those that there are; without them no site and no owner is looked for.
    here
        What `gridmap.presence` told of these events, if it was asked already.

    Returns
    -------
    findings
        `event_id`, `household_id`, `kind`, `detail`: ids that nothing has (``unknown_zone``,
        ``unknown_area``, ``unknown_household``, ``unknown_site``, ``unknown_owner``), tests that name no zone
        (``test_without_zone``), more tested than were due (``more_tested_than_due``), times more than a day
        after the event was recorded (``after_recorded``), and what `gridmap.presence` finds.
    """
    held = standing_in(plan, events, at)
    known: dict[str, Collection[Any]] = {
        "zone_id": {zone.zone_id for zone in plan.registry},
        "area_id": plan.hierarchy.areas.index,
        "household_id": placement.households.index,
    }
    known |= {} if sites is None else {"site_id": sites.index}
    known |= {} if officials is None else {"owner": officials.index}
    parts = [_unknown(held, column, ids) for column, ids in known.items()]
    tests = held[held["kind"] == TEST_ROUND]
    parts.append(_found(tests[tests["zone_id"] == ""], "test_without_zone", "it counts for no zone"))
    more = (tests["tested"] > tests["due"]).fillna(value=False)
    parts.append(_found(tests[more], "more_tested_than_due", "who is missing cannot be told"))
    late = held["at"] > held["recorded_at"] + _AHEAD
    parts.append(_found(held[late], "after_recorded", "it had not happened yet when it was recorded"))
    told = (here or presence(placement, events, at=at, plan=plan)).findings
    parts.append(told[told["kind"] != "unknown_household"])
    return pd.concat(parts, ignore_index=True)


def _unknown(held: DataFrame, column: str, known: Collection[Any]) -> DataFrame:
    named = held[held["kind"] == REQUEST] if column == "owner" else held
    ids = pd.Index(list(known), dtype="str")
    kind, detail = _WHAT[column]
    return _found(named[(named[column] != "") & ~named[column].isin(ids)], kind, detail)


def _found(rows: DataFrame, kind: str, detail: str) -> DataFrame:
    columns = {"event_id": rows.index, "household_id": rows["household_id"].to_numpy()}
    return DataFrame({**columns, "kind": kind, "detail": detail}, dtype="str")[list(FINDING_COLUMNS)]

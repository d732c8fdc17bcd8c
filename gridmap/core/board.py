"""The board of a county: what is done and what is open, by area and zone, over its versions, oldest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame

from gridmap.core.board_counts import MEASURES, BoardCounts
from gridmap.core.board_history import BoardHistory, BoardVersion, board_trend
from gridmap.core.board_open import OpenItems, open_households
from gridmap.core.board_tally import BoardTally
from gridmap.core.requests import OPEN
from gridmap.errors import UnsupportedError
from gridmap.model.clock import Clock
from gridmap.model.duties import Duties
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.protocol import Protocol
from gridmap.model.shown import shows_counts
from gridmap.model.zoning import Document

__all__ = ["MEASURES", "Board", "BoardHistory", "BoardVersion", "board", "grouped_items"]


@shows_counts
@dataclass(frozen=True, eq=False)
class Board:
    """What is done and what is open; whatever nobody has told is missing, never 0.

    Parameters
    ----------
    areas
        By ``area_id``, each before those in it, the row of what lies in no area last, under an empty id:
        `level`, `name`, `parent`, `households` (placed), for each of `MEASURES` `..._done`, `..._due` and
        `..._share`, `vacancies` and `hard_vacancies` (persons missing), and `open_items`. An area has the
        sum of the areas in it and of what is its own, and the areas without a parent sum to `totals`.
    zones
        By ``zone_id``: `tier`, `name`, and the same measures and counts.
    totals
        By measure: `done`, `due`, `share`; of all records, so that they are those of the certificate.
    figures
        `households_in`, `placed`, `exceptions`, `by_tier`, `households_staffed`, `households_unstaffed`,
        `hard_vacancies`, `vacancies`, `requests_open`, `open_items`; None for what is not known.
    open_items
        What is open, the oldest first and what is of unknown age last: `kind`, `since`, `owner` (an official
        or empty), `area_id`, `zone_id`, `household_id`, `target_kind`, `target`, `detail`, `count`
        (persons missing, of
        whom it may not be known how many; else 1).
    trend
        One row for every saved plan and one for now: `save`, `version`, `time`, `author`, `zones`,
        `placed`, `exceptions`, `staffed`, `reached`, `tested` (persons), `requests_open`, `vacancies`,
        `open_items` (without clocks and documents), and `households_` of each tier.
    plan_version
        The version of the plan.
    at
        The moment it is about.
    """

    areas: DataFrame
    zones: DataFrame
    totals: DataFrame
    figures: Mapping[str, Any]
    open_items: DataFrame
    trend: DataFrame
    plan_version: str
    at: datetime

    def to_json(self) -> dict[str, Any]:
        """Return counts as plain data, ready for `json.dumps`; open items are counted by kind and area.

        No household is named: who may know which they are reads `open_items`.
        """
        return {
            "plan_version": self.plan_version,
            "at": self.at.isoformat(),
            "figures": dict(self.figures),
            "totals": _records(self.totals.reset_index()),
            "areas": _records(self.areas.reset_index()),
            "zones": _records(self.zones.reset_index()),
            "open_items": _records(grouped_items(self.open_items)),
            "trend": _records(self.trend),
        }


def board(
    plan: Plan,
    placement: Placement,
    *,
    at: datetime,
    duties: Duties | None = None,
    followups: DataFrame | None = None,
    events: DataFrame | None = None,
    clock: Clock | None = None,
    protocol: Protocol | None = None,
    history: BoardHistory | None = None,
    sites: Any = None,
    document: Document | None = None,
) -> Board:
    """Count what is done and list what is open, by area and zone, and over the versions of a plan.

    A household that could not be placed counts for its village where that is known, else for no area. What is
    about a whole zone, a vacancy or its present test round (in persons), counts for the smallest area that
    holds it. Who was reached is asked of the households under a tier, and only once anything came back.

    Parameters
    ----------
    plan, placement
        What was zoned, and who lives there.
    at
        The moment it is about, with its time zone.
    duties
        Who serves, as `gridmap.assign_duties` gives it.
    followups
        How households were reached so far; None or no rows if nothing came back.
    events
        What happened, in any form that `gridmap.model.events.events_frame` takes: test rounds, requests.
    clock
        The clocks of the zones, whose unknown conditions are open items.
    protocol
        Whose chain is asked for, if the duties do not say.
    history
        The saved plans; see `BoardHistory`.
    sites
        By ``site_id``, with a point each: where vacancies of sites are.
    document
        Until when it is valid; an expired one is an open item.

    Raises
    ------
    UnsupportedError
        If `at` has no time zone.
    """
    if at.tzinfo is None:
        raise UnsupportedError(f"the board is about {at}, which has no time zone; give one")
    past = history or BoardHistory()
    tally = BoardTally(plan, placement, _with_protocol(duties, protocol), followups, events, at)
    counts = BoardCounts(tally, sites=sites)
    items = OpenItems(tally, counts.areas)
    open_households(items, tally, past)
    rows = tally.open_vacancies
    if rows is not None:
        items.add_vacancies(rows, counts.places(rows), past.duties_at)
    items.add_untested(counts.of_zone)
    if tally.requests is not None:
        asked = tally.requests[tally.requests["state"] == OPEN]
        items.add_requests(asked, counts.request_places(asked))
    if clock is not None:
        items.add_clock(clock.conditions, counts.of_zone)
    items.add_expired(document or Document(), at)
    listed = items.frame()
    areas = counts.by_area(listed, items.unplaced_in)
    return Board(
        areas=areas,
        zones=counts.by_zone(listed),
        totals=counts.totals(areas),
        figures=counts.figures(areas, listed),
        open_items=listed,
        trend=board_trend(tally, past),
        plan_version=plan.version,
        at=at,
    )


def grouped_items(items: DataFrame) -> DataFrame:
    """Put open items of one kind, area, zone, owner and reason together, the oldest first.

    Returns
    -------
    groups
        `kind`, `since` (of the oldest), `owner`, `area_id`, `zone_id`, `target_kind`, `target`, `detail`,
        `items` (how many) and `count` (persons missing; else as `items`).
    """
    keys = ["kind", "area_id", "zone_id", "owner", "target_kind", "target", "detail"]
    named = items.assign(items=1, target=items["target"].where(items["household_id"] == "", ""))
    groups = named.groupby(keys, sort=False, as_index=False).agg(
        since=("since", "min"), items=("items", "sum"), count=("count", _known_sum)
    )
    groups = groups.sort_values("since", kind="stable", na_position="last", ignore_index=True)
    columns = ["kind", "since", "owner", "area_id", "zone_id", "target_kind", "target", "detail"]
    return groups[[*columns, "items", "count"]]


def _known_sum(counts: Any) -> Any:
    """Add up; one that is not known makes the sum unknown."""
    return counts.sum(skipna=False)


def _with_protocol(duties: Duties | None, protocol: Protocol | None) -> Duties | None:
    if duties is None or protocol is None or duties.protocol is not None:
        return duties
    return replace(duties, protocol=protocol)


def _records(frame: DataFrame) -> list[dict[str, Any]]:
    """Return rows as plain data; missing is None, a time its ISO text."""
    return [
        {str(name): _json_value(value) for name, value in row.items()} for row in frame.to_dict("records")
    ]


def _json_value(value: Any) -> Any:
    if value is None or value is pd.NA or value is pd.NaT or value != value:  # noqa: PLR0124
        return None
    if isinstance(value, datetime):
        return value.isoformat()
    return value.item() if isinstance(value, np.generic) else value

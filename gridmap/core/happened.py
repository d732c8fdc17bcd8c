"""What happened in every zone, as rows beside it on a map: who is away, its test round, what is open."""

from __future__ import annotations

import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.presence import presence
from gridmap.core.privacy import official_columns
from gridmap.core.renumbered import standing_in
from gridmap.core.requests import request_status
from gridmap.core.rounds import round_status
from gridmap.core.tally import household_zones
from gridmap.core.wording import word
from gridmap.model.placement import Placement
from gridmap.model.scene import Rows
from gridmap.model.zoning import Zoning

_OPEN = "open"


def happened_rows(zoning: Zoning, audience: str, lang: str) -> dict[str, Rows]:
    """Write for every zone what its events tell, up to the as-of time; nothing for the public.

    Parameters
    ----------
    zoning
        With its events; without any, or without a roster, no zone has a row.
    audience, lang
        For whom, and in which language.

    Returns
    -------
    rows
        By zone id: persons who are away, the present test round with how many of those due were tested, and
        open requests; each only where something was recorded. Zones that are held back have none.
    """
    placement, events = zoning.placement, zoning.events
    if placement is None or events is None or not len(events) or not official_columns(audience):
        return {}
    at, plan = zoning.document.as_of, zoning.plan
    away = presence(placement, events, at=at, plan=plan).zones["away"]
    rounds = round_status(placement, plan, events, at=at)
    requests = _open_requests(zoning, placement)
    told: dict[str, Rows] = {}
    for zone in plan.zones.index.difference(list(zoning.held)):
        rows = []
        if away.get(zone, 0):
            rows.append((word("persons_away", lang), f"{away[zone]:,}"))
        if not pd.isna(rounds.at[zone, "round"]):
            rows.append((word("test_round", lang), _round(rounds.loc[zone], lang)))
        if requests.get(zone, 0):
            rows.append((word("open_requests", lang), f"{requests[zone]:,}"))
        if rows:
            told[zone] = tuple(rows)
    return told


def _round(row: Series, lang: str) -> str:
    tested, due = ("?" if pd.isna(row[name]) else f"{row[name]:,}" for name in ("tested", "due"))
    return word("round_tested", lang, number=f"{row['round']}", tested=tested, due=due)


def _open_requests(zoning: Zoning, placement: Placement) -> Series:
    """Count the open requests of every zone: those for it, and those of its households."""
    events = standing_in(zoning.plan, zoning.events, zoning.document.as_of)
    asked: DataFrame = request_status(events, at=zoning.document.as_of)
    asked = asked[asked["state"] == _OPEN]
    homes = asked["household_id"].map(household_zones(zoning.plan, placement))
    zones = asked["zone_id"].where(asked["zone_id"] != "", homes.fillna(""))
    counts: Series = zones[zones != ""].value_counts()
    return counts

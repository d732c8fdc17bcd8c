"""The saved plans behind a board: since when households are under a tier, how far each version had come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.board_tally import BoardTally
from gridmap.core.requests import OPEN
from gridmap.core.tally import occupied_zones
from gridmap.model.duties import Duties
from gridmap.model.plan import NONE, Plan

TREND_COLUMNS = ("save", "version", "time", "author", "zones", "placed", "exceptions", "staffed", "reached")
TREND_COUNTS = ("tested", "requests_open", "vacancies", "open_items")


@dataclass(frozen=True, eq=False)
class BoardVersion:
    """One saved plan.

    Parameters
    ----------
    save, time, author
        Its number, when it was saved, and by whom.
    plan
        The plan.
    duties
        Who would serve under it, if that is known.
    """

    save: int
    time: datetime
    author: str
    plan: Plan
    duties: Duties | None = None


@dataclass(frozen=True, eq=False)
class BoardHistory:
    """What is remembered: the saved plans, and since when roster and duties are what they are.

    Parameters
    ----------
    versions
        The oldest first.
    roster_at
        When the roster was last read in.
    duties_at
        When the duties were put in force.
    """

    versions: tuple[BoardVersion, ...] = ()
    roster_at: datetime | None = None
    duties_at: datetime | None = None


def under_tier_since(tally: BoardTally, history: BoardHistory) -> Series:
    """Tell since which save every placed household has been under a tier without a break; missing if unknown.

    Returns
    -------
    since
        Times in UTC, in the order of `placement.cells`.
    """
    alive = tally.tiered.copy()
    since = np.full(len(alive), np.datetime64("NaT", "us"))
    for version in reversed(history.versions):
        alive &= _tally_of(version, tally).tiered
        since[alive] = pd.Timestamp(version.time).tz_convert("UTC").tz_localize(None).to_datetime64()
    return Series(since).dt.as_unit("us").dt.tz_localize("UTC")


def board_trend(now: BoardTally, history: BoardHistory) -> DataFrame:
    """Count what every saved plan had reached when it was saved, and the plan of now at the end.

    The roster and the protocol are those of now; what came back from the field counts from its own date on.
    """
    tallies = [_tally_of(version, now) for version in history.versions]
    rows = [
        {"save": version.save, "time": version.time, "author": version.author, **counts_of(tally)}
        for version, tally in zip(history.versions, tallies, strict=True)
    ]
    rows.append({"save": pd.NA, "time": now.at, "author": "", **counts_of(now)})
    tiers = list(dict.fromkeys(name for row in rows for name in row if name.startswith("households_")))
    frame = DataFrame(rows, columns=[*TREND_COLUMNS, *TREND_COUNTS, *tiers])
    frame["time"] = pd.to_datetime(frame["time"], utc=True).dt.as_unit("us")
    texts, times = ["version", "author"], ["time"]
    counts = {name: "Int64" for name in frame if name not in [*texts, *times]}
    return frame.astype({**counts, **dict.fromkeys(texts, "str")})


def counts_of(tally: BoardTally) -> dict[str, object]:
    """Count what is done and open under one plan; what is not known is missing, and so is a sum with it."""
    plan, placement = tally.plan, tally.placement
    left = [len(placement.exceptions)]
    counts: dict[str, object] = {
        "version": plan.version,
        "zones": len(occupied_zones(plan, placement)),
        "placed": len(placement.cells),
        "exceptions": len(placement.exceptions),
    }
    if tally.staffed is not None:
        counts["staffed"] = int(tally.staffed.sum())
        left.append(int((~tally.staffed).sum()))
    if tally.reached is not None:
        counts["reached"] = int((tally.reached & tally.tiered).sum())
        left.append(int((~tally.reached & tally.tiered).sum()))
    if tally.rounds is not None and tally.untested is not None:
        tested = tally.rounds["tested"]
        counts["tested"] = int(tested.sum()) if tested.notna().all() else pd.NA
        left.append(len(tally.untested))
    if tally.requests is not None:
        counts["requests_open"] = int((tally.requests["state"] == OPEN).sum())
        left.append(int((tally.requests["state"] == OPEN).sum()))
    if tally.vacancies is not None and tally.open_vacancies is not None:
        counts["vacancies"] = int(tally.vacancies["missing"].sum())
        left.append(len(tally.open_vacancies))
    counts["open_items"] = sum(left)
    for tier in (*plan.tier_order, NONE):
        counts[f"households_{tier}"] = int((tally.tiers == tier).sum())
    return counts


def _tally_of(version: BoardVersion, now: BoardTally) -> BoardTally:
    return BoardTally(version.plan, now.placement, version.duties, now.followups, now.events, version.time)

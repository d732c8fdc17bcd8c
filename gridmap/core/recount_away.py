"""Count again who is away: from the events as they stand there, by code that shares nothing with presence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas import DataFrame

from gridmap.core.recount import Counts, Recount, first_places, text
from gridmap.model.certificate import EVENTS, Difference
from gridmap.model.events import EVENT_KINDS

_NAMED = 5
_SIGNS = {"transfer": 1, "return": -1}


class Away(NamedTuple):
    """Who is away, as the events add up.

    Parameters
    ----------
    counts
        `persons_away` and `persons_present`, together the residents of the roster.
    differences
        The households of which this cannot be, or of which something else is said.
    """

    counts: Mapping[str, int]
    differences: tuple[Difference, ...]


def recount_away(
    recount: Recount, events: DataFrame, claimed: Mapping[str, int], *, at: datetime | None
) -> Away:
    """Add up transfers and returns of every household, and compare what was claimed.

    Parameters
    ----------
    recount
        The roster.
    events
        All events, as of `gridmap.model.events.events_frame`.
    claimed
        How many persons of each household are said to be away.
    at
        The time, with its zone; after all events, if None.
    """
    moves = _moves(events, at)
    named = text(moves["household_id"].astype("str"))
    places = first_places(named, recount.roster)
    known = places >= 0
    sums: Counts = np.zeros(len(recount.roster), dtype=np.int64)
    persons = moves["persons"].to_numpy(dtype=np.int64) * moves["kind"].map(_SIGNS).to_numpy(dtype=np.int64)
    np.add.at(sums, places[known], persons[known])
    told = _told_by(moves)
    differences = (
        *_strangers(moves.assign(persons=persons)[~known], told),
        *_differences(recount, sums, _said(recount, claimed), told),
    )
    away = int(sums.sum())
    counts = {"persons_away": away, "persons_present": int(recount.residents_of_rows.sum()) - away}
    return Away(counts, differences)


def _told_by(moves: DataFrame) -> dict[str, str]:
    """Name the events of each household, for a person to find them; the last few where there are many."""
    ids = moves.groupby("household_id", sort=False).groups
    return {str(household): ", ".join(map(str, events[-_NAMED:])) for household, events in ids.items()}


def _strangers(moves: DataFrame, told: Mapping[str, str]) -> Iterator[Difference]:
    """Tell who is away and in no roster; who came home before they left the roster is nobody's guest."""
    sums = moves.groupby("household_id", sort=False)["persons"].sum()
    for household, away in sums[sums != 0].items():
        detail = f"the events add up to {away} persons away, who are in no roster (events {told[household]})"
        yield Difference(str(household), "invented", EVENTS, detail)


def _said(recount: Recount, claimed: Mapping[str, int]) -> Counts:
    """Return what is claimed of each row of the roster."""
    said: Counts = np.zeros(len(recount.roster) + 1, dtype=np.int64)
    places = first_places(pa.array(list(claimed), pa.large_string()), recount.roster)
    said[places] = np.array(list(claimed.values()), dtype=np.int64)
    return said[:-1]


def _differences(
    recount: Recount, sums: Counts, said: Counts, told: Mapping[str, str]
) -> Iterator[Difference]:
    residents = recount.residents_of_rows
    for place in np.flatnonzero((sums < 0) | (sums > residents) | (sums != said)):
        household, away, live = str(recount.roster[int(place)]), int(sums[place]), int(residents[place])
        if 0 <= away <= live:
            detail = f"{int(said[place])} persons are said to be away, the events add up to {away}"
        else:
            detail = f"the events add up to {away} persons away, {live} live there"
        named = f" (events {told[household]})" if household in told else ""
        yield Difference(household, "away", EVENTS, detail + named)


def _moves(events: DataFrame, at: datetime | None) -> DataFrame:
    """Return the transfers and returns that hold at a time."""
    told = events[events["kind"].isin(list(EVENT_KINDS)) & events["at"].notna()]
    first = told[~pd.Index(told.index).duplicated()]
    seen = first if at is None else first[first["at"] <= pd.Timestamp(at)]
    moves = seen["kind"].isin(list(_SIGNS)) & seen["persons"].notna() & ~seen.index.isin(_withdrawn(seen))
    return seen[moves]


def _withdrawn(seen: DataFrame) -> list[str]:
    """Return what is taken back for sure: by withdrawals that none takes back that could be taken back.

    From below and from above in turn, until nothing changes; those that take each other back take nothing.
    """
    rows = seen[seen["kind"] == "withdrawn"]
    ids, of = np.asarray(rows.index, dtype=object), rows["of"].to_numpy(dtype=object)
    sure = np.zeros(len(ids), dtype=bool)
    while True:
        possible = ~np.isin(ids, of[sure])
        surer = ~np.isin(ids, of[possible])
        if (surer == sure).all():
            return [str(each) for each in of[sure]]
        sure = surer

"""Transfers and returns that cannot be, told before they are recorded: nobody can be away twice."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.presence import IMPOSSIBLE, move_findings, moves_of
from gridmap.errors import Fault
from gridmap.model.events import TRANSFER, standing

_CURES = {
    "unknown_household": "correct its household_id, or renew the roster first; then read the sheet again",
    "return_without_transfer": "correct it, or record the transfer too; then read the sheet again",
    "more_than_live_there": (
        "correct it; if more live there, renew the roster first, or withdraw the transfer that is wrong; "
        "then read the sheet again"
    ),
}


def impossible_moves(known: DataFrame, given: DataFrame, residents: Series) -> dict[int, Fault]:
    """Tell which new transfers and returns cannot be, with those that are known and among each other.

    All new ones are looked at together, so their order in a sheet does not matter; withdrawals count,
    wherever they stand. Where not all can be, those that come first in time are let in. What is known is
    never told of.

    Parameters
    ----------
    known, given
        As of `gridmap.model.events.events_frame`; ids of `given` that are known already are not looked at.
    residents
        How many live in each household of the roster, by ``household_id``; missing where it is not known.

    Returns
    -------
    faults
        Why, by the place in `given`; `where` is the id of the event.

    Examples
    --------
    >>> at = pd.Timestamp("2022-03-05T18:00+08:00")
    >>> row = {"kind": "transfer", "at": at, "household_id": "h1", "persons": 3}
    >>> from gridmap.model.events import events_frame
    >>> found = impossible_moves(events_frame(None), events_frame(DataFrame([row])), Series({"h1": 2}))
    >>> found[0].kind, found[0].what
    ('more_than_live_there', 'household h1: 0 + 3 persons away, 2 live there')
    """
    places = {event_id: place for place, event_id in reversed(list(enumerate(given.index)))}
    fresh = given[~given.index.isin(known.index) & ~given.index.duplicated()]
    if not len(moves_of(fresh)):
        return {}
    held = moves_of(standing(pd.concat([known, fresh])))
    concerned = held[held["household_id"].isin(fresh["household_id"])]
    wrong = {row[1] for row in move_findings(concerned, residents)}
    of_wrong = concerned[concerned["household_id"].isin(wrong)]
    new = set(fresh.index)
    return {
        places[event_id]: fault
        for _, moves in of_wrong.groupby("household_id", sort=False)
        for event_id, fault in _refused(moves, new, residents)
    }


def _refused(moves: DataFrame, fresh: set[str], residents: Series) -> Iterator[tuple[str, Fault]]:
    """Let the new ones of a household in, one by one in order of time, as long as nothing more is wrong."""
    kept = ~moves.index.isin(list(fresh))
    wrong = {row[0] for row in move_findings(moves[kept], residents)}
    for place in (~kept).nonzero()[0]:
        kept[place] = True
        event_id = str(moves.index[place])
        more = [row for row in move_findings(moves[kept], residents) if row[0] not in wrong]
        if more:
            kept[place] = False
            other, household, kind, detail = next((row for row in more if row[0] == event_id), more[0])
            said = detail if other == event_id else f"with it event {other} could not be: {detail}"
            yield event_id, Fault(kind, event_id, f"household {household}: {said}", _CURES[kind])


def newly_impossible(events: DataFrame | None, before: Series, after: Series) -> list[str]:
    """Return the ids of transfers and returns that a renewed roster makes impossible.

    Who came home before they left the roster is no such thing.

    Parameters
    ----------
    events
        What happened, in any form that `gridmap.model.events.events_frame` takes.
    before, after
        Residents by ``household_id`` of the known and of the renewed roster.
    """
    moves = moves_of(standing(events))
    persons = moves["persons"].where(moves["kind"] == TRANSFER, -moves["persons"])
    away = persons.groupby(moves["household_id"]).sum()
    wrong = [
        {
            event
            for event, household, kind, _ in move_findings(moves, each)
            if kind in IMPOSSIBLE or away[household]
        }
        for each in (before, after)
    ]
    return sorted(wrong[1] - wrong[0])


def counted_residents(households: DataFrame) -> Series:
    """Return the residents by household, missing where not known; of rows with one id the first counts."""
    roster = households[~households.index.duplicated()]
    if "residents" not in roster:
        return Series(pd.NA, index=roster.index, dtype="Int64")
    counts: Series = pd.to_numeric(roster["residents"], errors="coerce")
    return counts.where((counts >= 0) & (counts % 1 == 0))

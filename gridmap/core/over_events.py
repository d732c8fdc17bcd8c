"""Events of what is over: which ones go, and which words of the others."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

import pandas as pd
from pandas import DataFrame

from gridmap.core.over import Gone
from gridmap.model.events import RETURN, TRANSFER, standing

_WORDS = ("area_id", "building", "site_id", "owner", "note", "author")


class EventsOver(NamedTuple):
    """What of the events is over.

    Parameters
    ----------
    removed
        The ids of those that go.
    emptied
        Pairs of the ids of others and a column of theirs that must not be told any more.
    """

    removed: frozenset[str]
    emptied: frozenset[tuple[str, str]]


def events_over(
    events: DataFrame,
    *,
    households: Collection[str],
    known: Collection[str],
    zones: Collection[str],
    gone: Gone,
    before: datetime,
) -> EventsOver:
    """Tell which events are over.

    Those of a household that is over go, with what withdraws or closes them; its transfers stay while
    somebody of it is still away, so that present and away still add up. Of others that lie before the date,
    the note goes where it is about no household and no zone that stays; and every word that tells of who is
    over.

    Parameters
    ----------
    events
        As of `gridmap.model.events.events_frame`.
    households
        Those that are over.
    known
        All of the roster.
    zones
        Those that stay.
    gone
        What must not be told.
    before
        The date.
    """
    old = (events["at"] < pd.Timestamp(before)).to_numpy()
    named = events["household_id"]
    over = named.isin(list(households)) | ((named != "") & ~named.isin(list(known)) & old)
    away = _still_away(events)
    stays = over & events["kind"].isin([TRANSFER, RETURN]) & named.isin(away)
    removed = set(events.index[over & ~stays])
    while following := set(events.index[events["of"].isin(removed)]) - removed:
        removed |= following
    left = events[~events.index.isin(removed)]
    alone = (left["household_id"] == "") | left["household_id"].isin(list(households))
    kept_zone = left["zone_id"].isin(list(zones))
    wordless = (left["at"] < pd.Timestamp(before)) & alone & ~kept_zone & (left["note"] != "")
    emptied = {(str(event_id), "note") for event_id in left.index[wordless]}
    for column in _WORDS:
        told = left[column].map(gone.stands_in)
        emptied |= {(str(event_id), column) for event_id in left.index[told.astype(bool)]}
    return EventsOver(frozenset(map(str, removed)), frozenset(emptied))


def _still_away(events: DataFrame) -> list[str]:
    """Return the households of which more persons were transferred than came home."""
    held = standing(events)
    moves = held[held["kind"].isin([TRANSFER, RETURN])]
    persons = moves["persons"].where(moves["kind"] == TRANSFER, -moves["persons"]).fillna(0)
    sums = persons.groupby(moves["household_id"]).sum()
    return [str(household) for household in sums.index[sums > 0]]

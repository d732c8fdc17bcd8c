"""The events of a workspace: recorded once, by somebody, and never changed afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import Any, NamedTuple

import pandas as pd
from pandas import DataFrame

from gridmap.core.impossible_moves import counted_residents, impossible_moves
from gridmap.core.presence import moves_of
from gridmap.errors import Fault
from gridmap.model.event_checks import unfit
from gridmap.model.event_news import news_of
from gridmap.model.events import REQUEST, REQUEST_CLOSED, WITHDRAWN, events_frame
from gridmap.store import event_log
from gridmap.store.stored_duties import StoredDuties

_DAY = pd.Timedelta(days=1)
_NAMING = (REQUEST_CLOSED, WITHDRAWN)


class Recorded(NamedTuple):
    """What became of events that were to be recorded: each is one of these.

    Parameters
    ----------
    added
        How many were recorded now.
    repeated
        How many were known already.
    exceptions
        Those that were kept aside, each with its id and the reason.
    """

    added: int
    repeated: int
    exceptions: tuple[Fault, ...]


class StoredEvents(StoredDuties):
    """Tables, duties and events; see `StoredTables` for the parameters."""

    @property
    def events(self) -> DataFrame:
        """All events in the order in which they were recorded, also those that were withdrawn.

        See `gridmap.model.events.events_frame` for the columns; `gridmap.model.events.standing` leaves
        out what does not hold.
        """
        with self._reading() as connection:
            return event_log.read(connection)

    def record(self, events: DataFrame, *, author: str) -> Recorded:
        """Add events; an event that is known is added once only, and none is ever changed or removed.

        An event that lacks its time or a value that its kind needs, that withdraws or closes what is not
        there, closes what was no request then, or whose id stands for another event, is kept aside. So is a
        transfer or return that cannot be: of a household that the roster lacks, of more persons than live
        there, or home without having been away. A known request with another owner is handed over to them.

        Parameters
        ----------
        events
            As `gridmap.read_events` gives them, or any frame of these columns.
        author
            Who records them; events that name an author of their own keep that one.

        Returns
        -------
        recorded
            How many were `added` and `repeated`, and the `exceptions`.

        Raises
        ------
        TableError
            If a time has no time zone, or a count is no whole number.
        WorkspaceError
            If the file cannot be written; nothing is changed.
        """
        given = events_frame(events)
        given["author"] = given["author"].where(given["author"] != "", author.strip())
        with self._writing() as connection:
            known = event_log.read(connection)
            exceptions = _exceptions(known, given)
            exceptions |= self._impossible(connection, known, given, exceptions)
            sound = given.iloc[[place for place in range(len(given)) if place not in exceptions]]
            news = news_of(known, sound)
            event_log.add(connection, news.added)
        clashing = [_clash(str(sound.index[place])) for place in news.clashing]
        return Recorded(len(news.added), news.repeated, (*exceptions.values(), *clashing))

    def _impossible(
        self, connection: sqlite3.Connection, known: DataFrame, given: DataFrame, aside: Collection[int]
    ) -> dict[int, Fault]:
        """Tell which transfers and returns cannot be; a workspace without a roster knows of none."""
        places = [place for place in range(len(given)) if place not in aside]
        sound = given.iloc[places]
        if not len(moves_of(sound)):
            return {}
        stored = self._stored(connection, "households")
        if stored is None or not len(stored[1]):
            return {}
        found = impossible_moves(known, sound, counted_residents(stored[1]))
        return {places[place]: fault for place, fault in found.items()}


def _exceptions(known: DataFrame, given: DataFrame) -> dict[int, Fault]:
    """Give the reason for each event that cannot be recorded, by its place."""
    found: dict[int, Fault] = dict(unfit(given))
    there = _kinds_and_times(given) | _kinds_and_times(known)
    rows = zip(given.index, given["kind"], given["of"], given["author"], given["at"], strict=True)
    for place, (event_id, kind, of, author, at) in enumerate(rows):
        fault = None
        if not author:
            fault = Fault("no_author", event_id, "an event without an author", "give the author")
        elif kind in _NAMING and of not in there:
            what, cure = f"an event {kind} of {of!r}, which is not there", "correct the id that it names"
            fault = Fault("unknown_event", event_id, what, cure)
        elif kind == REQUEST_CLOSED:
            fault = _closing_fault(event_id, of, at, there[of])
        if fault is not None:
            found.setdefault(place, fault)
    return dict(sorted(found.items()))


def _kinds_and_times(events: DataFrame) -> dict[str, tuple[str, Any]]:
    first = events[~events.index.duplicated()]
    return dict(zip(first.index, zip(first["kind"], first["at"], strict=True), strict=True))


def _closing_fault(event_id: str, of: str, at: Any, closed: tuple[str, Any]) -> Fault | None:
    """Tell why a request cannot be closed: it is none, or was made a day later; a date may lack its hour."""
    kind, asked = closed
    if kind != REQUEST:
        return Fault("no_request", event_id, f"it closes {of!r}, which is no request", "correct the id")
    if at < asked - _DAY:
        return Fault("closed_before", event_id, f"it closes {of!r} before that was asked", "correct the time")
    return None


def _clash(event_id: str) -> Fault:
    cure = "record it under another id; to correct an event, withdraw it first"
    return Fault("changed_event", event_id, "this id stands for an event that says something else", cure)

"""What events say of every zone: when it was closed, tested and lifted; what nothing says is not known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame

from gridmap.core.clock.local_days import NAT, LocalDays, Times, latest
from gridmap.core.clock.zone_ground import NOWHERE, ZoneGround
from gridmap.core.notes import Notes
from gridmap.model.events import (
    CLOSURE,
    CONTACTS_TESTED,
    EXPOSURE,
    LIFTED,
    NEGATIVE,
    POSITIVE,
    TEST_ROUND,
)

Rows = NDArray[np.intp]
KINDS = (CLOSURE, LIFTED, EXPOSURE, CONTACTS_TESTED, TEST_ROUND)
# How a test came out for everybody who was due.
ALL_NEGATIVE, UNTESTED, POSITIVE_FOUND, NOT_KNOWN = range(4)


@dataclass(frozen=True, eq=False)
class Tests:
    """The tests of zones, ordered by zone and time.

    Parameters
    ----------
    row, at
        The zone, and when.
    outcome
        One of `ALL_NEGATIVE`, `UNTESTED`, `POSITIVE_FOUND`, `NOT_KNOWN`.
    left
        How many were not tested; -1 if not known.
    none_due
        Whether nobody is there to be tested.
    """

    row: Rows
    at: Times
    outcome: NDArray[np.int8]
    left: NDArray[np.int64]
    none_due: NDArray[np.bool_]

    def last(self, size: int) -> Rows:
        """Return the position of the last test of each of `size` zones; -1 for none."""
        places = np.full(size, -1, dtype=np.intp)
        places[self.row] = np.arange(len(self.row))
        return places

    def first_negative(self, rows: Rows, since: Times) -> Times:
        """Return when first everyone was negative, in each of `rows` not before `since`; NaT for never."""
        good = self.outcome == ALL_NEGATIVE
        key, at = _key(self.row[good], self.at[good]), self.at[good]
        asked = np.where(np.isnat(since), np.datetime64("9999-01-01", "us"), since.astype("M8[us]"))
        # a part of a second counts up, so that a test just before the time is not taken
        up = np.asarray(asked + np.timedelta64(999_999, "us"), dtype="M8[us]")
        place = np.searchsorted(key, _key(rows, up))
        found = np.append(at, NAT)[np.minimum(place, len(at))]
        owner = np.append(self.row[good], -1)[np.minimum(place, len(at))]
        return np.where(owner == rows, found, NAT)


@dataclass(frozen=True, eq=False)
class Facts:
    """What events say, one value for every zone.

    Parameters
    ----------
    closed, lifted, exposed
        When each was last closed and lifted, and a contact of it last exposed, as wall times.
    follows
        The event that its closure follows, such as the lifting of the zone it was before; empty for none.
    rounds, contacts
        The tests of everybody, and of the contacts.
    positive_row, positive_at, positives, positive_id
        Test rounds that found positives: of which zone, when, how many, and the event.
    """

    closed: Times
    lifted: Times
    exposed: Times
    follows: NDArray[np.object_]
    rounds: Tests
    contacts: Tests
    positive_row: Rows
    positive_at: Times
    positives: NDArray[np.int64]
    positive_id: NDArray[np.object_]


def facts_of(ground: ZoneGround, events: DataFrame, days: LocalDays, notes: Notes) -> Facts:
    """Read the facts from events.

    An event of an area counts for the zones that lie wholly in it; an exposure, or a test that found
    positives, for all that meet it. What was tested in one building or household is no test of the zone.

    Parameters
    ----------
    ground
        The zones.
    events
        Those that stand, in order of time.
    days
        The zone of their wall times.
    notes
        Takes the events of zones that the plan does not have.
    """
    events = events[events["kind"].isin(KINDS)]
    row, event, whole = _spoken(ground, events, notes)
    said = events.iloc[event]
    at, kind = days.wall(said["at"]), said["kind"].to_numpy(dtype=object)
    size = len(ground.ids)
    follows = np.full(size, "", dtype=object)
    closing = whole & (kind == CLOSURE)
    follows[row[closing]] = said["of"].to_numpy(dtype=object)[closing]
    found = (kind == TEST_ROUND) & _found_positives(said)
    return Facts(
        closed=_latest(size, row, at, closing),
        lifted=_latest(size, row, at, whole & (kind == LIFTED)),
        exposed=_latest(size, row, at, kind == EXPOSURE),
        follows=follows,
        rounds=_tests(row, at, said, whole & (kind == TEST_ROUND)),
        contacts=_tests(row, at, said, whole & (kind == CONTACTS_TESTED)),
        positive_row=row[found],
        positive_at=at[found],
        positives=_numbers(said["positive"], 1)[found],
        positive_id=np.asarray(said.index, dtype=object)[found],
    )


def _spoken(ground: ZoneGround, events: DataFrame, notes: Notes) -> tuple[Rows, Rows, NDArray[np.bool_]]:
    """Return pairs of a zone and an event about it, and whether the event is about the whole of the zone."""
    by_id = ground.ids.get_indexer(events["zone_id"])
    named = (events["zone_id"] != "").to_numpy()
    partly = ((events["building"] != "") | (events["household_id"] != "")).to_numpy()
    registered = {zone.zone_id for zone in ground.plan.registry}
    for event, zone in events.loc[named & (by_id == NOWHERE), "zone_id"].items():
        if zone not in registered:
            notes.add("events of zones that the plan does not have", str(event))
    places = np.flatnonzero(named & (by_id != NOWHERE))
    rows, found, whole = [by_id[places]], [places], [~partly[places] | _is_all(ground, events, places, by_id)]
    for place in np.flatnonzero(~named & (events["area_id"] != "").to_numpy()).tolist():
        area = events["area_id"].iat[place]
        if area not in ground.plan.hierarchy.areas.index:
            notes.add("events of areas that the grid does not have", str(events.index[place]))
            continue
        held, met = ground.inside(area), np.flatnonzero(ground.meeting(area))
        rows.append(met)
        found.append(np.full(len(met), place))
        whole.append(held[met] & ~partly[place])
    row, event = (np.concatenate(each).astype(np.intp) for each in (rows, found))
    order = np.argsort(event, kind="stable")
    return row[order], event[order], np.concatenate(whole).astype(bool)[order]


def _is_all(ground: ZoneGround, events: DataFrame, places: Rows, by_id: Rows) -> NDArray[np.bool_]:
    """Tell of which events the building is all that their zone is."""
    buildings = events["building"].to_numpy(dtype=object)
    answer = np.zeros(len(places), dtype=bool)
    for at, place in enumerate(places.tolist()):
        if buildings[place] and not ground.has_cells[by_id[place]]:
            carves = ground.carves.get(int(by_id[place]), [])
            answer[at] = [carve.addresses for carve in carves] == [(buildings[place],)]
    return answer


def _latest(size: int, row: Rows, at: Times, chosen: NDArray[np.bool_]) -> Times:
    return latest(size, row[chosen], at[chosen])


def _found_positives(events: DataFrame) -> NDArray[np.bool_]:
    found = (_numbers(events["positive"], 0) > 0) | (events["result"] == POSITIVE).to_numpy()
    return np.asarray(found, dtype=bool)


def _numbers(column: pd.Series, missing: int) -> NDArray[np.int64]:
    return np.asarray(column.fillna(missing).to_numpy(dtype=np.int64))


def _tests(row: Rows, at: Times, events: DataFrame, chosen: NDArray[np.bool_]) -> Tests:
    events, row, at = events[chosen], row[chosen], at[chosen]
    due, tested, positive = (_numbers(events[name], -1) for name in ("due", "tested", "positive"))
    positive = np.where((positive < 0) & (events["result"] == NEGATIVE).to_numpy(), 0, positive)
    found = _found_positives(events)
    counted = (due >= 0) & (tested >= 0)
    left = np.where(counted, np.maximum(due - tested, 0), -1)
    outcome = np.full(len(events), NOT_KNOWN, dtype=np.int8)
    outcome[counted & (left > 0)] = UNTESTED
    outcome[counted & (left == 0) & (positive == 0)] = ALL_NEGATIVE
    outcome[found] = POSITIVE_FOUND
    order = np.argsort(_key(row, at), kind="stable")
    none_due = (due == 0) & ~found & (positive <= 0)
    return Tests(row[order], at[order], outcome[order], left[order], none_due[order])


def _key(row: Rows, at: Times) -> NDArray[np.int64]:
    """Return one number for a zone and a second, in the order of both."""
    seconds = at.astype("M8[s]").astype(np.int64)
    return np.asarray((row.astype(np.int64) << 38) + seconds)

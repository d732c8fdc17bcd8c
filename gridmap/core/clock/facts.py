"""What events say of every zone: when it was closed, tested and lifted; what nothing says is not known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame, Series

from gridmap.core.clock.local_days import NAT, LocalDays, Times, latest
from gridmap.core.clock.tests_made import Rows, Tests, tests_of
from gridmap.core.clock.zone_ground import NOWHERE, ZoneGround
from gridmap.core.notes import Notes
from gridmap.core.presence import presence
from gridmap.model.events import (
    CLOSURE,
    CONTACTS_TESTED,
    EXPOSURE,
    LIFTED,
    TEST_ROUND,
)

KINDS = (CLOSURE, LIFTED, EXPOSURE, CONTACTS_TESTED, TEST_ROUND)


@dataclass(frozen=True, eq=False)
class Facts:
    """What events say, one value for every zone.

    Parameters
    ----------
    closed, lifted, exposed
        When each was last closed and lifted, and a contact of it last exposed, as wall times. A zone that was
        made when another one was lifted, and never closed itself, begins with that.
    rounds, contacts
        The tests of everybody, and of the contacts.
    """

    closed: Times
    lifted: Times
    exposed: Times
    rounds: Tests
    contacts: Tests


def facts_of(ground: ZoneGround, events: DataFrame, days: LocalDays, notes: Notes) -> Facts:
    """Read the facts from events.

    An event of an area counts for the zones that lie wholly in it; an exposure, or a test that found
    positives, for all that meet it. What was tested in parts of a zone is a test of all of it only if as many
    were due as persons are present, which a placement tells. Of a zone that was merged into another one the
    closure, exposures and positives count for that.

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
    told = events[events["kind"].isin(KINDS)]
    row, event, whole = _spoken(ground, told, notes)
    said = told.iloc[event]
    at, kind = days.wall(said["at"]), said["kind"].to_numpy(dtype=object)
    named = (said["zone_id"] != "").to_numpy()
    other = ~named | said["zone_id"].isin(list(ground.merged)).to_numpy()
    flags = {"partly": ~whole & ~other, "beyond": ~whole & other}
    rows = said.assign(row=row, wall=at, event=said.index.to_list(), **flags)
    closed, lifted, exposed = (
        latest(len(ground.ids), row[chosen], at[chosen])
        for chosen in (whole & (kind == CLOSURE), whole & (kind == LIFTED), kind == EXPOSURE)
    )
    before = _lifted_before(ground, told, days)
    return Facts(
        closed=np.where(np.isnat(closed), before, closed),
        lifted=lifted,
        exposed=exposed,
        rounds=tests_of(rows[kind == TEST_ROUND], cache(partial(present_in, ground, events))),
        contacts=tests_of(rows[kind == CONTACTS_TESTED], lambda: None),
    )


def _lifted_before(ground: ZoneGround, told: DataFrame, days: LocalDays) -> Times:
    """Return when the zone was lifted for which each was made; NaT if it was made for none."""
    when = np.full(len(ground.ids), NAT)
    orders = told[(told["kind"] == LIFTED) & (told["building"] == "") & (told["household_id"] == "")]
    last = dict(zip(orders["zone_id"], days.wall(orders["at"]), strict=True))
    for row, place in ground.before.items():
        when[row] = last.get(ground.plan.registry[place].zone_id, NAT)
    return when


def present_in(ground: ZoneGround, events: DataFrame) -> Series | None:
    """Return the persons present by the row of each zone, if a placement tells them."""
    if ground.placement is None:
        return None
    here = presence(ground.placement, events, plan=ground.plan).zones["present"]
    return here.reindex(ground.ids).set_axis(range(len(ground.ids)))


def _spoken(ground: ZoneGround, events: DataFrame, notes: Notes) -> tuple[Rows, Rows, NDArray[np.bool_]]:
    """Return pairs of a zone and an event about it, and whether the event is about the whole of the zone."""
    by_id = ground.ids.get_indexer(events["zone_id"])
    named = (events["zone_id"] != "").to_numpy()
    tests = events["kind"].isin((TEST_ROUND, CONTACTS_TESTED)).to_numpy()
    homes = (events[["building", "household_id"]] != "").any(axis=1).to_numpy()
    partly = homes | (tests & (events["site_id"] != "").to_numpy())
    smaller = partly | (tests & named & (events["area_id"] != "").to_numpy())
    registered = {zone.zone_id for zone in ground.plan.registry}
    for event, zone in events.loc[named & (by_id == NOWHERE), "zone_id"].items():
        if zone not in registered:
            notes.add("events of zones that the plan does not have", str(event))
    of_merged = events["zone_id"].map(ground.merged).fillna(NOWHERE).to_numpy(dtype=np.intp)
    joined = np.flatnonzero(of_merged != NOWHERE)
    places = np.flatnonzero(named & (by_id != NOWHERE))
    rows, found = [by_id[places], of_merged[joined]], [places, joined]
    closing = (events["kind"] == CLOSURE).to_numpy()[joined] & ~smaller[joined]
    whole = [~smaller[places] | _is_all(ground, events, places, by_id), closing]
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

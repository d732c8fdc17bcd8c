"""A made-up outbreak among a made-up roster: who falls ill on which day, and what happens in the zones."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame

from gridmap.errors import Fault, TableError
from gridmap.model.address import split_addresses
from gridmap.model.events import (
    CLOSURE,
    CONTACTS_TESTED,
    EXPOSURE,
    NEGATIVE,
    TEST_ROUND,
    TRANSFER,
    events_frame,
)

# The share of all cases that are confirmed on each day: most at the end of the first week, then none.
_CURVE = (0.10, 0.10, 0.14, 0.14, 0.12, 0.10, 0.08, 0.06, 0.05, 0.04, 0.03, 0.02, 0.02)
_NEAR = 0.4  # the share of cases in a compound that had one before
_ONSET_DAYS, _SAMPLED_DAYS = 2, 1
_AUTHOR = "虚构"
_OFFSET = "+08:00"
_LATE = 0.05  # the share of test rounds that somebody missed
_CONTACTS = 3  # of every zone


def make_outbreak(households: DataFrame, *, first: date, cases: int, seed: int) -> DataFrame:
    """Make the cases of an outbreak, each at the address of a household with coordinates.

    Parameters
    ----------
    households
        A made-up roster by `household_id`: `address`, `lon`, `lat`.
    first
        The day of the first case; the last is confirmed 12 days later at the latest.
    cases
        How many.
    seed
        The same roster, size and seed give the same outbreak.

    Returns
    -------
    cases
        A table of cases by `case_id`, in the order of `confirmed_on`: `address`, `lon`, `lat`,
        `confirmed_on`, `onset_on`, `sampled_on`, `isolated_on`. Two of five live in a compound that had a
        case before.

    Raises
    ------
    TableError
        If fewer households have an address and coordinates than there shall be cases.
    """
    homes = households.reset_index()
    there = homes[homes["lon"].notna() & homes["lat"].notna() & (homes["address"].fillna("") != "")]
    if len(there) < cases:
        found = f"{len(there):,} of {len(homes):,} households have an address and coordinates"
        raise TableError("the outbreak", [Fault("size", "households", found, f"make {cases:,} or more")])
    rng = np.random.default_rng([seed, 9])
    chosen = there.iloc[_homes(split_addresses(there["address"])["compound"].to_numpy(), cases, rng)]
    after = np.sort(rng.choice(len(_CURVE), size=cases, p=np.array(_CURVE) / sum(_CURVE)))
    after -= after[0]  # somebody is the first
    confirmed = [first + timedelta(days=int(days)) for days in after]
    columns = {
        "address": chosen["address"].to_numpy(),
        "lon": chosen["lon"].to_numpy(),
        "lat": chosen["lat"].to_numpy(),
        "confirmed_on": [day.isoformat() for day in confirmed],
        "onset_on": [(day - timedelta(days=_ONSET_DAYS)).isoformat() for day in confirmed],
        "sampled_on": [(day - timedelta(days=_SAMPLED_DAYS)).isoformat() for day in confirmed],
        "isolated_on": [day.isoformat() for day in confirmed],
    }
    return pd.DataFrame(
        columns, index=pd.Index([f"case-{at:03}" for at in range(1, cases + 1)], name="case_id")
    )


def _homes(compound: np.ndarray, cases: int, rng: np.random.Generator) -> list[int]:
    """Choose households, none twice; some near one that was chosen before."""
    chosen: list[int] = []
    free = rng.permutation(len(compound)).tolist()
    for _ in range(cases):
        near = {compound[home] for home in chosen} if chosen and rng.random() < _NEAR else set()
        home = next((home for home in free if compound[home] in near), free[0])
        free.remove(home)
        chosen.append(home)
    return chosen


def make_events(
    zones: DataFrame, known: DataFrame | None, *, day: date, positives: DataFrame | None = None, seed: int
) -> DataFrame:
    """Make what happens on one day: zones are closed, contacts and everybody tested, the ill brought away.

    Parameters
    ----------
    zones
        The zones that are closed that day, by `zone_id`: `residents`.
    known
        The events of the days before.
    day
        The day, at UTC+8.
    positives
        Who was found ill that day, by `case_id`: `zone_id`, `household_id`, `site_id` (where the person is
        brought).
    seed
        The same days and seed give the same events.

    Returns
    -------
    events
        Of that day, in the form of `gridmap.model.events.events_frame`. One test round in twenty misses
        somebody; its counts say so.
    """
    rng = np.random.default_rng([seed, 10, day.toordinal()])
    before = events_frame(known)
    closed = set(before.loc[before["kind"] == CLOSURE, "zone_id"])
    rounds = before.loc[before["kind"] == TEST_ROUND, "zone_id"].value_counts()
    found = DataFrame(columns=["zone_id", "household_id", "site_id"]) if positives is None else positives
    rows: list[dict[str, Any]] = []
    for zone, residents in zones["residents"].items():
        if zone not in closed:
            rows.extend(_event(kind, day, 6, zone_id=zone) for kind in (CLOSURE, EXPOSURE))
        contacts = {"due": _CONTACTS, "tested": _CONTACTS, "positive": 0, "result": NEGATIVE}
        rows.append(_event(CONTACTS_TESTED, day, 15, zone_id=zone, **contacts))
        missed = int(rng.random() < _LATE and residents > 1)
        ill = int((found["zone_id"] == zone).sum())
        counts = {"due": int(residents), "tested": int(residents) - missed, "positive": ill}
        number = int(rounds.get(zone, 0)) + 1
        rows.append(_event(TEST_ROUND, day, 18, zone_id=zone, round=number, **counts))
    rows.extend(
        _event(TRANSFER, day, 20, household_id=row.household_id, site_id=row.site_id, persons=1)
        for row in found.itertuples()
    )
    return events_frame(DataFrame(rows))


def _event(kind: str, day: date, hour: int, **said: Any) -> dict[str, Any]:
    at, recorded = (pd.Timestamp(f"{day}T{each:02}:00{_OFFSET}") for each in (hour, 22))
    return {"kind": kind, "at": at, "author": _AUTHOR, "recorded_at": recorded, **said}

"""Presence: who is away at an isolation point, who has come home, and who went through the gates.

A household stays in the roster wherever its persons are; what changes is their place. So in every zone
persons present and persons away are together the persons of the roster.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.tally import household_zones
from gridmap.model.events import ARRIVAL, DEPARTURE, RETURN, TRANSFER, standing
from gridmap.model.frames import is_among
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.shown import shows_counts

AWAY_COLUMNS = ("household_id", "site_id", "persons", "since")
FINDING_COLUMNS = ("event_id", "household_id", "kind", "detail")
IMPOSSIBLE = ("return_without_transfer", "more_than_live_there")
"""Kinds of findings that tell of transfers and returns which cannot be, of households that there are."""
_GATES = {ARRIVAL: "arrivals", DEPARTURE: "departures"}


@shows_counts
@dataclass(frozen=True, eq=False)
class Presence:
    """Where the persons of a roster are at a time.

    Parameters
    ----------
    households
        Those that were ever transferred, by ``household_id``: `residents` = `present` + `away`, and when the
        last transfer or return was, `last_at`.
    away
        Who is away now, one row for each household and site: `household_id`, `site_id` (empty if it is not
        known), `persons`, `since`.
    zones
        By ``zone_id``, in the order of the plan, at last an empty id for all that is in no zone or was not
        placed: `households`, `persons` = `present` + `away`.
    gates
        By ``site_id`` of the gate: persons in `arrivals` and `departures`, and `last_at`.
    findings
        What cannot be, and so was not counted: `event_id`, `household_id`, `kind`, `detail`. Kinds are
        ``unknown_household``, ``return_without_transfer`` and ``more_than_live_there``.
    """

    households: DataFrame
    away: DataFrame
    zones: DataFrame
    gates: DataFrame
    findings: DataFrame

    @property
    def persons_away(self) -> int:
        """The persons who are away."""
        return int(self.zones["away"].sum())

    @property
    def persons_present(self) -> int:
        """The persons of the roster who are not away."""
        return int(self.zones["present"].sum())


def presence(
    placement: Placement, events: DataFrame | None, *, at: datetime | None = None, plan: Plan | None = None
) -> Presence:
    """Tell who is away and who is at home, zone by zone.

    Only a transfer takes persons away, and only a return brings them home; the gates are counted beside.
    What cannot be is listed and not counted: of a return, those who are not away, of a transfer, those who
    do not live there. A household without a count of residents has none to be transferred.

    Parameters
    ----------
    placement
        The roster.
    events
        What happened, in any form that `gridmap.model.events.events_frame` takes.
    at
        The time; after all events, if not given.
    plan
        The zones; without it all are in none.

    Returns
    -------
    presence
        Households, zones, gates and findings.

    Raises
    ------
    TableError
        As `gridmap.model.events.standing`.
    """
    held = standing(events, at)
    moves = moves_of(held)
    roster = _residents(placement)
    book = _Book.of(moves, roster)
    households = _households(book, roster, moves)
    away = DataFrame(list(book.rows()), columns=list(AWAY_COLUMNS))
    kinds = {"household_id": "str", "site_id": "str", "persons": "int64", "since": "datetime64[us, UTC]"}
    return Presence(
        households=households,
        away=away.astype(kinds),
        zones=_zones(placement, plan, households["away"]),
        gates=_gates(held),
        findings=DataFrame(book.findings, columns=list(FINDING_COLUMNS), dtype="str"),
    )


def moves_of(events: DataFrame) -> DataFrame:
    """Return the transfers and returns among some events, those that say how many."""
    return events[events["kind"].isin([TRANSFER, RETURN]) & events["persons"].notna()]


def move_findings(moves: DataFrame, residents: Series) -> list[tuple[str, str, str, str]]:
    """List the transfers and returns that cannot be, in the columns of `FINDING_COLUMNS`.

    Parameters
    ----------
    moves
        As of `moves_of`, in order of time.
    residents
        By ``household_id`` of the roster; missing where no count is known.
    """
    return _Book.of(moves, residents).findings


class _Book:
    """Who of each household is where, event by event."""

    def __init__(self, residents: Series) -> None:
        self._residents = residents.fillna(0).to_dict()
        self._uncounted = frozenset(residents.index[residents.isna()])
        self._sites: dict[str, dict[str, int]] = {}
        self._since: dict[tuple[str, str], pd.Timestamp] = {}
        self.findings: list[tuple[str, str, str, str]] = []

    @classmethod
    def of(cls, moves: DataFrame, residents: Series) -> _Book:
        """Enter the moves of some households."""
        book = cls(residents[residents.index.isin(moves["household_id"])])
        for move in moves.itertuples():
            book.enter(move)
        return book

    def enter(self, move: Any) -> None:
        household, persons = str(move.household_id), int(move.persons)
        if household not in self._residents:
            self._find(move, "unknown_household", "no household of the roster has this id")
        elif move.kind == TRANSFER:
            self._transfer(move, household, persons)
        else:
            self._return(move, household, persons)

    def away(self, household: str) -> int:
        return sum(self._sites.get(household, {}).values())

    def rows(self) -> Iterator[tuple[str, str, int, pd.Timestamp]]:
        for household, sites in self._sites.items():
            for site, persons in sites.items():
                if persons:
                    yield household, site, persons, self._since[household, site]

    def _transfer(self, move: Any, household: str, persons: int) -> None:
        live, away = int(self._residents[household]), self.away(household)
        if away + persons > live:
            there = "no count of residents is known" if household in self._uncounted else f"{live} live there"
            self._find(move, "more_than_live_there", f"{away} + {persons} persons away, {there}")
        more = min(persons, live - away)
        sites = self._sites.setdefault(household, {})
        if more:
            if not sites.get(move.site_id):
                self._since[household, move.site_id] = move.at
            sites[move.site_id] = sites.get(move.site_id, 0) + more

    def _return(self, move: Any, household: str, persons: int) -> None:
        sites = self._sites.setdefault(household, {})
        if persons > self.away(household):
            detail = f"{persons} persons come home, {self.away(household)} are away"
            self._find(move, "return_without_transfer", detail)
        left = persons
        # from the site that is named, then from where they went last
        named = [move.site_id] if move.site_id in sites else []
        for site in [*named, *(each for each in reversed(sites) if each != move.site_id)]:
            home = min(left, sites[site])
            sites[site] -= home
            left -= home

    def _find(self, move: Any, kind: str, detail: str) -> None:
        self.findings.append((str(move.Index), str(move.household_id), kind, detail))


def _residents(placement: Placement) -> Series:
    """Return the residents of every household of the roster; of several with one id those of the first."""
    roster = placement.households[~placement.households.index.duplicated()]
    residents: Series = roster["residents"].astype("Int64")
    return residents


def _households(book: _Book, roster: Series, moves: DataFrame) -> DataFrame:
    named = moves[is_among(moves["household_id"], roster.index)]
    last = named.groupby("household_id", sort=False)["at"].max()
    index = pd.Index(last.index, name="household_id", dtype="str")
    away = Series([book.away(household) for household in index], index=index, dtype="int64")
    residents = roster.reindex(index).fillna(0).astype("int64")
    columns = {"residents": residents, "present": residents - away, "away": away, "last_at": last}
    return DataFrame(columns, index=index)


def _zones(placement: Placement, plan: Plan | None, away: Series) -> DataFrame:
    """Sum up persons by zone; rows of the roster that were not placed are in none."""
    zone = Series("", index=placement.cells.index) if plan is None else household_zones(plan, placement)
    rows = DataFrame({"zone_id": zone.to_numpy(), "persons": placement.residents.to_numpy()}, zone.index)
    rows["away"] = away.reindex(zone.index).fillna(0).astype("int64").to_numpy()
    counts = rows.assign(households=1).groupby("zone_id")[["households", "persons", "away"]].sum()
    order = pd.Index([*([] if plan is None else plan.zones.index), ""], name="zone_id", dtype="str")
    counts = counts.reindex(order, fill_value=0).astype("int64")
    unplaced = np.ones(len(placement.households), dtype=bool)
    unplaced[placement.rows] = False
    counts.loc["", "households"] += int(unplaced.sum())
    counts.loc["", "persons"] += int(placement.households["residents"].fillna(0)[unplaced].sum())
    counts.loc["", "away"] += int(away[~is_among(away.index, zone.index)].sum())
    return counts.assign(present=counts["persons"] - counts["away"])[
        ["households", "persons", "present", "away"]
    ]


def _gates(held: DataFrame) -> DataFrame:
    through = held[held["kind"].isin(list(_GATES)) & (held["site_id"] != "")]
    sums = through.pivot_table(
        index="site_id", columns="kind", values="persons", aggfunc="sum", fill_value=0, observed=True
    )
    last = through.groupby("site_id")["at"].max()
    index = pd.Index(sorted(last.index), name="site_id", dtype="str")
    counts = {
        name: sums[kind].reindex(index).fillna(0).astype("int64") if kind in sums else 0
        for kind, name in _GATES.items()
    }
    return DataFrame(counts, index=index).astype("int64").assign(last_at=last)

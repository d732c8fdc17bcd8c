"""How the tests of a zone came out: for everybody who was due, or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame, Series

from gridmap.core.clock.local_days import NAT, Times
from gridmap.model.events import NEGATIVE, POSITIVE

Rows = NDArray[np.intp]
ALL_NEGATIVE, UNTESTED, POSITIVE_FOUND, NOT_KNOWN = range(4)
PARTS = ["area_id", "building", "site_id", "household_id"]
_ROUND = ["row", "number"]
_MANY = 2**31
_FIGURES = ("due", "tested", "positive")


@dataclass(frozen=True, eq=False)
class Tests:
    """The tests of zones, one row for each zone and round, ordered by zone and time.

    Parameters
    ----------
    row, at
        The zone, and when.
    outcome
        One of `ALL_NEGATIVE`, `UNTESTED`, `POSITIVE_FOUND`, `NOT_KNOWN`.
    due, left
        How many were to be tested, and were not; -1 if not known.
    positives
        How many were found, 1 at least where one was.
    none_due
        Whether nobody is there to be tested.
    event
        The last event about each.
    """

    row: Rows
    at: Times
    outcome: NDArray[np.int8]
    due: NDArray[np.int64]
    left: NDArray[np.int64]
    positives: NDArray[np.int64]
    none_due: NDArray[np.bool_]
    event: NDArray[np.object_]

    def last(self, size: int) -> Rows:
        """Return the position of the last test of each of `size` zones; -1 for none."""
        places = np.full(size, -1, dtype=np.intp)
        places[self.row] = np.arange(len(self.row))
        return places

    def last_negative(self, rows: Rows) -> Rows:
        """Return the position of the last test of each row in which everyone was negative; -1 for none."""
        places = np.full(max(self.row.max(initial=-1), rows.max(initial=-1)) + 1, -1, dtype=np.intp)
        good = np.flatnonzero(self.outcome == ALL_NEGATIVE)
        places[self.row[good]] = good
        return np.asarray(places[rows])

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


def tests_of(told: DataFrame, present: Callable[[], Series | None]) -> Tests:
    """Make the tests of what was told of them.

    Of several figures of one round for the same part the last one counts, as `gridmap.round_status` has it.
    Figures of the whole zone count before those of its parts; these are all only if as many were due as
    persons are present. One positive is enough, wherever it was found.

    Parameters
    ----------
    told
        In order of time: `row` (of the zone), `wall`, `round`, `PARTS`, `due`, `tested`, `positive`,
        `result`, `event`, `partly`, whether it is about less than the zone, and `beyond`, whether it is about
        an area that the zone lies in with a part only: of that, positives alone count.
    present
        Gives the persons present by zone id row, or None if nothing tells them; asked when it is needed.
    """
    if not len(told):
        return _none()
    number = told["round"].astype("str").where(told["round"].notna(), told["event"])
    told = told.assign(number=number)
    found = _positives(told)
    told = told.drop_duplicates([*_ROUND, *PARTS], keep="last")
    whole = told[~told["partly"] & ~told["beyond"]].drop_duplicates(_ROUND, keep="last")
    made = [whole.assign(**_figures(whole))]
    parts = told[told["partly"] & ~told["beyond"]]
    if len(parts):
        made.append(_together(parts, whole, present()))
    beyond = told[told["beyond"]]
    if len(beyond):
        made.append(beyond.assign(due=-1, tested=-1, positive=-1))
    return _judged(pd.concat([each for each in made if len(each)] or made[:1]), found)


def _none() -> Tests:
    rows, flags = np.empty(0, dtype=np.intp), np.empty(0, dtype=bool)
    counts, events = np.empty(0, dtype=np.int64), np.empty(0, dtype=object)
    return Tests(rows, np.empty(0, "M8[us]"), np.empty(0, np.int8), counts, counts, counts, flags, events)


def _figures(told: DataFrame) -> dict[str, Series]:
    """Return the counts, -1 where one is not known; a result that is negative tells that none was found."""
    counts = {name: _count(told[name]) for name in _FIGURES}
    none = (counts["positive"] < 0) & (told["result"] == NEGATIVE)
    return {**counts, "positive": counts["positive"].mask(none, 0)}


def _positives(told: DataFrame) -> Series:
    """Count the positives of every round: those of the whole, or of its parts if these are more.

    Later figures without them take none back: that is done by withdrawing the event.
    """
    count = _count(told["positive"]).clip(lower=0)
    count = count.mask((count == 0) & (told["result"] == POSITIVE), 1)
    if not count.any():
        return count[:0]
    told = told.assign(found=count)[count > 0]
    each = told.groupby([*_ROUND, "partly", *PARTS])["found"].max()
    both = each.groupby(level=[0, 1, 2]).sum()
    most: Series = both.groupby(level=[0, 1]).max()
    return most


def _together(parts: DataFrame, whole: DataFrame, present: Series | None) -> DataFrame:
    """Sum up the parts of every round of which no figure of the whole zone is known."""
    known = pd.MultiIndex.from_frame(parts[_ROUND]).isin(pd.MultiIndex.from_frame(whole[_ROUND]))
    parts = parts[~known]
    groups = parts.assign(**_figures(parts)).groupby(_ROUND, sort=False)
    sums = groups[list(_FIGURES)].sum().where(groups[list(_FIGURES)].min() >= 0, -1)
    last = groups[["wall", "event"]].last()
    last["wall"] = groups["wall"].max()
    made = sums.join(last).reset_index()
    if present is None:
        return made.assign(due=-1)
    here = present.reindex(made["row"]).fillna(_MANY).to_numpy(dtype=np.int64)
    short = made["due"].to_numpy() < here
    return made.assign(due=np.where(short & (made["due"] >= 0), here, made["due"]))


def _judged(made: DataFrame, found: Series) -> Tests:
    positives = np.zeros(len(made), dtype=np.int64)
    if len(found):
        counted_in = pd.MultiIndex.from_frame(made[_ROUND])
        positives = found.reindex(counted_in).fillna(0).to_numpy(dtype=np.int64)
    due, tested, positive = (made[name].to_numpy(dtype=np.int64) for name in _FIGURES)
    counted = (due >= 0) & (tested >= 0)
    left = np.where(counted, np.maximum(due - tested, 0), -1)
    outcome = np.full(len(made), NOT_KNOWN, dtype=np.int8)
    outcome[counted & (left > 0)] = UNTESTED
    outcome[counted & (left == 0) & (positive == 0)] = ALL_NEGATIVE
    outcome[positives > 0] = POSITIVE_FOUND
    row, at = made["row"].to_numpy(dtype=np.intp), made["wall"].to_numpy(dtype="M8[us]")
    order = np.argsort(_key(row, at), kind="stable")
    none_due = (due == 0) & (positives == 0) & (positive <= 0)
    return Tests(
        row=row[order],
        at=at[order],
        outcome=outcome[order],
        due=due[order],
        left=left[order],
        positives=positives[order],
        none_due=none_due[order],
        event=made["event"].to_numpy(dtype=object)[order],
    )


def _count(column: Series) -> Series:
    return column.fillna(-1).astype("int64")


def _key(row: Rows, at: Times) -> NDArray[np.int64]:
    """Return one number for a zone and a second, in the order of both."""
    seconds = at.astype("M8[s]").astype(np.int64)
    return np.asarray((row.astype(np.int64) << 38) + seconds)

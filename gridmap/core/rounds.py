"""Test rounds: how many were due, tested and positive in every zone, and who is still missing.

A figure that nobody entered is unknown, and so is every figure that it is a part of.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.presence import presence
from gridmap.core.renumbered import standing_in
from gridmap.core.tally import household_zones
from gridmap.model.events import CLOSURE, NEGATIVE, POSITIVE, TEST_ROUND
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan

ROUND_COLUMNS = ("at", "due", "tested", "positive", "missing", "share", "result")
MISSING_COLUMNS = ("zone_id", "round", "due", "tested", "missing")
_PART = ["area_id", "building", "site_id", "household_id"]
_GROUP = ["zone_id", "round"]
_FIGURES = ["due", "tested", "positive"]
_WHOLE, _PARTS, _HOUSEHOLDS = 0, 1, 2


def round_status(
    placement: Placement, plan: Plan, events: DataFrame | None, *, at: datetime | None = None
) -> DataFrame:
    """Tell for every zone how far its present test round is.

    The present round is that of the last test since the zone was last closed. Of several figures of one round
    for the same zone, area, building, site or household the last one counts; figures of the whole zone count
    before those of its parts, which are summed up, and those before households.

    Parameters
    ----------
    placement, plan
        Who lives in which zone.
    events
        What happened, in any form that `gridmap.model.events.events_frame` takes.
    at
        The time; after all events, if not given.

    Returns
    -------
    rounds
        By ``zone_id``, in the order of `plan.zones`: `tier`, `name`, `present` (persons of the roster who are
        not away), `round`, `at` (of its last test), `due`, `tested`, `positive`, `missing` (due - tested),
        `share` (tested / due), `result`, `households_missing` (missing where no sheet names households).
        Missing where nobody entered it; where more were tested than were due, `missing` is not known either.

    Raises
    ------
    TableError
        As `gridmap.model.events.standing`.
    """
    held = standing_in(plan, events, at)
    here = presence(placement, held, plan=plan)
    home = _due_at_home(placement, plan, here)
    now = _last_of_each_zone(_rounds(held, home)).set_index("zone_id")
    status = plan.zones[["tier", "name"]].join(here.zones["present"]).join(now)
    named, left = _missing(held, home, plan)
    counts = left.groupby("zone_id").size()
    counted = [counts.get(zone, 0) if zone in named else pd.NA for zone in status.index]
    return status.assign(households_missing=Series(counted, index=status.index, dtype="Int64"))


def round_table(
    placement: Placement, plan: Plan, events: DataFrame | None, *, at: datetime | None = None
) -> DataFrame:
    """List every test round of every zone since it was last closed, the oldest first.

    Parameters
    ----------
    placement, plan, events, at
        As for `round_status`.

    Returns
    -------
    rounds
        `zone_id`, `round`, and `at`, `due`, `tested`, `positive`, `missing`, `share`, `result` as there.
    """
    held = standing_in(plan, events, at)
    return _rounds(held, _due_at_home(placement, plan, presence(placement, held, plan=plan)))


def round_missing(
    placement: Placement, plan: Plan, events: DataFrame | None, *, at: datetime | None = None
) -> DataFrame:
    """List the households of which somebody is still missing in the present round of their zone.

    Only zones of whose round a sheet names households are listed. Where the figures of the whole zone or of
    its parts are known too, these are the named ones of whom fewer were tested than were due; else also
    all whom no sheet names. Of a household without a figure nobody was tested.

    Parameters
    ----------
    placement, plan, events, at
        As for `round_status`; where a sheet does not say how many are due, all who are at home are.

    Returns
    -------
    households
        By ``household_id``, zone by zone: `zone_id`, `round`, `due`, `tested`, `missing`.
    """
    held = standing_in(plan, events, at)
    if not (_tests(held)["household_id"] != "").any():
        return _missing(held, DataFrame(), plan)[1]
    home = _due_at_home(placement, plan, presence(placement, held, plan=plan))
    return _missing(held, home, plan)[1]


def _missing(held: DataFrame, home: DataFrame, plan: Plan) -> tuple[set[str], DataFrame]:
    """Return the zones of whose present round households are named, and of whom somebody is missing."""
    tests = _last_figures(_tests(held))
    tests = tests.merge(_last_of_each_zone(tests)[_GROUP], on=_GROUP)
    named = tests[tests["household_id"] != ""]
    whole = set(tests.loc[tests["household_id"] == "", "zone_id"])
    found = [_missing_in(rows, home, all_named=zone not in whole) for zone, rows in named.groupby("zone_id")]
    kinds = {"zone_id": "str", "round": "Int64", "due": "int64", "tested": "int64", "missing": "int64"}
    empty = DataFrame(columns=list(MISSING_COLUMNS), index=pd.Index([], dtype="str"))
    order = {zone: place for place, zone in enumerate(plan.zones.index)}
    found.sort(key=lambda rows: order.get(rows["zone_id"].iloc[0] if len(rows) else "", len(order)))
    listed = pd.concat(found) if found else empty
    return set(named["zone_id"]), listed.astype(kinds).rename_axis("household_id")


def _last_of_each_zone(rows: DataFrame) -> DataFrame:
    return rows.sort_values("at", kind="stable").drop_duplicates("zone_id", keep="last")


def _tests(held: DataFrame) -> DataFrame:
    """Return the tests of zones since each was last closed."""
    closed = held[held["kind"] == CLOSURE].groupby("zone_id")["at"].max()
    tests = held[(held["kind"] == TEST_ROUND) & (held["zone_id"] != "") & held["round"].notna()]
    since = Series(closed.reindex(tests["zone_id"]).array, index=tests.index)
    return tests[~(tests["at"] < since)]


def _last_figures(tests: DataFrame) -> DataFrame:
    """Keep the last figure of each part of a zone in each round."""
    return tests.drop_duplicates([*_GROUP, *_PART], keep="last")


def _due_at_home(placement: Placement, plan: Plan, here: Any) -> DataFrame:
    """Return zone and persons at home of every placed household."""
    away = here.households["away"].reindex(placement.cells.index).fillna(0).astype("int64")
    zone = household_zones(plan, placement)
    return DataFrame({"zone_id": zone, "due": placement.residents - away.to_numpy()})


def _rounds(held: DataFrame, home: DataFrame) -> DataFrame:
    tests = _last_figures(_tests(held))
    level = np.select(
        [tests["household_id"] != "", (tests[["area_id", "building", "site_id"]] != "").any(axis=1)],
        [_HOUSEHOLDS, _PARTS],
        _WHOLE,
    )
    tests = tests.assign(level=level)
    best = tests.groupby(_GROUP)["level"].transform("min")
    kept = tests[tests["level"] == best]
    groups = kept.groupby(_GROUP)
    figures = {name: _summed(kept, name) for name in _FIGURES}
    done = DataFrame({"at": groups["at"].max(), **figures})
    done["result"] = _results(tests, kept)
    for zone, number in kept.loc[kept["level"] == _HOUSEHOLDS, _GROUP].drop_duplicates().to_numpy():
        rows = kept[(kept["zone_id"] == zone) & (kept["round"] == number)]
        due, tested = _by_household(zone, rows, home)
        done.loc[(zone, number), ["due", "tested"]] = [due, tested]
        if not home.index[home["zone_id"] == zone].isin(rows["household_id"]).all():
            done.loc[(zone, number), "positive"] = pd.NA
            if done.loc[(zone, number), "result"] == NEGATIVE:
                done.loc[(zone, number), "result"] = ""
    missing = done["due"] - done["tested"]
    done["missing"] = missing.mask(missing < 0)
    due = done["due"].mask(done["due"] == 0)
    done["share"] = (done["tested"] / due).astype("Float64").fillna(np.nan).astype("float64")
    return done.reset_index().sort_values(["at", "zone_id"], kind="stable")[[*_GROUP, *ROUND_COLUMNS]]


def _summed(rows: DataFrame, name: str) -> Series:
    """Sum up a figure; one part that is not known makes the sum unknown."""
    groups = rows.groupby(_GROUP)[name]
    known: Series = groups.count() == groups.size()
    return groups.sum().astype("Int64").where(known)


def _results(tests: DataFrame, kept: DataFrame) -> Series:
    """Tell the result of each round: one positive is enough, and negative must be said of all."""
    positive = (tests["result"] == POSITIVE) | (tests["positive"] > 0).fillna(value=False)
    any_positive = positive.groupby([tests[name] for name in _GROUP]).any()
    negative = (kept["result"] == NEGATIVE) | (kept["positive"] == 0).fillna(value=False)
    all_negative = negative.groupby([kept[name] for name in _GROUP]).all()
    result = Series("", index=any_positive.index, dtype="str")
    return result.mask(all_negative, NEGATIVE).mask(any_positive, POSITIVE)


def _by_household(zone: str, rows: DataFrame, home: DataFrame) -> tuple[int, int]:
    listed = _households(rows, home[home["zone_id"] == zone])
    return int(listed["due"].sum()), int(listed["tested"].sum())


def _missing_in(rows: DataFrame, home: DataFrame, *, all_named: bool) -> DataFrame:
    """List who is missing of the households that rows of one zone name, and of all others of it."""
    zone = rows["zone_id"].iloc[0]
    listed = _households(rows, home[home["zone_id"] == zone])
    if not all_named:
        listed = listed[listed.index.isin(rows["household_id"])]
    left = listed.assign(zone_id=zone, round=rows["round"].iloc[0], missing=listed["due"] - listed["tested"])
    return left.loc[left["missing"] > 0, list(MISSING_COLUMNS)]


def _households(rows: DataFrame, home: DataFrame) -> DataFrame:
    """Return due and tested persons of the households of a zone, and of all others that the rows name."""
    said = rows.drop_duplicates("household_id", keep="last").set_index("household_id")
    index = home.index.append(said.index[~said.index.isin(home.index)])
    due = said["due"].reindex(index).fillna(home["due"].reindex(index).astype("Int64")).fillna(0)
    tested = said["tested"].reindex(index).fillna(0)
    return DataFrame({"due": due.astype("int64"), "tested": tested.astype("int64")}, index=index)

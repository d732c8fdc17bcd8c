"""What events add up to in every cell or area, for the map and the board."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.presence import presence
from gridmap.core.requests import OPEN, OVERDUE_H, request_status
from gridmap.core.rounds import round_missing
from gridmap.model.events import standing
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan

COUNT_COLUMNS = ("persons", "present", "away", "untested", "requests_open", "requests_overdue")


def event_counts(
    placement: Placement,
    plan: Plan,
    events: DataFrame | None,
    *,
    level: str | None = None,
    at: datetime | None = None,
    overdue_h: float = OVERDUE_H,
) -> DataFrame:
    """Count persons present and away, those still to be tested, and open requests of every cell or area.

    A cell that no area of the level holds counts for itself. What has no cell (households that were not
    placed, requests that name only a zone or a building) is counted in the last row, under an empty id; so
    the persons add up to the roster, and the requests to all that are open.

    Parameters
    ----------
    placement, plan, events, at
        As for `gridmap.round_status`.
    level
        The level of the areas; cells, if not given.
    overdue_h
        After how many hours an open request is overdue.

    Returns
    -------
    counts
        By ``area``, in the order of the grid: `persons` = `present` + `away`, `untested` (persons of
        households that are missing in the present round), `requests_open`, of these `requests_overdue`.
    """
    held = standing(events, at)
    area = _areas(plan, level)
    home = Series(area.reindex(placement.cells).to_numpy(), index=placement.cells.index)
    away = presence(placement, held).households["away"]
    missing = round_missing(placement, plan, held)["missing"]
    requests = request_status(held, at=at, overdue_h=overdue_h)
    requests = requests[requests["state"] == OPEN]
    where = _where(requests, home, area)
    found = {
        "persons": _by(placement.households["residents"].fillna(0).astype("int64"), home),
        "away": _by(away, home),
        "untested": _by(missing, home),
        "requests_open": where.value_counts(),
        "requests_overdue": where[requests["overdue"].to_numpy()].value_counts(),
    }
    order = pd.Index([*dict.fromkeys(area), ""], dtype="str", name="area")
    counts = DataFrame({name: each.reindex(order).fillna(0).astype("int64") for name, each in found.items()})
    counts["present"] = counts["persons"] - counts["away"]
    return counts[list(COUNT_COLUMNS)]


def _areas(plan: Plan, level: str | None) -> Series:
    """Return the area of every cell."""
    cells = plan.hierarchy.cell_ids
    own = np.asarray(cells, dtype=object)
    found = None if level is None else plan.hierarchy.at_level(level)
    areas = own if found is None else np.where(found.isna(), own, found.to_numpy(dtype=object))
    return Series(areas, index=cells, dtype="str")


def _by(values: Series, home: Series) -> Series:
    """Sum up values of households by their area; those without a place under an empty id."""
    first = ~values.index.duplicated()
    rest = values[~first]
    placed = home.reindex(values.index[first]).fillna("")
    sums = values[first].groupby(placed.to_numpy()).sum()
    return sums.add(Series({"": int(rest.sum())}), fill_value=0)


def _where(requests: DataFrame, home: Series, area: Series) -> Series:
    """Return the area of each request: of its household, else the cell or area that it names."""
    of_household = home.reindex(requests["household_id"]).to_numpy(dtype=object)
    of_cell = area.reindex(requests["area_id"]).to_numpy(dtype=object)
    named = requests["area_id"].where(requests["area_id"].isin(pd.Index(area.unique())), "")
    found = np.where(pd.isna(of_household), of_cell, of_household)
    return Series(np.where(pd.isna(found), named.to_numpy(dtype=object), found), dtype="str")

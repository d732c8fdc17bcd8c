"""In which zone each case lies: that of its building, shape or cell, as for a household there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame

from gridmap.core.claims import claims_on
from gridmap.core.clock.local_days import LocalDays, Times, day_of
from gridmap.core.clock.settled import settled_cases
from gridmap.core.notes import Notes
from gridmap.core.outline import demand_cells
from gridmap.core.place import place_households
from gridmap.core.starts import TOWN, Roster, Start, starts_of
from gridmap.model.address import parse_target, split_addresses, written_address
from gridmap.model.areas import Hierarchy
from gridmap.model.frames import id_text, keyed
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan

_HOME = "home"


@dataclass(frozen=True, eq=False)
class CaseZones:
    """The cases up to a moment; every array has one value for each.

    Parameters
    ----------
    ids
        Their ids.
    zone
        The place in the registry of the zone that each lies in; -1 for none.
    day
        The day on which each was confirmed; NaT if not known.
    placed
        Whether it is known where each lies, in the grid or outside of it.
    home
        Whether the place is the case's home.
    building, scope
        Its building as an address, and the area in which that is meant; empty if not known.
    settled
        Whether it is over; see `settled_cases`.
    """

    ids: NDArray[np.object_]
    zone: NDArray[np.int64]
    day: Times
    placed: NDArray[np.bool_]
    home: NDArray[np.bool_]
    building: NDArray[np.object_]
    scope: NDArray[np.object_]
    settled: NDArray[np.bool_]


def case_zones(
    plan: Plan,
    cases: DataFrame | None,
    *,
    days: LocalDays,
    now: np.datetime64,
    grid: DataFrame | None,
    placement: Placement | None,
    notes: Notes,
) -> CaseZones:
    """Find the zone of every case that was confirmed up to `now`, or at a time that is not known.

    Parameters
    ----------
    plan
        The plan.
    cases
        As for `gridmap.delineate`; what counts is `confirmed_on`.
    days
        How days are counted.
    now
        The moment, as a wall time.
    grid, placement
        The cells and the roster, if they are at hand.
    notes
        Takes what has to be said of cases.
    """
    frame = DataFrame() if cases is None else keyed(cases, "case_id")
    walls = (
        days.dates(frame["confirmed_on"]) if "confirmed_on" in frame else np.full(len(frame), "NaT", "M8[us]")
    )
    known = ~(walls > now)
    frame, walls = frame.loc[known], walls[known]
    ids = np.asarray(id_text(frame.index).fillna(""), dtype=object)
    if not len(frame):
        return _none()
    ground = _ground(plan, grid, placement)
    roster = None if placement is None else Roster(placement, plan.hierarchy)
    starts = _starts(frame, ids, ground, roster, notes=notes)
    zone, placed = _zones(plan, starts, frame, ground)
    building, scope = _buildings(starts, frame, plan.hierarchy)
    for case in ids[~placed].tolist():
        notes.add("nothing says where these cases lie; they could be in any zone", case)
    for case in ids[np.isnat(walls)].tolist():
        notes.add("these cases have no confirmed_on", case)
    lying = {
        "case_id": ids,
        "zone_id": [plan.registry[place].zone_id if place >= 0 else "" for place in zone.tolist()],
        "cell": [start.cell for start in starts],
        "building": building,
        "household_id": _said(frame, "household_id"),
    }
    settled = settled_cases(plan, DataFrame(lying))
    home = np.array([start.kind == _HOME for start in starts], dtype=bool)
    return CaseZones(ids, zone, day_of(walls), placed, home, building, scope, settled)


def _none() -> CaseZones:
    nothing, no = np.empty(0, dtype=object), np.empty(0, dtype=bool)
    return CaseZones(nothing, np.empty(0, np.int64), np.empty(0, "M8[D]"), no, no, nothing, nothing, no)


def _ground(plan: Plan, grid: DataFrame | None, placement: Placement | None) -> Any:
    """Return the cells as a frame, from what is at hand."""
    given = grid if grid is not None else None if placement is None else placement.grid
    if given is None:
        geometry = plan.hierarchy.geometry
        return gpd.GeoDataFrame(geometry=geometry, index=geometry.index)
    demand_cells(plan, given)
    return given


def _starts(
    frame: DataFrame, ids: NDArray[np.object_], ground: Any, roster: Roster | None, *, notes: Notes
) -> list[Start]:
    """Find the place of every row, in their order, also where ids come twice."""
    numbered = frame.drop(columns="case_id", errors="ignore")
    numbered = numbered.set_axis(pd.Index([str(row) for row in range(len(frame))], name="case_id"))
    own = Notes()
    starts = starts_of(numbered, None, ground, roster, notes=own)
    for said, rows in own.cases.items():
        for row in rows:
            notes.add(said, str(ids[int(row)]))
    return starts


def _zones(
    plan: Plan, starts: list[Start], frame: DataFrame, ground: Any
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Ask for the zones as for households that live where the cases do."""
    outside = np.array([start.point is not None and not start.cell for start in starts], dtype=bool)
    if not plan.carve_list:
        place = plan.hierarchy.cell_ids.get_indexer([start.cell for start in starts])
        return np.append(plan.effective.zone, -1)[place].astype(np.int64), (place >= 0) | outside
    homes = _homes(starts, frame, ground)
    living = place_households(homes[~homes.index.duplicated()], ground)
    claims = claims_on(_where(plan, living), living)
    row = living.cells.index.get_indexer(homes.index)
    return np.append(claims.zone, -1)[row].astype(np.int64), (row >= 0) | outside


def _homes(starts: list[Start], frame: DataFrame, ground: Any) -> Any:
    """Return a roster of the cases; one that names a household goes by its id, which carve-outs may name."""
    named = (
        id_text(frame["household_id"]).fillna("").tolist() if "household_id" in frame else [""] * len(frame)
    )
    index = [name or f"\x00{place}" for place, name in enumerate(named)]
    columns = {
        "address": [start.address for start in starts],
        "building": _said(frame, "building"),
        "cell_id": [start.cell for start in starts],
    }
    points = gpd.array.from_shapely([start.point if start.cell else None for start in starts], crs=ground.crs)
    return gpd.GeoDataFrame(columns, geometry=points, index=pd.Index(index, name="household_id", dtype="str"))


def _said(frame: DataFrame, name: str) -> list[str]:
    return id_text(frame[name]).fillna("").tolist() if name in frame else [""] * len(frame)


def _where(plan: Plan, living: Placement) -> Plan:
    """Return the plan with those carve-outs alone that could cover somebody: most are elsewhere."""
    compounds = set(living.address_parts["compound"])
    kept = tuple(
        carve
        for carve in plan.carve_list
        if not carve.addresses or any(parse_target(text).compound in compounds for text in carve.addresses)
    )
    return plan if len(kept) == len(plan.carve_list) else replace(plan, carve_list=kept)


def _buildings(
    starts: list[Start], frame: DataFrame, hierarchy: Hierarchy
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return the building of each case as an address, and the town in which it is meant."""
    areas = hierarchy.areas
    names = areas.loc[~areas["is_cell"], "name"].dropna().unique().tolist()
    texts = pd.Series([start.address for start in starts], dtype="str")
    parts = split_addresses(texts, pd.Series(_said(frame, "building"), dtype="str"), area_names=names)
    building, scope = (np.full(len(starts), "", dtype=object) for _ in range(2))
    split = zip(starts, parts["compound"].tolist(), parts["building"].tolist(), strict=True)
    for place, (start, of_text, in_text) in enumerate(split):
        compound, number = start.compound or of_text, start.building or in_text
        if compound and number:
            building[place] = written_address(compound, number, like=start.address)
            scope[place] = (hierarchy.area_at(start.cell, TOWN) if start.cell else "") or ""
    return building, scope

"""Which official of a role each cell belongs to, to be drawn: by their duties, else by their territory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.census import census_of
from gridmap.model.areas import Hierarchy
from gridmap.model.duties import Duties
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class CellOfficials:
    """The official of every cell.

    Parameters
    ----------
    officials
        The ids of the officials that have cells, in the order of the first of their cells.
    names
        Their names, or else their ids.
    codes
        For every cell, the position of its official in these; -1 for none.
    """

    officials: tuple[str, ...]
    names: tuple[str, ...]
    codes: Codes


def cell_officials(
    plan: Plan,
    placement: Placement | None,
    officials: DataFrame | None,
    duties: Duties | None,
    *,
    role: str,
) -> CellOfficials:
    """Tell for every cell which official of a role it belongs to.

    One who is linked to most of the households that live there counts first; then who serves the smallest
    area around it; then who serves its zone; then whose territory it is. Of several alike the first counts.

    Parameters
    ----------
    plan
        The plan.
    placement
        The placed households, for roles that are linked to households.
    officials
        By ``official_id``: `name`, `role`, `territory`, each optional.
    duties
        The duties under the plan; without them only territories count.
    role
        The role.
    """
    found = [_none(plan.hierarchy), _territories(officials, role, plan.hierarchy)]
    if duties is not None:
        mine = duties.table[duties.table["role"] == role]
        kinds = {kind: rows.set_index("target")["official_id"] for kind, rows in mine.groupby("target_kind")}
        found.append(_of_zones(kinds.get("zone"), plan))
        found.append(_of_areas(kinds.get("area"), plan.hierarchy))
        found.append(_of_homes(kinds.get("household"), plan.hierarchy, placement))
    whole = found[0]
    for each in found[1:]:
        whole = np.where(each != "", each, whole)
    return _coded(whole, officials)


def _coded(whole: npt.NDArray[np.object_], officials: DataFrame | None) -> CellOfficials:
    codes, ids = pd.factorize(pd.Series(whole).mask(whole == ""))
    names = Series(dtype="str")
    if officials is not None and "name" in officials:
        names = officials["name"][~officials.index.duplicated()].fillna("").astype("str")
    officials = [str(official) for official in ids]
    named = names.reindex(officials).fillna("").tolist()
    called = tuple(name or official for name, official in zip(named, officials, strict=True))
    return CellOfficials(tuple(officials), called, codes.astype(np.int32))


def _none(hierarchy: Hierarchy) -> npt.NDArray[np.object_]:
    return np.full(len(hierarchy.cell_ids), "", dtype=object)


def _territories(officials: DataFrame | None, role: str, hierarchy: Hierarchy) -> npt.NDArray[np.object_]:
    if officials is None or not {"role", "territory"} <= set(officials.columns):
        return _none(hierarchy)
    mine = officials[officials["role"] == role]
    return _of_areas(Series(mine.index.astype("str"), index=mine["territory"].fillna("")), hierarchy)


def _of_areas(rows: Series | None, hierarchy: Hierarchy) -> npt.NDArray[np.object_]:
    """Give cells to the official of the smallest area around them, by area."""
    found = _none(hierarchy)
    if rows is None or not len(rows):
        return found
    first = rows[~rows.index.duplicated()]
    place = hierarchy.areas.index.get_indexer(first.index)
    of_area = np.full(len(hierarchy.areas) + 1, "", dtype=object)
    of_area[place[place >= 0]] = first.to_numpy(dtype=object)[place >= 0]
    for step in reversed(hierarchy.lineage):
        here = of_area[step]
        found = np.where(here != "", here, found)
    return np.asarray(found, dtype=object)


def _of_zones(rows: Series | None, plan: Plan) -> npt.NDArray[np.object_]:
    of_zone = np.full(len(plan.registry) + 1, "", dtype=object)
    if rows is not None:
        first = rows[~rows.index.duplicated()]
        of_zone[:-1] = [first.get(zone.zone_id, "") for zone in plan.registry]
    return np.asarray(of_zone[plan.effective.zone], dtype=object)


def _of_homes(
    rows: Series | None, hierarchy: Hierarchy, placement: Placement | None
) -> npt.NDArray[np.object_]:
    """Give each cell to the official who is linked to most of its households."""
    found = _none(hierarchy)
    if rows is None or placement is None or not len(rows):
        return found
    home = placement.cells.index.get_indexer(rows.index)
    who, ids = pd.factorize(rows)
    placed = home >= 0
    keys = census_of(placement, hierarchy).places[home[placed]] * max(len(ids), 1) + who[placed]
    pairs, homes = np.unique(keys, return_counts=True)
    cell, official = np.divmod(pairs, max(len(ids), 1))
    order = np.lexsort([-official, homes])  # the last one entered counts
    found[cell[order]] = ids.to_numpy(dtype=object)[official[order]]
    return found

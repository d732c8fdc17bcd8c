"""Which officials serve which zone: by a duty for it, for a site or household in it, or for an area."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pandas import DataFrame

from gridmap.core.claims import claims_on
from gridmap.core.staffing import Posts
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.zone import CarveOut

SERVING_COLUMNS = ("zone", "official_id", "role", "target_kind", "target")


def zone_cells(plan: Plan, placement: Placement) -> DataFrame:
    """Return where every zone lies: the zone as its place in the registry, the cell as its place in the grid.

    Returns
    -------
    cells
        One row for every cell that is in a zone or holds a household or a drawn part of it: `zone`, `cell`,
        `households`.
    """
    claims, size = claims_on(plan, placement), len(plan.hierarchy.cell_ids)
    homes = claims.census.places
    keys, counts = np.unique(claims.zone.astype(np.int64) * size + homes, return_counts=True)
    fields = plan.effective.zone.astype(np.int64) * size + np.arange(size)
    drawn = [_touched(plan, carve) for carve in plan.carve_list if carve.shape]
    empty = np.concatenate([fields, *drawn]).astype(np.int64)
    pairs = np.concatenate([keys, empty])
    rows = DataFrame({"pair": pairs, "households": np.append(counts, np.zeros(len(empty), dtype=np.int64))})
    rows = rows[rows["pair"] >= 0].groupby("pair", as_index=False)["households"].sum()
    places = rows["pair"].to_numpy()
    return DataFrame({"zone": places // size, "cell": places % size, "households": rows["households"]})


def serving_directly(
    plan: Plan, placement: Placement, table: DataFrame, *, sites: DataFrame | None = None
) -> DataFrame:
    """List who has a duty for a zone itself, for a household in it, or for a site in one of its cells."""
    kinds = table["target_kind"]
    of_zones, of_homes, of_sites = (table[kinds == kind] for kind in ("zone", "household", "site"))
    homes = placement.cells.index.get_indexer(of_homes["target"])
    frames = [
        of_zones.assign(zone=_places(plan, of_zones["target"])),
        of_homes.assign(zone=np.append(claims_on(plan, placement).zone, -1)[homes]),
        of_sites.assign(zone=_site_zones(plan, of_sites["target"], sites)),
    ]
    return _listed(pd.concat(frames))


def serving_areas(cells: DataFrame, plan: Plan, table: DataFrame) -> DataFrame:
    """List who serves an area that reaches into a zone, with the households of the zone in that area.

    Parameters
    ----------
    cells
        Where the zones lie, as `zone_cells` gives it; possibly only some of the zones.
    plan
        The plan.
    table
        The duties.

    Returns
    -------
    serving
        `zone`, `official_id`, `role`, `target_kind`, `target`, `households`.
    """
    heads = table[table["target_kind"] == "area"]
    area = plan.hierarchy.areas.index.get_indexer(heads["target"])
    wanted = np.zeros(len(plan.hierarchy.areas) + 1, dtype=bool)
    wanted[area[area >= 0]] = True
    found = []
    for step in plan.hierarchy.lineage:
        above = step[cells["cell"].to_numpy()]
        rows = cells.assign(area=above)[wanted[above] & (above >= 0)]
        found.append(rows.groupby(["zone", "area"], as_index=False)["households"].sum())
    reach = pd.concat(found).groupby(["zone", "area"], as_index=False)["households"].sum()
    serving = heads.assign(area=area).merge(reach, on="area")
    return serving[[*SERVING_COLUMNS, "households"]]


def _listed(rows: DataFrame) -> DataFrame:
    return rows.loc[rows["zone"] >= 0, list(SERVING_COLUMNS)].astype({"zone": "int64"}).reset_index(drop=True)


def _places(plan: Plan, zones: Any) -> NDArray[np.intp]:
    """Return the place in the registry of zones by their ids; -1 for what is no zone."""
    registry = pd.Index([zone.zone_id for zone in plan.registry], dtype="str")
    return np.asarray(registry.get_indexer(zones), dtype=np.intp)


def _site_zones(plan: Plan, targets: Any, sites: DataFrame | None) -> NDArray[np.int64]:
    """Return the zone of the cell in which each site lies; -1 for none."""
    posts = Posts(plan.hierarchy, sites)
    zones = np.append(plan.effective.zone, -1)[np.append(posts.cells, -1)]
    return np.asarray(zones[pd.Index(posts.sites, dtype="str").get_indexer(targets)], dtype=np.int64)


def _touched(plan: Plan, carve: CarveOut) -> NDArray[np.int64]:
    """Return the zone of a drawn part with each cell that it touches, as one number; negative for no zone."""
    size, zone = len(plan.hierarchy.cell_ids), plan.zone_place(carve.zone_id) if carve.zone_id else -1
    cells = plan.hierarchy.tree.query(shapely.from_wkt(carve.shape), predicate="intersects")
    return np.asarray(zone * size + cells, dtype=np.int64)

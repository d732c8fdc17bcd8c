"""Move a plan to another grid, such as from provisional cells to the true ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pandas import DataFrame, Series

from gridmap.core.apply import apply_edit, new_plan
from gridmap.core.carried import CarryOver
from gridmap.core.carry_changes import carry_changes
from gridmap.core.cover import covered_rows
from gridmap.core.outline import demand_cells
from gridmap.core.place import place_households
from gridmap.core.renumbered_areas import in_new_areas, renumbered_areas
from gridmap.errors import CrsMismatchError
from gridmap.model.areas import Hierarchy, hierarchy_for, outlines_of
from gridmap.model.crs import metric_crs_of
from gridmap.model.frames import grid_frame
from gridmap.model.placement import Placement
from gridmap.model.plan import LAYERS, NO_TIER, NONE, UNSET, Plan
from gridmap.model.zone import CarveOut, plain_carve_out, plain_zone

_TIE = 1e-6


def carry_plan(
    plan: Plan, old_grid: Any, new_grid: Any, *, placement: Placement | None = None
) -> tuple[Plan, DataFrame]:
    """Move a plan to another grid, and list everybody whose tier is another there.

    Each new cell takes over all that the plan says of one old cell, layer by layer, locks and hand marks
    included: of the tier under which most of its households were, or, where none is known, most of its
    ground; the stricter on a tie. Zones keep their numbers and names, also those left without a cell, and
    carve-outs are kept.

    Parameters
    ----------
    plan
        A plan over `old_grid`.
    old_grid, new_grid
        Cells by ``cell_id``; both with a CRS, or both without.
    placement
        The households placed in `old_grid`; they are placed anew in `new_grid`, where a declared cell that
        has another id there, and the same ground, is that cell.

    Returns
    -------
    plan
        Over `new_grid`; its one edit, a `CarryOver`, replays it over `gridmap.new_plan`.
    changes
        A row for each household whose tier is another, and one for ground under another tier: `kind`
        (``household``, ``ground``, ``carve_out`` or ``mark``), `id` (of the household, carve-out or old
        cell), `cell_before`, `cell_after`, `tier_before`, `tier_after` (``unplaced`` where the household
        has no cell any more), `zone_before`, `zone_after`, `change` (``weaker``, ``stricter``, ``placed``,
        ``unplaced``, ``scope``, ``lost``), `residents`, `area_m2`. The weaker come first. ``lost`` names
        cells whose lock or hand mark no new cell took over.

    Raises
    ------
    UnknownCellError
        If `old_grid` lacks cells of the plan.
    CrsMismatchError
        If only one of the grids has a CRS.
    """
    old_grid, new_grid = grid_frame(old_grid), grid_frame(new_grid)
    demand_cells(plan, old_grid)
    if (old_grid.crs is None) != (new_grid.crs is None):
        raise CrsMismatchError("only one of the two grids has a CRS; call set_crs(...) on the other")
    empty = new_plan(new_grid)
    renumbered = renumbered_areas(hierarchy_for(old_grid), empty.hierarchy)
    anew = None if placement is None else _placed_anew(placement, new_grid, renumbered)
    shares = _shares(plan, old_grid, empty.hierarchy, new_grid)
    homes = _homes(plan, empty.hierarchy, placement, anew)
    donors = _donors(plan, len(empty.hierarchy.cell_ids), shares, homes)
    carves = [
        _carved(_in_new_scope(carve, renumbered), plan, empty.hierarchy, placement)
        for carve in plan.carve_list
    ]
    moved = [_moved(carve, old_grid, new_grid) for carve in carves]
    after = apply_edit(empty, _edit(plan, empty.hierarchy, donors, moved))
    changes = carry_changes(plan, after, placements=(placement, anew), shares=shares, donors=donors)
    return after, changes


def _placed_anew(placement: Placement, new_grid: Any, renumbered: Mapping[str, str]) -> Placement:
    """Place the households in the new grid; who declares a cell that has another id there declares that."""
    return place_households(in_new_areas(placement.households, "households", renumbered), new_grid)


def _shares(plan: Plan, old_grid: Any, new: Hierarchy, new_grid: Any) -> DataFrame:
    """Measure the ground that old and new cells have in common: `old`, `new` (positions), `area_m2`."""
    before = outlines_of(old_grid, plan.hierarchy.areas).loc[plan.hierarchy.cell_ids]
    after = new.geometry
    if new_grid.crs is not None:
        metric = metric_crs_of(gpd.GeoDataFrame(geometry=after))
        before, after = before.to_crs(metric), after.to_crs(metric)
    old_shapes, new_shapes = (shapely.make_valid(np.asarray(each.array)) for each in (before, after))
    at, found = shapely.STRtree(old_shapes).query(new_shapes, predicate="intersects")
    areas = shapely.area(shapely.intersection(new_shapes[at], old_shapes[found]))
    whole = shapely.area(new_shapes)
    rows = DataFrame({"old": found, "new": at, "area_m2": areas})[areas > 0]
    bare = whole - rows.groupby("new")["area_m2"].sum().reindex(range(len(whole)), fill_value=0.0)
    nothing = DataFrame({"old": -1, "new": np.arange(len(whole)), "area_m2": bare.to_numpy()})
    return pd.concat([rows, nothing[nothing["area_m2"] > _TIE * whole]], ignore_index=True)


def _homes(
    plan: Plan, new: Hierarchy, placement: Placement | None, anew: Placement | None
) -> DataFrame | None:
    """Count the households that were in an old cell and are in a new one: `old`, `new`, `count`."""
    if placement is None or anew is None:
        return None
    both = placement.cells.index.intersection(anew.cells.index)
    pairs = DataFrame(
        {
            "old": plan.hierarchy.cell_ids.get_indexer(placement.cells[both]),
            "new": new.cell_ids.get_indexer(anew.cells[both]),
        }
    )
    return pairs.groupby(["old", "new"]).size().rename("count").reset_index()


def _donors(plan: Plan, size: int, shares: DataFrame, homes: DataFrame | None) -> npt.NDArray[np.intp]:
    """Return the old cell that each new cell takes after, -1 for none."""
    donors = _heaviest(plan, shares.set_axis(["old", "new", "weight"], axis=1), size)
    if homes is None:
        return donors
    known = np.full(size, fill_value=False)
    known[homes["new"]] = True
    by_homes = _heaviest(plan, homes.set_axis(["old", "new", "weight"], axis=1), size)
    return np.where(known, by_homes, donors)


def _heaviest(plan: Plan, pairs: DataFrame, size: int) -> npt.NDArray[np.intp]:
    """Return, for each new cell, the weightiest old cell of the weightiest zone of the weightiest tier."""
    tier = np.append(plan.effective.tier, NO_TIER)[pairs["old"]]
    zone = np.append(plan.effective.zone, -1)[pairs["old"]]
    strictness = np.where(tier < 0, 0, len(plan.tier_order) - tier)
    name = np.append(np.asarray(plan.hierarchy.cell_ids, dtype=object), "\uffff")[pairs["old"]]
    rows = pairs.assign(strictness=strictness, zone=zone, name=name)
    for keys in (["new", "strictness"], ["new", "strictness", "zone"]):
        total = rows.groupby(keys)["weight"].transform("sum")
        most = total.groupby(rows["new"]).transform("max")
        rows = rows[total >= most * (1 - _TIE)]
        if keys[-1] == "strictness":
            rows = rows[rows["strictness"] == rows.groupby("new")["strictness"].transform("max")]
    rows = rows[rows["zone"] == rows.groupby("new")["zone"].transform("min")]
    rows = rows.sort_values(["new", "weight", "name"], ascending=[True, False, True]).drop_duplicates("new")
    donors = np.full(size, -1, dtype=np.intp)
    donors[rows["new"]] = rows["old"]
    return donors


def _carved(carve: CarveOut, plan: Plan, new: Hierarchy, placement: Placement | None) -> CarveOut:
    """Keep a carve-out; one of addresses in an area that is gone covers the households it covered."""
    if not carve.scope or carve.scope in new.areas.index:
        return carve
    if placement is None:
        return replace(carve, scope="")
    inside = tuple(placement.cells.index[covered_rows(carve, plan, placement)])
    return replace(carve, scope="", addresses=(), households=inside) if inside else replace(carve, scope="")


def _in_new_scope(carve: CarveOut, renumbered: Mapping[str, str]) -> CarveOut:
    return replace(carve, scope=renumbered.get(carve.scope, carve.scope))


def _moved(carve: CarveOut, old_grid: Any, new_grid: Any) -> CarveOut:
    """Bring a drawn shape into the CRS of the new grid."""
    if not carve.shape or old_grid.crs == new_grid.crs:
        return carve
    shape = gpd.GeoSeries.from_wkt([carve.shape], crs=old_grid.crs).to_crs(new_grid.crs).iloc[0]
    return replace(carve, shape=shapely.to_wkt(shape, rounding_precision=-1))


def _edit(plan: Plan, new: Hierarchy, donors: npt.NDArray[np.intp], carves: list[CarveOut]) -> CarryOver:
    cells, taken = np.asarray(new.cell_ids, dtype=object)[donors >= 0], donors[donors >= 0]
    old_cells = np.asarray(plan.hierarchy.cell_ids, dtype=object)[taken]
    return CarryOver(
        tiers=plan.tier_order,
        prefixes=[plan.prefixes[tier] for tier in plan.tier_order],
        registry=[tuple(plain_zone(zone)) for zone in plan.registry],
        marks=_marks(plan, cells, taken),
        carved=[tuple(plain_carve_out(carve).values()) for carve in carves],
        next_carve_out=plan.next_carve_out,
        reasons=[
            (cell, plan.reasons[old])
            for cell, old in zip(cells, old_cells, strict=True)
            if old in plan.reasons
        ],
        protocol=plan.protocol_id,
    )


def _marks(
    plan: Plan, cells: Any, taken: npt.NDArray[np.intp]
) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Gather what each layer says of the donors, by layer, tier and zone."""
    marks = []
    tiers, zones = [*plan.tier_order, NONE], [*(zone.zone_id for zone in plan.registry), ""]
    for name in LAYERS:
        said = DataFrame({"tier": plan.layers[name].tier[taken], "zone": plan.layers[name].zone[taken]})
        said = said.assign(cell=Series(cells, dtype="str"))[(said["tier"] != UNSET).to_numpy()]
        for (tier, zone), rows in said.groupby(["tier", "zone"]):
            marks.append((name, tiers[tier], zones[zone], tuple(sorted(rows["cell"]))))
    return marks

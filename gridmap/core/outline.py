"""The outlines of zones: what is drawn, with the parts of cells that carve-outs take out of them."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas import DataFrame

from gridmap.core.claims import in_order_of_claim, won_rows
from gridmap.core.rings import NONE
from gridmap.core.tally import count_zones
from gridmap.core.unions import union_of, unions_of
from gridmap.errors import UnknownCellError
from gridmap.model.areas import Hierarchy, hierarchy_for
from gridmap.model.crs import to_metric
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.zone import CarveOut

HOME_RADIUS_M = 12.0
_COUNTS = ("cells", "households", "residents")


def zone_outlines(plan: Plan, grid: DataFrame, *, placement: Placement | None = None) -> Any:
    """Draw every zone: the union of its cells, and of the parts that its carve-outs cover.

    A carve-out with a drawn shape is that shape. One of addresses or households is drawn round the located
    households it covers: their hull, `HOME_RADIUS_M` wider, within the cells they lie in. It is a picture of
    where they are and not a boundary; who is in a zone is answered by `gridmap.household_tiers`.

    Parameters
    ----------
    plan
        The plan.
    grid
        Its grid, in any CRS.
    placement
        The placed households; without it there are no counts, and carve-outs of addresses or households have
        no outline.

    Returns
    -------
    zones
        In the CRS of the grid, by ``zone_id``: `tier`, `name`, `cells`, `households`, `residents` (missing
        without `placement`), `geometry` (missing where nothing can be drawn). Outlines do not overlap.

    Raises
    ------
    UnknownCellError
        If the grid lacks cells of the plan.
    """
    ground = demand_cells(plan, grid)
    whole = _whole_cells(plan, ground)
    for carve, shape in _carved(plan, ground, placement):
        for zone_id in whole:
            if zone_id != carve.zone_id and shapely.intersects(whole[zone_id], shape):
                whole[zone_id] = shapely.difference(whole[zone_id], shape)
        if carve.zone_id:
            whole[carve.zone_id] = shapely.union(whole.get(carve.zone_id, shapely.Polygon()), shape)
    zones = plan.zones
    shapes = [whole.get(zone_id, shapely.Polygon()) for zone_id in zones.index]
    drawn = np.array([None if shape.is_empty else _polygons(shape) for shape in shapes], dtype=object)
    columns = {"tier": zones["tier"], "name": zones["name"], **_counts(plan, placement)}
    outlines = gpd.array.from_shapely(drawn, crs=ground.geometry.crs)
    return gpd.GeoDataFrame({**columns, "geometry": outlines}, index=zones.index)


def demand_cells(plan: Plan, grid: DataFrame) -> Hierarchy:
    """Return the areas of a grid that has the cells of the plan.

    Raises
    ------
    UnknownCellError
        With the cells that are missing.
    """
    ground = hierarchy_for(grid)
    if ground is plan.hierarchy:
        return ground
    missing = plan.hierarchy.cell_ids.difference(ground.cell_ids)
    if len(missing):
        said = f"the grid lacks {len(missing)} cells of the plan, such as {missing[0]!r}"
        raise UnknownCellError(f"{said}; give the grid that the plan was made over", list(missing))
    return ground


def _whole_cells(plan: Plan, ground: Hierarchy) -> dict[str, Any]:
    """Draw the cells of every zone together; the grid may have more cells than the plan, in another order."""
    zones = plan.effective.zone
    if ground is not plan.hierarchy:
        zones = np.full(len(ground.cell_ids), NONE, dtype=np.int32)
        zones[ground.cell_ids.get_indexer(plan.hierarchy.cell_ids)] = plan.effective.zone
    shapes = unions_of(ground, zones)
    return {
        zone.zone_id: shape for zone, shape in zip(plan.registry, shapes, strict=False) if shape is not None
    }


def _carved(plan: Plan, ground: Hierarchy, placement: Placement | None) -> list[tuple[CarveOut, Any]]:
    """Return the parts of cells that carve-outs take, those that win over others last."""
    drawn = [(carve, _shape(carve, plan, ground, placement)) for carve in in_order_of_claim(plan)]
    return [(carve, shape) for carve, shape in drawn if not shape.is_empty]


def _shape(carve: CarveOut, plan: Plan, ground: Hierarchy, placement: Placement | None) -> Any:
    if carve.shape:
        shape = shapely.from_wkt(carve.shape)
        near = np.sort(ground.tree.query(shape, predicate="intersects"))
        return shapely.intersection(shape, union_of(np.asarray(ground.geometry.array)[near]))
    if placement is None:
        return shapely.Polygon()
    members = placement.roster.iloc[won_rows(carve, plan, placement)]
    members = members[members.geometry.notna() & ~members.geometry.is_empty]
    return (
        _round_homes(members, ground.geometry.loc[members["cell_id"].unique()])
        if len(members)
        else shapely.Polygon()
    )


def _round_homes(members: Any, cells: Any) -> Any:
    """Draw the hull of homes, a little wider, within their cells."""
    homes = gpd.GeoSeries(members.geometry.array, crs=members.crs)
    metric = to_metric(gpd.GeoDataFrame(geometry=homes)) if homes.crs is not None else homes
    hull = shapely.union_all(np.asarray(metric.geometry.array)).convex_hull.buffer(HOME_RADIUS_M)
    shape = gpd.GeoSeries([hull], crs=metric.crs)
    shape = shape.to_crs(members.crs) if members.crs is not None else shape
    return shapely.intersection(shape.iloc[0], union_of(np.asarray(cells.array)))


def _polygons(shape: Any) -> Any:
    """Keep the polygons of a shape; lines and points that a cut leaves over have no area."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = shapely.get_parts(shape)
    kept = parts[shapely.get_dimensions(parts) == 2]
    return shapely.union_all(kept)


def _counts(plan: Plan, placement: Placement | None) -> dict[str, Any]:
    if placement is not None:
        counts = count_zones(plan, placement)
        return {name: pd.array(counts[name].to_numpy(), dtype="Int64") for name in _COUNTS}
    size = np.bincount(plan.effective.zone + 1, minlength=len(plan.registry) + 1)[1:].tolist()
    of_zone = {zone.zone_id: count for zone, count in zip(plan.registry, size, strict=True)}
    cells = pd.array([of_zone[zone_id] for zone_id in plan.zones.index], dtype="Int64")
    unknown = pd.array([pd.NA] * len(cells), dtype="Int64")
    return {"cells": cells, "households": unknown, "residents": unknown}

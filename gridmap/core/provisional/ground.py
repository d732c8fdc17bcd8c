"""What a provisional grid is made of: villages, buildings and roads as they come, in one order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from pandas import DataFrame

from gridmap.core.coverage import polygons_of
from gridmap.core.provisional.partition import Places, Shapes, cut, joined
from gridmap.errors import Fault, GridError
from gridmap.model.address import split_addresses
from gridmap.model.crs import metric_crs_of
from gridmap.model.frames import cell_id_text, grid_frame, with_geometry
from gridmap.model.hierarchy import LEVELS, hierarchy_of
from gridmap.model.shown import shows_counts

_HULL_M = 50.0
_CODES = ("cell_id", "village_id", "code")


@shows_counts
@dataclass(frozen=True, eq=False)
class Ground:
    """The polygons that are cut, sorted by their code.

    Parameters
    ----------
    areas
        A row for each: `code`, `label`, `cell_level`, and ids and names of it and the areas above it.
    shapes
        The polygons, in `crs`.
    crs
        Of the villages.
    metric
        The polygons in metres.
    findings
        What was odd about them.
    """

    areas: DataFrame
    shapes: Shapes
    crs: Any
    metric: Any
    findings: tuple[Fault, ...] = ()

    def to_metric(self, shapes: Shapes) -> Shapes:
        """Return shapes in metres."""
        return np.asarray(GeoSeries(shapes, crs=self.crs).to_crs(self.metric.crs).to_numpy())

    def from_metric(self, shapes: Shapes) -> Shapes:
        """Return shapes that are in metres in the CRS of the villages."""
        return np.asarray(GeoSeries(shapes, crs=self.metric.crs).to_crs(self.crs).to_numpy())

    def village_of(self, homes: Any) -> Places:
        """Return the position of the village of each building, -1 outside all."""
        spots = shapely.point_on_surface(homes.geometry.to_numpy())
        place, owner = shapely.STRtree(self.metric.to_numpy()).query(spots, predicate="intersects")
        first = np.full(len(spots), len(self.shapes), dtype=np.intp)
        np.minimum.at(first, place, owner)
        return np.where(first == len(self.shapes), -1, first)


def ground_of(villages: Any, *, homes: Any, ways: Any, crs: Any) -> Ground:
    """Take in the villages, or make one outline round the buildings or of what roads enclose.

    Raises
    ------
    GridError
        If there is no polygon to cut, or no CRS.
    """
    if villages is None:
        villages = _outline(homes, ways)
    frame = _with_crs(_shaped(villages), crs, "villages")
    frame = _coded(frame)
    if frame.index.has_duplicates:
        twice = ", ".join(sorted(set(frame.index[frame.index.duplicated()]))[:5])
        raise GridError(
            "the villages", [Fault("duplicate_id", twice, "the same code twice", "dissolve them")]
        )
    areas = hierarchy_of(frame)
    leaves = areas.index[areas["is_cell"]].sort_values()
    geometry = frame.geometry.loc[leaves]
    shapes = np.array([_polygon(shape) for shape in geometry], dtype=object)
    drawn = ~shapely.is_empty(shapes)
    if not drawn.any():
        raise GridError(
            "the villages", [Fault("no_polygon", "", "there is no polygon", "give village outlines")]
        )
    leaves, shapes = leaves[drawn], shapes[drawn]
    findings = _ground_findings(shapes, leaves)
    if findings:
        once = cut(shapes, np.array([], dtype=object))
        shapes, kept = joined(once.shapes, once.owner.tolist())
        leaves = leaves[kept]
    metric = GeoSeries(shapes, crs=frame.crs)
    metric = metric.to_crs(metric_crs_of(metric.to_frame("geometry")))
    rows = DataFrame([_area_row(areas, leaf) for leaf in leaves])
    return Ground(rows, shapes, frame.crs, metric, findings)


def buildings_of(buildings: Any, *, by_address: str | None, crs: Any) -> GeoDataFrame:
    """Take in buildings that have a place: `row` (their label), `group` and geometry, in a fixed order.

    Raises
    ------
    GridError
        If none has a place, the column of addresses is missing, or there is no CRS.
    """
    frame = _with_crs(_shaped(buildings), crs, "buildings")
    if by_address is not None and by_address not in frame:
        known = ", ".join(str(each) for each in frame.columns[:10])
        cure = f"give by_address= one of {known}; or None for a cell each"
        raise GridError("the buildings", [Fault("no_address", "", f"no column {by_address!r}", cure)])
    shapes = np.array([_point_or_polygon(shape) for shape in frame.geometry], dtype=object)
    drawn = ~shapely.is_empty(shapes)
    if not drawn.any():
        raise GridError(
            "the buildings", [Fault("no_location", "", "none has a place", "give points or footprints")]
        )
    if by_address is None:
        keys = shapely.to_wkt(shapes, rounding_precision=-1)
    else:
        keys = split_addresses(frame[by_address])["compound"].to_numpy()
    columns = {"row": frame.index.astype("str"), "group": keys}
    homes = GeoDataFrame(columns, geometry=shapes, crs=frame.crs)[drawn]
    wkb = shapely.to_wkb(homes.geometry.to_numpy(), hex=True).astype(str)
    return homes.iloc[np.lexsort((homes["group"].to_numpy(dtype=str), wkb))].reset_index(drop=True)


def roads_of(roads: Any, *, crs: Any) -> GeoSeries:
    """Take in roads as lines, in a fixed order.

    Raises
    ------
    GridError
        If there is no line, or no CRS.
    """
    frame = _with_crs(_shaped(roads), crs, "roads")
    shapes = frame.geometry.to_numpy()
    lines = shapely.get_parts(shapes[(shapely.get_dimensions(shapes) == 1) & ~shapely.is_empty(shapes)])
    if not len(lines):
        raise GridError("the roads", [Fault("no_line", "", "there is no line", "give roads as lines")])
    order = np.argsort(shapely.to_wkb(lines, hex=True).astype(str), kind="stable")
    return GeoSeries(lines[order], crs=frame.crs)


def with_neighbours_group(homes: GeoDataFrame, village: Places) -> GeoDataFrame:
    """Give every building without an address the group of the nearest one of its village that has one."""
    groups, shapes = homes["group"].to_numpy(dtype=object, copy=True), homes.geometry.to_numpy()
    bare = (groups == "") & (village >= 0)
    for owner in np.unique(village[bare]):
        known = np.flatnonzero((village == owner) & ~bare)
        asking = np.flatnonzero((village == owner) & bare)
        if len(known):
            found, nearest = shapely.STRtree(shapes[known]).query_nearest(shapes[asking], all_matches=False)
            groups[asking[found]] = groups[known[nearest]]
    return homes.assign(group=groups)


def _shaped(table: Any) -> GeoDataFrame:
    if isinstance(table, GeoSeries):
        return table.to_frame("geometry")
    frame = with_geometry(table)
    if not isinstance(frame, GeoDataFrame):
        raise GridError(
            "the grid", [Fault("no_geometry", "", "a table without geometry", "give a GeoDataFrame")]
        )
    return frame


def _with_crs(frame: GeoDataFrame, crs: Any, what: str) -> GeoDataFrame:
    if frame.crs is not None:
        return frame
    if crs is None:
        raise GridError(f"the {what}", [Fault("no_crs", "", "the table has no CRS", "give crs=")])
    return frame.set_crs(crs)


def _outline(homes: Any, ways: Any) -> GeoSeries:
    """Make one outline: the hull of the buildings, or all that roads enclose."""
    if homes is None and ways is None:
        what = "no villages, buildings or roads are given"
        raise GridError("the grid", [Fault("no_outline", "", what, "give the outline as villages")])
    given = homes.geometry if homes is not None else ways
    metric = given.to_crs(metric_crs_of(given.to_frame("geometry")))
    union = shapely.union_all(metric.to_numpy())
    if homes is not None:
        shape = shapely.buffer(shapely.convex_hull(union), _HULL_M)
    else:
        shape = shapely.union_all(shapely.get_parts(shapely.polygonize(shapely.get_parts(union))))
    return GeoSeries([shape], index=["G"], crs=metric.crs).to_crs(given.crs)


def _coded(frame: GeoDataFrame) -> GeoDataFrame:
    """Index the villages by their code; without any they are numbered from the north-west."""
    key = next((name for name in _CODES if name in frame.columns and frame.index.name != "cell_id"), "")
    frame = grid_frame(frame.set_index(key) if key else frame)
    if isinstance(frame.index, pd.RangeIndex):
        west, _, _, north = frame.bounds.to_numpy().T
        order = np.lexsort((west, -north))
        frame = frame.iloc[order].set_axis([str(place) for place in range(1, len(order) + 1)])
    return frame.set_axis(pd.Index(cell_id_text(frame.index), dtype="str", name="cell_id"))


def _polygon(shape: Any) -> Any:
    if shape is None:
        return shapely.Polygon()
    return polygons_of(shape if shape.is_valid else shapely.make_valid(shape))


def _point_or_polygon(shape: Any) -> Any:
    """Return a footprint as valid polygons, and anything else as a point inside it."""
    if shape is None or shape.is_empty:
        return shapely.Point()
    if shapely.get_dimensions(shape) == 2:
        polygon = _polygon(shape)
        return polygon if polygon.area > 0 else shapely.Point(shapely.get_coordinates(shape)[0])
    return shapely.point_on_surface(shape)


def _area_row(areas: DataFrame, leaf: str) -> dict[str, str]:
    """Name a polygon and the areas above it; one of no known level is the next above."""
    level = areas.at[leaf, "level"]
    own = "grid" if level in LEVELS[3:] else "village"
    row = {
        "code": leaf,
        "label": areas.at[leaf, "name"],
        "cell_level": "microgrid" if own == "grid" else "grid",
    }
    open_levels, area = list(LEVELS[: LEVELS.index(own) + 1]), leaf
    while isinstance(area, str) and open_levels:
        level = own if area == leaf else areas.at[area, "level"]
        while open_levels.pop() != level and level in open_levels:
            pass
        name = level if level in LEVELS else LEVELS[len(open_levels)]
        row |= {f"{name}_id": area, f"{name}_name": areas.at[area, "name"]}
        area = areas.at[area, "parent_id"]
    return row


def _ground_findings(shapes: Shapes, leaves: Any) -> tuple[Fault, ...]:
    if shapely.coverage_is_valid(shapes):
        return ()
    edges = shapely.coverage_invalid_edges(shapes)
    odd = [str(leaf) for leaf, edge in zip(leaves, edges, strict=True) if not shapely.is_empty(edge)]
    where = ", ".join(odd[:5]) + f" and {len(odd) - 5} more" * (len(odd) > 5)
    what = "villages that overlap or do not share their corners; ground in two went to the first code"
    return (Fault("overlap", where, what, "call gridmap.check_grid on the villages"),)

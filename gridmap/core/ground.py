"""The ground on which duties are given: what lies where, in metres."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray
from pandas import DataFrame, Series

from gridmap.core.tally import household_tiers, household_zones, occupied_zones
from gridmap.model.crs import metric_crs_of, transformer
from gridmap.model.placement import Placement
from gridmap.model.plan import NONE, Plan
from gridmap.model.shown import shows_counts

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@shows_counts
@dataclass(frozen=True, eq=False)
class Ground:
    """A plan and its households, laid out for giving duties.

    Parameters
    ----------
    plan, placement
        What was zoned, and who lives there.
    cells
        By ``cell_id``: `tier` (or ``none``), `zone_id` (or empty), `x_m`, `y_m` of the centroid.
    households
        By ``household_id``, in the order of the roster: `cell_id`, `tier`, `zone_id`, `x_m`, `y_m` of the
        household or else of its cell.
    home
        The position of the cell of every household.
    parents
        The area above each area; the top ones are missing.
    """

    plan: Plan
    placement: Placement
    cells: DataFrame
    households: DataFrame
    home: Places
    parents: Mapping[str, str]

    @cached_property
    def tier_labels(self) -> tuple[str, ...]:
        """The tiers, and ``none``."""
        return (*self.plan.tier_order, NONE)

    @cached_property
    def zone_labels(self) -> tuple[str, ...]:
        """The ids of all zones, and empty text."""
        return (*(zone.zone_id for zone in self.plan.registry), "")

    @cached_property
    def household_zones(self) -> Places:
        """The zone of every household, as a position in `zone_labels`."""
        return _places_in(self.zone_labels, self.households["zone_id"])

    @cached_property
    def places(self) -> DataFrame:
        """Every distinct `cell`, `tier`, `zone` that a cell or a household of it carries, as positions."""
        return pd.concat([self._homes, self._fields, self._shaped]).drop_duplicates(ignore_index=True)

    @cached_property
    def inhabited(self) -> DataFrame:
        """`places` where people live: of a cell without households, the cell itself."""
        empty = np.bincount(self.home, minlength=len(self.cells)) == 0
        return pd.concat([self._homes, self._fields[empty]]).drop_duplicates(ignore_index=True)

    @cached_property
    def cell_counts(self) -> NDArray[np.int64]:
        """Number of cells of every area, by its position in the areas of the plan."""
        lineage = self.plan.hierarchy.lineage
        return np.bincount(lineage[lineage >= 0], minlength=len(self.plan.hierarchy.areas))

    @cached_property
    def sizes(self) -> Mapping[str, int]:
        """Number of cells of every area."""
        return dict(zip(self.plan.hierarchy.areas.index.tolist(), self.cell_counts.tolist(), strict=True))

    @cached_property
    def _homes(self) -> DataFrame:
        tiers = _places_in(self.tier_labels, self.households["tier"])
        return DataFrame({"cell": self.home, "tier": tiers, "zone": self.household_zones}).drop_duplicates()

    @cached_property
    def _fields(self) -> DataFrame:
        tiers = _places_in(self.tier_labels, self.cells["tier"])
        zones = _places_in(self.zone_labels, self.cells["zone_id"])
        return DataFrame({"cell": np.arange(len(tiers)), "tier": tiers, "zone": zones})

    @cached_property
    def occupied(self) -> Any:
        """The zones that hold somebody or something."""
        return occupied_zones(self.plan, self.placement)

    @cached_property
    def closed(self) -> frozenset[str]:
        """The zones of the strictest tier, which nobody enters or leaves."""
        zones = self.plan.zones
        return frozenset(zones.index[zones["tier"] == self.plan.tier_order[0]])

    def chain(self, area: str) -> list[str]:
        """Return the areas from `area` itself up to the top."""
        areas: list[str] = []
        here: str | None = area
        while here is not None and here not in areas:
            areas.append(here)
            here = self.parents.get(here)
        return areas

    def metres(self, points: Any) -> tuple[Floats, Floats]:
        """Return x and y in metres of geometries; NaN where there is none."""
        crs = self.plan.hierarchy.geometry.crs
        return _metres(points, crs, None if crs is None else metric_crs_of(self.plan.hierarchy.geometry))

    def cells_at(self, points: Any) -> Series:
        """Return the cell in which each geometry lies, by the index of `points`; empty text where none."""
        hierarchy, crs = self.plan.hierarchy, self.plan.hierarchy.geometry.crs
        moved = points if points.crs is None or crs is None else points.to_crs(crs)
        middles = shapely.centroid(moved.to_numpy())
        which, cells = hierarchy.tree.query(middles, predicate="intersects")
        rank = np.empty(len(hierarchy.id_order), dtype=np.intp)
        rank[hierarchy.id_order] = np.arange(len(rank))
        first = np.full(len(middles), len(rank))
        np.minimum.at(first, which, rank[cells])
        found = np.where(first < len(rank), np.append(hierarchy.id_order, -1)[first], -1)
        return Series(_taken(hierarchy.cell_ids, found), index=points.index, dtype="str")

    @cached_property
    def _shaped(self) -> DataFrame:
        """The cells that drawn carve-outs touch: they lie in a zone though nobody may live there."""
        rows = [
            (cell, self.tier_labels.index(carve.tier), self.zone_labels.index(carve.zone_id))
            for carve in self.plan.carve_list
            if carve.shape
            for cell in np.flatnonzero(self.plan.hierarchy.geometry.intersects(shapely.from_wkt(carve.shape)))
        ]
        return DataFrame(rows, columns=["cell", "tier", "zone"], dtype="int64")


def survey(plan: Plan, placement: Placement) -> Ground:
    """Lay out a plan and its households for giving duties."""
    grid = plan.hierarchy.geometry
    metric = None if grid.crs is None else metric_crs_of(grid)
    x_m, y_m = _metres(grid, grid.crs, metric)
    cells = DataFrame(
        {"tier": plan.tiers.fillna(NONE), "zone_id": plan.cell_zones.fillna(""), "x_m": x_m, "y_m": y_m},
        index=pd.Index(plan.hierarchy.cell_ids, name="cell_id"),
    )
    home = plan.hierarchy.cell_ids.get_indexer(placement.cells)
    above = plan.hierarchy.areas["parent_id"].dropna()
    parents = above[above != ""].to_dict()
    return Ground(
        plan=plan,
        placement=placement,
        cells=cells,
        households=_households(plan, placement, cells.iloc[home], metric),
        home=home,
        parents=parents,
    )


def points_of(frame: DataFrame) -> Any:
    """Return the geometry of a table, else its `lon` and `lat`, else nothing for every row."""
    if "geometry" in frame:
        return gpd.GeoSeries(frame["geometry"])
    if "lon" not in frame or "lat" not in frame:
        return gpd.GeoSeries([None] * len(frame), index=frame.index)
    degrees = [pd.to_numeric(frame[name], errors="coerce").astype("float64") for name in ("lon", "lat")]
    known = (degrees[0].notna() & degrees[1].notna()).to_numpy()
    points = np.where(known, shapely.points(*degrees), None)
    return gpd.GeoSeries(points, index=frame.index, crs="EPSG:4326")


def _households(plan: Plan, placement: Placement, here: DataFrame, metric: Any) -> DataFrame:
    """Lay out the households, where `here` is the cell of each."""
    own = placement.households.geometry.take(placement.rows)
    own_x_m, own_y_m = _metres(own, plan.hierarchy.geometry.crs, metric)
    located = np.isfinite(own_x_m) & np.isfinite(own_y_m)
    columns = {
        "cell_id": placement.cells.array,
        "tier": household_tiers(plan, placement).array,
        "zone_id": household_zones(plan, placement).array,
        "x_m": np.where(located, own_x_m, here["x_m"].to_numpy()),
        "y_m": np.where(located, own_y_m, here["y_m"].to_numpy()),
    }
    return DataFrame(columns, index=placement.cells.index)


def _metres(geometry: Any, crs: Any, metric: Any) -> tuple[Floats, Floats]:
    """Return x and y of the centroids; a grid without CRS is taken to be in metres."""
    points = np.asarray(geometry)
    shapes = np.flatnonzero(shapely.get_type_id(points) > 0)
    if len(shapes):
        points = points.copy()
        points[shapes] = shapely.centroid(points[shapes])
    x, y, own = shapely.get_x(points), shapely.get_y(points), getattr(geometry, "crs", None) or crs
    if metric is not None and own is not None and own != metric:
        known = np.isfinite(x) & np.isfinite(y)
        x[known], y[known] = transformer(own, metric).transform(x[known], y[known])
    return x, y


def _places_in(labels: tuple[str, ...], texts: Series) -> Places:
    """Return the place of each text among the labels."""
    values = pa.array(texts.array, pa.large_string())
    return np.asarray(pc.index_in(values, value_set=pa.array(labels, pa.large_string())), dtype=np.intp)


def _taken(ids: pd.Index, places: Places) -> Any:
    """Return the id at each place; empty text for -1."""
    return pd.array([*ids.tolist(), ""], dtype="str").take(places)

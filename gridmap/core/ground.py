"""The ground on which duties are given: what lies where, in metres, and who could serve it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray
from pandas import DataFrame, Series
from pyproj import Transformer

from gridmap.core.tally import household_tiers, household_zones, occupied_zones
from gridmap.core.walk import ranks
from gridmap.model.crs import metric_crs_of
from gridmap.model.placement import Placement
from gridmap.model.plan import NONE, Plan

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
STAFF_COLUMNS = ("official_id", "role", "phone", "territory", "home_cell")
NUMBERS = ("capacity", "x_m", "y_m")
_SAME_HOUSE_M = 1.0


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


def muster(officials: DataFrame | None, ground: Ground) -> DataFrame:
    """Put the officials in one order that does not depend on how they were listed.

    Parameters
    ----------
    officials
        As `gridmap.read_officials` gives them; every column may be missing, and so may the table.
    ground
        Where they live.

    Returns
    -------
    staff
        One row per official and role: the texts of `STAFF_COLUMNS`, `capacity` (missing where not said),
        `x_m`, `y_m` of the home, and `home_zone`: the closed zone they live in, or empty text.
    """
    listed = DataFrame(index=pd.Index([], dtype="str")) if officials is None else officials
    texts = {name: _text(listed, name) for name in STAFF_COLUMNS[1:]}
    staff = DataFrame({"official_id": _clean(Series(listed.index, index=range(len(listed)))), **texts})
    capacity = listed["capacity"].to_numpy() if "capacity" in listed else np.full(len(listed), np.nan)
    staff["capacity"] = pd.to_numeric(Series(capacity), errors="coerce").astype("float64")
    staff["capacity"] = staff["capacity"].where(staff["capacity"] >= 0)
    homes = points_of(listed).reset_index(drop=True)
    staff["x_m"], staff["y_m"] = ground.metres(homes)
    staff["home_zone"] = _home_zones(staff, homes, ground)
    _fill_homes(staff, ground)
    keys = [*(ranks(staff[name]) for name in STAFF_COLUMNS), *(staff[name] for name in NUMBERS)]
    staff = staff.iloc[np.lexsort(keys[::-1])]
    return staff.drop_duplicates(["official_id", "role"]).reset_index(drop=True)


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
        x[known], y[known] = _transformer(own, metric).transform(x[known], y[known])
    return x, y


@lru_cache(maxsize=8)
def _transformer(crs: Any, metric: Any) -> Any:
    return Transformer.from_crs(crs, metric, always_xy=True)


def _home_zones(staff: DataFrame, homes: Any, ground: Ground) -> Series:
    """Return the closed zone each official lives in, by the households at the house, else by the cell."""
    if not ground.closed:
        return Series("", index=staff.index, dtype="str")
    cells = staff["home_cell"].where(staff["home_cell"].isin(ground.cells.index), ground.cells_at(homes))
    zones = cells.map(ground.cells["zone_id"]).fillna("")
    zones = zones.where(zones.isin(ground.closed), "").astype("str")
    closed = ground.households["zone_id"].isin(ground.closed).to_numpy()
    zones[_neighbours(staff, ground, np.flatnonzero(~closed), zones != "")["at"].unique()] = ""
    same = _neighbours(staff, ground, np.flatnonzero(closed), np.ones(len(staff), dtype=bool))
    first = same.sort_values(["at", "zone_id"]).drop_duplicates("at").set_index("at")["zone_id"]
    zones[first.index] = first
    return zones


def _neighbours(staff: DataFrame, ground: Ground, households: Places, asked: Any) -> DataFrame:
    """Pair officials with those of the households that live in the same house: `at`, `zone_id`."""
    x_m, y_m = staff["x_m"].to_numpy(), staff["y_m"].to_numpy()
    which = np.flatnonzero(np.asarray(asked) & np.isfinite(x_m) & np.isfinite(y_m))
    people = ground.households.iloc[households]
    px_m, py_m = people["x_m"].to_numpy(), people["y_m"].to_numpy()
    near = np.zeros(len(people), dtype=bool)
    if len(which):
        near = (px_m >= x_m[which].min() - _SAME_HOUSE_M) & (px_m <= x_m[which].max() + _SAME_HOUSE_M)
        near &= (py_m >= y_m[which].min() - _SAME_HOUSE_M) & (py_m <= y_m[which].max() + _SAME_HOUSE_M)
    points = shapely.points(np.column_stack([px_m[near], py_m[near]]))
    houses = shapely.points(np.column_stack([x_m[which], y_m[which]]))
    at, found = shapely.STRtree(points).query(houses, predicate="dwithin", distance=_SAME_HOUSE_M)
    return DataFrame({"at": which[at], "zone_id": people["zone_id"].array[near].take(found)})


def _fill_homes(staff: DataFrame, ground: Ground) -> None:
    """Where a home has no point, its cell stands for it, else the middle of the territory."""
    cell = ground.cells.index.get_indexer(staff["home_cell"])
    area = ground.plan.hierarchy.areas.index.get_indexer(staff["territory"])
    for axis in ("x_m", "y_m"):
        metres = np.append(ground.cells[axis].to_numpy(), np.nan)
        staff[axis] = staff[axis].fillna(Series(metres[cell], index=staff.index))
        open_rows = staff[axis].isna().to_numpy() & (area >= 0)
        middles = _middles(ground, area[open_rows], ground.cells[axis].to_numpy())
        staff.loc[open_rows, axis] = middles.reindex(area[open_rows]).to_numpy()


def _middles(ground: Ground, areas: Places, metres: Floats) -> Series:
    """Return the mean over the cells of each of the areas, by its position."""
    lineage, wanted = ground.plan.hierarchy.lineage, np.zeros(len(ground.sizes) + 1, dtype=bool)
    wanted[areas] = True
    step, cell = np.nonzero(wanted[lineage] & (lineage >= 0))
    return Series(metres[cell]).groupby(lineage[step, cell]).mean()


def _text(frame: DataFrame, name: str) -> Series:
    if name not in frame:
        return Series("", index=range(len(frame)), dtype="str")
    return _clean(frame[name].reset_index(drop=True))


def _clean(values: Series) -> Series:
    return values.astype("str").fillna("").str.strip().astype("str")


def _places_in(labels: tuple[str, ...], texts: Series) -> Places:
    """Return the place of each text among the labels."""
    values = pa.array(texts.array, pa.large_string())
    return np.asarray(pc.index_in(values, value_set=pa.array(labels, pa.large_string())), dtype=np.intp)


def _taken(ids: pd.Index, places: Places) -> Any:
    """Return the id at each place; empty text for -1."""
    return pd.array([*ids.tolist(), ""], dtype="str").take(places)

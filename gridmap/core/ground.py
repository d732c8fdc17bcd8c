"""The ground on which duties are given: what lies where, in metres, and who could serve it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pandas import DataFrame, Series

from gridmap.core.tally import household_tiers, household_zones, occupied_zones
from gridmap.model.crs import metric_crs_of
from gridmap.model.placement import Placement
from gridmap.model.plan import NONE, Plan

Floats = NDArray[np.float64]
STAFF_COLUMNS = ("official_id", "role", "phone", "territory", "home_cell")
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
    parents
        The area above each area; the top ones are missing.
    ancestry
        One row per cell and area that holds it, the cell itself included: `cell_id`, `area_id`.
    """

    plan: Plan
    placement: Placement
    cells: DataFrame
    households: DataFrame
    parents: Mapping[str, str]
    ancestry: DataFrame

    @cached_property
    def places(self) -> DataFrame:
        """Every distinct `cell_id`, `tier`, `zone_id` that a cell or a household of it carries."""
        keys = ["cell_id", "tier", "zone_id"]
        found = pd.concat([self.households[keys], self.cells.reset_index()[keys], self._shaped])
        return found.drop_duplicates().reset_index(drop=True)

    @cached_property
    def inhabited(self) -> DataFrame:
        """`places` where people live: of a cell without households, the cell itself."""
        keys = ["cell_id", "tier", "zone_id"]
        empty = self.cells[~self.cells.index.isin(self.households["cell_id"])].reset_index()
        return pd.concat([self.households[keys], empty[keys]]).drop_duplicates().reset_index(drop=True)

    @cached_property
    def sizes(self) -> Mapping[str, int]:
        """Number of cells of every area."""
        return dict(self.ancestry["area_id"].value_counts())

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
        grid = self.plan.hierarchy.geometry
        moved = points if points.crs is None or grid.crs is None else points.to_crs(grid.crs)
        which, cells = shapely.STRtree(grid.to_numpy()).query(
            shapely.centroid(moved.to_numpy()), predicate="intersects"
        )
        hits = DataFrame({"point": which, "cell_id": np.asarray(grid.index, dtype=object)[cells]})
        first = hits.groupby("point")["cell_id"].min()
        return Series(
            first.reindex(range(len(points))).fillna("").to_numpy(), index=points.index, dtype="str"
        )

    @cached_property
    def _shaped(self) -> DataFrame:
        """The cells that drawn carve-outs touch: they lie in a zone though nobody may live there."""
        grid = self.plan.hierarchy.geometry
        rows = [
            (cell, carve.tier, carve.zone_id)
            for carve in self.plan.carve_list
            if carve.shape
            for cell in grid.index[grid.intersects(shapely.from_wkt(carve.shape))]
        ]
        return DataFrame(rows, columns=["cell_id", "tier", "zone_id"], dtype="str")


def survey(plan: Plan, placement: Placement) -> Ground:
    """Lay out a plan and its households for giving duties."""
    grid = plan.hierarchy.geometry
    metric = None if grid.crs is None else metric_crs_of(grid)
    x_m, y_m = _metres(grid, grid.crs, metric)
    cells = DataFrame(
        {"tier": plan.tiers.fillna(NONE), "zone_id": plan.cell_zones.fillna(""), "x_m": x_m, "y_m": y_m},
        index=pd.Index(plan.hierarchy.cell_ids, name="cell_id"),
    )
    above = plan.hierarchy.areas["parent_id"].dropna()
    parents = above[above != ""].to_dict()
    return Ground(
        plan=plan,
        placement=placement,
        cells=cells,
        households=_households(plan, placement, cells, metric),
        parents=parents,
        ancestry=_ancestry(cells.index, parents),
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
    keys = [*STAFF_COLUMNS, "capacity", "x_m", "y_m"]
    return staff.sort_values(keys).drop_duplicates(["official_id", "role"]).reset_index(drop=True)


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


def _households(plan: Plan, placement: Placement, cells: DataFrame, metric: Any) -> DataFrame:
    roster = placement.roster
    here = cells.loc[placement.cells.to_numpy()]
    x_m, y_m = here["x_m"].to_numpy(), here["y_m"].to_numpy()
    if "geometry" in roster:
        own_x_m, own_y_m = _metres(roster["geometry"], plan.hierarchy.geometry.crs, metric)
        located = np.isfinite(own_x_m) & np.isfinite(own_y_m)
        x_m, y_m = np.where(located, own_x_m, x_m), np.where(located, own_y_m, y_m)
    columns = {
        "cell_id": placement.cells.to_numpy(),
        "tier": household_tiers(plan, placement).to_numpy(),
        "zone_id": household_zones(plan, placement).to_numpy(),
        "x_m": x_m,
        "y_m": y_m,
    }
    return DataFrame(columns, index=placement.cells.index)


def _metres(geometry: Any, crs: Any, metric: Any) -> tuple[Floats, Floats]:
    """Return x and y of the centroids; a grid without CRS is taken to be in metres."""
    points = gpd.GeoSeries(shapely.centroid(np.asarray(geometry)), crs=getattr(geometry, "crs", None) or crs)
    moved = points if metric is None or points.crs is None else points.to_crs(metric)
    return shapely.get_x(moved.to_numpy()), shapely.get_y(moved.to_numpy())


def _ancestry(cells: Any, parents: Mapping[str, str]) -> DataFrame:
    steps: list[DataFrame] = []
    here = Series(np.asarray(cells), dtype="str")
    own = here
    while here.notna().any() and len(steps) <= len(parents):
        steps.append(DataFrame({"cell_id": own, "area_id": here})[here.notna()])
        here = here.map(parents).astype("str")
    found = pd.concat(steps) if steps else DataFrame({"cell_id": own, "area_id": here})
    return found.reset_index(drop=True)


def _home_zones(staff: DataFrame, homes: Any, ground: Ground) -> Series:
    """Return the closed zone each official lives in, by the households at the house, else by the cell."""
    cells = staff["home_cell"].where(staff["home_cell"].isin(ground.cells.index), ground.cells_at(homes))
    zones = cells.map(ground.cells["zone_id"]).fillna("")
    people = ground.households
    points = shapely.points(people[["x_m", "y_m"]].to_numpy())
    located = np.isfinite(staff["x_m"]) & np.isfinite(staff["y_m"])
    asked = np.where(located, shapely.points(staff[["x_m", "y_m"]].to_numpy()), None)
    at, near = shapely.STRtree(points).query(asked, predicate="dwithin", distance=_SAME_HOUSE_M)
    same = DataFrame({"at": at, "zone_id": people["zone_id"].to_numpy()[near]})
    same["open"] = ~same["zone_id"].isin(ground.closed)
    first = same.sort_values(["at", "open", "zone_id"]).drop_duplicates("at").set_index("at")["zone_id"]
    zones = first.reindex(staff.index).fillna(zones)
    return zones.where(zones.isin(ground.closed), "").astype("str")


def _fill_homes(staff: DataFrame, ground: Ground) -> None:
    """Where a home has no point, its cell stands for it, else the middle of the territory."""
    middles = ground.ancestry.join(ground.cells[["x_m", "y_m"]], on="cell_id")
    middles = middles[middles["area_id"].isin(staff["territory"])].groupby("area_id")[["x_m", "y_m"]].mean()
    for axis in ("x_m", "y_m"):
        staff[axis] = staff[axis].fillna(staff["home_cell"].map(ground.cells[axis]))
        staff[axis] = staff[axis].fillna(staff["territory"].map(middles[axis]))


def _text(frame: DataFrame, name: str) -> Series:
    if name not in frame:
        return Series("", index=range(len(frame)), dtype="str")
    return _clean(frame[name].reset_index(drop=True))


def _clean(values: Series) -> Series:
    return values.astype("str").fillna("").str.strip().astype("str")

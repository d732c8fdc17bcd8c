"""Make a provisional grid where there is no digital one: of villages, buildings, roads or hexagons."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame

from gridmap.core.locate import NOWHERE, locate
from gridmap.core.provisional.dividers import half_ways, hexagon_sides, road_lines, sites_of
from gridmap.core.provisional.ground import Ground, buildings_of, ground_of, roads_of, with_neighbours_group
from gridmap.core.provisional.partition import (
    Pieces,
    Places,
    Shapes,
    cut,
    is_thin,
    joined,
    takers,
    with_small_joined,
)
from gridmap.errors import Fault, GridError, GridmapWarning
from gridmap.model.provisional import PROVISIONAL

_SMALL_SHARE = 0.1
_THIN_M = 3.0
_SHOWN = 5


def make_grid(
    villages: Any = None,
    *,
    buildings: Any = None,
    roads: Any = None,
    hexagon_m: float | None = None,
    by_address: str | None = "address",
    reach_m: float = 25.0,
    smallest_m2: float | None = None,
    crs: Any = None,
) -> GeoDataFrame:
    """Make provisional cells, until the true grid comes.

    Give one of `buildings`, `roads` and `hexagon_m` to cut the villages further; with none of them each
    village is one cell. The cells cover the villages exactly, have the very same corners as their
    neighbours, and do not depend on the order of the rows. They are marked `provisional`, which every
    export says.

    Parameters
    ----------
    villages
        Polygons by village code, or any other outline; areas above them may be rows too. Without it the
        outline is the hull of the buildings, 50 m wider, or what the roads enclose.
    buildings
        Points or footprints. Ground goes to the nearest building, and all buildings of one compound, street
        or natural village form one cell within each village; a footprint is never cut, except by the border
        of a village.
    roads
        Lines; a cell is what roads and the borders of the village enclose.
    hexagon_m
        The width of hexagons from side to side, clipped to the villages.
    by_address
        The column of `buildings` that holds addresses. A building without one goes with the nearest of its
        village that has one; a village without any stays whole. None gives every building its own cell.
    reach_m
        How far a loose end of a road is led on to the next line; dead ends divide nothing.
    smallest_m2
        What is smaller joins its neighbour in the village with the longest common border; a tenth of a
        hexagon, else 1 m2, if not given; and so does what is nowhere 3 m wide. Cells made of buildings stay.
    crs
        The CRS of the inputs that do not say theirs.

    Returns
    -------
    grid
        By ``cell_id`` (village code and a running number, from the north-west): `name`, `level` (``grid``,
        or ``microgrid`` where the polygons given are grids), `parent_id`, ids and names of the areas above,
        `buildings` (their count, where given), `provisional` and `geometry`, in the CRS of the villages.
        ``grid.attrs["findings"]`` lists what was odd.

    Raises
    ------
    GridError
        If there is nothing to make cells of, or no CRS.

    Warns
    -----
    GridmapWarning
        If there are findings, such as buildings outside the villages.

    Examples
    --------
    >>> grid = make_grid(villages, hexagon_m=300)
    >>> grid.index[:2].to_list(), grid["parent_id"].iloc[0]
    (['330421001001001', '330421001001002'], '330421001001')
    """
    _demand_one(buildings=buildings, roads=roads, hexagon_m=hexagon_m)
    homes = None if buildings is None else buildings_of(buildings, by_address=by_address, crs=crs)
    ways = None if roads is None else roads_of(roads, crs=crs)
    ground = ground_of(villages, homes=homes, ways=ways, crs=crs)
    if homes is not None:
        shapes, owners, names = _by_buildings(ground, homes)
        names = names if by_address is not None else [""] * len(names)
    else:
        pieces = _by_lines(ground, ways, hexagon_m, reach_m, smallest_m2)
        shapes, owners, names = pieces.shapes, pieces.owner, [""] * len(pieces.shapes)
    grid = _table(ground, shapes, owners, names)
    findings = list(ground.findings)
    if homes is not None:
        grid, lost = _with_counts(grid, homes.to_crs(grid.crs))
        findings += lost
    grid.attrs = {PROVISIONAL: True, "findings": findings}
    _tell(findings)
    return grid


def _demand_one(**sources: Any) -> None:
    given = [name for name, source in sources.items() if source is not None]
    if len(given) > 1:
        what = f"{' and '.join(given)} are given"
        raise GridError("the grid", [Fault("several_sources", "", what, "give one of them")])


def _by_lines(
    ground: Ground, ways: Any, hexagon_m: float | None, reach_m: float, smallest_m2: float | None
) -> Pieces:
    lines, least_m2 = np.array([], dtype=object), 1.0
    if hexagon_m is not None:
        lines = hexagon_sides(ground.metric.total_bounds, hexagon_m)
        least_m2 = _SMALL_SHARE * hexagon_m**2 * np.sqrt(3) / 2
    elif ways is not None:
        borders = shapely.union_all(shapely.boundary(ground.metric.to_numpy()))
        lines = road_lines(ways.to_crs(ground.metric.crs).to_numpy(), borders, reach_m=reach_m)
    pieces = cut(ground.shapes, ground.from_metric(lines))
    metric = ground.to_metric(pieces.shapes)
    small = shapely.area(metric) < (least_m2 if smallest_m2 is None else smallest_m2)
    return with_small_joined(pieces, small | is_thin(metric, _THIN_M))


def _by_buildings(ground: Ground, homes: Any) -> tuple[Shapes, Places, list[str]]:
    """Cut between the groups of buildings, and join what lies nearest to each group."""
    metric = homes.to_crs(ground.metric.crs)
    village = ground.village_of(metric)
    metric = with_neighbours_group(metric, village)
    shapes, groups = metric.geometry.to_numpy(), metric["group"].to_numpy(dtype=object)
    sites = {
        owner: sites_of(shapes[village == owner], groups[village == owner])
        for owner in np.unique(village[village >= 0]).tolist()
    }
    lines = [half_ways(each, ground.metric.iloc[owner]) for owner, each in sites.items()]
    pieces = cut(ground.shapes, ground.from_metric(np.concatenate([np.array([], dtype=object), *lines])))
    spots, nearest = ground.to_metric(pieces.spots), np.full(len(pieces.shapes), "", dtype=object)
    for owner, each in sites.items():
        here = pieces.owner == owner
        nearest[here] = each.nearest(spots[here])
    cells, keys = joined(pieces.shapes, list(zip(pieces.owner.tolist(), nearest.tolist(), strict=True)))
    cells, keys = _without_slivers(ground, cells, keys, homes.to_crs(ground.crs))
    return cells, np.array([owner for owner, _ in keys], dtype=np.intp), [group for _, group in keys]


def _without_slivers(
    ground: Ground, cells: Shapes, keys: list[tuple[int, str]], homes: Any
) -> tuple[Shapes, list[tuple[int, str]]]:
    """Give thin parts of cells that hold no building to their neighbours."""
    parts, cell = shapely.get_parts(cells, return_index=True)
    small = is_thin(ground.to_metric(parts), _THIN_M)
    spots = shapely.point_on_surface(homes.geometry.to_numpy())
    small[shapely.STRtree(parts).query(spots, predicate="intersects")[1]] = False
    if not small.any():
        return cells, keys
    owners = np.array([keys[place][0] for place in cell], dtype=np.intp)
    taker = takers(Pieces(parts, owners), small)
    return joined(parts, [keys[cell[place]] for place in taker])


def _table(ground: Ground, shapes: Shapes, owners: Places, names: list[str]) -> GeoDataFrame:
    """Make the rows: cells of each village numbered from the north-west, with the areas they lie in."""
    spots = shapely.get_coordinates(shapely.point_on_surface(shapes))
    order = np.lexsort((spots[:, 0], -spots[:, 1], owners))
    owners, shapes = owners[order], shapes[order]
    counts = np.bincount(owners)
    areas = ground.areas.iloc[owners].reset_index(drop=True)
    numbers = areas.groupby("code").cumcount() + 1
    index, labels = [], []
    for place, number in enumerate(numbers):
        code, label, count = areas.at[place, "code"], areas.at[place, "label"], counts[owners[place]]
        text = str(number).zfill(max(3, len(str(count))))
        index.append(f"{code}{text}" if code.isdigit() else f"{code}-{text}")
        labels.append(names[order[place]] or (label if count == 1 else f"{label} {number}"))
    above = areas.drop(columns=["code", "label", "cell_level"])
    columns = {"name": labels, "level": areas["cell_level"], "parent_id": areas["code"], **above}
    rows = DataFrame(columns).assign(**{PROVISIONAL: True})
    cells = pd.Index(index, dtype="str", name="cell_id")
    return GeoDataFrame(rows.set_axis(cells), geometry=shapes, crs=ground.crs)


def _with_counts(grid: GeoDataFrame, homes: Any) -> tuple[GeoDataFrame, list[Fault]]:
    """Count the buildings of every cell; name the rows of those that lie in none."""
    spots = np.asarray(shapely.point_on_surface(homes.geometry.to_numpy()))
    cells = locate(spots, grid.geometry.to_numpy(), grid.index.to_numpy()).cell
    counts = np.bincount(cells[cells != NOWHERE], minlength=len(grid))
    lost = homes.loc[cells == NOWHERE, "row"].to_list()
    grid = grid.assign(buildings=counts)[[*grid.columns.drop("geometry"), "buildings", "geometry"]]
    if not lost:
        return grid, []
    where = f"rows {', '.join(lost[:_SHOWN])}" + f" and {len(lost) - _SHOWN} more" * (len(lost) > _SHOWN)
    cure = "give the villages they belong to, or correct their places"
    return grid, [Fault("outside_grid", where, f"{len(lost)} buildings lie outside the villages", cure)]


def _tell(findings: list[Fault]) -> None:
    if findings:
        said = "; ".join(str(finding) for finding in findings)
        warnings.warn(f"provisional grid: {said}", GridmapWarning, stacklevel=3)

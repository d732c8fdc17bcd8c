"""Mark of rings: which cells lie within a distance of many cases."""

from __future__ import annotations

from statistics import median
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Geod

from benchmarks.harness import Contestant, Figure, race
from benchmarks.worlds import SEED, Scale, county, describe
from gridmap.core.reach import CellReach
from gridmap.model.crs import metric_crs_of

PEER = "buffer, geopandas.sjoin(intersects)"
_PLANE_SHARE = 1e-3
_RADII_M = (500.0, 1_000.0, 3_000.0)


def mark_rings(scale: Scale) -> list[Figure]:
    """Find the cells that rings of three widths touch; the peers get a grid that is projected before."""
    return [_rings(scale, radius_m) for radius_m in _RADII_M]


def _rings(scale: Scale, radius_m: float) -> Figure:
    grid, roster = county(scale.many_cells, scale.points)
    rng = np.random.default_rng([SEED, scale.cases])
    chosen = roster.geometry.iloc[rng.integers(0, len(roster), scale.cases)].reset_index(drop=True)
    crs = metric_crs_of(grid)
    cells = gpd.GeoDataFrame(geometry=grid.geometry.reset_index(drop=True)).to_crs(crs)
    near = chosen.to_crs(crs)
    reach = CellReach(np.asarray(grid.geometry.array), grid.crs)
    lonlat = reach.lonlat(shapely.get_coordinates(chosen.array))

    def buffered(_: None) -> Any:
        rings = gpd.GeoDataFrame(geometry=near.buffer(radius_m, quad_segs=16))
        pairs = gpd.sjoin(rings, cells, predicate="intersects")
        return pairs.index.to_numpy(), pairs["index_right"].to_numpy()

    def within(of: CellReach) -> list[Any]:
        return of.within(lonlat, radius_m, by="touches")

    right = _right(cells, near, radius_m)
    built, included = "gridmap, index built", "gridmap, index included"
    contestants = [
        Contestant(PEER, buffered),
        Contestant(
            "shapely STRtree.query(dwithin)",
            lambda _: _in_plane(cells, near, radius_m),
            runs=1,
        ),
        Contestant(built, lambda _: within(reach), exact=True),
        Contestant(
            included,
            within,
            prepare=lambda: CellReach(reach.cells, reach.crs),
            runs=1,
            exact=True,
        ),
    ]
    run = race(
        contestants,
        peer=PEER,
        runs=scale.few_runs,
        differences=lambda answer: len(np.setxor1d(_keys(_pairs(answer), len(cells)), right)),
    )
    work = f"rings of {radius_m:.0f} m for {scale.cases:,} cases over {scale.many_cells:,} cells (touches)"
    return Figure(
        "rings",
        work,
        PEER,
        median(run.gains(built)),
        at_least=5,
        world=describe(grid, cases=scale.cases, pairs=len(right)),
        rows=run.rows(),
        note="differences are pairs of a case and a cell, against geodesics of the ellipsoid; peers measure"
        " in the plane of a projection, the first by a polygon of 64 corners",
    )


def _right(cells: Any, near: Any, radius_m: float) -> Any:
    """Find the pairs within the distance: in the plane, and by geodesics where the plane might be wrong."""
    inner, outer = (
        _keys(_in_plane(cells, near, radius_m * share), len(cells))
        for share in (1 - _PLANE_SHARE, 1 + _PLANE_SHARE)
    )
    doubtful = np.setdiff1d(outer, inner)
    case, cell = np.divmod(doubtful, len(cells))
    ways = shapely.shortest_line(near.to_numpy()[case], cells.geometry.to_numpy()[cell])
    lonlat = gpd.GeoSeries(ways, crs=near.crs).to_crs(4326).get_coordinates().to_numpy()
    away = Geod(ellps="WGS84").inv(*lonlat[0::2].T, *lonlat[1::2].T)[2]
    return np.union1d(inner, doubtful[np.asarray(away) <= radius_m])


def _in_plane(cells: Any, near: Any, radius_m: float) -> Any:
    return shapely.STRtree(cells.geometry.array).query(near.array, "dwithin", radius_m)


def _pairs(answer: Any) -> Any:
    """Return cases and cells; gridmap gives the cells of each case."""
    if not isinstance(answer, list):
        return answer
    sizes = [len(cells) for cells in answer]
    return np.repeat(np.arange(len(answer)), sizes), np.concatenate([np.empty(0, np.int64), *answer])


def _keys(pairs: Any, size: int) -> Any:
    case, cell = (np.asarray(part, dtype=np.int64) for part in pairs)
    return np.unique(case * size + cell)

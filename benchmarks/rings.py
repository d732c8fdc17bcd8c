"""Mark of rings: which cells lie within a distance of many cases."""

from __future__ import annotations

from statistics import median
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.harness import Contestant, Figure, race
from benchmarks.worlds import SEED, Scale, county, describe
from gridmap.core.reach import CellReach
from gridmap.model.crs import metric_crs_of

PEER = "buffer, geopandas.sjoin(intersects)"
_RADIUS_M = 500.0


def mark_rings(scale: Scale) -> list[Figure]:
    """Find the cells that a ring around each case touches; the peer gets a grid that is projected before."""
    grid, roster = county(scale.many_cells, scale.points)
    rng = np.random.default_rng([SEED, scale.cases])
    chosen = roster.geometry.iloc[rng.integers(0, len(roster), scale.cases)].reset_index(drop=True)
    crs = metric_crs_of(grid)
    cells = gpd.GeoDataFrame(geometry=grid.geometry.reset_index(drop=True)).to_crs(crs)
    near = chosen.to_crs(crs)
    reach = CellReach(np.asarray(grid.geometry.array), grid.crs)
    lonlat = reach.lonlat(shapely.get_coordinates(chosen.array))

    def buffered(_: None) -> Any:
        rings = gpd.GeoDataFrame(geometry=near.buffer(_RADIUS_M, quad_segs=16))
        pairs = gpd.sjoin(rings, cells, predicate="intersects")
        return pairs.index.to_numpy(), pairs["index_right"].to_numpy()

    def within(of: CellReach) -> list[Any]:
        return of.within(lonlat, _RADIUS_M, by="touches")

    true = _keys(_exactly(cells, near), len(cells))
    built, included = "gridmap, index built", "gridmap, index included"
    contestants = [
        Contestant(PEER, buffered),
        Contestant(
            "shapely STRtree.query(dwithin)",
            lambda _: shapely.STRtree(cells.geometry.array).query(near.array, "dwithin", _RADIUS_M),
        ),
        Contestant(built, lambda _: within(reach)),
        Contestant(included, within, prepare=lambda: CellReach(reach.cells, reach.crs)),
    ]
    run = race(
        contestants,
        peer=PEER,
        runs=scale.few_runs,
        differences=lambda answer: len(np.setxor1d(_keys(_pairs(answer), len(cells)), true)),
    )
    work = f"rings of {_RADIUS_M:.0f} m for {scale.cases:,} cases over {scale.many_cells:,} cells (touches)"
    return [
        Figure(
            "rings",
            work,
            PEER,
            median(run.gains(built)),
            at_least=5,
            world=describe(grid, cases=scale.cases, pairs=len(true)),
            rows=run.rows(),
            note="differences are pairs of a case and a cell, against true distances in the plane of the"
            " projection; gridmap measures on the ellipsoid, the peer by a polygon of 64 corners",
        )
    ]


def _exactly(cells: Any, near: Any) -> Any:
    return shapely.STRtree(cells.geometry.array).query(near.array, "dwithin", _RADIUS_M)


def _pairs(answer: Any) -> Any:
    """Return cases and cells; gridmap gives the cells of each case."""
    if not isinstance(answer, list):
        return answer
    sizes = [len(cells) for cells in answer]
    return np.repeat(np.arange(len(answer)), sizes), np.concatenate([np.empty(0, np.int64), *answer])


def _keys(pairs: Any, size: int) -> Any:
    case, cell = (np.asarray(part, dtype=np.int64) for part in pairs)
    return np.unique(case * size + cell)

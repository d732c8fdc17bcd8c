"""What is built once for a grid, and what is done with the answer: topology, index, certificate, repair."""

from __future__ import annotations

from datetime import UTC, datetime
from statistics import median

import geopandas as gpd
import numpy as np
import shapely

from benchmarks import peers
from benchmarks.harness import Contestant, Figure, race
from benchmarks.outlines import plan_of
from benchmarks.points import WITHIN, cells_of
from benchmarks.worlds import Scale, county, describe, fresh_grid, points_over, zonings
from gridmap.core.coverage import check_grid
from gridmap.core.place import place_households
from gridmap.core.repair import repair_grid
from gridmap.core.topology import topology_for
from gridmap.export.proof import certify
from gridmap.model.areas import hierarchy_for
from gridmap.model.crs import metric_crs_of
from gridmap.model.placement import Placement

_AS_OF = datetime(2022, 3, 12, tzinfo=UTC)
_POINTS_PER_CELL = 20
_INCLUDED = (
    f"the index is built at the first placing of many points; {_POINTS_PER_CELL} points for each cell are"
    " placed too"
)
_ONE_CELL_IN, _SWOLLEN_M = 50, 0.5


def mark_builds(scale: Scale) -> list[Figure]:
    """Build the topology and the index of both counties, against one join of points."""
    return [figure for cells in (scale.cells, scale.many_cells) for figure in _builds(cells, scale)]


def _builds(cells: int, scale: Scale) -> list[Figure]:
    grid, _ = county(cells, 0)
    xy, some = points_over(grid, scale.points), points_over(grid, _POINTS_PER_CELL * cells)
    frame = gpd.GeoDataFrame(geometry=np.asarray(grid.geometry.array))
    join = f"{WITHIN} of {scale.points:,} points"
    topology, index = "gridmap topology", "gridmap index, topology and first points included"
    contestants = [
        Contestant(join, lambda _: peers.sjoin_within(xy, frame)),
        Contestant(topology, lambda own: topology_for(hierarchy_for(own)), prepare=lambda: fresh_grid(grid)),
        Contestant(index, lambda own: cells_of(some, own), prepare=lambda: fresh_grid(grid)),
    ]
    run = race(contestants, peer=join, runs=scale.few_runs)
    large = cells == scale.many_cells
    return [
        Figure(
            mark="builds",
            work=f"{what} of {cells:,} cells built",
            peer=join,
            reached=median(run.gains(own)),
            world=describe(grid),
            rows=run.rows(),
            aim="less than the join" if own == index and large else "",
            aim_reached=median(run.gains(own)) > 1 if own == index and large else None,
            note=_INCLUDED,
        )
        for what, own in (("topology", topology), ("index", index))
    ]


def mark_certificate(scale: Scale) -> list[Figure]:
    """Prove a placement and a plan, against the join that proves nothing."""
    grid, roster = county(scale.cells, scale.points)
    plan = plan_of(grid, zonings(grid, 1)[0])
    kept = place_households(roster, grid)
    cells = gpd.GeoDataFrame(geometry=grid.geometry)
    first = "gridmap.certify, of a new placement, hashes of the inputs included"

    def proven(placement: Placement) -> bool:
        inputs = {"households": placement.households}
        return bool(certify(placement, plan, as_of=_AS_OF, inputs=inputs).balanced)

    contestants = [
        Contestant(
            WITHIN,
            lambda homes: bool(len(gpd.sjoin(homes, cells, predicate="within"))),
            prepare=lambda: gpd.GeoDataFrame(geometry=roster.geometry.copy()),
        ),
        Contestant(first, proven, prepare=lambda: place_households(roster.copy(), grid), exact=True),
        Contestant("gridmap.certify, of a placement that is proven", lambda _: proven(kept), exact=True),
    ]
    run = race(contestants, peer=WITHIN, runs=scale.few_runs, differences=lambda good: int(not good))
    work = f"certificate of {scale.points:,} households in {scale.cells:,} cells and of a plan"
    world = describe(grid, households=scale.points)
    return [Figure("certificate", work, WITHIN, median(run.gains(first)), world=world, rows=run.rows())]


def mark_repair(scale: Scale) -> list[Figure]:
    """Check and repair a grid in which one cell in fifty swells over its neighbours."""
    grid = county(scale.cells, 0)[0][["geometry"]]
    metric = grid.to_crs(metric_crs_of(grid))
    shapes = np.array(metric.geometry.array, dtype=object)
    shapes[::_ONE_CELL_IN] = shapely.buffer(shapes[::_ONE_CELL_IN], _SWOLLEN_M, join_style="mitre")
    dirty = metric.set_geometry(shapes, crs=metric.crs)
    peer = "shapely.coverage_clean"
    contestants = [
        Contestant(peer, lambda _: shapely.coverage_clean(shapes)),
        Contestant("gridmap.check_grid", lambda _: check_grid(dirty)),
        Contestant("gridmap.repair_grid", lambda _: repair_grid(dirty, width_m=2 * _SWOLLEN_M)),
    ]
    run = race(contestants, peer=peer, runs=scale.few_runs)
    return [
        Figure(
            mark="repair",
            work=f"{name.removeprefix('gridmap.')} of {scale.cells:,} cells, one in {_ONE_CELL_IN} too large",
            peer=peer,
            reached=median(run.gains(name)),
            world=describe(grid),
            rows=run.rows(),
            note="the peer cleans the whole and tells nothing; gridmap checks, moves only what is at fault, "
            "and reports it",
        )
        for name in ("gridmap.check_grid", "gridmap.repair_grid")
    ]

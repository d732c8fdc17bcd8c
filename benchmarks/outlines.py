"""Marks of outlines: the zones of three tiers, drawn from a topology that is built."""

from __future__ import annotations

from statistics import median
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.harness import Contestant, Figure, race
from benchmarks.worlds import TIERS, Codes, Scale, county, describe, zonings
from gridmap.core.apply import apply_edit, new_plan
from gridmap.core.dissolve import dissolve
from gridmap.core.edits import SetTier
from gridmap.core.outline import zone_outlines
from gridmap.core.topology import topology_for
from gridmap.model.areas import hierarchy_for
from gridmap.model.plan import Plan

PEER = 'GeoDataFrame.dissolve(method="coverage")'
PLAIN = "GeoDataFrame.dissolve()"
_AIM_TIMES = 1_000
_WANTED = np.ones(len(TIERS), dtype=bool)


def mark_outlines(scale: Scale) -> list[Figure]:
    """Draw three tiers over both counties."""
    return [figure for cells in (scale.cells, scale.many_cells) for figure in _outlines(cells, scale)]


def _outlines(cells: int, scale: Scale) -> list[Figure]:
    grid, _ = county(cells, scale.points)
    labels, other = zonings(grid, 2)
    topology = topology_for(hierarchy_for(grid))
    polygons = np.asarray(grid.geometry.array)
    right = [shapely.coverage_union_all(polygons[labels == tier]) for tier in range(len(TIERS))]
    plan, away = plan_of(grid, labels), plan_of(grid, other)
    frame = gpd.GeoDataFrame({"tier": labels}, geometry=polygons)
    engine, whole = "gridmap, topology built", "gridmap.zone_outlines, topology built"
    contestants = [
        Contestant(PEER, lambda _: frame.dissolve("tier", method="coverage")),
        Contestant(PLAIN, lambda _: frame.dissolve("tier"), runs=1),
        Contestant("shapely.coverage_union_all", lambda _: _unions(polygons, labels)),
        Contestant(engine, lambda _: dissolve(topology, labels, _WANTED), exact=True),
        # another plan is drawn before, because shapes that are still right would be found again
        Contestant(
            whole,
            lambda _: zone_outlines(plan, grid),
            prepare=lambda: zone_outlines(away, grid),
            exact=True,
        ),
    ]
    runs = scale.runs if cells == scale.cells else scale.few_runs
    run = race(contestants, peer=PEER, runs=runs, differences=lambda answer: unequal(answer, right))
    work, world, rows = f"outlines of {len(TIERS)} tiers over {cells:,} cells", describe(grid), run.rows()
    marks = [
        Figure("outlines", f"{work}, {how}", PEER, median(run.gains(own)), 20, world=world, rows=rows)
        for how, own in (("topology built", engine), ("zone_outlines of a plan, topology built", whole))
    ]
    gain = median(run.gains(engine, of=PLAIN))
    past = Figure(
        "outlines",
        f"{work}, topology built",
        PLAIN,
        gain,
        aim=f"{_AIM_TIMES:,} x",
        aim_reached=gain >= _AIM_TIMES,
        world=world,
        rows=rows,
    )
    return [*marks, past]


def plan_of(grid: Any, labels: Codes) -> Plan:
    """Make a plan in which the cells of each tier are one zone."""
    plan, ids = new_plan(grid), np.asarray(grid.index, dtype=object)
    for code, tier in enumerate(TIERS):
        cells = ids[labels == code].tolist()
        plan = apply_edit(plan, SetTier(cells=cells, tier=tier, name=tier)) if cells else plan
    return plan


def unequal(answer: Any, right: list[Any]) -> int:
    """Count the outlines that are not valid or not the same set of points as the right ones."""
    found = np.asarray(answer.geometry.array if isinstance(answer, gpd.GeoDataFrame) else answer)
    same = shapely.is_valid(found) & shapely.equals(found, np.array(right, dtype=object))
    return int((~same).sum())


def _unions(polygons: Any, labels: Codes) -> list[Any]:
    return [shapely.coverage_union_all(polygons[labels == tier]) for tier in np.unique(labels)]

"""Mark of an edit: one click in a county that is zoned, until its plan, counts and outlines are there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle
from statistics import median
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.harness import Contestant, Figure, race
from benchmarks.worlds import SEED, TIERS, Scale, county, describe, zonings
from gridmap.core.apply import apply_edit, new_plan
from gridmap.core.edits import Edit, SetRemainder, SetTier
from gridmap.core.outline import zone_outlines
from gridmap.core.place import place_households
from gridmap.core.tally import count_tiers, count_zone_needs, count_zones
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan

PEER = "groupby of the households, GeoDataFrame.dissolve()"
COVERAGE = 'groupby of the households, GeoDataFrame.dissolve(method="coverage")'
OWN = "gridmap: apply_edit, counts, zone_outlines"
_CELLS = 50


class _Answer(NamedTuple):
    zones: Any
    tiers: Any
    outlines: Any


class _Case(NamedTuple):
    """An edit, and for each cell the tier and zone after it, as a peer would keep them."""

    edit: Edit
    tiers: Any
    zones: Any


def mark_edit(scale: Scale) -> list[Figure]:
    """Set a tier on 50 neighbouring cells, elsewhere in each run, in a county of many and of few zones."""
    grid, roster = county(scale.many_cells, scale.points)
    placement = place_households(roster, grid)
    plans = {"zones by town": _by_town(grid), "one zone for each tier": _by_tier(grid)}
    return [figure for what, plan in plans.items() for figure in _figures(scale, grid, placement, plan, what)]


def _figures(scale: Scale, grid: Any, placement: Placement, plan: Plan, what: str) -> list[Figure]:
    cases = [_case(plan, cells) for cells in _patches(plan, scale.few_runs + 1)]
    frame, homes = _tables(grid, placement)
    contestants = [
        Contestant(PEER, _by_peer(frame, homes), prepare=_each(cases), runs=1),
        Contestant(COVERAGE, _by_peer(frame, homes, method="coverage"), prepare=_each(cases)),
        Contestant(
            OWN,
            lambda case: _edited(plan, case, grid, placement),
            prepare=_each(cases, before=lambda: zone_outlines(plan, grid, placement=placement)),
            exact=True,
        ),
    ]
    right = _by_peer(frame, homes, method="coverage")(cases[0])
    run = race(
        contestants, peer=PEER, runs=scale.few_runs, differences=lambda answer: _unequal(answer, right)
    )
    work = (
        f"one edit of {_CELLS} cells at {len(grid):,} cells and {len(homes):,} households, {what}:"
        " plan, counts, outlines"
    )
    note = (
        "the plan before the edit is counted and drawn, as in a workbench; the peers are given the tier and"
        " zone of every cell after it, and the cell of every household; gridmap counts needs too"
    )
    world, rows = describe(grid, households=len(homes), zones=len(plan.zones)), run.rows()
    return [
        Figure(
            "edit",
            work,
            peer,
            median(run.gains(OWN, of=peer)),
            at_least=at_least,
            world=world,
            rows=rows,
            note=note,
        )
        for peer, at_least in ((PEER, 200), (COVERAGE, None))
    ]


def _by_town(grid: Any) -> Plan:
    """Give every town a zone of the weakest tier, and what is nearest to some places stricter ones."""
    plan = new_plan(grid)
    areas = plan.hierarchy.areas
    towns = areas.index[areas["level"] == "town"].tolist()
    (labels,), ids = zonings(grid, 1), np.asarray(plan.hierarchy.cell_ids, dtype=object)
    plan = apply_edit(plan, SetRemainder(tier=TIERS[2], areas=towns))
    for code, tier in enumerate(TIERS[:2]):
        plan = apply_edit(plan, SetTier(cells=ids[labels == code].tolist(), tier=tier))
    return plan


def _by_tier(grid: Any) -> Plan:
    plan = apply_edit(new_plan(grid), SetRemainder(tier=TIERS[2]))
    (labels,), ids = zonings(grid, 1), np.asarray(plan.hierarchy.cell_ids, dtype=object)
    for code, tier in enumerate(TIERS[:2]):
        plan = apply_edit(plan, SetTier(cells=ids[labels == code].tolist(), tier=tier, name=tier))
    return plan


def _patches(plan: Plan, count: int) -> list[list[str]]:
    """Choose neighbouring cells around places drawn at random."""
    rng = np.random.default_rng([SEED, _CELLS])
    middle = shapely.get_coordinates(shapely.centroid(np.asarray(plan.hierarchy.geometry.array)))
    ids = np.asarray(plan.hierarchy.cell_ids, dtype=object)
    centres = middle[rng.integers(0, len(middle), count)]
    return [ids[np.argsort(np.hypot(*(middle - centre).T))[:_CELLS]].tolist() for centre in centres]


def _case(plan: Plan, cells: list[str]) -> _Case:
    edit = SetTier(cells=cells, tier=TIERS[1])
    after = apply_edit(plan, edit).effective
    return _Case(edit, after.tier, after.zone)


def _each(cases: list[_Case], *, before: Callable[[], Any] | None = None) -> Callable[[], _Case]:
    """Hand out the cases in turn, after `before` was done."""
    turn: Iterator[_Case] = cycle(cases)

    def prepare() -> _Case:
        if before is not None:
            before()
        return next(turn)

    return prepare


def _tables(grid: Any, placement: Placement) -> tuple[Any, Any]:
    """Return the cells and the households of a peer, the latter with the position of their cell."""
    cells = gpd.GeoDataFrame(geometry=np.asarray(grid.geometry.array), crs=grid.crs)
    places = grid.index.get_indexer(placement.cells)
    return cells, placement.residents.to_frame().assign(cell=places).reset_index(drop=True)


def _by_peer(cells: Any, homes: Any, **options: Any) -> Callable[[_Case], _Answer]:
    def work(case: _Case) -> _Answer:
        zones, tiers = (
            homes.groupby(codes[homes["cell"].to_numpy()])["residents"].agg(["size", "sum"])
            for codes in (case.zones, case.tiers)
        )
        return _Answer(zones, tiers, cells.assign(zone=case.zones).dissolve("zone", **options).geometry)

    return work


def _edited(before: Plan, case: _Case, grid: Any, placement: Placement) -> _Answer:
    plan = apply_edit(before, case.edit)
    zones, tiers = count_zones(plan, placement), count_tiers(plan, placement)
    count_zone_needs(plan, placement)
    outlines = zone_outlines(plan, grid, placement=placement).geometry
    return _Answer(zones.set_axis(plan.zone_places), tiers.reset_index(), outlines.set_axis(plan.zone_places))


def _unequal(answer: _Answer, right: _Answer) -> int:
    """Count the zones and tiers whose counts or outlines are not the right ones."""
    return _apart(answer.zones, right.zones) + _apart(answer.tiers, right.tiers) + _misdrawn(answer, right)


def _apart(counts: Any, right: Any) -> int:
    """Compare households and residents, by code; nobody is under a code that is not there."""
    own = counts.set_axis(
        [{"households": "size", "residents": "sum"}.get(name, name) for name in counts], axis=1
    )
    own = own.reindex(right.index, fill_value=0)[["size", "sum"]]
    return int((own != right).any(axis=1).sum()) + int(counts.iloc[:, -1].sum() != right["sum"].sum())


def _misdrawn(answer: _Answer, right: _Answer) -> int:
    own = answer.outlines.reindex(right.outlines.index)
    same = shapely.is_valid(own.array) & shapely.equals(
        np.asarray(own.array), np.asarray(right.outlines.array)
    )
    return int((~same).sum()) + len(answer.outlines.index.symmetric_difference(right.outlines.index))

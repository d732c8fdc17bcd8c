"""Marks of linking homes to officials: how near to the proven bound, how fast, and how stable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from statistics import median
from time import perf_counter
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy.sparse
import shapely
from scipy.optimize import linprog

from benchmarks.harness import Contestant, Figure, race
from benchmarks.homes import SPARE, Places, Town, in_file_order, nearest_first, town, way_m
from benchmarks.outlines import plan_of
from benchmarks.worlds import SEED, Codes, Scale, county, describe
from gridmap.core.duty import assign_duties
from gridmap.core.place import place_households
from gridmap.core.transport import Optimum, linked, optimum
from gridmap.model.protocol import DutyRule
from gridmap.store.protocols import load_protocol

OWN, WHOLE, HIGHS = "gridmap, single homes", "gridmap, buildings whole", "HiGHS over all pairs"
GREEDY, ORDER = "nearest pair first", "home after home, nearest with room"
_SINGLE, _BUILDINGS, _OVER = 1.005, 1.015, 1.02
_OF_GREEDY, _OF_ORDER = 0.9, 0.8
_TIMES_HIGHS, _SECONDS = 20, 10.0
_CHANGED, _TIMES_FRESH = 0.1, 5
_ZONED, _RETIERED = 0.6, 0.05
_STRICT = (0.05, 0.2)
_CM = 100
_COUNTY, _CASES = 2, 6
_STABLE = "gridmap, knowing who was linked"


def mark_officials(scale: Scale) -> list[Figure]:
    """Link homes of three towns, race one of them, and change the tiers of a county."""
    towns = [town(*sizes) for sizes in scale.links]
    return [
        *(figure for each in towns for figure in _quality(each, compared=each is not towns[0])),
        _speed(towns[1], scale.few_runs),
        _seconds(towns[2], scale.few_runs),
        *_stability(scale),
    ]


def _quality(homes: Town, *, compared: bool) -> list[Figure]:
    """Compare the ways with the bound over all pairs, and with what goes without an optimum."""
    begun = perf_counter()
    best = optimum(homes.problem(whole=False))
    single_s, begun = perf_counter() - begun, perf_counter()
    answer = linked(homes.problem(whole=True), np.zeros(len(homes.home_xy), dtype=np.intp))
    whole_s, bound_m = perf_counter() - begun, best.bound / _CM
    assert not best.flow.unserved.any()
    single = np.repeat(best.flow.pairs.post, best.flow.amount)
    ways = homes.ways_m()
    posts = {
        OWN: (single, single_s),
        WHOLE: (answer.post, whole_s),
        GREEDY: (nearest_first(homes, ways), None),
        ORDER: (in_file_order(homes, ways), None),
    }
    rows = {name: _row(homes, post, bound_m, seconds) for name, (post, seconds) in posts.items()}
    count, officials = homes.sizes
    work = f"{count:,} homes, {officials:,} officials"
    rest = {"world": _world(homes), "rows": rows, "note": _NOTE}
    share = {name: row["way_m"] / bound_m for name, row in rows.items()}
    over = rows[WHOLE]["fullest"]
    bound = "the proven bound over all pairs"
    figures = [
        Figure("officials", f"way, {work}", bound, share[OWN], at_most=_SINGLE, **rest),
        Figure("officials", f"way, {work}, buildings whole", bound, share[WHOLE], at_most=_BUILDINGS, **rest),
        Figure(
            "officials", f"fullest load, {work}, buildings whole", "capacity", over, at_most=_OVER, **rest
        ),
    ]
    for name, most in ((GREEDY, _OF_GREEDY), (ORDER, _OF_ORDER)):
        times, mark = share[OWN] / share[name], most if compared else None
        figures.append(Figure("officials", f"way, {work}", name, times, at_most=mark, **rest))
    return figures


_NOTE = (
    f"in buildings of 1 to 24 homes; the officials live among them and can take {SPARE:.0%} of the homes; "
    "the bound is what the prices of the dual problem prove of single homes"
)


def _row(homes: Town, post: Places, bound_m: float, seconds: float | None) -> dict[str, Any]:
    """Return the figures of one answer; a difference is a home with nobody, or past 2 % over a capacity."""
    load = np.bincount(post[post >= 0], minlength=len(homes.capacity))
    building = np.repeat(np.arange(len(homes.first) - 1), np.diff(homes.first))
    persons = np.unique(np.column_stack([building, post]), axis=0)[:, 0]
    return {
        "way_m": way_m(homes, post),
        "bound_m": bound_m,
        "fullest": float((load / homes.capacity).max()),
        "over_capacity": int((load > homes.capacity).sum()),
        "split_buildings": int((np.bincount(persons) > 1).sum()),
        "seconds": seconds,
        "differences": int(
            (post < 0).sum() + np.maximum(load - homes.capacity - homes.capacity // 50, 0).sum()
        ),
    }


def _world(homes: Town) -> dict[str, int]:
    count, officials = homes.sizes
    return {"seed": SEED, "homes": count, "buildings": len(homes.first) - 1, "officials": officials}


def _speed(homes: Town, runs: int) -> Figure:
    """Race the proven optimum against the same transport problem as a linear programme over all pairs."""
    right: list[int] = []

    def differs(answer: int) -> int:
        right.append(answer)  # what HiGHS finds comes first
        return int(abs(answer - right[0]) > 1e-6 * right[0])

    contestants = [
        Contestant(HIGHS, lambda programme: _solve(*programme), lambda: _programme(homes), runs=1),
        Contestant(
            OWN, lambda problem: optimum(problem).bound, lambda: homes.problem(whole=False), exact=True
        ),
    ]
    run = race(contestants, peer=HIGHS, runs=runs, differences=differs)
    count, officials = homes.sizes
    return Figure(
        "officials",
        f"linking {count:,} homes to {officials:,} officials, proven optimal",
        "scipy.optimize.linprog (HiGHS), all pairs as a sparse linear programme",
        median(run.gains(OWN)),
        at_least=_TIMES_HIGHS,
        world=_world(homes),
        rows=run.rows(),
        note="HiGHS by its dual simplex, the quickest of its methods; its ways and matrix are made before",
    )


def _seconds(homes: Town, runs: int) -> Figure:
    """Time the proven optimum of the largest town."""

    def unproven(best: Optimum) -> int:
        """Count the homes that have nobody, and a cost that is not the bound."""
        paid = int(best.flow.amount @ best.flow.pairs.cost)
        return int(best.flow.unserved.sum()) + int(paid != best.bound)

    own = Contestant(OWN, optimum, lambda: homes.problem(whole=False), exact=True)
    run = race([own], peer=OWN, runs=runs, differences=unproven)
    count, officials = homes.sizes
    work = f"seconds to the proven optimum, {count:,} homes, {officials:,} officials"
    times = median(run.seconds[OWN]) / _SECONDS
    rest = {"world": _world(homes), "rows": run.rows()}
    return Figure("officials", work, f"{_SECONDS:g} s", times, at_most=1.0, **rest)


def _programme(homes: Town) -> tuple[Any, Any, Any]:
    """Return the cost of all pairs in whole centimetres, a row for every home, one for every official."""
    count, officials = homes.sizes
    across, along = (np.subtract.outer(homes.home_xy[:, i], homes.official_xy[:, i]) for i in (0, 1))
    cost = np.rint(_CM * np.sqrt(across * across + along * along)).ravel()
    each = scipy.sparse.kron(scipy.sparse.eye(count), np.ones((1, officials)), format="csr")
    room = scipy.sparse.kron(np.ones((1, count)), scipy.sparse.eye(officials), format="csr")
    return cost, each, (room, homes.capacity)


def _solve(cost: Any, each: Any, most: Any) -> int:
    done = linprog(
        cost, A_ub=most[0], b_ub=most[1], A_eq=each, b_eq=np.ones(each.shape[0]), method="highs-ds"
    )
    assert done.status == 0
    return round(done.fun)


def _stability(scale: Scale) -> list[Figure]:
    """Zone a new case several times over, and count who is with another person than before."""
    homes, officials = scale.links[1]
    households, officials = _COUNTY * homes, _COUNTY**2 * officials
    grid, roster = county(max(households // 10, 100), households)
    placement, staff = place_households(roster, grid), _officials(roster, officials)
    duty = DutyRule("linked_member", "household", basis="practice")
    protocol = replace(load_protocol("three-zones-2021"), duties=(duty,), teams=(), supplies=())
    before, *after = (plan_of(grid, labels) for labels in _zonings(grid))
    first = assign_duties(before, placement, staff, protocol=protocol)
    counts = {"assigned afresh": [], _STABLE: []}
    for plan in after:
        for name, had in zip(counts, (None, first), strict=True):
            duties = assign_duties(plan, placement, staff, protocol=protocol, before=had)
            counts[name].append(_changed(first.table, duties.table))
    fresh, kept = map(sum, counts.values())
    rows = {
        name: {
            "changed_in_all": sum(changed),
            "most_in_one": max(changed),
            "share_at_most": max(changed) / households,
            "differences": 0,
        }
        for name, changed in counts.items()
    }
    retiered = np.mean([(before.tiers.fillna("") != plan.tiers.fillna("")).mean() for plan in after])
    work = f"households with another person after {retiered:.1%} of {len(grid):,} cells changed their tier"
    note = (
        f"{len(after)} times another case is added to a county of which 60 % are zoned, and all are linked "
        f"again; {protocol.change_m:g} m of further way are accepted rather than giving one another person"
    )
    rest = {
        "world": describe(grid, households=households, officials=officials),
        "rows": rows,
        "note": note,
    }
    most = max(counts[_STABLE]) / households
    times = fresh / max(kept, 1)
    return [
        Figure("officials", f"most {work}", "all households", most, at_most=_CHANGED, **rest),
        Figure("officials", work, "assigning afresh", times, at_least=_TIMES_FRESH, **rest),
    ]


def _changed(before: pd.DataFrame, after: pd.DataFrame) -> int:
    """Count the households that have another person than before."""
    old, new = (table.set_index("target")["official_id"] for table in (before, after))
    return int((old != new.reindex(old.index)).sum())


def _officials(roster: Any, count: int) -> Any:
    rng = np.random.default_rng([SEED, count])
    homes = roster.geometry.iloc[rng.choice(len(roster), count, replace=False)].to_numpy()
    capacity = float(np.ceil(len(roster) / count * SPARE))
    ids = pd.Index([f"P{number:05}" for number in range(count)], name="official_id")
    columns = {"role": "linked_member", "capacity": capacity, "phone": "10000000000"}
    return gpd.GeoDataFrame(columns, geometry=homes, index=ids, crs=roster.crs)


def _zonings(grid: Any) -> Iterator[Codes]:
    """Zone the larger part of a county about a case, then each time 5 % of it about another one outside."""
    rng = np.random.default_rng([SEED, len(grid)])
    middle = shapely.get_coordinates(shapely.centroid(grid.geometry.array))
    before = _about(np.full(len(grid), -1, dtype=np.int32), middle, middle[0], _ZONED)
    yield before
    for cell in rng.choice(np.flatnonzero(before < 0), _CASES, replace=False):
        yield _about(before, middle, middle[cell], _RETIERED)


def _about(labels: Codes, middle: Any, place: Any, share: float) -> Codes:
    rank = np.argsort(np.argsort(np.hypot(*(middle - place).T))) / (share * len(middle))
    return np.where(rank < 1, np.digitize(rank, _STRICT), labels).astype(np.int32)

"""Marks of batches: many zonings over one grid, by the engine alone and by the whole `run_batch`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.harness import Contestant, Figure, race
from benchmarks.outlines import unequal
from benchmarks.worlds import SEED, TIERS, Codes, Scale, county, describe, zonings
from gridmap.batch import run_batch
from gridmap.core.dissolve import dissolve
from gridmap.core.topology import topology_for
from gridmap.model.areas import hierarchy_for
from gridmap.model.crs import metric_crs_of
from gridmap.sample import write_sample

PLAIN, BY_COVERAGE = "sjoin and dissolve() for each", 'sjoin and dissolve(method="coverage") for each'
_HOUSEHOLDS_PER_CELL = 10
_OF_PEERS = 3
_AIM_S = 1.5
_RADII_M = (500.0, 1_500.0)
_WANTED = np.ones(len(TIERS), dtype=bool)


class Zoned(NamedTuple):
    """Outlines of the tiers, and the households and residents of each."""

    shapes: Any
    households: Any
    residents: Any


def mark_scenarios(scale: Scale) -> list[Figure]:
    """Draw and count many scenarios; the peers do a few, and their seconds are multiplied."""
    grid, roster = county(scale.cells, scale.points)
    labels = zonings(grid, scale.scenarios)
    sample = labels[:_OF_PEERS]
    homes = gpd.GeoDataFrame({"residents": roster["residents"]}, geometry=roster.geometry)
    bare = gpd.GeoDataFrame(geometry=grid.geometry.reset_index(drop=True))
    cell = _joined(homes, bare).reindex(homes.index)
    right = [_by_frames(bare, homes, cell, each) for each in sample]
    topology = topology_for(hierarchy_for(grid))
    counts = np.bincount(cell, minlength=len(grid))
    residents = np.bincount(cell, homes["residents"], minlength=len(grid)).astype(np.int64)

    def engine(_: None) -> list[Zoned]:
        return [
            Zoned(dissolve(topology, each, _WANTED), _sums(each, counts), _sums(each, residents))
            for each in labels
        ]

    def by_joins(method: str) -> list[Zoned]:
        # each scenario gets new points, as a loop over files would; else the index of the first is found
        return [_by_frames(bare, homes, _joined(homes.copy(), bare), each, method) for each in sample]

    times = scale.scenarios / len(sample)
    own = "gridmap, topology built, households counted by cell"
    contestants = [
        Contestant(PLAIN, lambda _: by_joins("unary"), times=times),
        Contestant(BY_COVERAGE, lambda _: by_joins("coverage"), times=times),
        Contestant(
            'one sjoin for all, groupby and dissolve(method="coverage") for each',
            lambda _: [_by_frames(bare, homes, cell, each) for each in sample],
            times=times,
        ),
        Contestant(own, engine, exact=True),
    ]
    run = race(contestants, peer=PLAIN, runs=scale.few_runs, differences=lambda got: _wrong(got, right))
    note = f"tiers of cells in, outlines and counts out; each run of a peer does {len(sample)} scenarios"
    return [
        Figure(
            "scenarios",
            f"{scale.scenarios:,} scenarios over {scale.cells:,} cells with outlines and tallies",
            peer,
            median(run.gains(own, of=peer)),
            at_least=100,
            aim="1.5 s for 1,000",
            aim_reached=median(run.seconds[own]) * 1_000 / scale.scenarios <= _AIM_S,
            world=describe(grid, households=scale.points),
            rows=run.rows(),
            note=f"{note}, and its seconds are multiplied",
        )
        for peer in (PLAIN, BY_COVERAGE)
    ]


def _joined(homes: Any, cells: Any) -> Any:
    return gpd.sjoin(homes, cells, predicate="within")["index_right"]


def _by_frames(bare: Any, homes: Any, cell: Any, labels: Codes, method: str = "coverage") -> Zoned:
    tier = pd.Series(labels[cell.to_numpy()], index=cell.index)
    sums = homes["residents"].groupby(tier).agg(["size", "sum"]).reindex(range(len(TIERS)), fill_value=0)
    shapes = bare.assign(tier=labels).dissolve("tier", method=method).geometry.array
    return Zoned(np.asarray(shapes), sums["size"].to_numpy(), sums["sum"].to_numpy())


def _sums(labels: Codes, weights: Any) -> Any:
    return np.bincount(labels, weights, len(TIERS)).astype(np.int64)


def _wrong(answer: list[Zoned], right: list[Zoned]) -> int:
    return sum(
        unequal(one.shapes, list(other.shapes))
        + int((one.households != other.households).sum() + (one.residents != other.residents).sum())
        for one, other in zip(answer, right, strict=False)
    )


def mark_batch(scale: Scale) -> list[Figure]:
    """Run the whole batch: files in; rings, plans, outlines, tallies and certificates out, as files."""
    households = scale.cells * _HOUSEHOLDS_PER_CELL
    grid, roster = county(scale.cells, households)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_sample(folder / "county", cells=scale.cells, households=households, seed=SEED)
        places = _write_scenarios(folder, roster, scale.batch)
        run = _race_batches(folder, grid, roster, places, scale)
    own = "gridmap.run_batch, reading and placing included"
    return [
        Figure(
            "batch",
            f"run_batch of {scale.batch} scenarios over {scale.cells:,} cells, from files to files",
            run.peer,
            median(run.gains(own)),
            world=describe(grid, households=households),
            rows=run.rows(),
            note="the peer keeps its frames in memory, and makes neither plans nor certificates nor files",
        )
    ]


def _race_batches(folder: Path, grid: Any, roster: Any, places: list[Any], scale: Scale) -> Any:
    crs = metric_crs_of(grid)
    cells, homes = grid[["geometry"]].to_crs(crs), roster[["residents", "geometry"]].to_crs(crs)
    peer = 'buffer, sjoin, dissolve(method="coverage") and sjoin for each'

    def batch(_: None) -> int:
        with tempfile.TemporaryDirectory() as out:
            return len(run_batch(folder / "scenarios.csv", out).failures)

    def frames(_: None) -> int:
        for points in places:
            near = gpd.GeoSeries(points, crs=grid.crs).to_crs(crs)
            _zoned_by_frames(cells, homes, near)
        return 0

    contestants = [
        Contestant(peer, frames),
        Contestant("gridmap.run_batch, reading and placing included", batch, exact=True),
    ]
    return race(contestants, peer=peer, runs=scale.few_runs, differences=int)


def _zoned_by_frames(cells: Any, homes: Any, near: Any) -> Any:
    labels = np.full(len(cells), len(_RADII_M), dtype=np.int32)
    for code in reversed(range(len(_RADII_M))):
        around = gpd.GeoDataFrame(geometry=near.buffer(_RADII_M[code]))
        reached = gpd.sjoin(cells, around, predicate="intersects").index
        labels[cells.index.get_indexer(reached)] = code
    zones = cells.assign(tier=labels).dissolve("tier", method="coverage")
    return gpd.sjoin(homes, zones, predicate="within").groupby("tier")["residents"].agg(["size", "sum"])


def _write_scenarios(folder: Path, roster: Any, count: int) -> list[Any]:
    """Write scenarios of five cases each, drawn from the roster, and return the places of their cases."""
    rng = np.random.default_rng([SEED, count])
    rows, places = [], []
    for number in range(count):
        points = np.asarray(roster.geometry.array)[rng.integers(0, len(roster), 5)]
        lon, lat = shapely.get_coordinates(points).T
        table = pd.DataFrame({"case_id": [f"case-{place}" for place in range(5)], "lon": lon, "lat": lat})
        table.to_csv(folder / f"cases-{number}.csv", index=False)
        rows.append((f"scenario-{number}", f"cases-{number}.csv"))
        places.append(points)
    listed = pd.DataFrame(rows, columns=["scenario_id", "cases"])
    listed = listed.assign(protocol="three-zones-2021", at="2022-03-12T08:00+08:00")
    listed["grid"], listed["households"] = "county/grid.gpkg", "county/households.csv"
    listed.to_csv(folder / "scenarios.csv", index=False)
    return places

"""Many zonings over one grid, in one go or spread over processes, and how they compare."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from pandas import DataFrame

from gridmap.batch.scenarios import Scenario, read_scenarios
from gridmap.core.delineate import delineate
from gridmap.core.outline import zone_outlines
from gridmap.core.place import place_households
from gridmap.core.tally import count_tiers, count_zones
from gridmap.errors import Fault, GridmapError, GridmapWarning, TableError
from gridmap.export.proof import certify
from gridmap.model.placement import Placement
from gridmap.store.files import atomic_path, write_text
from gridmap.store.protocols import load_protocol
from gridmap.store.readers import read_cases, read_grid, read_households
from gridmap.store.workspace import open_workspace

_COUNTS = ("zones", "cells", "households", "residents")
_TALLY_COLUMNS = ("scenario_id", "tier", "zone_id", "name", *_COUNTS)
_CHUNKS_PER_WORKER = 4

Progress = Callable[[int], object]
"""Called with how many more scenarios are done."""


@dataclass(frozen=True, eq=False)
class BatchResult:
    """What came of a batch.

    Parameters
    ----------
    tallies
        By scenario and tier, and by scenario and zone (`zone_id` is empty in the rows of tiers): `zones`,
        `cells`, `households`, `residents`.
    failures
        `scenario_id`, `error` of the scenarios that failed.
    paths
        The files written.
    """

    tallies: DataFrame
    failures: DataFrame
    paths: tuple[Path, ...]


@dataclass(frozen=True, eq=False)
class _World:
    grid: Any
    placement: Placement


@dataclass(frozen=True, eq=False)
class _Outcome:
    scenario_id: str
    tallies: DataFrame | None = None
    outlines: Any = None
    certificate: dict[str, Any] | None = None
    error: str = ""
    warnings: tuple[Warning, ...] = ()


def run_batch(
    scenarios: Sequence[Scenario] | Path | str,
    out: Path | str,
    *,
    workspace: Path | str | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> BatchResult:
    """Make every zoning, and write ``tallies.parquet``, ``outlines.gpkg`` and ``certificates.json``.

    A scenario that fails stands in `failures` and does not stop the others. The answer is the same for any
    number of workers.

    Parameters
    ----------
    scenarios
        Scenarios, or the file of them.
    out
        The folder to write to.
    workspace
        Has the grid and the households; without it, the scenarios name their files.
    workers
        How many processes work at once. A script that asks for more than one guards its own work with
        ``if __name__ == "__main__":``, because the processes read the script again.
    progress
        Told how many more scenarios are done.

    Returns
    -------
    result
        Tallies, failures and the files written.

    Warns
    -----
    GridmapWarning
        What reading and zoning the scenarios had to say, in the order of the scenarios.

    Raises
    ------
    TableError
        If the scenarios, a grid or a roster cannot be read.
    WorkspaceError
        If the workspace cannot be opened.
    OutputError
        If a file cannot be written.
    """
    listed = read_scenarios(scenarios) if isinstance(scenarios, str | Path) else list(scenarios)
    tell = progress or _silent
    outcomes: dict[str, _Outcome] = {}
    for world, group in _by_world(listed, workspace):
        for outcome in _outcomes(world, group, workers=workers):
            outcomes[outcome.scenario_id] = outcome
            tell(1)
    ordered = [outcomes[scenario.scenario_id] for scenario in listed]
    for warning in (each for outcome in ordered for each in outcome.warnings):
        warnings.warn(warning, stacklevel=2)
    done = [outcome for outcome in ordered if outcome.tallies is not None]
    failed = [(outcome.scenario_id, outcome.error) for outcome in ordered if outcome.error]
    tallies = pd.concat([each.tallies for each in done], ignore_index=True) if done else _no_tallies()
    return BatchResult(
        tallies=tallies,
        failures=DataFrame(failed, columns=["scenario_id", "error"], dtype="str"),
        paths=_write(Path(out), tallies, done),
    )


def _by_world(
    scenarios: Sequence[Scenario], workspace: Path | str | None
) -> list[tuple[_World, list[Scenario]]]:
    """Group the scenarios by grid and roster, and read and place each of these once."""
    if workspace is not None:
        with open_workspace(workspace) as opened:
            grid = opened.grid
            return [(_World(grid, place_households(opened.households, grid)), list(scenarios))]
    groups: dict[tuple[str, str], list[Scenario]] = {}
    for scenario in scenarios:
        groups.setdefault((scenario.grid, scenario.households), []).append(scenario)
    return [(_read_world(*files), group) for files, group in groups.items()]


def _read_world(grid_file: str, households_file: str) -> _World:
    if not grid_file or not households_file:
        what = "no grid and no households"
        raise TableError(
            "scenarios", [Fault("missing_value", "", what, "name a workspace, or files in columns")]
        )
    grid = read_grid(grid_file)
    return _World(grid, place_households(read_households(households_file), grid))


def _outcomes(world: _World, scenarios: list[Scenario], *, workers: int) -> Any:
    """Yield the outcomes as they come."""
    if workers == 1 or len(scenarios) == 1:
        yield from (_run_noting(world, scenario) for scenario in scenarios)
        return
    size = -(-len(scenarios) // (workers * _CHUNKS_PER_WORKER))
    chunks = [scenarios[start : start + size] for start in range(0, len(scenarios), size)]
    # a fork of a process in which GDAL or Arrow runs threads may hang
    with ProcessPoolExecutor(max_workers=workers, mp_context=get_context("spawn")) as pool:
        for future in as_completed([pool.submit(_run_all, world, chunk) for chunk in chunks]):
            yield from future.result()


def _run_all(world: _World, scenarios: list[Scenario]) -> list[_Outcome]:
    return [_run_noting(world, scenario) for scenario in scenarios]


def _run_noting(world: _World, scenario: Scenario) -> _Outcome:
    """Run a scenario in whatever process, and keep its warnings for the caller."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", GridmapWarning)
        outcome = _run(world, scenario)
    told = [each.message for each in caught if isinstance(each.message, Warning)]
    return replace(outcome, warnings=tuple(told))


def _run(world: _World, scenario: Scenario) -> _Outcome:
    try:
        protocol = load_protocol(scenario.protocol)
        cases = _known(read_cases(scenario.cases), scenario.at)
        placement = world.placement
        plan = delineate(cases, world.grid, protocol=protocol, households=placement)
        as_of = scenario.at or datetime.now(UTC).astimezone()
        certificate = certify(
            placement, plan, as_of=as_of, inputs={"households": placement.households, "cases": cases}
        )
        outlines = zone_outlines(plan, world.grid, placement=placement)
    except GridmapError as error:
        return _Outcome(scenario.scenario_id, error=str(error))
    counts = count_tiers(plan, placement).reset_index().assign(zone_id="", name="")
    zones = plan.zones[["tier", "name"]].join(count_zones(plan, placement)).reset_index().assign(zones=1)
    tallies = pd.concat([counts, zones], ignore_index=True).assign(scenario_id=scenario.scenario_id)
    drawn = outlines[outlines.geometry.notna()].reset_index()
    drawn.insert(0, "scenario_id", scenario.scenario_id)
    return _Outcome(
        scenario.scenario_id,
        tallies=tallies[list(_TALLY_COLUMNS)],
        outlines=drawn,
        certificate=certificate.to_json(),
    )


def _known(cases: Any, at: datetime | None) -> Any:
    """Keep the cases that were confirmed by then, and those without a date."""
    if at is None:
        return cases
    confirmed = pd.to_datetime(cases["confirmed_on"], utc=True)
    return cases[confirmed.isna() | (confirmed <= pd.Timestamp(at))]


def _no_tallies() -> DataFrame:
    kinds = {name: "int64" if name in _COUNTS else "str" for name in _TALLY_COLUMNS}
    return DataFrame(columns=list(_TALLY_COLUMNS)).astype(kinds)


def _write(folder: Path, tallies: DataFrame, done: list[_Outcome]) -> tuple[Path, ...]:
    paths = (folder / "tallies.parquet", folder / "outlines.gpkg", folder / "certificates.json")
    with atomic_path(paths[0]) as temporary:
        tallies.to_parquet(temporary, index=False)
    certificates = {outcome.scenario_id: outcome.certificate for outcome in done}
    write_text(paths[2], json.dumps(certificates, ensure_ascii=False, indent=2) + "\n")
    if not done:
        return (paths[0], paths[2])
    crs = done[0].outlines.crs
    outlines = gpd.GeoDataFrame(
        pd.concat([outcome.outlines.to_crs(crs) for outcome in done], ignore_index=True), crs=crs
    )
    with atomic_path(paths[1]) as temporary:
        outlines.to_file(temporary, driver="GPKG", layer="outlines", promote_to_multi=True)
    return paths


def _silent(_count: int) -> None:
    """Tell nobody."""

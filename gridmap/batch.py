"""Many zonings over one grid, in one go or spread over processes, and how they compare."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from pandas import DataFrame

from gridmap.core.delineate import delineate
from gridmap.core.outline import zone_outlines
from gridmap.core.place import place_households
from gridmap.core.tally import count_tiers, count_zones
from gridmap.errors import Fault, GridmapError, TableError
from gridmap.export.proof import certify
from gridmap.model.placement import Placement
from gridmap.store.files import atomic_path, write_text
from gridmap.store.protocols import load_protocol
from gridmap.store.readers import read_cases, read_grid, read_households
from gridmap.store.sheets import read_sheet
from gridmap.store.workspace import open_workspace

_COUNTS = ("zones", "cells", "households", "residents")
_TALLY_COLUMNS = ("scenario_id", "tier", "zone_id", "name", *_COUNTS)
_REQUIRED = ("scenario_id", "cases", "protocol")
_PATHS = ("cases", "grid", "households")
_CHUNKS_PER_WORKER = 4

Progress = Callable[[int], object]
"""Called with how many more scenarios are done."""


@dataclass(frozen=True)
class Scenario:
    """One zoning to make.

    Parameters
    ----------
    scenario_id
        What it is called.
    cases
        The file of its cases.
    protocol
        The name of a shipped protocol, or a TOML file.
    at
        Only cases confirmed until then count; None for all.
    grid, households
        Files, where no workspace has them.
    """

    scenario_id: str
    cases: str
    protocol: str
    at: datetime | None = None
    grid: str = ""
    households: str = ""


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


def read_scenarios(path: Path | str) -> list[Scenario]:
    """Read scenarios from a CSV or XLSX table, or from a TOML file with one ``[[scenarios]]`` for each.

    Parameters
    ----------
    path
        With `scenario_id`, `cases`, `protocol`, and optional `at`, `grid`, `households`. Paths in it are
        relative to it.

    Raises
    ------
    TableError
        With every fault.
    """
    path = Path(path)
    rows = _toml_rows(path) if path.suffix.casefold() == ".toml" else _sheet_rows(path)
    faults = [fault for place, row in rows for fault in _faults(place, row)]
    ids = [row.get("scenario_id", "") for _, row in rows]
    twice = sorted({each for each in ids if each and ids.count(each) > 1})
    faults += [
        Fault("duplicate_id", "", f"scenario {each!r} comes twice", "give each its own id") for each in twice
    ]
    if not rows:
        faults.append(Fault("empty", "", "no scenario", "write one line for each"))
    if faults:
        raise TableError(path.name, faults)
    return [_scenario(row, path.parent) for _, row in rows]


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
        How many processes work at once.
    progress
        Told how many more scenarios are done.

    Returns
    -------
    result
        Tallies, failures and the files written.

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
    done = [outcome for outcome in ordered if outcome.tallies is not None]
    failed = [(outcome.scenario_id, outcome.error) for outcome in ordered if outcome.error]
    tallies = pd.concat([each.tallies for each in done], ignore_index=True) if done else _no_tallies()
    return BatchResult(
        tallies=tallies,
        failures=DataFrame(failed, columns=["scenario_id", "error"], dtype="str"),
        paths=_write(Path(out), tallies, done),
    )


def _toml_rows(path: Path) -> list[tuple[str, dict[str, str]]]:
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("scenarios", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TableError(path.name, [Fault("unreadable", "", f"cannot be read: {error}")]) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise TableError(
            path.name, [Fault("unreadable", "", "scenarios are no tables", "write [[scenarios]]")]
        )
    return [
        (f"scenarios[{place}]", {key: str(value) for key, value in row.items()})
        for place, row in enumerate(rows, 1)
    ]


def _sheet_rows(path: Path) -> list[tuple[str, dict[str, str]]]:
    sheet = read_sheet(path)
    return [
        (
            f"row {place}",
            {str(key).strip(): text.strip() for key, text in row.items() if isinstance(text, str)},
        )
        for place, row in sheet.to_dict("index").items()
    ]


def _faults(place: str, row: dict[str, str]) -> list[Fault]:
    found = [
        Fault("missing_value", place, f"no {name}", f"add the column or the value {name}")
        for name in _REQUIRED
        if not row.get(name)
    ]
    at = row.get("at", "")
    if at and _time(at) is None:
        found.append(
            Fault("wrong_value", place, f"at: {at!r} is no time", "write it like 2022-03-05T18:00+08:00")
        )
    return found


def _time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo is not None else time.astimezone()


def _scenario(row: dict[str, str], folder: Path) -> Scenario:
    files = {name: str(folder / row[name]) if row.get(name) else "" for name in _PATHS}
    protocol = row["protocol"]
    if protocol.endswith(".toml"):
        protocol = str(folder / protocol)
    at = _time(row["at"]) if row.get("at") else None
    return Scenario(scenario_id=row["scenario_id"], protocol=protocol, at=at, **files)


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
        yield from (_run(world, scenario) for scenario in scenarios)
        return
    size = -(-len(scenarios) // (workers * _CHUNKS_PER_WORKER))
    chunks = [scenarios[start : start + size] for start in range(0, len(scenarios), size)]
    with ProcessPoolExecutor(max_workers=workers) as pool:
        for future in as_completed([pool.submit(_run_all, world, chunk) for chunk in chunks]):
            yield from future.result()


def _run_all(world: _World, scenarios: list[Scenario]) -> list[_Outcome]:
    return [_run(world, scenario) for scenario in scenarios]


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

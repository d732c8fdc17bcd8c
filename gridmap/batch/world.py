"""The ground of a batch: grids with their placed households, officials, sites and cases, each read once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import pandas as pd

from gridmap.batch.scenarios import Scenario
from gridmap.core.delineate import Sought, seek
from gridmap.core.place import place_households
from gridmap.core.staffing import Posts
from gridmap.errors import Fault, GridmapError, TableError
from gridmap.export.proof import source_sha256
from gridmap.model.areas import hierarchy_for
from gridmap.model.placement import Placement
from gridmap.model.shown import shows_counts
from gridmap.store.readers import read_cases, read_grid, read_households, read_officials, read_sites
from gridmap.store.sources import source_files
from gridmap.store.workspace import open_workspace

_TABLES = ("grid", "households", "officials", "sites")


@shows_counts
@dataclass(frozen=True, eq=False)
class Tables:
    """The tables under a group of scenarios, with the SHA-256 of each that is there."""

    grid: Any
    households: Any
    officials: Any
    sites: Any
    hashes: Mapping[str, str]


@shows_counts
@dataclass(frozen=True, eq=False)
class World:
    """What many scenarios have in common.

    Parameters
    ----------
    grid, placement
        The cells, and the households in them.
    officials, sites
        None where there are none.
    cases
        The cases by their file.
    hashes
        The SHA-256 of each table, and of each file of cases.
    """

    grid: Any
    placement: Placement
    officials: Any
    sites: Any
    cases: Mapping[str, Any]
    hashes: Mapping[str, str]

    @cached_property
    def posts(self) -> Posts:
        """Where duties are served."""
        return Posts(hierarchy_for(self.grid), self.sites)

    def known_cases(self, path: str, at: datetime | None) -> Any:
        """Return the cases of a file that were confirmed by then, and those without a date.

        For the same cases the same frame is returned, so that what is worked out for it is found again.
        """
        cases = self.cases[path]
        if at is None:
            return cases
        confirmed = pd.to_datetime(cases["confirmed_on"], utc=True)
        known = (confirmed.isna() | (confirmed <= pd.Timestamp(at))).to_numpy(dtype=bool)
        if known.all():
            return cases
        return self._known.setdefault((path, known.tobytes()), cases[known])

    @cached_property
    def drawn(self) -> dict[Any, Any]:
        """What was worked out last for scenarios, for those that ask for the same."""
        return {}

    def sought(self, cases: Any) -> Sought:
        """Return where these cases are, looked for once."""
        if id(cases) not in self._sought:
            self._sought[id(cases)] = seek(cases, self.grid, households=self.placement)
        return self._sought[id(cases)]

    @cached_property
    def _sought(self) -> dict[int, Sought]:
        return {}

    @cached_property
    def _known(self) -> dict[tuple[str, bytes], Any]:
        return {}


class Sources:
    """The files of a batch; what cannot be read is known by its error, and asked for only once."""

    def __init__(self) -> None:
        self._read: dict[tuple[Any, str], tuple[Any, str] | GridmapError] = {}

    def table(self, read: Callable[[str], Any], path: str) -> tuple[Any, str]:
        """Return a table and the hash of its source; without a path, None and no hash.

        Raises
        ------
        GridmapError
            If it cannot be read.
        """
        if not path:
            return None, ""
        key = (read, path)
        if key not in self._read:
            try:
                self._read[key] = _with_hash(read(path), path)
            except GridmapError as error:
                self._read[key] = error
        found = self._read[key]
        if isinstance(found, GridmapError):
            raise found
        return found

    def cases(self, path: str) -> tuple[Any, str]:
        """Return the cases of a file and their hash."""
        return self.table(read_cases, path)


def groups_of(scenarios: Sequence[Scenario], workspace: Any) -> dict[tuple[str, ...], list[int]]:
    """Group the positions of scenarios by the ground they lie on; all lie on that of a workspace.

    Raises
    ------
    TableError
        If a scenario has no grid or no households.
    """
    if workspace is not None:
        return {(): list(range(len(scenarios)))}
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, scenario in enumerate(scenarios):
        if not scenario.grid or not scenario.households:
            what = f"scenario {scenario.scenario_id!r} has no grid or no households"
            fault = Fault("missing_value", "", what, "name a workspace, or files in columns")
            raise TableError("scenarios", [fault])
        groups.setdefault(tuple(getattr(scenario, name) for name in _TABLES), []).append(place)
    return groups


def read_tables(files: tuple[str, ...], workspace: Any, sources: Sources) -> Tables:
    """Read the tables of a group of scenarios.

    Raises
    ------
    GridmapError
        If one cannot be read.
    """
    tables = _workspace_tables(workspace) if workspace is not None else _file_tables(files, sources)
    frames = {name: frame for name, (frame, _) in tables.items()}
    return Tables(**frames, hashes={name: sha256 for name, (_, sha256) in tables.items() if sha256})


def world_of(tables: Tables, cases: Mapping[str, tuple[Any, str]]) -> World:
    """Place the households of a group, and put beside them the cases by file, each with its hash.

    Raises
    ------
    GridmapError
        If the households do not fit the grid.
    """
    return World(
        grid=tables.grid,
        placement=place_households(tables.households, tables.grid),
        officials=tables.officials,
        sites=tables.sites,
        cases={path: frame for path, (frame, _) in cases.items()},
        hashes={**tables.hashes, **{path: sha256 for path, (_, sha256) in cases.items()}},
    )


def _with_hash(frame: Any, path: str) -> tuple[Any, str]:
    """Return a table with the hash of its files; a Shapefile is hashed as it was read, being many files."""
    frame.attrs.clear()  # what readers found was said; pandas would copy it with every column
    files, _ = source_files(path)
    shapefile = any(file.suffix.casefold() == ".shp" for file in files)
    return frame, source_sha256(frame if shapefile else path)


def _file_tables(files: tuple[str, ...], sources: Sources) -> dict[str, tuple[Any, str]]:
    readers = (read_grid, read_households, read_officials, read_sites)
    return {name: sources.table(read, path) for name, read, path in zip(_TABLES, readers, files, strict=True)}


def _workspace_tables(workspace: Any) -> dict[str, tuple[Any, str]]:
    with open_workspace(workspace) as opened:
        frames = {name: getattr(opened, name) for name in _TABLES}
    needed = _TABLES[:2]
    return {
        name: (frame, source_sha256(frame)) if len(frame) or name in needed else (None, "")
        for name, frame in frames.items()
    }

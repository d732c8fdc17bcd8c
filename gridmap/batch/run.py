"""Many zonings over one grid, in one go or spread over processes and machines, and how they compare."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

import numpy as np
from pandas import DataFrame

from gridmap.batch.answer import Done, remove_stale, write_outlines, write_tables
from gridmap.batch.cluster import connected, spread_on
from gridmap.batch.journal import Journal
from gridmap.batch.picture import check_lang, write_pictures
from gridmap.batch.pools import Failed, spread
from gridmap.batch.rulebook import Rulebook
from gridmap.batch.scenarios import Scenario, check_scenarios, read_scenarios, repeated
from gridmap.batch.tables import comparison_of, tallies_of
from gridmap.batch.world import Sources, Tables, groups_of, read_tables, world_of
from gridmap.batch.zoning import Task, zone
from gridmap.core.unions import unions_of
from gridmap.errors import GridmapError, GridmapWarning
from gridmap.export.multiples import MOST_PANELS
from gridmap.model.areas import hierarchy_for
from gridmap.model.shown import shows_counts

_SHOWN = 3

Progress = Callable[[int], object]
"""Called with how many more scenarios are done."""
Spread = Callable[..., Iterable[tuple[int, Any]]]
"""Works on items that share something, and yields place and answer as they come: `spread` or `spread_on`."""


@shows_counts
@dataclass(frozen=True, eq=False)
class BatchResult:
    """What came of a batch.

    Parameters
    ----------
    tallies
        Rows of the `kind` ``tier``, ``staff`` and ``zone``: `scenario_id`, `kind`, `tier`, `zone_id`, `name`,
        `role`, the counts `zones`, `cells`, `households`, `residents`, `required`, `vacancies`, and each
        count's difference to the baseline, such as `households_change`. What is not known is missing.
    comparison
        One row for each scenario and tier: each count beside its difference.
    failures
        `scenario_id`, `error` of the scenarios that failed.
    baseline
        The scenario that the others are compared with.
    unbalanced
        The scenarios whose certificate does not balance.
    kept
        How many scenarios had been done before, and were not done again.
    paths
        The files written.
    """

    tallies: DataFrame
    comparison: DataFrame
    failures: DataFrame
    baseline: str
    unbalanced: tuple[str, ...]
    kept: int
    paths: tuple[Path, ...]


def run_batch(
    scenarios: Sequence[Scenario] | DataFrame | Path | str,
    out: Path | str,
    *,
    workspace: Path | str | None = None,
    workers: int = 1,
    scheduler: Any = None,
    drawn: int = MOST_PANELS,
    lang: str = "zh",
    progress: Progress | None = None,
) -> BatchResult:
    """Make every zoning, and write what came of all of them into one folder.

    It holds ``tallies.parquet``, ``comparison.csv``, ``outlines.gpkg``, ``certificates.json`` and
    ``comparison.png`` (with an SVG).
    A scenario that fails, or whose process dies, stands in `failures` and does not stop
    the others. A batch that was interrupted goes on where it was when it is run again: what is done is known
    by everything that decides it, so changed inputs are done again. The answer is the same for any number of
    workers, and whether or not it was interrupted.

    Parameters
    ----------
    scenarios
        Scenarios, or a table of them, or the file of it; see `gridmap.batch.read_scenarios`.
    out
        The folder to write to.
    workspace
        Has the grid, the households, and officials and sites; without it, the scenarios name their files.
    workers
        How many processes work at once. A script that asks for more than one guards its own work with
        ``if __name__ == "__main__":``, because the processes read the script again.
    scheduler
        The address of a Dask scheduler, such as ``tcp://10.0.0.5:8786``, or a `distributed.Client`: its
        workers are used, and `workers` is not. A scenario whose worker dies is given to another one.
    drawn
        How many scenarios the picture shows at most, thirty to a page; 0 for no picture.
    lang
        The language of the picture, ``zh`` or ``en``.
    progress
        Told how many more scenarios are done.

    Returns
    -------
    result
        Tallies, differences, failures and the files written.

    Warns
    -----
    GridmapWarning
        What reading and zoning the scenarios had to say, each once.

    Raises
    ------
    TableError
        If the scenarios cannot be read, or do not say on what they are made.
    WorkspaceError
        If the workspace cannot be opened.
    OutputError
        If a file cannot be written, or another batch writes to the folder.
    UnsupportedError
        If a scheduler is named and Dask is not installed.
    GridmapError
        If nobody answers at the address of the scheduler.
    """
    tables = isinstance(scenarios, str | Path | DataFrame)
    listed = read_scenarios(scenarios) if tables else list(scenarios)  # type: ignore[arg-type]
    rulebook = Rulebook()
    if not tables:
        named = [f"scenario {each.scenario_id}" for each in listed]
        check_scenarios(listed, named, rulebook, faults=repeated([each.scenario_id for each in listed]))
    groups = groups_of(listed, workspace)
    check_lang(lang)
    folder = Path(out)
    with _spreading(scheduler, workers) as spread_out:
        journal = Journal(folder)
        batch = _Batch(
            listed, journal, rulebook, spread_out, tell=progress or _silent, drawn=drawn, lang=lang
        )
        try:
            for files, places in groups.items():
                batch.run_group(files, places, workspace)
            return batch.written(folder)
        except KeyboardInterrupt as stop:
            stop.add_note(batch.said())
            raise
        finally:
            journal.close(remove=batch.finished)


@contextmanager
def _spreading(scheduler: Any, workers: int) -> Iterator[Spread]:
    """Give what spreads the work: over the workers of a cluster, or over processes of this machine."""
    if scheduler is None:
        yield partial(spread, workers=workers)
        return
    with connected(scheduler) as client:
        yield partial(spread_on, client)


class _Batch:
    """A batch on its way: what came of each scenario so far."""

    def __init__(
        self,
        scenarios: Sequence[Scenario],
        journal: Journal,
        rulebook: Rulebook,
        spread_out: Spread,
        *,
        tell: Progress,
        drawn: int,
        lang: str,
    ) -> None:
        self.scenarios, self.journal, self.rulebook = scenarios, journal, rulebook
        self.spread_out = spread_out
        self.tell, self.drawn, self.lang = tell, drawn, lang
        self.sources = Sources()
        self.done: dict[int, str] = {}
        self.failed: dict[int, str] = {}
        self.grounds: dict[int, Any] = {}
        self.kept = 0
        self.finished = False

    def said(self) -> str:
        """Say what is kept of an interrupted batch."""
        count = f"{len(self.done):,} of {len(self.scenarios):,} scenarios"
        return f"{count} are done and kept in {self.journal.path.parent}; run it again to go on from there"

    def run_group(self, files: tuple[str, ...], places: list[int], workspace: Any) -> None:
        """Do the scenarios of one ground that are not done yet."""
        try:
            tables = read_tables(files, workspace, self.sources)
        except GridmapError as error:
            if workspace is not None:
                raise
            self._fail(places, str(error))
            return
        self.grounds |= dict.fromkeys(places, tables.grid)
        tasks, wanted = self._tasks(tables, places)
        known = self.journal.known(wanted)
        for fingerprint in wanted:
            if fingerprint in known:
                self._finish(wanted[fingerprint], fingerprint)
                self.kept += len(wanted[fingerprint])
        left = [fingerprint for fingerprint in wanted if fingerprint not in known]
        if left:
            self._work(tables, {fingerprint: tasks[fingerprint] for fingerprint in left}, wanted)

    def _tasks(self, tables: Tables, places: list[int]) -> tuple[dict[str, Task], dict[str, list[int]]]:
        """Return the tasks of a group by their fingerprint, and the scenarios that ask for each."""
        tasks: dict[str, Task] = {}
        wanted: dict[str, list[int]] = {}
        for place in places:
            scenario = self.scenarios[place]
            try:
                rules = self.rulebook.rules(scenario.protocol, scenario.settings)
                _, cases_sha256 = self.sources.cases(scenario.cases)
            except GridmapError as error:
                self._fail([place], str(error))
                continue
            at = "" if scenario.at is None else scenario.at.isoformat()
            fingerprint = _fingerprint(tables.hashes, cases_sha256, rules.text, at)
            tasks[fingerprint] = Task(scenario.cases, rules.protocol, scenario.at)
            wanted.setdefault(fingerprint, []).append(place)
        return tasks, wanted

    def _work(self, tables: Tables, tasks: dict[str, Task], wanted: dict[str, list[int]]) -> None:
        every = [place for fingerprint in tasks for place in wanted[fingerprint]]
        try:
            files = dict.fromkeys(task.cases for task in tasks.values())
            world = world_of(tables, {path: self.sources.cases(path) for path in files})
        except GridmapError as error:
            self._fail(every, str(error))
            return
        fingerprints = list(tasks)
        for place, answer in self.spread_out(zone, world, list(tasks.values())):
            fingerprint = fingerprints[place]
            if isinstance(answer, Failed):
                self._fail(wanted[fingerprint], answer.error)
            else:
                self.journal.add(fingerprint, answer)
                self._finish(wanted[fingerprint], fingerprint)

    def _finish(self, places: list[int], fingerprint: str) -> None:
        self.done |= dict.fromkeys(places, fingerprint)
        self.tell(len(places))

    def _fail(self, places: list[int], error: str) -> None:
        self.failed |= dict.fromkeys(places, error)
        self.tell(len(places))

    def written(self, folder: Path) -> BatchResult:
        """Put the results together in the order of the scenarios, and write them."""
        self.journal.commit()
        done = [
            Done(
                scenario.scenario_id,
                self.done[place],
                self.grounds[place],
                json.loads(self.journal.text(self.done[place])),
            )
            for place, scenario in enumerate(self.scenarios)
            if place in self.done
        ]
        _warn(done)
        baseline = next((each for each in self.scenarios if each.baseline), self.scenarios[0]).scenario_id
        tallies = tallies_of([(each.scenario_id, each.result) for each in done], baseline)
        comparison = comparison_of(tallies, baseline)
        paths = write_tables(folder, tallies, comparison, done)
        if done:
            paths.append(write_outlines(folder, done, self.journal))
        if done and self.drawn:
            paths += self._pictures(folder, done, comparison, baseline)
        remove_stale(folder, paths)
        failures = [(self.scenarios[place].scenario_id, self.failed[place]) for place in sorted(self.failed)]
        self.finished = not failures
        return BatchResult(
            tallies=tallies,
            comparison=comparison,
            failures=DataFrame(failures, columns=["scenario_id", "error"], dtype="str"),
            baseline=baseline,
            unbalanced=tuple(e.scenario_id for e in done if not e.result["certificate"]["balanced"]),
            kept=self.kept,
            paths=tuple(paths),
        )

    def _pictures(
        self, folder: Path, done: Sequence[Done], comparison: DataFrame, baseline: str
    ) -> list[Path]:
        """Draw the scenarios that lie on the same ground as the baseline."""
        protocols = {each.scenario_id: (each.protocol, each.settings) for each in self.scenarios}
        names = [each.scenario_id for each in done]
        first = done[names.index(baseline) if baseline in names else 0]
        shown = [each for each in done if each.ground is first.ground]
        hierarchy = hierarchy_for(first.ground)
        outline = unions_of(hierarchy, np.zeros(len(hierarchy.cell_ids), dtype=np.int32))[0]
        return write_pictures(
            folder,
            [(each, self.rulebook.rules(*protocols[each.scenario_id]).protocol) for each in shown],
            self.journal,
            comparison,
            baseline=baseline,
            outline=outline,
            count=len(self.scenarios),
            most=self.drawn,
            lang=self.lang,
        )


def _fingerprint(hashes: Mapping[str, str], cases: str, rules: str, at: str) -> str:
    """Return a hash of everything that decides what a scenario gives."""
    content = [installed_version("gridmap"), sorted(hashes.items()), cases, rules, at]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _warn(done: Sequence[Done]) -> None:
    """Say what zoning had to say, each once, with the scenarios it is about."""
    said: dict[str, list[str]] = {}
    for each in done:
        for message in each.result["warnings"]:
            said.setdefault(message, []).append(each.scenario_id)
    for message, scenarios in said.items():
        more = f" and {len(scenarios) - _SHOWN:,} more" if len(scenarios) > _SHOWN else ""
        where = f"scenario {', '.join(scenarios[:_SHOWN])}{more}"
        warnings.warn(f"{where}: {message}", GridmapWarning, stacklevel=4)


def _silent(_count: int) -> None:
    """Tell nobody."""

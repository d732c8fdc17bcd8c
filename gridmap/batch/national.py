"""The steps of a placement in partitions, from the files of the roster to the files of the answer."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from gridmap.batch.ground import GroundPart, join_ground, stage_grid, survey_ground
from gridmap.batch.job import Job
from gridmap.batch.pools import Failed
from gridmap.batch.settling import (
    CERTIFICATES,
    CONFLICTS,
    EXCEPTIONS,
    PLACED,
    Settled,
    prove_neighbours,
    settle,
    write_certificate,
)
from gridmap.batch.surveys import (
    find_doubled,
    find_homes,
    find_repeated,
    gather_homes,
    gather_wanted,
    survey,
)
from gridmap.errors import GridmapError, GridmapWarning, UnsupportedError
from gridmap.model.certificate import Certificate, Difference, sum_certificates
from gridmap.store.files import write_text
from gridmap.store.leftovers import sweep_leftovers, working_folder
from gridmap.store.partitions import partitions_of, write_partition

_BUCKET_ROWS = 2_000_000
_KINDS = (PLACED, EXCEPTIONS, CONFLICTS, CERTIFICATES)
_CERTIFICATE = "certificate.json"

Answer = TypeVar("Answer")


@dataclass(frozen=True, eq=False)
class Crew:
    """Who works on a placement.

    Parameters
    ----------
    spread
        Does a step for many items: `gridmap.batch.pools.spread`, or `spread_on` for the client of a cluster.
    tell
        Told how many more partitions are placed.
    """

    spread: Callable[..., Iterable[tuple[int, Any]]]
    tell: Callable[[int], object]

    def all(
        self,
        work: Callable[[Job, Any], Answer],
        job: Job,
        items: Sequence[Any],
        what: str,
        *,
        tell: bool = False,
    ) -> list[Answer]:
        """Do one step for all items, and return the answers in their order; the first failure ends it.

        Raises
        ------
        GridmapError
            If an item fails.
        """
        answers: dict[int, Any] = {}
        for place, answer in self.spread(work, job, items):
            if isinstance(answer, Failed):
                raise GridmapError(f"{what} {place}: {answer.error}")
            answers[place] = answer
            if tell:
                self.tell(1)
        return [answers[place] for place in range(len(items))]


def place_partitions(households: Any, grid: Any, out: Path, crew: Crew) -> Certificate:
    """Place a roster in partitions, and write the answer in the same partitions.

    Parameters
    ----------
    households
        A folder or list of Parquet files, or a Dask frame.
    grid
        As for `stage_grid`.
    out
        The folder of the answer; what an earlier placement left there is replaced.
    crew
        Who works on it.

    Returns
    -------
    certificate
        The sum of the certificates of all partitions, with what only all of them together can show.
    """
    out = Path(out).resolve()
    out.mkdir(parents=True, exist_ok=True)
    _clear(out)
    with working_folder(out) as work:
        job = Job(out=out, work=work, grid=stage_grid(grid, work))
        roster = partitions_of(_staged(households, job, crew), "household_id")
        job = replace(
            job,
            households=tuple(replace(part, path=part.path.resolve()) for part in roster),
            buckets=1 + sum(part.rows for part in roster) // _BUCKET_ROWS,
        )
        certificate = _placed(job, crew)
    for kind in _KINDS:
        sweep_leftovers(out / kind)
    text = json.dumps(certificate.to_json(), ensure_ascii=False, indent=2) + "\n"
    write_text(out / _CERTIFICATE, text)
    return certificate


def _placed(job: Job, crew: Crew) -> Certificate:
    numbers, buckets = range(len(job.households)), range(job.buckets)
    ground = crew.all(survey_ground, job, range(len(job.grid)), "part of the grid")
    job = replace(job, extents=tuple(part.extent for part in ground))
    if len(job.grid) > 1:
        crew.all(join_ground, job, [0], "the parts of the grid")
    open_buildings = crew.all(survey, job, numbers, "partition")
    crew.all(find_repeated, job, buckets, "bucket of ids")
    if any(open_buildings):
        crew.all(gather_wanted, job, [0], "the buildings")
        crew.all(find_homes, job, numbers, "partition")
        crew.all(gather_homes, job, [0], "the homes")
    settled = crew.all(settle, job, numbers, "partition", tell=True)
    for number, part in enumerate(settled):
        write_certificate(part.certificate, job, number)
        for said in part.warnings:
            warnings.warn(f"{job.households[number].path.name}: {said}", GridmapWarning, stacklevel=5)
    return _sum(job, crew, ground, settled)


def _sum(job: Job, crew: Crew, ground: Sequence[GroundPart], settled: Sequence[Settled]) -> Certificate:
    """Add the certificates up, and add what only all partitions together can show."""
    doubled = crew.all(find_doubled, job, range(job.buckets), "bucket of ids")
    differences = [
        Difference(each, "doubled", "placement", "placed in several partitions")
        for bucket in doubled
        for each in bucket
    ]
    neighbours = pd.concat([part.neighbours for part in settled], ignore_index=True)
    asked = [(int(part), rows) for part, rows in neighbours.groupby("part")]
    for rows in crew.all(prove_neighbours, job, asked, "partition"):
        differences += [
            Difference(each, "moved", "placement", f"placed in {cell!r}, where no neighbour lives")
            for each, cell in zip(rows["stands_for"], rows["cell_id"], strict=True)
        ]
    total = sum_certificates(
        [*(part.certificate for part in ground), *(part.certificate for part in settled)]
    )
    return replace(
        total,
        balanced=total.balanced and not differences,
        differences=(*total.differences, *differences),
    )


def _staged(households: Any, job: Job, crew: Crew) -> Any:
    """Return files of the roster; the partitions of a Dask frame are written as such."""
    if hasattr(households, "to_delayed"):
        import cloudpickle

        pieces = [cloudpickle.dumps(piece) for piece in households.to_delayed()]
        return crew.all(_write_piece, job, list(enumerate(pieces)), "partition")
    if isinstance(households, str | Path) or not hasattr(households, "columns"):
        return households
    found = (
        f"found a {type(households).__name__}, where engine='dask' takes a folder or list of Parquet files"
    )
    raise UnsupportedError(f"{found}, or a Dask frame; leave out engine= to place what is in memory")


def _write_piece(job: Job, piece: tuple[int, bytes]) -> Path:
    """Compute one partition of a Dask frame, and write it."""
    import cloudpickle

    number, pickled = piece
    frame = cloudpickle.loads(pickled).compute(scheduler="synchronous")
    return write_partition(frame, job.file("households", number))


def _clear(out: Path) -> None:
    """Remove the answer of an earlier placement, its certificate first."""
    (out / _CERTIFICATE).unlink(missing_ok=True)
    for kind in _KINDS:
        for path in _files(out / kind):
            path.unlink()


def _files(folder: Path) -> Iterable[Path]:
    return sorted(folder.glob("part-*.*"))


def part_files(out: Path, kind: str) -> list[Path]:
    """Return the files of one kind of answers, in the order of the partitions."""
    return list(_files(out / kind))

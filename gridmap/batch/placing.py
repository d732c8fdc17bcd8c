"""Place households: in memory, or partition by partition on the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, overload

import pandas as pd
from pandas import DataFrame, Series

from gridmap.batch.cluster import connected, spread_on
from gridmap.batch.national import Crew, part_files, place_partitions
from gridmap.batch.settling import CONFLICTS, EXCEPTIONS, PLACED
from gridmap.core import place
from gridmap.errors import UnsupportedError
from gridmap.model.certificate import Certificate
from gridmap.model.placement import Placement
from gridmap.store.partitions import read_partition


@dataclass(frozen=True, eq=False)
class PartitionedPlacement:
    """Where every household of a roster in partitions is; its tables are Dask frames, read when computed.

    Parameters
    ----------
    out
        The folder with the answer: Parquet files `placed`, `exceptions` and `conflicts`, and a certificate in
        `certificates` for each partition of the roster, and ``certificate.json`` over all of them.
    certificate
        The sum of the certificates of the partitions.
    """

    out: Path
    certificate: Certificate

    @property
    def cells(self) -> Any:
        """``household_id`` -> ``cell_id`` of the placed rows, in the order of the roster: a Dask Series."""
        return self._table(PLACED, _read_cells)

    @property
    def methods(self) -> Any:
        """``household_id`` -> how each was placed: a Dask Series."""
        return self._table(PLACED, _read_methods)

    @property
    def exceptions(self) -> Any:
        """The rows that were not placed, as in a `Placement`, numbered in the whole roster: a Dask frame."""
        return self._table(EXCEPTIONS, read_partition)

    @property
    def conflicts(self) -> Any:
        """Placed rows with a contradiction, as in a `Placement`: a Dask frame."""
        return self._table(CONFLICTS, read_partition)

    def _table(self, kind: str, read: Callable[[Path], Any]) -> Any:
        from dask import config, dataframe

        files = part_files(self.out, kind)
        # text stays of the type that a Placement has
        with config.set({"dataframe.convert-string": False}):
            return dataframe.from_map(read, files, meta=read(files[0]).iloc[:0])


@overload
def place_households(
    households: DataFrame, grid: DataFrame, *, engine: Literal["memory"] = ...
) -> Placement: ...


@overload
def place_households(
    households: Any,
    grid: Any,
    *,
    engine: Literal["dask"],
    out: Path | str | None = ...,
    scheduler: Any = ...,
    workers: int | None = ...,
    progress: Callable[[int], object] | None = ...,
) -> PartitionedPlacement: ...


def place_households(
    households: Any,
    grid: Any,
    *,
    engine: str = "memory",
    out: Path | str | None = None,
    scheduler: Any = None,
    workers: int | None = None,
    progress: Callable[[int], object] | None = None,
) -> Any:
    """Put every household into exactly one cell, or list it with the reason why not.

    A household with coordinates goes to the cell they lie in; on a shared border to the touching cell whose
    id sorts first. One without goes to its declared cell, or else to the one cell in which the rest of the
    roster has its building. Of two rows with one id the first is placed. Nothing is dropped:
    ``len(households) == len(cells) + len(exceptions)``.

    With ``engine="dask"`` the roster is never whole in memory: it is read, placed, proven and written
    partition by partition, on one machine or many, and the answer is the same row for row.

    Parameters
    ----------
    households
        The roster by ``household_id``, with points in `geometry`, or `lon` and `lat` (EPSG:4326), or `x` and
        `y` (the CRS of the grid); declared `cell_id`, `address` and `building` where known. Any CRS. For
        Dask a folder or list of Parquet or GeoParquet files with these columns, or a Dask frame.
    grid
        The cells by ``cell_id``. For Dask also a file that `gridmap.read_grid` reads, or a folder or list of
        GeoParquet files: parts such as provinces or counties, each with all that lies in its areas.
    engine
        ``"memory"`` or ``"dask"``.
    out
        The folder that Dask writes the answer to; all workers see it, and the inputs, under the same path.
    scheduler
        For Dask the address of a scheduler, or a `distributed.Client`; without it worker processes are
        started on this machine, so a script guards its own work with ``if __name__ == "__main__":``.
    workers
        How many processes Dask starts on this machine; one for each processor if not given.
    progress
        Told how many more partitions are placed.

    Returns
    -------
    placement
        Cells, exceptions, conflicts and certificate: a `Placement`, or a `PartitionedPlacement`, the tables
        of which are Dask frames.

    Raises
    ------
    CrsMismatchError
        If only one of the two has a CRS.
    TableError
        If partitions do not fit together.
    GridmapError
        If a partition cannot be placed; it is named.
    UnsupportedError
        If Dask is asked for and is not installed, or not told where to write.
    """
    if engine == "memory":
        return place.place_households(households, grid)
    if engine != "dask":
        raise UnsupportedError(f"engine={engine!r} is unknown; choose 'memory' or 'dask'")
    if out is None:
        raise UnsupportedError("engine='dask' writes its answer to files; name a folder with out=")
    with connected(scheduler, workers=workers) as client:
        certificate = place_partitions(
            households, grid, Path(out), Crew(partial(spread_on, client), progress or _silent)
        )
    return PartitionedPlacement(Path(out), certificate)


def _read_cells(path: Path) -> Series:
    return _read(path)["cell_id"]


def _read_methods(path: Path) -> Series:
    return _read(path)["method"]


def _read(path: Path) -> DataFrame:
    frame = read_partition(path).set_index("household_id").astype("str")
    return frame.set_axis(pd.Index(frame.index, dtype="str", name="household_id"))


def _silent(_count: int) -> None:
    """Tell nobody."""

"""A placement in partitions, as every process that works on it knows it: its files and what they say."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pandas import DataFrame, Series

from gridmap.batch.extent import Extent
from gridmap.core.roster import text_ids
from gridmap.model.areas import hierarchy_for
from gridmap.model.frames import grid_frame, keyed
from gridmap.store.partitions import Partition, read_partition, read_rows

NOWHERE = np.empty((0, 2))
_loading = Lock()


@dataclass(frozen=True)
class Job:
    """What is placed, and where the files of the work are.

    Parameters
    ----------
    out
        The folder of the answer.
    work
        The folder of what is passed from one step to the next; removed at the end.
    grid
        The files of the grid: the whole of it in one, or parts that share no area.
    households
        The partitions of the roster.
    extents
        Where each part of the grid lies.
    buckets
        In how many groups the ids are compared.
    """

    out: Path
    work: Path
    grid: tuple[Path, ...]
    households: tuple[Partition, ...] = ()
    extents: tuple[Extent, ...] = ()
    buckets: int = 1

    def file(self, kind: str, number: int) -> Path:
        """Return the file of a partition or bucket within one kind of passing files."""
        return self.work / kind / f"part-{number:05d}.parquet"

    def files(self, kind: str) -> list[Path]:
        """Return the files of one kind that there are, in order."""
        return sorted((self.work / kind).glob("part-*.parquet"))

    def answer(self, kind: str, number: int) -> Path:
        """Return the file of a partition within one kind of answers."""
        return self.out / kind / f"part-{number:05d}.parquet"

    @property
    def wanted(self) -> Path:
        """The buildings that households without a place name."""
        return self.work / "wanted.parquet"

    @property
    def homes(self) -> Path:
        """The one cell of each wanted building, and a neighbour who lives there."""
        return self.work / "homes.parquet"

    @property
    def cells(self) -> Path:
        """The ids of the cells of all parts of the grid, sorted."""
        return self.work / "cells.parquet"

    @property
    def areas(self) -> Path:
        """The names of the areas of all parts of the grid."""
        return self.work / "areas.parquet"

    def roster(self, number: int, columns: Collection[str] | None = None) -> DataFrame:
        """Read a partition of the roster; a row without an id is called by its place in the whole."""
        part = self.households[number]
        frame = keyed(read_partition(part.path, columns), "household_id")
        return frame.set_axis(text_ids(frame.index, first_row=part.first_row))

    def repeated(self, number: int) -> Any:
        """Return the ids of a partition that stand in an earlier one."""
        files = self.files("repeated")
        rows = read_rows(files, "part", [number])["household_id"] if files else []
        return pd.Index(rows, dtype="str")

    def cells_among(self, ids: Collection[str]) -> Any:
        """Return which of some ids are cells of the grid."""
        if len(self.grid) == 1:
            return hierarchy_for(self.ground(NOWHERE)).cell_ids.intersection(list(ids))
        return pd.Index(read_rows([self.cells], "cell_id", sorted(ids))["cell_id"], dtype="str")

    def cells_elsewhere(self, ids: Collection[str], grid: Any) -> Any:
        """Return which of some ids are cells in other parts of the grid than `grid`."""
        if len(self.grid) == 1:
            return pd.Index([], dtype="str")
        near = hierarchy_for(grid).cell_ids
        return self.cells_among(set(ids) - set(near))

    def areas_elsewhere(self) -> Series:
        """Return the names of all areas of a grid in parts, by id; of a whole grid its frame knows them."""
        return Series(dtype="str") if len(self.grid) == 1 else _areas(self.areas)

    def names(self) -> tuple[str, ...]:
        """Return the names of all areas of the grid, the longest first."""
        names = self.areas_elsewhere()
        if len(self.grid) == 1:
            areas = hierarchy_for(self.ground(NOWHERE)).areas
            names = areas.loc[~areas["is_cell"], "name"]
        return tuple(sorted(names.dropna().unique(), key=len, reverse=True))

    @property
    def plane(self) -> Any:
        """A grid without a cell, in the CRS of the grid."""
        return _plane(self.grid[0])

    def ground(self, xy: NDArray[np.float64]) -> Any:
        """Return the parts of the grid that some places may lie in, as one frame.

        Parameters
        ----------
        xy
            The places, in the CRS of the grid, of shape (places, 2).
        """
        near = [path for path, each in zip(self.grid, self.extents, strict=True) if each.may_hold(xy)]
        with _loading:
            return _ground(tuple(near or self.grid[:1]))


def ids_table(ids: Any) -> tuple[pa.Table, NDArray[np.uint64]]:
    """Return ids as a table, and a number for each that is the same in every process."""
    texts = pa.array(ids.array, pa.large_string())
    return pa.table({"household_id": texts}), pd.util.hash_array(
        np.asarray(ids, dtype=object), categorize=False
    )


@lru_cache(maxsize=1)
def _ground(files: tuple[Path, ...]) -> Any:
    """Read the grid once for each process, so that the index over it is built once."""
    frames = [grid_frame(read_partition(path)) for path in files]
    return frames[0] if len(frames) == 1 else pd.concat(frames)


@lru_cache(maxsize=1)
def _plane(path: Path) -> Any:
    return read_partition(path, ["geometry"]).iloc[:0]


@lru_cache(maxsize=1)
def _areas(path: Path) -> Series:
    frame = read_partition(path)
    return frame.set_index("area_id")["name"].astype("str")

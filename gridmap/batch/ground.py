"""The grid of a placement in partitions: staged as files that every process reads, and checked to be one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from geopandas import GeoSeries
from pandas import DataFrame

from gridmap.batch.extent import Extent
from gridmap.batch.job import Job
from gridmap.core.place import place_households
from gridmap.errors import Fault, GridError
from gridmap.model.areas import hierarchy_for
from gridmap.model.certificate import Certificate
from gridmap.model.frames import cell_id_text, grid_frame
from gridmap.model.hierarchy import NAMING
from gridmap.model.provisional import PROVISIONAL
from gridmap.store.partitions import partitions_of, read_partition, write_partition
from gridmap.store.readers import read_grid

_NEEDED = (*NAMING, "residents", PROVISIONAL, "geometry")
_SHOWN = 20


@dataclass(frozen=True, eq=False)
class GroundPart:
    """What is known of one part of the grid.

    Parameters
    ----------
    extent
        Where its cells lie.
    certificate
        The proof about no household in it, which knows the residents of its cells.
    """

    extent: Extent
    certificate: Certificate


def stage_grid(grid: Any, work: Path) -> tuple[Path, ...]:
    """Return the files of a grid: its parts as they are, or the whole of it, written for all to read.

    Parameters
    ----------
    grid
        A frame, a file that `gridmap.read_grid` reads, or a folder or list of Parquet files: the parts.
    work
        The folder for what is written.
    """
    whole = isinstance(grid, DataFrame | GeoSeries)
    if not whole and (not isinstance(grid, str | Path) or Path(grid).is_dir()):
        return tuple(part.path.resolve() for part in partitions_of(grid, "cell_id"))
    frame = grid_frame(grid if whole else read_grid(grid)).rename_axis("cell_id")
    needed = frame[[name for name in frame.columns if name in _NEEDED]].copy()
    needed.attrs.clear()
    return (write_partition(needed, work / "grid" / "part-00000.parquet").resolve(),)


def survey_ground(job: Job, number: int) -> GroundPart:
    """Look at one part of the grid, and note the ids of its cells and areas."""
    grid = grid_frame(read_partition(job.grid[number]))
    hierarchy = hierarchy_for(grid)
    if len(job.grid) > 1:
        areas = hierarchy.areas.rename_axis("area_id").reset_index()[["area_id", "name", "is_cell"]]
        rows = areas["area_id"].isin(cell_id_text(grid.index))
        write_partition(areas.assign(is_row=rows, part=number), job.file("areas", number))
    nobody = DataFrame(index=pd.Index([], name="household_id", dtype="str"))
    return GroundPart(Extent.of(hierarchy.geometry.array), place_households(nobody, grid).certificate)


def join_ground(job: Job, _: int) -> int:
    """Put the ids of all parts of the grid together, and check that they share no area.

    Returns
    -------
    cells
        How many cells the whole grid has.

    Raises
    ------
    GridError
        If a row of one part is a cell or an area of another: what it would be depends on both.
    """
    known = pd.concat([read_partition(path) for path in job.files("areas")], ignore_index=True)
    shared = known[known["area_id"].duplicated(keep=False)]
    wrong = sorted(shared.loc[shared["is_row"], "area_id"].unique())
    if wrong:
        cure = "put every area and all that lies in it into one part"
        raise GridError(
            "the parts of the grid",
            [Fault("shared_area", "", f"{area!r} is in several parts", cure) for area in wrong[:_SHOWN]],
        )
    cells = known.loc[known["is_cell"], ["area_id"]].rename(columns={"area_id": "cell_id"})
    write_partition(cells.sort_values("cell_id").reset_index(drop=True), job.cells)
    areas = known[~known["is_cell"]]
    unnamed = areas["name"] == areas["area_id"]
    named = pd.concat([areas[~unnamed], areas[unnamed]]).drop_duplicates("area_id")
    write_partition(named[["area_id", "name"]].reset_index(drop=True), job.areas)
    return len(cells)

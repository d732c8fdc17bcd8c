"""What the partitions of a roster must know of each other: repeated ids, and where buildings are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from pandas import DataFrame, Series

from gridmap.batch.job import Job, ids_table
from gridmap.core.elsewhere import Elsewhere
from gridmap.core.place import place_households
from gridmap.core.roster import points_of, roster_of
from gridmap.model.address import building_keys
from gridmap.model.frames import id_text
from gridmap.store.partitions import read_bucket, read_partition, write_buckets, write_partition

_SURVEYED = (
    "household_id",
    "cell_id",
    "address",
    "building",
    "geometry",
    "lon",
    "lat",
    "x",
    "y",
    "coordinate_fault",
)
HOMES = ("building", "cell_id", "household_id", "address", "number")


def survey(job: Job, number: int) -> int:
    """Note the ids of a partition, and the buildings that its households without a place name.

    Returns
    -------
    buildings
        How many buildings are named.
    """
    frame = job.roster(number, _SURVEYED)
    table, hashes = ids_table(frame.index)
    write_buckets(table, hashes % job.buckets, job.buckets, job.file("ids", number))
    declared = _declared(frame)
    rows = frame[~declared.isin(job.cells_among(declared.unique()))]
    roster = roster_of(rows, job.plane)
    points, faults = points_of(roster)
    lost = roster[shapely.is_missing(points) & faults.isna().to_numpy()]
    named = Series(building_keys(lost, job.names()), dtype="str").dropna().drop_duplicates()
    if len(named):
        write_partition(DataFrame({"building": named}), job.file("open", number))
    return len(named)


def find_repeated(job: Job, bucket: int) -> int:
    """Find the ids of one bucket that stand in several partitions, and note all but the first.

    Returns
    -------
    repeated
        How many there are.
    """
    return len(_repeats(job, "ids", bucket, note="repeated"))


def find_doubled(job: Job, bucket: int) -> list[str]:
    """Return the ids of one bucket that were placed in several partitions."""
    return sorted(_repeats(job, "placed", bucket)["household_id"].unique())


def gather_wanted(job: Job, _: int) -> int:
    """Put the buildings that are named in any partition together, and count them."""
    frames = [read_partition(path) for path in job.files("open")]
    wanted = pd.concat(frames).drop_duplicates() if frames else DataFrame({"building": []}, dtype="str")
    write_partition(wanted, job.wanted)
    return len(wanted)


def find_homes(job: Job, number: int) -> int:
    """Find the cells in which a partition has the wanted buildings, each with a household that shows it.

    Returns
    -------
    homes
        How many pairs of a building and a cell there are.
    """
    frame = job.roster(number, _SURVEYED)
    frame = frame[~frame.index.duplicated() & ~frame.index.isin(job.repeated(number))]
    roster = roster_of(frame, job.plane)
    keys = Series(building_keys(roster, job.names()), index=roster.index, dtype="str")
    roster = roster[keys.isin(read_partition(job.wanted)["building"]).to_numpy()]
    points, _ = points_of(roster)
    grid = job.ground(shapely.get_coordinates(points[~shapely.is_missing(points)]))
    elsewhere = Elsewhere(homes=no_homes(), cells=job.cells_elsewhere(_declared(roster).unique(), grid))
    cells = place_households(roster, grid, elsewhere=elsewhere).cells
    texts = roster.loc[cells.index, ["address", "building"]].set_axis(["address", "number"], axis=1)
    homes = texts.assign(building=keys[cells.index], cell_id=cells).reset_index()
    homes = homes.drop_duplicates(["building", "cell_id"])[list(HOMES)]
    write_partition(homes.assign(part=number), job.file("homes", number))
    return len(homes)


def gather_homes(job: Job, _: int) -> int:
    """Keep the buildings that all partitions together have in one cell only, and count them."""
    found = pd.concat([read_partition(path) for path in job.files("homes")], ignore_index=True)
    found = found.drop_duplicates(["building", "cell_id"])
    sure = found[~found["building"].duplicated(keep=False)]
    write_partition(sure.reset_index(drop=True), job.homes)
    return len(sure)


def no_homes() -> DataFrame:
    """Return a table of homes without any."""
    return DataFrame({name: [] for name in HOMES}, dtype="str").assign(part=Series(dtype="int64"))


def _declared(frame: DataFrame) -> Series:
    """Return the declared cells as placement reads them, empty where there is none."""
    if "cell_id" not in frame:
        return Series("", index=frame.index, dtype="str")
    return id_text(frame["cell_id"]).str.strip().fillna("")


def _repeats(job: Job, kind: str, bucket: int, *, note: str = "") -> DataFrame:
    """Return the ids of a bucket after the first partition that has each, with the number of theirs."""
    tables = [read_bucket(job.file(kind, number), bucket) for number in range(len(job.households))]
    parts = np.repeat(np.arange(len(tables), dtype="int32"), [len(table) for table in tables])
    ids = pa.concat_tables(tables).to_pandas()["household_id"]
    rows = DataFrame({"household_id": ids, "part": parts})
    rows = rows[ids.duplicated(keep=False).to_numpy()].drop_duplicates()
    found = rows[rows["household_id"].duplicated(keep="first")]
    if note and len(found):
        write_partition(found.reset_index(drop=True), job.file(note, bucket))
    return found

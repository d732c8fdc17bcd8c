"""Tables in partitions: Parquet files that together are one table, which need not fit into memory at once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
from pandas import DataFrame

from gridmap.errors import Fault, TableError
from gridmap.store.files import atomic_path
from gridmap.store.parquet import BROKEN_PARQUET

_SUFFIX = ".parquet"
_MINIMAL_GEO = b"geo"


@dataclass(frozen=True)
class Partition:
    """One file of a table in partitions.

    Parameters
    ----------
    path
        The file.
    first_row
        The position of its first row in the whole table.
    rows
        How many it has.
    """

    path: Path
    first_row: int
    rows: int


def partitions_of(source: Any, key: str) -> list[Partition]:
    """List the partitions of a table, in order, and check that they fit together.

    Parameters
    ----------
    source
        A folder with Parquet files, taken in the order of their names (``part.2`` before ``part.10``), or a
        list of files, taken as it stands.
    key
        The column of its ids, such as ``household_id``.

    Raises
    ------
    TableError
        With every fault: no file, a damaged one, other columns, ids that are neither text nor whole numbers,
        or another CRS than the first file.
    """
    files = _files(source)
    title = str(source) if isinstance(source, str | Path) else "the partitions"
    if not files:
        what = "no Parquet file is there"
        raise TableError(title, [Fault("empty", "", what, "name a folder of .parquet files, or a list")])
    found, faults, first, row = [], [], None, 0
    for path in files:
        try:
            form, rows = _form(path, key)
        except BROKEN_PARQUET as error:
            faults.append(
                Fault("unreadable", path.name, f"no whole Parquet file ({error})", "write it again")
            )
            continue
        first = first or (path.name, form)
        faults.extend(_misfits(path.name, form, *first, key))
        found.append(Partition(path, row, rows))
        row += rows
    if faults:
        raise TableError(title, faults)
    return found


def read_partition(path: Path, columns: Iterable[str] | None = None) -> DataFrame:
    """Read a Parquet file as a frame, as a GeoDataFrame if it has geometry; of `columns` those it has."""
    from pyarrow import parquet

    schema = parquet.read_schema(path)
    wanted = None if columns is None else [name for name in schema.names if name in set(columns)]
    if _MINIMAL_GEO in (schema.metadata or {}) and (wanted is None or "geometry" in wanted):
        return gpd.read_parquet(path, columns=wanted)
    return pd.read_parquet(path, columns=wanted)


def read_rows(paths: Sequence[Path], column: str, values: Sequence[Any]) -> DataFrame:
    """Read the rows of Parquet files that have one of some values, without holding the others."""
    from pyarrow import dataset

    rows = dataset.dataset([str(path) for path in paths], format="parquet")
    kind = rows.schema.field(column).type
    return rows.to_table(filter=dataset.field(column).isin(pa.array(values, kind))).to_pandas()


def write_partition(frame: DataFrame, path: Path) -> Path:
    """Write a frame as Parquet, with geometry as GeoParquet, whole or not at all, for its owner only."""
    with atomic_path(path, private=True) as temporary:
        frame.to_parquet(temporary, index=frame.index.name is not None, compression="zstd")
    return path


def write_buckets(columns: pa.Table, buckets: Any, count: int, path: Path) -> Path:
    """Write rows into `count` groups of one Parquet file, so that each group can be read alone.

    Parameters
    ----------
    columns
        The rows.
    buckets
        The group of each, from 0.
    count
        How many groups there are; a group may be empty.
    path
        The file.
    """
    import numpy as np
    from pyarrow import parquet

    order = np.argsort(buckets, kind="stable")
    ends = np.cumsum(np.bincount(buckets, minlength=count))
    rows = columns.take(pa.array(order))
    with (
        atomic_path(path, private=True) as temporary,
        parquet.ParquetWriter(temporary, columns.schema, compression="zstd") as writer,
    ):
        for start, end in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True):
            writer.write_table(rows.slice(start, end - start), row_group_size=max(end - start, 1))
    return path


def read_bucket(path: Path, bucket: int) -> pa.Table:
    """Read one group of a file that `write_buckets` wrote."""
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        return file.read_row_group(bucket)


@dataclass(frozen=True)
class _Form:
    names: frozenset[str]
    key: str
    crs: str


def _form(path: Path, key: str) -> tuple[_Form, int]:
    """Return the columns, the type of the ids and the CRS of a file, and its number of rows."""
    from pyarrow import parquet

    metadata = parquet.read_metadata(path)
    schema = metadata.schema.to_arrow_schema()
    geo = json.loads((schema.metadata or {}).get(_MINIMAL_GEO, b"{}"))
    column = geo.get("columns", {}).get(geo.get("primary_column", ""), {})
    crs = json.dumps(column.get("crs", "OGC:CRS84"), sort_keys=True) if column else ""
    kind = str(schema.field(key).type) if key in schema.names else ""
    return _Form(frozenset(schema.names), kind, crs), metadata.num_rows


def _misfits(name: str, form: _Form, first_name: str, first: _Form, key: str) -> list[Fault]:
    """Say what keeps a file from being a part of the same table as the first one."""
    found = []
    if not re.fullmatch(r"u?int\d+|(large_)?string(_view)?", form.key):
        what = f"column {key} is {form.key or 'missing'}"
        found.append(Fault("wrong_id", name, what, "write the ids as text"))
    if form.names != first.names:
        other = ", ".join(sorted(form.names ^ first.names)[:12])
        what = f"other columns than {first_name}: {other}"
        found.append(Fault("other_columns", name, what, "write the same columns into every partition"))
    if form.crs != first.crs:
        what = f"another CRS than {first_name}"
        found.append(Fault("crs_mismatch", name, what, "write every partition in the same CRS"))
    return found


def _files(source: Any) -> list[Path]:
    if not isinstance(source, str | Path):
        return [Path(each) for each in source]
    path = Path(source)
    if path.is_dir():
        found = (each for each in path.rglob(f"*{_SUFFIX}") if each.is_file())
        visible = [
            each for each in found if not any(part[0] in "._" for part in each.relative_to(path).parts)
        ]
        return sorted(visible, key=lambda each: _natural(str(each.relative_to(path))))
    return [path] if path.is_file() else []


def _natural(name: str) -> list[tuple[int, int | str]]:
    """Sort numbers in names by their value."""
    return [(0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"(\d+)", name) if part]

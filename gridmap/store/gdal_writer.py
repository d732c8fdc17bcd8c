"""Write a new file by GDAL, and make sure that it is whole: its drivers may keep silent on a full disk."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyogrio

from gridmap.errors import OutputError
from gridmap.store.files import FULL

_FULL_BYTES = 1 << 20


def write_frame(frame: Any, path: Path, **options: Any) -> None:
    """Write a frame as a layer of a file that is not yet in its place, and read back how many rows it has.

    Parameters
    ----------
    frame
        The rows.
    path
        A temporary file.
    options
        As for `pyogrio.write_dataframe`.

    Raises
    ------
    OutputError
        If it cannot be written, or does not hold every row.
    """
    _write(lambda: pyogrio.write_dataframe(frame, path, **options), path, len(frame), options.get("layer"))


def write_batches(batches: Any, path: Path, *, rows: int, **options: Any) -> None:
    """Write Arrow batches with outlines as WKB, one after the other, as `write_frame` writes a frame.

    Parameters
    ----------
    batches
        A `pyarrow.RecordBatchReader`.
    path
        A temporary file.
    rows
        How many rows the batches have.
    options
        As for `pyogrio.write_arrow`.

    Raises
    ------
    OutputError
        If it cannot be written, or does not hold every row.
    """
    _write(lambda: pyogrio.write_arrow(batches, path, **options), path, rows, options.get("layer"))


def _write(write: Callable[[], object], path: Path, wanted: int, layer: str | None) -> None:
    try:
        write()
        rows = pyogrio.read_info(path, layer=layer, force_feature_count=True)["features"]
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FeatureError,
        RuntimeError,
    ) as error:
        raise OutputError(f"{path.name} cannot be written: {_cause(path, str(error))}") from error
    if rows != wanted:
        found = f"{rows} of {wanted} rows came back"
        raise OutputError(f"{path.name} cannot be written: {_cause(path, found)}")


def _cause(path: Path, said: str) -> str:
    first = (said.splitlines() or [""])[0].replace(str(path), path.name)
    full = shutil.disk_usage(path.parent).free < _FULL_BYTES
    found = FULL if full else f"{first}; see whether the disk has room"
    return f"{found}; what was there before is whole"

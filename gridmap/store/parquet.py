"""Look into a Parquet file before it is read: a small one may unpack to more than the memory holds."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from gridmap.errors import Fault, TableError
from gridmap.store.limits import Limits, check_most

BROKEN_PARQUET = (pa.ArrowException, OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError)
_BATCH_ROWS = 4096


def check_parquet(path: Path, limits: Limits) -> None:
    """Refuse a Parquet file with too many rows or columns, or one that unpacks to too much.

    It is unpacked once a few thousand rows at a time, because what it says of its own size may be untrue.

    Raises
    ------
    TableError
        If it is so, or is damaged.
    """
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            check_most(path.name, limits, "rows", file.metadata.num_rows)
            check_most(path.name, limits, "columns", file.metadata.num_columns)
            size = 0
            for batch in file.iter_batches(_BATCH_ROWS):
                size += batch.nbytes
                check_most(path.name, limits, "unpacked_bytes", size)
    except TableError:
        raise
    except BROKEN_PARQUET as error:
        what = f"it is no whole Parquet file ({error})"
        raise TableError(path.name, [Fault("unreadable", "", what, "write it again")]) from error

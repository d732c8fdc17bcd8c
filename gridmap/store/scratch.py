"""A file for as long as a library needs one by its path."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_file(data: bytes, name: str) -> Iterator[Path]:
    """Give the path of a file that holds `data`, in a folder of its own that is removed afterwards.

    Nothing personal belongs there. On Windows a library that still holds the file keeps it from being
    removed, which is no fault.
    """
    with tempfile.TemporaryDirectory(prefix="gridmap-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        yield path

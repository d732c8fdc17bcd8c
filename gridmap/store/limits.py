"""How much one file may hold, so that none can use up the memory; whoever means it may raise a limit."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame

from gridmap.errors import Fault, TableError

_MB = 2**20


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The most that a file may hold before it is refused.

    The defaults fit the grid and the roster of a prefecture on a PC with 8 GB of memory. Raise one
    knowingly, as in ``read_households(path, limits=Limits(rows=20_000_000))``: what is read stands in
    memory several times.

    Parameters
    ----------
    file_bytes
        Size of a file that is not text, such as a GeoPackage, a workbook or an archive.
    text_bytes
        Size of a file of text: CSV, GeoJSON, TopoJSON, KML, DXF.
    unpacked_bytes
        Size of all that an archive, a workbook or a Parquet file unpacks to.
    unpacked_ratio
        How many times larger than the file that may be; what unpacks to less than 64 MB is not asked.
    members
        Files in an archive or a workbook.
    rows
        Rows of one table.
    columns
        Columns of one table.
    cells
        Rows times columns of one sheet of a workbook, empty cells included.
    text_length
        Letters in one value.
    row_vertices
        Vertices of the geometry of one row.
    vertices
        Vertices of all rows of one layer.
    nesting
        Lists and objects within each other in JSON, and elements within each other in XML.

    Raises
    ------
    ValueError
        If a limit is less than 1.
    """

    file_bytes: int = 2048 * _MB
    text_bytes: int = 512 * _MB
    unpacked_bytes: int = 2048 * _MB
    unpacked_ratio: int = 200
    members: int = 10_000
    rows: int = 5_000_000
    columns: int = 16_384
    cells: int = 20_000_000
    text_length: int = 1_000_000
    row_vertices: int = 2_000_000
    vertices: int = 50_000_000
    nesting: int = 60

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) < 1:
                raise ValueError(
                    f"the limit {field.name} is {getattr(self, field.name)}; it must be 1 or more"
                )


DEFAULT_LIMITS = Limits()


def check_most(title: str, limits: Limits, limit: str, found: int, *, where: str = "") -> None:
    """Refuse a file that holds more than a limit.

    Parameters
    ----------
    title
        The name of the file.
    limits
        All limits.
    limit
        The name of one, a field of `Limits`.
    found
        How much there is.
    where
        Which row or member holds it, if one does.

    Raises
    ------
    TableError
        If it is more.
    """
    most = getattr(limits, limit)
    if found > most:
        what = f"it holds {_amount(limit, found)}, more than the limit of {_amount(limit, most)}"
        cure = f"split it, by town for example, or read it with limits=Limits({limit}={found})"
        raise TableError(title, [Fault("too_large", where, what, cure)])


def check_size(path: Path, limits: Limits, *, text: bool) -> None:
    """Refuse a file that is too large to be read; raises as `check_most`, and if there is no such file."""
    try:
        size = path.stat().st_size
    except OSError as error:
        fault = Fault("unreadable", "", f"it cannot be opened ({error.strerror})", "check the path")
        raise TableError(path.name, [fault]) from error
    check_most(path.name, limits, "text_bytes" if text else "file_bytes", size)


def check_frame(frame: Any, title: str, limits: Limits) -> None:
    """Refuse a table with too many rows, columns, letters or vertices; raises as `check_most`."""
    check_most(title, limits, "rows", len(frame))
    check_most(title, limits, "columns", len(frame.columns))
    shape = frame.geometry.name if isinstance(frame, GeoDataFrame) else None
    for name in frame.columns:
        if name != shape and len(frame) and frame[name].dtype in ("str", "object"):
            letters = frame[name].astype("str").str.len().fillna(0)
            where = f"row {int(np.argmax(letters)) + 1}, column {str(name)[:40]}"
            check_most(title, limits, "text_length", int(letters.max()), where=where)
    if shape is not None and len(frame):
        vertices = shapely.get_num_coordinates(np.asarray(frame.geometry))
        where = f"row {int(np.argmax(vertices)) + 1}"
        check_most(title, limits, "row_vertices", int(vertices.max()), where=where)
        check_most(title, limits, "vertices", int(vertices.sum()))


def _amount(limit: str, number: int) -> str:
    if limit.endswith("_bytes"):
        unit, size = ("GB", 2**30) if number >= 2**30 else ("MB", _MB) if number >= _MB else ("bytes", 1)
        return f"{number / size:.1f} {unit}" if size > 1 else f"{number} bytes"
    words = {
        "unpacked_ratio": "times its own size when unpacked",
        "text_length": "letters in one value",
        "row_vertices": "vertices in one row",
        "members": "files",
        "nesting": "levels within each other",
    }
    return f"{number:,} {words.get(limit, limit)}"

"""How each column of a frame is kept in a table of SQLite, so that it comes back as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas import DataFrame, Series

from gridmap.errors import WorkspaceError

_SQL_TYPES = {
    "text": "TEXT",
    "integer": "INTEGER",
    "real": "REAL",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "time": "TEXT",
    "clock": "TEXT",
    "json": "TEXT",
    "wkb": "BLOB",
    "plain": "BLOB",
}
_SHAPE_TYPES = {
    0: "POINT",
    1: "LINESTRING",
    3: "POLYGON",
    4: "MULTIPOINT",
    5: "MULTILINESTRING",
    6: "MULTIPOLYGON",
    7: "GEOMETRYCOLLECTION",
}
_FOUND = {
    "INT": ("integer", "Int64"),
    "CHAR": ("text", "str"),
    "TEXT": ("text", "str"),
    "DATE": ("text", "str"),
}
_FOUND |= {"REAL": ("real", "float64"), "DOUB": ("real", "float64"), "FLOA": ("real", "float64")}
_FOUND |= {"BOOL": ("boolean", "boolean")}


@dataclass(frozen=True)
class StoredColumn:
    """One column, or the index, of a frame and of its table.

    Parameters
    ----------
    name
        Its name in the frame; None for an index without a name.
    field
        Its name in the table, which no other one equals even when upper and lower case are the same.
    role
        ``index``, ``column`` or ``shape`` (the geometry of the layer).
    kind
        ``shape`` or how a value is written: ``text``, ``integer``, ``real``, ``boolean``, ``date``,
        ``time`` (a column of times), ``clock`` (loose times), ``json``, ``wkb`` or ``plain``.
    dtype
        The dtype in the frame; for ``wkb`` the CRS.
    sql_type
        The type in the table.
    """

    name: str | None
    field: str
    role: str
    kind: str
    dtype: str
    sql_type: str

    @property
    def is_shape(self) -> bool:
        """Whether it is the geometry of the layer."""
        return self.role == "shape"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data; `from_json` reads it back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> StoredColumn:
        """Read back what `to_json` gave."""
        return cls(**data)

    @classmethod
    def found(cls, field: str, sql_type: str) -> StoredColumn:
        """Describe a column that another program has added."""
        guess = next((each for word, each in _FOUND.items() if word in sql_type.upper()), ("plain", "object"))
        return cls(field, field, "column", *guess, sql_type)


def parts_of(frame: DataFrame) -> list[Series]:
    """List the index and then the columns of a frame, also where two columns have one name."""
    return [frame.index.to_series(), *(frame.iloc[:, place] for place in range(frame.shape[1]))]


def stored_columns(frame: DataFrame, table: str) -> list[StoredColumn]:
    """Decide how the index and each column are kept, the index first.

    Parameters
    ----------
    frame
        The table.
    table
        Its name, for messages.

    Raises
    ------
    WorkspaceError
        If a column has no text as its name, or holds what cannot be kept.
    """
    if frame.index.nlevels > 1:
        raise WorkspaceError(
            f"table {table} has an index of {frame.index.nlevels} levels; it needs one of ids"
        )
    shape = frame.active_geometry_name if isinstance(frame, gpd.GeoDataFrame) else None
    columns: list[StoredColumn] = []
    taken = {"fid"}
    for place, part in enumerate(parts_of(frame)):
        role = "index" if place == 0 else "shape" if shape is not None and part.name == shape else "column"
        if role != "index" and not isinstance(part.name, str):
            raise WorkspaceError(f"table {table} has a column named {part.name}, not a text; rename it")
        field = _free_field(part.name or "id", taken)
        taken.add(field.casefold())
        kind = "shape" if role == "shape" else _kind(part, table)
        sql_type = _shape_type(part) if role == "shape" else _SQL_TYPES[kind]
        dtype = _crs_text(part) if kind == "wkb" else str(part.dtype)
        columns.append(StoredColumn(part.name, field, role, kind, dtype, sql_type))
    return columns


def encoded(part: Series, column: StoredColumn) -> list[Any]:
    """Turn one part of a frame into values that SQLite keeps; a missing value becomes NULL."""
    if column.kind == "wkb":
        return list(shapely.to_wkb(part.to_numpy(dtype=object), flavor="iso"))
    values: list[Any] = part.astype("object").where(part.notna(), None).tolist()
    if column.kind in ("date", "time", "clock"):
        return [None if value is None else value.isoformat() for value in values]
    if column.kind == "json":
        return [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
    return values


def decoded(values: Sequence[Any], column: StoredColumn) -> Series:
    """Turn values from SQLite back into a part of a frame.

    What another program has written in a way that does not fit the column comes back as it stands.
    """
    try:
        return _decoded(values, column)
    except (TypeError, ValueError, OverflowError):
        return Series(list(values), dtype="object")


def _decoded(values: Sequence[Any], column: StoredColumn) -> Series:
    readers = {"date": date.fromisoformat, "clock": datetime.fromisoformat, "json": json.loads}
    if column.kind == "time":
        zone = getattr(pd.api.types.pandas_dtype(column.dtype), "tz", None)
        texts = Series(list(values), dtype="object")
        times = pd.to_datetime(texts, utc=zone is not None, format="ISO8601")
        return (times if zone is None else times.dt.tz_convert(zone)).astype(column.dtype)
    if column.kind in readers:
        read = readers[column.kind]
        return Series([None if value is None else read(value) for value in values], dtype="object")
    if column.kind == "wkb":
        return Series(gpd.array.from_wkb(list(values), crs=column.dtype or None))
    if column.kind == "boolean" and None not in values:
        return Series([bool(value) for value in values], dtype=column.dtype)
    if column.kind == "integer" and None in values:
        return Series(list(values), dtype="Int64")
    return Series(list(values), dtype=column.dtype)


def _kind(part: Series, table: str) -> str:
    """Tell how the values of a column are kept, by its dtype, and by its values where that is object."""
    kinds = pd.api.types
    tests = {
        "boolean": kinds.is_bool_dtype,
        "integer": kinds.is_integer_dtype,
        "real": kinds.is_float_dtype,
        "time": kinds.is_datetime64_any_dtype,
    }
    if part.dtype == "geometry":
        return "wkb"
    if not kinds.is_object_dtype(part.dtype):
        known = (kind for kind, test in tests.items() if test(part.dtype))
        if (kind := next(known, None)) is not None:
            return kind
        if kinds.is_string_dtype(part.dtype):
            return "text"
    return _kind_of_values(part, table)


def _kind_of_values(part: Series, table: str) -> str:
    values = part[part.notna()].tolist()
    choices = {"text": str, "clock": datetime, "date": date, "wkb": shapely.Geometry}
    for kind, expected in choices.items():
        if all(isinstance(value, expected) for value in values):
            return kind
    try:
        if all(json.loads(json.dumps(value)) == value for value in values):
            return "json"
    except (TypeError, ValueError):
        pass
    raise WorkspaceError(
        f"table {table}, column {part.name!r}: values of type {part.dtype} cannot be kept; write them as text"
    )


def _free_field(name: str, taken: set[str]) -> str:
    base = re.sub(r"[\x00-\x1f]", "_", name) or "column"
    field, number = base, 1
    while field.casefold() in taken:
        number += 1
        field = f"{base}_{number}"
    return field


def _crs_text(part: Any) -> str:
    crs = getattr(part.array, "crs", None)
    return "" if crs is None else str(crs.to_wkt())


def _shape_type(part: Any) -> str:
    kinds = np.unique(shapely.get_type_id(part.to_numpy(dtype=object)))
    kinds = kinds[kinds >= 0]
    return _SHAPE_TYPES.get(int(kinds[0]), "GEOMETRY") if len(kinds) == 1 else "GEOMETRY"

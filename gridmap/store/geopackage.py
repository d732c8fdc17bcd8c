"""Write and read the tables of a GeoPackage (OGC 12-128r18) with the standard library's sqlite3 only.

A table is always replaced as a whole. It gets no spatial index: its triggers call functions that only
GDAL has, so that no other program could change a row.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pandas import DataFrame

from gridmap.errors import WorkspaceError
from gridmap.store import spatial_ref
from gridmap.store.columns import StoredColumn, decoded, encoded, parts_of, stored_columns
from gridmap.store.geometry_blob import blobs_from_shapes, shapes_from_blobs

APPLICATION_ID = 0x47504B47  # "GPKG"
_USER_VERSION = 10300
_LIST = "INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SCHEMA = """
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gridmap_layers (
  table_name TEXT NOT NULL PRIMARY KEY, revision INTEGER NOT NULL, columns TEXT NOT NULL)
"""


def prepare(connection: sqlite3.Connection) -> None:
    """Make an empty database a GeoPackage without layers."""
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={_USER_VERSION}")
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)
    spatial_ref.prepare(connection)


def list_table(connection: sqlite3.Connection, name: str, *, title: str = "") -> None:
    """List a table without geometry, so that other programs show it."""
    connection.execute(_LIST, (name, "attributes", name, title, _now(), *[None] * 4, 0))


def write_layer(connection: sqlite3.Connection, name: str, frame: DataFrame, *, title: str = "") -> None:
    """Replace one table of a GeoPackage by a frame, or add it.

    Rows keep their order; the index is an ordinary column, so that an id may come twice.

    Parameters
    ----------
    connection
        A GeoPackage that `prepare` made, within a writing transaction.
    name
        The name of the layer.
    frame
        The table; one with an active geometry becomes a layer of features, else of attributes.
    title
        What a GIS shows for it.

    Raises
    ------
    WorkspaceError
        If a column holds what cannot be stored.
    """
    columns = stored_columns(frame, name)
    srs_id = (
        spatial_ref.srs_id_of(connection, frame.crs) if any(column.is_shape for column in columns) else None
    )
    revision = _revision(connection, name) + 1
    drop_layer(connection, name)
    fields = ", ".join(f"{quoted(column.field)} {column.sql_type}" for column in columns)
    connection.execute(
        f"CREATE TABLE {quoted(name)} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {fields})"
    )
    _describe(connection, name, frame, columns, srs_id=srs_id, title=title)
    _insert(connection, name, frame, columns, srs_id=srs_id)
    text = json.dumps([column.to_json() for column in columns], ensure_ascii=False)
    connection.execute(
        "INSERT INTO gridmap_layers VALUES (?, ?, ?) ON CONFLICT (table_name) DO UPDATE "
        "SET revision = excluded.revision, columns = excluded.columns",
        (name, revision, text),
    )


def drop_layer(connection: sqlite3.Connection, name: str) -> None:
    """Remove a layer, with the spatial index that another program may have given it; none is no error."""
    index = (
        "SELECT column_name FROM gpkg_extensions WHERE table_name = ? AND extension_name = 'gpkg_rtree_index'"
    )
    for (column,) in connection.execute(index, (name,)).fetchall():
        connection.execute(f"DROP TABLE IF EXISTS {quoted(f'rtree_{name}_{column}')}")
    connection.execute(f"DROP TABLE IF EXISTS {quoted(name)}")
    own = "SELECT name FROM sqlite_master WHERE name IN ('gpkg_ogr_contents', 'gpkg_metadata_reference')"
    others = [table for (table,) in connection.execute(own)]
    for table in ("gpkg_extensions", "gpkg_geometry_columns", "gpkg_contents", *others):
        connection.execute(f"DELETE FROM {table} WHERE table_name = ?", (name,))  # noqa: S608 (names from the list above)


def read_layer(connection: sqlite3.Connection, name: str) -> DataFrame | None:
    """Read one table as the frame that was written, with what another program has changed in it since.

    Parameters
    ----------
    connection
        A GeoPackage that `prepare` made, within a transaction.
    name
        The name of the layer.

    Returns
    -------
    frame
        A GeoDataFrame for a layer of features; None if there is no such layer.

    Raises
    ------
    WorkspaceError
        If a geometry cannot be read.
    """
    if layer_stamp(connection, name) is None:
        return None
    columns = _columns(connection, name)
    names = ", ".join(quoted(column.field) for column in columns)
    sql = f"SELECT {names} FROM {quoted(name)} ORDER BY fid"  # noqa: S608 (SQL cannot bind names, so they are quoted)
    rows = connection.execute(sql).fetchall()
    values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    crs = spatial_ref.layer_crs(connection, name)
    series = [
        gpd.GeoSeries(_shapes(raw, name), crs=crs) if column.is_shape else decoded(raw, column)
        for raw, column in zip(values, columns, strict=True)
    ]
    return _frame(series, columns)


def layer_stamp(connection: sqlite3.Connection, name: str) -> str | None:
    """Give a text that changes whenever the layer does, by gridmap or by GDAL; None without the layer."""
    query = "SELECT last_change FROM gpkg_contents WHERE table_name = ?"
    row = connection.execute(query, (name,)).fetchone()
    return None if row is None else f"{_revision(connection, name)} {row[0]}"


def quoted(name: str) -> str:
    """Quote a name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def _insert(
    connection: Any, name: str, frame: DataFrame, columns: Sequence[StoredColumn], *, srs_id: Any
) -> None:
    values = [
        blobs_from_shapes(part, srs_id) if column.is_shape else encoded(part, column)
        for part, column in zip(parts_of(frame), columns, strict=True)
    ]
    marks = ", ".join("?" * len(columns))
    names = ", ".join(quoted(column.field) for column in columns)
    sql = f"INSERT INTO {quoted(name)} ({names}) VALUES ({marks})"  # noqa: S608 (as in read_layer)
    try:
        connection.executemany(sql, zip(*values, strict=True))
    except (OverflowError, UnicodeEncodeError) as error:
        raise WorkspaceError(f"table {name} cannot be stored: {error}") from error


def _shapes(blobs: Sequence[bytes | None], name: str) -> Any:
    try:
        return shapes_from_blobs(blobs)
    except (shapely.errors.ShapelyError, IndexError, TypeError) as error:
        raise WorkspaceError(f"layer {name} holds a geometry that cannot be read: {error}") from error


def _describe(
    connection: Any, name: str, frame: Any, columns: Sequence[StoredColumn], *, srs_id: int | None, title: str
) -> None:
    if srs_id is None:
        list_table(connection, name, title=title)
        return
    box = frame.total_bounds
    bounds = [None] * 4 if np.isnan(box).any() else box.tolist()
    row = (name, "features", name, title, _now(), *bounds, srs_id)
    connection.execute(_LIST, row)
    shapes = np.asarray(frame.geometry)
    z, m = (2 * int(has(shapes).any()) for has in (shapely.has_z, shapely.has_m))
    shape = next(column for column in columns if column.is_shape)
    values = (name, shape.field, shape.sql_type, srs_id, z, m)
    connection.execute("INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, ?, ?)", values)


def _now() -> str:
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _columns(connection: sqlite3.Connection, name: str) -> list[StoredColumn]:
    """List the columns that were written and are still there, and then those that were added since."""
    row = connection.execute("SELECT columns FROM gridmap_layers WHERE table_name = ?", (name,)).fetchone()
    try:
        known = [StoredColumn.from_json(each) for each in json.loads(row[0])] if row else []
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise WorkspaceError(f"table {name} is damaged: its columns cannot be read ({error})") from error
    fields = {field: kind for _, field, kind, *_ in connection.execute(f"PRAGMA table_info({quoted(name)})")}
    present = [column for column in known if column.field in fields]
    names = {column.field for column in present} | {"fid"}
    return present + [StoredColumn.found(field, kind) for field, kind in fields.items() if field not in names]


def _frame(series: list[Any], columns: Sequence[StoredColumn]) -> DataFrame:
    rows = len(series[0]) if series else 0
    frame = DataFrame(dict(enumerate(series)), index=range(rows))
    indexes = [place for place, column in enumerate(columns) if column.role == "index"]
    shapes = [column.name for column in columns if column.is_shape]
    kept = [place for place in range(len(columns)) if place not in indexes]
    result = frame[kept].set_axis([columns[place].name for place in kept], axis=1)
    if indexes:
        result.index = frame[indexes[0]].rename(columns[indexes[0]].name)
    return gpd.GeoDataFrame(result, geometry=shapes[0]) if shapes else result


def _revision(connection: sqlite3.Connection, name: str) -> int:
    row = connection.execute("SELECT revision FROM gridmap_layers WHERE table_name = ?", (name,)).fetchone()
    return 0 if row is None else int(row[0])

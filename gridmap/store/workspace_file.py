"""Make an empty workspace file, tell whether a file is one, and what its tables look like when empty."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from gridmap.errors import OutputError, WorkspaceError
from gridmap.model.tables import TABLES
from gridmap.model.zoning import Document
from gridmap.store import branches, event_log, geopackage, history, move_log, pin_log, table_log
from gridmap.store.backup import list_backups
from gridmap.store.database import reading, writing
from gridmap.store.files import atomic_path

SCHEMA_VERSION = 5
_SQLITE_MAGIC = b"SQLite format 3\x00"
_DTYPES = {"text": "str", "number": "float64", "date": "datetime64[us, UTC]", "geometry": "object"}
_TIMES = ("as_of", "effective_at", "valid_until")


def create_workspace(path: Path) -> None:
    """Make a workspace without tables, whole or not at all, that only its owner may read.

    Raises
    ------
    WorkspaceError
        If it cannot be written, or somebody else has made the file meanwhile, or there are leftovers.
    """
    check_no_leftovers(path)
    try:
        with atomic_path(path, private=True) as temporary:
            temporary.touch(mode=0o600)
            with writing(temporary, timeout_s=0) as connection:
                geopackage.prepare(connection)
                history.prepare(connection)
                table_log.prepare(connection)
                branches.prepare(connection)
                move_log.prepare(connection)
                pin_log.prepare(connection)
                event_log.prepare(connection)
                history.set_meta(connection, "schema_version", str(SCHEMA_VERSION))
                history.set_meta(connection, "gridmap_version", own_version())
            if path.exists():
                raise WorkspaceError(f"{path} was made by another program just now; open it again")
    except OutputError as error:
        raise WorkspaceError(str(error)) from error


def check_no_leftovers(path: Path) -> None:
    """Make sure that no journal of an older file of that name lies beside a path where a new one will be.

    Raises
    ------
    WorkspaceError
        If there is one: SQLite would "mend" the new file with it, and so destroy it.
    """
    for ending in ("-journal", "-wal"):
        left = path.with_name(path.name + ending)
        if left.exists():
            raise WorkspaceError(
                f"{left} is left of another {path.name}; move it back to that one, or delete it"
            )


def check_workspace(path: Path, *, timeout_s: float) -> None:
    """Make sure that a file is a whole workspace that this gridmap can use; it is only read.

    Raises
    ------
    WorkspaceError
        If not, with what it is.
    """
    try:
        with path.open("rb") as stream:
            magic = stream.read(len(_SQLITE_MAGIC))
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be opened: {error.strerror}") from error
    if magic != _SQLITE_MAGIC:
        raise WorkspaceError(
            f"{path} is not a workspace, or is damaged; it was left as it is{_last_copy(path)}"
        )
    try:
        with reading(path, timeout_s=timeout_s) as connection:
            _check_kind(connection, path)
            _check_pages(connection, path)
    except WorkspaceError as error:
        if "is damaged" not in str(error):
            raise
        raise WorkspaceError(f"{error}{_last_copy(path)}") from error


def empty_table(name: str, crs: Any) -> Any:
    """Make a table without rows: its index and its fixed columns.

    Parameters
    ----------
    name
        A key of `TABLES`.
    crs
        The CRS of its geometry, if it has one.
    """
    index, *columns = TABLES[name].columns
    fixed = [column for column in columns if column.fixed]
    frame = pd.DataFrame(
        {column.name: pd.Series(dtype=_DTYPES[column.kind]) for column in fixed},
        index=pd.Index([], dtype="str", name=index.name),
    )
    has_shape = any(column.kind == "geometry" for column in fixed)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=crs) if has_shape else frame


def document_to_text(document: Document) -> str:
    """Write a document as JSON.

    Raises
    ------
    WorkspaceError
        If a time has no time zone.
    """
    fields = asdict(document)
    for name in _TIMES:
        time = fields[name]
        if time is not None and time.tzinfo is None:
            raise WorkspaceError(f"{name} {time} has no time zone; give one, such as +08:00")
        fields[name] = None if time is None else time.isoformat()
    return json.dumps(fields, ensure_ascii=False)


def document_from_text(text: str) -> Document:
    """Read back what `document_to_text` wrote; an empty text is an empty document."""
    known = Document.__dataclass_fields__
    fields = {name: value for name, value in json.loads(text or "{}").items() if name in known}
    times = {name: datetime.fromisoformat(fields[name]) for name in _TIMES if fields.get(name)}
    return Document(**{**fields, **times})


def _check_kind(connection: sqlite3.Connection, path: Path) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if application != geopackage.APPLICATION_ID or "gridmap_meta" not in tables:
        kind = "a GeoPackage" if "gpkg_contents" in tables else "a database"
        raise WorkspaceError(
            f"{path} is {kind}, but not a workspace; give the path of a new file, and read it as a table"
        )
    version = history.get_meta(connection, "schema_version")
    if not version.isdigit():
        raise WorkspaceError(f"{path} is damaged: it does not say which version it has")
    if int(version) > SCHEMA_VERSION:
        writer = history.get_meta(connection, "gridmap_version")
        raise WorkspaceError(
            f"{path} is a workspace of version {version}, made by gridmap {writer}; "
            f"this gridmap {own_version()} reads up to version {SCHEMA_VERSION}: install the newer one"
        )


def _check_pages(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise WorkspaceError(f"{path} is damaged; restore it from a copy, it was left as it is")


def _last_copy(path: Path) -> str:
    copies = list_backups(path)
    return f"; the last copy that gridmap made is {copies[-1]}" if copies else ""


def own_version() -> str:
    """Give the version of this gridmap."""
    from importlib.metadata import version

    return version("gridmap")

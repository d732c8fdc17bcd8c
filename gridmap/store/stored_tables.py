"""The tables, the protocol, the document and the export log in a workspace file, as they are there now."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from os import PathLike
from pathlib import Path
from typing import Any

from pandas import DataFrame

from gridmap.core.drawn import DrawnCells
from gridmap.errors import ConflictError, WorkspaceError
from gridmap.model.areas import Hierarchy
from gridmap.model.frames import keyed
from gridmap.model.protocol import Protocol
from gridmap.model.protocol_schema import protocol_from_text
from gridmap.model.tables import TABLES
from gridmap.model.zoning import Document
from gridmap.store import geopackage, history, pin_log, table_log
from gridmap.store.backup import back_up, copy_workspace
from gridmap.store.database import reading, writing
from gridmap.store.kept_cells import keep_cells, kept_cells
from gridmap.store.kept_topology import keep_topology, offer_kept
from gridmap.store.workspace_file import document_from_text, document_to_text, empty_table


class StoredTables:
    """What goes into a zoning and what was exported of it, in a workspace file.

    A table is read again only when it has changed there, by whatever program. A table that the file
    lacks is empty, with its usual columns. What is returned is a copy.

    Parameters
    ----------
    path
        The file.
    timeout_s
        How many seconds to wait while another program writes it.
    """

    def __init__(self, path: Path, *, timeout_s: float) -> None:
        self.path = path
        self._timeout_s = timeout_s
        self._frames: dict[str, tuple[str, DataFrame]] = {}
        self._stamps: dict[str, str | None] = {}

    @property
    def grid(self) -> Any:
        """The grid, by ``cell_id``.

        Raises
        ------
        WorkspaceError
            If the workspace has none yet.
        """
        with self._reading() as connection:
            stamp, frame = self._stored_grid(connection)
        self._stamps["grid"] = stamp
        return frame.copy()

    @property
    def households(self) -> Any:
        """The roster, by ``household_id``."""
        return self._table("households")

    @property
    def officials(self) -> Any:
        """The officials, by ``official_id``."""
        return self._table("officials")

    @property
    def cases(self) -> Any:
        """The cases, by ``case_id``."""
        return self._table("cases")

    @property
    def case_places(self) -> Any:
        """Further places of the cases, by ``case_id``."""
        return self._table("case_places")

    @property
    def sites(self) -> Any:
        """The points to be staffed, by ``site_id``."""
        return self._table("sites")

    @property
    def boundaries(self) -> Any:
        """The named lines that may enclose an area, by ``boundary_id``."""
        return self._table("boundaries")

    @property
    def protocol(self) -> Protocol | None:
        """The protocol; None if none was set."""
        text = self.protocol_text
        return protocol_from_text(text, title=self.path.name) if text else None

    @property
    def protocol_text(self) -> str:
        """The protocol as it was written; empty if none was set."""
        return self._meta("protocol")

    @property
    def document(self) -> Document:
        """What stands at the head of every export."""
        return document_from_text(self._meta("document"))

    def set_protocol(self, text: str) -> None:
        """Keep a protocol, as TOML.

        Raises
        ------
        ProtocolError
            If it is not a protocol.
        """
        protocol_from_text(text)
        self._set_meta("protocol", text)

    def set_document(self, document: Document) -> None:
        """Keep what stands at the head of every export.

        Raises
        ------
        WorkspaceError
            If a time has no time zone.
        """
        self._set_meta("document", document_to_text(document))

    def log_export(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Log exported files.

        Parameters
        ----------
        rows
            `file`, `author`, `audience`, `recipient`, `persons`, `sha256`, `version`, and `time` if not now.
        """
        with self._writing() as connection:
            history.add_exports(connection, rows)

    def exports(self) -> DataFrame:
        """List the exported files, the oldest first."""
        with self._reading() as connection:
            return history.exports(connection)

    def copy_to(self, path: str | PathLike[str]) -> Path:
        """Copy the workspace as it was at its last save, also while others work on it."""
        return copy_workspace(self.path, Path(path).absolute(), timeout_s=self._timeout_s)

    def drawn_cells(self, hierarchy: Hierarchy) -> DrawnCells | None:
        """Return what a map draws of these cells, if it was kept with the grid; else None."""
        with self._reading() as connection:
            return kept_cells(connection, hierarchy)

    def row_counts(self) -> dict[str, int]:
        """Count the rows of every table, without reading them."""
        with self._reading() as connection:
            return {name: table_log.count_rows(connection, name) for name in TABLES}

    def replacements(self) -> DataFrame:
        """List who replaced which table, oldest first: `time`, `author`, `table`, `rows_before`, `rows`."""
        with self._reading() as connection:
            return table_log.replacements(connection)

    def _reading(self) -> AbstractContextManager[sqlite3.Connection]:
        return reading(self.path, timeout_s=self._timeout_s)

    def _writing(self) -> AbstractContextManager[sqlite3.Connection]:
        return writing(self.path, timeout_s=self._timeout_s)

    def _meta(self, key: str) -> str:
        with self._reading() as connection:
            return history.get_meta(connection, key)

    def _set_meta(self, key: str, value: str) -> None:
        with self._writing() as connection:
            history.set_meta(connection, key, value)

    def _look(self, connection: sqlite3.Connection) -> None:
        """Forget the tables, and remember which state of each is in the file."""
        self._frames = {}
        self._stamps = {name: geopackage.layer_stamp(connection, name) for name in TABLES}

    def _table(self, name: str) -> Any:
        with self._reading() as connection:
            stored = self._stored(connection, name)
            if stored is None:
                grid = self._stored(connection, "grid")
                return empty_table(name, None if grid is None else grid[1].crs)
        self._stamps[name] = stored[0]
        return stored[1].copy()

    def _stored(self, connection: sqlite3.Connection, name: str) -> tuple[str, Any] | None:
        """Give a table with the stamp of its state; None if the file lacks it."""
        stamp = geopackage.layer_stamp(connection, name)
        if stamp is None:
            return None
        kept = self._frames.get(name)
        if kept is None or kept[0] != stamp:
            kept = stamp, geopackage.read_layer(connection, name)
            self._frames[name] = kept
            if name == "grid":
                offer_kept(connection)
        return kept

    def _stored_grid(self, connection: sqlite3.Connection) -> tuple[str, Any]:
        stored = self._stored(connection, "grid")
        if stored is None:
            raise WorkspaceError(f"{self.path} has no grid yet; set_tables(grid=...) keeps one")
        return stored

    def _replace(
        self, connection: sqlite3.Connection, name: str, frame: DataFrame, author: str
    ) -> str | None:
        """Replace a table and give the stamp of its new state; refuse if another program replaced it."""
        if name not in TABLES:
            raise WorkspaceError(f"there is no table {name!r}; there are {', '.join(TABLES)}")
        if geopackage.layer_stamp(connection, name) != self._stamps.get(name):
            raise ConflictError(
                f"{self.path}: another program has changed table {name} since it was read here"
                f"{table_log.describe_last(connection, name)}; reload, look at it, and set it again"
            )
        table = TABLES[name]
        named = keyed(frame, table.id_name).rename_axis(index=table.id_name)
        before = table_log.count_rows(connection, name)
        if name == "pins":
            pin_log.add(connection, geopackage.read_layer(connection, name), named, author=author)
        geopackage.write_layer(connection, name, named, title=f"{table.zh} {table.en}")
        if name == "grid" and getattr(named, "active_geometry_name", None) is not None:
            keep_topology(connection, named)
            keep_cells(connection, named)
        table_log.add(connection, name, author=author, before=before, after=len(frame))
        return geopackage.layer_stamp(connection, name)

    def _back_up(self, connection: sqlite3.Connection, names: Iterable[str]) -> None:
        """Copy the file if a table that holds rows is about to be replaced."""
        lost = [name for name in sorted(names) if name in TABLES and table_log.count_rows(connection, name)]
        if lost:
            why = "-".join(["before-replacing", *lost]).replace("_", "-")
            back_up(self.path, why=why, timeout_s=self._timeout_s)

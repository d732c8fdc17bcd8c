"""The workspace: one GeoPackage with the tables, every saved plan with its history, and the logs.

Any GIS opens it, and nothing but the standard library's sqlite3 writes it (see `gridmap.store.database`
and `gridmap.store.geopackage`).
"""

from __future__ import annotations

import sqlite3
from os import PathLike
from pathlib import Path
from typing import Any

from pandas import DataFrame

from gridmap.core.apply import new_plan
from gridmap.core.conflict import Rebase, make_again, own_edits
from gridmap.errors import UnsupportedError, WorkspaceError
from gridmap.model.plan import Plan, plan_from_content
from gridmap.model.protocol_schema import protocol_from_text
from gridmap.store import history
from gridmap.store.grid_swap import SwapsGrid
from gridmap.store.migrate import migrate
from gridmap.store.overtaken import check_not_overtaken, difference_since
from gridmap.store.workspace_file import check_workspace, create_workspace
from gridmap.store.zones_layer import write_zones

_TIMEOUT_S = 10.0


def open_workspace(
    path: str | PathLike[str], *, create: bool = True, timeout_s: float = _TIMEOUT_S
) -> Workspace:
    """Open a workspace, or make one where there is no file.

    Parameters
    ----------
    path
        A GeoPackage, such as ``county.gpkg``. A new one can be read by its owner only, because it will
        hold personal data.
    create
        Whether to make one where there is no file; otherwise that is an error.
    timeout_s
        How many seconds to wait while another program writes it.

    Returns
    -------
    workspace
        The workspace; nothing stays open on the disk between two calls.

    Raises
    ------
    UnsupportedError
        If `path` is the address of a database server.
    WorkspaceError
        If the file is damaged, in use, not a workspace, or of a newer gridmap; it is left as it is. If
        there is none and none may be made. One of an older gridmap is brought up to date, after a copy.
    """
    if str(path).lower().startswith(("postgresql:", "postgres:")):
        raise UnsupportedError("PostgreSQL is not supported yet; give the path of a file such as county.gpkg")
    file = Path(path).absolute()
    if file.exists():
        check_workspace(file, timeout_s=timeout_s)
        migrate(file, timeout_s=timeout_s)
    elif create:
        create_workspace(file)
    else:
        raise WorkspaceError(f"there is no workspace {path}; look at the path, or make one first")
    return Workspace(file, timeout_s=timeout_s)


class Workspace(SwapsGrid):
    """A workspace file and what of it was read; made by `open_workspace`.

    The tables are always those in the file. The plan stays the one that was current when the workspace
    was opened or last reloaded, until it is saved or restored here: so a save can tell whether somebody
    else has saved in between. See `StoredTables` for the parameters.
    """

    def __init__(self, path: Path, *, timeout_s: float = _TIMEOUT_S) -> None:
        super().__init__(path, timeout_s=timeout_s)
        self._plan: tuple[tuple[int, str], Plan] | None = None
        self._save = 0
        self.reload()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Workspace {self.path.name}: save {self._save}>"

    def reload(self) -> None:
        """Forget what was read, and take the plan that is current in the file now."""
        with self._reading() as connection:
            self._take(connection)

    def close(self) -> None:
        """Forget what was read; the file itself is never kept open."""
        self._frames = {}
        self._plan = None

    @property
    def plan(self) -> Plan:
        """The current plan, without any tier before the first save.

        Raises
        ------
        WorkspaceError
            If the workspace has no grid yet.
        """
        with self._reading() as connection:
            return self._current(connection)[1]

    @property
    def edits(self) -> tuple[Any, ...]:
        """The edits that made the current plan, oldest first."""
        return self.plan.edits

    def versions(self) -> DataFrame:
        """List the saves, oldest first: `save`, `version`, `author`, `time`, `reason`, `edits` (how many)."""
        with self._reading() as connection:
            return history.versions(connection)

    def plan_at(self, version: str | int) -> Plan:
        """Read an earlier plan, and leave the current one as it is.

        Parameters
        ----------
        version
            The number of a save, or a version or as much of it as tells it apart.

        Raises
        ------
        UnknownCellError
            If the plan has cells that the grid no longer has.
        WorkspaceError
            If there is no such version.
        """
        with self._reading() as connection:
            grid = self._stored_grid(connection)[1]
            return self._load(connection, history.find_save(connection, version), grid)

    def save(self, plan: Plan, *, reason: str, author: str, outlines: Any = None) -> str:
        """Make a plan the current one, and keep all earlier ones.

        Parameters
        ----------
        plan
            A plan over the grid of this workspace.
        reason, author
            Why, and who.
        outlines
            What `gridmap.zone_outlines` gives for it, kept as the layer ``zones`` for other programs.
            Without it that layer is removed if it shows another version.

        Returns
        -------
        version
            The version of the plan.

        Raises
        ------
        ConflictError
            If somebody else has saved since; says who, what and when, and its `difference` what both have
            changed. `rebase` makes the own edits again on their plan.
        WorkspaceError
            If the plan is over another grid, or the file cannot be written; nothing is changed.
        """
        with self._writing() as connection:
            check_not_overtaken(connection, self.path, self._save, plan.content)
            stamp, current = self._current(connection)
            if current.content["cells_sha256"] != plan.content["cells_sha256"]:
                raise WorkspaceError(
                    f"the plan is over another grid than that of {self.path}; nothing was saved"
                )
            save = history.add_save(connection, plan, author=author, reason=reason)
            write_zones(connection, outlines, plan.version)
        self._save, self._plan = save, ((save, stamp), plan)
        return plan.version

    def rebase(self, plan: Plan) -> Rebase:
        """Take the plan that is current in the file now, and make the own edits of another plan on it.

        Nothing is saved: look at what was refused (locked or unknown cells), and then save the `plan` of
        the answer. `plan` is one that was made by edits from the plan that was read here.
        """
        with self._reading() as connection:
            begun = self._current(connection)[1].edits
            difference = difference_since(connection, self._save, plan.content)
            self._take(
                connection
            )  # in one transaction: a save in between would be lost with the next save here
            theirs = self._current(connection)[1]
        steps, refused = make_again(theirs, own_edits(begun, plan.edits))
        return Rebase(steps=steps, refused=refused, difference=difference)

    def restore(self, version: str | int, *, reason: str = "", author: str = "") -> Plan:
        """Make an earlier plan the current one again, as a new save.

        Parameters
        ----------
        version
            As for `plan_at`.
        reason, author
            Why, and who.

        Raises
        ------
        ConflictError
            If somebody else has saved since.
        UnknownCellError
            If the plan has cells that the grid no longer has.
        WorkspaceError
            If there is no such version; nothing is changed.
        """
        with self._writing() as connection:
            check_not_overtaken(connection, self.path, self._save)
            stamp, grid = self._stored_grid(connection)
            old = history.find_save(connection, version)
            plan = self._load(connection, old, grid)
            said = reason or f"restore of save {old}"
            save = history.add_save(connection, plan, author=author, reason=said, copy_of=old)
            write_zones(connection, None, plan.version)
        self._save, self._plan = save, ((save, stamp), plan)
        return plan

    def set_zones(self, outlines: Any) -> None:
        """Keep the outlines of the current plan as the layer ``zones``, for other programs.

        Raises
        ------
        ConflictError
            If somebody else has saved since.
        """
        version = self.plan.version
        with self._writing() as connection:
            check_not_overtaken(connection, self.path, self._save)
            write_zones(connection, outlines, version)

    def set_tables(self, *, author: str = "", **tables: DataFrame) -> None:
        """Replace whole tables, all of them or none; a table with rows is copied first, see `list_backups`.

        Parameters
        ----------
        author
            Who; logged.
        tables
            ``grid``, ``households``, ``officials``, ``cases``, ``case_places``, ``sites``: frames by their
            ids. All rows, columns and ids are kept as they are, also ids that come twice.

        Raises
        ------
        ConflictError
            If somebody else has replaced one of them since it was read here, or saved a plan.
        UnknownCellError
            If the current plan says something of a cell that a new grid lacks.
        WorkspaceError
            If a table is unknown or cannot be kept, or the file cannot be written; nothing is changed.
        """
        with self._writing() as connection:
            self._back_up(connection, tables)
            stamps = {name: self._replace(connection, name, frame, author) for name, frame in tables.items()}
            save = self._rebase(connection, author) if "grid" in tables else self._save
        self._save = save
        self._stamps |= stamps

    def _take(self, connection: sqlite3.Connection) -> None:
        self._look(connection)
        self._plan = None
        self._save = history.last_save(connection)

    def _current(self, connection: sqlite3.Connection) -> tuple[str, Plan]:
        """Give the plan of the save that was read, over the grid as it is now, with the stamp of the grid."""
        stamp, grid = self._stored_grid(connection)
        key = stamp if self._save else stamp + history.get_meta(connection, "protocol")
        if self._plan is None or self._plan[0] != (self._save, key):
            self._plan = (self._save, key), self._load(connection, self._save, grid)
        return stamp, self._plan[1]

    def _load(self, connection: sqlite3.Connection, save: int, grid: Any) -> Plan:
        if save == 0:
            text = history.get_meta(connection, "protocol")
            return new_plan(grid, protocol=protocol_from_text(text) if text else None)
        content, edits = history.read_save(connection, save)
        return plan_from_content(content, grid, edits=edits)

    def _rebase(self, connection: sqlite3.Connection, author: str) -> int:
        """Carry the current plan over to a new grid; a plan over other cells is another version."""
        if self._save == 0:
            return 0
        check_not_overtaken(connection, self.path, self._save)
        plan = self._load(connection, self._save, self._stored_grid(connection)[1])
        if plan.version == history.version_of(connection, self._save):
            return self._save
        write_zones(connection, None, plan.version)
        return history.add_save(connection, plan, author=author, reason="the grid was replaced")

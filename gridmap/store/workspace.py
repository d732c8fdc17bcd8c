"""The workspace: one GeoPackage with the tables, every saved plan with its history, and the logs.

Any GIS opens it, and nothing but the standard library's sqlite3 writes it (see `gridmap.store.database`
and `gridmap.store.geopackage`).
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

from gridmap.errors import UnsupportedError, WorkspaceError
from gridmap.model.plan import Plan
from gridmap.store.migrate import migrate
from gridmap.store.overtaken import check_not_overtaken
from gridmap.store.renews import RenewsRosters
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


class Workspace(RenewsRosters):
    """A workspace file and what of it was read; made by `open_workspace`.

    The tables are always those in the file. The plan stays the one that was current when the workspace
    was opened or last reloaded, until it is saved or restored here: so a save can tell whether somebody
    else has saved in between. See `StoredTables` for the parameters.
    """

    def __init__(self, path: Path, *, timeout_s: float = _TIMEOUT_S) -> None:
        super().__init__(path, timeout_s=timeout_s)
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

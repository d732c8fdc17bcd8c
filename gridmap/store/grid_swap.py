"""Other tables in a workspace, and with another grid the plan that is carried over to it, both or neither."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pandas import DataFrame

from gridmap.errors import WorkspaceError
from gridmap.model.plan import Plan, empty_plan
from gridmap.store import history
from gridmap.store.overtaken import check_not_overtaken
from gridmap.store.saving import SavesPlans
from gridmap.store.stored_duties import BEFORE, IN_FORCE
from gridmap.store.zones_layer import write_zones


class SwapsGrid(SavesPlans):
    """Saved plans and tables, of which the grid is replaced with the plan."""

    def set_tables(self, *, author: str = "", **tables: DataFrame) -> None:
        """Replace whole tables, all of them or none; a table with rows is copied first, see `list_backups`.

        Parameters
        ----------
        author
            Who; logged.
        tables
            ``grid``, ``households``, ``officials``, ``cases``, ``case_places``, ``sites``, ``boundaries``,
            ``pins``, ``followups``: frames by their ids. All rows, columns and ids are kept as they are, also
            ids that come twice. `keep_duties` replaces the duties in force.

        Raises
        ------
        ConflictError
            If somebody else has replaced one of them since it was read here, or saved a plan.
        UnknownCellError
            If the current plan says something of a cell that a new grid lacks.
        WorkspaceError
            If a table is unknown or cannot be kept, or the file cannot be written; nothing is changed.
        """
        if IN_FORCE in tables or BEFORE in tables:
            raise WorkspaceError(
                f"keep_duties() puts duties in force, with the plan they are for; {self.path} is as it was"
            )
        with self._writing() as connection:
            self._back_up(connection, tables)
            stamps = {name: self._replace(connection, name, frame, author) for name, frame in tables.items()}
            save = self._rebase(connection, author) if "grid" in tables else self._save
        self._save = save
        self._stamps |= stamps

    def replace_grid(
        self,
        grid: Any,
        plan: Plan,
        *,
        reason: str,
        author: str,
        tables: Mapping[str, DataFrame] = MappingProxyType({}),
    ) -> str:
        """Replace the grid and the current plan; the file is copied first, see `list_backups`.

        Earlier saves stay in the history, but those that say something of a cell which the new grid lacks
        can only be read over the old grid, in the copy.

        Parameters
        ----------
        grid
            The new grid.
        plan
            A plan over it, such as `gridmap.carry_plan` gives.
        reason, author
            Why, and who.
        tables
            Tables that name areas, by the ids of the new grid; replaced with it, or not at all.

        Returns
        -------
        version
            The version of the plan.

        Raises
        ------
        ConflictError
            If somebody else has replaced the grid or a table since it was read here, or saved a plan.
        WorkspaceError
            If the plan is over another grid, or the file cannot be written; nothing is changed.
        """
        if empty_plan(grid).content["cells_sha256"] != plan.content["cells_sha256"]:
            raise WorkspaceError(f"the plan is not over the new grid of {self.path}; nothing was changed")
        with self._writing() as connection:
            check_not_overtaken(connection, self.path, self._save)
            self._back_up(connection, ["grid", *tables])
            frames = {"grid": grid, **tables}
            stamps = {name: self._replace(connection, name, frame, author) for name, frame in frames.items()}
            save = history.add_save(connection, plan, after=self._save, author=author, reason=reason)
            write_zones(connection, None, plan.version)
        self._save, self._plan = save, None
        self._stamps |= stamps
        return plan.version

    def _rebase(self, connection: sqlite3.Connection, author: str) -> int:
        """Carry the current plan over to a new grid; a plan over other cells is another version."""
        if self._save == 0:
            return 0
        check_not_overtaken(connection, self.path, self._save)
        plan = self._load(connection, self._save, self._stored_grid(connection)[1])
        if plan.version == history.version_of(connection, self._save):
            return self._save
        write_zones(connection, None, plan.version)
        return history.add_save(
            connection, plan, after=self._save, author=author, reason="the grid was replaced"
        )

"""Another grid in a workspace, and with it the plan that was carried over to its cells, both or neither."""

from __future__ import annotations

from typing import Any

from gridmap.errors import WorkspaceError
from gridmap.model.plan import Plan, empty_plan
from gridmap.store import history
from gridmap.store.overtaken import check_not_overtaken
from gridmap.store.stored_tables import StoredTables
from gridmap.store.zones_layer import write_zones


class SwapsGrid(StoredTables):
    """Tables and the number of the save that was read, of which the grid may be replaced with the plan."""

    _save: int
    _plan: tuple[tuple[int, str], Plan] | None

    def replace_grid(self, grid: Any, plan: Plan, *, reason: str, author: str) -> str:
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

        Returns
        -------
        version
            The version of the plan.

        Raises
        ------
        ConflictError
            If somebody else has replaced the grid since it was read here, or saved a plan.
        WorkspaceError
            If the plan is over another grid, or the file cannot be written; nothing is changed.
        """
        if empty_plan(grid).content["cells_sha256"] != plan.content["cells_sha256"]:
            raise WorkspaceError(f"the plan is not over the new grid of {self.path}; nothing was changed")
        with self._writing() as connection:
            check_not_overtaken(connection, self.path, self._save)
            self._back_up(connection, ["grid"])
            stamp = self._replace(connection, "grid", grid, author)
            save = history.add_save(connection, plan, author=author, reason=reason)
            write_zones(connection, None, plan.version)
        self._save, self._plan = save, None
        self._stamps["grid"] = stamp
        return plan.version

"""Save a plan on a branch of a workspace, and never over what somebody else has saved meanwhile."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from gridmap.core.conflict import Rebase, make_again, own_edits
from gridmap.errors import WorkspaceError
from gridmap.model.plan import Plan, empty_plan
from gridmap.store import branches, history
from gridmap.store.branches import MAIN
from gridmap.store.overtaken import check_not_overtaken, difference_since
from gridmap.store.stored_plans import Logged, StoredPlans
from gridmap.store.zones_layer import write_zones


class SavesPlans(StoredPlans):
    """Saved plans, and the number of the save of the main line that was read.

    See `gridmap.store.stored_tables.StoredTables` for the parameters.
    """

    def __init__(self, path: Path, *, timeout_s: float) -> None:
        super().__init__(path, timeout_s=timeout_s)
        self._plan: tuple[tuple[int, str], Plan] | None = None
        self._save = 0

    def save(
        self,
        plan: Plan,
        *,
        reason: str,
        author: str,
        outlines: Any = None,
        branch: str = MAIN,
        since: int | None = None,
        logged: Logged | None = None,
    ) -> str:
        """Make a plan the current one, and keep all earlier ones.

        Parameters
        ----------
        plan
            A plan over the grid of this workspace.
        reason, author
            Why, and who.
        outlines
            What `gridmap.zone_outlines` gives for it, kept as the layer ``zones`` for other programs.
            Without it that layer is removed if it shows another version. The layer is of the main line.
        branch
            The branch that it is saved on; "" for the main line, and only that changes `plan`.
        since
            The save that the plan was made from; on the main line the one that was read here, if not given.
        logged
            Called with the transaction and the number of the save, to log it too or not at all.

        Returns
        -------
        version
            The version of the plan.

        Raises
        ------
        ConflictError
            If somebody else has saved on the branch since; says who, what and when, and its `difference`
            what both have changed. `rebase` makes the own edits again on their plan.
        WorkspaceError
            If the plan is over another grid, or the file cannot be written; nothing is changed.
        """
        since = self._since(branch, since)
        with self._writing() as connection:
            check_not_overtaken(connection, self.path, since, plan.content, branch=branch)
            stamp, grid = self._stored_grid(connection)
            if empty_plan(grid).hierarchy.cells_sha256 != plan.hierarchy.cells_sha256:
                raise WorkspaceError(
                    f"the plan is over another grid than that of {self.path}; nothing was saved"
                )
            save = history.add_save(connection, plan, after=since, author=author, reason=reason)
            self._put(connection, save, branch, logged)
            if branch == MAIN:
                write_zones(connection, outlines, plan.version)
        self._take_save(branch, save, stamp, plan)
        return plan.version

    def rebase(self, plan: Plan, *, branch: str = MAIN, since: int | None = None) -> Rebase:
        """Take the plan that is current in the file now, and make the own edits of another plan on it.

        Nothing is saved: look at what was refused (locked or unknown cells), and then save the `plan` of
        the answer.

        Parameters
        ----------
        plan
            One that was made by edits from the plan that was read.
        branch, since
            As for `save`.
        """
        since = self._since(branch, since)
        with self._reading() as connection:
            begun = self._edits(connection, since)
            difference = difference_since(connection, since, plan.content, branch=branch)
            # in one transaction: a save in between would be lost with the next save here
            if branch == MAIN:
                self._take(connection)
            else:
                self._look(connection)
            save, theirs = self._plan_on(connection, branch)
        steps, refused = make_again(theirs, own_edits(begun, plan.edits))
        return Rebase(steps=steps, refused=refused, difference=difference, save=save)

    def restore(
        self,
        version: str | int,
        *,
        reason: str = "",
        author: str = "",
        branch: str = MAIN,
        since: int | None = None,
        logged: Logged | None = None,
    ) -> Plan:
        """Make an earlier plan the current one again, as a new save.

        Parameters
        ----------
        version
            As for `plan_at`; it may be of another branch.
        reason, author
            Why, and who.
        branch, since, logged
            As for `save`.

        Raises
        ------
        ConflictError
            If somebody else has saved on the branch since.
        UnknownCellError
            If the plan has cells that the grid no longer has.
        WorkspaceError
            If there is no such version; nothing is changed.
        """
        since = self._since(branch, since)
        with self._writing() as connection:
            check_not_overtaken(connection, self.path, since, branch=branch)
            stamp, grid = self._stored_grid(connection)
            old = history.find_save(connection, version)
            plan = self._load(connection, old, grid)
            said = reason or f"restore of save {old}"
            save = history.add_save(connection, plan, after=since, author=author, reason=said, copy_of=old)
            self._put(connection, save, branch, logged)
            if branch == MAIN:
                write_zones(connection, None, plan.version)
        self._take_save(branch, save, stamp, plan)
        return plan

    @property
    def read_save(self) -> int:
        """The number of the save that `plan` is, 0 before the first."""
        return self._save

    def read_branch(self, branch: str = MAIN) -> tuple[int, Plan]:
        """Read the plan that is current on a branch now, with the number of its save; 0 before the first.

        Raises
        ------
        WorkspaceError
            If there is no such branch.
        """
        with self._reading() as connection:
            return self._plan_on(connection, branch)

    def _take(self, connection: sqlite3.Connection) -> None:
        self._look(connection)
        self._plan = None
        self._save = branches.head_of(connection, MAIN)

    def _current(self, connection: sqlite3.Connection) -> tuple[str, Plan]:
        """Give the plan of the save that was read, over the grid as it is now, with the stamp of the grid."""
        stamp, grid = self._stored_grid(connection)
        key = stamp if self._save else stamp + history.get_meta(connection, "protocol")
        if self._plan is None or self._plan[0] != (self._save, key):
            self._plan = (self._save, key), self._load(connection, self._save, grid)
        return stamp, self._plan[1]

    def _since(self, branch: str, since: int | None) -> int:
        if since is None and branch != MAIN:
            raise WorkspaceError(f"say since=, the save of branch {branch!r} that the plan was made from")
        return self._save if since is None else since

    def _plan_on(self, connection: sqlite3.Connection, branch: str) -> tuple[int, Plan]:
        save = branches.head_of(connection, branch)
        if branch == MAIN and save == self._save:
            return save, self._current(connection)[1]
        return save, self._load(connection, save, self._stored_grid(connection)[1])

    def _put(self, connection: sqlite3.Connection, save: int, branch: str, logged: Logged | None) -> None:
        branches.put_on(connection, save, branch)
        if logged is not None:
            logged(connection, save)

    def _take_save(self, branch: str, save: int, stamp: str, plan: Plan) -> None:
        if branch == MAIN:
            self._save, self._plan = save, ((save, stamp), plan)

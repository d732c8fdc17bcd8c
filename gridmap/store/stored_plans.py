"""The saved plans of a workspace, its branches, and the moves that were made on the way to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pandas import DataFrame

from gridmap.core.apply import apply_edit, new_plan
from gridmap.model.plan import Plan, plan_from_content
from gridmap.model.protocol_schema import protocol_from_text
from gridmap.store import branches, history, move_log
from gridmap.store.branches import MAIN
from gridmap.store.database import writing
from gridmap.store.overtaken import difference_since
from gridmap.store.stored_events import StoredEvents

_LOG_TIMEOUT_S = 0.1  # a stroke does not wait longer for another program

Logged = Callable[[sqlite3.Connection, int], None]


class StoredPlans(StoredEvents):
    """Tables, duties, and what is remembered of plans; see `StoredTables` for the parameters."""

    def versions(self) -> DataFrame:
        """List the saves of all branches, oldest first.

        Returns
        -------
        versions
            `save`, `version`, `author`, `time`, `reason`, `edits` (how many), `branch` (empty for the main
            line), `parent` (the save that it goes on from, 0 for none).
        """
        with self._reading() as connection:
            return branches.with_branches(connection, history.versions(connection))

    def branches(self) -> DataFrame:
        """List the main line, called "", and the branches: `branch`, `start`, `save`, `author`, `time`.

        `start` is the save at which it began, `save` its last one.
        """
        with self._reading() as connection:
            return branches.listed(connection)

    def start_branch(self, name: str, *, start: int, author: str, logged: Logged | None = None) -> None:
        """Begin a branch at a save, 0 for the plan before the first.

        Parameters
        ----------
        name
            Any text.
        start, author
            Where, and who.
        logged
            Called with the transaction and `start`, to log it too or not at all.

        Raises
        ------
        WorkspaceError
            If it has no name, or there is one of that name.
        """
        with self._writing() as connection:
            branches.start_branch(connection, name, start=start, author=author)
            if logged is not None:
                logged(connection, start)

    def last_save(self, branch: str = MAIN) -> int:
        """Give the last save of a branch, or where it begins; of the main line, 0 before the first.

        Raises
        ------
        WorkspaceError
            If there is no such branch.
        """
        with self._reading() as connection:
            return branches.head_of(connection, branch)

    def save_number(self, version: str | int) -> int:
        """Find a save by its number, or the last one by its version or as much of it as tells it apart.

        Raises
        ------
        WorkspaceError
            If there is none, or several fit.
        """
        with self._reading() as connection:
            return history.find_save(connection, version)

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

    def plan_of(self, save: int) -> Plan:
        """Read the plan of a save, 0 for the one before the first."""
        with self._reading() as connection:
            return self._load(connection, save, self._stored_grid(connection)[1])

    def edits_of(self, save: int) -> tuple[Any, ...]:
        """Read the edits of the plan of a save, oldest first; 0 is the one before the first."""
        with self._reading() as connection:
            return self._edits(connection, save)

    def difference(self, plan: Plan, *, branch: str, since: int) -> DataFrame:
        """List what somebody has saved on a branch since a save, against what a plan has changed since."""
        with self._reading() as connection:
            return difference_since(connection, since, plan.content, branch=branch)

    def plans_towards(self, edits: Sequence[Any], *, save: int, count: int) -> Iterator[Plan]:
        """Make a plan on the way to a saved one again, from the nearest save before it.

        Parameters
        ----------
        edits
            The edits of the saved plan.
        save
            Its number.
        count
            How many of its edits the plan wanted has.

        Yields
        ------
        plan
            The plan of a save with fewer edits, all of which the other begins with, or an empty one; then
            the plan after each further edit.

        Raises
        ------
        GridmapError
            If the grid is another now, so that they cannot be made again.
        """
        with self._reading() as connection:
            nearest, done = history.nearest_save(connection, save, count) if save else (0, 0)
            grid = self._stored_grid(connection)[1]
            plan = self._load(connection, nearest, grid) if nearest else new_plan(grid)
        yield plan
        for edit in edits[done:count]:
            plan = apply_edit(plan, edit)
            yield plan

    def log_moves(
        self,
        bench: move_log.Bench,
        rows: Sequence[move_log.Row],
        *,
        unless: tuple[str, str, int] | None = None,
    ) -> bool:
        """Log moves of a workbench, without waiting long for another program.

        Parameters
        ----------
        bench
            Whose.
        rows
            Those that are in the log already are left out.
        unless
            The id of a workbench, a branch, and the number of its last move there: if it has moved on,
            nothing is logged.

        Returns
        -------
        logged
            Whether it was.

        Raises
        ------
        WorkspaceError
            If they cannot be written.
        """
        with writing(self.path, timeout_s=min(_LOG_TIMEOUT_S, self._timeout_s)) as connection:
            if unless is not None and move_log.last_number(connection, *unless[:2]) != unless[2]:
                return False
            move_log.add(connection, bench, rows)
        return True

    def last_moves(self) -> list[move_log.Last]:
        """Give the last move of every workbench on every branch, the latest first."""
        with self._reading() as connection:
            return move_log.last_moves(connection)

    def moves(self, bench: str, *, line: bool = False) -> list[move_log.Row]:
        """Give the moves of a workbench, oldest first; with `line` also of those that it goes on from."""
        with self._reading() as connection:
            benches = move_log.line_of(connection, bench) if line else [bench]
            return move_log.moves_of(connection, benches)

    def _edits(self, connection: sqlite3.Connection, save: int) -> tuple[Any, ...]:
        if save:
            return history.read_edits(connection, save)
        return self._load(connection, 0, self._stored_grid(connection)[1]).edits

    def _load(self, connection: sqlite3.Connection, save: int, grid: Any) -> Plan:
        if save == 0:
            text = history.get_meta(connection, "protocol")
            return new_plan(grid, protocol=protocol_from_text(text) if text else None)
        content, edits = history.read_save(connection, save)
        return plan_from_content(content, grid, edits=edits)

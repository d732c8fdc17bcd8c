"""Branches of the plan, versions beside each other, and the moves so far."""

from __future__ import annotations

import json

from pandas import DataFrame

from gridmap.errors import UnknownCellError, WorkspaceError
from gridmap.model.areas import hierarchy_for
from gridmap.model.plan import Plan
from gridmap.store.workspace import Workspace
from gridmap.workbench.alone import alone
from gridmap.workbench.chronicle import moves_frame
from gridmap.workbench.comparison import Comparison, compared
from gridmap.workbench.course import Course
from gridmap.workbench.daily import Daily
from gridmap.workbench.lines import Line
from gridmap.workbench.python_text import plan_as_python

CURRENT = "current"


class Branching(Daily):
    """A plan with branches, each of which keeps what was not saved on it; see `Answers`."""

    def __init__(self, workspace: Workspace, *, author: str) -> None:
        super().__init__(workspace, author=author)
        # the branches that are not shown now, as they were left
        self._left: dict[str, Line] = {}

    @property
    def branch_name(self) -> str:
        """The branch that the plan is on; empty for the main line."""
        return self._line.branch

    def branches(self) -> DataFrame:
        """List the main line, called "", and the branches, oldest first.

        Returns
        -------
        branches
            `branch`, `start` (the save at which it began), `save` (its last one), `author`, `time`, and
            `current`: whether the plan is on it.
        """
        listed = self.workspace.branches()
        return listed.assign(current=listed["branch"] == self.branch_name)

    @alone
    def branch(self, name: str, save: str | int | None = None) -> Plan:
        """Begin a branch and go to it; what was not saved stays as it was on the branch that is left.

        Parameters
        ----------
        name
            Any text.
        save
            The save, or version, at which it begins. Without one it is the current plan, with all that was
            not saved, to be saved on the branch.

        Returns
        -------
        plan
            The plan, which is on the branch now.

        Raises
        ------
        WorkspaceError
            If there is a branch of that name, or no such save, or the file cannot be written.
        """
        name, now = name.strip(), self._line
        if save is None:
            line = Line(name, now.base, now.saved, now.plan, now.course.copy())
        else:
            start = self.workspace.save_number(save)
            plan = self._read(start)
            line = Line(name, start, plan, plan, Course(start))
        said = {"of": now.branch if save is None else None, "course": line.course.trimmed().to_plain()}
        starting = self._log.saving("branch", line, author=self.author, said=json.dumps(said))
        self.workspace.start_branch(name, start=line.base, author=self.author, logged=starting.put)
        starting.done()
        self._go_to(line)
        return line.plan

    @alone
    def switch(self, name: str) -> Plan:
        """Go to a branch, or with "" back to the main line; what was not saved stays where it is.

        Raises
        ------
        WorkspaceError
            If there is no such branch.
        """
        name = name.strip()
        if name == self.branch_name:
            return self.plan
        line = self._left.get(name)
        if line is None:
            save, plan = self.workspace.read_branch(name)
            line = Line(name, save, plan, plan, Course(save))
        self._go_to(line)
        self._log.add("switch", line, author=self.author)
        self._log.write()
        if line.plan.hierarchy.cells_sha256 != hierarchy_for(self.grid).cells_sha256:
            self.reload()
        return self.plan

    def compare(self, before: str | int, after: str | int) -> Comparison:
        """Lay two versions beside each other.

        Parameters
        ----------
        before, after
            The number of a save, a version or as much of it as tells it apart, or ``current``.

        Raises
        ------
        WorkspaceError
            If there is no such version, or it is over another grid.
        """
        first, second = (self.plan if each == CURRENT else self._read(each) for each in (before, after))
        return compared(first, second, self.placement)

    def history(self, *, last: int | None = None) -> DataFrame:
        """List the moves that led to the plan, also those of the workbenches that this one goes on from.

        Parameters
        ----------
        last
            How many of the last ones; all, if not given.

        Returns
        -------
        moves
            `n`, `kind` (``edit``, ``undo``, ``redo``, ``save``, ``restore``, ``reload``, ``discard``,
            ``branch``, ``switch``, ``recover``), `edit` (that was made or taken back; else None), `time`,
            `author`, `undone` (whether an edit, restored or discarded plan is not part of the plan now).
        """
        try:
            own = self.workspace.moves(self._log.bench, line=True)
            rows = own or self.workspace.moves(self._log.follows, line=True)
        except WorkspaceError:
            rows = []
        return moves_frame([*rows, *self._log.waiting], self.branch_name, last=last)

    def as_python(self) -> str:
        """Write the edits that made the plan as Python that makes it again, over a grid called ``grid``.

        A plan that its edits do not make over the present grid, because that was replaced, is written as
        one `CarryOver`.
        """
        replaced = (self.workspace.replacements()["table"] == "grid").sum() > 1
        return plan_as_python(self.plan, self.grid, proven=not replaced)

    def _go_to(self, line: Line) -> None:
        self._left[self._line.branch] = self._line
        self._left.pop(line.branch, None)
        self._line = line
        self._tell()

    def _read(self, version: str | int) -> Plan:
        try:
            return self.workspace.plan_at(version)
        except UnknownCellError as error:
            raise WorkspaceError(
                f"version {version} is over another grid than that of now ({error}); open a copy from before"
            ) from error

"""The moves of the current plan: edits made, taken back, saved, restored, and all of them logged."""

from __future__ import annotations

import json
from typing import Any

from pandas import DataFrame

from gridmap.core.apply import apply_edit
from gridmap.core.conflict import Refused
from gridmap.core.delineate import delineate
from gridmap.core.edits import Edit
from gridmap.core.outline import zone_outlines
from gridmap.errors import ConflictError
from gridmap.model.plan import Plan
from gridmap.store.workspace import Workspace
from gridmap.workbench.alone import alone
from gridmap.workbench.answers import Answers
from gridmap.workbench.course import Course, Move, move_of
from gridmap.workbench.log import MoveLog, course_text


class Moves(Answers):
    """A plan that is edited, undone and redone without limit, and saved; see `Answers` for the parameters."""

    def __init__(self, workspace: Workspace, *, author: str) -> None:
        super().__init__(workspace, author=author)
        self._log = MoveLog(workspace)

    @property
    def conflict(self) -> DataFrame | None:
        """What they changed against what was changed here, after a save that met theirs; else None."""
        return self._line.conflict

    @property
    def refused(self) -> tuple[Refused, ...]:
        """The edits that the last reload or recovery could not make again, each with the reason."""
        return self._line.refused

    @property
    def last_save(self) -> int:
        """The number of the save that was read or saved here last, on the branch; 0 before the first."""
        return self._line.base

    @property
    def log_state(self) -> str:
        """Empty while every move is in the log of the workspace; else what stops that, as a sentence."""
        return self._log.state

    @alone
    def log_again(self) -> str:
        """Log the moves that could not be logged, and return `log_state`; every further move does so too.

        Views are told when they are logged.
        """
        waited = self._log.state
        self._log.write()
        if waited and not self._log.state:
            self._tell()
        return self._log.state

    @alone
    def apply(self, edit: Edit) -> Plan:
        """Make one edit, and return the changed plan; what was undone can no longer be redone.

        Raises
        ------
        GridmapError
            If the plan does not allow it; the plan stays as it was.
        """
        return self._make(apply_edit(self.plan, edit))

    @alone
    def delineate(self, cases: Any = None) -> Plan:
        """Zone by the protocol, from the cases of the workspace or those given; hand edits are kept."""
        return self._make(
            delineate(
                self._tables["cases"] if cases is None else cases,
                self.grid,
                protocol=self._protocol,
                base=self.plan,
                households=self._tables["households"],
                case_places=self.workspace.case_places,
            )
        )

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return self._line.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit that was taken back."""
        return self._line.course.at < len(self._line.course.moves)

    @alone
    def undo(self) -> Plan:
        """Take the last edit back; without one nothing happens.

        It goes on beyond saves and beyond the beginning of this workbench, along the edits of the plan.
        """
        move = self._line.undo(self.workspace)
        if move is not None:
            self._moved("undo", move.text)
        return self.plan

    @alone
    def redo(self) -> Plan:
        """Make the edit again that was last taken back; without one nothing happens."""
        move = self._line.redo(self.workspace)
        if move is not None:
            self._moved("redo", move.text)
        return self.plan

    @alone
    def save(self, *, reason: str, author: str = "") -> str:
        """Make the plan the current one of its branch, with its outlines, and return its version.

        Raises
        ------
        ConflictError
            If somebody else has saved since; `conflict` lists what they changed against what was changed
            here, and `reload` takes their plan and makes the unsaved edits again. Nothing is lost.
        """
        line, who = self._line, author or self.author
        saving = self._log.saving("save", line, author=who)
        outlines = None if line.branch else zone_outlines(line.plan, self.grid, placement=self.placement)
        try:
            version = self.workspace.save(
                line.plan,
                reason=reason,
                author=who,
                outlines=outlines,
                branch=line.branch,
                since=line.base,
                logged=saving.put,
            )
        except ConflictError as error:
            line.conflict = error.difference
            raise
        line.base = saving.done()
        line.course.mark(line.base)
        line.saved, line.conflict, line.refused = line.plan, None, ()
        self._tell()
        return version

    @alone
    def restore(self, version: str | int, *, reason: str = "", author: str = "") -> Plan:
        """Make an earlier plan, of whatever branch, the current one of this; `undo` comes back from there."""
        line, who = self._line, author or self.author
        saving = self._log.saving("restore", line, author=who, said=json.dumps({"from": line.base}))
        restored = self.workspace.restore(
            version, reason=reason, author=who, branch=line.branch, since=line.base, logged=saving.put
        )
        line.base, line.saved = saving.done(), restored
        line.move_to(restored, Move(save=line.base))
        line.course.mark(line.base)
        self._tell()
        return restored

    @alone
    def discard(self) -> Plan:
        """Go back to the saved plan; `undo` comes back from there, also after a restart."""
        line = self._line
        if not line.course.is_at(line.base):
            line.move_to(line.saved, Move(save=line.base))
            line.course.mark(line.base)
            self._moved("discard")
        return line.plan

    @alone
    def reload(self) -> Plan:
        """Take the tables and the plan that are in the file now, and make the unsaved edits again on it.

        Edits that their plan does not allow are left out and stand in `refused`, each with the reason.
        `conflict` lists what both have changed. `undo` takes the own edits back, and nobody else's.
        """
        line = self._line
        rebase = self.workspace.rebase(line.plan, branch=line.branch, since=line.base)
        self._take_tables()
        line.base, line.saved, line.refused = rebase.save, rebase.steps[0], rebase.refused
        line.conflict = rebase.difference if len(rebase.difference) else None
        line.plan, line.course = rebase.steps[0], Course(line.base, closed=True)
        for plan in rebase.steps[1:]:
            line.move_to(plan, move_of(plan.edits[-1]))
        self._moved("reload", course_text(line))
        return line.plan

    def _make(self, plan: Plan) -> Plan:
        move = move_of(plan.edits[-1])
        self._line.move_to(plan, move)
        self._moved("edit", move.text)
        return plan

    def _moved(self, kind: str, said: str = "") -> None:
        """Tell a move that was made, and log it; what waits for the disk need not wait to be seen."""
        before = self._log.state
        self._log.add(kind, self._line, author=self.author, said=said)
        try:
            self._tell()
        finally:
            self._log.write()
        if self._log.state != before:
            self._tell()

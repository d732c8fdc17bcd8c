"""The workbench: the one object with state. It holds a workspace, its current plan and what was undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from pandas import DataFrame

from gridmap.core.apply import apply_edit
from gridmap.core.conflict import Refused
from gridmap.core.delineate import delineate
from gridmap.core.edits import Edit, edits_as_python
from gridmap.core.outline import zone_outlines
from gridmap.core.steps import Step, plan_at, step_from
from gridmap.errors import ConflictError, UnknownCellError
from gridmap.model.plan import Plan
from gridmap.store.workspace import Workspace
from gridmap.workbench.answers import Answers


class Workbench(Answers):
    """A workspace at work: its plan is edited here, undone and redone without limit, and saved.

    Every change is an edit, made by `gridmap.apply_edit`; nothing reaches the file before `save`. The tables
    are those that were in the file when the workbench was made or last reloaded.

    Parameters
    ----------
    workspace
        What `gridmap.open_workspace` gave, with a grid.
    author
        Who saves, unless `save` names somebody else.

    Attributes
    ----------
    conflict
        After a save that met another one, or a reload: what they changed against what was changed here, as
        `gridmap.core.conflict.plan_difference` lists it; else None.
    refused
        The edits that the last reload could not make again, each with the reason.

    Examples
    --------
    >>> bench = Workbench(workspace)  # doctest: +SKIP
    >>> bench.apply(SetTier(tier="sealed", areas=["330421001002"]))  # doctest: +SKIP
    >>> bench.save(reason="two new cases", author="GIS desk")  # doctest: +SKIP
    """

    def __init__(self, workspace: Workspace, *, author: str = "") -> None:
        super().__init__(workspace, author=author)
        self.selection: tuple[str, ...] = ()
        self.conflict: DataFrame | None = None
        self.refused: tuple[Refused, ...] = ()
        # each step is told from the one after it towards the current plan, or from that
        self._past: list[Step] = []
        self._future: list[Step] = []
        self._watchers: list[Callable[[], None]] = []

    def __repr__(self) -> str:
        state = "saved" if self.is_saved else f"{len(self.unsaved)} unsaved edit(s)"
        return f"<Workbench {self.workspace.path.name}: plan {self._plan.version}, {state}>"

    def select(self, areas: Iterable[str]) -> None:
        """Choose the areas and cells that the next edit is for.

        Raises
        ------
        UnknownCellError
            If the grid has no such area; the selection stays as it was.
        """
        chosen = tuple(areas)
        unknown = [area for area in chosen if area not in self._plan.hierarchy.areas.index]
        if unknown:
            raise UnknownCellError(f"the grid has no area {', '.join(map(repr, unknown))}", unknown)
        self.selection = chosen
        self._tell()

    def watch(self, callback: Callable[[], None]) -> None:
        """Call `callback` after every change of the plan, the selection or what is saved."""
        self._watchers.append(callback)

    def apply(self, edit: Edit) -> Plan:
        """Make one edit, and return the changed plan; what was undone can no longer be redone.

        Raises
        ------
        GridmapError
            If the plan does not allow it; the plan stays as it was.
        """
        return self._move_to(apply_edit(self._plan, edit))

    def delineate(self, cases: Any = None) -> Plan:
        """Zone by the protocol, from the cases of the workspace or those given; hand edits are kept."""
        return self._move_to(
            delineate(
                self._tables["cases"] if cases is None else cases,
                self.grid,
                protocol=self._protocol,
                base=self._plan,
                households=self._tables["households"],
                case_places=self.workspace.case_places,
            )
        )

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit that was taken back."""
        return bool(self._future)

    def undo(self) -> Plan:
        """Take the last edit back; without one nothing happens."""
        if self._past:
            before = plan_at(self._past.pop(), self._plan)
            self._future.append(step_from(self._plan, before))
            self._plan = before
            self._tell()
        return self._plan

    def redo(self) -> Plan:
        """Make the edit again that was last taken back; without one nothing happens."""
        if self._future:
            after = plan_at(self._future.pop(), self._plan)
            self._past.append(step_from(self._plan, after))
            self._plan = after
            self._tell()
        return self._plan

    def save(self, *, reason: str, author: str = "") -> str:
        """Make the plan the current one of the workspace, with its outlines, and return its version.

        Raises
        ------
        ConflictError
            If somebody else has saved since; `conflict` lists what they changed against what was changed
            here, and `reload` takes their plan and makes the unsaved edits again.
        """
        outlines = zone_outlines(self._plan, self.grid, placement=self.placement)
        try:
            version = self.workspace.save(
                self._plan, reason=reason, author=author or self.author, outlines=outlines
            )
        except ConflictError as error:
            self.conflict = error.difference
            raise
        self._saved, self.conflict, self.refused = self._plan, None, ()
        self._tell()
        return version

    def restore(self, version: str | int, *, reason: str = "", author: str = "") -> Plan:
        """Make an earlier plan of the workspace the current one again; `undo` comes back from there."""
        restored = self.workspace.restore(version, reason=reason, author=author or self.author)
        self._saved = restored
        return self._move_to(restored)

    def reload(self) -> Plan:
        """Take the tables and the plan that are in the file now, and make the unsaved edits again on it.

        Edits that their plan does not allow are left out and stand in `refused`, each with the reason.
        `conflict` lists what both have changed. `undo` takes the own edits back, and nobody else's.
        """
        rebase = self.workspace.rebase(self._plan)
        self._take_tables()
        self._saved, self.refused = rebase.steps[0], rebase.refused
        self.conflict = rebase.difference if len(rebase.difference) else None
        self._past = [step_from(*pair) for pair in pairwise(rebase.steps)]
        self._future.clear()
        self._plan = rebase.plan
        self._tell()
        return self._plan

    def as_python(self) -> str:
        """Write the edits that made the plan as Python that makes it again."""
        return edits_as_python(self._plan.edits)

    def _move_to(self, plan: Plan) -> Plan:
        self._past.append(step_from(self._plan, plan))
        self._future.clear()
        self._plan = plan
        self._tell()
        return plan

    def _tell(self) -> None:
        for callback in self._watchers:
            callback()

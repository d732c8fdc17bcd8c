"""The workbench: the one object with state. It holds a workspace, its current plan and what was undone."""

from __future__ import annotations

import warnings
from collections.abc import Iterable

from pandas import DataFrame

from gridmap.errors import GridmapError, GridmapWarning, UnknownCellError, WorkspaceError
from gridmap.store.workspace import Workspace
from gridmap.workbench.alone import alone
from gridmap.workbench.branching import Branching
from gridmap.workbench.lines import Line, replayed
from gridmap.workbench.recovery import (
    Draft,
    branch_left,
    draft_frame,
    drafts_in,
    left_drafts,
    left_saved,
    line_of,
    logged_draft,
    own_moves,
)


class Workbench(Branching):
    """A workspace at work: its plan is edited here, undone and redone without limit, and saved.

    Every change is an edit, made by `gridmap.apply_edit`, and is in the log of the workspace at once; the
    saved plan changes by `save` only. What a workbench of this machine left unsaved when its process ended,
    or an earlier one of this process, is taken over: the plan and what can be undone and redone are as they
    were. The grid is that which was in the file when the workbench was made or last reloaded; the other
    tables are read when they are first asked for.

    Parameters
    ----------
    workspace
        What `gridmap.open_workspace` gave, with a grid.
    author
        Who saves, unless `save` names somebody else.

    Attributes
    ----------
    recovered
        How many unsaved edits were taken over, made or taken back; 0 if there were none.

    Examples
    --------
    >>> bench = Workbench(workspace)  # doctest: +SKIP
    >>> bench.apply(SetTier(tier="sealed", areas=["330421001002"]))  # doctest: +SKIP
    >>> bench.save(reason="two new cases", author="GIS desk")  # doctest: +SKIP
    """

    def __init__(self, workspace: Workspace, *, author: str = "") -> None:
        super().__init__(workspace, author=author)
        self.selection: tuple[str, ...] = ()
        self.recovered = 0
        self._take_over()

    def __repr__(self) -> str:
        state = "saved" if self.is_saved else f"{self.apart} unsaved edit(s)"
        return f"<Workbench {self.workspace.path.name}: plan {self.plan.version}, {state}>"

    def select(self, areas: Iterable[str]) -> None:
        """Choose the areas and cells that the next edit is for.

        Raises
        ------
        UnknownCellError
            If the grid has no such area; the selection stays as it was.
        """
        chosen = tuple(areas)
        unknown = [area for area in chosen if area not in self.plan.hierarchy.areas.index]
        if unknown:
            raise UnknownCellError(f"the grid has no area {', '.join(map(repr, unknown))}", unknown)
        self.selection = chosen
        self._tell()

    def drafts(self) -> DataFrame:
        """List what other workbenches have not saved, the latest first.

        Returns
        -------
        drafts
            `draft` (the name for `recover`), `author`, `time` (of the last move), `host`, `branch`,
            `edits` (how many), `where`: ``alive`` in another process, ``elsewhere`` on another machine,
            ``gone`` or ``here``.
        """
        return draft_frame(drafts_in(self.workspace, besides=self._log.bench))

    @alone
    def recover(self, draft: str) -> int:
        """Take over what another workbench has not saved.

        With nothing unsaved here it is as it was there. Else its edits are made on the current plan. Those
        that the plan does not allow stand in `refused`. The other workbench, if it is at work, keeps its own.

        Parameters
        ----------
        draft
            Its name, as in `drafts`.

        Returns
        -------
        edits
            How many edits were taken over.

        Raises
        ------
        WorkspaceError
            If there is no such draft.
        """
        found = {each.name: each for each in drafts_in(self.workspace, besides=self._log.bench)}
        if draft not in found:
            known = ", ".join(found) or "none"
            raise WorkspaceError(f"there is no draft {draft!r} any more; there are: {known}")
        self.switch(found[draft].last.row.branch)
        while (taken := self._taken(found[draft])) is None:
            found = {each.name: each for each in drafts_in(self.workspace, besides=self._log.bench)}
            if draft not in found:
                return 0
        self._tell()
        return taken

    def _take_over(self) -> None:
        """Take over what was left unsaved, or else go on where somebody has left off."""
        try:
            drafts = left_drafts(self.workspace, besides=self._log.bench)
            if drafts and self.workspace.last_save() != self.workspace.read_save:
                self.workspace.reload()
                self._begin()
            for draft in reversed(drafts):
                self.recovered += self._taken(draft, alone=True) or 0
            if drafts:
                self.switch(branch_left(self.workspace, drafts[0].bench))
            else:
                self._go_on()
        except GridmapError as error:
            said = f"unsaved edits of an earlier workbench could not be taken over: {error}"
            warnings.warn(said, GridmapWarning, stacklevel=3)

    def _go_on(self) -> None:
        """Let what the last workbench had taken back be made again, if all that it made is saved."""
        left = left_saved(self.workspace, besides=self._log.bench)
        if left is not None:
            bench, self._line.course = left
            self._log.follow(bench, self._line if self.can_redo else None)

    def _taken(self, draft: Draft, *, alone: bool = False) -> int | None:
        """Take a draft over, and return how many edits; None if its workbench has moved on meanwhile."""
        logged, branch, before = logged_draft(self.workspace, draft), draft.last.row.branch, self._line
        if alone or before.course.is_at(before.base):
            line = line_of(self.workspace, branch, logged)
            count = line.apart
        else:
            line = Line(branch, before.base, before.saved, before.plan, before.course.copy())
            replayed(line, own_moves(self.workspace, logged), self.workspace)
            count = len(line.plan.edits) - len(before.plan.edits)
        self._log.follow(draft.bench)
        if not self._log.claim(draft.taken(self.author), draft.last.number, line, author=self.author):
            return None
        if branch != before.branch:
            self._left[before.branch] = before
        self._line = line
        return count

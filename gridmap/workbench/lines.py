"""A line: one branch of the plan at work, with the save it was read from and the course since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from pandas import DataFrame

from gridmap.core.apply import apply_edit
from gridmap.core.carried import CarryOver
from gridmap.core.conflict import Refused
from gridmap.core.edits import Edit, UseTiers
from gridmap.core.steps import plan_at, step_from
from gridmap.errors import GridmapError
from gridmap.model.plan import Layer, Plan
from gridmap.model.shown import shows_counts
from gridmap.store.workspace import Workspace
from gridmap.workbench.course import Course, Move, move_of


@shows_counts
@dataclass(eq=False)
class Line:
    """A branch of the plan at work.

    Parameters
    ----------
    branch
        Its name; "" for the main line.
    base
        The save that was read or saved last.
    saved
        The plan of that save.
    plan
        The current plan.
    course
        How it came from one to the other, and what was taken back.
    conflict, refused
        As for `gridmap.Workbench`.
    """

    branch: str
    base: int
    saved: Plan
    plan: Plan
    course: Course
    conflict: DataFrame | None = None
    refused: tuple[Refused, ...] = ()

    @property
    def is_saved(self) -> bool:
        """Whether the plan is the saved one, however it was reached."""
        return same_plan(self.plan, self.saved)

    @property
    def unsaved(self) -> tuple[Edit, ...]:
        """The edits since the last save; those since the last common one after an undo."""
        return () if self.is_saved else self.plan.edits[self._common :]

    @property
    def apart(self) -> int:
        """How many edits the plan is apart from the saved one: those made and those taken back."""
        if self.course.is_at(self.base):
            return 0
        made, saved = len(self.plan.edits) - self._common, len(self.saved.edits) - self._common
        return max(made + saved, 1)

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return self.course.at > 0 or self._reaches_back

    def move_to(self, plan: Plan, move: Move) -> None:
        """Make a move that leads to a plan."""
        move.step = step_from(self.plan, plan)
        self.course.add(move)
        self.plan = plan

    def undo(self, workspace: Workspace) -> Move | None:
        """Take the last move back, and return it; None if there is none.

        At the beginning of the course it goes on along the edits of the plan itself, which are made again
        from the nearest earlier save.
        """
        if self.course.at == 0 and self._reaches_back:
            self._reach_back(workspace)
        move = self.course.moves[self.course.at - 1] if self.course.at else None
        if move is None or move.step is None:
            return None
        before = plan_at(move.step, self.plan)
        move.step = step_from(self.plan, before)
        self.course.at -= 1
        self.plan = before
        return move

    def redo(self, workspace: Workspace) -> Move | None:
        """Make the move again that was last taken back, and return it; None if there is none."""
        if self.course.at == len(self.course.moves):
            return None
        move = self.course.moves[self.course.at]
        after = plan_at(move.step, self.plan) if move.step else plan_after(self.plan, move, workspace)
        move.step = step_from(self.plan, after)
        self.course.at += 1
        self.plan = after
        return move

    @property
    def _common(self) -> int:
        """How many of their first edits the plan and the saved one share."""
        now, saved = self.plan.edits, self.saved.edits
        shorter = min(len(now), len(saved))
        if now[:shorter] == saved[:shorter]:
            return shorter
        return next(place for place in range(shorter) if now[place] != saved[place])

    @property
    def _reaches_back(self) -> bool:
        """Whether undo goes on beyond the beginning of the course."""
        return not self.course.closed and _may_be_taken_back(self.plan)

    def _reach_back(self, workspace: Workspace) -> None:
        """Make the last edits of the plan again from the save before them, and put them on the course."""
        edits = self.plan.edits
        moves: list[Move] = []
        towards = workspace.plans_towards(edits, save=self.course.save, count=len(edits))
        try:
            before = after = next(towards)
            for after in towards:
                move = move_of(after.edits[-1])
                move.step = step_from(before, after)
                moves.append(move)
                if not _may_be_taken_back(after):
                    moves.clear()
                before = after
        except GridmapError:  # the grid is another now
            self.course.closed = True
            return
        if same_plan(after, self.plan):
            self.course.extend_back(moves)
            self.plan = after
        else:
            self.course.closed = True


def _may_be_taken_back(plan: Plan) -> bool:
    """Tell whether undo goes beyond the last edit: it keeps the tiers and the grid that a plan began with."""
    edits = plan.edits
    if not edits or isinstance(edits[-1], CarryOver):
        return False
    return len(edits) > 1 or not isinstance(edits[0], UseTiers)


def plan_after(plan: Plan, move: Move, workspace: Workspace) -> Plan:
    """Return the plan after a move.

    Raises
    ------
    GridmapError
        If the plan does not allow it.
    """
    return apply_edit(plan, move.edit) if move.edit is not None else workspace.plan_of(move.save)


def replayed(line: Line, moves: Iterable[Move], workspace: Workspace) -> None:
    """Make logged moves on a line; those that the plan does not allow are put among the refused."""
    for move in moves:
        try:
            line.move_to(plan_after(line.plan, move, workspace), move)
        except GridmapError as error:
            if move.edit is not None:
                line.refused = (*line.refused, Refused(move.edit, str(error)))


def same_plan(one: Plan, two: Plan) -> bool:
    """Tell whether two plans have the same version, over one grid without working the versions out."""
    if one is two:
        return True
    if one.hierarchy is not two.hierarchy:
        return one.version == two.version
    return _same_frame(one, two) and all(
        _same_layer(one.layers[name], two.layers[name]) for name in one.layers
    )


def _same_frame(one: Plan, two: Plan) -> bool:
    keys = ("tier_order", "prefixes", "registry", "carve_list", "next_carve_out", "reasons", "protocol_id")
    return all(getattr(one, key) == getattr(two, key) for key in keys)


def _same_layer(one: Layer, two: Layer) -> bool:
    if one is two:
        return True
    return np.array_equal(one.tier, two.tier) and np.array_equal(one.zone[one.said], two.zone[two.said])

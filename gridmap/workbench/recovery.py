"""What other workbenches have not saved: found in the log, and made again as it was."""

from __future__ import annotations

from typing import Any, NamedTuple

from pandas import DataFrame, to_datetime

from gridmap.core.conflict import make_again, own_edits
from gridmap.errors import GridmapError, WorkspaceError
from gridmap.model.plan import Plan
from gridmap.store.branches import MAIN
from gridmap.store.move_log import Last, Row
from gridmap.store.process import whereabouts
from gridmap.store.workspace import Workspace
from gridmap.workbench.course import Course, Logged, Move, logged_courses, move_of
from gridmap.workbench.lines import Line, replayed
from gridmap.workbench.log import now_text

DRAFT_COLUMNS = ("draft", "author", "time", "host", "branch", "edits", "where")
_LEFT = ("gone", "here")


class Draft(NamedTuple):
    """What a workbench has not saved on one branch.

    Parameters
    ----------
    bench
        The id of the workbench.
    last
        Its last move on that branch.
    where
        Where its process is, as `gridmap.store.process.whereabouts` says.
    """

    bench: str
    last: Last
    where: str

    @property
    def name(self) -> str:
        """The name by which it is taken over."""
        branch = self.last.row.branch
        return f"{self.bench}/{branch}" if branch else self.bench

    def taken(self, author: str) -> Row:
        """Return what the log says of the workbench once somebody else has taken it over."""
        last = self.last.row
        return Row(self.bench, None, now_text(), author, last.branch, "taken", last.base, 0, "")


def drafts_in(workspace: Workspace, *, besides: str) -> list[Draft]:
    """List what was not saved by workbenches other than one, the latest first."""
    found = [last for last in workspace.last_moves() if last.row.unsaved and last.row.bench != besides]
    return [Draft(last.row.bench, last, whereabouts(last.process)) for last in found]


def left_drafts(workspace: Workspace, *, besides: str) -> list[Draft]:
    """List all drafts of the workbench that was left last, the latest first; empty if none was left."""
    left = [draft for draft in drafts_in(workspace, besides=besides) if draft.where in _LEFT]
    return [draft for draft in left if draft.bench == left[0].bench]


def draft_frame(drafts: list[Draft]) -> DataFrame:
    """Show drafts as a table; see `DRAFT_COLUMNS`."""
    rows = [
        (each.name, last.author, last.time, each.last.process.host, last.branch, last.unsaved, each.where)
        for each in drafts
        for last in [each.last.row]
    ]
    frame = DataFrame(rows, columns=list(DRAFT_COLUMNS), dtype="object")
    frame["time"] = to_datetime(frame["time"], utc=True, format="ISO8601")
    kinds = {name: "int64" if name == "edits" else "str" for name in DRAFT_COLUMNS if name != "time"}
    return frame.astype(kinds)


def left_saved(workspace: Workspace, *, besides: str) -> tuple[str, Course] | None:
    """Find the workbench that saved the main line last, if it was left with all saved, and its course."""
    last = next((each for each in workspace.last_moves() if each.row.branch == MAIN), None)
    if last is None or last.row.bench == besides or last.row.unsaved:
        return None
    if whereabouts(last.process) not in _LEFT or last.row.base != workspace.read_save:
        return None
    logged = logged_courses(workspace.moves(last.row.bench)).get(MAIN)
    if logged is None or logged.base != last.row.base or not logged.course.is_at(logged.base):
        return None
    return last.row.bench, logged.course.trimmed()


def branch_left(workspace: Workspace, bench: str) -> str:
    """Tell on which branch a workbench was last."""
    own = (row.branch for row in reversed(workspace.moves(bench)) if row.kind != "taken")
    return next(own, MAIN)


def own_moves(workspace: Workspace, logged: Logged) -> list[Move]:
    """Give the edits of a logged line that are not saved, as moves to be made anew."""
    return [
        move_of(edit) for edit in own_edits(workspace.edits_of(logged.base), _edits(workspace, logged.course))
    ]


def logged_draft(workspace: Workspace, draft: Draft) -> Logged:
    """Read how a draft stands.

    Raises
    ------
    WorkspaceError
        If the log does not tell it any more.
    """
    try:
        return logged_courses(workspace.moves(draft.bench))[draft.last.row.branch]
    except (ValueError, LookupError, TypeError) as error:
        raise WorkspaceError(f"the log of workbench {draft.bench} is damaged ({error})") from error


def line_of(workspace: Workspace, branch: str, logged: Logged) -> Line:
    """Make a logged line again: as it was, or its edits on what somebody has saved meanwhile."""
    save, theirs = workspace.read_branch(branch)
    if save == logged.base:
        return line_as_it_was(workspace, branch, theirs, logged)
    own = own_edits(workspace.edits_of(logged.base), _edits(workspace, logged.course))
    steps, refused = make_again(theirs, own)
    line = Line(branch, save, theirs, theirs, Course(save, closed=True), refused=refused)
    for plan in steps[1:]:
        line.move_to(plan, move_of(plan.edits[-1]))
    line.conflict = _conflict(workspace, branch, logged)
    return line


def line_as_it_was(workspace: Workspace, branch: str, saved: Plan, logged: Logged) -> Line:
    """Make a logged line again on the plan that it was read from; what is refused now is listed."""
    course = logged.course.trimmed()
    begin = _begin(workspace, course, saved if course.save == logged.base else None)
    line = Line(branch, logged.base, saved, begin, Course(course.save, course.dropped, course.closed))
    replayed(line, course.moves[: course.at], workspace)
    if not line.refused:
        line.course.moves.extend(course.moves[course.at :])
        line.course.marks = course.marks
    return line


def _begin(workspace: Workspace, course: Course, saved: Plan | None) -> Plan:
    plan = workspace.plan_of(course.save) if saved is None else saved
    if course.dropped:
        count = len(plan.edits) - course.dropped
        *_, plan = workspace.plans_towards(plan.edits, save=course.save, count=count)
    return plan


def _edits(workspace: Workspace, course: Course) -> tuple[Any, ...]:
    """Return the edits of the plan at the end of a course."""
    edits = workspace.edits_of(course.save)
    edits = edits[: len(edits) - course.dropped]
    for move in course.moves[: course.at]:
        edits = (*edits, move.edit) if move.edit is not None else workspace.edits_of(move.save)
    return edits


def _conflict(workspace: Workspace, branch: str, logged: Logged) -> DataFrame | None:
    """List what both have changed; None where nobody did, or over another grid."""
    try:
        before = workspace.plan_of(logged.base)
        mine = line_as_it_was(workspace, branch, before, logged).plan
        difference = workspace.difference(mine, branch=branch, since=logged.base)
    except GridmapError:
        return None
    return difference if len(difference) else None

"""The course of a plan: the edits that were made and taken back, from a saved plan on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from gridmap.core.edit_texts import edit_from_json, edit_to_json
from gridmap.core.edits import Edit
from gridmap.core.steps import Step
from gridmap.store.move_log import Row


@dataclass(eq=False)
class Move:
    """An edit, or the way to a saved plan.

    Parameters
    ----------
    text
        The edit as JSON; empty for the way to a saved plan.
    save
        The number of that save.
    step
        While the move is made, the plan before it, told from the one after; while it is taken back, the
        plan after it, told from the one before. None where that was not worked out.
    """

    text: str = ""
    save: int = 0
    step: Step | None = None

    @cached_property
    def edit(self) -> Edit | None:
        """The edit; None for the way to a saved plan."""
        return edit_from_json(json.loads(self.text)) if self.text else None


def move_of(edit: Edit) -> Move:
    """Make the move of an edit."""
    move = Move(json.dumps(edit_to_json(edit), ensure_ascii=False))
    move.edit = edit
    return move


@dataclass(eq=False)
class Course:
    """The moves from a saved plan on, and how many of them are made.

    Parameters
    ----------
    save
        The number of the save where it begins.
    dropped
        How many of the last edits of that save are not in the plan where it begins.
    closed
        Whether the plan where it begins is as far as undo goes.
    moves
        The moves; those that were taken back come last.
    at
        How many of them are made.
    marks
        The numbers of the saves that the plan was saved as, or restored from, by how many moves were made.
    """

    save: int
    dropped: int = 0
    closed: bool = False
    moves: list[Move] = field(default_factory=list)
    at: int = 0
    marks: dict[int, int] = field(default_factory=dict)

    def add(self, move: Move) -> None:
        """Make a new move; what was taken back can no longer be made again."""
        del self.moves[self.at :]
        self.marks = {place: save for place, save in self.marks.items() if place <= self.at}
        self.moves.append(move)
        self.at += 1

    def extend_back(self, moves: Sequence[Move]) -> None:
        """Put the last edits of the plan where the course begins at its front."""
        self.moves[:0] = moves
        self.marks = {place + len(moves): save for place, save in self.marks.items()}
        if self.dropped == 0:
            self.marks.setdefault(len(moves), self.save)
        self.at += len(moves)
        self.dropped += len(moves)

    def mark(self, save: int) -> None:
        """Remember that the plan is that of a save."""
        self.marks[self.at] = save

    def is_at(self, save: int) -> bool:
        """Tell whether the plan is that of a save by its place on the course."""
        begins = self.at == 0 and self.dropped == 0 and self.save == save
        return begins or self.marks.get(self.at) == save

    def trimmed(self) -> Course:
        """Copy the course from its last saved plan on, or from where it begins."""
        place = max((place for place in self.marks if place <= self.at), default=None)
        if place is None:
            moves, marks = list(self.moves), dict(self.marks)
            return Course(self.save, self.dropped, self.closed, moves, self.at, marks)
        marks = {each - place: save for each, save in self.marks.items() if each > place}
        return Course(self.marks[place], moves=self.moves[place:], at=self.at - place, marks=marks)

    def copy(self) -> Course:
        """Copy the course, so that it may go on in two ways."""
        moves = [Move(move.text, move.save, move.step) for move in self.moves]
        return Course(self.save, self.dropped, self.closed, moves, self.at, dict(self.marks))

    def to_plain(self) -> dict[str, Any]:
        """Give it as plain data, ready for `json.dumps`."""
        return {
            "save": self.save,
            "dropped": self.dropped,
            "closed": self.closed,
            "moves": [move.text or move.save for move in self.moves],
            "at": self.at,
            "marks": list(self.marks.items()),
        }


def course_from_plain(data: Any) -> Course:
    """Read back what `Course.to_plain` gave."""
    moves = [Move(text=each) if isinstance(each, str) else Move(save=each) for each in data["moves"]]
    marks = {int(place): int(save) for place, save in data["marks"]}
    return Course(data["save"], data["dropped"], data["closed"], moves, data["at"], marks)


@dataclass(eq=False)
class Logged:
    """What the log says of one branch of one workbench.

    Parameters
    ----------
    course
        Its course.
    base
        The save that it read or saved last.
    """

    course: Course
    base: int


def logged_courses(rows: Iterable[Row]) -> dict[str, Logged]:
    """Follow the logged moves of one workbench, and return how each branch stood at the end."""
    found: dict[str, Logged] = {}
    for row in rows:
        said = json.loads(row.said) if row.said else {}
        if "course" in said:
            found[row.branch] = Logged(course_from_plain(said["course"]), row.base)
        else:
            begun = Logged(Course(said.get("from", row.base)), row.base)
            _follow(found.setdefault(row.branch, begun).course, row)
        if row.kind != "taken":
            found[row.branch].base = row.base
    return found


def _follow(course: Course, row: Row) -> None:
    if row.kind == "edit":
        course.add(Move(row.said))
    elif row.kind == "undo":
        if course.at == 0:
            course.extend_back([Move(row.said)])
        course.at -= 1
    elif row.kind == "redo":
        course.at += 1
    elif row.kind in ("restore", "discard"):
        course.add(Move(save=row.base))
        course.mark(row.base)
    elif row.kind == "save":
        course.mark(row.base)

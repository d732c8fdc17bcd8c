"""The log of one workbench: its moves, put into the workspace at once, or as soon as that works again."""

from __future__ import annotations

import json
import sqlite3
import uuid
from datetime import UTC, datetime

from gridmap.errors import WorkspaceError
from gridmap.store import move_log
from gridmap.store.move_log import Row
from gridmap.store.process import this_process
from gridmap.store.workspace import Workspace
from gridmap.workbench.lines import Line


class MoveLog:
    """The moves of a workbench on their way into its workspace.

    Parameters
    ----------
    workspace
        Where they go.

    Attributes
    ----------
    state
        Empty when all are in the workspace; else what stops them, in a plain sentence.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.state = ""
        self._workspace = workspace
        self._bench = move_log.Bench(uuid.uuid4().hex, this_process(), "")
        self._waiting: list[Row] = []
        self._opening: list[Row] = []
        self._made = 0

    @property
    def bench(self) -> str:
        """The id of the workbench."""
        return self._bench.bench

    @property
    def waiting(self) -> tuple[Row, ...]:
        """The moves that are not in the workspace yet."""
        return tuple(self._waiting)

    @property
    def follows(self) -> str:
        """The id of the workbench that this one goes on from; empty for none."""
        return self._bench.follows

    def follow(self, bench: str, line: Line | None = None) -> None:
        """Go on from another workbench; where a line stands then is logged with the first own move."""
        self._bench = self._bench._replace(follows=bench)
        if line is not None:
            self._opening = [self._row("recover", line, author="", said=course_text(line))]

    def add(self, kind: str, line: Line, *, author: str, said: str = "") -> None:
        """Have a move that was made logged by the next `write`."""
        self._wait(kind, line, author=author, said=said)

    def claim(self, taken: Row, number: int, line: Line, *, author: str) -> bool:
        """Log that a line of another workbench was taken over, unless that has moved on.

        Parameters
        ----------
        taken
            What the log shall say of the other one.
        number
            The number of its last move.
        line
            The line as it stands here now.
        author
            Who.
        """
        before = list(self._waiting), self._made
        self._waiting.append(taken)
        self._wait("recover", line, author=author, said=course_text(line))
        if self.write(unless=(taken.bench, taken.branch, number)):
            return True
        self._waiting, self._made = before
        return False

    def write(self, *, unless: tuple[str, str, int] | None = None) -> bool:
        """Write what waits; False only if the workbench that `unless` names has moved on."""
        if not self._waiting:
            return True
        try:
            if not self._workspace.log_moves(self._bench, self._waiting, unless=unless):
                return False
        except WorkspaceError as error:
            self.state = f"{len(self._waiting)} move(s) are not in the log yet: {error}"
            return True
        self.written()
        return True

    def saving(self, kind: str, line: Line, *, author: str, said: str = "") -> Saving:
        """Log a save in the transaction of the save itself, so that both are done or neither."""
        return Saving(self, self._row(kind, line, author=author, said=said))

    def put(self, connection: sqlite3.Connection, row: Row) -> None:
        """Put all that waits, and a row after it, into a transaction."""
        move_log.add(connection, self._bench, [*self._opening, *self._waiting, row])

    def written(self) -> None:
        """Forget what waited, because it is in the workspace now."""
        self._opening.clear()
        self._waiting.clear()
        self.state = ""

    def _wait(self, kind: str, line: Line, *, author: str, said: str) -> None:
        self._waiting.extend(self._opening)
        self._opening.clear()
        self._waiting.append(self._row(kind, line, author=author, said=said))

    def _row(self, kind: str, line: Line, *, author: str, said: str) -> Row:
        self._made += 1
        return Row(self.bench, self._made, now_text(), author, line.branch, kind, line.base, line.apart, said)


class Saving:
    """The row of a save on its way into the log.

    Parameters
    ----------
    log
        Where it goes.
    row
        The row, with the save before.
    """

    def __init__(self, log: MoveLog, row: Row) -> None:
        self._log = log
        self._row = row
        self._save = 0

    def put(self, connection: sqlite3.Connection, save: int) -> None:
        """Log the save in its own transaction."""
        self._save = save
        unsaved = self._row.unsaved if self._row.kind == "branch" else 0
        self._log.put(connection, self._row._replace(base=save, unsaved=unsaved))

    def done(self) -> int:
        """Say that the transaction is done, and return the number of the save."""
        self._log.written()
        return self._save


def course_text(line: Line) -> str:
    """Write where a line stands, as JSON that `gridmap.workbench.course.logged_courses` follows."""
    return json.dumps({"course": line.course.trimmed().to_plain()}, ensure_ascii=False)


def now_text() -> str:
    """Give the present time as text, in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")

"""Spread work over processes: one item after the other to whoever is free; a death costs one item."""

from __future__ import annotations

import signal
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any, TypeVar

from gridmap.errors import GridmapError

_AHEAD = 2
_READY = "ready"
_GONE = (EOFError, OSError)

Shared = TypeVar("Shared")
Item = TypeVar("Item")
Answer = TypeVar("Answer")
Work = Callable[[Shared, Item], Answer]


@dataclass(frozen=True)
class Failed:
    """Why an item has no answer.

    Parameters
    ----------
    error
        What went wrong, as it is told to the user.
    """

    error: str


def spread(
    work: Work[Shared, Item, Answer], shared: Shared, items: Sequence[Item], *, workers: int = 1
) -> Iterator[tuple[int, Answer | Failed]]:
    """Work on every item, and yield the answers as they come.

    What all items share goes to each process once. An item on which the work fails, or on which its process
    dies, is `Failed`, and the others go on. A single worker is this process, and nothing saves it from dying.

    Parameters
    ----------
    work
        A function of a module, given `shared` and one item.
    shared, items
        What it works on; both can be pickled, and an item is small.
    workers
        How many processes work at once.

    Yields
    ------
    place, answer
        The position of the item and what came of it.

    Raises
    ------
    GridmapError
        If the processes cannot be started.
    """
    if min(workers, len(items)) <= 1:
        for place, item in enumerate(items):
            yield place, attempt(work, shared, item)
        return
    crew = _Crew(work, shared, min(workers, len(items)))
    try:
        yield from crew.answers(items)
    finally:
        crew.dismiss()


def attempt(work: Work[Shared, Item, Answer], shared: Shared, item: Item) -> Answer | Failed:
    """Work on one item; whatever is raised becomes `Failed`, so that the other items go on."""
    try:
        return work(shared, item)
    except GridmapError as error:
        return Failed(str(error))
    except Exception as error:
        return Failed(_unforeseen(error))


@dataclass(eq=False)
class _Worker:
    """A process, and the items it was given, the one that it works on first."""

    process: BaseProcess
    connection: Connection
    given: deque[int] = field(default_factory=deque)
    ready: bool = False


class _Crew:
    """The processes at work; one that dies is replaced while there is something left to do."""

    def __init__(self, work: Any, shared: Any, size: int) -> None:
        self._packed = ForkingPickler.dumps((work, shared))
        self._workers = [_hire() for _ in range(size)]
        for worker in self._workers:
            self._instruct(worker)

    def answers(self, items: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        left = deque(range(len(items)))
        while left or any(worker.given for worker in self._workers):
            heard = set(wait([worker.connection for worker in self._workers]))
            for worker in [each for each in self._workers if each.connection in heard]:
                try:
                    told = worker.connection.recv()
                except _GONE:
                    yield from self._bury(worker, left)
                else:
                    if worker.ready:
                        yield worker.given.popleft(), told
                    worker.ready = True
                    _feed(worker, left, items)

    def dismiss(self) -> None:
        """End the processes; nothing that they still do is wanted."""
        for worker in self._workers:
            worker.connection.close()
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join()

    def _bury(self, worker: _Worker, left: deque[int]) -> Iterator[tuple[int, Failed]]:
        """Give back what a dead process had not begun, and hire another if there is work for it."""
        self._workers.remove(worker)
        worker.connection.close()
        worker.process.join()
        if not worker.ready:
            raise GridmapError(
                "the worker processes cannot be started; a script that asks for more than one worker guards"
                ' its own work with if __name__ == "__main__":'
            )
        lost = [worker.given.popleft()] if worker.given else []
        left.extendleft(reversed(worker.given))
        if left:
            self._workers.append(_hire())
            self._instruct(self._workers[-1])
        for place in lost:
            yield place, Failed(f"its process died ({_how(worker.process.exitcode)})")

    def _instruct(self, worker: _Worker) -> None:
        try:
            worker.connection.send_bytes(self._packed)
        except _GONE:
            return  # its death is heard when it is waited for


def _hire() -> _Worker:
    # a fork of a process in which GDAL or Arrow runs threads may hang
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there,), daemon=True)
    process.start()
    there.close()
    return _Worker(process, here)


def _feed(worker: _Worker, left: deque[int], items: Sequence[Any]) -> None:
    """Give a process the next items, one ahead, so that it does not wait for the answer to be stored."""
    while left and len(worker.given) < _AHEAD:
        place = left.popleft()
        worker.given.append(place)
        try:
            worker.connection.send(items[place])
        except _GONE:
            return  # its death is heard when it is waited for


def _unforeseen(error: Exception) -> str:
    """Say where an error that nobody foresaw came from; its text may hold names and phones."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"unexpected {type(error).__name__} in {last.name} ({Path(last.filename).name}, line {last.lineno})"
    )


def _how(code: int | None) -> str:
    """Say how a process ended."""
    if code is None or code >= 0:
        return f"exit code {code}"
    return f"signal {-code}: {signal.strsignal(-code)}; a lack of memory is the usual reason"


def _serve(connection: Connection) -> None:
    """Work on what comes, until nothing more can come; Ctrl-C is for the process that asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        work, shared = connection.recv()
        connection.send(_READY)
        while True:
            connection.send(attempt(work, shared, connection.recv()))
    except _GONE:
        return

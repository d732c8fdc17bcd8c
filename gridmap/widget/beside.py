"""Work beside the strokes: in threads of its own that let go often, so that a stroke need not wait."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

_Found = TypeVar("_Found")
_Given = ParamSpec("_Given")
_THREADS = 2
_OFTEN_S = 0.0005  # Python lets other threads run 200 times a second otherwise


class Beside(ThreadPoolExecutor):
    """Threads for what may take seconds.

    While one of them works, Python changes between its threads ten times as often as usual: a stroke asks the
    disk and the network many times, and after each would wait for its turn.
    """

    def __init__(self) -> None:
        super().__init__(max_workers=_THREADS, thread_name_prefix="gridmap-desk")
        self._waiting: list[Future[Any]] = []

    def submit(self, work: Callable[_Given, _Found], /, *args: Any, **kwargs: Any) -> Future[_Found]:
        """Begin some work; what fails in it is told in the output of the kernel too."""
        found = super().submit(_often, work, *args, **kwargs)
        found.add_done_callback(_say_failure)
        self._waiting = [each for each in self._waiting if not each.done()]
        self._waiting.append(found)
        return found

    def finish(self) -> None:
        """Wait for all that was begun, also by what is waited for."""
        waited: set[Future[Any]] = set()
        while begun := [each for each in self._waiting if each not in waited]:
            for each in begun:
                waited.add(each)
                each.result()


def _often(work: Callable[..., _Found], *args: Any, **kwargs: Any) -> _Found:
    with changing_often():
        return work(*args, **kwargs)


class _Turns:
    """How many threads work beside the strokes now, and how often Python changed threads before."""

    lock = threading.Lock()
    working = 0
    usual_s = 0.0


@contextmanager
def changing_often() -> Iterator[None]:
    """Let Python change between its threads often, as long as this lasts in any thread."""
    with _Turns.lock:
        if not _Turns.working:
            _Turns.usual_s = sys.getswitchinterval()
            sys.setswitchinterval(min(_OFTEN_S, _Turns.usual_s))
        _Turns.working += 1
    try:
        yield
    finally:
        with _Turns.lock:
            _Turns.working -= 1
            if not _Turns.working:
                sys.setswitchinterval(_Turns.usual_s)


def _say_failure(done: Future[Any]) -> None:
    error = done.exception()
    if error is not None:
        traceback.print_exception(error)

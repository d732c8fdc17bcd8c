"""Telling views of every change, each of them, whatever another one does."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from types import TracebackType

from gridmap.errors import GridmapWarning

Callback = Callable[[], None]


class Watched:
    """Something that tells of its changes.

    Attributes
    ----------
    lock
        Held while something is changed.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._watchers: list[Callback] = []

    def watch(self, callback: Callback) -> None:
        """Call `callback` after every change of the plan, the selection or what is saved.

        One that raises keeps neither the change from being made nor others from being told; a
        `GridmapWarning` says what it raised.
        """
        self._watchers.append(callback)

    def unwatch(self, callback: Callback) -> None:
        """Call `callback` no more; one that does not watch is no error."""
        self._watchers = [each for each in self._watchers if each != callback]

    def _tell(self) -> None:
        failed = _Failures()
        for callback in tuple(self._watchers):
            with failed:
                callback()
        for error in failed.errors:
            said = f"a view could not show the change: {type(error).__name__}: {error}"
            warnings.warn(said, GridmapWarning, stacklevel=3)


class _Failures:
    """Notes what is raised, and lets the program go on, unless it is to end."""

    def __init__(self) -> None:
        self.errors: list[Exception] = []

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        if isinstance(error, Exception):
            self.errors.append(error)
            return True
        return False

"""One change at a time: views may ask in another thread than that in which a notebook runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")


class _Guarded(Protocol):
    lock: threading.RLock


_Self = TypeVar("_Self", bound=_Guarded)


def alone(
    method: Callable[Concatenate[_Self, _Given], _Answer],
) -> Callable[Concatenate[_Self, _Given], _Answer]:
    """Let a method run while no other of the same object does; the `lock` of the object keeps the others."""

    @wraps(method)
    def guarded(self: _Self, /, *args: _Given.args, **kwargs: _Given.kwargs) -> _Answer:
        with self.lock:
            return method(self, *args, **kwargs)

    return guarded

"""Tell whether the process that wrote something is still at work."""

from __future__ import annotations

import os
import platform
import sys
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_DEAD = ("Z", "X")  # killed, and not yet waited for by its parent


class Process(NamedTuple):
    """A process, so that another one of the same number is not taken for it.

    Parameters
    ----------
    host
        The name of the machine.
    pid
        The number of the process there; numbers are given again.
    began
        A mark of when it began, such as no other process of that number has.
    """

    host: str
    pid: int
    began: str


def this_process() -> Process:
    """Give the process that asks."""
    return Process(platform.node(), os.getpid(), _began(os.getpid()))


def whereabouts(process: Process) -> str:
    """Tell where a process is: ``here``, ``alive``, ``gone``, or ``elsewhere`` on another machine."""
    here = this_process()
    if process.host != here.host:
        return "elsewhere"
    if process == here:
        return "here"
    return "alive" if process.began and _began(process.pid) == process.began else "gone"


def _began(pid: int) -> str:
    """Give the mark of a process of this machine; empty if there is none of this number."""
    return _began_linux(pid) if sys.platform.startswith("linux") else _began_elsewhere(pid)


def _began_linux(pid: int) -> str:
    with suppress(OSError, IndexError):
        # the name of the program, in brackets, may hold anything
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return "" if fields[0] in _DEAD else f"{boot} {fields[19]}"
    return ""


def _began_elsewhere(pid: int) -> str:
    import psutil

    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return f"{psutil.Process(pid).create_time():.2f}"
    return ""

"""How a figure of docs/performance.md is measured: contestants take turns run by run, in one process.

Before any timing counts, every contestant runs once and its answer is compared. One that must be exact and
is not ends the measurement: a fast wrong answer has no time.
"""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

TOP = Path(__file__).resolve().parents[1]


class WrongAnswerError(Exception):
    """A contestant that must be exact is not."""


@dataclass(frozen=True)
class Contestant:
    """One way to do the work.

    Parameters
    ----------
    name
        How it is called in the tables.
    work
        What is timed; it gets what `prepare` made.
    prepare
        Made anew before each run, outside the timing, so that nothing of an earlier run is found.
    exact
        Whether its answer must not differ.
    times
        The seconds are multiplied by this, for one that does only a part of the work in each run.
    runs
        How many runs it takes part in at most.
    """

    name: str
    work: Callable[[Any], Any]
    prepare: Callable[[], Any] = field(default=lambda: None)
    exact: bool = False
    times: float = 1.0
    runs: int | None = None


@dataclass(frozen=True)
class Race:
    """What came of the runs.

    Parameters
    ----------
    peer
        The contestant that the others are compared with.
    seconds
        The time of every run, by contestant.
    differences
        In how many places the answer of each contestant differs from the right one; None where the
        contestants do not do the same work.
    """

    peer: str
    seconds: dict[str, list[float]]
    differences: dict[str, int | None]

    def gains(self, name: str, *, of: str = "") -> list[float]:
        """Return, run by run, how many times faster a contestant is than the peer, or than `of`."""
        pairs = zip(self.seconds[of or self.peer], self.seconds[name], strict=False)
        return [peer / own for peer, own in pairs]

    def rows(self) -> dict[str, dict[str, Any]]:
        """Return the figures of every contestant as plain data."""
        return {
            name: {
                "median_s": median(taken),
                "min_s": min(taken),
                "max_s": max(taken),
                "runs": len(taken),
                "times_faster": median(self.gains(name)),
                "differences": self.differences[name],
            }
            for name, taken in self.seconds.items()
        }


def race(
    contestants: Sequence[Contestant],
    *,
    peer: str,
    runs: int,
    differences: Callable[[Any], int] | None = None,
) -> Race:
    """Let contestants take turns.

    Parameters
    ----------
    contestants
        Who takes part; in each run another one begins.
    peer
        The name of the one that the others are compared with.
    runs
        How many runs count; one more before them warms up and is compared.
    differences
        Counts the places in which an answer is not the right one; None where nothing is compared.

    Raises
    ------
    WrongAnswerError
        If the answer of a contestant that must be exact differs.
    """
    counted = {each.name: _warm_up(each, differences) for each in contestants}
    seconds: dict[str, list[float]] = {each.name: [] for each in contestants}
    for run in range(runs):
        turn = run % len(contestants)
        for each in (*contestants[turn:], *contestants[:turn]):
            if each.runs is None or run < each.runs:
                seconds[each.name].append(time_once(each) * each.times)
                print(f"  run {run + 1}  {each.name}: {seconds[each.name][-1]:.4g} s", flush=True)
    return Race(peer, seconds, counted)


def _warm_up(contestant: Contestant, differences: Callable[[Any], int] | None) -> int | None:
    answer = contestant.work(contestant.prepare())
    count = None if differences is None else differences(answer)
    if contestant.exact and count:
        raise WrongAnswerError(f"{contestant.name} differs in {count} places")
    return count


def time_once(contestant: Contestant) -> float:
    """Time one run, without the garbage of others and without the release of its own answer."""
    given = contestant.prepare()
    gc.collect()
    gc.disable()
    try:
        begun = perf_counter()
        answer = contestant.work(given)
        taken = perf_counter() - begun
    finally:
        gc.enable()
    del answer
    return taken


@dataclass(frozen=True)
class Figure:
    """A row of the table.

    Parameters
    ----------
    mark
        The name by which ``--only`` finds it.
    work
        What was done, in words.
    peer
        What it is compared with.
    reached
        How many times faster than the peer, or for `at_most` how many times the measure of the peer.
    at_least, at_most
        The mark; neither for a figure without one.
    aim, aim_reached
        What lies past the mark, in words, and whether it is reached.
    world
        Seed, cells, vertices, points.
    rows
        The figures of every contestant.
    note
        What must be known to read it right.
    """

    mark: str
    work: str
    peer: str
    reached: float
    at_least: float | None = None
    at_most: float | None = None
    aim: str = ""
    aim_reached: bool | None = None
    world: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def passed(self) -> bool | None:
        """Whether the mark is reached; None without one."""
        if self.at_least is not None:
            return self.reached >= self.at_least
        return None if self.at_most is None else self.reached <= self.at_most


def run_child(call: str) -> str:
    """Run a line of Python in a fresh process and return what it printed last.

    Parameters
    ----------
    call
        The line; it may import from `gridmap` and `benchmarks`.
    """
    done = subprocess.run(
        [sys.executable, "-c", call], cwd=TOP, check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    return done.stdout.strip().splitlines()[-1]


def peak_bytes() -> int:
    """Return the most memory that this process has held, on Linux."""
    return _status("VmHWM")


def held_bytes() -> int:
    """Return the memory that this process holds, on Linux."""
    return _status("VmRSS")


def _status(key: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(key + ":"))

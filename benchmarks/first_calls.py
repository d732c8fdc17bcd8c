"""What the first call costs, in a fresh process: loading gridmap, and placing before anything is built."""

from __future__ import annotations

import json
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks.harness import run_child

if TYPE_CHECKING:  # worlds loads gridmap, which is what is timed here
    from benchmarks.worlds import Scale


def time_first_calls(scale: Scale) -> dict[str, float]:
    """Return seconds, each the median of some fresh processes."""
    call = f"from benchmarks.first_calls import measure; measure({scale.cells}, {scale.points})"
    runs = [dict(json.loads(run_child(call))) for _ in range(scale.few_runs)]
    return {name: median(run[name] for run in runs) for name in runs[0]}


def measure(cells: int, households: int) -> None:
    """Time the first calls of this process and print them as JSON."""
    begun = perf_counter()
    import gridmap as gm

    seconds = {"import gridmap": perf_counter() - begun}
    from benchmarks.worlds import county

    grid, roster = county(cells, households)
    for name in ("first place_households, index included", "second place_households, index built"):
        begun = perf_counter()
        gm.place_households(roster, grid)
        seconds[name] = perf_counter() - begun
    print(json.dumps(seconds))

"""Work spread over processes: every item has its answer or its failure, whatever dies on the way."""

import multiprocessing
import os
import signal
import subprocess
import sys

import pytest

from gridmap.batch.pools import Failed, spread
from gridmap.errors import GridmapError


def work(shared, item):
    """Add, or do what the item says."""
    if item == "refuse":
        raise GridmapError("no such thing")
    if item == "stumble":
        return {}["the phone 13800138000"]
    if item == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if item == "leave":
        sys.exit(7)
    return shared["more"] + item


def answers(items, *, workers):
    return dict(spread(work, {"more": 10}, items, workers=workers))


@pytest.mark.parametrize("workers", [1, 3])
def test_every_item_has_its_answer_for_any_number_of_workers(workers):
    assert answers(list(range(20)), workers=workers) == {place: place + 10 for place in range(20)}


@pytest.mark.parametrize("workers", [1, 2])
def test_an_item_that_fails_leaves_the_others(workers):
    found = answers([1, "refuse", 2, "stumble", 3], workers=workers)
    assert (found[0], found[2], found[4]) == (11, 12, 13)
    assert found[1] == Failed("no such thing")
    assert found[3].error.startswith("unexpected KeyError in work (test_pools.py, line ")
    assert "13800138000" not in found[3].error


def test_a_process_that_dies_costs_only_the_item_it_worked_on():
    found = answers([1, "die", 2, "leave", 3, *range(4, 10)], workers=2)
    lost = {place: each.error for place, each in found.items() if isinstance(each, Failed)}
    assert sorted(lost) == [1, 3]
    assert "signal 9" in lost[1]
    assert lost[3] == "its process died (exit code 7)"
    assert [found[place] for place in (0, 2, *range(4, 11))] == [11, 12, *range(13, 20)]


def test_no_process_is_left_when_the_caller_stops_early():
    running = spread(work, {"more": 10}, list(range(20)), workers=2)
    next(running)
    assert len(multiprocessing.active_children()) == 2
    running.close()
    assert multiprocessing.active_children() == []


def test_nothing_to_do_starts_nothing():
    assert answers([], workers=2) == {}


def test_a_script_without_a_guard_is_told_what_to_do(tmp_path):
    script = tmp_path / "bare.py"
    script.write_text(
        "from gridmap.batch.pools import attempt, spread\nlist(spread(attempt, abs, [1, 2], workers=2))\n",
        encoding="utf-8",
    )
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, timeout=100)
    assert ended.returncode == 1
    assert 'if __name__ == "__main__"' in ended.stderr.splitlines()[-1]

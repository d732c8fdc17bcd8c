"""Work beside the strokes, and what is worked out before a view asks for it."""

import sys
import threading

import pytest

from gridmap.widget.beside import Beside
from gridmap.widget.desk import Desk
from tests.widget.desk_world import View


@pytest.fixture
def beside():
    with Beside() as made:
        yield made


def test_threads_change_often_only_while_something_works_beside(beside):
    usual = sys.getswitchinterval()
    go_on, begun = threading.Event(), threading.Event()

    def work():
        begun.set()
        go_on.wait()
        return sys.getswitchinterval()

    first, second = beside.submit(work), beside.submit(work)
    begun.wait()
    go_on.set()
    assert first.result() < usual
    assert second.result() < usual
    beside.shutdown()
    assert sys.getswitchinterval() == usual


def test_threads_change_often_while_a_stroke_is_answered(view):
    """What sends has its turn then, so that the cells go out before all is counted."""
    view.desk.finish()
    usual, seen = sys.getswitchinterval(), {}

    def hear(content, buffers):
        seen[content["kind"]] = sys.getswitchinterval()
        view.hear(content, buffers)

    view.desk._tell = hear
    view.ask("edit", edit={"type": "SetTier", "tier": "sealed"}, cells=[0])
    assert list(seen) == ["cells", "plan", "stale", "done"]
    assert max(seen.values()) < usual
    assert sys.getswitchinterval() == usual


def test_what_work_begins_is_waited_for_too(beside):
    done, go_on = [], threading.Event()

    def later():
        go_on.wait()
        done.append("later")

    def first():
        beside.submit(later)
        done.append("first")

    beside.submit(first)
    threading.Timer(0.1, go_on.set).start()
    beside.finish()
    assert done == ["first", "later"]


def test_what_fails_beside_is_told_in_the_output_and_to_who_waits(beside, capsys):
    def fail():
        raise ValueError("made up")

    found = beside.submit(fail)
    with pytest.raises(ValueError, match="made up"):
        found.result()
    beside.shutdown()
    assert "ValueError: made up" in capsys.readouterr().err


def test_a_desk_that_prepared_tells_the_same_as_one_that_did_not(bench):
    told = []
    for prepares in (True, False):
        desk = Desk(bench)
        view = View(desk)
        desk.attach(view.hear)
        if prepares:
            desk.prepare()
            desk.finish()
        view.open()
        desk.detach()
        told.append([{key: value for key, value in each.items() if key != "now"} for each in view.heard])
    counted = [
        [each for each in heard if each["kind"] in ("hello", "grid", "names", "counts")] for heard in told
    ]
    assert counted[0] == counted[1]
    assert [each["kind"] for each in counted[0]] == ["hello", "grid", "names", "counts"]


def test_once_the_picture_is_there_the_first_stroke_finds_what_it_needs(bench):
    desk = Desk(bench)
    view = View(desk)
    desk.attach(view.hear)
    known = {"tree", "version"}
    hierarchy = bench.plan.hierarchy
    assert not known & {*vars(hierarchy), *vars(bench.plan)}
    view.open()
    assert known <= {*vars(hierarchy), *vars(bench.plan)}

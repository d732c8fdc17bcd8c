"""The harness of the benchmarks: who is compared with whom, and that a wrong answer has no time."""

import gc

import pytest

from benchmarks.harness import Contestant, Figure, Race, WrongAnswerError, race, run_child


def test_contestants_take_turns_and_another_one_begins_each_run():
    turns = []
    names = ("peer", "own")
    contestants = [Contestant(name, lambda _, name=name: turns.append(name)) for name in names]
    race(contestants, peer="peer", runs=3)
    assert turns == ["peer", "own", "peer", "own", "own", "peer", "peer", "own"]


def test_what_is_prepared_is_new_for_each_run_and_given_to_the_work():
    made, given = [], []

    def prepare():
        made.append(object())
        return made[-1]

    race([Contestant("peer", given.append, prepare=prepare)], peer="peer", runs=2)
    assert len(made) == 3
    assert given == made


def test_an_exact_contestant_that_differs_ends_the_measurement():
    contestants = [Contestant("peer", lambda _: 7), Contestant("own", lambda _: 6, exact=True)]
    with pytest.raises(WrongAnswerError, match="own differs in 1 places"):
        race(contestants, peer="peer", runs=1, differences=lambda answer: 7 - answer)


def test_a_peer_may_differ_and_the_count_is_kept():
    contestants = [Contestant("peer", lambda _: 4), Contestant("own", lambda _: 7, exact=True)]
    run = race(contestants, peer="peer", runs=1, differences=lambda answer: 7 - answer)
    assert run.differences == {"peer": 3, "own": 0}


def test_ratios_are_of_the_same_run_and_their_median_counts():
    run = Race("peer", {"peer": [6.0, 1.0, 9.0], "own": [2.0, 1.0, 1.0]}, {"peer": 0, "own": 0})
    assert run.gains("own") == [3.0, 1.0, 9.0]
    assert run.rows()["own"]["times_faster"] == 3.0
    assert run.rows()["own"]["median_s"] == 1.0
    assert run.rows()["peer"]["min_s"] == 1.0


def test_one_that_does_a_part_of_the_work_is_multiplied_and_one_that_is_slow_runs_less():
    contestants = [Contestant("peer", _wait, times=1e6, runs=1), Contestant("own", _wait)]
    run = race(contestants, peer="peer", runs=3)
    assert [len(run.seconds[name]) for name in ("peer", "own")] == [1, 3]
    assert len(run.gains("own")) == 1
    assert run.gains("own")[0] > 100


def _wait(_):
    return sum(range(1000))


def test_garbage_is_collected_again_after_a_run_that_fails():
    def fail(given):
        if given is not None:
            raise ZeroDivisionError

    given = iter([None, 1])
    with pytest.raises(ZeroDivisionError):
        race([Contestant("peer", fail, prepare=lambda: next(given))], peer="peer", runs=1)
    assert gc.isenabled()


@pytest.mark.parametrize(
    ("mark", "passed"),
    [
        ({"at_least": 3}, True),
        ({"at_least": 3.1}, False),
        ({"at_most": 3}, True),
        ({"at_most": 2.9}, False),
        ({}, None),
    ],
)
def test_a_mark_is_passed_at_its_number(mark, passed):
    assert Figure("mark", "work", "peer", reached=3.0, **mark).passed is passed


def test_the_last_line_of_a_child_is_its_answer():
    assert run_child("print('told'); print(6 * 7)") == "42"


def test_loading_gridmap_is_not_done_before_it_is_timed():
    assert run_child("import sys, benchmarks.first_calls; print('gridmap' in sys.modules)") == "False"

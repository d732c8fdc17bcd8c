"""Kills at random moments; `python -m benchmarks.kills` runs 200 of them, and this some of each kind."""

from benchmarks.kills import run_kills


def test_a_kill_leaves_the_state_before_or_after_and_nothing_that_was_told_is_lost(tmp_path):
    outcomes = run_kills(tmp_path, kills=40, seed=7)
    assert outcomes.total() == 40
    assert {name.split(":")[0] for name in outcomes} == {"save", "tables", "duties", "migration", "export"}

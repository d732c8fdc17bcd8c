"""gridmap purge counts first, and removes only when told to."""

import json

import pytest

import gridmap as gm
from tests.cli.conftest import run_app


@pytest.fixture
def lifted(workspace):
    """The zoned county, with all its zones lifted."""
    opened = gm.open_workspace(workspace)
    plan = gm.replay(opened.plan, [gm.ClearTier(cells=list(opened.plan.tiers.index), reason="解封")])
    for carve_out in plan.carve_outs.index:
        plan = gm.apply_edit(plan, gm.RemoveCarveOut(carve_out=carve_out))
    opened.save(plan, reason="lifted", author="me")
    return workspace


def test_without_yes_it_only_counts(lifted):
    before = lifted.read_bytes()
    told = run_app("purge", lifted, "--before", "2099-01-01")
    assert told.exit_code == 0, told.output
    assert "households emptied" in told.output
    assert "nothing was changed; add --yes" in told.output
    assert lifted.read_bytes() == before


def test_with_yes_the_names_are_gone(lifted):
    people = gm.open_workspace(lifted).households
    done = run_app("purge", lifted, "--before", "2099-01-01", "--yes", "--author", "clerk", "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["purged"]
    assert said["counts"]["households"] > 0
    left = gm.open_workspace(lifted).households
    assert len(left) == len(people)
    gone = left["phone"].isna() & people["phone"].notna()
    assert gone.sum() == said["counts"]["households"]
    data = lifted.read_bytes()
    alone = people.loc[gone, "phone"][~people.loc[gone, "phone"].isin(left["phone"].dropna())]
    assert len(alone)
    assert not any(phone.encode() in data for phone in alone)


def test_a_date_that_is_none_is_wrong_usage(lifted):
    assert run_app("purge", lifted, "--before", "yesterday").exit_code == 2

"""Edits that are made together: one step, all or none, and read by what follows as if made one by one."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gridmap as gm
from gridmap.core.conflict import make_again
from gridmap.core.edits import single_edits, together
from gridmap.core.lifting import lift_of
from gridmap.errors import LockedCellError, PlanError
from tests.core.test_on_case import FIRST, GRID, PLACEMENT, SECOND, homes, zoned
from tests.core.test_on_case import cases as table
from tests.core.test_steps import EDITS


def seal(*cells):
    return gm.SetTier(tier="sealed", cells=cells)


@pytest.fixture
def plan():
    return gm.new_plan(GRID)


def test_they_are_one_edit_and_the_plan_is_that_of_each_alone(plan):
    edits = (seal("a1"), gm.NameZone(zone="S-1", name="东片"), gm.Lock(cells=["a1"]))
    after = gm.apply_edit(plan, gm.Together(edits=edits, reason="通告1号"))
    assert after == gm.replay(plan, edits)
    assert after.edits == (gm.Together(edits=edits, reason="通告1号"),)
    assert tuple(single_edits(after.edits)) == edits


def test_if_one_is_refused_none_is_made(plan):
    locked = gm.apply_edit(plan, gm.Lock(cells=["b1"]))
    with pytest.raises(LockedCellError, match="b1"):
        gm.apply_edit(locked, gm.Together(edits=[seal("a1"), seal("b1")]))
    with pytest.raises(PlanError, match="there is no edit to make"):
        gm.apply_edit(plan, gm.Together(edits=[]))


def test_a_single_edit_stays_as_it_is():
    assert together([seal("a1")], reason="x") == seal("a1")


def test_they_are_written_and_read_back_as_json_and_as_python(plan):
    proposals = [gm.Proposal(tier="sealed", anchor="x", cells=["b1"])]
    inner = gm.Together(edits=[gm.Lock(cells=["a1"])])
    lift = gm.LiftZone(zone="S-1", cells=["a1"], proposals=proposals)
    edit = gm.Together(edits=[seal("a1"), lift, inner], reason="“三项”\n<b>")
    assert gm.edit_from_json(json.loads(json.dumps(gm.edit_to_json(edit)))) == edit
    after = gm.apply_edit(plan, edit)
    scope = {"gm": gm, "grid": GRID}
    exec(gm.edits_as_python(after.edits), scope)  # noqa: S102 - what is written is code
    assert scope["plan"] == after
    assert scope["plan"].edits == after.edits


@pytest.mark.parametrize("edits", ["x", [1], [{"edit": "Nothing"}], None])
def test_data_that_hold_no_edits_are_refused(edits):
    with pytest.raises(PlanError):
        gm.edit_from_json({"edit": "Together", "edits": edits})
    with pytest.raises(PlanError, match="no Together"):
        gm.edit_from_json({"edit": "Together"})


def test_a_lift_among_them_is_known_to_the_next_round_and_a_case_among_them_raises_once():
    first = zoned(table(FIRST))
    lift = [lift_of(first, "S-1"), lift_of(first, "C-1")]
    alone, joined = gm.replay(first, lift), gm.apply_edit(first, gm.Together(edits=lift))
    assert homes(zoned(table(FIRST), joined)) == homes(zoned(table(FIRST), alone))
    assert homes(zoned(table(FIRST), joined))["h1"] == "P-1"
    second = gm.apply_edit(gm.new_plan(GRID), gm.Together(edits=zoned(table(FIRST, SECOND), first).edits))
    assert zoned(table(FIRST, SECOND), second) == second
    lost = zoned(table(FIRST, ("nowhere", None, "")), first)
    problems = gm.list_problems(
        gm.apply_edit(gm.new_plan(GRID), gm.Together(edits=lost.edits)), placement=PLACEMENT
    )
    assert "nowhere" in problems.loc[problems["kind"] == "case_not_placed", "target"].to_list()


def test_on_a_plan_that_somebody_else_has_locked_those_are_made_that_can_be(plan):
    theirs = gm.apply_edit(plan, gm.Lock(cells=["b1"]))
    steps, refused = make_again(theirs, [gm.Together(edits=[seal("a1"), seal("b1"), seal("a2")])])
    assert steps[-1].tiers[["a1", "a2"]].to_list() == ["sealed", "sealed"]
    assert [each.edit for each in refused] == [seal("b1")]


@given(st.lists(EDITS, min_size=1, max_size=6))
@settings(derandomize=True, deadline=None, max_examples=40)
def test_any_edits_together_give_what_they_give_one_by_one(edits):
    before = gm.new_plan(GRID)
    try:
        alone = gm.replay(before, edits)
    except gm.GridmapError:
        with pytest.raises(gm.GridmapError):
            gm.apply_edit(before, gm.Together(edits=edits))
        return
    joined = gm.apply_edit(before, gm.Together(edits=edits))
    assert joined == alone
    assert gm.edit_from_json(gm.edit_to_json(joined.edits[-1])) == joined.edits[-1]

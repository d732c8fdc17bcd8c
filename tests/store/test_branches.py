"""Branches and moves in the file, without a workbench."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.store.move_log import Bench, Row
from gridmap.store.process import Process


@pytest.fixture
def workspace(tmp_path):
    """Cells a and b; save 1: a sealed; save 2: b too; save 3, on the branch x: b controlled instead."""
    shapes = [shapely.box(x, 0, x + 1, 1) for x in range(2)]
    grid = gpd.GeoDataFrame(index=pd.Index(["a", "b"], name="cell_id"), geometry=shapes, crs=4549)
    workspace = gm.open_workspace(tmp_path / "w.gpkg", timeout_s=0)
    workspace.set_tables(grid=grid)
    one = gm.apply_edit(workspace.plan, gm.SetTier(cells=["a"], tier="sealed"))
    workspace.save(one, reason="one", author="王")
    workspace.save(gm.apply_edit(one, gm.SetTier(cells=["b"], tier="sealed")), reason="two", author="王")
    workspace.start_branch("x", start=1, author="李")
    other = gm.apply_edit(one, gm.SetTier(cells=["b"], tier="controlled"))
    workspace.save(other, reason="three", author="李", branch="x", since=1)
    return workspace


def cells(edits):
    return [edit.cells[0] for edit in edits]


def test_the_main_line_goes_on_from_its_own_saves(workspace):
    assert workspace.versions()[["branch", "parent"]].to_numpy().tolist() == [["", 0], ["", 1], ["x", 1]]
    assert (workspace.last_save(), workspace.last_save("x"), workspace.read_save) == (2, 3, 2)
    workspace.save(workspace.plan, reason="four", author="王")
    assert workspace.versions()["parent"].tolist() == [0, 1, 1, 2]
    assert gm.open_workspace(workspace.path).read_save == 4


def test_a_plan_is_read_by_its_branch_or_its_save(workspace):
    save, plan = workspace.read_branch("x")
    assert (save, plan.tiers.to_dict()) == (3, {"a": "sealed", "b": "controlled"})
    assert workspace.read_branch() == (2, workspace.plan)
    assert workspace.plan_of(3) == plan
    assert workspace.plan_of(0) == gm.new_plan(workspace.grid)
    assert workspace.save_number(plan.version[:8]) == 3
    assert (cells(workspace.edits_of(3)), workspace.edits_of(0)) == (["a", "b"], ())


def test_the_way_to_a_saved_plan_begins_at_the_nearest_save_before_it(workspace):
    edits = workspace.edits_of(3)
    towards = list(workspace.plans_towards(edits, save=3, count=2))
    assert [len(plan.edits) for plan in towards] == [1, 2]
    assert towards == [workspace.plan_of(1), workspace.plan_of(3)]
    assert [len(plan.edits) for plan in workspace.plans_towards(edits, save=3, count=1)] == [0, 1]


def test_a_conflict_on_a_branch_tells_who_saved_on_it(workspace):
    plan = workspace.plan_of(1)
    with pytest.raises(gm.ConflictError, match=r"save 3, version .* by 李") as caught:
        workspace.save(plan, reason="r", author="王", branch="x", since=1)
    assert caught.value.difference["target"].tolist() == ["b", "C-1"]
    with pytest.raises(gm.ConflictError, match="save 3"):
        workspace.restore(2, branch="x", since=1)
    rebase = workspace.rebase(gm.apply_edit(plan, gm.Lock(cells=["a"])), branch="x", since=1)
    assert (rebase.save, rebase.refused, len(rebase.plan.edits)) == (3, (), 3)


def test_a_branch_that_could_not_be_logged_is_not_begun(workspace):
    def failing(*_):
        raise gm.WorkspaceError("no room")

    with pytest.raises(gm.WorkspaceError, match="no room"):
        workspace.start_branch("y", start=1, author="", logged=failing)
    assert workspace.branches()["branch"].tolist() == ["", "x"]


BENCH = Bench("b1", Process("here", 1, "then"), "")


def row(n, *, branch="", unsaved=1):
    return Row("b1", n, "2022-03-05T06:00:00+00:00", "王", branch, "edit", 0, unsaved, "{}")


def test_moves_come_back_in_their_order_and_the_last_of_each_branch_first(workspace):
    assert workspace.log_moves(BENCH, [row(1), row(2, branch="x"), row(3, unsaved=2)])
    assert [each.n for each in workspace.moves("b1")] == [1, 2, 3]
    last = workspace.last_moves()
    assert [(each.row.branch, each.row.unsaved) for each in last] == [("", 2), ("x", 1)]
    assert last[0].process == BENCH.process
    assert workspace.moves("b2") == []


def test_nothing_is_logged_if_the_other_workbench_has_moved_on(workspace):
    workspace.log_moves(BENCH, [row(1)])
    number = workspace.last_moves()[0].number
    workspace.log_moves(BENCH, [row(2)])
    other = Bench("b2", BENCH.process, "b1")
    assert not workspace.log_moves(other, [row(3)], unless=("b1", "", number))
    assert workspace.log_moves(other, [row(3)], unless=("b1", "", number + 1))
    assert [each.n for each in workspace.moves("b2", line=True)] == [1, 2, 3]

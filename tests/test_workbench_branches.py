"""Branches of the plan, versions beside each other, and who is told of a change."""

import sqlite3
from contextlib import closing

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.store.protocols import read_protocol_text
from gridmap.workbench import Workbench
from tests.warned import warned


@pytest.fixture
def grid():
    """Four unit squares in a row.

    +---+---+---+---+
    | a | b | c | d |
    +---+---+---+---+
    0   1   2   3   4
    """
    shapes = [shapely.box(x, 0, x + 1, 1) for x in range(4)]
    return gpd.GeoDataFrame(index=pd.Index(list("abcd"), name="cell_id"), geometry=shapes, crs=4549)


@pytest.fixture
def path(tmp_path, grid):
    """A workspace with one household in a and two in b."""
    homes = gpd.GeoDataFrame(
        {"residents": [1, 2, 3]},
        index=pd.Index(["h1", "h2", "h3"], name="household_id"),
        geometry=[shapely.Point(x, 0.5) for x in (0.5, 1.4, 1.6)],
        crs=4549,
    )
    gm.open_workspace(tmp_path / "w.gpkg").set_tables(grid=grid, households=homes)
    return tmp_path / "w.gpkg"


@pytest.fixture
def bench(path):
    """Save 1: a is sealed. Not saved: b is controlled."""
    bench = opened(path, "王")
    bench.apply(seal("a"))
    bench.save(reason="one")
    bench.apply(seal("b", tier="controlled"))
    return bench


def opened(path, author=""):
    return Workbench(gm.open_workspace(path), author=author)


def seal(*cells, tier="sealed"):
    return gm.SetTier(cells=cells, tier=tier)


def tiers(plan):
    return plan.tiers.dropna().to_dict()


# branches


def test_a_branch_from_the_current_plan_has_all_that_is_not_saved_and_the_main_line_keeps_it(bench):
    plan = bench.plan
    assert bench.branch("变体") == plan
    assert (bench.branch_name, bench.is_saved, len(bench.unsaved)) == ("变体", False, 1)
    bench.apply(seal("c"))
    assert bench.switch("") == plan
    assert (bench.branch_name, len(bench.unsaved)) == ("", 1)
    assert tiers(bench.switch("变体")) == {"a": "sealed", "b": "controlled", "c": "sealed"}
    assert bench.undo() == plan
    assert bench.undo() == bench.workspace.plan


def test_saving_on_a_branch_leaves_the_main_line_and_its_zones_as_they_were(bench, path):
    bench.branch("变体")
    version = bench.save(reason="two")
    workspace = gm.open_workspace(path)
    assert tiers(workspace.plan) == tiers(bench.workspace.plan) == {"a": "sealed"}
    assert workspace.plan_at(version) == bench.plan
    versions = workspace.versions()
    assert versions["branch"].tolist() == ["", "变体"]
    assert versions["parent"].tolist() == [0, 1]
    assert versions.columns[:6].tolist() == ["save", "version", "author", "time", "reason", "edits"]
    with closing(sqlite3.connect(path)) as connection:
        shown = connection.execute("SELECT DISTINCT plan_version FROM zones").fetchall()
    assert shown == [(workspace.plan.version,)]


def test_branches_are_listed_with_where_they_begin_and_end(bench):
    bench.branch("one")
    bench.save(reason="x", author="李")
    bench.branch("two", 1)
    listed = bench.branches()
    assert listed[["branch", "start", "save", "author", "current"]].to_numpy().tolist() == [
        ["", 0, 1, "", False],
        ["one", 1, 2, "王", False],
        ["two", 1, 1, "王", True],
    ]
    assert listed["time"].isna().tolist() == [True, False, False]


def test_a_branch_from_a_save_begins_with_its_plan(bench):
    first = bench.workspace.plan
    bench.save(reason="two")
    assert bench.branch("back", first.version[:8]) == first
    assert (bench.is_saved, bench.last_save) == (True, 1)
    assert bench.undo() == gm.new_plan(bench.grid)
    bench.save(reason="on the branch")
    assert bench.workspace.versions()[["branch", "parent"]].to_numpy().tolist() == [
        ["", 0],
        ["", 1],
        ["back", 1],
    ]
    assert tiers(bench.switch("")) == {"a": "sealed", "b": "controlled"}


def test_a_branch_before_the_first_save_begins_with_the_empty_plan(path):
    bench = opened(path)
    bench.branch("first")
    bench.apply(seal("a"))
    bench.save(reason="r")
    assert tiers(gm.open_workspace(path).plan) == {}
    assert gm.open_workspace(path).versions()["parent"].tolist() == [0]
    assert tiers(bench.switch("")) == {}


@pytest.mark.parametrize(
    ("name", "match"), [("变体", "there is a branch '变体' already"), (" ", "needs a name")]
)
def test_a_branch_needs_a_name_of_its_own(bench, name, match):
    bench.branch("变体")
    with pytest.raises(gm.WorkspaceError, match=match):
        bench.branch(name)
    assert bench.branch_name == "变体"


def test_an_unknown_branch_is_named_beside_the_known_ones(bench):
    bench.branch("变体")
    with pytest.raises(gm.WorkspaceError, match=r"there is no branch 'x'; there are: '变体'"):
        bench.switch("x")
    assert bench.branch_name == "变体"


def test_a_branch_of_somebody_else_is_gone_to_as_it_was_saved(bench, path):
    bench.branch("变体")
    bench.save(reason="r")
    other = opened(path)
    assert tiers(other.plan) == {"a": "sealed", "b": "controlled"}  # the unsaved stroke of the main line
    other.discard()
    assert tiers(other.switch("变体")) == {"a": "sealed", "b": "controlled"}
    assert other.is_saved


def test_two_who_save_on_one_branch_are_told_and_who_saves_on_another_is_not(bench, path):
    bench.branch("变体")
    bench.save(reason="r")
    other = opened(path, "李")
    other.switch("变体")
    other.apply(seal("d"))
    other.save(reason="theirs")
    bench.apply(seal("c"))
    with pytest.raises(gm.ConflictError, match=r"save 3, version .* by 李"):
        bench.save(reason="mine")
    assert bench.conflict.query("kind == 'cell'")["target"].tolist() == ["c", "d"]
    assert len(bench.unsaved) == 1
    bench.reload()
    bench.save(reason="mine")
    bench.switch("")
    bench.save(reason="on the main line")
    assert bench.workspace.versions()["parent"].tolist() == [0, 1, 2, 3, 1]


def test_a_version_of_a_branch_is_restored_on_the_branch_one_is_on(bench, path):
    bench.branch("变体")
    bench.apply(seal("c"))
    bench.save(reason="r")
    bench.switch("")
    restored = bench.restore(2, reason="the variant it is")
    assert tiers(restored) == {"a": "sealed", "b": "controlled", "c": "sealed"}
    assert gm.open_workspace(path).plan == restored
    assert tiers(bench.undo()) == {"a": "sealed", "b": "controlled"}


def test_after_the_grid_was_replaced_a_branch_that_was_left_is_made_again_on_it(bench, path, grid):
    bench.branch("变体")
    bench.apply(seal("c"))
    bench.switch("")
    bench.discard()
    gm.open_workspace(path).set_tables(grid=grid.iloc[:3])
    bench.reload()
    assert tiers(bench.switch("变体")) == {"a": "sealed", "b": "controlled", "c": "sealed"}
    assert len(bench.plan.tiers) == 3
    bench.save(reason="r")


def test_the_history_of_a_branch_begins_with_that_of_the_plan_it_began_with(bench):
    bench.branch("变体")
    bench.apply(seal("c"))
    assert bench.history()["kind"].tolist() == ["edit", "save", "edit", "branch", "edit"]
    bench.switch("")
    assert bench.history()["kind"].tolist() == ["edit", "save", "edit", "switch"]
    bench.branch("bare", 1)
    assert bench.history()["kind"].tolist() == ["branch"]


def test_saving_on_a_branch_without_saying_since_when_is_refused(bench):
    bench.branch("变体")
    with pytest.raises(gm.WorkspaceError, match="say since=, the save of branch '变体'"):
        bench.workspace.save(bench.plan, reason="r", author="a", branch="变体")


# versions beside each other


def test_two_versions_are_laid_beside_each_other(bench):
    found = bench.compare(1, "current")
    assert found.tiers == ("sealed", "controlled", "prevention")
    assert found.before.tolist() == [0, -1, -1, -1]
    assert found.after.tolist() == [0, 1, -1, -1]
    assert (found.before.dtype, found.after.dtype) == (np.int8, np.int8)
    assert found.households["tier_after"].to_dict() == {"h2": "controlled", "h3": "controlled"}
    same = bench.compare("current", "current")
    assert same.households.empty
    assert same.before.tolist() == same.after.tolist()


def test_tiers_are_matched_by_their_ids_and_not_by_their_order(bench):
    bench.apply(gm.UseTiers(tiers=["controlled", "extra", "sealed"], prefixes=["C", "E", "S"]))
    found = bench.compare(1, "current")
    assert found.tiers == ("controlled", "extra", "sealed", "prevention")
    assert found.before.tolist() == [2, -1, -1, -1]
    assert found.after.tolist() == [2, 0, -1, -1]


def test_a_version_of_another_grid_is_a_clear_error(bench, path, grid):
    bench.discard()
    bench.apply(gm.Release(cells=["a"]))
    bench.save(reason="two")
    gm.open_workspace(path).set_tables(grid=grid.iloc[1:])
    bench.reload()
    with pytest.raises(gm.WorkspaceError, match=r"version 1 is over another grid than that of now .*'a'"):
        bench.compare(1, "current")


def test_a_plan_that_was_not_reloaded_is_not_compared_with_one_over_a_new_grid(bench, path, grid):
    fifth = gpd.GeoDataFrame(index=["e"], geometry=[shapely.box(4, 0, 5, 1)], crs=grid.crs)
    gm.open_workspace(path).set_tables(grid=pd.concat([grid, fifth]))
    with pytest.raises(gm.PlanError, match="over different grids; reload the workbench"):
        bench.compare(1, "current")


# who is told


def test_a_view_that_was_closed_is_told_no_more(bench):
    told = []
    first, second = (lambda: told.append(1)), (lambda: told.append(2))
    bench.watch(first)
    bench.watch(second)
    bench.undo()
    bench.unwatch(first)
    bench.unwatch(first)
    bench.redo()
    assert told == [1, 2, 2]


def test_a_view_that_fails_keeps_no_other_from_being_told_nor_the_edit_from_being_made(bench):
    told = []

    def broken():
        raise ValueError("the view is gone")

    bench.watch(broken)
    bench.watch(lambda: told.append(bench.plan))
    with warned(gm.GridmapWarning, match="a view could not show the change: ValueError: the view is gone"):
        plan = bench.apply(seal("d"))
    assert told == [plan]
    assert bench.plan == plan
    assert bench.log_state == ""


def test_an_interrupt_from_the_keyboard_is_not_held_back(bench):
    def interrupted():
        raise KeyboardInterrupt

    bench.watch(interrupted)
    with pytest.raises(KeyboardInterrupt):
        bench.apply(seal("d"))
    assert tiers(bench.plan)["d"] == "sealed"


def test_every_kind_of_change_is_told(bench):
    told = []
    bench.watch(lambda: told.append(bench.branch_name))
    for change in (
        lambda: bench.branch("变体"),
        lambda: bench.save(reason="r"),
        lambda: bench.apply(seal("c")),
        bench.discard,
        bench.reload,
        lambda: bench.restore(1),
        lambda: bench.switch(""),
    ):
        told.clear()
        change()
        assert told, "nobody was told"
    assert told == [""]


# tables


def test_a_table_is_read_when_it_is_first_asked_for(path, monkeypatch):
    workspace = gm.open_workspace(path)
    workspace.set_protocol(read_protocol_text("three-zones-2021"))
    read = []
    table = type(workspace)._table
    monkeypatch.setattr(type(workspace), "_table", lambda self, name: read.append(name) or table(self, name))
    bench = Workbench(workspace)
    bench.apply(seal("a"))
    bench.undo()
    assert read == []
    assert len(bench.households) == 3
    assert bench.households is bench.households
    assert read == ["households"]

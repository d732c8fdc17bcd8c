"""Two who work on one workspace: what both changed is shown, and no edit of either is lost."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from typer.testing import CliRunner

import gridmap as gm
from gridmap.cli.app import app
from gridmap.core.conflict import describe_difference, plan_difference
from gridmap.workbench import Workbench


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
    gm.open_workspace(tmp_path / "w.gpkg").set_tables(grid=grid)
    return tmp_path / "w.gpkg"


def seal(plan, *cells, tier="sealed"):
    return gm.apply_edit(plan, gm.SetTier(cells=cells, tier=tier))


@pytest.fixture
def overtaken(path):
    """They seal a and b and lock a; here a and d are controlled, from the same empty plan."""
    mine, theirs = gm.open_workspace(path), gm.open_workspace(path)
    plan = seal(seal(mine.plan, "d", tier="controlled"), "a", tier="controlled")
    theirs.save(gm.apply_edit(seal(theirs.plan, "a", "b"), gm.Lock(cells=["a"])), reason="病例", author="李")
    return mine, plan


def test_a_conflict_carries_what_they_changed_against_what_was_changed_here(overtaken):
    mine, plan = overtaken
    with pytest.raises(gm.ConflictError, match=r"both changed the cells a\. Reload") as caught:
        mine.save(plan, reason="r", author="a")
    cells = caught.value.difference.query("kind == 'cell'").drop(columns="kind")
    assert cells.to_numpy().tolist() == [
        ["a", "none", "sealed (S-1), locked", "controlled (C-2)", True],
        ["b", "none", "sealed (S-1)", "none", False],
        ["d", "none", "none", "controlled (C-1)", False],
    ]
    zones = caught.value.difference.query("kind == 'zone'")
    assert zones["target"].tolist() == ["C-1", "C-2", "S-1"]


def test_the_way_on_makes_the_own_edits_again_and_lists_those_of_locked_cells(overtaken):
    mine, plan = overtaken
    rebase = mine.rebase(plan)
    assert rebase.plan.tiers.dropna().to_dict() == {"a": "sealed", "b": "sealed", "d": "controlled"}
    assert [refused.edit for refused in rebase.refused] == [plan.edits[-1]]
    assert "locked" in rebase.refused[0].why
    assert rebase.difference.loc[rebase.difference["clash"], "target"].tolist() == ["a"]
    mine.save(rebase.plan, reason="again", author="王")
    assert mine.versions()["author"].tolist() == ["李", "王"]


def test_the_same_change_by_both_is_no_clash(path):
    plan = seal(gm.open_workspace(path).plan, "a")
    same = plan_difference({}, plan.content, plan.content)
    assert same["clash"].tolist() == [False, False]
    assert describe_difference(same) == (
        "they changed 1 cell(s) and 1 zone(s) or carve-out(s), "
        "here 1 cell(s) and 1 zone(s) or carve-out(s) changed, no cell by both"
    )
    assert plan_difference(plan.content, plan.content, plan.content).empty


def test_a_carve_out_of_theirs_is_named_in_the_difference(path):
    before = gm.open_workspace(path).plan
    shape = shapely.box(0, 0, 0.5, 1)
    theirs = gm.apply_edit(before, gm.AddCarveOut(tier="sealed", shape=shape.wkt, name="东头"))
    rows = plan_difference(before.content, theirs.content, before.content).query("kind == 'carve_out'")
    assert len(rows) == 1
    assert rows["theirs"].iloc[0].startswith("sealed (")


def test_who_replaced_a_table_is_told(path, grid):
    mine, theirs = gm.open_workspace(path), gm.open_workspace(path)
    theirs.set_tables(grid=grid, author="李")
    with pytest.raises(
        gm.ConflictError, match=r"table grid .* last by 李 at .* \(4 rows before, 4 now\)"
    ) as caught:
        mine.set_tables(grid=grid)
    assert caught.value.difference is None
    log = mine.replacements()
    assert log[["author", "table", "rows_before", "rows"]].to_numpy().tolist() == [
        ["", "grid", 0, 4],
        ["李", "grid", 4, 4],
    ]


# the workbench and the command line


def test_the_workbench_shows_the_conflict_and_a_reload_goes_on(path):
    bench, other = (Workbench(gm.open_workspace(path), author=name) for name in ("王", "李"))
    other.apply(gm.SetTier(cells=["a"], tier="sealed"))
    other.apply(gm.Lock(cells=["a"]))
    other.save(reason="first")
    bench.apply(gm.SetTier(cells=["a"], tier="controlled"))
    bench.apply(gm.SetTier(cells=["d"], tier="controlled"))
    with pytest.raises(gm.ConflictError, match="both changed the cells a"):
        bench.save(reason="second")
    assert bench.conflict.query("clash and kind == 'cell'")["target"].tolist() == ["a"]
    bench.reload()
    assert [refused.edit.cells for refused in bench.refused] == [("a",)]
    assert bench.plan.tiers.dropna().to_dict() == {"a": "sealed", "d": "controlled"}
    assert bench.undo() == other.plan
    assert not bench.can_undo
    bench.redo()
    bench.save(reason="second")
    assert (bench.conflict, bench.refused, bench.is_saved) == (None, (), True)
    assert gm.open_workspace(path).versions()["author"].tolist() == ["李", "王"]


def test_a_reload_that_refuses_edits_never_lets_a_save_undo_the_others(path):
    bench, other = (Workbench(gm.open_workspace(path)) for _ in range(2))
    other.apply(gm.SetTier(cells=["a"], tier="sealed"))
    other.apply(gm.Lock(cells=["a"]))
    other.save(reason="first")
    bench.apply(gm.SetTier(cells=["a"], tier="controlled"))
    bench.reload()
    bench.save(reason="second")
    assert gm.open_workspace(path).plan == other.plan


def test_a_command_that_was_overtaken_lists_the_difference(path, monkeypatch):
    workspace = gm.open_workspace(path)
    late = seal(workspace.plan, "a")
    gm.open_workspace(path).save(seal(workspace.plan, "b"), reason="r", author="李")

    def overtaken(*_):
        workspace.save(late, reason="r", author="a")

    monkeypatch.setattr("gridmap.cli.check.open_existing", overtaken)
    result = CliRunner().invoke(app, ["check", str(path)])
    assert result.exit_code == 1
    assert "cell a: was none, theirs none, here sealed (S-1)" in result.stderr
    assert "zone S-1: was none, theirs sealed" in result.stderr
    assert "nothing was saved; run the command again" in result.stderr


# two processes, a thousand edits each

WRITER = """
import sys
import gridmap as gm

path, name, cells = sys.argv[1], sys.argv[2], sys.argv[3].split(",")
workspace = gm.open_workspace(path, timeout_s=60)
print("ready", flush=True)
sys.stdin.readline()
made = conflicts = 0
while made < 1000:
    plan = workspace.plan
    for number in range(made, made + 100):
        cell = cells[number % len(cells)]
        tier = "sealed" if number % 3 else "controlled"
        plan = gm.apply_edit(plan, gm.SetTier(cells=[cell], tier=tier, reason=f"{name} {number}"))
    while True:
        try:
            workspace.save(plan, reason=name, author=name)
            break
        except gm.ConflictError:
            conflicts += 1
            rebase = workspace.rebase(plan)
            assert not rebase.refused
            plan = rebase.plan
    made += 100
print(conflicts, flush=True)
"""


def test_two_processes_of_a_thousand_edits_each_lose_none(path):
    command = [sys.executable, "-c", WRITER, str(path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with (
        subprocess.Popen([*command, "one", "a,b"], **pipes) as one,
        subprocess.Popen([*command, "two", "b,c"], **pipes) as two,
    ):
        assert [each.stdout.readline() for each in (one, two)] == ["ready\n"] * 2
        for each in (one, two):
            each.stdin.write("go\n")
            each.stdin.flush()
        conflicts = [int(each.stdout.readline()) for each in (one, two)]
    assert (one.returncode, two.returncode) == (0, 0)
    assert sum(conflicts) > 0, "the two never met"
    wanted = {f"{name} {number}" for name in ("one", "two") for number in range(1000)}
    workspace = gm.open_workspace(path)
    assert sorted(edit.reason for edit in workspace.edits) == sorted(wanted)
    with closing(sqlite3.connect(path)) as connection:
        log = [json.loads(text)["reason"] for (text,) in connection.execute("SELECT edit FROM gridmap_edits")]
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert sorted(log) == sorted(wanted)
    assert len(workspace.versions()) == 20

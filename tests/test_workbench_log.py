"""The log of strokes: nothing that was drawn is lost, whatever ends the process."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.core.edit_texts import edit_from_json
from gridmap.store import process
from gridmap.store.protocols import read_protocol_text
from gridmap.store.stored_plans import StoredPlans
from gridmap.workbench import Workbench
from tests.warned import warned

PROTOCOL = read_protocol_text("eu-2020-687-hpai")


@pytest.fixture
def grid():
    """Four unit squares in a row, two villages of two cells each.

    +---+---+---+---+
    | a | b | c | d |     village v: a b     village w: c d
    +---+---+---+---+
    0   1   2   3   4
    """
    shapes = [shapely.box(x, 0, x + 1, 1) for x in range(4)]
    villages = {"village_id": ["v", "v", "w", "w"]}
    return gpd.GeoDataFrame(villages, index=pd.Index(list("abcd"), name="cell_id"), geometry=shapes, crs=4549)


@pytest.fixture
def path(tmp_path, grid):
    gm.open_workspace(tmp_path / "w.gpkg").set_tables(grid=grid)
    return tmp_path / "w.gpkg"


def opened(path, author=""):
    return Workbench(gm.open_workspace(path), author=author)


def seal(*cells, tier="sealed"):
    return gm.SetTier(cells=cells, tier=tier)


def tiers(bench):
    return bench.plan.tiers.dropna().to_dict()


def kinds(bench):
    return bench.history()["kind"].tolist()


def ask(path, sql):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def elsewhere(monkeypatch):
    """A function that lets workbenches be made as if on another machine or in another process."""

    def pretend(**other):
        own = process.this_process()._replace(**other)
        monkeypatch.setattr("gridmap.workbench.log.this_process", lambda: own)

    return pretend


# a process that is killed

HOST = """
import os, sys
import gridmap as gm

def seal(*cells, tier="sealed"):
    return gm.SetTier(cells=cells, tier=tier)

while path := sys.stdin.readline().strip():
    child = os.fork()
    if not child:
        bench = gm.Workbench(gm.open_workspace(path), author="child")
        print(os.getpid(), flush=True)
        for line in sys.stdin:
            eval(line)
            print(bench.log_state or "logged", flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


@pytest.fixture(scope="module")
def host():
    """A process that lets others be made from it, so that only one has to import everything."""
    command = [sys.executable, "-c", HOST]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        yield started
        started.stdin.close()


@pytest.fixture
def child(host, path):
    """A function that lets a process of its own do some lines of Python, and then kills it."""

    def tell(line):
        host.stdin.write(f"{line}\n")
        host.stdin.flush()
        return host.stdout.readline()

    def run(*lines):
        pid = int(tell(path))
        assert [tell(line) for line in lines] == ["logged\n"] * len(lines)
        os.kill(pid, signal.SIGKILL)
        assert host.stdout.readline() == "gone\n"

    return run


def test_strokes_of_a_killed_process_are_taken_over_with_all_that_can_be_undone_and_redone(child, path):
    child(
        "bench.apply(seal('a'))",
        "bench.save(reason='one')",
        "bench.apply(seal('b'))",
        "bench.apply(seal('c', tier='controlled'))",
        "bench.apply(seal('d', tier='controlled'))",
        "bench.undo()",
    )
    bench = opened(path)
    assert bench.recovered == 2
    assert bench.unsaved == (seal("b"), seal("c", tier="controlled"))
    assert bench.workspace.plan.tiers.dropna().to_dict() == {"a": "sealed"}
    assert tiers(bench) == {"a": "sealed", "b": "sealed", "c": "controlled"}
    bench.redo()
    assert tiers(bench)["d"] == "controlled"
    assert not bench.can_redo
    assert [len(bench.undo().edits) for _ in range(5)] == [3, 2, 1, 0, 0]
    assert not bench.can_undo


def test_a_recovered_plan_that_is_lost_again_is_recovered_again(child, path):
    child("bench.apply(seal('a'))", "bench.apply(seal('b'))")
    child("bench.undo()", "bench.apply(seal('c'))")
    child()
    bench = opened(path)
    assert (bench.recovered, tiers(bench)) == (2, {"a": "sealed", "c": "sealed"})
    bench.save(reason="at last", author="王")
    assert opened(path).recovered == 0


def test_a_kill_right_after_a_save_recovers_nothing(child, path):
    child("bench.apply(seal('a'))", "bench.save(reason='one')")
    bench = opened(path)
    assert (bench.recovered, bench.is_saved, tiers(bench)) == (0, True, {"a": "sealed"})


def test_saved_edits_that_were_taken_back_before_the_end_are_taken_back_again(child, path):
    child("bench.apply(seal('a'))", "bench.apply(seal('b'))", "bench.save(reason='one')", "bench.undo()")
    bench = opened(path)
    assert (bench.recovered, bench.unsaved, tiers(bench)) == (1, (), {"a": "sealed"})
    assert not bench.is_saved
    bench.redo()
    assert bench.is_saved


def test_what_a_killed_process_left_on_a_branch_is_there_again(child, path):
    child(
        "bench.apply(seal('a'))",
        "bench.branch('变体')",
        "bench.apply(seal('b'))",
        "bench.switch('')",
        "bench.apply(seal('c'))",
        "bench.switch('变体')",
    )
    bench = opened(path)
    assert (bench.branch_name, tiers(bench)) == ("变体", {"a": "sealed", "b": "sealed"})
    bench.switch("")
    assert tiers(bench) == {"a": "sealed", "c": "sealed"}
    assert bench.recovered == 4


# somebody saved meanwhile


def test_recovered_edits_are_made_on_what_somebody_has_saved_meanwhile(child, path, elsewhere):
    child("bench.apply(seal('a', tier='controlled'))", "bench.apply(seal('d'))")
    workspace = gm.open_workspace(path)
    theirs = gm.apply_edit(gm.apply_edit(workspace.plan, seal("a", "b")), gm.Lock(cells=["a"]))
    workspace.save(theirs, reason="病例", author="李")
    bench = opened(path)
    assert bench.recovered == 1
    assert tiers(bench) == {"a": "sealed", "b": "sealed", "d": "sealed"}
    assert [refused.edit.cells for refused in bench.refused] == [("a",)]
    assert bench.conflict.query("kind == 'cell' and clash")["target"].tolist() == ["a"]
    bench.undo()
    assert (bench.plan, bench.can_undo) == (theirs, False)
    bench.redo()
    bench.save(reason="both", author="王")
    assert bench.workspace.versions()["author"].tolist() == ["李", "王"]


def test_recovered_edits_of_cells_that_the_grid_has_lost_are_refused(child, path, grid):
    child("bench.apply(seal('a'))", "bench.apply(seal('d'))")
    workspace = gm.open_workspace(path)
    workspace.save(gm.apply_edit(workspace.plan, seal("b")), reason="r", author="李")
    workspace.set_tables(grid=grid.loc[["a", "b", "c"]])
    bench = opened(path)
    assert tiers(bench) == {"a": "sealed", "b": "sealed"}
    assert [refused.edit.cells for refused in bench.refused] == [("d",)]


# who is taken over


def test_an_older_workbench_of_this_process_is_taken_over(path):
    first = opened(path)
    first.apply(seal("a"))
    second = opened(path)
    assert (second.recovered, second.plan) == (1, first.plan)
    assert len(second.drafts()) == 0


@pytest.mark.parametrize(
    ("other", "where"),
    [({"pid": os.getppid(), "began": ""}, "alive"), ({"host": "another"}, "elsewhere")],
)
def test_what_others_have_not_saved_is_listed_and_taken_over_only_when_asked(path, elsewhere, other, where):
    if "pid" in other:
        other = {**other, "began": process._began(other["pid"])}
    elsewhere(**other)
    theirs = opened(path, "李")
    theirs.apply(seal("a"))
    theirs.apply(seal("b"))
    elsewhere()
    bench = opened(path, "王")
    assert (bench.recovered, tiers(bench)) == (0, {})
    drafts = bench.drafts()
    assert drafts[["author", "branch", "edits", "where"]].to_numpy().tolist() == [["李", "", 2, where]]
    assert str(drafts["time"].dt.tz) == "UTC"
    assert bench.recover(drafts["draft"].iloc[0]) == 2
    assert tiers(bench) == {"a": "sealed", "b": "sealed"}
    assert bench.drafts().empty
    assert len(bench.undo().edits) == 1
    with pytest.raises(gm.WorkspaceError, match=r"there is no draft .* any more; there are: none"):
        bench.recover(drafts["draft"].iloc[0])


def test_who_is_taken_over_while_at_work_keeps_the_plan_and_is_listed_again_after_the_next_stroke(
    path, elsewhere
):
    elsewhere(host="another")
    theirs = opened(path)
    theirs.apply(seal("a"))
    elsewhere()
    bench = opened(path)
    bench.recover(bench.drafts()["draft"].iloc[0])
    theirs.apply(seal("b"))
    assert tiers(theirs) == {"a": "sealed", "b": "sealed"}
    assert bench.drafts()["edits"].tolist() == [2]


def test_a_draft_is_made_on_top_of_what_is_not_saved_here(path, elsewhere):
    elsewhere(host="another")
    opened(path).apply(seal("a"))
    elsewhere()
    bench = opened(path)
    bench.apply(seal("c"))
    bench.apply(gm.Lock(cells=["a"]))
    assert bench.recover(bench.drafts()["draft"].iloc[0]) == 0
    assert [refused.edit for refused in bench.refused] == [seal("a")]
    assert tiers(bench) == {"c": "sealed"}


def test_a_process_of_the_same_number_that_began_later_is_another_one(path, elsewhere):
    elsewhere(began="long ago")
    opened(path).apply(seal("a"))
    elsewhere()
    assert opened(path).recovered == 1


def test_a_log_that_is_damaged_is_told_and_stops_nothing(path):
    opened(path).apply(seal("a"))
    row = "SELECT NULL, bench, 99, time, author, branch, 'edit', base, 2, '{' FROM gridmap_moves"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"INSERT INTO gridmap_moves {row}")
        connection.commit()
    with warned(gm.GridmapWarning, match="could not be taken over"):
        bench = opened(path)
    assert (bench.recovered, tiers(bench)) == (0, {})
    assert bench.drafts()["edits"].tolist() == [2]


# undo and redo through a restart


def test_undo_goes_on_through_saves_and_restarts_and_so_does_redo(path):
    bench, plans = opened(path), []
    for cell in "abcd":
        plans.append(bench.plan)
        bench.apply(seal(cell))
        if cell in "bc":
            bench.save(reason=cell)
            bench = opened(path)
    bench.save(reason="d")
    plans.append(bench.plan)
    again = opened(path)
    assert [again.undo() for _ in range(4)] == plans[-2::-1]
    assert not again.can_undo
    later = opened(path)
    assert (later.recovered, later.plan) == (4, plans[0])
    assert [later.redo() for _ in range(4)] == plans[1:]
    assert later.is_saved


def test_what_was_undone_and_saved_can_be_redone_after_a_restart(path):
    bench = opened(path)
    bench.apply(seal("a"))
    bench.apply(seal("b"))
    bench.undo()
    bench.save(reason="one")
    again = opened(path)
    assert (again.recovered, again.is_saved, again.can_redo) == (0, True, True)
    assert again.redo().tiers.dropna().to_dict() == {"a": "sealed", "b": "sealed"}
    assert opened(path).recovered == 1


def test_edits_that_were_made_together_are_one_step_also_after_saves_and_restarts(path):
    bench = opened(path, "w")
    bench.apply(seal("d"))
    bench.apply(gm.Together(edits=[seal("a"), seal("b", tier="controlled"), gm.Lock(cells=["a"])]))
    assert kinds(bench) == ["edit", "edit"]
    assert bench.as_python().count("apply_edit") == 2
    after = bench.plan
    assert tiers(bench.undo() and bench) == {"d": "sealed"}
    assert bench.redo() == after
    bench.save(reason="w")
    again = opened(path)
    assert again.undo().tiers.dropna().to_dict() == {"d": "sealed"}
    assert opened(path).redo() == after
    with closing(sqlite3.connect(path)) as connection:
        (texts,) = connection.execute("SELECT count(*) FROM gridmap_edits").fetchone()
    assert texts == 2


def test_undo_does_not_take_back_the_tiers_of_the_protocol(path):
    workspace = gm.open_workspace(path)
    workspace.set_protocol(PROTOCOL)
    bench = Workbench(workspace)
    bench.apply(gm.SetTier(cells=["a"], tier=workspace.plan.tier_order[0]))
    bench.save(reason="one")
    again = opened(path)
    assert again.undo() == gm.new_plan(again.grid, protocol=again.protocol)
    assert not again.can_undo


def test_undo_stops_where_the_edits_do_not_make_the_plan_of_the_present_grid(path, grid):
    bench = opened(path)
    bench.apply(gm.SetTier(areas=["v"], tier="sealed"))
    bench.save(reason="one")
    fifth = gpd.GeoDataFrame(
        {"village_id": ["v"]}, index=["e"], geometry=[shapely.box(4, 0, 5, 1)], crs=grid.crs
    )
    gm.open_workspace(path).set_tables(grid=pd.concat([grid, fifth]))
    again = opened(path)
    plan = again.plan
    assert again.undo() == plan
    assert not again.can_undo


def test_a_restored_version_is_undone_after_a_restart_along_its_own_edits(path):
    bench = opened(path)
    bench.apply(seal("a"))
    bench.save(reason="one")
    bench.apply(seal("b"))
    bench.save(reason="two")
    bench.restore(1)
    assert opened(path).undo().tiers.dropna().to_dict() == {}


def test_a_restored_version_with_further_edits_is_recovered(path):
    bench = opened(path)
    bench.apply(seal("a"))
    bench.save(reason="one")
    bench.apply(seal("b"))
    bench.restore(1)
    bench.undo()
    again = opened(path)
    assert again.plan == bench.plan
    assert tiers(again) == {"a": "sealed", "b": "sealed"}
    assert again.redo().tiers.dropna().to_dict() == {"a": "sealed"}
    assert again.is_saved


# discard and history


def test_discarded_edits_come_back_by_undo_also_after_a_restart(path):
    bench = opened(path)
    bench.apply(seal("a"))
    bench.save(reason="one")
    bench.apply(seal("b"))
    bench.apply(seal("c"))
    assert bench.discard() == bench.workspace.plan
    assert (bench.is_saved, bench.unsaved) == (True, ())
    again = opened(path)
    assert (again.recovered, again.is_saved) == (0, True)
    assert bench.undo().tiers.dropna().to_dict() == {"a": "sealed", "b": "sealed", "c": "sealed"}
    again = opened(path)
    assert (again.recovered, tiers(again)) == (2, {"a": "sealed", "b": "sealed", "c": "sealed"})


def test_discarding_nothing_is_no_move(path):
    bench = opened(path)
    bench.discard()
    assert bench.history().empty
    assert not bench.can_undo


def test_the_history_lists_every_move_with_what_was_taken_back(path):
    bench = opened(path, "王")
    assert bench.history().columns.tolist() == ["n", "kind", "edit", "time", "author", "undone"]
    assert bench.history().empty
    bench.apply(seal("a"))
    bench.apply(seal("b"))
    bench.undo()
    bench.apply(seal("c"))
    bench.save(reason="r", author="李")
    again = opened(path, "张")
    again.apply(seal("d"))
    moves = again.history()
    assert moves["kind"].tolist() == ["edit", "edit", "undo", "edit", "save", "edit"]
    assert moves["n"].tolist() == [1, 2, 3, 4, 5, 6]
    assert moves["undone"].tolist() == [False, True, False, False, False, False]
    assert moves["author"].tolist() == ["王", "王", "王", "王", "李", "张"]
    assert moves["edit"].tolist() == [seal("a"), seal("b"), seal("b"), seal("c"), None, seal("d")]
    assert str(moves["time"].dt.tz) == "UTC"
    last = again.history(last=2)
    assert (last["n"].tolist(), last["kind"].tolist()) == ([5, 6], ["save", "edit"])


def test_a_reload_is_a_move_and_what_was_recovered_too(path):
    bench = opened(path)
    bench.apply(seal("a"))
    bench.reload()
    again = opened(path)
    assert kinds(again) == ["edit", "reload", "recover"]
    assert (again.recovered, tiers(again)) == (1, {"a": "sealed"})


# a log that cannot be written


def test_a_stroke_is_logged_at_once(path):
    bench = opened(path, "王")
    bench.apply(seal("a"))
    rows = ask(path, "SELECT n, author, kind, base, unsaved, said FROM gridmap_moves")
    assert [row[:5] for row in rows] == [(1, "王", "edit", 0, 1)]
    assert edit_from_json(json.loads(rows[0][5])) == seal("a")
    host, pid = ask(path, "SELECT host, pid FROM gridmap_benches")[0]
    assert (host, pid) == process.this_process()[:2]


def test_while_another_program_writes_strokes_go_on_and_are_logged_afterwards(path):
    bench = opened(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        bench.apply(seal("a"))
        bench.apply(seal("b"))
        assert bench.log_state.startswith("2 move(s) are not in the log yet:")
        assert "in use by another program" in bench.log_state
        other.execute("ROLLBACK")
    bench.undo()
    assert bench.log_state == ""
    assert [row[0] for row in ask(path, "SELECT kind FROM gridmap_moves")] == ["edit", "edit", "undo"]
    assert tiers(opened(path)) == {"a": "sealed"}


def test_what_could_not_be_logged_is_logged_when_asked_or_with_a_save(path):
    bench = opened(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        bench.apply(seal("a"))
        assert bench.log_again() != ""
        assert kinds_waiting(bench) == ["edit"]
        other.execute("ROLLBACK")
    assert bench.log_again() == ""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        bench.apply(seal("b"))
        other.execute("ROLLBACK")
    bench.save(reason="r")
    assert bench.log_state == ""
    assert kinds(bench) == ["edit", "edit", "save"]


def kinds_waiting(bench):
    return [row.kind for row in bench._log.waiting]


def test_a_read_only_file_is_told_and_a_full_disk_too(path, monkeypatch):
    bench = opened(path)

    def full(*_, **__):
        raise gm.WorkspaceError(f"{path} cannot be written, because the disk is full; what it held is whole")

    monkeypatch.setattr(StoredPlans, "log_moves", full)
    bench.apply(seal("a"))
    assert "the disk is full" in bench.log_state
    assert tiers(bench) == {"a": "sealed"}


def test_a_move_is_in_the_log_once_though_it_was_sent_twice(path):
    bench = opened(path)
    bench.apply(seal("a"))
    row = bench.workspace.moves(bench._log.bench)[0]
    bench.workspace.log_moves(bench._log._bench, [row])
    assert ask(path, "SELECT count(*) FROM gridmap_moves") == [(1,)]


@pytest.mark.parametrize("table", ["gridmap_moves", "gridmap_benches"])
def test_the_log_can_only_grow(path, table):
    opened(path).apply(seal("a"))
    for sql in (f"DELETE FROM {table}", f"UPDATE {table} SET time = ''"):  # noqa: S608 - names from above
        with pytest.raises(sqlite3.IntegrityError, match="is never changed, only added to"):
            ask(path, sql)


# what was in the workspace before


def test_looking_at_a_workspace_writes_nothing(path):
    before = path.read_bytes()
    bench = opened(path)
    assert bench.history().empty
    assert bench.drafts().empty
    assert bench.log_state == ""
    assert path.read_bytes() == before


def test_a_workspace_that_was_opened_before_others_saved_is_read_again_before_a_draft_is_taken_over(
    child, path
):
    early = gm.open_workspace(path)
    child("bench.branch('变体')", "bench.apply(seal('a'))", "bench.switch('')", "bench.apply(seal('b'))")
    theirs = gm.open_workspace(path)
    theirs.save(gm.apply_edit(theirs.plan, seal("c")), reason="r", author="李")
    bench = Workbench(early)
    assert (bench.branch_name, tiers(bench)) == ("", {"b": "sealed", "c": "sealed"})
    bench.save(reason="both")
    assert tiers(bench) == tiers(Workbench(gm.open_workspace(path)))
    bench.switch("变体")
    assert tiers(bench) == {"a": "sealed"}


def test_a_draft_in_a_file_that_became_read_only_is_taken_over_and_the_log_says_why_not(path, monkeypatch):
    opened(path).apply(seal("a"))

    def refused(*_, **__):
        raise gm.WorkspaceError(f"{path} cannot be written, because it or its folder is read-only")

    monkeypatch.setattr(StoredPlans, "log_moves", refused)
    bench = opened(path)
    assert (bench.recovered, tiers(bench)) == (1, {"a": "sealed"})
    assert "read-only" in bench.log_state


def test_a_stroke_is_told_before_it_waits_for_the_disk_and_logged_before_it_is_done(path):
    bench = opened(path)
    seen = []
    bench.watch(lambda: seen.append(kinds(opened(path))))
    bench.apply(seal("a"))
    assert seen == [[]]
    assert ask(path, "SELECT count(*) FROM gridmap_moves WHERE kind = 'edit'") == [(1,)]


def test_a_program_that_ends_while_a_stroke_is_told_has_logged_it(path):
    bench = opened(path)

    def end():
        raise KeyboardInterrupt

    bench.watch(end)
    with pytest.raises(KeyboardInterrupt):
        bench.apply(seal("a"))
    assert ask(path, "SELECT count(*) FROM gridmap_moves WHERE kind = 'edit'") == [(1,)]

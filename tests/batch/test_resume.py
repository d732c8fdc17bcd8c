"""A batch that was cut off goes on where it was, and ends as if nothing had happened."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from gridmap.batch import read_scenarios, run_batch
from gridmap.batch import run as run_module
from gridmap.batch.journal import FILE, Journal
from gridmap.batch.zoning import Zoned
from gridmap.errors import GridmapWarning, OutputError
from gridmap.sample import write_sample
from tests.warned import warned

pytestmark = pytest.mark.filterwarnings("ignore::gridmap.errors.GridmapWarning")
ROOT = Path(__file__).parents[2]
COUNT = 150
BYTES = ("tallies.parquet", "comparison.csv", "certificates.json", "comparison.png", "comparison.svg")


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    folder = tmp_path_factory.mktemp("county")
    write_sample(folder, cells=100, households=300, seed=1)
    head = "scenario_id,cases,protocol,set.duties.linked_member.households,grid,households\n"
    rows = [f"方案{i},cases.csv,three-zones-2021,{i + 1},grid.gpkg,households.csv\n" for i in range(COUNT)]
    (folder / "scenarios.csv").write_text(head + "".join(rows), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def whole(county, tmp_path_factory):
    """The answer of a batch that nothing interrupted."""
    out = tmp_path_factory.mktemp("whole")
    run_batch(county / "scenarios.csv", out, drawn=1)
    return out


def assert_same(out, whole):
    assert {path.name for path in out.iterdir()} == {path.name for path in whole.iterdir()}
    for name in BYTES:
        assert (out / name).read_bytes() == (whole / name).read_bytes(), name
    one, other = (gpd.read_file(folder / "outlines.gpkg") for folder in (out, whole))
    assert one.to_wkb().equals(other.to_wkb())


def has_results(path):
    """Tell whether the journal holds results for good: it has grown, and there is nothing to roll back."""
    if not path.exists() or path.stat().st_size < 20_000:
        return False
    undone = path.with_name(f"{path.name}-journal")
    return not undone.exists() or not undone.read_bytes()[:8].strip(b"\0")


def start(county, out, *options):
    """Start the program as a user does, and wait until it is on its way."""
    command = [sys.executable, "-c", "from gridmap.cli import main; main()", "batch"]
    command += [str(county / "scenarios.csv"), str(out), "--draw", "1", *options]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    for _ in range(6000):
        if has_results(out / FILE):
            return process
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)  # between two looks at the file: nothing tells when it has grown
    raise AssertionError("nothing was kept in a minute")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_killed_batch_goes_on_and_ends_like_one_that_was_not_killed(county, whole, tmp_path, workers):
    process = start(county, tmp_path, "--workers", workers)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)  # the workers end too: they hold these pipes
    assert {path.name for path in tmp_path.iterdir()} <= {FILE, f"{FILE}-journal"}
    result = run_batch(county / "scenarios.csv", tmp_path, drawn=1)
    assert 0 < result.kept < COUNT
    assert_same(tmp_path, whole)


def test_ctrl_c_says_what_is_kept_and_how_to_go_on(county, whole, tmp_path):
    process = start(county, tmp_path, "--workers", "2")
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "error: interrupted; " in said
    assert f"of {COUNT} scenarios are done and kept in {tmp_path}; run it again to go on from there" in said
    assert "Traceback" not in said
    result = run_batch(county / "scenarios.csv", tmp_path, drawn=1)
    assert 0 < result.kept < COUNT
    assert_same(tmp_path, whole)


@pytest.fixture
def worked(monkeypatch):
    """The tasks that were worked on, not taken from what is kept."""
    tasks = []

    def noting(world, task):
        tasks.append(task)
        return zone(world, task)

    zone = run_module.zone
    monkeypatch.setattr(run_module, "zone", noting)
    return tasks


def few(county):
    lost = {"scenario_id": "lost", "cases": "none.csv", "protocol": "three-zones-2021"}
    rows = [{**lost, "scenario_id": name, "cases": "own.csv"} for name in "abc"] + [lost]
    files = {"grid": "grid.gpkg", "households": "households.csv"}
    table = pd.DataFrame(rows).assign(**files)
    table["set.duties.medical.least"] = ["1", "2", "3", "1"]
    for name in ("cases", "grid", "households"):
        table[name] = [str(county / file) for file in table[name]]
    return table


def test_what_failed_is_tried_again_and_what_was_done_is_not(county, tmp_path, worked):
    (county / "own.csv").write_bytes((county / "cases.csv").read_bytes())
    table = few(county)
    first = run_batch(table, tmp_path, drawn=0)
    assert (len(worked), first.kept, first.failures["scenario_id"].to_list()) == (3, 0, ["lost"])
    second = run_batch(table, tmp_path, drawn=0)
    assert (len(worked), second.kept) == (3, 3)
    pd.testing.assert_frame_equal(first.tallies, second.tallies)
    table["cases"] = str(county / "own.csv")
    third = run_batch(table, tmp_path, drawn=0)
    assert third.tallies["scenario_id"].unique().tolist() == ["a", "b", "c", "lost"]
    assert len(worked) == 3  # it asks for the same as a
    assert not (tmp_path / FILE).exists()


def test_what_changed_is_done_again_and_nothing_else(county, tmp_path, worked):
    cases = (county / "cases.csv").read_bytes()
    (county / "own.csv").write_bytes(cases)
    table = few(county)
    run_batch(table, tmp_path, drawn=0)
    table.loc[1, "set.duties.medical.least"] = "5"
    assert run_batch(table, tmp_path, drawn=0).kept == 2
    table.loc[2, "at"] = "2022-03-05T23:59+08:00"
    assert run_batch(table.fillna(""), tmp_path, drawn=0).kept == 2
    (county / "own.csv").write_bytes(cases + b"\n")
    assert run_batch(table.fillna(""), tmp_path, drawn=0).kept == 0
    assert len(worked) == 3 + 1 + 1 + 3


def test_two_batches_do_not_share_a_folder(county, tmp_path):
    journal = Journal(tmp_path)
    with pytest.raises(OutputError, match=r"another batch is writing to .*; wait for it, or choose another"):
        run_batch(county / "scenarios.csv", tmp_path)
    journal.close(remove=True)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_journal_is_begun_anew(tmp_path):
    (tmp_path / FILE).write_bytes(b"no database " * 100)
    with warned(GridmapWarning, match="is damaged; what was done before is done again"):
        journal = Journal(tmp_path)
    journal.add("f", Zoned("{}", b"x"))
    journal.close()
    again = Journal(tmp_path)
    assert (again.known(["f", "g"]), again.text("f"), again.outlines("f")) == ({"f"}, "{}", b"x")
    again.close(remove=True)


def test_scenarios_that_ask_for_the_same_share_one_result(county, tmp_path, worked):
    table = pd.concat([few(county).iloc[[0]]] * 2, ignore_index=True)
    table["scenario_id"] = ["a", "b"]
    table["cases"] = str(county / "cases.csv")
    tallies = run_batch(table, tmp_path, drawn=0).tallies
    assert len(worked) == 1
    a, b = (tallies[tallies["scenario_id"] == name].drop(columns="scenario_id") for name in "ab")
    pd.testing.assert_frame_equal(a.reset_index(drop=True), b.reset_index(drop=True))
    certificates = json.loads((tmp_path / "certificates.json").read_text(encoding="utf-8"))
    assert certificates["a"] == certificates["b"]
    assert len(read_scenarios(table)) == 2

"""Many zonings over one small county: two cases, three scenarios, one of them broken."""

import json
import os

import geopandas as gpd
import geopandas.testing
import pandas as pd
import pytest
from typer.testing import CliRunner

from gridmap.batch import read_scenarios, run_batch
from gridmap.cli.app import app
from gridmap.errors import GridmapWarning, TableError
from gridmap.sample import write_sample
from tests.warned import warned

pytestmark = pytest.mark.filterwarnings("ignore::gridmap.errors.GridmapWarning")
HEAD = "scenario_id,cases,protocol,at,grid,households\n"


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    folder = tmp_path_factory.mktemp("county")
    write_sample(folder, cells=100, households=300, seed=1)
    return folder


@pytest.fixture
def table(county):
    """Write a table of scenarios beside the county, one line for each: id, cases, protocol, at."""

    def write(*lines):
        path = county / "scenarios.csv"
        path.write_text(
            HEAD + "".join(f"{line},grid.gpkg,households.csv\n" for line in lines), encoding="utf-8"
        )
        return path

    return write


TWO = ("both,cases.csv,three-zones-2021,", "early,cases.csv,three-zones-2021,2022-03-05T23:59+08:00")


def test_every_scenario_is_tallied_outlined_and_proven(table, tmp_path):
    result = run_batch(table(*TWO), tmp_path)
    tiers = result.tallies[result.tallies["kind"] == "tier"]
    assert tiers.groupby("scenario_id")["households"].sum().to_dict() == {"both": 300, "early": 300}
    assert list(pd.read_parquet(tmp_path / "tallies.parquet")["scenario_id"].unique()) == ["both", "early"]
    certificates = json.loads((tmp_path / "certificates.json").read_text(encoding="utf-8"))
    assert [each["balanced"] for each in certificates.values()] == [True, True]
    outlines = gpd.read_file(tmp_path / "outlines.gpkg", layer="outlines")
    assert set(outlines["scenario_id"]) == {"both", "early"}
    zones = result.tallies[result.tallies["kind"] == "zone"]
    assert outlines["households"].sum() == zones["households"].sum()
    assert set(outlines.geom_type) == {"MultiPolygon"}
    assert outlines.is_valid.all()


def test_only_cases_confirmed_by_then_count(table, tmp_path):
    tallies = run_batch(table(*TWO), tmp_path).tallies
    sealed = tallies[(tallies["tier"] == "sealed") & (tallies["kind"] == "tier")]
    sealed = sealed.set_index("scenario_id")["zones"]
    assert sealed.to_dict() == {"both": 2, "early": 1}


def test_one_that_fails_does_not_stop_the_others(table, tmp_path):
    result = run_batch(
        table(TWO[0], "lost,none.csv,three-zones-2021,", "odd,cases.csv,four-zones,"), tmp_path
    )
    assert result.failures["scenario_id"].to_list() == ["lost", "odd"]
    assert "none.csv" in result.failures["error"].iloc[0]
    assert result.tallies["scenario_id"].unique().tolist() == ["both"]


def test_all_may_fail(table, tmp_path):
    result = run_batch(table("lost,none.csv,three-zones-2021,"), tmp_path)
    assert (len(result.tallies), len(result.failures)) == (0, 1)
    assert [path.name for path in result.paths] == ["tallies.parquet", "comparison.csv", "certificates.json"]


def test_more_workers_give_the_same_answer(table, tmp_path):
    path = table(*TWO, "odd,cases.csv,four-zones,")
    alone, together = run_batch(path, tmp_path / "1"), run_batch(path, tmp_path / "2", workers=2)
    pd.testing.assert_frame_equal(alone.tallies, together.tallies)
    pd.testing.assert_frame_equal(alone.failures, together.failures)


def test_scenarios_may_be_toml_with_paths_relative_to_it(county):
    path = county / "scenarios.toml"
    path.write_text(
        '[[scenarios]]\nscenario_id = "a"\ncases = "cases.csv"\nprotocol = "mine.toml"\n'
        "at = 2022-03-05T18:00:00+08:00\n",
        encoding="utf-8",
    )
    (scenario,) = read_scenarios(path)
    assert scenario.cases == str(county / "cases.csv")
    assert scenario.protocol == str(county / "mine.toml")
    assert scenario.at.isoformat() == "2022-03-05T18:00:00+08:00"


def test_all_faults_of_a_table_are_told_at_once(table):
    path = table("a,,three-zones-2021,", "a,cases.csv,,someday")
    with pytest.raises(TableError, match="4 faults") as caught:
        read_scenarios(path)
    assert {fault.kind for fault in caught.value.faults} == {"missing_value", "wrong_value", "duplicate_id"}
    assert "row 3: at: 'someday' is no time" in str(caught.value)


def test_a_scenario_without_a_grid_needs_a_workspace(county, tmp_path):
    path = county / "bare.csv"
    path.write_text("scenario_id,cases,protocol\na,cases.csv,three-zones-2021\n", encoding="utf-8")
    with pytest.raises(TableError, match="name a workspace"):
        run_batch(path, tmp_path)


def test_the_command_compares_the_scenarios_and_reports_failures(table, tmp_path):
    path = table(*TWO, "odd,cases.csv,four-zones,")
    result = CliRunner().invoke(app, ["batch", str(path), str(tmp_path), "--json"])
    assert result.exit_code == 3
    document = json.loads(result.stdout)
    assert document["failures"][0]["scenario_id"] == "odd"
    assert sum(row["households"] for row in document["tiers"]) == 600
    assert "error: scenario odd:" in result.stderr
    text = CliRunner().invoke(app, ["batch", str(path), str(tmp_path)]).stdout
    assert "by tier, with the difference to both" in text
    assert "scenario  tier        cells  +/-  households" in text


def test_a_scheduler_that_does_not_answer_is_told_with_its_address(table, tmp_path):
    pytest.importorskip("distributed", reason="pip install 'gridmap[cluster]'")
    address = "tcp://127.0.0.1:1"
    result = CliRunner().invoke(app, ["batch", str(table(*TWO)), str(tmp_path), "--scheduler", address])
    assert result.exit_code == 1
    assert f"no Dask scheduler answers at {address}" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_workers_of_a_cluster_give_the_same_answer_although_one_is_killed(table, cluster, killer, tmp_path):
    days = [f"day {day},cases.csv,three-zones-2021,2022-03-{day:02}T12:00+08:00" for day in range(1, 9)]
    path = table(*TWO, "odd,cases.csv,four-zones,", *days)
    alone = run_batch(path, tmp_path / "1")
    together = run_batch(path, tmp_path / "2", scheduler=cluster, progress=killer)
    assert killer.killed
    assert killer.killed[0] not in cluster.run(os.getpid).values()
    pd.testing.assert_frame_equal(alone.tallies, together.tallies)
    pd.testing.assert_frame_equal(alone.failures, together.failures)
    for name in ("certificates.json", "tallies.parquet", "comparison.csv"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
    outlines = [gpd.read_file(tmp_path / number / "outlines.gpkg") for number in "12"]
    gpd.testing.assert_geodataframe_equal(*outlines)


def test_the_command_works_on_a_cluster(table, cluster, tmp_path):
    address = cluster.scheduler.address
    result = CliRunner().invoke(app, ["batch", str(table(*TWO)), str(tmp_path), "--scheduler", address])
    assert result.exit_code == 0
    assert "scenario  tier        cells  +/-  households" in result.stdout


def test_a_file_of_cases_is_read_once_and_what_was_guessed_is_told_once(table, tmp_path):
    with warned(GridmapWarning, match=r"cases\.csv: no CRS") as told:
        run_batch(table(*TWO), tmp_path, workers=2)
    assert sum("cases.csv" in str(each.message) for each in told) == 1

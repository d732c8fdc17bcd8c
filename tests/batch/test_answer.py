"""What a batch says of a scenario is what the single steps say, and its differences are differences."""

import json

import geopandas as gpd
import pandas as pd
import pytest

import gridmap as gm
from gridmap.batch import run as run_module
from gridmap.batch import run_batch
from gridmap.batch.journal import FILE, Journal
from gridmap.errors import OutputError
from gridmap.sample import write_sample

pytestmark = pytest.mark.filterwarnings("ignore::gridmap.errors.GridmapWarning")


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    folder = tmp_path_factory.mktemp("county")
    write_sample(folder, cells=100, households=300, seed=1)
    return folder


@pytest.fixture(scope="module")
def table(county):
    """As ordered, two days before, with fewer households for one member, and by another order."""
    columns = {
        "scenario_id": ["=ordered", "before", "fewer", "other"],
        "cases": str(county / "cases.csv"),
        "protocol": ["three-zones-2021"] * 3 + ["twenty-measures-2022-11"],
        "at": ["", "2022-03-05T23:59+08:00", "", ""],
        "baseline": ["", "yes", "", ""],
        "set.duties.linked_member.households": ["", "", "5", ""],
    }
    files = {name: str(county / f"{name}.csv") for name in ("households", "officials", "sites")}
    return pd.DataFrame(columns).assign(grid=str(county / "grid.gpkg"), **files)


@pytest.fixture(scope="module")
def answer(table, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    return run_batch(table, out, drawn=0), out


@pytest.fixture(scope="module")
def single(county):
    """The same by the single steps: plan, placement, duties of the scenario `=ordered`."""
    grid = gm.read_grid(county / "grid.gpkg")
    protocol = gm.load_protocol("three-zones-2021")
    placement = gm.place_households(gm.read_households(county / "households.csv"), grid)
    plan = gm.delineate(gm.read_cases(county / "cases.csv"), grid, protocol=protocol, households=placement)
    sites, officials = gm.read_sites(county / "sites.csv"), gm.read_officials(county / "officials.csv")
    duties = gm.assign_duties(plan, placement, officials, protocol=protocol, sites=sites)
    return grid, placement, plan, duties


def test_counts_outlines_and_proof_are_those_of_the_single_steps(answer, single):
    result, out = answer
    grid, placement, plan, duties = single
    assert len(result.failures) == 0
    rows = result.tallies[result.tallies["scenario_id"] == "=ordered"]
    tiers = rows[rows["kind"] == "tier"].set_index("tier")[["zones", "cells", "households", "residents"]]
    pd.testing.assert_frame_equal(tiers.astype("int64"), gm.count_tiers(plan, placement), check_names=False)
    drawn = gpd.read_file(out / "outlines.gpkg").set_index("scenario_id").loc["=ordered"].set_index("zone_id")
    expected = gm.zone_outlines(plan, grid, placement=placement)
    assert drawn.index.to_list() == expected.index.to_list()
    assert drawn.geometry.geom_equals(expected.geometry).all()
    certificate = json.loads((out / "certificates.json").read_text(encoding="utf-8"))["=ordered"]
    proof = gm.certify(placement, plan, duties=duties).to_json()
    for key in set(proof) - {"as_of", "input_sha256"}:
        assert certificate[key] == proof[key], key
    assert certificate["balanced"]
    assert set(certificate["input_sha256"]) == {"households", "cases"}


def test_vacancies_are_those_of_the_duties(answer, single):
    result, _ = answer
    duties = single[3]
    rows = result.tallies[(result.tallies["scenario_id"] == "=ordered") & (result.tallies["kind"] == "staff")]
    gaps = duties.vacancies[duties.vacancies["target_kind"] != "household"]
    linked = ["linked_member", "enterprise_link"]
    found = rows[~rows["role"].isin(linked)].groupby("role")["vacancies"].sum()
    expected = gaps.groupby("role")["missing"].sum().reindex(found.index).fillna(0)
    assert found.to_list() == expected.to_list()


def test_every_difference_is_the_value_less_that_of_the_baseline(answer):
    result, _ = answer
    assert result.baseline == "before"
    rows = result.tallies[result.tallies["kind"] != "zone"].set_index(["scenario_id", "kind", "tier", "role"])
    base = rows.loc["before"]
    for key, row in rows.iterrows():
        for name in ("zones", "cells", "households", "residents", "required", "vacancies"):
            if pd.notna(row[name]):
                before = base[name].get(key[1:], 0)
                assert row[f"{name}_change"] == row[name] - before, (key, name)
    for scenario in ("=ordered", "fewer", "other"):
        assert set(base.index) <= set(rows.loc[scenario].index)


def test_fewer_households_for_one_member_need_more_members_on_the_same_zones(answer):
    result, _ = answer
    staff = result.tallies[result.tallies["role"] == "linked_member"].groupby("scenario_id")["required"].sum()
    assert staff["fewer"] > 2 * staff["=ordered"]
    zones = result.tallies[result.tallies["kind"] == "zone"].set_index("scenario_id")
    one, other = (zones.loc[name].reset_index(drop=True) for name in ("fewer", "=ordered"))
    pd.testing.assert_frame_equal(one, other)


def test_the_comparison_opens_in_a_spreadsheet_as_text(answer):
    result, out = answer
    text = (out / "comparison.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbfscenario_id,baseline,tier,zones,zones_change")
    assert b"\n'=ordered,," in text
    assert b"\nbefore,yes,sealed," in text
    assert b"\n=" not in text
    written = pd.read_parquet(out / "tallies.parquet")
    pd.testing.assert_frame_equal(written, result.tallies, check_dtype=False)


def test_without_officials_vacancies_are_not_known(table, tmp_path):
    result = run_batch(table.drop(columns=["officials"]), tmp_path, drawn=0)
    assert result.tallies["vacancies"].isna().all()
    assert result.tallies["vacancies_change"].isna().all()
    assert result.comparison["required"].notna().all()


def test_an_error_that_nobody_foresaw_costs_one_scenario(table, tmp_path, monkeypatch):
    def stumbling(world, task):
        if task.at is not None:
            raise ValueError("phone 13800138000")
        return zone(world, task)

    zone = run_module.zone
    monkeypatch.setattr(run_module, "zone", stumbling)
    result = run_batch(table, tmp_path, drawn=1)
    assert result.failures["scenario_id"].to_list() == ["before"]
    assert result.failures["error"].iloc[0].startswith("unexpected ValueError in stumbling (test_answer.py")
    assert result.tallies["households_change"].isna().all()  # the baseline is what failed
    assert (tmp_path / "comparison.png").exists()


def test_a_grid_that_cannot_be_read_costs_its_scenarios(table, county, tmp_path):
    mixed = table.assign(grid=[table["grid"].iloc[0]] * 3 + [str(county / "none.gpkg")])
    result = run_batch(mixed, tmp_path, drawn=1)
    assert result.failures["scenario_id"].to_list() == ["other"]
    assert "none.gpkg" in result.failures["error"].iloc[0]


def test_a_journal_that_breaks_on_the_way_is_told(tmp_path):
    journal = Journal(tmp_path)
    journal._connection.execute("DROP TABLE results")
    with pytest.raises(OutputError, match=r"unfinished\.sqlite cannot be used: no such table: results"):
        journal.known(["f"])
    journal.close(remove=True)
    assert not (tmp_path / FILE).exists()

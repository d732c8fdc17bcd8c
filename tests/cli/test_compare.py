import pandas as pd
import pytest


@pytest.fixture
def two_saves(gridmap, workspace, county, tmp_path):
    cases = tmp_path / "one_case.csv"
    pd.read_csv(county / "cases.csv", dtype=str).iloc[:1].to_csv(cases, index=False)
    assert gridmap("zone", workspace, "--cases", cases, "--crs-cases", "EPSG:4490").exit_code == 0
    return workspace


def test_who_enters_and_leaves_which_tier_is_counted(gridmap, two_saves, document_of):
    before = two_saves.read_bytes()
    there, back = (document_of(gridmap("compare", two_saves, *pair, "--json")) for pair in ("12", "21"))
    assert two_saves.read_bytes() == before
    left = {(row["from"], row["to"]): row["households"] for row in there["changes"]}
    entered = {(row["to"], row["from"]): row["households"] for row in back["changes"]}
    assert left == entered
    assert sum(left.values()) == len(there["households"])
    assert ("sealed", "none") in left


def test_the_table_names_both_saves(gridmap, two_saves):
    result = gridmap("compare", two_saves, "1", "2")
    assert result.exit_code == 0
    assert "2 cases by three-zones-2021" in result.stdout
    assert "1 cases by" not in result.stdout


def test_the_same_plan_has_no_changes(gridmap, two_saves):
    assert "nobody's tier or zone is another" in gridmap("compare", two_saves, "2", "2").stdout


def test_an_unknown_version_is_an_error_that_names_the_last_ones(gridmap, two_saves):
    result = gridmap("compare", two_saves, "1", "99")
    assert result.exit_code == 1
    assert "the last saves are" in result.stderr

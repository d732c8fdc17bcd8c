"""The alarm for shifted coordinates, as init and check tell it."""

import pandas as pd
import pytest

import gridmap as gm


@pytest.fixture
def shifted(county, tmp_path):
    """The roster of the county in GCJ-02, called CGCS2000."""
    path = tmp_path / "shifted.csv"
    roster = pd.read_csv(county / "households.csv", dtype=str)
    points = gm.to_datum(gm.read_households(county / "households.csv", crs="EPSG:4490"), "GCJ-02").geometry
    roster["lon"], roster["lat"] = points.x.to_numpy().astype(str), points.y.to_numpy().astype(str)
    roster.to_csv(path, index=False)
    return path


def test_init_and_check_name_a_shifted_file_first_with_both_fits_and_the_cure(
    gridmap, county, shifted, tmp_path, document_of
):
    path = tmp_path / "county.gpkg"
    given = ["--grid", county / "grid.gpkg", "--households", shifted]
    made = gridmap("init", path, *given, "--crs-households", "EPSG:4490", "--json")
    assert made.exit_code == 3
    checked = gridmap("check", path)
    assert checked.exit_code == 3
    first = document_of(made)["findings"][0]
    assert (first["kind"], first["count"]) == ("shifted_households", 1)
    assert first["where"][0].startswith("all households (0")
    assert "% if the points are GCJ-02" in first["where"][0]
    assert first["cure"] == "read the households with --crs-households GCJ-02"
    assert "shifted_households: read the households with --crs-households GCJ-02" in checked.stdout


def test_the_cure_cures(gridmap, county, shifted, tmp_path):
    given = ["--grid", county / "grid.gpkg", "--households", shifted]
    result = gridmap("init", tmp_path / "county.gpkg", *given, "--crs-households", "GCJ-02")
    assert result.exit_code == 0, result.output


def test_single_households_that_another_check_names_are_not_named_twice(
    gridmap, county, tmp_path, document_of
):
    roster = pd.read_csv(county / "households.csv", dtype=str)
    points = gm.read_households(county / "households.csv", crs="EPSG:4490")
    moved = gm.to_datum(points, "GCJ-02").geometry.iloc[::15]
    roster.loc[roster.index[::15], "lon"] = moved.x.to_numpy().astype(str)
    roster.loc[roster.index[::15], "lat"] = moved.y.to_numpy().astype(str)
    roster.to_csv(tmp_path / "mixed.csv", index=False)
    given = ["--grid", county / "grid.gpkg", "--households", tmp_path / "mixed.csv"]
    made = gridmap("init", tmp_path / "county.gpkg", *given, "--crs-households", "EPSG:4490", "--json")
    found = {each["kind"]: each for each in document_of(made)["findings"]}
    assert "20 of 300 households look like GCJ-02 points among WGS-84" in found["mixed_datum"]["where"][0]
    named = [
        each for kind in ("shifted_point", "suspected_gcj02") for each in found.get(kind, {}).get("ids", ())
    ]
    assert sorted(named) == sorted(points.index[::15])

import pandas as pd
import pytest

from gridmap.store.workspace import open_workspace


@pytest.fixture
def needed(county):
    return [
        "--grid",
        county / "grid.gpkg",
        "--households",
        county / "households.csv",
        "--crs-households",
        "EPSG:4490",
    ]


def test_the_tables_the_protocol_and_the_document_are_stored(gridmap, needed, tmp_path):
    path = tmp_path / "county.gpkg"
    times = ["--as-of", "2022-03-05T18:00", "--effective", "2022-03-06T06:00+08:00"]
    result = gridmap("init", path, *needed, "--number", "〔2022〕8号", "--issuer", "指挥部", *times)
    assert result.exit_code == 0, result.output
    with open_workspace(path) as workspace:
        assert len(workspace.households) == 300
        assert workspace.protocol.id == "three-zones-2021"
        assert workspace.document.number == "〔2022〕8号"
        assert workspace.document.as_of.tzinfo is not None
        assert workspace.document.effective_at.isoformat() == "2022-03-06T06:00:00+08:00"
    assert "300 in = 300 placed + 0 exceptions (balanced)" in result.stdout


def test_exceptions_are_findings_and_the_workspace_is_made_all_the_same(
    gridmap, county, tmp_path, document_of
):
    roster = pd.read_csv(county / "households.csv", dtype=str)
    roster.loc[4, ["lon", "lat"]] = ["10", "10"]
    roster.loc[7, "household_id"] = roster.loc[6, "household_id"]
    roster.to_csv(tmp_path / "roster.csv", index=False)
    given = [
        "--grid",
        county / "grid.gpkg",
        "--households",
        tmp_path / "roster.csv",
        "--crs-households",
        "EPSG:4490",
    ]
    result = gridmap("init", tmp_path / "county.gpkg", *given, "--json")
    assert result.exit_code == 3
    document = document_of(result)
    assert (document["households_in"], document["placed"], document["balanced"]) == (300, 298, True)
    assert document["by_reason"] == {"duplicate_id": 1, "outside_grid": 1}
    found = {finding["kind"]: finding for finding in document["findings"]}
    assert found["outside_grid"]["where"][0].startswith(
        f"record 5, household '{roster.loc[4, 'household_id']}'"
    )
    assert (tmp_path / "county.gpkg").exists()


def test_an_existing_workspace_is_replaced_only_by_force(gridmap, needed, workspace):
    before = workspace.read_bytes()
    refused = gridmap("init", workspace, *needed)
    assert refused.exit_code == 1
    assert "--force" in refused.stderr
    assert workspace.read_bytes() == before
    assert gridmap("init", workspace, *needed, "--force").exit_code == 0
    with open_workspace(workspace) as opened:
        assert len(opened.versions()) == 0


def test_force_replaces_no_file_of_another_kind(gridmap, needed, tmp_path):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"a photo")
    assert gridmap("init", photo, *needed, "--force").exit_code == 1
    assert photo.read_bytes() == b"a photo"


def test_a_missing_file_is_one_error_and_nothing_is_made(gridmap, county, tmp_path):
    path = tmp_path / "county.gpkg"
    result = gridmap("init", path, "--grid", tmp_path / "no.gpkg", "--households", county / "households.csv")
    assert result.exit_code == 1
    assert "no.gpkg" in result.stderr
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_grid_is_one_error(gridmap, county, tmp_path):
    (tmp_path / "grid.gpkg").write_bytes(b"\x00" * 1000)
    given = ["--grid", tmp_path / "grid.gpkg", "--households", county / "households.csv"]
    result = gridmap("init", tmp_path / "county.gpkg", *given)
    assert result.exit_code == 1
    assert "grid.gpkg" in result.stderr


def test_an_unknown_protocol_is_an_error_that_names_those_there_are(gridmap, needed, tmp_path):
    result = gridmap("init", tmp_path / "county.gpkg", *needed, "--protocol", "four-zones")
    assert result.exit_code == 1
    assert "three-zones-2021" in result.stderr


def test_warnings_are_told_as_notes(gridmap, county, tmp_path):
    given = ["--grid", county / "grid.gpkg", "--households", county / "households.csv"]
    result = gridmap("init", tmp_path / "county.gpkg", *given)
    assert result.exit_code == 0
    assert "note: households.csv: no CRS" in result.stderr
    assert "GridmapWarning" not in result.stderr

import pandas as pd
import pytest

from gridmap.store.workspace import open_workspace


@pytest.fixture
def one_case(county, tmp_path):
    path = tmp_path / "one_case.csv"
    pd.read_csv(county / "cases.csv", dtype=str).iloc[:1].to_csv(path, index=False)
    return path


def test_zones_are_saved_as_a_version_with_author_and_name(gridmap, workspace, one_case, document_of):
    args = [
        "zone",
        workspace,
        "--cases",
        one_case,
        "--crs-cases",
        "EPSG:4490",
        "--name",
        "one case",
        "--json",
    ]
    result = gridmap(*args, "--author", "me")
    assert result.exit_code == 0, result.output
    document = document_of(result)
    assert document["save"] == 2
    assert document["tiers"]["sealed"]["zones"] == 1
    assert {row["tier"] for row in document["zones"]} == {"sealed", "controlled", "prevention"}
    assert any(row["from"] == "sealed" and row["to"] == "none" for row in document["changes"])
    with open_workspace(workspace) as opened:
        saves = opened.versions()
        assert saves["reason"].to_list()[-1] == "one case"
        assert saves["author"].to_list() == ["me", "me"]
        assert opened.plan.version == document["version"]
        assert len(opened.cases) == 1


def test_zoning_again_from_the_same_cases_saves_nothing(gridmap, workspace):
    result = gridmap("zone", workspace)
    assert result.exit_code == 0
    assert "as before; nothing was saved" in result.stdout
    with open_workspace(workspace) as opened:
        assert len(opened.versions()) == 1


def test_the_tables_show_tiers_zones_and_changes(gridmap, workspace, one_case):
    text = gridmap("zone", workspace, "--cases", one_case, "--crs-cases", "EPSG:4490").stdout
    for title in ("tiers", "zones (0 cells", "changes against the plan before"):
        assert f"\n{title}" in text


def test_a_case_that_no_rule_can_place_is_a_finding(gridmap, workspace, tmp_path, document_of):
    cases = tmp_path / "lost.csv"
    cases.write_text("case_id,address,cell_id\nlost-1,,\n", encoding="utf-8")
    result = gridmap("zone", workspace, "--cases", cases, "--json")
    assert result.exit_code == 3
    assert document_of(result)["cases_not_placed"] == ["lost-1"]
    assert "note:" in result.stderr


def test_another_protocol_is_kept_in_the_workspace(gridmap, workspace):
    assert gridmap("zone", workspace, "--protocol", "ninth-edition-2022-06").exit_code == 0
    with open_workspace(workspace) as opened:
        assert opened.protocol.id == "ninth-edition-2022-06"


def test_an_unknown_protocol_changes_nothing(gridmap, workspace):
    before = workspace.read_bytes()
    assert gridmap("zone", workspace, "--protocol", "four-zones").exit_code == 1
    assert workspace.read_bytes() == before


def test_without_cases_there_is_nothing_to_zone_by(gridmap, county, tmp_path):
    path = tmp_path / "bare.gpkg"
    given = [
        "--grid",
        county / "grid.gpkg",
        "--households",
        county / "households.csv",
        "--crs-households",
        "EPSG:4490",
    ]
    assert gridmap("init", path, *given).exit_code == 0
    result = gridmap("zone", path)
    assert result.exit_code == 1
    assert "--cases FILE" in result.stderr

import pandas as pd
import pytest
import xlsxwriter

from gridmap.store.backup import list_backups
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


def test_named_lines_are_kept_in_their_own_crs(gridmap, county, needed, tmp_path):
    path = tmp_path / "county.gpkg"
    result = gridmap("init", path, *needed, "--boundaries", county / "boundaries.gpkg")
    assert result.exit_code == 0, result.output
    assert "boundaries" in result.stdout
    with open_workspace(path) as workspace:
        assert set(workspace.boundaries["kind"]) == {"road", "river", "border"}
        assert workspace.boundaries.crs.to_epsg() == 4490


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
    forced = gridmap("init", workspace, *needed, "--force")
    assert forced.exit_code == 0
    with open_workspace(workspace) as opened:
        assert len(opened.versions()) == 0
    (copy,) = list_backups(workspace)
    assert f"the workspace as it was is kept as {copy}" in forced.stderr
    with open_workspace(copy) as opened:
        assert len(opened.versions()) == 1


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


@pytest.fixture
def towns(county, tmp_path):
    """The roster of the county in two workbooks with titles and totals, and a sheet of notes."""
    folder = tmp_path / "towns"
    folder.mkdir()
    roster = pd.read_csv(county / "households.csv", dtype=str, keep_default_na=False)
    roster = roster.rename(columns={"household_id": "户号", "address": "家庭住址"})
    for name, part in (("甲镇", roster[:200]), ("乙镇", roster[200:])):
        with xlsxwriter.Workbook(folder / f"{name}.xlsx") as book:
            page = book.add_worksheet("名册")
            page.write(0, 0, f"{name}住户名册")
            for at, row in enumerate([list(part.columns), *part.to_numpy().tolist(), ["合计", len(part)]], 1):
                page.write_row(at, 0, row)
            book.add_worksheet("说明").write(0, 0, "见名册")
    return folder


def test_a_folder_of_workbooks_is_counted_row_by_row(gridmap, county, towns, tmp_path, document_of):
    given = ["--grid", county / "grid.gpkg", "--households", towns, "--crs-households", "EPSG:4490"]
    result = gridmap("init", tmp_path / "county.gpkg", *given, "--json")
    assert result.exit_code == 0, result.output
    document = document_of(result)
    assert (document["households_in"], document["placed"], document["balanced"]) == (300, 300, True)
    assert [each["records"] for each in document["reading"]["households"]] == [100, 200]
    assert [each["totals"] for each in document["reading"]["households"]] == [1, 1]
    assert "[说明]: no table of households; its 1 rows were not read" in result.stderr


def test_a_mapping_is_shown_before_it_is_applied_kept_and_used_again(gridmap, county, towns, tmp_path):
    path, kept = tmp_path / "county.gpkg", tmp_path / "columns.toml"
    given = ["--grid", county / "grid.gpkg", "--households", towns, "--crs-households", "EPSG:4490"]
    shown = gridmap("init", path, *given, "--mapping", kept, "--show-mapping")
    assert shown.exit_code == 0, shown.output
    assert "户号" in shown.stdout
    assert not path.exists()
    assert 'household_id = "户号"' in kept.read_text(encoding="utf-8")
    assert gridmap("init", path, *given, "--mapping", kept).exit_code == 0
    kept.write_text(kept.read_text(encoding="utf-8").replace("家庭住址", "门牌"), encoding="utf-8")
    refused = gridmap("init", path, *given, "--mapping", kept, "--force")
    assert refused.exit_code == 1
    assert "no column 门牌, which the mapping takes as address" in refused.stderr


def test_a_roster_of_persons_without_household_numbers_is_proven_too(gridmap, county, tmp_path, document_of):
    roster = pd.read_csv(county / "households.csv", dtype=str, keep_default_na=False)[:40]
    heads = roster[["address", "lon", "lat"]].rename(columns={"address": "住址"}).assign(与户主关系="户主")
    people = pd.concat([heads, heads.assign(与户主关系="配偶", lon="", lat="")]).sort_index()
    people.insert(0, "序号", range(1, len(people) + 1))
    people.to_csv(tmp_path / "people.csv", index=False)
    given = ["--grid", county / "grid.gpkg", "--households", tmp_path / "people.csv"]
    result = gridmap("init", tmp_path / "county.gpkg", *given, "--crs-households", "EPSG:4490", "--json")
    document = document_of(result)
    households = roster["address"].nunique()
    assert document["balanced"]
    assert (document["households_in"], document["placed"]) == (households, households)
    assert document["residents_in"] == 80
    assert "80 persons were grouped" in result.stderr

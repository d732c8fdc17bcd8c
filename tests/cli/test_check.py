import geopandas as gpd
import pandas as pd

from gridmap.store.workspace import open_workspace


def test_findings_come_by_kind_with_counts_labels_and_the_cure(gridmap, workspace, document_of):
    with open_workspace(workspace) as opened:
        roster = opened.households
        ids = [*roster.index[:-1], roster.index[0]]
        opened.set_tables(households=roster.set_axis(pd.Index(ids, name="household_id")))
    result = gridmap("check", workspace, "--json")
    assert result.exit_code == 3
    document = document_of(result)
    twice = next(each for each in document["findings"] if each["kind"] == "duplicate_id")
    assert twice["count"] == 1
    assert twice["where"][0].startswith(f"record 300, household '{roster.index[0]}'")
    assert twice["cure"]
    assert document["certificate"]["exceptions"] == 1
    text = gridmap("check", workspace).stdout
    assert "300 in = 299 placed + 1 exception (balanced)" in text
    assert "duplicate_id: give each its own id" in text


def test_events_that_name_what_is_not_there_are_found(gridmap, workspace, document_of):
    said = {"kind": ["closure"], "at": [pd.Timestamp("2022-03-05T18:00+08:00")], "zone_id": ["S-99"]}
    with open_workspace(workspace) as opened:
        assert opened.record(pd.DataFrame(said), author="王五").added == 1
        (event,) = opened.events.index
    findings = document_of(gridmap("check", workspace, "--json"))["findings"]
    (told,) = (each for each in findings if each["kind"] == "event")
    assert told["ids"] == [event]
    assert told["where"] == [f"{event} (unknown_zone: no zone of the plan has this id)"]


def test_the_worst_comes_first(gridmap, workspace, document_of):
    with open_workspace(workspace) as opened:
        officials = opened.officials
        opened.set_tables(officials=officials[officials["role"] != "secretary"])
    kinds = [finding["kind"] for finding in document_of(gridmap("check", workspace, "--json"))["findings"]]
    assert kinds[0] == "hard_vacancy"


def test_cells_that_the_order_leaves_over_are_a_note_and_no_finding(gridmap, workspace, document_of):
    kinds = [finding["kind"] for finding in document_of(gridmap("check", workspace, "--json"))["findings"]]
    assert "no_tier" not in kinds
    assert "note: 40 cells with 118 households are under no tier" in gridmap("check", workspace).stderr


def test_nothing_wrong_is_exit_code_0(gridmap, county, tmp_path):
    path = tmp_path / "fresh.gpkg"
    given = [
        "--grid",
        county / "grid.gpkg",
        "--households",
        county / "households.csv",
        "--crs-households",
        "EPSG:4490",
    ]
    assert gridmap("init", path, *given).exit_code == 0
    result = gridmap("check", path)
    assert (result.exit_code, "findings: none" in result.stdout) == (0, True)


def test_the_places_of_faults_are_drawn_in_a_file_that_others_cannot_read(
    gridmap, workspace, tmp_path, document_of
):
    with open_workspace(workspace) as opened:
        grid = opened.grid
        moved = grid.geometry.copy()
        moved.iloc[0] = moved.iloc[0].buffer(0.00005)
        opened.set_tables(grid=grid.set_geometry(moved))
    drawn = tmp_path / "faults.html"
    document = document_of(gridmap("check", workspace, "--json", "--map", drawn))
    assert document["map"] == str(drawn)
    page = drawn.read_text(encoding="utf-8")
    overlaps = next(each for each in document["findings"] if each["kind"] == "overlap")
    assert all(label in page for label in overlaps["where"])
    assert "网格重叠" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert drawn.stat().st_mode & 0o077 == 0


def test_a_repaired_grid_is_written_and_read_again_without_these_faults(
    gridmap, county, tmp_path, document_of
):
    grid = gpd.read_file(county / "grid.gpkg").set_index("cell_id")
    moved = grid.geometry.copy()
    moved.iloc[0] = moved.iloc[0].buffer(0.00001)
    grid.set_geometry(moved).to_file(tmp_path / "dirty.gpkg", layer="grid")
    files = ["--households", county / "households.csv", "--crs-households", "EPSG:4490"]
    gridmap("init", tmp_path / "w.gpkg", "--grid", tmp_path / "dirty.gpkg", *files)
    args = ["check", tmp_path / "w.gpkg", "--repair", tmp_path / "mended.gpkg", "--width", "3"]
    repaired = document_of(gridmap(*args, "--json"))["repaired"]
    assert repaired["left"] == {}
    assert sum(row["lost_m2"] for row in repaired["moved"]) > 100
    assert "left in the grid: nothing" in gridmap(*args).stdout
    again = gridmap("init", tmp_path / "w2.gpkg", "--grid", tmp_path / "mended.gpkg", *files)
    assert "overlap" not in again.stdout


def test_a_language_that_is_not_known_is_wrong_usage(gridmap, workspace):
    assert gridmap("check", workspace, "--lang", "fr").exit_code == 2

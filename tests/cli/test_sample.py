import json

import gridmap as gm
from gridmap.cli.findings import grid_findings, placement_findings
from gridmap.sample import write_sample
from tests.warned import warned


def test_a_county_is_written_and_the_next_command_is_told(gridmap, tmp_path):
    result = gridmap("sample", tmp_path / "out", "--cells", "100", "--households", "200", "--seed", "3")
    assert result.exit_code == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {
        "grid.gpkg",
        "households.csv",
        "cases.csv",
    }
    assert "next: gridmap init" in result.stdout


def test_planted_faults_come_with_their_answer_key(gridmap, tmp_path, document_of):
    args = ["sample", tmp_path, "--cells", "100", "--households", "2000", "--seed", "3", "--faults", "--json"]
    files = document_of(gridmap(*args))["files"]
    key = json.loads((tmp_path / "faults.json").read_text(encoding="utf-8"))
    assert str(tmp_path / "faults.json") in files
    assert key["no_location"]


def read_key(folder):
    return json.loads((folder / "findings.json").read_text(encoding="utf-8"))


def ids_by_kind(findings):
    """Kind -> sorted ids of findings, as `Finding` or as JSON."""
    plain = [each if isinstance(each, dict) else each.to_json() for each in findings]
    return {each["kind"]: sorted(each["ids"]) for each in plain}


def test_check_reports_the_planted_faults_of_1500_households_and_nothing_else(gridmap, tmp_path, document_of):
    write_sample(tmp_path, cells=100, households=1_500, seed=7, faults=True)
    crs = ["--crs-households", "EPSG:4490", "--crs-officials", "EPSG:4490"]
    files = [f"--{name}={tmp_path / name}.csv" for name in ("households", "officials")]
    made = gridmap("init", tmp_path / "w.gpkg", "--grid", tmp_path / "grid.gpkg", *files, *crs)
    assert made.exit_code == 3
    checked = gridmap("check", tmp_path / "w.gpkg", "--json")
    assert checked.exit_code == 3
    document = document_of(checked)
    assert ids_by_kind(document["findings"]) == read_key(tmp_path)
    assert document["certificate"]["balanced"] is True
    assert all(each["count"] == len(each["ids"]) == len(each["where"]) for each in document["findings"])


def test_check_reports_the_planted_faults_of_20000_households_and_nothing_else(tmp_path):
    write_sample(tmp_path, cells=800, households=20_000, seed=3, faults=True)
    with warned(gm.GridmapWarning, match="Self-intersection"):
        grid = gm.read_grid(tmp_path / "grid.gpkg")
    with warned(gm.GridmapWarning, match="findings in households"):
        households = gm.read_households(tmp_path / "households.csv", crs="EPSG:4490")
    placement = gm.place_households(households, grid)
    key = read_key(tmp_path)
    assert ids_by_kind([*grid_findings(grid), *placement_findings(placement)]) == key
    assert {kind: len(ids) for kind, ids in key.items()} == {
        "no_location": 20,
        "outside_grid": 20,
        "bad_coordinates": 20,
        "unknown_cell": 20,
        "duplicate_id": 20,
        "declared_elsewhere": 40,
        "shifted_point": 20,
        "double_household": 20,
        "missing_phone": 20,
        "bad_phone": 20,
        "overlap": 16,
        "gap": 16,
        "invalid_geometry": 16,
    }


def test_naughty_names_stay_what_they_are(tmp_path):
    write_sample(tmp_path, cells=100, households=3_000, seed=3, faults=True)
    names = json.loads((tmp_path / "faults.json").read_text(encoding="utf-8"))["naughty_name"]
    with warned(gm.GridmapWarning, match="findings in households"):
        read = gm.read_households(tmp_path / "households.csv", crs="EPSG:4490")
    assert sorted(read.loc[names, "head_name"]) == sorted(
        ["<img src=x onerror=alert(1)>", '=HYPERLINK("http://example.invalid")', "+1+1"]
    )


def test_a_size_out_of_range_is_an_error(gridmap, tmp_path):
    result = gridmap("sample", tmp_path, "--cells", "3", "--households", "10", "--seed", "1")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")

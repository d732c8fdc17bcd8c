import json


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


def test_a_size_out_of_range_is_an_error(gridmap, tmp_path):
    result = gridmap("sample", tmp_path, "--cells", "3", "--households", "10", "--seed", "1")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")

"""What holds for every command: help that teaches, exit codes, one clear line for an error."""

import os
import subprocess
import sys

import pytest

from gridmap.cli.printing import width

COMMANDS = (
    "demo",
    "init",
    "check",
    "zone",
    "notice",
    "assign",
    "export",
    "followup",
    "board",
    "record",
    "clock",
    "renew",
    "sample",
    "batch",
    "compare",
    "purge",
    "lab",
    "grid",
)


def run_python(*args, **variables):
    """Run the program in a process of its own."""
    code = "from gridmap.cli import main; main()"
    environment = {**os.environ, **variables}
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, args)], capture_output=True, env=environment, check=False
    )


def test_help_lists_the_commands_in_the_order_of_the_job(gridmap):
    text = gridmap("--help").stdout.partition("Commands:")[2]
    names = [line.split()[0] for line in text.splitlines() if line.startswith("  ") and line[2] != " "]
    assert tuple(names) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_shows_an_example(gridmap, command):
    result = gridmap(command, "--help")
    assert result.exit_code == 0
    assert f"Example: gridmap {command}" in result.stdout


def test_the_version_is_printed(gridmap):
    assert gridmap("--version").stdout.startswith("gridmap ")


def test_an_unknown_option_is_wrong_usage(gridmap):
    result = gridmap("check", "county.gpkg", "--nonsense")
    assert result.exit_code == 2
    assert "--nonsense" in result.stderr


def test_a_missing_argument_is_wrong_usage(gridmap):
    assert gridmap("compare", "county.gpkg").exit_code == 2


def test_a_time_that_is_none_is_wrong_usage_and_says_how_to_write_one(gridmap, workspace, tmp_path):
    result = gridmap("export", workspace, tmp_path, "--effective", "tomorrow")
    assert result.exit_code == 2
    assert "2022-03-05T18:00+08:00" in result.stderr


@pytest.mark.parametrize("command", [["check"], ["zone"], ["assign"], ["compare", "1", "2"], ["lab"]])
def test_a_missing_workspace_is_one_clear_line_and_is_not_made(gridmap, tmp_path, command):
    path = tmp_path / "none.gpkg"
    result = gridmap(command[0], path, *command[1:])
    assert result.exit_code == 1
    assert result.stderr.startswith("error: there is no workspace")
    assert "gridmap init" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not path.exists()


def test_a_damaged_workspace_is_refused_and_left_as_it_is(gridmap, tmp_path):
    path = tmp_path / "damaged.gpkg"
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    result = gridmap("check", path)
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert path.read_bytes().endswith(b"\xff" * 5000)


@pytest.mark.parametrize("command", [["check"], ["zone"], ["init"], ["export"]])
def test_a_database_server_is_refused_clearly(gridmap, tmp_path, county, command):
    address = "postgresql://somebody@localhost/county"
    more = {
        "init": ["--grid", county / "grid.gpkg", "--households", county / "households.csv"],
        "export": [tmp_path],
    }
    result = gridmap(*command, address, *more.get(command[0], []))
    assert result.exit_code == 1
    assert "PostgreSQL is not supported yet" in result.stderr


def test_debug_shows_the_error_itself_wherever_it_is_written(gridmap, tmp_path):
    for args in (["--debug", "check", "none.gpkg"], ["check", "none.gpkg", "--debug"]):
        result = gridmap(*args)
        assert type(result.exception).__name__ == "WorkspaceError"


def test_a_process_ends_with_the_exit_code_and_without_a_traceback(tmp_path):
    result = run_python("check", tmp_path / "none.gpkg")
    assert result.returncode == 1
    assert b"Traceback" not in result.stderr
    assert b"Traceback" in run_python("check", tmp_path / "none.gpkg", "--debug").stderr


def test_an_error_that_nobody_foresaw_is_one_line_without_its_text(tmp_path):
    code = "import sys; from gridmap.cli import app; sys.excepthook = app._tell_briefly; {}['13800138000']"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr.startswith("error: KeyError in ")
    assert "13800138000" not in result.stderr
    assert "--debug" in result.stderr


def test_a_full_disk_under_the_output_is_said_in_the_words_of_the_system():
    code = (
        "import sys; from gridmap.cli import app; sys.excepthook = app._tell_briefly; "
        "raise OSError(28, 'No space left on device')"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "No space left on device; run it again" in result.stderr


def test_chinese_goes_out_where_the_terminal_knows_ascii_only(zoned_once):
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    result = run_python("assign", zoned_once, "--dry-run", **ascii_only)
    assert result.returncode in {0, 3}, result.stderr
    assert "村社书记".encode() in result.stdout


def test_chinese_takes_two_places():
    assert width("网格 a") == 6
    assert width("e\u0301") == 1

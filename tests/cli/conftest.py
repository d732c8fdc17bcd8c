"""A fictional county of 100 cells and 300 households as files, and as a workspace that is zoned."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gridmap.cli.app import app
from gridmap.sample import write_sample

TABLES = ("grid", "households", "officials", "cases", "sites")


def table_options(folder):
    """The options of `gridmap init` for the files of a sample."""
    files = {path.stem: path for path in folder.iterdir() if path.suffix in {".gpkg", ".csv"}}
    given = [option for name in TABLES for option in (f"--{name}", str(files[name]))]
    return [
        *given,
        "--crs-households",
        "EPSG:4490",
        "--crs-officials",
        "EPSG:4490",
        "--crs-cases",
        "EPSG:4490",
    ]


def run_app(*args, input_text=None):
    return CliRunner().invoke(app, [str(arg) for arg in args], input=input_text)


@pytest.fixture(scope="session")
def county(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    write_sample(folder, cells=100, households=300, seed=1)
    return folder


@pytest.fixture(scope="session")
def zoned_once(county, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("zoned") / "county.gpkg"
    made = run_app(
        "init", path, *table_options(county), "--number", "2022-8", "--as-of", "2022-03-05T18:00+08:00"
    )
    assert made.exit_code == 0, made.output
    zoned = run_app("zone", path, "--author", "me")
    assert zoned.exit_code == 0, zoned.output
    return path


@pytest.fixture
def workspace(zoned_once, tmp_path) -> Path:
    """A copy of the zoned workspace, to be changed."""
    return Path(shutil.copy(zoned_once, tmp_path / "county.gpkg"))


@pytest.fixture
def gridmap():
    """Run a command in this process: ``gridmap("check", path)``; see `typer.testing.Result`."""
    return run_app


@pytest.fixture
def document_of():
    """Read the one JSON document on stdout."""
    return lambda result: json.loads(result.stdout)

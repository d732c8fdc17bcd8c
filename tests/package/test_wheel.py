"""The wheel as a user gets it: what it holds, and that its demo runs where nothing else is installed."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built once."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, TOP]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = out.glob("gridmap-*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel, tmp_path_factory) -> Path:
    """The folder of commands of an environment that holds the wheel and what it asks for, nothing else."""
    home = tmp_path_factory.mktemp("empty") / "venv"
    venv.create(home, with_pip=True)
    pip = [home / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    subprocess.run([*pip, wheel], check=True)
    return home / "bin"


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_every_bundled_file(wheel):
    tracked = subprocess.run(
        ["git", "ls-files", "gridmap", "geodata"], cwd=TOP, check=True, capture_output=True, text=True
    ).stdout.split()
    sources = ("gridmap/widget/js/",)
    wanted = {
        name.replace("geodata/", "gridmap/geodata/", 1) if name.startswith("geodata/") else name
        for name in tracked
    }
    missing = {name for name in wanted - names_in(wheel) if not name.startswith(sources)}
    assert missing == set()


@pytest.mark.parametrize(
    "part",
    [
        "gridmap/static/webmap.js",
        "gridmap/static/fonts/gridmap-sans-sc.otf",
        "gridmap/static/fonts/OFL.txt",
        "gridmap/protocols/three-zones-2021.toml",
        "gridmap/geodata/README.md",
    ],
)
def test_the_wheel_holds_what_the_demo_needs(wheel, part):
    assert part in names_in(wheel)


def test_the_wheel_leaves_out_sources_of_the_bundle_and_tests(wheel):
    assert not {
        name for name in names_in(wheel) if name.startswith(("tests/", "gridmap/widget/js/", "tools/"))
    }


def test_the_demo_of_the_installed_wheel_runs_without_node_or_any_other_command(installed, tmp_path):
    environment = {"PATH": str(installed), "HOME": str(tmp_path), "LC_ALL": "C"}
    command = [installed / "gridmap", "demo", "--out", tmp_path / "demo"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    written = {path.name for path in (tmp_path / "demo").iterdir()}
    assert {"workspace.gpkg", "certificate.json", "map.html"} <= written


def test_the_installed_package_imports_from_anywhere(installed, tmp_path):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [installed / "python", "-W", "error", "-c", "import gridmap; print(gridmap.__file__)"]
    done = subprocess.run(command, cwd=tmp_path, env=clean, check=True, capture_output=True, text=True)
    assert str(installed.parent) in done.stdout

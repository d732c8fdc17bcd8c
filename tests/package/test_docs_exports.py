"""The pages of all exports and of the board are true: exports, commands and options exist, Python runs."""

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import gridmap as gm
from gridmap.cli.app import app
from gridmap.export.kit import FORMATS
from gridmap.sample import write_sample

DOCS = Path(__file__).parents[2] / "docs"
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"")
PAGES = [DOCS / "exports.md", DOCS / "board.md"]


def commands_of(page):
    lines = [line for block in SHELL.findall(page.read_text("utf-8")) for line in block.splitlines()]
    return [shlex.split(line, comments=True) for line in lines if line.strip()]


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """A small county, zoned, as a file; made once."""
    folder = tmp_path_factory.mktemp("county")
    write_sample(folder, cells=100, households=120, seed=1)
    tables = {"grid": "gpkg", "households": "csv", "officials": "csv", "cases": "csv", "sites": "csv"}
    files = [
        option for name, kind in tables.items() for option in (f"--{name}", str(folder / f"{name}.{kind}"))
    ]
    placed = [
        option for name in ("households", "officials", "cases") for option in (f"--crs-{name}", "EPSG:4490")
    ]
    path = str(folder / "county.gpkg")
    first_case = (folder / "cases.csv").read_text("utf-8-sig").splitlines()[:2]
    (folder / "cases.csv").write_text("\n".join(first_case) + "\n", "utf-8")
    for command in (["init", path, *files, *placed, "--as-of", "2022-03-05T18:00+08:00"], ["zone", path]):
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 0, done.output
    return Path(path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_option_of_the_page_exists_and_its_links_lead_somewhere(page):
    program = typer.main.get_command(app)
    for _, command, *words in commands_of(page):
        known = {option for each in program.commands[command].params for option in each.opts} | {"--help"}
        assert {word for word in words if word.startswith("--")} <= known, command
    links = ["".join(pair) for pair in LINK.findall(page.read_text("utf-8"))]
    assert [target for target in links if not (page.parent / target).exists()] == []


def test_every_export_is_on_the_page():
    text = PAGES[0].read_text("utf-8")
    written = [name for name in gm.__all__ if name.startswith("export_")]
    assert [name for name in written if f"gm.{name}" not in text] == []
    shown = {word for words in commands_of(PAGES[0]) for word in words}
    assert [name for name in FORMATS if name not in shown] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_python_of_the_page_runs(page, county, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "county.gpkg").write_bytes(county.read_bytes())
    names = {}
    for block in PYTHON.findall(page.read_text("utf-8")):
        exec(compile(block, page.name, "exec"), names)  # noqa: S102 - the text is ours
    files = {path.name for path in tmp_path.iterdir()}
    assert {"board.html", "board.pdf"} <= files
    assert (
        page.name == "board.md"
        or {"map.html", "atlas.pdf", "lists", "calendar.ics", "zones.geojson"} <= files
    )

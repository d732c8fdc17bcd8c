"""What the documents say is true: their Python runs, their links lead somewhere, their commands exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

import gridmap as gm
from gridmap.cli.app import app

TOP = Path(__file__).parents[2]
READMES = [TOP / "README.md", TOP / "README.zh.md"]
PAGES = [*READMES, TOP / "docs" / "index.md"]
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)|src=\"([^\"]+)\"")
SURFACE = [
    "read_grid",
    "read_households",
    "read_officials",
    "read_cases",
    "load_protocol",
    "place_households",
    "new_plan",
    "delineate",
    "apply_edit",
    "household_tiers",
    "zone_outlines",
    "certify",
    "assign_duties",
    "compare_plans",
    "export_map",
    "export_atlas",
    "export_contacts",
    "export_layers",
    "open_workspace",
    "Workbench",
]


def named(path):
    return path.name


@pytest.mark.parametrize("page", READMES, ids=named)
def test_the_python_of_a_readme_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = PYTHON.findall(page.read_text("utf-8"))
    assert blocks
    names = {}
    for block in blocks:
        exec(compile(block, page.name, "exec"), names)  # noqa: S102 - the text is ours
    assert len(names["placement"].cells) == len(names["households"])


def test_both_readmes_show_the_same_code():
    english, chinese = (page.read_text("utf-8") for page in READMES)
    assert PYTHON.findall(english) == PYTHON.findall(chinese)
    assert SHELL.findall(english) == SHELL.findall(chinese)


def test_every_command_and_option_of_the_readme_exists():
    program = typer.main.get_command(app)
    lines = [
        line.split() for block in SHELL.findall(READMES[0].read_text("utf-8")) for line in block.splitlines()
    ]
    for _, command, *words in lines:
        known = {option for each in program.commands[command].params for option in each.opts}
        assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_the_links_of_a_page_lead_somewhere(page):
    found = ["".join(pair) for pair in LINK.findall(page.read_text("utf-8"))]
    assert found
    assert [target for target in found if not (page.parent / target).exists()] == []


def test_the_picture_of_the_readme_is_small():
    assert (TOP / "docs" / "images" / "first-zoning.png").stat().st_size < 300_000


def test_the_first_script_calls_every_public_name_of_the_design():
    code = (TOP / "docs" / "first-script.py").read_text("utf-8")
    assert [name for name in SURFACE if f"gm.{name}(" not in code] == []
    assert [name for name in SURFACE if not hasattr(gm, name)] == []


def test_the_first_script_runs(tmp_path, monkeypatch):
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(tmp_path))
    command = [sys.executable, "-W", "error", str(TOP / "docs" / "first-script.py")]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path)
    assert done.stderr == ""
    assert "balanced: True of 1500 households" in done.stdout
    (folder,) = tmp_path.glob("gridmap-*")
    assert {"map.html", "atlas.pdf", "lists", "zones.gpkg", "county.gpkg"} <= {
        p.name for p in folder.iterdir()
    }


def test_the_changelog_is_about_this_version():
    assert f"## {gm.__version__}\n" in (TOP / "CHANGELOG.md").read_text("utf-8")

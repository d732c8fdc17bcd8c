"""What the documents say is true: their Python runs, their links lead somewhere, their commands exist."""

import json
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
WORKBENCH = TOP / "docs" / "workbench.md"
PAGES = [*READMES, TOP / "docs" / "index.md", WORKBENCH]
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)#]+)\)|<img src=\"([^\"]+)\"[^>]*alt=\"([^\"]*)\"")
# What the rail and the help of the workbench show, as they make it.
TOLD = """
import { keyTable } from "%(js)s/keys.js";
import { TOOLS } from "%(js)s/tools.js";
import { WORDS_MAP } from "%(js)s/words_map.js";
const said = (lang) => ({ word: (key) => WORDS_MAP[key][lang] });
const tools = Object.entries(TOOLS).map(([name, { key }]) => [...WORDS_MAP[`tool_${name}`], key]);
const keys = keyTable(said(1)).flatMap(({ rows }) => rows.flatMap((row) => row.keys));
console.log(JSON.stringify({ tools, keys }));
"""
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


def pictures_of(page):
    found = PICTURE.findall(page.read_text("utf-8"))
    return {page.parent / (markdown or html): text or alt for text, markdown, html, alt in found}


def test_every_picture_is_there_is_told_in_words_and_is_small():
    shown = {}
    for page in [*READMES, *(TOP / "docs").glob("*.md")]:
        shown |= pictures_of(page)
    assert [path.name for path, words in shown.items() if not (path.is_file() and words)] == []
    kept = set((TOP / "docs" / "images").iterdir())
    linked = {
        page.parent / "".join(pair) for page in READMES for pair in LINK.findall(page.read_text("utf-8"))
    }
    assert {path.resolve() for path in kept} <= {path.resolve() for path in [*shown, *linked]}
    assert max(path.stat().st_size for path in kept) < 300_000
    assert sum(path.stat().st_size for path in kept) < 3_400_000


def test_one_command_makes_every_picture_of_the_workbench():
    script = (TOP / "tools" / "make_workbench_pictures.py").read_text("utf-8")
    scenes = re.findall(r"^@picture\(.*\)\ndef (\w+)", script, re.MULTILINE)
    made = {f"workbench-{scene.replace('_', '-')}.png" for scene in scenes if scene != "main"}
    kept = {path.name for path in (TOP / "docs" / "images").glob("workbench*.png")}
    assert kept == made | {"workbench.png"}


@pytest.fixture(scope="module")
def told():
    """What the workbench calls its tools, and the keys that its help lists."""
    code = TOLD % {"js": (TOP / "gridmap" / "widget" / "js" / "bench").as_uri()}
    command = ["node", "--input-type=module", "--eval", code]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=TOP)
    return json.loads(done.stdout)


def test_the_page_of_the_workbench_shows_every_tool_under_its_names_and_key(told):
    heads = re.findall(r"^### (.+)\n\n!\[", WORKBENCH.read_text("utf-8"), re.MULTILINE)
    assert told["tools"]
    assert heads[: len(told["tools"])] == [f"{en} {zh} · {key.upper()}" for zh, en, key in told["tools"]]


def test_the_page_of_the_workbench_lists_every_key_of_its_help(told):
    table = WORKBENCH.read_text("utf-8").partition("| key | what it does |")[2].partition("\n\n")[0]
    assert told["keys"]
    assert sorted(re.findall(r"`([^`]+)`", table)) == sorted(told["keys"])


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

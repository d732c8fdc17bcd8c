"""The committed browser bundles are what their sources build, and hold nothing that asks a network."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
STATIC = TOP / "gridmap" / "static"
SCRIPTS = ("webmap.js", "workbench.js")
STYLES = ("webmap.css", "workbench.css")


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    """The bundles, built anew from the sources and the locked libraries."""
    node = shutil.which("node")
    assert node, "node is missing; run make test, which installs it"
    assert (TOP / "node_modules" / "esbuild").is_dir(), "run make node_modules/.installed first"
    out = tmp_path_factory.mktemp("bundle")
    subprocess.run([node, "tools/build_bundle.mjs", out], cwd=TOP, check=True)
    return out


@pytest.mark.parametrize("name", SCRIPTS + STYLES)
def test_the_committed_bundle_is_what_the_sources_build(rebuilt, name):
    same = (STATIC / name).read_bytes() == (rebuilt / name).read_bytes()
    assert same, (
        f"gridmap/static/{name} is not what gridmap/widget/js builds: run make bundle-js and commit it"
    )


@pytest.mark.parametrize("name", STYLES)
def test_the_style_asks_for_no_picture(name):
    assert "url(" not in (STATIC / name).read_text("utf-8")


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_script_can_stand_inside_a_page(name):
    script = (STATIC / name).read_text("ascii")
    assert "</script" not in script.lower()
    assert "<!--" not in script


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_script_names_no_address_but_a_namespace_and_a_link(name):
    addresses = set(re.findall(r"https?://[^\"'`\s)<>]+", (STATIC / name).read_text("ascii")))
    assert addresses <= {"http://www.w3.org/2000/svg", "https://leafletjs.com"}


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_script_evaluates_no_text(name):
    script = (STATIC / name).read_text("ascii")
    assert not re.search(r"\beval\(|new Function\(", script)


def test_the_workbench_is_a_module_that_anywidget_can_load():
    assert re.search(r"export\s*\{[^}]*\b[\w$]+ as default\b", (STATIC / "workbench.js").read_text("ascii"))


def test_the_notices_hold_the_licences_of_what_is_bundled():
    notice = (STATIC / "NOTICE.md").read_text("utf-8")
    for library in ("leaflet", "fflate"):
        assert (TOP / "node_modules" / library / "LICENSE").read_text("utf-8").strip() in notice
    assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts" / "OFL.txt").read_text("utf-8")

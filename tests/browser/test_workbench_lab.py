"""The workbench in a whole JupyterLab: what is clicked in the panel is done to the plan in the kernel."""

import os
import re
import subprocess
import sys
import threading
from importlib.resources import files

import geopandas as gpd
import nbformat
import pandas as pd
import pytest
import shapely

import gridmap as gm
from tests.conftest import SCREEN

PATIENCE_S = 120
OPTIONS = (
    "--no-browser",
    "--allow-root",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.port=0",
    "--IdentityProvider.token=test",
    "--LabApp.expose_app_in_browser=True",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
)
SETTINGS = (
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "IPYTHONDIR",
)
KERNEL = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
SHOW = 'import gridmap as gm\nbench = gm.Workbench(gm.open_workspace("small.gpkg"), author="desk")\nbench'
ASK = 'print("in the kernel:", bench.plan.tiers.dropna().to_dict(), len(bench.unsaved))'


@pytest.fixture
def folder(tmp_path):
    """A notebook, and a workspace of two villages, each one cell with one household.

    +---+---+
    | a | b |     village v: a     village w: b
    +---+---+
    """
    shapes = [shapely.box(120 + x, 30, 121 + x, 31) for x in range(2)]
    columns = {"village_id": ["v", "w"], "village_name": ["North", "South"]}
    grid = gpd.GeoDataFrame(columns, index=pd.Index(["a", "b"], name="cell_id"), geometry=shapes, crs=4326)
    homes = gpd.GeoSeries([shapely.Point(120.5, 30.5), shapely.Point(121.5, 30.5)], crs=4326)
    index = pd.Index(["h1", "h2"], name="household_id")
    households = gpd.GeoDataFrame({"residents": [2, 3]}, index=index, geometry=homes.array)
    work = tmp_path / "work"
    work.mkdir()
    workspace = gm.open_workspace(work / "small.gpkg")
    workspace.set_tables(grid=grid, households=households)
    workspace.set_protocol((files("gridmap") / "protocols" / "three-zones-2021.toml").read_text("utf-8"))
    cells = [nbformat.v4.new_code_cell(text, id=name) for name, text in (("show", SHOW), ("ask", ASK))]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, work / "bench.ipynb")
    return work


@pytest.fixture
def lab(folder, tmp_path):
    """A JupyterLab of its own over the folder; gives its address."""
    own = {name: str(tmp_path / name.lower()) for name in SETTINGS}
    command = [sys.executable, "-m", "jupyterlab", *OPTIONS, f"--ServerApp.root_dir={folder}"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=os.environ | own, **quiet) as server:
        rest = threading.Thread(target=server.stderr.read)  # a full pipe would stop the server
        try:
            yield address_of(server, rest)
        finally:
            server.terminate()
            server.wait(PATIENCE_S)
            if rest.ident is not None:
                rest.join()


def address_of(server, rest):
    """Wait for the line in which the server says where it listens."""
    for line in server.stderr:
        said = re.search(r"http://127\.0\.0\.1:[1-9]\d*", line)
        if said:
            rest.start()
            return said[0]
    return pytest.fail("JupyterLab did not start")


@pytest.fixture
def page(chromium, lab):
    width, height = SCREEN
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_S * 1000)
    page.goto(f"{lab}/lab/tree/bench.ipynb?token=test&reset")
    page.wait_for_function(f"{KERNEL} === 'idle'")
    yield page
    context.close()


def run(page, command):
    """Start a command of JupyterLab; what it does is waited for by what it shows."""
    page.evaluate("name => { window.jupyterapp.commands.execute(name); }", command)


def test_a_tier_button_sets_the_tier_of_the_chosen_area_in_the_kernel(page):
    outside = []
    page.on(
        "request", lambda request: outside.append(request.url) if "127.0.0.1" not in request.url else None
    )
    run(page, "notebook:run-all-cells")
    page.wait_for_selector(".gm-bench .gm-cell", state="attached")
    page.get_by_text("in the kernel: {} 0").wait_for()
    assert page.locator(".gm-zone").count() == 0

    page.locator(".gm-bench select[multiple]").select_option(label="North")
    page.wait_for_selector(".gm-selected", state="attached")
    page.locator(".gm-set-sealed").click()
    page.wait_for_selector(".gm-zone[data-zone='S-1']", state="attached")
    page.locator(".jp-CodeCell .jp-InputPrompt").last.click()
    run(page, "notebook:run-cell")
    page.get_by_text("in the kernel: {'a': 'sealed'} 1").wait_for()

    page.get_by_role("button", name="撤销").click()
    page.wait_for_selector(".gm-zone", state="detached")
    assert [url for url in outside if not url.startswith(("data:", "blob:"))] == []

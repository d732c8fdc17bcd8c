import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest


@pytest.fixture
def started(monkeypatch, tmp_path):
    """Record the command instead of starting JupyterLab, in an empty folder."""
    commands = []

    def run(command, *, check):
        commands.append(command)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.chdir(tmp_path)
    return commands


def test_the_workbench_notebook_is_made_beside_the_workspace(gridmap, workspace, started):
    result = gridmap("lab", workspace, "--no-browser", "--port=8899")
    assert result.exit_code == 0, result.output
    notebook = workspace.with_name("county-workbench.ipynb")
    prompt = "--ServerApp.kernel_websocket_connection_class=gridmap.cli.prompt.PromptConnection"
    command = [sys.executable, "-m", "jupyter", "lab", str(notebook), prompt, "--no-browser", "--port=8899"]
    assert started == [command]
    code = json.loads(notebook.read_text(encoding="utf-8"))["cells"][1]["source"]
    assert "gm.open_workspace('county.gpkg')" in code
    compile(code, "notebook", "exec")


def test_a_notebook_that_is_there_stays_as_it_is(gridmap, workspace, started):
    notebook = workspace.with_name("county-workbench.ipynb")
    notebook.write_text("mine", encoding="utf-8")
    assert gridmap("lab", workspace).exit_code == 0
    assert notebook.read_text(encoding="utf-8") == "mine"


def test_without_a_workspace_the_first_notebook_is_put_into_this_folder(gridmap, tmp_path, started):
    assert gridmap("lab").exit_code == 0
    for name in (
        "01-first-zoning.ipynb",
        "02-draw-zones.ipynb",
        "03-assign-officials.ipynb",
        "04-export.ipynb",
        "05-day-two.ipynb",
    ):
        assert json.loads((tmp_path / name).read_text(encoding="utf-8"))["nbformat"] == 4
    assert started[0][4] == "01-first-zoning.ipynb"


def test_kernels_behind_a_gateway_keep_its_connection(gridmap, workspace, started, monkeypatch):
    assert gridmap("lab", workspace, "--gateway-url=http://127.0.0.1:9").exit_code == 0
    monkeypatch.setenv("JUPYTER_GATEWAY_URL", "http://127.0.0.1:9")
    assert gridmap("lab", workspace).exit_code == 0
    assert not any("connection_class" in word for command in started for word in command)


def test_a_base_map_is_handed_to_the_kernels_and_checked_first(gridmap, workspace, started, monkeypatch):
    monkeypatch.setenv("GRIDMAP_BASEMAP", "")
    assert gridmap("lab", workspace, "--basemap", "http://127.0.0.1:9/{z}/{x}/{y}.png").exit_code == 0
    assert os.environ["GRIDMAP_BASEMAP"] == "http://127.0.0.1:9/{z}/{x}/{y}.png"
    result = gridmap("lab", workspace, "--basemap", "file:///etc/{z}")
    assert result.exit_code == 1
    assert "no http address" in result.output


def test_a_jupyterlab_that_fails_fails_the_command(gridmap, workspace, monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=1))
    assert gridmap("lab", workspace).exit_code == 1


@pytest.fixture
def voila(monkeypatch, tmp_path):
    """Put a server that only takes notes in the place of Voila, in an empty folder."""
    apps = []

    class Voila:
        def __init__(self, **settings):
            self.settings = settings
            self.template_paths = ["lab"]
            self.display_url = "http://127.0.0.1:8866/?token=..."
            self.identity_provider = SimpleNamespace(token="secret")  # noqa: S106 - made up
            apps.append(self)

        def initialize(self, words):
            self.notebook = json.loads(Path(words[0]).read_text(encoding="utf-8"))
            self.options = words[1:]

        def start(self):
            self.launch_browser()

    monkeypatch.setitem(sys.modules, "voila", ModuleType("voila"))
    monkeypatch.setitem(sys.modules, "voila.app", SimpleNamespace(Voila=Voila))
    monkeypatch.chdir(tmp_path)
    return apps


def test_without_code_a_notebook_of_our_own_is_served_and_its_address_printed(gridmap, workspace, voila):
    result = gridmap("lab", workspace, "--no-code", "--no-browser", "--port=8899")
    assert result.exit_code == 0, result.output
    assert result.output == "http://127.0.0.1:8866/?token=secret\n"
    (app,) = voila
    assert app.options[-1] == "--port=8899"
    assert "--token" in app.options
    assert "--Voila.kernel_websocket_connection_class=gridmap.cli.prompt.PromptConnection" in app.options
    (cell,) = app.notebook["cells"]
    assert f"os.chdir({str(workspace.parent)!r})" in cell["source"]
    compile(cell["source"], "notebook", "exec")
    assert [file.name for file in workspace.parent.iterdir()] == ["county.gpkg"]


def test_without_code_a_browser_opens_with_the_token(gridmap, workspace, voila, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    assert gridmap("lab", workspace, "--no-code").exit_code == 0
    assert opened == ["http://127.0.0.1:8866/?token=secret"]


def test_without_code_a_workspace_is_named(gridmap, voila):
    result = gridmap("lab", "--no-code")
    assert result.exit_code == 2
    assert "gridmap lab county.gpkg --no-code" in result.output


def test_without_voila_the_line_that_installs_it_is_said(gridmap, workspace, monkeypatch):
    monkeypatch.setitem(sys.modules, "voila.app", None)
    result = gridmap("lab", workspace, "--no-code")
    assert result.exit_code == 1
    assert "pip install 'gridmap[no-code]'" in result.output

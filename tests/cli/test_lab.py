import json
import subprocess
import sys
from types import SimpleNamespace

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
    assert started == [[sys.executable, "-m", "jupyter", "lab", str(notebook), "--no-browser", "--port=8899"]]
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
    assert json.loads((tmp_path / "01-first-zoning.ipynb").read_text(encoding="utf-8"))["nbformat"] == 4
    assert started[0][-1] == "01-first-zoning.ipynb"


def test_a_jupyterlab_that_fails_fails_the_command(gridmap, workspace, monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=1))
    assert gridmap("lab", workspace).exit_code == 1

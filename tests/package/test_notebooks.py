"""The notebooks run from top to bottom, hold no outputs, and speak only through the public names."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbstripout import strip_output

TOP = Path(__file__).parents[2]
NOTEBOOKS = sorted((TOP / "notebooks").glob("*.ipynb"))
SECONDS = 300
WIDGET = "application/vnd.jupyter.widget-view+json"


def read(path):
    return nbformat.read(path, as_version=4)


def code_of(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture
def own_jupyter(tmp_path, monkeypatch):
    """A Jupyter that neither reads nor writes the settings of whoever runs the tests."""
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))


def test_there_are_a_first_notebook_and_one_each_for_drawing_officials_and_exports():
    assert [path.name for path in NOTEBOOKS] == [
        "01-first-zoning.ipynb",
        "02-draw-zones.ipynb",
        "03-assign-officials.ipynb",
        "04-export.ipynb",
        "05-day-two.ipynb",
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
@pytest.mark.filterwarnings("default")  # what the machinery of Jupyter warns of is not ours
def test_a_notebook_runs_from_top_to_bottom_in_an_empty_folder(path, tmp_path, own_jupyter):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    notebook = read(path)
    client = NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": str(folder)}})
    client.execute()
    said = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert [
        output.text for output in said if output.output_type == "stream" and output.name == "stderr"
    ] == []
    pictures = [output for output in said if "image/png" in output.get("data", {})]
    assert len(pictures) >= 2
    assert [output for output in said if WIDGET in output.get("data", {})]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_kept_without_outputs(path):
    kept = read(path)
    stripped = strip_output(read(path), keep_output=False, keep_count=False, keep_id=True)
    assert [cell.get("outputs", []) for cell in kept.cells if cell.cell_type == "code"] == [
        cell["outputs"] for cell in stripped.cells if cell.cell_type == "code"
    ]
    assert all(cell.execution_count is None for cell in kept.cells if cell.cell_type == "code")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_a_story_and_defines_nothing(path):
    lines = [line for code in code_of(read(path)) for line in code.splitlines()]
    assert [line for line in lines if line.startswith(("def ", "class ", "%", "!"))] == []

"""gridmap lab: the workbench in JupyterLab, or as a page without code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from gridmap.cli.options import open_existing
from gridmap.cli.printing import tell
from gridmap.model.basemap import VARIABLE, Basemap

_STORIES = (
    "01-first-zoning.ipynb",
    "02-draw-zones.ipynb",
    "03-assign-officials.ipynb",
    "04-export.ipynb",
    "05-day-two.ipynb",
)
_PACKAGE = Path(__file__).resolve().parent.parent


def lab(
    context: typer.Context,
    workspace: Annotated[
        str | None,
        typer.Argument(metavar="[WORKSPACE]", help="The workspace; without it, the first notebook."),
    ] = None,
    *,
    no_code: Annotated[
        bool, typer.Option("--no-code", help="Show the workbench alone, as a page without code.")
    ] = False,
    basemap: Annotated[
        str,
        typer.Option(
            metavar="URL", help="Tiles under the cells, such as http://host/{z}/{x}/{y}.png; none else."
        ),
    ] = "",
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address, open no browser.")
    ] = False,
) -> None:
    """Open JupyterLab on the workbench of a workspace, or on the first notebook.

    Other options go to JupyterLab, such as --port=8899 or --ip=0.0.0.0; with --no-code they go to Voila, such
    as --port=8899 or --Voila.ip=0.0.0.0.

    Example: gridmap lab county.gpkg
    """
    if basemap:
        os.environ[VARIABLE] = Basemap(basemap).template  # for the kernels, which are other processes
    if no_code:
        _show_without_code(workspace, browser=not no_browser, options=context.args)
        return
    from gridmap.cli.prompt import prompt_options

    notebook = _workbench_notebook(workspace) if workspace else _story()
    command = [sys.executable, "-m", "jupyter", "lab", str(notebook)]
    own = [*prompt_options("ServerApp", context.args), *(["--no-browser"] if no_browser else [])]
    options = [*own, *context.args]
    done = subprocess.run([*command, *options], check=False)  # noqa: S603 - the user's own options
    if done.returncode:
        raise typer.Exit(1)


def _show_without_code(workspace: str | None, *, browser: bool, options: Sequence[str]) -> None:
    from gridmap.cli.no_code import serve

    if workspace is None:
        raise typer.BadParameter("--no-code shows a workspace; name it: gridmap lab county.gpkg --no-code")
    with open_existing(workspace) as opened:
        path = opened.path
    serve(path, browser=browser, options=options)


def _workbench_notebook(workspace: str) -> Path:
    """Make a notebook beside the workspace that shows its workbench; one that is there stays as it is."""
    with open_existing(workspace) as opened:
        path = opened.path
    opening = f"workspace = gm.open_workspace({path.name!r})"
    cell = f"import gridmap as gm\n\n{opening}\nbench = gm.Workbench(workspace)\nbench"
    return _write_notebook(path.with_name(f"{path.stem}-workbench.ipynb"), f"# {path.stem}", cell)


def _story() -> Path:
    """Copy the notebooks into this folder, so that what is changed in them stays with the user."""
    for name in _STORIES:
        _copy(name)
    return Path(_STORIES[0])


def _copy(name: str) -> None:
    from gridmap.store.files import write_text

    path = Path(name)
    found = (folder / "notebooks" / name for folder in (_PACKAGE, _PACKAGE.parent))
    source = next((file for file in found if file.is_file()), None)
    if path.exists():
        tell(f"{path} is here already and stays as it is")
    elif source is not None:
        write_text(path, source.read_text(encoding="utf-8"))
    else:
        cell = 'import gridmap as gm\n\ngrid = gm.read_grid(gm.bundled_path("county/grid.gpkg"))\ngrid.plot()'
        _write_notebook(path, f"# {path.stem}", cell)


def _write_notebook(path: Path, title: str, code: str) -> Path:
    from gridmap.store.files import write_text

    if path.exists():
        return path
    cells = [
        {"cell_type": "markdown", "id": "title", "metadata": {}, "source": title},
        {
            "cell_type": "code",
            "id": "workbench",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": code,
        },
    ]
    notebook = {
        "cells": cells,
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    write_text(path, json.dumps(notebook, ensure_ascii=False, indent=1) + "\n")
    return path

"""The workbench of a workspace as a page without code, served by Voila."""

from __future__ import annotations

import json
import webbrowser
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gridmap.cli.printing import say
from gridmap.errors import UnsupportedError

_PIP = "pip install 'gridmap[no-code]'"
# Scripts and styles come from this server alone; pictures may come from the server of a base map.
_POLICY = "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; img-src * data: blob:"
_ALWAYS = ("--Voila.ip=127.0.0.1", "--token", "--show_tracebacks=True")
_WARN = 30


def serve(workspace: Path, *, browser: bool, options: Sequence[str] = ()) -> None:
    """Serve the workbench until the user stops the program; every page that is opened has its own kernel.

    What runs is written here anew each time, so that opening a workspace runs no code that lies beside it.

    Parameters
    ----------
    workspace
        The file of the workspace.
    browser
        Whether a browser is opened on the page; its address is printed in any case.
    options
        Options of Voila.

    Raises
    ------
    UnsupportedError
        If Voila is not installed.
    """
    try:
        from voila.app import Voila
    except ImportError as error:
        raise UnsupportedError(f"a page without code needs Voila; {_PIP}") from error
    from jupyter_core.paths import jupyter_config_path

    from gridmap.cli.prompt import prompt_options

    with TemporaryDirectory(prefix="gridmap-") as folder:
        notebook = Path(folder, "workbench.ipynb")
        notebook.write_text(_notebook(workspace.resolve()), encoding="utf-8")
        # Voila would also run a voila.py of the folder it is started in.
        app = Voila(config_file_paths=jupyter_config_path(), log_level=_WARN)
        app.initialize([str(notebook), *_ALWAYS, *prompt_options("Voila", options), *options])
        app.tornado_settings = {"headers": {"Content-Security-Policy": _POLICY}}
        app.template_paths = [str(files("gridmap") / "static" / "no_code"), *app.template_paths]
        app.open_browser = True
        app.launch_browser = lambda: _open(app, browser=browser)
        app.start()


def _open(app: Any, *, browser: bool) -> None:
    address = f"{app.display_url.partition('?')[0]}?token={app.identity_provider.token}"
    say(address)
    if browser:
        webbrowser.open(address)


def _notebook(workspace: Path) -> str:
    """Write the notebook that shows a workbench; what it exports goes beside the workspace."""
    lines = [
        "import os",
        "import gridmap as gm",
        f"os.chdir({str(workspace.parent)!r})",
        f"gm.Workbench(gm.open_workspace({workspace.name!r}, create=False))",
    ]
    cell: dict[str, Any] = {
        "cell_type": "code",
        "id": "workbench",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": "\n".join(lines),
    }
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "title": f"{workspace.stem} · gridmap"}
    return json.dumps({"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})

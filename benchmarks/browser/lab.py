"""A JupyterLab of its own, and notebooks open in a browser that reaches no network."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

PATIENCE_S = 120
CHROMIUM_ARGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
_OPTIONS = (
    "--no-browser",
    "--allow-root",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.port=0",
    "--IdentityProvider.token=test",
    "--LabApp.expose_app_in_browser=True",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
)
_SETTINGS = (
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "IPYTHONDIR",
)
_LOCAL = ("data:", "blob:", "about:", "http://127.0.0.1")
_KERNEL = "window.notebookPanel?.sessionContext.session?.kernel"
# Another tab may be in front later; this one stays the notebook.
_FIND_NOTEBOOK = """
() => {
  const widget = window.jupyterapp?.shell.currentWidget;
  window.notebookPanel ??= widget?.sessionContext ? widget : undefined;
  return window.notebookPanel?.sessionContext.session?.kernel?.status === "idle";
}
"""
# Counts what comes by websocket, without handing a frame to anybody.
_COUNT_BYTES = """
window.bytesReceived = 0;
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      window.bytesReceived += data.byteLength ?? data.size ?? data.length;
    });
  }
};
"""
_WAIT_QUIET = """
() => new Promise((resolve) => {
  const { kernel } = window.notebookPanel.sessionContext.session;
  let since = performance.now();
  const look = () => {
    if (kernel.status !== "idle") since = performance.now();
    if (performance.now() - since > 2000) resolve();
    else setTimeout(look, 20);
  };
  look();
})
"""
_ASK = """
async ([code, answer]) => {
  const { kernel } = window.notebookPanel.sessionContext.session;
  const request = kernel.requestExecute({ code, store_history: false, user_expressions: { answer } }, true);
  const { content } = await request.done;
  return content.status === "ok" ? content.user_expressions.answer : content;
}
"""


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """Start a headless Chromium without a network.

    Raises
    ------
    FileNotFoundError
        If Chromium is not installed.
    """
    path = shutil.which("chromium")
    if path is None:
        raise FileNotFoundError("chromium is missing; run make test, which installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*CHROMIUM_ARGS, *flags])
        yield browser
        browser.close()


@contextmanager
def jupyterlab(root: Path, own: Path, options: Sequence[str] = ()) -> Iterator[str]:
    """Start a JupyterLab over the folder `root`, with its settings in `own`; give its address."""
    settings = {name: str(own / name.lower()) for name in _SETTINGS}
    _ask_for_no_news(own / "jupyterlab_settings_dir")
    command = [sys.executable, "-m", "jupyterlab", *_OPTIONS, f"--ServerApp.root_dir={root}", *options]
    with subprocess.Popen(
        command, env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            yield _address_of(server)
        finally:
            server.terminate()
            server.wait(PATIENCE_S)


def _ask_for_no_news(folder: Path) -> None:
    """Keep a question of JupyterLab from lying over the notebook."""
    path = folder / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('{"fetchNews": "false"}', encoding="utf-8")


def _address_of(server: subprocess.Popen[str]) -> str:
    """Wait for the line in which the server says where it listens; what it says later is thrown away."""
    assert server.stderr is not None
    for line in server.stderr:
        said = re.search(r"http://127\.0\.0\.1:[1-9]\d*", line)
        if said:
            threading.Thread(target=server.stderr.read, daemon=True).start()
            return said[0]
    raise RuntimeError("JupyterLab did not start")


class KernelError(Exception):
    """What a kernel was asked to do went wrong there."""


def write_notebook(path: Path, cells: Sequence[str], *, folded: bool = False) -> None:
    """Write a notebook of code cells; folded, their code is there but not shown."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    shown = {"jupyter": {"source_hidden": True}} if folded else {}
    made = [
        nbformat.v4.new_code_cell(text, id=f"cell-{place}", metadata=shown)
        for place, text in enumerate(cells)
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel}), path)


class Notebook:
    """A notebook that is open in JupyterLab.

    Parameters
    ----------
    browser
        Where a context of its own is made.
    lab
        The address of the JupyterLab.
    name
        The path of the notebook from the folder of the JupyterLab.
    size
        Width and height in pixels.
    touch
        Whether it is a tablet.

    Attributes
    ----------
    page
        The page.
    outside
        The addresses of all requests for anything but this machine.
    errors
        The errors that the page told.
    """

    def __init__(
        self,
        browser: Browser,
        lab: str,
        name: str,
        *,
        size: tuple[int, int] = (1400, 900),
        touch: bool = False,
    ) -> None:
        width, height = size
        self._context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": height}, has_touch=touch, locale="zh-CN"
        )
        self._address = f"{lab}/lab/tree/{name}?token=test&reset"
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(PATIENCE_S * 1000)
        self.page.add_init_script(_COUNT_BYTES)
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", self._note)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.open()

    def __enter__(self) -> Notebook:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _note(self, request: Request) -> None:
        if not request.url.startswith(_LOCAL):
            self.outside.append(request.url)

    def open(self) -> None:
        """Open it, or open it again as after a reload of the page, and wait for its kernel."""
        self.page.goto(self._address)
        self.wait_idle()

    def close(self) -> None:
        """End its kernel and close its page."""
        self.page.evaluate(f"async () => {{ await {_KERNEL}?.shutdown(); }}")
        self._context.close()

    def wait_idle(self) -> None:
        """Wait until the kernel has nothing to do."""
        self.page.wait_for_function(_FIND_NOTEBOOK)

    def wait_quiet(self) -> None:
        """Wait until the kernel has had nothing to do for a while."""
        self.page.evaluate(_WAIT_QUIET)

    def run_cell(self, place: int) -> None:
        """Start a cell."""
        self.page.evaluate(
            """place => {
              window.jupyterapp.shell.activateById(window.notebookPanel.id);
              window.notebookPanel.content.activeCellIndex = place;
              window.jupyterapp.commands.execute("notebook:run-cell");
            }""",
            place,
        )

    def clear(self) -> None:
        """Take away what the cells have shown."""
        clear = "window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')"
        self.page.evaluate(f"async () => {{ await {clear}; }}")

    def do(self, code: str) -> None:
        """Run code in the kernel that belongs to no cell, and wait for its end.

        Raises
        ------
        KernelError
            If it fails there.
        """
        self.ask("None", after=code)

    def ask(self, expression: str, *, after: str = "") -> Any:
        """Return what an expression is in the kernel, after some code has run there; as JSON gives it.

        Raises
        ------
        KernelError
            If it fails there.
        """
        said = self.page.evaluate(_ASK, [after, f"__import__('json').dumps({expression})"])
        if said["status"] != "ok":
            raise KernelError(f"{said['ename']}: {said['evalue']}")
        text = said["data"]["text/plain"]
        return json.loads(_unquoted(text))

    def restart_kernel(self) -> None:
        """Restart the kernel, and wait until it is there again."""
        self.page.evaluate(f"async () => {{ await {_KERNEL}.restart(); }}")
        self.wait_idle()

    def save(self) -> None:
        """Save the notebook file."""
        self.page.evaluate("async () => { await window.jupyterapp.commands.execute('docmanager:save'); }")

    @property
    def bytes_received(self) -> int:
        """How much came by websocket since the page was opened."""
        return int(self.page.evaluate("window.bytesReceived"))


def _unquoted(text: str) -> str:
    """Read the text of a Python string as its repr writes it."""
    import ast

    return str(ast.literal_eval(text))

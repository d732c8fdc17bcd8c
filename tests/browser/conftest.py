"""A JupyterLab for all tests of the workbench, with notebooks; and the page of its panel alone."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from benchmarks.browser.lab import CHROMIUM_ARGS, Notebook, jupyterlab, write_notebook
from gridmap.cli.prompt import prompt_options
from tests.browser.lab_host import SHOW, View, make_workspace
from tests.browser.panel_host import SCREEN, build_panel_page


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its address, and the folder that it shows."""

    address: str
    root: Path


@dataclass(frozen=True)
class Desk:
    """A workbench in a notebook that is open: what the kernel knows, and what the page shows."""

    notebook: Notebook
    workspace: Path
    view: View

    def tiers(self) -> dict[str, str]:
        """The tier of every cell that has one, as the kernel has it."""
        return self.notebook.ask("bench.plan.tiers.dropna().to_dict()")


@pytest.fixture(scope="session")
def lab(tmp_path_factory) -> Iterator[Lab]:
    """One JupyterLab for the session, as ``gridmap lab`` starts it when a test first needs it."""
    root = tmp_path_factory.mktemp("lab")
    options = prompt_options("ServerApp", ())
    with jupyterlab(root, tmp_path_factory.mktemp("settings"), options) as address:
        yield Lab(address, root)


@pytest.fixture(scope="session")
def workspace_once(tmp_path_factory) -> Path:
    return make_workspace(tmp_path_factory.mktemp("small") / "small.gpkg")


@pytest.fixture
def workspace(workspace_once, lab, request) -> Path:
    """A copy of the small workspace in a folder of its own, which JupyterLab shows."""
    folder = lab.root / request.node.name.removeprefix("test_")[:60].replace("[", "-").replace("]", "")
    folder.mkdir()
    copy = folder / "small.gpkg"
    copy.write_bytes(workspace_once.read_bytes())
    return copy


@pytest.fixture
def open_notebook(chromium, lab, workspace):
    """A function that opens a notebook with a workbench of the workspace; all are closed at the end."""
    opened = []

    def make(*, browser=chromium, **options) -> Desk:
        path = workspace.with_name(f"bench-{len(opened)}.ipynb")
        write_notebook(path, [SHOW.format(name=workspace.name)])
        notebook = Notebook(browser, lab.address, path.relative_to(lab.root).as_posix(), **options)
        opened.append(notebook)
        notebook.run_cell(0)
        return Desk(notebook, workspace, View(notebook.page).wait_drawn())

    yield make
    for notebook in opened:
        notebook.close()


@pytest.fixture
def flat_chromium(chromium) -> Iterator[Browser]:
    """A Chromium without WebGL."""
    flags = [*CHROMIUM_ARGS, "--disable-3d-apis"]
    browser = chromium.browser_type.launch(executable_path=shutil.which("chromium"), args=flags)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def shared_notebook(chromium, lab) -> Iterator[Notebook]:
    """A notebook whose kernel and page the tests share that need no kernel of their own."""
    write_notebook(lab.root / "shared.ipynb", ["bench"])
    with Notebook(chromium, lab.address, "shared.ipynb") as notebook:
        yield notebook


@pytest.fixture
def desk(shared_notebook, workspace) -> Desk:
    """A workbench of its own in the notebook that is shared."""
    shared_notebook.clear()
    shared_notebook.page.locator(".gm-bench").wait_for(state="detached")
    shared_notebook.do(SHOW.format(name=str(workspace)))
    shared_notebook.outside.clear()
    shared_notebook.errors.clear()
    shared_notebook.run_cell(0)
    return Desk(shared_notebook, workspace, View(shared_notebook.page).wait_drawn())


@pytest.fixture(scope="session")
def panel_page(tmp_path_factory) -> Path:
    """The page with the panel alone, built once."""
    return build_panel_page(tmp_path_factory.mktemp("panel"))


@pytest.fixture
def opened(browser_page, panel_page):
    """Open the page of the panel, with a query and a size; nothing may go wrong on it or leave it."""
    made = []

    def show(query: str = "", size: tuple[int, int] = SCREEN):
        browser = browser_page(size)
        made.append(browser)
        browser.page.set_default_timeout(10_000)
        browser.page.goto(f"{panel_page.resolve().as_uri()}?{query}")
        browser.page.wait_for_selector("[data-gridmap=drawn]")
        return browser.page

    yield show
    for browser in made:
        assert browser.console_errors == []
        assert browser.outside_requests == []

"""gridmap lab --no-code: a page that shows the workbench and no code, without a network."""

import socket
import subprocess
import sys
import threading

import pytest

import gridmap as gm
from tests.browser.lab_host import View, make_workspace

MAIN = "from gridmap.cli import main; main()"


@pytest.fixture
def address(tmp_path):
    """The address that `gridmap lab --no-code` says, of a small workspace."""
    make_workspace(tmp_path / "small.gpkg")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", MAIN, "lab", "small.gpkg", "--no-code", "--no-browser", f"--port={port}"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=tmp_path, **pipes) as server:
        said = []
        rest = threading.Thread(target=lambda: said.append(server.stderr.read()))  # a full pipe stops it
        rest.start()
        line = server.stdout.readline().strip()
        if line:
            yield line
        server.terminate()
        rest.join()
        assert line, said[0]


def test_the_workbench_alone_is_shown_and_loses_nothing(address, browser_page, tmp_path):
    opened = browser_page()
    page = opened.page
    page.goto(address.partition("?")[0])
    assert "/login" in page.url  # who does not know the token sees nothing
    page.goto(address)
    view = View(page).wait_drawn()
    assert "open_workspace" not in page.content()
    assert page.locator(".jp-InputArea").count() == 0

    view.tier(1)
    view.tool("brush")
    view.stroke("a", "b")
    page.reload()
    view = View(page).wait_drawn()
    assert [view.shown(cell) for cell in "abc"] == [0, 0, -1]

    view.root.focus()
    page.keyboard.press("Control+s")
    dialog = page.get_by_role("dialog")
    dialog.locator("textarea").fill("two new cases")
    dialog.locator("textarea").press("Control+Enter")
    view.root.locator(".gm-saved").wait_for()
    saved = gm.open_workspace(tmp_path / "small.gpkg").plan
    assert saved.tiers.dropna().to_dict() == dict.fromkeys("ab", "sealed")
    assert opened.outside_requests == []
    assert opened.console_errors == []

"""The page with the panel over a small town that answers its questions, without Jupyter."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

HERE = Path(__file__).parent
SCREEN, TABLET, PHONE = (1400, 900), (834, 1112), (390, 844)


def build_panel_page(folder: Path) -> Path:
    """Write the page, and return its path."""
    path = folder / "panel.html"
    node = shutil.which("node")
    assert node, "node is missing; run make test, which installs it"
    subprocess.run([node, str(HERE / "build_panel_host.mjs"), str(path)], check=True)
    return path


def asked(page: Page, kind: str) -> list[Any]:
    """Return what the panel asked of one kind."""
    return list(page.evaluate("kind => world.asked.filter(each => each.kind === kind)", kind))


def seen(page: Page, name: str) -> list[Any]:
    """Return what the map was asked for by one name."""
    return [row[1] for row in page.evaluate("seen") if row[0] == name]

"""A page that shows views of the workbench before a kernel that is made up, without Jupyter."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.conftest import SCREEN, BrowserPage

_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<style>body {{ margin: 0 }}
body[data-jp-theme-light="false"] {{
  background: #111; --jp-layout-color1: #181b20; --jp-layout-color2: #23272e;
  --jp-border-color2: #3a3f47; --jp-border-color3: #30343b;
  --jp-ui-font-color1: rgb(255 255 255 / 92%); --jp-ui-font-color2: rgb(255 255 255 / 68%);
}}</style>
<style>{style}</style></head>
<body data-jp-theme-light="{light}"><div id="views"></div>
<script type="text/plain" id="bundle">{bundle}</script>
<script type="text/plain" id="kernel">{kernel}</script>
<script type="module">
const load = (id) => {{
  const text = document.getElementById(id).textContent;
  return import(URL.createObjectURL(new Blob([text], {{ type: "text/javascript" }})));
}};
const [{{ Kernel }}, {{ default: bundle }}] = await Promise.all([load("kernel"), load("bundle")]);
window.kernel = new Kernel();
const widget = bundle();
window.show = () => {{
  const el = document.createElement("div");
  document.getElementById("views").append(el);
  return widget.render({{ model: window.kernel.model, el }});
}};
{before}
widget.initialize({{ model: window.kernel.model }});
for (let view = 0; view < {views}; view++) window.show();
</script></body></html>
"""


def write_host(folder: Path, *, views: int = 1, dark: bool = False, before: str = "") -> Path:
    """Write the page; `before` is JavaScript that runs before the first view is shown."""
    static = files("gridmap") / "static"
    page = folder / "bench.html"
    text = _PAGE.format(
        style=(static / "workbench.css").read_text("utf-8"),
        bundle=_quoted((static / "workbench.js").read_text("utf-8")),
        kernel=_quoted((Path(__file__).parent / "mock_kernel.mjs").read_text("utf-8")),
        light="false" if dark else "true",
        views=views,
        before=before,
    )
    page.write_text(text, "utf-8")
    return page


def _quoted(script: str) -> str:
    return script.replace("</script", "<\\/script")


@dataclass
class BenchHost:
    """The page with the first view in it, and hands to use it with."""

    opened: BrowserPage
    view: int = 0

    @property
    def page(self) -> Page:
        """The page."""
        return self.opened.page

    @property
    def root(self) -> Any:
        """The view."""
        return self.page.locator(".gm-bench").nth(self.view)

    def other(self, view: int) -> BenchHost:
        """Return hands for another view of the page."""
        return BenchHost(self.opened, view)

    def at(self, cell: int, dx: float = 0.0, dy: float = 0.0) -> tuple[float, float]:
        """Return where the middle of a cell is on the page; `dx`, `dy` are in sides of a cell, y upwards."""
        x, y = self.root.evaluate(
            """(root, [cell, dx, dy]) => {
              const { cells, view } = root.bench;
              const [west, south, east, north] = cells.box.slice(4 * cell, 4 * cell + 4);
              const x = (west + east) / 2 + dx * (east - west);
              const px = view.pxOf(x, (south + north) / 2 + dy * (north - south));
              const { left, top } = view.ground.getBoundingClientRect();
              return [px.x + left, px.y + top];
            }""",
            [cell, dx, dy],
        )
        return float(x), float(y)

    def click(self, cell: int) -> None:
        """Click into a cell."""
        self.page.mouse.click(*self.at(cell))

    def drag(self, *places: tuple[float, float], release: bool = True) -> None:
        """Press at the first place, move over the others, and let go."""
        first, *rest = places
        self.page.mouse.move(*first)
        self.page.mouse.down()
        for place in rest:
            self.page.mouse.move(*place, steps=6)
        if release:
            self.page.mouse.up()

    def press(self, *keys: str) -> None:
        """Press keys in the view."""
        self.root.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def settled(self) -> None:
        """Wait until the kernel has answered every stroke."""
        answered = "view => document.querySelectorAll('.gm-bench')[view].dataset.pending === '0'"
        self.page.wait_for_function(answered, arg=self.view)

    def plan(self) -> dict[int, str]:
        """Return the tiers in the kernel, once every stroke is answered."""
        self.settled()
        tiers = self.page.evaluate("[...kernel.plan.tier]")
        names = ("sealed", "controlled", "prevention")
        return {cell: names[tier] for cell, tier in enumerate(tiers) if tier >= 0}

    def shown(self) -> dict[int, int]:
        """Return the tiers that the view shows, by their place."""
        tiers = self.root.evaluate("root => [...root.bench.tier]")
        return {cell: tier for cell, tier in enumerate(tiers) if tier >= 0}

    def edits(self) -> list[dict[str, Any]]:
        """Return the edits that were sent, each with its cells."""
        asked = self.page.evaluate("kernel.asked")
        return [{**each["edit"], "cells": each["cells"]} for each in asked if each["kind"] == "edit"]


def open_host(opened: BrowserPage, folder: Path, **options: Any) -> BenchHost:
    """Open the page and wait for the whole picture."""
    opened.open(write_host(folder, **options))
    host = BenchHost(opened)
    host.page.wait_for_selector(".gm-bench[data-gridmap='drawn'][data-revision]")
    return host


__all__ = ["SCREEN", "BenchHost", "open_host", "write_host"]

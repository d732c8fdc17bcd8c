"""A page with a real workbench in headless Chromium, without Jupyter: hands to use it with, and a camera."""

from __future__ import annotations

import base64
import io
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, FloatRect, Locator, Page, sync_playwright

import gridmap as gm
from gridmap.widget.desk import Desk

STATIC = Path(gm.__file__).parent / "static"
SCREEN = (1400, 900)
PATIENCE_S = 30.0
COLORS = 255
CHROMIUM_ARGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--lang=zh-CN",
    "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
HOST = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<style>
body { margin: 0; background: #fff; font: 13px system-ui, "Noto Sans CJK SC", sans-serif }
body[data-jp-theme-light="false"] {
  background: #111; --jp-layout-color0: #111; --jp-layout-color1: #181b20; --jp-layout-color2: #23272e;
  --jp-border-color1: #4a505a; --jp-border-color2: #3a3f47; --jp-border-color3: #30343b;
  --jp-ui-font-color0: #fff; --jp-ui-font-color1: rgb(255 255 255 / 92%);
  --jp-ui-font-color2: rgb(255 255 255 / 68%); --jp-ui-font-color3: rgb(255 255 255 / 50%);
}
</style><link rel="stylesheet" href="workbench.css"></head>
<body data-jp-theme-light="LIGHT"><div id="view"></div>
<script type="module">
import bundle from "./workbench.js";
const heard = new Set();
const text = (buffer) => {
  const bytes = new Uint8Array(buffer.buffer ?? buffer, buffer.byteOffset ?? 0, buffer.byteLength);
  let said = "";
  for (let i = 0; i < bytes.length; i += 8192) said += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(said);
};
const view = (said) => new DataView(Uint8Array.from(atob(said), (char) => char.charCodeAt(0)).buffer);
window.deliver = ([content, buffers]) => heard.forEach((hear) => hear(content, buffers.map(view)));
const model = {
  on: (name, hear) => heard.add(hear), off: (name, hear) => heard.delete(hear),
  send: (content, callbacks, buffers = []) => window.tellDesk(content, buffers.map(text)),
  get: () => undefined, set() {}, save_changes() {},
};
const widget = bundle();
widget.initialize({ model });
widget.render({ model, el: document.getElementById("view") });
</script></body></html>
"""
# Every stroke is answered, or a window asks something about it.
QUIET = """document.querySelector('.gm-bench')?.dataset.pending === '0'
  || document.querySelector('.gmp-veil') !== null"""
DRAWN = "document.querySelector('.gm-bench[data-gridmap=drawn][data-revision]') !== null"
# While a stroke is drawn nothing is proven.
PROVEN = """['balanced', 'unbalanced'].includes(document.querySelector('.gm-certificate').dataset.state)
  || document.querySelector('.gm-bench').bench.strokes.strokes.length > 0"""
# Coordinates are in EPSG:3857; the grid of the county is in degrees, so that lonlat is in its CRS.
PLACE = """(root, [x, y]) => {
  const { left, top } = root.bench.view.ground.getBoundingClientRect();
  const px = root.bench.view.pxOfMercator([x, y]);
  return [px.x + left, px.y + top];
}"""


Lonlat = tuple[float, float]


class WorkbenchPage:
    """One view of a workbench, and what a person does with it.

    Parameters
    ----------
    page
        An empty page, large enough.
    bench
        The workbench; what is drawn on the page is in it.
    options
        For the desk: ``lang``, ``basemap``.
    """

    def __init__(self, page: Page, bench: gm.Workbench, **options: Any) -> None:
        self.page, self.bench = page, bench
        self.faults: list[str] = []
        self._asked: list[tuple[Any, list[str]]] = []
        self._told: list[tuple[Any, list[str]]] = []
        self.desk = Desk(bench, **options)
        self.desk.attach(self._keep)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)
        page.expose_function("tellDesk", lambda content, buffers: self._asked.append((content, buffers)))

    @property
    def root(self) -> Locator:
        """The view."""
        return self.page.locator(".gm-bench")

    def open(self, address: str) -> None:
        """Load the page, and wait until the plan is drawn and proven."""
        self.page.goto(address)
        self.until(DRAWN)
        self.until(PROVEN)

    def until(self, condition: str) -> None:
        """Carry messages between page and desk until something is true on the page."""
        end = monotonic() + PATIENCE_S
        while not self.page.evaluate(condition):
            self.carry()
            if monotonic() > end:
                raise TimeoutError(f"it did not come about: {condition}")

    def meet(self, selector: str) -> None:
        """Carry messages until a part of the page is there."""
        end = monotonic() + PATIENCE_S
        while not self.page.locator(selector).count():
            self.carry()
            if monotonic() > end:
                raise TimeoutError(f"it is not on the page: {selector}")

    def rest(self, seconds: float = 0.6) -> None:
        """Carry messages for a while, and then until every stroke is answered."""
        end = monotonic() + seconds
        while monotonic() < end:
            self.carry()
        self.until(QUIET)

    def carry(self) -> None:
        """Carry what was said so far."""
        self.page.wait_for_timeout(15)
        while self._asked or self._told:
            for content, buffers in _drained(self._asked):
                self.desk.hear(content, [memoryview(base64.b64decode(each)) for each in buffers])
            for message in _drained(self._told):
                self.page.evaluate("message => window.deliver(message)", message)

    def place(self, lonlat: Lonlat) -> tuple[float, float]:
        """Return where a place is on the page."""
        x, y = self.root.evaluate(
            PLACE, self.desk.ground.projection.to_mercator(np.array([lonlat]))[0].tolist()
        )
        return float(x), float(y)

    def look_at(self, west: float, south: float, east: float, north: float) -> None:
        """Move the map to a place, given by its longitudes and latitudes, with what lies around it."""
        corners = self.desk.ground.projection.to_mercator(np.array([[west, south], [east, north]]))
        self.root.evaluate("(root, bounds) => root.bench.flyTo({ bounds })", corners.ravel().tolist())
        self.rest()

    def press(self, *keys: str) -> None:
        """Press keys in the view."""
        self.root.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def draw(self, *lonlats: Lonlat, release: bool = True) -> None:
        """Press at the first place, move over the others, and let go."""
        first, *others = (self.place(lonlat) for lonlat in lonlats)
        self.page.mouse.move(*first)
        self.page.mouse.down()
        for place in others:
            self.page.mouse.move(*place, steps=8)
            self.carry()
        if release:
            self.page.mouse.up()
        self.rest()

    def point(self, lonlat: Lonlat) -> None:
        """Move the mouse to a place."""
        self.page.mouse.move(*self.place(lonlat), steps=4)
        self.rest(0.3)

    def click(self, *lonlats: Lonlat) -> None:
        """Click at places, one after the other."""
        for lonlat in lonlats:
            self.page.mouse.move(*self.place(lonlat), steps=4)
            self.page.mouse.click(*self.place(lonlat))
            self.rest(0.4)  # two clicks in haste are a double click

    def show(self, tab: str) -> None:
        """Choose a tab of the panel."""
        self.take(f"[data-tab={tab}]")

    def take(self, selector: str) -> None:
        """Click on a part of the page, once it is there."""
        self.meet(selector)
        self.page.locator(selector).first.click()
        self.rest()

    def write(self, selector: str, text: str) -> None:
        """Write into a field, once it is there."""
        self.meet(selector)
        self.page.locator(selector).first.fill(text)
        self.rest()

    def _keep(self, content: Any, buffers: list[bytes]) -> None:
        self._told.append((content, [base64.b64encode(each).decode() for each in buffers]))


def photograph(page: Page, target: Path, *parts: str) -> None:
    """Keep a picture of parts of a page, or of all of it, in few colours.

    Parameters
    ----------
    page
        What is shown.
    target
        The file.
    parts
        Selectors; the picture is of the rectangle round all of them.
    """
    boxes = [page.locator(part).first.bounding_box() for part in parts]
    clip = _around([box for box in boxes if box]) if parts else None
    picture = Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")
    few = picture.quantize(COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(target, optimize=True)


def _around(boxes: list[FloatRect]) -> FloatRect:
    left, top = (min(box[side] for box in boxes) for side in ("x", "y"))
    right = max(box["x"] + box["width"] for box in boxes)
    bottom = max(box["y"] + box["height"] for box in boxes)
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}


def _drained(messages: list[Any]) -> list[Any]:
    taken = list(messages)
    messages.clear()
    return taken


@contextmanager
def served(*, dark: bool = False) -> Iterator[str]:
    """Serve the page to this machine, and give its address."""
    with TemporaryDirectory(prefix="gridmap-pictures-") as name:
        folder = Path(name)
        for asset in ("workbench.js", "workbench.css"):
            shutil.copy(STATIC / asset, folder)
        (folder / "index.html").write_text(HOST.replace("LIGHT", "false" if dark else "true"), "utf-8")
        with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=name)) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}/index.html"
            server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """Say nothing of what was asked for."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium without a network."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(CHROMIUM_ARGS)
        )
        yield browser
        browser.close()


@contextmanager
def shown(
    browser: Browser,
    bench: gm.Workbench,
    *,
    size: tuple[int, int] = SCREEN,
    dark: bool = False,
    touch: bool = False,
    **options: Any,
) -> Iterator[WorkbenchPage]:
    """Show a workbench on a page of its own; whatever went wrong there is an error here."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        has_touch=touch,
        is_mobile=touch,
    )
    with served(dark=dark) as address:
        view = WorkbenchPage(context.new_page(), bench, **options)
        view.open(address)
        yield view
        context.close()
    view.desk.detach()
    if view.faults:
        raise RuntimeError("; ".join(view.faults))

"""When a picture is there: pictures of the map are taken one after the other, and compared with the last.

The same for every contestant, whatever it draws with: SVG, canvas or WebGL.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from playwright.sync_api import CDPSession, Page
from playwright.sync_api import TimeoutError as OverTime

_COLOURED = 25  # a pixel whose channels differ by more has a colour; ground, borders and texts are grey
_LEAST = 0.05  # less of the map's place in colour is no picture
_LEAST_PX = 200  # what is lower is no map but a message
_SAME = 24  # of 255, in each channel
_FULL = 0.995
_SETTLED_S = 3.0
_SHARE = 0.5  # of the time so far: a map that takes longer may also pause longer
_PAUSE_MS = 20
_ALMOST_ALL = 0.8  # borders of cells are grey
_NEAR = 4
_DRAG_S = 5.0
_FEW = 8
_AFTER_MS = 300
_SCALE = 0.25

# Notes when the place of a click lost its blue on the canvas of the map, after the mouse was let go; it is
# looked at after each piece of work that drew on it.
_NOTE_DRAWING = """
([selector, x, y]) => {
  const isAgain = Boolean(window.drawing);
  const noted = (window.drawing = { begun: 0, lost: 0, shows: [], look: () => {} });
  const begin = () => (noted.begun = performance.now());
  window.addEventListener("pointerup", begin, { capture: true, once: true });
  const isBlue = (canvas) => {
    const { left, top, width } = canvas.getBoundingClientRect();
    const ratio = canvas.width / width;
    const place = [(x - left) * ratio, (y - top) * ratio];
    const [red, , blue, alpha] = canvas.getContext("2d").getImageData(...place, 1, 1).data;
    return alpha > 0 && blue - red > BLUE;
  };
  const all = [...document.querySelectorAll(`${selector} canvas`)];
  if (!all.every((canvas) => canvas.getContext("2d"))) return false;
  noted.shows = all.filter(isBlue);
  let looks = false;
  noted.look = (canvas) => {
    if (!noted.begun || noted.lost || looks || !noted.shows.includes(canvas)) return;
    looks = true;
    queueMicrotask(() => {
      looks = false;
      if (!noted.lost && !noted.shows.some(isBlue)) noted.lost = performance.now();
    });
  };
  for (const name of isAgain ? [] : ["fill", "stroke", "fillRect", "drawImage", "putImageData"]) {
    const draw = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...given) {
      window.drawing.look(this.canvas);
      return draw.apply(this, given);
    };
  }
  return noted.shows.length > 0;
}
"""

Box = dict[str, float]
Pixels = npt.NDArray[np.int16]


class Camera:
    """Takes pictures of a part of a page as it is shown.

    Parameters
    ----------
    page
        The page.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self._session: CDPSession = page.context.new_cdp_session(page)

    def take(self, box: Box, scale: float = 1.0) -> Pixels:
        """Take a picture of a box: x, y, width, height in pixels of the page."""
        clip = {**box, "scale": scale}
        asked = {"format": "png", "optimizeForSpeed": True, "clip": clip}
        said = self._session.send("Page.captureScreenshot", asked)
        image = Image.open(io.BytesIO(base64.b64decode(said["data"]))).convert("RGB")
        return np.asarray(image, dtype=np.int16)

    def cut(
        self, pictures: list[tuple[float, Pixels]], box: Box, selector: str
    ) -> list[tuple[float, Pixels]]:
        """Cut the map out of pictures of a box; nothing if it is not on the page yet."""
        place = self.page.locator(selector).first
        found = place.bounding_box() if place.count() else None
        if found is None or found["height"] < _LEAST_PX:
            return []
        left, top = (max(0.0, found[axis] - box[axis]) for axis in ("x", "y"))
        right = min(found["x"] + found["width"] - box["x"], box["width"])
        bottom = min(found["y"] + found["height"] - box["y"], box["height"])
        across, down = (
            slice(round(_SCALE * a), round(_SCALE * b)) for a, b in ((left, right), (top, bottom))
        )
        return [(time, pixels[down, across]) for time, pixels in pictures]

    def rest(self) -> None:
        """Let the page work between two pictures."""
        self.page.wait_for_timeout(_PAUSE_MS)


@dataclass(frozen=True)
class Drawn:
    """How a picture came to be.

    Parameters
    ----------
    seconds
        Until the full picture; None if none was there within the limit.
    coloured
        How much of the map's place has a colour at the end, 0 to 1.
    pictures
        How many pictures were taken.
    """

    seconds: float | None
    coloured: float
    pictures: int


def watch(camera: Camera, box: Box, selector: str, begun: float, *, limit_s: float) -> Drawn:
    """Take pictures until nothing has changed for a while after colours came, or the limit is over.

    The picture is full from the first one on in which, and in all later ones, 99.5 % of the pixels of the
    map are as they are at the end. Where the map is on the page is asked when all is still, so that nothing
    is asked of a page at work but its pictures.

    Parameters
    ----------
    camera, box
        What is taken: where the map will be.
    selector
        What of the page is the map, once it is there.
    begun
        When the cell was started.
    limit_s
        How long to wait.
    """
    changes: list[tuple[float, Pixels]] = []
    taken = 0
    while True:
        pixels = camera.take(box, _SCALE)
        now = perf_counter()
        taken += 1
        if not changes or not np.array_equal(pixels, changes[-1][1]):
            changes.append((now - begun, pixels))
        since = _full_since(changes)
        is_still = since is not None and now - begun - since > max(_SETTLED_S, _SHARE * since)
        if is_still or now - begun > limit_s:
            seen = camera.cut(changes, box, selector)
            since = _full_since(seen)
            if since is not None or now - begun > limit_s:
                return Drawn(since, _coloured(seen[-1][1]) if seen else 0.0, taken)
        camera.rest()


def _coloured(pixels: Pixels) -> float:
    return float((np.ptp(pixels, axis=2) > _COLOURED).mean())


def _full_since(changes: list[tuple[float, Pixels]]) -> float | None:
    """Return since when the picture is as it is in the end; None if there is no colour in it."""
    if not changes or _coloured(changes[-1][1]) < _LEAST:
        return None
    last = changes[-1][1]
    since = changes[-1][0]
    for time, pixels in reversed(changes):
        if float((np.abs(pixels - last).max(axis=2) <= _SAME).mean()) < _FULL:
            break
        since = time
    return since


def plain_place(pixels: Pixels, box: Box, *, half: int = _NEAR) -> tuple[float, float]:
    """Find the place nearest to the middle of a box round which all is blue: a cell to be painted red.

    Raises
    ------
    ValueError
        If there is none.
    """
    blue = _blue(pixels)
    height, width = blue.shape
    order = np.argsort(
        np.hypot(*np.indices(blue.shape) - np.array([[[height / 2]], [[width / 2]]])), axis=None
    )
    for place in order:
        row, column = divmod(int(place), width)
        around = blue[max(0, row - half) : row + half + 1, max(0, column - half) : column + half + 1]
        if around.size == (2 * half + 1) ** 2 and around.mean() > _ALMOST_ALL:
            return box["x"] + column, box["y"] + row
    raise ValueError("nothing blue is shown")


def recolour_s(
    camera: Camera,
    selector: str,
    at: tuple[float, float],
    act: Callable[[], Any],
    after: Callable[[], Any],
    *,
    limit_s: float,
) -> float | None:
    """Return the seconds from the mouse up until a blue place has lost its blue; None if it has not.

    Where the map draws without WebGL its canvas is looked at, and no picture is taken meanwhile, as that
    would keep the page from its work; else it is seen in pictures from the act on, which is a little later.

    Parameters
    ----------
    camera, selector
        What takes pictures, and what of the page is the map.
    at
        The place.
    act, after
        What recolours it, and what is done before a picture is taken.
    limit_s
        How long to wait.
    """
    page = camera.page
    box = {"x": at[0] - _NEAR, "y": at[1] - _NEAR, "width": 2 * _NEAR + 1, "height": 2 * _NEAR + 1}
    blue = _blue(camera.take(box))
    is_watched = page.evaluate(_NOTE_DRAWING.replace("BLUE", str(_COLOURED)), [selector, *at])
    page.wait_for_timeout(_AFTER_MS)
    begun = perf_counter()
    act()
    if is_watched:
        try:
            page.wait_for_function("window.drawing.lost > 0", polling=_AFTER_MS, timeout=1000 * limit_s)
        except OverTime:
            return None
    after()
    while (blue & ~_blue(camera.take(box))).sum() < _FEW:
        if perf_counter() - begun > limit_s:
            return None
    seen_s = perf_counter() - begun
    if not is_watched:
        return seen_s
    noted = page.evaluate("({ begun: drawing.begun, lost: drawing.lost })")
    return float(noted["lost"] - noted["begun"]) / 1000


def _blue(pixels: Pixels) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = pixels[..., 2] - pixels[..., 0] > _COLOURED
    return found


def frames_while_dragging(page: Page, box: Box, *, steps: int = 60) -> dict[str, Any]:
    """Drag the map to and fro with the mouse, and count the frames that the page makes meanwhile."""
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(
        """() => {
          window.frameTimes = [];
          const note = (time) => {
            window.frameTimes?.push(time);
            if (window.frameTimes) requestAnimationFrame(note);
          };
          requestAnimationFrame(note);
        }"""
    )
    begun = perf_counter()
    for step in range(steps):
        if perf_counter() - begun > _DRAG_S:
            break
        away = step if step <= steps / 2 else steps - step
        page.mouse.move(x + 6 * away, y + 2 * away)
    taken = perf_counter() - begun
    times = page.evaluate(
        "() => { const times = window.frameTimes; window.frameTimes = null; return times; }"
    )
    page.mouse.up()
    gaps = np.diff(times) if len(times) > 1 else np.array([1000 * taken])
    return {"frames_a_second": len(times) / taken, "longest_ms": float(gaps.max()), "seconds": taken}

"""What is measured in the page of gridmap's own map: brush steps, and when Python has answered."""

from __future__ import annotations

from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Page

_STEPS = 60
_STEP_PX = 5
_MANY = 95  # per cent
_SETTLE_MS = 300

_EXPECT = """
() => {
  const root = document.querySelector(".gm-bench");
  window.answered = new Promise((resolve) => {
    let begun = 0;
    window.addEventListener("pointerup", () => { begun = performance.now(); }, { capture: true, once: true });
    const seen = new MutationObserver(() => {
      if (!begun) return;
      seen.disconnect();
      resolve(performance.now() - begun);
    });
    seen.observe(root, { attributeFilter: ["data-heard"] });
  });
}
"""
_IS_PROVEN = """
() => [...document.querySelectorAll(".gm-certificate")].every(({ dataset }) => /balanced/.test(dataset.state))
"""
# What a move of the pointer takes: from before all listeners to after them, and in the frames after.
_CLOCK = """
() => {
  const clock = (window.clock = { moves: [], frames: [] });
  let begun = 0;
  window.addEventListener("pointermove", () => { begun = performance.now(); }, { capture: true });
  window.addEventListener("pointermove", () => clock.moves.push(performance.now() - begun));
  const later = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (run) => later((time) => {
    const start = performance.now();
    run(time);
    clock.frames.push(performance.now() - start);
  });
}
"""
_ZOOM_IN = """
async () => {
  const { bench } = document.querySelector(".gm-bench");
  const { map } = bench.view;
  map.setZoom(map.getZoom() + 5, { animate: false });
  await new Promise((resolve) => setTimeout(resolve, 3000));
  return map.getZoom();
}
"""


def take(page: Page, tool: str) -> None:
    """Take a tool of the map, and the strictest tier."""
    page.locator(".gm-bench").focus()
    page.keyboard.press("1")
    page.locator(f".gm-tool[data-tool={tool}]").click()


def wait_proven(page: Page) -> None:
    """Wait until the certificates of all workbenches are known, which are asked for when nobody paints."""
    page.wait_for_function(_IS_PROVEN)


def expect_answer(page: Page) -> None:
    """Begin to watch for the next change of the plan that Python tells."""
    page.evaluate(_EXPECT)


def answer_ms(page: Page) -> float:
    """Wait for it, and return the milliseconds since the mouse was let go."""
    return float(page.evaluate("() => window.answered"))


def brush(page: Page, at: tuple[float, float]) -> dict[str, Any]:
    """Draw a stroke with the brush and time its steps; then another one at once, before Python is at rest."""
    take(page, "brush")
    x, y = at
    page.mouse.move(x, y)
    page.wait_for_timeout(_SETTLE_MS)
    page.evaluate(_CLOCK)
    answered = _stroke(page, x, y)
    answered_again = _stroke(page, x, y + 2 * _STEPS)
    clock = page.evaluate("() => window.clock")
    moves = clock["moves"]
    share = sum(clock["frames"]) / len(moves)
    return {
        "step_ms": median(moves) + share,
        "move_ms": median(moves),
        "many_moves_ms": quantiles(moves, n=100)[_MANY - 1],
        "frames_ms": share,
        "answered_ms": answered,
        "answered_again_ms": answered_again,
    }


def _stroke(page: Page, x: float, y: float) -> float:
    expect_answer(page)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, _STEPS + 1):
        away = step if step <= _STEPS / 2 else _STEPS - step
        page.mouse.move(x + _STEP_PX * away, y + step)
    page.mouse.up()
    return answer_ms(page)


def show_homes(page: Page) -> float:
    """Zoom in on the middle until households are points of their own; return the zoom."""
    return float(page.evaluate(_ZOOM_IN))

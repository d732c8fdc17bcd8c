"""One visit: a contestant shows a grid in a notebook of its own, and what that took is noted."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, TypeVar

import geopandas as gpd
from playwright.sync_api import Browser

from benchmarks.browser import strokes
from benchmarks.browser.contestants import GRIDMAP, Contestant
from benchmarks.browser.lab import Notebook, write_notebook
from benchmarks.browser.watch import (
    Box,
    Camera,
    Drawn,
    frames_while_dragging,
    plain_place,
    recolour_s,
    watch,
)
from benchmarks.browser.world import frame_file, workspace_file, zoom_of

_Seen = TypeVar("_Seen")
# Where the output of the first cell is when its code is folded, without the prompt at its left.
_BOX: Box = {"x": 390, "y": 140, "width": 950, "height": 730}
_ASIDE = (700, 90)  # above the map, so that nothing that follows the pointer hides the cell
_CLICK_S = 30.0
_CLICKS = 3
_HOVER_MS = 500


@dataclass(frozen=True)
class Grid:
    """What is shown: how many cells and, by gridmap, households."""

    cells: int
    households: int

    def __str__(self) -> str:
        return f"{self.cells:,} cells"


@dataclass
class Visit:
    """What was seen.

    Parameters
    ----------
    name
        The contestant.
    opened_s
        What the code before the timed cell took.
    drawn
        How the picture came to be.
    received
        Bytes by websocket from the start of the timed cell to the full picture.
    file_bytes
        Size of the notebook after it was saved.
    outside
        Requests that would have left the machine.
    complaint
        The first error that the page told.
    figures
        What else was measured, by name.
    """

    name: str
    opened_s: float
    drawn: Drawn
    received: int
    file_bytes: int
    outside: list[str]
    complaint: str
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Stage:
    """Where visits take place.

    Parameters
    ----------
    browser, lab
        The browser, and the address of the JupyterLab.
    folder
        What JupyterLab shows; the grids are kept in it.
    """

    browser: Browser
    lab: str
    folder: Path

    def visit(
        self,
        contestant: Contestant,
        grid: Grid,
        *,
        limit_s: float,
        wanted: tuple[str, ...] = (),
        picture: Path | None = None,
    ) -> Visit:
        """Let a contestant show a grid.

        Parameters
        ----------
        contestant, grid
            Who, and what.
        limit_s
            How long to wait for a picture.
        wanted
            What else is measured if there is a picture: ``click``, ``pan``, ``brush``, ``homes``.
        picture
            Where a screenshot is kept.
        """
        fill = self._filling(contestant, grid)
        name = f"{contestant.distribution}.ipynb"
        write_notebook(self.folder / name, [fill["show"]], folded=True)
        with Notebook(self.browser, self.lab, name) as notebook:
            begun = perf_counter()
            notebook.do(fill["prepare"])
            opened_s = perf_counter() - begun
            before = notebook.bytes_received
            camera = Camera(notebook.page)
            begun = perf_counter()
            notebook.run_cell(0)
            drawn = watch(camera, _BOX, contestant.map, begun, limit_s=limit_s)
            received = notebook.bytes_received - before
            if picture is not None:
                notebook.page.screenshot(path=picture)
            figures = {}
            if drawn.seconds is not None:
                figures = {
                    key: value
                    for each in wanted
                    for key, value in _MEASURES[each](notebook, camera, contestant, fill).items()
                }
            notebook.save()
            size = (self.folder / name).stat().st_size
            complaint = (notebook.errors or [""])[0].splitlines()[:1]
            return Visit(
                contestant.name,
                opened_s,
                drawn,
                received,
                size,
                notebook.outside,
                "".join(complaint),
                figures,
            )

    def _filling(self, contestant: Contestant, grid: Grid) -> dict[str, str]:
        frame = frame_file(self.folder, grid.cells)
        if contestant is GRIDMAP:
            kept = workspace_file(self.folder / "kept", grid.cells, grid.households)
            shutil.copy(kept, self.folder / kept.name)  # without what an earlier visit painted
        zoom = zoom_of(gpd.read_parquet(frame, columns=["geometry"]).total_bounds)
        words = {"cells": grid.cells, "households": grid.households, "zoom": zoom}
        texts = {"prepare": contestant.prepare, "show": contestant.show, "listen": contestant.listen}
        return {key: contestant.filled(text, **words) for key, text in texts.items()}


def _click(
    notebook: Notebook, camera: Camera, contestant: Contestant, fill: dict[str, str]
) -> dict[str, Any]:
    """Click blue cells, one after the other; each has another colour when Python has had its say."""
    if contestant is not GRIDMAP:
        notebook.do(fill["listen"])
        return {"click_s": _usual(_at_rest(notebook, lambda: _recolour(notebook, camera, contestant)))}
    strokes.take(notebook.page, "click")
    answered_s, _ = _answered(notebook, camera)
    figures: dict[str, Any] = {"click_at_once_s": answered_s}
    clicks = _at_rest(notebook, lambda: _answered(notebook, camera))
    return figures | {
        "click_s": _usual([answered for answered, _ in clicks]),
        "click_shown_s": _usual([shown for _, shown in clicks]),
    }


def _at_rest(notebook: Notebook, click: Callable[[], _Seen]) -> list[_Seen]:
    """Click as often as is usual, each time when neither the kernel nor the page has anything to do."""
    seen = []
    for _ in range(_CLICKS):
        notebook.wait_quiet()
        strokes.wait_proven(notebook.page)
        seen.append(click())
    return seen


def _usual(seconds: list[float | None]) -> float | None:
    """Return the median; None if one click did not show."""
    shown = [each for each in seconds if each is not None]
    return median(shown) if len(shown) == len(seconds) else None


def _answered(notebook: Notebook, camera: Camera) -> tuple[float | None, float | None]:
    """Return when a click of the workbench shows and Python has answered it, and when it shows."""
    strokes.expect_answer(notebook.page)
    shown_s = _recolour(notebook, camera, GRIDMAP)
    answered_s = strokes.answer_ms(notebook.page) / 1000
    return None if shown_s is None else max(shown_s, answered_s), shown_s


def _recolour(notebook: Notebook, camera: Camera, contestant: Contestant) -> float | None:
    page = notebook.page
    x, y = plain_place(camera.take(_BOX), _BOX)
    page.mouse.move(x, y)
    page.wait_for_timeout(_HOVER_MS)

    def leave() -> None:
        if contestant is GRIDMAP:
            strokes.answer_ms(page)
        page.mouse.move(*_ASIDE)

    return recolour_s(camera, contestant.map, (x, y), lambda: page.mouse.click(x, y), leave, limit_s=_CLICK_S)


def _pan(notebook: Notebook, _: Camera, contestant: Contestant, __: Any) -> dict[str, Any]:
    if contestant is GRIDMAP:
        strokes.take(notebook.page, "pan")
    return {"pan": frames_while_dragging(notebook.page, _BOX)}


def _brush(notebook: Notebook, camera: Camera, *_: Any) -> dict[str, Any]:
    notebook.wait_quiet()
    return {"brush": strokes.brush(notebook.page, plain_place(camera.take(_BOX), _BOX))}


def _homes(notebook: Notebook, *_: Any) -> dict[str, Any]:
    """Zoom in until the households are drawn one by one, and drag the map there."""
    strokes.take(notebook.page, "pan")
    shown = strokes.show_homes(notebook.page)
    return {"homes": {**frames_while_dragging(notebook.page, _BOX), "shown": shown}}


_MEASURES: dict[str, Any] = {"click": _click, "pan": _pan, "brush": _brush, "homes": _homes}

"""Marks of the web map: how large its one file is, how fast it is written, and how soon a phone shows it."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import folium

from benchmarks.browser.lab import chromium
from benchmarks.harness import Contestant, Figure, race
from benchmarks.outlines import plan_of
from benchmarks.worlds import TIERS, Scale, county, describe, fresh_grid, zonings
from gridmap.export.webmap import export_map
from gridmap.model.zoning import Zoning
from gridmap.store.protocols import load_protocol

OWN, PEER = "gridmap.export_map", "folium.GeoJson"
PHONE = (390, 844)
_COLORS = dict(zip(TIERS, ("#b2182b", "#ef8a00", "#2166ac"), strict=True))
_SMALLER, _FASTER = (5, 10), 5
_MOST_MB, _MOST_S = (1.0, 5.0), (2.0, 6.0)
_MB = 1_000_000
_NOTE = (
    "cells with names, and a zone of each tier; folium gets the tier of every cell as colour and tooltip, "
    "and its file still lacks the scripts and styles that it fetches; the first picture is of the page "
    "from a file, borders of all cells and zones included, in headless Chromium without graphics hardware, "
    f"{PHONE[0]} x {PHONE[1]}"
)


def mark_webmap(scale: Scale) -> list[Figure]:
    """Write the maps of two counties, beside folium, and open them."""
    sizes = ((scale.cells, scale.few_runs), (scale.many_cells, 1))
    return [figure for place, size in enumerate(sizes) for figure in _mark(*size, place=place)]


def _mark(cells: int, runs: int, *, place: int) -> list[Figure]:
    grid, _ = county(cells, 1)
    labels = zonings(grid, 1)[0]
    protocol = load_protocol("three-zones-2021")

    def zoned() -> Zoning:
        fresh = fresh_grid(grid)
        return Zoning(plan_of(fresh, labels), fresh, protocol)

    with TemporaryDirectory() as folder:
        paths = {OWN: Path(folder) / "own.html", PEER: Path(folder) / "folium.html"}
        own = Contestant(OWN, lambda zoning: export_map(zoning, paths[OWN]), zoned)
        peer = Contestant(PEER, lambda zoning: _write_folium(zoning.grid, labels, paths[PEER]), zoned)
        raced = race([own, peer], peer=PEER, runs=runs)
        bytes_of = {name: path.stat().st_size for name, path in paths.items()}
        opened = [_first_picture_s(paths[OWN]) for _ in range(max(runs, 2))]
    rows = raced.rows()
    for name, row in rows.items():
        row["megabytes"] = bytes_of[name] / _MB
        row["first_picture_s"] = median(opened) if name == OWN else None
    rest = {"world": describe(grid), "rows": rows, "note": _NOTE}
    work, size = f"web map of {cells:,} cells", bytes_of[OWN] / _MB
    return [
        Figure(
            "webmap",
            f"{work}, smaller file",
            PEER,
            bytes_of[PEER] / bytes_of[OWN],
            at_least=_SMALLER[place],
            **rest,
        ),
        Figure(
            "webmap", f"{work}, size", f"{_MOST_MB[place]:g} MB", size / _MOST_MB[place], at_most=1, **rest
        ),
        Figure("webmap", f"{work}, written", PEER, rows[OWN]["times_faster"], at_least=_FASTER, **rest),
        Figure(
            "webmap",
            f"{work}, first picture",
            f"{_MOST_S[place]:g} s",
            median(opened) / _MOST_S[place],
            at_most=1,
            **rest,
        ),
    ]


def _write_folium(grid: Any, labels: Any, path: Path) -> Path:
    """Write the same cells by folium, each under the colour of its tier, with a tooltip."""
    cells = grid[["geometry"]].assign(name=grid["name"], tier=[TIERS[label] for label in labels])
    drawn = folium.Map(tiles=None)
    folium.GeoJson(
        cells.to_crs(4326),
        style_function=lambda cell: {"color": "#8a9199", "fillColor": _COLORS[cell["properties"]["tier"]]},
        tooltip=folium.GeoJsonTooltip(["name", "tier"]),
    ).add_to(drawn)
    drawn.save(path)
    return path


def _first_picture_s(path: Path) -> float:
    """Open a map as a phone would, and return when its first picture was painted."""
    width, height = PHONE
    with chromium() as browser:
        page = browser.new_page(viewport={"width": width, "height": height}, has_touch=True)
        begun = perf_counter()
        page.goto(path.as_uri(), wait_until="commit")
        page.wait_for_selector("[data-gridmap=drawn]", timeout=120_000)
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return perf_counter() - begun

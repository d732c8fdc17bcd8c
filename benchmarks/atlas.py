"""Mark of the atlas: a hundred printed pages, each with its own map, as one PDF."""

from __future__ import annotations

import io
import re
from statistics import median
from typing import Any

import numpy as np

from benchmarks.harness import Contestant, Figure, race
from benchmarks.worlds import SEED, Scale, county, describe
from gridmap.core.apply import apply_edit, new_plan
from gridmap.core.edits import SetTier
from gridmap.core.leaves import build_album
from gridmap.core.place import place_households
from gridmap.core.scene import build_scene
from gridmap.export.atlas import draw_atlas
from gridmap.export.atlas_form import Form
from gridmap.export.atlas_index import index_parts
from gridmap.model.zoning import Zoning
from gridmap.store.protocols import load_protocol

_PAGES, _LIMIT_S = 100, 60.0
_NEIGHBOURS, _HOMES = 4, 10
_PEER, _PEER_PAGES = "geopandas.plot", 2
_TIERS = ("sealed", "controlled", "prevention")


def mark_atlas(scale: Scale) -> list[Figure]:
    """Draw an atlas of a hundred pages for officials, and maps alone as geopandas plots them."""
    pages = min(_PAGES, scale.cells // 8)
    zones = next(count for count in range(pages, 0, -1) if count + _lists(count) == pages)
    zoning = _zoned(scale.cells, zones)
    result = race(
        [
            Contestant("gridmap", lambda _: _atlas(zoning), exact=True, runs=1),
            Contestant(_PEER, lambda _: _plots(zoning, _PEER_PAGES), times=pages / _PEER_PAGES, runs=1),
        ],
        peer=_PEER,
        runs=1,
        differences=lambda data: 0 if _page_count(data) in {pages, _PEER_PAGES} else 1,
    )
    return [
        Figure(
            mark="atlas",
            work=f"atlas of {pages} pages over {scale.cells:,} cells, with the scene",
            peer=f"{_LIMIT_S:.0f} s",
            reached=median(result.seconds["gridmap"]) / _LIMIT_S,
            at_most=1.0,
            world=describe(zoning.grid, zones=zones, pages=pages),
            rows=result.rows(),
            note=f"{_PEER} draws the map alone and the whole county on each page; "
            f"{_PEER_PAGES} of its pages stand for all; the pages of gridmap are counted in the file",
        )
    ]


def _lists(zones: int) -> int:
    """Return how many pages come before those of the zones: the overview, and the list of the pages."""
    return 1 + len(index_parts(zones, Form()))


def _zoned(cells: int, zones: int) -> Zoning:
    """Give every zone a cell drawn at random and those that come after it in the grid."""
    grid, roster = county(cells, _HOMES * cells)
    plan = new_plan(grid)
    ids = list(plan.hierarchy.cell_ids)
    starts = np.random.default_rng(SEED).permutation(len(ids) // _NEIGHBOURS)[:zones] * _NEIGHBOURS
    for place, start in enumerate(starts.tolist()):
        mine, name = ids[start : start + _NEIGHBOURS], f"第{place + 1}区"
        plan = apply_edit(plan, SetTier(cells=mine, tier=_TIERS[place % len(_TIERS)], name=name))
    placement = place_households(roster, grid)
    return Zoning(plan=plan, grid=grid, protocol=load_protocol("three-zones-2021"), placement=placement)


def _atlas(zoning: Zoning) -> bytes:
    scene = build_scene(zoning, audience="official", lang="zh")
    return draw_atlas(scene, build_album(zoning, scene), landscape=False)


def _plots(zoning: Zoning, pages: int) -> bytes:
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure as Drawing

    scene = build_scene(zoning, audience="official", lang="zh")
    stream = io.BytesIO()
    with PdfPages(stream) as book:
        for zone in scene.zones.index[:pages]:
            drawing = Drawing(figsize=(8.27, 11.69))
            axes: Any = drawing.add_subplot()
            scene.cells.plot(ax=axes, facecolor="#efefef", edgecolor="#c2c2c2")
            scene.zones.plot(ax=axes, color=scene.zones["color"])
            west, south, east, north = scene.zones.geometry[zone].bounds
            axes.set(xlim=(west, east), ylim=(south, north))
            book.savefig(drawing)
    return stream.getvalue()


def _page_count(data: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", data))

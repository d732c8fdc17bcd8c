"""Many zonings of one ground side by side: small maps of the same extent, with their key figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from gridmap.export.drawing import BEYOND, View, draw_swatch, draw_zone, path_of, view_of, with_margin
from gridmap.export.marks import draw_scale
from gridmap.export.sheet import GREY, INK, LINE, Column, Sheet, print_settings
from gridmap.model.crs import metric_crs_of
from gridmap.model.protocol import Tier

MOST_PANELS = 30
_EDGE, _GAP = 24.0, 16.0
_DPI = 144
_LONGEST = 4000.0
_FINEST_POINTS = 0.2
_WIDTHS = {1: 460.0, 2: 330.0, 3: 270.0, 4: 230.0, 5: 205.0}
_TALLEST, _FLATTEST = 1.15, 0.55
_TITLE, _FIGURE, _HEAD, _NOTE = 12.0, 9.5, 17.0, 9.5
_SWATCH = (16.0, 8.0)
_STEP = 1.3


@dataclass(frozen=True, eq=False)
class Panel:
    """One zoning among others.

    Parameters
    ----------
    title
        Its name.
    tiers
        The tiers it may have, the strictest first.
    zones
        Tier and outline of each zone.
    figures
        What is written under its map: a tier's id, or empty, and a text.
    marked
        Whether it is the one that the others are compared with.
    """

    title: str
    tiers: tuple[Tier, ...]
    zones: Sequence[tuple[str, Any]]
    figures: Sequence[tuple[str, str]]
    marked: bool = False


@dataclass(frozen=True, eq=False)
class Backdrop:
    """What lies behind every panel.

    Parameters
    ----------
    outline
        The whole grid.
    bounds
        Left, bottom, right, top of what every panel shows; not a number for the whole grid.
    crs
        Of the grid and of all zones; None for metres.
    """

    outline: Any
    bounds: Any
    crs: Any


def draw_multiples(
    panels: Sequence[Panel], backdrop: Backdrop, *, title: str, notes: Sequence[str], lang: str
) -> tuple[bytes, bytes]:
    """Draw zonings side by side, in the same extent and with one legend, as PNG and as SVG.

    Parameters
    ----------
    panels
        At least one.
    backdrop
        The grid.
    title
        Stands above all.
    notes
        Stand below the legend.
    lang
        ``zh`` or ``en``.
    """
    columns = _columns(len(panels))
    wide = _WIDTHS[columns]
    moved = _Metres(backdrop)
    drawn = [_largest_last(panel, moved) for panel in panels]
    ground = moved(backdrop.outline)
    shown = shapely.box(*backdrop.bounds) if np.isfinite(backdrop.bounds).all() else backdrop.outline
    extent = with_margin(tuple(shapely.bounds(moved(shown)).tolist()))
    aspect = (extent[2] - extent[0]) / (extent[3] - extent[1])
    high = wide * min(max(1 / aspect, _FLATTEST), _TALLEST)
    with print_settings():
        sheet = Sheet(2 * _EDGE + columns * wide + (columns - 1) * _GAP, _LONGEST, dpi=_DPI)
        head = Column(sheet, _EDGE, 14.0, sheet.width - 2 * _EDGE, _LONGEST)
        head.say(title, size=_HEAD, lines=2)
        y = _draw_legend(sheet, panels, head.y + 4, lang) + 6
        for start in range(0, len(panels), columns):
            row = range(start, min(start + columns, len(panels)))
            for place in row:
                x = _EDGE + (place - start) * (wide + _GAP)
                view = view_of(extent, x, y + _STEP * LINE * _TITLE, wide, high)
                sheet.write(sheet.fit(panels[place].title, size=_TITLE, width=wide), x, y, size=_TITLE)
                _draw_map(sheet, panels[place], drawn[place], ground, view)
                _write_figures(sheet, panels[place], view)
                if place == 0:
                    draw_scale(sheet, view, size=_FIGURE)
            lines = max(len(panels[place].figures) for place in row)
            y += _STEP * LINE * _TITLE + high + 4 + lines * LINE * _FIGURE + 14
        foot = Column(sheet, _EDGE, y, sheet.width - 2 * _EDGE, _LONGEST)
        for note in notes:
            foot.say(note, size=_NOTE, color=GREY)
        sheet.close_at(foot.y + 12)
        return sheet.to_png(), sheet.to_svg()


class _Metres:
    """Moves shapes from the CRS of a grid to metres."""

    def __init__(self, backdrop: Backdrop) -> None:
        self._crs = backdrop.crs
        frame = gpd.GeoSeries([backdrop.outline], crs=backdrop.crs)
        self._metric = None if backdrop.crs is None else metric_crs_of(frame)

    def __call__(self, shape: Any) -> Any:
        if self._metric is None:
            return shape
        return gpd.GeoSeries([shape], crs=self._crs).to_crs(self._metric).iloc[0]


def _columns(count: int) -> int:
    """Return how many panels stand side by side: rows and columns are about as many, at most five."""
    return min(max(ceil(count**0.5), 1), max(_WIDTHS)) if count != 2 else 2


def _largest_last(panel: Panel, moved: _Metres) -> list[tuple[Tier, Any]]:
    tiers = {tier.id: tier for tier in panel.tiers}
    return [(tiers[tier], moved(shape)) for tier, shape in panel.zones if tier in tiers]


def _draw_map(sheet: Sheet, panel: Panel, zones: Sequence[tuple[Tier, Any]], ground: Any, view: View) -> None:
    from matplotlib.patches import PathPatch

    axes = sheet.axes(view.x, view.y, view.width, view.height)
    axes.set(xlim=(view.extent[0], view.extent[2]), ylim=(view.extent[1], view.extent[3]), facecolor="white")
    fine_m = _FINEST_POINTS * view.metres_per_point
    path = path_of([shapely.simplify(ground, fine_m)])
    if path is not None:
        axes.add_artist(PathPatch(path, facecolor=BEYOND, edgecolor="#9a9a9a", linewidth=0.6, zorder=1))
    order = [tier.id for tier in panel.tiers]
    for tier, shape in zones:
        draw_zone(axes, shapely.simplify(shape, fine_m), tier.color, tier.pattern, rank=order.index(tier.id))
    weight = 2.4 if panel.marked else 0.8
    sheet.box(
        view.x, view.y, view.width, view.height, facecolor="none", edgecolor=INK, linewidth=weight, zorder=30
    )


def _write_figures(sheet: Sheet, panel: Panel, view: View) -> None:
    y = view.y + view.height + 4
    tiers = {tier.id: (rank, tier) for rank, tier in enumerate(panel.tiers)}
    indent = _SWATCH[0] + 5
    for tier_id, text in panel.figures:
        if tier_id in tiers:
            rank, tier = tiers[tier_id]
            style = (tier.color, tier.pattern, rank)
            draw_swatch(sheet, view.x, y + 2.5, size=_SWATCH, style=style)
        fitted = sheet.fit(text, size=_FIGURE, width=view.width - indent)
        y = sheet.write(fitted, view.x + indent, y, size=_FIGURE)


def _draw_legend(sheet: Sheet, panels: Sequence[Panel], y: float, lang: str) -> float:
    """Name the tiers of all panels once, one beside the other; return the top of what follows."""
    signs = {
        (tier.label(lang), tier.color, tier.pattern, rank): None
        for panel in panels
        for rank, tier in enumerate(panel.tiers)
    }
    x = _EDGE
    for label, color, pattern, rank in signs:
        shown = sheet.fit(label, size=_TITLE, width=0.4 * sheet.width)
        wide = 34 + sheet.measure(shown, size=_TITLE) + 18
        if x > _EDGE and x + wide > sheet.width - _EDGE:
            x, y = _EDGE, y + LINE * _TITLE
        draw_swatch(sheet, x, y + 3, size=(28, 12), style=(color, pattern, rank))
        sheet.write(shown, x + 34, y, size=_TITLE)
        x += wide
    return y + LINE * _TITLE

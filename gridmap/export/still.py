"""The web map without scripts: a still picture of the zones and the legend, in plain HTML and SVG."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely

from gridmap.export.captions import caption, void_after
from gridmap.export.marks import round_length_m
from gridmap.export.still_places import places_table
from gridmap.export.still_sites import site_marks, site_table
from gridmap.export.still_text import still_text
from gridmap.export.still_zones import zone_table
from gridmap.export.webfacts import drawn_note, key_facts, more_facts
from gridmap.export.webscene import (
    CELL_COLOR,
    FILL_OPACITIES,
    WEIGHTS,
    extent_of,
    label_place,
    least_extent,
    scene_bounds,
    stated_within_m,
)
from gridmap.model.scene import LegendEntry, Scene

_WIDTH = 1000.0
_TALLEST = 1600.0
_MARGIN = 30.0
_FINEST = 0.8
_MOST_CELLS = 3000
_DEGREE_M = 111_195.0  # of latitude, on a globe of 6371 km
_HATCH = {
    "cross": "M0 6H12M6 0V12",
    "diagonal": "M-2 14L14 -2M-2 2L2 -2M10 14L14 10",
    "dots": "M5 6a1 1 0 1 0 2 0a1 1 0 1 0 -2 0",
}


def still_html(scene: Scene) -> str:
    """Return title, facts, picture, legend and notes of a scene as HTML that needs no script."""
    paper = _Paper(scene)
    banner = f'<p class="gm-still-banner">{still_text(scene.banner)}</p>' if scene.banner else ""
    drawn = drawn_note(stated_within_m(scene), scene.lang)
    notes = "".join(f"<p>{still_text(note)}</p>" for note in (*scene.notes, drawn) if note)
    facts = _table(void_after(key_facts(scene) + more_facts(scene), scene.lang))
    notice, across = _across(scene, scene.early_text), _across(scene, caption("early", scene.lang))
    return (
        f'<main class="gm-still">{banner}{notice}<h1 dir="auto">{still_text(scene.title)}</h1>'
        f"<p class='gm-still-live'>{caption('live', scene.lang)}</p>{facts}"
        f'<div class="gm-still-picture">{still_svg(scene, paper)}{across}</div>'
        f"<h2>{caption('legend', scene.lang)}</h2>{_legend(scene)}"
        f"<h2>{caption('zone_list', scene.lang)}</h2>{zone_table(scene)}"
        f"{site_table(scene, paper.place)}{places_table(scene)}{notes}</main>"
    )


def _across(scene: Scene, early: str) -> str:
    """Return what is shown while the page is not in force; scripts show the one that is so."""
    texts = {"early": early if scene.effective_at else "", "expired": scene.expired_text}
    return "".join(
        f'<p class="gm-still-across gm-still-across-{state}">{still_text(text)}</p>'
        for state, text in texts.items()
        if text
    )


def still_svg(scene: Scene, paper: _Paper) -> str:
    """Return a picture of the zones over the borders of the cells as SVG; shapes are simplified."""
    zones = "".join(_zone(zone, paper, rank) for zone, rank in _ranked(scene))
    least = least_extent(scene)
    labels = "".join(_label(zone, paper, least) for zone, _ in _ranked(scene))
    return (
        f'<svg class="gm-still-map" role="img" viewBox="0 0 {_WIDTH:g} {paper.height:.0f}" '
        f'aria-label="{caption("picture", scene.lang)}"><defs>{_patterns(scene)}</defs>'
        f"{_cells(scene, paper)}{zones}{site_marks(scene, paper.place)}{labels}{_scale(paper)}</svg>"
    )


class _Paper:
    """Where a place in degrees lies on the picture."""

    def __init__(self, scene: Scene) -> None:
        (south, west), (north, east) = scene_bounds(scene)
        self._west, self._north = west, north
        self._narrow = math.cos(math.radians((south + north) / 2))
        width, height = max((east - west) * self._narrow, 1e-4), max(north - south, 1e-4)
        self._scale = min((_WIDTH - 2 * _MARGIN) / width, (_TALLEST - 2 * _MARGIN) / height)
        self._left = (_WIDTH - width * self._scale) / 2
        self.height = height * self._scale + 2 * _MARGIN

    @property
    def metres_per_unit(self) -> float:
        """How many metres a unit of the picture is, both ways."""
        return _DEGREE_M / self._scale

    def xy(self, lonlat: Any) -> Any:
        x = self._left + (lonlat[:, 0] - self._west) * self._narrow * self._scale
        return np.column_stack([x, _MARGIN + (self._north - lonlat[:, 1]) * self._scale])

    def place(self, geometry: Any) -> tuple[float, float] | None:
        """Return where a place lies on the picture; None outside."""
        ((x, y),) = self.xy(np.array([label_place(geometry)]))
        return (float(x), float(y)) if 0 <= x <= _WIDTH and 0 <= y <= self.height else None

    def path(self, geometry: Any) -> str:
        """Return the polygons of a geometry as SVG path data."""
        drawn = shapely.simplify(shapely.transform(geometry, self.xy), _FINEST, preserve_topology=True)
        rings = shapely.get_rings(
            shapely.get_parts(drawn)[shapely.get_type_id(shapely.get_parts(drawn)) == 3]
        )
        return "".join(f"M{_points(shapely.get_coordinates(ring)[:-1])}Z" for ring in rings)


def _points(coordinates: Any) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in coordinates)


def _ranked(scene: Scene) -> list[tuple[Any, int]]:
    ranks = {entry.tier: min(rank, len(WEIGHTS) - 1) for rank, entry in enumerate(scene.legend)}
    zones = [
        zone for zone in scene.zones.itertuples() if zone.geometry is not None and not zone.geometry.is_empty
    ]
    return [(zone, ranks.get(zone.tier, len(WEIGHTS) - 1)) for zone in zones]


def _patterns(scene: Scene) -> str:
    style = 'width="12" height="12" patternUnits="userSpaceOnUse"'
    return "".join(
        f'<pattern id="{_hatch_id(entry.pattern, entry.color)}" {style}>'
        f'<path d="{_HATCH[entry.pattern]}" fill="none" stroke="{still_text(entry.color)}" '
        'stroke-width="1.6"/>'
        "</pattern>"
        for entry in scene.legend
        if entry.pattern in _HATCH
    )


def _hatch_id(pattern: str, color: str) -> str:
    return still_text(f"gm-still-{pattern}-{color.lstrip('#')}")


def _zone(zone: Any, paper: _Paper, rank: int) -> str:
    path, color = paper.path(zone.geometry), still_text(zone.color)
    fill = f'fill="{color}" fill-opacity="{FILL_OPACITIES[rank]}"'
    plain = f'<path d="{path}" fill-rule="evenodd" {fill} stroke="{color}" stroke-width="{WEIGHTS[rank]}"/>'
    hatch = _hatch_id(zone.pattern, zone.color)
    return (
        plain + f'<path d="{path}" fill-rule="evenodd" fill="url(#{hatch})"/>'
        if zone.pattern in _HATCH
        else plain
    )


def _label(zone: Any, paper: _Paper, least: float) -> str:
    """Return the number of a zone; a zone that it would hide gets a dot, and the number above it."""
    ((x, y),) = paper.xy(np.array([label_place(zone.geometry)]))
    if extent_of(zone.geometry) >= least:
        return f'<text x="{x:.0f}" y="{y:.0f}">{still_text(zone.Index)}</text>'
    paint = f'fill="{still_text(zone.color)}" stroke="#fff" stroke-width="3"'
    dot = f'<circle cx="{x:.0f}" cy="{y:.0f}" r="10" {paint}/>'
    return f'{dot}<text x="{x:.0f}" y="{y - 20:.0f}">{still_text(zone.Index)}</text>'


def _scale(paper: _Paper) -> str:
    """Return a scale bar of a round length in the lower left corner, with its length; north is up."""
    length_m = round_length_m(0.25 * _WIDTH * paper.metres_per_unit)
    x, y, long = _MARGIN, paper.height - 18, length_m / paper.metres_per_unit
    text = f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"
    bar = f"M{x:g} {y - 10:.0f}V{y:.0f}H{x + long:.1f}V{y - 10:.0f}"
    return (
        f'<path d="{bar}" fill="none" stroke="#fff" stroke-width="9"/>'
        f'<path d="{bar}" fill="none" stroke="#1c1f23" stroke-width="4"/>'
        f'<text class="gm-still-scale" x="{x + long + 12:.0f}" y="{y:.0f}">{text}</text>'
    )


def _cells(scene: Scene, paper: _Paper) -> str:
    if len(scene.cells) > _MOST_CELLS:
        return ""
    path = "".join(
        paper.path(cell) for cell in scene.cells.geometry if cell is not None and not cell.is_empty
    )
    return f'<path d="{path}" fill="#f4f5f6" stroke="{CELL_COLOR}" stroke-width="0.7"/>'


def _legend(scene: Scene) -> str:
    rows = "".join(
        _legend_row(entry, scene.lang, min(rank, len(WEIGHTS) - 1)) for rank, entry in enumerate(scene.legend)
    )
    return f'<table class="gm-still-legend">{rows}</table>'


def _legend_row(entry: LegendEntry, lang: str, rank: int) -> str:
    color, box = still_text(entry.color), '<rect x="1" y="1" width="46" height="26"'
    paint = f'fill="{color}" fill-opacity="{FILL_OPACITIES[rank]}" stroke="{color}" stroke-width="2"'
    hatch = f'{box} fill="url(#{_hatch_id(entry.pattern, entry.color)})"/>' if entry.pattern in _HATCH else ""
    swatch = f'<svg width="48" height="28" aria-hidden="true">{box} {paint}/>{hatch}</svg>'
    figures = " &nbsp; ".join(f"{still_text(key)} {still_text(value)}" for key, value in entry.rows)
    measures = still_text(caption("semicolon", lang).join(entry.measures))
    said = "<br>".join(part for part in (f"<b>{still_text(entry.label)}</b>", figures, measures) if part)
    return f"<tr><td>{swatch}</td><td>{said}</td></tr>"


def _table(rows: Any) -> str:
    cells = (
        f"<tr><th>{still_text(key)}</th><td dir='auto'>{still_text(value)}</td></tr>" for key, value in rows
    )
    return f'<table class="gm-still-facts">{"".join(cells)}</table>'

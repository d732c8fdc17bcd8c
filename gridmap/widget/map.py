"""The map of the workbench: a scene as inline SVG over the borders of its cells and villages."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from gridmap.export.plain import plain_text
from gridmap.model.areas import Hierarchy
from gridmap.model.scene import Scene

WIDTH, HEIGHT = 1000.0, 700.0
_MARGIN = 16.0
_FINEST = 0.6
_MOST_TITLES = 4000
_MOST_BORDERS = 20_000
_MOST_NAMES = 40
_NUMBERED = ("grid", "microgrid")
_LETTER = 16.0
_DOT = 6.0
_FILLS = (0.62, 0.46, 0.26)
_WEIGHTS = (3.0, 2.4, 1.8)
_HATCH = {
    "cross": "M0 5H10M5 0V10",
    "diagonal": "M-2 12L12 -2M-2 2L2 -2M8 12L12 8",
    "dots": "M4 5a1 1 0 1 0 2 0a1 1 0 1 0 -2 0",
}
Bounds = tuple[float, float, float, float]


class GridMap:
    """The ground of one grid, laid out once; what changes is drawn over it.

    Parameters
    ----------
    hierarchy
        The cells and the areas above them.
    """

    def __init__(self, hierarchy: Hierarchy) -> None:
        self._hierarchy = hierarchy
        lonlat = gpd.GeoSeries(hierarchy.geometry).to_crs("EPSG:4326")
        west, south, east, north = (float(each) for each in lonlat.total_bounds)
        self._narrow = float(np.cos(np.radians((south + north) / 2)))
        wide, high = max((east - west) * self._narrow, 1e-5), max(north - south, 1e-5)
        self._scale = min((WIDTH - 2 * _MARGIN) / wide, (HEIGHT - 2 * _MARGIN) / high)
        self._west, self._north = west, north
        self._left = (WIDTH - wide * self._scale) / 2
        self._top = (HEIGHT - high * self._scale) / 2
        drawn = np.asarray(lonlat.array)
        self._shapes = shapely.transform(drawn, self._xy)
        self.whole: Bounds = (0.0, 0.0, WIDTH, HEIGHT)

    def bounds_of(self, cells: Iterable[str]) -> Bounds:
        """Return left, top, width and height of a view that shows these cells with what is around them."""
        places = self._hierarchy.cell_ids.get_indexer(list(cells))
        if not len(places):
            return self.whole
        left, top, right, bottom = shapely.total_bounds(self._shapes[places])
        wide = max(1.9 * (right - left), 1.9 * (bottom - top) * WIDTH / HEIGHT, WIDTH / 20)
        wide = min(wide, WIDTH)
        high = wide * HEIGHT / WIDTH
        return ((left + right - wide) / 2, (top + bottom - high) / 2, wide, high)

    def ground_svg(self, view: Bounds) -> str:
        """Draw the cells, each with its name to point at, and the borders and names of the areas above."""
        cells = self._cells() if len(self._shapes) <= _MOST_BORDERS else ""
        return _svg(view, f"{cells}{self._areas(view)}")

    def scene_svg(self, scene: Scene, *, selected: Iterable[str], locked: Iterable[str], view: Bounds) -> str:
        """Draw the zones and sites of a scene, what is locked and what is selected."""
        unit = view[2] / WIDTH
        ranks = {entry.tier: min(rank, len(_FILLS) - 1) for rank, entry in enumerate(scene.legend)}
        patterns = "".join(pattern_svg(entry.pattern, entry.color, unit) for entry in scene.legend)
        zones = [zone for zone in scene.zones.itertuples() if zone.geometry is not None]
        shapes = [_path(shapely.transform(zone.geometry, self._xy), unit) for zone in zones]
        drawn = "".join(
            _zone(zone, shape, ranks.get(zone.tier, len(_FILLS) - 1))
            for zone, shape in zip(zones, shapes, strict=True)
        )
        labels = "".join(self._label(zone, unit) for zone in zones)
        sites = "".join(self._site(site, unit) for site in scene.sites.itertuples())
        marks = f"{self._outline(locked, 'gm-locked')}{self._outline(selected, 'gm-selected')}"
        return _svg(view, f"<defs>{patterns}</defs>{drawn}{marks}{sites}{labels}")

    def _xy(self, lonlat: Any) -> Any:
        x = self._left + (lonlat[:, 0] - self._west) * self._narrow * self._scale
        return np.column_stack([x, self._top + (self._north - lonlat[:, 1]) * self._scale])

    def _cells(self) -> str:
        if len(self._shapes) > _MOST_TITLES:
            return f'<path class="gm-cell" d="{"".join(_path(shape, 1.0) for shape in self._shapes)}"/>'
        names = (self._hierarchy.path(cell) for cell in self._hierarchy.cell_ids)
        return "".join(
            f'<path class="gm-cell" d="{_path(shape, 0.4)}"><title>{_text(name)}</title></path>'
            for shape, name in zip(self._shapes, names, strict=True)
        )

    def _areas(self, view: Bounds) -> str:
        """Draw the areas of the finest level that still can be read."""
        areas = self._hierarchy.areas
        counts = areas.loc[~areas["is_cell"], "level"].value_counts()
        fitting = counts[(counts > 1) & (counts <= _MOST_NAMES)].drop(list(_NUMBERED), errors="ignore")
        if not len(fitting):
            return ""
        level, unit = str(fitting.idxmax()), view[2] / WIDTH
        drawn = []
        for area in areas.index[areas["level"] == level]:
            places = self._hierarchy.cell_ids.get_indexer(self._hierarchy.cells_of(area))
            if len(places):
                shape = _union(self._shapes[places])
                x, y = _middle(shape)
                size = f'font-size="{_LETTER * 0.9 * unit:.2f}"'
                name = _text(self._hierarchy.name(area))
                drawn.append(f'<path class="gm-area" d="{_path(shape, 0.4)}"/>')
                drawn.append(f'<text class="gm-area-name" x="{x:.1f}" y="{y:.1f}" {size}>{name}</text>')
        return "".join(drawn)

    def _outline(self, cells: Iterable[str], style: str) -> str:
        places = self._hierarchy.cell_ids.get_indexer(list(cells))
        if not len(places):
            return ""
        path = _path(_union(self._shapes[places]), 0.4)
        return f'<path class="{style}-halo" d="{path}"/><path class="{style}" d="{path}"/>'

    def _label(self, zone: Any, unit: float) -> str:
        """Write the number of a zone; one too small to be seen gets a dot, and its number above it."""
        shape = shapely.transform(zone.geometry, self._xy)
        x, y = _middle(shape)
        left, top, right, bottom = shapely.bounds(shape)
        dot = ""
        if max(right - left, bottom - top) < 4 * _DOT * unit:
            place = f'cx="{x:.1f}" cy="{y:.1f}" r="{_DOT * unit:.2f}"'
            dot = f'<circle class="gm-dot" {place} fill="{_text(zone.color)}"/>'
            y -= 3 * _DOT * unit
        size = f'font-size="{_LETTER * unit:.2f}"'
        return f'{dot}<text class="gm-zone-name" x="{x:.1f}" y="{y:.1f}" {size}>{_text(zone.Index)}</text>'

    def _site(self, site: Any, unit: float) -> str:
        if site.geometry is None or site.geometry.is_empty:
            return ""
        ((x, y),) = self._xy(shapely.get_coordinates(site.geometry.centroid))
        radius = 3.6 * unit
        title = f"<title>{_text(site.kind)} {_text(site.name)}</title>"
        return f'<circle class="gm-site" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.2f}">{title}</circle>'


def pattern_svg(pattern: str, color: str, unit: float = 1.0) -> str:
    """Return the hatch of a tier as an SVG pattern; empty for a tier without one."""
    if pattern not in _HATCH:
        return ""
    size = f'width="10" height="10" patternTransform="scale({unit:.4f})"'
    lines = f'<path d="{_HATCH[pattern]}" fill="none" stroke="{_text(color)}" stroke-width="1.5"/>'
    return f'<pattern id="{hatch_id(pattern, color)}" patternUnits="userSpaceOnUse" {size}>{lines}</pattern>'


def swatch_svg(color: str, pattern: str, rank: int) -> str:
    """Return a small sample of a tier as the map draws it."""
    box = '<rect x="1" y="1" width="26" height="14"'
    fill = (
        f'fill="{_text(color)}" fill-opacity="{_FILLS[min(rank, len(_FILLS) - 1)]}" stroke="{_text(color)}"'
    )
    hatch = f'{box} fill="url(#{hatch_id(pattern, color)})"/>' if pattern in _HATCH else ""
    return f'<svg class="gm-swatch" width="28" height="16" aria-hidden="true">{box} {fill}/>{hatch}</svg>'


def hatch_id(pattern: str, color: str) -> str:
    """Return the id by which shapes refer to the hatch."""
    return _text(f"gm-hatch-{pattern}-{color.lstrip('#')}")


def _zone(zone: Any, path: str, rank: int) -> str:
    color = _text(zone.color)
    fill = f'fill="{color}" fill-opacity="{_FILLS[rank]}"'
    edge = f'stroke="{color}" stroke-width="{_WEIGHTS[rank]}"'
    shape = f'<path class="gm-zone" data-zone="{_text(zone.Index)}" d="{path}" {fill} {edge}/>'
    if zone.pattern not in _HATCH:
        return shape
    return f'{shape}<path class="gm-hatch" d="{path}" fill="url(#{hatch_id(zone.pattern, zone.color)})"/>'


def _svg(view: Bounds, inner: str) -> str:
    left, top, wide, high = view
    return (
        f'<svg class="gm-svg" viewBox="{left:.1f} {top:.1f} {wide:.1f} {high:.1f}" role="img">{inner}</svg>'
    )


def _path(shape: Any, unit: float) -> str:
    """Return the polygons of a shape, simplified to what can be seen, as SVG path data."""
    parts = shapely.get_parts(shapely.simplify(shape, _FINEST * unit, preserve_topology=True))
    rings = shapely.get_rings(parts[shapely.get_type_id(parts) == 3])
    return "".join(f"M{_points(shapely.get_coordinates(ring)[:-1])}Z" for ring in rings)


def _points(xy: Any) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in xy)


def _union(shapes: Any) -> Any:
    present = shapes[~shapely.is_missing(shapes)]
    return shapely.union_all(shapely.make_valid(present))


def _middle(shape: Any) -> tuple[float, float]:
    """Return a point well inside the largest part of a shape."""
    parts = shapely.get_parts(shape)
    largest = parts[shapely.area(parts).argmax()]
    inside = shapely.maximum_inscribed_circle(largest) if largest.area else largest.representative_point()
    x, y = inside.coords[0][:2]
    return float(x), float(y)


def _text(text: object) -> str:
    return escape(plain_text(text), quote=True)

"""A scene drawn by matplotlib in true metres: what the printed page and the picture share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gridmap.export.sheet import INK, Sheet
from gridmap.model.crs import metric_crs
from gridmap.model.scene import Scene
from gridmap.model.shown import shows_counts

HATCHES = {"cross": "++", "diagonal": "//", "dots": "..", "none": ""}
FILL_ALPHAS = (0.62, 0.46, 0.24)
OUTLINES = (2.4, 1.8, 1.2)
MARKERS = ("s", "^", "D", "o", "v", "P")
BEYOND = "#efefef"
BORDER = "#c2c2c2"
MUTED = "#d4d4d4"
WATER = "river"
LINE_COLORS = {"": "#6b5b3e", WATER: "#2f7fb5"}
_FINEST_POINTS = 0.3
_NOWHERE = (120.0, 30.0, 120.01, 30.01)
_MARGIN = 0.06
_SMALLEST_M = 200.0
_LEAST_CELL_POINTS = 7.0
_SEEN_SHARE = 0.002

Bounds = tuple[float, float, float, float]


@shows_counts
@dataclass(frozen=True, eq=False)
class Ground:
    """The layers of a scene in a metric CRS.

    Parameters
    ----------
    zones, cells, sites
        As in the scene; `at` of a cell is its place in it.
    extent
        Left, bottom, right, top of the zones with a margin, in metres.
    whole
        The same of all cells and zones.
    muted
        Parts of zones that stand back, in the columns of `zones`.
    place
        The outline of what the sheet is about, where that is not a zone.
    land
        All cells as one shape, for the locator.
    lines
        Streets and rivers with a name: `name`, `kind`, `geometry`.
    """

    zones: Any
    cells: Any
    sites: Any
    extent: Bounds
    whole: Bounds
    muted: Any = None
    place: Any = None
    land: Any = None
    lines: Any = None

    @property
    def aspect(self) -> float:
        """Width of the extent divided by its height."""
        return (self.extent[2] - self.extent[0]) / (self.extent[3] - self.extent[1])

    def shows_cells_beyond(self, view: View) -> bool:
        """Tell whether cells in no zone are seen in a view."""
        layers = [self.zones, *(() if self.muted is None else (self.muted,))]
        zoned, cells = (
            sum(shapely.area(shapely.clip_by_rect(_shapes(each), *view.extent)).sum() for each in some)
            for some in (layers, [self.cells])
        )
        left, bottom, right, top = view.extent
        return bool(cells - zoned > _SEEN_SHARE * (right - left) * (top - bottom))


@dataclass(frozen=True)
class View:
    """A part of the ground in a box of a sheet.

    Parameters
    ----------
    x, y, width, height
        The box, in points from the top left of the sheet.
    extent
        Left, bottom, right, top of what the box shows, in metres.
    """

    x: float
    y: float
    width: float
    height: float
    extent: Bounds

    @property
    def metres_per_point(self) -> float:
        """The scale."""
        return (self.extent[2] - self.extent[0]) / self.width

    def at(self, easting_m: float, northing_m: float) -> tuple[float, float]:
        """Return where a place lies on the sheet."""
        scale = self.metres_per_point
        return self.x + (easting_m - self.extent[0]) / scale, self.y + (self.extent[3] - northing_m) / scale


def lay_out(scene: Scene, *, lines: Any = None) -> Ground:
    """Project the layers of a scene, and named lines, to metres and choose what is to be seen."""
    bounds = _union_bounds((scene.zones, scene.cells, scene.sites))
    crs = metric_crs(_NOWHERE if bounds is None else bounds)
    numbered = scene.cells.assign(at=np.arange(len(scene.cells)))
    zones, cells, sites = (_projected(frame, crs) for frame in (scene.zones, numbered, scene.sites))
    whole = _union_bounds((zones, cells)) or _union_bounds((sites,)) or (0.0, 0.0, 0.0, 0.0)
    extent = with_margin(_union_bounds((zones,)) or whole)
    drawn = None if lines is None else _projected(lines, crs)
    return Ground(zones, cells, sites, extent, with_margin(whole), lines=drawn)


def view_of(extent: Bounds, x: float, y: float, width: float, height: float) -> View:
    """Return the view of an extent in a box, with more ground on two sides where their shapes differ."""
    left, bottom, right, top = extent
    scale = max((right - left) / width, (top - bottom) / height)
    middle_x, middle_y = (left + right) / 2, (bottom + top) / 2
    half_x, half_y = scale * width / 2, scale * height / 2
    shown = (middle_x - half_x, middle_y - half_y, middle_x + half_x, middle_y + half_y)
    return View(x, y, width, height, shown)


def draw_ground(sheet: Sheet, scene: Scene, ground: Ground, view: View, *, marker_size: float = 7) -> Any:
    """Draw cells, zones and sites of a scene; return the axes. Labels are for `gridmap.export.marks`."""
    axes = sheet.axes(view.x, view.y, view.width, view.height)
    axes.set_xlim(view.extent[0], view.extent[2])
    axes.set_ylim(view.extent[1], view.extent[3])
    axes.set_facecolor("white")
    _draw_cells(axes, ground, view)
    if ground.lines is not None:
        _draw_lines(axes, ground.lines)
    ranks = tier_ranks(scene)
    for zone in () if ground.muted is None else ground.muted.itertuples():
        _draw_muted(axes, zone.geometry, zone.color)
    for zone in ground.zones.itertuples():
        shape = shapely.simplify(zone.geometry, _FINEST_POINTS * view.metres_per_point / 2)
        draw_zone(axes, shape, zone.color, zone.pattern, rank=ranks.get(zone.tier, len(ranks)))
    for kind, marker in site_markers(scene).items():
        here = ground.sites[ground.sites["kind"] == kind].geometry
        style = {
            "markersize": marker_size,
            "markerfacecolor": "white",
            "markeredgecolor": "black",
            "zorder": 6,
        }
        axes.plot(here.x, here.y, linestyle="none", marker=marker, **style)
    if ground.place is not None:
        draw_frame(axes, ground.place)
    return axes


def draw_frame(axes: Any, shape: Any) -> None:
    """Draw the outline of what a sheet is about."""
    from matplotlib.patches import PathPatch

    path = path_of([shape])
    if path is not None:
        axes.add_artist(PathPatch(path, facecolor="none", edgecolor=INK, linewidth=2.2, zorder=5))


def draw_swatch(
    sheet: Sheet, x: float, y: float, *, size: tuple[float, float], style: tuple[str, str, int]
) -> None:
    """Draw the sign of a tier as it looks on the map; `style` is its colour, pattern and rank."""
    color, pattern, rank = style
    for paint in _paints(color, pattern, rank=rank):
        sheet.box(x, y, *size, **paint)


def tier_ranks(scene: Scene) -> dict[str, int]:
    """Return how strict each tier is; 0 is the strictest."""
    return {entry.tier: rank for rank, entry in enumerate(scene.legend)}


def site_markers(scene: Scene) -> dict[str, str]:
    """Return the marker of each kind of site, in the order of their names."""
    kinds = sorted({str(kind) for kind in scene.sites["kind"]}) if len(scene.sites) else []
    return {kind: MARKERS[place % len(MARKERS)] for place, kind in enumerate(kinds)}


def path_of(geometries: Any) -> Any:
    """Return polygons and their holes as one matplotlib path, or None where there is nothing to draw."""
    from matplotlib.path import Path

    parts = shapely.get_parts(np.asarray(geometries, dtype=object))
    parts = parts[(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)]
    if not len(parts):
        return None
    rings = shapely.get_rings(shapely.orient_polygons(parts))
    vertices, ring_of = shapely.get_coordinates(rings, return_index=True)
    codes = np.full(len(vertices), Path.LINETO, dtype=Path.code_type)
    starts = np.flatnonzero(np.diff(ring_of, prepend=-1))
    codes[starts] = Path.MOVETO
    codes[np.append(starts[1:], len(vertices)) - 1] = Path.CLOSEPOLY
    return Path(vertices, codes)


def _draw_muted(axes: Any, geometry: Any, color: str) -> None:
    """Draw a zone that stands back: grey, its border in the colour of its tier."""
    from matplotlib.patches import PathPatch

    path = path_of([geometry])
    if path is not None:
        axes.add_artist(PathPatch(path, facecolor=MUTED, linewidth=0, zorder=2))
        axes.add_artist(
            PathPatch(path, facecolor="none", edgecolor=color, linewidth=0.9, alpha=0.7, zorder=2.5)
        )


def _draw_lines(axes: Any, lines: Any) -> None:
    """Draw streets and rivers over the zones, white beneath so that they are seen on every fill."""
    from matplotlib.collections import LineCollection

    for kind, color in LINE_COLORS.items():
        shapes = lines.geometry[(lines["kind"] == WATER) == (kind == WATER)]
        parts = [shapely.get_coordinates(part) for part in shapely.get_parts(np.asarray(shapes.array))]
        for width, paint in ((2.4, "white"), (1.1, color)):
            axes.add_collection(
                LineCollection(parts, colors=paint, linewidths=width, zorder=4.5), autolim=False
            )


def _draw_cells(axes: Any, ground: Ground, view: View) -> None:
    """Draw the cells with thin borders; where they are too small for that, what they make up together."""
    from matplotlib.patches import PathPatch

    cells, fine_m = ground.cells.geometry, _FINEST_POINTS * view.metres_per_point
    visible = len(cells) and np.sqrt(cells.area.median()) >= _LEAST_CELL_POINTS * view.metres_per_point
    if not visible and ground.land is not None:
        path = path_of([ground.land])
    else:
        path = path_of(shapely.coverage_simplify(np.asarray(cells.array, dtype=object), fine_m))
    if path is None:
        return
    style = {"edgecolor": BORDER, "linewidth": 0.5 if visible else 0.0}
    axes.add_artist(PathPatch(path, facecolor=BEYOND, zorder=1, **style))
    axes.add_artist(PathPatch(path, facecolor="none", zorder=4, alpha=0.5, **style))


def draw_zone(axes: Any, geometry: Any, color: str, pattern: str, *, rank: int) -> None:
    """Draw a zone with colour, hatch and outline; a stricter tier lies over a weaker one."""
    from matplotlib.patches import PathPatch

    path = path_of([geometry])
    if path is None:
        return
    for layer, paint in enumerate(_paints(color, pattern, rank=rank)):
        axes.add_artist(PathPatch(path, joinstyle="round", zorder=3 - rank / 100 + layer / 1000, **paint))


def _paints(color: str, pattern: str, *, rank: int) -> list[dict[str, Any]]:
    """Return colour, hatch and outline, one over the other; each alone tells the tier."""
    step = min(rank, len(OUTLINES) - 1)
    fill = {"facecolor": color, "alpha": FILL_ALPHAS[step], "linewidth": 0}
    hatch = {"facecolor": "none", "edgecolor": color, "linewidth": 0, "hatch": HATCHES.get(pattern, "")}
    outline = {"facecolor": "none", "edgecolor": color, "linewidth": OUTLINES[step]}
    return [fill, hatch, outline] if hatch["hatch"] else [fill, outline]


def _shapes(frame: Any) -> Any:
    return np.asarray(frame.geometry.array, dtype=object)


def _projected(frame: Any, crs: Any) -> Any:
    kept = frame[~(frame.geometry.is_empty | frame.geometry.isna())]
    return kept.set_crs(4326).to_crs(crs) if kept.crs is None else kept.to_crs(crs)


def _union_bounds(frames: Iterable[Any]) -> Bounds | None:
    """Return the bounds of all geometries, or None where there is none."""
    boxes = np.array([frame.total_bounds for frame in frames if len(frame)], dtype=float).reshape(-1, 4)
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    if not len(boxes):
        return None
    left, bottom = boxes[:, :2].min(axis=0)
    right, top = boxes[:, 2:].max(axis=0)
    return float(left), float(bottom), float(right), float(top)


def with_margin(bounds: Bounds) -> Bounds:
    """Return bounds with a margin, wide enough to show something."""
    left, bottom, right, top = bounds
    margin = max(_MARGIN * max(right - left, top - bottom), _SMALLEST_M / 2)
    return left - margin, bottom - margin, right + margin, top + margin

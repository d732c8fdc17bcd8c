"""A part of the ground as a page about a zone or a grid shows it: nothing that lies out of sight is drawn."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from gridmap.core.unions import union_of
from gridmap.export.drawing import Bounds, Ground, View, with_margin
from gridmap.model.leaf import Leaf

_BEYOND_EDGE = 0.03
_FINE_POINTS = 0.15
_LAND_STEPS = 2000.0
_LEAST_POINTS = 0.5


class Atlas:
    """The whole ground, with what is found quickly in it.

    Parameters
    ----------
    ground
        All layers in metres.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = replace(ground, land=_land(ground))

    @cached_property
    def _cells(self) -> Any:
        return shapely.STRtree(np.asarray(self.ground.cells.geometry.array))

    def place_of(self, leaf: Leaf) -> Any:
        """Return the shape that a leaf is about; None where nothing of it can be drawn."""
        if leaf.zone:
            return self.ground.zones.geometry[leaf.zone] if leaf.zone in self.ground.zones.index else None
        cells = self.ground.cells.index.intersection(leaf.cells)
        return (
            union_of(np.asarray(self.ground.cells.geometry[cells].array, dtype=object))
            if len(cells)
            else None
        )

    def extent_of(self, leaf: Leaf) -> Bounds:
        """Return what a page about a leaf must show; the whole where nothing of it can be drawn."""
        place = self.place_of(leaf)
        return self.ground.extent if place is None or place.is_empty else with_margin(place.bounds)

    def seen(self, leaf: Leaf, view: View) -> Ground:
        """Return what a view shows: the zone or grid of a leaf in colour, the other zones standing back."""
        ground, window = self.ground, _wider(view.extent)
        zones = _cut(ground.zones, window, _FINE_POINTS * view.metres_per_point)
        place = None
        if leaf.zone:
            mine = zones.index == leaf.zone
            own, others = zones[mine], zones[~mine]
        else:
            place = self.place_of(leaf)
            own, others = zones, zones
            if place is not None:
                shapes = shapely.make_valid(np.asarray(zones.geometry.array, dtype=object))
                least_m = _LEAST_POINTS * view.metres_per_point
                own = _broad(_filled(zones, shapely.intersection(shapes, place)), least_m)
                others = _broad(_filled(zones, shapely.difference(shapes, place)), least_m)
        cells = ground.cells.iloc[np.sort(self._cells.query(shapely.box(*window)))]
        sites = ground.sites[
            shapely.intersects(np.asarray(ground.sites.geometry.array), shapely.box(*view.extent))
        ]
        lines = None if ground.lines is None else _cut_lines(ground.lines, view)
        return replace(ground, zones=own, muted=others, cells=cells, sites=sites, lines=lines, place=place)

    def whole(self, view: View) -> Ground:
        """Return the ground as the overview shows it, no finer than can be seen."""
        zones = _cut(self.ground.zones, _wider(view.extent), _FINE_POINTS * view.metres_per_point)
        lines = None if self.ground.lines is None else _cut_lines(self.ground.lines, view)
        return replace(self.ground, zones=zones, lines=lines)


def _land(ground: Ground) -> Any:
    """Return all cells as one shape, as fine as a page that shows the whole can print; None without cells."""
    if not len(ground.cells):
        return None
    left, bottom, right, top = ground.whole
    whole = union_of(np.asarray(ground.cells.geometry.array, dtype=object))
    return shapely.simplify(whole, max(right - left, top - bottom) / _LAND_STEPS)


def _wider(extent: Bounds) -> Bounds:
    """Return an extent a little wider, so that the edge of what is cut lies out of sight."""
    left, bottom, right, top = extent
    edge = _BEYOND_EDGE * max(right - left, top - bottom)
    return left - edge, bottom - edge, right + edge, top + edge


def _cut(zones: Any, window: Bounds, fine_m: float) -> Any:
    """Return the parts of zones within a window, no finer than `fine_m`."""
    shapes = shapely.clip_by_rect(np.asarray(zones.geometry.array, dtype=object), *window)
    return _filled(zones, shapely.simplify(shapes, fine_m))


def _filled(zones: Any, shapes: Any) -> Any:
    """Return the zones of which something is left, with their new shapes."""
    left = shapely.area(shapes) > 0
    return zones[left].set_geometry(shapes[left], crs=zones.crs)


def _broad(zones: Any, least_m: float) -> Any:
    """Return the zones that are more than slivers, which are left where borders were made coarser."""
    return zones[~shapely.is_empty(shapely.buffer(np.asarray(zones.geometry.array), -least_m))]


def _cut_lines(lines: Any, view: View) -> Any:
    shapes = shapely.clip_by_rect(np.asarray(lines.geometry.array, dtype=object), *view.extent)
    shapes = shapely.simplify(shapes, _FINE_POINTS * view.metres_per_point)
    left = shapely.length(shapes) > 0
    return lines[left].set_geometry(shapes[left], crs=lines.crs)

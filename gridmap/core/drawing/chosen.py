"""Cells chosen on a map: near places, or in an area, by any part of them or by their middle."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.core.reach import reach_for
from gridmap.errors import CrsMismatchError, PlanError, UnsupportedError
from gridmap.model.areas import Hierarchy

Places = npt.NDArray[np.intp]
RULES = ("touch", "middle")
_REACH = {"touch": "touches", "middle": "centroid"}


def cells_within(hierarchy: Hierarchy, points: Any, radius_m: float, *, by: str = "touch") -> Places:
    """Return the cells within a distance of any of the points.

    Parameters
    ----------
    hierarchy
        The cells, in any CRS.
    points
        A GeoSeries of points, in any CRS; a missing one is near nothing.
    radius_m
        The distance in true metres (geodesics); a cell exactly at it is within.
    by
        ``touch``: any part of the cell lies within. ``middle``: its centroid does.

    Returns
    -------
    cells
        Positions in `Hierarchy.cell_ids`, sorted.

    Raises
    ------
    CrsMismatchError
        If the cells or the points have no CRS.
    PlanError
        If the distance is no length.
    UnsupportedError
        If there is no such rule.
    """
    _check_rule(by)
    if not (np.isfinite(radius_m) and radius_m > 0):
        raise PlanError(f"a distance of {radius_m:g} m is none; give a number of metres above 0")
    _check_crs(hierarchy, points, "points")
    known = points[~(points.isna() | points.is_empty)]
    lonlat = shapely.get_coordinates(np.asarray(known.to_crs(4326).array))
    found = reach_for(hierarchy).within(lonlat, float(radius_m), by=_REACH[by])
    return np.unique(np.concatenate([np.empty(0, dtype=np.intp), *found]))


def cells_inside(hierarchy: Hierarchy, areas: Any, *, by: str = "touch") -> Places:
    """Return the cells in areas that were drawn.

    Parameters
    ----------
    hierarchy
        The cells, in any CRS.
    areas
        A GeoSeries of polygons, in any CRS; a missing one holds nothing.
    by
        ``touch``: the inside of the cell meets the inside of an area, so that one which only shares a border
        is left out. ``middle``: its centroid lies in an area, or on its border.

    Returns
    -------
    cells
        Positions in `Hierarchy.cell_ids`, sorted.

    Raises
    ------
    CrsMismatchError
        If one of the two has a CRS and the other none.
    UnsupportedError
        If there is no such rule.
    """
    _check_rule(by)
    if (areas.crs is None) != (hierarchy.geometry.crs is None):
        raise CrsMismatchError("only one of the cells and the areas has a CRS; call set_crs(...) first")
    shapes = areas if areas.crs is None else areas.to_crs(hierarchy.geometry.crs)
    found = [_in_one(hierarchy, shape, by) for shape in shapes if shape is not None and not shape.is_empty]
    return np.unique(np.concatenate([np.empty(0, dtype=np.intp), *found]))


def _in_one(hierarchy: Hierarchy, area: Any, by: str) -> Places:
    shapely.prepare(area)
    cells = np.asarray(hierarchy.geometry.array, dtype=object)
    if by == "touch":
        near = np.asarray(hierarchy.tree.query(area, predicate="intersects"))
        return np.asarray(near[~shapely.touches(area, cells[near])])
    # the centroid of a bent cell may lie outside of it, but never outside of its box
    near = np.asarray(hierarchy.tree.query(area))
    return np.asarray(near[shapely.intersects(area, shapely.centroid(cells[near]))])


def _check_rule(by: str) -> None:
    if by not in RULES:
        raise UnsupportedError(f"cells are not chosen by {by!r}; choose one of {', '.join(RULES)}")


def _check_crs(hierarchy: Hierarchy, given: Any, what: str) -> None:
    for name, crs in (("grid", hierarchy.geometry.crs), (what, given.crs)):
        if crs is None:
            raise CrsMismatchError(f"{name} has no CRS, so distances are not known; call set_crs(...) first")

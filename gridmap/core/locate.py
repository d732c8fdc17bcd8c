"""Find the cell of every point, exactly."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.core.crossing import decide
from gridmap.core.raster import (
    CROSSED,
    NOWHERE,
    UNDECIDED,
    Codes,
    Floats,
    Raster,
    ends_of_runs,
    in_threads,
    raster_of,
)
from gridmap.core.topology import topology_for
from gridmap.model.areas import Hierarchy

__all__ = ["NOWHERE", "Location", "locate", "locate_xy"]

Places = npt.NDArray[np.intp]

_VERTICES_PER_POINT = 4
# arrays above 128 KiB are asked of the system anew each time, which takes longer than the work on them
_AT_ONCE = 2**13
_SPAN = 2**17

_rasters: WeakKeyDictionary[Hierarchy, Raster | None] = WeakKeyDictionary()
_building = threading.Lock()


@dataclass(frozen=True, eq=False)
class Location:
    """Where points are.

    Parameters
    ----------
    cell
        The position of the cell of each point; `NOWHERE` outside all cells.
    overlapped
        Whether the point lies inside more than one cell, not only on a shared border.
    """

    cell: Codes
    overlapped: npt.NDArray[np.bool_]


def locate_xy(hierarchy: Hierarchy, xy: npt.ArrayLike) -> Location:
    """Find the cell that each point lies in or on, by its coordinates.

    The answer is that of `locate`. Many points are looked up in a raster over the grid, which is built once
    for a hierarchy, from its topology, and let go with it; few are compared with the cells themselves, until
    there are more points than a quarter of the vertices of the grid.

    Parameters
    ----------
    hierarchy
        The cells, as `gridmap.model.areas.hierarchy_for` gives them.
    xy
        Coordinates in the plane of the cells, shape (points, 2); what is not finite lies nowhere.

    Returns
    -------
    location
        One answer for each point, in the order of `xy`.

    Notes
    -----
    Besides the points it takes 5 bytes for each point, the raster (see `raster_of`) and a few megabytes for
    each processor. Points on a border, in an overlap or in a cell that is no valid polygon are compared with
    the cells themselves, some at a time.
    """
    places = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    raster = _raster(hierarchy, len(places))
    cell = np.full(len(places), UNDECIDED, dtype=np.int32)
    if raster is not None:
        in_threads(
            lambda at: _look_up(raster, places[at : at + _SPAN], cell[at : at + _SPAN]),
            range(0, len(places), _SPAN),
        )
    overlapped = np.zeros(len(places), dtype=bool)
    polygons = np.asarray(hierarchy.geometry.array, dtype=object)
    ids = np.asarray(hierarchy.cell_ids, dtype=object)
    undecided = np.flatnonzero(cell == UNDECIDED)
    for at in range(0, len(undecided), _SPAN):
        rows = undecided[at : at + _SPAN]
        found = _compare(hierarchy.tree, polygons, ids, shapely.points(places[rows]))
        cell[rows], overlapped[rows] = found.cell, found.overlapped
    return Location(cell=cell, overlapped=overlapped)


def locate(
    points: npt.NDArray[np.object_], cells: npt.NDArray[np.object_], cell_ids: npt.NDArray[np.object_]
) -> Location:
    """Find the cell that each point lies in or on, by comparing it with the cells whose box holds it.

    A point on a shared border, or in an overlap, goes to the touching cell whose id sorts first, so that the
    answer does not depend on the order of the rows. Borders are decided by exact arithmetic.

    Parameters
    ----------
    points
        Point geometries; a missing or empty one lies nowhere.
    cells
        Polygons in the same plane; a missing or empty one holds nothing.
    cell_ids
        Their ids.

    Returns
    -------
    location
        One answer for each point, in the order of `points`.
    """
    polygons = np.array(cells, dtype=object)
    return _compare(shapely.STRtree(polygons), polygons, np.asarray(cell_ids, dtype=object), points)


def _raster(hierarchy: Hierarchy, points: int) -> Raster | None:
    """Return the raster of a hierarchy; it is built when so many points are asked for that it pays."""
    with _building:
        if hierarchy not in _rasters:
            polygons = np.asarray(hierarchy.geometry.array, dtype=object)
            if _VERTICES_PER_POINT * points < shapely.get_num_coordinates(polygons).sum():
                return None
            _rasters[hierarchy] = _build(hierarchy, polygons)
        return _rasters[hierarchy]


def _build(hierarchy: Hierarchy, polygons: npt.NDArray[np.object_]) -> Raster | None:
    parts = np.array_split(polygons, 8)
    valid = np.concatenate(in_threads(shapely.is_valid, parts)) | shapely.is_missing(polygons)
    return raster_of(topology_for(hierarchy), shapely.bounds(polygons[~valid]))


def _look_up(raster: Raster, xy: Floats, cell: Codes) -> None:
    """Write the cells of points that can be told from the raster."""
    columns = len(raster.lattice.x)
    with np.errstate(over="ignore", invalid="ignore"):
        for at in range(0, len(xy), _AT_ONCE):
            x, y = xy[at : at + _AT_ONCE].T
            pixel = raster.lattice.rows(y)
            pixel *= columns
            pixel += raster.lattice.columns(x)
            raster.pixel.take(pixel, out=cell[at : at + _AT_ONCE], mode="clip")
    crossed = np.flatnonzero(cell <= CROSSED)
    for at in range(0, len(crossed), _AT_ONCE):
        rows = crossed[at : at + _AT_ONCE]
        x, y = np.ascontiguousarray(xy.take(rows, axis=0).T)
        cell[rows] = decide(raster, x, y, cell.take(rows))


def _compare(
    tree: shapely.STRtree,
    polygons: npt.NDArray[np.object_],
    cell_ids: npt.NDArray[np.object_],
    points: npt.NDArray[np.object_],
) -> Location:
    """Compare points with the cells whose box holds them.

    Cells are prepared once and meet their candidates one cell after the other, which was twice as fast as
    `shapely.STRtree.query` with a predicate.
    """
    point, cell = tree.query(points)
    # numbers of 16 bits are sorted by counting, which takes a fifth of the time
    order = np.argsort(cell.astype(np.uint16) if len(polygons) < 2**16 else cell, kind="stable")
    point, cell = point[order], cell[order]
    asked = points[point]
    xy = np.column_stack([shapely.get_x(asked), shapely.get_y(asked)])
    shapely.prepare(polygons[cell[ends_of_runs(cell)]])
    inside = shapely.intersects_xy(polygons[cell], xy[:, 0], xy[:, 1])
    point, cell, xy = point[inside], cell[inside], xy[inside]
    return Location(
        cell=_first_by_id(point, cell, cell_ids, len(points)),
        overlapped=_overlapped(point, cell, xy, polygons, len(points)),
    )


def _first_by_id(point: Places, cell: Places, cell_ids: npt.NDArray[np.object_], size: int) -> Codes:
    touched = np.unique(cell)
    by_id = np.array(sorted(touched.tolist(), key=lambda place: str(cell_ids[place])), dtype=np.int32)
    rank = np.empty(len(cell_ids), dtype=np.int32)
    rank[by_id] = np.arange(len(by_id))
    lowest = np.full(size, len(by_id), dtype=np.int32)
    np.minimum.at(lowest, point, rank[cell])
    return np.append(by_id, np.int32(NOWHERE))[lowest]


def _overlapped(
    point: Places, cell: Places, xy: Floats, polygons: npt.NDArray[np.object_], size: int
) -> npt.NDArray[np.bool_]:
    doubtful = np.bincount(point, minlength=size)[point] > 1
    strictly = shapely.contains_xy(polygons[cell[doubtful]], xy[doubtful, 0], xy[doubtful, 1])
    return np.bincount(point[doubtful][strictly], minlength=size) > 1

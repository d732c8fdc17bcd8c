"""Find the cell of every point, exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

Places = npt.NDArray[np.intp]
NOWHERE = -1


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

    cell: Places
    overlapped: npt.NDArray[np.bool_]


def locate(
    points: npt.NDArray[np.object_], cells: npt.NDArray[np.object_], cell_ids: npt.NDArray[np.object_]
) -> Location:
    """Find the cell that each point lies in or on.

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

    Notes
    -----
    Candidates come from the boxes of the cells; cells are prepared once and meet their candidates one cell
    after the other, which was twice as fast as `shapely.STRtree.query` with a predicate.
    """
    polygons = np.array(cells, dtype=object)
    shapely.prepare(polygons)
    point, cell = shapely.STRtree(polygons).query(points)
    # numbers of 16 bits are sorted by counting, which takes a fifth of the time
    order = np.argsort(cell.astype(np.uint16) if len(polygons) < 2**16 else cell, kind="stable")
    point, cell = point[order], cell[order]
    xy = np.column_stack([shapely.get_x(points), shapely.get_y(points)])[point]
    inside = shapely.intersects_xy(polygons[cell], xy[:, 0], xy[:, 1])
    point, cell, xy = point[inside], cell[inside], xy[inside]
    return Location(
        cell=_first_by_id(point, cell, np.asarray(cell_ids, dtype=object), len(points)),
        overlapped=_overlapped(point, cell, xy, polygons, len(points)),
    )


def _first_by_id(point: Places, cell: Places, cell_ids: npt.NDArray[np.object_], size: int) -> Places:
    rank = np.empty(len(cell_ids), dtype=np.intp)
    by_id = sorted(range(len(cell_ids)), key=lambda place: str(cell_ids[place]))
    rank[by_id] = np.arange(len(cell_ids))
    lowest = np.full(size, len(cell_ids), dtype=np.intp)
    np.minimum.at(lowest, point, rank[cell])
    return np.append(np.array(by_id, dtype=np.intp), NOWHERE)[lowest]


def _overlapped(
    point: Places, cell: Places, xy: npt.NDArray[np.float64], polygons: npt.NDArray[np.object_], size: int
) -> npt.NDArray[np.bool_]:
    doubtful = np.bincount(point, minlength=size)[point] > 1
    strictly = shapely.contains_xy(polygons[cell[doubtful]], xy[doubtful, 0], xy[doubtful, 1])
    return np.bincount(point[doubtful][strictly], minlength=size) > 1

"""Points in pixels with edges: each is compared with the few edges of its pixel, by exact arithmetic."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gridmap.core.raster import CROSSED, UNDECIDED, Codes, Floats, Places, Raster, cells_of, near_zero

Flags = npt.NDArray[np.bool_]


def decide(raster: Raster, x: Floats, y: Floats, code: Codes) -> Codes:
    """Return the cells of points in pixels with edges.

    From the corner of its pixel a way leads north, or south, to the height of the point and from there to the
    point. At each edge that it crosses the weight changes by what the edge has on its two sides. What lies on
    an edge, or too close to one for the arithmetic, stays undecided.

    Parameters
    ----------
    raster
        The raster.
    x, y
        The points.
    code
        What the raster says of their pixels; ``CROSSED`` or below.

    Returns
    -------
    cells
        The cell of each point, `NOWHERE` or `UNDECIDED`.
    """
    k = CROSSED - code
    corner_x = raster.lattice.x.take(raster.lattice.columns(x))
    corner_y = raster.lattice.y.take(raster.lattice.rows(y))
    way = np.stack([x, y, corner_x, corner_y])
    at, end = raster.first.take(k), raster.first.take(k + 1)
    weights, unsure = _across(raster, raster.edge.take(at), way)
    weights += raster.corner.take(k)
    rows = np.arange(len(k))
    while len(more := np.flatnonzero(at + 1 < end)):
        rows, at, end = rows.take(more), at.take(more) + 1, end.take(more)
        change, doubt = _across(raster, raster.edge.take(at), way.take(rows, axis=1))
        weights[rows] += change
        unsure[rows] |= doubt
    cells = cells_of(weights)
    cells[unsure] = UNDECIDED
    return cells


def _across(raster: Raster, edge: Codes, way: Floats) -> tuple[Places, Flags]:
    """Return by how much the weight changes at one edge on the way of each point, and whether that is unsure.

    Both legs end a hair to the north-east, so that they never meet an end of an edge.
    """
    x, y, corner_x, corner_y = way
    ax, ay = raster.xy.take(edge, axis=0).T
    bx, by = raster.xy.take(edge + 1, axis=0).T
    along = (ay <= y) != (by <= y)
    up = (ax <= corner_x) != (bx <= corner_x)
    dx, dy = bx - ax, by - ay
    high, low = dx * (y - ay), dx * (corner_y - ay)
    right, left = dy * (x - ax), dy * (corner_x - ax)
    point, bend, corner = high - right, high - left, low - left
    unsure = near_zero(point, high, right) | near_zero(bend, high, left) | (up & near_zero(corner, low, left))
    on_left = (bend > 0).view(np.int8)
    sides = ((point > 0).view(np.int8) - on_left) * along
    sides += (on_left - (corner > 0).view(np.int8)) * up
    return raster.step.take(edge) * sides, unsure

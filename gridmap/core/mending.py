"""Small repairs of a coverage: thin parts go to a neighbour, and vertices that one side lacks are added."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.core.gaps import unmatched_vertices
from gridmap.core.overlaps import Shapes
from gridmap.core.rings import NONE
from gridmap.core.topology import topology_of

_Edge = tuple[tuple[float, ...], tuple[float, ...]]


class ThinPart(NamedTuple):
    """A thin part of a cell of several parts, and the cell it has the longest border with.

    Parameters
    ----------
    cell, to
        The positions of the two cells.
    part
        Which part of its cell it is.
    """

    cell: int
    to: int
    part: int


def thin_parts(metres: Shapes, sliver_m: float) -> list[ThinPart]:
    """Find the parts in which no circle of a width lies; the largest part of a cell is none of them.

    Parameters
    ----------
    metres
        The outlines of the cells, in metres.
    sliver_m
        The width.

    Returns
    -------
    parts
        Those that share a border with another cell.
    """
    parts, cell = shapely.get_parts(metres, return_index=True)
    area = shapely.area(parts)
    largest = np.zeros(len(metres))
    np.maximum.at(largest, cell, area)
    thin = np.flatnonzero((area < largest[cell]) & (area < sliver_m * shapely.length(parts)))
    thin = thin[2 * shapely.length(shapely.maximum_inscribed_circle(parts[thin])) < sliver_m]
    if not len(thin):
        return []
    begin = np.searchsorted(cell, np.arange(len(metres)))
    beside = _longest_border(metres, len(parts))
    thin = thin[beside[thin] != NONE]
    return [ThinPart(int(cell[at]), int(beside[at]), int(at - begin[cell[at]])) for at in thin]


def _longest_border(metres: Shapes, size: int) -> npt.NDArray[np.intp]:
    """Return for every face the other cell with which it has the longest border; the first of equals."""
    topology = topology_of(metres)
    start, end, _, _ = topology.edges()
    times = np.diff(topology.first) - 1
    arc = np.repeat(np.arange(len(times)), times)
    length = np.bincount(arc, np.hypot(*(end - start).T), minlength=len(times))
    face = topology.face.ravel()
    other = np.column_stack([topology.right, topology.left]).ravel()
    own = np.append(topology.face_cell, NONE)[face]
    kept = (face != NONE) & (other != NONE) & (other != own)
    pair, place = np.unique(np.column_stack([face, other])[kept], axis=0, return_inverse=True)
    total = np.bincount(place.ravel(), np.repeat(length, 2)[kept], minlength=len(pair))
    order = np.lexsort((-pair[:, 1], total))
    found = np.full(size, NONE, dtype=np.intp)
    found[pair[order, 0]] = pair[order, 1]
    return found


def with_matched_vertices(polygons: Shapes) -> dict[int, Any]:
    """Give each cell the vertices that its neighbours have on its straight borders.

    Returns
    -------
    changed
        The new outline of each cell that lacked some, by its position.
    """
    found = unmatched_vertices(topology_of(polygons))
    further: dict[int, dict[_Edge, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for cell, xy, (start, end) in zip(found.lacking.tolist(), found.xy, found.edge.tolist(), strict=True):
        # the edge is looked for in the direction of its ring, whichever that is
        for edge in ((tuple(start), tuple(end)), (tuple(end), tuple(start))):
            further[cell][edge].append(xy)
    changed = {cell: _refined(polygons[cell], edges) for cell, edges in further.items()}
    return {cell: shape for cell, shape in changed.items() if shape.is_valid}


def _refined(shape: Any, further: dict[_Edge, list[Any]]) -> Any:
    """Return an outline with further vertices on its edges."""
    parts = [
        shapely.Polygon(_ring(part.exterior, further), [_ring(hole, further) for hole in part.interiors])
        for part in shapely.get_parts(shape)
    ]
    return shapely.multipolygons(parts) if shape.geom_type == "MultiPolygon" else parts[0]


def _ring(ring: Any, further: dict[_Edge, list[Any]]) -> npt.NDArray[np.float64]:
    at = shapely.get_coordinates(ring, include_z=shapely.has_z(ring))
    rows = [at[:1]]
    for start, end in pairwise(at):
        found = further.get((tuple(start[:2].tolist()), tuple(end[:2].tolist())))
        rows += [_between(start, end, np.unique(found, axis=0))] if found else []
        rows.append(end[None])
    return np.concatenate(rows)


def _between(start: Any, end: Any, xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return vertices in the order from `start` to `end`, with heights of the edge if it has any."""
    share = np.sort(np.hypot(*(xy - start[:2]).T)) / np.hypot(*(end - start)[:2])
    added = start + share[:, None] * (end - start)
    added[:, :2] = xy[np.argsort(np.hypot(*(xy - start[:2]).T), kind="stable")]
    return np.asarray(added)

"""Which cells fit their neighbours, so that what they make together can be read from the topology."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.core.topology import Topology, topology_for
from gridmap.model.areas import Hierarchy

Flags = npt.NDArray[np.bool_]

_found: WeakKeyDictionary[Hierarchy, Flags] = WeakKeyDictionary()


def unsound_cells(hierarchy: Hierarchy) -> Flags:
    """Tell which cells are broken, overlap another, or have a border that does not match the one beside it.

    Of two cells that do not fit at least one is told; a cell around whole others is not. It is found once for
    a hierarchy, and let go with it.
    """
    found = _found.get(hierarchy)
    if found is None:
        polygons = np.asarray(hierarchy.geometry.array, dtype=object)
        found = _unsound(polygons, topology_for(hierarchy))
        _found[hierarchy] = found
    return found


def _unsound(polygons: npt.NDArray[np.object_], topology: Topology) -> Flags:
    """Compare the cells around the arcs that have a face on one side only; elsewhere borders match.

    How many cells lie over a place changes only across such an arc. So a cell that overlaps another, even
    one that lies wholly within it, has one of them in its box.
    """
    broken: Flags = ~shapely.is_valid(polygons) & ~shapely.is_missing(polygons)
    suspect = suspects(polygons, topology)
    suspect = suspect[~broken[suspect]]
    wrong = ~shapely.is_empty(shapely.coverage_invalid_edges(polygons[suspect]))
    broken[suspect[wrong]] = True
    return broken


def suspects(polygons: npt.NDArray[np.object_], topology: Topology) -> npt.NDArray[np.intp]:
    """Return the cells whose box meets an arc with a face on one side only, rising."""
    arcs = topology.unpaired
    size = np.diff(topology.first)[arcs]
    vertex = np.repeat(topology.first[arcs] - np.cumsum(size) + size, size) + np.arange(size.sum())
    lines = shapely.linestrings(topology.xy[vertex], indices=np.repeat(np.arange(len(arcs)), size))
    boxes = shapely.box(*shapely.bounds(polygons).T)
    _, cell = shapely.STRtree(boxes).query(lines, predicate="intersects")
    return np.unique(cell)

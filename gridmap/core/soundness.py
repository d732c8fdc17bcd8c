"""Which cells fit their neighbours, so that what they make together can be read from the topology."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
import shapely

from gridmap.core.overlaps import Flags, Shapes, misfits, overlapping
from gridmap.core.topology import Topology, topology_for
from gridmap.model.areas import Hierarchy

_found: WeakKeyDictionary[Hierarchy, Flags] = WeakKeyDictionary()


def unsound_cells(hierarchy: Hierarchy) -> Flags:
    """Tell which cells are broken, overlap another, or have a border that does not match the one beside it.

    It is found once for a hierarchy, and let go with it.
    """
    found = _found.get(hierarchy)
    if found is None:
        polygons = np.asarray(hierarchy.geometry.array, dtype=object)
        found = unsound(polygons, topology_for(hierarchy))
        _found[hierarchy] = found
    return found


def unsound(polygons: Shapes, topology: Topology) -> Flags:
    """Tell the same of polygons and their topology."""
    broken: Flags = ~shapely.is_valid(polygons) & ~shapely.is_missing(polygons)
    cells, edges = misfits(polygons, topology, broken)
    found = broken.copy()
    found[cells] = True
    found[overlapping(polygons, topology, broken, cells, edges)] = True
    return found

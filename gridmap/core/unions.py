"""The union of the cells of each label, drawn again only where the labels have changed since."""

from __future__ import annotations

from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import shapely

from gridmap.core.dissolve import Flags, Shapes, dissolve
from gridmap.core.rings import Numbers
from gridmap.core.soundness import unsound_cells
from gridmap.core.topology import topology_for
from gridmap.model.areas import Hierarchy


class _Drawn(NamedTuple):
    labels: Numbers
    unions: Shapes


_last: WeakKeyDictionary[Hierarchy, _Drawn] = WeakKeyDictionary()


def unions_of(hierarchy: Hierarchy, labels: Numbers) -> Shapes:
    """Return the union of the cells of each label.

    Labels whose cells are those of the last call keep their shapes, so that a change of a few cells draws the
    zones around it and no others. A label with a cell that is broken, or overlaps another, goes the general
    way, through the geometry.

    Parameters
    ----------
    hierarchy
        The cells.
    labels
        For each cell its label, from 0 up; below 0 for none.

    Returns
    -------
    unions
        A polygon or multipolygon for each label up to the highest; None for a label without cells.
    """
    size = int(labels.max(initial=-1)) + 1
    unions, stale = _kept(_last.get(hierarchy), labels, size)
    if stale.any():
        rough = np.zeros(size, dtype=bool)
        rough[labels[unsound_cells(hierarchy) & (labels >= 0)]] = True
        fresh = dissolve(topology_for(hierarchy), labels, stale & ~rough)
        unions = np.where(stale, fresh, unions)
        polygons = np.asarray(hierarchy.geometry.array, dtype=object)
        for label in np.flatnonzero(stale & rough).tolist():
            unions[label] = union_of(polygons[labels == label])
        _last[hierarchy] = _Drawn(labels.copy(), unions)
    return unions.copy()


def union_of(polygons: Shapes) -> Any:
    """Return the union of a few polygons, whatever they are; an empty one if there is nothing."""
    present = polygons[~shapely.is_missing(polygons)]
    if shapely.is_valid(present).all() and shapely.coverage_is_valid(present):
        return shapely.coverage_union_all(present)
    return shapely.union_all(shapely.make_valid(present))


def _kept(before: _Drawn | None, labels: Numbers, size: int) -> tuple[Shapes, Flags]:
    """Return the shapes that still hold, and for each label whether it has to be drawn."""
    unions, stale = np.full(size, None, dtype=object), np.ones(size, dtype=bool)
    if before is None:
        return unions, stale
    known = min(size, len(before.unions))
    unions[:known], stale[:known] = before.unions[:known], False
    moved = before.labels != labels
    touched = np.concatenate([before.labels[moved], labels[moved]])
    stale[touched[(touched >= 0) & (touched < size)]] = True
    return unions, stale

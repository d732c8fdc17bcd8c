"""The cells of a grid as a map draws them, worked out once, and told by what they were made of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import shapely

from gridmap.core.encode import STEP_M, EncodedCells, encode_topology, to_mercator
from gridmap.core.figures import areas_of
from gridmap.core.rings import Floats
from gridmap.core.topology import topology_for
from gridmap.model.areas import Hierarchy

_FORM = b"drawn cells 2"
_AT_ONCE = 2_000


@dataclass(frozen=True, eq=False)
class DrawnCells:
    """The borders of the cells in few bytes, the area of each, and how far all of them reach.

    Parameters
    ----------
    encoded
        The borders.
    areas_m2
        Square metres on the ellipsoid, in the order of the grid.
    bounds
        West, south, east and north in metres of EPSG:3857; not finite if no cell has a border.
    """

    encoded: EncodedCells
    areas_m2: Floats
    bounds: Floats


def draw_cells(hierarchy: Hierarchy) -> DrawnCells:
    """Work out what a map draws of the cells of a grid with a CRS."""
    topology = topology_for(hierarchy)
    mercator = to_mercator(topology.xy, hierarchy.geometry.crs)
    reach = (mercator.min(axis=0), mercator.max(axis=0)) if len(mercator) else (np.full(4, np.nan),)
    encoded = encode_topology(topology, mercator, step=STEP_M)
    return DrawnCells(encoded, areas_of(topology, mercator), np.concatenate(reach))


def fingerprint(hierarchy: Hierarchy) -> bytes:
    """Return a SHA-256 of all that `draw_cells` works from: every coordinate, in order, and the CRS."""
    shapes = np.asarray(hierarchy.geometry.array, dtype=object)
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    plain = single & (shapely.get_num_interior_rings(shapes) == 0)  # all told by their corners
    digest = hashlib.sha256(_FORM + hierarchy.geometry.crs.to_wkt().encode())
    digest.update(np.where(plain, shapely.get_num_coordinates(shapes), -1).astype("<i8").data)
    told = shapes[plain]
    for start in range(0, len(told), _AT_ONCE):  # in parts, whose memory is at hand and need not be asked for
        part = shapely.get_coordinates(told[start : start + _AT_ONCE])
        digest.update(np.ascontiguousarray(part, dtype="<f8").data)
    for shape in shapely.to_wkb(shapes[~plain], include_srid=False):
        digest.update(b"" if shape is None else len(shape).to_bytes(8, "little") + shape)
        digest.update(b";")
    return digest.digest()

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


@dataclass(frozen=True, eq=False)
class DrawnCells:
    """The borders of the cells in few bytes, and the area of each.

    Parameters
    ----------
    encoded
        The borders.
    areas_m2
        Square metres on the ellipsoid, in the order of the grid.
    """

    encoded: EncodedCells
    areas_m2: Floats


def draw_cells(hierarchy: Hierarchy) -> DrawnCells:
    """Work out what a map draws of the cells of a grid with a CRS."""
    topology = topology_for(hierarchy)
    mercator = to_mercator(topology.xy, hierarchy.geometry.crs)
    return DrawnCells(encode_topology(topology, mercator, step=STEP_M), areas_of(topology, mercator))


def fingerprint(hierarchy: Hierarchy) -> bytes:
    """Return a SHA-256 of all that `draw_cells` works from: every coordinate, in order, and the CRS."""
    shapes = np.asarray(hierarchy.geometry.array, dtype=object)
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    plain = single & (shapely.get_num_interior_rings(shapes) == 0)  # all told by their corners
    digest = hashlib.sha256(_FORM + hierarchy.geometry.crs.to_wkt().encode())
    digest.update(np.where(plain, shapely.get_num_coordinates(shapes), -1).astype("<i8").data)
    digest.update(np.ascontiguousarray(shapely.get_coordinates(shapes[plain]), dtype="<f8").data)
    for shape in shapely.to_wkb(shapes[~plain], include_srid=False):
        digest.update(b"" if shape is None else len(shape).to_bytes(8, "little") + shape)
        digest.update(b";")
    return digest.digest()

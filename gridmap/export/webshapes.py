"""The polygons of zones in few bytes, as gridmap/widget/js/shapes.js reads them."""

from __future__ import annotations

import zlib
from base64 import b64encode
from typing import Any

import numpy as np
import shapely

from gridmap.core.encode import varints


def packed_polygons(geometries: Any, step: float) -> dict[str, Any]:
    """Return the polygons of some geometries on a lattice, compressed; what has no area is left out.

    The numbers are, for each geometry, how many polygons it has; for each polygon how many rings; for each
    ring how many vertices; then for each vertex longitude and latitude less those of the vertex before it.

    Parameters
    ----------
    geometries
        In EPSG:4326; None for nothing.
    step
        The width of the lattice, in degrees. Neighbours keep the same border on it.
    """
    shapes = np.asarray(geometries, dtype=object)
    parts, of = shapely.get_parts(shapes, return_index=True)
    drawn = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)
    parts, of = parts[drawn], of[drawn]
    rings = shapely.get_rings(parts)
    lattice = np.rint(shapely.get_coordinates(rings) / step).astype(np.int64)
    numbers = [
        np.bincount(of, minlength=len(shapes)),
        shapely.get_num_interior_rings(parts) + 1,
        shapely.get_num_coordinates(rings),
        np.diff(lattice, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel(),
    ]
    written = varints(np.concatenate([part.astype(np.int64) for part in numbers]))
    return {"step": step, "data": b64encode(zlib.compress(written, 9)).decode("ascii")}

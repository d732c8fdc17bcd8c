"""The binary form of geometries in a GeoPackage: a header with the CRS and the envelope, then ISO WKB."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

_HEADER_BYTES = 8
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
_EMPTY_FLAG = 0x10
_HEADER = [("magic", "S2"), ("version", "u1"), ("flags", "u1"), ("srs", "<i4"), ("box", "<f8", 4)]


def blobs_from_shapes(shapes: Any, srs_id: int) -> list[bytes | None]:
    """Encode geometries as GeoPackage binary, areas and lines with their envelope; missing stays missing."""
    shapes = np.asarray(shapes, dtype=object)
    missing, empty = shapely.is_missing(shapes), shapely.is_empty(shapes)
    boxed = ~missing & ~empty & (shapely.get_dimensions(shapes) > 0)
    head = np.zeros(len(shapes), dtype=_HEADER)
    head["magic"], head["srs"] = b"GP", srs_id
    head["flags"] = 1 | (boxed << 1) | np.where(empty, _EMPTY_FLAG, 0)
    head["box"] = shapely.bounds(shapes)[:, [0, 2, 1, 3]]  # the envelope is min x, max x, min y, max y
    heads, size = head.tobytes(), head.dtype.itemsize
    bodies = shapely.to_wkb(shapes, flavor="iso", byte_order=1)
    ends = np.where(boxed, size, _HEADER_BYTES) + np.arange(len(shapes)) * size
    starts = range(0, len(heads), size)
    cut = zip(starts, ends.tolist(), bodies, strict=True)
    return [None if body is None else heads[start:end] + body for start, end, body in cut]


def shapes_from_blobs(blobs: Sequence[bytes | None]) -> Any:
    """Decode GeoPackage binary of any program into an array of geometries."""
    bodies = np.empty(len(blobs), dtype=object)
    bodies[:] = [blob and blob[_HEADER_BYTES + _ENVELOPE_BYTES[blob[3] >> 1 & 7] :] for blob in blobs]
    return shapely.from_wkb(bodies)


def as_multi_polygons(shapes: Any) -> Any:
    """Make every polygon a multi-polygon, because a GIS wants one type in a layer."""
    return shapes.map(
        lambda shape: shapely.MultiPolygon([shape]) if isinstance(shape, shapely.Polygon) else shape
    )

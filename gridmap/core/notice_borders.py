"""The borders of zones by name: the road or river that a side of a zone follows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gridmap.model.crs import to_metric

SIDES = ("east", "south", "west", "north")
NEAR_M = 40.0
_PIECE_M = 25.0
_MOST_PIECES = 20_000
_LEAST_SHARE = 0.6


def named_borders(zones: Any, lines: Any) -> dict[str, tuple[tuple[str, str], ...]]:
    """Name the road or river that each side of a zone follows.

    A side is all of the outer border that faces one way. It is named where one line runs within `NEAR_M`
    metres of at least 60 % of its length. A zone of several parts has no sides.

    Parameters
    ----------
    zones
        Outlines by ``zone_id``, in a CRS.
    lines
        `name` and `geometry` of named lines, in a CRS; None for none.

    Returns
    -------
    borders
        By ``zone_id``: side and name, in the order of `SIDES`; empty where nothing is known.
    """
    none: dict[str, tuple[tuple[str, str], ...]] = {str(zone): () for zone in zones.index}
    named = _named_lines(lines)
    if named is None or zones.crs is None or not len(zones):
        return none
    metric = to_metric(zones)
    steps, line = _steps(np.asarray(named.to_crs(metric.crs).geometry.array, dtype=object))
    names = named["name"].astype("str").str.strip().to_numpy(dtype=object)[line]
    tree = shapely.STRtree(steps)
    return none | {
        str(zone): tuple(_sides(shape, tree, names))
        for zone, shape in zip(metric.index, np.asarray(metric.geometry.array, dtype=object), strict=True)
        if shape is not None
    }


def _named_lines(lines: Any) -> Any:
    if lines is None or not len(lines) or "name" not in lines or lines.crs is None:
        return None
    named = lines[lines["name"].fillna("").astype("str").str.strip() != ""]
    named = named[named.geometry.notna() & ~named.geometry.is_empty]
    return gpd.GeoDataFrame(named[["name", "geometry"]]) if len(named) else None


def _steps(lines: NDArray[np.object_]) -> tuple[Any, Any]:
    """Cut lines at all their points, so that what is near is found fast: the steps, and the line of each."""
    parts, line = shapely.get_parts(lines, return_index=True)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    here = np.flatnonzero(part[:-1] == part[1:])
    return shapely.linestrings(np.stack([xy[here], xy[here + 1]], axis=1)), line[part[here]]


def _sides(shape: Any, tree: Any, names: NDArray[np.object_]) -> Iterator[tuple[str, str]]:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    if len(parts) != 1:
        return
    middle, length, side = _pieces(parts[0])
    near = tree.query(shapely.points(middle), predicate="dwithin", distance=NEAR_M)
    for place, name in enumerate(SIDES):
        whole = length[side == place].sum()
        found: dict[str, set[int]] = {}
        for piece, line in near[:, side[near[0]] == place].T.tolist():
            found.setdefault(str(names[line]), set()).add(piece)
        shares = {each: length[sorted(pieces)].sum() / whole for each, pieces in found.items() if whole > 0}
        best = max(shares, key=lambda each: (shares[each], each), default="")
        if best and shares[best] >= _LEAST_SHARE:
            yield name, best


def _pieces(polygon: Any) -> tuple[Any, Any, Any]:
    """Cut the outer border into short pieces: middle, length, and the side that each faces."""
    ring = shapely.get_exterior_ring(shapely.orient_polygons(polygon))
    step = max(_PIECE_M, shapely.length(ring) / _MOST_PIECES)
    xy = shapely.get_coordinates(shapely.segmentize(ring, step))
    move = np.diff(xy, axis=0)
    out_x, out_y = move[:, 1], -move[:, 0]
    along_x = np.abs(out_x) >= np.abs(out_y)
    side = np.where(along_x, np.where(out_x > 0, 0, 2), np.where(out_y > 0, 3, 1))
    return (xy[:-1] + xy[1:]) / 2, np.hypot(*move.T), side

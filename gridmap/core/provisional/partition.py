"""Cut polygons by lines into pieces that fit together exactly: no overlap, no gap, every corner shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.core.regions import connected_parts
from gridmap.errors import Fault, GridError

Places = npt.NDArray[np.intp]
Shapes = npt.NDArray[np.object_]
_ROUNDING = (0.0, 1e-10, 1e-8, 1e-7)
_SAME_AREA = 1e-6


@dataclass(frozen=True, eq=False)
class Pieces:
    """The pieces into which polygons were cut.

    Parameters
    ----------
    shapes
        Polygons, in the plane of what was cut.
    owner
        The position of the polygon of which each is a piece.
    """

    shapes: Shapes
    owner: Places

    @property
    def spots(self) -> Shapes:
        """One point inside each piece."""
        return np.asarray(shapely.point_on_surface(self.shapes))


def cut(polygons: Shapes, lines: Shapes) -> Pieces:
    """Cut polygons along lines; a line that ends within a piece does not divide it.

    All borders are first broken where they meet, and the pieces are built of what results, so two
    neighbours have the same corners. Where rounding spoils that, the corners are rounded a little, by less
    than 0.1 mm in a grid of 1,000 km.

    Parameters
    ----------
    polygons
        What is cut; where two overlap, the ground is a piece of the first.
    lines
        Lines of any length, in the same plane.

    Raises
    ------
    GridError
        If no exact coverage comes of it.
    """
    borders = [*shapely.boundary(polygons), *lines]
    scale = float(np.abs(shapely.total_bounds(polygons)).max(initial=1.0))
    whole = float(shapely.area(shapely.union_all(polygons)))
    for rounding in _ROUNDING:
        noded = shapely.union_all(borders, grid_size=rounding * scale or None)
        pieces = _within(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))), polygons)
        area = float(shapely.area(pieces.shapes).sum())
        if abs(area - whole) <= _SAME_AREA * whole and shapely.coverage_is_valid(pieces.shapes):
            return pieces
    what = "the ground cannot be cut into cells that fit together"
    raise GridError("the grid", [Fault("no_coverage", "", what, "call gridmap.check_grid on the villages")])


def _within(shapes: Shapes, polygons: Shapes) -> Pieces:
    spots = shapely.point_on_surface(shapes)
    found, owners = shapely.STRtree(polygons).query(spots, predicate="intersects")
    first = np.full(len(shapes), len(polygons), dtype=np.intp)
    np.minimum.at(first, found, owners)
    inside = first < len(polygons)
    return Pieces(np.asarray(shapes)[inside], first[inside])


def joined(shapes: Shapes, groups: Sequence[Any]) -> tuple[Shapes, list[Any]]:
    """Join the pieces of each group; return one shape for each group with the groups, sorted."""
    places: dict[Any, list[int]] = {}
    for place, group in enumerate(groups):
        places.setdefault(group, []).append(place)
    keys = sorted(places)
    unions = [shapely.coverage_union_all(shapes[places[key]]) for key in keys]
    return np.array([_plain(union) for union in unions], dtype=object), keys


def _plain(shape: Any) -> Any:
    parts = shapely.get_parts(shape)
    return shapely.normalize(parts[0] if len(parts) == 1 else shapely.multipolygons(parts))


def is_thin(metric: Shapes, width_m: float) -> npt.NDArray[np.bool_]:
    """Tell in which shapes, in metres, no circle of a width fits."""
    thin: npt.NDArray[np.bool_] = shapely.area(metric) < width_m * shapely.length(metric)
    circles = shapely.maximum_inscribed_circle(metric[thin])
    thin[thin] = 2 * shapely.length(circles) < width_m
    return thin


def with_small_joined(pieces: Pieces, small: npt.NDArray[np.bool_]) -> Pieces:
    """Join every piece that is too small to its neighbour of the same owner with the longest common border.

    A piece without such a neighbour stays as it is.
    """
    if not small.any():
        return pieces
    first, second = _longest_neighbours(pieces, np.flatnonzero(small))
    groups = connected_parts(first, second, np.arange(len(pieces.shapes)))
    shapes = [_plain(shapely.coverage_union_all(pieces.shapes[group])) for group in groups]
    return Pieces(np.array(shapes, dtype=object), pieces.owner[[group[0] for group in groups]])


def takers(pieces: Pieces, small: npt.NDArray[np.bool_]) -> Places:
    """Return which piece takes over each small one, by the longest common border; others keep themselves."""
    taker = np.arange(len(pieces.shapes))
    if not small.any():
        return taker
    first, second = _longest_neighbours(pieces, np.flatnonzero(small))
    for group in connected_parts(first, second, taker):
        large = [place for place in group if not small[place]]
        taker[group] = large or group
    return taker


def _longest_neighbours(pieces: Pieces, small: Places) -> tuple[Places, Places]:
    one, other = shapely.STRtree(pieces.shapes).query(pieces.shapes[small], predicate="touches")
    one = small[one]
    beside = pieces.owner[one] == pieces.owner[other]
    one, other = one[beside], other[beside]
    borders = shapely.length(
        shapely.intersection(shapely.boundary(pieces.shapes[one]), shapely.boundary(pieces.shapes[other]))
    )
    order = np.lexsort((other, -borders, one))
    order = order[borders[order] > 0]
    _, starts = np.unique(one[order], return_index=True)
    best = order[starts]
    return one[best], other[best]

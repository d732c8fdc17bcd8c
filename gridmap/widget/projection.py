"""Between the CRS of the grid and Web Mercator, which the map in the browser is drawn in."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from gridmap.errors import PlanError
from gridmap.model.crs import transformer

MERCATOR = "EPSG:3857"
Floats = NDArray[np.float64]


class Projection:
    """The way from one CRS to Web Mercator and back; axes are always x (or longitude) first.

    Parameters
    ----------
    crs
        Of the grid.
    """

    def __init__(self, crs: Any) -> None:
        self.crs = pyproj.CRS.from_user_input(crs)

    @cached_property
    def _there(self) -> Any:
        return transformer(self.crs, MERCATOR)

    @cached_property
    def _back(self) -> Any:
        return transformer(MERCATOR, self.crs)

    def to_mercator(self, xy: Floats) -> Floats:
        """Return Mercator metres of coordinates in the CRS of the grid, shape (n, 2)."""
        return np.column_stack(self._there.transform(xy[:, 0], xy[:, 1]))

    def from_mercator(self, xy: Floats) -> Floats:
        """Return coordinates in the CRS of the grid of Mercator metres, shape (n, 2)."""
        return np.column_stack(self._back.transform(xy[:, 0], xy[:, 1]))

    def point(self, xy: tuple[float, float]) -> Any:
        """Return a place given in Mercator metres as a point in the CRS of the grid."""
        return shapely.Point(self.from_mercator(np.array([xy], dtype=np.float64))[0])

    def polygon(self, rings: Any) -> Any:
        """Return the polygon that rings of Mercator metres bound, in the CRS of the grid.

        Parameters
        ----------
        rings
            Flat lists ``[x, y, x, y, ...]``, the outer ring first.

        Raises
        ------
        PlanError
            If a ring has fewer than three corners.
        """
        shapes = [np.asarray(ring, dtype=np.float64).reshape(-1, 2) for ring in rings or ()]
        if not shapes or any(len(ring) < 3 for ring in shapes):
            raise PlanError("a shape needs at least three corners; draw it again")
        outer, *holes = [self.from_mercator(ring) for ring in shapes]
        return shapely.Polygon(outer, holes)

    def line(self, flat: Any) -> Any:
        """Return a line through ``[x, y, x, y, ...]`` in Mercator metres, in the CRS of the grid."""
        xy = np.asarray(flat, dtype=np.float64).reshape(-1, 2)
        if len(xy) < 2:
            raise PlanError("a line needs two points; draw it again")
        return shapely.LineString(self.from_mercator(xy))

    def flat_lines(self, shape: Any) -> list[list[float]]:
        """Return the lines or rings of a shape as flat lists of Mercator metres; none for a missing one."""
        if shape is None or shape.is_empty:
            return []
        lines = shapely.get_parts(shapely.boundary(shape) if shape.area else shape)
        lines = lines[shapely.get_type_id(lines) != shapely.GeometryType.POINT]
        moved = [self.to_mercator(shapely.get_coordinates(line)) for line in lines]
        return [np.round(xy, 2).ravel().tolist() for xy in moved]

    def place(self, shape: Any) -> list[float] | None:
        """Return a point on a shape as ``[x, y]`` in Mercator metres; None for a missing one."""
        if shape is None or shape.is_empty:
            return None
        xy = self.to_mercator(shapely.get_coordinates(shape.representative_point()))[0]
        return [round(float(xy[0]), 2), round(float(xy[1]), 2)] if np.isfinite(xy).all() else None

"""Where a part of a grid lies, roughly, so that only the parts near some places are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

_SQUARES = 64


@dataclass(frozen=True, eq=False)
class Extent:
    """The squares of a lattice over a part of a grid that the boxes of its cells meet.

    Parameters
    ----------
    bounds
        West, south, east, north of the part; NaN if it has no outline.
    met
        For each square, from west to east and from south to north, whether a box meets it.
    """

    bounds: tuple[float, float, float, float]
    met: NDArray[np.bool_]

    @classmethod
    def of(cls, polygons: Any) -> Extent:
        """Return the extent of the cells of a part."""
        boxes = shapely.bounds(np.asarray(polygons, dtype=object))
        boxes = boxes[~np.isnan(boxes).any(axis=1)]
        if not len(boxes):
            return cls((np.nan,) * 4, np.zeros((_SQUARES, _SQUARES), dtype=bool))
        west, south = boxes[:, :2].min(axis=0).tolist()
        east, north = boxes[:, 2:].max(axis=0).tolist()
        blank = cls((west, south, east, north), np.empty((0, 0), dtype=bool))
        low, high = blank.squares(boxes[:, :2]), blank.squares(boxes[:, 2:]) + 1
        steps = np.zeros((_SQUARES + 1, _SQUARES + 1), dtype=np.int64)
        for columns, rows, step in ((low, low, 1), (high, high, 1), (low, high, -1), (high, low, -1)):
            np.add.at(steps, (columns[:, 0], rows[:, 1]), step)
        return cls(blank.bounds, steps.cumsum(axis=0).cumsum(axis=1)[:-1, :-1] > 0)

    def squares(self, xy: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return column and row of the square that holds each place; never falling from west to east."""
        low, high = np.array(self.bounds[:2]), np.array(self.bounds[2:])
        size = np.where(high > low, high - low, 1.0)
        return np.asarray(np.clip(np.floor((xy - low) / size * _SQUARES), 0, _SQUARES - 1), dtype=np.intp)

    def may_hold(self, xy: NDArray[np.float64]) -> bool:
        """Tell whether any of some places may lie in or on a cell; no is always right."""
        west, south, east, north = self.bounds
        near = xy[((xy >= (west, south)) & (xy <= (east, north))).all(axis=1)]
        columns, rows = self.squares(near).T
        return bool(self.met[columns, rows].any())

"""The cells of a grid as the browser is told them, and places on their lattice."""

from __future__ import annotations

import zlib
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridmap.core.census import census_of
from gridmap.core.drawn import DrawnCells, draw_cells
from gridmap.core.encode import EncodedCells
from gridmap.core.figures import cell_areas_m2, keep_areas, needy_in
from gridmap.export.plain import plain_text, plain_texts
from gridmap.model.areas import Hierarchy
from gridmap.model.placement import Placement
from gridmap.widget.answers import packed
from gridmap.widget.projection import Projection

_QUICK = 1  # a level of compression: the data go to the same machine, or over an office network
_PLAIN_MOST = 1_000_000  # bytes: what is less is sent as it is, since a browser takes a while to unpack it
_BUCKETS = 256
_ANYWHERE = (-1e7, -1e7, 1e7, 1e7)  # where no cell has a border
Points = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]


class Ground:
    """What of a grid is drawn, worked out when it is first asked for.

    Parameters
    ----------
    hierarchy
        The cells and the areas above them.
    kept
        What a map draws of them, if it is known already.
    """

    def __init__(self, hierarchy: Hierarchy, kept: DrawnCells | None = None) -> None:
        self.hierarchy = hierarchy
        self._kept = kept
        self.projection = Projection(hierarchy.geometry.crs)
        self._points: tuple[Placement, Points] | None = None

    @cached_property
    def drawn(self) -> DrawnCells:
        """What is drawn of the cells."""
        drawn = self._kept or draw_cells(self.hierarchy)
        keep_areas(self.hierarchy, drawn.areas_m2)
        return drawn

    @property
    def encoded(self) -> EncodedCells:
        """The borders of the cells."""
        return self.drawn.encoded

    @property
    def bounds(self) -> list[float]:
        """West, south, east and north of the grid in Mercator metres."""
        bounds = self.drawn.bounds
        return [float(each) for each in bounds] if np.isfinite(bounds).all() else list(_ANYWHERE)

    @cached_property
    def message(self) -> tuple[dict[str, Any], list[bytes]]:
        """What tells a view all cells and the areas above them: content and buffers.

        What they are called is told by `names`, and what they count by `counts`: the picture does without.
        """
        encoded = self.encoded
        in_order = bool((np.diff(self._rank) > 0).all())
        rank = b"" if in_order else packed(self._rank, "i4")  # none: the cells are in the order of their ids
        areas = packed(cell_areas_m2(self.hierarchy), "f4")
        content = {"kind": "grid", **encoded.head(), "areas": self._areas()}
        data = encoded.data if len(encoded.data) > _PLAIN_MOST else encoded.plain
        return content, [data, b"", packed(self._above, "i4"), areas, rank]

    @cached_property
    def names(self) -> list[bytes]:
        """The ids of the cells, and their names, empty where that is the id; compressed, one a line."""
        ids = self.hierarchy.cell_ids.astype("str").tolist()
        return [_texts(ids), _texts(self._cell_names(ids))]

    def counts(self, placement: Placement) -> list[bytes]:
        """Return how many households, residents and households with needs each cell has."""
        census = census_of(placement, self.hierarchy)
        whole = (census.households_in, census.residents_in, needy_in(census))
        return [packed(count, "i4") for count in whole]

    def points(self, placement: Placement) -> Points:
        """Return where the households are on the lattice, x, y and the cell, neighbours together."""
        if self._points is None or self._points[0] is not placement:
            self._points = (placement, self._placed_points(placement))
        return self._points[1]

    def lattice(self, xy: NDArray[Any]) -> NDArray[np.int32]:
        """Return places in Mercator metres on the lattice of the cells."""
        return np.asarray(np.rint((xy - np.asarray(self.encoded.origin)) / self.encoded.step), dtype=np.int32)

    def places(self, cells: Any) -> list[int]:
        """Return the numbers of cells by their ids; those that the grid lacks are left out."""
        found = self.hierarchy.cell_ids.get_indexer(list(cells))
        return [int(each) for each in found if each >= 0]

    def extent(self, places: Any) -> list[float] | None:
        """Return the bounds of some cells in Mercator metres; None without one."""
        box = self._boxes[np.asarray(places, dtype=np.intp)]
        box = box[np.isfinite(box).all(axis=1)]
        if not len(box):
            return None
        return [float(each) for each in (*box[:, :2].min(axis=0), *box[:, 2:].max(axis=0))]

    @cached_property
    def _boxes(self) -> NDArray[np.float64]:
        box = self.hierarchy.geometry.bounds.to_numpy()
        corners = [self.projection.to_mercator(box[:, [x, y]]) for x in (0, 2) for y in (1, 3)]
        return np.hstack([np.min(corners, axis=0), np.max(corners, axis=0)])

    @cached_property
    def _rank(self) -> NDArray[np.int32]:
        rank = np.empty(len(self.hierarchy.cell_ids), dtype=np.int32)
        rank[self.hierarchy.id_order] = np.arange(len(rank), dtype=np.int32)
        return rank

    @cached_property
    def _upper(self) -> Any:
        areas = self.hierarchy.areas
        return areas[~areas["is_cell"]]

    @cached_property
    def _above(self) -> NDArray[np.int32]:
        """For each cell the place of the area above it among those that are no cells; -1 for none."""
        upper = ~self.hierarchy.areas["is_cell"].to_numpy(dtype=bool)
        places = np.append(np.where(upper, np.cumsum(upper) - 1, -1), -1)
        return np.asarray(places[self.hierarchy.lineage[1]], dtype=np.int32)

    def _areas(self) -> list[dict[str, Any]]:
        upper = self._upper
        parents = upper.index.get_indexer(upper["parent_id"])
        columns = (upper.index, upper["name"], upper["level"], parents)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return [
            {"id": area, "name": _named(name, area), "level": level, "parent": parent}
            for area, name, level, parent in rows
        ]

    def _cell_names(self, ids: list[str]) -> list[str]:
        names = self.hierarchy.areas["name"].iloc[self.hierarchy.lineage[0]]
        told = names.where(names.notna(), "").astype("str").tolist()
        return ["" if name == cell else name for name, cell in zip(told, ids, strict=True)]

    def _placed_points(self, placement: Placement) -> Points:
        xy = placement.bounds[:, :2]
        known = np.flatnonzero(np.isfinite(xy).all(axis=1))
        cell = census_of(placement, self.hierarchy).places[known].astype(np.uint32)
        on = self.lattice(self.projection.to_mercator(xy[known]))
        if not len(on):
            return on[:, 0], on[:, 1], cell
        span = np.maximum(np.ptp(on, axis=0), 1)
        bucket = ((on - on.min(axis=0)).astype(np.int64) * _BUCKETS // (span + 1)) @ (1, _BUCKETS)
        order = np.argsort(bucket, kind="stable")
        return on[order, 0], on[order, 1], cell[order]


def _named(name: Any, area: str) -> str:
    return plain_text(name) if isinstance(name, str) and name else plain_text(area)


def _texts(lines: list[str]) -> bytes:
    """Write texts one a line, compressed; none of them can break its line."""
    return zlib.compress("\n".join(plain_texts(lines)).encode(), _QUICK)

"""The areas of a grid: cells, and villages, towns and the county above them."""

from __future__ import annotations

import hashlib
import operator
import threading
import weakref
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pandas import DataFrame, Series

from gridmap.model.frames import cell_id_text, grid_frame
from gridmap.model.hierarchy import NAMING, hierarchy_of
from gridmap.model.layer_texts import LayerTexts
from gridmap.model.shown import shows_counts


def outlines_of(grid: Any, areas: DataFrame) -> Any:
    """Return one outline for each cell of a grid; rows of one id are taken together.

    Parameters
    ----------
    grid
        The grid.
    areas
        Its areas, as `hierarchy_of` gives them.

    Returns
    -------
    outlines
        A GeoSeries by ``cell_id``, in the order of the grid; missing where a cell has no geometry.
    """
    cells = areas.index[areas["is_cell"]]
    outlines = grid.geometry.set_axis(cell_id_text(grid.index))
    if outlines.index.is_unique:
        return outlines.loc[cells].rename_axis("cell_id")
    double = outlines[outlines.index.duplicated(keep=False) & ~shapely.is_missing(outlines.to_numpy())]
    joined = {
        cell: shapely.union_all(shapely.make_valid(rows.array)) for cell, rows in double.groupby(level=0)
    }
    first = outlines[~outlines.index.duplicated()].loc[cells].rename_axis("cell_id")
    geometry = [joined.get(cell, shape) for cell, shape in first.items()]
    return type(first)(geometry, index=first.index, crs=first.crs)


@shows_counts
@dataclass(frozen=True, eq=False)
class Hierarchy:
    """The cells of a grid and the areas above them.

    Parameters
    ----------
    areas
        One row per area, cells included, by ``area_id``: `name`, `level`, `parent_id`, `is_cell`.
    geometry
        Polygons of the cells by ``cell_id``, in the CRS of the grid.
    """

    areas: DataFrame
    geometry: Any

    @cached_property
    def cell_ids(self) -> Any:
        """The ids of the cells, in the order of the grid."""
        return self.geometry.index

    @cached_property
    def positions(self) -> dict[str, int]:
        """The place of each cell in `cell_ids`."""
        return {cell: place for place, cell in enumerate(self.cell_ids.tolist())}

    @cached_property
    def id_order(self) -> NDArray[np.intp]:
        """The positions of the cells in the order of their ids as text."""
        ids = self.cell_ids.tolist()
        return np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.intp)

    @cached_property
    def layer_texts(self) -> LayerTexts:
        """What plans over these cells say of them, as text."""
        return LayerTexts(self.cell_ids.tolist(), self.id_order)

    @cached_property
    def cells_sha256(self) -> str:
        """A hash of the ids of all cells, whatever their order."""
        ids = np.asarray(self.cell_ids, dtype=object)[self.id_order]
        return hashlib.sha256("\n".join(ids.tolist()).encode()).hexdigest()

    @cached_property
    def lineage(self) -> NDArray[np.int32]:
        """Positions in `areas`: first those of the cells, below each that of the area above, then -1."""
        above = np.append(self.areas.index.get_indexer(self.areas["parent_id"]), -1)
        steps = [np.flatnonzero(self.areas["is_cell"])]
        while (steps[-1] >= 0).any():
            steps.append(above[steps[-1]])
        return np.array(steps, dtype=np.int32)

    @cached_property
    def tree(self) -> Any:
        """A spatial index over the cells, by position."""
        return shapely.STRtree(np.asarray(self.geometry.array))

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(zip(self.areas.index.tolist(), self.areas["name"].tolist(), strict=True))

    @cached_property
    def _parents(self) -> dict[str, str]:
        parents = self.areas["parent_id"].fillna("")
        return dict(zip(parents.index.tolist(), parents.tolist(), strict=True))

    @cached_property
    def _levels(self) -> dict[str, str]:
        return dict(zip(self.areas.index.tolist(), self.areas["level"].tolist(), strict=True))

    def cells_of(self, area: str) -> list[str]:
        """Return the cells of an area, or the cell itself.

        Raises
        ------
        KeyError
            If the grid has no such area.
        """
        return list(self.cell_ids[self.places_of(area)].tolist())

    def places_of(self, area: str) -> NDArray[np.intp]:
        """Return the positions of the cells of an area, sorted, or of the cell itself.

        Raises
        ------
        KeyError
            If the grid has no such area.
        """
        return np.flatnonzero((self.lineage == self.areas.index.get_loc(area)).any(axis=0))

    def ancestors(self, area: str) -> list[str]:
        """Return the areas from `area` itself up to the top."""
        chain: list[str] = []
        while area in self._parents and area not in chain:
            chain.append(area)
            area = self._parents[area]
        return chain

    def at_level(self, level: str) -> Series:
        """Return, for every cell, the area of this level that holds it; missing where there is none."""
        ids = self.areas.index.astype("str").array.take(self.places_at(level), allow_fill=True)
        return Series(ids, index=self.cell_ids, name=level)

    def places_at(self, level: str) -> NDArray[np.int32]:
        """Return, for every cell, the position in `areas` of its area of this level; -1 for none."""
        of_level = np.append(self.areas["level"] == level, False)
        step = of_level[self.lineage].argmax(axis=0)
        found = self.lineage[step, np.arange(len(step))]
        return np.where(of_level[found], found, np.int32(-1))

    def area_at(self, cell: str, level: str) -> str | None:
        """Return the area of this level that holds `cell`, or None."""
        return next((area for area in self.ancestors(cell) if self._levels[area] == level), None)

    def name(self, area: str) -> str:
        """Return the name of an area, or its id when it has none."""
        name = self._names.get(area)
        return name if isinstance(name, str) and name else area

    def path(self, area: str) -> str:
        """Return the names from the top down to `area`, as people write an address."""
        return " ".join(self.name(each) for each in reversed(self.ancestors(area)))


class _Source:
    """What a hierarchy was made from, kept to tell whether a frame still says the same."""

    def __init__(self, frame: Any) -> None:
        self._shapes = _shapes(frame)
        self._crs = frame.crs
        self._index = frame.index
        self._naming = {name: column.copy(deep=True) for name, column in _naming(frame).items()}

    def is_in(self, frame: Any) -> bool:
        """Tell whether a frame holds the same geometry objects under the same ids and names."""
        shapes = _shapes(frame)
        if len(shapes) != len(self._shapes) or not all(map(operator.is_, shapes, self._shapes)):
            return False
        return bool(frame.crs == self._crs) and self._is_named(frame)

    def _is_named(self, frame: Any) -> bool:
        naming = _naming(frame)
        if naming.keys() != self._naming.keys() or frame.index.dtype != self._index.dtype:
            return False
        columns = zip(naming.values(), self._naming.values(), strict=True)
        return frame.index.equals(self._index) and all(one.equals(two) for one, two in columns)


def _shapes(frame: Any) -> list[Any]:
    return list(np.asarray(frame.geometry.array, dtype=object).tolist())


def _naming(frame: Any) -> dict[str, Series]:
    return {name: frame[name] for name in NAMING if name in frame}


class _Registry:
    """The hierarchies of the frames that are alive; it keeps no frame, and no hierarchy beyond its frames."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._of_frame: dict[int, tuple[weakref.ref[Any], Hierarchy]] = {}
        self._sources: weakref.WeakKeyDictionary[Hierarchy, _Source] = weakref.WeakKeyDictionary()

    def find(self, grid: Any) -> Hierarchy:
        frame = grid_frame(grid)
        with self._lock:
            key = id(grid)
            own = self._of_frame.get(key)
            if own is not None and self._sources[own[1]].is_in(frame):
                return own[1]
            found = self._like(frame) or self._made(frame)
            self._of_frame[key] = (weakref.ref(grid, lambda _: self._of_frame.pop(key, None)), found)
            return found

    def _like(self, frame: Any) -> Hierarchy | None:
        known = list(self._sources.items())
        return next((hierarchy for hierarchy, source in known if source.is_in(frame)), None)

    def _made(self, frame: Any) -> Hierarchy:
        areas = hierarchy_of(frame)
        hierarchy = Hierarchy(areas=areas, geometry=outlines_of(frame, areas))
        self._sources[hierarchy] = _Source(frame)
        return hierarchy


_REGISTRY = _Registry()


def hierarchy_for(grid: DataFrame) -> Hierarchy:
    """Return the areas of a grid, made once for each frame and found again while the frame lives.

    A copy of the frame that holds the same geometry objects finds the same answer. A frame whose shapes,
    ids, names or CRS were changed in the meantime gets a new one; that is looked at each time.

    Parameters
    ----------
    grid
        The cells, as `gridmap.read_grid` gives them, or any frame of polygons by ``cell_id``.

    Returns
    -------
    hierarchy
        The cells and the areas above them.
    """
    return _REGISTRY.find(grid)

"""The areas of a grid: cells, and villages, towns and the county above them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from pandas import DataFrame, Series

from gridmap.model.frames import cell_id_text


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
        return {cell: place for place, cell in enumerate(self.cell_ids)}

    @cached_property
    def tree(self) -> Any:
        """A spatial index over the cells, by position."""
        return shapely.STRtree(np.asarray(self.geometry.array))

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(zip(self.areas.index, self.areas["name"], strict=True))

    @cached_property
    def _parents(self) -> dict[str, str]:
        parents = self.areas["parent_id"].fillna("")
        return dict(zip(parents.index, parents, strict=True))

    @cached_property
    def _levels(self) -> dict[str, str]:
        return dict(zip(self.areas.index, self.areas["level"], strict=True))

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        children: dict[str, list[str]] = {}
        for area, parent in self._parents.items():
            if parent:
                children.setdefault(parent, []).append(area)
        return children

    def cells_of(self, area: str) -> list[str]:
        """Return the cells of an area, or the cell itself.

        Raises
        ------
        KeyError
            If the grid has no such area.
        """
        if area not in self.areas.index:
            raise KeyError(area)
        found, stack = [], [area]
        while stack:
            here = stack.pop()
            if here in self.positions:
                found.append(here)
            stack.extend(self._children.get(here, []))
        return sorted(found, key=self.positions.__getitem__)

    def ancestors(self, area: str) -> list[str]:
        """Return the areas from `area` itself up to the top."""
        chain: list[str] = []
        while area in self._parents and area not in chain:
            chain.append(area)
            area = self._parents[area]
        return chain

    def at_level(self, level: str) -> Series:
        """Return, for every cell, the area of this level that holds it; missing where there is none."""
        return Series({cell: self.area_at(cell, level) for cell in self.cell_ids}, dtype="str", name=level)

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

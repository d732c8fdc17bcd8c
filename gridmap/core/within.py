"""Check placed households against the polygons: each in or on its cell, and in none that sorts before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pandas import DataFrame

from gridmap.core.recount import Recount, Rows, first_places, text
from gridmap.model.areas import Hierarchy
from gridmap.model.certificate import Difference

_AT_ONCE = 1_000_000


def cell_differences(recount: Recount, hierarchy: Hierarchy) -> Iterator[Difference]:
    """Check that everyone placed is in the cell of their point, else of their words, else of a neighbour."""
    home = first_places(text(recount.cells), text(hierarchy.cell_ids.array))[recount.cell]
    for place in np.flatnonzero(home < 0).tolist():
        yield _moved(recount, place, f"placed in {_cell(recount, place)!r}, which the grid does not have")
    spots = _spots(recount)
    pointless = shapely.is_missing(spots) | shapely.is_empty(spots)
    yield from _wrong_cells(recount, hierarchy, home, np.flatnonzero(~pointless & (home >= 0)), spots)
    without = np.flatnonzero(pointless)
    declared = _declared(recount, hierarchy, without)
    for place, said in zip(without.tolist(), declared.tolist(), strict=True):
        if said >= 0 and said != home[place]:
            detail = f"placed in {_cell(recount, place)!r}, declared in {hierarchy.cell_ids[said]!r}"
            yield _moved(recount, place, detail)
    yield from _without_neighbours(recount, without[declared < 0])


def _moved(recount: Recount, place: Any, detail: str) -> Difference:
    return Difference(recount.ids[int(place)].as_py(), "moved", "placement", detail)


def _cell(recount: Recount, place: Any) -> str:
    return str(recount.cells[recount.cell[place]])


def _spots(recount: Recount) -> NDArray[np.object_]:
    """Return one point for everyone placed; missing for who has none."""
    spots, known = np.full(len(recount.rows), None, dtype=object), recount.rows >= 0
    spots[known] = np.asarray(recount.table.geometry.array, dtype=object)[recount.rows[known]]
    shapes = np.flatnonzero(shapely.get_type_id(spots) > 0)
    spots[shapes] = shapely.point_on_surface(spots[shapes])
    return spots


def _wrong_cells(
    recount: Recount, hierarchy: Hierarchy, home: Rows, located: Rows, spots: NDArray[np.object_]
) -> Iterator[Difference]:
    """Find who lies outside of their cell, and who is not in the touching cell whose id sorts first."""
    order = hierarchy.id_order
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    held, first = np.zeros(len(home), dtype=bool), np.full(len(home), len(order))
    for place, cell in _covering(np.asarray(hierarchy.geometry.array), spots, located):
        held[place[home[place] == cell]] = True
        np.minimum.at(first, place, rank[cell])
    for place in located[~held[located]]:
        yield _moved(recount, place, f"placed in {_cell(recount, place)!r}, but lies outside of it")
    for place in located[first[located] < rank[home[located]]]:
        before = hierarchy.cell_ids[order[first[place]]]
        yield _moved(recount, place, f"placed in {_cell(recount, place)!r}, but {before!r} sorts first")


def _covering(cells: Any, spots: NDArray[np.object_], located: Rows) -> Iterator[tuple[Rows, Rows]]:
    """Yield every pair of a household and a cell that has it inside or on its border, many at a time."""
    shapes = np.array(cells, dtype=object)
    shapely.prepare(shapes)
    tree = shapely.STRtree(shapes)
    for start in range(0, len(located), _AT_ONCE):
        places = located[start : start + _AT_ONCE]
        xy = shapely.get_coordinates(spots[places])
        spot, cell = tree.query(spots[places])
        by_cell = np.argsort(cell, kind="stable")  # a prepared cell meets all its points one after the other
        spot, cell = spot[by_cell], cell[by_cell]
        covers = shapely.intersects_xy(shapes[cell], xy[spot, 0], xy[spot, 1])
        yield places[spot[covers]], cell[covers]


def _declared(recount: Recount, hierarchy: Hierarchy, places: Rows) -> Rows:
    """Return the cell that the roster declares, as a position in the grid; -1 where it declares none."""
    rows = recount.rows[places]
    said = text(recount.table["cell_id"].iloc[np.maximum(rows, 0)])
    return np.where(rows < 0, -1, first_places(said, text(hierarchy.cell_ids.array)))


def _without_neighbours(recount: Recount, addressed: Rows) -> Iterator[Difference]:
    """Find households placed by their address in a cell where nobody else has their building."""
    if not len(addressed):
        return
    cells = np.zeros(len(recount.cells), dtype=bool)
    cells[recount.cell[addressed]] = True
    around = np.flatnonzero(cells[recount.cell] & (recount.rows >= 0))
    homes = recount.parts_of(around)[["compound", "building"]].assign(cell=recount.cell[around])
    sizes = homes.groupby(["compound", "building", "cell"]).size().rename("all")
    own = homes.reindex(addressed).fillna({"compound": "", "building": "", "cell": -1})
    lonely = _lonely(own, sizes.reset_index())
    for place in addressed[lonely]:
        yield _moved(recount, place, f"placed in {_cell(recount, place)!r}, where no neighbour lives")


def _lonely(own: DataFrame, sizes: DataFrame) -> NDArray[np.bool_]:
    """Tell whose building has nobody in the cell but those who were placed there by it."""
    key = ["compound", "building", "cell"]
    alone = own.groupby(key)["compound"].transform("size").to_numpy()
    everybody = own.merge(sizes, on=key, how="left")["all"].fillna(0).to_numpy()
    return np.asarray(everybody <= alone)

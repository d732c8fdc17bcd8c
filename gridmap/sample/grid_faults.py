"""Faults planted in the outlines of cells, where nobody lives, with the answer key."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from gridmap.sample.lattice import Floats, Ints
from gridmap.sample.settle import Settlement

_STEP_M = 2.0
_SIDES = 6


def plant_grid_faults(
    grid: gpd.GeoDataFrame, settlement: Settlement, rng: np.random.Generator
) -> tuple[gpd.GeoDataFrame, dict[str, list[str]]]:
    """Return the grid with faults, and the cells of every kind of fault, as `gridmap check` writes them.

    One cell in fifty gets each kind, at least 2 and at most 20, as far as there is room. A vertex of a shared
    border is moved by 2 m, which is nearer to the border than anybody lives. No cell has two faults.

    Parameters
    ----------
    grid
        The cells in the order of the settlement.
    settlement
        Where people live.
    rng
        The source of the choice.
    """
    codes = grid.index.to_numpy(dtype=object)
    each = max(2, min(20, len(grid) // 50))
    shapes = np.array(grid.geometry.to_numpy(), dtype=object)
    busy: set[int] = set()
    key: dict[str, list[str]] = {"overlap": [], "gap": [], "bow_tie": []}
    for border in rng.permutation(_free_borders(settlement)).tolist():
        kind = next((name for name in ("overlap", "gap") if len(key[name]) < each), None)
        if kind is None:
            break
        first, second = settlement.land.border_cells[border].tolist()
        shape = _bent(settlement, border, outwards=kind == "overlap")
        if shape is not None and not busy & {first, second}:
            shapes[first] = shape
            busy |= {first, second}
            key[kind].append(f"{codes[first]}, {codes[second]}")
    for cell in rng.permutation(_cells_outside(settlement)).tolist():
        shape = None if cell in busy or len(key["bow_tie"]) == each else _bow_tie(settlement, cell)
        if shape is not None:
            shapes[cell] = shape
            busy.add(cell)
            key["bow_tie"].append(str(codes[cell]))
    return grid.set_geometry(shapes, crs=grid.crs), {kind: sorted(found) for kind, found in key.items()}


def _free_borders(settlement: Settlement) -> Ints:
    """Return the borders within a grid whose middle no household is planted on."""
    land = settlement.land
    planted = np.unique(land.border_cells[:, 0], return_index=True)[1]
    return np.setdiff1d(np.flatnonzero(land.border_rank == 0), planted)


def _cells_outside(settlement: Settlement) -> Ints:
    shared = np.bincount(settlement.land.border_cells.ravel(), minlength=len(settlement.land.polygons))
    return np.flatnonzero(shared < _SIDES)


def _bent(settlement: Settlement, border: int, *, outwards: bool) -> shapely.Polygon | None:
    """Return the first cell of a border with its middle vertex moved, unless the border winds too much."""
    land = settlement.land
    first, second = land.border_cells[border].tolist()
    ring = shapely.get_coordinates(land.polygons[first])[:-1]
    at = int(np.flatnonzero((ring == land.border_lonlat[border]).all(axis=1))[0])
    before, here, after = (ring[(at + step) % len(ring)] for step in (-1, 0, 1))
    _, outward = _along_and_outward(settlement, first, before, after)
    moved = ring.copy()
    moved[at] = here + (outward if outwards else -outward)
    change = shapely.polygons(np.array([before, here, after, moved[at]]))
    owner = land.polygons[second if outwards else first]
    shape = shapely.polygons(moved)
    fits = change.is_valid and shape.is_valid and owner.covers(change) and change.area > 0
    return shape if fits else None


def _bow_tie(settlement: Settlement, cell: int) -> shapely.Polygon | None:
    """Return a cell with a loop on the outside of the county, if it has a straight enough side there."""
    land = settlement.land
    ring = shapely.get_coordinates(land.polygons[cell])[:-1]
    side = len(ring) // _SIDES
    borders = land.border_lonlat[(land.border_cells == cell).any(axis=1)]
    for at in range(side // 2, len(ring), side):
        if (ring[at] == borders).all(axis=1).any():
            continue
        before, after = ring[at - 1], ring[(at + 1) % len(ring)]
        along, outward = _along_and_outward(settlement, cell, before, after)
        loop = (before + after) / 2 + outward + np.array([along, -along])
        shape = shapely.polygons(np.concatenate([ring[:at], loop, ring[at + 1 :]]))
        near = shapely.polygons([before, loop[0], loop[1], after]).convex_hull
        others = np.delete(land.polygons, cell)
        holes = shapely.get_num_interior_rings(shapely.get_parts(shapely.make_valid(shape))).sum()
        if not shape.is_valid and not holes and not shapely.intersects(others, near).any():
            return shape
    return None


def _along_and_outward(
    settlement: Settlement, cell: int, before: Floats, after: Floats
) -> tuple[Floats, Floats]:
    """Return degrees of 2 m along a side of a cell, and of 2 m across it away from the cell's point."""
    metres = np.linalg.inv(settlement.land.degrees[cell])
    side = (after - before) @ metres
    side = side / np.hypot(*side)
    across = np.array([-side[1], side[0]])
    from_point = ((before + after) / 2 - settlement.land.lonlat[cell]) @ metres
    across = across * np.sign(across @ from_point)
    degrees = settlement.land.degrees[cell]
    return _STEP_M * side @ degrees, _STEP_M * across @ degrees

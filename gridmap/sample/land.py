"""The land of the county: its cells as polygons on the earth, ready to build on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyproj
import shapely

from gridmap.model.crs import transformer
from gridmap.sample.hierarchy import Hierarchy, divide
from gridmap.sample.lattice import Floats, Ints, Lattice, grow_lattice
from gridmap.sample.shape import Lines, draw_lines, ring_points

CRS = "EPSG:4490"
_METRIC_CRS = "EPSG:4549"
_MIDDLE_LONLAT = (120.9, 30.85)
_CELL_AREA_M2 = 500e6 / 6000
_SIDE_M = float(np.sqrt(_CELL_AREA_M2 / 2.598))
_DECIMALS = 8


@dataclass(frozen=True)
class Edges:
    """The edges along which roads, rivers and the border of the county run.

    Parameters
    ----------
    lonlat
        The vertices of every edge, those of the cells beside it, shape (edges, 9, 2).
    cells
        The two cells beside it, the smaller first; -1 first on the border of the county.
    rank
        What it divides: 2 villages, 3 towns, 4 the county from the rest.
    river
        Whether it winds as a river.
    """

    lonlat: Floats
    cells: Ints
    rank: Ints
    river: np.ndarray


@dataclass(frozen=True)
class Land:
    """Cells in the order of their codes, each with a clear disc to build on.

    Parameters
    ----------
    hierarchy
        The areas of every cell.
    polygons
        Rings in longitude and latitude; neighbours share every vertex of their border.
    lonlat
        A point well inside every cell.
    clear_m
        Radius of the disc about that point that no border reaches.
    degrees
        Longitude and latitude of one metre east and one metre north, shape (cells, 2, 2).
    border_lonlat, border_cells
        A vertex in the middle of every shared edge, and the two cells that meet there.
    border_rank
        What that edge divides: 0 cells, 1 grids, 2 villages, 3 towns.
    edges
        The edges between villages and round the county.
    """

    hierarchy: Hierarchy
    polygons: np.ndarray
    lonlat: Floats
    clear_m: Floats
    degrees: Floats
    border_lonlat: Floats
    border_cells: Ints
    border_rank: Ints
    edges: Edges


def make_land(cells: int, rng: np.random.Generator) -> Land:
    """Make the land of a county of so many cells near 120.9 E, 30.85 N, 12 cells to the square kilometre."""
    lattice = grow_lattice(cells, rng)
    hierarchy = divide(lattice, rng)
    lines = draw_lines(lattice, hierarchy, rng)
    to_lonlat = transformer(_METRIC_CRS, CRS)
    middle_xy = np.array(to_lonlat.transform(*_MIDDLE_LONLAT, direction="INVERSE"))
    edge_xy = lines.edge_xy * _SIDE_M + middle_xy
    edge_lonlat = _transform(to_lonlat, edge_xy)
    edge, place = (part[hierarchy.order] for part in ring_points(lattice))
    polygons = _polygons(edge_lonlat[edge, place])
    centre_xy = _centres(edge_xy, edge, place, polygons, to_lonlat)
    lonlat = _transform(to_lonlat, centre_xy)
    shifted = [_transform(to_lonlat, centre_xy + 100.0 * np.eye(2)[axis]) for axis in (0, 1)]
    degrees = np.stack([(point - lonlat) / 100.0 for point in shifted], axis=1)
    clear_m = _clearance(edge_xy, edge, place, centre_xy)
    borders = _borders(lattice, hierarchy, lines, edge_lonlat)
    edges = _edges(lattice, hierarchy, lines, edge_lonlat)
    return Land(hierarchy, polygons, lonlat, clear_m, degrees, *borders, edges)


def _transform(transformer: pyproj.Transformer, xy: Floats) -> Floats:
    """Transform the last axis; rounded to a millimetre, so that all machines agree."""
    lon, lat = transformer.transform(xy[..., 0].ravel(), xy[..., 1].ravel())
    return np.asarray(np.round(np.column_stack([lon, lat]), _DECIMALS).reshape(xy.shape))


def _polygons(rings: Floats) -> np.ndarray:
    closed = np.concatenate([rings, rings[:, :1]], axis=1)
    return np.asarray(shapely.polygons(closed))


def _centres(
    edge_xy: Floats, edge: Ints, place: Ints, polygons: np.ndarray, to_lonlat: pyproj.Transformer
) -> Floats:
    """Return the mean of the six corners, or where that lies outside a point on the surface."""
    per_side = edge.shape[1] // 6
    centre_xy = edge_xy[edge[:, ::per_side], place[:, ::per_side]].mean(axis=1)
    outside = ~shapely.contains_xy(polygons, *_transform(to_lonlat, centre_xy).T)
    if outside.any():
        inner = shapely.get_coordinates(shapely.point_on_surface(polygons[outside]))
        centre_xy[outside] = np.column_stack(to_lonlat.transform(*inner.T, direction="INVERSE"))
    return np.asarray(centre_xy)


def _clearance(edge_xy: Floats, edge: Ints, place: Ints, centre_xy: Floats) -> Floats:
    """Return the distance in metres from every centre to its own ring."""
    clear = np.empty(len(edge))
    for first in range(0, len(edge), 50_000):
        rows = slice(first, first + 50_000)
        start = edge_xy[edge[rows], place[rows]] - centre_xy[rows, None]
        along = np.roll(start, -1, axis=1) - start
        length2 = np.maximum((along**2).sum(axis=2), 1e-12)
        share = np.clip(-(start * along).sum(axis=2) / length2, 0.0, 1.0)
        nearest = start + share[..., None] * along
        clear[rows] = np.sqrt((nearest**2).sum(axis=2).min(axis=1))
    return clear


def _borders(
    lattice: Lattice, hierarchy: Hierarchy, lines: Lines, edge_lonlat: Floats
) -> tuple[Floats, Ints, Ints]:
    shared = lattice.beside[:, 0] >= 0
    beside = np.sort(_in_order(hierarchy)[lattice.beside[shared]], axis=1)
    return edge_lonlat[shared, edge_lonlat.shape[1] // 2], beside, lines.rank[shared]


def _edges(lattice: Lattice, hierarchy: Hierarchy, lines: Lines, edge_lonlat: Floats) -> Edges:
    wide = lines.rank >= 2
    beside = np.append(_in_order(hierarchy), -1)[lattice.beside[wide]]
    return Edges(edge_lonlat[wide], np.sort(beside, axis=1), lines.rank[wide], lines.river[wide])


def _in_order(hierarchy: Hierarchy) -> Ints:
    """Return the place of every cell of the lattice in the order of the codes."""
    in_order = np.empty(len(hierarchy.order), dtype=np.int64)
    in_order[hierarchy.order] = np.arange(len(hierarchy.order))
    return in_order

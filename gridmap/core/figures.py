"""Figures that follow the pencil: what every cell counts, and what zones and tiers add up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import shapely
from numpy.typing import NDArray

from gridmap.core.census import Census, Counts
from gridmap.core.claims import claims_on
from gridmap.core.encode import to_mercator
from gridmap.core.rings import NONE, Floats
from gridmap.core.topology import Topology, topology_for
from gridmap.model.areas import Hierarchy
from gridmap.model.placement import Placement
from gridmap.model.plan import Codes, Plan
from gridmap.model.zone import CarveOut

# WGS 84, on which EPSG:3857 is laid out.
_RADIUS_M = 6_378_137.0
_ECCENTRICITY2 = 6.694_379_990_141_316e-3

_areas: WeakKeyDictionary[Hierarchy, Floats] = WeakKeyDictionary()
_needy: WeakKeyDictionary[Census, NDArray[np.bool_]] = WeakKeyDictionary()
_pieces: WeakKeyDictionary[CarveOut, tuple[Any, Floats]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Figures:
    """Sums over zones or tiers, by code; those of none come last.

    Parameters
    ----------
    cells, households, residents, needs
        How many; `needs` counts the households that have any need.
    area_m2
        The area on the ground. Parts of cells that were drawn belong to their own zone; a building or a
        household has no area.
    """

    cells: Counts
    households: Counts
    residents: Counts
    needs: Counts
    area_m2: Floats


def zone_figures(plan: Plan, placement: Placement) -> Figures:
    """Return the figures of every zone, by its place in ``plan.registry``."""
    return _figures(plan, placement, "zone", len(plan.registry))


def tier_figures(plan: Plan, placement: Placement) -> Figures:
    """Return the figures of every tier, by its place in ``plan.tier_order``."""
    return _figures(plan, placement, "tier", len(plan.tier_order))


def following_counts(plan: Plan, placement: Placement) -> tuple[Counts, Counts, Counts]:
    """Return, for every cell, the households that go with it when it changes its tier.

    Those under a carve-out do not: they have a tier of their own.

    Returns
    -------
    households, residents, needs
        By the position of the cell.
    """
    claims = claims_on(plan, placement)
    census, rows = claims.census, claims.rows
    places = census.places[rows]
    households = census.households_in - np.bincount(places, minlength=census.cells)
    residents = census.residents_in.copy()
    np.subtract.at(residents, places, census.residents[rows])
    needy = needy_in(census) - np.bincount(places[_needy_rows(census)[rows]], minlength=census.cells)
    return households, residents, needy


def needy_in(census: Census) -> Counts:
    """Return, for every cell, how many households have any need."""
    return np.bincount(census.places[_needy_rows(census)], minlength=census.cells)


def cell_areas_m2(hierarchy: Hierarchy) -> Floats:
    """Return the area of every cell on the ellipsoid in square metres; 0 for one without an outline."""
    found = _areas.get(hierarchy)
    if found is None:
        topology = topology_for(hierarchy)
        found = areas_of(topology, to_mercator(topology.xy, hierarchy.geometry.crs))
        _areas[hierarchy] = found
    return found


def keep_areas(hierarchy: Hierarchy, areas_m2: Floats) -> None:
    """Keep areas that were worked out elsewhere by `areas_of`, so that vertices are projected once."""
    _areas[hierarchy] = areas_m2


def areas_of(topology: Topology, mercator: Floats) -> Floats:
    """Return the area of every cell in square metres.

    Parameters
    ----------
    topology
        The borders of the cells.
    mercator
        Its vertices in metres of EPSG:3857.
    """
    areas = np.zeros(topology.cells)
    if not len(mercator):
        return areas
    x, y = mercator[:, 0], _equal_area(mercator[:, 1])
    x, y = x - x.mean(), y - y.mean()
    strips = np.append((x[:-1] - x[1:]) * (y[:-1] + y[1:]), 0.0) / 2
    strips[topology.first[1:] - 1] = 0.0
    under = np.add.reduceat(strips, topology.first[:-1])
    for side, sign in ((topology.left, 1.0), (topology.right, -1.0)):
        there = side != NONE
        np.add.at(areas, side[there], sign * under[there])
    return np.abs(areas)


def _equal_area(north: Floats) -> Floats:
    """Return the northings of the cylindrical projection of equal area that has the eastings of EPSG:3857.

    It is the integral of the area that a step north covers on the ellipsoid, for each metre of easting; see
    Snyder, Map Projections: A Working Manual (1987), equation 3-12.
    """
    sine, eccentricity = np.tanh(north / _RADIUS_M), np.sqrt(_ECCENTRICITY2)
    whole = sine / (1 - _ECCENTRICITY2 * sine**2) + np.arctanh(eccentricity * sine) / eccentricity
    return np.asarray(_RADIUS_M * (1 - _ECCENTRICITY2) * whole / 2)


def _figures(plan: Plan, placement: Placement, kind: str, size: int) -> Figures:
    claims = claims_on(plan, placement)
    codes: Codes = getattr(plan.effective, kind)
    areas = cell_areas_m2(plan.hierarchy)
    return Figures(
        cells=_last_none(np.bincount(codes + 1, minlength=size + 1)),
        households=claims.households(kind, size),
        residents=claims.residents(kind, size),
        needs=_needs(plan, placement, kind, size),
        area_m2=_moved(_last_none(np.bincount(codes + 1, areas, minlength=size + 1)), plan, kind),
    )


def _last_none(counts: Any) -> Any:
    return np.append(counts[1:], counts[0])


def _needs(plan: Plan, placement: Placement, kind: str, size: int) -> Counts:
    """Sum over the cells, and move the households under carve-outs, as `Claims.households` does."""
    claims = claims_on(plan, placement)
    census, rows = claims.census, claims.rows
    needy = _needy_rows(census)[rows]
    cells, own = getattr(claims.cells, kind), getattr(claims.own, kind)
    totals = np.zeros(size + 1, dtype=np.int64)
    np.add.at(totals, cells, needy_in(census))
    np.subtract.at(totals, cells[census.places[rows]], needy)
    np.add.at(totals, own, needy)
    return totals


def _needy_rows(census: Census) -> NDArray[np.bool_]:
    """Tell which of the placed households have any need; looked at once."""
    found = _needy.get(census)
    if found is None:
        found = np.zeros(len(census.places), dtype=bool)
        found[census.needs.row] = True
        _needy[census] = found
    return found


def _moved(areas: Floats, plan: Plan, kind: str) -> Floats:
    """Move the area of drawn parts from the zones of their cells to their own."""
    codes: Codes = getattr(plan.effective, kind)
    for carve in plan.carve_list:
        if carve.shape:
            cells, pieces = _drawn_pieces(carve, plan.hierarchy)
            np.subtract.at(areas, codes[cells], pieces)
            areas[_own_code(carve, plan, kind)] += pieces.sum()
    return np.maximum(areas, 0.0)


def _own_code(carve: CarveOut, plan: Plan, kind: str) -> int:
    if kind == "tier":
        return plan.tier_order.index(carve.tier) if carve.tier in plan.tier_order else -1
    return plan.zone_place(carve.zone_id) if carve.zone_id else -1


def _drawn_pieces(carve: CarveOut, hierarchy: Hierarchy) -> tuple[Any, Floats]:
    """Return the cells that a drawn part lies in, and how many square metres of each."""
    found = _pieces.get(carve)
    if found is None:
        shape = shapely.from_wkt(carve.shape)
        cells = np.sort(hierarchy.tree.query(shape, predicate="intersects"))
        outlines = np.asarray(hierarchy.geometry.array, dtype=object)[cells]
        share = shapely.area(shapely.intersection(outlines, shape)) / shapely.area(outlines)
        found = (cells, share * cell_areas_m2(hierarchy)[cells])
        _pieces[carve] = found
    return found

"""The households that a carve-out covers."""

from __future__ import annotations

import numpy as np
import shapely

from gridmap.core.census import Rows, census_of
from gridmap.model.address import matches, parse_target, split_addresses
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.zone import CarveOut


def covered_rows(carve: CarveOut, plan: Plan, placement: Placement) -> Rows:
    """Return the positions, in `Placement.cells`, of the households that a carve-out covers, ascending.

    They are looked for once for every placement, grid and carve-out.
    """
    covers = census_of(placement, plan.hierarchy).covers
    if carve not in covers:
        covers[carve] = _looked_up(carve, plan, placement)
    return covers[carve]


def _looked_up(carve: CarveOut, plan: Plan, placement: Placement) -> Rows:
    if carve.households:
        return np.flatnonzero(placement.cells.index.isin(carve.households))
    if carve.shape:
        return _inside(shapely.from_wkt(carve.shape), placement)
    rows = _at_addresses(carve.addresses, placement)
    if not carve.scope:
        return rows
    inside = np.zeros(len(plan.hierarchy.cell_ids), dtype=bool)
    inside[plan.hierarchy.places_of(carve.scope)] = True
    return rows[inside[census_of(placement, plan.hierarchy).places[rows]]]


def _inside(shape: shapely.Geometry, placement: Placement) -> Rows:
    west, south, east, north = shape.bounds
    x1, y1, x2, y2 = placement.bounds.T
    near = np.flatnonzero((x1 <= east) & (x2 >= west) & (y1 <= north) & (y2 >= south))
    points = np.asarray(placement.households.geometry.array)[placement.rows[near]]
    shapely.prepare(shape)
    return np.asarray(near[shapely.intersects(shape, points)])


def _at_addresses(addresses: tuple[str, ...], placement: Placement) -> Rows:
    """Find the addresses; a compound is a part of the text, so that few texts need to be taken apart."""
    targets = [parse_target(text) for text in addresses]
    texts = placement.plain_addresses
    named = [texts.str.contains(target.compound, regex=False).to_numpy(dtype=bool) for target in targets]
    near = np.flatnonzero(np.logical_or.reduce(named))
    parts = split_addresses(
        placement.column("address").iloc[near],
        placement.column("building").iloc[near],
        area_names=placement.area_names,
    )
    return near[np.logical_or.reduce([matches(parts, target).to_numpy() for target in targets])]

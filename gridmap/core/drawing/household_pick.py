"""The household that is pointed at on the map, with its building and compound, to be carved out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from gridmap.core.census import Rows, census_of
from gridmap.core.dwellings import NOWHERE, dwellings_of
from gridmap.core.edits import AddCarveOut
from gridmap.core.ellipsoid import Floats, arc, on_ellipsoid
from gridmap.core.reach import reach_for
from gridmap.errors import CrsMismatchError, PlanError
from gridmap.model.areas import Hierarchy
from gridmap.model.placement import Placement

_DEGREE_M = 110_000.0
_SLACK = 1.05
_SIDES = 4


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """A household, or all households of its building or compound.

    Parameters
    ----------
    name
        What it is called.
    address, scope
        As `AddCarveOut` understands them; no address if it cannot be written so that it is read back.
    ids
        The households.
    residents
        Their residents.
    cells
        The ids of the cells they lie in.
    """

    name: str
    address: str
    scope: str
    ids: tuple[str, ...]
    residents: int
    cells: tuple[str, ...]

    def carve_out(self, tier: str, *, zone: str = "", name: str = "", reason: str = "") -> AddCarveOut:
        """Return the edit that puts all of it under a tier."""
        options = {"tier": tier, "zone": zone, "name": name or self.name, "reason": reason}
        if self.address:
            return AddCarveOut(addresses=[self.address], scope=self.scope, **options)
        return AddCarveOut(households=self.ids, **options)


@dataclass(frozen=True, eq=False)
class Pick:
    """A household that was pointed at.

    Parameters
    ----------
    row
        Its position in `Placement.cells`.
    distance_m
        How far it is from where was pointed.
    needs
        How many needs it has.
    household, building, compound
        The household alone; its building and its compound, None where its address names none.
    """

    row: int
    distance_m: float
    needs: int
    household: Neighbourhood
    building: Neighbourhood | None
    compound: Neighbourhood | None


def household_at(placement: Placement, hierarchy: Hierarchy, point: Any, *, radius_m: float) -> Pick | None:
    """Return the household nearest to a point, within a distance.

    Parameters
    ----------
    placement
        The placed households; those without coordinates of their own are near nothing.
    hierarchy
        The cells they were placed in.
    point
        A GeoSeries of one point, in any CRS.
    radius_m
        How far it may be, in true metres.

    Returns
    -------
    pick
        The nearest one, of several at the same distance the first of the roster; None if there is none.

    Raises
    ------
    CrsMismatchError
        If the cells or the point have no CRS.
    PlanError
        If the distance is no length.
    """
    if not (np.isfinite(radius_m) and radius_m > 0):
        raise PlanError(f"a distance of {radius_m:g} m is none; give a number of metres above 0")
    if point.crs is None or hierarchy.geometry.crs is None:
        raise CrsMismatchError(
            "grid or point has no CRS, so distances are not known; call set_crs(...) first"
        )
    lonlat = shapely.get_coordinates(np.asarray(point.to_crs(4326).array))
    if not len(lonlat):
        return None
    rows = _near(placement, hierarchy, lonlat[0], radius_m)
    west, south, east, north = placement.bounds[rows].T
    there = reach_for(hierarchy).lonlat(np.column_stack([(west + east) / 2, (south + north) / 2]))
    away_m = arc(on_ellipsoid(there) - on_ellipsoid(lonlat[:1]))
    if not (away_m <= radius_m).any():
        return None
    nearest = int(np.nanargmin(away_m))
    return _pick(placement, hierarchy, int(rows[nearest]), float(away_m[nearest]))


def _near(placement: Placement, hierarchy: Hierarchy, lonlat: Floats, radius_m: float) -> Rows:
    """Return the households in a box around a circle, in the CRS of the grid."""
    high = radius_m / _DEGREE_M
    reach = np.array([high / max(np.cos(np.radians(lonlat[1])), 0.01), high]) * _SLACK
    box = gpd.GeoSeries([shapely.box(*(lonlat - reach), *(lonlat + reach))], crs=4326)
    sides = box.segmentize(2 * float(reach.max()) / _SIDES)
    west, south, east, north = sides.to_crs(hierarchy.geometry.crs).total_bounds
    x, y = placement.bounds[:, 0], placement.bounds[:, 1]
    return np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))


def _pick(placement: Placement, hierarchy: Hierarchy, row: int, distance_m: float) -> Pick:
    dwellings, census = dwellings_of(placement, hierarchy), census_of(placement, hierarchy)
    address = placement.households["address"].iat[placement.rows[row]]
    name = address if isinstance(address, str) and address else str(placement.cells.index[row])
    alone = _those(placement, hierarchy, np.array([row]), name)
    wider = []
    for group, whole in ((dwellings.building, False), (dwellings.compound, True)):
        members = dwellings.members(row, whole=whole)
        written, scope = dwellings.address(row, whole=whole), dwellings.scope(row)
        called = dwellings.name(row, whole=whole)
        found = _those(placement, hierarchy, members, called, address=written, scope=scope)
        wider.append(None if group[row] == NOWHERE else found)
    needs = int(np.count_nonzero(census.needs.row == row))
    return Pick(row, distance_m, needs, alone, *wider)


def _those(
    placement: Placement, hierarchy: Hierarchy, rows: Rows, name: str, *, address: str = "", scope: str = ""
) -> Neighbourhood:
    census = census_of(placement, hierarchy)
    cells = np.unique(census.places[rows])
    return Neighbourhood(
        name=name,
        address=address,
        scope=scope if address else "",
        ids=tuple(placement.cells.index[rows].tolist()),
        residents=int(census.residents[rows].sum()),
        cells=tuple(hierarchy.cell_ids[cells].tolist()),
    )

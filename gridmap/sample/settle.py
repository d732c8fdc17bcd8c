"""Where people live: how many households a cell has, in which compound, building and room."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridmap.sample.hierarchy import COUNTY_CODE
from gridmap.sample.land import Land
from gridmap.sample.lattice import Floats, Ints
from gridmap.sample.names import settlement_names, town_names, village_names

_ROOMS_PER_FLOOR = 2
_URBAN_SHARE = 0.35
_URBAN_WEIGHT = 3.0


@dataclass(frozen=True)
class Settlement:
    """The built land: one compound or natural village to a grid.

    Parameters
    ----------
    land
        The cells.
    households
        Households of every cell.
    urban
        Whether a cell lies in a compound of buildings; else in a natural village of houses.
    units, floors
        Units of a building and floors of a unit, for every cell; 1 and 1 outside towns.
    first_building
        Number of buildings of the same grid that lie in cells before this one.
    town_names, village_names, settlement_names
        Names by number of town, village and grid.
    cell_ids, village_ids
        Codes of every cell, and of every village.
    """

    land: Land
    households: Ints
    urban: np.ndarray
    units: Ints
    floors: Ints
    first_building: Ints
    town_names: list[str]
    village_names: list[str]
    settlement_names: list[str]
    cell_ids: pa.Array
    village_ids: list[str]

    @property
    def per_building(self) -> Ints:
        """Rooms of a building, for every cell."""
        return self.units * self.floors * np.where(self.urban, _ROOMS_PER_FLOOR, 1)

    @property
    def buildings(self) -> Ints:
        """Buildings of every cell."""
        return -(-self.households // self.per_building)


def settle(land: Land, households: int, rng: np.random.Generator) -> Settlement:
    """Spread households over the cells and build compounds for them.

    Villages near the middle of their town are urban, three times as full as the others.
    """
    areas = land.hierarchy
    urban_village = _urban_villages(land)
    urban = urban_village[areas.village]
    counts = _spread(households, np.where(urban, _URBAN_WEIGHT, 1.0) * rng.uniform(0.7, 1.3, len(urban)))
    units, floors = _building_sizes(areas.grid, urban, counts, rng)
    buildings = -(-counts // (units * floors * np.where(urban, _ROOMS_PER_FLOOR, 1)))
    before = np.cumsum(buildings) - buildings
    first_of_grid = np.unique(areas.grid, return_index=True)[1]
    towns, first_of_village = int(areas.town.max()) + 1, np.unique(areas.village, return_index=True)[1]
    return Settlement(
        land=land,
        households=counts,
        urban=urban,
        units=units,
        floors=floors,
        first_building=before - before[first_of_grid][areas.grid],
        town_names=town_names(towns, urban=max(1, towns // 3)),
        village_names=village_names(urban_village.tolist()),
        settlement_names=settlement_names(urban[first_of_grid].tolist()),
        cell_ids=pa.array(areas.codes),
        village_ids=[areas.codes[cell][:12] for cell in first_of_village.tolist()],
    )


def area_names(settlement: Settlement) -> dict[str, str]:
    """Name every area above the cells, by its code: county, towns, villages, grids in this order."""
    areas = settlement.land.hierarchy
    names = {COUNTY_CODE: "示例县"}
    for level, digits in ((areas.town, 9), (areas.village, 12), (areas.grid, 15)):
        first = np.unique(level, return_index=True)[1].tolist()
        codes = [areas.codes[cell][:digits] for cell in first]
        named = {9: settlement.town_names, 12: settlement.village_names}.get(digits)
        names |= dict(zip(codes, named or [f"第{int(code[-3:])}网格" for code in codes], strict=True))
    return names


def addresses(settlement: Settlement, cells: Ints, numbers: Ints) -> tuple[pa.Array, pa.Array]:
    """Write address and building of household `numbers` (from 0 within its cell) of `cells`."""
    urban = settlement.urban[cells]
    names = pa.array(settlement.settlement_names).take(pa.array(settlement.land.hierarchy.grid[cells]))
    rooms = settlement.per_building[cells]
    building = _text(settlement.first_building[cells] + numbers // rooms + 1)
    within = numbers % rooms
    per_unit = settlement.floors[cells] * _ROOMS_PER_FLOOR
    floor = within % per_unit // _ROOMS_PER_FLOOR + 1
    room = floor * 100 + within % _ROOMS_PER_FLOOR + 1
    sign = pc.if_else(pa.array(urban), "幢", "号")
    flat = pc.binary_join_element_wise(_text(within // per_unit + 1), "单元", _text(room), "室", "")
    flat = pc.if_else(pa.array(urban), flat, "")
    return (
        pc.binary_join_element_wise(names, building, sign, flat, ""),
        pc.binary_join_element_wise(building, sign, ""),
    )


def building_spots_m(settlement: Settlement, cells: Ints, numbers: Ints) -> Floats:
    """Return metres east and north of the cell's point, of the building of every household.

    Buildings stand in rows within 0.8 of the cell's clear radius: in blocks in town, along a
    waterside outside. So they lie inside the cell whatever its border does.
    """
    place = numbers // settlement.per_building[cells]
    buildings = np.maximum(settlement.buildings[cells], 1)
    stretch = np.where(settlement.urban[cells], 1.3, 4.0)
    columns = np.ceil(np.sqrt(buildings * stretch)).astype(np.int64)
    rows = -(-buildings // columns)
    radius = 0.8 * settlement.land.clear_m[cells] / np.sqrt(1 + stretch**2)
    across = ((place % columns + 0.5) / columns * 2 - 1) * radius * stretch
    up = ((place // columns + 0.5) / rows * 2 - 1) * radius
    turn = (cells * 2.399963) % (2 * np.pi)
    return np.column_stack(
        [across * np.cos(turn) - up * np.sin(turn), across * np.sin(turn) + up * np.cos(turn)]
    )


def to_lonlat(land: Land, cells: Ints, metres: Floats) -> Floats:
    """Turn metres east and north of the points of `cells` into degrees, to a centimetre."""
    shift = metres[:, :1] * land.degrees[cells, 0] + metres[:, 1:] * land.degrees[cells, 1]
    return np.asarray(np.round(land.lonlat[cells] + shift, 7))


def _urban_villages(land: Land) -> np.ndarray:
    areas = land.hierarchy
    middle = {}
    for name, label in (("village", areas.village), ("town", areas.town)):
        size = np.bincount(label)
        middle[name] = np.column_stack([np.bincount(label, land.lonlat[:, axis]) / size for axis in (0, 1)])
    town = areas.town[np.unique(areas.village, return_index=True)[1]]
    remoteness = np.hypot(*(middle["village"] - middle["town"][town]).T)
    order = np.lexsort([remoteness, town])
    size = np.bincount(town)
    rank = np.empty(len(town), dtype=np.int64)
    rank[order] = np.arange(len(town)) - np.repeat(np.cumsum(size) - size, size)
    return np.asarray(rank < np.maximum(1, np.rint(_URBAN_SHARE * size))[town])


def _spread(total: int, weights: Floats) -> Ints:
    """Share out `total` in proportion to `weights`, in whole numbers, none lost."""
    upto = np.floor(np.cumsum(weights) / weights.sum() * total + 1e-6).astype(np.int64)
    upto[-1] = total
    return np.asarray(np.diff(upto, prepend=0))


def _building_sizes(
    grid: Ints, urban: np.ndarray, households: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    wanted = np.clip(households[urban].mean() / 2.5 if urban.any() else 8.0, 8.0, 66.0)
    grids = int(grid.max()) + 1
    units = rng.integers(1, 4 if wanted > 20 else 3, grids)
    floors = np.clip(np.rint(wanted / (_ROOMS_PER_FLOOR * units) * rng.uniform(0.8, 1.2, grids)), 2, 18)
    return np.where(urban, units[grid], 1), np.where(urban, floors.astype(np.int64)[grid], 1)


def _text(numbers: Ints) -> pa.Array:
    return pc.cast(pa.array(numbers), pa.string())

"""Made-up officials: enough for every hard duty of a zoning of the sample."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridmap.sample.hierarchy import COUNTY_CODE
from gridmap.sample.lattice import Ints
from gridmap.sample.names import (
    COUNTY_NAME,
    PHONE_PREFIX_OFFICIAL,
    padded,
    person_names,
    phone_numbers,
)
from gridmap.sample.settle import Settlement, to_lonlat

OFFICIAL_COLUMNS = (
    "official_id", "name", "role", "phone", "unit", "territory", "home_cell", "lon", "lat", "capacity",
)  # fmt: skip
_HOUSEHOLDS_PER_MEMBER = 15
_MEMBER_CAPACITY = 20
_VOLUNTEERS = 6
_PIONEERS = 2
_HOUSEHOLDS_PER_ENTERPRISE_LINK = 200

Post = tuple[str, pa.Array, pa.Array, Ints]
"""Role; unit, territory and cell of the home of every holder."""


def make_officials(settlement: Settlement, *, isolation_sites: int, rng: np.random.Generator) -> pa.Table:
    """Make the officials of a county; each lives in the territory served.

    Parameters
    ----------
    settlement
        The built land.
    isolation_sites
        Number of isolation points; each gets a county leader, and so do sealed zones to come.
    rng
        The source of names and homes.

    Returns
    -------
    officials
        One row for every official in the columns of `OFFICIAL_COLUMNS`; only linked members carry a
        capacity (in households), the protocol says it for the others.
    """
    more = rng.spawn(1)[0]  # of its own, so that those who come first stay who they were
    posts = [
        *_county_posts(settlement, isolation_sites, rng),
        *_town_posts(settlement, rng),
        *_village_posts(settlement, rng),
        *_grid_posts(settlement, rng),
        *_cell_posts(settlement),
    ]
    first = _people(settlement, posts, 0, rng)
    return pa.concat_tables([first, _people(settlement, _claimed_posts(settlement, more), len(first), more)])


def _people(settlement: Settlement, posts: list[Post], before: int, rng: np.random.Generator) -> pa.Table:
    """Return the holders of posts, numbered after those before."""
    counts = [len(cells) for *_, cells in posts]
    people = sum(counts)
    cells = np.concatenate([cells for *_, cells in posts])
    roles = np.repeat([role for role, *_ in posts], counts)
    lonlat = _homes(settlement, cells, rng)
    serial = np.arange(before, before + people)
    capacity = pc.if_else(pa.array(roles == "linked_member"), _MEMBER_CAPACITY, pa.scalar(None, pa.int64()))
    columns = {
        "official_id": pc.binary_join_element_wise("P", padded(serial + 1, 7), ""),
        "name": person_names(people, rng),
        "role": pa.array(roles),
        "phone": phone_numbers(PHONE_PREFIX_OFFICIAL, serial),
        "unit": pa.concat_arrays([unit for _, unit, _, _ in posts]),
        "territory": pa.concat_arrays([territory for _, _, territory, _ in posts]),
        "home_cell": settlement.cell_ids.take(pa.array(cells)),
        "lon": pa.array(lonlat[:, 0]),
        "lat": pa.array(lonlat[:, 1]),
        "capacity": capacity,
    }
    return pa.table(columns)


def _county_posts(settlement: Settlement, isolation_sites: int, rng: np.random.Generator) -> list[Post]:
    """Return city leaders, and county leaders for all isolation points and two sealed zones a town."""
    towns = len(settlement.town_names)
    leaders = 4 + isolation_sites + 2 * towns
    cells = len(settlement.households)
    return [
        (role, _repeat(unit, count), _repeat(COUNTY_CODE, count), rng.integers(0, cells, count))
        for role, unit, count in (
            ("lead_official", COUNTY_NAME, leaders),
            ("contact_leader", "示例市", 1 + -(-towns // 6)),
        )
    ]


def _town_posts(settlement: Settlement, rng: np.random.Generator) -> list[Post]:
    """Return a contact leader of the county, 2 medics and 2 police officers for every town."""
    towns = settlement.land.hierarchy.town
    codes = _area_codes(settlement, towns, 9)
    names = pa.array(settlement.town_names)
    posts = []
    for role, sign, each in (
        ("contact_leader", None, 1),
        ("medical", "卫生院", 2),
        ("police", "派出所", 2),
    ):
        which = pa.array(np.repeat(np.arange(len(names)), each))
        unit = names.take(which) if sign else _repeat(COUNTY_NAME, len(which))
        unit = pc.binary_join_element_wise(unit, sign, "") if sign else unit
        posts.append((role, unit, codes.take(which), _random_cells(towns, each, rng)))
    return posts


def _village_posts(settlement: Settlement, rng: np.random.Generator) -> list[Post]:
    """Return a secretary, a contact leader of the town and 6 volunteers for every village."""
    areas = settlement.land.hierarchy
    villages, codes = areas.village, pa.array(settlement.village_ids)
    names = pa.array(settlement.village_names)
    town = areas.town[np.unique(villages, return_index=True)[1]]
    town_unit = pa.array(settlement.town_names).take(pa.array(town))
    each = pa.array(np.repeat(np.arange(len(names)), _VOLUNTEERS))
    return [
        ("secretary", names, codes, _random_cells(villages, 1, rng)),
        ("contact_leader", town_unit, codes, _random_cells(villages, 1, rng)),
        ("volunteer", names.take(each), codes.take(each), _random_cells(villages, _VOLUNTEERS, rng)),
    ]


def _grid_posts(settlement: Settlement, rng: np.random.Generator) -> list[Post]:
    """Return one head and one or two members for every grid."""
    areas = settlement.land.hierarchy
    codes = _area_codes(settlement, areas.grid, 15)
    village = areas.village[np.unique(areas.grid, return_index=True)[1]]
    unit = pa.array(settlement.village_names).take(pa.array(village))
    second = np.flatnonzero(rng.random(len(codes)) < 0.5)
    members = pa.array(np.sort(np.concatenate([np.arange(len(codes)), second])))
    homes = _random_cells(areas.grid, 1, rng)
    return [
        ("grid_head", unit, codes, homes),
        ("grid_member", unit.take(members), codes.take(members), homes[members.to_numpy()]),
    ]


def _cell_posts(settlement: Settlement) -> list[Post]:
    """Return one head for every microgrid, and a linked member for every 15 of its households."""
    cells = np.arange(len(settlement.households))
    linked = np.repeat(cells, -(-settlement.households // _HOUSEHOLDS_PER_MEMBER))
    names = pa.array(settlement.village_names).take(pa.array(settlement.land.hierarchy.village))
    return [
        (role, names.take(pa.array(which)), settlement.cell_ids.take(pa.array(which)), which)
        for role, which in (("microgrid_head", cells), ("linked_member", linked))
    ]


def _claimed_posts(settlement: Settlement, rng: np.random.Generator) -> list[Post]:
    """Return 2 party members for pioneer posts for every village, and who links the enterprises of grids."""
    areas = settlement.land.hierarchy
    names, villages = pa.array(settlement.village_names), pa.array(settlement.village_ids)
    each = pa.array(np.repeat(np.arange(len(names)), _PIONEERS))
    of_grid = np.bincount(areas.grid, settlement.households).astype(np.int64)
    linking = np.repeat(np.arange(len(of_grid)), -(-of_grid // _HOUSEHOLDS_PER_ENTERPRISE_LINK))
    village = areas.village[np.unique(areas.grid, return_index=True)[1]][linking]
    grids = _area_codes(settlement, areas.grid, 15).take(pa.array(linking))
    homes = _random_cells(areas.grid, 1, rng)[linking]
    return [
        ("pioneer", names.take(each), villages.take(each), _random_cells(areas.village, _PIONEERS, rng)),
        ("enterprise_link", names.take(pa.array(village)), grids, homes),
    ]


def _area_codes(settlement: Settlement, label: Ints, digits: int) -> pa.Array:
    first = pa.array(np.unique(label, return_index=True)[1])
    return pc.utf8_slice_codeunits(settlement.cell_ids.take(first), 0, digits)


def _random_cells(label: Ints, each: int, rng: np.random.Generator) -> Ints:
    """Draw `each` cells of every area; the cells of an area follow each other."""
    size = np.repeat(np.bincount(label), each)
    start = np.repeat(np.unique(label, return_index=True)[1], each)
    return np.asarray(start + rng.integers(0, size))


def _homes(settlement: Settlement, cells: Ints, rng: np.random.Generator) -> np.ndarray:
    turn, reach = rng.uniform(0, 2 * np.pi, len(cells)), 0.8 * np.sqrt(rng.random(len(cells)))
    reach = reach * settlement.land.clear_m[cells]
    metres = np.column_stack([np.cos(turn), np.sin(turn)]) * reach[:, None]
    return to_lonlat(settlement.land, cells, metres)


def _repeat(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text), count)

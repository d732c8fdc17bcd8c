"""The roster of households, made in blocks that do not depend on each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridmap.sample.lattice import Ints
from gridmap.sample.names import PHONE_PREFIX_HOUSEHOLD, padded, person_names, phone_numbers
from gridmap.sample.settle import Settlement, addresses, building_spots_m, to_lonlat

BLOCK_HOUSEHOLDS = 200_000
"""Households of a block, but never less than a whole cell."""

_KINDS = ("home", "dormitory", "enterprise", "shop")
_KIND_SHARES = (0.91, 0.03, 0.02, 0.04)
_RESIDENTS = {
    "home": (0.20, 0.29, 0.24, 0.16, 0.07, 0.025, 0.01, 0.005),
    "dormitory": (0.05, 0.10, 0.15, 0.25, 0.15, 0.15, 0.05, 0.10),
    "enterprise": (0.30, 0.30, 0.15, 0.10, 0.05, 0.05, 0.03, 0.02),
    "shop": (0.45, 0.35, 0.12, 0.05, 0.03, 0.0, 0.0, 0.0),
}
_NEEDS = ("", "dialysis", "pregnancy", "infant", "lives_alone", "dialysis;lives_alone", "pregnancy;infant")
_FLAGS = ("", "home_isolation", "risk_area_arrival")
_FLAG_SHARES = (0.994, 0.002, 0.004)

Block = tuple[int, Ints]


def list_blocks(settlement: Settlement) -> list[Block]:
    """Divide the cells into blocks: their number, and the cells in it; empty cells are left out."""
    cells = np.flatnonzero(settlement.households)
    upto = np.cumsum(settlement.households[cells])
    block = (upto - settlement.households[cells]) // BLOCK_HOUSEHOLDS
    starts = np.flatnonzero(np.diff(block, prepend=-1))
    return list(enumerate(np.split(cells, starts[1:]))) if len(cells) else []


def make_blocks(settlement: Settlement, seed: int) -> Iterator[pa.Table]:
    """Make the roster block by block, in the order of the cells."""
    villages = _village_starts(settlement)
    width = max(6, len(str(int(np.bincount(*_by_village(settlement)).max()))))
    for block in list_blocks(settlement):
        yield _make_block(settlement, seed, block, villages, width)


def cell_residents(settlement: Settlement, seed: int) -> Ints:
    """Count the residents of every cell without making the rest of the roster."""
    residents = np.zeros(len(settlement.households), dtype=np.int64)
    for number, cells in list_blocks(settlement):
        of_cell = np.repeat(cells, settlement.households[cells])
        _, count = _kinds_and_residents(len(of_cell), seed, number)
        residents[cells] = np.bincount(of_cell - cells[0], count)[cells - cells[0]]
    return residents


def empty_roster() -> pa.Table:
    """Return a roster without rows."""
    texts = ("household_id", "address", "head_name", "phone", "cell_id", "building", "needs", "flags", "kind")
    columns = {name: pa.array([], pa.string()) for name in texts}
    numbers = {"residents": pa.array([], pa.int64()), "lon": pa.array([], pa.float64())}
    return pa.table(columns | numbers | {"lat": pa.array([], pa.float64())}).select(list(ROSTER_COLUMNS))


ROSTER_COLUMNS = (
    "household_id", "address", "head_name", "phone", "residents", "lon", "lat",
    "cell_id", "building", "needs", "flags", "kind",
)  # fmt: skip


def _make_block(settlement: Settlement, seed: int, block: Block, villages: Ints, width: int) -> pa.Table:
    number, cells = block
    counts = settlement.households[cells]
    of_cell = np.repeat(cells, counts)
    start = int(settlement.households[: cells[0]].sum())
    within = np.arange(len(of_cell)) - np.repeat(np.cumsum(counts) - counts, counts)
    serial = start + np.arange(len(of_cell))
    kind, residents = _kinds_and_residents(len(of_cell), seed, number)
    rng = np.random.default_rng([seed, 2, number])
    lonlat = to_lonlat(settlement.land, of_cell, _door_m(settlement, of_cell, within, rng))
    address, building = addresses(settlement, of_cell, within)
    village = settlement.land.hierarchy.village[of_cell]
    village_id = pa.array(settlement.village_ids).take(pa.array(village))
    columns = {
        "household_id": pc.binary_join_element_wise(
            village_id, padded(serial - villages[village] + 1, width), ""
        ),
        "address": address,
        "head_name": person_names(len(of_cell), rng),
        "phone": phone_numbers(PHONE_PREFIX_HOUSEHOLD, serial),
        "residents": pa.array(residents),
        "lon": pa.array(lonlat[:, 0]),
        "lat": pa.array(lonlat[:, 1]),
        "cell_id": settlement.cell_ids.take(pa.array(of_cell)),
        "building": building,
        "needs": pa.array(_NEEDS).take(pa.array(_needs(kind, residents, rng))),
        "flags": pa.array(_FLAGS).take(pa.array(rng.choice(len(_FLAGS), len(of_cell), p=_FLAG_SHARES))),
        "kind": pa.array(_KINDS).take(pa.array(kind)),
    }
    return pa.table(columns)


def _kinds_and_residents(households: int, seed: int, block: int) -> tuple[Ints, Ints]:
    rng = np.random.default_rng([seed, 1, block])
    kind = rng.choice(len(_KINDS), households, p=_KIND_SHARES)
    upto = np.array([np.cumsum(_RESIDENTS[name])[:-1] for name in _KINDS])
    draw = rng.random(households)
    residents = np.ones(households, dtype=np.int64)
    for step in range(upto.shape[1]):
        residents += draw >= upto[kind, step] - 1e-12
    return kind, residents


def _door_m(settlement: Settlement, cells: Ints, numbers: Ints, rng: np.random.Generator) -> np.ndarray:
    """Move every household at most 5 m from its building's middle, and never past 0.9 of the clear radius."""
    turn, reach = rng.uniform(0, 2 * np.pi, len(cells)), np.sqrt(rng.random(len(cells)))
    reach = reach * np.minimum(5.0, 0.1 * settlement.land.clear_m[cells])
    shift = np.column_stack([np.cos(turn), np.sin(turn)]) * reach[:, None]
    return np.asarray(building_spots_m(settlement, cells, numbers) + shift)


def _needs(kind: Ints, residents: Ints, rng: np.random.Generator) -> Ints:
    """Give about 4 of 100 homes a need; only who is alone lives alone, and an infant never is."""
    draw = rng.random(len(kind))
    alone = np.select([draw < 0.010, draw < 0.055, draw < 0.058], [1, 4, 5], 0)
    shared = np.select([draw < 0.008, draw < 0.020, draw < 0.038, draw < 0.039], [1, 2, 3, 6], 0)
    return np.where(kind != 0, 0, np.where(residents == 1, alone, shared))


def _by_village(settlement: Settlement) -> tuple[Ints, Ints]:
    return settlement.land.hierarchy.village, settlement.households


def _village_starts(settlement: Settlement) -> Ints:
    counts = np.bincount(*_by_village(settlement)).astype(np.int64)
    return np.cumsum(counts) - counts

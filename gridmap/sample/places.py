"""Made-up cases and sites of the county."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridmap.sample.lattice import Floats, Ints
from gridmap.sample.names import COUNTY_NAME
from gridmap.sample.settle import Settlement, addresses, building_spots_m, to_lonlat

# Made-up days of March 2022: onset, sampling, confirmation, isolation.
_DAYS = (
    ("2022-03-03", "2022-03-04", "2022-03-05", "2022-03-05"),
    ("2022-03-04", "2022-03-05", "2022-03-06", "2022-03-05"),
    ("2022-03-06", "2022-03-07", "2022-03-08", "2022-03-07"),
    ("2022-03-08", "2022-03-09", "2022-03-09", "2022-03-09"),
    ("2022-03-10", "2022-03-10", "2022-03-11", "2022-03-10"),
)


def make_cases(settlement: Settlement, rng: np.random.Generator) -> pd.DataFrame:
    """Make 2 to 5 cases, each at the address of a household that the roster has.

    They live in compounds of different towns while there are enough. A county without households
    has cases with a cell and no address.
    """
    counts = settlement.households
    wanted = min(len(_DAYS), 2 + len(counts) // 2_000)
    cells = _cells_of_cases(settlement, wanted, rng)
    numbers = np.minimum(settlement.per_building[cells] // 2, np.maximum(counts[cells] - 1, 0))
    address, _ = addresses(settlement, cells, numbers)
    lonlat = to_lonlat(settlement.land, cells, building_spots_m(settlement, cells, numbers))
    onset, sampled, confirmed, isolated = zip(*_DAYS[:wanted], strict=True)
    columns = {
        "case_id": [f"case-{number}" for number in range(1, wanted + 1)],
        "address": np.where(counts[cells] > 0, address.to_numpy(zero_copy_only=False), ""),
        "cell_id": settlement.cell_ids.take(cells).to_pylist(),
        "lon": lonlat[:, 0],
        "lat": lonlat[:, 1],
        "confirmed_on": confirmed,
        "onset_on": onset,
        "sampled_on": sampled,
        "isolated_on": isolated,
    }
    return pd.DataFrame(columns).set_index("case_id")


def _cells_of_cases(settlement: Settlement, wanted: int, rng: np.random.Generator) -> Ints:
    towns = settlement.land.hierarchy.town
    lived_in = settlement.households > 0
    likely = settlement.urban & lived_in if (settlement.urban & lived_in).any() else lived_in
    candidates = np.flatnonzero(likely if likely.any() else ~likely)
    shuffled = rng.permutation(candidates)
    turn = pd.Series(towns[shuffled]).groupby(towns[shuffled]).cumcount().to_numpy()
    first_of_towns = shuffled[np.lexsort([towns[shuffled], turn])]
    return np.asarray(np.resize(first_of_towns, wanted))


def make_sites(settlement: Settlement, *, isolation_sites: int) -> pd.DataFrame:
    """Make isolation points, gates where towns meet, test sites of villages and delivery points of towns.

    A gate stands on the road or river that the two towns share; the rest in the middle of a cell.
    """
    areas, middle = settlement.land.hierarchy, settlement.land.lonlat
    gates, gate_lonlat = _gates(settlement)
    isolation_cells = np.linspace(0, len(middle) - 1, isolation_sites + 2).astype(np.int64)[1:-1]
    isolation = [f"{COUNTY_NAME}第{number}集中隔离点" for number in range(1, isolation_sites + 1)]
    tests = [f"{name}采样点" for name in settlement.village_names]
    deliveries = [f"{name}物资配送点" for name in settlement.town_names]
    frames = [
        _sites("isolation", isolation, middle[isolation_cells], 60),
        _sites("gate", gates, gate_lonlat, 9),
        _sites("test", tests, middle[_middles(areas.village)], 3000),
        _sites("delivery", deliveries, middle[_middles(areas.town)], 500),
    ]
    sites = pd.concat(frames, ignore_index=True)
    sites.insert(0, "site_id", [f"site-{number:05}" for number in range(1, len(sites) + 1)])
    return sites.set_index("site_id")


def _sites(kind: str, names: list[str], lonlat: Floats, capacity: int) -> pd.DataFrame:
    columns = {"kind": kind, "name": names, "lon": lonlat[:, 0], "lat": lonlat[:, 1], "capacity": capacity}
    return pd.DataFrame(columns)


def _middles(label: Ints) -> Ints:
    """Return the cell in the middle of the numbering of every area."""
    first, size = np.unique(label, return_index=True)[1], np.bincount(label)
    return np.asarray(first + size // 2)


def _gates(settlement: Settlement) -> tuple[list[str], Floats]:
    """Name and place one gate for every pair of towns that meet."""
    land, names = settlement.land, settlement.town_names
    borders = np.flatnonzero(land.border_rank == 3)
    pairs = np.sort(land.hierarchy.town[land.border_cells[borders]], axis=1)
    towns, pair, size = np.unique(pairs, axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(pair.ravel(), kind="stable")
    middle = order[np.cumsum(size) - size + size // 2]
    return [f"{names[a]}与{names[b]}间卡口" for a, b in towns.tolist()], land.border_lonlat[borders[middle]]

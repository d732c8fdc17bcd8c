"""Faults planted on purpose, with the answer key."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridmap.sample.lattice import Ints
from gridmap.sample.settle import Settlement

FAULT_KINDS = {
    "no_location": "no coordinates, no cell and no address: an exception",
    "outside_grid": "coordinates east of the county: an exception",
    "bad_coordinates": "coordinates 999, 999, no cell and no address: an exception",
    "unknown_cell": "no coordinates, no address and a cell that the grid does not have: an exception",
    "duplicate_id": "the id stands in two rows: the first is placed, the later is an exception",
    "missing_coordinates": "no coordinates but the right cell: placed there",
    "address_only": "no coordinates and no cell, but the address of a building of the roster: placed there",
    "wrong_cell": "the declared cell is not where the coordinates lie: placed by location, and a conflict",
    "on_border": "exactly on a shared border: placed in the cell whose id sorts first, which is declared",
    "empty_phone": "no telephone number",
    "naughty_name": "a hostile text for a name: it must stay text",
}
"""Every kind of planted fault and what should become of it."""

UNKNOWN_CELL = "990421999999999999"
_NAUGHTY = (
    "<img src=x onerror=alert(1)>", "=HYPERLINK(\"http://example.invalid\")", "+1+1", "@SUM(1+1)", "-2+3",
    "Robert'); DROP TABLE households;--", "\u202e倒着写", "甲\x07乙", "$\\frac{1}{0}$", "${alert(1)}",
    "`name`", "一,二\"三", "</script><script>alert(1)</script>", "NA", "null", "﹦1+1", "👩‍👩‍👧", "\t甲",
    "0001",
)  # fmt: skip


def plant_faults(
    roster: pd.DataFrame, settlement: Settlement, rng: np.random.Generator
) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """Return the roster with faults, and the household ids of every kind of fault.

    One row in a thousand gets each kind, at least 2 and at most 100, as far as there are buildings
    with neighbours. A row gets one fault at most, and the row after it, a neighbour in the same
    building, gets none.

    Parameters
    ----------
    roster
        Rows from the start of the roster with `household_id` as a column.
    settlement
        Where they live.
    rng
        The source of the choice.
    """
    faulty = roster.copy()
    cells = np.searchsorted(np.array(settlement.land.hierarchy.codes), roster["cell_id"].to_numpy(dtype=str))
    chosen = _choose(roster, cells, settlement, rng)
    _spoil_places(faulty, chosen, cells, settlement)
    _spoil_cells(faulty, chosen, cells, settlement)
    _spoil_texts(faulty, chosen)
    ids = roster["household_id"]
    return faulty, {kind: ids.iloc[np.sort(rows)].tolist() for kind, rows in chosen.items()}


def _choose(
    roster: pd.DataFrame, cells: Ints, settlement: Settlement, rng: np.random.Generator
) -> dict[str, Ints]:
    """Choose rows of which the next one lives in the same building and whose cell sorts first at a border."""
    building = roster["building"].to_numpy(dtype=object)
    with_neighbour = (building[:-1] == building[1:]) & (cells[:-1] == cells[1:])
    first_at_border = np.isin(cells[:-1], settlement.land.border_cells[:, 0])
    rows = np.flatnonzero(with_neighbour & first_at_border)
    rows = rng.permutation(rows[rows % 3 == 0])
    each = min(max(2, min(100, len(roster) // 1000)), len(rows) // len(FAULT_KINDS))
    return {kind: rows[number * each : (number + 1) * each] for number, kind in enumerate(FAULT_KINDS)}


def _spoil_places(faulty: pd.DataFrame, chosen: dict[str, Ints], cells: Ints, settlement: Settlement) -> None:
    lonlat = faulty[["lon", "lat"]].to_numpy(dtype=float, copy=True)
    for kind in ("no_location", "unknown_cell", "missing_coordinates", "address_only"):
        lonlat[chosen[kind]] = np.nan
    lonlat[chosen["bad_coordinates"]] = 999.0
    lonlat[chosen["outside_grid"], 0] = round(float(settlement.land.border_lonlat[:, 0].max()) + 0.5, 7)
    first_cell, border = np.unique(settlement.land.border_cells[:, 0], return_index=True)
    rows = chosen["on_border"]
    lonlat[rows] = settlement.land.border_lonlat[border[np.searchsorted(first_cell, cells[rows])]]
    faulty["lon"], faulty["lat"] = lonlat[:, 0], lonlat[:, 1]


def _spoil_cells(faulty: pd.DataFrame, chosen: dict[str, Ints], cells: Ints, settlement: Settlement) -> None:
    codes = np.array(settlement.land.hierarchy.codes, dtype=object)
    declared = faulty["cell_id"].to_numpy(dtype=object, copy=True)
    for kind in ("no_location", "bad_coordinates", "address_only"):
        declared[chosen[kind]] = ""
    declared[chosen["unknown_cell"]] = UNKNOWN_CELL
    declared[chosen["wrong_cell"]] = codes[(cells[chosen["wrong_cell"]] + 1) % len(codes)]
    faulty["cell_id"] = pd.Series(declared, index=faulty.index, dtype="str")


def _spoil_texts(faulty: pd.DataFrame, chosen: dict[str, Ints]) -> None:
    nowhere = np.concatenate([chosen[kind] for kind in ("no_location", "bad_coordinates", "unknown_cell")])
    for column in ("address", "building"):
        faulty.iloc[nowhere, faulty.columns.get_loc(column)] = ""
    faulty.iloc[chosen["empty_phone"], faulty.columns.get_loc("phone")] = ""
    rows = chosen["naughty_name"]
    faulty.iloc[rows, faulty.columns.get_loc("head_name")] = [
        _NAUGHTY[k % len(_NAUGHTY)] for k in range(len(rows))
    ]
    ids = faulty["household_id"].to_numpy(dtype=object, copy=True)
    ids[chosen["duplicate_id"] + 1] = ids[chosen["duplicate_id"]]
    faulty["household_id"] = pd.Series(ids, index=faulty.index, dtype="str")

"""Faults planted on purpose, with the answer key."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from gridmap.model.crs import gcj02_to_wgs84, wgs84_to_gcj02
from gridmap.sample.lattice import Floats, Ints
from gridmap.sample.settle import Settlement

HOUSEHOLD_FAULTS = {
    "no_location": "no coordinates, no cell and no address: an exception",
    "outside_grid": "coordinates east of the county: an exception",
    "bad_coordinates": "coordinates 999, 999, no cell and no address: an exception",
    "unknown_cell": "no coordinates, no address and a cell that the grid does not have: an exception",
    "duplicate_id": "the id stands in two rows: the first is placed, the later is an exception",
    "missing_coordinates": "no coordinates but the right cell: placed there",
    "address_only": "no coordinates and no cell, but the address of a building of the roster: placed there",
    "wrong_cell": "the declared cell is not where the coordinates lie: placed by location, and a conflict",
    "on_border": "exactly on a shared border: placed in the cell whose id sorts first, which is declared",
    "empty_phone": "no telephone number: a finding",
    "bad_phone": "a telephone number that is none: a finding",
    "naughty_name": "a hostile text for a name: it must stay text",
    "shifted_point": "coordinates in GCJ-02, 500 m away in another cell: a conflict, and a finding",
    "double_household": "the next row has the address and the head of this one: a finding",
}
GRID_FAULTS = {
    "overlap": "a cell that reaches over the border into its neighbour: a finding",
    "gap": "a cell that stays short of the border with its neighbour: a finding",
    "bow_tie": "an outline that crosses itself, on the outside of the county: a finding",
}
FAULT_KINDS = HOUSEHOLD_FAULTS | GRID_FAULTS
"""Every kind of planted fault and what should become of it."""

UNKNOWN_CELL = "990421999999999999"
_NAUGHTY = (
    "<img src=x onerror=alert(1)>", "=HYPERLINK(\"http://example.invalid\")", "+1+1", "@SUM(1+1)", "-2+3",
    "Robert'); DROP TABLE households;--", "\u202e倒着写", "甲\x07乙", "$\\frac{1}{0}$", "${alert(1)}",
    "`name`", "一,二\"三", "</script><script>alert(1)</script>", "NA", "null", "﹦1+1", "👩‍👩‍👧", "\t甲",
    "0001",
)  # fmt: skip
_NO_PHONES = ("12345", "无", "1030000000x", "0", "138001380")
_REPORTED = {
    "no_location": ("no_location",),
    "outside_grid": ("outside_grid",),
    "bad_coordinates": ("bad_coordinates",),
    "unknown_cell": ("unknown_cell",),
    "duplicate_id": ("duplicate_id",),
    "wrong_cell": ("declared_elsewhere",),
    "empty_phone": ("missing_phone",),
    "bad_phone": ("bad_phone",),
    "shifted_point": ("declared_elsewhere", "shifted_point"),
    "overlap": ("overlap",),
    "gap": ("gap",),
    "bow_tie": ("invalid_geometry",),
}


def expected_findings(roster: pd.DataFrame, key: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the ids that `gridmap check` must report of each kind of finding, sorted, and no others.

    Parameters
    ----------
    roster
        The rows that the faults were planted in, with `household_id` as a column.
    key
        The ids of every kind of planted fault.
    """
    expected: dict[str, list[str]] = {}
    for planted, kinds in _REPORTED.items():
        for kind in kinds:
            expected[kind] = sorted([*expected.get(kind, []), *key[planted]])
    ids = roster["household_id"]
    after = ids.shift(-1)[ids.isin(key["double_household"])]
    return {kind: found for kind, found in (expected | {"double_household": sorted(after)}).items() if found}


def plant_faults(
    roster: pd.DataFrame, settlement: Settlement, rng: np.random.Generator
) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """Return the roster with faults, and the household ids of every kind of fault.

    One row in a thousand gets each kind, at least 2 and at most 100, as far as there are buildings
    with neighbours. A row gets one fault at most, and the row after it, a neighbour in the same
    building, gets none but to be the second of two rows with one id or one address and head.

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
    each = min(max(2, min(100, len(roster) // 1000)), len(rows) // len(HOUSEHOLD_FAULTS))
    lonlat = roster[["lon", "lat"]].to_numpy(dtype=float)
    leaves = np.flatnonzero(_shift_leads_into_another_cell(lonlat[rows], cells[rows], settlement))[:each]
    # a building with a shifted point lies in two cells, so no other row may be placed by its address
    own = pd.Series(settlement.land.hierarchy.grid[cells].astype(str)) + "/" + roster["building"].to_numpy()
    others = rows[~own.iloc[rows].isin(own.iloc[rows[leaves]]).to_numpy()]
    kinds = [kind for kind in HOUSEHOLD_FAULTS if kind != "shifted_point"]
    chosen = {kind: others[number * each : (number + 1) * each] for number, kind in enumerate(kinds)}
    chosen["shifted_point"] = rows[leaves]
    return {kind: chosen[kind] for kind in HOUSEHOLD_FAULTS}


def _shift_leads_into_another_cell(lonlat: Floats, cells: Ints, settlement: Settlement) -> np.ndarray:
    """Tell of which points the place as written in GCJ-02 lies in a cell, and not in their own."""
    polygons = settlement.land.polygons
    shifted = np.round(wgs84_to_gcj02(lonlat), 7)
    point, cell = shapely.STRtree(polygons).query(shapely.points(shifted), predicate="within")
    found = np.full(len(lonlat), -1)
    found[point] = cell
    return np.asarray((found >= 0) & (found != cells))


def _spoil_places(faulty: pd.DataFrame, chosen: dict[str, Ints], cells: Ints, settlement: Settlement) -> None:
    lonlat = faulty[["lon", "lat"]].to_numpy(dtype=float, copy=True)
    for kind in ("no_location", "unknown_cell", "missing_coordinates", "address_only"):
        lonlat[chosen[kind]] = np.nan
    lonlat[chosen["bad_coordinates"]] = 999.0
    lonlat[chosen["shifted_point"]] = np.round(wgs84_to_gcj02(lonlat[chosen["shifted_point"]]), 7)
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
    declared[chosen["wrong_cell"]] = codes[_wrong_cells(faulty, chosen["wrong_cell"], cells, settlement)]
    faulty["cell_id"] = pd.Series(declared, index=faulty.index, dtype="str")


def _wrong_cells(faulty: pd.DataFrame, rows: Ints, cells: Ints, settlement: Settlement) -> Ints:
    """Return the next cell, or one far away where the next would be right if the point were GCJ-02."""
    polygons = settlement.land.polygons
    true = gcj02_to_wgs84(faulty[["lon", "lat"]].to_numpy(dtype=float)[rows])
    following = (cells[rows] + 1) % len(polygons)
    far = (cells[rows] + len(polygons) // 2) % len(polygons)
    excused = shapely.intersects_xy(polygons[following], true[:, 0], true[:, 1])
    return np.where(excused, far, following)


def _spoil_texts(faulty: pd.DataFrame, chosen: dict[str, Ints]) -> None:
    nowhere = np.concatenate([chosen[kind] for kind in ("no_location", "bad_coordinates", "unknown_cell")])
    for column in ("address", "building"):
        faulty.iloc[nowhere, faulty.columns.get_loc(column)] = ""
    faulty.iloc[chosen["empty_phone"], faulty.columns.get_loc("phone")] = ""
    rows = chosen["bad_phone"]
    faulty.iloc[rows, faulty.columns.get_loc("phone")] = [_NO_PHONES[k % 5] for k in range(len(rows))]
    for column in ("address", "head_name"):
        values = faulty[column].to_numpy(dtype=object, copy=True)
        values[chosen["double_household"] + 1] = values[chosen["double_household"]]
        faulty[column] = pd.Series(values, index=faulty.index, dtype="str")
    rows = chosen["naughty_name"]
    faulty.iloc[rows, faulty.columns.get_loc("head_name")] = [
        _NAUGHTY[k % len(_NAUGHTY)] for k in range(len(rows))
    ]
    ids = faulty["household_id"].to_numpy(dtype=object, copy=True)
    ids[chosen["duplicate_id"] + 1] = ids[chosen["duplicate_id"]]
    faulty["household_id"] = pd.Series(ids, index=faulty.index, dtype="str")

"""The whole county as tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa

from gridmap.errors import Fault, TableError
from gridmap.model.shown import shows_counts
from gridmap.sample.hierarchy import COUNTY_CODE
from gridmap.sample.land import CRS, make_land
from gridmap.sample.lines import make_boundaries
from gridmap.sample.names import COUNTY_NAME
from gridmap.sample.people import make_officials
from gridmap.sample.places import make_cases, make_sites
from gridmap.sample.roster import cell_residents, empty_roster, make_blocks
from gridmap.sample.settle import Settlement, area_names, settle

CELLS_MIN, CELLS_MAX = 100, 1_000_000
HOUSEHOLDS_MAX = 20_000_000


@shows_counts
@dataclass(frozen=True)
class County:
    """A fictional county; every name, number and place in it is made up.

    Parameters
    ----------
    grid
        Microgrids by `cell_id`: ``name``, ``level``, ``parent_id``, the names of the areas above,
        ``residents`` (persons of the roster) and ``geometry`` in EPSG:4490.
    areas
        County, towns, villages and grids by `area_id`: ``name``, ``level``, ``parent_id``.
    households, officials, cases, sites
        The tables of the same names; places as ``lon`` and ``lat`` in EPSG:4490.
    boundaries
        Roads, rivers and the county's border by `boundary_id`: ``name``, ``kind`` and ``geometry``.
    """

    grid: gpd.GeoDataFrame
    areas: pd.DataFrame
    households: pd.DataFrame
    officials: pd.DataFrame
    cases: pd.DataFrame
    sites: pd.DataFrame
    boundaries: gpd.GeoDataFrame


def make_county(*, cells: int, households: int, seed: int) -> County:
    """Make a fictional county of a given size.

    Parameters
    ----------
    cells
        Number of microgrids, 100 to 1,000,000.
    households
        Number of households, 0 to 20,000,000.
    seed
        Non-negative; the same sizes and seed give the same county.

    Returns
    -------
    county
        Its tables. The roster is whole in memory; `write_sample` writes it in blocks.

    Raises
    ------
    TableError
        If a size or the seed is out of range.

    Examples
    --------
    >>> county = make_county(cells=100, households=500, seed=7)
    >>> len(county.grid), len(county.households), int(county.grid["residents"].sum()) > 500
    (100, 500, True)
    """
    settlement = make_settlement(cells=cells, households=households, seed=seed)
    roster = pa.concat_tables([empty_roster(), *make_blocks(settlement, seed)])
    return County(
        grid=grid_table(settlement, seed),
        areas=areas_table(settlement),
        households=as_frame(roster, "household_id"),
        officials=as_frame(officials_table(settlement, seed), "official_id"),
        cases=cases_table(settlement, seed),
        sites=sites_table(settlement),
        boundaries=make_boundaries(settlement),
    )


def make_settlement(*, cells: int, households: int, seed: int) -> Settlement:
    """Make land and settlements, the ground of every table."""
    _check_sizes(cells, households, seed)
    land = make_land(cells, np.random.default_rng([seed, 3]))
    return settle(land, households, np.random.default_rng([seed, 4]))


def grid_table(settlement: Settlement, seed: int) -> gpd.GeoDataFrame:
    """Return the microgrids, each with the names of the areas it lies in."""
    areas, codes = settlement.land.hierarchy, settlement.land.hierarchy.codes
    names = area_names(settlement)
    columns: dict[str, Any] = {
        "name": [f"{int(code[-3:])}号微网格" for code in codes],
        "level": "microgrid",
        "parent_id": [code[:15] for code in codes],
        "county_name": COUNTY_NAME,
        "town_name": np.array(settlement.town_names, dtype=object)[areas.town],
        "village_name": np.array(settlement.village_names, dtype=object)[areas.village],
        "grid_name": [names[code[:15]] for code in codes],
        "residents": cell_residents(settlement, seed),
    }
    index = pd.Index(codes, name="cell_id")
    return gpd.GeoDataFrame(columns, index=index, geometry=settlement.land.polygons, crs=CRS)


def areas_table(settlement: Settlement) -> pd.DataFrame:
    """Return county, towns, villages and grids with their parents by prefix."""
    names = area_names(settlement)
    levels = {6: "county", 9: "town", 12: "village", 15: "grid"}
    columns = {
        "name": list(names.values()),
        "level": [levels[len(code)] for code in names],
        "parent_id": ["" if code == COUNTY_CODE else code[:-3] for code in names],
    }
    return pd.DataFrame(columns, index=pd.Index(names, name="area_id"))


def officials_table(settlement: Settlement, seed: int) -> pa.Table:
    """Return the officials."""
    rng = np.random.default_rng([seed, 5])
    return make_officials(settlement, isolation_sites=_isolation_sites(settlement), rng=rng)


def cases_table(settlement: Settlement, seed: int) -> pd.DataFrame:
    """Return the cases."""
    return make_cases(settlement, np.random.default_rng([seed, 6]))


def sites_table(settlement: Settlement) -> pd.DataFrame:
    """Return the sites."""
    return make_sites(settlement, isolation_sites=_isolation_sites(settlement))


def as_frame(table: pa.Table, index: str) -> pd.DataFrame:
    """Turn an Arrow table into a frame by `index`; whole numbers with gaps stay whole."""
    frame = table.to_pandas()
    if "capacity" in frame:
        frame["capacity"] = table["capacity"].to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    return frame.set_index(index)


def _isolation_sites(settlement: Settlement) -> int:
    return 1 + min(19, len(settlement.households) // 2_000)


def _check_sizes(cells: int, households: int, seed: int) -> None:
    asked = (
        ("cells", cells, CELLS_MIN, CELLS_MAX),
        ("households", households, 0, HOUSEHOLDS_MAX),
        ("seed", seed, 0, 2**63 - 1),
    )
    faults = [
        Fault("size", name, f"{value:,} was asked for", f"choose {low:,} to {high:,}")
        for name, value, low, high in asked
        if not low <= value <= high
    ]
    if faults:
        raise TableError("the sizes of the sample", faults)

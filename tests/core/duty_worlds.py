"""A world for duties: four cells in a row, and makers of households, officials and protocols."""

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import Point, box

from gridmap.core.apply import apply_edit, new_plan
from gridmap.core.edits import SetTier
from gridmap.model.protocol import DutyRule, Protocol, Tier

TIERS = (
    Tier("sealed", "封控区", "sealed", "S", "#b2182b", "cross"),
    Tier("controlled", "管控区", "controlled", "C", "#ef8a00", "diagonal"),
    Tier("prevention", "防范区", "prevention", "P", "#2166ac", "dots"),
)
LEAD = DutyRule("lead_official", "zone", tiers=("sealed",), hard=True, basis="order")
LEAD_SITE = DutyRule("lead_official", "site", site_kind="isolation", hard=True, basis="order")
SECRETARY = DutyRule("secretary", "area", level="village", hard=True, basis="order")
GRID_MEMBER = DutyRule("grid_member", "area", level="microgrid")
HEAD = DutyRule("microgrid_head", "area", level="microgrid", most=1, hard=True)
MEMBER = DutyRule("linked_member", "household", households=3)
POLICE = DutyRule("police", "zone", tiers=("sealed",), least=2)


def four_cells():
    """Four cells of 100 m in two villages of one town.

    +---+---+---+---+
    | a | b | c | d |
    +---+---+---+---+
    0  V1  200 V2  400 m
    """
    columns = {
        "name": list("abcd"),
        "level": ["microgrid"] * 4,
        "village_id": ["V1", "V1", "V2", "V2"],
        "town_id": ["T"] * 4,
        "county_id": ["K"] * 4,
    }
    shapes = [box(500000 + 100 * i, 3400000, 500100 + 100 * i, 3400100) for i in range(4)]
    return gpd.GeoDataFrame(columns, geometry=shapes, index=pd.Index(list("abcd"), name="cell_id"), crs=4549)


def homes(*rows):
    """Households from id and metres east of the west border, each a house of its own."""
    index = pd.Index([row[0] for row in rows], name="household_id", dtype="str")
    points = [Point(500000 + row[1], 3400050) for row in rows]
    columns = {"address": [f"枫桥路{place}号" for place in range(1, len(rows) + 1)], "residents": 2}
    return gpd.GeoDataFrame(columns, geometry=points, index=index, crs=4549)


def officials(*rows):
    """Officials from id, role, territory, metres east of the west border; then capacity, phone."""
    filled = [(*row, *(np.nan, "13800138000")[len(row) - 4 :]) for row in rows]
    return gpd.GeoDataFrame(
        {
            "role": [row[1] for row in filled],
            "territory": [row[2] for row in filled],
            "phone": [row[5] for row in filled],
            "capacity": [row[4] for row in filled],
        },
        geometry=[None if row[3] is None else Point(500000 + row[3], 3400050) for row in filled],
        index=pd.Index([row[0] for row in filled], name="official_id", dtype="str"),
        crs=4549,
    )


def protocol(*duties, **options):
    return Protocol("test", "试", "test", "made up", "verify", tiers=TIERS, duties=duties, **options)


def zoned(grid, **tiers):
    """Give each of the cells its own zone of the tier."""
    plan = new_plan(grid)
    for tier, cells in tiers.items():
        for cell in cells:
            plan = apply_edit(plan, SetTier(cells=[cell], tier=tier))
    return plan


def pins(*rows):
    return pd.DataFrame(rows, columns=["official_id", "role", "target_kind", "target"])


def served(duties, role):
    """Who serves each target in a role."""
    rows = duties.table[duties.table["role"] == role]
    return dict(zip(rows["target"], rows["official_id"], strict=True))


def substitutes(duties):
    """Each conflict as official, kind and substitute."""
    return duties.conflicts[["official_id", "kind", "substitute"]].to_numpy().tolist()

"""Small worlds drawn by hand, for the tests of the core."""

import geopandas as gpd
import pandas as pd
import shapely

CRS = "EPSG:4549"
EAST, NORTH = 500_000, 3_400_000


def two_towns():
    """Six square cells of 100 m in two villages of town T1 and one of town T2.

    +----+----+----+----+----+----+
    | a1 | a2 | b1 | b2 | c1 | c2 |
    +----+----+----+----+----+----+
     village A   village B  village C
         town T1             town T2
    """
    cells = ["a1", "a2", "b1", "b2", "c1", "c2"]
    boxes = [shapely.box(EAST + 100 * i, NORTH, EAST + 100 * i + 100, NORTH + 100) for i in range(6)]
    parents = {"A": "T1", "B": "T1", "C": "T2", "T1": "K", "T2": "K", "K": None}
    spans = {
        "A": boxes[0:2],
        "B": boxes[2:4],
        "C": boxes[4:6],
        "T1": boxes[0:4],
        "T2": boxes[4:6],
        "K": boxes,
    }
    levels = {"A": "village", "B": "village", "C": "village", "T1": "town", "T2": "town", "K": "county"}
    index = [*cells, *parents]
    columns = {
        "name": [*(f"网格{cell}" for cell in cells), "甲村", "乙村", "丙村", "东镇", "西镇", "示例县"],
        "level": [*(["grid"] * 6), *(levels[area] for area in parents)],
        "parent_id": ["A", "A", "B", "B", "C", "C", *parents.values()],
    }
    geometry = [*boxes, *(shapely.union_all(spans[area]) for area in parents)]
    index = pd.Index(index, dtype="str", name="cell_id")
    return gpd.GeoDataFrame(columns, geometry=geometry, index=index, crs=CRS)


def households(rows):
    """Make households from (id, metres east of the corner or None, address, residents), 50 m north of it."""
    points = [None if row[1] is None else shapely.Point(EAST + row[1], NORTH + 50) for row in rows]
    columns = {"address": [row[2] for row in rows], "residents": [row[3] for row in rows]}
    index = pd.Index([row[0] for row in rows], dtype="str", name="household_id")
    return gpd.GeoDataFrame(columns, geometry=points, index=index, crs=CRS)

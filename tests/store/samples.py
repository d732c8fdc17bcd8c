"""Small files of every format that can be read, three rows each, made on the spot."""

from __future__ import annotations

import json
import shutil
import warnings
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from shapely import box

import gridmap as gm
from gridmap.store.layers import write_layer
from gridmap.store.protocols import read_protocol_text


def three_cells() -> gpd.GeoDataFrame:
    """Three squares in a row.

    +----+----+----+
    | 01 | 02 | 03 |
    +----+----+----+
    """
    shapes = [box(120.9 + at / 10, 30.8, 121.0 + at / 10, 30.9) for at in range(3)]
    fields = {"cell_id": ["01", "02", "03"], "name": ["枫桥新村社区", "=1+1", "<b>乙</b>"]}
    return gpd.GeoDataFrame(fields, geometry=shapes, crs=4326).set_index("cell_id")


def three_homes() -> pd.DataFrame:
    """Three households, one in each cell."""
    fields = {
        "household_id": ["h1", "h2", "h3"],
        "address": ["枫桥新村1幢101室", "=cmd()", "<img src=x>"],
        "lon": ["120.95", "121.05", "121.15"],
        "lat": ["30.85", "30.85", "30.85"],
        "residents": ["2", "3", "4"],
    }
    return pd.DataFrame(fields)


def write_samples(folder: Path) -> None:
    """Write one file of each format into a folder."""
    cells, homes = three_cells(), three_homes()
    for suffix in (".gpkg", ".geojson", ".zip", ".kml", ".parquet"):
        write_layer(cells, folder / f"layer{suffix}")
    pyogrio.write_dataframe(cells.reset_index(), folder / "layer.fgb", driver="FlatGeobuf")
    pyogrio.write_dataframe(
        cells[["geometry"]].boundary.to_frame("geometry"), folder / "layer.dxf", driver="DXF"
    )
    (folder / "topo.json").write_text(json.dumps(_topology()))
    features = json.loads((folder / "layer.geojson").read_text())["features"]
    (folder / "list.json").write_text(json.dumps(features))
    homes.to_csv(folder / "sheet.csv", index=False)
    (folder / "sheet-gbk.csv").write_bytes(homes.to_csv(index=False).encode("gb18030"))
    (folder / "sheet-wide.csv").write_bytes(homes.to_csv(index=False).encode("utf-16"))
    homes.to_excel(folder / "sheet.xlsx", index=False, engine="xlsxwriter")
    homes.to_parquet(folder / "sheet.parquet")
    filled = homes[["household_id"]].assign(联系结果=["已联系", "=cmd()", ""], 联系日期="2022-03-05")
    filled.to_csv(folder / "filled.csv", index=False)
    filled.to_excel(folder / "filled.xlsx", index=False, engine="xlsxwriter")
    shutil.copy(Path(__file__).parents[1] / "data" / "roster.xls", folder / "sheet.xls")
    text = read_protocol_text("three-zones-2021")
    (folder / "protocol.toml").write_text(text, encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        grid = gm.read_grid(folder / "layer.gpkg")
        households = gm.read_households(folder / "sheet.csv")
        with gm.open_workspace(folder / "workspace.gpkg") as workspace:
            workspace.set_tables(grid=grid, households=households)
            plan = gm.apply_edit(gm.new_plan(grid), gm.SetTier(cells=["01"], tier="sealed"))
            workspace.save(plan, reason="first", author="A")


def _topology() -> dict[str, object]:
    square = [[0, 0], [10, 0], [0, 10], [-10, 0], [0, -10]]
    geometry = {"type": "Polygon", "arcs": [[0]], "properties": {"cell_id": "01", "name": "a"}}
    cells = {"type": "GeometryCollection", "geometries": [geometry] * 3}
    transform = {"scale": [0.01, 0.01], "translate": [120.9, 30.8]}
    return {"type": "Topology", "transform": transform, "objects": {"cells": cells}, "arcs": [square]}

"""The map of faults: one HTML file that opens offline and shows where something has to be corrected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from gridmap.export.webmap import draw_map_page
from gridmap.model.areas import outlines_of
from gridmap.model.crs import metric_crs_of
from gridmap.model.frames import grid_frame
from gridmap.model.hierarchy import hierarchy_of
from gridmap.model.scene import LegendEntry, Rows, Scene
from gridmap.store.files import write_text

PLACE_COLUMNS = ("kind", "label", "cure", "geometry")
_COLORS = ("#b2182b", "#ef8a00", "#2166ac", "#1b7837", "#762a83", "#5a626b")
_PATTERNS = ("cross", "diagonal", "dots", "none")
_POINT_M = 8.0
_MOST_OF_A_KIND = 500
_MARGIN_SHARE = 0.2
_WORDS = {
    "zh": {
        "title": "问题位置图",
        "kind": "问题",
        "cure": "处理",
        "count": "数量",
        "of": "图上仅标前 {} 处",
        "far": "另有 {} 处远在网格之外,未画出",
    },
    "en": {
        "title": "Map of faults",
        "kind": "Fault",
        "cure": "Cure",
        "count": "Count",
        "of": "first {} shown",
    },
}
_KINDS_ZH = {
    "overlap": "网格重叠",
    "gap": "网格空隙",
    "sliver": "狭长碎片",
    "unmatched_vertex": "相邻边界节点不一致",
    "invalid_geometry": "边界自相交",
    "empty_geometry": "无边界",
    "missing_id": "缺网格编码",
    "duplicate_id": "编号重复",
    "duplicate_cell_id": "网格编码重复",
    "orphan_parent": "上级不存在",
    "parent_cycle": "上级循环",
    "no_parent": "缺上级",
    "level_order": "层级颠倒",
    "code_mismatch": "编码与上级不符",
    "name_mismatch": "名称与编码不符",
    "outside_grid": "在网格之外",
    "bad_coordinates": "坐标无效",
    "in_overlap": "位于网格重叠处",
    "declared_elsewhere": "所报网格与位置不符",
    "declares_unknown_cell": "所报网格不存在",
    "shifted_point": "疑为 GCJ-02 坐标",
    "suspected_gcj02": "疑为 GCJ-02 坐标（据同楼邻户）",
    "suspected_bd09": "疑为 BD-09 坐标",
    "suspected_wgs84": "疑被误作偏移坐标纠偏",
    "double_household": "同户重复登记",
    "bad_phone": "电话无效",
    "missing_phone": "缺电话",
}


def export_fault_map(places: GeoDataFrame, grid: GeoDataFrame, path: Path | str, *, lang: str = "zh") -> Path:
    """Write the places of faults over the borders of the cells as one HTML file that opens offline.

    A place that is too small to be seen is marked by a dot. Of a kind with very many places the first 500 are
    drawn, and places far outside of the grid are only counted. The file names households by
    their ids, and gets mode 0600.

    Parameters
    ----------
    places
        `kind`, `label`, `cure` and `geometry` (a shape or a point), in any CRS; rows without a place are left
        out.
    grid
        The cells.
    path
        The file to write or replace.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    write_text(Path(path), draw_map_page(_scene(places, grid_frame(grid), lang)), private=True)
    return Path(path)


def _scene(places: GeoDataFrame, grid: GeoDataFrame, lang: str) -> Scene:
    words = _WORDS[lang]
    cells = _cells(grid)
    located, far = _near(places[~(places.geometry.isna() | places.geometry.is_empty)], cells)
    kinds = list(dict.fromkeys(located["kind"]))
    looks = {kind: (_COLORS[at % 6], _PATTERNS[at % 4]) for at, kind in enumerate(kinds)}
    counts = located["kind"].value_counts()
    return Scene(
        lang=lang,
        audience="official",
        title=words["title"],
        facts=((words["count"], str(len(located))),),
        zones=_zones(located.groupby("kind", sort=False).head(_MOST_OF_A_KIND), looks, lang),
        cells=cells,
        sites=GeoDataFrame({"kind": [], "name": []}, geometry=[], crs=4326),
        legend=tuple(
            LegendEntry(kind, _said(kind, lang), *looks[kind], _legend_rows(int(counts[kind]), words))
            for kind in kinds
        ),
        notes=(words["far"].format(far),) if far else (),
    )


def _near(places: GeoDataFrame, cells: GeoDataFrame) -> tuple[GeoDataFrame, int]:
    """Leave out, and count, the places so far from all cells that these would shrink to a dot beside them."""
    if not len(places) or not len(cells):
        return places, 0
    west, south, east, north = cells.total_bounds
    margin = _MARGIN_SHARE * max(east - west, north - south)
    frame = shapely.box(west - margin, south - margin, east + margin, north + margin)
    near = shapely.intersects(places.geometry.to_crs(4326).to_numpy(), frame)
    return places[near], int((~near).sum())


def _legend_rows(count: int, words: dict[str, str]) -> Rows:
    cut = f" ({words['of'].format(_MOST_OF_A_KIND)})" if count > _MOST_OF_A_KIND else ""
    return ((words["count"], f"{count}{cut}"),)


def _said(kind: str, lang: str) -> str:
    return _KINDS_ZH.get(kind, kind) if lang == "zh" else kind.replace("_", " ")


def _zones(located: GeoDataFrame, looks: dict[str, tuple[str, str]], lang: str) -> GeoDataFrame:
    """Turn the places into zones, the worst kind last, which is drawn on top; points get a small circle."""
    words, ordered = _WORDS[lang], located.iloc[::-1]
    metres = ordered.geometry.to_crs(metric_crs_of(ordered)) if len(ordered) else ordered.geometry
    shapes = np.asarray(metres.to_numpy(), dtype=object)
    flat = shapely.area(shapes) == 0
    shapes = np.where(flat, shapely.buffer(shapes, _POINT_M), shapes)
    geometry = gpd.GeoSeries(shapely.make_valid(shapes), crs=metres.crs).to_crs(4326)
    labels = [_said(kind, lang) for kind in ordered["kind"]]
    rows: list[Any] = [
        ((words["kind"], str(label)), (words["cure"], str(cure)))
        for label, cure in zip(ordered["label"], ordered["cure"], strict=True)
    ]
    return GeoDataFrame(
        {
            "tier": ordered["kind"].to_numpy(),
            "name": ordered["label"].astype("str").to_numpy(),
            "label": labels,
            "color": [looks[kind][0] for kind in ordered["kind"]],
            "pattern": [looks[kind][1] for kind in ordered["kind"]],
            "rows": rows,
        },
        index=pd.Index([str(number) for number in range(len(ordered), 0, -1)], name="zone_id", dtype="str"),
        geometry=geometry.to_numpy(),
        crs=4326,
    )


def _cells(grid: GeoDataFrame) -> GeoDataFrame:
    areas = hierarchy_of(grid)
    outlines = outlines_of(grid, areas).to_crs(4326)
    names = areas["name"].reindex(outlines.index).to_numpy()
    return GeoDataFrame({"name": names}, geometry=outlines.to_numpy(), index=outlines.index, crs=4326)

"""A made-up county of 8 x 5 cells with wiggly borders, three zones and two sites, as a scene."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridmap.core.apply import apply_edit, new_plan
from gridmap.core.edits import SetTier
from gridmap.core.place import place_households
from gridmap.export.proof import certify
from gridmap.model.scene import LegendEntry, Scene
from gridmap.model.zoning import Document, Zoning
from gridmap.store.protocols import load_protocol

WEST, SOUTH, STEP = 120.80, 30.75, 0.02
COLUMNS, ROWS = 8, 5
TIERS = {
    "sealed": ("封控区", "Sealed zone", "#b2182b", "cross"),
    "controlled": ("管控区", "Controlled zone", "#ef8a00", "diagonal"),
    "prevention": ("防范区", "Prevention zone", "#2166ac", "dots"),
}
PLAN = ["PPPP....", "PPCCP...", "PPSCPP..", "PPPPPP..", "PPPPP..."]


def node(x, y):
    """A point of the lattice, moved a little and always by the same."""
    return WEST + STEP * (x + 0.18 * np.sin(5 * x + 3 * y)), SOUTH + STEP * (y + 0.18 * np.cos(4 * x + 7 * y))


def edge(start, end):
    """A wiggly line between two nodes, the same from both sides."""
    if start > end:
        return edge(end, start)[::-1]
    (x1, y1), (x2, y2) = node(*start), node(*end)
    along = np.linspace(0, 1, 9)
    bow = 0.05 * STEP * np.sin(2 * np.pi * along) * np.sin(3 * start[0] + 2 * end[1])
    return np.column_stack([x1 + along * (x2 - x1) - bow * (y2 > y1), y1 + along * (y2 - y1) + bow])


def cell(x, y):
    """The cell whose lower left node is (x, y)."""
    corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)]
    sides = [edge(*pair) for pair in pairwise(corners)]
    return shapely.Polygon(np.concatenate([side[:-1] for side in sides]))


def county():
    """All cells by id, with the tier letter of the plan."""
    keys = [(x, ROWS - 1 - row) for row in range(ROWS) for x in range(COLUMNS)]
    names = [f"第{y + 1}村{x + 1}网格" for x, y in keys]
    frame = {"name": names, "letter": list("".join(PLAN)), "geometry": [cell(*key) for key in keys]}
    index = [f"330421{y:02d}{x:02d}" for x, y in keys]
    return gpd.GeoDataFrame(frame, index=index, crs="EPSG:4326").rename_axis("cell_id")


def zones_of(cells, lang):
    """The three zones, the strictest last."""
    names = {
        "P": ("惠民街道其余区域", "Rest of Huimin"),
        "C": ("枫南新村", "Fengnan"),
        "S": ("枫南新村3幢", "Fengnan 3"),
    }
    rows = {}
    for tier in ("prevention", "controlled", "sealed"):
        letter = tier[0].upper()
        color, pattern = TIERS[tier][2:]
        rows[f"{letter}-1"] = {
            "tier": tier,
            "name": names[letter][lang == "en"],
            "label": f"{letter}-1 {names[letter][lang == 'en']}",
            "color": color,
            "pattern": pattern,
            "rows": (("住户", "1,234"), ("人口", "<5"))
            if lang == "zh"
            else (("Households", "1,234"), ("Residents", "<5")),
            "geometry": shapely.union_all(cells.geometry[cells["letter"] == letter].to_numpy()),
        }
    return gpd.GeoDataFrame.from_dict(rows, orient="index").set_crs(4326).rename_axis("zone_id")


def sites_of(lang):
    """An isolation point and a gate."""
    places = [shapely.Point(*node(1.5, 1.5)), shapely.Point(*node(4.5, 2.5))]
    kinds = ["隔离点", "卡口"] if lang == "zh" else ["Isolation point", "Gate"]
    names = ["惠民宾馆", "枫南路卡口"] if lang == "zh" else ["Huimin Hotel", "Fengnan Road gate"]
    frame = {"kind": kinds, "name": names, "geometry": places}
    return gpd.GeoDataFrame(frame, index=["g-1", "g-2"], crs="EPSG:4326").rename_axis("site_id")


def legend_of(lang):
    """Three tiers with figures and measures."""
    measures = {
        "sealed": ("区域封闭、足不出户、服务上门", "Closed area; stay at home; service at the door"),
        "controlled": ("人不出区、严禁聚集", "Do not leave the area; no gatherings"),
        "prevention": ("强化社会面管控,严格限制人员聚集", "Gatherings strictly limited"),
    }
    figures = {
        "sealed": ("1", "86", "241"),
        "controlled": ("1", "1,032", "2,899"),
        "prevention": ("1", "18,455", "51,020"),
    }
    keys = ("区", "住户", "人口") if lang == "zh" else ("Zones", "Households", "Residents")
    return tuple(
        LegendEntry(
            tier,
            TIERS[tier][lang == "en"],
            *TIERS[tier][2:],
            tuple(zip(keys, figures[tier], strict=True)),
            (measures[tier][lang == "en"],),
        )
        for tier in TIERS
    )


FACTS = {
    "zh": (
        ("数据截至", "2022年3月5日 02:30 (UTC+08:00)"),
        ("生效时间", "2022年3月5日 06:00 (UTC+08:00)"),
        ("有效期至", "2022年3月19日 06:00 (UTC+08:00)"),
        ("文号", "嘉善防指〔2022〕8号"),
        ("发布单位", "嘉善县疫情防控指挥部"),
        ("方案版本", "3f9a1c27"),
        ("户数核对", "应核 19,573 户 = 已落格 19,570 户 + 待核 3 户,平"),
    ),
    "en": (
        ("As of", "2022-03-05 02:30 UTC+08:00"),
        ("Effective", "2022-03-05 06:00 UTC+08:00"),
        ("Valid until", "2022-03-19 06:00 UTC+08:00"),
        ("Number", "Jiashan Command 2022-8"),
        ("Issued by", "Jiashan County Epidemic Command"),
        ("Plan version", "3f9a1c27"),
        ("Household check", "19,573 in = 19,570 placed + 3 exceptions, balanced"),
    ),
}
TITLES = {"zh": "嘉善县惠民街道划定封控区、管控区、防范区", "en": "Zones in Huimin, Jiashan County"}
NOTES = {
    "zh": ("规则来源:综发〔2021〕92号;以现行文件为准。", "边界按网格绘制,仅作示意。"),
    "en": ("Rules: Zongfa 2021-92; verify against the order in force.", "Borders follow the grid."),
}


def make(lang="zh", **changes):
    cells = county()
    whole = {
        "lang": lang,
        "audience": "public",
        "title": TITLES[lang],
        "facts": FACTS[lang],
        "zones": zones_of(cells, lang),
        "cells": cells[["name", "geometry"]],
        "sites": sites_of(lang),
        "legend": legend_of(lang),
        "notes": NOTES[lang],
        "banner": "",
        "expires_at": datetime(2022, 3, 19, 6, tzinfo=timezone(timedelta(hours=8))),
        "expired_text": "已过有效期" if lang == "zh" else "EXPIRED",
    }
    return Scene(**{**whole, **changes})


@pytest.fixture
def zoning():
    """Three cells in a row, the left one sealed, with nine, eight and seven homes; proven.

    +-----+-----+-----+
    |  a  |  b  |  c  |
    +-----+-----+-----+
    """
    cells = [shapely.box(120 + x / 100, 30, 120.01 + x / 100, 30.01) for x in range(3)]
    grid = gpd.GeoDataFrame({"name": ["甲", "乙", "丙"]}, geometry=cells, index=["a", "b", "c"], crs=4326)
    homes = [
        shapely.Point(120.005 + x / 100, 30.005) for x, count in enumerate((9, 8, 7)) for _ in range(count)
    ]
    ids = [f"h{number}" for number in range(len(homes))]
    households = gpd.GeoDataFrame({"residents": 2}, geometry=homes, index=ids, crs=4326)
    grid.index.name, households.index.name = "cell_id", "household_id"
    placement = place_households(households, grid)
    plan = apply_edit(new_plan(grid), SetTier(cells=["a"], tier="sealed", name="甲区"))
    return Zoning(
        plan=plan,
        grid=grid,
        protocol=load_protocol("three-zones-2021"),
        placement=placement,
        certificate=certify(placement, plan),
        document=Document(title="试划", as_of=datetime(2022, 3, 5, tzinfo=UTC)),
    )


@pytest.fixture
def make_scene():
    """Make the scene of the county: ``make_scene("zh", title=...)``."""
    return make

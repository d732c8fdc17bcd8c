"""Rows of named lines: their shapes, their kinds, and ids for those that have none."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoSeries
from pandas import DataFrame, Series

from gridmap.errors import Fault
from gridmap.model.tables import TABLES
from gridmap.store.sheets import some_rows

KINDS = ("road", "river", "rail", "border", "other")
_BY_NAME = (
    ("rail", r"(?:铁路|轻轨|地铁|号线)(?:\d.*)?$|\b(?:rail(?:way|road)?|metro)\b"),
    ("border", r"界$|\b(?:border|boundary)\b"),
    ("river", r"[河江溪港塘浜泾渠沟湖]$|\b(?:river|creek|stream|canal|brook)\b"),
    (
        "road",
        r"[路街巷弄]$|大道$|高速|公路|[国省县]道|\b(?:road|rd|street|st|avenue|ave|lane|highway|way)\b\.?",
    ),
)


def boundary_lines(geometry: GeoSeries) -> tuple[GeoSeries, list[Fault]]:
    """Keep the lines of a layer, take the outlines of polygons, and list what else there is.

    Returns
    -------
    lines
        A line for each row; missing where there is none that can be used.
    findings
        What was odd.
    """
    shapes: Any = np.array(geometry.to_numpy(), dtype=object)
    rows = geometry.index.to_numpy()
    given = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    xy, of = shapely.get_coordinates(shapes, return_index=True)
    finite = np.ones(len(shapes), dtype=bool)
    finite[of[~np.isfinite(xy).all(axis=1)]] = False
    shapes[given & finite] = shapely.force_2d(shapes[given & finite])
    areal = given & finite & (shapely.get_dimensions(shapes) == 2)
    shapes[areal] = shapely.boundary(shapes[areal])
    line = given & finite & (shapely.get_dimensions(shapes) == 1)
    shapes[~line] = None
    said = (
        ("no_geometry", ~given, "no line; the row is kept without geometry", "draw the line"),
        ("bad_coordinates", given & ~finite, "coordinates that are not numbers", "draw the line again"),
        (
            "not_a_line",
            given & finite & ~line,
            "not a line; the row is kept without geometry",
            "draw the line",
        ),
        ("not_a_line", areal, "a polygon, of which the outline was taken", ""),
    )
    findings = [
        Fault(kind, some_rows(rows[of].tolist()), what, cure) for kind, of, what, cure in said if of.any()
    ]
    return gpd.GeoSeries(shapes, index=geometry.index, crs=geometry.crs), findings


def boundary_kinds(frame: DataFrame) -> tuple[Series, list[Fault]]:
    """Tell the kind of every row: what stands there, else what its name says, else ``other``.

    Returns
    -------
    kinds
        One of `KINDS` for each row.
    findings
        The rows whose kind is none that is known.
    """
    told = frame["kind"].fillna("").str.strip()
    known = told.isin(KINDS) | told.str.casefold().isin(KINDS)
    kinds = told.str.casefold().where(known, "")
    unknown = (told != "") & ~known
    for kind, pattern in _BY_NAME:
        named = frame["name"].fillna("").str.contains(pattern, case=False, regex=True)
        kinds = kinds.mask((kinds == "") & named, kind)
    kinds = kinds.where(kinds != "", "other")
    if not unknown.any():
        return kinds, []
    what = f"a kind that is none of {', '.join(KINDS)}; it was told by the name, else taken as other"
    return kinds, [Fault("unknown_kind", some_rows(frame.index[unknown].tolist()), what)]


def with_boundary_ids(frame: DataFrame) -> tuple[DataFrame, list[Fault]]:
    """Give ids ``line-1``, ``line-2`` to the rows of a table that has none, in their order."""
    key = TABLES["boundaries"].id_name
    if key in frame.columns:
        return frame, []
    ids = pd.array([f"line-{number}" for number in range(1, len(frame) + 1)], dtype="str")
    what = f"no column {key}; the lines were numbered in their order"
    return frame.assign(**{key: ids}), [Fault("no_id", "", what)]

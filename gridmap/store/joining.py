"""Put several tables of one kind into one, each row with its label."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from geopandas import GeoSeries
from pandas import DataFrame, Series

from gridmap.errors import Fault, TableError
from gridmap.store.sheets import some_rows

_ONE_KIND = "read those of one kind at a time"


def join_tables(
    tables: list[tuple[DataFrame, GeoSeries | None]], title: str
) -> tuple[DataFrame, GeoSeries | None]:
    """Join tables with their geometry; the labels of the rows stay in a column `source_row`.

    Raises
    ------
    TableError
        If some have geometry or a CRS and some have not, or some say degrees and others metres.
    """
    if len(tables) == 1:
        return tables[0]
    frames = [frame for frame, _ in tables]
    shapes = [each for _, each in tables if each is not None]
    if shapes and len(shapes) < len(frames):
        raise _mixed(title, "some of these files are layers with geometry and some are not")
    if any("lon" in each for each in frames) and any("lon" not in each and "x" in each for each in frames):
        raise _mixed(title, "some of these tables have lon and lat, others x and y")
    joined = pd.concat(frames)
    joined["source_row"] = Series(joined.index, index=joined.index, dtype="str")
    return joined, _joined_shapes(shapes, title) if shapes else None


def ids_in_several(tables: list[DataFrame], key: str) -> list[Fault]:
    """List ids that stand in more than one table."""
    numbered = [
        DataFrame({"id": each[key].str.strip(), "table": at}) for at, each in enumerate(tables) if key in each
    ]
    if len(numbered) < 2:
        return []
    ids = pd.concat(numbered).dropna(subset=["id"])
    ids = ids[ids.groupby("id")["table"].transform("nunique") > 1].sort_values("id", kind="stable")
    if not len(ids):
        return []
    what = f"{ids['id'].nunique()} {key} in more than one file or sheet, such as {ids['id'].iloc[0]!r}"
    return [
        Fault("in_several_files", some_rows(ids.index.to_list()), what, "keep it in one; the first counts")
    ]


def _joined_shapes(shapes: list[GeoSeries], title: str) -> GeoSeries:
    crs = shapes[0].crs
    if any((each.crs is None) != (crs is None) for each in shapes):
        raise _mixed(title, "some of these files say their CRS and some do not")
    same = [each if crs is None or each.crs.equals(crs) else each.to_crs(crs) for each in shapes]
    return gpd.GeoSeries(pd.concat(same), crs=crs)


def _mixed(title: str, what: str) -> TableError:
    return TableError(title, [Fault("mixed_files", "", what, _ONE_KIND)])

"""Frames as analysts make them: their index, their geometry and their ids in one form."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame, Series

GEOMETRY = "geometry"


def grid_frame(grid: DataFrame | gpd.GeoSeries) -> Any:
    """Return a grid as a GeoDataFrame by ``cell_id`` with its outlines in `geometry`.

    A column `cell_id` is taken as the index where the index is called something else. A frame that needs
    nothing is returned as it is.
    """
    frame = grid.to_frame(GEOMETRY) if isinstance(grid, gpd.GeoSeries) else grid
    return with_geometry(keyed(frame, "cell_id"))


def keyed(frame: DataFrame, key: str) -> DataFrame:
    """Return a frame by its key, taken from the column of that name if the index is called otherwise."""
    if frame.index.name == key or key not in frame.columns:
        return frame
    return frame.set_index(key)


def with_geometry(frame: DataFrame) -> Any:
    """Return a GeoDataFrame whose shapes are in `geometry`; a plain frame's column has no CRS of its own.

    A frame without any shapes is returned as it is.
    """
    active = frame.active_geometry_name if isinstance(frame, gpd.GeoDataFrame) else None
    if active == GEOMETRY:
        return frame
    if active is not None:
        return frame.drop(columns=GEOMETRY, errors="ignore").rename_geometry(GEOMETRY)
    return gpd.GeoDataFrame(frame, geometry=GEOMETRY) if GEOMETRY in frame else frame


def is_among(ids: Any, known: Any) -> NDArray[np.bool_]:
    """Tell which ids are among others; `isin` of texts takes many times as long.

    Examples
    --------
    >>> is_among(Series(["h1", "h3"]), Series(["h1", "h2", "h2"])).tolist()
    [True, False]
    """
    return np.asarray(pd.Index(known).unique().get_indexer(pd.Index(ids)) >= 0)


def cell_id_text(index: Any) -> Any:
    """Return an index of cell ids as text, empty where an id is missing."""
    return id_text(index).fillna("")


def id_text(values: Any) -> Any:
    """Return ids as text, with whole numbers as they were before a missing one made them decimals.

    Parameters
    ----------
    values
        A column or an index of ids.

    Examples
    --------
    >>> id_text(pd.Series([12.0, None])).fillna("").to_list()
    ['12', '']
    """
    if pd.api.types.is_float_dtype(values.dtype):
        column = Series(values)
        if (column.dropna() % 1 == 0).all():
            text = column.astype("Int64").astype("str")
            return pd.Index(text, name=values.name) if isinstance(values, pd.Index) else text
    return values.astype("str")

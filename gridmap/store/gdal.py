"""Read by GDAL, with the doors shut: one file, in one format, and neither neighbours nor addresses."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pyproj
import shapely
from geopandas import GeoDataFrame

from gridmap.errors import Fault, TableError
from gridmap.store.doors import closed_doors
from gridmap.store.limits import Limits, check_most
from gridmap.store.sheets import some_rows

_FAILURES = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.GeometryError,
    pyogrio.errors.CRSError,
    pyproj.exceptions.CRSError,
    shapely.errors.ShapelyError,
    RuntimeError,
    ValueError,
    OverflowError,
    IndexError,
)


def read_with(
    path: Path, source: str, driver: str, layer: str | None, *, limits: Limits, encoding: str | None = None
) -> GeoDataFrame:
    """Read by GDAL as `driver`; a geometry that cannot be built is tried again with its rings closed.

    Parameters
    ----------
    path
        The file, as the user knows it.
    source
        What GDAL is to open.
    driver
        The only format it may be.
    layer
        The layer; without it the first one with geometry.
    limits
        How much it may hold.
    encoding
        The encoding of the text, if the file does not say it.

    Raises
    ------
    TableError
        If it cannot be read, is not in that format, or holds too much.
    """
    try:
        with closed_doors():
            return _opened(path, source, driver, layer, limits=limits, encoding=encoding)
    except TableError:
        raise
    except _FAILURES as error:
        raise _refused(path, f"it cannot be read ({error})") from error


def _opened(
    path: Path, source: str, driver: str, layer: str | None, *, limits: Limits, encoding: str | None
) -> GeoDataFrame:
    layer, others = (layer, []) if layer is not None else _first_layer(source)
    info = pyogrio.read_info(source, layer=layer)
    if info["driver"] != driver:
        raise _refused(path, f"it is not in the format {driver}")
    check_most(path.name, limits, "rows", info["features"])
    check_most(path.name, limits, "columns", len(info["fields"]))
    frame, notes = _read_quietly(source, layer=layer, on_invalid="ignore", encoding=encoding)
    if len(frame) != info["features"] >= 0:
        what = f"the file says that it has {info['features']} rows, but {len(frame)} could be read"
        others.append(Fault("rows_missing", "", what, "it is damaged; restore it from a copy"))
    if not isinstance(frame, GeoDataFrame):
        frame = GeoDataFrame(frame, geometry=gpd.GeoSeries([None] * len(frame), index=frame.index))
        frame.attrs["findings"] = tuple(others)
        return frame
    unread = frame.geometry.isna().to_numpy()
    if unread.any():
        mended, notes = _read_quietly(source, layer=layer, on_invalid="fix", encoding=encoding)
        frame.geometry = mended.geometry
    frame.attrs["findings"] = (*others, *_geometry_findings(unread, frame, notes))
    return frame


def _read_quietly(source: str, **options: Any) -> tuple[Any, list[str]]:
    """Read, and give the warnings as text: they become findings with row numbers."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        frame = pyogrio.read_dataframe(source, force_2d=True, datetime_as_string=True, **options)
    return frame, [str(each.message) for each in caught]


def _geometry_findings(unread: Any, frame: GeoDataFrame, notes: list[str]) -> tuple[Fault, ...]:
    closed = np.flatnonzero(unread & frame.geometry.notna().to_numpy()) + 1
    faults = []
    if len(closed):
        where = some_rows(closed.tolist())
        cure = "check the outline of these rows"
        faults.append(Fault("unclosed_ring", where, "a ring that was not closed was closed", cure))
    others = sorted({note for note in notes if "closed ring" not in note and "ring" not in note})
    faults.extend(Fault("reader_note", "", note) for note in others)
    return tuple(faults)


def _first_layer(source: str) -> tuple[str, list[Fault]]:
    """Choose the first layer with geometry, and say so if there is a choice."""
    layers = pyogrio.list_layers(source)
    located = [str(name) for name, kind in layers if kind is not None]
    if len(located) < 2:
        return (located or [str(layers[0][0])])[0], []
    what = f"the first of the layers {', '.join(located[:8])} was read"
    return located[0], [Fault("several_layers", "", what, "choose one with layer=")]


def _refused(path: Path, what: str) -> TableError:
    return TableError(path.name, [Fault("unreadable", "", what, "check the path and the format")])

"""Read and write layers with geometry, from an allow-list of formats and from local files only."""

from __future__ import annotations

import json
import re
import tempfile
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
from geopandas import GeoDataFrame

from gridmap.errors import Fault, OutputError, TableError
from gridmap.store.archive import unpack_layer
from gridmap.store.dxf import drawn_outlines
from gridmap.store.files import atomic_path
from gridmap.store.shapefile import copy_shapefile
from gridmap.store.sheets import some_rows, with_index_as_column

LAYER_SUFFIXES = (".gpkg", ".geojson", ".json", ".shp", ".zip", ".kml", ".kmz", ".parquet", ".fgb", ".dxf")
DRIVERS = {
    ".gpkg": "GPKG",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".zip": "ESRI Shapefile",
    ".kml": "LIBKML",
    ".parquet": "Parquet",
}
_SHAPEFILE_MAGIC = b"\x00\x00\x27\x0a"
_STARTS = {b"SQLite format 3\0": "GPKG", b"fgb\x03": "FlatGeobuf"}
_HEAD_BYTES = 65536
_FORMATS = "GeoPackage, GeoJSON, TopoJSON, Shapefile, KML, GeoParquet, FlatGeobuf and DXF"
_DXF_START = r"(?:999\r?\n[^\r\n]*\r?\n\s*)*0\s*\r?\n\s*SECTION\b|AutoCAD Binary DXF"


def read_layer(path: Path, *, layer: str | None = None) -> GeoDataFrame:
    """Read one layer of a local file.

    GeoPackage, GeoJSON (also a bare list of features), TopoJSON, Shapefile (also zipped, in a folder, with
    Chinese names), KML, KMZ, GeoParquet, FlatGeobuf and the closed outlines of a DXF drawing. The format is
    told by what the file holds, not by its name, and the file is opened as that and as nothing else. A ring
    that is not closed is closed; every row is kept.

    Parameters
    ----------
    path
        The file.
    layer
        The layer; without it, the only one, or the first one that has geometry.

    Returns
    -------
    frame
        The rows in the order of the file, two-dimensional, in the file's CRS, which may be None.
        ``frame.attrs["findings"]`` lists what was odd.

    Raises
    ------
    TableError
        If the file cannot be read, is of no known format, or is a virtual path or file.

    Warns
    -----
    GridmapWarning
        If a Shapefile does not say its encoding: which was found, with a sample.
    """
    path = _local_file(path)
    head = _head(path)
    frame = _read_binary(path, head, layer)
    if frame is None:
        frame = _read_text(path, head, layer)
    if frame is None:
        raise _refused(path, f"it is none of {_FORMATS}")
    return frame


def _read_binary(path: Path, head: bytes, layer: str | None) -> GeoDataFrame | None:
    if head.startswith(b"PAR1"):
        return _read_parquet(path)
    if head.startswith(b"PK\x03\x04"):
        return _read_zip(path, layer)
    if head.startswith(_SHAPEFILE_MAGIC):
        return _read_shapefile(path)
    driver = next((name for start, name in _STARTS.items() if head.startswith(start)), None)
    return None if driver is None else _read_with(path, str(path), driver, layer)


def _read_text(path: Path, head: bytes, layer: str | None) -> GeoDataFrame | None:
    text = head.decode("utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    if text.startswith(("{", "[")):
        return _read_json(path, layer)
    if re.match(_DXF_START, text):
        return _read_drawing(path)
    if "<kml" in text and "<OGRVRT" not in text:
        return _read_with(path, str(path), "LIBKML", layer)
    return None


def write_layer(
    frame: GeoDataFrame, path: Path, *, layer: str = "", driver: str = "", private: bool = False
) -> None:
    """Write one layer as a new file, whole or not at all.

    Parameters
    ----------
    frame
        The layer; its index becomes a column if it has a name.
    path
        The file to make or to replace.
    layer
        The name of the layer; the file's name if empty.
    driver
        A value of `DRIVERS`; told by the suffix if empty. A Shapefile is written as a ``.zip``, GeoJSON and
        KML in EPSG:4326.
    private
        Give the file mode 0600.

    Raises
    ------
    OutputError
        If the file cannot be written; the old file is whole.
    """
    path = Path(path)
    driver = driver or DRIVERS.get(path.suffix.casefold(), "")
    if driver not in DRIVERS.values():
        known = ", ".join(DRIVERS)
        raise OutputError(f"{path} cannot be written: its format is not known; use one of {known}")
    with atomic_path(path, private=private) as temporary:
        if driver == "ESRI Shapefile":
            _write_shapefile(frame, temporary, layer or path.stem)
        elif driver == "Parquet":
            _plain(frame, keep_index=True).to_parquet(temporary)
        else:
            _write_with(frame, temporary, driver, layer or path.stem)


def write_layers(frames: Mapping[str, GeoDataFrame], path: Path, *, private: bool = False) -> None:
    """Write several layers as a new GeoPackage, whole or not at all; see `write_layer`."""
    with atomic_path(Path(path), private=private) as temporary:
        for name, frame in frames.items():
            _write_with(frame, temporary, "GPKG", name)


def _local_file(path: Path) -> Path:
    text = str(path)
    if text.startswith(("/vsi", "<", "{")) or "://" in text or ":/" in text[2:]:
        raise _refused(Path(text), "virtual paths and addresses are not opened")
    local = Path(path).resolve()
    if not local.is_file():
        raise _refused(Path(path), "there is no such file")
    return local


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_HEAD_BYTES)
    except OSError as error:
        raise _refused(path, f"it cannot be opened ({error.strerror})") from error


def _refused(path: Path, what: str) -> TableError:
    return TableError(path.name, [Fault("unreadable", "", what, "check the path and the format")])


def _read_with(path: Path, source: str, driver: str, layer: str | None, **options: Any) -> GeoDataFrame:
    """Read by GDAL as `driver`; a geometry that cannot be built is tried again with its rings closed."""
    try:
        layer, others = (layer, []) if layer is not None else _first_layer(source)
        if pyogrio.read_info(source, layer=layer)["driver"] != driver:
            raise _refused(path, f"it is not in the format {driver}")
        frame, notes = _read_quietly(source, layer=layer, on_invalid="ignore", **options)
        if not isinstance(frame, GeoDataFrame):
            return GeoDataFrame(frame, geometry=gpd.GeoSeries([None] * len(frame), index=frame.index))
        unread = frame.geometry.isna().to_numpy()
        if unread.any():
            mended, notes = _read_quietly(source, layer=layer, on_invalid="fix", **options)
            frame.geometry = mended.geometry
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError, ValueError) as error:
        if isinstance(error, TableError):
            raise
        raise _refused(path, f"it cannot be read ({error})") from error
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


def _read_json(path: Path, layer: str | None) -> GeoDataFrame:
    """Read GeoJSON or TopoJSON; the prefix makes GDAL take it as that, and not run what a JSON may ask."""
    head = _head(path)
    if b'"Topology"' in head and b'"arcs"' in path.read_bytes():
        return _read_with(path, f"TopoJSON:{path}", "TopoJSON", layer)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        return _read_feature_list(path)
    return _read_with(path, f"GeoJSON:{path}", "GeoJSON", layer)


def _read_feature_list(path: Path) -> GeoDataFrame:
    """Read a bare list of features, which GDAL refuses."""
    try:
        features = json.loads(path.read_bytes())
    except ValueError as error:
        raise _refused(path, f"it is no JSON ({error})") from error
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "features.geojson"
        whole.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        return _read_with(path, f"GeoJSON:{whole}", "GeoJSON", None)


def _read_drawing(path: Path) -> GeoDataFrame:
    entities = _read_with(path, str(path), "DXF", None)
    outlines = drawn_outlines(entities)
    outlines.attrs["findings"] = (*entities.attrs["findings"], *outlines.attrs["findings"])
    return outlines


def _read_parquet(path: Path) -> GeoDataFrame:
    try:
        frame = gpd.read_parquet(path)
    except (ValueError, OSError) as error:
        raise _refused(path, f"it is no GeoParquet ({error})") from error
    frame = with_index_as_column(frame)
    frame.attrs["findings"] = ()
    return frame


def _read_zip(path: Path, layer: str | None) -> GeoDataFrame:
    with tempfile.TemporaryDirectory() as folder:
        unpacked = unpack_layer(path, Path(folder), layer=layer)
        return read_layer(unpacked, layer=None if unpacked.suffix == ".shp" else layer)


def _read_shapefile(path: Path) -> GeoDataFrame:
    with tempfile.TemporaryDirectory() as folder:
        copy, encoding, findings = copy_shapefile(path, Path(folder))
        frame = _read_with(path, str(copy), "ESRI Shapefile", None, encoding=encoding)
    frame.attrs["findings"] = (*frame.attrs["findings"], *findings)
    return frame


def _plain(frame: GeoDataFrame, *, keep_index: bool) -> GeoDataFrame:
    """Copy a frame without its attributes, which no format can hold."""
    plain = frame.copy() if keep_index or frame.index.name is None else frame.reset_index()
    plain.attrs = {}
    return plain


def _write_with(frame: GeoDataFrame, path: Path, driver: str, layer: str) -> None:
    plain = _plain(frame, keep_index=False)
    if driver in ("GeoJSON", "LIBKML") and plain.crs is not None:
        plain = plain.to_crs(4326)
    kinds = set(plain.geom_type.dropna())
    kind = None if len(plain) and kinds else "Unknown"
    try:
        pyogrio.write_dataframe(plain, path, layer=layer, driver=driver, geometry_type=kind)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError, RuntimeError) as error:
        raise OutputError(f"{path.name} cannot be written: {error}") from error


def _write_shapefile(frame: GeoDataFrame, path: Path, name: str) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        _write_with(frame, Path(folder) / f"{name}.shp", "ESRI Shapefile", name)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(Path(folder).iterdir()):
                archive.write(part, part.name)

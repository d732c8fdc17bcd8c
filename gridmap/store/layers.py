"""Read and write layers with geometry, from an allow-list of formats and from local files only."""

from __future__ import annotations

import json
import re
import tempfile
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pyproj
import shapely
from geopandas import GeoDataFrame

from gridmap.errors import Fault, OutputError, TableError
from gridmap.store.archive import unpack_layer
from gridmap.store.doors import check_geopackage, check_head, check_json, check_xml
from gridmap.store.dxf import drawn_outlines
from gridmap.store.files import atomic_path
from gridmap.store.gdal import read_with
from gridmap.store.gdal_writer import write_frame
from gridmap.store.limits import DEFAULT_LIMITS, Limits, check_frame, check_size
from gridmap.store.parquet import BROKEN_PARQUET, check_parquet
from gridmap.store.shapefile import copy_shapefile
from gridmap.store.sheets import with_index_as_column

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
_HEAD_BYTES = 65536
_FORMATS = "GeoPackage, GeoJSON, TopoJSON, Shapefile, KML, GeoParquet, FlatGeobuf and DXF"
_DXF_START = r"(?:999\r?\n[^\r\n]*\r?\n\s*)*0\s*\r?\n\s*SECTION\b|AutoCAD Binary DXF"


def read_layer(path: Path, *, layer: str | None = None, limits: Limits = DEFAULT_LIMITS) -> GeoDataFrame:
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
    limits
        How much the file may hold.

    Returns
    -------
    frame
        The rows in the order of the file, two-dimensional, in the file's CRS, which may be None.
        ``frame.attrs["findings"]`` lists what was odd.

    Raises
    ------
    TableError
        If the file cannot be read, is of no known format, holds more than `limits`, or would open another
        file or an address.

    Warns
    -----
    GridmapWarning
        If a Shapefile does not say its encoding: which was found, with a sample.
    """
    path = _local_file(path)
    head = _head(path)
    check_head(head, path.name)
    frame = _read_binary(path, head, layer, limits)
    if frame is None:
        frame = _read_text(path, head, layer, limits)
    if frame is None:
        raise _refused(path, f"it is none of {_FORMATS}")
    check_frame(frame, path.name, limits)
    return frame


def _read_binary(path: Path, head: bytes, layer: str | None, limits: Limits) -> GeoDataFrame | None:
    check_size(path, limits, text=False)
    if head.startswith(b"PAR1"):
        return _read_parquet(path, limits)
    if head.startswith(b"PK\x03\x04"):
        return _read_zip(path, layer, limits)
    if head.startswith(_SHAPEFILE_MAGIC):
        return _read_shapefile(path, limits)
    if head.startswith(b"fgb\x03"):
        return read_with(path, str(path), "FlatGeobuf", layer, limits=limits)
    if head.startswith(b"SQLite format 3\0"):
        damage = check_geopackage(path)
        frame = read_with(path, str(path), "GPKG", layer, limits=limits)
        frame.attrs["findings"] = (*damage, *frame.attrs["findings"])
        return frame
    return None


def _read_text(path: Path, head: bytes, layer: str | None, limits: Limits) -> GeoDataFrame | None:
    check_size(path, limits, text=True)
    text = head.decode("utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    if text.startswith(("{", "[")):
        return _read_json(path, layer, limits)
    if re.match(_DXF_START, text):
        return _read_drawing(path, limits)
    if "<kml" in head.replace(b"\0", b"").decode("utf-8", errors="replace"):
        check_xml(path.read_bytes(), path.name, limits)
        return read_with(path, str(path), "LIBKML", layer, limits=limits)
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


def _read_json(path: Path, layer: str | None, limits: Limits) -> GeoDataFrame:
    """Read GeoJSON or TopoJSON; the prefix makes GDAL take it as that, and not run what a JSON may ask."""
    data = path.read_bytes()
    check_json(data, path.name, limits)
    if b'"Topology"' in data[:_HEAD_BYTES] and b'"arcs"' in data:
        return read_with(path, f"TopoJSON:{path}", "TopoJSON", layer, limits=limits)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        return _read_feature_list(path, data, limits)
    return read_with(path, f"GeoJSON:{path}", "GeoJSON", layer, limits=limits)


def _read_feature_list(path: Path, data: bytes, limits: Limits) -> GeoDataFrame:
    """Read a bare list of features, which GDAL refuses."""
    try:
        features = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _refused(path, f"it is no JSON ({error})") from error
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "features.geojson"
        whole.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        return read_with(path, f"GeoJSON:{whole}", "GeoJSON", None, limits=limits)


def _read_drawing(path: Path, limits: Limits) -> GeoDataFrame:
    entities = read_with(path, str(path), "DXF", None, limits=limits)
    outlines = drawn_outlines(entities)
    outlines.attrs["findings"] = (*entities.attrs["findings"], *outlines.attrs["findings"])
    return outlines


def _read_parquet(path: Path, limits: Limits) -> GeoDataFrame:
    check_parquet(path, limits)
    try:
        frame = gpd.read_parquet(path)
    except (*BROKEN_PARQUET, pyproj.exceptions.CRSError, shapely.errors.ShapelyError) as error:
        raise _refused(path, f"it is no GeoParquet ({error})") from error
    frame = with_index_as_column(frame)
    frame.attrs["findings"] = ()
    return frame


def _read_zip(path: Path, layer: str | None, limits: Limits) -> GeoDataFrame:
    with tempfile.TemporaryDirectory() as folder:
        unpacked = unpack_layer(path, Path(folder), layer=layer, limits=limits)
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                only = None if unpacked.suffix == ".shp" else layer
                frame = read_layer(unpacked, layer=only, limits=limits)
        except TableError as error:
            raise TableError(path.name, error.faults) from error
    for each in caught:
        warnings.warn(str(each.message).replace(unpacked.name, path.name, 1), each.category, stacklevel=4)
    return frame


def _read_shapefile(path: Path, limits: Limits) -> GeoDataFrame:
    with tempfile.TemporaryDirectory() as folder:
        copy, encoding, findings = copy_shapefile(path, Path(folder), limits=limits)
        frame = read_with(path, str(copy), "ESRI Shapefile", None, limits=limits, encoding=encoding)
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
    write_frame(plain, path, layer=layer, driver=driver, geometry_type=kind)


def _write_shapefile(frame: GeoDataFrame, path: Path, name: str) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        _write_with(frame, Path(folder) / f"{name}.shp", "ESRI Shapefile", name)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(Path(folder).iterdir()):
                archive.write(part, part.name)

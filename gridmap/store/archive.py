"""Unpack the one layer of a ZIP file."""

from __future__ import annotations

import zipfile
from pathlib import Path

from gridmap.errors import Fault, TableError

_MOST_BYTES_UNPACKED = 8 * 2**30
_ZIPPED_SUFFIXES = (".shp", ".gpkg", ".geojson", ".kml", ".fgb", ".dxf")


def unpack_layer(path: Path, folder: Path, *, layer: str | None) -> Path:
    """Unpack a layer and its companions under plain names, whatever folders and names the archive has.

    Parameters
    ----------
    path
        The archive.
    folder
        Where to put the files.
    layer
        Which layer, by the name of its file; needed only if there are several.

    Returns
    -------
    unpacked
        The main file of the layer.

    Raises
    ------
    TableError
        If the archive is broken, too large, or does not hold one such layer.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _unpacked(archive, folder, path.name, layer)
    except (zipfile.BadZipFile, RuntimeError, OSError, NotImplementedError) as error:
        raise _refused(path.name, f"it cannot be unpacked ({error})") from error


def _refused(title: str, what: str) -> TableError:
    return TableError(title, [Fault("unreadable", "", what, "unpack it and choose the file")])


def _unpacked(archive: zipfile.ZipFile, folder: Path, title: str, layer: str | None) -> Path:
    inside = [item for item in archive.infolist() if not item.is_dir()]
    if sum(item.file_size for item in inside) > _MOST_BYTES_UNPACKED:
        raise _refused(title, "it unpacks to more than 8 GB")
    found = [item for item in inside if Path(item.filename).suffix.casefold() in _ZIPPED_SUFFIXES]
    if layer is not None and len(found) > 1:
        found = [item for item in found if Path(_zip_name(item)).stem == layer]
    if len(found) != 1:
        names = ", ".join(_zip_name(item) for item in found) or "no layer"
        raise _refused(title, f"it holds {names}, but one layer is expected")
    for item in inside:
        if Path(item.filename).with_suffix("") == Path(found[0].filename).with_suffix(""):
            (folder / f"layer{Path(item.filename).suffix.casefold()}").write_bytes(archive.read(item))
    return folder / f"layer{Path(found[0].filename).suffix.casefold()}"


def _zip_name(item: zipfile.ZipInfo) -> str:
    """Undo the misreading of names that Windows wrote in GBK."""
    if item.flag_bits & 0x800 or item.filename.isascii():
        return item.filename
    return item.filename.encode("cp437", errors="replace").decode("gb18030", errors="replace")

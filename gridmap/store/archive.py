"""Unpack the one layer of a ZIP file."""

from __future__ import annotations

import shutil
import stat
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from gridmap.errors import Fault, TableError
from gridmap.store.limits import DEFAULT_LIMITS, Limits, check_most

BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,
    OSError,
    NotImplementedError,
    EOFError,
    IndexError,
    ValueError,
)
_SMALL_BYTES = 64 * 2**20
_ZIPPED_SUFFIXES = (".shp", ".gpkg", ".geojson", ".kml", ".fgb", ".dxf")


def unpack_layer(path: Path, folder: Path, *, layer: str | None, limits: Limits = DEFAULT_LIMITS) -> Path:
    """Unpack a layer and its companions under plain names, whatever folders and names the archive has.

    Parameters
    ----------
    path
        The archive.
    folder
        Where to put the files.
    layer
        Which layer, by the name of its file; needed only if there are several.
    limits
        How much it may unpack to.

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
            check_archive(archive, path.name, limits, packed_bytes=path.stat().st_size)
            return _unpacked(archive, folder, path.name, layer)
    except TableError:
        raise
    except BROKEN_ZIP as error:
        raise _refused(path.name, f"it cannot be unpacked ({error})") from error


def check_archive(archive: zipfile.ZipFile, title: str, limits: Limits, *, packed_bytes: int) -> None:
    """Refuse an archive that unpacks to too much, or holds links to other files.

    Parameters
    ----------
    archive
        The archive.
    title
        Its name, for messages.
    limits
        How much it may unpack to.
    packed_bytes
        Its own size.

    Raises
    ------
    TableError
        If it is so.
    """
    inside: Sequence[zipfile.ZipInfo] = archive.infolist()
    check_most(title, limits, "members", len(inside))
    total = sum(item.file_size for item in inside)
    check_most(title, limits, "unpacked_bytes", total)
    if total > _SMALL_BYTES:
        check_most(title, limits, "unpacked_ratio", total // max(packed_bytes, 1))
    if any(stat.S_ISLNK(item.external_attr >> 16) for item in inside):
        raise _refused(title, "it holds links to other files, which are not followed")


def _refused(title: str, what: str) -> TableError:
    return TableError(title, [Fault("unreadable", "", what, "unpack it and choose the file")])


def _unpacked(archive: zipfile.ZipFile, folder: Path, title: str, layer: str | None) -> Path:
    inside = [item for item in archive.infolist() if item.filename and not item.is_dir()]
    found = [item for item in inside if Path(item.filename).suffix.casefold() in _ZIPPED_SUFFIXES]
    if layer is not None and len(found) > 1:
        found = [item for item in found if Path(_zip_name(item)).stem == layer]
    if len(found) != 1:
        names = ", ".join(_zip_name(item) for item in found) or "no layer"
        raise _refused(title, f"it holds {names}, but one layer is expected")
    for item in inside:
        if Path(item.filename).with_suffix("") == Path(found[0].filename).with_suffix(""):
            with archive.open(item) as packed, _part(folder, item).open("wb") as part:
                shutil.copyfileobj(packed, part)
    main = _part(folder, found[0])
    with main.open("rb") as stream:
        nested = stream.read(4) == b"PK\x03\x04"
    if nested:
        raise _refused(title, "it holds another archive")
    return main


def _part(folder: Path, item: zipfile.ZipInfo) -> Path:
    """Give the place of a member; of its name only the suffix counts, so it cannot lie elsewhere."""
    return folder / f"layer{Path(item.filename).suffix.casefold()}"


def _zip_name(item: zipfile.ZipInfo) -> str:
    """Undo the misreading of names that Windows wrote in GBK."""
    if item.flag_bits & 0x800 or item.filename.isascii():
        return item.filename
    return item.filename.encode("cp437", errors="replace").decode("gb18030", errors="replace")

"""The files of a Shapefile: gathered in one place, with an index and a known encoding."""

from __future__ import annotations

import struct
import warnings
from pathlib import Path

from gridmap.errors import Fault, GridmapWarning
from gridmap.store.encodings import sample_of
from gridmap.store.limits import DEFAULT_LIMITS, Limits, check_size

_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def copy_shapefile(
    path: Path, folder: Path, *, limits: Limits = DEFAULT_LIMITS
) -> tuple[Path, str | None, tuple[Fault, ...]]:
    """Copy the files of a Shapefile under a plain name, and make the index if it is missing.

    Parameters
    ----------
    path
        The ``.shp``; its companions may have any case.
    folder
        Where to put the copy.
    limits
        How large each of the files may be.

    Returns
    -------
    copy
        The copied ``.shp``.
    encoding
        The encoding of its attributes, or None if the files say it.
    findings
        What is missing.

    Warns
    -----
    GridmapWarning
        If the encoding had to be found out: which it is, with a sample.
    """
    parts = {each.suffix.casefold(): each for each in path.parent.glob(f"{_glob_safe(path.stem)}.*")}
    copy = folder / "layer.shp"
    for suffix in _PARTS:
        if suffix in parts:
            check_size(parts[suffix], limits, text=False)
            copy.with_suffix(suffix).write_bytes(parts[suffix].read_bytes())
    if ".shx" not in parts:
        _restore_index(copy)
    findings: tuple[Fault, ...] = ()
    if ".dbf" not in parts:
        findings = (
            Fault("no_attributes", "", "the Shapefile has no .dbf, so no columns", "send all its files"),
        )
    return copy, _encoding_of(copy, path.name), findings


def _glob_safe(stem: str) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in stem)


def _restore_index(path: Path) -> None:
    """Write the missing ``.shx``: a header, then offset and length of every record, in 16-bit words."""
    data = path.read_bytes()
    records, at = [], 100
    while at + 8 <= len(data):
        (words,) = struct.unpack(">i", data[at + 4 : at + 8])
        if words <= 0:
            break
        records.append(struct.pack(">ii", at // 2, words))
        at += 8 + 2 * words
    header = data[:24] + struct.pack(">i", 50 + 4 * len(records)) + data[28:100]
    path.with_suffix(".shx").write_bytes(header + b"".join(records))


def _encoding_of(path: Path, name: str) -> str | None:
    """Tell the encoding of the attributes: what the ``.cpg`` says if that can be true, else what they are."""
    table, note = path.with_suffix(".dbf"), path.with_suffix(".cpg")
    if not table.is_file():
        return None
    declared = note.read_text(encoding="ascii", errors="replace").strip().casefold() if note.is_file() else ""
    if declared and declared.replace("-", "") != "utf8":
        return None
    data = table.read_bytes()
    text = data[32:]  # before it stand counts and sizes, after it the names of the fields and the rows
    return None if text.isascii() else _said_encoding(text, name, declared)


def _said_encoding(body: bytes, name: str, declared: str) -> str:
    try:
        text, encoding = body.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        text, encoding = body.decode("gb18030", errors="replace"), "GB18030"
    if not declared or encoding != "UTF-8":
        sample = sample_of("", text)
        said = f"{name} does not say its encoding truly; it was read as {encoding}"
        said += f": {sample!r}" if sample else ""
        warnings.warn(said, GridmapWarning, stacklevel=5)
    return encoding

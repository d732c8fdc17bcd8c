"""Find out the encoding of a text."""

from __future__ import annotations

import re
import warnings

import numpy as np

from gridmap.errors import Fault, GridmapWarning, TableError
from gridmap.store.headers import is_record

_SAMPLE_LETTERS = 8
_SEARCHED = 1_000_000
_LETTERS = "[\u3400-\u9fff]"
_DAMAGED = "\N{REPLACEMENT CHARACTER}"
_LETTERS_PER_DAMAGE = 30


def decode(data: bytes, name: str) -> str:
    """Decode text of unknown encoding: what its mark says, else UTF-8 if it is, else GB18030.

    A few damaged bytes do not make a file unreadable; they show as ``\N{REPLACEMENT CHARACTER}``.

    Raises
    ------
    TableError
        If it is none of these.

    Warns
    -----
    GridmapWarning
        If it is not UTF-8, or is damaged.
    """
    for encoding in _encodings_of(data):
        text, damaged = _decoded(data, encoding)
        if damaged * _LETTERS_PER_DAMAGE > _non_ascii(data):
            continue
        said = []
        if not encoding.startswith("utf-8"):
            sample = sample_of(*text.partition("\n")[::2])
            shown = f": {sample!r}" if sample else ""
            said.append(f"is not in UTF-8; it was read as {encoding.upper()}{shown}")
        if damaged:
            said.append(f"holds {damaged} letters that are damaged and show as {_DAMAGED}")
        if said:
            warnings.warn(f"{name} {'; it '.join(said)}", GridmapWarning, stacklevel=5)
        return text
    what = "its text is neither UTF-8 nor GB18030"
    raise TableError(name, [Fault("unreadable", "", what, "save it again as UTF-8")])


def sample_of(header: str, body: str) -> str:
    """Choose letters that show how text was decoded: of the header, else a word too long for a name.

    A first line that is a record is no header; its first word may be somebody's name.
    """
    heads = [] if is_record([header]) else re.findall(_LETTERS + "+", header)
    words = heads or re.findall(_LETTERS + "{5,}", body[:_SEARCHED])
    return str(words[0][:_SAMPLE_LETTERS]) if words else ""


def _encodings_of(data: bytes) -> list[str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    head = data[:4096]
    if b"\0" not in head:
        return ["utf-8-sig", "gb18030"]
    # No text has these but UTF-16 without a mark, where they are halves of ASCII signs.
    wide = "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    return [wide, "utf-8-sig", "gb18030"]


def _non_ascii(data: bytes) -> int:
    return int((np.frombuffer(data, dtype=np.uint8) > 127).sum())


def _decoded(data: bytes, encoding: str) -> tuple[str, int]:
    """Decode, and count the letters that could not be."""
    try:
        return data.decode(encoding), 0
    except UnicodeDecodeError:
        text = data.decode(encoding, errors="replace")
        return text, text.count(_DAMAGED)

"""The text of a notice from a file: plain text, JSON or DOCX."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from gridmap.errors import UnsupportedError
from gridmap.store.encodings import decode

SUFFIXES = (".txt", ".docx", ".json", ".md")
_MOST_BYTES = 20_000_000
_MOST_UNPACKED = 200_000_000


def read_notice_text(path: Path | str) -> str:
    """Read the text of a notice, to be given to `gridmap.read_notice`.

    Paragraphs and rows of tables become lines, cells of a table are apart by a tab; heads and feet of pages,
    footnotes and pictures are not read.

    Parameters
    ----------
    path
        A ``.txt`` (UTF-8 or GB18030), ``.json`` or ``.docx``.

    Raises
    ------
    UnsupportedError
        If it is none of these, cannot be read, or is too large to be a notice.
    TableError
        If its encoding is not known.
    """
    path = Path(path)
    suffix = path.suffix.casefold()
    if suffix not in SUFFIXES:
        raise UnsupportedError(
            f"a notice is read from {', '.join(SUFFIXES)}, not from {suffix or 'a file without a suffix'}"
        )
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UnsupportedError(f"{path} is larger than 20 MB; take pictures out of it")
        data = path.read_bytes()
    except OSError as error:
        raise UnsupportedError(f"{path} cannot be read: {error.strerror}") from error
    return _docx_text(path, data) if suffix == ".docx" else decode(data, path.name)


def _docx_text(path: Path, data: bytes) -> str:
    import docx

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > _MOST_UNPACKED:
            raise UnsupportedError(f"{path} unpacks to more than 200 MB")
        document = docx.Document(io.BytesIO(data))
    except (ValueError, KeyError, zipfile.BadZipFile, SyntaxError) as error:
        raise UnsupportedError(f"{path} is no DOCX; save it again as DOCX or as text") from error
    return "\n".join(line for part in document.iter_inner_content() for line in _lines(part))


def _lines(part: Any) -> list[str]:
    """Return a paragraph, or each row of a table; merged cells once."""
    if not hasattr(part, "rows"):
        return [str(part.text)]
    lines = []
    for row in part.rows:
        texts = dict.fromkeys(cell.text.replace("\n", " ") for cell in row.cells)
        lines.append("\t".join(text for text in texts if text.strip()))
    return lines

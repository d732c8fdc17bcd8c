"""What is inside a DOCX: that a template runs nothing and fetches nothing, and the same bytes each time."""

from __future__ import annotations

import io
import re
import zipfile

from gridmap.errors import UnsupportedError

_FIXED = (1980, 1, 1, 0, 0, 0)
_MOST_UNPACKED = 100_000_000
_RUNNING = re.compile(
    r"vbaProject|vbaData|activeX|embeddings/|customUI|oleObject|afchunk|altChunk", re.IGNORECASE
)
_EXTERNAL = re.compile(rb"TargetMode\s*=\s*[\"']External", re.IGNORECASE)
_CHUNK = re.compile(rb"<w:altChunk\b")
_FIELD = re.compile(rb"<w:instrText[^>]*>([^<]*)<|<w:fldSimple[^>]*w:instr\s*=\s*[\"']([^\"']*)[\"']")
_HARMLESS = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES"})


def check_template(data: bytes) -> None:
    """Let a DOCX serve as a template, or say what in it would run or fetch something.

    Numbers of pages are the only fields that it may have.

    Raises
    ------
    UnsupportedError
        If it is no DOCX, or holds macros, embedded objects, links to files or pages, or other fields.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(each.file_size for each in archive.infolist()) > _MOST_UNPACKED:
                raise UnsupportedError("the template grows to more than 100 MB when it is unpacked")
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise UnsupportedError(
            "the template is no DOCX; save it as .docx in Word, WPS or LibreOffice"
        ) from error
    if "word/document.xml" not in parts:
        raise UnsupportedError("the template is no DOCX; save it as .docx in Word, WPS or LibreOffice")
    found = sorted({fault for name, part in parts.items() for fault in _faults(name, part)})
    if found:
        raise UnsupportedError(f"the template holds {', '.join(found)}; take that out and save it as .docx")


def _faults(name: str, part: bytes) -> list[str]:
    found = []
    if _RUNNING.search(name) or _CHUNK.search(part) or b"macroEnabled" in part:
        found.append("macros or embedded objects")
    if name.endswith(".rels") and _EXTERNAL.search(part):
        found.append("links to other files or pages")
    if name.endswith(".xml"):
        fields = (
            (simple or plain).decode("utf-8", "replace").split() for plain, simple in _FIELD.findall(part)
        )
        if any(words and words[0].upper() not in _HARMLESS for words in fields):
            found.append("fields other than page numbers")
    return found


def with_fixed_times(data: bytes) -> bytes:
    """Return a zip file with the same time in all its parts, so that the same content is the same bytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as archive,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fixed,
    ):
        for name in archive.namelist():
            info = zipfile.ZipInfo(name, _FIXED)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            fixed.writestr(info, archive.read(name))
    return out.getvalue()

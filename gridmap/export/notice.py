"""A notice to the public as text, DOCX and JSON."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from gridmap.core.notice import compose_notice
from gridmap.core.release import check_release
from gridmap.errors import UnsupportedError
from gridmap.export.notice_docx import notice_docx
from gridmap.export.plain import plain_text
from gridmap.export.subject import Subject, as_zoning
from gridmap.export.written import Written, written_file
from gridmap.model.notice import Notice
from gridmap.model.zoning import LANGUAGES
from gridmap.store.files import write_bytes
from gridmap.store.templates import read_notice_template

SUFFIXES = (".txt", ".docx", ".json")


def notice(subject: Subject, *, lang: str = "zh") -> Notice:
    """Put a plan into the words of a notice to the public 通告.

    It tells areas, compounds and buildings with their tiers, measures and when they lift; no person, no
    count, no case, no household. What words cannot tell exactly is left to the map and listed.

    Parameters
    ----------
    subject
        What is told: a zoning, or a workspace with its current plan.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    notice
        `text` is the whole notice, `data` its machine-readable twin.

    Raises
    ------
    UnsupportedError
        If there are no texts in `lang`.
    """
    if lang not in LANGUAGES:
        raise UnsupportedError(f"no texts in {lang!r}; choose one of {', '.join(LANGUAGES)}")
    told: Notice = _plain(compose_notice(as_zoning(subject), lang=lang))
    return told


def export_notice(
    subject: Subject,
    path: Path | str,
    *,
    audience: str = "public",
    lang: str = "zh",
    template: Path | str | None = None,
) -> Path:
    """Write a notice as ``.txt`` (UTF-8), ``.docx`` or ``.json``, as its name says.

    Parameters
    ----------
    subject
        What is told: a zoning, or a workspace with its current plan.
    path
        The file to write or replace.
    audience
        Whose checks it must pass: ``public``, ``official`` or ``field``. The words are the same for all.
    lang
        ``zh`` or ``en``.
    template
        A DOCX of one's own; that of gridmap, if not given.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    UnsupportedError
        If it is none of these formats, or the template cannot be used.
    ExportBlockedError
        If the certificate forbids it.
    OutputError
        If the file cannot be written.
    """
    suffix = Path(path).suffix.casefold()
    if suffix not in SUFFIXES:
        raise UnsupportedError(
            f"a notice is no {suffix or 'file without a suffix'}; choose {', '.join(SUFFIXES)}"
        )
    zoning = check_release(as_zoning(subject), audience)
    return write_bytes(Path(path), notice_bytes(notice(zoning, lang=lang), suffix, template=template))


def notice_bytes(told: Notice, suffix: str, *, template: Path | str | None = None) -> bytes:
    """Return a notice in the format of one of `SUFFIXES`."""
    if suffix == ".docx":
        return notice_docx(told, read_notice_template(template))
    if suffix == ".json":
        return f"{json.dumps(told.data, ensure_ascii=False, indent=1)}\n".encode()
    return told.text.encode()


def write_notice(
    subject: Subject,
    folder: Path | str,
    *,
    audience: str = "public",
    lang: str = "zh",
    template: Path | str | None = None,
) -> list[Written]:
    """Write a notice in all formats into a folder: ``notice.txt``, ``notice.docx``, ``notice.json``.

    The options are those of `export_notice`.
    """
    zoning = check_release(as_zoning(subject), audience)
    told = notice(zoning, lang=lang)
    made = {f"notice{suffix}": notice_bytes(told, suffix, template=template) for suffix in SUFFIXES}
    paths = [write_bytes(Path(folder) / name, data) for name, data in made.items()]
    return [written_file("notice", path, audience, persons=0) for path in paths]


def _plain(value: Any) -> Any:
    """Return a value of which every text is one plain line."""
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, tuple):
        return tuple(_plain(each) for each in value)
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _plain(getattr(value, each.name)) for each in fields(value)})
    return value

"""vCards of officials, one file for each zone and one of all, which a phone takes into its contacts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from gridmap.core.called import zone_titles
from gridmap.core.cards import Card, cards_of
from gridmap.core.contacts import household_rows, serving_zone
from gridmap.core.held import issued_zones
from gridmap.core.privacy import check_entitled, official_columns
from gridmap.core.release import check_release
from gridmap.export.filenames import file_name
from gridmap.export.plain import plain_text
from gridmap.export.subject import Subject, as_zoning
from gridmap.export.written import Written, written_file
from gridmap.store.files import write_bytes

_MOST_OCTETS = 75
_MOBILE = re.compile(r"(?:\+?86)?0?1\d{10}")
_NOT_DIALLED = re.compile(r"[^\d+*#;,.()/ \-\w]")


def export_vcards(
    subject: Subject, folder: Path | str, *, audience: str = "official", lang: str = "zh"
) -> list[Written]:
    """Write the officials on duty as vCard 3.0: ``officials.vcf``, and a file for each zone.

    The cards name officials and what they serve, never a household, so that they need no password: a phone
    takes no encrypted ones.

    Parameters
    ----------
    subject
        Whose officials: a zoning with duties, or a workspace.
    folder
        Made if it is missing; files of these names are replaced.
    audience
        ``official`` or ``field``.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    written
        The files, readable by their owner only; no file for a zone that nobody serves.

    Raises
    ------
    UnsupportedError
        If the audience may not see officials.
    ExportBlockedError
        If the certificate or a hard vacancy forbids it.
    """
    zoning = as_zoning(subject)
    check_entitled(audience, official_columns, "vCards")
    zoning = check_release(zoning, audience)
    rows = household_rows(zoning, audience=audience, lang=lang)
    titles, names = zone_titles(zoning, lang), zoning.plan.zones["name"]
    serving = {zone: serving_zone(zoning, rows, zone) for zone in issued_zones(zoning)}
    served: dict[str, list[str]] = {}
    for zone, officials in serving.items():
        for official in officials:
            served.setdefault(official, []).append(titles[zone])
    cards = cards_of(zoning, audience=audience, lang=lang, zones=served)
    taken: set[str] = set()
    files = {"officials.vcf": cards}
    for zone, officials in serving.items():
        name = file_name(f"{zone} {names[zone]}", taken)
        files[f"zones/{name}.vcf"] = [card for card in cards if card.official_id in set(officials)]
    return [
        written_file(
            "vcards",
            write_bytes(
                Path(folder) / name, vcard_bytes(chosen, revised=zoning.document.as_of), private=True
            ),
            audience,
            persons=len(chosen),
        )
        for name, chosen in files.items()
        if chosen
    ]


def vcard_bytes(cards: Iterable[Card], *, revised: datetime | None = None) -> bytes:
    r"""Write cards as vCard 3.0: UTF-8, lines ended by CRLF and folded at 75 octets.

    Parameters
    ----------
    cards
        In their order.
    revised
        As of when they are right; a phone may ask before it takes an older card for a newer one.
    """
    lines = (line for card in cards for line in _lines(card, revised))
    return b"".join(_folded(line) for line in lines)


def _lines(card: Card, revised: datetime | None) -> Iterable[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:3.0"
    yield f"UID:{card.uid}"
    yield f"N:{_text(card.family)};{_text(card.given)};;;"
    yield f"FN:{_text(card.name)}"
    phone = _phone(card.phone)
    if phone:
        kind = "CELL" if _MOBILE.fullmatch(re.sub(r"[ \-]", "", phone)) else "WORK"
        yield f"TEL;TYPE={kind}:{_text(phone)}"
    if card.unit:
        yield f"ORG:{_text(card.unit)}"
    yield f"TITLE:{_text('、'.join(card.roles))}"
    if card.zones:
        yield "CATEGORIES:" + ",".join(_text(zone) for zone in card.zones)
    yield "NOTE:" + r"\n".join(
        _text(f"{role}: {duty}") for role, duty in zip(card.roles, card.duties, strict=True)
    )
    if revised is not None:
        yield f"REV:{revised.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    yield "END:VCARD"


def _phone(text: str) -> str:
    """Write a number with plain digits, so that it can be dialled; what is no part of one is left out."""
    return _NOT_DIALLED.sub("", unicodedata.normalize("NFKC", plain_text(text))).strip()


def _text(text: str) -> str:
    """Escape what has a meaning in a vCard; a text is one plain line before."""
    return re.sub(r"([\\;,])", r"\\\1", plain_text(text))


def _folded(line: str) -> bytes:
    """Break a line so that none is longer than 75 octets, and no character is cut in two."""
    parts, here, room = [], b"", _MOST_OCTETS
    for char in line:
        octets = char.encode(errors="replace")
        if len(here) + len(octets) > room:
            parts.append(here)
            here, room = b"", _MOST_OCTETS - 1
        here += octets
    return b"\r\n ".join([*parts, here]) + b"\r\n"

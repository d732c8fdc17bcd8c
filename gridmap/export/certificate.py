"""The certificate as a file: whole for those who work with it, without small counts for the public."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from gridmap.core.privacy import SMALL, check_audience
from gridmap.core.public_counts import STEP, is_small, public_tiers, rounded, tiers_with_small_zones
from gridmap.errors import ExportBlockedError
from gridmap.export.subject import Subject, as_zoning
from gridmap.model.certificate import Certificate
from gridmap.model.provisional import is_provisional
from gridmap.model.zoning import Document, Zoning
from gridmap.store.files import write_text

_PUBLIC_KEYS = (
    "households_in",
    "placed",
    "exceptions",
    "by_reason",
    "by_tier",
    "residents_in",
    "residents_excepted",
    "residents_by_tier",
    "balanced",
    "plan_version",
    "as_of",
    "input_sha256",
)
_DOCUMENT = ("title", "number", "issuer", "review_number", "effective_at", "valid_until", "draft")
_TOTALS = ("households_in", "placed", "exceptions", "residents_in", "residents_excepted")
_PARTS = ("by_reason", "by_tier", "residents_by_tier")
_HASHED = ("grid", "households", "officials", "sites")

Count = int | str | None


def export_certificate(subject: Subject, path: Path | str, *, audience: str = "official") -> Path:
    """Write the certificate as JSON, with the `document` that it belongs to as far as that is known.

    The document has `title`, `number`, `issuer`, `review_number`, `effective_at`, `valid_until`, `draft` and,
    not for the public, `recipient` and `approved_by` (in spite of a vacancy).

    Parameters
    ----------
    subject
        A zoning with its certificate, or a workspace with its current plan.
    path
        The file to write or replace.
    audience
        The public gets no names of households, no findings and no staffing; a count of fewer than five is
        ``"<5"``, and a count that would give one away is null.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    ExportBlockedError
        If the zoning has no certificate.
    OutputError
        If the file cannot be written.
    """
    zoning = as_zoning(subject)
    check_audience(audience)
    if zoning.certificate is None:
        raise ExportBlockedError(["the zoning has no certificate; call certify first"])
    proof = zoning.certificate.to_json()
    if audience == "public":
        proof = public_certificate(zoning, zoning.certificate)
    proof["document"] = _document(zoning.document, audience)
    return write_text(Path(path), json.dumps(proof, ensure_ascii=False, indent=2) + "\n")


def _document(document: Document, audience: str) -> dict[str, Any]:
    """Return what is known of a document, its times as ISO 8601."""
    told = _DOCUMENT if audience == "public" else (*_DOCUMENT, "recipient", "approved_by")
    values = {name: getattr(document, name) for name in told}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
        if value
    }


def public_certificate(zoning: Zoning, certificate: Certificate) -> dict[str, Any]:
    """Return the certificate as plain data in which no count below five is told or can be worked out.

    Households carved out alone count where the map shows them. As soon as one count is held back, so are the
    totals that it is a part of. A tier of which one zone is small is held back as a whole, because its other
    zones stand on the map. Counts that follow those of another version are rounded, as `rounded_to` says.
    The hash of the cases is left out: there are so few that whoever guesses them could tell by it.
    """
    whole = certificate.of_zoning().to_json()
    counts, mixed = public_tiers(zoning, certificate), tiers_with_small_zones(zoning)
    tiers = {
        tier: None if tier in mixed["households"] and not is_small(count or 0) else _shown(count)
        for tier, count in counts["households"].items()
    }
    residents = {
        tier: None if tier in mixed["residents"] or not _is_open(tiers.get(tier)) else _shown(count)
        for tier, count in counts["residents"].items()
    }
    reasons = {reason: _shown(count) for reason, count in certificate.by_reason.items()}
    shown = {key: whole[key] for key in _PUBLIC_KEYS}
    shown |= {"by_tier": tiers, "by_reason": reasons, "residents_by_tier": residents}
    shown["input_sha256"] = {
        name: sha256 for name, sha256 in certificate.input_sha256.items() if name in _HASHED
    }
    if is_provisional(zoning.grid):
        shown["provisional_grid"] = True
    if not all(_is_open(count) for count in (*tiers.values(), *reasons.values(), *residents.values())):
        shown |= dict.fromkeys(_TOTALS)
    return _in_steps(shown) if zoning.told_before else shown


def _shown(count: int | None) -> Count:
    return f"<{SMALL}" if count is not None and is_small(count) else count


def _is_open(count: Count) -> bool:
    return isinstance(count, int)


def _in_steps(shown: dict[str, Any]) -> dict[str, Any]:
    """Round every count to the step that the map has, and say so."""

    def stepped(value: Any) -> Any:
        return rounded(value) if _is_open(value) else value

    parts = {name: {key: stepped(count) for key, count in shown[name].items()} for name in _PARTS}
    return shown | {name: stepped(shown[name]) for name in _TOTALS} | parts | {"rounded_to": STEP}

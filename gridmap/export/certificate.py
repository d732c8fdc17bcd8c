"""The certificate as a file: whole for those who work with it, without small counts for the public."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gridmap.core.privacy import SMALL, check_audience
from gridmap.core.tally import count_zones
from gridmap.errors import ExportBlockedError
from gridmap.export.subject import Subject, as_zoning
from gridmap.model.certificate import Certificate
from gridmap.model.provisional import is_provisional
from gridmap.model.zoning import Zoning
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
_TOTALS = ("households_in", "placed", "exceptions", "residents_in", "residents_excepted")

Count = int | str | None


def export_certificate(subject: Subject, path: Path | str, *, audience: str = "official") -> Path:
    """Write the certificate as JSON.

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
    document = zoning.certificate.to_json()
    if audience == "public":
        document = public_certificate(zoning, zoning.certificate)
    return write_text(Path(path), json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def public_certificate(zoning: Zoning, certificate: Certificate) -> dict[str, Any]:
    """Return the certificate as plain data in which no count below five is told or can be worked out.

    As soon as one count is held back, so are the totals that it is a part of. A tier of which one zone is
    small is held back as a whole, because its other zones stand on the map.
    """
    whole = certificate.to_json()
    mixed = _tiers_with_small_zones(zoning)
    tiers = {
        tier: None if tier in mixed and count >= SMALL else _shown(count)
        for tier, count in certificate.by_tier.items()
    }
    reasons = {reason: _shown(count) for reason, count in certificate.by_reason.items()}
    open_counts = all(isinstance(count, int) for count in (*tiers.values(), *reasons.values()))
    shown = {key: whole[key] for key in _PUBLIC_KEYS} | {"by_tier": tiers, "by_reason": reasons}
    shown["residents_by_tier"] = _residents(certificate.residents_by_tier, tiers)
    if is_provisional(zoning.grid):
        shown["provisional_grid"] = True
    if not open_counts or not all(isinstance(count, int) for count in shown["residents_by_tier"].values()):
        shown |= dict.fromkeys(_TOTALS)
    return shown


def _shown(count: int) -> Count:
    return f"<{SMALL}" if 0 < count < SMALL else count


def _residents(residents: Mapping[str, int], tiers: Mapping[str, Count]) -> dict[str, Count]:
    """Hold back the residents of every tier whose households are held back."""
    return {
        tier: _shown(count) if isinstance(tiers.get(tier, count), int) else None
        for tier, count in residents.items()
    }


def _tiers_with_small_zones(zoning: Zoning) -> set[str]:
    if zoning.placement is None:
        return set()
    counts = count_zones(zoning.plan, zoning.placement)["households"]
    small = counts.index[(counts > 0) & (counts < SMALL)]
    return set(zoning.plan.zones.loc[small, "tier"])

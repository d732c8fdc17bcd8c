"""A list for the field of those who were not reached yet, to be filled in and read back like any other."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from gridmap.core.contacts import placed
from gridmap.core.followup import unreached
from gridmap.core.privacy import check_protected
from gridmap.core.release import check_release
from gridmap.errors import UnsupportedError
from gridmap.export.issue import Issue
from gridmap.export.listwords import phrase
from gridmap.export.workbook import workbook_bytes
from gridmap.export.written import Written, written_file
from gridmap.model.zoning import Zoning
from gridmap.store.files import write_bytes

_AUDIENCE = "field"


def export_unreached(
    zoning: Zoning,
    path: Path | str,
    *,
    tiers: Collection[str] | None = None,
    lang: str = "zh",
    password: str | None = None,
    plain: bool = False,
) -> Written:
    """Write the households under a tier that were not reached yet, in walking order, as one workbook.

    Parameters
    ----------
    zoning
        With a placement and its follow-ups.
    path
        An XLSX file, which its owner only may read.
    tiers
        Only those of these tiers.
    lang
        ``zh`` or ``en``.
    password
        Encrypts it.
    plain
        Whether it may be written without a password.

    Returns
    -------
    written
        The file, for the log of exports.

    Raises
    ------
    UnsupportedError
        If it is to be no XLSX file, or has neither a password nor `plain`.
    ExportBlockedError
        If the certificate or a hard vacancy forbids it.
    """
    if Path(path).suffix.casefold() != ".xlsx":
        raise UnsupportedError(f"{path}: the list is a workbook; give a name such as unreached.xlsx")
    check_protected(_AUDIENCE, "lists", password=password, plain=plain)
    zoning = check_release(zoning, _AUDIENCE)
    issue = Issue(zoning, _AUDIENCE, lang)
    left = unreached(zoning.plan, placed(zoning), zoning.followups, tiers=tiers or zoning.plan.tier_order)
    left = left[left.index.isin(issue.rows.index)]
    sheets = issue.of_households(phrase("unreached", lang, count=len(left)), left.index)
    data = workbook_bytes(
        sheets, banner=issue.banner, foot=issue.foot, mark=issue.mark, password=password or None
    )
    return written_file("contacts", write_bytes(Path(path), data, private=True), _AUDIENCE, persons=len(left))

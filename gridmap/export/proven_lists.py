"""Contact lists that were read back, and stay only if they hold every household once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pandas as pd
from pandas import DataFrame

from gridmap.core.held import held_households
from gridmap.core.mismatch import Listed, list_differences
from gridmap.core.privacy import masks_households
from gridmap.core.release import check_release
from gridmap.core.words import tiers_by_words
from gridmap.errors import ExportBlockedError
from gridmap.export.duty_lists import lacking
from gridmap.export.lists import ROSTER, STAFF, ListFile, read_list, write_lists
from gridmap.export.office_lock import Lock
from gridmap.export.written import Written, written_file
from gridmap.model.zoning import Zoning

_MOST_NAMED = 5


def write_contacts(
    zoning: Zoning,
    folder: Path | str,
    *,
    audience: str,
    lang: str = "zh",
    password: str | None = None,
    plain: bool = False,
    check: Callable[[], object] | None = None,
) -> tuple[Zoning, list[Written]]:
    """Write the contact lists, read them back, and prove that they hold every household once.

    Parameters
    ----------
    zoning, folder, audience, lang, password, plain
        As for `gridmap.export.kit.write_exports`.
    check
        As for `gridmap.export.lists.export_contacts`.

    Returns
    -------
    zoning
        With a certificate that is also about the lists.
    written
        Every list.

    Raises
    ------
    ExportBlockedError
        If a list is wrong; the lists are removed.
    """
    zoning, lock = check_release(zoning, audience), Lock(password) if password else None
    written = write_lists(
        zoning, Path(folder), audience=audience, lang=lang, lock=lock, plain=plain, check=check
    )
    lists = {name: [read_list(path, password=lock) for path in paths] for name, paths in _proven(written)}
    proven = _with_lists(zoning, lists)
    if not proven.document.draft:
        _withdraw_wrong(proven, [each.path for each in written])
    named = _named_with_officials(zoning, audience)
    persons = [named if each.name == STAFF else each.households for each in written]
    return proven, [
        written_file("contacts", each.path, audience, persons=count)
        for each, count in zip(written, persons, strict=True)
    ]


def _proven(written: Sequence[ListFile]) -> Iterator[tuple[str, list[Path]]]:
    """Yield the lists that together hold every household of a tier once."""
    whole = {
        "lists of zones": "zones/*.xlsx",
        "lists of grids": "grids/*.xlsx",
        "roster": ROSTER,
        "list of all households": "*.csv",
    }
    for name, pattern in whole.items():
        yield name, [each.path for each in written if PurePosixPath(each.name).match(pattern)]


def _with_lists(zoning: Zoning, lists: Mapping[str, Sequence[DataFrame]]) -> Zoning:
    """Add to the certificate where lists, read back, differ from the words of the plan.

    Lists of one name together show every household that has a tier once, but none of a zone held back.
    """
    certificate, placement, plan = zoning.certificate, zoning.placement, zoning.plan
    if certificate is None or placement is None:
        return zoning
    words = tiers_by_words(plan, placement)
    words = words[~words.index.isin(held_households(plan, placement, zoning.held))]
    found = list(certificate.differences)
    for name, frames in lists.items():
        if frames:
            rows = pd.concat(frames, ignore_index=True)
            found += list_differences(Listed(name, rows, plan.tier_order), placement, words)
    differences = tuple(dict.fromkeys(found))
    balanced = certificate.balanced and not differences
    return replace(zoning, certificate=replace(certificate, differences=differences, balanced=balanced))


def _named_with_officials(zoning: Zoning, audience: str) -> int:
    """Count whom the list of officials names: for the field also the households that lack somebody."""
    staff = 0 if zoning.officials is None else len(zoning.officials)
    if zoning.duties is None or masks_households(audience):
        return staff
    return staff + len(lacking(zoning.duties))


def _withdraw_wrong(zoning: Zoning, paths: Sequence[Path]) -> None:
    """Remove the lists, and say why, if they do not hold every household once."""
    if zoning.certificate is None or zoning.certificate.balanced:
        return
    for path in paths:
        path.unlink()
    named = [str(difference) for difference in zoning.certificate.differences[:_MOST_NAMED]]
    raise ExportBlockedError(["the lists are not what was proven and were removed", *named])

"""Contact lists that were read back, and stay only if they hold every household where it belongs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.held import held_households
from gridmap.core.mismatch import Listed, list_differences
from gridmap.core.own_lists import OWN, official_dues, own_differences, village_dues
from gridmap.core.privacy import masks_households
from gridmap.core.release import check_release
from gridmap.core.words import tiers_by_words
from gridmap.errors import ExportBlockedError
from gridmap.export.duty_lists import lacking
from gridmap.export.lists import ROSTER, STAFF, ListFile, read_list, write_lists
from gridmap.export.office_lock import Lock
from gridmap.export.written import Written, written_file
from gridmap.model.certificate import Difference
from gridmap.model.placement import Placement
from gridmap.model.zoning import Zoning

_MOST_NAMED = 5
_WHOLE = {
    "lists of zones": "zones/*.xlsx",
    "lists of grids": "grids/*.xlsx",
    "roster": ROSTER,
    "list of all households": "*.csv",
}

_Read = tuple[ListFile, DataFrame]


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
    """Write the contact lists, read every one back, and prove that they hold every household once.

    The lists of zones together, those of grids, the roster and the table each hold every household of a tier
    once; the list of a village holds its own, and that of an official those for whom they answer.

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
    rows = [(each, read_list(each.path, password=lock)) for each in written if each.name != STAFF]
    proven = _with_differences(zoning, [*_whole_differences(zoning, rows), *_own(zoning, rows, audience)])
    if not proven.document.draft:
        _withdraw_wrong(proven, [each.path for each in written])
    named = _named_with_officials(zoning, audience)
    persons = [named if each.name == STAFF else each.households for each in written]
    return proven, [
        written_file("contacts", each.path, audience, persons=count)
        for each, count in zip(written, persons, strict=True)
    ]


def _whole_differences(zoning: Zoning, rows: Sequence[_Read]) -> Iterator[Difference]:
    """Compare lists that together hold every household of a tier once, but none of a zone held back."""
    placement, plan = zoning.placement, zoning.plan
    if placement is None:
        return
    words = _listed(zoning, placement)
    for name, pattern in _WHOLE.items():
        frames = [each for file, each in rows if PurePosixPath(file.name).match(pattern)]
        if frames:
            listed = Listed(name, pd.concat(frames, ignore_index=True), plan.tier_order)
            yield from list_differences(listed, placement, words)


def _own(zoning: Zoning, rows: Sequence[_Read], audience: str) -> Iterator[Difference]:
    """Compare the list of each village and of each official with what is counted again for them."""
    placement, plan = zoning.placement, zoning.plan
    if placement is None:
        return
    words = _listed(zoning, placement)
    homes = words.index[words.isin(plan.tier_order)]
    due = {"villages": village_dues(plan, placement, homes)}
    if zoning.duties is not None:
        table = zoning.duties.table
        due["officials"] = official_dues(plan, placement, table, homes)
        if masks_households(audience):  # who is only linked to households gets no list that is masked
            others = table.loc[table["target_kind"] != "household", "official_id"]
            due["officials"] = due["officials"][due["officials"]["whose"].isin(others)]
    for folder, wanted in due.items():
        read = [frame.assign(whose=file.whose) for file, frame in rows if file.name.startswith(f"{folder}/")]
        listed = pd.concat([DataFrame(columns=list(OWN), dtype="str"), *read], ignore_index=True)
        yield from own_differences(f"lists of {folder}", listed, wanted, placement=placement, tiers=words)


def _listed(zoning: Zoning, placement: Placement) -> Series:
    """Return the tier of every household that is not in a zone held back, from the words of the plan."""
    words = tiers_by_words(zoning.plan, placement)
    return words[~words.index.isin(held_households(zoning.plan, placement, zoning.held))]


def _with_differences(zoning: Zoning, differences: Iterable[Difference]) -> Zoning:
    """Add to the certificate where lists, read back, differ."""
    certificate = zoning.certificate
    if certificate is None:
        return zoning
    found = tuple(dict.fromkeys([*certificate.differences, *differences]))
    balanced = certificate.balanced and not found
    return replace(zoning, certificate=replace(certificate, differences=found, balanced=balanced))


def _named_with_officials(zoning: Zoning, audience: str) -> int:
    """Count whom the list of officials names: for the field also the households that lack somebody."""
    staff = 0 if zoning.officials is None else len(zoning.officials)
    if zoning.duties is None or masks_households(audience):
        return staff
    return staff + len(lacking(zoning.duties))


def _withdraw_wrong(zoning: Zoning, paths: Sequence[Path]) -> None:
    """Remove the lists, and say why, if they do not hold every household once."""
    proof = None if zoning.certificate is None else zoning.certificate.of_zoning()
    if proof is None or proof.balanced:
        return
    for path in paths:
        path.unlink()
    named = [str(difference) for difference in proof.differences[:_MOST_NAMED]]
    raise ExportBlockedError(["the lists are not what was proven and were removed", *named])

"""Drafts of zones, one for each place of a case and rule, and how they become the zones that are proposed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from gridmap.core.edits import Proposal

Places = NDArray[np.intp]
NOBODY: Places = np.empty(0, dtype=np.intp)


@dataclass(frozen=True, eq=False)
class Draft:
    """What one rule asks for one place of one case.

    Parameters
    ----------
    tier, anchor, name
        As in `Proposal`.
    case
        The case it is for.
    order
        The place of its start among all; zones are numbered by it.
    cells
        Whole cells, as positions.
    households
        Households of the roster that come under the tier, as positions, in these cells or not.
    compound, building, addresses, scope
        An address to be carved out, in parts and as it is written.
    remainder
        Whether it is what other rules leave over.
    """

    tier: str
    anchor: str
    name: str
    case: str
    order: int
    cells: Places = field(default_factory=lambda: NOBODY)
    households: Places = field(default_factory=lambda: NOBODY)
    compound: str = ""
    building: str = ""
    addresses: tuple[str, ...] = ()
    scope: str = ""
    remainder: bool = False


@dataclass(frozen=True, eq=False)
class Names:
    """The ids behind the positions that drafts use.

    Parameters
    ----------
    cells
        The ids of the cells.
    households, household_cells
        The ids of the placed households, and the position of the cell of each.
    """

    cells: NDArray[np.object_]
    households: NDArray[np.object_]
    household_cells: Places


def proposals_of(drafts: Iterable[Draft], tiers: Sequence[str], names: Names) -> tuple[Proposal, ...]:
    """Make proposals of drafts, the strictest tier first, then in the order of the cases, remainders last.

    Drafts of one tier that share a cell or a household are one zone with the anchor of the first; so are
    those of one address. A building whose whole compound comes under the same tier belongs to the compound.
    """
    found = sorted(drafts, key=lambda draft: (draft.remainder, tiers.index(draft.tier), draft.order))
    groups: dict[tuple[bool, str], list[Draft]] = {}
    for draft in found:
        groups.setdefault((draft.remainder, draft.tier), []).append(draft)
    return tuple(proposal for group in groups.values() for proposal in _of_one_tier(group, names))


def _of_one_tier(drafts: list[Draft], names: Names) -> list[Proposal]:
    whole = [draft for draft in drafts if not draft.addresses]
    zones = [*_merged(whole, names), *_addressed([draft for draft in drafts if draft.addresses])]
    zones.sort(key=lambda draft: draft.order)
    return [_proposal(draft, names) for draft in _told_apart(zones)]


def _merged(drafts: list[Draft], names: Names) -> list[Draft]:
    """Join the drafts that share a cell, a household or an anchor."""
    leader = list(range(len(drafts)))

    def find(one: int) -> int:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    of_cell = np.full(len(names.cells), -1, dtype=np.intp)
    of_household = np.full(len(names.households), -1, dtype=np.intp)
    of_anchor: dict[str, int] = {}
    for here, draft in enumerate(drafts):
        met = {of_anchor.setdefault(draft.anchor, here)}
        for owner, members in ((of_cell, draft.cells), (of_household, draft.households)):
            met.update(_distinct(owner[members], len(drafts)))
            owner[members] = here
        for other in met:
            low, high = sorted((find(here), find(other)))
            leader[high] = low
    parts: dict[int, list[Draft]] = {}
    for here, draft in enumerate(drafts):
        parts.setdefault(find(here), []).append(draft)
    return [_union(part, names) for part in parts.values()]


def _union(part: list[Draft], names: Names) -> Draft:
    cells = np.zeros(len(names.cells), dtype=bool)
    households = np.zeros(len(names.households), dtype=bool)
    for draft in part:
        cells[draft.cells] = True
        households[draft.households] = True
    return replace(part[0], cells=np.flatnonzero(cells), households=np.flatnonzero(households))


def _distinct(owners: Places, size: int) -> list[int]:
    """Return the owners that occur, without sorting; nobody (-1) is left out."""
    seen = np.zeros(size + 1, dtype=bool)
    seen[owners] = True
    return [int(owner) for owner in np.flatnonzero(seen[:size])]


def _addressed(drafts: list[Draft]) -> list[Draft]:
    compounds = {(draft.scope, draft.compound) for draft in drafts if not draft.building}
    kept: dict[tuple[str, tuple[str, ...]], Draft] = {}
    for draft in drafts:
        if not draft.building or (draft.scope, draft.compound) not in compounds:
            kept.setdefault((draft.scope, draft.addresses), draft)
    return list(kept.values())


def _told_apart(drafts: list[Draft]) -> list[Draft]:
    """Give zones of one address in several towns anchors that differ."""
    seen: set[str] = set()
    apart = []
    for draft in drafts:
        anchor = f"{draft.anchor}@{draft.scope}" if draft.anchor in seen else draft.anchor
        seen.add(anchor)
        apart.append(replace(draft, anchor=anchor))
    return apart


def _proposal(draft: Draft, names: Names) -> Proposal:
    outside = draft.households[~np.isin(names.household_cells[draft.households], draft.cells)]
    return Proposal(
        tier=draft.tier,
        anchor=draft.anchor.replace("|", "/"),
        name=draft.name,
        cells=tuple(names.cells[draft.cells].tolist()),
        addresses=draft.addresses,
        scope=draft.scope,
        households=tuple(names.households[outside].tolist()),
        remainder=draft.remainder,
    )

"""Drafts of zones, one for each place of a case and rule, and how they become the zones that are proposed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from gridmap.core.edits import Proposal
from gridmap.core.rings import NONE, Numbers
from gridmap.core.topology import connected

Places = NDArray[np.intp]
NOBODY: Places = np.empty(0, dtype=np.intp)
_MEMBERS_AT_ONCE = 1_000_000


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
        Households of the roster that come under the tier, as positions, in these cells or not; the
        establishments in cells that are `whole` need not be among them.
    whole
        Cells of it of which every establishment comes under the tier, as positions; a cell that several
        drafts of a tier have in whole may be said of one only.
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
    whole: Places = field(default_factory=lambda: NOBODY)
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
    establishments
        Which of the households count by their own distance, as positions; all of them lie in a cell.
    """

    cells: NDArray[np.object_]
    households: NDArray[np.object_]
    household_cells: Places
    establishments: Places = field(default_factory=lambda: NOBODY)


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
    anchors: dict[str, int] = {}
    by_anchor = np.array([anchors.setdefault(draft.anchor, here) for here, draft in enumerate(drafts)])
    cells = _first_owners([draft.cells for draft in _without_repeats(drafts)], len(names.cells))
    households = _first_owners([draft.households for draft in drafts], len(names.households))
    whole = _first_owners([draft.whole for draft in drafts], len(names.cells))
    held = names.establishments[households.owner[names.establishments] != NONE]
    around = whole.owner[names.household_cells[held]]
    within = around != NONE
    pairs = [(np.arange(len(drafts)), by_anchor), cells.shared, households.shared, whole.shared]
    pairs.append((households.owner[held[within]], around[within]))
    one, other = (np.concatenate(side).astype(np.int32) for side in zip(*pairs, strict=True))
    leader = connected(len(drafts), one, other)
    members = {"cells": cells.by(leader), "households": households.by(leader)}
    return [
        replace(drafts[first], **{key: each.get(first, NOBODY) for key, each in members.items()})
        for first in np.unique(leader).tolist()
    ]


def _without_repeats(drafts: list[Draft]) -> Iterator[Draft]:
    """Give the drafts, those without cells that say again of an anchor what was said of it."""
    said: set[tuple[str, int]] = set()
    for draft in drafts:
        key = (draft.anchor, id(draft.cells))
        yield replace(draft, cells=NOBODY) if key in said else draft
        said.add(key)


@dataclass(frozen=True, eq=False)
class _Owners:
    """Which of several groups each of many members is in.

    Parameters
    ----------
    owner
        The first group of each member; `NONE` for none.
    shared
        Pairs of a group and the first group of one of its members, for all but a few that say the same.
    """

    owner: Places
    shared: tuple[Places, Places]

    def by(self, leader: Numbers) -> dict[int, Places]:
        """Return the members of all groups that have one leader, sorted, by the leader."""
        members = np.flatnonzero(self.owner != NONE)
        lead = leader[self.owner[members]]
        order = np.argsort(lead, kind="stable")
        leaders, start = np.unique(lead[order], return_index=True)
        parts = np.split(members[order], start[1:])
        return dict(zip(leaders.tolist(), parts, strict=False))


def _first_owners(groups: list[Places], size: int) -> _Owners:
    """Find the first group of each of `size` members, and the groups that have members in common."""
    owner = np.full(size, NONE, dtype=np.intp)
    ones, others = [NOBODY], [NOBODY]
    ends = np.cumsum([len(group) for group in groups])
    for block in np.split(np.arange(len(groups)), np.flatnonzero(np.diff(ends // _MEMBERS_AT_ONCE)) + 1):
        member = np.concatenate([NOBODY, *(groups[group] for group in block)])
        group = np.repeat(block, [len(groups[group]) for group in block])
        new = np.flatnonzero(owner[member] == NONE)[::-1]
        owner[member[new]] = group[new]
        first = owner[member]
        # neighbours mostly have one owner: saying so once is enough
        told = np.ones(len(member), dtype=bool)
        told[1:] = (group[1:] != group[:-1]) | (first[1:] != first[:-1])
        told &= group != first
        ones.append(group[told])
        others.append(first[told])
    return _Owners(owner, (np.concatenate(ones), np.concatenate(others)))


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
    outside = draft.households
    if len(outside):
        outside = outside[~np.isin(names.household_cells[outside], draft.cells)]
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

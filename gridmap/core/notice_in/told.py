"""The places of a notice that are clear, by the list that they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridmap.core.census import Rows
from gridmap.core.notice_in.phrase import IGNORE, Block, Candidate, Phrase
from gridmap.model.plan import Plan


@dataclass(frozen=True)
class Told:
    """One place of one list: the phrase and the block that it stands in, and what it means."""

    phrase: int
    block: int
    candidate: Candidate


def told_in(plan: Plan, phrases: Sequence[Phrase], blocks: Sequence[Block], role: str) -> list[Told]:
    """Return the clear places of one role, of tiers that the plan has or, where zones are lifted, of none."""
    tiers = {*plan.tier_order, ""} if role == "left" else set(plan.tier_order)
    return [
        Told(place, phrase.block, candidate)
        for place, phrase in enumerate(phrases)
        if phrase.role == role and phrase.state == "matched"
        for candidate in phrase.matched
        if candidate.key != IGNORE and blocks[phrase.block].tier in tiers
    ]


def of_kind(told: Sequence[Told], *kinds: str) -> list[Told]:
    """Return the places of some kinds."""
    return [each for each in told if each.candidate.kind in kinds]


def cells_of(plan: Plan, candidate: Candidate) -> Rows:
    """Return the cells that a place holds whole, as positions, ascending; an address holds none."""
    hierarchy = plan.hierarchy
    if candidate.kind == "rest" and not candidate.areas:
        return np.arange(len(hierarchy.cell_ids))
    if candidate.kind == "address":
        return np.empty(0, dtype=np.intp)
    cells = np.array([hierarchy.positions[cell] for cell in candidate.cells], dtype=np.intp)
    return np.unique(np.concatenate([cells, *(hierarchy.places_of(area) for area in candidate.areas)]))

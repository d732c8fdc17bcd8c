"""What a notice excepts from its zones: which places it holds back, and under what the rest of it comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gridmap.core.building_ranges import building_word, buildings_of
from gridmap.core.census import census_of
from gridmap.core.notice_in.outcome import rows_of
from gridmap.core.notice_in.phrase import OPEN, UNKNOWN, Block, Candidate, Phrase
from gridmap.core.notice_in.told import Told, cells_of, of_kind
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan


def held_back(phrases: Sequence[Phrase], blocks: Sequence[Block], decided: frozenset[int]) -> frozenset[int]:
    """Return the places of phrases from which something is excepted that is not clear.

    That is a place, or all that is under a tier of which a phrase is open; a remainder excepts all tiers.
    What is held back is open itself.
    """
    held: set[int] = set()
    unclear = {each.block for each in phrases if each.role in ("out", "except") and each.state in OPEN}
    while True:
        missing = {
            each.tier
            for place, each in enumerate(phrases)
            if each.block >= 0 and each.role in ("in", "left", "") and (each.state in OPEN or place in held)
        } - {UNKNOWN}
        more = {
            place
            for place, each in enumerate(phrases)
            if each.role == "in" and each.state == "matched" and place not in decided
            if each.block in unclear or _excepts(each, blocks[each.block], missing)
        }
        if more <= held:
            return frozenset(held)
        held |= more


def _excepts(phrase: Phrase, block: Block, tiers: set[str]) -> bool:
    """Tell whether a phrase leaves out what is under one of these tiers."""
    if any(candidate.kind == "rest" for candidate in phrase.matched):
        return bool(tiers - {block.tier})
    return bool(block.except_tiers & tiers)


def without_excepted(told: Told, outs: Sequence[Told]) -> Told | None:
    """Take from the buildings of a place those that its list excepts; None if none is left.

    Two carve-outs by building are equal, so that one for the exception would not win over one for the range.
    """
    meant = told.candidate
    gone = {
        building
        for out in outs
        if out.block == told.block and out.candidate.compound == meant.compound and not out.candidate.units
        for building in out.candidate.buildings
    }
    left = meant.buildings - gone
    if not meant.buildings or meant.units or left == meant.buildings:
        return told
    if not left:
        return None
    unit = building_word(meant.addresses)
    text = buildings_of(meant.compound, left, lang="zh", unit=unit).text
    return replace(told, candidate=replace(meant, buildings=left, addresses=(text,)))


def told_elsewhere(out: Candidate, block: int, told: Sequence[Told]) -> bool:
    """Tell whether other lists zone all of what one excepts."""
    left = out.buildings
    for each in told:
        other = each.candidate
        if other.kind == "shape" and other.shape and other.shape == out.shape:
            return True
        if other.kind != "address" or each.block == block or other.compound != out.compound:
            continue
        if not other.buildings:
            return True
        left -= other.buildings
    return bool(out.buildings) and not left


def comes_under(
    plan: Plan,
    placement: Placement | None,
    out: Told,
    told: Sequence[Told],
    *,
    outs: Sequence[Told],
    blocks: Sequence[Block],
) -> Told | None:
    """Return the area or remainder of another list under which an excepted address comes.

    It is the first that holds all its households and does not except it too; None for none. A numbered zone,
    as gridmap writes it, has nothing that it does not name.
    """
    if placement is None or out.candidate.kind != "address":
        return None
    rows = rows_of(out.candidate, plan, placement)
    cells = np.unique(census_of(placement, plan.hierarchy).places[rows])
    excepting = {each.block for each in outs if each.candidate.compound == out.candidate.compound}
    for each in of_kind(told, "areas", "cells", "rest"):
        if each.block in excepting or blocks[each.block].number:
            continue
        if np.isin(cells, cells_of(plan, each.candidate)).all():
            return each if len(cells) else None
    return None

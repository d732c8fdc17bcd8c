"""From the phrases that are clear to edits, and to the plan that they would make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from gridmap.core.apply import apply_edit
from gridmap.core.census import census_of
from gridmap.core.cover import covered_rows
from gridmap.core.edits import AddCarveOut, Edit, NameZone, NumberZone, SetRemainder, SetTier
from gridmap.core.lifting import Lifter
from gridmap.core.notice_in.excepting import comes_under, held_back, told_elsewhere, without_excepted
from gridmap.core.notice_in.outcome import astray
from gridmap.core.notice_in.phrase import Block, Candidate, Phrase
from gridmap.core.notice_in.told import Told, cells_of, of_kind, told_in
from gridmap.errors import GridmapError
from gridmap.model.placement import Placement
from gridmap.model.plan import NONE, Plan
from gridmap.model.zone import CarveOut

_Places = npt.NDArray[np.intp]


@dataclass
class Proposed:
    """What the clear phrases of a notice make of a plan.

    Parameters
    ----------
    before, plan
        The plan as it was, and as it would be.
    edits
        What leads from one to the other.
    refused
        By the place of a phrase: why its edit cannot be made.
    doubtful
        By the place of a phrase: why it is not taken although it is clear by itself.
    left
        The keys of what was lifted.
    """

    before: Plan
    plan: Plan
    reason: str
    edits: list[Edit] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    doubtful: dict[int, str] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)

    def make(self, edit: Edit, phrase: int = -1) -> bool:
        """Make one edit; tell whether it was accepted."""
        try:
            self.plan = apply_edit(self.plan, edit)
        except GridmapError as error:
            self.refused[phrase] = str(error)
            return False
        self.edits.append(edit)
        return True


def propose(
    plan: Plan,
    phrases: Sequence[Phrase],
    blocks: Sequence[Block],
    *,
    placement: Placement | None,
    decided: frozenset[int],
    reason: str,
) -> Proposed:
    """Turn phrases into edits and make them, one after the other.

    Weaker tiers come first, so that stricter ones take their cells from them. A compound or building that is
    told under a weaker tier than that of cells around it is doubtful, unless the notice excepts it there; so
    is all from which something is excepted that is not clear.

    Parameters
    ----------
    plan
        The plan to begin from; it is left as it is.
    phrases, blocks
        What was read.
    placement
        The households, or None.
    decided
        The places of phrases that a person decided.
    reason
        Why, for cells of which a rule asks more.
    """
    open_again: dict[int, str] = {}
    while True:
        doubted = [
            replace(each, state="ambiguous") if place in open_again else each
            for place, each in enumerate(phrases)
        ]
        done = Proposed(plan, plan, reason)
        told, outs = _make_all(done, doubted, blocks, placement, decided)
        left = set(decided) | set(done.refused) | set(done.doubtful)
        checked = [each for each in told if each.phrase not in left]
        wrong = astray(done.plan, placement, checked, outs, blocks)
        if not wrong:
            done.doubtful.update(open_again)
            return done
        open_again.update(wrong)


def _make_all(
    done: Proposed,
    phrases: Sequence[Phrase],
    blocks: Sequence[Block],
    placement: Placement | None,
    decided: frozenset[int],
) -> tuple[list[Told], list[Told]]:
    """Make the edits; return the places that were zoned, and those that were excepted."""
    plan = done.plan
    told, outs = told_in(plan, phrases, blocks, "in"), told_in(plan, phrases, blocks, "out")
    held = held_back(phrases, blocks, decided)
    done.doubtful.update(dict.fromkeys(held, "what is excepted from it is not clear"))
    told = [each for each in told if each.phrase not in held]
    told = [kept for each in told if (kept := without_excepted(each, outs)) is not None]
    told.sort(key=lambda each: -plan.tier_order.index(blocks[each.block].tier))
    for each in told_in(plan, phrases, blocks, "left"):
        _leave(done, each, blocks)
    for each in of_kind(told, "areas", "cells", "shape"):
        _zone_cells(done, each, blocks, outs)
    for each in of_kind(told, "address"):
        if each.phrase not in decided and _weakens(done, each, blocks, outs, placement):
            done.doubtful[each.phrase] = "it lies in a stricter zone that does not except it"
        else:
            _zone_address(done, each, blocks)
    for each in of_kind(outs, "address", "shape"):
        if not told_elsewhere(each.candidate, each.block, told):
            under = comes_under(plan, placement, each, told, outs=outs, blocks=blocks)
            _leave_out(done, each, under, blocks)
    for each in of_kind(told, "rest"):
        _zone_rest(done, each, blocks, outs)
    return told, outs


def _leave(done: Proposed, told: Told, blocks: Sequence[Block]) -> None:
    """Lift a zone, or the part of it that is meant; what of a compound stays in it is put there again."""
    meant, tier = told.candidate, blocks[told.block].tier
    if meant.key in done.left:
        return
    done.left.add(meant.key)
    lifter, reason = Lifter(done.plan), done.reason or "lifted by the notice"
    strict = done.plan.registry[done.plan.zone_place(meant.zone)].tier
    if meant.part:
        edit = lifter.lift_part(meant.zone, meant.cells, meant.carve_outs, tier=tier, reason=reason)
    else:
        edit = lifter.lift(meant.zone, tier=tier, reason=reason)
    if not (edit.cells or edit.carve_outs):
        done.refused[told.phrase] = f"all of zone {meant.zone} is locked; unlock it first"
    elif done.make(edit, told.phrase):
        for address, scope in meant.kept:
            kept = AddCarveOut(tier=strict, addresses=[address], zone=meant.zone, scope=scope)
            done.make(kept, told.phrase)


def _zone_cells(done: Proposed, told: Told, blocks: Sequence[Block], outs: Sequence[Told]) -> None:
    """Set the tier of the cells that areas or lines hold, less what is excepted."""
    block, candidate = blocks[told.block], told.candidate
    held = cells_of(done.plan, candidate)
    kept = np.setdiff1d(held, _excepted(done, told.block, block, outs))
    if len(kept) and not _is_so(done.plan, kept, block):
        whole = len(kept) == len(held) and candidate.areas
        places = {"areas": candidate.areas} if whole else {"cells": _ids(done.plan, kept)}
        name = "" if whole else _name_of(done.plan, candidate)
        for edit in _into_zone(done, block, name):
            _make_with_reason(done, SetTier(tier=block.tier, **places, **edit), told.phrase)
            _number_zone(done, block, edit)
    if candidate.shape and not any(
        carve.shape == candidate.shape and carve.tier == block.tier for carve in done.plan.carve_list
    ):
        for edit in _into_zone(done, block, _name_of(done.plan, candidate)):
            drawn = AddCarveOut(tier=block.tier, shape=candidate.shape, **edit)
            _make_with_reason(done, drawn, told.phrase)
            _number_zone(done, block, edit)


def _zone_address(done: Proposed, told: Told, blocks: Sequence[Block]) -> None:
    block, candidate = blocks[told.block], told.candidate
    if not _stands(done.plan, candidate, block):
        for edit in _into_zone(done, block, ""):
            carve = AddCarveOut(tier=block.tier, addresses=candidate.addresses, scope=candidate.scope, **edit)
            done.make(carve, told.phrase)
            _number_zone(done, block, edit)


def _zone_rest(done: Proposed, told: Told, blocks: Sequence[Block], outs: Sequence[Told]) -> None:
    """Give what has no tier yet this one; cells that are excepted keep none."""
    block, candidate = blocks[told.block], told.candidate
    held = cells_of(done.plan, candidate)
    left_out = [cells_of(done.plan, out.candidate) for out in outs if out.block == told.block]
    free = held[done.plan.effective.tier[held] < 0]
    kept = np.setdiff1d(free, np.concatenate(left_out)) if left_out else free
    if len(kept) == 0:
        return
    if len(kept) == len(free) and not block.number:
        done.make(SetRemainder(tier=block.tier, areas=candidate.areas), told.phrase)
        return
    for edit in _into_zone(done, block, _name_of(done.plan, candidate)):
        _make_with_reason(done, SetTier(tier=block.tier, cells=_ids(done.plan, kept), **edit), told.phrase)
        _number_zone(done, block, edit)


def _leave_out(done: Proposed, out: Told, under: Told | None, blocks: Sequence[Block]) -> None:
    """Take the tier from an excepted address or part, or put it under that of another list."""
    meant = out.candidate
    if under is not None:
        _zone_address(done, replace(under, phrase=out.phrase, candidate=meant), blocks)
        return
    told_before = any(
        (carve.tier, carve.addresses, carve.scope, carve.shape)
        == (NONE, meant.addresses, meant.scope, meant.shape)
        for carve in done.plan.carve_list
    )
    if not told_before:
        options: dict[str, Any] = {
            "addresses": meant.addresses,
            "shape": meant.shape,
            "scope": meant.scope,
        }
        reason = done.reason or "excepted by the notice"
        done.make(AddCarveOut(tier=NONE, reason=reason, **options), out.phrase)


def _weakens(
    done: Proposed,
    told: Told,
    blocks: Sequence[Block],
    outs: Sequence[Told],
    placement: Placement | None,
) -> bool:
    """Tell whether an address lies in cells of a stricter tier that do not except it."""
    if placement is None:
        return False
    tier = blocks[told.block].tier
    own = done.plan.tier_order.index(tier)
    carve = CarveOut("", tier, "", addresses=told.candidate.addresses, scope=told.candidate.scope)
    rows = covered_rows(carve, done.plan, placement)
    around = done.plan.effective.tier[census_of(placement, done.plan.hierarchy).places[rows]]
    if not ((around >= 0) & (around < own)).any():
        return False
    if _stands(done.before, told.candidate, blocks[told.block]):
        return False
    return not any(
        out.candidate.kind == "address" and out.candidate.compound == told.candidate.compound for out in outs
    )


def _stands(plan: Plan, candidate: Candidate, block: Block) -> bool:
    """Tell whether the plan has a carve-out of just this address and tier, and in this zone."""
    return any(
        carve.tier == block.tier
        and carve.addresses == candidate.addresses
        and carve.scope == candidate.scope
        and (not block.number or carve.zone_id == block.number)
        for carve in plan.carve_list
    )


def _is_so(plan: Plan, places: _Places, block: Block) -> bool:
    """Tell whether cells have the tier already, and lie in the zone of this number."""
    if not (plan.effective.tier[places] == plan.tier_order.index(block.tier)).all():
        return False
    if not block.number:
        return True
    zones = plan.effective.zone[places]
    return bool((zones >= 0).all()) and {plan.registry[zone].zone_id for zone in zones} == {block.number}


def _excepted(done: Proposed, place: int, block: Block, outs: Sequence[Told]) -> _Places:
    """Return the cells that a zone does not mean: areas it excepts, and stricter ones of the plan before."""
    before = done.before
    codes = [before.tier_order.index(tier) for tier in block.except_tiers if tier in before.tier_order]
    found = [np.flatnonzero(np.isin(before.effective.tier, codes))]
    found += [cells_of(before, out.candidate) for out in outs if out.block == place]
    return np.unique(np.concatenate(found))


def _ids(plan: Plan, places: _Places) -> list[str]:
    return [str(cell) for cell in plan.hierarchy.cell_ids[places]]


def _name_of(plan: Plan, candidate: Candidate) -> str:
    return "、".join(plan.hierarchy.name(area) for area in candidate.areas) or candidate.label


def _into_zone(done: Proposed, block: Block, name: str) -> Iterator[Mapping[str, str]]:
    """Give the options by which an edit joins the zone of a block; none if its number is taken."""
    if not block.number:
        yield {"name": name} if name else {}
        return
    zones = {zone.zone_id: zone for zone in done.plan.registry}
    zone = zones.get(block.number)
    if zone is not None and zone.tier != block.tier:
        done.refused[-1] = f"zone {block.number} is {zone.tier} in the plan, not {block.tier}"
        return
    if zone is not None:
        yield {"zone": block.number}
        return
    taken = {zone.name for zone in done.plan.registry if zone.tier == block.tier}
    own = block.name if block.name and block.name not in taken else f"{block.number} {block.name}".strip()
    while own in taken:
        own += "+"
    yield {"name": own}


def _number_zone(done: Proposed, block: Block, options: Mapping[str, str]) -> None:
    """Give a zone its number and name, where it was just made for a block that has them."""
    if not block.number or not done.edits:
        return
    name = options.get("name", "")
    if name:
        made = next((z for z in done.plan.registry if z.tier == block.tier and z.name == name), None)
        if made is None:
            return
        if made.zone_id != block.number:
            done.make(NumberZone(zone=made.zone_id, number=block.number, fresh=True))
    zone = next((each for each in done.plan.registry if each.zone_id == block.number), None)
    if zone is not None and zone.name != block.name:
        done.make(NameZone(zone=block.number, name=block.name))


def _make_with_reason(done: Proposed, edit: SetTier | AddCarveOut, phrase: int) -> None:
    """Make an edit; the reason is given only if there is one."""
    done.make(replace(edit, reason=done.reason) if done.reason else edit, phrase)

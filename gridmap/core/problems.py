"""What a person should look at in a plan, although it is allowed, and what would cure it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas import DataFrame

from gridmap.core.claims import claims_on
from gridmap.core.cover import covered_rows
from gridmap.core.edits import Delineate, Edit, Release, RemoveCarveOut, SetTier, single_edits
from gridmap.core.exclaves import Exclave, enclosing_zone, exclaves
from gridmap.core.problem_words import Speech
from gridmap.core.splits import Split, split_buildings, split_compounds
from gridmap.core.tally import occupied_zones
from gridmap.core.vacancies import vacancy_rows
from gridmap.model.duties import Duties
from gridmap.model.placement import Placement
from gridmap.model.plan import NONE, Plan
from gridmap.model.protocol import Protocol

PROBLEM_COLUMNS = ("kind", "target", "detail", "cells", "fix")
URGENCY = (
    "case_not_placed",
    "weaker_than_rule",
    "weaker_carve_out",
    "exception",
    "vacancy_hard",
    "split_building",
    "split_compound",
    "exclave",
    "empty_zone",
    "no_tier",
    "conflict",
    "vacancy",
)


class Problem(NamedTuple):
    """One row of the list of problems."""

    kind: str
    target: str
    detail: str
    cells: tuple[str, ...] = ()
    fix: tuple[Edit, ...] = ()


def list_problems(
    plan: Plan,
    *,
    placement: Placement | None = None,
    duties: Duties | None = None,
    protocol: Protocol | None = None,
    lang: str = "en",
) -> DataFrame:
    """List what a person should look at, the most urgent first.

    Parameters
    ----------
    plan
        The plan.
    placement
        The placed households; with it the exceptions are listed too, the buildings and compounds that a
        border of zones runs through, the parts of zones that are apart from the rest, and, in a plan that has
        zones, the cells without a tier.
    duties
        With them vacancies and conflicts are listed too.
    protocol
        Its labels name tiers and roles; without it they are called by their ids.
    lang
        The language of `detail`, ``zh`` or ``en``.

    Returns
    -------
    problems
        One row each: `kind` (one of `URGENCY`, in this order), `target` (the id of a cell, carve-out, zone,
        case, household, official or area, or an address), `detail`, `cells` (ids of the cells concerned),
        `fix` (edits that cure it, one after the other; empty where there is no such cure).
    """
    speech = Speech(lang, protocol)
    rows = [*_weaker_cells(plan, speech), *_weaker_carve_outs(plan, placement, speech)]
    rows += _lost_cases(plan, speech)
    if placement is not None:
        rows += [
            *_outranked(plan, placement, speech),
            *_exceptions(placement, speech),
            *_split(plan, "split_building", split_buildings(plan, placement), speech),
            *_split(plan, "split_compound", split_compounds(plan, placement), speech),
            *_exclaves(plan, placement, speech),
            *_empty_zones(plan, placement, speech),
            *_without_tier(plan, placement, speech),
        ]
    if duties is not None:
        rows += [Problem(*row) for row in vacancy_rows(duties, plan, placement, speech)]
        rows += _conflicts(duties, speech)
    rows.sort(key=lambda row: URGENCY.index(row.kind))
    return _table(rows)


def _table(rows: list[Problem]) -> DataFrame:
    columns: dict[str, Any] = {
        name: pd.array([row[place] for row in rows], dtype="str")
        for place, name in enumerate(PROBLEM_COLUMNS[:3])
    }
    for place, name in enumerate(PROBLEM_COLUMNS[3:], start=3):
        values = np.empty(len(rows), dtype=object)
        values[:] = [row[place] for row in rows]
        columns[name] = values
    return DataFrame(columns, columns=list(PROBLEM_COLUMNS))


def _weaker_cells(plan: Plan, speech: Speech) -> Iterator[Problem]:
    order, tiers, asked = [*plan.tier_order, NONE], plan.effective.tier, plan.asked_tier
    locked = plan.layers["lock"].said
    firm = locked | plan.layers["hand"].said
    weaker = np.flatnonzero(firm & (asked >= 0) & ((tiers < 0) | (tiers > asked)))
    cells = plan.hierarchy.cell_ids[weaker].tolist()
    for cell, place in zip(cells, weaker.tolist(), strict=True):
        detail = _why(order[tiers[place]], order[asked[place]], plan.reasons.get(cell, ""), speech)
        fix = () if locked[place] else (Release(cells=[cell]),)
        yield Problem("weaker_than_rule", cell, detail, (cell,), fix)


def _weaker_carve_outs(plan: Plan, placement: Placement | None, speech: Speech) -> Iterator[Problem]:
    """Find hand-made carve-outs that are weaker than what a rule asks for the same addresses."""
    order = [*plan.tier_order, NONE]
    ruled = [carve for carve in plan.carve_list if carve.origin == "rule"]
    for carve in plan.carve_list:
        shared = [other for other in ruled if set(other.addresses) & set(carve.addresses)]
        asked = min((order.index(other.tier) for other in shared), default=len(order))
        if carve.origin == "hand" and order.index(carve.tier) > asked:
            detail = _why(carve.tier, order[asked], carve.reason, speech)
            fix = () if carve.locked else (RemoveCarveOut(carve_out=carve.carve_out_id),)
            cells = (
                () if placement is None else _cells_of(plan, placement, covered_rows(carve, plan, placement))
            )
            yield Problem("weaker_carve_out", carve.carve_out_id, detail, cells, fix)


def _outranked(plan: Plan, placement: Placement, speech: Speech) -> Iterator[Problem]:
    """Find carve-outs of rules in which a lock or a reasoned hand edit leaves households a weaker tier."""
    order = [*plan.tier_order, NONE]
    ruled = [carve for carve in plan.carve_list if carve.origin == "rule"]
    if not ruled:
        return
    codes = claims_on(plan, placement).tier % len(order)
    for carve in ruled:
        rows = covered_rows(carve, plan, placement)
        weaker = rows[codes[rows] > order.index(carve.tier)]
        if len(weaker):
            detail = speech.say("outranked", tier=speech.tier(carve.tier), count=len(weaker))
            cells = _cells_of(plan, placement, weaker)
            yield Problem("weaker_than_rule", carve.carve_out_id, detail, cells)


def _cells_of(plan: Plan, placement: Placement, rows: Any) -> tuple[str, ...]:
    places = np.unique(claims_on(plan, placement).census.places[rows])
    return tuple(plan.hierarchy.cell_ids[places].tolist())


def _why(tier: str, asked: str, reason: str, speech: Speech) -> str:
    said = reason or speech.say("no_reason")
    return speech.say("weaker", tier=speech.tier(tier), asked=speech.tier(asked), reason=said)


def _lost_cases(plan: Plan, speech: Speech) -> Iterator[Problem]:
    zoned = [edit for edit in single_edits(plan.edits) if isinstance(edit, Delineate)]
    for case in zoned[-1].unplaced if zoned else ():
        yield Problem("case_not_placed", case, speech.say("case_not_placed"))


def _exceptions(placement: Placement, speech: Speech) -> Iterator[Problem]:
    rows = placement.exceptions
    for household, reason, detail in zip(rows["household_id"], rows["reason"], rows["detail"], strict=True):
        yield Problem("exception", household, speech.exception(reason, detail))


def _split(plan: Plan, kind: str, splits: Iterable[Split], speech: Speech) -> Iterator[Problem]:
    order = [*plan.tier_order, NONE]
    for split in splits:
        area = plan.hierarchy.name(split.scope) if split.scope else ""
        where = speech.say("split_where", area=area) if area else ""
        tiers = speech.tiers((order[code], count) for code, count in split.tiers)
        detail = speech.say("split", where=where, tiers=tiers)
        detail += speech.say("split_locked") if split.locked else ""
        cells = tuple(plan.hierarchy.cell_ids[list(split.cells)].tolist())
        yield Problem(kind, split.name, detail, cells, split.fix)


def _exclaves(plan: Plan, placement: Placement, speech: Speech) -> Iterator[Problem]:
    for each in exclaves(plan, claims_on(plan, placement).census.households_in):
        cells = tuple(plan.hierarchy.cell_ids[each.cells].tolist())
        zone = plan.registry[each.zone]
        yield Problem("exclave", zone.zone_id, _apart(plan, each, speech), cells, each.fix)


def _apart(plan: Plan, each: Exclave, speech: Speech) -> str:
    values = {"tier": speech.tier(plan.tier_order[each.tier]), "households": each.households}
    if each.around < 0:
        return speech.say("exclave", cells=len(each.cells), **values)
    around = plan.registry[each.around]
    if each.single:
        return speech.say("enclosed", around=speech.tier(around.tier), **values)
    said = speech.say("exclave", cells=len(each.cells), **values)
    return said + speech.say("exclave_around", zone=around.zone_id, tier=speech.tier(around.tier))


def _empty_zones(plan: Plan, placement: Placement, speech: Speech) -> Iterator[Problem]:
    for zone in plan.zones.index.difference(occupied_zones(plan, placement), sort=False):
        yield Problem("empty_zone", str(zone), speech.say("empty_zone"))


def _without_tier(plan: Plan, placement: Placement, speech: Speech) -> Iterator[Problem]:
    if not len(plan.zones):
        return
    open_cells = np.flatnonzero((plan.effective.tier < 0) & ~plan.layers["hand"].said)
    claims = claims_on(plan, placement)
    homes = np.bincount(claims.census.places[claims.tier < 0], minlength=claims.census.cells)
    open_cells = open_cells[np.argsort(-homes[open_cells], kind="stable")]
    around, locked = enclosing_zone(plan), plan.layers["lock"].said
    cells = plan.hierarchy.cell_ids[open_cells].tolist()
    for cell, place in zip(cells, open_cells.tolist(), strict=True):
        fix: tuple[Edit, ...] = ()
        if around[place] >= 0 and not locked[place]:
            zone = plan.registry[around[place]]
            fix = (SetTier(tier=zone.tier, cells=[cell], zone=zone.zone_id),)
        yield Problem("no_tier", cell, speech.say("no_tier", count=int(homes[place])), (cell,), fix)


def _conflicts(duties: Duties, speech: Speech) -> Iterator[Problem]:
    rows = duties.conflicts
    columns = (rows[name] for name in ("official_id", "role", "kind", "detail"))
    for official, role, kind, detail in zip(*columns, strict=True):
        yield Problem("conflict", official, speech.conflict(role, kind, detail))

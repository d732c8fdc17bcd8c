"""The certificate: what is counted, against what must be, by code that shares nothing with what it proves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pandas as pd
import shapely
from pandas import Series

from gridmap.core import recount
from gridmap.model.address import matches, parse_target
from gridmap.model.certificate import Certificate
from gridmap.model.placement import Placement
from gridmap.model.plan import LAYERS, NONE, Plan
from gridmap.model.provisional import is_provisional
from gridmap.model.zone import CarveOut

_HAND = 2


def certify_placement(placement: Placement) -> Certificate:
    """Prove a placement against its own roster and polygons; every placed household counts under ``none``."""
    differences = (*recount.row_differences(placement), *recount.cell_differences(placement))
    roster = placement.households
    residents = [_persons(count) for count in roster["residents"]]
    excepted = {int(row) for row in placement.exceptions["row"]}
    residents_excepted = sum(count for row, count in enumerate(residents) if row in excepted)
    lost = len(roster) - len(placement.cells) - len(placement.exceptions)
    count = recount.source_differences(placement, list(roster.index), "the roster")
    differences = (*count, *differences)
    return Certificate(
        households_in=len(roster),
        placed=len(placement.cells),
        exceptions=len(placement.exceptions),
        by_reason=recount.count_by(placement.exceptions["reason"]),
        by_tier={NONE: len(placement.cells)},
        residents_in=sum(residents),
        residents_excepted=residents_excepted,
        residents_by_tier={NONE: sum(residents) - residents_excepted},
        balanced=not differences and lost == 0,
        plan_version="",
        as_of=None,
        input_sha256={},
        differences=differences,
        provisional=is_provisional(placement.grid),
        lived_in=_lived_in(placement),
    )


def certify_plan(
    placement: Placement,
    plan: Plan,
    *,
    tiers: Series,
    as_of: datetime | None,
    sources: Mapping[str, Iterable[str]] | None = None,
    hashes: Mapping[str, str] | None = None,
    lists: Iterable[recount.Listed] = (),
    staffing: Mapping[str, int] | None = None,
) -> Certificate:
    """Prove a placement, the tiers that its households carry, and the lists made of them.

    Parameters
    ----------
    placement, plan
        What is proven.
    tiers
        The tier of every placed household, as it is used for counts and lists.
    as_of
        The moment the proof is about.
    sources
        The household ids of each source table of the roster, read again from the source.
    hashes
        The SHA-256 of each input.
    lists
        Exported lists, read back.
    staffing
        Counts about duties.

    Returns
    -------
    certificate
        `balanced` only if no household is lost, doubled, moved or under another tier anywhere.
    """
    base = certify_placement(placement)
    words = tiers_by_words(plan, placement)
    found = list(base.differences)
    for name, ids in (sources or {}).items():
        found.extend(recount.source_differences(placement, ids, name))
    found.extend(recount.tier_differences(tiers, words))
    for listed in lists:
        found.extend(recount.list_differences(listed, placement, words))
    residents = dict(
        zip(placement.households.index[::-1], placement.households["residents"][::-1], strict=True)
    )
    weights = [_persons(residents.get(household)) for household in words.index]
    return replace(
        base,
        by_tier=_every_tier(plan, recount.count_by(words)),
        residents_by_tier=_every_tier(plan, recount.count_by(words, weights)),
        balanced=base.balanced and not found,
        plan_version=plan.version,
        as_of=as_of,
        input_sha256=dict(hashes or {}),
        differences=tuple(dict.fromkeys(found)),
        staffing=dict(staffing or {}),
    )


def tiers_by_words(plan: Plan, placement: Placement) -> Series:
    """Read from the words of the plan which tier each placed household carries, one claim after the other."""
    order = [*plan.content["tier_order"], NONE]
    claims: dict[str, tuple[int, int, int]] = _cell_claims(plan, order)
    nothing = (-1, 0, len(order) - 1)
    best = {household: claims.get(cell, nothing) for household, cell in placement.cells.items()}
    for carve in plan.carve_list:
        claim = _claim(carve, order)
        for household in _covered(carve, plan, placement):
            if household in best and _beats(claim, best[household]):
                best[household] = claim
    answers = [order[best[household][2]] for household in placement.cells.index]
    return Series(answers, index=placement.cells.index, name="tier", dtype="str")


def _cell_claims(plan: Plan, order: list[str]) -> dict[str, tuple[int, int, int]]:
    rank = {"lock": 3, "hand": _HAND, "rule": 1, "remainder": 0, "rule_remainder": 0}
    claims: dict[str, tuple[int, int, int]] = {}
    for layer in LAYERS:
        for cell, (code, _) in plan.content["layers"][layer].items():
            place = code if code >= 0 else len(order) - 1
            firm = layer != "hand" or cell in plan.reasons
            claims.setdefault(cell, (rank[layer] if firm else 1, 0, place))
    return claims


def _claim(carve: CarveOut, order: list[str]) -> tuple[int, int, int]:
    rank = 3 if carve.locked else _HAND if carve.origin == "hand" else 1
    if rank < _HAND:
        return rank, 0, order.index(carve.tier)
    buildings = carve.addresses and all(parse_target(text).buildings for text in carve.addresses)
    special = 3 if carve.households else 2 if buildings else 1
    return rank, special, order.index(carve.tier)


def _beats(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return (one[0], one[1], -one[2]) > (other[0], other[1], -other[2])


def _covered(carve: CarveOut, plan: Plan, placement: Placement) -> list[str]:
    if carve.households:
        return list(carve.households)
    if carve.shape:
        shape = shapely.from_wkt(carve.shape)
        points = placement.roster.geometry
        return [name for name, point in points.items() if point is not None and shape.intersects(point)]
    parts = placement.address_parts
    inside = set(plan.hierarchy.cells_of(carve.scope)) if carve.scope else set(plan.hierarchy.cell_ids)
    named = {name for text in carve.addresses for name in parts.index[matches(parts, parse_target(text))]}
    return [household for household, cell in placement.cells.items() if household in named and cell in inside]


def _every_tier(plan: Plan, counts: Mapping[str, int]) -> dict[str, int]:
    return {tier: counts.get(tier, 0) for tier in (*plan.tier_order, NONE)}


def _persons(count: Any) -> int:
    return 0 if count is None or pd.isna(count) else int(count)


def _lived_in(placement: Placement) -> dict[str, tuple[int, int]]:
    """Return the residents counted in each cell beside those known to live there, where these are known."""
    if "residents" not in placement.grid:
        return {}
    known = placement.grid["residents"]
    known = known[~known.index.duplicated()]
    counted: dict[str, int] = {}
    for cell, persons in zip(placement.roster["cell_id"], placement.roster["residents"], strict=True):
        counted[cell] = counted.get(cell, 0) + _persons(persons)
    return {
        str(cell): (counted.get(str(cell), 0), _persons(each))
        for cell, each in known.items()
        if _persons(each)
    }

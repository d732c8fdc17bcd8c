"""The certificate: what is counted, against what must be, by code that shares nothing with what it proves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from pandas import DataFrame, Series

from gridmap.core.mismatch import (
    Listed,
    list_differences,
    row_differences,
    source_differences,
    tier_differences,
)
from gridmap.core.presence import presence
from gridmap.core.recount import Counts, Recount, recount_of, tables_of
from gridmap.core.recount_away import Away, recount_away
from gridmap.core.within import cell_differences
from gridmap.core.words import words_of
from gridmap.model.areas import hierarchy_for
from gridmap.model.certificate import Certificate
from gridmap.model.events import events_frame
from gridmap.model.kept import Kept
from gridmap.model.placement import Placement
from gridmap.model.plan import NONE, Plan
from gridmap.model.provisional import is_provisional


@dataclass(frozen=True, eq=False)
class _Proof:
    """The part of a proof that is about the placement alone, whatever the plan."""

    recount: Recount
    certificate: Certificate


_PROOFS: Kept[_Proof] = Kept()


def certify_placement(placement: Placement) -> Certificate:
    """Prove a placement against its own roster and polygons; every placed household counts under ``none``.

    The proof is kept as long as the placement lives and nothing of it changes.
    """
    return _proof(placement).certificate


def certify_plan(
    placement: Placement,
    plan: Plan,
    *,
    tiers: Series,
    as_of: datetime | None,
    sources: Mapping[str, Iterable[str]] | None = None,
    hashes: Mapping[str, str] | None = None,
    lists: Iterable[Listed] = (),
    staffing: Mapping[str, int] | None = None,
    events: DataFrame | None = None,
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
    events
        What happened; who is away by them is counted again. Those after `as_of` do not count.

    Returns
    -------
    certificate
        `balanced` only if no household is lost, doubled, moved or under another tier anywhere.
    """
    proof = _proof(placement)
    base, recount = proof.certificate, proof.recount
    words = words_of(plan, recount)
    found = list(base.differences)
    for name, ids in (sources or {}).items():
        found.extend(source_differences(recount, ids, name))
    found.extend(tier_differences(tiers, words.tiers))
    for listed in lists:
        found.extend(list_differences(listed, placement, words.tiers))
    counts: Mapping[str, int] = {}
    if events is not None:
        counts, away = _away(placement, recount, events, as_of)
        found.extend(away)
    return replace(
        base,
        by_tier=_every_tier(plan, words.count()),
        residents_by_tier=_every_tier(plan, words.count(recount.residents)),
        balanced=base.balanced and not found,
        plan_version=plan.version,
        as_of=as_of,
        input_sha256=dict(hashes or {}),
        differences=tuple(dict.fromkeys(found)),
        staffing=dict(staffing or {}),
        presence=counts,
    )


def _away(placement: Placement, recount: Recount, events: DataFrame, as_of: datetime | None) -> Away:
    """Compare who is told to be away with what the events add up to."""
    whole = events_frame(events)
    told = presence(placement, whole, at=as_of).households["away"]
    return recount_away(recount, whole, told.to_dict(), at=as_of)


def _proof(placement: Placement) -> _Proof:
    return _PROOFS.of(placement, tables_of(placement), lambda: _prove(placement))


def _prove(placement: Placement) -> _Proof:
    recount = recount_of(placement)
    differences = (
        *source_differences(recount, recount.roster, "the roster"),
        *row_differences(recount),
        *cell_differences(recount, hierarchy_for(placement.grid)),
    )
    lost = len(recount.roster) - len(recount.ids) - len(recount.excepted)
    inside = (recount.excepted >= 0) & (recount.excepted < len(recount.roster))
    excepted = int(recount.residents_of_rows[np.unique(recount.excepted[inside])].sum())
    residents = int(recount.residents_of_rows.sum())
    reasons = recount.reasons.astype("str").value_counts()
    certificate = Certificate(
        households_in=len(recount.roster),
        placed=len(recount.ids),
        exceptions=len(recount.excepted),
        by_reason={str(reason): int(count) for reason, count in sorted(reasons.items())},
        by_tier={NONE: len(recount.ids)},
        residents_in=residents,
        residents_excepted=excepted,
        residents_by_tier={NONE: residents - excepted},
        balanced=not differences and lost == 0,
        plan_version="",
        as_of=None,
        input_sha256={},
        differences=differences,
        provisional=is_provisional(placement.grid),
        lived_in=_lived_in(recount, placement.grid),
    )
    return _Proof(recount, certificate)


def _every_tier(plan: Plan, counts: Mapping[str, int]) -> dict[str, int]:
    return {tier: counts.get(tier, 0) for tier in (*plan.tier_order, NONE)}


def _lived_in(recount: Recount, grid: Any) -> dict[str, tuple[int, int]]:
    """Return the residents counted in each cell beside those known to live there, where these are known."""
    if "residents" not in grid:
        return {}
    known = grid["residents"]
    known = known[~known.index.duplicated()].fillna(0).astype("int64")
    known = known[known != 0]
    sums: Counts = np.zeros(len(recount.cells), dtype=np.int64)
    np.add.at(sums, recount.cell, recount.residents)
    counted = dict(zip(recount.cells, sums.tolist(), strict=True))
    cells = known.index.astype("str")
    return {cell: (counted.get(cell, 0), each) for cell, each in zip(cells, known.tolist(), strict=True)}

"""What changed between two plans: who enters and who leaves which tier."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from pandas import DataFrame

from gridmap.core.claims import claims_on, named
from gridmap.model.placement import Placement
from gridmap.model.plan import NONE, Codes, Plan

CHANGE_COLUMNS = ("cell_id", "tier_before", "tier_after", "zone_before", "zone_after", "change", "residents")
_CHANGES = ("stricter", "weaker", "zone")
_MOST_TIERS = 1000


def compare_plans(before: Plan, after: Plan, placement: Placement) -> DataFrame:
    """List the households whose tier or zone is another after than before.

    Parameters
    ----------
    before, after
        Two plans over one grid.
    placement
        The placed households.

    Returns
    -------
    changes
        By ``household_id``: `cell_id`, `tier_before`, `tier_after` (a tier or ``none``), `zone_before`,
        `zone_after`, `change` (``stricter``, ``weaker``, or ``zone`` where only the zone is another, or
        the name of the tier under other rules), `residents`. Empty if nobody is concerned.
    """
    claims = [claims_on(plan, placement) for plan in (before, after)]
    tiers = _codes([before.tier_order, after.tier_order], [each.tier for each in claims], NONE)
    registries = [[zone.zone_id for zone in plan.registry] for plan in (before, after)]
    zones = _codes(registries, [each.zone for each in claims], "")
    rows = np.flatnonzero((tiers.codes[0] != tiers.codes[1]) | (zones.codes[0] != zones.codes[1]))
    strict = [_strictness(plan, each.tier[rows]) for plan, each in zip((before, after), claims, strict=True)]
    same = (tiers.codes[0][rows] == tiers.codes[1][rows]) | (strict[0] == strict[1])
    change = np.where(same, 2, np.where(strict[1] > strict[0], 0, 1))
    columns = (
        placement.cells.array.take(rows),
        *(named(codes[rows], tiers.labels) for codes in tiers.codes),
        *(named(codes[rows], zones.labels) for codes in zones.codes),
        named(change, _CHANGES),
        claims[0].census.residents[rows],
    )
    return DataFrame(dict(zip(CHANGE_COLUMNS, columns, strict=True)), index=placement.cells.index[rows])


class _Coded(NamedTuple):
    """Positions of one kind of answer under several plans in labels that they share."""

    labels: list[str]
    codes: list[Codes]


def _codes(labels: Sequence[Sequence[str]], codes: list[Codes], none: str) -> _Coded:
    """Bring the codes of plans that number their labels in their own ways into one numbering."""
    shared = list(dict.fromkeys([*itertools.chain(*labels), none]))
    places = {label: place for place, label in enumerate(shared)}
    recodes = [np.array([*(places[label] for label in own), places[none]]) for own in labels]
    return _Coded(shared, [recode[own] for recode, own in zip(recodes, codes, strict=True)])


def _strictness(plan: Plan, tiers: Codes) -> Codes:
    """Order tiers, also of plans of other rules: by the place from the strictest, then from the weakest."""
    count = len(plan.tier_order)
    return np.where(tiers < 0, -_MOST_TIERS * _MOST_TIERS, count - tiers - _MOST_TIERS * tiers)

"""What a delineation would change, before it is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas import DataFrame

from gridmap.core.apply import apply_edit
from gridmap.core.claims import claims_on
from gridmap.core.delineate import work_out
from gridmap.core.edits import Delineate
from gridmap.core.outline import demand_cells
from gridmap.core.tally import count_zones
from gridmap.core.zone_changes import ZoneChanges, compare_zones
from gridmap.model.frames import grid_frame
from gridmap.model.placement import Placement
from gridmap.model.plan import NONE, Codes, Plan
from gridmap.model.protocol import Protocol
from gridmap.model.shown import shows_counts

_RAISED = ("zone_before", "zone_after", "tier_before", "tier_after", "cases", "reason")
_Numbers = npt.NDArray[np.int64]


@shows_counts
@dataclass(frozen=True, eq=False)
class Preview:
    """A delineation that is proposed; `gridmap.apply_edit` with its edit makes it.

    Parameters
    ----------
    edit
        The edit.
    plan
        The plan as it would be.
    zones
        Its zones by ``zone_id``: `tier`, `name`, `cells`, `households`, `residents` (0 without a placement),
        `new`, whether the plan has none of this number now.
    changes
        By `tier_before` and `tier_after` (``none`` for none), where they differ: `cells`, `households`,
        `residents`.
    raised
        The zones that come under a stricter tier as a whole, because of a case in them: `zone_before`,
        `zone_after`, `tier_before`, `tier_after`, `cases` (a tuple of ids), `reason`.
    zone_changes
        What becomes of the zones, as `gridmap.compare_zones` tells it.
    unplaced
        The cases for which no zone could be made.
    warnings
        What has to be said, as the warnings of `gridmap.delineate`.
    """

    edit: Delineate
    plan: Plan
    zones: DataFrame
    changes: DataFrame
    raised: DataFrame
    zone_changes: ZoneChanges
    unplaced: tuple[str, ...]
    warnings: tuple[str, ...]


def preview_delineation(
    plan: Plan,
    cases: DataFrame,
    grid: DataFrame,
    *,
    protocol: Protocol,
    placement: Placement | None = None,
    case_places: DataFrame | None = None,
) -> Preview:
    """Work out what `gridmap.delineate` over a plan would change, and leave the plan as it is.

    Parameters
    ----------
    plan
        The plan to zone again.
    cases, grid, protocol, case_places
        As for `gridmap.delineate`.
    placement
        The placed households; without them none are counted.

    Returns
    -------
    preview
        The proposal; nothing is warned of, what has to be said is in it.

    Raises
    ------
    CrsMismatchError
        If points have a CRS and the grid has none, or the other way round.
    PlanError
        If cells carry a tier that the protocol lacks.
    UnknownCellError
        If the grid lacks cells of the plan.
    """
    grid = grid_frame(grid)
    demand_cells(plan, grid)
    edit, notes = work_out(
        cases,
        grid,
        protocol,
        hierarchy=plan.hierarchy,
        households=placement,
        case_places=case_places,
        base=plan,
    )
    after = apply_edit(plan, edit)
    return Preview(
        edit=edit,
        plan=after,
        zones=_zones(plan, after, placement),
        changes=tier_changes(plan, after, placement),
        raised=_raised(plan, after, edit),
        zone_changes=compare_zones(plan, after, placement=placement),
        unplaced=tuple(edit.unplaced),
        warnings=notes.texts,
    )


def tier_changes(before: Plan, after: Plan, placement: Placement | None = None) -> DataFrame:
    """Count the cells and people whose tier is another after than before.

    Parameters
    ----------
    before, after
        Two plans over one grid.
    placement
        The placed households; without them there are none.

    Returns
    -------
    changes
        By `tier_before` and `tier_after` (``none`` for none), the strictest first, where they differ:
        `cells`, `households`, `residents`.
    """
    labels = list(dict.fromkeys([*before.tier_order, *after.tier_order, NONE]))
    pairs = _pairs([before, after], [plan.effective.tier for plan in (before, after)], labels)
    counts = {"cells": np.bincount(pairs, minlength=len(labels) ** 2)}
    counts |= dict.fromkeys(("households", "residents"), np.zeros(len(labels) ** 2, dtype=np.int64))
    if placement is not None:
        claims = [claims_on(plan, placement) for plan in (before, after)]
        homes = _pairs([before, after], [each.tier for each in claims], labels)
        counts["households"] = np.bincount(homes, minlength=len(labels) ** 2)
        counts["residents"] = counts["residents"].copy()
        np.add.at(counts["residents"], homes, claims[0].census.residents)
    index = pd.MultiIndex.from_product([labels, labels], names=["tier_before", "tier_after"])
    frame = DataFrame(counts, index=index)
    moved = index.get_level_values(0) != index.get_level_values(1)
    return frame[moved & (frame > 0).any(axis=1)]


def _pairs(plans: list[Plan], codes: list[Codes], labels: list[str]) -> _Numbers:
    """Return one number for each tier before and after."""
    one, other = (
        np.array([*(labels.index(tier) for tier in plan.tier_order), labels.index(NONE)])[own]
        for plan, own in zip(plans, codes, strict=True)
    )
    return np.asarray(one * len(labels) + other, dtype=np.int64)


def _raised(before: Plan, after: Plan, edit: Delineate) -> DataFrame:
    """List the zones that the edit raises, each once; those that earlier cases raised are as they were."""
    rows: dict[str, tuple[Any, ...]] = {}
    for each in edit.proposals:
        if each.zone in before.zones.index:
            zone = before.registry[before.zone_place(each.zone)]
            found = (each.anchor in new.anchor.split("|") and new.tier == each.tier for new in after.registry)
            number = next(new.zone_id for new, mine in zip(after.registry, found, strict=True) if mine)
            row = (zone.zone_id, number, zone.tier, each.tier, tuple(each.cases), each.reason)
            rows.setdefault(each.zone, row)
    return DataFrame(list(rows.values()), columns=list(_RAISED))


def _zones(before: Plan, after: Plan, placement: Placement | None) -> DataFrame:
    zones = after.zones[["tier", "name"]]
    if placement is None:
        sizes = np.bincount(after.effective.zone + 1, minlength=len(after.registry) + 1)[1:]
        counted = zones.assign(cells=sizes[after.zone_places], households=0, residents=0)
    else:
        counted = zones.join(count_zones(after, placement))
    return counted.assign(new=~zones.index.isin(before.zones.index))

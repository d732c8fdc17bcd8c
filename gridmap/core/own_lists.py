"""Who must stand in the list of a village or of an official, counted again, and what lists say otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.mismatch import Listed, list_differences
from gridmap.core.tally import household_zones
from gridmap.model.certificate import Difference
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan

OWN = ("whose", "household_id")


def village_dues(plan: Plan, placement: Placement, households: Any) -> DataFrame:
    """Return which households each village answers for: those whose cell lies in it.

    Parameters
    ----------
    plan, placement
        What was zoned, and who lives there.
    households
        Ids of those that lists hold.

    Returns
    -------
    due
        `whose` (the village), `household_id`; none for a household outside every village.
    """
    hierarchy = plan.hierarchy
    cells = placement.cells.loc[households]
    villages = {cell: hierarchy.area_at(cell, "village") for cell in cells.unique()}
    due = DataFrame({"whose": cells.map(villages), "household_id": cells.index})
    return due[due["whose"].notna()].reset_index(drop=True)


def official_dues(plan: Plan, placement: Placement, table: DataFrame, households: Any) -> DataFrame:
    """Return which households each official answers for, duty by duty.

    That of a household is the household, that of an area all whose cell lies in it, that of a zone all of it.

    Parameters
    ----------
    plan, placement, households
        As for `village_dues`.
    table
        Duties, as in `gridmap.assign_duties`.

    Returns
    -------
    due
        `whose` (the official), `household_id`, each pair once.
    """
    ids = pd.Index(households)
    homes = {
        "area": _by(placement.cells.loc[ids]),
        "zone": _by(household_zones(plan, placement).loc[ids]),
        "household": {each: [place] for place, each in enumerate(ids)},
    }
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for official, kind, target in table[["official_id", "target_kind", "target"]].itertuples(index=False):
        if kind in homes:
            targets = plan.hierarchy.cells_of(target) if kind == "area" else [target]
            found[official] += [homes[kind][each] for each in targets if each in homes[kind]]
    places = {official: np.unique(np.concatenate(each)) for official, each in found.items() if each}
    whose = np.repeat(np.array(list(places), dtype=object), [len(each) for each in places.values()])
    at = np.concatenate([np.empty(0, dtype=np.intp), *places.values()])
    return DataFrame({"whose": whose, "household_id": ids.to_numpy()[at]}, dtype="str")


def own_differences(
    name: str, rows: DataFrame, due: DataFrame, *, placement: Placement, tiers: Series
) -> Iterator[Difference]:
    """Compare lists of villages or of officials with what each of them answers for.

    Parameters
    ----------
    name
        What they are called in messages.
    rows
        As read back: `whose` list, `household_id`, and `cell_id` and `tier` where the list shows them.
    due
        `whose`, `household_id`.
    placement, tiers
        In which cell, and under which tier each is.
    """
    both = pd.concat([due[list(OWN)], rows[list(OWN)]], ignore_index=True)
    codes = both.groupby(list(OWN), sort=True).ngroup().to_numpy()
    wanted, found = (
        np.bincount(part, minlength=codes.max(initial=-1) + 1) for part in np.split(codes, [len(due)])
    )
    firsts = both.loc[~both.duplicated()].set_axis(pd.unique(codes)).sort_index()
    for place in np.flatnonzero(wanted != found):
        whose, household = firsts.loc[place, list(OWN)]
        if not found[place]:
            yield Difference(household, "lost", name, f"not in the list of {whose}")
        elif not wanted[place]:
            yield Difference(
                household, "invented", name, f"in the list of {whose}, but does not belong there"
            )
        else:
            yield Difference(household, "doubled", name, f"{found[place]} times in the list of {whose}")
    shown = rows.drop(columns="whose").drop_duplicates(ignore_index=True)
    known = shown["household_id"].isin(tiers.index)
    for each in list_differences(Listed(name, shown[known], whole=False), placement, tiers):
        if each.kind in ("moved", "tier"):
            yield each


def _by(values: Series) -> dict[Any, Any]:
    """Return the places of each value."""
    return dict(values.reset_index(drop=True).groupby(values.to_numpy()).indices)

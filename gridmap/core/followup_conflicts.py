"""Entries from the field that do not fit what is known: of nobody, or of a household that has moved on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame, Series

from gridmap.core.followup_merge import CONFLICT_COLUMNS, merge_followups
from gridmap.core.tally import household_tiers, household_zones
from gridmap.model.frames import is_among
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan


def take_in(
    known: DataFrame | None,
    read: DataFrame,
    *,
    plan: Plan,
    placement: Placement,
    duties: DataFrame | None = None,
) -> tuple[DataFrame, DataFrame]:
    """Merge entries into what is known, as `merge_followups` does, and list all that a person must look at.

    Parameters
    ----------
    known, read
        As for `merge_followups`; `read` may also have `cell_id` and `tier`, as the list has them, and
        `official_id`, whose list it is; `where` a row stands, and its `date_fault`.
    plan, placement
        What is zoned now, and who lives there.
    duties
        Who is responsible now, as in `gridmap.assign_duties`.

    Returns
    -------
    merged
        As of `merge_followups`, without entries of households that are not in the roster.
    conflicts
        Those of `merge_followups`, and ``unknown_household`` (not in the roster, not taken in),
        ``bad_date`` (taken in as without a date), ``other_list`` (taken in, but the household is in another
        cell, under another tier or in the list of another official by now).
    """
    read = read.assign(household_id=_as_in_roster(read["household_id"], placement))
    unknown = ~is_among(read["household_id"], placement.households.index.astype("str"))
    merged, conflicts = merge_followups(known, read[~unknown])
    rows = [
        (row.household_id, "unknown_household", "no household of the roster has this id", _place(row))
        for row in read[unknown].drop_duplicates(["household_id", "source"]).itertuples()
    ]
    if "date_fault" in read:
        undated = read[~unknown & (read["date_fault"] != "").to_numpy()]
        rows += [(row.household_id, "bad_date", row.date_fault, _place(row)) for row in undated.itertuples()]
    moved = _moved(read[~unknown], plan, placement, duties)
    odd = DataFrame(rows, columns=list(CONFLICT_COLUMNS), dtype="str")
    return merged, pd.concat([odd, conflicts, moved], ignore_index=True)


def _as_in_roster(ids: Series, placement: Placement) -> Series:
    """Give ids the zeros back that a spreadsheet took from their beginning, where just one household fits."""
    roster = placement.households.index.astype("str").unique()
    strange = Series(~is_among(ids, roster), index=ids.index)
    if not strange.any():
        return ids
    whole = Series(roster[roster.str.startswith("0")], dtype="str")
    short = whole.str.lstrip("0")
    found = whole[~short.duplicated(keep=False)].set_axis(short[~short.duplicated(keep=False)])
    return ids.mask(strange & is_among(ids, found.index), ids.map(found))


def _moved(read: DataFrame, plan: Plan, placement: Placement, duties: DataFrame | None) -> DataFrame:
    """List the entries whose list says another cell, tier or official than is right now."""
    placed = read[is_among(read["household_id"], placement.cells.index)].reset_index(drop=True)
    now = DataFrame({"cell_id": placement.cells, "tier": household_tiers(plan, placement)})
    now = now.loc[placed["household_id"]].reset_index(drop=True)
    said: dict[int, list[str]] = {}
    for name, words in (("cell_id", "in cell"), ("tier", "under tier")):
        if name in placed:
            was = placed[name].astype("str").fillna("")
            for at in np.flatnonzero((was != "") & (was != now[name])):
                text = f"{words} {now[name].iat[at]} now, listed {words} {was.iat[at]}"
                said.setdefault(int(at), []).append(text)
    if duties is not None and len(duties):
        for at in np.flatnonzero(~_still_theirs(placed, plan, placement, duties)):
            text = f"in the list of {placed['official_id'].iat[at]}, no more responsible for it"
            said.setdefault(int(at), []).append(text)
    rows = [
        (row.household_id, "other_list", "; ".join(said[at]), _place(row))
        for at, row in zip(sorted(said), placed.iloc[sorted(said)].itertuples(), strict=True)
    ]
    return DataFrame(rows, columns=list(CONFLICT_COLUMNS), dtype="str").drop_duplicates(ignore_index=True)


def _still_theirs(
    placed: DataFrame, plan: Plan, placement: Placement, duties: DataFrame
) -> NDArray[np.bool_]:
    """Tell whether the official of a list still answers for the household, its zone or an area around it."""
    who = placed["official_id"].astype("str").fillna("").to_numpy()
    held = pd.MultiIndex.from_frame(duties[["official_id", "target_kind", "target"]])
    households = placed["household_id"].to_numpy()
    targets = [("household", households)]
    targets.append(("zone", household_zones(plan, placement).fillna("").loc[households].to_numpy()))
    cells = plan.hierarchy.cell_ids.get_indexer(placement.cells.loc[households])
    names = np.append(plan.hierarchy.areas.index.to_numpy(dtype=object), "")
    targets += [("area", names[step[cells]]) for step in plan.hierarchy.lineage]
    found = np.asarray(who == "", dtype=bool)
    for kind, each in targets:
        found |= pd.MultiIndex.from_arrays([who, np.full(len(who), kind), each]).isin(held)
    return found


def _place(row: Any) -> str:
    where = getattr(row, "where", "")
    return f"{row.source} {where}".strip() if isinstance(where, str) else str(row.source)

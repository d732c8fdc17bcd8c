"""What came back from the field, taken into a workspace."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
from pandas import DataFrame

from gridmap.core.followup_conflicts import take_in
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.shown import shows_counts
from gridmap.store.workspace import Workspace


@shows_counts
class TakenIn(NamedTuple):
    """What became of entries from the field.

    Parameters
    ----------
    followups
        What is known now, one row for each household.
    conflicts
        What a person must look at, as `gridmap.core.followup_conflicts.take_in` lists it.
    changed
        How many households more, or otherwise, is known of than before.
    """

    followups: DataFrame
    conflicts: DataFrame
    changed: int


def keep_followups(
    workspace: Workspace, entries: DataFrame, *, plan: Plan, placement: Placement, author: str
) -> TakenIn:
    """Merge entries into the follow-ups of a workspace; nothing is written where nothing is new.

    Parameters
    ----------
    workspace
        Where they are kept.
    entries
        As `gridmap.read_followups` gives them.
    plan, placement
        What is zoned now, and who lives there.
    author
        Who; logged.

    Raises
    ------
    ConflictError
        If somebody else has changed the follow-ups just now.
    """
    known, in_force = workspace.followups, workspace.duties_in_force
    duties = in_force if len(in_force) else None
    merged, conflicts = take_in(known, entries, plan=plan, placement=placement, duties=duties)
    changed = _changed(known, merged)
    if changed:
        workspace.set_tables(followups=merged, author=author)
    return TakenIn(merged, conflicts, changed)


def _changed(known: DataFrame, merged: DataFrame) -> int:
    """Count the households of which something else is known now; moments are compared, not their zones."""
    before, after = (
        rows.assign(reached_on=pd.to_datetime(rows["reached_on"], utc=True).dt.as_unit("us"))
        for rows in (known[list(merged.columns)], merged)
    )
    same = before.merge(after, how="inner", on=list(after.columns))
    return len(after) - len(same)

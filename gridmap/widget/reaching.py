"""How many households the field has reached so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridmap.core.followup_merge import REACHED

if TYPE_CHECKING:
    from gridmap.workbench import Workbench


def reached_of(bench: Workbench) -> dict[str, int] | None:
    """Count the households of the roster, and those that were reached; None where nothing came back."""
    known = bench.followups
    if not len(known):
        return None
    reached = known.loc[known["result"] == REACHED, "household_id"].drop_duplicates()
    ids = bench.households.index
    return {"households": len(ids), "reached": int(reached.isin(ids[~ids.duplicated(keep=False)]).sum())}

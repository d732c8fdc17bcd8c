"""How many households go from one tier to another, as it is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridmap.cli.printing import say, say_table

if TYPE_CHECKING:
    from pandas import DataFrame


def say_tier_counts(counts: DataFrame) -> None:
    """Print what `gridmap.core.carry_changes.tier_counts` counts; nothing if nobody changes."""
    if not len(counts):
        return
    say("\nhouseholds that change tier")
    rows = counts[["tier_before", "tier_after", "households", "residents"]].astype("object")
    say_table(rows.to_numpy().tolist(), head=("before", "after", "households", "residents"))

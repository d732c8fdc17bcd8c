"""How much every official of a role carries, now and before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.export.plain import plain_text
from gridmap.widget.persons import Persons
from gridmap.widget.spots import Spots

if TYPE_CHECKING:
    from gridmap.model.duties import Duties
    from gridmap.widget.desk import Desk

HOUSEHOLDS, TARGETS = "households", "targets"


def carried(table: DataFrame, role: str, spots: Spots) -> DataFrame:
    """Count what a table of duties lets every official of a role carry.

    Parameters
    ----------
    table
        Duties, now or as they were; what the grid and the roster no longer have counts nothing.
    role
        The role.
    spots
        Where duties lie.

    Returns
    -------
    carried
        By ``official_id``: `targets`, `households`, `pinned` (duties set by hand).
    """
    mine = table[table["role"] == role]
    is_home = (mine["target_kind"] == "household").to_numpy()
    homes = is_home.astype(np.int64)
    others = mine[~is_home]
    pairs = zip(others["target_kind"], others["target"], strict=True)
    homes[~is_home] = [spots.households_of(kind, target) for kind, target in pairs]
    hand = mine["origin"] == "pinned" if "origin" in mine else pd.Series(data=False, index=mine.index)
    counts = DataFrame({"official_id": mine["official_id"], TARGETS: 1, HOUSEHOLDS: homes, "pinned": hand})
    return counts.groupby("official_id", sort=False)[[TARGETS, HOUSEHOLDS, "pinned"]].sum()


def unit_of(role: str, desk: Desk) -> str:
    """Return what the load of a role is counted in: ``households`` where one is linked to them."""
    linking = {rule.role for rule in desk.bench.protocol.duties if rule.per == "household"}
    return HOUSEHOLDS if role in linking else TARGETS


def burden_rows(desk: Desk, duties: Duties, role: str, before: DataFrame | None) -> list[dict[str, Any]]:
    """Return a row for every official of a role, the fullest first.

    Parameters
    ----------
    desk
        Whose plan it is.
    duties
        The duties now.
    role
        The role.
    before
        The duties to compare with; without them nobody is told what was before.
    """
    loads = duties.loads[duties.loads["role"] == role]
    spots, unit = Spots(desk), unit_of(role, desk)
    pinned = carried(duties.table, role, spots)["pinned"]
    was = None if before is None else carried(before, role, spots)[unit]
    order = np.lexsort([-loads[unit].to_numpy(), -loads["share"].fillna(-1.0).to_numpy()])
    persons = Persons(desk.bench.officials)
    return [_row(row, pinned, was, persons) for row in loads.iloc[order].itertuples()]


def _row(row: Any, pinned: Series, was: Series | None, persons: Persons) -> dict[str, Any]:
    official = str(row.Index)
    return {
        "official": plain_text(official),
        "name": persons.name(official),
        "households": int(row.households),
        "targets": int(row.targets),
        "capacity": number(row.capacity),
        "share": number(row.share),
        "pinned": int(pinned.get(official, 0)),
        "before": None if was is None else int(was.get(official, 0)),
    }


def number(value: Any) -> float | None:
    """Return a number as JSON writes it; None where it is missing."""
    return round(float(value), 4) if value is not None and np.isfinite(value) else None

"""How much every official of a role carries, now and before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pandas import DataFrame, Series

from gridmap.export.plain import plain_texts
from gridmap.widget.answers import packed
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
    homes[~is_home] = spots.households_in(others["target_kind"], others["target"])
    hand = mine["origin"] == "pinned"
    counts = DataFrame({"official_id": mine["official_id"], TARGETS: 1, HOUSEHOLDS: homes, "pinned": hand})
    return counts.groupby("official_id", sort=False)[[TARGETS, HOUSEHOLDS, "pinned"]].sum()


def unit_of(role: str, desk: Desk) -> str:
    """Return what the load of a role is counted in: ``households`` where one is linked to them."""
    linking = {rule.role for rule in desk.bench.protocol.duties if rule.per == "household"}
    return HOUSEHOLDS if role in linking else TARGETS


def burdens(
    desk: Desk, duties: Duties, role: str, before: DataFrame | None
) -> tuple[dict[str, Any], list[bytes]]:
    """Tell what every official of a role carries, the fullest first: texts in lists, numbers beside them.

    A county may have a hundred thousand of one role, so that a row for each would be too large a message.

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

    Returns
    -------
    content, buffers
        Ids and names; `households`, `targets`, `capacity` (NaN where none is known), duties set by hand, and
        what was carried before, -1 where that is not known.
    """
    loads = duties.loads[duties.loads["role"] == role]
    spots, unit = Spots(desk), unit_of(role, desk)
    order = np.lexsort([-loads[unit].to_numpy(), -loads["share"].fillna(-1.0).to_numpy()])
    loads = loads.iloc[order]
    ids = loads.index.astype("str")
    pinned = carried(duties.table, role, spots)["pinned"].reindex(ids).fillna(0)
    was = Series(-1, index=ids) if before is None else carried(before, role, spots)[unit].reindex(ids)
    persons = Persons(desk.bench.officials)
    content = {
        "role": role,
        "unit": unit,
        "officials": plain_texts(ids.tolist()),
        "names": persons.names(ids.tolist()),
    }
    numbers = [loads["households"], loads["targets"], pinned, was.fillna(0)]
    return content, [*(packed(each, "i4") for each in numbers), packed(loads["capacity"], "f4")]


def number(value: Any) -> float | None:
    """Return a number as JSON writes it; None where it is missing."""
    return round(float(value), 4) if value is not None and np.isfinite(value) else None

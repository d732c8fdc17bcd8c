"""What the substitute of a conflict would take over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gridmap.widget.holdings import Group, groups_held
from gridmap.widget.spots import Spots

if TYPE_CHECKING:
    from gridmap.model.duties import Duties
    from gridmap.widget.desk import Desk

_ALL = frozenset(("no_phone", "unknown_territory"))
RELIEVABLE = _ALL | {"overload", "double_booking", "outside_serves_inside", "inside_serves_outside"}


def relieved(desk: Desk, duties: Duties, kind: str, official: str, role: str) -> list[Group]:
    """Return what somebody else should take from an official, so that a conflict is settled.

    Of an overload the groups that bring the load back to the capacity; of a double booking all but the
    first; of what lies on the other side of a closed border that; of other conflicts about the person all.
    What was set by hand stays if that is enough.

    Parameters
    ----------
    desk
        Whose plan it is.
    duties
        The duties under it.
    kind, official, role
        The conflict.
    """
    groups = groups_held(desk, duties, official, role)
    if kind == "overload":
        return _excess(groups, duties, official, role)
    if kind == "double_booking":
        return [group for group in groups if group.kind != "household"][1:]
    if kind == "outside_serves_inside":
        return [group for group in groups if _is_in(desk, group, _closed(desk))]
    if kind == "inside_serves_outside":
        home = _home_zone(duties, official, role)
        return [group for group in groups if not _is_in(desk, group, {home})]
    return groups if kind in _ALL else []


def _excess(groups: Sequence[Group], duties: Duties, official: str, role: str) -> list[Group]:
    """Return groups that bring a load back to the capacity: the fewest households that are enough."""
    loads = duties.loads
    mine = loads[(loads.index == official) & (loads["role"] == role)]
    if not len(mine) or not np.isfinite(mine["capacity"].iloc[0]):
        return []
    over = int(np.ceil(mine["households"].iloc[0] - mine["capacity"].iloc[0]))
    taken: list[Group] = []
    for group in sorted(groups, key=lambda group: (group.pinned > 0, -group.households)):
        if 0 < group.households <= over:
            taken.append(group)
            over -= group.households
    if over > 0:
        rest = [group for group in groups if group not in taken and group.households >= over]
        taken += sorted(rest, key=lambda group: (group.pinned > 0, group.households))[:1]
    return taken


def _closed(desk: Desk) -> set[str]:
    """Return the zones of the strictest tier, which nobody enters or leaves."""
    zones = desk.bench.plan.zones
    return set(zones.index[zones["tier"] == desk.bench.plan.tier_order[0]])


def _home_zone(duties: Duties, official: str, role: str) -> str:
    """Return the closed zone in which an official lives; empty text for none."""
    staff = duties.staff
    if staff is None:
        return ""
    mine = staff[(staff["official_id"] == official) & (staff["role"] == role)]
    return str(mine["home_zone"].iloc[0]) if len(mine) else ""


def _is_in(desk: Desk, group: Group, zones: set[str]) -> bool:
    """Tell whether all of a group lies in one of the zones."""
    plan, spots = desk.bench.plan, Spots(desk)
    if group.kind == "zone":
        return group.targets[0] in zones
    if group.kind == "household":
        return bool(spots.zones.reindex(list(group.targets)).isin(zones).all())
    codes = [plan.zone_place(zone) for zone in zones if zone in plan.zones.index]
    return bool(len(group.cells)) and bool(np.isin(plan.effective.zone[group.cells], codes).all())

"""What the substitute of a conflict would take over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gridmap.core.ground import survey
from gridmap.core.targets import named_target
from gridmap.widget.holdings import Group, groups_held
from gridmap.widget.spots import Spots

if TYPE_CHECKING:
    from gridmap.model.duties import Duties
    from gridmap.widget.desk import Desk

_WHOLE = frozenset(("no_phone", "unknown_territory"))
_ACROSS = frozenset(("outside_serves_inside", "inside_serves_outside"))
RELIEVABLE = _WHOLE | _ACROSS | {"overload", "double_booking"}


def relieved(desk: Desk, duties: Duties, kind: str, *, official: str, role: str, to: str) -> list[Group]:
    """Return what somebody else should take from an official, so that a conflict is settled.

    Of an overload the fewest households in whole groups that are enough; of a double booking what is
    farthest from home; across a closed border what lies on the side of the substitute; of other conflicts
    all. What was set by hand stays if that is enough.

    Parameters
    ----------
    desk
        Whose plan it is.
    duties
        The duties under it.
    kind
        The kind of the conflict.
    official, role
        Whose it is.
    to
        The substitute.
    """
    groups = groups_held(desk, duties, official, role)
    if kind == "overload":
        return _excess(groups, *_over_and_room(duties, official, to, role))
    if kind == "double_booking":
        return _farthest(desk, duties, groups, official, role)
    if kind in _ACROSS:
        return _on_side(desk, groups, _home_zone(duties, official, role), _home_zone(duties, to, role))
    return groups if kind in _WHOLE else []


def _over_and_room(duties: Duties, official: str, to: str, role: str) -> tuple[int, int]:
    """Return by how much an official is over capacity, and how much room somebody else has."""
    loads = duties.loads[duties.loads["role"] == role]
    room = (loads["capacity"] - loads["households"]).fillna(np.inf)
    rooms = dict(zip(loads.index.tolist(), room.tolist(), strict=True))
    over, free = -rooms.get(official, 0.0), rooms.get(to, 0.0)
    return max(int(np.ceil(over)), 0), int(min(free, len(duties.table)))


def _excess(groups: Sequence[Group], over: int, room: int) -> list[Group]:
    """Return whole groups with the fewest households that are enough and find room; else those that do."""
    for some in ([group for group in groups if not group.pinned], groups):
        sums: dict[int, tuple[Group, ...]] = {0: ()}
        for group in some:
            more = {size + group.households: (*taken, group) for size, taken in sums.items()}
            sums = {**more, **sums}
        enough = [size for size in sums if over <= size <= room]
        if enough:
            return list(sums[min(enough)])
    return list(sums[max(size for size in sums if size <= room)])


def _farthest(desk: Desk, duties: Duties, groups: Sequence[Group], official: str, role: str) -> list[Group]:
    """Return the post that is farthest from home, of several alike the last one given."""
    posts = [group for group in groups if group.kind != "household"]
    staff = duties.staff
    if not posts or staff is None:
        return posts[-1:]
    home = staff[(staff["official_id"] == official) & (staff["role"] == role)]
    bench = desk.bench
    ground = survey(bench.plan, bench.placement)
    found = [named_target(group.kind, group.targets[0], ground, bench.sites) for group in posts]
    away_m = [
        0.0 if at is None else float(np.hypot(at.x_m - home["x_m"].iloc[0], at.y_m - home["y_m"].iloc[0]))
        for at in found
    ]
    return [posts[len(posts) - 1 - int(np.argmax(np.nan_to_num(away_m[::-1])))]]


def _home_zone(duties: Duties, official: str, role: str) -> str:
    """Return the closed zone in which an official lives; empty text for none."""
    staff = duties.staff
    if staff is None:
        return ""
    mine = staff[(staff["official_id"] == official) & (staff["role"] == role)]
    return str(mine["home_zone"].iloc[0]) if len(mine) else ""


def _on_side(desk: Desk, groups: Sequence[Group], own: str, other: str) -> list[Group]:
    """Return the groups that are not on the own side of closed borders, but on the other one."""
    zones = desk.bench.plan.zones
    closed = set(zones.index[zones["tier"] == desk.bench.plan.tier_order[0]])
    away = [group for group in groups if not _is_in(desk, group, {own})]
    if own:
        return [group for group in away if not other or _is_in(desk, group, {other})]
    return [group for group in away if _is_in(desk, group, {other} if other else closed)]


def _is_in(desk: Desk, group: Group, zones: set[str]) -> bool:
    """Tell whether all of a group lies in one of the zones."""
    plan, spots = desk.bench.plan, Spots(desk)
    if group.kind == "zone":
        return group.targets[0] in zones
    if group.kind == "household":
        return bool(spots.zones.reindex(list(group.targets)).isin(zones).all())
    codes = [plan.zone_place(zone) for zone in zones if zone in plan.zones.index]
    return bool(len(group.cells)) and bool(np.isin(plan.effective.zone[group.cells], codes).all())

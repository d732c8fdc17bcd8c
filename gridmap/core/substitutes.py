"""Who could serve instead of an official whose duty is in conflict."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from pandas import DataFrame

from gridmap.core.ground import Ground, Places
from gridmap.core.posts import Post, middle_m, near_roles
from gridmap.core.territory import Ledger
from gridmap.model.protocol import Protocol


@dataclass(frozen=True)
class Clash:
    """A conflict of one official.

    Parameters
    ----------
    who
        The official, by row of the staff.
    role, kind, detail
        As in the table of conflicts.
    posts
        What somebody else would serve; none if nobody else is needed.
    surplus
        How many households somebody else would take; all of the posts, if 0.
    """

    who: int
    role: str
    kind: str
    detail: str
    posts: tuple[Post, ...] = ()
    surplus: int = 0

    @property
    def households(self) -> int:
        """How many households somebody else would take."""
        return self.surplus or sum(post.households for post in self.posts)


class Reserve:
    """The officials who are free, and what of them was proposed already.

    One who is proposed counts as taken, so that all proposals together can be followed.

    Parameters
    ----------
    ledger
        The duties.
    ground
        The plan: its closed zones keep people apart.
    protocol
        Its duties say who is linked to households, and who serves at the door.
    loads
        What every official carries, in the order of the ledger's staff.
    in_conflict
        The officials who are in conflict themselves.
    """

    def __init__(
        self,
        ledger: Ledger,
        ground: Ground,
        protocol: Protocol,
        loads: DataFrame,
        in_conflict: Collection[str],
    ) -> None:
        staff = ledger.staff
        self._ledger, self._closed = ledger, ground.closed
        self._near = near_roles(protocol)
        self._linked = {rule.role for rule in protocol.duties if rule.per == "household"}
        able = (staff["phone"] != "") & ~staff["official_id"].isin(list(in_conflict))
        self._able, self._roles = able.to_numpy(dtype=bool), staff["role"].to_numpy(dtype=object)
        self._held = ledger.held.copy()
        room = loads["capacity"].fillna(np.inf) - loads["households"]
        self._room = room.to_numpy(dtype=np.float64, copy=True)
        self._pools: dict[str, Places] = {}
        self._proposed: dict[tuple[int, str], tuple[int, frozenset[Post], int]] = {}

    def propose(self, clash: Clash) -> str:
        """Return the nearest free official of the role who could serve instead; empty text if nobody could.

        Free is who has no duty yet, or of those who are linked to households, who has room for them. Nobody
        is proposed who is in conflict, has no phone, or is kept apart from what is to be served by a closed
        zone. Ties go to the id that sorts first.
        """
        if not clash.posts:
            return ""
        pool = self._pool(clash.role)
        pool = pool[self._together(pool, clash)]
        best = self._again(pool, clash)
        if best < 0:
            best = self._nearest(pool, clash)
        return "" if best < 0 else str(self._ledger.official_ids[best])

    def _again(self, pool: Places, clash: Clash) -> int:
        """Return who was proposed for another conflict of these duties, if there is room; or -1."""
        best, posts, taken = self._proposed.get((clash.who, clash.role), (-1, frozenset[Post](), 0))
        alike = bool(posts & set(clash.posts))
        more = max(clash.households - taken, 0) if alike else clash.households
        if best not in pool or self._room[best] < more:
            return -1
        self._take(best, clash, more)
        return best

    def _nearest(self, pool: Places, clash: Clash) -> int:
        free = self._room[pool] >= clash.households
        if clash.role not in self._linked:
            free &= self._held[pool] == 0
        if not free.any():
            return -1
        x_m, y_m = middle_m(clash.posts)
        away_m = np.hypot(self._ledger.x_m[pool[free]] - x_m, self._ledger.y_m[pool[free]] - y_m)
        best = int(pool[free][np.argmin(np.nan_to_num(away_m, nan=np.inf))])
        self._held[best] += 1
        self._take(best, clash, clash.households)
        return best

    def _take(self, best: int, clash: Clash, households: int) -> None:
        self._room[best] -= households
        _, posts, taken = self._proposed.get((clash.who, clash.role), (best, frozenset[Post](), 0))
        self._proposed[clash.who, clash.role] = best, posts | set(clash.posts), taken + households

    def _pool(self, role: str) -> Places:
        if role not in self._pools:
            self._pools[role] = np.flatnonzero(self._able & (self._roles == role))
        return self._pools[role]

    def _together(self, pool: Places, clash: Clash) -> Places:
        """Tell whom no closed border keeps apart from all that is to be served."""
        homes = self._ledger.homes[pool]
        zones = frozenset[str]().union(*(post.zones for post in clash.posts))
        apart = np.array([bool(home and zones - {home}) for home in homes], dtype=bool)
        if clash.role in self._near and any(
            post.zones and post.zones <= self._closed for post in clash.posts
        ):
            apart |= (homes == "") & np.isfinite(self._ledger.x_m[pool])
        return np.asarray(~apart)

"""The transport problem: groups of households that need a post, and what every pair costs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Places = NDArray[np.intp]
Flags = NDArray[np.bool_]

CM = 100
"""Costs are whole centimetres for each household, so that an optimum can be proven without rounding."""
UNKNOWN_M = 2e5
"""What a way counts of which an end is not known: longer than any within a prefecture."""
BORDER_M = 1e4
"""What it counts to be kept apart by the border of a closed zone."""
STEP_M = 1e7
"""What a step up to a larger territory counts."""
STRANGER_M = 1e8
"""What it counts to be given to somebody of another territory, where there is one of the own."""
BELOW_M = 5e8
"""What it counts to be given to somebody of a territory that was found to be too narrow."""
UNSERVED_M = 1e9
"""What it counts at least to be given to nobody."""
MOST_CHANGE_M = 1e5
"""More than this the keeping of a person does not count: never as much as a step of territory."""
_OVER = 50


@dataclass(frozen=True, eq=False)
class Posts:
    """Those who can be given households.

    Parameters
    ----------
    x_m, y_m
        Where they live; NaN if unknown.
    room
        How many households each can take.
    area
        The number of the territory of each; -1 for none.
    side
        The number of the closed zone each lives in.
    """

    x_m: Floats
    y_m: Floats
    room: Ints
    area: Places
    side: Places

    def __len__(self) -> int:
        """Return how many posts there are."""
        return len(self.room)

    @cached_property
    def limit(self) -> Ints:
        """The most that each may carry so that a building stays whole: 2 % over the room, rounded down."""
        return np.asarray(self.room + self.room // _OVER)


@dataclass(frozen=True, eq=False)
class Groups:
    """Households that are to be kept together, those of each group one after the other.

    Parameters
    ----------
    first
        Where each group begins among the households, and their number at the end.
    x_m, y_m
        Where each household is; NaN if unknown.
    around
        The row of `Problem.chains` that each group belongs to.
    side
        The number of the closed zone each group is in.
    need
        Who has more need is served first where there are too few posts: small whole numbers.
    begin
        How many of the territories around each group are too narrow for it: those are not asked.
    """

    first: Places
    x_m: Floats
    y_m: Floats
    around: Places
    side: Places
    need: Places
    begin: Places

    def __len__(self) -> int:
        """Return how many groups there are."""
        return len(self.first) - 1

    @cached_property
    def size(self) -> Ints:
        """The number of households of each."""
        return np.diff(self.first).astype(np.int64)

    @cached_property
    def unserved(self) -> Ints:
        """What it costs in centimetres to leave a household of each group to nobody."""
        return round(CM * UNSERVED_M) * (1 + self.need.astype(np.int64))

    @cached_property
    def of(self) -> Places:
        """The group of every household."""
        return np.repeat(np.arange(len(self)), self.size)

    @cached_property
    def middle(self) -> tuple[Floats, Floats]:
        """The middle of the known places of each group; NaN if none is known."""
        known = np.isfinite(self.x_m) & np.isfinite(self.y_m)
        count = np.bincount(self.of[known], minlength=len(self))
        with np.errstate(invalid="ignore"):
            x_m, y_m = (
                np.bincount(self.of[known], axis[known], len(self)) / count for axis in (self.x_m, self.y_m)
            )
        return x_m, y_m

    @cached_property
    def doors(self) -> tuple[Floats, Floats]:
        """Where every household is; one without a known place is in the middle of its group."""
        known = np.isfinite(self.x_m) & np.isfinite(self.y_m)
        x_m, y_m = (axis[self.of] for axis in self.middle)
        return np.where(known, self.x_m, x_m), np.where(known, self.y_m, y_m)

    @cached_property
    def spread(self) -> Flags:
        """Whether the households of a group are at more than one place."""
        wide = np.zeros(len(self), dtype=bool)
        for door, middle in zip(self.doors, self.middle, strict=True):
            np.logical_or.at(wide, self.of, np.abs(door - middle[self.of]) > 1e-6)
        return wide


@dataclass(frozen=True, eq=False)
class Problem:
    """Groups, posts, and what makes a pair dear or cheap besides the way.

    Parameters
    ----------
    groups, posts
        Who is to be linked, and to whom.
    chains
        In each row the numbers of the territories around a place that have a post, the smallest first; -1
        behind the last.
    before
        The post that each household had; -1 for none.
    change_m
        The metres of way that it is worth to keep one household with its person.
    """

    groups: Groups
    posts: Posts
    chains: Places
    before: Places
    change_m: float = 0.0

    @cached_property
    def kept(self) -> tuple[Places, Places, Floats]:
        """The pairs of group and post that were together before, and the share of the group that was."""
        had = np.flatnonzero(self.before >= 0)
        key = self.groups.of[had] * max(len(self.posts), 1) + self.before[had]
        pairs, count = np.unique(key, return_counts=True)
        group, post = np.divmod(pairs, max(len(self.posts), 1))
        return group, post, count / self.groups.size[group]

    @property
    def worth_m(self) -> float:
        """What it is worth in metres to keep one household with its person."""
        return min(self.change_m, MOST_CHANGE_M)

    @cached_property
    def territory(self) -> Flags:
        """Whether each group has a territory around it that is wide enough and has a post."""
        return np.asarray((self.chains >= 0).sum(axis=1)[self.groups.around] > self.groups.begin)

    def step_m(self, step: int) -> Floats:
        """Return what it counts to be served so many territories up, or past the last by anybody."""
        if step == self.chains.shape[1]:
            return np.where(self.territory, STRANGER_M, 0.0)
        begin = self.groups.begin
        return np.where(step >= begin, STEP_M * (step - begin), BELOW_M)

    def steps(self, group: Places, post: Places) -> Places:
        """Return how many territories up a group finds the post; past the last one for a stranger."""
        area = self.posts.area[post][:, None]
        here = (self.chains[self.groups.around[group]] == area) & (area >= 0)
        stranger = np.ones((len(group), 1), dtype=bool)
        return np.asarray(np.hstack([here, stranger]).argmax(axis=1))

    def extra_m(self, group: Places, post: Places) -> Floats:
        """Return what pairs cost besides the way, but for the worth of keeping a person."""
        table = np.column_stack([self.step_m(step) for step in range(self.chains.shape[1] + 1)])
        extra = table[group, self.steps(group, post)]
        return np.asarray(extra + BORDER_M * (self.groups.side[group] != self.posts.side[post]))

    def ways_m(self, group: Places, post: Places) -> Floats:
        """Return the mean way of the households of each group to each post."""
        x_m, y_m = self.groups.middle
        ways = distance_m(x_m[group], y_m[group], self.posts.x_m[post], self.posts.y_m[post])
        wide = np.flatnonzero(self.groups.spread[group])
        if len(wide):
            size = self.groups.size[group[wide]]
            begins = np.cumsum(size) - size
            door = np.arange(size.sum()) + np.repeat(self.groups.first[group[wide]] - begins, size)
            far = np.repeat(post[wide], size)
            x_m, y_m = self.groups.doors
            each = distance_m(x_m[door], y_m[door], self.posts.x_m[far], self.posts.y_m[far])
            ways[wide] = np.add.reduceat(each, begins) / size
        return ways

    def costs(self, group: Places, post: Places) -> Ints:
        """Return what pairs cost for each household, in centimetres."""
        metres = self.ways_m(group, post) + self.extra_m(group, post)
        return np.rint(CM * metres).astype(np.int64) - self._worth(group, post)

    def _worth(self, group: Places, post: Places) -> Ints:
        """Return what it is worth in centimetres that households of the groups had these posts before."""
        had_group, had_post, share = self.kept
        if not len(had_group) or not self.change_m:
            return np.zeros(len(group), dtype=np.int64)
        key, known = group * len(self.posts) + post, had_group * len(self.posts) + had_post
        at = np.minimum(np.searchsorted(known, key), len(known) - 1)
        worth = np.rint(CM * self.worth_m * share).astype(np.int64)
        return np.where(known[at] == key, worth[at], 0)


def distance_m(x_m: Floats, y_m: Floats, other_x_m: Floats, other_y_m: Floats) -> Floats:
    """Return distances; where an end is unknown, `UNKNOWN_M`."""
    across, along = x_m - other_x_m, y_m - other_y_m
    away = np.sqrt(across * across + along * along)
    return np.where(np.isnan(away), UNKNOWN_M, away)

"""Parts: groups that nobody can take whole are cut into their units, and units into neighbouring doors."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gridmap.core.transport.problem import CM, Groups, Ints, Places, Problem, distance_m


def cut_large(problem: Problem, unit: Places) -> Problem:
    """Cut the groups that are larger than any post may carry: by unit, then off the doors that fit.

    Parameters
    ----------
    problem
        With at least one post that has room.
    unit
        A number for the unit of every household.
    """
    groups, most = problem.groups, int(problem.posts.room.max())
    large = (groups.size > int(problem.posts.limit.max()))[groups.of]
    if not large.any():
        return problem
    inner = np.append(False, groups.of[1:] == groups.of[:-1])
    begins = np.flatnonzero(~inner | (large & np.append(False, unit[1:] != unit[:-1])))
    counts = np.diff(np.append(begins, len(unit)))
    nth = np.arange(len(unit)) - np.repeat(begins, counts)
    begins = np.union1d(begins, np.flatnonzero(large & (nth % most == 0)))
    heads = groups.of[begins]
    kinds = (each[heads] for each in (groups.around, groups.side, groups.need, groups.begin))
    return replace(problem, groups=Groups(np.append(begins, len(unit)), groups.x_m, groups.y_m, *kinds))


def fill_up(problem: Problem, unit: Places, post: Places, served: Ints) -> Places:
    """Give what is left of the room to households of groups that nobody took whole.

    Parameters
    ----------
    problem
        Groups and posts.
    unit
        A number for the unit of every household.
    post
        Of every group; -1 for none.
    served
        How many households of each group the cheapest flow serves: after need, those with most come first.

    Returns
    -------
    post
        Of every household; -1 only where no post has room left.
    """
    groups = problem.groups
    taken = np.bincount(post[post >= 0], groups.size[post >= 0], len(problem.posts)).astype(np.int64)
    rest = _Rest(problem, post[groups.of], np.maximum(problem.posts.room - taken, 0))
    homeless = np.flatnonzero(post < 0)
    homeless = homeless[np.lexsort((homeless, -served[homeless], -groups.need[homeless]))]
    for group in homeless.tolist():
        if rest.room.any():
            rest.put(group, groups.first[group], groups.first[group + 1])
    for group in homeless[rest.each[groups.first[homeless]] < 0].tolist():
        if rest.room.any():
            rest.put_parts(group, unit)
    return rest.each


@dataclass(frozen=True, eq=False)
class _Rest:
    """The post of every household so far, and the room that the posts still have."""

    problem: Problem
    each: Places
    room: Ints

    def put(self, group: int, begin: int, end: int) -> bool:
        """Give neighbouring doors of a group to the cheapest post that can take them all, if there is one."""
        able = np.flatnonzero(self.room >= end - begin)
        if len(able):
            self._give(begin, end, self._cheapest(group, begin, able))
        return len(able) > 0

    def put_parts(self, group: int, unit: Places) -> None:
        """Give a group away unit by unit, what nobody can take door by door, as far as there is room."""
        first, end = self.problem.groups.first[group : group + 2].tolist()
        cuts = np.flatnonzero(np.diff(unit[first:end])) + first + 1
        for begin, until in zip([first, *cuts], [*cuts, end], strict=True):
            door = begin if not self.put(group, begin, until) else until
            while door < until and self.room.any():
                post = self._cheapest(group, door, np.flatnonzero(self.room > 0))
                last = min(until, door + int(self.room[post]))
                self._give(door, last, post)
                door = last

    def _give(self, begin: int, end: int, post: int) -> None:
        self.each[begin:end] = post
        self.room[post] -= end - begin

    def _cheapest(self, group: int, door: int, posts: Places) -> int:
        """Return the post that costs least for a door of a group."""
        (x_m, y_m), own = self.problem.groups.doors, self.problem.posts
        one = slice(door, door + 1)
        ways = distance_m(x_m[one], y_m[one], own.x_m[posts], own.y_m[posts])
        costs = ways + self.problem.extra_m(np.full(len(posts), group), posts)
        return int(posts[np.argmin(np.rint(CM * costs))])

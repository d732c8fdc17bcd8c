"""Whole groups: the few groups that the cheapest flow splits are put to one post each."""

from __future__ import annotations

import numpy as np

from gridmap.core.transport.columns import Optimum
from gridmap.core.transport.flow import Pairs, distinct
from gridmap.core.transport.pricing import ALWAYS, NEVER
from gridmap.core.transport.problem import CM, Flags, Ints, Places, Problem
from gridmap.core.transport.ties import first_of_equals
from gridmap.core.transport.tiles import ragged

_MOST = 8
_PASSES = 4
_SHARE = 0.01
_FEW = 6
_NOWHERE = -1
_NO_WAY = np.iinfo(np.int64).max
_Move = tuple[int, int]


def made_whole(problem: Problem, best: Optimum) -> Places:
    """Give every group that the flow serves to one post.

    Those that the flow splits are put, the largest first, where it costs least; who is there may have to go
    elsewhere for it. Posts are filled to their room, and over it by at most 2 % where that saves way. Then
    they are taken back to their room as far as all together stays within 1 % of the bound. Where groups had
    a post before, the same is done beginning from that; it is taken if it comes as near to the bound.

    Returns
    -------
    post
        Of every group; -1 for those that nobody can take whole, or for whom there is no room at all.
    """
    flow, size = best.flow, problem.groups.size
    post = np.full(len(size), _NOWHERE, dtype=np.intp)
    full = flow.amount == size[flow.pairs.group]
    post[flow.pairs.group[full]] = flow.pairs.post[full]
    served = np.zeros(len(size), dtype=bool)
    served[flow.pairs.group[flow.amount > 0]] = True
    stable = problem.worth_m > 0 and bool((problem.before >= 0).any()) and int(size.max()) > 1
    if (served == (post >= 0)).all() and not stable:
        return first_of_equals(problem, flow.pairs, post)
    pairs, _ = distinct(flow.pairs, best.market.first(best.prices, most=_MOST), len(problem.posts))
    answer = _packed(problem, best, pairs, post, served=served)
    if not stable:
        return first_of_equals(problem, pairs, answer.post)
    pairs, _ = distinct(pairs, best.market.kept(), len(problem.posts))
    kept = _packed(problem, best, pairs, _as_before(problem, post), served=served, stable=True)
    near = kept.cost <= best.bound + _allowed(problem, best, kept.post)
    return first_of_equals(problem, pairs, kept.post if near or kept.cost <= answer.cost else answer.post)


def _packed(
    problem: Problem, best: Optimum, pairs: Pairs, post: Places, *, served: Flags, stable: bool = False
) -> _Packing:
    """Put every group that is served somewhere, beginning with those that have a post already."""
    size, packing = problem.groups.size, _Packing(problem, pairs, post)
    movable = np.ones(len(size), dtype=bool)
    if stable:
        movable[problem.kept[0]] = False
    open_ones = np.flatnonzero(served & (post < 0))
    homeless = packing.place(open_ones[np.lexsort((open_ones, -size[open_ones]))])
    if len(homeless):
        worst = np.full(len(size), NEVER)
        worst[homeless] = ALWAYS
        wide = best.market.cheaper(worst, best.prices, most=2 * _MOST, exact=False)
        packing = _Packing(problem, distinct(pairs, wide, len(problem.posts))[0], packing.post)
        packing.place(homeless)
    packing.improve(best.prices, best.worst, packing.room if stable else packing.limit)
    packing.relieve(best.bound + _allowed(problem, best, packing.post), movable)
    packing.improve(best.prices, best.worst, packing.room)
    return packing


def _as_before(problem: Problem, post: Places) -> Places:
    """Return the post that most of each group had, as far as it may carry them; else that of the flow."""
    group, had, share = problem.kept
    size, limit = problem.groups.size, problem.posts.limit
    order = np.lexsort((had, -share, group))
    first = order[np.append(True, np.diff(group[order]) > 0)][: len(order)]
    start = np.full(len(post), _NOWHERE, dtype=np.intp)
    start[group[first]] = had[first]
    kept = np.zeros(len(post))
    kept[group[first]] = share[first]
    start = np.where(start >= 0, start, post)
    order = np.lexsort((np.arange(len(start)), -size, -kept, start))
    order = order[start[order] >= 0]
    load = np.cumsum(size[order])
    begins = np.flatnonzero(np.append(True, np.diff(start[order]) > 0))[: len(order)]
    load -= np.repeat((load - size[order])[begins], np.diff(np.append(begins, len(order))))
    over = order[load > limit[start[order]]]
    start[over] = _NOWHERE
    return start


def _allowed(problem: Problem, best: Optimum, post: Places) -> int:
    """Return what may be paid over the bound: a share of the way, and what it costs to leave territories."""
    size, flow = problem.groups.size, best.flow
    served = np.flatnonzero(post >= 0)
    way_m = float(problem.ways_m(served, post[served]) @ size[served])
    extra_m = float(problem.extra_m(served, post[served]) @ size[served])
    extra_m -= float(problem.extra_m(flow.pairs.group, flow.pairs.post) @ flow.amount)
    return round(CM * (_SHARE * way_m + max(extra_m, 0.0)))


class _Packing:
    """Groups at posts, and what it costs to move them."""

    def __init__(self, problem: Problem, pairs: Pairs, post: Places) -> None:
        self.pairs, self.post, self.size = pairs, post.copy(), problem.groups.size
        self.room, self.limit = problem.posts.room, problem.posts.limit
        self.unserved = problem.groups.unserved
        self.begins = np.searchsorted(pairs.group, np.arange(len(self.size) + 1))
        self.total = pairs.cost * self.size[pairs.group]
        self.paid = np.zeros(len(self.size), dtype=np.int64)
        here = np.flatnonzero(pairs.post == self.post[pairs.group])
        self.paid[pairs.group[here]] = self.total[here]
        served = np.flatnonzero(self.post >= 0)
        self.load = np.bincount(self.post[served], self.size[served], len(self.room)).astype(np.int64)
        self.members: list[set[int]] = [set() for _ in self.room]
        for group, at in zip(served.tolist(), self.post[served].tolist(), strict=True):
            self.members[at].add(group)
        self.leaving: dict[int, tuple[Places, Places, Ints, Ints]] = {}

    @property
    def cost(self) -> int:
        """What all pay, in centimetres."""
        out = self.post < 0
        return int(self.paid.sum()) + int(self.size[out] @ self.unserved[out])

    def place(self, groups: Places) -> Places:
        """Put groups somewhere, one after the other; return those for whom there is nowhere."""
        homeless = [group for group in groups.tolist() if not (self._settle(group, self.limit))]
        return np.array(homeless, dtype=np.intp)

    def improve(self, prices: Ints, worst: Ints, most: Ints) -> None:
        """Move groups as long as that saves way, without filling any post over its room."""
        for _ in range(_PASSES):
            served = np.flatnonzero(self.post >= 0)
            lost = self.paid[served] + self.size[served] * (prices[self.post[served]] - worst[served])
            served = served[np.lexsort((served, -lost))][: np.count_nonzero(lost > 0)]
            moved = [group for group in served.tolist() if self._better(group, most)]
            if not (self._shift(most) or moved):
                break

    def relieve(self, most: int, movable: Flags) -> None:
        """Take posts back to their room, the cheapest first, as long as all pay no more than `most`."""
        taken = [0]
        while taken:
            taken = [post for post in self._overfull(movable) if self._relieve(post, most, movable)]

    def _overfull(self, movable: Flags) -> list[int]:
        """Return the posts that are over their room, first those that are taken back to it at least cost."""
        ways = [
            (self._relief(post, movable)[0], post) for post in np.flatnonzero(self.load > self.room).tolist()
        ]
        return [post for _, post in sorted(ways)]

    def _relieve(self, post: int, most: int, movable: Flags) -> bool:
        """Take one post back to its room, unless that costs too much; return whether it was done."""
        extra, moves = self._relief(post, movable)
        if not moves or extra > most - self.cost:
            return False
        for each, to in moves:
            self._move(each, to)
        return True

    def _relief(self, post: int, movable: Flags) -> tuple[int, list[_Move]]:
        """Return what it costs at least to take a post back to its room, and the moves."""
        over = self.load[post] - self.room[post]
        able = [each for each in self.members[post] if movable[each] and self.size[each] >= over]
        able = sorted(able, key=lambda each: (self.size[each], each))[:_FEW]
        ways = [
            (cost - int(self.paid[each]), moves)
            for each in able
            for cost, moves in [self._elsewhere(each, self.room)]
        ]
        return min((way for way in ways if way[1]), default=(_NO_WAY, []))

    def _settle(self, group: int, most: Ints) -> bool:
        """Put a group where that is cheapest; return whether there is such a place."""
        _, moves = self._best(group, most)
        for each, to in moves:
            self._move(each, to)
        return bool(moves)

    def _better(self, group: int, most: Ints) -> bool:
        """Move a group if that saves something together with those that make room for it."""
        cost, moves = self._elsewhere(group, most)
        if not moves or cost >= self.paid[group]:
            return False
        for each, to in moves:
            self._move(each, to)
        return True

    def _elsewhere(self, group: int, most: Ints) -> tuple[int, list[_Move]]:
        """Return the cheapest way to put a group somewhere if it were nowhere now."""
        at = int(self.post[group])
        self._take_out(group)
        found = self._best(group, np.maximum(most, self.load))
        self._put_in(group, at)
        return found

    def _take_out(self, group: int) -> None:
        at = int(self.post[group])
        self.load[at] -= self.size[group]
        self.members[at].discard(group)
        self.leaving.pop(at, None)

    def _put_in(self, group: int, at: int) -> None:
        self.load[at] += self.size[group]
        self.members[at].add(group)
        self.leaving.pop(at, None)

    def _best(self, group: int, most: Ints) -> tuple[int, list[_Move]]:
        """Return the cheapest way to put a group somewhere: at once, or after another one has made room."""
        choice: list[_Move] = []
        least = _NO_WAY
        own = slice(self.begins[group], self.begins[group + 1])
        for post, total in zip(self.pairs.post[own].tolist(), self.total[own].tolist(), strict=True):
            if total >= least:
                continue
            need = int(self.load[post] + self.size[group] - most[post])
            if need <= 0:
                least, choice = total, [(group, post)]
                continue
            extra, away = self._room_made(post, need, most)
            if away and total + extra < least:
                least, choice = total + extra, [*away, (group, post)]
        return least, choice

    def _room_made(self, post: int, need: int, most: Ints) -> tuple[int, list[_Move]]:
        """Return what it costs at least to send one group away that frees what is needed, and where to."""
        group, to, extra, size = self._leavers(post)
        fits = (size >= need) & (self.load[to] + size <= most[to])
        where = np.flatnonzero(fits)
        if not len(where):
            return 0, []
        first = where[np.argmin(extra[where])]
        return int(extra[first]), [(int(group[first]), int(to[first]))]

    def _leavers(self, post: int) -> tuple[Places, Places, Ints, Ints]:
        """Return the groups at a post, where else each could go, and what that costs more."""
        if post not in self.leaving:
            mine = np.array(sorted(self.members[post]), dtype=np.intp)
            run, at = ragged(self.begins[mine], self.begins[mine + 1] - self.begins[mine])
            kept = self.pairs.post[at] != post
            group, at = mine[run[kept]], at[kept]
            extra = self.total[at] - self.paid[group]
            self.leaving[post] = group, self.pairs.post[at], extra, self.size[group]
        return self.leaving[post]

    def _move(self, group: int, to: int) -> None:
        if self.post[group] >= 0:
            self._take_out(group)
        own = slice(self.begins[group], self.begins[group + 1])
        self.post[group] = to
        self.paid[group] = self.total[own][self.pairs.post[own] == to][0]
        self._put_in(group, to)

    def _shift(self, most: Ints) -> bool:
        """Move single groups to cheaper posts that have room for them, what saves most first."""
        group, post = self.pairs.group, self.pairs.post
        saved = self.paid[group] - self.total
        asked = (saved > 0) & (self.post[group] >= 0) & (self.load[post] + self.size[group] <= most[post])
        where = np.flatnonzero(asked)
        moved = False
        for each in where[np.lexsort((where, -saved[where]))].tolist():
            who, to = int(group[each]), int(post[each])
            if self.total[each] < self.paid[who] and self.load[to] + self.size[who] <= most[to]:
                self._move(who, to)
                moved = True
        return moved

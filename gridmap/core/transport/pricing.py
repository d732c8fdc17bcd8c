"""Pricing: which pairs that are not yet in the flow would make it cheaper."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridmap.core.transport.flow import Pairs
from gridmap.core.transport.problem import (
    BORDER_M,
    CM,
    UNKNOWN_M,
    Floats,
    Ints,
    Places,
    Problem,
    distance_m,
)
from gridmap.core.transport.tiles import apart, blocks, boxes, cut, near_order, ragged

NEVER = np.iinfo(np.int64).min // 4
ALWAYS = np.iinfo(np.int64).max // 4
_FEW = 24
_TILE = 64
_POST_TILE = 16
_ALL_PAIRS = 20_000_000
_Found = tuple[Places, Places]


class Market:
    """All pairs of a problem, and those of them that are cheap at given prices of the posts.

    Parameters
    ----------
    problem
        Whose pairs they are.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        groups, posts = problem.groups, problem.posts
        self.rank = np.empty(len(groups), dtype=np.intp)
        self.rank[near_order(*groups.middle, most=4)] = np.arange(len(groups))
        order = near_order(posts.x_m, posts.y_m, most=_POST_TILE)
        self.everybody = order[posts.room[order] > 0]
        tied = self.everybody[posts.area[self.everybody] >= 0]
        self.crew = tied[np.argsort(posts.area[tied], kind="stable")]
        areas = int(max(problem.chains.max(initial=-1), posts.area.max(initial=-1))) + 1
        self.counts = np.bincount(posts.area[tied], minlength=areas)
        self.begins = np.cumsum(self.counts) - self.counts

    def kept(self) -> Pairs:
        """Return the pairs that were together before, which alone are cheaper than their way."""
        group, post, _ = self.problem.kept
        able = self.problem.posts.room[post] > 0
        group, post = group[able], post[able]
        return Pairs(group, post, self.problem.costs(group, post))

    def first(self, prices: Ints, *, most: int) -> Pairs:
        """Return for each group about the cheapest posts of its smallest territory, or else of all posts."""
        worst = np.full(len(self.problem.groups), ALWAYS)
        last = self.problem.chains.shape[1]
        step = np.where(self.problem.territory, self.problem.groups.begin, last)
        found = [
            each
            for number in range(last + 1)
            for each in self._at_step(number, np.where(step == number, worst, NEVER), prices, exact=False)
        ]
        return self._dearest_left_out(found, worst, prices, most=most, exact=False)

    def cheaper(self, worst: Ints, prices: Ints, *, most: int, exact: bool) -> Pairs:
        """Return pairs under which a group would pay less than `worst`.

        Parameters
        ----------
        worst
            What each group pays for a household, in centimetres.
        prices
            Of the posts, in centimetres.
        most
            How many pairs of a group at most, the cheapest.
        exact
            Whether every group that has such a pair gets one; otherwise only the posts that are cheap for
            the middle of a tile are looked at, which is quicker.
        """
        steps = range(self.problem.chains.shape[1] + 1)
        found = [each for step in steps for each in self._at_step(step, worst, prices, exact=exact)]
        return self._dearest_left_out(found, worst, prices, most=most, exact=exact)

    def _dearest_left_out(
        self, found: list[_Found], worst: Ints, prices: Ints, *, most: int, exact: bool
    ) -> Pairs:
        """Work out what pairs truly cost, and keep the cheapest of each group."""
        nobody = np.empty(0, dtype=np.intp)
        group = np.concatenate([nobody, *(pair[0] for pair in found)])
        post = np.concatenate([nobody, *(pair[1] for pair in found)])
        if not exact:  # the way to the middle of a group is never longer than the mean way
            kept = _cheapest(group, post, CM * self._way_m(group, post) + prices[post], 3 * most)
            group, post = group[kept], post[kept]
        cost = self.problem.costs(group, post)
        less = cost + prices[post] < worst[group]
        group, post, cost = group[less], post[less], cost[less]
        kept = _cheapest(group, post, cost + prices[post], most)
        kept = kept[np.lexsort((post[kept], group[kept]))]
        return Pairs(group[kept], post[kept], cost[kept])

    def _at_step(self, step: int, worst: Ints, prices: Ints, *, exact: bool) -> Iterator[_Found]:
        """Yield pairs that may be cheap enough, so many territories up; past the last one with anybody."""
        problem = self.problem
        reach = worst - (CM * problem.step_m(step)).astype(np.int64)
        if step == problem.chains.shape[1]:
            yield from self._of_many(np.flatnonzero(reach > 0), self.everybody, reach, prices, exact=exact)
            return
        area = problem.chains[problem.groups.around, step]
        groups = np.flatnonzero((area >= 0) & (reach > 0))
        groups = groups[self.counts[area[groups]] > 0]
        few = self.counts[area[groups]] <= _FEW
        yield from self._of_few(groups[few], area, reach, prices)
        groups = groups[~few]
        groups = groups[np.argsort(area[groups], kind="stable")]
        for mine in np.split(groups, np.flatnonzero(np.diff(area[groups])) + 1):
            if len(mine):
                begin = self.begins[area[mine[0]]]
                posts = self.crew[begin : begin + self.counts[area[mine[0]]]]
                yield from self._of_many(mine, posts, reach, prices, exact=exact)

    def _of_few(self, groups: Places, area: Places, reach: Ints, prices: Ints) -> Iterator[_Found]:
        """Yield pairs of groups whose areas have so few posts that each is looked at."""
        for part in blocks(self.counts[area[groups]]):
            mine = area[groups[part]]
            run, at = ragged(self.begins[mine], self.counts[mine])
            group, post = groups[part][run], self.crew[at]
            kept = CM * self._way_m(group, post) + prices[post] <= reach[group] + 1
            yield group[kept], post[kept]

    def _of_many(
        self, groups: Places, posts: Places, reach: Ints, prices: Ints, *, exact: bool
    ) -> Iterator[_Found]:
        """Yield pairs tile by tile, with only those posts that could be near enough to a tile."""
        if not len(posts) or not len(groups):
            return
        (x_m, y_m), own = self.problem.groups.middle, self.problem.posts
        groups = groups[np.lexsort((self.rank[groups], np.isnan(x_m[groups])))]
        tiles = cut(groups, x_m, most=_TILE)
        look = _Exact(own.x_m, own.y_m, posts, prices) if exact else None
        few = len(posts) <= _FEW or len(posts) * len(groups) <= _ALL_PAIRS
        for tile, box in zip(tiles, boxes(tiles, x_m, y_m), strict=True):
            if look:
                asked = look.near(box, int(reach[tile].max()))
            else:
                asked = posts if few else self._best_for(tile, box, posts, prices)
            if len(asked):
                ways = distance_m(x_m[tile, None], y_m[tile, None], own.x_m[asked], own.y_m[asked])
                dear = CM * ways + prices[asked]
                row, column = np.nonzero(dear <= reach[tile, None] + 1) if exact else _least(dear, _FEW)
                near = dear[row, column] <= reach[tile[row]] + 1
                yield tile[row[near]], asked[column[near]]

    def _best_for(self, tile: Places, box: Floats, posts: Places, prices: Ints) -> Places:
        """Return the posts that are cheapest for the middle of a tile."""
        own = self.problem.posts
        middle = (box[:2] + box[2:]) / 2
        dear = CM * distance_m(middle[0], middle[1], own.x_m[posts], own.y_m[posts]) + prices[posts]
        dear += CM * BORDER_M * (own.side[posts] != self.problem.groups.side[tile[0]])
        return posts[np.sort(np.argpartition(dear, _FEW)[:_FEW])]

    def _way_m(self, group: Places, post: Places) -> Floats:
        (x_m, y_m), own = self.problem.groups.middle, self.problem.posts
        return distance_m(x_m[group], y_m[group], own.x_m[post], own.y_m[post])


class _Exact:
    """The posts in tiles, of which those that are too far to be cheap enough are left out."""

    def __init__(self, x_m: Floats, y_m: Floats, posts: Places, prices: Ints) -> None:
        self.tiles = cut(posts, x_m, most=_POST_TILE)
        self.boxes = boxes(self.tiles, x_m, y_m)
        self.least = np.array([prices[tile].min() for tile in self.tiles])

    def near(self, box: Floats, reach: int) -> Places:
        """Return the posts that could be within reach of something in the box."""
        away = CM * np.nan_to_num(apart(box, self.boxes), nan=UNKNOWN_M) + self.least
        near = np.flatnonzero(away <= reach + 1)
        return np.concatenate([np.empty(0, dtype=np.intp), *(self.tiles[each] for each in near)])


def _least(dear: Floats, most: int) -> tuple[Places, Places]:
    """Return row and column of the least few of every row."""
    width = min(most, dear.shape[1])
    column = np.argpartition(dear, width - 1, axis=1)[:, :width]
    return np.repeat(np.arange(len(dear)), width), column.ravel()


def _cheapest(group: Places, post: Places, cost: Floats | Ints, most: int) -> Places:
    """Return the positions of the cheapest pairs of each group."""
    order = np.lexsort((post, cost, group))
    nth = np.arange(len(order)) - np.searchsorted(group[order], group[order], side="left")
    return np.asarray(order[nth < most])

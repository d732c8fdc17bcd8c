"""A start: the groups merged to larger ones, whose optimum tells about what the posts will cost."""

from __future__ import annotations

import numpy as np

from gridmap.core.transport.flow import Flow, Pairs
from gridmap.core.transport.problem import CM, Groups, Ints, Places, Problem
from gridmap.core.transport.tiles import ragged

_FEWEST = 1_000
_EACH = 24
_POSTS = 8
_WORTH = 4


def merged(problem: Problem, rank: Places) -> tuple[Problem, Places] | None:
    """Merge groups of the same territories that follow each other in `rank`, as if all lived in the middle.

    Returns
    -------
    merged
        The problem of the larger groups.
    into
        The larger group of each group. None instead of both where it would not help: there are few groups,
        or hardly more than posts, or too many kinds of them.
    """
    groups = problem.groups
    total, posts = int(groups.size.sum()), int((problem.posts.room > 0).sum())
    each = min(_EACH, total // _FEWEST, total // (_POSTS * max(posts, 1)))
    if each < _WORTH:
        return None
    order = np.lexsort((rank, *_kinds(groups)))
    begins = (np.cumsum(groups.size[order]) - groups.size[order]) // each
    keys = np.column_stack([begins, *(each[order] for each in _kinds(groups))])
    label = np.cumsum(np.append(False, (keys[1:] != keys[:-1]).any(axis=1)))
    if _WORTH * (label[-1] + 1) > len(groups):
        return None
    into = np.empty(len(groups), dtype=np.intp)
    into[order] = label
    size = np.bincount(into, groups.size).astype(np.intp)
    x_m, y_m = (np.repeat(np.bincount(into, axis * groups.size) / size, size) for axis in groups.middle)
    heads = order[np.flatnonzero(np.append(True, np.diff(label) > 0))]
    larger = Groups(np.append(0, np.cumsum(size)), x_m, y_m, *(each[heads] for each in _kinds(groups)))
    nobody = np.full(len(larger.x_m), -1, dtype=np.intp)
    return Problem(larger, problem.posts, problem.chains, nobody), into


def _kinds(groups: Groups) -> tuple[Places, ...]:
    return groups.around, groups.side, groups.need, groups.begin


def handed_down(problem: Problem, into: Places, larger: Problem, flow: Flow, prices: Ints) -> Pairs:
    """Return the pairs of groups that are about as good as the best, by the optimum of the larger ones."""
    radius_m = _radius_m(problem, into, larger)
    pairs = flow.pairs
    asked = (_excess(pairs, prices, len(larger.groups)) <= 2 * CM * radius_m[pairs.group]) | (flow.amount > 0)
    members = np.argsort(into, kind="stable")
    counts = np.bincount(into, minlength=len(larger.groups))
    begins = np.cumsum(counts) - counts
    large = pairs.group[asked]
    run, at = ragged(begins[large], counts[large])
    group, post = members[at], pairs.post[asked][run]
    order = np.lexsort((post, group))
    group, post = group[order], post[order]
    found = Pairs(group, post, problem.costs(group, post))
    kept = _excess(found, prices, len(into)) <= CM * radius_m[into[group]]
    return Pairs(found.group[kept], found.post[kept], found.cost[kept])


def _excess(pairs: Pairs, prices: Ints, groups: int) -> Ints:
    """Return how much more each pair costs than the best of its group."""
    cost = pairs.cost + prices[pairs.post]
    best = np.full(groups, np.iinfo(np.int64).max)
    np.minimum.at(best, pairs.group, cost)
    return np.asarray(cost - best[pairs.group])


def _radius_m(problem: Problem, into: Places, larger: Problem) -> Ints:
    away = [own - large[into] for own, large in zip(problem.groups.middle, larger.groups.middle, strict=True)]
    way = np.nan_to_num(np.hypot(*away)) * problem.groups.size
    return np.asarray(np.bincount(into, way) / larger.groups.size)

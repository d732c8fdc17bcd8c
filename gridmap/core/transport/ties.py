"""Ties: of posts that cost the same, the first one that has room."""

from __future__ import annotations

import numpy as np

from gridmap.core.transport.flow import Pairs
from gridmap.core.transport.problem import Places, Problem


def first_of_equals(problem: Problem, pairs: Pairs, post: Places) -> Places:
    """Move groups to posts that come before theirs, where that costs the same and there is room.

    Parameters
    ----------
    problem
        Groups and posts.
    pairs
        The pairs that are looked at, sorted by group, then post.
    post
        Of every group; -1 for none.

    Returns
    -------
    post
        The same but for ties, so that those who come first in the order of the ids are asked first.
    """
    size, post = problem.groups.size, post.copy()
    paid = np.full(len(post), -1, dtype=np.int64)
    here = pairs.post == post[pairs.group]
    paid[pairs.group[here]] = pairs.cost[here]
    equal = np.flatnonzero((pairs.cost == paid[pairs.group]) & (pairs.post < post[pairs.group]))
    load = np.bincount(post[post >= 0], size[post >= 0], len(problem.posts)).astype(np.int64)
    moved = True
    while moved:
        moved = False
        for group, to in zip(pairs.group[equal].tolist(), pairs.post[equal].tolist(), strict=True):
            if to < post[group] and load[to] + size[group] <= problem.posts.room[to]:
                load[post[group]] -= size[group]
                load[to] += size[group]
                post[group], moved = to, True
    return post

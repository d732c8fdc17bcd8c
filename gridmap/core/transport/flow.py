"""The cheapest flow over some of the pairs, and the prices of the posts that prove it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmap.core.transport.problem import Flags, Groups, Ints, Places


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of group and post that may be linked, sorted by group, then post.

    Parameters
    ----------
    group, post
        Who with whom.
    cost
        In centimetres, for each household.
    """

    group: Places
    post: Places
    cost: Ints

    def __len__(self) -> int:
        """Return how many pairs there are."""
        return len(self.group)


@dataclass(frozen=True, eq=False)
class Flow:
    """How many households go along each pair.

    Parameters
    ----------
    pairs
        The pairs that were allowed.
    amount
        Households along each of them.
    unserved
        Households of each group that are given to nobody.
    """

    pairs: Pairs
    amount: Ints
    unserved: Ints


def cheapest_flow(pairs: Pairs, groups: Groups, room: Ints, freed: Flags) -> Flow:
    """Send the households of every group along the pairs at least cost, within the room of the posts.

    A group that has one pair only goes along it without being asked, as long as the post has room for all
    such; the others form the network. `gridmap.core.transport.optimum` finds out whom else to ask.

    Parameters
    ----------
    pairs
        The pairs that may be used.
    groups
        Who sends how many households.
    room
        Households that each post can take.
    freed
        The groups that are part of the network all the same.

    Returns
    -------
    flow
        Of least cost over these pairs, where a household that is given to nobody costs what `groups` say.
    """
    size = groups.size
    alone = np.bincount(pairs.group, minlength=len(size))[pairs.group] == 1
    alone &= ~freed[pairs.group]
    forced = np.bincount(pairs.post[alone], size[pairs.group[alone]], len(room)).astype(np.int64)
    alone &= (forced <= room)[pairs.post]
    amount, unserved = np.zeros(len(pairs), dtype=np.int64), size.copy()
    amount[alone] = size[pairs.group[alone]]
    unserved[pairs.group[alone]] = 0
    asked = np.flatnonzero(~alone)
    if len(asked):
        left = room - np.bincount(pairs.post[alone], amount[alone], len(room)).astype(np.int64)
        amount[asked] = _solved(pairs, asked, groups, left)
        np.subtract.at(unserved, pairs.group[asked], amount[asked])
    return Flow(pairs, amount, unserved)


def _solved(pairs: Pairs, asked: Places, parties: Groups, room: Ints) -> Ints:
    """Solve the network of the pairs asked for."""
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    groups, group = np.unique(pairs.group[asked], return_inverse=True)
    posts, post = np.unique(pairs.post[asked], return_inverse=True)
    counts = parties.size[groups]
    nobody = len(groups) + len(posts)
    end = nobody + 1
    every, each = np.arange(len(groups)), len(groups) + np.arange(len(posts))
    tail = np.concatenate([group, every, each, [nobody]])
    head = np.concatenate([len(groups) + post, np.full(len(groups), nobody), np.full(len(posts) + 1, end)])
    capacity = np.concatenate([counts[group], counts, room[posts], [counts.sum()]])
    nothing = np.zeros(len(posts) + 1, dtype=np.int64)
    cost = np.concatenate([pairs.cost[asked], parties.unserved[groups], nothing])
    network = SimpleMinCostFlow()
    arcs = network.add_arcs_with_capacity_and_unit_cost(
        tail.astype(np.int32), head.astype(np.int32), capacity, cost
    )
    supply = np.concatenate([counts, nothing, [-counts.sum()]])
    network.set_nodes_supplies(np.arange(end + 1, dtype=np.int32), supply)
    status = network.solve()
    if status != SimpleMinCostFlow.OPTIMAL:
        raise ArithmeticError(f"the flow over {len(asked)} pairs ended as {status.name}")
    return np.asarray(network.flows(arcs[: len(asked)]), dtype=np.int64)


def prices_of(flow: Flow, groups: Groups, posts: int) -> Ints:
    """Return the least prices of the posts, in centimetres, under which every group is where it is cheapest.

    A post that has room left has the price 0. They are the potentials on the graph from post to post, where
    the length of a step is what the cheapest of those who are here would pay more there.
    """
    pairs = flow.pairs
    used = np.flatnonzero(flow.amount > 0)
    begins = np.searchsorted(pairs.group, pairs.group[used], side="left")
    counts = np.searchsorted(pairs.group, pairs.group[used], side="right") - begins
    other = np.arange(counts.sum()) + np.repeat(begins - (np.cumsum(counts) - counts), counts)
    here = np.repeat(used, counts)
    source, target = pairs.post[here], pairs.post[other]
    gain = pairs.cost[here] - pairs.cost[other]
    left_out = np.flatnonzero((flow.unserved > 0)[pairs.group])
    source = np.concatenate([source, np.full(len(left_out), posts)])
    target = np.concatenate([target, pairs.post[left_out]])
    gain = np.concatenate([gain, groups.unserved[pairs.group[left_out]] - pairs.cost[left_out]])
    return _risen(source, target, gain, posts)


def _risen(source: Places, target: Places, gain: Ints, posts: int) -> Ints:
    """Raise prices from 0 until none is less than that of any source plus the gain of going there."""
    order = np.lexsort((gain, source, target))
    source, target, gain = source[order], target[order], gain[order]
    last = np.append(
        (source[1:] != source[:-1]) | (target[1:] != target[:-1]), np.ones(min(len(order), 1), bool)
    )
    last &= source != target
    source, target, gain = source[last], target[last], gain[last]
    prices = np.zeros(posts + 1, dtype=np.int64)
    if not len(source):
        return prices[:-1]
    begins = np.flatnonzero(np.append(True, target[1:] != target[:-1]))
    raised = target[begins]
    for _ in range(posts + 1):
        asked = np.maximum.reduceat(prices[source] + gain, begins)
        if (asked <= prices[raised]).all():
            break
        prices[raised] = np.maximum(prices[raised], asked)
    return prices[:-1]


def distinct(pairs: Pairs, more: Pairs, posts: int) -> tuple[Pairs, int]:
    """Add pairs; return all of them, and how many of those added were new."""
    key = np.concatenate([pairs.group * posts + pairs.post, more.group * posts + more.post])
    _, at = np.unique(key, return_index=True)
    joined = [np.concatenate([getattr(pairs, n), getattr(more, n)])[at] for n in ("group", "post", "cost")]
    return Pairs(*joined), len(at) - len(pairs)

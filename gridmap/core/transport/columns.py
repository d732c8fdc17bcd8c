"""The proven optimum of a transport problem: a flow over few pairs, priced against all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmap.core.transport.flow import Flow, Pairs, cheapest_flow, distinct, prices_of
from gridmap.core.transport.merged import handed_down, merged
from gridmap.core.transport.pricing import Market
from gridmap.core.transport.problem import CM, Groups, Ints, Places, Problem

_MOST = 8
_ROUNDS = 200
_CLOSE_M = 20.0
_MANY = 5_000


@dataclass(frozen=True, eq=False)
class Optimum:
    """The cheapest flow, and what proves it.

    Parameters
    ----------
    flow
        Over the pairs that were asked.
    prices
        Of the posts, in centimetres.
    worst
        What each group pays for a household at these prices at best.
    bound
        No way of linking within the room of the posts costs less, in centimetres.
    market
        All pairs.
    """

    flow: Flow
    prices: Ints
    worst: Ints
    bound: int
    market: Market


def optimum(problem: Problem, *, rounds: int = _ROUNDS) -> Optimum:
    """Find the cheapest flow over all pairs, households counted one by one, and prove it.

    The flow is worked out over few pairs. The prices of the posts that belong to it tell for each of the
    other pairs whether it would make the flow cheaper: such pairs are added and the flow is worked out again,
    until there is none. Then the prices prove the optimum, for they are a solution of the dual problem of the
    same value.

    Parameters
    ----------
    problem
        Groups and posts; if there are more households than room, some go unserved.
    rounds
        After how many flows to stop at the latest; then `bound` may be less than the cost.

    References
    ----------
    Ahuja, Magnanti and Orlin, Network Flows (1993), chapters 9 to 11; column generation after Ford and
    Fulkerson, Management Science 5 (1958) 97-101.
    """
    market = Market(problem)
    groups, size, room = problem.groups, problem.groups.size, problem.posts.room
    pairs, _ = distinct(_start(problem, market), market.kept(), len(room))
    exact, trim = False, len(size) > _MANY
    freed = np.zeros(len(size), dtype=bool)
    for left in reversed(range(rounds)):
        flow = cheapest_flow(pairs, groups, room, freed)
        prices = prices_of(flow, groups, len(room))
        worst = _worst(flow, groups, prices)
        dear = _too_dear(flow, groups, prices)
        if trim and not flow.unserved.any():
            pairs, trim = _close(flow, prices, worst), False
        exact = exact or not left or not flow.unserved.any()
        more = market.cheaper(worst, prices, most=_MOST, exact=exact)
        joined, new = distinct(pairs, more, len(room))
        if not (new or exact or len(dear)):
            exact = True
            more = market.cheaper(worst, prices, most=_MOST, exact=True)
            joined, new = distinct(pairs, more, len(room))
        if not (new or len(dear)):
            break
        pairs, freed[dear] = joined, True
    least = worst.copy()
    np.minimum.at(least, more.group, more.cost + prices[more.post])
    return Optimum(flow, prices, worst, int(size @ least) - int(room @ prices), market)


def _start(problem: Problem, market: Market) -> Pairs:
    """Return the pairs to begin with: what larger groups found best, or else the cheapest posts of each."""
    prices = np.zeros(len(problem.posts), dtype=np.int64)
    found = merged(problem, market.rank)
    if found is None:
        return market.first(prices, most=_MOST)
    larger, into = found
    best = optimum(larger)
    return handed_down(problem, into, larger, best.flow, best.prices)


def _worst(flow: Flow, groups: Groups, prices: Ints) -> Ints:
    """Return what each group pays for a household at these prices at best."""
    best = groups.unserved.copy()
    np.minimum.at(best, flow.pairs.group, flow.pairs.cost + prices[flow.pairs.post])
    return best


def _too_dear(flow: Flow, groups: Groups, prices: Ints) -> Places:
    """Return the groups that pay more than for being left out: they were not asked, but have to be."""
    used = flow.amount > 0
    paid = flow.pairs.cost + prices[flow.pairs.post]
    dear = used & (paid > groups.unserved[flow.pairs.group])
    return np.unique(flow.pairs.group[dear])


def _close(flow: Flow, prices: Ints, worst: Ints) -> Pairs:
    """Return the pairs that are used or nearly worth it: most groups are then sure of their post."""
    pairs = flow.pairs
    near = pairs.cost + prices[pairs.post] <= worst[pairs.group] + round(CM * _CLOSE_M)
    near |= flow.amount > 0
    return Pairs(pairs.group[near], pairs.post[near], pairs.cost[near])

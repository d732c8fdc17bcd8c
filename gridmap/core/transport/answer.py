"""The answer of the transport problem: the post of every household, what it costs, and the proven bound."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gridmap.core.transport.columns import Optimum, optimum
from gridmap.core.transport.parts import cut_large, fill_up
from gridmap.core.transport.problem import CM, UNKNOWN_M, Floats, Places, Problem
from gridmap.core.transport.whole import made_whole


@dataclass(frozen=True, eq=False)
class Linked:
    """Who serves whom.

    Parameters
    ----------
    post
        Of every household; -1 for none.
    travel_m
        The ways to all households that are served, of which both ends are known.
    cost_m
        What was minimised: the ways, with what else counts as way.
    bound_m
        No answer that leaves the same households out, that sends the same groups out of their territories,
        and that fills no post over its room, costs less.
    """

    post: Places
    travel_m: float
    cost_m: float
    bound_m: float

    @property
    def gap(self) -> float:
        """How far the cost is above the bound at most, as a share of the cost; 0 is proven best."""
        return max(self.cost_m - self.bound_m, 0.0) / self.cost_m if self.cost_m else 0.0


def linked(problem: Problem, unit: Places) -> Linked:
    """Link as many households as there is room for, at least cost, groups kept whole as far as possible.

    Parameters
    ----------
    problem
        Groups and posts.
    unit
        A number for the unit of every household: where a group has to be cut, it is cut there.
    """
    if not (problem.posts.room > 0).any() or not len(problem.groups):
        return Linked(np.full(len(problem.before), -1, dtype=np.intp), 0.0, 0.0, 0.0)
    cut = cut_large(problem, unit)
    best = optimum(cut)
    post = fill_up(cut, unit, made_whole(cut, best), cut.groups.size - best.flow.unserved)
    away = _gone_away(cut, best, post)
    if len(away):
        cut = _let_go(cut, away, post[cut.groups.first[away]])
        best = optimum(cut)
    way, cost = _paid(cut, post)
    # who is with the person of before costs less in the flow; told is what each change costs more
    changeable = int(((cut.before >= 0) & (post >= 0)).sum())
    bound_m = (best.bound - int(best.flow.unserved @ cut.groups.unserved)) / CM + cut.worth_m * changeable
    cost_m = float(cost.sum())
    rounding_m = len(cost) / (2 * CM)  # costs were compared in whole centimetres
    bound_m = cost_m if abs(cost_m - bound_m) <= rounding_m else bound_m
    return Linked(post, float(way.sum()), cost_m, bound_m)


def _gone_away(problem: Problem, best: Optimum, post: Places) -> Places:
    """Return the groups of which the flow keeps some in a smaller territory than the answer does."""
    used, first = best.flow.amount > 0, problem.groups.first[:-1]
    group = best.flow.pairs.group[used]
    least = np.full(len(first), problem.chains.shape[1])
    np.minimum.at(least, group, problem.steps(group, best.flow.pairs.post[used]))
    whole = np.minimum.reduceat(post, first) == np.maximum.reduceat(post, first)
    served = np.flatnonzero(whole & (post[first] >= 0) & (best.flow.unserved == 0))
    return served[problem.steps(served, post[first[served]]) > least[served]]


def _let_go(problem: Problem, groups: Places, posts: Places) -> Problem:
    """Ask for groups no more those below the territory they have, so that the bound tells about ways."""
    begin = problem.groups.begin.copy()
    begin[groups] = problem.steps(groups, posts)
    return replace(problem, groups=replace(problem.groups, begin=begin))


def _paid(problem: Problem, post: Places) -> tuple[Floats, Floats]:
    """Return the way of every household that is served, where it is known, and what it costs."""
    groups, posts = problem.groups, problem.posts
    served = np.flatnonzero(post >= 0)
    at, of = post[served], groups.of[served]
    x_m, y_m = groups.doors
    way = np.hypot(x_m[served] - posts.x_m[at], y_m[served] - posts.y_m[at])
    before = problem.before[served]
    change = problem.worth_m * ((before >= 0) & (before != at))
    unknown = np.isnan(way)
    cost = np.where(unknown, UNKNOWN_M, way) + problem.extra_m(of, at) + change
    return np.where(unknown, 0.0, way), cost

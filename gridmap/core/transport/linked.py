"""The answer of the transport problem: the post of every household, what it costs, and the proven bound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmap.core.transport.optimum import optimum
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
        No answer that leaves the same households out, and fills no post over its room, costs less.
    """

    post: Places
    travel_m: float
    cost_m: float
    bound_m: float

    @property
    def gap(self) -> float:
        """How far the cost is above the bound at most, as a share of the way; 0 is proven best."""
        return max(self.cost_m - self.bound_m, 0.0) / self.travel_m if self.travel_m else 0.0


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
    served = cut.groups.size - best.flow.unserved
    post = fill_up(cut, unit, made_whole(cut, best), served)
    way, cost = _paid(problem, post)
    bound_m = (best.bound - int(best.flow.unserved @ cut.groups.unserved)) / CM
    cost_m = float(cost.sum())
    rounding_m = len(cost) / (2 * CM)  # costs were compared in whole centimetres
    bound_m = cost_m if abs(cost_m - bound_m) <= rounding_m else bound_m
    return Linked(post, float(way.sum()), cost_m, bound_m)


def _paid(problem: Problem, post: Places) -> tuple[Floats, Floats]:
    """Return the way of every household that is served, where it is known, and what it costs."""
    groups, posts = problem.groups, problem.posts
    served = np.flatnonzero(post >= 0)
    at, of = post[served], groups.of[served]
    x_m, y_m = groups.doors
    way = np.hypot(x_m[served] - posts.x_m[at], y_m[served] - posts.y_m[at])
    worth = problem.worth_m * (problem.before[served] == at)
    unknown = np.isnan(way)
    cost = np.where(unknown, UNKNOWN_M, way) + problem.extra_m(of, at) - worth
    return np.where(unknown, 0.0, way), cost

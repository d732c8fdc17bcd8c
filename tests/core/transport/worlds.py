"""Transport problems drawn by hand or by chance, and the linear programme that they are checked with."""

import numpy as np
from scipy.optimize import linprog

from gridmap.core.transport import Groups, Posts, Problem


def on_a_line(groups, posts, *, chains=(), before=None, change_m=0.0):
    """Groups as (metres, ...) of their households, posts as (metres, room); further columns by name.

    A group may be a dict of `at`, `around`, `side`, `need`; a post a dict of `at`, `room`, `area`, `side`.
    """
    groups = [each if isinstance(each, dict) else {"at": each} for each in groups]
    posts = [each if isinstance(each, dict) else {"at": each[0], "room": each[1]} for each in posts]
    metres = np.array([metre for each in groups for metre in each["at"]], dtype=float)
    first = np.cumsum([0, *(len(each["at"]) for each in groups)])
    kinds = [column(groups, name, 0) for name in ("around", "side", "need", "begin")]
    at = np.array([each["at"] for each in posts], dtype=float)
    room = np.array([each["room"] for each in posts], dtype=np.int64)
    return Problem(
        Groups(first, metres, np.where(np.isnan(metres), np.nan, 0.0), *kinds),
        Posts(
            at, np.where(np.isnan(at), np.nan, 0.0), room, column(posts, "area", -1), column(posts, "side", 0)
        ),
        np.array(chains or [[-1]], dtype=np.intp),
        np.full(len(metres), -1) if before is None else np.array(before),
        change_m,
    )


def column(rows, name, default):
    return np.array([row.get(name, default) for row in rows], dtype=np.intp)


def by_chance(seed, *, most_groups=40, most_posts=8, most_size=5):
    """A problem with everything in it: sizes, territories, closed zones, needs, who was linked before."""
    rng = np.random.default_rng(seed)
    count, posts = int(rng.integers(1, most_groups + 1)), int(rng.integers(1, most_posts + 1))
    size = rng.integers(1, rng.integers(1, most_size + 1) + 1, count)
    first = np.append(0, np.cumsum(size))
    places, areas = int(rng.integers(1, 4)), int(rng.integers(0, 4))
    spots = rng.uniform(0, 2_000, (count, 2))
    home = np.repeat(spots, size, axis=0) + rng.choice([0.0, 30.0]) * rng.normal(size=(first[-1], 2))
    home[rng.random(first[-1]) < rng.choice([0.0, 0.1])] = np.nan
    at = rng.uniform(0, 2_000, (posts, 2))
    at[rng.random(posts) < rng.choice([0.0, 0.2])] = np.nan
    chains = np.array([[*rng.permutation(areas), *[-1] * (3 - areas)] for _ in range(places)])
    area = rng.integers(-1, max(areas, 1), posts)
    chains[~np.isin(chains, area)] = -1
    chains = np.take_along_axis(chains, np.argsort(chains < 0, axis=1, kind="stable"), axis=1)
    room = rng.integers(0, int(2.5 * first[-1] / posts) + 2, posts)
    kinds = rng.integers(0, places, count), rng.integers(0, 2, count), rng.integers(0, 3, count)
    groups = Groups(first, *np.ascontiguousarray(home.T), *kinds, np.zeros(count, dtype=np.intp))
    crew = Posts(*np.ascontiguousarray(at.T), room.astype(np.int64), area, rng.integers(0, 2, posts))
    before = np.where(rng.random(first[-1]) < 0.5, rng.integers(0, posts, first[-1]), -1)
    return Problem(groups, crew, chains, before, float(rng.choice([0.0, 50.0, 300.0])))


def least_cost(problem):
    """What HiGHS finds as the least cost of all pairs, with leaving out; in centimetres."""
    count, posts = len(problem.groups), len(problem.posts)
    group, post = (each.ravel() for each in np.indices((count, posts)))
    pairs = problem.costs(group, post).astype(float).reshape(count, posts)
    cost = np.column_stack([pairs, problem.groups.unserved]).ravel()
    each = np.kron(np.eye(count), np.ones(posts + 1))
    room = np.kron(np.ones(count), np.eye(posts, posts + 1))
    size = problem.groups.size.astype(float)
    done = linprog(cost, A_ub=room, b_ub=problem.posts.room, A_eq=each, b_eq=size, method="highs")
    assert done.status == 0
    return done.fun


def loads(problem, post):
    """How many households each post has."""
    return np.bincount(post[post >= 0], minlength=len(problem.posts))

"""The proven optimum, against worlds worked out by hand and against a linear programme over all pairs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.transport import optimum
from gridmap.core.transport.problem import BORDER_M, STEP_M, STRANGER_M, UNKNOWN_M, UNSERVED_M
from tests.core.transport.worlds import by_chance, least_cost, on_a_line


def served(problem):
    """The post of every group that the flow serves whole."""
    flow = optimum(problem).flow
    full = flow.amount == problem.groups.size[flow.pairs.group]
    return dict(zip(flow.pairs.group[full].tolist(), flow.pairs.post[full].tolist(), strict=True))


def test_the_nearest_pair_is_not_linked_where_that_would_cost_more():
    # nearest first: 4.5 to 4 (0.5 m), then 3 has to go to 7 (4 m): 4.5 m; this way 1 + 2.5 = 3.5 m
    problem = on_a_line([[3], [4.5]], [(4, 1), (7, 1)])
    assert served(problem) == {0: 0, 1: 1}
    assert optimum(problem).bound == 350


def test_a_full_post_has_the_price_that_others_would_save_there():
    # 0 and 3 both are nearer to 4; the one who goes to 10 pays 6 m more at 0 and 6 m more at 3
    best = optimum(on_a_line([[0], [3]], [(4, 1), (10, 1)]))
    assert best.bound == 100 * (4 + 7)
    assert best.prices.tolist() == [600, 0]


def test_the_smallest_territory_comes_before_all_that_is_nearer():
    near_stranger = {"at": 0, "room": 9, "area": -1}
    own, larger = {"at": 9_000, "room": 1, "area": 0}, {"at": 5_000, "room": 1, "area": 1}
    problem = on_a_line([[0], [1], [2]], [near_stranger, own, larger], chains=[[0, 1]])
    # one each, and 0 stays where it is: 9,000 + 5,000 - 1 - 2
    assert optimum(problem).bound == round(100 * (13_997 + STEP_M + STRANGER_M))
    assert served(problem)[0] == 0


def test_a_group_without_any_territory_pays_nothing_for_a_stranger():
    problem = on_a_line([[0]], [{"at": 7, "room": 1, "area": 4}], chains=[[-1]])
    assert optimum(problem).bound == 700


def test_who_lives_on_the_same_side_of_a_closed_border_comes_first():
    other, same = {"at": 1, "room": 1, "side": 0}, {"at": 900, "room": 1, "side": 1}
    assert served(on_a_line([{"at": [0], "side": 1}], [other, same])) == {0: 1}
    assert optimum(on_a_line([{"at": [0], "side": 1}], [other])).bound == round(100 * (1 + BORDER_M))


def test_a_place_that_is_not_known_counts_as_far_and_is_served_all_the_same():
    nowhere = float("nan")
    problem = on_a_line([[nowhere], [0]], [(5, 1), (nowhere, 1)])
    assert served(problem) == {0: 1, 1: 0}
    assert optimum(problem).bound == round(100 * (UNKNOWN_M + 5))


def test_a_household_without_a_place_is_where_its_building_is():
    assert optimum(on_a_line([[10, float("nan"), 20]], [(0, 3)])).bound == 100 * 15 * 3


def test_where_there_is_too_little_room_the_greater_need_is_served_first():
    problem = on_a_line([{"at": [1]}, {"at": [500], "need": 1}], [(0, 1)])
    best = optimum(problem)
    assert best.flow.unserved.tolist() == [1, 0]
    assert best.bound == round(100 * (500 + UNSERVED_M))


def test_to_keep_a_person_is_worth_the_way_that_is_stated():
    # the way to the one before is 200 m longer
    kept = on_a_line([[600]], [(0, 1), (1_000, 1)], before=[0], change_m=300)
    moved = on_a_line([[600]], [(0, 1), (1_000, 1)], before=[0], change_m=199)
    assert served(kept) == {0: 0}
    assert served(moved) == {0: 1}
    assert optimum(kept).bound == 100 * (600 - 300)


def test_nobody_has_room():
    best = optimum(on_a_line([[1, 2]], [(0, 0)]))
    assert best.flow.unserved.tolist() == [2]


@settings(derandomize=True, deadline=None, max_examples=60)
@given(seed=st.integers(0, 10**6), posts=st.sampled_from([8, 8, 90]))
def test_no_pair_was_overlooked_the_linear_programme_over_all_of_them_costs_as_much(seed, posts):
    problem = by_chance(seed, most_posts=posts)
    best, right = optimum(problem), least_cost(problem)
    assert best.bound == pytest.approx(right, rel=1e-9, abs=2)
    flow = best.flow
    paid = flow.amount @ flow.pairs.cost + flow.unserved @ problem.groups.unserved
    assert paid == best.bound
    carried = np.bincount(flow.pairs.post, flow.amount, len(problem.posts))
    assert (carried <= problem.posts.room).all()
    given_away = np.bincount(flow.pairs.group, flow.amount, len(problem.groups)) + flow.unserved
    assert (given_away == problem.groups.size).all()


@pytest.mark.parametrize("seed", range(4))
def test_a_problem_that_begins_with_larger_groups_is_optimal_too(seed):
    rng = np.random.default_rng(seed)
    problem = on_a_line([[metre] for metre in rng.uniform(0, 9_000, 4_000)], line_of_posts(rng))
    assert optimum(problem).bound == pytest.approx(least_on_a_line(problem), abs=len(problem.groups))


def line_of_posts(rng):
    return [(metre, 220) for metre in np.sort(rng.uniform(0, 9_000, 20))]


def least_on_a_line(problem):
    """On a line nobody overtakes in an optimum: by dynamic programming over homes and posts from the left."""
    homes, at = np.sort(problem.groups.x_m), problem.posts.x_m
    best = np.append(0.0, np.full(len(homes), np.inf))
    for metre, room in zip(at, problem.posts.room, strict=True):
        total = np.append(0.0, np.cumsum(np.abs(homes - metre)))
        lower = best - total
        best = total + np.array([lower[max(0, n - room) : n + 1].min() for n in range(len(homes) + 1)])
    return 100 * best[-1]


@settings(derandomize=True, deadline=None, max_examples=40)
@given(seed=st.integers(0, 10**6), rounds=st.integers(1, 2))
def test_when_stopped_early_the_bound_still_holds(seed, rounds):
    problem = by_chance(seed, most_groups=60, most_posts=30)
    best = optimum(problem, rounds=rounds)
    paid = best.flow.amount @ best.flow.pairs.cost + best.flow.unserved @ problem.groups.unserved
    right = least_cost(problem)
    assert best.bound <= right * (1 + 1e-9) + 2
    assert paid >= right * (1 - 1e-9) - 2

"""Groups kept whole, and cut where nobody can take them whole."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.transport import linked
from gridmap.core.transport.parts import cut_large
from gridmap.core.transport.problem import UNKNOWN_M, UNSERVED_M
from tests.core.transport.worlds import by_chance, least_cost, loads, on_a_line


def posts_of(problem, unit=None):
    return linked(problem, np.zeros(len(problem.before), dtype=int) if unit is None else np.array(unit)).post


def test_a_group_that_the_flow_would_split_is_kept_whole():
    # three of the four at 10 could go to 0 for 10 m each, one has to go to 40 for 30 m: 60 m; whole: 120 m
    answer = linked(on_a_line([[10, 10, 10, 10]], [(0, 3), (40, 4)]), np.zeros(4, dtype=int))
    assert answer.post.tolist() == [1, 1, 1, 1]
    assert (answer.travel_m, answer.cost_m, answer.bound_m) == (120, 120, 60)
    assert answer.gap == pytest.approx(0.5)


def test_another_group_makes_room_where_that_costs_least():
    # in all 5 at 0 and room for 3 and 3: 2 + 3, so the pair goes to 100 though it is as near to 0
    assert posts_of(on_a_line([[0, 0, 0], [0, 0]], [(0, 3), (100, 3)])).tolist() == [0, 0, 0, 1, 1]
    assert posts_of(on_a_line([[0, 0], [0, 0, 0]], [(0, 3), (100, 3)])).tolist() == [1, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("room", "size", "groups", "carried"),
    [
        (100, 6, 17, [102, 0]),  # as long as a group of 6 elsewhere costs far more than 2 of them would
        (116, 7, 17, [112, 7]),  # 119 would be 3 too many
        (49, 10, 5, [40, 10]),  # 2 % of 49 are less than one household
    ],
)
def test_two_in_a_hundred_more_are_carried_so_that_a_group_stays_whole(room, size, groups, carried):
    problem = on_a_line([[0] * size] * groups, [(0, room), (9_000, room)])
    assert loads(problem, posts_of(problem)).tolist() == carried


def test_a_group_larger_than_any_post_is_cut_by_unit_and_then_off_the_doors_that_fit():
    problem = on_a_line([[5] * 9], [(0, 4), (0, 4), (0, 4)])
    unit = [0, 0, 0, 1, 1, 1, 1, 1, 1]
    assert np.diff(cut_large(problem, np.array(unit)).groups.first).tolist() == [3, 4, 2]
    post = posts_of(problem, unit)
    assert len(set(post[:3])) == len(set(post[3:7])) == len(set(post[7:])) == 1
    assert sorted(loads(problem, post).tolist()) == [2, 3, 4]


def test_units_are_not_cut_where_the_whole_group_fits():
    problem = on_a_line([[5] * 4], [(0, 4)])
    assert cut_large(problem, np.array([0, 0, 1, 1])) is problem


def test_a_group_is_cut_rather_than_left_out():
    problem = on_a_line([[0, 0, 0], [10, 10, 10]], [(0, 4), (10, 2)])
    post = posts_of(problem, [0, 0, 0, 1, 1, 2])
    assert loads(problem, post).tolist() == [4, 2]
    assert post.tolist() == [0, 0, 0, 1, 1, 0]


def test_with_too_little_room_all_of_it_is_used_and_greater_need_comes_first():
    problem = on_a_line([{"at": [1, 1, 1]}, {"at": [50, 50, 50], "need": 1}], [(0, 4)])
    post = posts_of(problem)
    assert loads(problem, post).tolist() == [4]
    assert post[3:].tolist() == [0, 0, 0]


def test_of_two_who_are_as_near_the_first_is_asked_first():
    assert posts_of(on_a_line([[0]], [(10, 1), (-10, 1)])).tolist() == [0]
    assert posts_of(on_a_line([[0], [0]], [(5, 1), (5, 1), (5, 1)])).tolist() in ([0, 1], [1, 0])


def test_a_group_that_is_whole_only_outside_of_its_territory_goes_there_and_the_bound_tells_about_ways():
    inside = [{"at": 0, "room": 3, "area": 0}, {"at": 0, "room": 3, "area": 0}]
    problem = on_a_line([[0, 0], [0, 0], [0, 0]], [*inside, {"at": 70, "room": 5, "area": 1}], chains=[[0]])
    answer = linked(problem, np.arange(6))
    assert loads(problem, answer.post).tolist() == [2, 2, 2]
    assert (answer.cost_m, answer.bound_m, answer.gap) == (140, 140, 0)


def test_nobody_is_asked_where_there_is_nobody():
    answer = linked(on_a_line([[0, 1]], [(0, 0)]), np.zeros(2, dtype=int))
    assert (answer.post.tolist(), answer.travel_m, answer.gap) == ([-1, -1], 0, 0)


def test_who_was_linked_stays_though_a_fresh_start_would_exchange_both():
    # 0-30 and 40-10 cost 60 m, the other way 10 + 10 = 20 m: not worth two changes of 50 m
    homes, posts = [[0], [40]], [(10, 1), (30, 1)]
    assert posts_of(on_a_line(homes, posts)).tolist() == [0, 1]
    assert posts_of(on_a_line(homes, posts, before=[1, 0], change_m=50)).tolist() == [1, 0]
    assert posts_of(on_a_line(homes, posts, before=[1, 0], change_m=15)).tolist() == [0, 1]


@settings(derandomize=True, deadline=None, max_examples=60)
@given(seed=st.integers(0, 10**6))
def test_all_room_is_used_before_anybody_is_left_out_and_nobody_carries_too_much(seed):
    problem = by_chance(seed, most_size=9)
    post, size = posts_of(problem, np.arange(len(problem.before)) // 3), problem.groups.size
    carried, room = loads(problem, post), problem.posts.room
    assert (carried <= problem.posts.limit).all()
    assert (post >= 0).all() or (carried >= room).all()
    assert (post >= 0).sum() >= min(room.sum(), len(post))
    begins = problem.groups.first[:-1]
    whole = np.minimum.reduceat(post, begins) == np.maximum.reduceat(post, begins)
    # a group is cut only if in the end nobody has room for it
    assert (size[~whole] > (room - carried).max(initial=0)).all()


@settings(derandomize=True, deadline=None, max_examples=30)
@given(seed=st.integers(0, 10**6))
def test_the_bound_is_that_of_the_linear_programme_and_the_cost_what_is_paid(seed):
    made = by_chance(seed)
    problem = replace(made, chains=np.full((3, 1), -1))
    answer, right = linked(problem, np.arange(len(problem.before))), least_cost(problem) / 100
    if right < UNSERVED_M and problem.groups.size.max() <= problem.posts.limit.max():
        group = problem.groups.of
        had = problem.before >= 0
        shown = right + problem.change_m * had.sum()  # counted are the changes, not who is kept
        assert answer.bound_m == pytest.approx(shown, abs=0.01 * len(answer.post))
        paid = problem.extra_m(group, answer.post) + problem.change_m * (
            had & (problem.before != answer.post)
        )
        x_m, y_m = problem.groups.doors
        ways = np.hypot(x_m - problem.posts.x_m[answer.post], y_m - problem.posts.y_m[answer.post])
        assert answer.travel_m == pytest.approx(np.nansum(ways))
        assert answer.cost_m == pytest.approx((paid + np.where(np.isnan(ways), UNKNOWN_M, ways)).sum())


@settings(derandomize=True, deadline=None, max_examples=40)
@given(seed=st.integers(0, 10**6))
def test_assigning_again_changes_nobody_unless_all_together_then_cost_less(seed):
    first = by_chance(seed)
    fresh, group = linked(first, np.arange(len(first.before))).post, first.groups.of
    begins = first.groups.first[:-1]
    if (fresh >= 0).all() and (np.maximum.reduceat(fresh, begins)[group] == fresh).all():
        again = replace(first, before=fresh, change_m=300.0)
        answer = linked(again, np.arange(len(fresh)))
        less = again.costs(group, answer.post).sum() < again.costs(group, fresh).sum()
        assert less or (answer.post == fresh).all()

"""Tiles hold every point once, and nothing in two boxes is nearer than the boxes."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.transport.tiles import apart, blocks, boxes, cut, near_order, ragged


@settings(derandomize=True, deadline=None, max_examples=60)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 300), lost=st.sampled_from([0.0, 0.2, 1.0]))
def test_every_point_is_in_one_tile_and_boxes_are_not_farther_apart_than_points(seed, count, lost):
    rng = np.random.default_rng(seed)
    x_m, y_m = rng.integers(0, 50, (2, count)).astype(float)
    x_m[rng.random(count) < lost] = np.nan
    y_m[np.isnan(x_m)] = np.nan
    order = near_order(x_m, y_m, most=8)
    assert sorted(order) == list(range(count))
    tiles = cut(order, x_m, most=8)
    assert np.concatenate(tiles).tolist() == order.tolist()
    assert all(len(tile) <= 8 and len(set(np.isnan(x_m[tile]))) == 1 for tile in tiles)
    around = boxes(tiles, x_m, y_m)
    for tile, box in zip(tiles, around, strict=True):
        least = apart(box, around)
        for other, away in zip(tiles, least, strict=True):
            between = np.hypot(
                np.subtract.outer(x_m[tile], x_m[other]), np.subtract.outer(y_m[tile], y_m[other])
            )
            assert np.isnan(away) == np.isnan(between).all()
            assert np.isnan(away) or away <= between.min() + 1e-9


def test_points_that_follow_each_other_are_close():
    x_m, y_m = (each.ravel().astype(float) for each in np.indices((16, 16)))
    order = np.random.default_rng(1).permutation(256)
    near = order[near_order(x_m[order], y_m[order], most=4)]
    around = boxes(cut(near, x_m, most=4), x_m, y_m)
    assert (around[:, 2:] - around[:, :2]).max() == 1  # squares of 2 x 2


def test_runs_are_told_with_their_places():
    run, place = ragged(np.array([5, 0, 9]), np.array([2, 0, 1]))
    assert (run.tolist(), place.tolist()) == ([0, 0, 2], [5, 6, 9])


def test_runs_are_cut_into_blocks_of_about_the_size_asked_for():
    counts = np.array([3, 3, 9, 1, 1])
    assert [(part.start, part.stop) for part in blocks(counts, most=6)] == [(0, 2), (2, 3), (3, 5)]

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.nearby import Nearby, runs

GEOD = pyproj.Geod(ellps="WGS84")


def pairs(places, size_m, lonlat, radius_m):
    found = [np.column_stack(block) for block in Nearby(places, size_m).pairs(lonlat, radius_m)]
    return np.concatenate([np.empty((0, 2), dtype=np.intp), *found])


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**20),
    around=st.sampled_from([(0, 0), (180, 40), (-180, -60), (75, 90), (10, -90), (0, 89.99), (359.99, 10)]),
    spread=st.sampled_from([1e-3, 0.3, 20, 180]),
    radius_m=st.sampled_from([0, 1, 500, 40_000, 3e6, 2.1e7]),
)
def test_no_place_within_the_distance_is_missed_and_none_comes_twice(seed, around, spread, radius_m):
    rng = np.random.default_rng(seed)
    lonlat = np.array(around) + rng.uniform(-spread, spread, (60, 2))
    lonlat[:, 1] = np.clip(lonlat[:, 1], -90, 90)
    points, places = lonlat[:20], lonlat[15:]
    size_m = rng.choice([0.0, 0.4, 30, 2000, 500_000], len(places))
    found = pairs(places, size_m, points, radius_m)
    assert len(np.unique(found, axis=0)) == len(found)
    one, other = np.divmod(np.arange(len(points) * len(places)), len(places))
    distance = GEOD.inv(*points[one].T, *places[other].T)[2]
    due = distance <= radius_m + size_m[other]
    assert set(zip(one[due].tolist(), other[due].tolist(), strict=True)) <= set(map(tuple, found.tolist()))


def test_far_places_are_left_out():
    """Places a degree apart on the equator; 20 km reach none but their own."""
    places = np.column_stack([np.arange(-180.0, 180.0), np.zeros(360)])
    found = pairs(places, np.zeros(360), places, 20_000)
    assert found[:, 0].tolist() == found[:, 1].tolist() == list(range(360))


def test_points_and_places_without_numbers_are_near_nothing():
    nowhere = np.array([[np.nan, 0.0], [0.0, np.nan], [0.0, 0.0]])
    assert pairs(nowhere, np.zeros(3), nowhere, 1e9).tolist() == [[2, 2]]
    assert pairs(np.empty((0, 2)), np.empty(0), nowhere, 10).tolist() == []
    assert pairs(nowhere, np.zeros(3), np.empty((0, 2)), 10).tolist() == []


@pytest.mark.parametrize("at_once", [1, 7, 10_000])
def test_blocks_have_all_pairs_of_their_points(monkeypatch, at_once):
    monkeypatch.setattr("gridmap.core.nearby._PAIRS_AT_ONCE", at_once)
    places = np.zeros((5, 2))
    blocks = list(Nearby(places, np.zeros(5)).pairs(np.zeros((4, 2)), 1))
    assert np.concatenate([point for point, _ in blocks]).tolist() == [p for p in range(4) for _ in range(5)]
    assert all(len(point) % 5 == 0 for point, _ in blocks)
    assert len(blocks) == (1 if at_once > 20 else 4)


def test_runs_are_written_one_after_the_other():
    assert runs(np.array([5, 0, 2]), np.array([2, 0, 3])).tolist() == [5, 6, 2, 3, 4]

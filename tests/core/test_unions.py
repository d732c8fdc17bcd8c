"""Unions of cells by label, drawn again only where labels have changed."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from gridmap.core import unions
from gridmap.core.soundness import unsound_cells
from gridmap.core.unions import unions_of
from gridmap.model.areas import hierarchy_for


def ground(cells):
    index = pd.Index([f"c{place:03}" for place in range(len(cells))], name="cell_id")
    frame = gpd.GeoDataFrame(index=index, geometry=list(cells), crs=4549)
    return frame, hierarchy_for(frame)


def board(width, height):
    return [box(x, y, x + 1, y + 1) for y in range(height) for x in range(width)]


def numbers(labels):
    return np.array(labels, dtype=np.int32)


@settings(derandomize=True, deadline=None, max_examples=12)
@given(st.lists(st.lists(st.integers(-1, 4), min_size=20, max_size=20), min_size=2, max_size=5))
def test_after_any_changes_the_unions_are_those_of_a_fresh_start(steps):
    frame, changing = ground(board(5, 4))
    for labels in steps:
        _, fresh = ground(board(5, 4))
        now, anew = unions_of(changing, numbers(labels)), unions_of(fresh, numbers(labels))
        assert len(now) == len(anew)
        assert shapely.equals_identical(now, anew).tolist() == [shape is not None for shape in anew]
    assert len(frame) == 20


def test_a_change_draws_only_the_labels_it_touches(monkeypatch):
    frame, hierarchy = ground(board(4, 1))
    first = unions_of(hierarchy, numbers([0, 1, 2, 3]))
    asked = []
    real = unions.dissolve
    monkeypatch.setattr(unions, "dissolve", lambda *args: asked.append(args[2].tolist()) or real(*args))
    after = unions_of(hierarchy, numbers([0, 1, 3, 3]))
    assert asked == [[False, False, True, True]]
    assert after[0] is first[0]
    assert after[2] is None
    assert after[3].equals(box(2, 0, 4, 1))
    assert len(frame) == 4


def test_what_is_returned_may_be_changed_by_the_caller():
    frame, hierarchy = ground(board(2, 1))
    unions_of(hierarchy, numbers([0, 1]))[0] = None
    assert unions_of(hierarchy, numbers([0, 1]))[0].equals(box(0, 0, 1, 1))
    assert len(frame) == 2


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ([box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1)], []),
        ([box(0, 0, 1, 1), box(0.9, 0, 2, 1), box(2, 0, 3, 1)], [0, 1]),
        ([box(0, 0, 9, 9), box(2, 2, 3, 3), box(3, 2, 4, 3), box(9, 0, 10, 9)], [1, 2]),
        ([box(0, 0, 1, 1), box(1, 0, 2, 1), box(0, 1, 2, 2), box(9, 9, 10, 10)], [0, 1, 2]),
        ([shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), box(1, 0, 2, 1)], [0]),
        ([box(0, 0, 1, 1), box(0, 0, 1, 1), box(1, 0, 2, 1)], [0, 1]),
        ([None, shapely.Polygon(), box(0, 0, 1, 1)], []),
    ],
)
def test_cells_that_do_not_fit_are_found(cells, wrong):
    frame, hierarchy = ground(cells)
    found = np.flatnonzero(unsound_cells(hierarchy)).tolist()
    assert set(wrong) <= set(found) <= set(range(len(cells)))
    assert bool(found) == bool(wrong)
    assert len(frame) == len(cells)


def test_cells_that_do_not_fit_are_drawn_by_their_geometry():
    frame, hierarchy = ground([box(0, 0, 1, 1), box(0.5, 0, 2, 1), box(2, 0, 3, 1), box(3, 0, 4, 1)])
    one, other = unions_of(hierarchy, numbers([0, 0, 1, 1]))
    assert one.equals(box(0, 0, 2, 1))
    assert other.equals(box(2, 0, 4, 1))
    assert len(frame) == 4

"""The rough extent of a part of a grid never misses a place that lies in it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from gridmap.batch.extent import Extent

WHOLE = st.integers(0, 300)
CELLS = st.lists(st.tuples(WHOLE, WHOLE, st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=8)


@given(cells=CELLS, share=st.tuples(st.floats(0, 1), st.floats(0, 1)))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_a_place_in_or_on_a_cell_is_never_missed(cells, share):
    boxes = [(x / 7, y / 3, (x + width) / 7, (y + height) / 3) for x, y, width, height in cells]
    extent = Extent.of([box(*each) for each in boxes])
    for west, south, east, north in boxes:
        inside = min(west + share[0] * (east - west), east), min(south + share[1] * (north - south), north)
        for place in (inside, (west, south), (east, north)):
            assert extent.may_hold(np.array([place]))


def test_places_far_from_every_cell_are_told():
    extent = Extent.of([box(0, 0, 1, 1), None, box(9, 9, 10, 10)])
    assert not extent.may_hold(np.array([[5.0, 5.0], [11.0, 9.5], [1.0, 9.0], [np.nan, np.nan]]))
    assert not extent.may_hold(np.empty((0, 2)))


def test_a_part_without_outlines_holds_nothing():
    assert not Extent.of([None]).may_hold(np.array([[0.0, 0.0]]))

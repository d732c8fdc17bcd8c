"""The union of cells by label, read from the topology, is the union that geometry gives."""

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely import box

from gridmap.core.dissolve import cycles, dissolve
from gridmap.core.topology import topology_of


def board(width, height, cell=box):
    return np.array([cell(x, y, x + 1, y + 1) for y in range(height) for x in range(width)], dtype=object)


def unions(cells, labels, wanted=None):
    labels = np.array(labels, dtype=np.int32)
    asked = np.ones(labels.max(initial=-1) + 1, dtype=bool) if wanted is None else np.array(wanted)
    return dissolve(topology_of(cells), labels, asked)


def assert_same_as_geometry(cells, labels):
    for label, shape in enumerate(unions(cells, labels)):
        members = cells[np.array(labels) == label]
        if not len(members):
            assert shape is None
            continue
        true = shapely.coverage_union_all(members)
        assert shapely.is_valid(shape), shapely.is_valid_reason(shape)
        assert shapely.equals(shape, true)
        assert shapely.area(shape) == pytest.approx(shapely.area(true), rel=1e-12)
        assert shapely.get_num_geometries(shape) == shapely.get_num_geometries(true)
        assert shapely.get_num_coordinates(shape) == shapely.get_num_coordinates(true)


def test_cells_side_by_side_are_one_polygon():
    """
    +---+---+---+
    | 0 | 0 | 1 |
    +---+---+---+
    """
    one, other = unions(board(3, 1), [0, 0, 1])
    assert one.equals(box(0, 0, 2, 1))
    assert other.equals(box(2, 0, 3, 1))


def test_what_is_not_asked_for_or_has_no_cell_is_none():
    assert unions(board(3, 1), [0, 1, -1], [False, True, True]).tolist()[::2] == [None, None]


def test_a_ring_of_cells_has_a_hole():
    """
    +---+---+---+
    | 0 | 0 | 0 |
    +---+---+---+
    | 0 | 1 | 0 |
    +---+---+---+
    | 0 | 0 | 0 |
    +---+---+---+
    """
    labels = [0, 0, 0, 0, 1, 0, 0, 0, 0]
    assert_same_as_geometry(board(3, 3), labels)
    assert len(unions(board(3, 3), labels)[0].interiors) == 1


def test_cells_that_meet_in_a_corner_are_two_polygons():
    """
    +---+---+
    | 1 | 0 |
    +---+---+
    | 0 | 1 |
    +---+---+
    """
    assert_same_as_geometry(board(2, 2), [0, 1, 1, 0])


def test_a_hole_that_touches_the_outer_border_in_a_corner():
    """
    +---+---+---+
    | 1 | 0 | 0 |
    +---+---+---+
    | 0 | 1 | 0 |
    +---+---+---+
    | 0 | 0 | 0 |
    +---+---+---+
    """
    assert_same_as_geometry(board(3, 3), [0, 0, 0, 0, 1, 0, 1, 0, 0])


def test_two_holes_that_meet_in_a_corner():
    labels = [0] * 16
    labels[5] = labels[10] = 1
    assert_same_as_geometry(board(4, 4), labels)


def test_an_island_in_a_lake_of_an_island():
    rings = np.array([max(abs(x - 3), abs(y - 3)) for y in range(7) for x in range(7)])
    assert_same_as_geometry(board(7, 7), (rings % 2).tolist())


def test_a_cell_of_two_parts_and_one_with_a_hole():
    """
    +---+---+---+---+
    | a |   b   | a |    c lies in the hole of b
    +---+---+---+---+
    """
    hole = box(1.5, 0.25, 2, 0.75)
    cells = np.array(
        [shapely.union(box(0, 0, 1, 1), box(3, 0, 4, 1)), box(1, 0, 3, 1).difference(hole), hole],
        dtype=object,
    )
    for labels in ([0, 0, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0], [0, 1, 2]):
        assert_same_as_geometry(cells, labels)


def test_a_permutation_falls_into_its_cycles():
    order, first = cycles(np.array([2, 1, 4, 5, 0, 3]))
    assert [order[a:b].tolist() for a, b in itertools.pairwise(first)] == [
        [0, 2, 4],
        [1],
        [3, 5],
    ]


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.integers(1, 6), st.integers(1, 6), st.data())
def test_any_labelling_of_a_board(width, height, data):
    size = width * height
    labels = data.draw(st.lists(st.integers(-1, 2), min_size=size, max_size=size))
    assert_same_as_geometry(board(width, height), labels)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=3, max_size=30, unique=True),
    st.integers(0, 2**32 - 1),
)
@example([(0, 0), (1, 0), (0, 1), (1, 1), (2, 2)], 7)
def test_any_labelling_of_a_tessellation_with_holes_and_parts(places, seed):
    rng = np.random.default_rng(seed)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(places)))
    kept = cells[rng.random(len(cells)) < 0.9]
    middle = shapely.centroid(kept)
    islands = shapely.buffer(middle, shapely.distance(middle, shapely.boundary(kept)) / 2, quad_segs=2)
    pierced = rng.random(len(kept)) < 0.3
    holed = np.where(pierced, shapely.difference(kept, islands), kept)
    cells = np.concatenate([holed, islands[pierced]])
    if len(cells) > 4:
        cells = np.append(
            cells[2:],
            shapely.multipolygons(shapely.get_parts(cells[:2]))
            if not shapely.intersects(*cells[:2])
            else cells[:2],
        )
    assert_same_as_geometry(cells, rng.integers(-1, 3, len(cells)).tolist())


def test_far_away_and_very_fine_coordinates():
    """Corners a billionth of a metre apart at ten thousand kilometres, which is all that the numbers hold."""
    step = np.spacing(1e7)
    cells = np.array(
        [
            box(1e7 + x * step, 1e7 + y * step, 1e7 + (x + 1) * step, 1e7 + (y + 1) * step)
            for y in range(4)
            for x in range(4)
        ],
        dtype=object,
    )
    assert_same_as_geometry(cells, [0, 0, 1, 1, 0, 1, 1, 0, 2, 2, 0, 0, 2, 1, 1, 0])

"""The shared-edge topology: every border once, with the cells on its two sides."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from gridmap.core.topology import connected, topology_of

NONE = -1


@pytest.fixture
def three_cells():
    """Two squares side by side under a long one.

    +-------+
    |   c   |
    +---+---+
    | a | b |
    +---+---+
    0   1   2
    """
    long = shapely.Polygon([(0, 1), (1, 1), (2, 1), (2, 2), (0, 2)])
    return np.array([box(0, 0, 1, 1), box(1, 0, 2, 1), long], dtype=object)


def borders(topology):
    """The length of border between each two cells."""
    found = {}
    for arc, (left, right) in enumerate(zip(topology.left, topology.right, strict=True)):
        xy = topology.xy[topology.first[arc] : topology.first[arc + 1]]
        key = tuple(sorted((int(left), int(right))))
        found[key] = found.get(key, 0) + float(np.hypot(*np.diff(xy, axis=0).T).sum())
    return found


def test_every_border_is_there_once_with_its_two_cells(three_cells):
    topology = topology_of(three_cells)
    assert borders(topology) == {
        (0, 1): 1.0,
        (0, 2): 1.0,
        (1, 2): 1.0,
        (NONE, 0): 2.0,
        (NONE, 1): 2.0,
        (NONE, 2): 4.0,
    }
    assert topology.pairs.tolist() == [[0, 1], [0, 2], [1, 2]]
    assert len(topology.first) - 1 == 6


def test_the_cell_on_the_left_of_an_edge_is_on_its_left(three_cells):
    start, end, left, right = topology_of(three_cells).edges()
    middle, way = (start + end) / 2, end - start
    aside = np.column_stack([-way[:, 1], way[:, 0]]) * 1e-3
    for cell, side in ((left, aside), (right, -aside)):
        inside = shapely.contains_xy(three_cells[cell], *(middle + side).T)
        assert (inside == (cell != NONE)).all()


def test_a_cell_in_the_hole_of_another_shares_one_closed_border():
    """
    +-------+
    | +---+ |
    | | b | |
    | +---+ |
    |   a   |
    +-------+
    """
    inner = box(1, 1, 2, 2)
    topology = topology_of(np.array([box(0, 0, 3, 3).difference(inner), inner], dtype=object))
    assert borders(topology) == {(0, 1): 4.0, (NONE, 0): 12.0}
    closed = topology.node[:, 0] == topology.node[:, 1]
    assert closed.all()
    assert topology.pairs.tolist() == [[0, 1]]


def test_the_parts_of_a_cell_are_faces_of_their_own():
    islands = shapely.union(box(0, 0, 1, 1), box(5, 5, 6, 6))
    topology = topology_of(np.array([islands, box(1, 0, 2, 1)], dtype=object))
    assert topology.face_cell.tolist() == [0, 0, 1]
    part = topology.parts([7, 7])
    assert len(set(part.tolist())) == 2
    assert part[0] == part[2] or part[1] == part[2]


def test_cells_that_touch_in_a_corner_do_not_hang_together():
    topology = topology_of(np.array([box(0, 0, 1, 1), box(1, 1, 2, 2)], dtype=object))
    assert topology.pairs.tolist() == []
    assert topology.parts([0, 0]).tolist() == [0, 1]
    assert len(np.intersect1d(topology.node[0], topology.node[1])) == 1


def test_parts_follow_the_labels(three_cells):
    topology = topology_of(three_cells)
    assert topology.parts([0, 1, 0]).tolist() == [0, 1, 0]
    assert topology.parts([5, 5, NONE]).tolist() == [0, 0, NONE]


def test_an_overlap_a_gap_and_a_vertex_of_one_cell_leave_edges_without_a_partner():
    """The long cell above has no vertex at x = 1, where the two below meet."""
    cells = np.array([box(0, 0, 1, 1), box(1, 0, 2, 1), box(0, 1, 2, 2)], dtype=object)
    topology = topology_of(cells)
    assert topology.pairs.tolist() == [[0, 1]]
    assert borders(topology)[(NONE, 2)] == 6.0


def test_a_cell_that_lies_twice_on_the_same_ground_is_kept_twice():
    cell = box(0, 0, 1, 1)
    topology = topology_of(np.array([cell, cell, box(1, 0, 2, 1)], dtype=object))
    lengths = borders(topology)
    assert sum(lengths[key] for key in lengths if 0 in key) == 4.0
    assert sum(lengths[key] for key in lengths if 1 in key) == 4.0


@pytest.mark.parametrize("nothing", [[], [None], [shapely.Polygon()], [shapely.Point(0, 0)]])
def test_nothing_has_no_border(nothing):
    topology = topology_of(np.array(nothing, dtype=object))
    assert len(topology.first) == 1
    assert topology.pairs.shape == (0, 2)
    assert topology.parts(np.zeros(len(nothing), dtype=int)).tolist() == []
    assert len(topology.edges()[0]) == 0


def test_repeated_vertices_and_heights_do_not_count():
    doubled = shapely.Polygon([(0, 0, 5), (1, 0, 5), (1, 0, 6), (1, 1, 5), (0, 1, 5)])
    topology = topology_of(np.array([doubled, box(1, 0, 2, 1)], dtype=object))
    assert borders(topology)[(0, 1)] == 1.0
    assert topology.xy.shape[1] == 2


def test_the_two_zeros_are_one_place():
    west = shapely.Polygon([(-1, 0), (-0.0, 0), (-0.0, 1), (-1, 1)])
    topology = topology_of(np.array([west, box(0, 0, 1, 1)], dtype=object))
    assert borders(topology)[(0, 1)] == 1.0


def test_the_chain_of_a_face_runs_round_all_its_rings(three_cells):
    topology = topology_of(three_cells)
    for half, face in enumerate(topology.half_face.tolist()):
        if face == NONE:
            assert topology.following[half] == NONE
            continue
        after = topology.following[half]
        assert topology.half_face[after] == face
        assert topology.node[half // 2, 1 - half % 2] == topology.node[after // 2, after % 2]


def test_members_hang_together_over_a_long_chain():
    chain = np.arange(1000, dtype=np.int32)
    mixed = np.random.default_rng(1).permutation(999)
    assert connected(1001, chain[:-1][mixed], chain[1:][mixed]).tolist() == [0] * 1000 + [1000]


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=3, max_size=40, unique=True))
def test_the_edges_of_a_tessellation_are_those_of_its_cells(places):
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(places)))
    topology = topology_of(cells)
    lengths = np.zeros(len(cells))
    for (one, other), length in borders(topology).items():
        for cell in {one, other} - {NONE}:
            lengths[cell] += length
    assert lengths == pytest.approx(shapely.length(cells))
    touching = shapely.STRtree(cells).query(cells, predicate="intersects").T
    shared = {
        (a, b)
        for a, b in touching.tolist()
        if a < b and shapely.length(shapely.intersection(cells[a], cells[b])) > 0
    }
    assert {tuple(pair) for pair in topology.pairs.tolist()} == shared

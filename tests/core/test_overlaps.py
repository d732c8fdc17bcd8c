"""What is wrong with a coverage is found around the borders that one cell has alone."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from gridmap.core.gaps import unmatched_vertices, voids
from gridmap.core.overlaps import misfits, overlapping
from gridmap.core.soundness import unsound
from gridmap.core.topology import topology_of


def pairs_of(polygons):
    topology = topology_of(polygons)
    broken = ~shapely.is_valid(polygons) & ~shapely.is_missing(polygons)
    found = overlapping(polygons, topology, broken, *misfits(polygons, topology, broken))
    return [tuple(pair) for pair in found.tolist()]


def pairs_by_comparing_all(polygons):
    valid = shapely.is_valid(polygons)
    return [
        (one, other)
        for one in range(len(polygons))
        for other in range(one + 1, len(polygons))
        if valid[one]
        and valid[other]
        and shapely.area(shapely.intersection(polygons[one], polygons[other])) > 0
    ]


def board(size, step=1.0, at=(0.0, 0.0)):
    x, y = at
    return [
        box(x + i * step, y + j * step, x + i * step + step, y + j * step + step)
        for j in range(size)
        for i in range(size)
    ]


def test_a_little_coverage_within_a_cell_overlaps_it_with_every_cell():
    """The cell in the middle of the nine has clean borders only, and so has the large one around them."""
    polygons = np.array([box(-2, -2, 9, 9), *board(3)], dtype=object)
    assert pairs_of(polygons) == [(0, other) for other in range(1, 10)]
    assert unsound(polygons, topology_of(polygons)).all()


def test_two_coverages_of_one_ground_overlap_in_their_middle_too():
    polygons = np.array([*board(5), *board(4, 1.25)], dtype=object)
    assert pairs_of(polygons) == pairs_by_comparing_all(polygons)
    assert unsound(polygons, topology_of(polygons)).all()


def test_an_outline_that_crosses_itself_hides_no_overlap():
    bow_tie = shapely.Polygon([(0, 0), (4, 4), (4, 0), (0, 4)])
    polygons = np.array([bow_tie, *board(4), *board(4)], dtype=object)
    assert pairs_of(polygons) == [(place, place + 16) for place in range(1, 17)]
    assert unsound(polygons, topology_of(polygons)).all()


def test_a_clean_coverage_has_no_misfit_and_no_void():
    polygons = np.array([*board(4), None, shapely.Polygon()], dtype=object)
    topology = topology_of(polygons)
    sound = unsound(polygons, topology)
    assert not sound.any()
    assert not len(voids(polygons, topology, sound))
    assert not len(unmatched_vertices(topology).xy)


@st.composite
def dirty(draw):
    """Tiles of a tessellation, some moved, doubled, cut into parts, left out or laid on others."""
    places = draw(
        st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=4, max_size=14, unique=True)
    )
    cells = list(shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(places))))
    far, fine = draw(st.sampled_from([(0.0, 1.0), (1e7, 1.0), (1e7, 1e-7)]))
    for place, what in draw(
        st.lists(
            st.tuples(st.integers(0, 13), st.sampled_from(["move", "double", "hole", "drop", "in", "split"])),
            max_size=4,
        )
    ):
        cell = cells[place % len(cells)]
        if cell is None:
            continue
        if what == "move":
            cells[place % len(cells)] = shapely.transform(cell, lambda xy: xy + 0.7)
        elif what == "double":
            cells.append(cell)
        elif what == "drop":
            cells[place % len(cells)] = None
        else:
            x, y = shapely.get_coordinates(cell.representative_point())[0]
            core = shapely.intersection(cell, box(x - 0.4, y - 0.4, x + 0.4, y + 0.4))
            if what != "in":
                cells[place % len(cells)] = shapely.difference(cell, core)
            if what != "hole":
                cells.append(core)
    moved = shapely.transform(np.array(cells, dtype=object), lambda xy: xy * fine + far)
    return np.where(shapely.is_valid(moved) | shapely.is_missing(moved), moved, None)


@settings(derandomize=True, deadline=None, max_examples=120)
@given(dirty())
def test_faults_are_those_found_by_comparing_all_with_all(polygons):
    topology = topology_of(polygons)
    expected = pairs_by_comparing_all(polygons)
    assert pairs_of(polygons) == expected
    rough = unsound(polygons, topology)
    assert rough[np.array(expected, dtype=int).ravel()].all()
    present = polygons[~shapely.is_missing(polygons)]
    if not shapely.coverage_is_valid(present):
        assert rough.any()
    union = shapely.union_all(present)
    filled = shapely.union_all(shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(union))))
    gaps = shapely.get_parts(shapely.difference(filled, union))
    found = voids(polygons, topology, rough)
    assert len(found) == (shapely.area(gaps) > 0).sum()
    assert shapely.area(found).sum() == pytest.approx(shapely.area(gaps).sum(), rel=1e-6)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(
    st.lists(st.floats(0.01, 0.99), min_size=1, max_size=5, unique=True),
    st.sampled_from([(0.0, 0.0), (1e7, -1e7), (120.5, 30.25)]),
    st.floats(-1, 1),
)
def test_vertices_that_one_side_of_a_slanted_border_lacks_are_found(shares, at, slope):
    """Two cells share the border from (0, 0) to (1, slope); the upper has further vertices on it."""
    ends = np.array([(0.0, 0.0), (1.0, slope)]) + at
    share = np.sort(shares)[:, None]
    border = np.concatenate([ends[:1], ends[:1] + (ends[1] - ends[0]) * share, ends[1:]])
    upper = shapely.Polygon([*border, ends[1] + (0, 3), ends[0] + (0, 3)])
    lower = shapely.Polygon([*ends[::-1], ends[0] - (0, 3), ends[1] - (0, 3)])
    topology = topology_of(np.array([upper, lower], dtype=object))
    found = unmatched_vertices(topology)
    assert set(found.lacking.tolist()) <= {1}
    assert {tuple(xy) for xy in found.xy.tolist()} == {tuple(xy) for xy in border[1:-1].tolist()}

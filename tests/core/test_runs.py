"""What the search for shared borders found can be kept, and is used only for the same polygons."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from gridmap.core import runs as module
from gridmap.core.rings import rings_of
from gridmap.core.runs import Runs, fingerprint, offer, packed, runs_of, unpacked
from gridmap.core.topology import topology_of

ARRAYS = ("face_cell", "xy", "first", "face", "node", "following")


@pytest.fixture(autouse=True)
def no_offers(monkeypatch):
    monkeypatch.setattr(module, "_offers", type(module._offers)())


def keep(polygons):
    rings = rings_of(polygons)
    own = fingerprint(rings)
    offer(own, packed(runs_of(rings), own))


def never(rings):
    raise AssertionError("the search for partners was made again")


def same(one, other):
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ARRAYS)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=3, max_size=25, unique=True),
    st.integers(0, 3),
)
def test_a_topology_from_kept_runs_is_the_topology_itself(places, doubled):
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(places)))
    holed = shapely.difference(shapely.box(-500, -500, 500, 500), shapely.union_all(cells))
    polygons = np.array([*cells, holed, None, shapely.Polygon(), *cells[:doubled]], dtype=object)
    built = topology_of(polygons)
    keep(polygons)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gridmap.core.topology.runs_of", never)
        assert same(topology_of(polygons), built)


def test_polygons_that_were_changed_in_any_way_do_not_find_the_runs():
    cells = np.array([box(0, 0, 1, 1), box(1, 0, 2, 1)], dtype=object)
    own = fingerprint(rings_of(cells))
    moved = np.array([cells[0], box(1, 0, np.nextafter(2, 3), 1)], dtype=object)
    together = np.array([shapely.multipolygons(cells)], dtype=object)
    split = np.array([cells[0], None, cells[1]], dtype=object)
    for other in (cells[::-1], moved, together, split, cells[:1]):
        assert fingerprint(rings_of(other)) != own
    assert fingerprint(rings_of(cells.copy())) == own


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.integers(0, 200), st.integers(1, 255), st.booleans())
def test_runs_that_were_damaged_are_not_used(place, flip, cut):
    rings = rings_of(np.array([box(0, 0, 1, 1), box(1, 0, 2, 1)], dtype=object))
    own = fingerprint(rings)
    data = bytearray(packed(runs_of(rings), own))
    place %= len(data)
    if cut:
        del data[place:]
    else:
        data[place] ^= flip
    assert unpacked(bytes(data), own, rings) is None
    offer(own, bytes(data))
    cells = np.array([box(0, 0, 1, 1), box(1, 0, 2, 1)], dtype=object)
    assert topology_of(cells).pairs.tolist() == [[0, 1]]


def test_runs_of_other_polygons_are_not_used():
    one, other = (rings_of(np.array([box(0, 0, size, 1)], dtype=object)) for size in (1, 2))
    assert unpacked(packed(runs_of(one), fingerprint(one)), fingerprint(other), other) is None


@pytest.mark.parametrize(
    ("start", "beside"),
    [
        ([0, 4], [9, -1]),
        ([0, 9], [-1, -1]),
        ([4, 0], [-1, -1]),
        ([0, 1], [-1, -1]),
        ([0, 4, 5, 6], [2, 2, 0, -1]),
        ([], []),
        (list(range(80)), [-1] * 80),
    ],
)
def test_runs_that_do_not_fit_the_rings_are_not_used_though_they_are_whole(start, beside):
    """The rings have the vertices 0 to 3 and 4 to 7."""
    rings = rings_of(np.array([box(0, 0, 1, 1), box(1, 0, 2, 1)], dtype=object))
    own = fingerprint(rings)
    wrong = Runs(np.array(start, dtype=np.intp), np.array(beside, dtype=np.int32))
    assert unpacked(packed(wrong, own), own, rings) is None


def test_only_the_last_few_offers_are_kept():
    for place in range(20):
        offer(bytes([place]), b"")
    assert list(module._offers) == [bytes([place]) for place in range(12, 20)]

import geopandas as gpd
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from gridmap.core import regions
from gridmap.core.regions import connected_parts, near_pairs, touching, touching_parts
from gridmap.model.areas import hierarchy_for


def reachable(start, pairs, members):
    """The members that can be walked to from one of them, one pair after the other."""
    seen, open_ones = {start}, [start]
    while open_ones:
        here = open_ones.pop()
        for one, other in pairs:
            for there in {one, other} - seen if here in (one, other) else ():
                if one in members and other in members:
                    seen.add(there)
                    open_ones.append(there)
    return sorted(seen)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    pairs=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=14),
    members=st.lists(st.integers(0, 12), unique=True),
)
def test_parts_are_what_can_be_walked_to_in_the_order_of_their_first_member(pairs, members):
    first, second = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    parts = connected_parts(first, second, np.array(members, dtype=np.intp))
    expected = {tuple(reachable(member, pairs, set(members))) for member in members}
    assert parts == sorted(map(list, expected))


def test_cells_touch_by_a_border_or_a_corner():
    """Cells in rows of three; 0 touches 1 by a border, 3 from above and 4 by a corner.

    3 4 5
    0 1 2
    """
    cells = [box(x, y, x + 1, y + 1) for y in range(2) for x in range(3)]
    hierarchy = hierarchy_of(cells)
    first, second = near_pairs(hierarchy, np.array([0, 2]))
    assert touching(hierarchy, first, second).all()
    assert {(0, 1), (0, 3), (0, 4), (2, 1), (2, 4), (2, 5)} == set(
        zip(first.tolist(), second.tolist(), strict=True)
    )


def hierarchy_of(cells):
    return hierarchy_for(gpd.GeoDataFrame(geometry=cells, index=[f"c{n:03}" for n in range(len(cells))]))


CORNERS = st.tuples(*[st.tuples(st.integers(0, 9), st.integers(0, 9))] * 3)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(
    corners=st.lists(CORNERS, min_size=1, max_size=40),
    chosen=st.lists(st.booleans(), min_size=40, max_size=40),
)
def test_parts_are_told_without_looking_at_every_pair_whose_boxes_meet(corners, chosen):
    triangles = [Polygon(each) for each in corners]
    hierarchy = hierarchy_of([each if each.area else each.centroid.buffer(0.1) for each in triangles])
    members = np.flatnonzero(chosen[: len(corners)])
    first, second = near_pairs(hierarchy, members)
    among = np.isin(second, members)
    touch = touching(hierarchy, first, second)
    expected = connected_parts(first[touch], second[touch], members)
    assert touching_parts(hierarchy, members, first[among], second[among]) == expected


def test_of_cells_in_one_piece_few_pairs_are_looked_at(monkeypatch):
    cells = [box(x, y, x + 1, y + 1) for y in range(30) for x in range(30)]
    hierarchy, members = hierarchy_of(cells), np.arange(900)
    first, second = near_pairs(hierarchy, members)
    looked = []
    monkeypatch.setattr(regions, "touching", lambda *given: looked.append(len(given[1])) or touching(*given))
    assert touching_parts(hierarchy, members, first, second) == [members.tolist()]
    assert len(first) == 3422
    assert sum(looked) < 1000

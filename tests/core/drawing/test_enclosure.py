"""Lines close an area, miss a little, or leave gaps."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.drawing.chosen import cells_inside
from gridmap.core.drawing.enclosure import area_border, enclose
from gridmap.errors import CrsMismatchError, PlanError, UnknownCellError
from gridmap.model.areas import hierarchy_for
from tests.core.worlds import CRS, EAST, NORTH, two_towns


def lines(*paths, crs=CRS):
    """Lines through points in metres from the corner."""
    shapes = [shapely.LineString([(EAST + x, NORTH + y) for x, y in path]) for path in paths]
    return gpd.GeoSeries(shapes, crs=CRS).to_crs(crs)


def point(x, y, crs=CRS):
    return gpd.GeoSeries([shapely.Point(EAST + x, NORTH + y)], crs=CRS).to_crs(crs)


WEST, SOUTH = [(0, -20), (0, 120)], [(-20, 0), (320, 0)]
EASTERN, NORTHERN = [(300, -20), (300, 120)], [(-20, 100), (320, 100)]


def test_lines_that_overshoot_are_cut():
    """Four roads that cross.

       |      |
    ---+------+---
       | area |
    ---+------+---
       |      |
    """
    found = enclose(lines(WEST, SOUTH, EASTERN, NORTHERN))
    assert found.closed
    assert found.areas.iloc[0].equals(shapely.box(EAST, NORTH, EAST + 300, NORTH + 100))
    assert found.joins.empty
    assert found.gaps.empty


def test_the_face_that_holds_the_point_or_all_of_them():
    cross = lines(WEST, SOUTH, EASTERN, NORTHERN, [(100, -20), (100, 120)])
    assert sorted(enclose(cross).areas.area.round()) == [10_000, 20_000]
    assert enclose(cross, inside=point(50, 50)).areas.area.round().to_list() == [10_000]
    assert enclose(cross, inside=point(50, 50, crs=4326)).areas.area.round().to_list() == [10_000]
    on_the_line = enclose(cross, inside=point(100, 50))
    assert sorted(on_the_line.areas.area.round()) == [10_000, 20_000]


def test_ends_that_nearly_meet_are_joined_and_said():
    """The northern road ends 3 m before the eastern one, and the western one 2 m before the southern."""
    nearly = lines([(0, 2), (0, 120)], SOUTH, EASTERN, [(-20, 100), (297, 100)])
    found = enclose(nearly, inside=point(150, 50))
    assert found.closed
    assert (
        found.areas.iloc[0].symmetric_difference(shapely.box(EAST, NORTH, EAST + 300, NORTH + 100)).area < 1
    )
    assert found.joins["length_m"].round(2).sort_values().to_list() == [2.0, 3.0]
    middles = found.joins.geometry.centroid
    assert sorted((middles.x - EAST).round(1)) == [0.0, 298.5]


def test_two_ends_that_meet_in_the_open_are_joined_once():
    square = lines([(0, 0), (100, 0), (100, 100)], [(98, 103), (0, 100), (0, 0)])
    found = enclose(square)
    assert found.closed
    assert found.joins["length_m"].round(3).to_list() == [round(float(np.hypot(2, 3)), 3)]


def test_a_line_that_nearly_meets_itself_is_closed():
    assert enclose(lines([(0, 0), (100, 0), (100, 100), (0, 100), (0, 3)])).closed
    six = [(-50, 0), (100, 0), (100, 100), (0, 100), (0, 3)]
    assert enclose(lines(six)).closed
    assert not enclose(lines(six), tolerance_m=2.9).closed


def test_nothing_is_joined_beyond_the_tolerance_and_the_gap_is_measured():
    open_road = lines(WEST, SOUTH, EASTERN, [(-20, 100), (270, 100)])
    for inside in (None, point(150, 50)):
        found = enclose(open_road, inside=inside)
        assert not found.closed
        assert found.areas.empty
        assert found.gaps["length_m"].round(1).to_list() == [30.0]
        middle = found.gaps.geometry.iloc[0].centroid
        assert (round(middle.x - EAST), round(middle.y - NORTH)) == (285, 100)
    closing = pd.concat([open_road, found.gaps.geometry])
    assert enclose(closing, inside=point(150, 50)).closed


@pytest.mark.parametrize("crs", [4326, 3857, 4490])
def test_lengths_are_metres_in_any_crs(crs):
    open_road = lines(WEST, SOUTH, EASTERN, [(-20, 100), (270, 100)], crs=crs)
    found = enclose(open_road, inside=point(150, 50))
    assert found.gaps["length_m"].round(1).to_list() == [30.0]
    assert found.gaps.crs == open_road.crs
    assert enclose(open_road, inside=point(150, 50), tolerance_m=31).joins["length_m"].round(1).to_list() == [
        30
    ]
    assert not enclose(open_road, inside=point(150, 50), tolerance_m=29).closed


def test_several_gaps_are_the_fewest_that_close_it():
    """A square of four roads that do not meet, and one inside that is in nobody's way."""
    apart = lines(
        [(20, 0), (280, 0)], [(300, 10), (300, 90)], [(280, 100), (20, 100)], [(0, 90), (0, 10)],
        [(100, 50), (104, 50)],
    )  # fmt: skip
    found = enclose(apart, inside=point(150, 20), tolerance_m=1)
    assert found.gaps["length_m"].round(1).to_list() == [round(float(np.hypot(20, 10)), 1)] * 4


def test_lines_that_close_elsewhere_say_so():
    square = lines([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)])
    found = enclose(square, inside=point(500, 500))
    assert not found.closed
    assert found.elsewhere == 1
    assert found.gaps.empty


def test_no_lines_no_area():
    for nothing in (lines(), gpd.GeoSeries([None, shapely.LineString()], crs=CRS)):
        found = enclose(nothing)
        assert not found.closed
        assert found.gaps.empty
    straight = enclose(lines([(0, 0), (100, 0)]))
    assert straight.gaps["length_m"].round().to_list() == [100.0]


def test_what_is_no_line_counts_for_nothing_and_polygons_by_their_outline():
    mixed = gpd.GeoSeries(
        [shapely.Point(EAST, NORTH), shapely.box(EAST, NORTH, EAST + 10, NORTH + 10), None], crs=CRS
    )
    assert enclose(mixed).areas.area.to_list() == [100.0]


def test_a_tolerance_or_crs_that_is_none_is_refused():
    with pytest.raises(PlanError, match="metres from 0 up"):
        enclose(lines(WEST), tolerance_m=-1)
    with pytest.raises(CrsMismatchError, match="only one of the lines"):
        enclose(lines(WEST), inside=point(0, 0).set_crs(None, allow_override=True))
    bare = lines(WEST, SOUTH, EASTERN, NORTHERN).set_crs(None, allow_override=True)
    assert enclose(bare).closed


def test_borders_of_areas_close_exactly_their_cells():
    """The border of village A and of village B meet between a2 and b1."""
    hierarchy = hierarchy_for(two_towns())
    borders = pd.concat([area_border(hierarchy, "A"), area_border(hierarchy, "B")])
    inside = enclose(borders, inside=point(250, 50))
    for by in ("touch", "middle"):
        cells = cells_inside(hierarchy, inside.areas, by=by)
        assert list(hierarchy.cell_ids[cells]) == ["b1", "b2"]
    both = cells_inside(hierarchy, enclose(borders).areas)
    assert list(hierarchy.cell_ids[both]) == ["a1", "a2", "b1", "b2"]
    with pytest.raises(UnknownCellError, match="no area 'X'"):
        area_border(hierarchy, "X")


@settings(max_examples=60)
@given(
    corners=st.lists(st.floats(0.2, 1.0), min_size=3, max_size=9),
    misses=st.lists(st.floats(0.0, 4.0), min_size=9, max_size=9),
    turn=st.floats(0, 6.28),
)
def test_a_star_drawn_side_by_side_closes_whatever_the_sides_miss(corners, misses, turn):
    """Every side stops short of its corner by up to 4 m; the area is that of the whole star."""
    angles = turn + 2 * np.pi * np.arange(len(corners)) / len(corners)
    xy = 200 * np.array(corners)[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])
    star = shapely.Polygon(xy)
    sides = []
    for place, miss in zip(range(len(xy)), misses, strict=False):
        start, end = xy[place], xy[(place + 1) % len(xy)]
        length = np.hypot(*(end - start))
        sides.append([start, end - (end - start) * miss / length])
    found = enclose(lines(*sides))
    assert found.closed
    around = shapely.union_all(np.asarray(found.areas.array))
    moved = shapely.transform(star, lambda points: points + np.array([EAST, NORTH]))
    assert around.symmetric_difference(moved).area < 5 * star.length
    assert (found.joins["length_m"] <= 5).all()

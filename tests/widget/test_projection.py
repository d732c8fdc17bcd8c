"""Places go to Web Mercator and back, from any CRS, x or longitude first."""

import numpy as np
import pytest
import shapely

from gridmap.errors import PlanError
from gridmap.widget.projection import Projection

EAST_M = 20_037_508.342789244 / 180  # a degree of longitude in EPSG:3857


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:4549", "EPSG:32651", "EPSG:3857"])
def test_a_place_comes_back_from_mercator(crs):
    projection = Projection(crs)
    mercator = np.array([[13_459_000.0, 3_613_000.0], [13_460_000.0, 3_614_500.0]])
    assert projection.to_mercator(projection.from_mercator(mercator)) == pytest.approx(mercator, abs=1e-3)


def test_longitude_comes_first_also_where_the_crs_begins_with_latitude():
    (east, north) = Projection("EPSG:4326").to_mercator(np.array([[120.0, 0.0]]))[0]
    assert (east, north) == pytest.approx((120 * EAST_M, 0), abs=1e-6)
    # EPSG:4549 is a belt whose first axis is the northing; eastings begin at 500 000 on 120 degrees
    (east, _) = Projection("EPSG:4549").to_mercator(np.array([[500_000.0, 3_400_000.0]]))[0]
    assert east == pytest.approx(120 * EAST_M, abs=0.01)


def test_a_drawn_ring_becomes_a_polygon_with_its_holes():
    outer = [0, 0, 10, 0, 10, 10, 0, 10]
    hole = [2, 2, 4, 2, 4, 4, 2, 4]
    assert Projection("EPSG:3857").polygon([outer, hole]).area == pytest.approx(96)


@pytest.mark.parametrize("rings", [None, [], [[0, 0, 1, 1]], [[0, 0, 1, 0, 1, 1], [0, 0]]])
def test_what_has_no_three_corners_is_no_shape(rings):
    with pytest.raises(PlanError, match="three corners"):
        Projection("EPSG:3857").polygon(rings)


def test_a_line_needs_two_points():
    projection = Projection("EPSG:3857")
    assert projection.line([0, 0, 3, 4]).length == pytest.approx(5)
    with pytest.raises(PlanError, match="two points"):
        projection.line([0, 0])


def test_lines_and_outlines_are_told_as_flat_lists():
    projection = Projection("EPSG:3857")
    assert projection.flat_lines(shapely.LineString([(0, 0), (1, 2)])) == [[0.0, 0.0, 1.0, 2.0]]
    ring = projection.flat_lines(shapely.box(0, 0, 1, 1))
    assert len(ring) == 1
    assert len(ring[0]) == 10
    assert projection.flat_lines(None) == projection.flat_lines(shapely.Point(1, 1)) == []
    assert projection.flat_lines(shapely.Polygon()) == []


def test_a_place_lies_on_its_shape_and_a_missing_one_has_none():
    projection = Projection("EPSG:3857")
    assert projection.place(shapely.Point(3, 4)) == [3.0, 4.0]
    assert projection.place(None) is None
    assert projection.place(shapely.Polygon()) is None

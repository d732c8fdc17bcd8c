"""Cells within a distance, and cells in an area."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.drawing.chosen import cells_inside, cells_within
from gridmap.errors import CrsMismatchError, PlanError, UnsupportedError
from gridmap.model.areas import hierarchy_for
from tests.core.worlds import CRS, EAST, NORTH, two_towns


@pytest.fixture
def hierarchy():
    """Six cells of 100 m in a row: a1 a2 b1 b2 c1 c2."""
    return hierarchy_for(two_towns())


def at(*easts, crs=CRS):
    return gpd.GeoSeries([shapely.Point(EAST + east, NORTH + 50) for east in easts], crs=CRS).to_crs(crs)


def box(west, east, south=0, north=100):
    return gpd.GeoSeries([shapely.box(EAST + west, NORTH + south, EAST + east, NORTH + north)], crs=CRS)


def names(hierarchy, places):
    assert places.tolist() == sorted(places.tolist())
    return " ".join(hierarchy.cell_ids[places])


def test_any_part_of_a_cell_or_its_middle_within_the_distance(hierarchy):
    assert names(hierarchy, cells_within(hierarchy, at(50), 60)) == "a1 a2"
    assert names(hierarchy, cells_within(hierarchy, at(50), 60, by="middle")) == "a1"
    assert names(hierarchy, cells_within(hierarchy, at(50), 101, by="middle")) == "a1 a2"


@pytest.mark.parametrize("crs", [4326, 3857, 4490, 32650])
def test_the_point_may_be_in_any_crs(hierarchy, crs):
    assert names(hierarchy, cells_within(hierarchy, at(50, crs=crs), 60)) == "a1 a2"


def test_several_points_and_missing_ones(hierarchy):
    points = gpd.GeoSeries([*at(50, 550), None, shapely.Point()], crs=CRS)
    assert names(hierarchy, cells_within(hierarchy, points, 20)) == "a1 c2"
    assert len(cells_within(hierarchy, points.iloc[2:], 20)) == 0
    assert len(cells_within(hierarchy, points.iloc[:0], 20)) == 0


def test_a_cell_without_geometry_is_within_no_distance():
    grid = gpd.GeoDataFrame(
        geometry=[None, shapely.box(120, 30, 120.001, 30.001)], index=["x", "y"], crs=4326
    )
    hierarchy = hierarchy_for(grid)
    point = gpd.GeoSeries([shapely.Point(120, 30)], crs=4326)
    assert names(hierarchy, cells_within(hierarchy, point, 1e6)) == "y"
    around = gpd.GeoSeries([shapely.box(119, 29, 121, 31)], crs=4326)
    assert names(hierarchy, cells_inside(hierarchy, around, by="middle")) == "y"


def test_what_is_no_distance_no_rule_or_has_no_crs_is_refused(hierarchy):
    for radius_m in (0, -1, np.nan, np.inf):
        with pytest.raises(PlanError, match="metres above 0"):
            cells_within(hierarchy, at(50), radius_m)
    with pytest.raises(UnsupportedError, match="choose one of touch, middle"):
        cells_within(hierarchy, at(50), 10, by="majority")
    with pytest.raises(CrsMismatchError, match="points has no CRS"):
        cells_within(hierarchy, gpd.GeoSeries([shapely.Point(0, 0)]), 10)
    bare = hierarchy_for(two_towns().set_crs(None, allow_override=True))
    with pytest.raises(CrsMismatchError, match="grid has no CRS"):
        cells_within(bare, at(50), 10)


def test_in_an_area_a_cell_that_only_shares_a_border_is_left_out(hierarchy):
    assert names(hierarchy, cells_inside(hierarchy, box(100, 200))) == "a2"
    assert names(hierarchy, cells_inside(hierarchy, box(99, 201))) == "a1 a2 b1"


def test_in_an_area_by_the_middle_its_border_counts(hierarchy):
    assert names(hierarchy, cells_inside(hierarchy, box(150, 250), by="middle")) == "a2 b1"
    assert names(hierarchy, cells_inside(hierarchy, box(151, 249), by="middle")) == ""
    assert names(hierarchy, cells_inside(hierarchy, box(151, 249).to_crs(4326))) == "a2 b1"


def test_the_middle_of_a_bent_cell_may_lie_in_a_hole_of_the_others():
    """A ring of a cell whose middle is not in it."""
    ring = shapely.box(0, 0, 30, 30).difference(shapely.box(10, 10, 20, 20))
    hierarchy = hierarchy_for(gpd.GeoDataFrame(geometry=[ring], index=["r"], crs=CRS))
    hole = gpd.GeoSeries([shapely.box(14, 14, 16, 16)], crs=CRS)
    assert len(cells_inside(hierarchy, hole, by="middle")) == 1
    assert len(cells_inside(hierarchy, hole, by="touch")) == 0


def test_areas_that_are_missing_or_without_a_crs(hierarchy):
    assert len(cells_inside(hierarchy, gpd.GeoSeries([None, shapely.Polygon()], crs=CRS))) == 0
    with pytest.raises(CrsMismatchError, match="only one of"):
        cells_inside(hierarchy, box(0, 10).set_crs(None, allow_override=True))


@settings(max_examples=40)
@given(
    east=st.floats(-300, 900),
    north=st.floats(-300, 400),
    radius_m=st.floats(1, 700),
)
def test_the_ring_is_that_of_the_geodesic(east, north, radius_m):
    """Distances to centroids against PROJ's own geodesics; to any part within 0.1 % of the plane's."""
    hierarchy = hierarchy_for(two_towns())
    point = gpd.GeoSeries([shapely.Point(EAST + east, NORTH + north)], crs=CRS)
    lonlat = shapely.get_coordinates(point.to_crs(4326).array)[0]
    middles = shapely.get_coordinates(hierarchy.geometry.centroid.to_crs(4326).array)
    ground = pyproj.Geod(ellps="WGS84")
    away = np.array([ground.inv(*lonlat, *middle)[2] for middle in middles])
    found = np.zeros(6, dtype=bool)
    found[cells_within(hierarchy, point, radius_m, by="middle")] = True
    sure = np.abs(away - radius_m) > 0.001
    assert (found == (away <= radius_m))[sure].all()
    near = np.zeros(6, dtype=bool)
    near[cells_within(hierarchy, point, radius_m)] = True
    plane = hierarchy.geometry.distance(point.iloc[0]).to_numpy()
    sure = np.abs(plane - radius_m) > 0.001 * radius_m + 0.01
    assert (near == (plane <= radius_m))[sure].all()


def test_inputs_are_left_as_they_are(hierarchy):
    points = gpd.GeoSeries([*at(50), None], crs=CRS)
    before = points.copy()
    cells_within(hierarchy, points, 60)
    pd.testing.assert_series_equal(points, before)

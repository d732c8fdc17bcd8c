import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Geod

from gridmap.errors import TableError
from gridmap.model.crs import (
    ShiftedDatum,
    bd09_to_wgs84,
    gcj02_to_wgs84,
    metric_crs,
    metric_crs_of,
    parse_crs,
    to_metric,
    unshift,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)


def metres_between(first, second):
    return Geod(ellps="WGS84").inv(first[:, 0], first[:, 1], second[:, 0], second[:, 1])[2]


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [  # the published test values of eviltransform
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_gcj02_agrees_with_the_published_values(wgs84, gcj02):
    assert wgs84_to_gcj02(np.array([wgs84])) == pytest.approx(np.array([gcj02]), abs=1e-9)


def test_bd09_agrees_with_the_published_value():
    # coordtransform: GCJ-02 (116.404, 39.915) is BD-09 (116.41036949371029, 39.92133699351021)
    wgs84 = gcj02_to_wgs84(np.array([[116.404, 39.915]]))
    expected = np.array([[116.41036949371029, 39.92133699351021]])
    assert wgs84_to_bd09(wgs84) == pytest.approx(expected, abs=1e-8)


CHINA = st.tuples(st.floats(73.5, 134.9), st.floats(18.2, 53.5))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(CHINA, min_size=1, max_size=50))
def test_there_and_back_is_less_than_a_millimetre(points):
    lonlat = np.array(points)
    assert metres_between(gcj02_to_wgs84(wgs84_to_gcj02(lonlat)), lonlat).max() < 0.001
    assert metres_between(bd09_to_wgs84(wgs84_to_bd09(lonlat)), lonlat).max() < 0.001


def test_outside_china_nothing_is_shifted():
    lonlat = np.array([[-71.4, 41.8], [2.35, 48.85]])
    assert (wgs84_to_gcj02(lonlat) == lonlat).all()
    assert (gcj02_to_wgs84(lonlat) == lonlat).all()


def test_no_points_and_missing_points_stay_so():
    assert gcj02_to_wgs84(np.empty((0, 2))).shape == (0, 2)
    assert np.isnan(bd09_to_wgs84(np.array([[np.nan, np.nan]]))).all()


def test_shifting_leaves_its_input_unchanged():
    lonlat = np.array([[120.9, 30.8]])
    unshift(lonlat, ShiftedDatum.GCJ_02)
    unshift(lonlat, ShiftedDatum.BD_09)
    assert lonlat.tolist() == [[120.9, 30.8]]


@pytest.mark.parametrize(
    ("lonlat_bounds", "epsg"),
    [
        ((120.8, 30.7, 121.1, 31.0), 4549),  # Jiashan: central meridian 120
        ((116.2, 39.8, 116.6, 40.1), 4548),  # Beijing at 116.4: central meridian 117
        ((75.9, 39.4, 76.1, 39.5), 4534),  # Kashgar: central meridian 75
        ((134.0, 48.2, 134.6, 48.4), 4554),  # Fuyuan: central meridian 135
        ((-71.5, 41.7, -71.3, 41.9), 32619),  # Providence
        ((151.1, -33.9, 151.3, -33.7), 32756),  # Sydney
        ((179.0, -17.0, -179.0, -16.0), 32701),  # Fiji, across the 180th meridian
        ((10.0, 85.0, 20.0, 86.0), 5041),
        ((10.0, -85.0, 20.0, -84.0), 5042),
    ],
)
def test_the_metric_crs_fits_the_place(lonlat_bounds, epsg):
    assert metric_crs(lonlat_bounds).to_epsg() == epsg


@pytest.mark.parametrize("bounds", [(500000, 3400000, 510000, 3410000), (np.nan,) * 4, (0, 10, 1, 5)])
def test_bounds_that_are_not_degrees_are_refused(bounds):
    with pytest.raises(TableError, match="are not degrees"):
        metric_crs(bounds)


def test_a_belt_measures_a_known_distance():
    # 0.01 degrees of the meridian at 30.8 N are 1108.6 m on the ellipsoid
    frame = gpd.GeoSeries.from_xy([120.9, 120.9], [30.8, 30.81], crs=4326)
    first, second = to_metric(frame)
    expected_m = Geod(ellps="WGS84").inv(120.9, 30.8, 120.9, 30.81)[2]
    assert first.distance(second) == pytest.approx(expected_m, rel=2e-4)
    assert frame.crs.to_epsg() == 4326


@pytest.mark.parametrize(("epsg", "answer"), [(3857, 4549), (4490, 4549), (32651, 32651), (4528, 4528)])
def test_a_frame_keeps_its_crs_only_if_that_is_true_to_scale(epsg, answer):
    frame = gpd.GeoSeries.from_xy([120.9], [30.8], crs=4326).to_crs(epsg)
    assert metric_crs_of(frame).to_epsg() == answer


def test_feet_are_not_metres():
    frame = gpd.GeoSeries.from_xy([-71.4], [41.8], crs=4326).to_crs(3438)
    assert metric_crs_of(frame).to_epsg() == 32619


def test_an_empty_frame_and_one_without_locations_get_metres():
    assert len(to_metric(gpd.GeoSeries([], crs=4326))) == 0
    assert to_metric(gpd.GeoSeries([None], crs=4326)).crs.is_projected


def test_a_frame_without_a_crs_is_refused():
    with pytest.raises(TableError, match=r"no CRS; call table\.set_crs"):
        to_metric(gpd.GeoSeries([shapely.Point(0, 0)]))


@pytest.mark.parametrize("text", ["GCJ-02", "gcj02", "GCJ_02", " gcj-02 ", "火星坐标"])
def test_gcj02_is_understood(text):
    assert parse_crs(text) is ShiftedDatum.GCJ_02


@pytest.mark.parametrize("text", ["BD-09", "bd09", "百度坐标"])
def test_bd09_is_understood(text):
    assert parse_crs(text) is ShiftedDatum.BD_09


@pytest.mark.parametrize(
    ("text", "epsg"),
    [("EPSG:4549", 4549), ("4549", 4549), (4549, 4549), ("CGCS2000", 4490), (CRS.from_epsg(3857), 3857)],
)
def test_epsg_codes_are_understood(text, epsg):
    assert parse_crs(text).to_epsg() == epsg


@pytest.mark.parametrize("text", ["EPSG:99999999", "somewhere", ""])
def test_an_unknown_crs_is_told(text):
    with pytest.raises(TableError, match="is not a coordinate reference system; write it like"):
        parse_crs(text)

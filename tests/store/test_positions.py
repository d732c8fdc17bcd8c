"""Coordinates that are not what they claim: each is put right and said, or refused with the cure."""

import geopandas as gpd
import pytest
import shapely
from pandas import Series
from shapely.geometry import box

from gridmap.errors import GridmapWarning, TableError
from gridmap.store.positions import column_positions, layer_positions
from tests.warned import warned

PLACE = (120.9, 30.8)
EAST, NORTH = 586134, 3409147  # the place in EPSG:4549


def columns(crs, **values):
    frame = gpd.pd.DataFrame({name: Series(each, dtype="str") for name, each in values.items()})
    return column_positions(frame, crs, "a.csv")


def is_the_place(geometry):
    place = geometry.to_crs(4326).iloc[0]
    return (place.x, place.y) == pytest.approx(PLACE, abs=1e-4)


def layer(shape, crs):
    return gpd.GeoSeries([shape], crs=crs)


def test_columns_with_latitude_before_longitude_are_swapped_and_said():
    points, faults, [finding] = columns(4326, lon=["30.8", "30.8", "120.9"], lat=["120.9", "120.9", "30.8"])
    assert points.geom_equals(gpd.GeoSeries([shapely.Point(PLACE)] * 3, crs=4326)).all()
    assert faults.isna().all()
    assert finding.kind == "axes_swapped"
    assert finding.what == "latitude stands before longitude in 2 rows; they were swapped"


def test_a_single_swapped_row_is_listed():
    points, faults, findings = columns(4326, lon=["30.8", "120.9", "120.9"], lat=["120.9", "30.8", "30.8"])
    assert points.isna().to_list() == [True, False, False]
    assert faults[0] == "'30.8', '120.9': longitude and latitude look swapped"
    assert findings == []


def test_northing_before_easting_is_swapped_and_said():
    points, _, [finding] = columns(4549, x=[str(NORTH)], y=[str(EAST)])
    assert is_the_place(points)
    assert finding.kind == "axes_swapped"


def test_an_easting_with_the_number_of_the_belt_is_read_in_the_code_with_it():
    points, _, [finding] = columns(4549, x=[f"40{EAST}"], y=[str(NORTH)])
    assert (points.crs.to_epsg(), finding.kind) == (4528, "belt_number")
    assert is_the_place(points)
    assert "so that 40586134 is of EPSG:4528, the same belt as EPSG:4549" in finding.what


def test_an_easting_without_the_number_is_read_in_the_code_without_it():
    points, _, [finding] = columns(4528, x=[str(EAST)], y=[str(NORTH)])
    assert (points.crs.to_epsg(), finding.kind) == (4549, "belt_number")
    assert is_the_place(points)


def test_both_faults_at_once_are_put_right():
    points, _, [finding] = columns(4549, x=[str(NORTH)], y=[f"40{EAST}"])
    assert is_the_place(points)
    assert finding.kind == "axes_swapped"
    assert "EPSG:4528" in finding.what


def test_the_number_of_another_belt_is_listed_with_its_code():
    points, _, [finding] = columns(4549, x=[f"39{EAST}"], y=[str(NORTH)])
    assert finding.kind == "crs_suspect"
    assert finding.cure.endswith("begins with the belt's number: this is EPSG:4527, if it is CGCS2000")
    assert len(points) == 1


def test_without_a_crs_the_number_tells_the_belt():
    with warned(GridmapWarning, match=r"no CRS; eastings begin with 40 and were taken as EPSG:4528 \(CGC"):
        points, _, _ = columns(None, x=[f"40{EAST}"], y=[str(NORTH)])
    assert is_the_place(points)
    with warned(GridmapWarning, match="eastings begin with 20 and were taken as EPSG:4498"):
        points, _, _ = columns(None, x=["20682000"], y=[str(NORTH)])
    assert points.crs.to_epsg() == 4498


def test_without_a_crs_and_a_number_metres_are_refused():
    with pytest.raises(TableError, match="no CRS, and coordinates such as 586134, 3409147 are not degrees"):
        columns(None, x=[str(EAST)], y=[str(NORTH)])


def test_columns_of_metres_called_degrees_are_listed_with_the_cure_and_no_row_is_lost():
    points, faults, [finding] = columns(4326, lon=[f"40{EAST}"], lat=[str(NORTH)])
    assert (len(points), finding.kind) == (1, "crs_suspect")
    assert finding.what == "EPSG:4326 is in degrees, but coordinates such as 40586134, 3409147 are metres"
    assert finding.cure == 'say crs="EPSG:4528", if they are CGCS2000'
    assert faults.notna().all()


@pytest.mark.parametrize("names", [("lon", "lat"), ("x", "y")])
def test_columns_of_degrees_called_metres_are_refused(names):
    with pytest.raises(TableError, match=f"{names[0]} and {names[1]} hold degrees, but crs=EPSG:4549 is in"):
        columns(4549, **{names[0]: ["120.9"], names[1]: ["30.8"]})


def test_small_numbers_may_be_metres():
    points, faults, findings = columns(32651, x=["1"], y=["2"])
    assert (points.crs.to_epsg(), faults.isna().all(), findings) == (32651, True, [])


def test_a_layer_of_metres_called_degrees_is_refused_with_its_belt():
    metres = layer(shapely.Point(40_000_000 + EAST, NORTH), 4326)
    with pytest.raises(TableError, match=r'the file says EPSG:4326, .* are not degrees; say crs="EPSG:4528"'):
        layer_positions(metres, None, "a.gpkg")
    assert is_the_place(layer_positions(metres, "EPSG:4528", "a.gpkg"))


def test_a_layer_of_degrees_called_metres_is_refused_until_it_is_told():
    degrees = layer(shapely.Point(PLACE), 4549)
    with pytest.raises(
        TableError, match=r"the file says EPSG:4549, but coordinates such as .* are degrees; say"
    ):
        layer_positions(degrees, None, "a.gpkg")
    assert is_the_place(layer_positions(degrees, "EPSG:4490", "a.gpkg"))
    assert not is_the_place(layer_positions(degrees, "GCJ-02", "a.gpkg"))


def test_a_layer_of_the_twin_belt_is_read_in_its_code_and_said():
    metres = layer(shapely.Point(40_000_000 + EAST, NORTH), 4549)
    with warned(GridmapWarning, match="the file says EPSG:4549; an easting of 8 digits begins with the b"):
        assert is_the_place(layer_positions(metres, None, "a.gpkg"))


def test_what_is_asked_for_a_layer_without_a_crs_must_fit_its_numbers():
    metres = layer(shapely.Point(40_000_000 + EAST, NORTH), None)
    with warned(GridmapWarning, match="so that 40586134 is of EPSG:4528"):
        assert is_the_place(layer_positions(metres, "EPSG:4549", "a.gpkg"))
    with pytest.raises(TableError, match=r"coordinates such as .* are degrees"):
        layer_positions(layer(shapely.Point(PLACE), None), "EPSG:4549", "a.gpkg")


def test_a_layer_with_latitude_before_longitude_is_put_right_with_or_without_a_crs():
    swapped = layer(box(30.8, 120.9, 30.9, 121.0), 4490)
    with warned(GridmapWarning, match="latitude stands before longitude in 1 rows"):
        geometry = layer_positions(swapped, None, "a.gpkg")
    assert geometry.total_bounds == pytest.approx([120.9, 30.8, 121.0, 30.9])
    assert swapped.total_bounds == pytest.approx([30.8, 120.9, 30.9, 121.0])


def test_a_layer_without_anything_is_left_alone():
    assert layer_positions(gpd.GeoSeries([None], crs=4490), None, "a.gpkg").isna().all()

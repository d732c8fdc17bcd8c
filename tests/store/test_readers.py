import csv
import io
import json
import tempfile
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import box

from gridmap.errors import GridError, GridmapWarning, TableError
from gridmap.model.crs import wgs84_to_bd09, wgs84_to_gcj02
from gridmap.model.hierarchy import hierarchy_of
from gridmap.store.layers import write_layer, write_layers
from gridmap.store.readers import (
    read_case_places,
    read_cases,
    read_grid,
    read_households,
    read_officials,
    read_sites,
)
from tests.warned import warned

TEXT = pd.Series(dtype="str").dtype


def sheet(tmp_path, *lines):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def kinds(frame):
    return [(fault.kind, fault.where) for fault in frame.attrs["findings"]]


# households


def test_a_clean_roster_is_read_without_a_word(tmp_path):
    path = sheet(
        tmp_path, "户号,户主,电话,地址,人口,lon,lat", "007,甲某,013800138000,枫桥新村3幢,3,120.9,30.8"
    )
    frame = read_households(path, crs="EPSG:4326")
    assert frame.index.name == "household_id"
    assert frame.index.to_list() == ["007"]
    assert frame.at["007", "phone"] == "013800138000"
    assert frame.at["007", "residents"] == 3.0
    assert frame.geometry["007"].equals(shapely.Point(120.9, 30.8))
    assert frame.crs.to_epsg() == 4326
    assert frame.attrs["findings"] == ()


def test_all_fixed_columns_are_there_and_extra_ones_are_kept(tmp_path):
    frame = read_households(sheet(tmp_path, "户号,网格员备注", "1,x"))
    assert list(frame.columns) == [
        *("address", "head_name", "phone", "residents", "cell_id", "building", "needs", "flags", "kind"),
        *("网格员备注", "coordinate_fault", "geometry"),
    ]
    assert frame["residents"].dtype == "float64"
    assert {frame[name].dtype for name in ("address", "cell_id", "needs", "coordinate_fault")} == {TEXT}
    assert frame.drop(columns="网格员备注").isna().all(axis=None)


def test_an_empty_roster_is_an_empty_table_of_the_same_columns(tmp_path):
    full = read_households(sheet(tmp_path, "户号,lon,lat", "1,120,30"), crs=4326)
    none = read_households(sheet(tmp_path, "户号,lon,lat"), crs=4326)
    assert len(none) == 0
    assert none.dtypes.to_list() == full.dtypes.to_list()


def test_no_row_is_lost_and_every_fault_is_told_at_once_with_its_rows(tmp_path):
    path = sheet(
        tmp_path,
        "户号,人口,lon,lat",
        "1,3,120.9,30.8",
        "1,五,abc,30.8",
        ",-1,30.8,120.9",
        "NA,2,,30",
        "5,2,,",
        "6,2,0,0",
        "7,2,inf,1",
        "8,2,500,30",
    )
    with warned(GridmapWarning, match=r"4 findings in a\.csv\n  rows 3, 4: residents .* is no number"):
        frame = read_households(path, crs=4326)
    assert frame.index.to_list() == ["1", "1", "", "NA", "5", "6", "7", "8"]
    assert kinds(frame) == [
        ("bad_number", "rows 3, 4"),
        ("missing_id", "row 4"),
        ("duplicate_id", "rows 2, 3"),
        ("bad_coordinates", "rows 3, 4, 5, 7, 8, 9"),
    ]
    reasons = frame["coordinate_fault"].to_list()
    assert [reason if isinstance(reason, str) else None for reason in reasons] == [
        None,
        "'abc', '30.8': not two numbers",
        "'30.8', '120.9': longitude and latitude look swapped",
        "'', '30': one of the two is missing",
        None,
        "'0', '0': 0, 0 is no place",
        "'inf', '1': not two numbers",
        "'500', '30': outside of -180 to 180 and -90 to 90 degrees",
    ]
    assert frame.geometry.notna().to_list() == [True] + [False] * 7


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6)
NUMBERS = st.one_of(TEXTS, st.floats().map(str), st.floats(100, 130).map(str))


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.lists(st.tuples(TEXTS, TEXTS, NUMBERS, NUMBERS), max_size=8))
def test_whatever_stands_in_a_roster_every_row_comes_through(rows):
    buffer = io.StringIO()
    csv.writer(buffer).writerows(
        [("household_id", "residents", "lon", "lat", "kept"), *((*r, "x") for r in rows)]
    )
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", GridmapWarning)
        path = Path(folder) / "a.csv"
        path.write_text(buffer.getvalue(), encoding="utf-8", newline="")
        frame = read_households(path, crs=4326)
    assert frame["kept"].to_list() == ["x"] * len(rows)
    located, faulty = frame.geometry.notna(), frame["coordinate_fault"].notna()
    given_one = frame["lon"].notna() | frame["lat"].notna()
    assert (located ^ faulty).to_list() == given_one.to_list()


def test_a_file_without_a_row_of_headers_shows_nobody_in_its_error(tmp_path):
    path = sheet(
        tmp_path, "枫陌小区1幢1单元101室,宋小明,13800138000,3", "枫陌小区1幢102室,李小红,13800138001,2"
    )
    with pytest.raises(TableError, match=r"no column household_id \(户编号\); the first row seems") as found:
        read_households(path, crs=4326)
    for hidden in ("枫陌", "宋小明", "13800138000"):
        assert hidden not in str(found.value)
    assert "4 columns" in str(found.value)


def test_a_file_in_gb18030_without_a_row_of_headers_shows_nobody(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("宋小明,13800138000,枫陌小区1幢\n李小红,13800138001,枫陌小区2幢\n".encode("gb18030"))
    with (
        warned(GridmapWarning, match=r"a\.csv is not in UTF-8; it was read as GB18030$"),
        pytest.raises(TableError, match="the first row seems to be a record"),
    ):
        read_households(path, crs=4326)


def test_a_name_or_a_phone_that_slipped_among_the_coordinates_is_not_quoted(tmp_path):
    path = sheet(tmp_path, "户号,lon,lat", "1,王小明,30.8", "2,120.9,138-0013-8000")
    with warned(GridmapWarning, match=r"rows 2, 3: coordinates that cannot be used"):
        frame = read_households(path, crs=4326)
    assert frame["coordinate_fault"].to_list() == [
        "a text of 3 characters, '30.8': not two numbers",
        "'120.9', a text of 13 characters: not two numbers",
    ]


def test_warnings_show_no_name_and_no_phone(tmp_path):
    path = sheet(tmp_path, "户号,户主,人口,lon,lat", "1,3,王小明,013800138000,30.8")
    with warned(GridmapWarning, match="2 findings") as said:
        read_households(path, crs=4326)
    text = " ".join(str(each.message) for each in said)
    assert "王小明" not in text
    assert "013800138000" not in text


def test_findings_survive_the_usual_operations(tmp_path):
    with warned(GridmapWarning, match="1 finding in"):
        frame = read_households(sheet(tmp_path, "户号,x,y", "1,1,1", "1,2,2"), crs=32651)
    assert len(frame.copy().attrs["findings"]) == 1
    assert len(pd.concat([frame, frame]).attrs["findings"]) == 1
    assert len(frame.to_crs(4326).attrs["findings"]) == 1
    frame.to_parquet(tmp_path / "a.parquet")
    assert len(gpd.read_parquet(tmp_path / "a.parquet")) == 2


def test_an_identity_column_is_left_out_and_said(tmp_path):
    with warned(GridmapWarning, match="身份证号: identity-card numbers are not read"):
        frame = read_households(sheet(tmp_path, "户号,身份证号", "1,11010119900307002X"))
    assert "身份证号" not in frame.columns


def test_a_table_without_an_id_is_refused_and_says_what_it_found(tmp_path):
    with pytest.raises(TableError, match=r"no column household_id \(户编号\); columns found: address, 备注"):
        read_households(sheet(tmp_path, "地址,备注", "a,b"))


def test_kinds_and_roles_and_levels_are_understood_in_chinese(tmp_path):
    frame = read_households(sheet(tmp_path, "户号,类型", "1,宿舍", "2,shop", "3,庙"))
    assert frame["kind"].to_list() == ["dormitory", "shop", "庙"]
    officials = read_officials(
        sheet(tmp_path, "编号,姓名,职务,包保户数", "01,甲某,网格长,20人", "02,乙某,民警,")
    )
    assert officials["role"].to_list() == ["grid_head", "police"]
    assert officials.at["01", "capacity"] == 20.0
    assert officials.index.name == "official_id"
    sites = read_sites(sheet(tmp_path, "编号,类型,名称", "1,卡口,东门", "2,集中隔离点,甲"))
    assert sites["kind"].to_list() == ["gate", "isolation_point"]
    assert sites.index.name == "site_id"


@pytest.mark.parametrize(
    ("text", "number"), [("3", 3), ("３", 3), ("3人", 3), ("1,234", 1234), ("2.5", 2.5), (" 4 ", 4), ("0", 0)]
)
def test_numbers_are_read_as_people_write_them(tmp_path, text, number):
    assert read_households(sheet(tmp_path, "户号,人口", f'1,"{text}"')).at["1", "residents"] == number


def test_an_id_that_a_spreadsheet_rounded_is_listed(tmp_path):
    with warned(GridmapWarning, match="household_id was rounded by a spreadsheet"):
        frame = read_households(sheet(tmp_path, "户号,地址", "3.30421E+14,a"))
    assert kinds(frame) == [("digits_lost", "row 2")]


# coordinate reference systems


def test_degrees_without_a_crs_are_taken_as_such_and_said(tmp_path):
    with warned(GridmapWarning, match="the coordinates are degrees and were taken as EPSG:4326"):
        frame = read_households(sheet(tmp_path, "户号,经度,纬度", "1,120.9°,30.8°"))
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry["1"].equals(shapely.Point(120.9, 30.8))


def test_metres_without_a_crs_are_refused(tmp_path):
    with pytest.raises(TableError, match=r"such as 586000, 3408000 are not degrees; say it, as in crs="):
        read_households(sheet(tmp_path, "户号,x,y", "1,586000,3408000"))


def test_metres_with_a_crs_are_kept_easting_first(tmp_path):
    frame = read_households(sheet(tmp_path, "户号,横坐标,纵坐标", "1,586000,3408000"), crs="EPSG:4549")
    assert frame.crs.to_epsg() == 4549
    assert frame.to_crs(4326).geometry["1"].x == pytest.approx(120.9, abs=0.01)


def test_northing_before_easting_is_listed(tmp_path):
    with warned(GridmapWarning, match="easting and northing look swapped: name them y and x"):
        frame = read_households(sheet(tmp_path, "户号,x,y", "1,3408000,586000"), crs="EPSG:4549")
    assert len(frame) == 1


def test_an_easting_with_the_number_of_its_belt_is_listed(tmp_path):
    with warned(GridmapWarning, match="an easting of 8 digits begins with the belt's number"):
        read_households(sheet(tmp_path, "户号,x,y", "1,40586000,3408000"), crs="EPSG:4549")
    assert (
        read_households(sheet(tmp_path, "户号,x,y", "1,40586000,3408000"), crs="EPSG:4528").crs.to_epsg()
        == 4528
    )


def test_degrees_are_not_metres(tmp_path):
    with pytest.raises(TableError, match="lon and lat hold degrees, but crs=EPSG:4549 is in metres"):
        read_households(sheet(tmp_path, "户号,lon,lat", "1,120.9,30.8"), crs="EPSG:4549")


@pytest.mark.parametrize(("crs", "shift"), [("GCJ-02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)])
def test_shifted_coordinates_are_put_right(tmp_path, crs, shift):
    lon, lat = shift(np.array([[120.9, 30.8]]))[0].tolist()
    frame = read_households(sheet(tmp_path, "户号,lon,lat", f"1,{lon!r},{lat!r}"), crs=crs)
    point = frame.geometry["1"]
    assert frame.crs.to_epsg() == 4326
    assert Geod(ellps="WGS84").inv(point.x, point.y, 120.9, 30.8)[2] < 0.001


def test_a_layer_that_claims_wgs84_can_be_said_to_be_gcj02(tmp_path):
    lonlat = wgs84_to_gcj02(np.array([[120.9, 30.8]]))
    frame = gpd.GeoDataFrame({"户号": ["1"]}, geometry=shapely.points(lonlat), crs=4326)
    write_layer(frame, tmp_path / "a.gpkg")
    point = read_households(tmp_path / "a.gpkg", crs="GCJ-02").geometry["1"]
    assert (point.x, point.y) == pytest.approx((120.9, 30.8), abs=1e-8)


def test_a_layer_in_metres_cannot_be_gcj02(tmp_path):
    frame = gpd.GeoDataFrame({"户号": ["1"]}, geometry=[shapely.Point(586000, 3408000)], crs=4549)
    write_layer(frame, tmp_path / "a.gpkg")
    with pytest.raises(TableError, match="the file is in EPSG:4549, which cannot be GCJ-02"):
        read_households(tmp_path / "a.gpkg", crs="GCJ-02")


def test_the_crs_of_a_layer_beats_the_one_asked_for(tmp_path):
    frame = gpd.GeoDataFrame({"户号": ["1"]}, geometry=[shapely.Point(120.9, 30.8)], crs=4490)
    write_layer(frame, tmp_path / "a.gpkg")
    with warned(GridmapWarning, match="the file says EPSG:4490, so crs=EPSG:4326 was not used"):
        assert read_households(tmp_path / "a.gpkg", crs=4326).crs.to_epsg() == 4490


# other sources of households


def test_a_workbook_is_read(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["户号", "手机", "常住人口", "经度", "纬度"])
        page.write_row(1, 0, ["007", "013800138000", 3, 120.9, 30.8])
    frame = read_households(tmp_path / "a.xlsx", crs="CGCS2000")
    assert frame.at["007", "phone"] == "013800138000"
    assert frame.at["007", "residents"] == 3
    assert frame.crs.to_epsg() == 4490


def test_a_layer_of_points_shapes_and_nothing_is_read(tmp_path):
    frame = gpd.GeoDataFrame(
        {"户号": ["1", "2", "3", "4"], "人口": [1, 2, 3, 4]},
        geometry=[shapely.Point(120, 30), box(121, 30, 122, 31), None, shapely.Point(200, 30)],
        crs=4326,
    )
    write_layer(frame, tmp_path / "a.gpkg")
    with warned(GridmapWarning, match="1 rows are shapes, not points"):
        read = read_households(tmp_path / "a.gpkg")
    assert read.geometry.geom_type.dropna().to_dict() == {"1": "Point", "2": "Point"}
    assert box(121, 30, 122, 31).contains(read.geometry["2"])
    assert read["residents"].to_list() == [1, 2, 3, 4]
    assert read["coordinate_fault"].notna().to_list() == [False, False, False, True]


def test_parquet_with_and_without_geometry_is_read(tmp_path):
    plain = pd.DataFrame({"户号": ["01"], "lon": [120.9], "lat": [30.8]})
    plain.to_parquet(tmp_path / "plain.parquet")
    points = gpd.GeoDataFrame(plain[["户号"]], geometry=[shapely.Point(120.9, 30.8)], crs=4326)
    points.to_parquet(tmp_path / "points.parquet")
    first = read_households(tmp_path / "plain.parquet", crs=4326)
    second = read_households(tmp_path / "points.parquet")
    assert first.geometry["01"].equals(second.geometry["01"])


# cases


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2022-03-05", "2022-03-05T00:00:00+08:00"),
        ("2022/3/5", "2022-03-05T00:00:00+08:00"),
        ("2022年3月5日", "2022-03-05T00:00:00+08:00"),
        ("2022年3月5日14时30分", "2022-03-05T14:30:00+08:00"),
        ("2022年3月5日6时", "2022-03-05T06:00:00+08:00"),
        ("20220305", "2022-03-05T00:00:00+08:00"),
        ("44625", "2022-03-05T00:00:00+08:00"),
        ("2022-03-05 14:30", "2022-03-05T14:30:00+08:00"),
        ("2022-03-05T06:30:00Z", "2022-03-05T14:30:00+08:00"),
        ("2022-03-05T14:30:00+08:00", "2022-03-05T14:30:00+08:00"),
    ],
)
def test_dates_are_read_as_people_write_them_and_carry_a_zone(tmp_path, text, time):
    frame = read_cases(sheet(tmp_path, "病例编号,确诊日期", f"1,{text}"))
    assert frame.at["1", "confirmed_on"] == pd.Timestamp(time)
    assert str(frame["confirmed_on"].dt.tz) == "Asia/Shanghai"


def test_dates_that_are_none_are_listed_and_the_rows_stay(tmp_path):
    with warned(GridmapWarning, match="row 3: onset_on .* is no date"):
        frame = read_cases(sheet(tmp_path, "病例编号,发病日期", "1,2022-03-05", "2,上周", "3,"))
    assert frame["onset_on"].notna().to_list() == [True, False, False]
    assert frame["confirmed_on"].dtype == frame["onset_on"].dtype


def test_cases_of_another_zone_are_read_in_it(tmp_path):
    frame = read_cases(sheet(tmp_path, "case_id,confirmed_on", "1,2022-07-01"), timezone="Europe/Rome")
    assert frame.at["1", "confirmed_on"] == pd.Timestamp("2022-07-01T00:00:00+02:00")


def test_a_case_may_have_several_places(tmp_path):
    frame = read_case_places(
        sheet(tmp_path, "病例编号,场所类型,地点,起,止", "1,居住,a,2022-03-01,", "1,工作,b,,")
    )
    assert frame.index.to_list() == ["1", "1"]
    assert frame["place_kind"].to_list() == ["home", "work"]


# the grid


@pytest.fixture
def cells():
    """Two squares side by side in a town."""
    return gpd.GeoDataFrame(
        {
            "网格编码": ["330421001001", "330421001002"],
            "网格名称": ["甲", "乙"],
            "街道": "惠民街道",
            "人口": ["10", "20"],
            "备注": [1, 2],
        },
        geometry=[box(120.9, 30.8, 121.0, 30.9), box(121.0, 30.8, 121.1, 30.9)],
        crs=4490,
    )


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".zip", ".parquet"])
def test_a_grid_is_read_from_every_format(tmp_path, cells, suffix):
    cells = cells.rename(columns={"网格编码": "cell_id", "网格名称": "name"})  # dBASE cuts longer headers
    write_layer(cells.to_crs(4326), tmp_path / f"grid{suffix}")
    grid = read_grid(tmp_path / f"grid{suffix}")
    assert grid.index.to_list() == ["330421001001", "330421001002"]
    assert grid.index.name == "cell_id"
    assert grid["name"].to_list() == ["甲", "乙"]
    assert grid["residents"].to_list() == [10.0, 20.0]
    assert grid["备注"].to_list() == [1, 2]
    assert grid.attrs["findings"] == ()


def test_a_grid_has_its_fixed_columns_and_only_the_optional_ones_it_came_with(tmp_path, cells):
    write_layer(cells.drop(columns=["人口", "街道", "备注"]), tmp_path / "grid.gpkg")
    assert list(read_grid(tmp_path / "grid.gpkg").columns) == ["name", "level", "parent_id", "geometry"]


def test_the_names_of_areas_reach_the_hierarchy(tmp_path, cells):
    write_layer(cells, tmp_path / "grid.gpkg")
    areas = hierarchy_of(read_grid(tmp_path / "grid.gpkg"))
    assert areas.at["330421001", "name"] == "惠民街道"
    assert areas["is_cell"].sum() == 2


def test_codes_of_other_lengths_reach_the_hierarchy(tmp_path, cells):
    write_layer(cells.assign(网格编码=["33042101001", "33042102001"]), tmp_path / "grid.gpkg")
    areas = hierarchy_of(read_grid(tmp_path / "grid.gpkg", code_lengths=(6, 2, 3)))
    assert areas["level"].to_dict() == {
        "330421": "county",
        "33042101": "town",
        "33042102": "town",
        "33042101001": "cell",
        "33042102001": "cell",
    }


def test_parents_given_as_rows_stay_rows(tmp_path, cells):
    rows = cells.assign(上级=["T", "T"], level="网格")
    town = gpd.GeoDataFrame({"网格编码": ["T"], "level": ["街道"]}, geometry=[None], crs=4490)
    write_layer(pd.concat([rows, town], ignore_index=True), tmp_path / "grid.gpkg")
    grid = read_grid(tmp_path / "grid.gpkg")
    assert grid["level"].to_list() == ["grid", "grid", "town"]
    assert hierarchy_of(grid)["is_cell"].to_dict() == {
        "T": False,
        "330421001001": True,
        "330421001002": True,
    }


@pytest.fixture
def faulty(tmp_path):
    """A bow-tie of two triangles, a cell without an id, two of one id, a line, and a row without a shape."""
    bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    shapes = [
        bow_tie,
        box(3, 0, 4, 1),
        box(5, 0, 6, 1),
        box(7, 0, 8, 1),
        shapely.LineString([(0, 9), (1, 9)]),
        None,
    ]
    frame = gpd.GeoDataFrame({"cell_id": ["a", None, "b", "b", "c", "d"]}, geometry=shapes, crs=4326)
    write_layer(frame, tmp_path / "faulty.gpkg")
    return tmp_path / "faulty.gpkg"


def test_every_row_of_a_faulty_grid_stays_and_every_fault_is_told(faulty):
    with warned(GridmapWarning, match=r"row 1: Self-intersection\[1 1\]; read_grid\(\.\.\., repair=True\)"):
        grid = read_grid(faulty)
    assert grid.index.to_list() == ["a", "", "b", "b", "c", "d"]
    assert kinds(grid) == [
        ("not_a_polygon", "row 5"),
        ("invalid_geometry", "row 1"),
        ("empty_geometry", "rows 5, 6"),
        ("missing_id", "row 2"),
        ("duplicate_id", "rows 3, 4"),
    ]
    assert not grid.geometry["a"].is_valid


def test_repair_mends_a_bow_tie_without_losing_half_of_it(faulty):
    with warned(GridmapWarning, match="an outline that crossed itself was mended"):
        grid = read_grid(faulty, repair=True)
    assert grid.geometry["a"].is_valid
    assert shapely.area(grid.geometry["a"]) == 2.0


def test_an_unusable_grid_tells_all_its_faults_at_once(tmp_path):
    frame = gpd.GeoDataFrame({"备注": ["x"]}, geometry=[shapely.Point(586000, 3408000)])
    frame.to_parquet(tmp_path / "a.parquet")
    with pytest.raises(
        GridError, match=r"2 faults in a\.parquet\n  no column cell_id.*\n  no row has a polygon"
    ):
        read_grid(tmp_path / "a.parquet")


def test_a_grid_in_metres_without_a_crs_is_refused_until_it_is_told(tmp_path, cells):
    cells.to_crs(4549).set_crs(None, allow_override=True).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(GridError, match=r"no CRS, and coordinates such as .* are not degrees; say it"):
        read_grid(tmp_path / "a.parquet")
    assert read_grid(tmp_path / "a.parquet", crs=4549).crs.to_epsg() == 4549


def test_a_grid_in_degrees_without_a_crs_is_read_and_said(tmp_path, cells):
    cells.set_crs(None, allow_override=True).to_parquet(tmp_path / "a.parquet")
    with warned(GridmapWarning, match="were taken as EPSG:4326"):
        assert read_grid(tmp_path / "a.parquet").crs.to_epsg() == 4326


def test_a_shifted_grid_is_put_right(tmp_path, cells):
    shifted = shapely.transform(cells.geometry.to_numpy(), wgs84_to_gcj02)
    write_layer(cells.set_geometry(gpd.GeoSeries(shifted, crs=4326)), tmp_path / "a.gpkg")
    grid = read_grid(tmp_path / "a.gpkg", crs="GCJ-02")
    assert grid.total_bounds == pytest.approx([120.9, 30.8, 121.1, 30.9], abs=1e-8)


def test_a_named_layer_is_read(tmp_path, cells):
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": []}))
    with pytest.raises(GridError, match="no row has a polygon"):
        read_grid(tmp_path / "a.geojson")
    write_layer(cells, tmp_path / "a.gpkg", layer="cells")
    assert len(read_grid(tmp_path / "a.gpkg", layer="cells")) == 2


def test_metres_that_claim_to_be_degrees_are_refused_until_the_crs_is_told(tmp_path, cells):
    write_layer(cells.to_crs(4549).set_crs(4326, allow_override=True), tmp_path / "a.gpkg")
    with pytest.raises(
        GridError, match=r"the file says EPSG:4326, but coordinates such as .* are not degrees"
    ):
        read_grid(tmp_path / "a.gpkg")
    assert read_grid(tmp_path / "a.gpkg", crs=4549).crs.to_epsg() == 4549


def test_latitude_before_longitude_is_put_right_and_said(tmp_path, cells):
    swapped = shapely.transform(cells.geometry.to_numpy(), lambda lonlat: lonlat[:, ::-1])
    write_layer(cells.set_geometry(gpd.GeoSeries(swapped, crs=4326)), tmp_path / "a.gpkg")
    with warned(GridmapWarning, match="latitude stands before longitude in 2 rows; the axes were swap"):
        grid = read_grid(tmp_path / "a.gpkg")
    assert grid.total_bounds == pytest.approx([120.9, 30.8, 121.1, 30.9])


def test_of_several_layers_the_first_is_read_and_said(tmp_path, cells):
    write_layers({"one": cells, "two": cells}, tmp_path / "a.gpkg")
    with warned(GridmapWarning, match="the first of the layers one, two was read; choose one with layer="):
        assert len(read_grid(tmp_path / "a.gpkg")) == 2


def test_places_in_words_are_no_geometry(tmp_path):
    frame = read_households(sheet(tmp_path, "户号,位置", "1,东门北侧"))
    assert frame.at["1", "位置"] == "东门北侧"
    assert frame.geometry.isna().all()


def test_geometry_may_stand_in_a_sheet_as_text(tmp_path):
    path = sheet(tmp_path, "户号,geometry", "1,POINT (120.9 30.8)", "2,", "3,somewhere")
    with warned(GridmapWarning, match="row 4: coordinates that cannot be used: the geometry is not in WKT"):
        frame = read_households(path, crs=4326)
    assert frame.geometry["1"].equals(shapely.Point(120.9, 30.8))
    assert frame["coordinate_fault"].notna().to_list() == [False, False, True]

import sqlite3
from datetime import UTC, date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_series_equal

from gridmap.errors import WorkspaceError
from gridmap.store.database import reading, writing
from gridmap.store.geometry_blob import blobs_from_shapes, shapes_from_blobs
from gridmap.store.geopackage import drop_layer, layer_stamp, prepare, read_layer, write_layer

LOCAL_CRS = pyproj.CRS.from_proj4(
    "+proj=tmerc +lat_0=0 +lon_0=120.85 +k=1 +x_0=50000 +y_0=-3000000 +ellps=GRS80"
)


@pytest.fixture
def package():
    """An empty GeoPackage in memory."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    prepare(connection)
    yield connection
    connection.close()


@pytest.fixture
def homes():
    """Four rows, two of one id, with every trap for ids and texts.

    007  枫桥新村3幢  (1 1)
    NA   missing     (2 1)
    007  empty       no place
    ""   =1+1        an empty point
    """
    return gpd.GeoDataFrame(
        {
            "address": pd.array(["枫桥新村3幢", None, "", "=1+1"], dtype="str"),
            "residents": [3.0, np.nan, 0.0, 1.0],
        },
        geometry=[shapely.Point(1, 1), shapely.Point(2, 1), None, shapely.Point()],
        crs="EPSG:4549",
        index=pd.Index(["007", "NA", "007", ""], dtype="str", name="household_id"),
    )


def on_disk(path, **layers):
    path.touch()
    with writing(path, timeout_s=0) as connection:
        prepare(connection)
        for name, frame in layers.items():
            write_layer(connection, name, frame)
    return path


def round_trip(connection, frame):
    write_layer(connection, "t", frame)
    return read_layer(connection, "t")


def column(connection, values, **options):
    frame = pd.DataFrame({"x": pd.Series(values, **options)})
    return round_trip(connection, frame)["x"]


def test_a_layer_comes_back_as_it_was(package, homes):
    back = round_trip(package, homes)
    assert_geodataframe_equal(back, homes)
    assert back.crs == homes.crs
    assert list(back.index) == ["007", "NA", "007", ""]
    assert back["address"].isna().tolist() == [False, True, False, False]


def test_writing_leaves_the_frame_as_it_was(package, homes):
    before = homes.copy(deep=True)
    write_layer(package, "homes", homes)
    assert_geodataframe_equal(homes, before)


def test_a_table_without_geometry_comes_back_as_a_plain_frame(package):
    frame = pd.DataFrame({"name": ["王"]}, index=pd.Index(["1"], name="official_id"))
    back = round_trip(package, frame)
    assert type(back) is pd.DataFrame
    assert_frame_equal(back, frame)


def test_a_table_without_rows_keeps_its_columns(package, homes):
    assert_geodataframe_equal(round_trip(package, homes.iloc[:0]), homes.iloc[:0])


def test_a_table_of_an_index_alone_keeps_its_rows(package):
    frame = pd.DataFrame(index=pd.Index(["b", "a"], name="cell_id"))
    assert round_trip(package, frame).index.tolist() == ["b", "a"]


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([1, -(2**62)], "int64"),
        ([1, None], "Int64"),
        ([0.1, np.inf], "float64"),
        ([1.5, np.nan], "float32"),
        ([True, False], "bool"),
        ([True, None], "boolean"),
        (["a", None], "string"),
        (["a", None], "object"),
        ([["a", 1], {"b": None}, None], "object"),
        ([date(2022, 3, 5), None], "object"),
        ([datetime(2022, 3, 5, 8, tzinfo=UTC), None], "object"),
        ([None, None], "object"),
        (["2022-03-05T08:00:00", None], "datetime64[us]"),
    ],
)
def test_a_column_keeps_its_values_and_its_dtype(package, values, dtype):
    expected = pd.Series(values, dtype=dtype, name="x")
    assert_series_equal(column(package, values, dtype=dtype), expected)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "UTC+08:00"])
def test_times_keep_their_zone_and_are_iso_text_in_the_file(package, zone):
    times = pd.to_datetime(pd.Series(["2022-03-05T00:00:00Z", None])).dt.tz_convert(zone)
    assert_series_equal(column(package, times), times.rename("x"))
    text = package.execute("SELECT x FROM t").fetchone()[0]
    assert datetime.fromisoformat(text) == datetime(2022, 3, 5, tzinfo=UTC)


def test_a_category_keeps_its_values(package):
    back = column(package, ["b", None, "a"], dtype="category")
    assert back.isna().tolist() == [False, True, False]
    assert back.dropna().tolist() == ["b", "a"]


def test_columns_that_differ_by_case_or_are_called_fid_are_all_kept(package):
    frame = pd.DataFrame(
        {"fid": ["1"], "FID": ["2"], "name": ["3"], "Name": ["4"], "": ["5"], 'a"b\n': ["6"]}
    )
    assert_frame_equal(round_trip(package, frame), frame)


def test_a_second_geometry_column_is_kept_with_its_crs(package, homes):
    homes["entrance"] = gpd.GeoSeries([shapely.Point(120, 30), None, None, None], index=homes.index, crs=4326)
    back = round_trip(package, homes)
    assert back.active_geometry_name == "geometry"
    assert back["entrance"].crs == "EPSG:4326"
    assert_geodataframe_equal(back, homes)


def test_a_geometry_of_another_name_stays_active(package, homes):
    back = round_trip(package, homes.rename_geometry("place"))
    assert back.active_geometry_name == "place"


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4549", "EPSG:3857", "OGC:CRS84", LOCAL_CRS, None])
def test_the_crs_is_exactly_the_one_that_was_written(package, homes, crs):
    back = round_trip(package, homes.set_crs(crs, allow_override=True))
    assert back.crs == (None if crs is None else pyproj.CRS(crs))


def test_two_layers_share_the_row_of_their_crs(package, homes):
    for name in ("a", "b"):
        write_layer(package, name, homes.set_crs(LOCAL_CRS, allow_override=True))
    assert package.execute("SELECT count(*) FROM gpkg_spatial_ref_sys WHERE srs_id > 4326").fetchone() == (1,)


@pytest.mark.parametrize(
    "wkt",
    [
        "POINT (1 2)",
        "POINT EMPTY",
        "LINESTRING (0 0, 1 2)",
        "POLYGON ((0 0, 4 0, 4 4, 0 0), (1 0.5, 2 0.5, 2 1, 1 0.5))",
        "POLYGON EMPTY",
        "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))",
        "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))",
        "POLYGON Z ((0 0 1, 4 0 2, 4 4 3, 0 0 1))",
    ],
)
def test_a_geometry_survives_its_binary_form(wkt):
    shape = shapely.from_wkt(wkt)
    blob = blobs_from_shapes([shape], 4326)[0]
    assert blob[:4] == b"GP\x00" + bytes([blob[3]])
    assert shapely.to_wkb(shapes_from_blobs([blob])[0]) == shapely.to_wkb(shape)


def test_the_header_of_a_polygon_holds_its_crs_and_envelope():
    blob = blobs_from_shapes([shapely.box(1, 2, 3, 4)], 4549)[0]
    assert int.from_bytes(blob[4:8], "little") == 4549
    assert np.frombuffer(blob[8:40]).tolist() == [1, 3, 2, 4]


def test_missing_geometries_stay_missing():
    assert blobs_from_shapes([None], 0) == [None]
    assert shapes_from_blobs([None]).tolist() == [None]


@given(st.lists(st.one_of(st.none(), st.text()), max_size=5))
@settings(derandomize=True, deadline=None, max_examples=50)
def test_any_text_survives(texts):
    connection = sqlite3.connect(":memory:", isolation_level=None)
    prepare(connection)
    frame = pd.DataFrame(
        {"x": pd.Series(texts, dtype="object")}, index=pd.Index(range(len(texts)), name="row")
    )
    back = round_trip(connection, frame)["x"]
    connection.close()
    assert [None if value is None else str(value) for value in back] == texts


def test_what_cannot_be_kept_is_refused_with_its_place(package):
    with pytest.raises(WorkspaceError, match="table t, column 'x': values of type timedelta"):
        column(package, [pd.Timedelta(1, "s")])
    with pytest.raises(WorkspaceError, match="a column named 5"):
        round_trip(package, pd.DataFrame({5: ["a"]}))
    with pytest.raises(WorkspaceError, match="an index of 2 levels"):
        round_trip(package, pd.DataFrame({"x": [1]}, index=pd.MultiIndex.from_tuples([("a", "b")])))
    with pytest.raises(WorkspaceError, match="table t cannot be stored"):
        column(package, [2**64 - 1], dtype="uint64")


def test_a_broken_geometry_is_reported_with_its_layer(package, homes):
    write_layer(package, "homes", homes)
    package.execute("UPDATE homes SET geometry = x'47500001000000000105'")
    with pytest.raises(WorkspaceError, match="layer homes holds a geometry that cannot be read"):
        read_layer(package, "homes")


def test_a_layer_that_is_not_there_is_none(package):
    assert read_layer(package, "homes") is None
    assert layer_stamp(package, "homes") is None


def test_a_replaced_layer_has_another_stamp(package, homes):
    write_layer(package, "homes", homes)
    first = layer_stamp(package, "homes")
    write_layer(package, "homes", homes.iloc[:1])
    assert layer_stamp(package, "homes") != first
    assert len(read_layer(package, "homes")) == 1


def test_a_dropped_layer_takes_the_spatial_index_of_another_program_with_it(package, homes):
    write_layer(package, "homes", homes)
    package.execute("CREATE VIRTUAL TABLE rtree_homes_geometry USING rtree(id, minx, maxx, miny, maxy)")
    package.execute(
        "CREATE TRIGGER rtree_homes_geometry_update AFTER UPDATE ON homes WHEN ST_IsEmpty(NEW.geometry) "
        "BEGIN DELETE FROM rtree_homes_geometry WHERE id = OLD.fid; END"
    )
    index = (
        "homes",
        "geometry",
        "gpkg_rtree_index",
        "http://www.geopackage.org/spec120/#extension_rtree",
        "write-only",
    )
    package.execute("INSERT INTO gpkg_extensions VALUES (?, ?, ?, ?, ?)", index)
    drop_layer(package, "homes")
    assert package.execute("SELECT name FROM sqlite_master WHERE name LIKE '%homes%'").fetchall() == []
    assert package.execute("SELECT count(*) FROM gpkg_extensions").fetchone() == (1,)


def test_columns_that_another_program_adds_and_removes_are_followed(package, homes):
    write_layer(package, "homes", homes)
    package.execute("ALTER TABLE homes ADD COLUMN checked INTEGER")
    package.execute("ALTER TABLE homes ADD COLUMN note TEXT(20)")
    package.execute("UPDATE homes SET checked = 1, note = '好' WHERE fid = 1")
    package.execute("ALTER TABLE homes DROP COLUMN residents")
    back = read_layer(package, "homes")
    assert back.columns.tolist() == ["address", "geometry", "checked", "note"]
    assert back["checked"].tolist() == [1, pd.NA, pd.NA, pd.NA]
    assert back["note"].iloc[0] == "好"


def test_a_value_of_another_program_that_does_not_fit_comes_back_as_it_stands(package):
    times = pd.to_datetime(pd.Series(["2022-03-05T00:00:00Z"]))
    round_trip(package, pd.DataFrame({"x": times}))
    package.execute("UPDATE t SET x = '5 March'")
    assert read_layer(package, "t")["x"].tolist() == ["5 March"]


def test_gdal_reads_the_layers_with_ids_texts_and_crs(tmp_path, homes):
    officials = pd.DataFrame({"name": ["王"]}, index=pd.Index(["001"], name="official_id"))
    path = on_disk(tmp_path / "x.gpkg", homes=homes, officials=officials)
    assert pyogrio.list_layers(path).tolist() == [["homes", "Point"], ["officials", None]]
    seen = pyogrio.read_dataframe(path, layer="homes")
    assert seen.crs == homes.crs
    assert seen["household_id"].tolist() == ["007", "NA", "007", ""]
    assert seen["address"].iloc[0] == "枫桥新村3幢"
    assert seen["address"].isna().tolist() == [False, True, False, False]
    assert seen.geometry.iloc[0].equals(shapely.Point(1, 1))
    assert pyogrio.read_dataframe(path, layer="officials", fid_as_index=True).index.tolist() == [1]


def test_gdal_sees_a_crs_that_has_no_code(tmp_path, homes):
    path = on_disk(tmp_path / "x.gpkg", homes=homes.set_crs(LOCAL_CRS, allow_override=True))
    seen = pyogrio.read_dataframe(path, layer="homes").crs
    parameters = {each.name: each.value for each in seen.coordinate_operation.params}
    assert parameters == {each.name: each.value for each in LOCAL_CRS.coordinate_operation.params}
    assert seen.ellipsoid == LOCAL_CRS.ellipsoid


def test_gdal_sees_the_extent_and_the_type_of_a_layer(tmp_path):
    cells = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 3, 2)], crs="EPSG:4549")
    info = pyogrio.read_info(on_disk(tmp_path / "x.gpkg", cells=cells), layer="cells")
    assert (info["geometry_type"], info["total_bounds"]) == ("Polygon", (0, 0, 3, 2))


def test_a_file_with_a_question_mark_and_chinese_in_its_name_is_opened(tmp_path, homes):
    path = on_disk(tmp_path / "嘉善?a=b#c%20.gpkg", homes=homes)
    with reading(path, timeout_s=0) as connection:
        assert len(read_layer(connection, "homes")) == 4
    assert [each.name for each in tmp_path.iterdir()] == [path.name]

"""Named lines are read, kept in a workspace and given back."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.errors import GridmapWarning, TableError
from gridmap.store.boundary_rows import boundary_lines
from gridmap.store.readers import read_boundaries
from gridmap.store.workspace import open_workspace
from tests.warned import warned

ROAD = shapely.LineString([(120.9, 30.8), (120.95, 30.82)])


def write(path, columns, shapes, crs=4326):
    gpd.GeoDataFrame(columns, geometry=shapes, crs=crs).to_file(path)
    return path


def kinds(frame):
    return [(fault.kind, fault.where) for fault in frame.attrs["findings"]]


def test_chinese_headers_and_kinds_are_understood(tmp_path):
    path = write(
        tmp_path / "a.geojson",
        {"编号": ["r1", "r2"], "道路名称": ["枫南路", "魏塘"], "类型": ["道路", "河流"]},
        [ROAD, ROAD.reverse()],
    )
    found = read_boundaries(path)
    assert list(found.columns) == ["name", "kind", "geometry"]
    assert found.index.name == "boundary_id"
    assert found.index.to_list() == ["r1", "r2"]
    assert found["name"].to_list() == ["枫南路", "魏塘"]
    assert found["kind"].to_list() == ["road", "river"]
    assert found.geometry.iloc[0].equals(ROAD)
    assert found.attrs["findings"] == ()


def test_lines_without_ids_are_numbered_and_without_kinds_told_by_name(tmp_path):
    names = ["枫南路", "伍子塘", "沪昆铁路", "甲村界", "Mill Creek", "Hope Street", "无名"]
    path = write(tmp_path / "a.gpkg", {"名称": names}, [ROAD] * 7, crs=4490)
    with warned(GridmapWarning, match="numbered in their order"):
        found = read_boundaries(path)
    assert found.index.to_list() == [f"line-{n}" for n in range(1, 8)]
    assert found["kind"].to_list() == ["road", "river", "rail", "border", "river", "road", "other"]
    assert found.crs.to_epsg() == 4490


def test_all_faults_are_listed_at_once_and_no_row_is_lost(tmp_path):
    shapes = [
        ROAD,
        None,
        shapely.Point(120, 30),
        shapely.box(120, 30, 120.1, 30.1),
        shapely.LineString(),
    ]
    path = tmp_path / "a.parquet"
    columns = {
        "id": ["1", "1", "3", "4", ""],
        "name": "x",
        "kind": ["gondola", "road", "road", "river", "rail"],
    }
    gpd.GeoDataFrame(columns, geometry=shapes, crs=4326).to_parquet(path)
    with warned(GridmapWarning, match="findings in a.parquet"):
        found = read_boundaries(path)
    assert len(found) == 5
    assert found.geometry.isna().to_list() == [False, True, True, False, True]
    assert found.geometry.iloc[3].geom_type == "LineString"
    assert found["kind"].to_list() == ["other", "road", "road", "river", "rail"]
    assert sorted(kind for kind, _ in kinds(found)) == [
        *("duplicate_id", "missing_id", "no_geometry", "not_a_line", "not_a_line", "unknown_kind"),
    ]


def test_a_line_with_coordinates_that_are_no_numbers_is_left_out():
    with np.errstate(invalid="ignore"):
        broken = shapely.LineString([(120, 30), (float("nan"), 30), (121, 31)])
    lines, findings = boundary_lines(gpd.GeoSeries([ROAD, broken], index=[1, 2], crs=4326))
    assert lines.isna().to_list() == [False, True]
    assert [(fault.kind, fault.where) for fault in findings] == [("bad_coordinates", "row 2")]


def test_a_file_without_lines_or_crs_is_refused(tmp_path):
    points = write(tmp_path / "a.geojson", {"id": ["1"]}, [shapely.Point(120, 30)])
    with pytest.raises(TableError, match="no row has a line"):
        read_boundaries(points)
    metres = tmp_path / "b.parquet"
    line = shapely.LineString([(500_000, 3_400_000), (500_100, 3_400_000)])
    gpd.GeoDataFrame({"id": ["1"]}, geometry=[line]).to_parquet(metres)
    with pytest.raises(TableError, match="no CRS"):
        read_boundaries(metres)
    assert read_boundaries(metres, crs="EPSG:4549").crs.to_epsg() == 4549


def test_an_empty_file_is_an_empty_table(tmp_path):
    path = tmp_path / "a.parquet"
    gpd.GeoDataFrame({"id": pd.Series(dtype="str")}, geometry=[], crs=4326).to_parquet(path)
    found = read_boundaries(path)
    assert found.empty
    assert list(found.columns) == ["name", "kind", "geometry"]


def test_a_workspace_keeps_them_and_is_empty_of_them_before(tmp_path):
    boundaries = gpd.GeoDataFrame(
        {"name": ["枫南路"], "kind": ["road"]}, geometry=[ROAD], crs=4490, index=pd.Index(["r1"])
    )
    with open_workspace(tmp_path / "w.gpkg") as workspace:
        none = workspace.boundaries
        assert none.empty
        assert list(none.columns) == ["name", "kind", "geometry"]
        workspace.set_tables(boundaries=boundaries)
    with open_workspace(tmp_path / "w.gpkg") as workspace:
        kept = workspace.boundaries
    assert kept.index.name == "boundary_id"
    assert kept.crs.to_epsg() == 4490
    assert kept.geometry["r1"].equals(ROAD)
    assert kept["kind"].to_list() == ["road"]
    assert gpd.read_file(tmp_path / "w.gpkg", layer="boundaries")["name"].to_list() == ["枫南路"]


def test_the_reader_is_public():
    assert gm.read_boundaries is read_boundaries

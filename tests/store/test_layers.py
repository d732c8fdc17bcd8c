import json
import struct
import warnings
import zipfile

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from shapely import box

from gridmap.errors import GridmapWarning, OutputError, TableError
from gridmap.store.layers import read_layer, write_layer, write_layers
from tests.warned import warned


@pytest.fixture
def cells():
    """Two squares side by side, by ids with a leading zero and "NA".

    +----+----+
    | 01 | NA |
    +----+----+
    """
    return gpd.GeoDataFrame(
        {"cell_id": ["01", "NA"], "name": ["枫桥新村社区", "乙"]},
        geometry=[box(120.9, 30.8, 121.0, 30.9), box(121.0, 30.8, 121.1, 30.9)],
        crs=4326,
    ).set_index("cell_id")


def write_geojson(path, *features):
    rows = [
        {"type": "Feature", "properties": {"cell_id": str(at)}, "geometry": geometry}
        for at, geometry in enumerate(features)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
    return path


def polygon(*ring):
    return {"type": "Polygon", "coordinates": [list(ring)]}


def shapefile(folder, frame, *, encoding, leave_out=()):
    folder.mkdir(exist_ok=True)
    pyogrio.write_dataframe(frame.reset_index(), folder / "grid.shp", encoding=encoding)
    for suffix in (".cpg", *leave_out):
        (folder / f"grid{suffix}").unlink()
    return folder / "grid.shp"


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".zip", ".kml", ".parquet"])
def test_every_format_comes_back_as_it_was_written(tmp_path, cells, suffix):
    write_layer(cells, tmp_path / f"grid{suffix}")
    frame = read_layer(tmp_path / f"grid{suffix}")
    assert frame["cell_id"].to_list() == ["01", "NA"]
    assert frame["Name" if suffix == ".kml" else "name"].to_list() == ["枫桥新村社区", "乙"]
    assert frame.crs.equals("EPSG:4326", ignore_axis_order=True)
    assert shapely.equals(frame.geometry.to_numpy(), cells.geometry.to_numpy()).all()
    assert frame.attrs["findings"] == ()


def test_writing_leaves_the_frame_unchanged_and_nothing_beside_the_file(tmp_path, cells):
    cells.attrs["findings"] = ("x",)
    write_layer(cells, tmp_path / "grid.parquet")
    assert cells.attrs["findings"] == ("x",)
    assert [each.name for each in tmp_path.iterdir()] == ["grid.parquet"]


def test_several_layers_go_into_one_geopackage(tmp_path, cells):
    write_layers({"first": cells, "second": cells.iloc[:1], "none": cells.iloc[:0]}, tmp_path / "a.gpkg")
    assert pyogrio.list_layers(tmp_path / "a.gpkg")[:, 0].tolist() == ["first", "second", "none"]
    assert len(read_layer(tmp_path / "a.gpkg")) == 2
    assert len(read_layer(tmp_path / "a.gpkg", layer="second")) == 1
    assert len(read_layer(tmp_path / "a.gpkg", layer="none")) == 0


def test_geojson_is_written_in_degrees(tmp_path, cells):
    write_layer(cells.to_crs(4549), tmp_path / "grid.geojson")
    assert read_layer(tmp_path / "grid.geojson").total_bounds == pytest.approx([120.9, 30.8, 121.1, 30.9])


def test_an_unknown_format_is_not_written(tmp_path, cells):
    with pytest.raises(OutputError, match=r"its format is not known; use one of \.gpkg"):
        write_layer(cells, tmp_path / "grid.doc")


def test_a_private_layer_is_private(tmp_path, cells):
    write_layer(cells, tmp_path / "grid.gpkg", private=True)
    assert (tmp_path / "grid.gpkg").stat().st_mode & 0o777 == 0o600


def test_a_missing_layer_is_told(tmp_path, cells):
    write_layer(cells, tmp_path / "grid.gpkg")
    with pytest.raises(TableError, match="it cannot be read"):
        read_layer(tmp_path / "grid.gpkg", layer="nothing")


def test_rows_without_geometry_and_bow_ties_stay(tmp_path):
    bow_tie = polygon((0, 0), (2, 2), (2, 0), (0, 2), (0, 0))
    frame = read_layer(write_geojson(tmp_path / "a.geojson", bow_tie, None))
    assert frame["cell_id"].to_list() == ["0", "1"]
    assert not frame.geometry[0].is_valid
    assert frame.geometry[0].bounds == (0, 0, 2, 2)
    assert frame.geometry[1] is None


def test_one_broken_ring_does_not_lose_the_file(tmp_path):
    whole = polygon((0, 0), (1, 0), (1, 1), (0, 0))
    unclosed = polygon((5, 5), (6, 5), (6, 6), (5, 6))
    frame = read_layer(write_geojson(tmp_path / "a.geojson", whole, unclosed))
    assert frame.geometry[1].equals(box(5, 5, 6, 6))
    (finding,) = frame.attrs["findings"]
    assert (finding.kind, finding.where) == ("unclosed_ring", "row 2")


def test_heights_are_left_out(tmp_path):
    frame = read_layer(write_geojson(tmp_path / "a.geojson", {"type": "Point", "coordinates": [1, 2, 3]}))
    assert not frame.geometry[0].has_z


def test_a_bare_list_of_features_is_read(tmp_path):
    rows = [
        {"type": "Feature", "properties": {"a": "01"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}
    ]
    (tmp_path / "a.geojson").write_text(json.dumps(rows))
    assert read_layer(tmp_path / "a.geojson")["a"].to_list() == ["01"]


def test_topojson_is_read_and_has_no_crs(tmp_path):
    arcs = [[[0, 0], [1, 0], [1, 1], [0, 0]]]
    row = {"type": "Polygon", "properties": {"name": "甲"}, "arcs": [[0]]}
    objects = {"cells": {"type": "GeometryCollection", "geometries": [row]}}
    (tmp_path / "a.json").write_text(json.dumps({"type": "Topology", "objects": objects, "arcs": arcs}))
    frame = read_layer(tmp_path / "a.json")
    assert frame["name"].to_list() == ["甲"]
    assert frame.crs is None


VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="g"><SrcDataSource>{}</SrcDataSource></OGRVRTLayer>'
    "</OGRVRTDataSource>"
)
ALGORITHM = '{{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read {}"}}'


@pytest.mark.parametrize("text", [VRT, '<?xml version="1.0"?><!-- <kml> -->' + VRT, ALGORITHM])
@pytest.mark.parametrize("name", ["x.geojson", "x.kml", "x.gpkg"])
def test_a_file_that_makes_gdal_read_another_file_is_refused(tmp_path, cells, text, name):
    write_layer(cells, tmp_path / "secret.gpkg")
    (tmp_path / name).write_text(text.format(tmp_path / "secret.gpkg"))
    with pytest.raises(TableError, match=r"1 fault in x\."):
        read_layer(tmp_path / name)


@pytest.mark.parametrize(
    "path",
    ["/vsicurl/http://example.org/a.geojson", "https://example.org/a.gpkg", "/vsizip/a.zip", '{"type": 1}'],
)
def test_virtual_paths_are_refused(path):
    with pytest.raises(TableError, match="virtual paths and addresses are not opened"):
        read_layer(path)


def test_a_missing_file_and_a_file_of_another_kind_are_told(tmp_path):
    with pytest.raises(TableError, match="there is no such file"):
        read_layer(tmp_path / "no.gpkg")
    (tmp_path / "a.gpkg").write_bytes(b"%PDF-1.7")
    with pytest.raises(TableError, match="it is none of GeoPackage"):
        read_layer(tmp_path / "a.gpkg")


def test_a_damaged_geopackage_is_told_and_left_alone(tmp_path, cells):
    write_layer(cells, tmp_path / "a.gpkg")
    damaged = (tmp_path / "a.gpkg").read_bytes()[:2000]
    (tmp_path / "a.gpkg").write_bytes(damaged)
    with pytest.raises(TableError, match="it cannot be read"):
        read_layer(tmp_path / "a.gpkg")
    assert (tmp_path / "a.gpkg").read_bytes() == damaged


@pytest.mark.parametrize("name", ["2022:03 网格.gpkg", "a'b [c]*.geojson", "a:b.shp"])
def test_names_with_signs_that_mean_something_to_gdal_are_only_names(tmp_path, cells, name):
    if name.endswith(".shp"):
        pyogrio.write_dataframe(cells.assign(name="x").reset_index(), tmp_path / "plain.shp")
        for part in list(tmp_path.iterdir()):
            part.rename(part.with_name(f"a:b{part.suffix}"))
    else:
        write_layer(cells, tmp_path / name)
    assert len(read_layer(tmp_path / name)) == 2


@pytest.mark.parametrize(("encoding", "said"), [("gbk", "GB18030"), ("utf-8", "UTF-8")])
def test_a_shapefile_without_cpg_is_decoded_and_said_with_a_sample(tmp_path, cells, encoding, said):
    path = shapefile(tmp_path / "s", cells, encoding=encoding)
    with warned(GridmapWarning, match=f"read as {said}: '枫桥新村社区"):
        frame = read_layer(path)
    assert frame["name"].to_list() == ["枫桥新村社区", "乙"]


def test_a_shapefile_that_wrongly_says_utf8_is_decoded(tmp_path, cells):
    path = shapefile(tmp_path / "s", cells, encoding="gbk")
    path.with_suffix(".cpg").write_text("UTF-8")
    with warned(GridmapWarning, match="read as GB18030"):
        assert read_layer(path)["name"].to_list() == ["枫桥新村社区", "乙"]


def test_a_shapefile_that_says_its_encoding_is_read_without_a_word(tmp_path, cells):
    path = shapefile(tmp_path / "s", cells, encoding="gbk")
    path.with_suffix(".cpg").write_text("GBK")
    assert read_layer(path)["name"].to_list() == ["枫桥新村社区", "乙"]


def test_a_missing_index_of_a_shapefile_is_made_without_touching_the_folder(tmp_path, cells):
    path = shapefile(tmp_path / "s", cells.assign(name="x"), encoding="utf-8", leave_out=[".shx"])
    before = sorted(path.parent.iterdir())
    frame = read_layer(path)
    assert frame["cell_id"].to_list() == ["01", "NA"]
    assert shapely.area(frame.geometry.to_numpy()) == pytest.approx([0.01, 0.01])
    assert sorted(path.parent.iterdir()) == before


def test_a_shapefile_without_attributes_is_said(tmp_path, cells):
    path = shapefile(tmp_path / "s", cells.assign(name="x"), encoding="utf-8", leave_out=[".dbf"])
    frame = read_layer(path)
    assert len(frame) == 2
    assert frame.attrs["findings"][0].kind == "no_attributes"


def zipped(path, folder, prefix):
    with zipfile.ZipFile(path, "w") as archive:
        for part in folder.iterdir():
            archive.write(part, f"{prefix}{part.suffix}")
    return path


@pytest.mark.parametrize("prefix", ["grid", "folder/grid", "网格/网格图"])
def test_a_zipped_shapefile_is_read_from_any_folder_in_it(tmp_path, cells, prefix):
    shapefile(tmp_path / "s", cells.assign(name="x"), encoding="utf-8")
    assert len(read_layer(zipped(tmp_path / "a.zip", tmp_path / "s", prefix))) == 2


def test_a_zip_of_windows_with_names_and_attributes_in_gbk_and_half_of_its_files_is_read(tmp_path, cells):
    left_out = [".shx", ".prj"]  # a .cpg is never written
    shapefile(tmp_path / "s", cells.assign(name="枫桥新村社区"), encoding="gbk", leave_out=left_out)
    path = zipped(tmp_path / "a.zip", tmp_path / "s", "abcd/efgh")
    named = path.read_bytes().replace(b"abcd/", "网格".encode("gbk") + b"/")
    path.write_bytes(named.replace(b"efgh.", "图层".encode("gbk") + b"."))
    with warned(GridmapWarning, match=r"a\.zip .* it was read as GB18030: '枫桥新村社区'"):
        frame = read_layer(path)
    assert frame["name"].to_list() == ["枫桥新村社区"] * 2
    assert frame.geometry.notna().all()
    assert frame.crs is None


def test_an_archive_of_two_layers_asks_which(tmp_path, cells):
    shapefile(tmp_path / "s", cells.assign(name="x"), encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part in (tmp_path / "s").iterdir():
            archive.write(part, f"one{part.suffix}")
            archive.write(part, f"two{part.suffix}")
    with pytest.raises(TableError, match=r"it holds .*one\.shp.*, but one layer is expected"):
        read_layer(tmp_path / "a.zip")
    assert len(read_layer(tmp_path / "a.zip", layer="two")) == 2


def test_an_archive_without_a_layer_is_told(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../evil.txt", "x")
    with pytest.raises(TableError, match="it holds no layer"):
        read_layer(tmp_path / "a.zip")
    assert not (tmp_path.parent / "evil.txt").exists()


def test_a_broken_archive_is_told(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(TableError, match="it cannot be unpacked"):
        read_layer(tmp_path / "a.zip")


def test_a_table_without_geometry_is_read_with_none(tmp_path, cells):
    plain = cells.reset_index().drop(columns="geometry")
    pyogrio.write_dataframe(plain, tmp_path / "a.gpkg")
    frame = read_layer(tmp_path / "a.gpkg")
    assert frame.geometry.isna().all()
    assert frame["cell_id"].to_list() == ["01", "NA"]


def test_coordinates_that_are_no_numbers_do_not_stop_the_reading(tmp_path):
    point = struct.pack("<BIdd", 1, 1, np.nan, 30.8)
    frame = gpd.GeoDataFrame(
        {"a": ["1", "2"]}, geometry=shapely.from_wkb([point, box(0, 0, 1, 1).wkb]), crs=4326
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write_layer(frame, tmp_path / "a.gpkg")
    assert len(read_layer(tmp_path / "a.gpkg")) == 2


def test_flatgeobuf_is_read(tmp_path, cells):
    pyogrio.write_dataframe(cells.reset_index(), tmp_path / "a.fgb", driver="FlatGeobuf")
    frame = read_layer(tmp_path / "a.fgb")
    assert sorted(frame["cell_id"]) == ["01", "NA"]
    assert frame.crs == cells.crs

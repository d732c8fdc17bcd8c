import json
import stat
from dataclasses import replace
from xml.etree import ElementTree as ET

import geopandas as gpd
import pyogrio
import pytest
import shapely

from gridmap.core.datum import from_datum
from gridmap.errors import ExportBlockedError, UnsupportedError
from gridmap.export.layers import SUFFIXES, export_layers, write_scene_layers, zones_table
from gridmap.export.qgis_style import zones_style

FIELDS = ["zone_id", "tier", "tier_name", "name", "label", "households", "residents"]
HOSTILE = "=1+1 <b>&amp;\"'${x} 甲"


@pytest.fixture(params=SUFFIXES)
def path(request, tmp_path):
    return tmp_path / f"zones{request.param}"


def read(path):
    reader = gpd.read_parquet if path.suffix == ".parquet" else gpd.read_file
    layer = {"layer": "zones"} if path.suffix == ".gpkg" else {}
    return reader(path, **layer).rename(columns={"Name": "label", "zone_name": "name"})


def test_every_format_reads_back_equal(path, make_scene):
    scene = make_scene()
    write_scene_layers(scene, path)
    back = read(path)
    assert back.crs.to_epsg() == 4326
    assert back[FIELDS].to_dict("list") == zones_table(scene)[FIELDS].to_dict("list")
    assert shapely.hausdorff_distance(back.geometry.array, scene.zones.geometry.array).max() < 1e-6


def test_hostile_names_come_back_as_they_went(path, make_scene):
    scene = make_scene()
    scene = replace(scene, zones=scene.zones.assign(name=HOSTILE))
    write_scene_layers(scene, path)
    assert set(read(path)["name"]) == {HOSTILE}


def test_a_plan_without_zones_is_written_too(path, make_scene):
    scene = make_scene()
    write_scene_layers(replace(scene, zones=scene.zones.iloc[:0]), path)
    assert len(read(path)) == 0


def test_an_old_file_is_replaced_and_nothing_is_left_beside_it(path, make_scene):
    path.write_bytes(b"old")
    write_scene_layers(make_scene(), path)
    assert len(read(path)) == 3
    parts = {f"zones{suffix}" for suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg")}
    assert {each.name for each in path.parent.iterdir()} == (parts if path.suffix == ".shp" else {path.name})


def test_the_geopackage_holds_cells_sites_and_a_style(make_scene, tmp_path):
    path = tmp_path / "zones.gpkg"
    write_scene_layers(make_scene(), path)
    assert [name for name, _ in pyogrio.list_layers(path)] == ["zones", "cells", "sites", "layer_styles"]
    assert len(gpd.read_file(path, layer="cells")) == 40
    assert list(gpd.read_file(path, layer="sites")["name"]) == ["惠民宾馆", "枫南路卡口"]
    style = pyogrio.read_dataframe(path, layer="layer_styles")
    assert style["f_table_name"].tolist() == ["zones"]
    assert style["useAsDefault"].tolist() == [True]
    assert ET.fromstring(style["styleQML"][0].split("\n", 1)[1]).tag == "qgis"  # noqa: S314 - our own text


def test_the_style_colours_each_tier_by_its_id(make_scene):
    root = ET.fromstring(zones_style(make_scene().legend).split("\n", 1)[1])  # noqa: S314 - our own text
    shown = {category.get("value"): category.get("label") for category in root.iter("category")}
    colors = [option.get("value") for option in root.iter("Option") if option.get("name") == "outline_color"]
    assert shown == {"sealed": "封控区", "controlled": "管控区", "prevention": "防范区"}
    assert colors == ["178,24,43,255", "239,138,0,255", "33,102,172,255"]


def test_geojson_follows_rfc_7946(make_scene, tmp_path):
    path = tmp_path / "zones.geojson"
    write_scene_layers(make_scene(), path)
    content = json.loads(path.read_text(encoding="utf-8"))
    outer = shapely.LinearRing(content["features"][0]["geometry"]["coordinates"][0][0])
    assert "crs" not in content
    assert outer.is_ccw


def test_every_row_says_of_which_plan_and_document_it_is(path, make_scene):
    write_scene_layers(make_scene(), path)
    said = {
        "version": "3f9a1c27",
        "as_of": "2022年3月5日 02:30 (UTC+08:00)",
        "effective": "2022年3月5日 06:00 (UTC+08:00)",
        "until": "2022年3月19日 06:00 (UTC+08:00)",
        "number": "嘉善防指〔2022〕8号",
        "issuer": "嘉善县疫情防控指挥部",
    }
    back = read(path)
    assert {name: set(back[name]) for name in said} == {name: {text} for name, text in said.items()}


def test_a_zone_that_is_held_back_says_so(make_scene):
    scene = make_scene()
    rows = [*scene.zones["rows"][:-1], (("暂缓下发", "缺包干领导"),)]
    table = zones_table(replace(scene, zones=scene.zones.assign(rows=rows), audience="official"))
    assert table["held"].tolist() == ["", "", "缺包干领导"]


def test_kml_has_the_colours_of_the_tiers(make_scene, tmp_path):
    path = tmp_path / "划区.kml"
    write_scene_layers(make_scene(), path)
    named = {"k": "http://www.opengis.net/kml/2.2"}
    root = ET.parse(path).getroot()  # noqa: S314 - our own file
    lines = {f"#{each.get('id')}": each.findtext(".//k:LineStyle/k:color", "", named) for each in root.iter()}
    shown = {
        each.findtext("k:name", "", named): lines[each.findtext("k:styleUrl", "", named)]
        for each in root.iterfind(".//k:Placemark", named)
    }
    # KML writes blue before green before red
    assert shown == {
        "P-1 惠民街道其余区域": "ffac6621",
        "C-1 枫南新村": "ff008aef",
        "S-1 枫南新村3幢": "ff2b18b2",
    }


def test_only_layers_for_the_public_may_be_read_by_other_users(path, make_scene):
    write_scene_layers(make_scene(), path)
    assert stat.S_IMODE(path.stat().st_mode) != 0o600
    write_scene_layers(make_scene(audience="official"), path)
    assert {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()} == {0o600}


def test_a_draft_says_so_on_every_row(path, make_scene):
    write_scene_layers(replace(make_scene(), banner="草稿 DRAFT"), path)
    assert set(read(path)["status"]) == {"草稿 DRAFT"}


def test_a_text_too_long_for_a_shapefile_ends_in_an_ellipsis(make_scene, tmp_path):
    scene = make_scene()
    path = tmp_path / "zones.shp"
    write_scene_layers(replace(scene, zones=scene.zones.assign(name="枫" * 200)), path)
    assert set(gpd.read_file(path)["name"]) == {"枫" * 83 + "…"}


def test_counts_are_the_texts_that_the_scene_shows(make_scene):
    table = zones_table(make_scene("en"))
    assert table["households"].tolist() == ["1,234"] * 3
    assert table["residents"].tolist() == ["<5"] * 3


def test_a_proven_zoning_is_written_as_layers(zoning, tmp_path):
    path = export_layers(zoning, tmp_path / "zones.gpkg")
    zones = gpd.read_file(path, layer="zones")
    assert zones[FIELDS].to_dict("list") == {
        "zone_id": ["S-1"],
        "tier": ["sealed"],
        "tier_name": ["封控区"],
        "name": ["甲区"],
        "label": ["S-1 甲区"],
        "households": ["9"],
        "residents": ["18"],
    }


def test_an_unproven_zoning_gives_no_layers(zoning, tmp_path):
    with pytest.raises(ExportBlockedError, match="nothing proves"):
        export_layers(replace(zoning, certificate=None), tmp_path / "zones.gpkg")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_suffix_is_refused_with_those_that_are_known(make_scene, tmp_path):
    with pytest.raises(UnsupportedError, match=r"zones\.dxf: layers are written as \.gpkg, \.geojson"):
        write_scene_layers(make_scene(), tmp_path / "zones.dxf")


def test_layers_in_a_shifted_datum_claim_no_crs_and_say_what_they_are(path, make_scene):
    scene = make_scene()
    write_scene_layers(scene, path, datum="gcj02")
    back = read(path)
    assert set(back["datum"]) == {"GCJ-02"}
    # GeoJSON and KML cannot say that they have no CRS
    assert back.crs is None or path.suffix in {".geojson", ".kml"} or back.crs.to_epsg() != 4326
    there = from_datum(back.set_crs(None, allow_override=True), "GCJ-02").geometry
    assert shapely.hausdorff_distance(there.array, scene.zones.geometry.array).max() < 1e-6
    assert shapely.hausdorff_distance(back.geometry.array, scene.zones.geometry.array).min() > 1e-3


def test_an_unknown_datum_is_refused(make_scene, tmp_path):
    with pytest.raises(UnsupportedError, match="EPSG:4549 is no shifted datum; use GCJ-02 or BD-09"):
        write_scene_layers(make_scene(), tmp_path / "zones.gpkg", datum="EPSG:4549")

"""No file opens another file or the network, and nothing that a file holds is run."""

import http.server
import json
import sqlite3
import stat
import threading
import zipfile

import geopandas as gpd
import pyogrio
import pytest
from shapely import box

from gridmap.errors import TableError
from gridmap.store.layers import read_layer, write_layer
from gridmap.store.limits import Limits
from gridmap.store.readers import read_households
from gridmap.store.sheets import read_sheet

SUFFIXES = (".geojson", ".json", ".kml", ".gpkg", ".shp", ".fgb", ".dxf", ".zip", ".parquet", ".vrt", ".txt")
POINT = {
    "type": "Feature",
    "properties": {"id": "1"},
    "geometry": {"type": "Point", "coordinates": [121, 31]},
}
KML = '<?xml version="1.0"?>{}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
PLACEMARK = "<Placemark><name>{}</name><Point><coordinates>121,31</coordinates></Point></Placemark>"


@pytest.fixture
def server():
    """Listen on this machine; give the address and the list of all that was asked for."""
    asked = []

    class Ear(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_POST = do_GET  # noqa: N815 (their names are the protocol)

        def log_message(self, *_):
            """Say nothing."""

    listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{listener.server_port}", asked
    listener.shutdown()
    thread.join()
    listener.server_close()


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.csv"
    path.write_text("id,word\n1,SECRET\n2,SECRET\n")
    return path


@pytest.fixture
def geopackage(tmp_path):
    cells = gpd.GeoDataFrame({"cell_id": ["01"]}, geometry=[box(120, 30, 121, 31)], crs=4326)
    write_layer(cells, tmp_path / "a.gpkg", layer="cells")
    return tmp_path / "a.gpkg"


def orders(secret, url):
    """List texts that GDAL takes as an order to open something else."""
    layer = f'<OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>'
    virtual = f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>"
    pipeline = {"type": "gdal_streamed_alg", "command_line": f"gdal vector pipeline ! read {secret}"}
    return {
        "virtual": virtual,
        "virtual in a comment of KML": f"<!-- <kml> -->{virtual}",
        "virtual in a comment of DXF": f"999\n{virtual}\n0\nSECTION\n2\nENTITIES\n0\nENDSEC\n0\nEOF\n",
        "web service": f"<OGRWFSDataSource><URL>{url}/wfs</URL></OGRWFSDataSource><!-- <kml -->",
        "raster": f"<VRTDataset><SourceFilename>{secret}</SourceFilename></VRTDataset>",
        "tiles": f'<GDAL_WMS><Service name="WMS"><ServerUrl>{url}</ServerUrl></Service></GDAL_WMS>',
        "pipeline": json.dumps(pipeline),
        "address": f'{{"stac_version": "1.0.0", "type": "FeatureCollection", "features": [], "links": '
        f'[{{"rel": "next", "href": "{url}/next"}}]}}',
    }


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_order_to_open_something_else_is_refused_under_any_name(tmp_path, secret, server, suffix):
    url, asked = server
    for name, text in orders(secret, url).items():
        path = tmp_path / f"a{suffix}"
        path.write_text(text)
        if name == "address" and suffix != ".zip":
            assert len(read_layer(path)) == 0
            continue
        with pytest.raises(TableError, match=f"fault in a{suffix}") as caught:
            read_layer(path)
        assert "SECRET" not in str(caught.value)
    assert asked == []


@pytest.mark.parametrize("suffix", [".csv", ".txt", ".tsv", ".xlsx", ".xls", ".ods"])
def test_an_order_to_open_something_else_is_no_roster(tmp_path, secret, server, suffix):
    url, asked = server
    for text in orders(secret, url).values():
        path = tmp_path / f"a{suffix}"
        path.write_text(text)
        with pytest.raises(TableError, match=f"fault in a{suffix}") as caught:
            read_households(path)
        assert "SECRET" not in str(caught.value)
    assert asked == []


@pytest.mark.parametrize(
    "prefix", ["/vsicurl/", "/vsizip/", "/vsimem/", "WFS:", "GeoJSON:", "CSV:", "PG:", ""]
)
def test_paths_that_are_addresses_are_not_opened(server, prefix):
    url, asked = server
    for read in (read_layer, read_households):
        with pytest.raises(TableError, match=r"virtual paths and addresses|no such file"):
            read(f"{prefix}{url}/a.geojson")
    assert asked == []


def collection(crs):
    return {"type": "FeatureCollection", "crs": crs, "features": [POINT]}


@pytest.mark.parametrize("kind", ["link", "url", "name"])
@pytest.mark.parametrize("key", ["crs", "\\u0063rs", "c\\u0072\\u0073"])
def test_a_crs_that_is_an_address_is_not_fetched(tmp_path, server, kind, key):
    url, asked = server
    crs = {"type": kind, "properties": {"href": url, "url": url, "name": url}}
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps(collection(crs)).replace('"crs"', f'"{key}"'))
    with pytest.raises(TableError, match="its CRS is an address"):
        read_layer(path)
    assert asked == []


def test_a_crs_by_name_is_read_and_a_column_named_crs_is_a_column(tmp_path):
    name = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    feature = {**POINT, "properties": {"crs": "https://example.org/link"}}
    (tmp_path / "a.geojson").write_text(json.dumps({**collection(name), "features": [feature]}))
    frame = read_layer(tmp_path / "a.geojson")
    assert frame.crs.to_epsg() == 4490
    assert frame["crs"].to_list() == ["https://example.org/link"]


def test_references_in_json_are_text(tmp_path, server, secret):
    url, asked = server
    feature = {**POINT, "properties": {"id": "1", "$ref": str(secret), "href": f"{url}/a"}}
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    frame = read_layer(tmp_path / "a.geojson")
    assert frame["$ref"].to_list() == [str(secret)]
    arcs = [[[0, 0], [0, 1], [1, 1], [0, 0]]]
    shape = {"type": "Polygon", "arcs": [[0]], "properties": {"$ref": f"{url}/b"}}
    topology = {"type": "Topology", "objects": {"a": {"type": "GeometryCollection", "geometries": [shape]}}}
    crs = {"type": "name", "properties": {"name": "EPSG:4326"}}
    (tmp_path / "a.json").write_text(json.dumps({**topology, "arcs": arcs, "crs": crs}))
    assert len(read_layer(tmp_path / "a.json")) == 1
    assert asked == []


def test_links_in_kml_are_not_followed(tmp_path, server, secret):
    url, asked = server
    links = "".join(
        f"<NetworkLink><Link><href>{to}</href></Link></NetworkLink>" for to in (f"{url}/a.kml", secret)
    )
    icon = f"<Style id='s'><IconStyle><Icon><href>{url}/i.png</href></Icon></IconStyle></Style>"
    (tmp_path / "a.kml").write_text(KML.format("", icon + links + PLACEMARK.format("1")))
    frame = read_layer(tmp_path / "a.kml")
    assert "SECRET" not in frame.to_csv()
    assert asked == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY x "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE kml SYSTEM "http://127.0.0.1:1/kml.dtd">',
    ],
)
def test_xml_that_declares_entities_is_refused(tmp_path, declared, encoding):
    (tmp_path / "a.kml").write_text(KML.format(declared, PLACEMARK.format("1")), encoding=encoding)
    with pytest.raises(TableError, match="declares a document type or entities"):
        read_layer(tmp_path / "a.kml")


def test_gpx_and_svg_are_no_formats(tmp_path):
    for name in ("gpx", "svg", "gml"):
        (tmp_path / f"a.{name}").write_text(
            f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><{name}/>'
        )
        with pytest.raises(TableError, match="it is none of GeoPackage"):
            read_layer(tmp_path / f"a.{name}")


def test_a_workbook_with_entities_is_refused_and_its_links_are_not_followed(tmp_path, server):
    import xlsxwriter

    url, asked = server
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["household_id", "address"])
        sheet.write_string(1, 0, "=1+1")
        sheet.write_formula(1, 1, f"='[{url}/b.xlsx]Sheet1'!A1", value="kept")
    assert read_sheet(path).to_numpy().tolist() == [["=1+1", "kept"]]
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            declared = part.replace(b"<worksheet", b'<!DOCTYPE a [<!ENTITY x "y">]><worksheet')
            archive.writestr(name, declared)
    with pytest.raises(TableError, match="declares a document type or entities"):
        read_sheet(path)
    assert asked == []


def zipped(path, **parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return path


def geojson():
    return json.dumps({"type": "FeatureCollection", "features": [POINT]})


def test_an_archive_writes_nothing_outside_its_folder(tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    zipped(inner / "a.zip", **{"../../../outside.geojson": geojson(), "/abs.cpg": "x", "..\\b.cpg": "y"})
    assert len(read_layer(inner / "a.zip")) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["inner"]
    assert [each.name for each in inner.iterdir()] == ["a.zip"]


def test_a_member_without_a_name_is_passed_over(tmp_path):
    path = zipped(tmp_path / "a.zip", **{"a.geojson": geojson(), "x": ""})
    data = path.read_bytes()
    name = data.rindex(b"x", 0, data.rindex(b"PK\x05\x06"))
    path.write_bytes(data[:name] + b"\0" + data[name + 1 :])
    assert len(read_layer(path)) == 1


def test_links_in_an_archive_are_refused(tmp_path, secret):
    link = zipfile.ZipInfo("a.geojson")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, str(secret))
    with pytest.raises(TableError, match="links to other files"):
        read_layer(tmp_path / "a.zip")


def test_archives_within_archives_are_refused(tmp_path):
    inner = zipped(tmp_path / "inner.zip", **{"a.geojson": geojson()}).read_bytes()
    for name in ("a.geojson", "a.kml", "a.shp", "a.gpkg"):
        zipped(tmp_path / "a.zip", **{name: inner})
        with pytest.raises(TableError, match="it holds another archive"):
            read_layer(tmp_path / "a.zip")


def test_an_archive_that_unpacks_to_much_more_than_its_size_is_refused(tmp_path):
    path = zipped(tmp_path / "a.zip", **{"a.geojson": b" " * 70_000_000})
    with pytest.raises(TableError, match="times its own size when unpacked, more than the limit of 200"):
        read_layer(path)
    with pytest.raises(TableError, match=r"66\.8 MB, more than the limit of 1\.0 MB"):
        read_layer(path, limits=Limits(unpacked_bytes=2**20))
    many = zipped(tmp_path / "b.zip", **{f"{at}.txt": "" for at in range(20)}, **{"a.geojson": geojson()})
    with pytest.raises(TableError, match="21 files, more than the limit of 20 files"):
        read_layer(many, limits=Limits(members=20))


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("CREATE VIEW v AS SELECT load_extension('x') FROM cells", "view v"),
        (
            "CREATE VIEW v AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n FROM c) SELECT n FROM c",
            "view v",
        ),
        ("ALTER TABLE cells ADD COLUMN c TEXT AS (upper(cell_id))", "computed column cells.c"),
    ],
)
def test_a_geopackage_that_would_run_code_is_refused(geopackage, sql, named):
    with sqlite3.connect(geopackage) as connection:
        connection.execute(sql)
    connection.close()
    with pytest.raises(TableError, match=f"it holds what runs when it is read: {named}"):
        read_layer(geopackage)


def test_a_geopackage_whose_table_is_another_file_is_refused(geopackage, secret):
    with sqlite3.connect(geopackage) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        sql = f"CREATE VIRTUAL TABLE t USING VirtualOGR('{secret}')"
        connection.execute("INSERT INTO sqlite_master VALUES ('table', 't', 't', 0, ?)", (sql,))
    connection.close()
    with pytest.raises(TableError, match="it holds what runs when it is read: virtual table t"):
        read_layer(geopackage)


def test_triggers_of_a_geopackage_do_not_run_and_the_file_stays_as_it_is(geopackage):
    with sqlite3.connect(geopackage) as connection:
        connection.execute("CREATE TRIGGER t AFTER INSERT ON cells BEGIN DELETE FROM cells; END")
    connection.close()
    before = geopackage.read_bytes()
    assert len(read_layer(geopackage)) == 1
    assert geopackage.read_bytes() == before
    assert [each.name for each in geopackage.parent.iterdir()] == ["a.gpkg"]


def test_another_database_is_no_geopackage(tmp_path):
    with sqlite3.connect(tmp_path / "a.gpkg") as connection:
        connection.execute("CREATE TABLE cells (cell_id TEXT)")
    connection.close()
    with pytest.raises(TableError, match="it is no whole GeoPackage"):
        read_layer(tmp_path / "a.gpkg")


def test_the_settings_of_gdal_are_as_before_when_a_file_was_read(geopackage):
    pyogrio.set_gdal_config_options({"GDAL_HTTP_TIMEOUT": "7"})
    try:
        read_layer(geopackage)
        assert pyogrio.get_gdal_config_option("GDAL_HTTP_TIMEOUT") == 7
        assert pyogrio.get_gdal_config_option("GDAL_HTTP_PROXY") is None
    finally:
        pyogrio.set_gdal_config_options({"GDAL_HTTP_TIMEOUT": None})


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".zip", ".kml", ".parquet"])
def test_formulas_and_markup_stay_text_in_layers(tmp_path, suffix):
    words = ["=1+1", "<b>x</b>", "@SUM(A1)", "&amp;", "{{7*7}}", "$x^2$"]
    shapes = [box(120 + at, 30, 121 + at, 31) for at in range(len(words))]
    write_layer(gpd.GeoDataFrame({"word": words}, geometry=shapes, crs=4326), tmp_path / f"a{suffix}")
    assert read_layer(tmp_path / f"a{suffix}")["word"].to_list() == words

"""Each limit refuses what is beyond it with a clear message, and is raised by who means it."""

import subprocess
import sys
import zipfile
from dataclasses import fields
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, Point, box

import gridmap as gm
from gridmap.errors import TableError
from gridmap.store.layers import read_layer, write_layer
from gridmap.store.limits import Limits
from gridmap.store.sheets import read_sheet

SPARSE_BYTES = 2 * 2**30
MOST_MEMORY_BYTES = 3 * 2**30


@pytest.fixture
def roster(tmp_path):
    """Three households of four columns."""
    homes = pd.DataFrame(
        {"household_id": list("abc"), "address": ["1幢", "2幢", "3幢"], "lon": "121", "lat": "31"}
    )
    homes.to_csv(tmp_path / "homes.csv", index=False)
    return tmp_path / "homes.csv"


@pytest.fixture
def cells(tmp_path):
    """Two squares of five vertices, and a circle of 33."""
    shapes = [box(120, 30, 121, 31), box(121, 30, 122, 31), Point(130, 30).buffer(1, quad_segs=8)]
    return gpd.GeoDataFrame({"cell_id": list("abc")}, geometry=shapes, crs=4326)


def test_a_limit_of_nothing_is_refused():
    for field in fields(Limits):
        with pytest.raises(ValueError, match=f"the limit {field.name} is 0; it must be 1 or more"):
            Limits(**{field.name: 0})


@pytest.mark.parametrize(
    ("limit", "enough", "words"),
    [
        ("rows", 3, "3 rows, more than the limit of 2 rows"),
        ("text_length", 12, "12 letters in one value, more than the limit of 11 letters"),
        ("columns", 4, "4 columns, more than the limit of 3 columns"),
        ("text_bytes", 83, "83 bytes, more than the limit of 82 bytes"),
    ],
)
def test_a_roster_beyond_a_limit_is_refused_and_read_when_it_is_raised(tmp_path, limit, enough, words):
    path = tmp_path / "homes.csv"
    path.write_text("household_id,address,lon,lat\na,1,121,31\nb,2,121,31\nhouseholdcde,3,121,31\n")
    enough = path.stat().st_size if limit == "text_bytes" else enough
    words = words.replace("83", str(enough)).replace("82", str(enough - 1))
    with pytest.raises(
        TableError, match=f"1 fault in homes.csv\n.*{words}.*limits=Limits\\({limit}={enough}\\)"
    ):
        gm.read_households(path, crs="EPSG:4326", limits=Limits(**{limit: enough - 1}))
    assert len(read_sheet(path, limits=Limits(**{limit: enough}))) == 3


@pytest.mark.parametrize(
    ("limit", "enough", "words"),
    [
        ("rows", 3, "3 rows, more than the limit of 2 rows"),
        ("row_vertices", 33, "row 3: it holds 33 vertices in one row, more than the limit of 32"),
        ("vertices", 43, "43 vertices, more than the limit of 42 vertices"),
    ],
)
def test_a_grid_beyond_a_limit_is_refused_and_read_when_it_is_raised(tmp_path, cells, limit, enough, words):
    for suffix in (".gpkg", ".geojson", ".zip", ".kml", ".parquet"):
        path = tmp_path / f"cells{suffix}"
        write_layer(cells, path)
        with pytest.raises(TableError, match=words):
            gm.read_grid(path, limits=Limits(**{limit: enough - 1}))
        assert len(read_layer(path, limits=Limits(**{limit: enough}))) == 3


def test_every_door_takes_limits(roster):
    few = Limits(rows=1)
    for read in (gm.read_households, gm.read_officials, gm.read_cases, gm.read_sites, gm.read_grid):
        with pytest.raises(TableError, match=r"rows|it is none of"):
            read(roster, limits=few)


def test_json_that_is_nested_too_deep_is_refused(tmp_path):
    def nested(depth):
        inner = "[" * depth + "]" * depth
        properties = f'{{"id": "]]]]\\"[[[[", "deep": {inner}}}'
        feature = f'{{"type": "Feature", "properties": {properties}, "geometry": null}}'
        (tmp_path / "a.geojson").write_text(f'{{"type": "FeatureCollection", "features": [{feature}]}}')
        (tmp_path / "list.json").write_text(f"[{feature}]")
        return tmp_path / "a.geojson"

    assert len(read_layer(nested(56))) == 1
    with pytest.raises(TableError, match="61 levels within each other, more than the limit of 60"):
        read_layer(nested(57))
    assert len(read_layer(nested(57), limits=Limits(nesting=61))) == 1
    for path in (nested(200_000), tmp_path / "list.json"):
        with pytest.raises(TableError, match="levels within each other, more than the limit of 60"):
            read_layer(path)
        with pytest.raises(TableError, match=r"it cannot be read|it is no JSON"):
            read_layer(path, limits=Limits(nesting=1_000_000))


def test_kml_that_is_nested_too_deep_is_refused(tmp_path):
    inner = "<Folder>" * 100_000 + "</Folder>" * 100_000
    (tmp_path / "a.kml").write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2">{inner}</kml>')
    with pytest.raises(TableError, match="100,001 levels within each other"):
        read_layer(tmp_path / "a.kml")


def workbook(path, sheet, texts=""):
    """Write the least that is a workbook."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    link = '<Relationships xmlns="{}"><Relationship Id="r{}" Type="{}/{}" Target="{}"/></Relationships>'
    parts = {
        "_rels/.rels": link.format(package, 1, office, "officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": link.format(package, 1, office, "worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{texts}</sst>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return path


def cell(name):
    return f'<c r="{name}" t="inlineStr"><is><t>x</t></is></c>'


def test_a_cell_at_the_far_end_of_a_tiny_workbook_is_refused(tmp_path):
    far = f'<row r="1">{cell("A1")}</row><row r="1048576">{cell("XFD1048576")}</row>'
    with pytest.raises(TableError, match="up to row 1048576 and column 16384: it holds 17,179,869,184 cells"):
        read_sheet(workbook(tmp_path / "a.xlsx", far))
    near = f'<row r="1">{cell("A1")}{cell("B1")}</row><row r="3">{cell("B3")}</row>'
    assert len(read_sheet(workbook(tmp_path / "a.xlsx", near))) == 1
    with pytest.raises(
        TableError, match="up to row 3 and column 2: it holds 6 cells, more than the limit of 5"
    ):
        read_sheet(tmp_path / "a.xlsx", limits=Limits(cells=5))


def test_a_long_text_that_many_cells_share_is_refused(tmp_path):
    cells = "".join(f'<c r="A{at}" t="s"><v>0</v></c>' for at in range(1, 101))
    path = workbook(tmp_path / "a.xlsx", f'<row r="1">{cells}</row>', f"<si><t>{'x' * 30_000}</t></si>")
    with pytest.raises(TableError, match=r"it holds 2\.9 MB, more than the limit of 2\.0 MB"):
        read_sheet(path, limits=Limits(unpacked_bytes=2 * 2**20))


def test_one_wide_row_does_not_make_all_rows_wide(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n" + "1,2\n" * 100 + "," * 199 + "\n" + "3" + "," * 199 + "4\n")
    with pytest.raises(TableError, match="20,200 cells, more than the limit of 1,000 cells"):
        read_sheet(tmp_path / "a.csv", limits=Limits(cells=1_000))
    with pytest.raises(TableError, match="200 columns, more than the limit of 100"):
        read_sheet(tmp_path / "a.csv", limits=Limits(columns=100))


def test_a_small_parquet_file_that_unpacks_to_much_is_refused(tmp_path):
    frame = pd.DataFrame({"household_id": ["x" * 1000] * 100_000, "address": "y"})
    frame.to_parquet(tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").stat().st_size < 20_000
    with pytest.raises(TableError, match=r"more than the limit of 16\.0 MB"):
        read_sheet(tmp_path / "a.parquet", limits=Limits(unpacked_bytes=2**24))
    with pytest.raises(TableError, match="100,000 rows, more than the limit of 99,999 rows"):
        read_sheet(tmp_path / "a.parquet", limits=Limits(rows=99_999))


def test_a_layer_with_one_endless_line_is_refused(tmp_path):
    line = LineString([(120 + at / 1e4, 30) for at in range(1_000)])
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[line], crs=4326)
    write_layer(frame, tmp_path / "a.gpkg")
    with pytest.raises(TableError, match="row 1: it holds 1,000 vertices in one row"):
        read_layer(tmp_path / "a.gpkg", limits=Limits(row_vertices=999))


def test_an_old_workbook_whose_damage_ends_its_reader_is_refused(tmp_path):
    data = (Path(__file__).parents[1] / "data" / "roster.xls").read_bytes()
    (tmp_path / "a.xls").write_bytes(data[:4471] + b"\x7f" * 200 + data[4671:])
    with pytest.raises(TableError, match=r"1 fault in a\.xls\n.*reading it ends the reader"):
        read_sheet(tmp_path / "a.xls")


READ = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
import gridmap as gm
for path in sys.argv[2:]:
    for read in (gm.read_households, gm.read_grid):
        try:
            read(path)
        except gm.GridmapError as error:
            print(error)
print("PEAK", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


def test_files_of_two_gigabytes_are_refused_at_once_and_nobody_is_killed(tmp_path):
    starts = {"huge.csv": "household_id,address\n", "huge.geojson": '{"type": ', "huge.kml": "<kml>"}
    for name, start in starts.items():
        (tmp_path / name).write_text(start)
        with (tmp_path / name).open("rb+") as stream:
            stream.truncate(SPARSE_BYTES)  # no room is used on the disk
    paths = [str(tmp_path / name) for name in starts]
    command = [sys.executable, "-c", READ, str(MOST_MEMORY_BYTES), *paths]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("2.0 GB, more than the limit of 512.0 MB") == 6
    assert int(done.stdout.split("PEAK")[1]) < 2**30

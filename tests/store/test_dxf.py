"""Drawings written by hand: group code, value, group code, value."""

import zlib

import pytest
import shapely

from gridmap.errors import GridmapWarning, TableError
from gridmap.store.layers import read_layer
from gridmap.store.readers import read_grid
from tests.warned import warned


def entity(kind, layer, *pairs):
    return [(0, kind), (8, layer), *pairs]


def polyline(layer, points, *, closed):
    corners = [pair for x, y in points for pair in ((10, x), (20, y))]
    return [
        (0, "LWPOLYLINE"),
        (5, f"{zlib.crc32(repr((layer, points)).encode()) % 60000 + 256:X}"),
        (100, "AcDbEntity"),
        (8, layer),
        (100, "AcDbPolyline"),
        (90, len(points)),
        (70, int(closed)),
        *corners,
    ]


def text(layer, x, y, words):
    return entity("TEXT", layer, (10, x), (20, y), (40, 1), (1, words))


def drawing(path, *entities, encoding="utf-8"):
    """Write a drawing of AutoCAD 2007, whose text is UTF-8, or of an older one in GBK."""
    version = [(9, "$ACADVER"), (1, "AC1021" if encoding == "utf-8" else "AC1015")]
    page = [] if encoding == "utf-8" else [(9, "$DWGCODEPAGE"), (3, "ANSI_936")]
    header = [(0, "SECTION"), (2, "HEADER"), *version, *page, (0, "ENDSEC")]
    body = [(0, "SECTION"), (2, "ENTITIES"), *(pair for each in entities for pair in each), (0, "ENDSEC")]
    lines = [f"{code}\n{value}\n" for code, value in [*header, *body, (0, "EOF")]]
    path.write_bytes("".join(lines).encode(encoding))
    return path


@pytest.fixture
def village(tmp_path):
    """Two squares of 10 m side by side, a road, and a yard of 4 m inside the first.

    +------+------+
    | 甲   | 乙   |
    | 01 # | 02   |
    +------+------+
    """
    x, y = 586000, 3408000
    one = [(x, y), (x + 10, y), (x + 10, y + 10), (x, y + 10)]
    two = [(x + 10, y), (x + 20, y), (x + 20, y + 10), (x + 10, y + 10), (x + 10, y)]
    return (
        polyline("网格", one, closed=True),
        polyline("网格", two, closed=False),  # it ends where it begins
        polyline("道路", [(x, y - 5), (x + 20, y - 5)], closed=False),
        text("注记", x + 2, y + 2, "01"),
        text("注记", x + 2, y + 8, "甲网格"),
        text("注记", x + 12, y + 2, "02"),
        text("注记", x + 12, y + 8, "乙网格"),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_closed_lines_of_a_drawing_become_cells_with_the_texts_inside_them(tmp_path, village, encoding):
    path = drawing(tmp_path / "a.dxf", *village, encoding=encoding)
    with warned(GridmapWarning, match="drawing layer 道路: 1 of its lines and signs are no closed"):
        grid = read_grid(path, crs="EPSG:4549")
    assert grid.index.to_list() == ["01", "02"]
    assert grid["name"].to_list() == ["甲网格", "乙网格"]
    assert grid["drawing_layer"].to_list() == ["网格", "网格"]
    assert grid.area.to_list() == [100.0, 100.0]
    assert grid.crs.to_epsg() == 4549


def test_a_drawing_in_metres_asks_for_its_crs(tmp_path, village):
    with pytest.raises(TableError, match=r"no CRS, and coordinates such as .* are not degrees"):
        read_grid(drawing(tmp_path / "a.dxf", *village))


def test_a_text_belongs_to_the_smallest_outline_around_it(tmp_path):
    yard = [(4, 4), (8, 4), (8, 8), (4, 8)]
    whole = [(0, 0), (10, 0), (10, 10), (0, 10)]
    path = drawing(
        tmp_path / "a.dxf",
        polyline("0", whole, closed=True),
        polyline("0", yard, closed=True),
        text("0", 1, 1, "A"),
        text("0", 5, 5, "B"),
    )
    frame = read_layer(path)
    assert frame["cell_id"].to_list() == ["A", "B"]
    assert shapely.area(frame.geometry.to_numpy()).tolist() == [100.0, 16.0]


def test_outlines_without_a_code_are_known_by_their_name_or_their_handle(tmp_path):
    squares = [[(at, 0), (at + 1, 0), (at + 1, 1), (at, 1)] for at in (0, 2, 4, 6)]
    path = drawing(
        tmp_path / "a.dxf",
        *(polyline("0", square, closed=True) for square in squares),
        text("0", 0.5, 0.5, "甲"),
        text("0", 2.5, 0.5, "乙"),
        text("0", 4.5, 0.5, "乙"),
    )
    frame = read_layer(path)
    assert frame["cell_id"][0] == "甲"
    assert frame["cell_id"].is_unique
    (finding,) = frame.attrs["findings"]
    assert finding.what.startswith("1 outlines hold no text")


def test_a_drawing_without_outlines_has_no_cells_and_says_what_it_has(tmp_path):
    road = polyline("道路", [(0, 0), (1, 1)], closed=False)
    frame = read_layer(drawing(tmp_path / "a.dxf", road, text("注记", 0, 0, "01")))
    assert len(frame) == 0
    assert [finding.where for finding in frame.attrs["findings"]] == ["drawing layer 道路"]
    assert len(read_layer(drawing(tmp_path / "b.dxf", text("注记", 0, 0, "01")))) == 0
    assert len(read_layer(drawing(tmp_path / "c.dxf"))) == 0


def test_a_broken_drawing_is_told(tmp_path):
    (tmp_path / "a.dxf").write_text("  0\nSECTION\n  2\nENTI")
    with pytest.raises(TableError, match=r"a\.dxf"):
        read_layer(tmp_path / "a.dxf")

"""Cells are read in the browser as they were written here, every border once and for both its cells."""

import json
import shutil
import subprocess
import zlib
from base64 import b64encode
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from gridmap.core.encode import (
    MAGIC,
    encode_borders,
    encode_cells,
    encode_topology,
    thinned,
    to_mercator,
    varints,
)
from gridmap.core.topology import topology_of
from gridmap.errors import CrsMismatchError
from gridmap.model.crs import transformer

JS = Path(__file__).resolve().parents[2] / "gridmap" / "widget" / "js" / "grid" / "cells.js"
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed")
MERCATOR = "EPSG:3857"


def numbers(data):
    """Read whole numbers one by one, as the rule says."""
    value, shift = 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield -(value + 1) // 2 if value % 2 else value // 2
            value, shift = 0, 0


def decoded(many, folder):
    """What the browser makes of encoded cells, compressed or not; all in one run of node."""
    written = [data for each in many for data in (each.data, each.plain)]
    heads = [each.head() for each in many for _ in range(2)]
    asked = [{**head, "data": b64encode(data).decode()} for head, data in zip(heads, written, strict=True)]
    (folder / "asked.json").write_text(json.dumps(asked))
    script = folder / "read.mjs"
    script.write_text(
        f"""
        import {{ readFileSync }} from "node:fs";
        import {{ decodeCells }} from {json.dumps(JS.as_uri())};
        const asked = JSON.parse(readFileSync(new URL("asked.json", import.meta.url)));
        const answer = asked.map((each) => {{
          const cells = decodeCells(each, {{ arcs: new Uint8Array(Buffer.from(each.data, "base64")) }});
          const plain = (value) => (value?.buffer ? [...value] : value);
          return Object.fromEntries(Object.entries(cells).map(([key, value]) => [key, plain(value)]));
        }});
        console.log(JSON.stringify(answer));
        """
    )
    text = subprocess.run([NODE, script], check=True, capture_output=True, text=True).stdout
    read = json.loads(text)
    assert read[::2] == read[1::2]
    return read[::2]


def on_lattice(topology, encoded, xy):
    """The borders as they should come out: rounded to the lattice, without vertices that stand still."""
    lattice = np.rint((xy - np.array(encoded.origin)) / encoded.step).astype(int).tolist()
    borders = []
    for begin, end in pairwise(topology.first.tolist()):
        first, *rest = lattice[begin:end]
        inner = [b for a, b in pairwise([first, *rest[:-1]]) if a != b]
        borders.append([first, *inner, rest[-1]])
    return borders


def borders_of(cells):
    places = list(zip(cells["xs"], cells["ys"], strict=True))
    return [[list(place) for place in places[a:b]] for a, b in pairwise(cells["first"])]


def polygon_of(cells, cell):
    """A cell as the area that its borders enclose, in metres."""
    arcs = cells["arcOf"][cells["arcFirst"][cell] : cells["arcFirst"][cell + 1]]
    lines = [shapely.LineString(borders_of(cells)[arc]) for arc in arcs]
    faces = shapely.get_parts(shapely.polygonize(lines))
    x, y = cells["middle"][2 * cell : 2 * cell + 2]
    area = shapely.MultiPolygon([face for face in faces if is_in(lines, face.representative_point())])
    assert area.buffer(1e-9).contains(shapely.Point(x, y))
    step, origin = cells["step"], np.array(cells["origin"])
    return shapely.transform(area, lambda xy: origin + xy * step)


def is_in(lines, point):
    ray = shapely.LineString([point, (1e9, point.y + 0.1234567)])
    return sum(len(shapely.get_parts(line.intersection(ray))) for line in lines if line.crosses(ray)) % 2 == 1


@pytest.fixture
def cells():
    """
    +-------+-------+
    |   a   |   b   |    c lies in the hole of a, d has two parts, e is missing; a unit is 100 m
    +-------+-------+
    """
    hole = box(25, 25, 50, 50)
    two = shapely.union(box(0, 100, 100, 200), box(300, 300, 400, 400))
    shapes = [box(0, 0, 100, 100).difference(hole), box(100, 0, 200, 100), hole, two, None]
    return gpd.GeoSeries(shapes, crs=MERCATOR)


@needs_node
def test_cells_come_out_as_they_went_in(cells, tmp_path):
    (read,) = decoded([encode_cells(cells)], tmp_path)
    shapes = [polygon_of(read, cell) for cell in range(4)]
    assert shapely.equals(np.array(shapes), np.asarray(cells)[:4]).all()
    assert read["arcFirst"][4] == read["arcFirst"][5]  # no border
    assert sum(len(border) - 1 for border in borders_of(read)) == 18  # of 24 sides six are borders of two
    assert read["box"][:4] == [0, 0, 1000, 1000]


@needs_node
def test_borders_found_in_metres_are_those_of_the_same_cells_in_degrees(cells, tmp_path):
    ground = cells.translate(500_000, 3_400_000).set_crs(4549, allow_override=True)
    topology = topology_of(np.asarray(ground.array, dtype=object))
    east, north = topology.xy.T
    lonlat = np.column_stack(transformer(4549, 4326).transform(east, north))
    found = [encode_borders(topology, to_mercator(lonlat, 4326)), encode_cells(ground.to_crs(4326))]
    read, plain = decoded(found, tmp_path)
    for cell in range(4):
        apart = shapely.hausdorff_distance(polygon_of(read, cell), polygon_of(plain, cell))
        assert apart <= 2**0.5 * found[0].step


@needs_node
def test_the_cell_on_the_left_of_a_border_is_told_from_the_one_on_its_right(cells, tmp_path):
    (read,) = decoded([encode_cells(cells)], tmp_path)
    for border, left, right in zip(borders_of(read), read["left"], read["right"], strict=True):
        (x1, y1), (x2, y2) = border[:2]
        across = np.array([y1 - y2, x2 - x1]) / np.hypot(x2 - x1, y2 - y1)
        middle = np.array([x1 + x2, y1 + y2]) / 2
        for side, cell in ((across, left), (-across, right)):
            found = np.flatnonzero(shapely.contains_xy(np.asarray(cells)[:4], *(middle + side) / 10))
            assert found.tolist() == ([cell] if cell >= 0 else [])


def crooked(seed, columns, rows):
    """A coverage of crooked cells in degrees, of very different sizes, with wiggly sides."""
    rng = np.random.default_rng(seed)
    size = 10.0 ** rng.uniform(-6, 0)  # from a tenth of a metre to a degree
    corner = rng.uniform(-0.3, 0.3, (columns + 1, rows + 1, 2))
    west, south = rng.uniform(-170, 170), rng.uniform(-70, 70)

    def node(x, y):
        return np.array([west, south]) + size * (np.array([x, y]) + corner[x, y])

    def side(start, end):
        if start > end:
            return side(end, start)[::-1]
        count = int(rng_of(seed, start, end).integers(2, 20))
        along = np.linspace(0, 1, count)[:, None]
        wiggle = rng_of(seed, end, start).uniform(-0.05, 0.05, (count, 2)) * size
        wiggle[[0, -1]] = 0
        return node(*start) + along * (node(*end) - node(*start)) + wiggle

    shapes = []
    for x in range(columns):
        for y in range(rows):
            corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)]
            shapes.append(shapely.Polygon(np.concatenate([side(*pair)[:-1] for pair in pairwise(corners)])))
    return gpd.GeoSeries(shapes, crs="EPSG:4490")


def rng_of(seed, one, other):
    return np.random.default_rng([seed, *one, *other])


@needs_node
def test_any_coverage_is_read_as_it_was_written(tmp_path):
    grids = [crooked(seed, 1 + seed % 5, 1 + seed % 3) for seed in range(40)]
    # of gaps, overlaps and cells that lie apart nothing is lost either
    grids += [grid.iloc[::2] for grid in grids[3:6]] + [grid.scale(1.3, 1.3) for grid in grids[3:6]]
    encoded = [encode_cells(grid) for grid in grids]
    for grid, each, read in zip(grids, encoded, decoded(encoded, tmp_path), strict=True):
        topology = topology_of(np.asarray(grid.array, dtype=object))
        assert (read["left"], read["right"]) == (topology.left.tolist(), topology.right.tolist())
        assert borders_of(read) == on_lattice(topology, each, to_mercator(topology.xy, grid.crs))


def test_a_border_is_moved_by_half_a_step_at_most_and_written_in_few_bytes():
    grid = crooked(7, 30, 30)
    encoded = encode_cells(grid)
    vertices = shapely.get_num_coordinates(np.asarray(grid.array)).sum() / 2
    assert encoded.step == 0.1
    assert len(encoded.data) < 6 * vertices


def test_the_same_cells_give_the_same_bytes(cells):
    assert encode_cells(cells).data == encode_cells(cells.copy()).data


def test_any_crs_is_laid_on_the_same_lattice():
    grid = gpd.GeoSeries([box(120.9, 30.8, 120.91, 30.81)], crs="EPSG:4490")
    there = grid.to_crs("EPSG:4549")
    (west, south), (west_too, south_too) = encode_cells(grid).origin, encode_cells(there).origin
    assert (west, south) == (west_too, south_too)


def test_a_pole_lies_at_the_edge_of_the_map():
    assert to_mercator(np.array([[0.0, 90.0], [180.0, -90.0]]), "EPSG:4326").tolist() == [
        [0.0, 20037508.342789244],
        [20037508.342789244, -20037508.342789244],
    ]


def test_cells_without_a_crs_are_refused():
    with pytest.raises(CrsMismatchError, match="no CRS"):
        encode_cells(gpd.GeoSeries([box(0, 0, 1, 1)]))


@needs_node
def test_nothing_is_encoded_as_nothing(tmp_path):
    empty = encode_cells(gpd.GeoSeries([], crs=MERCATOR))
    missing = encode_cells(gpd.GeoSeries([None, shapely.Polygon()], crs=MERCATOR))
    assert zlib.decompress(empty.data.removeprefix(MAGIC)) == b""
    assert [(read["n"], read["xs"]) for read in decoded([empty, missing], tmp_path)] == [(0, []), (2, [])]


def test_thinned_borders_keep_their_ends_and_lie_near_the_old_ones():
    grid = crooked(2, 12, 12).to_crs(MERCATOR)
    topology = topology_of(np.asarray(grid.array, dtype=object))
    tolerance = float(np.sqrt(grid.area.median()) / 40)
    fewer, xy = thinned(topology, topology.xy, tolerance)
    assert len(xy) < 0.8 * len(topology.xy)
    assert (xy[fewer.first[:-1]] == topology.xy[topology.first[:-1]]).all()
    assert (xy[fewer.first[1:] - 1] == topology.xy[topology.first[1:] - 1]).all()
    for arc in range(len(fewer.first) - 1):
        old = shapely.LineString(topology.xy[topology.first[arc] : topology.first[arc + 1]])
        new = shapely.LineString(xy[fewer.first[arc] : fewer.first[arc + 1]])
        assert shapely.hausdorff_distance(old, new) <= tolerance * 1.001
    assert encode_topology(fewer, xy, step=0.1).cells == 144


def test_a_cell_that_thinning_would_close_keeps_its_area():
    lens = shapely.Polygon([(0, 0), (10, -2), (20, 0), (10, 2)])
    whole = box(-100, -100, 100, 100).difference(lens)
    topology = topology_of(np.array([whole, lens], dtype=object))
    fewer, xy = thinned(topology, topology.xy, 5.0)
    assert len(xy) == len(topology.xy)
    assert fewer.first.tolist() == topology.first.tolist()


@given(st.lists(st.integers(-(2**60), 2**60)))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_numbers_of_any_size_are_kept(values):
    assert list(numbers(varints(np.array(values, dtype=np.int64)))) == values

"""Encoded cells come out as they went in, with every border written once."""

import json
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from gridmap.core.encode import encode, varints

JS = Path(__file__).resolve().parents[2] / "gridmap" / "widget" / "js" / "arcs.js"


def numbers(data):
    """Read whole numbers one by one, as the rule says."""
    value, shift = 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield -(value + 1) // 2 if value % 2 else value // 2
            value, shift = 0, 0


def decoded(encoded):
    stream, arcs, x, y = list(numbers(encoded.arcs)), [], 0, 0
    while stream:
        size, *stream = stream
        arc = []
        for place in range(size):
            x, y = x + stream[2 * place], y + stream[2 * place + 1]
            arc.append((x / encoded.scale, y / encoded.scale))
        stream = stream[2 * size :]
        arcs.append(arc)
    ring = [
        [
            [
                [p for h in half for p in (arcs[h // 2][:0:-1] if h % 2 else arcs[h // 2][:-1])]
                for half in polygon
            ]
            for polygon in cell
        ]
        for cell in encoded.polygons
    ]
    return [shapely.MultiPolygon([(outer, holes) for outer, *holes in cell]) for cell in ring], arcs


@pytest.fixture
def cells():
    """
    +-------+-------+
    |   a   |   b   |    c lies in the hole of a, d has two parts, e is missing
    +-------+-------+
    """
    hole = box(0.25, 0.25, 0.5, 0.5)
    two = shapely.union(box(0, 1, 1, 2), box(3, 3, 4, 4))
    return np.array([box(0, 0, 1, 1).difference(hole), box(1, 0, 2, 1), hole, two, None], dtype=object)


def test_cells_come_out_as_they_went_in(cells):
    shapes, arcs = decoded(encode(cells, decimals=2))
    assert [shape.is_empty for shape in shapes] == [False] * 4 + [True]
    assert shapely.equals(np.array(shapes[:4]), cells[:4]).all()
    assert sum(len(arc) - 1 for arc in arcs) == 18  # of 24 sides six are borders of two


def test_coordinates_are_rounded_to_the_digits_that_are_asked_for():
    shapes, _ = decoded(encode(np.array([box(-0.12345, 0, 1.00001, 1)], dtype=object), decimals=3))
    assert shapes[0].bounds == (-0.123, 0.0, 1.0, 1.0)


def test_nothing_is_encoded_as_nothing():
    encoded = encode(np.array([], dtype=object), decimals=6)
    assert (encoded.arcs, encoded.polygons) == (b"", [])


@given(st.lists(st.integers(-(2**60), 2**60)))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_numbers_of_any_size_are_kept(values):
    assert list(numbers(varints(np.array(values, dtype=np.int64)))) == values


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_browser_reads_what_is_written(cells, tmp_path):
    encoded = encode(cells, decimals=6)
    packed = {"data": b64encode(encoded.arcs).decode(), "scale": encoded.scale}
    script = tmp_path / "read.mjs"
    script.write_text(
        f"import {{ polygonsOf, unpackArcs }} from {json.dumps(JS.as_uri())};\n"
        f"const arcs = unpackArcs({json.dumps(packed)});\n"
        f"const cells = {json.dumps(encoded.polygons)};\n"
        "console.log(JSON.stringify(cells.map((cell) => polygonsOf(cell, arcs))));\n"
    )
    text = subprocess.run(["node", script], check=True, capture_output=True, text=True).stdout
    shapes = [shapely.MultiPolygon([(outer, holes) for outer, *holes in cell]) for cell in json.loads(text)]
    assert shapely.equals(np.array(shapes[:4]), cells[:4]).all()
    assert shapes[4].is_empty

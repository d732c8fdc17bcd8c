"""What a picture tells, and what the marks make of it; nothing is timed here."""

import numpy as np
import pytest

from benchmarks.browser.contestants import GRIDMAP, IPYLEAFLET
from benchmarks.browser.marks import marks, of
from benchmarks.browser.report import as_markdown, why_never
from benchmarks.browser.visit import Visit
from benchmarks.browser.watch import Drawn, _full_since, plain_place
from benchmarks.browser.world import zoom_of

WHITE, BLUE, GREY = (255, 255, 255), (33, 102, 172), (120, 120, 120)


def picture(colour, *, upto=100):
    """A white picture of 100 x 100 whose first columns have a colour."""
    pixels = np.full((100, 100, 3), WHITE, dtype=np.int16)
    pixels[:, :upto] = colour
    return pixels


def visit(name, seconds, **figures):
    drawn = Drawn(seconds, 0.0 if seconds is None else 0.3, 10)
    return Visit(name, 1.0, drawn, 9_000_000, 1_000, [], "", figures)


def test_a_picture_is_full_from_when_on_it_stays_as_it_is_in_the_end():
    changes = [
        (0.1, picture(WHITE)),
        (0.5, picture(BLUE, upto=60)),
        (0.9, picture(BLUE)),
        (1.4, picture(BLUE)),
    ]
    assert _full_since(changes) == 0.9
    assert _full_since([*changes, (2.0, picture(BLUE, upto=98))]) == 2.0


def test_a_picture_without_colour_is_none():
    assert _full_since([(0.1, picture(WHITE)), (0.2, picture(GREY))]) is None
    assert _full_since([]) is None


def test_the_place_to_click_lies_in_the_blue_next_to_the_middle():
    box = {"x": 200, "y": 100, "width": 100, "height": 100}
    assert plain_place(picture(BLUE, upto=30), box) == (226, 150)  # 8 of the 9 columns round it are blue
    with pytest.raises(ValueError, match="nothing blue"):
        plain_place(picture(WHITE), box)


def test_the_whole_earth_fills_three_tiles_and_a_half():
    assert zoom_of((-180, -60, 180, 60)) == 1.75


def test_a_mark_is_reached_by_the_ratio_of_the_medians():
    visits = {
        "usual": [
            *(visit(GRIDMAP.name, each, click_s=0.1) for each in (0.5, 0.7, 9.0)),
            *(visit(IPYLEAFLET.name, each, click_s=0.29) for each in (5.0, 5.6, 5.8)),
        ],
        "many": [
            visit(GRIDMAP.name, 2.0, brush={"step_ms": 1.5, "answered_ms": 120}),
            visit(IPYLEAFLET.name, None),
        ],
    }
    found = marks(visits, 180)
    assert [(mark.measured, mark.reached) for mark in found] == [
        ("8.0 x (0.70 s; ipyleaflet 5.60 s)", True),
        ("2.9 x (0.10 s; ipyleaflet 0.29 s)", False),
        ("more than 90 x (2.00 s; ipyleaflet not within 180 s)", True),
        ("2 s", True),
        ("1.5 ms", True),
        ("120 ms", False),
        ("9 MB", True),
        ("1 kB", True),
        ("0", True),
    ]
    assert len(of(visits, "usual", GRIDMAP.name)) == 3
    page = as_markdown(visits, found, machine="2 cores", versions={"gridmap": "1"}, limit_s=180)
    assert "| ipyleaflet | never |" in page


def test_why_nothing_was_drawn_is_said():
    seen = visit("lonboard", None)
    seen.outside, seen.complaint = ["https://cdn.example/parquet.wasm"], "Failed to fetch"
    assert why_never(seen) == "asks for https://cdn.example/parquet.wasm; Failed to fetch"

"""The map of faults: what is drawn, and that texts stay texts."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridmap.export.fault_map import export_fault_map


@pytest.fixture
def grid():
    """One square of 0.02 degrees."""
    index = pd.Index(["a"], name="cell_id")
    return gpd.GeoDataFrame(
        {"name": ["甲"]}, geometry=[shapely.box(120.9, 30.8, 120.92, 30.82)], index=index, crs=4326
    )


def places(*rows):
    columns = {name: [row[at] for row in rows] for at, name in enumerate(("kind", "label", "cure"))}
    return gpd.GeoDataFrame(columns, geometry=[row[3] for row in rows], crs=4326)


def test_shapes_and_points_are_drawn_and_what_has_no_place_is_not(grid, tmp_path):
    found = places(
        ("gap", "a, b (3.0 m2)", "correct the borders", shapely.box(120.9, 30.8, 120.901, 30.801)),
        ("bad_phone", "household 7", "correct the phone", shapely.Point(120.91, 30.81)),
        ("no_location", "household 8", "add coordinates", None),
    )
    page = export_fault_map(found, grid, tmp_path / "m.html", lang="en").read_text(encoding="utf-8")
    assert "a, b (3.0 m2)" in page
    assert "household 7" in page
    assert "household 8" not in page


def test_places_far_away_are_counted_and_do_not_shrink_the_map(grid, tmp_path):
    found = places(("outside_grid", "household 9", "", shapely.Point(100.0, 20.0)))
    zh = export_fault_map(found, grid, tmp_path / "m.html").read_text(encoding="utf-8")
    assert "另有 1 处远在网格之外" in zh
    assert "household 9" not in zh


def test_hostile_labels_stay_text(grid, tmp_path):
    found = places(("gap", "</script><img src=x onerror=alert(1)>", "${x}", shapely.Point(120.91, 30.81)))
    page = export_fault_map(found, grid, tmp_path / "m.html").read_text(encoding="utf-8")
    assert "<img src=x" not in page


def test_nothing_to_draw_is_a_map_of_the_cells(grid, tmp_path):
    empty = places(("gap", "", "", shapely.Point(0, 0))).iloc[:0]
    assert export_fault_map(empty, grid, tmp_path / "m.html").stat().st_size > 10_000

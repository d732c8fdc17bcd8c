"""The compounds on the web map without scripts: what can be found by name, and no more."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from gridmap.export import still_places
from gridmap.export.still_places import places_table
from gridmap.export.webmap import draw_map_page


def places(*rows):
    return pd.DataFrame(
        [(*row, 120.9, 30.8) for row in rows], columns=["name", "within", "zones", "lon", "lat"]
    )


@pytest.fixture
def scene(make_scene):
    """A village in two zones, a compound of which one building is sealed, and one in no zone."""
    return replace(
        make_scene(),
        places=places(
            ("枫南村", -1, ("P-1",)),
            ("枫南新村", -1, ("", "C-1", "S-1")),
            ("2幢", 1, ("C-1",)),
            ("3幢", 1, ("S-1",)),
            ("<b>远处</b>", -1, ("",)),
            ("9幢", 4, ("",)),
        ),
    )


def test_places_stand_with_their_zones_the_strictest_first(scene):
    table = places_table(scene)
    assert table.startswith('<details class="gm-still-places"><summary>按名称查找小区、村镇(2处)</summary>')
    assert table.index("枫南新村") < table.index("枫南村")
    assert "<b>S-1 封控区</b> 3幢" in table
    assert "<b>C-1 管控区</b> 2幢" in table
    assert "其余不在划区内" in table
    assert "远处" not in table
    assert table in draw_map_page(scene)


def test_sites_are_numbered_on_the_picture_and_listed(make_scene):
    page = draw_map_page(make_scene())
    listed = re.findall(r'<tr><td>(\d*)</td><th scope="row" dir="auto">(.*?)</th><td>(.*?)</td></tr>', page)
    assert listed == [("1", "枫南路卡口", "卡口"), ("2", "惠民宾馆", "隔离点")]
    assert re.findall(r'<text class="gm-still-site"[^>]*>(\d)</text>', page) == ["1", "2"]


def test_a_site_outside_the_picture_is_listed_without_a_number(make_scene):
    scene = make_scene()
    far = scene.sites.set_geometry([shapely.Point(120.86, 30.79), shapely.Point(122, 31)], crs=4326)
    page = draw_map_page(replace(scene, sites=far))
    assert '<td>1</td><th scope="row" dir="auto">惠民宾馆</th>' in page
    assert '<td></td><th scope="row" dir="auto">枫南路卡口</th>' in page
    assert page.count('class="gm-still-site"') == 1


def test_the_still_picture_has_a_scale_bar_as_long_as_it_says(make_scene):
    page = draw_map_page(make_scene())
    start, end, text = re.search(
        r'<path d="M(\d+) \d+V\d+H([\d.]+)V\d+" [^>]*/><text class="gm-still-scale"[^>]*>(.*?)</text>', page
    ).groups()
    # the zones are drawn 940 units wide: the width of the picture without its margins
    west, south, east, north = make_scene().zones.total_bounds
    wide_m = (east - west) * 111_195 * np.cos(np.radians((south + north) / 2))
    assert text == "2 km"
    assert (float(end) - float(start)) * wide_m / 940 == pytest.approx(2000, rel=0.01)


def test_a_still_picture_says_that_it_is_void_after_its_end(make_scene):
    assert "2022年3月19日 06:00 (UTC+08:00)（逾期作废）</td>" in draw_map_page(make_scene())


def test_a_map_without_places_has_no_list(make_scene):
    assert places_table(make_scene()) == ""
    assert "<details" not in draw_map_page(make_scene())


def test_a_name_is_text(scene):
    named = replace(scene, places=places(("<img src=x onerror=alert(1)>", -1, ("S-1",))))
    assert "&lt;img src=x onerror=alert(1)&gt;" in places_table(named)
    assert "<img" not in places_table(named)


def test_what_is_left_out_of_a_long_list_is_said(scene, monkeypatch):
    monkeypatch.setattr(still_places, "MOST_PLACES", 1)
    table = places_table(scene)
    assert "另有 1 处未列出" in table
    assert "枫南村" not in table

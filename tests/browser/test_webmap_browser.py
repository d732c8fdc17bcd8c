"""The exported web map in a real browser without a network."""

from datetime import UTC, datetime

import geopandas as gpd
import pytest
import shapely

from gridmap.export.webmap import draw_map_page
from gridmap.model.scene import LegendEntry, Scene

ATTACK = '</script><script>window.hit=1</script><img src=x onerror="window.hit=1">${window.hit=1}`{{7*7}}'
SIZES = ((390, 844), (1400, 900))
THE_MAP = "Object.values(window).find((value) => value instanceof L.Map)"
THE_LAYER = "Object.values(map._layers).find((layer) => layer.idAt)"
# The page's own policy forbids the evaluation of texts that waiting for a condition from outside needs.
CELLS_PAINTED = f"""() => new Promise((resolve) => {{
  const map = {THE_MAP};
  const look = () => ({THE_LAYER}.waiting ? requestAnimationFrame(look) : resolve());
  look();
}})"""


def scene(**changes):
    """Two cells side by side; the left one is sealed.

    +-----+-----+
    | S-1 |  b  |
    +-----+-----+
    120  120.1 120.2
    """
    cells = gpd.GeoDataFrame(
        {"name": ["a", ATTACK]},
        geometry=[shapely.box(120, 30, 120.1, 30.1), shapely.box(120.1, 30, 120.2, 30.1)],
        index=["a", "b"],
        crs=4326,
    )
    style = {"tier": "sealed", "color": "#b2182b", "pattern": "cross"}
    zones = cells.iloc[:1].assign(name=ATTACK, label=f"S-1 {ATTACK}", rows=[(("住户", "86"),)], **style)
    whole = {
        "lang": "zh",
        "audience": "public",
        "title": f"封控区 {ATTACK}",
        "facts": (("数据截至", "2022年3月5日"), ("方案版本", "3f9a1c27")),
        "zones": zones.set_axis(["S-1"]),
        "cells": cells,
        "sites": gpd.GeoDataFrame({"kind": [], "name": []}, geometry=[], crs=4326),
        "legend": (LegendEntry("sealed", "封控区", "#b2182b", "cross", (("住户", "86"),), ("足不出户",)),),
        "expired_text": "已过期",
    }
    return Scene(**{**whole, **changes})


@pytest.fixture
def opened(browser_page, tmp_path):
    """Open the map of a scene in a window of a size."""

    def show(size, **changes):
        path = tmp_path / "map.html"
        path.write_text(draw_map_page(scene(**changes)), encoding="utf-8")
        browser = browser_page(size)
        page = browser.open(path)
        page.wait_for_selector("[data-gridmap=drawn]")
        return browser, page

    return show


@pytest.mark.parametrize("size", SIZES)
def test_it_opens_without_a_network_and_shows_zones_and_legend(opened, size):
    browser, page = opened(size)
    assert page.locator(".gm-legend").is_visible()
    assert "封控区" in page.locator(".gm-legend").inner_text()
    assert page.locator(".gm-label", has_text="S-1").first.is_visible()
    assert page.locator("svg path[fill^='url(#gm-pattern']").count() >= 1
    assert not page.locator(".gm-still").is_visible()
    assert browser.console_errors == []
    assert len(browser.requests) == 1


MOVES = {
    "nothing": "map",
    "a drag": "map.panBy([37, -21], {animate: false})",
    "a long drag": "map.panBy(map.getSize().multiplyBy(0.4), {animate: false})",
    "a closer look": "map.setZoomAround([30.05, 120.1], map.getZoom() + 1.3, {animate: false})",
    "a look from afar": "map.setZoomAround([30.05, 120.1], map.getZoom() - 2, {animate: false})",
}


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("size", SIZES)
def test_the_picture_of_the_cells_lies_where_the_map_says(opened, size, move):
    _, page = opened(size)
    to_border = "map.panTo([30.05, 120.1], {animate: false})"
    page.evaluate(f"(() => {{ const map = {THE_MAP}; {to_border}; {MOVES[move]}; }})()")
    page.evaluate(CELLS_PAINTED)
    # the column of the picture's border between the two cells, and where the map has the border
    found, wanted = page.evaluate(
        f"""(() => {{
          const map = {THE_MAP};
          const layer = {THE_LAYER};
          const place = map.latLngToContainerPoint([30.05, 120.1]);
          const box = layer.canvas.getBoundingClientRect();
          const frame = map.getContainer().getBoundingClientRect();
          const ratio = layer.canvas.width / box.width;
          const row = Math.round((place.y + frame.y - box.y) * ratio);
          const {{ data }} = layer.ctx.getImageData(0, row, layer.canvas.width, 1);
          const alpha = [...data.keys()].filter((i) => i % 4 === 3).map((i) => data[i]);
          const seen = [...alpha.keys()].filter((x) => alpha[x] > 130 && alpha[x - 1] && alpha[x + 1]);
          const columns = seen.map((x) => (x + 0.5) / ratio + box.x - frame.x);
          const near = columns.sort((a, b) => Math.abs(a - place.x) - Math.abs(b - place.x));
          return [near[0], place.x];
        }})()"""
    )
    assert found == pytest.approx(wanted, abs=1.5)


def test_a_dragged_map_is_full_of_cells_to_its_edges(opened):
    _, page = opened((1400, 900))
    page.evaluate(f"{THE_MAP}.setZoom({THE_MAP}.getZoom() + 3, {{animate: false}})")
    page.mouse.move(700, 600)
    page.mouse.down()
    page.mouse.move(500, 500, steps=4)
    page.mouse.move(150, 430, steps=4)
    page.evaluate(CELLS_PAINTED)
    box = page.locator("canvas.gm-cells").bounding_box()
    page.mouse.up()
    assert box["x"] <= 0
    assert box["y"] <= 0
    assert box["x"] + box["width"] >= 1400
    assert box["y"] + box["height"] >= 900


@pytest.mark.parametrize("size", SIZES)
def test_a_zone_tells_its_name_and_counts_and_runs_nothing_in_them(opened, size):
    browser, page = opened(size)
    box = page.locator(".gm-label", has_text="S-1").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] + 12)
    popup = page.locator(".leaflet-popup-content")
    popup.wait_for()
    assert ATTACK in popup.inner_text()
    assert "86" in popup.inner_text()
    assert page.evaluate("window.hit") is None
    assert page.title() == f"封控区 {ATTACK}"
    assert browser.console_errors == []


def test_a_script_that_got_in_is_stopped_by_the_policy(browser_page, tmp_path):
    path = tmp_path / "map.html"
    text = draw_map_page(scene()).replace("</body>", "<script>window.hit=1</script></body>")
    path.write_text(text, encoding="utf-8")
    browser = browser_page()
    page = browser.open(path)
    page.wait_for_selector("[data-gridmap=drawn]")
    assert page.evaluate("window.hit") is None
    assert "Content Security Policy" in browser.console_errors[0]


def test_where_scripts_do_not_run_the_still_picture_is_there(chromium, tmp_path):
    path = tmp_path / "map.html"
    path.write_text(draw_map_page(scene()), encoding="utf-8")
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator(".gm-still-map").is_visible()
    assert "足不出户" in page.locator(".gm-still-legend").inner_text()
    assert page.locator(".gm-still").bounding_box()["width"] <= 390
    context.close()


def test_on_paper_the_still_picture_takes_the_place_of_the_map(opened):
    _, page = opened((1400, 900))
    page.emulate_media(media="print")
    assert page.locator(".gm-still").is_visible()
    assert not page.locator(".folium-map").is_visible()
    page.evaluate("document.querySelector('.gm-still').append(document.createElement('details'))")
    page.evaluate("document.querySelector('.gm-still details').className = 'gm-still-places'")
    assert not page.locator(".gm-still-places").is_visible()  # closed, it would be a heading of nothing


def test_an_expired_map_says_so(opened):
    _, page = opened((390, 844), expires_at=datetime(2022, 3, 19, tzinfo=UTC))
    assert page.locator(".gm-expired").inner_text() == "已过期"

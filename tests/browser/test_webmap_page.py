"""The built bundle in a real browser: a page of made-up zones, without any network."""

import base64
import hashlib
import json
import zlib
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gridmap.core.encode import encode_cells

STATIC = Path(__file__).parents[2] / "gridmap" / "static"
PHONE = (390, 844)
SCREEN = (1400, 900)
HOSTILE = "<img src=x onerror=\"document.title='owned'\">${1+1}`</script>"

WEST, SOUTH, STEP = 120.90, 30.80, 0.01


def square(column: int, row: int, size: int = 1) -> list:
    """One polygon of one ring, `size` cells wide, its lower left corner at the column and row."""
    west, south = WEST + column * STEP, SOUTH + row * STEP
    east, north = west + size * STEP, south + size * STEP
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def middle(column: int, row: int, size: int = 1) -> list:
    return [WEST + (column + size / 2) * STEP, SOUTH + (row + size / 2) * STEP]


def zone(tier: str, title: str, place: tuple, color: str, pattern: str) -> dict:
    column, row, size = place
    return {
        "kind": "zone",
        "tier": tier,
        "title": title,
        "label": title.split(maxsplit=1)[0],
        "label_at": middle(column, row, size),
        "polygons": [square(column, row, size)],
        "color": color,
        "fill_opacity": 0.35,
        "pattern": pattern,
        "dash": "",
        "weight": 2.5,
        "rows": [["户数", "1,204"], ["人数", "3,377"]],
    }


@pytest.fixture
def scene():
    """Twelve by twelve cells; a zone of each tier, the controlled one around the sealed one.

    prevention covers all, controlled (3,4) to (9,10), sealed (5,6) to (7,8).
    """
    places = [(column, row) for column in range(12) for row in range(12)]
    outlines = gpd.GeoSeries([shapely.Polygon(square(*place)[0]) for place in places], crs=4326)
    packed = encode_cells(outlines)
    names = zlib.compress("\n".join(f"{column}列{row}行" for column, row in places).encode())
    cells = {
        "cells": {**packed.head(), "data": base64.b64encode(packed.data).decode()},
        "names": base64.b64encode(names).decode(),
        "color": "#6b7280",
    }
    zones = [
        zone("prevention", "P-1 惠民街道其余区域", (0, 0, 12), "#2166ac", "dots"),
        zone("controlled", "C-1 枫南新村", (3, 4, 6), "#ef8a00", "diagonal"),
        zone("sealed", "S-1 枫南新村3幢", (5, 6, 2), "#b2182b", "cross"),
    ]
    zones[0]["label_at"] = middle(2, 1, 1)
    zones[1]["label_at"] = middle(4, 5, 1)
    site = {
        "kind": "site",
        "title": "隔离点一",
        "label": "隔离点",
        "label_at": middle(10, 10),
        "color": "#333333",
    }
    legend = [
        {
            "tier": "sealed",
            "label": "封控区",
            "color": "#b2182b",
            "pattern": "cross",
            "rows": [["户数", "1,204"]],
        },
        {
            "tier": "controlled",
            "label": "管控区",
            "color": "#ef8a00",
            "pattern": "diagonal",
            "rows": [["户数", "8,310"]],
        },
        {
            "tier": "prevention",
            "label": "防范区",
            "color": "#2166ac",
            "pattern": "dots",
            "rows": [["户数", "52,007"]],
        },
    ]
    return {
        "lang": "zh",
        "title": "嘉善县三区划定图",
        "facts": [["截至", "2022-03-05 18:00"], ["生效", "2022-03-05 20:00"], ["文号", "示例〔2022〕1号"]],
        "layers": [
            {"id": "cells", "label": "网格", **cells},
            {"id": "zones", "label": "三区", "features": zones},
            {"id": "sites", "label": "点位", "features": [site]},
        ],
        "legend": legend,
        "bounds": [[SOUTH, WEST], [SOUTH + 12 * STEP, WEST + 12 * STEP]],
        "banner": "",
        "expires_at": "",
        "expired_text": "",
    }


def places_of(lines: list[str], zones: list[list[str]]) -> dict:
    """Places as the page carries them."""
    packed = base64.b64encode(zlib.compress("\n".join(lines).encode())).decode()
    return {"zones": zones, "origin": [12095000, 3086000], "step": 1e-5, "lines": packed}


@pytest.fixture
def open_scene(browser_page, tmp_path):
    """Write a page around the bundle, as strict as an export, and open it."""

    def sha256(script: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"

    def open_it(scene: dict, size: tuple):
        bundle = (STATIC / "webmap.js").read_text("utf-8")
        start = 'gridmap.drawScene(L.map("map"));'
        policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src {sha256(bundle)} {sha256(start)}"
        data = json.dumps(scene, ensure_ascii=False).replace("<", "\\u003c")
        path = tmp_path / "map.html"
        path.write_text(
            f"""<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>map</title>
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>{(STATIC / "webmap.css").read_text("utf-8")} html,body,#map{{height:100%;margin:0}}</style></head>
<body><div id="map"></div><script type="application/json" id="gridmap-scene">{data}</script>
<script>{bundle}</script><script>{start}</script></body></html>""",
            "utf-8",
        )
        opened = browser_page(size)
        opened.open(path).wait_for_selector("[data-gridmap=drawn]")
        return opened

    return open_it


def assert_quiet(opened) -> None:
    """No console error, no request beyond the page itself, and no script from the data ran."""
    assert opened.console_errors == []
    assert len(opened.requests) == 1
    assert opened.page.title() == "map"


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_the_page_shows_its_zones_and_asks_for_nothing(open_scene, scene, size):
    opened = open_scene(scene, size)
    zones = opened.page.locator(".leaflet-gm-1-pane path")
    assert zones.count() == 3
    assert all(zones.nth(i).get_attribute("fill").startswith("url(#gm-pattern-") for i in range(3))
    assert opened.page.get_by_role("heading", name="嘉善县三区划定图").is_visible()
    assert_quiet(opened)


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_the_whole_scene_lies_in_view_between_the_cards(open_scene, scene, size):
    opened = open_scene(scene, size)
    box = opened.page.locator(".leaflet-gm-1-pane path").first.bounding_box()
    head = opened.page.locator(".gm-head").bounding_box()
    foot = opened.page.locator(".gm-foot").bounding_box()
    if size == PHONE:
        assert box["y"] >= head["y"] + head["height"]
        assert box["y"] + box["height"] <= foot["y"]
    else:
        assert box["x"] >= head["x"] + head["width"]
        assert box["x"] + box["width"] <= foot["x"]
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]


def test_what_a_finger_touches_is_at_least_44_pixels_high(open_scene, scene):
    opened = open_scene(scene, PHONE)
    page = opened.page
    page.locator(".gm-legend summary").tap()
    page.get_by_role("searchbox").fill("枫南")
    targets = page.locator(
        ".gm-cards summary, .gm-cards input[type=search], .gm-switch, .gm-results button, .leaflet-bar a"
    )
    boxes = [targets.nth(i).bounding_box() for i in range(targets.count())]
    assert len(boxes) >= 9
    assert min(box["height"] for box in boxes) >= 44


def test_a_tap_on_a_zone_tells_its_name_and_counts(open_scene, scene):
    opened = open_scene(scene, PHONE)
    box = opened.page.locator(".leaflet-gm-1-pane path").nth(2).bounding_box()
    opened.page.touchscreen.tap(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.25)
    popup = opened.page.locator(".leaflet-popup-content")
    popup.wait_for()
    assert popup.inner_text().split() == ["S-1", "枫南新村3幢", "封控区", "户数", "1,204", "人数", "3,377"]


def test_hovering_tells_the_topmost_zone(open_scene, scene):
    opened = open_scene(scene, SCREEN)
    box = opened.page.locator(".leaflet-gm-1-pane path").nth(1).bounding_box()
    opened.page.mouse.move(box["x"] + 12, box["y"] + 12)
    tooltip = opened.page.locator(".leaflet-tooltip")
    tooltip.wait_for()
    assert "C-1 枫南新村" in tooltip.inner_text()


def test_a_cell_where_no_zone_is_tells_its_name(open_scene, scene):
    del scene["layers"][1]["features"][0]  # prevention, which covers all
    opened = open_scene(scene, SCREEN)
    box = opened.page.locator(".leaflet-gm-1-pane path").first.bounding_box()  # six cells wide
    side = box["width"] / 6
    opened.page.mouse.move(box["x"] - side / 2, box["y"] + side / 2)
    tooltip = opened.page.locator(".leaflet-tooltip")
    tooltip.wait_for()
    assert tooltip.inner_text() == "2列9行"
    opened.page.mouse.click(box["x"] - side / 2, box["y"] + side / 2)
    assert opened.page.locator(".leaflet-popup-content").inner_text().split() == [
        "2列9行",
        "不在划定的区域内",
    ]
    assert opened.page.locator(".leaflet-gm-outline-pane path").count() == 1


def test_a_cell_is_found_by_name_and_outlined(open_scene, scene):
    opened = open_scene(scene, PHONE)
    opened.page.get_by_role("searchbox").fill("11列1")
    assert opened.page.locator(".gm-results button").all_inner_texts() == ["11列1行", "11列10行", "11列11行"]
    opened.page.get_by_role("button", name="11列10行").tap()
    told = opened.page.locator(".leaflet-popup-content").inner_text().split()
    assert told == ["11列10行", "防范区", "防范区", "P-1", "惠民街道其余区域"]
    outline = opened.page.locator(".leaflet-gm-outline-pane path").bounding_box()
    assert outline["width"] > 100
    assert_quiet(opened)


def test_the_borders_of_cells_are_in_the_picture(open_scene, scene):
    opened = open_scene(scene, SCREEN)
    colors = opened.page.locator("canvas.gm-cells").evaluate(
        """(canvas) => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const seen = new Set();
          for (let i = 0; i < data.length; i += 4) seen.add(data.slice(i, i + 4).join());
          return [...seen];
        }"""
    )
    assert len(colors) == 4  # nothing, the ground, and borders over both
    opened.page.get_by_role("checkbox", name="网格").uncheck()
    assert opened.page.locator("canvas.gm-cells").count() == 0
    opened.page.get_by_role("checkbox", name="网格").check()
    assert opened.page.locator("canvas.gm-cells").count() == 1


def test_finding_a_zone_by_name_opens_it(open_scene, scene):
    opened = open_scene(scene, SCREEN)
    opened.page.get_by_role("searchbox").fill("3幢")
    opened.page.get_by_role("button", name="S-1 枫南新村3幢").click()
    assert "S-1" in opened.page.locator(".leaflet-popup-content").inner_text()
    assert_quiet(opened)


def test_switching_a_layer_off_takes_it_from_the_map(open_scene, scene):
    opened = open_scene(scene, SCREEN)
    opened.page.get_by_role("checkbox", name="三区").uncheck()
    assert opened.page.locator(".leaflet-gm-1-pane path").count() == 0


def test_hostile_text_stays_text_everywhere(open_scene, scene):
    scene["title"] = scene["banner"] = HOSTILE
    scene["facts"] = [[HOSTILE, HOSTILE]]
    scene["legend"][0].update(label=HOSTILE, rows=[[HOSTILE, HOSTILE]], color='red"><script>')
    scene["layers"][1]["label"] = HOSTILE
    scene["layers"][1]["features"][2].update(title=HOSTILE, label=HOSTILE, rows=[[HOSTILE, HOSTILE]])
    scene["places"] = places_of([f"\t{HOSTILE}\t0\t0\t0"], [[HOSTILE]])
    opened = open_scene(scene, SCREEN)
    opened.page.get_by_role("searchbox").fill("<img")
    assert opened.page.locator(".gm-results button").count() == 2
    opened.page.locator(".gm-results button").last.click()
    assert HOSTILE in opened.page.locator(".leaflet-popup-content strong").inner_text()
    assert opened.page.locator("img").count() == 0
    assert_quiet(opened)


@pytest.mark.parametrize(
    ("expires_at", "shown"),
    [("2000-01-01T00:00:00+08:00", True), ("2999-01-01T00:00:00+08:00", False), ("soon", True)],
)
def test_an_expired_page_says_so(open_scene, scene, expires_at, shown):
    scene.update(expires_at=expires_at, expired_text="本图已失效")
    opened = open_scene(scene, SCREEN)
    assert opened.page.locator(".gm-expired").is_visible() is shown
    assert opened.page.locator(".gm-across p").count() == 5 * shown
    assert opened.page.locator(".gm-map.gm-is-expired").count() == shown


def test_a_draft_says_so_across_the_page(open_scene, scene):
    scene["banner"] = "DRAFT 草稿"
    opened = open_scene(scene, PHONE)
    assert opened.page.locator(".gm-banner").bounding_box()["width"] == PHONE[0]


def test_a_long_banner_pushes_the_cards_down(open_scene, scene):
    scene["banner"] = "草稿,未经核准,不得对外发布或转发 " * 4
    opened = open_scene(scene, PHONE)
    banner = opened.page.locator(".gm-banner").bounding_box()
    assert banner["height"] > 80
    assert opened.page.locator(".gm-title").bounding_box()["y"] >= banner["y"] + banner["height"]


def test_a_scene_of_one_point_opens_close_by(open_scene, scene):
    scene["layers"] = [scene["layers"][2]]
    scene["bounds"] = [[30.9, 120.9], [30.9, 120.9]]
    opened = open_scene(scene, SCREEN)
    assert_quiet(opened)


def test_the_page_speaks_english_where_the_scene_does(open_scene, scene):
    scene["lang"] = "en"
    opened = open_scene(scene, PHONE)
    assert opened.page.get_by_placeholder("Find my compound or building…").is_visible()
    assert opened.page.locator(".gm-legend summary").inner_text().startswith("Legend")


def test_facts_that_stand_at_the_head_are_in_sight_on_a_phone(open_scene, scene):
    scene["head"] = [
        ["生效时间", "2022-03-05 20:00"],
        ["文号", "示例〔2022〕1号"],
        ["审图号", "浙S1号"],
    ]
    opened = open_scene(scene, PHONE)
    for _, value in scene["head"]:
        assert opened.page.locator(".gm-key").get_by_text(value).is_visible()
    assert not opened.page.get_by_text("截至").is_visible()


def test_a_page_that_is_not_yet_in_force_says_so_across_the_map_and_on_paper(open_scene, scene):
    scene.update(effective_at="2999-01-01T00:00:00+08:00", early_text="2999年1月1日起生效")
    opened = open_scene(scene, PHONE)
    assert opened.page.locator(".gm-early").inner_text() == "2999年1月1日起生效"
    assert opened.page.locator(".gm-across p").all_inner_texts() == ["尚未生效"] * 5
    assert opened.page.locator("html.gm-is-early").count() == 1


def test_keys_alone_lead_to_a_place_and_its_measures(open_scene, scene):
    lines = ["\t枫南新村\t0\t0\t0", "+\t3幢\t1\t1000\t1000", "+\t13幢\t0\t0\t0"]
    scene["places"] = places_of(lines, [["C-1", ""], ["S-1"]])
    scene["legend"][0]["measures"] = ["足不出户", "服务上门"]
    opened = open_scene(scene, PHONE)
    page = opened.page
    page.get_by_role("searchbox").focus()
    page.keyboard.type("枫南3幢")
    assert page.locator(".gm-results button").all_inner_texts() == [
        "枫南新村 3幢",
        "枫南新村 13幢",
        "S-1 枫南新村3幢",
    ]
    assert page.locator(".gm-heard").text_content() == "3 条结果"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    popup = page.locator(".leaflet-popup-content")
    popup.wait_for()
    told = ["枫南新村", "3幢", "封控区", "封控区", "S-1", "枫南新村3幢", "管理措施", "足不出户、服务上门"]
    assert popup.inner_text().split() == told
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "枫南新村 3幢"
    assert_quiet(opened)


def test_one_of_ten_thousand_buildings_is_found(open_scene, scene):
    lines = [f"+\t{n % 50}幢\t0\t3\t1" if n % 50 else f"\t{n}号小区\t0\t3\t1" for n in range(10_000)]
    scene["places"] = places_of(lines, [["S-1"]])
    opened = open_scene(scene, PHONE)
    opened.page.get_by_role("searchbox").fill("9950号小区 49")
    assert opened.page.locator(".gm-results button").all_inner_texts() == ["9950号小区 49幢"]
    opened.page.get_by_role("searchbox").fill("9950号小区")
    assert opened.page.locator(".gm-results button").count() == 8
    assert opened.page.locator(".gm-nothing").inner_text() == "还有更多,请多输几个字"

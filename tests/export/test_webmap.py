import base64
import hashlib
import json
import re
import zlib
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser

import folium
import geopandas as gpd
import pytest
import shapely

from gridmap.core.apply import new_plan
from gridmap.core.scene import build_scene
from gridmap.errors import ExportBlockedError
from gridmap.export.frame import SceneMap, policy_for
from gridmap.export.plain import plain_text
from gridmap.export.webmap import draw_map_page, export_map, folium_map
from gridmap.export.webscene import label_place, scene_bounds, scene_data, scene_json

HOSTILE = "</script><img src=x onerror=alert(1)>${7*7}`{{ 7 * 7 }}{% raw %}\u2028]]>&quot;\x00\u202e"
SHOWN = "</script><img src=x onerror=alert(1)>${7*7}`{{ 7 * 7 }}{% raw %} ]]>&quot;"


class Page(HTMLParser):
    """The elements of a page and the texts inside them."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.texts = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)

    def named(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def embedded(text):
    """The scene that the page carries."""
    return json.loads(re.search(r'id="gridmap-scene">(.*?)</script>', text, re.DOTALL)[1])


def names_of(layer):
    """The names of the cells of a layer."""
    return zlib.decompress(base64.b64decode(layer["names"])).decode().split("\n")


@pytest.fixture
def hostile(make_scene):
    scene = make_scene("zh", title=HOSTILE, facts=((HOSTILE, HOSTILE),), notes=(HOSTILE,), banner=HOSTILE)
    zones = scene.zones.assign(name=HOSTILE, label=HOSTILE, rows=[((HOSTILE, HOSTILE),)] * len(scene.zones))
    zones.index = [f"{zone}{HOSTILE}" for zone in zones.index]
    legend = tuple(replace(entry, label=HOSTILE, measures=(HOSTILE,)) for entry in scene.legend)
    sites = scene.sites.assign(name=HOSTILE, kind=HOSTILE)
    return replace(scene, zones=zones, cells=scene.cells.assign(name=HOSTILE), sites=sites, legend=legend)


def test_the_page_asks_for_nothing_outside_itself(make_scene):
    page = Page(draw_map_page(make_scene()))
    assert [attributes for tag, attributes in page.elements if "src" in attributes or tag == "link"] == []
    assert [attributes["href"] for _, attributes in page.elements if "href" in attributes] == []


def test_no_address_of_foliums_hosts_is_in_the_page(make_scene):
    text = draw_map_page(make_scene())
    assert re.findall(r"cdn|jsdelivr|cdnjs|unpkg|jquery|openstreetmap\.org|bootstrap", text) == []


def test_the_policy_comes_before_anything_it_governs_and_names_every_script(make_scene):
    text = draw_map_page(make_scene())
    page = Page(text)
    head = [tag for tag, _ in page.elements][:4]
    policy = page.named("meta")[1]["content"]
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert head == ["html", "head", "meta", "meta"]
    assert policy.startswith("default-src 'none'; script-src ")
    assert len(scripts) == 2
    assert all(f"'sha256-{digest}'" in policy for digest in digests)


def test_a_page_without_scripts_lets_none_run():
    assert "script-src 'none';" in policy_for("<p>text</p>")


def test_the_reader_may_enlarge_the_page_and_hears_its_language(make_scene):
    for lang, tag in (("zh", "zh-CN"), ("en", "en")):
        page = Page(draw_map_page(make_scene(lang)))
        assert page.named("html") == [{"lang": tag}]
        assert [m["content"] for m in page.named("meta") if m.get("name") == "viewport"] == [
            "width=device-width, initial-scale=1"
        ]


def test_hostile_text_makes_no_element(hostile, make_scene):
    tags = [tag for tag, _ in Page(draw_map_page(hostile)).elements]
    assert "img" not in tags
    assert tags.count("script") == 3


def test_hostile_text_is_shown_as_it_is_written_and_run_by_no_template(hostile):
    text = draw_map_page(hostile)
    page = Page(text)
    assert SHOWN in page.texts
    assert "`49" not in text
    assert embedded(text)["title"] == SHOWN
    assert embedded(text)["layers"][1]["features"][0]["rows"] == [[SHOWN, SHOWN]]


def test_json_in_the_page_holds_no_sign_that_html_or_a_script_would_read(hostile):
    assert re.findall("[<>&\u2028\u2029]", scene_json(hostile)) == []


def test_the_same_scene_gives_the_same_page(make_scene):
    assert draw_map_page(make_scene()) == draw_map_page(make_scene())


def test_without_scripts_picture_legend_and_facts_are_there(make_scene):
    text = draw_map_page(make_scene())
    still = text[text.index('<main class="gm-still">') : text.index("</main>")]
    page = Page(still)
    assert len(page.named("svg")) == 4  # the map and three signs of the legend
    assert page.named("script") == []
    for word in ("封控区", "管控区", "防范区", "文号", "嘉善防指〔2022〕8号", "枫南新村3幢", "S-1"):
        assert word in page.texts


def test_an_english_page_has_english_captions(make_scene):
    texts = Page(draw_map_page(make_scene("en"))).texts
    assert {"Legend", "List of zones", "Sealed zone"} <= set(texts)
    assert not [text for text in texts if "图例" in text and "gridmap" not in text and len(text) < 1000]


def test_rings_are_lon_lat_of_six_decimals_with_their_holes(make_scene):
    ring = shapely.Polygon(
        [(120.123456789, 30), (121, 30), (121, 31), (120, 31)],
        [[(120.4, 30.4), (120.6, 30.4), (120.6, 30.6)]],
    )
    scene = make_scene()
    zones = scene.zones.iloc[:1].set_geometry(gpd.GeoSeries([ring], index=scene.zones.index[:1], crs=4326))
    feature = scene_data(replace(scene, zones=zones))["layers"][1]["features"][0]
    outer, hole = feature["polygons"][0]
    assert outer[0] == [120.123457, 30.0]
    assert len(hole) == 4
    assert shapely.Point(feature["label_at"]).within(ring)


def test_a_stricter_tier_is_drawn_heavier(make_scene):
    features = scene_data(make_scene())["layers"][1]["features"]
    weights = {feature["tier"]: (feature["weight"], feature["fill_opacity"]) for feature in features}
    assert weights["sealed"] > weights["controlled"] > weights["prevention"]


def test_a_zone_that_its_label_would_hide_is_marked_by_a_dot(make_scene):
    scene = make_scene()
    tiny = shapely.Point(120.86, 30.79).buffer(0.0005)
    shapes = gpd.GeoSeries([*scene.zones.geometry[:2], tiny], index=scene.zones.index, crs=4326)
    scene = replace(scene, zones=scene.zones.set_geometry(shapes))
    kinds = [feature["kind"] for feature in scene_data(scene)["layers"][1]["features"]]
    still = draw_map_page(scene).split('class="gm-still-map"')[1].split("</svg>")[0]
    assert kinds == ["zone", "zone", "site"]
    assert still.count('r="10"') == 1


def test_a_label_stands_in_the_largest_part():
    small, large = shapely.box(0, 0, 1, 1), shapely.box(5, 0, 9, 4)
    assert label_place(shapely.MultiPolygon([small, large])) == [
        pytest.approx(7, abs=0.1),
        pytest.approx(2, abs=0.1),
    ]
    assert label_place(shapely.Point(3, 4)) == [3.0, 4.0]
    assert label_place(None) is None


def test_the_map_opens_on_the_zones_else_on_the_cells(make_scene):
    scene = make_scene()
    west, south, east, north = scene.zones.total_bounds
    assert scene_bounds(scene) == [[south, west], [north, east]]
    west, south, east, north = scene.cells.total_bounds
    assert scene_bounds(replace(scene, zones=scene.zones.iloc[:0])) == [[south, west], [north, east]]


def test_an_empty_scene_is_still_a_page(make_scene):
    scene = make_scene()
    bare = replace(
        scene,
        zones=scene.zones.iloc[:0],
        cells=scene.cells.iloc[:0],
        sites=scene.sites.iloc[:0],
        legend=(),
        facts=(),
    )
    assert "gm-still-map" in draw_map_page(bare)


def test_a_zone_without_outline_is_listed_but_not_drawn(make_scene):
    scene = make_scene()
    shapes = gpd.GeoSeries([None, *scene.zones.geometry[1:]], index=scene.zones.index, crs=4326)
    text = draw_map_page(replace(scene, zones=scene.zones.set_geometry(shapes)))
    assert embedded(text)["layers"][1]["features"][0]["polygons"] == []


def test_the_end_of_validity_goes_along_with_its_time_zone(make_scene):
    end = datetime(2022, 3, 19, 6, tzinfo=timezone(timedelta(hours=8)))
    assert scene_data(make_scene(expires_at=end))["expires_at"] == "2022-03-19T06:00:00+08:00"
    assert scene_data(make_scene(expires_at=None))["expires_at"] == ""


def test_an_analyst_may_add_foliums_own_layers(make_scene):
    frame = SceneMap(make_scene(), sealed=False)
    folium.CircleMarker([30.8, 120.9]).add_to(frame)
    text = frame.get_root().render()
    assert isinstance(frame, folium.Map)
    assert "L.circleMarker" in text
    assert "Content-Security-Policy" not in text


def test_drawing_leaves_foliums_own_maps_as_they_were(make_scene):
    before = folium.Map(tiles=None).get_root().render().count("<script src=")
    draw_map_page(make_scene())
    assert folium.Map(tiles=None).get_root().render().count("<script src=") == before


def test_a_proven_zoning_is_written_as_a_map(zoning, tmp_path):
    path = export_map(zoning, tmp_path / "new" / "map.html")
    data = embedded(path.read_text(encoding="utf-8"))
    zone = data["layers"][1]["features"][0]
    assert path == tmp_path / "new" / "map.html"
    assert (zone["label"], zone["title"], zone["rows"]) == (
        "S-1",
        "S-1 甲区",
        [["住户", "9"], ["人口", "18"]],
    )
    assert names_of(data["layers"][0]) == ["甲", "乙", "丙"]
    assert data["layers"][0]["cells"]["n"] == 3


def test_only_the_public_map_may_be_read_by_other_users(zoning, tmp_path):
    modes = {
        audience: export_map(zoning, tmp_path / f"{audience}.html", audience=audience).stat().st_mode & 0o777
        for audience in ("public", "official", "field")
    }
    assert modes["public"] != 0o600
    assert modes["official"] == modes["field"] == 0o600


def test_an_unproven_zoning_writes_nothing_and_keeps_the_old_map(zoning, tmp_path):
    path = tmp_path / "map.html"
    path.write_text("old")
    with pytest.raises(ExportBlockedError, match="nothing proves that no household is lost"):
        export_map(replace(zoning, certificate=None), path)
    assert path.read_text() == "old"


def test_an_analyst_gets_the_map_as_folium(zoning):
    frame = folium_map(zoning, audience="public", lang="en")
    assert isinstance(frame, folium.Map)
    assert '"lang":"en"' in frame.get_root().render()


def test_the_map_as_folium_says_that_it_is_a_draft_where_the_page_would_not_go_out(zoning):
    def banner(subject):
        page = folium_map(subject, audience="official", lang="en").get_root().render()
        told = page.split('id="gridmap-scene">')[1].split("</script>")[0]
        return json.loads(told)["banner"]

    unproven = replace(zoning, certificate=None)
    with pytest.raises(ExportBlockedError):
        export_map(unproven, "map.html", audience="official")
    assert (banner(zoning), banner(unproven)) == ("", "DRAFT")


def test_many_cells_and_their_zones_are_thinned_and_few_are_not(make_scene):
    circles = gpd.GeoSeries(
        [shapely.Point(x % 50 / 100, x // 50 / 100).buffer(0.004, quad_segs=64) for x in range(2001)],
        crs=4326,
    )
    crowd = gpd.GeoDataFrame({"name": "网格"}, geometry=circles, index=range(2001))
    scene = make_scene()
    round_zones = scene.zones.set_geometry(
        gpd.GeoSeries([*circles[:2], None], index=scene.zones.index, crs=4326)
    )
    pages = [scene_data(replace(scene, zones=round_zones, cells=cells)) for cells in (crowd.iloc[:5], crowd)]
    (few, few_zones, _), (many, many_zones, _) = (page["layers"] for page in pages)
    assert (few["cells"]["n"], many["cells"]["n"]) == (5, 2001)
    assert len(few["cells"]["data"]) / 5 > 2 * len(many["cells"]["data"]) / 2001
    assert [len(zone["polygons"][0][0]) for zone in few_zones["features"][:2]] == [257, 257]
    packed = zlib.decompress(base64.b64decode(many_zones["shapes"]["data"]))
    assert list(packed[:5]) == [2, 2, 0, 2, 2]  # one polygon, one, none; each of one ring
    assert len(packed) < 200 * 2 * 2
    assert "polygons" not in many_zones["features"][0]


def test_the_name_of_a_cell_is_plain_text_of_one_line(hostile):
    assert set(names_of(scene_data(hostile)["layers"][0])) == {SHOWN}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("枫南\n新村\t 3幢", "枫南 新村 3幢"),
        ("a\x00b\x1b[31m", "ab[31m"),
        ("\u202eabc\u2066", "abc"),
        ("e\u0301", "é"),
        ("\ud800x", "x"),
        (None, ""),
        (float("nan"), ""),
        (12, "12"),
    ],
)
def test_plain_text_is_one_line_without_hidden_signs(text, plain):
    assert plain_text(text) == plain


def test_cells_that_the_map_leaves_out_do_not_come_back_by_the_grid(zoning):
    ground = zoning.grid.copy()
    ground.loc[ground.index[0], "geometry"] = None
    scene = build_scene(replace(zoning, plan=new_plan(ground), grid=ground), audience="public", lang="zh")
    assert scene_data(scene)["layers"][0]["cells"]["n"] == len(scene.cells) == len(ground) - 1

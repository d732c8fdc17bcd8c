import io
import struct
from dataclasses import replace
from pathlib import Path
from xml.dom import minidom

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pytest
import shapely
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from PIL import Image

from gridmap.errors import ExportBlockedError, MissingFontError
from gridmap.export.drawing import lay_out, view_of
from gridmap.export.fonts import SYSTEM_FAMILIES, Typeface, find_typeface, typeface
from gridmap.export.marks import draw_labels, round_length_m
from gridmap.export.picture import draw_picture, draw_vectors, export_picture
from gridmap.export.sheet import Column, Sheet, print_settings

HOSTILE = "$\\frac{1}{0}$ </b> ${x} \x07\u202e\U00020bb7\U0010fffd"


def pixels(data):
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


def near(image, color, tolerance=40):
    """How many pixels are about this colour."""
    wanted = np.array([int(color[place : place + 2], 16) for place in (1, 3, 5)])
    return int((np.abs(image - wanted).max(axis=2) <= tolerance).sum())


def test_the_picture_is_1080_pixels_wide_and_upright(make_scene):
    data = draw_picture(make_scene())
    width, height = struct.unpack(">II", data[16:24])
    assert data.startswith(b"\x89PNG")
    assert width == 1080
    assert 1300 <= height <= 2200


def test_every_tier_is_seen_in_its_colour(make_scene):
    image = pixels(draw_picture(make_scene()))
    for color in ("#b2182b", "#ef8a00", "#2166ac"):
        assert near(image, color) > 2000


def test_a_draft_says_so_on_a_red_band_at_the_top(make_scene):
    plain, draft = pixels(draw_picture(make_scene())), pixels(draw_picture(make_scene(banner="草稿 DRAFT")))
    assert near(plain[:60], "#b2182b", 5) == 0
    assert near(draft[:60], "#b2182b", 5) > 30_000


def test_the_same_scene_gives_the_same_picture_whatever_the_users_settings(make_scene):
    first = draw_picture(make_scene())
    with mpl.rc_context(
        {"font.family": "serif", "axes.facecolor": "pink", "text.color": "red", "hatch.color": "g"}
    ):
        assert draw_picture(make_scene()) == first


def test_drawing_changes_no_setting_of_matplotlib(make_scene):
    before = dict(mpl.rcParams)
    draw_picture(make_scene())
    assert dict(mpl.rcParams) == before


def test_the_scene_is_left_as_it_was(make_scene):
    scene = make_scene()
    zones, cells = scene.zones.copy(), scene.cells.copy()
    draw_picture(scene)
    assert scene.zones.equals(zones)
    assert scene.cells.equals(cells)


def test_hostile_names_are_drawn_as_text(make_scene):
    scene = make_scene(title=HOSTILE, facts=((HOSTILE, HOSTILE),) * 4, notes=(HOSTILE * 30,), banner=HOSTILE)
    zones = scene.zones.assign(name=HOSTILE * 20, label=HOSTILE)
    zones.index = [HOSTILE + zone for zone in zones.index]
    data = draw_picture(replace(scene, zones=zones, sites=scene.sites.assign(kind=HOSTILE)))
    assert data.startswith(b"\x89PNG")


def test_the_picture_says_that_it_is_void_after_its_end(make_scene, monkeypatch):
    said, say = [], Column.say
    monkeypatch.setattr(
        Column, "say", lambda self, text, **style: (said.append(text), say(self, text, **style))[1]
    )
    draw_picture(make_scene())
    assert "有效期至 2022年3月19日 06:00 (UTC+08:00)（逾期作废）" in said


def test_a_line_ends_in_no_opening_mark(sheet):
    lines = sheet.wrap("嘉组明电〔2022〕8号" * 6, size=12, width=100, lines=20)
    assert [line for line in lines if line.endswith("〔") or line.startswith("〕")] == []


def test_a_scene_without_zones_cells_or_sites_is_drawn(make_scene):
    scene = make_scene()
    bare = replace(
        scene, zones=scene.zones.iloc[:0], cells=scene.cells.iloc[:0], sites=scene.sites.iloc[:0], legend=()
    )
    assert draw_picture(bare).startswith(b"\x89PNG")


def test_a_character_that_no_font_has_is_marked_and_not_dropped():
    face = Typeface(("x",), frozenset(map(ord, "甲乙 〓")))
    assert face.printable("甲丙\n乙\u202e") == "甲〓 乙"


def test_chinese_is_shown_by_the_font_that_comes_along():
    face = typeface()
    assert face.families[0] == "Gridmap Sans SC"
    assert (
        face.printable("封控区、管控区、防范区:枫南新村3幢〔2022〕")
        == "封控区、管控区、防范区:枫南新村3幢〔2022〕"
    )


def test_without_any_chinese_font_the_error_says_what_to_install():
    with pytest.raises(MissingFontError, match="apt-get install fonts-noto-cjk"):
        find_typeface([Path("missing.otf")], ["No Such Font"])


def test_a_latin_font_is_no_chinese_font():
    with pytest.raises(MissingFontError, match="no font that shows Chinese"):
        find_typeface([], ["DejaVu Sans"])


def test_system_fonts_are_asked_in_the_given_order():
    assert SYSTEM_FAMILIES[0] == "Noto Sans CJK SC"


@pytest.fixture
def sheet():
    with print_settings():
        yield Sheet(400, 300)


def test_a_long_text_ends_in_an_ellipsis_within_its_width(sheet):
    text = sheet.fit("枫南新村" * 50, size=12, width=100)
    assert text.endswith("…")
    assert sheet.measure(text, size=12) <= 100


def test_a_short_text_is_left_whole(sheet):
    assert sheet.fit("枫南", size=12, width=100) == "枫南"


def test_wrapped_lines_hold_every_character_and_no_word_is_torn(sheet):
    text = "Zones in Huimin, Jiashan County, in force from the fifth of March"
    lines = sheet.wrap(text, size=12, width=150, lines=9)
    assert " ".join(lines) == text
    assert all(sheet.measure(line, size=12) <= 150 for line in lines)


def test_no_line_begins_with_a_closing_mark(sheet):
    lines = sheet.wrap("封控区," * 30, size=12, width=133, lines=50)
    assert "".join(lines) == "封控区," * 30
    assert not [line for line in lines if line[0] == ","]


def test_a_title_of_two_lines_is_balanced(sheet):
    text = "嘉善县惠民街道划定封控区、管控区、防范区"
    width = sheet.balance(text, size=22, width=400, lines=2)
    first, second = sheet.wrap(text, size=22, width=width, lines=2)
    assert first + second == text
    assert len(second) > len(first) / 2


def test_a_column_leaves_out_what_has_no_room(sheet):
    column = Column(sheet, 0, 0, 100, 40)
    for _ in range(9):
        column.say("字", size=10)
    assert len(sheet.figure.texts) == 2
    assert column.y <= 40


def test_what_was_set_stays_at_its_distance_from_the_top(sheet):
    sheet.write("字", 10, 50, size=10)
    before = 300 - sheet.figure.texts[0].get_window_extent().y1
    sheet.close_at(120)
    assert 120 - sheet.figure.texts[0].get_window_extent().y1 == pytest.approx(before)


@pytest.mark.parametrize(("longest", "length"), [(1.0, 1), (4999, 2000), (5000, 5000), (99, 50), (0.7, 0.5)])
def test_a_scale_bar_has_a_round_length(longest, length):
    assert round_length_m(longest) == pytest.approx(length)


def test_a_view_keeps_the_scale_the_same_both_ways():
    view = view_of((0, 0, 1000, 500), 10, 20, 200, 200)
    assert view.extent == (0, -250, 1000, 750)
    assert view.metres_per_point == 5
    assert view.at(0, 750) == (10, 20)
    assert view.at(1000, -250) == (210, 220)


def test_the_ground_is_in_true_metres(make_scene):
    ground = lay_out(make_scene())
    assert ground.zones.crs.to_epsg() == 4549
    assert ground.cells.area.sum() == pytest.approx(make_scene().cells.to_crs(4549).area.sum())


def test_every_zone_has_its_number_and_none_lies_over_another(sheet, make_scene):
    scene = make_scene()
    crowd = scene.zones.loc[["S-1"] * 12].set_axis([f"S-{number}" for number in range(12)])
    ground = lay_out(replace(scene, zones=crowd))
    view = view_of(ground.extent, 0, 0, 400, 300)
    missing = draw_labels(sheet, ground, view, size=10).missing
    boxes = [text.get_window_extent() for text in sheet.figure.texts]
    assert missing == 0
    assert len(boxes) == 12
    assert not [1 for i, box in enumerate(boxes) for other in boxes[:i] if box.overlaps(other)]


def test_numbers_without_any_room_are_counted(sheet, make_scene):
    ground = lay_out(make_scene())
    view = view_of(ground.extent, 0, 0, 400, 300)
    assert draw_labels(sheet, ground, view, size=10, keep=((0, 0, 400, 300),)).missing == 3


def test_a_zone_too_small_to_see_gets_a_dot_beside_which_its_number_stands(make_scene):
    scene = make_scene()
    tiny = shapely.Point(120.86, 30.79).buffer(0.0001)
    shapes = gpd.GeoSeries([*scene.zones.geometry[:2], tiny], index=scene.zones.index, crs=4326)
    scene = replace(scene, zones=scene.zones.set_geometry(shapes))
    ground = lay_out(scene)
    with print_settings():
        sheet = Sheet(400, 300)
        assert draw_labels(sheet, ground, view_of(ground.extent, 0, 0, 400, 300), size=10).missing == 0
    dots = [line for line in sheet.figure.artists if isinstance(line, Line2D) and line.get_marker() == "o"]
    number = next(text for text in sheet.figure.texts if text.get_text() == "S-1").get_window_extent()
    (x,), (y,) = dots[0].get_data()
    assert len(dots) == 1
    assert not number.contains(*sheet.transform.transform((x, y)))


def test_a_proven_zoning_is_written_as_a_picture(zoning, tmp_path):
    path = export_picture(zoning, tmp_path / "map.png", lang="en")
    assert path.read_bytes().startswith(b"\x89PNG")


def test_an_unproven_zoning_gives_no_picture(zoning, tmp_path):
    with pytest.raises(ExportBlockedError, match="nothing proves"):
        export_picture(replace(zoning, certificate=None), tmp_path / "map.png")
    assert list(tmp_path.iterdir()) == []


def test_no_figure_is_left_with_pyplot(make_scene):
    import matplotlib.pyplot as plt

    draw_picture(make_scene())
    assert plt.get_fignums() == []
    assert isinstance(Sheet(10, 10).figure, Figure)


def test_the_svg_is_the_same_picture_without_a_font_a_script_or_a_date(make_scene):
    scene = make_scene(title="<script>alert(1)</script> --> " + HOSTILE)
    data = draw_vectors(scene)
    root = minidom.parseString(data).documentElement  # noqa: S318 - our own drawing
    kinds = {element.localName for element in root.getElementsByTagName("*")}
    assert kinds.isdisjoint({"script", "text", "image", "foreignObject", "a", "date"})
    assert root.getAttribute("width") == "540pt"
    assert data == draw_vectors(scene)


def test_the_ending_of_the_file_decides_what_is_written(zoning, tmp_path):
    assert export_picture(zoning, tmp_path / "map.SVG").read_bytes().startswith(b"<?xml")
    assert export_picture(zoning, tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")

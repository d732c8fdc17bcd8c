"""The printed atlas: its pages, what each audience reads on them, and how they are drawn."""

import io
import re
import shutil
import stat
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import geopandas as gpd
import numpy as np
import pytest
import segno
import shapely
from PIL import Image

from gridmap.errors import ExportBlockedError, UnsupportedError
from gridmap.export.atlas import draw_atlas, export_atlas
from gridmap.export.closeup import Atlas
from gridmap.export.drawing import View, lay_out, view_of
from gridmap.export.marks import draw_locator
from gridmap.export.place_names import draw_place_names
from gridmap.export.sheet import Sheet, print_settings
from gridmap.export.square_code import code_text, draw_code
from gridmap.model.leaf import Album, Leaf, Person
from gridmap.model.zoning import Document
from tests.export.list_world import six_households, two_cells, zoning_of


def poppler(tool, *arguments):
    """What a tool of poppler prints."""
    program = shutil.which(tool)
    assert program, f"{tool} is missing; apt-get install poppler-utils"
    answer = subprocess.run([program, *map(str, arguments)], check=True, capture_output=True)
    return answer.stdout.decode("utf-8")


@pytest.fixture
def page_of(tmp_path):
    """Write a page and return its path."""

    def write(scene, **options):
        path = tmp_path / "page.pdf"
        path.write_bytes(draw_atlas(scene, **options))
        return path

    return write


def test_it_is_one_page_a4_upright_for_a_square_map(page_of, make_scene):
    info = poppler("pdfinfo", page_of(make_scene()))
    assert re.search(r"Pages:\s+1\n", info)
    assert re.search(r"Page size:\s+595\.28 x 841\.89 pts \(A4\)", info)


def test_zones_that_lie_across_turn_the_page(page_of, make_scene):
    scene = make_scene()
    wide = scene.zones.set_geometry(scene.zones.geometry.affine_transform([3, 0, 0, 1, -2 * 120.86, 0]))
    info = poppler("pdfinfo", page_of(replace(scene, zones=wide)))
    assert re.search(r"Page size:\s+841\.89 x 595\.28 pts", info)


def test_every_font_is_embedded_as_type_3(page_of, make_scene):
    fonts = poppler("pdffonts", page_of(make_scene())).splitlines()[2:]
    assert fonts
    assert all(re.search(r"GridmapSansSC-Regular\s+Type 3\s+\S+\s+yes", font) for font in fonts)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "zh",
            (
                "图例",
                "关键数字",
                "封控区",
                "18,455",
                "各区名单",
                "枫南新村3幢",
                "嘉善防指〔2022〕8号",
                "北",
                "第 1 页,共 1 页",
            ),
        ),
        (
            "en",
            (
                "Legend",
                "Key figures",
                "Sealed zone",
                "18,455",
                "List of zones",
                "Fengnan 3",
                "Page 1 of 1",
            ),
        ),
    ],
)
def test_the_page_reads_in_its_language(page_of, make_scene, lang, words):
    text = poppler("pdftotext", "-layout", page_of(make_scene(lang)), "-")
    assert re.search(r"\d km\n", text)
    assert [word for word in words if word not in text] == []


def test_an_english_page_has_no_chinese_word(page_of, make_scene):
    text = poppler("pdftotext", page_of(make_scene("en")), "-")
    assert re.findall(r"[一-鿿]+", text) == []


def test_the_file_says_neither_who_made_it_nor_when(page_of, make_scene):
    info = poppler("pdfinfo", page_of(make_scene()))
    assert "Author" not in info
    assert "CreationDate" not in info
    assert "Title:           嘉善县惠民街道划定封控区、管控区、防范区" in info


def test_with_a_document_its_date_is_the_as_of_time(page_of, make_scene):
    document = Document(as_of=datetime(2022, 3, 5, 2, 30, tzinfo=UTC))
    info = poppler("pdfinfo", "-isodates", page_of(make_scene(), document=document))
    assert re.search(r"CreationDate:\s+2022-03-05T02:30:00", info)


def test_the_same_scene_gives_the_same_bytes(make_scene):
    assert draw_atlas(make_scene()) == draw_atlas(make_scene())


def test_a_draft_says_so_across_the_page(page_of, make_scene):
    text = poppler("pdftotext", "-raw", page_of(make_scene(banner="DRAFT")), "-")
    assert "DRAFT" in text


def test_hostile_text_stays_text(page_of, make_scene):
    name = "$\\alpha$ <b>x</b> ${y} \x07\u202e甲"
    scene = make_scene(title=name, notes=(name,))
    zones = scene.zones.assign(name=name, label=name)
    text = "".join(poppler("pdftotext", "-raw", page_of(replace(scene, zones=zones)), "-").split())
    assert text.count("$\\alpha$<b>x</b>${y}甲") == 5


def test_a_hundred_zones_stay_on_the_page_and_the_rest_is_counted(page_of, make_scene):
    scene = make_scene()
    many = scene.zones.loc[["S-1"] * 100].set_axis([f"S-{number}" for number in range(100)])
    text = poppler("pdftotext", "-layout", page_of(replace(scene, zones=many)), "-")
    listed = text.count("枫南新村3幢")
    assert listed > 3
    assert f"另有 {100 - listed} 个区未列出" in text
    assert re.search(r"图上有 \d+ 个区的编号因位置不足未标出", text)


@pytest.mark.parametrize(("zone", "located"), [("S-1", True), ("P-1", False)])
def test_zones_in_a_corner_of_the_county_are_located_and_those_all_over_it_are_not(make_scene, zone, located):
    scene = make_scene()
    ground = lay_out(replace(scene, zones=scene.zones.loc[[zone]]))
    view = view_of(ground.extent, 0, 0, 400, 300)
    with print_settings():
        box = draw_locator(Sheet(400, 300), ground, view, share=0.24)
    assert (box is not None) is located


def test_a_scene_without_anything_to_draw_is_still_a_page(page_of, make_scene):
    scene = make_scene()
    bare = replace(
        scene, zones=scene.zones.iloc[:0], cells=scene.cells.iloc[:0], sites=scene.sites.iloc[:0], legend=()
    )
    assert "Pages:           1" in poppler("pdfinfo", page_of(bare))


def test_a_proven_zoning_is_written_with_its_as_of_time(zoning, tmp_path):
    info = poppler("pdfinfo", "-isodates", export_atlas(zoning, tmp_path / "map.pdf"))
    assert re.search(r"CreationDate:\s+2022-03-05T00:00:00", info)


def test_an_unproven_zoning_gives_no_page(zoning, tmp_path):
    with pytest.raises(ExportBlockedError, match="nothing proves"):
        export_atlas(replace(zoning, certificate=None), tmp_path / "map.pdf")
    assert list(tmp_path.iterdir()) == []


def test_a_hole_in_a_zone_shows_what_lies_in_it(page_of, make_scene, tmp_path):
    scene = make_scene()
    ring = shapely.box(120.8, 30.75, 120.9, 30.85) - shapely.box(120.82, 30.77, 120.88, 30.83)
    zone = scene.zones.loc[["S-1"]].set_geometry([ring], crs=4326)
    bare = replace(scene, zones=zone, cells=scene.cells.iloc[:0], sites=scene.sites.iloc[:0])
    path = page_of(bare)
    poppler("pdftoppm", "-r", "36", "-png", "-singlefile", path, tmp_path / "page")
    image = Image.open(tmp_path / "page.png").convert("RGB")
    assert image.getpixel((image.width // 2, int(image.height * 0.38))) == (255, 255, 255)


def pages(path):
    """The text of every page."""
    return poppler("pdftotext", "-layout", path, "-").split("\f")[:-1]


@pytest.fixture
def staffed():
    """A sealed building in a controlled cell of a village with a secretary, beside a cell in no zone."""
    whole = zoning_of(six_households(), two_cells())
    times = {
        "effective_at": datetime(2022, 3, 6, tzinfo=UTC),
        "valid_until": datetime(2022, 3, 20, tzinfo=UTC),
    }
    return replace(whole, document=replace(whole.document, title="枫南划区", **times))


def test_every_zone_has_a_page_after_the_overview(staffed, tmp_path):
    overview, sealed, controlled = pages(export_atlas(staffed, tmp_path / "a.pdf", audience="field"))
    assert "第2页" in overview
    assert "第3页" in overview
    assert re.search(r"S-1 枫南新村3幢\s+封控区", sealed)
    assert re.search(r"C-1 枫南新村\s+管控区", controlled)
    for number, page in enumerate((overview, sealed, controlled), start=1):
        assert f"第 {number} 页,共 3 页" in page
        for text in ("示例〔2022〕1号", "示例县", staffed.plan.version, "逾期作废", "2022年3月6日 00:00"):
            assert text in page


def test_pages_for_officials_name_who_answers_and_those_for_the_public_nobody(staffed, tmp_path):
    official = pages(export_atlas(staffed, tmp_path / "o.pdf", audience="official"))
    public = pages(export_atlas(staffed, tmp_path / "p.pdf"))
    assert "陈书记 13900139001" in official[1]
    assert "吴志愿 13900139004" in official[1]
    assert not re.search("陈书记|吴志愿|1390013|透析|张小明", "".join(public))
    assert "张小明" not in "".join(official)
    assert (tmp_path / "o.pdf").stat().st_mode & 0o077 == 0


def test_by_grid_there_is_a_page_for_each_grid_with_a_zone(staffed, tmp_path):
    assert len(pages(export_atlas(staffed, tmp_path / "a.pdf", audience="field", per="grid"))) == 4


@pytest.mark.parametrize(
    ("paper", "landscape", "size"),
    [("A4", True, "841.89 x 595.28"), ("A3", False, "841.89 x 1190.55"), ("A3", True, "1190.55 x 841.89")],
)
def test_paper_is_chosen(staffed, tmp_path, paper, landscape, size):
    path = export_atlas(staffed, tmp_path / "a.pdf", paper=paper, landscape=landscape)
    assert f"Page size:       {size} pts" in poppler("pdfinfo", path)
    assert "第 3 页,共 3 页" in pages(path)[2]


def test_paper_that_is_not_known_is_refused(staffed, tmp_path):
    with pytest.raises(UnsupportedError, match="no paper 'letter'; choose of A4, A3"):
        export_atlas(staffed, tmp_path / "a.pdf", paper="letter")


def test_a_draft_says_so_across_every_page(staffed, tmp_path):
    draft = replace(staffed, document=replace(staffed.document, draft=True))
    path = export_atlas(draft, tmp_path / "a.pdf", audience="field", per="grid")
    texts = [poppler("pdftotext", "-raw", "-f", n, "-l", n, path, "-") for n in range(1, 5)]
    assert all("DRAFT" in text for text in texts)


def test_names_of_cells_and_streets_stand_on_the_map(staffed, tmp_path):
    street = shapely.LineString([(500000, 3400020), (500200, 3400030)])
    lines = gpd.GeoDataFrame({"name": ["枫南路"], "kind": ["road"]}, geometry=[street], crs=4549)
    page = pages(export_atlas(replace(staffed, boundaries=lines), tmp_path / "a.pdf"))[2]
    assert "枫南路" in page
    assert "枫南社区" in page
    assert "道路" in page


def test_many_zones_have_a_list_of_pages_before_them(make_scene):
    scene = make_scene()
    leaves = tuple(Leaf(f"S-{n}", f"S-{n} 枫南{n}幢", "S-1", (), ("sealed",), ()) for n in range(7))
    data = draw_atlas(scene, Album(leaves=leaves))
    answer = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True)
    texts = answer.stdout.decode().split("\f")[:-1]
    assert len(texts) == 9
    assert "目录" in texts[1]
    assert re.search(r"S-6 枫南6幢\s+第9页", texts[1])
    assert "S-6 枫南6幢" in texts[8]


def test_the_square_code_says_version_and_certificate(make_scene):
    assert code_text(make_scene("en", facts=(("Plan version", "3f9a"), ("Issued by", "x")))) == (
        "gridmap\nPlan version 3f9a"
    )
    assert "户数核对 应核 19,573 户" in code_text(make_scene())


def test_the_square_code_is_drawn_as_it_is_reckoned():
    text = "方案版本 3f9a1c27"
    matrix = np.array(segno.make(text, error="m", micro=False, boost_error=False, encoding="utf-8").matrix)
    size = len(matrix) + 4
    with print_settings():
        sheet = Sheet(4 * size, 4 * size)
        draw_code(sheet, text, 0, 0, size=4 * size)
        image = np.asarray(Image.open(io.BytesIO(sheet.to_png())).convert("L"))
    seen = image[2::4, 2::4][2:-2, 2:-2] < 128
    assert (seen == (matrix > 0)).all()


def test_what_is_out_of_sight_is_not_drawn(make_scene):
    scene = make_scene()
    atlas = Atlas(lay_out(scene))
    leaf = Leaf("S-1", "S-1", "S-1", (), ("sealed",), ())
    view = view_of(atlas.extent_of(leaf), 0, 0, 400, 300)
    seen = atlas.seen(leaf, view)
    assert list(seen.zones.index) == ["S-1"]
    assert list(seen.muted.index) == ["P-1", "C-1"]
    assert len(seen.cells) < len(scene.cells)
    assert seen.muted.geometry["P-1"].area < atlas.ground.zones.geometry["P-1"].area


def test_a_grid_stands_in_colour_where_it_is_in_a_zone(make_scene):
    scene = make_scene()
    atlas = Atlas(lay_out(scene))
    cell = scene.cells.index[scene.cells["name"] == "第3村3网格"][0]
    leaf = Leaf(cell, cell, "", (cell,), ("sealed",), ())
    seen = atlas.seen(leaf, view_of(atlas.extent_of(leaf), 0, 0, 400, 300))
    assert list(seen.zones.index) == ["S-1"]
    assert seen.zones.area.sum() == pytest.approx(seen.place.area, rel=0.01)


def test_names_do_not_lie_over_one_another(make_scene):
    scene = make_scene()
    names = tuple(scene.cells["name"])
    album = Album(names=names, lineage=(np.arange(len(names)),))
    ground = lay_out(scene)
    view = view_of(ground.extent, 0, 0, 700, 500)
    with print_settings():
        sheet = Sheet(700, 500)
        draw_place_names(sheet, album, ground, view, size=8, taken=((0, 0, 350, 500),))
        boxes = [text.get_window_extent() for text in sheet.figure.texts]
    assert len(boxes) > 5
    assert all(box.x0 > 345 for box in boxes)
    assert not [1 for i, box in enumerate(boxes) for other in boxes[:i] if box.overlaps(other)]


def test_the_locator_stands_where_it_hides_least_of_the_zone(make_scene):
    scene = make_scene()
    south_east = scene.zones.loc[["S-1"]].set_geometry([shapely.box(120.87, 30.75, 120.89, 30.77)], crs=4326)
    ground = lay_out(replace(scene, zones=south_east))
    _, south, east, _ = ground.zones.total_bounds
    view = View(0, 0, 400, 300, (east - 4000, south, east, south + 3000))
    for zones, upper in ((ground.zones, True), (ground.zones.iloc[:0], False)):
        with print_settings():
            box = draw_locator(Sheet(400, 300), replace(ground, zones=zones), view, share=0.24)
        assert box is not None
        assert (box[1] < 150) is upper


def test_every_fact_of_a_long_head_stands_on_the_page(staffed, tmp_path):
    document = replace(
        staffed.document, review_number="嘉S(2022)1号", recipient="惠民街道", approved_by="王批准"
    )
    for page in pages(
        export_atlas(replace(staffed, document=document), tmp_path / "a.pdf", audience="official")
    ):
        for text in ("嘉S(2022)1号", "惠民街道", "王批准", "落格4户", "示例县"):
            assert text in page


KINDS = ("隔离点", "卡口", "采样点", "配送点", "医疗点")
LONG_NOTES = (
    "Rules: Sealed, controlled and prevention zones (document 92 of 2021; verify against the order in force)",
    "Source: Document 92 of 2021, in force in March 2022, from press and mirror copies; duties: order 8 of 5",
    "Held back: S-2 until somebody answers for it, which was asked of the county in the morning of this day",
    "Outlines of buildings named by address are approximate; the lists decide.",
    "Counts under 5 are not told apart.",
)


@pytest.fixture
def crowded(make_scene):
    """A scene with five kinds of sites and a street, and a leaf with needs, a measure and twelve people."""
    scene = make_scene()
    inside = [scene.zones.geometry["S-1"].representative_point()] * len(KINDS)
    sites = gpd.GeoDataFrame({"kind": KINDS, "name": KINDS}, geometry=inside, crs="EPSG:4326")
    figures = tuple((need, "7") for need in ("网格单元", "住户", "人口", "透析", "婴幼儿", "独居", "孕产妇"))
    people = tuple(Person("微网格长", f"王{n:02d}", f"{n}号微网格") for n in range(12))
    leaf = Leaf("S-1", "S-1 枫南新村3幢", "S-1", (), ("sealed",), figures, people)
    left, bottom, right, top = scene.zones.geometry["S-1"].bounds
    street = shapely.LineString([(left, (bottom + top) / 2), (right, (bottom + top) / 2)])
    lines = gpd.GeoDataFrame({"name": ["枫南路"], "kind": ["road"]}, geometry=[street], crs="EPSG:4326")
    return replace(scene, sites=sites, audience="official"), Album((leaf,), lines=lines)


@pytest.mark.parametrize("landscape", [False, True])
def test_every_sign_on_a_map_is_explained(page_of, crowded, landscape):
    scene, album = crowded
    _, page = pages(page_of(scene, album=album, landscape=landscape))
    legend = page[page.index("图例") :]
    assert [kind for kind in (*KINDS, "道路", "其他各区", "封控区") if kind not in legend] == []
    assert "划区以外的网格" not in page  # the sealed zone lies amid others, and so does all that is in view


def test_who_answers_has_room_on_a_page_that_lies_across(page_of, crowded):
    scene, album = crowded
    _, page = pages(page_of(scene, album=album, landscape=True))
    assert len(re.findall(r"王\d\d", page)) > len(album.leaves[0].people) / 2


@pytest.mark.parametrize(("paper", "landscape"), [("A4", False), ("A4", True), ("A3", True)])
def test_no_note_is_cut_short(page_of, make_scene, paper, landscape):
    scene = make_scene("en", notes=LONG_NOTES)
    (page,) = pages(page_of(scene, paper=paper, landscape=landscape))
    letters = "".join(page.split())
    assert [note for note in LONG_NOTES if "".join(note.split()) not in letters] == []


def test_six_zones_are_listed_on_an_overview_that_lies_across(page_of, make_scene):
    scene = make_scene("en", notes=LONG_NOTES)
    six = scene.zones.loc[["S-1"] * 6].set_axis([f"S-{number}" for number in range(6)])
    (page,) = pages(page_of(replace(scene, zones=six), landscape=True))
    assert "List of zones" in page
    assert "more zones" not in page


def test_pages_with_needs_are_their_owners_alone_also_without_duties(zoning, tmp_path):
    path = export_atlas(zoning, tmp_path / "a.pdf", audience="field")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

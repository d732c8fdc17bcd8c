import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import shapely

from gridmap.errors import ExportBlockedError
from gridmap.export.atlas import draw_page, export_atlas
from gridmap.model.zoning import Document


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
        path.write_bytes(draw_page(scene, **options))
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
                "第 1 页",
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
    assert draw_page(make_scene()) == draw_page(make_scene())


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


def test_zones_in_a_corner_of_the_county_are_located(make_scene):
    scene = make_scene()
    corner = scene.zones.loc[["S-1"]]
    assert len(draw_page(replace(scene, zones=corner))) > 0


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
    from PIL import Image

    image = Image.open(tmp_path / "page.png").convert("RGB")
    assert image.getpixel((image.width // 2, int(image.height * 0.38))) == (255, 255, 255)

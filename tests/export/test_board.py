"""The board as a page and as PDF: every figure on it, nothing that runs, and nobody who must not be named."""

import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from types import SimpleNamespace

import pandas as pd
import pytest

from gridmap.errors import (
    ExportBlockedError,
    GridmapWarning,
    UnknownCellError,
    UnsupportedError,
    WorkspaceError,
)
from gridmap.export.board import board_history, board_of, export_board
from gridmap.export.board_parts import Measure
from gridmap.export.board_view import board_view
from tests.core.test_followup import entries
from tests.warned import warned

from .list_world import DOCUMENT, NAUGHTY, NOON, PAYLOADS, roster, six_households, two_cells, zoning_of

WORD = "枫桥-1963"
NAMES = ("张小明", "李大力", "王美丽", "赵铁柱", "钱多多", "孙悟空")
BACK = entries(("h1", "reached", "05T09:00", "胰岛素"), ("h2", "absent", "05T09:00"))
KNOWN_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "section", "footer", "div", "span"),
    *("p", "h1", "h2", "dl", "dt", "dd", "ul", "li", "b", "small", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td", "svg", "rect", "path"),
}


@pytest.fixture
def zoning():
    return replace(zoning_of(six_households(), two_cells()), followups=BACK)


class Page(HTMLParser):
    """What a page consists of: tags, attributes and text."""

    def __init__(self, path):
        super().__init__()
        self.tags, self.attributes, self.words = set(), set(), []
        self.feed(path.read_text("utf-8"))
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.words.append(data)


def text_of(path, *options):
    done = subprocess.run(["pdftotext", "-layout", *options, path, "-"], check=True, capture_output=True)
    return done.stdout.decode("utf-8")


def test_the_page_shows_the_figures_of_the_certificate_and_what_is_open(zoning, tmp_path):
    written = export_board(zoning, tmp_path / "board.html")
    said = Page(written.path).text
    assert "共6户 = 落格4户 + 待核2户 (相符)" in said
    assert "66.6%" in said  # 4 of 6, never rounded up
    assert "4 / 6 户" in said
    assert "1 / 3 户" in said  # one reached of three under a tier
    assert zoning.plan.version in said
    assert "枫南社区" in said
    assert "陈书记 13900139001" in said
    assert "未录入、因此不列的：已检测、诉求办结" in said
    assert written.persons == 0
    assert written.path.stat().st_mode & 0o077 == 0


def test_the_page_holds_no_script_asks_nobody_and_needs_no_style_but_its_own(zoning, tmp_path):
    page = Page(export_board(zoning, tmp_path / "board.html").path)
    text = (tmp_path / "board.html").read_text("utf-8")
    assert page.tags <= KNOWN_TAGS
    assert not any(name.startswith("on") or name in {"src", "href", "style"} for name in page.attributes)
    assert re.search(r"default-src 'none'; style-src 'sha256-[^']+'", text)
    assert "http://" not in text.replace("http-equiv", "")
    assert "https://" not in text
    export_board(zoning, tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == (tmp_path / "board.html").read_bytes()


def test_officials_see_counts_and_no_household(zoning, tmp_path):
    export_board(zoning, tmp_path / "board.html", audience="official")
    export_board(zoning, tmp_path / "board.pdf", audience="official")
    page = (tmp_path / "board.html").read_text("utf-8").replace("<h1", "").replace("</h1", "")
    page = page.replace("<h2", "").replace("</h2", "").partition("</style>")[2]
    for text in (page, text_of(tmp_path / "board.pdf")):
        for hidden in (*NAMES, "138001380", "幢101室", "不知何处", "透析", "胰岛素"):
            assert hidden not in text
        assert not re.search(r"\bh[1-6]\b", text)


def test_the_field_sees_which_households_are_open_by_id_and_address_and_no_more(zoning, tmp_path):
    written = export_board(zoning, tmp_path / "board.html", audience="field", plain=True)
    said = Page(written.path).text
    assert "未联系 a h2 枫南新村3幢101室" in said
    assert "待核住户 枫南社区 h5 枫南社区南路" in said
    assert "枫南新村10幢" not in said  # it was reached
    for hidden in (*NAMES, "138001380", "透析", "胰岛素"):
        assert hidden not in written.path.read_text("utf-8")
    assert written.persons == 4


def test_the_public_gets_none_and_the_field_only_with_a_password(zoning, tmp_path):
    for audience, name, options, why in (
        ("public", "b.html", {}, "public may have no board"),
        ("field", "b.html", {}, "boards for the field need a password"),
        ("field", "b.html", {"password": WORD}, "cannot be encrypted"),
        ("official", "b.docx", {}, "written as .html or .pdf"),
        ("official", "b.pdf", {"paper": "A5"}, "no paper 'A5'"),
    ):
        with pytest.raises(UnsupportedError, match=why):
            export_board(zoning, tmp_path / name, audience=audience, **options)
    assert list(tmp_path.iterdir()) == []
    path = export_board(zoning, tmp_path / "b.pdf", audience="field", password=WORD).path
    assert "枫南新村3幢101室" in text_of(path, "-upw", WORD)
    assert subprocess.run(["pdftotext", path, "-"], check=False, capture_output=True).returncode != 0


@pytest.mark.parametrize(
    ("paper", "landscape", "size"),
    [("A4", False, "595.28 x 841.89"), ("A3", True, "1190.55 x 841.89")],
)
def test_the_pdf_has_every_area_zone_and_figure(zoning, tmp_path, paper, landscape, size):
    path = export_board(zoning, tmp_path / "board.pdf", paper=paper, landscape=landscape).path
    info = subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True).stdout
    assert f"{size} pts" in info
    said = re.sub(r"\s+", "", text_of(path))
    for word in (
        "66.6%",
        "4 / 6",
        "枫南社区",
        "北汇村",
        "S-1 枫南新村3幢 封控区",
        "第1页",
        "落格4户",
        "未归入辖区",
    ):
        assert word.replace(" ", "") in said
    fonts = subprocess.run(["pdffonts", path], check=True, capture_output=True, text=True).stdout
    assert fonts.count("yes yes") == 1


def test_it_is_all_in_english_too(zoning, tmp_path):
    said = Page(export_board(zoning, tmp_path / "board.html", lang="en").path).text
    for word in (
        "Placed",
        "Not reached",
        "absent",
        "Households by tier",
        "4 placed + 2 exceptions",
        "no coordinates",
    ):
        assert word in said


def test_hostile_names_stay_text(tmp_path):
    evil = [
        *NAUGHTY[:400:9],
        *PAYLOADS[:12],
        "<img src=x onerror=alert(1)>",
        "</style><script>alert(1)</script>",
    ]
    homes = roster(
        *((f"h{n}<b>", text, "x", "1", None) for n, text in enumerate(evil)), ("h", "a", "b", "1", 10)
    )
    grid = two_cells()
    grid["village_name"] = ["<script>alert(1)</script>", "\u202e=cmd|' /C calc'!A0"]
    zoning = zoning_of(homes, grid, sealed="", document=replace(DOCUMENT, title="<svg onload=alert(1)>"))
    path = export_board(zoning, tmp_path / "b.html", audience="field", plain=True).path
    page = Page(path)
    assert page.tags <= KNOWN_TAGS
    assert not any(name.startswith("on") for name in page.attributes)
    assert "<script>alert(1)</script>" in page.text
    with warned(GridmapWarning, match="no font shows"):
        written = export_board(zoning, tmp_path / "b.pdf", audience="field", plain=True)
    assert "<script>alert(1)</script>" in text_of(written.path)


def test_a_draft_an_expired_one_and_a_copy_for_somebody_say_so(zoning, tmp_path):
    draft = replace(zoning, document=replace(DOCUMENT, draft=True, recipient="枫南社区"))
    said = Page(export_board(draft, tmp_path / "d.html").path).text
    assert said.count("草稿 DRAFT") > 20  # across the page, and across every page on paper
    assert "枫南社区 专用" in said
    old = replace(zoning, document=replace(DOCUMENT, valid_until=datetime(2022, 3, 5, 6, tzinfo=UTC)))
    said = Page(export_board(old, tmp_path / "o.html").path).text
    assert "已过期,请勿使用" in said
    assert "文件过期" in said


def test_what_is_not_proven_is_stopped_and_a_vacancy_is_not(zoning, tmp_path):
    with pytest.raises(ExportBlockedError, match="nothing proves"):
        export_board(replace(zoning, certificate=None), tmp_path / "b.html")
    nobody = replace(zoning_of(six_households(), two_cells(), officials=None), followups=BACK)
    said = Page(export_board(nobody, tmp_path / "b.html", audience="field", plain=True).path).text
    assert "必须到岗缺人" in said
    assert "暂缓下发" in said
    assert "枫南新村3幢101室" not in said  # its zone is held back: counted, and not listed


def test_a_share_is_never_rounded_up_to_the_whole():
    assert Measure("placed", "", 9999, 10000).percent == "99.9%"
    assert Measure("placed", "", 3, 3).percent == "100%"
    assert Measure("placed", "", 0, 0).percent == ""
    assert Measure("placed", "", None, None).said("en") == "not known"


def test_versions_that_cannot_be_read_any_more_are_left_out(zoning):
    faults = {1: UnknownCellError("cell a1 is gone"), 2: WorkspaceError("save 2 was purged")}

    def plan_of(save):
        if save in faults:
            raise faults[save]
        return zoning.plan

    saves = pd.DataFrame({"save": [1, 2, 3], "author": "me", "branch": ""})
    workspace = SimpleNamespace(
        versions=lambda: saves.assign(time=pd.Timestamp(NOON)),
        plan_of=plan_of,
        in_force=None,
        replacements=lambda: pd.DataFrame({"table": ["households"], "time": [pd.Timestamp(NOON)]}),
    )
    history = board_history(workspace, zoning)
    assert [each.save for each in history.versions] == [3]
    assert history.versions[0].duties is zoning.duties
    assert (history.roster_at, history.duties_at) == (NOON, None)


def test_the_words_of_every_line_are_there_once(zoning):
    view = board_view(board_of(zoning), zoning, audience="official", lang="zh")
    assert [line.name for line in view.areas] == [
        "枫南社区",
        "其中未归入下级",
        "a",
        "北汇村",
        "b",
        "未归入辖区",
    ]
    assert sum(line.open_items for line in view.areas if line.depth == 0) == sum(
        count for _, count in view.kinds
    )
    assert view.households == ()
    assert NOON in {board_of(zoning).at}


def test_on_paper_no_english_word_is_cut(zoning, tmp_path):
    said = text_of(export_board(zoning, tmp_path / "b.pdf", lang="en").path)
    assert "…" not in said
    assert "Requests" in said
    assert re.search(r"^ *Zone +Placed", said, re.MULTILINE)


def test_the_table_of_zones_is_headed_by_zone(zoning, tmp_path):
    said = export_board(zoning, tmp_path / "b.html", lang="en").path.read_text("utf-8")
    heads = re.findall(r'<div class="line head[^>]*><span>([^<]*)', said)
    assert heads == ["Area", "Zone"]

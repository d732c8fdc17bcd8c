"""Call sheets: what a person without a computer holds in the hand."""

import subprocess
from dataclasses import replace

import pytest

from gridmap.errors import CancelledError, ExportBlockedError, GridmapWarning, UnsupportedError
from gridmap.export.callsheets import export_callsheets
from gridmap.model.zoning import Document
from tests.warned import warned

from .list_world import NAUGHTY, roster, six_households, two_cells, zoning_of

WORD = "枫桥-1963"


@pytest.fixture
def zoning():
    return zoning_of(six_households(), two_cells())


def text_of(path, *options):
    """What poppler reads in a PDF."""
    done = subprocess.run(["pdftotext", "-layout", *options, path, "-"], check=True, capture_output=True)
    return done.stdout.decode("utf-8")


def test_each_zone_and_each_linked_member_has_a_sheet_with_every_household_once(zoning, tmp_path):
    written = export_callsheets(zoning, tmp_path, plain=True)
    names = {each.path.relative_to(tmp_path).as_posix(): each.persons for each in written}
    assert names == {
        "zones/C-1 枫南新村.pdf": 2,
        "zones/S-1 枫南新村3幢.pdf": 1,
        "officials/o3 周党员.pdf": 3,
    }
    text = text_of(tmp_path / "officials" / "o3 周党员.pdf").replace(" / ", "/")
    for said in (
        "周党员",
        "李大力",
        "13800138003",
        "枫南新村10幢101室",
        "2人",
        "已联",
        "不在",
        "有需",
        "1/1",
    ):
        assert said in text
    assert text.index("枫南新村9幢") < text.index("枫南新村10幢")
    assert zoning.plan.version in text
    assert "2022年3月5日" in text
    assert "联系人 周党员 13900139003" in text_of(tmp_path / "zones" / "C-1 枫南新村.pdf")


def test_a_long_address_and_two_phones_are_written_to_their_end(tmp_path):
    long = "示例县惠民街道枫南社区枫南新村二期东侧临时安置房(原枫南小学教学楼改建)10幢2单元1203室(由北门进)"
    people = six_households()
    people.loc["h1", ["address", "phone"]] = [long, "13800138001 / 0573-84000001转8001"]
    export_callsheets(zoning_of(people, two_cells(), sealed=""), tmp_path, plain=True)
    text = text_of(tmp_path / "zones" / "C-1 枫南新村.pdf", "-raw")
    together = "".join(text.split())
    assert long in together
    assert "13800138001/0573-84000001转8001" in together.replace(" ", "")
    assert "…" not in text


@pytest.mark.parametrize("count", [1, 2])
def test_english_sheets_say_what_each_box_is_for(tmp_path, count):
    people = six_households().assign(residents=count)
    export_callsheets(zoning_of(people, two_cells()), tmp_path, plain=True, lang="en")
    text = text_of(tmp_path / "zones" / "S-1 枫南新村3幢.pdf")
    assert all(word in text for word in ("reached", "absent", "needs", "1 household"))
    assert ("1 resident " in text.replace("\n", " ")) == (count == 1)
    assert ("1 households" in text, "1 residents" in text) == (False, False)


def test_needs_stand_only_on_the_sheets_of_those_who_may_see_them(zoning, tmp_path):
    export_callsheets(zoning, tmp_path / "seen", plain=True)
    assert "透析" in text_of(tmp_path / "seen" / "officials" / "o3 周党员.pdf")
    assert not any("透析" in text_of(path) for path in (tmp_path / "seen" / "zones").iterdir())
    export_callsheets(
        replace(zoning, protocol=replace(zoning.protocol, needs_roles=())), tmp_path / "not", plain=True
    )
    assert not any("透析" in text_of(path) for path in (tmp_path / "not").rglob("*.pdf"))


def test_with_a_password_a_file_opens_with_it_alone_and_holds_no_name_in_clear(zoning, tmp_path):
    for written in export_callsheets(zoning, tmp_path, password=WORD):
        said = subprocess.run(
            ["pdfinfo", "-upw", WORD, written.path], check=True, capture_output=True, text=True
        )
        assert "algorithm:AES-256" in said.stdout
        refused = subprocess.run(["pdfinfo", written.path], check=False, capture_output=True, text=True)
        assert refused.returncode != 0
        assert "13800138" not in written.path.read_bytes().decode("latin-1")
        assert written.path.stat().st_mode & 0o077 == 0


def test_whoever_nobody_calls_stands_on_the_sheet_of_the_zone(zoning, tmp_path):
    alone = replace(zoning, duties=None, certificate=zoning.certificate)
    (first, second) = export_callsheets(alone, tmp_path, plain=True)
    assert first.persons + second.persons == 3
    assert "(无人)" in text_of(first.path)


def test_long_lists_say_their_heading_again_and_count_their_pages(tmp_path):
    rows = [(f"h{n}", f"枫南新村{n}幢101室", f"户主{n}", "13800138000", 10) for n in range(1, 41)]
    export_callsheets(zoning_of(roster(*rows), two_cells(), sealed=""), tmp_path, plain=True)
    pages = text_of(tmp_path / "zones" / "C-1 枫南新村.pdf").split("\f")[:-1]
    assert [f"{number}/{len(pages)}" in page.replace(" / ", "/") for number, page in enumerate(pages, 1)] == [
        True
    ] * len(pages)
    assert len(pages) > 1
    assert all("联系人" in page for page in pages)
    assert sum(page.count("13800138000") for page in pages) == 40


def test_a_draft_says_so_on_every_page(zoning, tmp_path):
    draft = replace(zoning, document=Document(draft=True), certificate=None)
    for written in export_callsheets(draft, tmp_path, plain=True, lang="en"):
        text = text_of(written.path)
        assert "reached" in text
        assert all(letter in text for letter in "DRAFT")


def test_naughty_names_are_shown_and_run_nothing(tmp_path):
    rows = [(f"n{n:04}", text, text, text[:30], 10) for n, text in enumerate(NAUGHTY)]
    with warned(GridmapWarning, match=r"no font shows U\+0354, .* and \d+ more; 〓 stands"):
        written = export_callsheets(zoning_of(roster(*rows), two_cells(), sealed=""), tmp_path, plain=True)
    for each in written:
        data = each.path.read_bytes()
        assert not any(key in data for key in (b"/JavaScript", b"/URI", b"/Launch"))
        assert "n" in text_of(each.path)


def test_rare_characters_of_names_are_printed_in_the_font_that_has_them(tmp_path):
    people = six_households()
    people["head_name"] = ["王㛃", "李𬭚", "龚䶮", "Йордан", "钱多多", "孙悟空"]
    people.loc["h1", "address"] = "枫南新村10幢א室"
    export_callsheets(zoning_of(people, two_cells(), sealed=""), tmp_path, plain=True)
    path = tmp_path / "zones" / "C-1 枫南新村.pdf"
    text = text_of(path)
    assert all(each in text for each in ("王㛃", "李𬭚", "龚䶮", "א"))
    assert "〓" not in text
    fonts = subprocess.run(["pdffonts", path], check=True, capture_output=True).stdout.decode().splitlines()
    assert sorted(line.split()[0] for line in fonts[2:]) == ["MPDFAA+DejaVuSansBook", "MPDFAA+GridmapSansSC"]
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts[2:])


def test_a_character_that_no_font_has_is_named_and_seen(tmp_path):
    people = six_households()
    people.loc["h1", "head_name"] = "王\U00030000"
    with warned(GridmapWarning, match=r"no font shows .*U\+30000; 〓 stands in the place of each"):
        export_callsheets(zoning_of(people, two_cells(), sealed=""), tmp_path, plain=True)
    assert "〓" in text_of(tmp_path / "zones" / "C-1 枫南新村.pdf")


@pytest.mark.parametrize("audience", ["official", "public"])
def test_only_the_field_calls(zoning, tmp_path, audience):
    with pytest.raises(UnsupportedError, match="may have no call sheets"):
        export_callsheets(zoning, tmp_path, audience=audience, plain=True)


def test_nothing_is_written_without_a_password_or_proof(zoning, tmp_path):
    with pytest.raises(UnsupportedError, match="need a password"):
        export_callsheets(zoning, tmp_path)
    with pytest.raises(ExportBlockedError, match="nothing proves"):
        export_callsheets(replace(zoning, certificate=None), tmp_path, plain=True)

    def stop():
        raise CancelledError("stopped")

    with pytest.raises(CancelledError, match="stopped"):
        export_callsheets(zoning, tmp_path, plain=True, check=stop)
    assert list(tmp_path.iterdir()) == []

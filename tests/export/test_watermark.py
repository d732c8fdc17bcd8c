"""A copy for somebody says so, and until when, on every page of every kind."""

import subprocess
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest

from gridmap.core.watermark import watermark
from gridmap.export.kit import write_exports
from gridmap.model.zoning import Document
from tests.export.list_world import NOON, six_households, two_cells, zoning_of

RECIPIENT = "枫南社区 & Co"
SAID = f"{RECIPIENT} 专用"


@pytest.fixture
def zoning():
    made = zoning_of(six_households(), two_cells())
    document = replace(made.document, recipient=RECIPIENT, valid_until=NOON + timedelta(days=3))
    return replace(made, document=document)


def pages_of(path):
    done = subprocess.run(["pdftotext", "-raw", path, "-"], check=True, capture_output=True)
    return ["".join(page.split()) for page in done.stdout.decode().split("\f")[:-1]]


def test_it_says_for_whom_and_until_when():
    document = Document(recipient="Feng", valid_until=NOON)
    assert watermark(document, "field", "en") == "For Feng only  Valid until 2022-03-05 12:00 UTC+00:00"
    assert watermark(document, "public", "en") == ""
    assert watermark(Document(valid_until=NOON), "field", "en") == ""


def test_every_page_of_every_pdf_bears_it(zoning, tmp_path):
    formats = ("atlas", "callsheets")
    write_exports(zoning, tmp_path, audience="field", formats=formats, plain=True)
    files = list(tmp_path.rglob("*.pdf"))
    assert len(files) > 1
    for path in files:
        pages = pages_of(path)
        assert pages
        assert all(page.count("".join(SAID.split())) >= 3 for page in pages), path.name


def test_every_sheet_of_every_workbook_bears_it_at_its_head(zoning, tmp_path):
    write_exports(zoning, tmp_path, audience="field", formats=("contacts",), plain=True)
    for path in tmp_path.rglob("*.xlsx"):
        with zipfile.ZipFile(path) as package:
            sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
            texts = [package.read(name).decode() for name in sheets]
        assert texts
        assert all("枫南社区 &amp;&amp; Co 专用" in text for text in texts), path.name


def test_the_web_map_and_the_pictures_bear_it(zoning, tmp_path):
    marked, plain = tmp_path / "marked", tmp_path / "plain"
    write_exports(zoning, marked, audience="official", formats=("map", "picture"))
    unmarked = replace(zoning, document=replace(zoning.document, recipient=""))
    write_exports(unmarked, plain, audience="official", formats=("map", "picture"))
    assert "<span>枫南社区 &amp; Co 专用" in (marked / "map.html").read_text(encoding="utf-8")
    assert '<div class="gm-watermark"' not in (plain / "map.html").read_text(encoding="utf-8")
    assert (marked / "map.png").read_bytes() != (plain / "map.png").read_bytes()


def test_the_public_sees_none(zoning, tmp_path):
    write_exports(zoning, tmp_path, audience="public", formats=("map", "atlas"))
    assert RECIPIENT[:4] + " &" not in (tmp_path / "map.html").read_text(encoding="utf-8")
    assert not any("专用" in page for page in pages_of(tmp_path / "atlas.pdf"))

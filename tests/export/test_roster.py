"""The roster: inert texts, numbers as numbers, further sheets where one is full, one password."""

import io
import re
import shutil
import subprocess
import zipfile

import msoffcrypto
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from gridmap.export import roster
from gridmap.export.issue import Issue
from gridmap.export.lists import export_contacts, read_list
from gridmap.export.office_lock import Lock
from gridmap.export.roster import Roll, roster_bytes
from gridmap.export.workbook import Sheet, opened, workbook_bytes
from tests.export.list_world import (
    NAUGHTY,
    PAYLOADS,
    sheets_of,
    six_households,
    table_of,
    two_cells,
    zoning_of,
)

LIVE = ["=1+1", "{=SUM(A1)}", "@x", "+1", "-1", "http://a.b/c", "mailto:a@b.c", "internal:A!A1"]
TEXT = ["0012", "013800138000", "330421001000123456", "1e5", "2022-03-05", "TRUE", "NA", "#N/A", "㛃𬭚䶮"]
OPENS = "枫桥-2022"


def page_of(data, place=0):
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(place).to_python()


def test_every_text_stays_what_it_is():
    texts = [*LIVE, *TEXT, " lead", "tail ", "a\x01b", "_x0041_", "<b>&\"'", "x" * 33_000]
    data = roster_bytes(
        [Roll("住户", "=1+1", {"序号": np.arange(len(texts)), "文": texts})], banner="", foot=""
    )
    title, heads, *rows = page_of(data)
    assert (title[0], heads) == ("=1+1", ["序号", "文"])
    assert [row[1] for row in rows] == [*texts[:-1], "x" * 32_767]
    assert [row[0] for row in rows] == list(range(len(texts)))
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
        assert not [name for name in book.namelist() if "sheets/_rels" in name]
    assert "<f" not in page
    assert "hyperlink" not in page


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=1, max_size=8))
def test_both_writers_keep_every_text_and_number_their_rows(texts):
    rows = [(place, text) for place, text in enumerate(texts, start=1)]
    heads = ["序号", "文"]
    quick = workbook_bytes([Sheet("住户", "题", heads, rows)], banner="", foot="")
    plain = roster_bytes(
        [Roll("住户", "题", dict(zip(heads, zip(*rows, strict=True), strict=True)))], banner="", foot=""
    )
    for data in (quick, plain):
        assert page_of(data)[2:] == [[place, text] for place, text in rows]
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            numbers = re.findall(r'<row r="(\d+)"', book.read("xl/worksheets/sheet1.xml").decode())
        assert numbers == [str(number) for number in range(1, len(texts) + 3)]


def test_missing_numbers_and_empty_texts_are_empty_cells():
    data = roster_bytes(
        [Roll("住户", "题", {"人数": [3, "", 12], "文": ["a", "", None]})], banner="", foot=""
    )
    assert page_of(data)[2:] == [[3, "a"], ["", ""], [12, ""]]


def test_a_table_without_rows_has_its_headings():
    data = roster_bytes([Roll("待核名单", "无", {"序号": [], "文": []})], banner="", foot="")
    assert page_of(data) == [["无", ""], ["序号", "文"]]


def test_a_roster_that_is_longer_than_a_sheet_goes_on_on_the_next(monkeypatch, tmp_path):
    monkeypatch.setattr(roster, "MOST_ROWS", 5)
    heads = {"住户编号": [f"h{n}" for n in range(7)], "网格编码": ["a"] * 7, "等级代码": ["sealed"] * 7}
    data = roster_bytes([Roll("住户", "题", heads)], banner="", foot="")
    (tmp_path / "all.xlsx").write_bytes(data)
    pages = sheets_of(tmp_path / "all.xlsx")
    assert {name: len(rows) for name, rows in pages.items()} == {"住户": 5, "住户 2": 5, "住户 3": 3}
    assert all(rows[1] == list(heads) for rows in pages.values())
    assert read_list(tmp_path / "all.xlsx")["household_id"].tolist() == heads["住户编号"]


def test_every_page_says_draft_whom_it_is_for_and_its_number():
    data = roster_bytes([Roll("住户", "题", {"文": ["a"]})], banner="草案", foot="A&B", mark="供 王")
    page = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    assert '<oddHeader>&amp;C&amp;"Microsoft YaHei,Bold"&amp;16草案&amp;R' in page
    assert "供 王</oddHeader>" in page
    assert "<oddFooter>&amp;LA&amp;&amp;B&amp;R&amp;P / &amp;N</oddFooter>" in page
    assert page_of(data)[0][0] == "草案  题"
    assert 'ySplit="2"' in page
    assert '<autoFilter ref="A2:A3"/>' in page


def test_the_roster_is_that_of_the_zones_with_the_proof_and_who_is_missing(tmp_path):
    zoning = zoning_of(six_households(), two_cells())
    export_contacts(zoning, tmp_path, audience="field", password=OPENS)
    path = tmp_path / "households.xlsx"
    assert not zipfile.is_zipfile(path)
    assert read_list(path, password=OPENS)["household_id"].tolist() == ["h2", "h3", "h1"]
    (tmp_path / "open.xlsx").write_bytes(opened(path.read_bytes(), OPENS).getvalue())
    pages = sheets_of(tmp_path / "open.xlsx")
    assert list(pages) == ["概要", "住户", "待核名单"]
    assert ["住户", "3"] in pages["概要"]
    assert any("示例〔2022〕1号" in row for row in pages["概要"])
    table = table_of(pages["住户"])
    assert table["联系电话"].tolist() == ["13800138002", "13800138003", "13800138001"]
    assert "需求" not in table
    assert table_of(pages["待核名单"])["住户编号"].tolist() == ["h5", "h6"]


def test_officials_see_the_roster_masked(tmp_path):
    zoning = zoning_of(six_households(), two_cells())
    export_contacts(zoning, tmp_path, audience="official")
    table = table_of(sheets_of(tmp_path / "households.xlsx")["住户"])
    assert table["联系电话"].tolist() == ["138****8002", "138****8003", "138****8001"]
    assert table["户主"].tolist() == ["李*", "王*", "张*"]


def test_the_headings_of_the_roster_are_all_different():
    zoning = zoning_of(six_households(), two_cells())
    for lang in ("zh", "en"):
        issue = Issue(zoning, "field", lang)
        for roll in issue.rolls():
            assert len({len(list(values)) for values in roll.columns.values()}) == 1
        listed = issue.rolls()[1].columns
        assert len(listed) == 1 + len(issue.table().splitlines()[0].split(","))


def test_an_address_that_is_longer_than_its_column_goes_on_on_further_lines():
    """A column has 56 letters at most, 25 Chinese characters of 2.2 each; 60 take 132, in lines of 55."""
    rows = ["枫南新村10幢101室"] * 20 + ["枫" * 60, "枫南新村11幢"]
    data = roster_bytes([Roll("住户", "名册", {"住址": rows + ["枫" * 24] * 60})], banner="", foot="")
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        page, styles = (book.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "styles"))
    style = int(re.search(r'<c r="A3" s="(\d+)"', page)[1])
    assert "wrapText" in re.findall(r"<xf .*?(?:/>|</xf>)", styles.partition("<cellXfs")[2])[style]
    ((row, height),) = re.findall(r'<row r="(\d+)"[^>]* ht="([\d.]+)"', page)[1:]
    assert (row, float(height)) == ("23", pytest.approx(3 * 18 + 2, abs=0.75))


def test_libreoffice_reads_what_was_written(tmp_path):
    soffice = shutil.which("soffice")
    assert soffice, "soffice is missing; run make test, which installs it"
    texts = [
        each for each in [*LIVE, *TEXT, *PAYLOADS, *NAUGHTY] if each.isprintable() and each == each.strip()
    ]
    path = tmp_path / "roster.xlsx"
    path.write_bytes(
        roster_bytes([Roll("a", "题", {"序号": [*range(len(texts))], "文": texts})], banner="", foot="")
    )
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false"
    command = [soffice, profile, "--headless", "--convert-to", form, "--outdir", tmp_path / "out", path]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    back = pd.read_csv(tmp_path / "out" / "roster.csv", skiprows=1, dtype=str, keep_default_na=False)
    assert back["文"].tolist() == texts


def test_a_lock_is_the_standard_encryption_and_each_file_has_its_own_key():
    clear = roster_bytes([Roll("a", "题", {"文": ["a"]})], banner="", foot="")
    lock = Lock(OPENS)
    sealed = [lock.seal(clear), lock.seal(clear)]
    keys = set()
    for data in sealed:
        office = msoffcrypto.OfficeFile(io.BytesIO(data))
        office.load_key(password=OPENS, verify_password=True)
        out = io.BytesIO()
        office.decrypt(out, verify_integrity=True)
        assert out.getvalue() == clear
        assert office.info["spinValue"] == 100_000
        keys.add(office.secret_key)
        assert opened(data, lock).getvalue() == clear
    assert len(keys) == 2
    assert {len(key) for key in keys} == {32}


@pytest.mark.parametrize("wrong", ["枫桥-2023", ""])
def test_a_lock_with_another_password_opens_nothing(wrong):
    sealed = Lock(OPENS).seal(roster_bytes([Roll("a", "题", {"文": ["a"]})], banner="", foot=""))
    with pytest.raises(ValueError, match="could not be decrypted"):
        opened(sealed, Lock(wrong))

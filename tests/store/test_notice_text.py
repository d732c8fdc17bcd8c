import zipfile

import docx
import pytest

from gridmap.errors import UnsupportedError
from gridmap.store.notice_text import read_notice_text
from tests.warned import warned


def test_a_text_is_read_in_utf8_and_gb18030(tmp_path):
    utf8, old = tmp_path / "a.txt", tmp_path / "b.TXT"
    utf8.write_bytes("\ufeff封控区：枫南新村3幢。".encode())
    old.write_bytes("封控区：枫南新村3幢。请居民配合。".encode("gb18030"))
    assert read_notice_text(utf8).endswith("封控区：枫南新村3幢。")
    with warned(UserWarning, match="GB18030"):
        assert read_notice_text(old).startswith("封控区：枫南新村3幢。")


def test_paragraphs_and_tables_of_a_docx_come_in_their_order(tmp_path):
    document = docx.Document()
    document.add_paragraph("通告")
    table = document.add_table(rows=2, cols=2)
    for row, texts in zip(table.rows, [("封控区", "枫南新村3幢"), ("管控区", "枫南新村")], strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.add_paragraph("2022年3月5日")
    document.save(tmp_path / "a.docx")
    lines = read_notice_text(tmp_path / "a.docx").splitlines()
    assert lines == ["通告", "封控区\t枫南新村3幢", "管控区\t枫南新村", "2022年3月5日"]


def test_what_is_no_notice_is_refused(tmp_path):
    broken, other = tmp_path / "a.docx", tmp_path / "b.docx"
    broken.write_bytes(b"no zip")
    with zipfile.ZipFile(other, "w") as parts:
        parts.writestr("a.txt", "x")
    for path in (broken, other):
        with pytest.raises(UnsupportedError, match="is no DOCX"):
            read_notice_text(path)
    with pytest.raises(UnsupportedError, match=r"not from \.pdf"):
        read_notice_text(tmp_path / "a.pdf")
    with pytest.raises(UnsupportedError, match="cannot be read"):
        read_notice_text(tmp_path / "none.txt")

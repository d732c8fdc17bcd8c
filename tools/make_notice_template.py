"""Build the template of notices, gridmap/static/notice.docx, which users may copy and change.

Run it again after a change: ``.venv/bin/python tools/make_notice_template.py``.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from gridmap.export.docx_parts import with_fixed_times

TARGET = Path(__file__).parents[1] / "gridmap" / "static" / "notice.docx"
SONG, HEI, KAI, FANG = "SimSun", "SimHei", "KaiTi", "FangSong"
RED, GREY = RGBColor(0xB2, 0x18, 0x2B), RGBColor(0x59, 0x59, 0x59)
STANDARD_A4 = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}


def build() -> bytes:
    """Return the template: margins and letters of official documents, one paragraph for each placeholder."""
    document = Document()
    _set_page(document)
    _set_properties(document)
    _set_language(document)
    say = document.add_paragraph
    _style(say("{{title}}"), HEI, 22, align=WD_ALIGN_PARAGRAPH.CENTER, before=12)
    _style(say("{{number}}"), FANG, 16, align=WD_ALIGN_PARAGRAPH.CENTER, after=14)
    _style(say("{{lead}}"), FANG, 16, indent=True)
    _style(say("{{tier}}"), HEI, 16, indent=True, before=8, keep=True)
    _style(say("{{zone}}"), KAI, 16, indent=True, bold=True, keep=True)
    _style(say("{{text}}"), FANG, 16, indent=True)
    _style(say("{{note}}"), FANG, 12, indent=True, color=GREY, keep=True)
    _style(say("{{issuer}}"), FANG, 16, align=WD_ALIGN_PARAGRAPH.RIGHT, before=28, keep=True)
    _style(say("{{date}}"), FANG, 16, align=WD_ALIGN_PARAGRAPH.RIGHT)
    return _saved(document)


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, millimetres in STANDARD_A4.items():
        setattr(section, name, Mm(millimetres))
    head = section.header.paragraphs[0]
    head.add_run("{{draft}}")
    _style(head, HEI, 16, align=WD_ALIGN_PARAGRAPH.CENTER, color=RED, bold=True)
    foot = section.footer.paragraphs[0]
    foot.add_run("{{number}}  {{version}}  ")
    _add_page_number(foot)
    _style(foot, SONG, 9, align=WD_ALIGN_PARAGRAPH.CENTER, color=GREY)


def _add_page_number(paragraph: Any) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = text
        run._r.append(part)  # noqa: SLF001 - python-docx has no fields


def _style(
    paragraph: Any,
    font: str,
    size: float,
    *,
    align: Any = None,
    indent: bool = False,
    bold: bool = False,
    color: Any = None,
    before: float = 0,
    after: float = 0,
    keep: bool = False,
) -> None:
    layout = paragraph.paragraph_format
    layout.space_before, layout.space_after, layout.line_spacing = Pt(before), Pt(after), 1.25
    layout.first_line_indent = Pt(2 * size) if indent else None
    layout.keep_with_next = keep
    paragraph.alignment = align
    for run in paragraph.runs:
        run.font.name, run.font.size, run.font.bold = "Times New Roman", Pt(size), bold
        run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
        if color is not None:
            run.font.color.rgb = color


def _set_language(document: Any) -> None:
    """Set Chinese as written in China, so that punctuation stands where it does there."""
    letters = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    language = letters.find(qn("w:lang"))
    language.set(qn("w:eastAsia"), "zh-CN")


def _set_properties(document: Any) -> None:
    properties = document.core_properties
    properties.author = properties.last_modified_by = "gridmap"
    properties.title = properties.comments = ""
    properties.created = properties.modified = datetime(2000, 1, 1)


def _saved(document: Any) -> bytes:
    buffer = BytesIO()
    document.save(buffer)
    return with_fixed_times(buffer.getvalue())


if __name__ == "__main__":
    TARGET.write_bytes(build())

"""A notice as DOCX: a template, which users may change, with its placeholders filled by inert text.

A paragraph of a template may hold ``{{title}}`` and the other heads of a notice anywhere, also in tables,
heads and feet of pages. The paragraphs that hold nothing but ``{{lead}}``, ``{{tier}}``, ``{{zone}}``,
``{{text}}`` or ``{{note}}`` show how lines of that kind look; the lines stand where the first of them is.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from gridmap.errors import UnsupportedError
from gridmap.export.docx_parts import check_template, with_fixed_times
from gridmap.model.notice import LINE_KINDS, Notice

_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_USUAL = "text"
_WATERMARK = (
    '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
    '<w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"'
    ' path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
    '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
    '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
    '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="draft" type="#_x0000_t136" style="position:absolute;width:420pt;height:150pt;rotation:315;'
    "z-index:-1;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    'mso-position-vertical:center;mso-position-vertical-relative:margin" fillcolor="#b2182b" stroked="f">'
    '<v:fill opacity=".18"/><v:textpath style="font-family:&quot;Arial&quot;;font-size:1pt" string="DRAFT"/>'
    "</v:shape></w:pict></w:r>"
)


def notice_docx(notice: Notice, template: bytes) -> bytes:
    """Fill a template with a notice whose texts are plain.

    Parameters
    ----------
    notice
        What is told.
    template
        A DOCX.

    Returns
    -------
    document
        A DOCX; the same notice and template give the same bytes.

    Raises
    ------
    UnsupportedError
        If the template is no DOCX, holds what could run or fetch something, or has no place for the lines.
    """
    import docx

    check_template(template)
    try:
        document = docx.Document(io.BytesIO(template))
    except (KeyError, ValueError, SyntaxError) as error:  # lxml's errors are syntax errors
        raise UnsupportedError(
            "the template is no DOCX; save it as .docx in Word, WPS or LibreOffice"
        ) from error
    kinds = {paragraph: _kind(paragraph) for paragraph in document.paragraphs}
    models = {kind: paragraph for paragraph, kind in reversed(kinds.items()) if kind}
    if not models:
        raise UnsupportedError(
            "the template has no paragraph {{text}}, so that the notice has no place in it"
        )
    for paragraph in _paragraphs(document):
        if not kinds.get(paragraph):
            _fill(paragraph, notice.heads)
    _place_lines(notice, models, [paragraph for paragraph, kind in kinds.items() if kind])
    if notice.heads["draft"]:
        _mark_draft(document)
    _set_properties(document, notice)
    out = io.BytesIO()
    document.save(out)
    return with_fixed_times(out.getvalue())


def _kind(paragraph: Any) -> str:
    """Return the kind of line that a paragraph is the model of; empty if of none."""
    match = _PLACEHOLDER.fullmatch(paragraph.text.strip())
    return match[1] if match and match[1] in LINE_KINDS else ""


def _place_lines(notice: Notice, models: Mapping[str, Any], used: list[Any]) -> None:
    """Write the lines before the first model, each like the model of its kind, and take the models out."""
    usual = models.get(_USUAL, used[0])
    first = used[0]._p  # noqa: SLF001 - python-docx copies no paragraphs
    for line in notice.lines:
        model = models.get(line.kind, usual)
        copy = type(model)(deepcopy(model._p), model._parent)  # noqa: SLF001 - as above
        first.addprevious(copy._p)  # noqa: SLF001 - as above
        _write(copy, line.text)
    for paragraph in used:
        paragraph._p.getparent().remove(paragraph._p)  # noqa: SLF001 - as above


def _paragraphs(document: Any) -> Iterator[Any]:
    """Yield the paragraphs of the text, of tables, and of heads and feet of pages."""
    yield from _inside(document)
    for section in document.sections:
        for place in ("header", "footer"):
            for page in ("", "first_page_", "even_page_"):
                part = getattr(section, f"{page}{place}")
                if not part.is_linked_to_previous:
                    yield from _inside(part)


def _inside(part: Any) -> Iterator[Any]:
    yield from part.paragraphs
    for table in part.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from _inside(cell)


def _fill(paragraph: Any, heads: Mapping[str, str]) -> None:
    """Put the heads of the notice into a paragraph; it goes where it held nothing but empty ones."""
    text = paragraph.text
    wanted = [name for name in _PLACEHOLDER.findall(text) if name in heads]
    if not wanted:
        return

    def filled(template: str) -> str:
        return _PLACEHOLDER.sub(lambda match: heads.get(match[1], match[0]), template)

    whole = [run for run in paragraph.runs if _PLACEHOLDER.search(run.text)]
    if sum(len(_PLACEHOLDER.findall(run.text)) for run in whole) == len(_PLACEHOLDER.findall(text)):
        for run in whole:
            run.text = filled(run.text)
    else:  # an editor has cut a placeholder into pieces
        _write(paragraph, filled(text))
    beside = _PLACEHOLDER.sub("", text).strip()
    siblings = paragraph._p.getparent().findall(paragraph._p.tag)  # noqa: SLF001 - python-docx removes nothing
    if not beside and not any(heads[name] for name in wanted) and len(siblings) > 1:
        paragraph._p.getparent().remove(paragraph._p)  # noqa: SLF001 - as above


def _write(paragraph: Any, text: str) -> None:
    """Write a text into the first run of a paragraph that has any, in its letters, and empty the others."""
    runs = [run for run in paragraph.runs if run.text] or [paragraph.add_run()]
    for run in runs[1:]:
        run.text = ""
    runs[0].text = text


def _mark_draft(document: Any) -> None:
    """Lay DRAFT across every page."""
    from docx.oxml import parse_xml

    for section in document.sections:
        heads = [section.header]
        heads += [section.first_page_header] if section.different_first_page_header_footer else []
        heads += [section.even_page_header] if document.settings.odd_and_even_pages_header_footer else []
        for head in heads:
            if head is section.header and head.is_linked_to_previous and section is not document.sections[0]:
                continue
            head.paragraphs[0]._p.append(parse_xml(_WATERMARK))  # noqa: SLF001 - python-docx has no watermarks


def _set_properties(document: Any, notice: Notice) -> None:
    properties = document.core_properties
    properties.title, properties.author = notice.heads["title"][:255], notice.heads["issuer"][:255]
    properties.comments = properties.last_modified_by = ""

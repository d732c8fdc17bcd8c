"""What call sheets and the building matrix have in common: the paper, its foot, and how files are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from gridmap.core.watermark import watermark
from gridmap.core.wording import moment, word
from gridmap.export.captions import caption
from gridmap.export.listwords import phrase
from gridmap.export.paper import GREY, Paper, documents
from gridmap.export.written import Written, written_file
from gridmap.model.zoning import Zoning
from gridmap.store.files import write_bytes

EDGE = 34.0
_SMALL, _TINY, _PAGE = 8.5, 7.5, 11.0
_PAGE_ROOM = 60.0


def list_paper(
    title: str, zoning: Zoning, *, lang: str, password: str | None = None, wide: bool = False
) -> Paper:
    """Return the paper of a list for the field.

    Parameters
    ----------
    title
        Of the document.
    zoning
        Says whether it is a draft, and for whom it is.
    lang
        ``zh`` or ``en``.
    password
        Encrypts it.
    wide
        Whether pages lie across.
    """
    document = zoning.document
    return Paper(
        title=title,
        created=document.as_of,
        banner=word("draft", lang) if document.draft else "",
        mark=watermark(document, "field", lang),
        password=password or None,
        wide=wide,
    )


def write_foot(paper: Paper, zoning: Zoning, lang: str, page: str) -> None:
    """Write at the foot of a page what it is about, how long it holds, what is proven, and its number."""
    document, y = zoning.document, paper.height - EDGE - _SMALL
    until = moment(document.valid_until, lang)
    terms = [
        (word("valid_until", lang), until and caption("void_after", lang, until=until)),
        (word("effective_at", lang), moment(document.effective_at, lang)),
        ("", _proof(zoning, lang)),
        (word("issuer", lang), document.issuer),
    ]
    facts = [
        ("", document.number),
        (word("as_of", lang), moment(document.as_of, lang)),
        (word("version", lang), zoning.plan.version),
        (phrase("for", lang), document.recipient),
        (word("approved_by", lang), document.approved_by),
    ]
    inner = paper.width - 2 * EDGE
    for rows, size, above, room in (
        (terms, _TINY, _TINY + 4, inner),
        (facts, _SMALL, 0.0, inner - _PAGE_ROOM),
    ):
        said = " · ".join(f"{label} {value}".strip() for label, value in rows if value)
        paper.write(paper.fit(said, size=size, width=room), EDGE, y - above, size=size, color=GREY)
    paper.write(page, paper.width - EDGE, y - 2, size=_PAGE, align="right")


def _proof(zoning: Zoning, lang: str) -> str:
    """Say how many households are accounted for."""
    certificate = zoning.certificate
    if certificate is None:
        return ""
    counts = {name: getattr(certificate, name) for name in ("households_in", "placed", "exceptions")}
    return (
        f"{word('proof', lang, **counts)} {word('balanced' if certificate.balanced else 'unbalanced', lang)}"
    )


def write_papers(
    papers: Iterable[tuple[tuple[str, int], Paper]],
    folder: Path | str,
    *,
    name: str,
    audience: str,
    check: Callable[[], object] | None,
) -> list[Written]:
    """Write papers as files that only their owner can read.

    Parameters
    ----------
    papers
        With the name of the file and how many persons it names.
    folder
        Made if it is missing.
    name
        Of the format.
    audience
        For whom they are.
    check
        Called before each file, and may stop the export.
    """
    written = []
    for (file, persons), data in documents(papers):
        if check is not None:
            check()
        path = write_bytes(Path(folder) / file, data, private=True)
        written.append(written_file(name, path, audience, persons=persons))
    return written

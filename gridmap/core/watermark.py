"""What stands pale across every page of a copy that is for somebody: for whom, and until when."""

from __future__ import annotations

from gridmap.core.wording import moment, word
from gridmap.model.zoning import Document


def watermark(document: Document, audience: str, lang: str) -> str:
    """Return the watermark of a copy; empty without a recipient, and for the public.

    Examples
    --------
    >>> watermark(Document(recipient="枫南社区"), "field", "zh")
    '枫南社区 专用'
    """
    if audience == "public" or not document.recipient:
        return ""
    said = word("copy_for", lang, recipient=document.recipient)
    until = moment(document.valid_until, lang)
    return f"{said}  {word('valid_until', lang)} {until}" if until else said

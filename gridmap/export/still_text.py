"""Texts of the web map without scripts, escaped at the last step."""

from __future__ import annotations

from html import escape

from gridmap.export.plain import plain_text


def still_text(text: object) -> str:
    """Escape a text for HTML, in an element or in a quoted attribute."""
    return escape(plain_text(text), quote=True)

"""Hostile text made plain: one line, without characters that hide or reorder what is written."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SPACES = frozenset({"Zl", "Zp", "Zs"})


def plain_text(text: object) -> str:
    r"""Return `text` as one line, composed (NFC), without control characters and direction marks.

    Line ends and every kind of space become one plain space; a missing value becomes an empty text.

    Examples
    --------
    >>> plain_text("枫南\n新村\u202e3幢\x00")
    '枫南 新村3幢'
    """
    if text is None or text != text:  # noqa: PLR0124 - a missing number differs from itself
        return ""
    composed = unicodedata.normalize("NFC", str(text))
    shown = composed if composed.isprintable() else "".join(_shown(char) for char in composed)
    return " ".join(shown.split())


def plain_texts(texts: Sequence[str]) -> list[str]:
    """Return `plain_text` of each; where all of them are plain already, that is seen at a glance."""
    together = "".join(texts)
    if together.isprintable() and "  " not in together and unicodedata.is_normalized("NFC", together):
        return [text.strip() for text in texts]
    return [plain_text(text) for text in texts]


def _shown(char: str) -> str:
    if char in "\t\n\r\v\f" or unicodedata.category(char) in _SPACES:
        return " "
    return "" if unicodedata.category(char) in _INVISIBLE else char

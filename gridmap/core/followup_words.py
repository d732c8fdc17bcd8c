"""The words by which a household was reached, and what came of it: codes in tables, words on lists."""

from __future__ import annotations

from collections.abc import Mapping

Words = Mapping[str, tuple[str, str]]

CHANNELS: Words = {
    "visit": ("上门", "visit"),
    "phone": ("电话", "phone"),
    "wechat": ("微信", "WeChat"),
    "app": ("微嘉园", "app"),
}
RESULTS: Words = {
    "reached": ("已联系", "reached"),
    "absent": ("无人", "absent"),
    "refused": ("拒绝", "refused"),
    "moved": ("已搬离", "moved"),
}


def said(code: str, words: Words, lang: str) -> str:
    """Return the word of a code in `lang`; what is no code is shown as it is."""
    both = words.get(code)
    return code if both is None else both[lang == "en"]


def meant(text: str, words: Words) -> str:
    """Return the code that a word in either language stands for; other text stays as it was written.

    Examples
    --------
    >>> meant(" 上门 ", CHANNELS), meant("wechat", CHANNELS), meant("在外地", RESULTS)
    ('visit', 'wechat', '在外地')
    """
    plain = text.strip()
    folded = plain.casefold()
    return next(
        (code for code, both in words.items() if folded in {code, *(each.casefold() for each in both)}),
        plain,
    )

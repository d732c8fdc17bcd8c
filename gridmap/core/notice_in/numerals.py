"""Numbers as notices write them: in digits, and in Chinese numerals up to hundreds."""

from __future__ import annotations

import re

_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | dict.fromkeys("零○o", 0)
_COUNTED = re.compile(
    r"(?:(?P<hundreds>[一二三四五六七八九])百)?(?P<zero>[〇零])?"
    r"(?:(?P<tens>[一二三四五六七八九])?(?P<ten>十))?(?P<ones>[一二三四五六七八九])?"
)


def plain_number(written: str) -> int | None:
    """Return a number; None if it is written as no number is.

    Examples
    --------
    >>> [plain_number(each) for each in ("12", "十二", "二十一", "一百零五", "二〇二二", "十十")]
    [12, 12, 21, 105, 2022, None]
    """
    if written.isascii() and written.isdigit():
        return int(written)
    if written and all(letter in _DIGITS or letter.isdigit() for letter in written):
        return int("".join(str(_DIGITS.get(letter, letter)) for letter in written))
    match = _COUNTED.fullmatch(written)
    if match is None or not written or (match["zero"] and (match["ten"] or not match["hundreds"])):
        return None
    if match["hundreds"] and match["ones"] and not match["ten"] and not match["zero"]:
        return None
    tens = _DIGITS[match["tens"] or "一"] if match["ten"] else 0
    return 100 * _DIGITS.get(match["hundreds"] or "", 0) + 10 * tens + _DIGITS.get(match["ones"] or "", 0)

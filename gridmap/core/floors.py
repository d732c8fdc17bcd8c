"""What the number of a room tells: its floor, its door, its unit."""

from __future__ import annotations

import re

_DIGITS = "零一二三四五六七八九"
_COUNT = f"(?:\\d{{1,2}}|[{_DIGITS[1:]}]?十?[{_DIGITS[1:]}]|[{_DIGITS[1:]}]?十)"
_ABOVE = tuple(
    re.compile(pattern)
    for pattern in (
        r"(\d{1,2})(\d{2}(?:[A-Za-z]|-\d{1,2})?)",
        r"(\d{1,2})([A-Za-z])",
        rf"({_COUNT})\s*[层楼]\s*(.*)",
    )
)
_BELOW = tuple(
    re.compile(pattern)
    for pattern in (
        r"[-负]([1-9])-?(\d{2})",
        rf"(?:[-负]|地下)({_COUNT})\s*[层楼]\s*(.*)",
        r"[Bb]([1-9])(?:\s*[层楼Ff]|-)(.*)",
    )
)
_CELLAR = re.compile(r"地下室\s*(.*)")
_GROUND = re.compile(r"(?:底商|底层|门面).*")
_UNIT = re.compile(rf"({_COUNT}|[A-Za-z甲乙丙丁东西南北中])单元(.+)")


def floor_of(room: str) -> tuple[int, str] | None:
    """Return floor and door that the number of a room says, or None; floors below ground are less than 0.

    Shops under a building (底商, 门面) are on its first floor. ``B101`` may be the basement or block B, and
    says nothing.

    Examples
    --------
    >>> floor_of("1203"), floor_of("5A"), floor_of("2楼东"), floor_of("负一楼5"), floor_of("12")
    ((12, '03'), (5, 'A'), (2, '东'), (-1, '5'), None)
    """
    for sign, patterns in ((1, _ABOVE), (-1, _BELOW)):
        for pattern in patterns:
            match = pattern.fullmatch(room)
            if match is not None and _number(match[1]):
                return sign * _number(match[1]), match[2]
    cellar = _CELLAR.fullmatch(room)
    if cellar is not None:
        return -1, cellar[1]
    return (1, room) if _GROUND.fullmatch(room) else None


def _number(text: str) -> int:
    """Read a count up to 99 in digits or characters.

    Examples
    --------
    >>> [_number(text) for text in ("12", "三", "十", "十二", "二十", "二十一")]
    [12, 3, 10, 12, 20, 21]
    """
    if text.isdigit():
        return int(text)
    tens, _, ones = text.rpartition("十")
    many = (_DIGITS.index(tens) if tens else 1) if "十" in text else 0
    return 10 * many + (_DIGITS.index(ones) if ones else 0)


def room_at(floor: int, door: str) -> str:
    """Return how a room is numbered of which nobody is on record; empty where doors have no such numbers.

    Examples
    --------
    >>> room_at(12, "03"), room_at(5, "A"), room_at(-1, "02"), room_at(2, "东")
    ('1203', '5A', '-102', '')
    """
    return f"{floor}{door}" if door.isascii() and door.isalnum() else ""


def unit_and_room(room: str) -> tuple[str, str]:
    """Return the unit that a room tells before its number, empty for none, and the rest.

    Examples
    --------
    >>> unit_and_room("二单元301"), unit_and_room("东单元102"), unit_and_room("301")
    (('2', '301'), ('东', '102'), ('', '301'))
    """
    match = _UNIT.fullmatch(room)
    if match is None:
        return "", room
    unit = match[1]
    return (str(_number(unit)) if re.fullmatch(_COUNT, unit) else unit), match[2]

"""Conflicts of duties in words: their details as they are noted, and the same in Chinese."""

from __future__ import annotations

import re

from gridmap.export.plain import plain_text

_SAID = tuple(
    (re.compile(english), chinese)
    for english, chinese in (
        (r"lives in (?P<home>.+), serves (?P<what>.+)", "住在 {home},负责 {what}"),
        (r"lives outside, serves (?P<what>.+)", "住在区外,负责 {what}"),
        (r"serves (?P<count>\d+): (?P<what>.+)", "负责 {count} 处:{what}"),
        (r"(?P<count>\d+) households for a capacity of (?P<most>\S+)", "承担 {count} 户,上限 {most} 户"),
        (r"territory (?P<what>.+) is not in the grid", "网格中没有辖区 {what}"),
        (r"is on duty and has no phone", "在岗而无联系电话"),
        (r"area (?P<what>.+) is already served by (?P<who>.+)", "辖区 {what} 已由 {who} 负责"),
        (
            r"household (?P<what>.+) is already linked by hand to (?P<who>.+)",
            "住户 {what} 已手工指定给 {who}",
        ),
        (
            r"(?P<what>.+) of a duty set by hand is not known or needs nobody",
            "手工指定的 {what} 不存在或无须派人",
        ),
        (
            r"no (?P<level>.+) holds (?P<count>\d+) cell\(s\) \((?P<what>.+)\); each such cell counts as one",
            "{count} 个网格单元不属于任何 {level}({what}),各自单独计算",
        ),
    )
)
_WORDS = (
    ("outside every zone", "区外"),
    ("zone ", "区 "),
    ("area ", "辖区 "),
    ("site ", "点位 "),
    ("household ", "住户 "),
    ("official ", "责任人 "),
)


def say_conflict(detail: str) -> dict[str, str]:
    """Say the detail of a conflict in Chinese and in English; what has no Chinese words stays as it is.

    Examples
    --------
    >>> say_conflict("lives in S-1, serves S-2, outside every zone")["zh"]
    '住在 S-1,负责 S-2, 区外'
    """
    english = plain_text(detail)
    for pattern, chinese in _SAID:
        found = pattern.fullmatch(english)
        if found:
            parts = {name: _named(text) for name, text in found.groupdict().items()}
            return {"zh": chinese.format(**parts), "en": english}
    return {"zh": english, "en": english}


def _named(text: str) -> str:
    for english, chinese in _WORDS:
        text = text.replace(english, chinese)
    return text

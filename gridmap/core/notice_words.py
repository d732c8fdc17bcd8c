"""The words of a notice, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

_CHINA = timedelta(hours=8)
_DIGITS = "〇一二三四五六七八九"
_WORDS = {
    "title": ("关于{tiers}的通告", "Notice: {tiers}"),
    "lead": (
        "依据{source}（{verify}），现划定{tiers}，自{effective}起执行，有关事项通告如下。",
        "Under {source} ({verify}), the following zones apply from {effective}: {tiers}.",
    ),
    "lead_unknown": (
        "现划定{tiers}，自{effective}起执行，有关事项通告如下。",
        "The following zones apply from {effective}: {tiers}.",
    ),
    "now": ("发布之时", "the time of issue"),
    "tier": ("{number}、{label}", "{number}. {label}"),
    "zone": ("（{number}）{zone}", "({number}) {zone}"),
    "area": ("范围：{places}。", "Area: {places}."),
    "every": ("全域", " (whole area)"),
    "rest": ("（其中划为{tiers}的除外）", " (except what is {tiers} there)"),
    "except": ("（{places}除外）", " (except {places})"),
    "includes": ("涉及楼幢：{places}。", "Buildings there: {places}."),
    "more": ("等{count}处", " and more, {count} places in all"),
    "borders": ("四至：{borders}，其余以附图为准。", "Borders: {borders}; for the rest see the map."),
    "all_borders": ("四至：{borders}。", "Borders: {borders}."),
    "east": ("东至{name}", "{name} in the east"),
    "south": ("南至{name}", "{name} in the south"),
    "west": ("西至{name}", "{name} in the west"),
    "north": ("北至{name}", "{name} in the north"),
    "on_map": ("以附图为准：{parts}。", "See the map for: {parts}."),
    "cell": ("未命名的网格{count}个", "{count} cells without a name"),
    "drawn_part": ("{text}（图上划出的部分）", "{text} (a part drawn on the map)"),
    "drawn_exception": ("图上划出、不在本区的部分{text}", "a part drawn on the map that is not meant {text}"),
    "part_of_building": ("{text}的一部分", "a part of {text}"),
    "part_elsewhere": ("{text}中另有划定的部分", "what is zoned otherwise in {text}"),
    "split_building": ("{text}（跨区楼幢）", "{text} (partly in another zone)"),
    "whole_zone": ("本区范围", "the area of this zone"),
    "measures": ("管理措施：{measures}。", "Measures: {measures}."),
    "lifting": ("解除条件：{lifting}。", "Lifting: {lifting}."),
    "rules": ("{number}、其他事项", "{number}. In general"),
    "effective": ("本通告自{effective}起执行。", "This notice applies from {effective}."),
    "valid": (
        "本通告有效期至{until}，逾期以新的通告为准。",
        "It expires at {until}; a newer notice then applies.",
    ),
    "map": (
        "文字未能写明之处以附图为准；区域调整另行通告。",
        "Where words do not tell exactly, the map does; changes are told by another notice.",
    ),
    "origin": ("数据截至{as_of}，方案版本{version}。", "Data as of {as_of}, plan version {version}."),
    "provisional_grid": (
        "所用网格为临时网格，待正式网格替换。",
        "The grid is provisional, until the true one replaces it.",
    ),
    "nothing": ("目前未划定任何区域。", "No zone applies at present."),
    "nowhere": ("（无）", "(none)"),
    "and": ("、", ", "),
    "semicolon": ("；", "; "),
    "comma": ("，", ", "),
}


def notice_word(key: str, lang: str, **values: object) -> str:
    """Return a wording in `lang`; values are put in as they are, also where they hold braces."""
    text = _WORDS[key][lang == "en"]
    return text.format(**values) if values else text


def joined(texts: Sequence[str], lang: str, by: str = "and") -> str:
    """Write several texts after each other."""
    return notice_word(by, lang).join(texts)


def hour(when: datetime | None, lang: str) -> str:
    """Write a moment as notices do, ``2022年3月6日6时``; minutes only where there are any.

    The time zone stands beside it in English, and in Chinese where it is not that of China.
    """
    if when is None:
        return ""
    if lang == "en":
        offset = f"{when:%z}"
        return f"{when:%H:%M} on {when.day} {when:%B %Y}" + (
            f" (UTC{offset[:3]}:{offset[3:5]})" if offset else ""
        )
    minute = f"{when.minute}分" if when.minute else ""
    text = f"{day(when, lang)}{when.hour}时{minute}"
    return (
        text if when.utcoffset() in (None, _CHINA) else f"{text}（UTC{f'{when:%z}'[:3]}:{f'{when:%z}'[3:5]}）"
    )


def day(when: datetime | None, lang: str) -> str:
    """Write a date as it stands under a notice."""
    if when is None:
        return ""
    return f"{when.year}年{when.month}月{when.day}日" if lang == "zh" else f"{when.day} {when:%B %Y}"


def ordinal(number: int, lang: str) -> str:
    """Write the number of a paragraph: ``十二`` in Chinese up to 99, else in digits.

    Examples
    --------
    >>> [ordinal(number, "zh") for number in (1, 10, 12, 20, 21)]
    ['一', '十', '十二', '二十', '二十一']
    """
    if lang == "en" or not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")

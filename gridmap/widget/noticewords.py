"""Why a phrase of a notice was not matched, in Chinese; it is noted in English."""

from __future__ import annotations

import re

_SAID = tuple(
    (re.compile(english), chinese)
    for english, chinese in (
        (r"decided", "已由人确定"),
        (r"the protocol has no such tier", "管控规则中没有这个等级"),
        (r"the grid has no such area", "网格中没有这个辖区"),
        (r"no such place in this grid", "网格中没有这个地点"),
        (r"no place is called so", "没有叫这个名称的地点"),
        (r"several places are called so", "有多处同名"),
        (r"its tier is not known", "不知属于哪个等级"),
        (r"there may be others that are not named", "可能还有未列出的"),
        (r"a place, but no tier is told for it", "是地点,但没有写明等级"),
        (
            r"it is to be lifted later, or under a condition; nothing is lifted now",
            "以后或附条件解除;现在不解除",
        ),
        (
            r"no place is named; all zones of these tiers are meant only if you say so",
            "没有写明地点;是否指这些等级的全部区,请确定",
        ),
        (r"the plan has no zone there that it could lift", "方案在该处没有可解除的区"),
        (
            r"the zone of the plan there has another tier than the notice says",
            "方案中该处的区与通告所说的等级不同",
        ),
        (r"the zone of the plan there holds more than this", "方案中该处的区大于所写范围"),
        (
            r"what is excepted from a zone that is lifted is not read; lift it by hand",
            "解除时除外的部分不解读;请手工解除",
        ),
        (r"all of zone (?P<what>.+) is locked; unlock it first", "{what} 已全部锁定;请先解锁"),
        (
            r"(?P<count>\d+) households there would be (?P<tiers>.+) by what the plan has",
            "按方案原有划定,该处有{count}户仍为 {tiers}",
        ),
        (
            r"what stands in brackets behind it may be all that is meant of it",
            "括号内可能只指其中一部分",
        ),
        (
            r"an enclosure needs one line on each of four sides; draw it on the map",
            "四至须东南西北各有一线;请在图上画出",
        ),
        (r"these are the numbers that the roster knows there", "此为名册中该处的单号或双号"),
        (r"from the day of its date; no hour is told", "自落款之日起;没有写明时刻"),
        (r"only the map tells this; give the JSON, or draw it", "只有地图能说明;请用 JSON 或手绘"),
        (r"only the map tells this; draw it", "只有地图能说明;请手绘"),
        (r"the year, the hour or the time zone is not clear", "年份、时刻或时区不明"),
        (r"the rest of the town or of the whole grid", "指本镇其余部分还是全部其余部分,不明"),
        (r"the roster has no building (?P<what>.+) there", "名册中该处没有{what}"),
        (
            r"finer than a building or unit; the whole of it is meant only if you say so",
            "细于楼幢或单元;是否指整幢,请确定",
        ),
        (r"no line is called (?P<what>.+)", "没有名为“{what}”的线"),
        (r"these lines close no area with one of them on each side", "这些线不能围成四至范围"),
        (r"the lines close several such areas", "这些线围成了几处范围"),
        (r"what is excepted from it is not clear", "其中除外的部分不明"),
        (r"it lies in a stricter zone that does not except it", "位于更严的区内,而该区没有将其除外"),
        (
            r"zone (?P<what>.+) is (?P<now>.+) in the plan, not (?P<told>.+)",
            "方案中 {what} 为 {now},不是 {told}",
        ),
        (r"nothing more is meant", "没有其他的"),
    )
)


def say_note(note: str, lang: str) -> str:
    """Say a note in `lang`; one that has no Chinese words stays as it is.

    Examples
    --------
    >>> say_note("the roster has no building 99 there", "zh")
    '名册中该处没有99'
    """
    for pattern, chinese in _SAID if lang == "zh" else ():
        found = pattern.fullmatch(note)
        if found:
            return chinese.format(**found.groupdict())
    return note

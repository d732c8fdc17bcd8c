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
        (r"lifting is not read; clear or change these zones by hand", "不解读解除;请手工清除或调整"),
        (r"only the map tells this; give the JSON, or draw it", "只有地图能说明;请用 JSON 或手绘"),
        (r"only the map tells this; draw it", "只有地图能说明;请手绘"),
        (r"the year or the time zone is not told", "没有写明年份或时区"),
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

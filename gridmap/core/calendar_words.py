"""The words of the calendar of zones, in Chinese and in English."""

from __future__ import annotations

from datetime import date

_WORDS = {
    "title": ("解除日历", "Calendar of zones"),
    "at": ("时点", "As at"),
    "version": ("方案版本", "Plan version"),
    "rules": ("规则", "Rules"),
    "zone": ("区", "Zone"),
    "day_number": ("天数", "Day"),
    "state": ("状态", "State"),
    "missing": ("待核或未满足", "Open or not known"),
    "date": ("日期", "Date"),
    "weekday": ("星期", "Weekday"),
    "time": ("时间", "Time"),
    "what": ("事项", "What"),
    "detail": ("说明", "Detail"),
    "tier": ("等级", "Tier"),
    "sheet_days": ("日历", "Calendar"),
    "sheet_entries": ("事项", "Dates"),
    "round_due": ("应做全员检测", "Test round due"),
    "round_done": ("第{key}轮检测", "Test round {key}"),
    "round_unnumbered": ("检测（轮次不明）", "Test round without a number"),
    "earliest": ("最早可转为{then}", "{then} at the earliest"),
    "lift": ("最早可解除", "Lifted at the earliest"),
    "contacts": ("密接观察期满", "Contacts past their days"),
    "home": ("转入居家健康监测", "Home monitoring begins"),
    "restart": ("新增病例：{effect}", "New case: {effect}"),
    "upgrade": ("须立即升级", "Make stricter at once"),
    "part": ("{building}延至当日", "{building} kept until then"),
    "unknown": ("条件不明", "Not known"),
    "no_details": ("条件待核", "conditions to be confirmed"),
    "since": ("自{day}起", "since {day}"),
    "tested_of": ("已检{tested}/应检{due}", "tested {tested} of {due}"),
    "positive_of": ("阳性{count}", "positive {count}"),
    "sign_round_due": ("检", "T"),
    "sign_round_done": ("检", "T"),
    "sign_earliest": ("降", "D"),
    "sign_lift": ("解", "L"),
    "sign_contacts": ("密", "C"),
    "sign_home": ("居", "H"),
    "sign_restart": ("增", "N"),
    "sign_upgrade": ("升", "U"),
    "sign_part": ("留", "K"),
    "sign_unknown": ("?", "?"),
    "legend_round_due": ("应做全员检测", "test round due"),
    "legend_round_done": ("已做检测", "test round made"),
    "legend_earliest": ("最早降级", "downgrade at the earliest"),
    "legend_lift": ("最早解除", "lifting at the earliest"),
    "legend_contacts": ("密接期满", "contacts past their days"),
    "legend_home": ("转居家监测", "home monitoring begins"),
    "legend_restart": ("新增病例", "new case"),
    "legend_upgrade": ("须升级", "stricter at once"),
    "legend_part": ("楼栋延期至", "a building is kept until"),
    "legend_unknown": ("条件不明：不视为满足", "not known: never taken as met"),
    "legend_counts": ("检测下为已检/应检", "under a test: tested/due"),
    "legend_number": ("格内数字为第几天", "numbers count the days"),
    "open_dashed": (
        "虚线框：条件尚未全部满足，日期可能推迟",
        "dashed: something is still missing; it may come later",
    ),
    "open": ("条件未全部满足", "not all conditions are met"),
    "page": ("第{page}页 共{pages}页", "page {page} of {pages}"),
    "and": ("；", "; "),
    "sample": ("以现行文件为准", "verify against the order in force"),
}
_WEEKDAYS = ("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))


def calendar_word(name: str, lang: str, /, **values: object) -> str:
    """Return a wording in `lang`, ``zh`` or ``en``."""
    return _WORDS[name][lang == "en"].format(**values)


def calendar_day(day: date, lang: str) -> str:
    """Write a day with its weekday: ``3月5日 周六`` or ``5 Mar Sat``."""
    if lang == "zh":
        return f"{day.month}月{day.day}日 周{weekday(day, lang)}"
    return f"{day:%Y-%m-%d} {weekday(day, lang)}"


def weekday(day: date, lang: str) -> str:
    """Return the weekday, in one letter or three."""
    return _WEEKDAYS[lang == "en"][day.weekday()]

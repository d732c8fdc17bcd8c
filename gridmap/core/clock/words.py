"""What a clock says, in Chinese and in English."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pandas import Series

from gridmap.errors import UnsupportedError
from gridmap.model.clock import Clock
from gridmap.model.protocol import VERIFY, Protocol
from gridmap.model.zoning import LANGUAGES

_STATES = {
    "upgrade": ("须立即升级", "make stricter at once"),
    "ready": ("条件具备", "ready"),
    "held": ("条件具备，但已锁定", "ready, but locked"),
    "due": ("待办", "due"),
    "unknown": ("待核", "not known"),
    "counting": ("计时中", "counting"),
    "holds": ("符合", "holds"),
    "lifted": ("已令解除，方案未改", "lifted by order; still in the plan"),
    "no_clock": ("本规则无解除时钟", "no clock in this protocol"),
}
_CONDITIONS = {
    "no_new_case": ("无新增病例", "no new case"),
    "contacts": ("密接超期且阴性", "contacts past their days and negative"),
    "test_day": ("规定日检测全部阴性", "all negative on the test day"),
    "tested": ("解除前检测全部阴性", "all negative before lifting"),
    "others_lifted": ("其他区全部解除", "all other zones lifted"),
}
_VERDICTS = {"met": ("已满足", "met"), "not_met": ("未满足", "not met"), "unknown": ("不明", "not known")}
_MISSING = {
    "": ("", ""),
    "days_left": ("还差{count}天，最早{due}", "days to go: {count}; {due} at the earliest"),
    "no_closure": ("未录入封闭时间", "when it was closed is not recorded"),
    "unplaced_cases": ("{count}例病例地点不明", "cases of which nothing says where they lie: {count}"),
    "undated_cases": ("区内{count}例病例无确诊日期", "cases in it without confirmed_on: {count}"),
    "unregistered": (
        "检测出{count}例阳性未登记为病例",
        "positives that are not registered as cases: {count}",
    ),
    "contact_days_left": (
        "最后一名密接还差{count}天，最早{due}",
        "days to go for the last contact: {count}; {due} at the earliest",
    ),
    "no_exposure": (
        "未录入末次暴露时间（或确无密接）",
        "no last exposure (or that there is no contact) is recorded",
    ),
    "contacts_untested": ("密接检测结果未录入", "the test of the contacts is not recorded"),
    "contacts_untested_yet": ("密接检测自{due}起", "the contacts are tested from {due} on"),
    "no_round": ("自{due}起应做的全员检测未录入", "a full test round, due from {due}, is not recorded"),
    "no_round_yet": ("全员检测自{due}起", "a full test round is due from {due}"),
    "round_outdated": ("全员检测已过期，须重测", "the last full test round is too old by now; test again"),
    "result_unknown": ("检测人数或结果不全", "how many were due, tested or positive is not known"),
    "untested": ("还有{count}人未检", "not tested: {count}"),
    "positive_found": ("检出阳性", "a positive was found"),
    "others_left": ("还有{count}个区未解除：{names}", "not lifted: {count} ({names})"),
    "not_known_lifted": (
        "{count}个区是否解除未录入：{names}",
        "no record of lifting: {count} ({names})",
    ),
}
_EFFECTS = {
    "restart": ("重新计时", "days begin anew"),
    "part": ("仅该楼栋延期", "only its building is kept"),
    "upgrade": ("升级", "stricter at once"),
    "unregistered": ("阳性未登记", "positive not registered"),
}
_PHASES = {"": ("", ""), "closed": ("封闭", "closed"), "home": ("居家健康监测", "home monitoring")}
_REASONS = {
    "ready": ("{zone}：{at}条件全部满足", "{zone}: every condition is met at {at}"),
    "upgrade": ("{zone}：区内发现阳性", "{zone}: a positive was found in it"),
    "kept": ("{buildings}保留", "{buildings} stays"),
}
_REST = ("其他规则所定等级", "what other rules leave")
_NONE = ("无", "none")


def state_word(state: str, lang: str) -> str:
    """Say a state of `Clock.zones`."""
    return _said(_STATES, state, lang)


def condition_word(condition: str, lang: str) -> str:
    """Say a condition of `Clock.conditions`."""
    return _said(_CONDITIONS, condition, lang)


def verdict_word(state: str, lang: str) -> str:
    """Say ``met``, ``not_met`` or ``unknown``."""
    return _said(_VERDICTS, state, lang)


def effect_word(effect: str, lang: str) -> str:
    """Say an effect of `Clock.restarts`."""
    return _said(_EFFECTS, effect, lang)


def phase_word(phase: str, lang: str) -> str:
    """Say a phase of `Clock.zones`."""
    return _said(_PHASES, phase, lang)


def then_word(then: str, protocol: Protocol, lang: str) -> str:
    """Say what follows a zone: a tier, none, or what other rules leave."""
    if then in protocol.tier_ids:
        return protocol.tier(then).label(lang)
    return _pick(_NONE if then == "none" else _REST, lang)


def missing_texts(clock: Clock, lang: str) -> Series:
    """Say what is missing of every condition.

    Parameters
    ----------
    clock
        The clock.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    texts
        In the order of `clock.conditions`; empty where a condition is met.
    """
    rows = clock.conditions
    said = [
        _said(_MISSING, missing, lang).format(
            count="" if count is pd.NA else count, due=clock_time(due, lang), names=names
        )
        for missing, count, due, names in zip(
            rows["missing"], rows["count"], rows["due"], rows["names"], strict=True
        )
    ]
    return Series(said, index=rows.index, name="text", dtype="str")


def clock_time(moment: Any, lang: str) -> str:
    """Write a moment of a clock as people read it; empty when there is none."""
    if moment is pd.NaT or moment is None:
        return ""
    return f"{moment.month}月{moment.day}日{moment:%H:%M}" if lang == "zh" else f"{moment:%Y-%m-%d %H:%M}"


def reason_text(
    zone_id: str, state: str, at: str, *, rule: str, buildings: list[str], protocol: Protocol, lang: str
) -> str:
    """Write why a zone may go on or must go up, with the rule as written.

    Parameters
    ----------
    zone_id, state
        The zone, and its state.
    at
        The moment, as `clock_time` writes it.
    rule
        The rule, as the protocol has it.
    buildings
        The buildings that stay.
    protocol
        The protocol.
    lang
        ``zh`` or ``en``.
    """
    parts = [_said(_REASONS, state, lang).format(zone=zone_id, at=at), rule]
    if buildings:
        parts.append(_said(_REASONS, "kept", lang).format(buildings="、".join(buildings)))
    mark = "；" if lang == "zh" else "; "
    return mark.join(part for part in parts if part) + f" ({protocol.id})"


def how_counted(clock: Clock, lang: str) -> str:
    """Say which day is which, where midnight falls, and that the rules are a sample to be verified."""
    first = clock.protocol.days.first
    if lang == "zh":
        return (
            f"封闭当日为第{first}天，日期以{clock.timezone}午夜为界；"
            f"满N天指第N天结束。{clock.protocol.title_zh}：示例，以现行文件为准。"
        )
    return (
        f"The day of the closure is day {first}; days begin at midnight in {clock.timezone}; "
        f"N days are over when day N has ended. {clock.protocol.title_en}: {VERIFY}."
    )


def _said(words: dict[str, tuple[str, str]], key: str, lang: str) -> str:
    return _pick(words.get(key, (key, key)), lang)


def _pick(pair: tuple[str, str], lang: str) -> str:
    if lang not in LANGUAGES:
        raise UnsupportedError(f"no texts in {lang!r}; choose one of {', '.join(LANGUAGES)}")
    return pair[LANGUAGES.index(lang)]

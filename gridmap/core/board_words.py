"""The words of a board, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping

from gridmap.core.clearing import reason_words
from gridmap.core.clock.words import condition_word
from gridmap.core.followup_words import RESULTS
from gridmap.core.followup_words import said as result_words
from gridmap.core.staffed import NOT_ASKED
from gridmap.model.protocol import Protocol

BOARD_WORDS: Mapping[str, tuple[str, str]] = {
    "board": ("工作看板", "Board"),
    "placed": ("已落格", "Placed"),
    "staffed": ("包保到户", "Staffed"),
    "reached": ("已联系", "Reached"),
    "tested": ("已检测", "Tested"),
    "requests": ("诉求办结", "Requests closed"),
    "posts": ("责任到岗", "Posts filled"),
    "unit_placed": ("户", "households"),
    "unit_staffed": ("户", "households"),
    "unit_reached": ("户", "households"),
    "unit_tested": ("人", "persons"),
    "unit_requests": ("件", "requests"),
    "unit_posts": ("岗", "posts"),
    "vacancy_hard": ("必须到岗缺人", "Must be filled"),
    "vacancy": ("缺岗", "Vacancy"),
    "vacancies": ("缺人", "Persons missing"),
    "unplaced": ("待核住户", "Not placed"),
    "unstaffed": ("包保缺口", "Not staffed"),
    "unreached": ("未联系", "Not reached"),
    "untested": ("未检测", "Not tested"),
    "request": ("未办结诉求", "Open request"),
    "clock": ("解除条件未录入", "Condition not known"),
    "expired": ("文件过期", "Expired"),
    "open_items": ("未办事项", "Open items"),
    "oldest": ("未办事项（最早的在前）", "Open items, the oldest first"),
    "by_kind": ("各类未办", "Open by kind"),
    "by_area": ("各镇、村、网格", "By town, village and grid"),
    "by_zone": ("各区", "By zone"),
    "by_tier": ("各等级住户", "Households by tier"),
    "trend": ("历次方案", "Versions"),
    "which": ("未办住户", "Households that are open"),
    "none": ("无等级", "No tier"),
    "unknown": ("未录入", "not known"),
    "not_due": ("不涉及", "none due"),
    "nowhere": ("未归入辖区", "In no area"),
    "own": ("其中未归入下级", "of these in none below"),
    "area": ("辖区", "Area"),
    "zone": ("区", "Zone"),
    "kind": ("事项", "What"),
    "since": ("起始", "Since"),
    "where": ("所在", "Where"),
    "whose": ("责任人", "Whose"),
    "why": ("说明", "Why"),
    "count": ("数量", "Count"),
    "version": ("版本", "Version"),
    "saved": ("保存时间", "Saved"),
    "now": ("现在", "Now"),
    "zones": ("区数", "Zones"),
    "days": ("{days}天", "{days} d"),
    "hours": ("{hours}小时", "{hours} h"),
    "age_unknown": ("起始时间未知", "age not known"),
    "others": ("{name}等{count}人", "{name} +{count}"),
    "nobody": ("未落实", "nobody"),
    "persons": ("缺{count}人", "{count} missing"),
    "of_persons": ("{count}人", "{count} persons"),
    "lacks": ("缺{roles}", "no {roles}"),
    "not_asked": ("规则未要求", "no rule asks for it"),
    "round": ("第{round}轮", "round {round}"),
    "overdue": ("已超时", "overdue"),
    "valid_until": ("已过有效期", "its validity has ended"),
    "nothing_open": ("没有未办事项。", "Nothing is open."),
    "more_items": ("另有{count}项未列出。", "{count} more are not listed."),
    "all_items": ("全部未办事项（{count}组）", "All open items ({count} groups)"),
    "only_villages": (
        "网格多于{most}个，此处只列到村（社区）。",
        "There are more than {most} grids; only villages are listed.",
    ),
    "not_told": (
        "未录入、因此不列的：{names}。未录入不等于零。",
        "Not recorded, and so not listed: {names}. Not recorded is not zero.",
    ),
    "recounted": (
        "历次方案按现有住户、责任人名册重算；联系、检测、诉求按各自时间计；未办事项不含解除条件、文件过期。最近{count}次。",
        "With the roster and officials of now; open items without conditions and expiry. The last {count}.",
    ),
    "held_list": (
        "以下区暂缓下发，其住户只计数、不列名单：{zones}。",
        "Held back, so that their households are counted and not listed: {zones}.",
    ),
}


def board_word(key: str, lang: str, **values: object) -> str:
    """Return a word of the board in `lang`; an unknown key is returned as it is."""
    pair = BOARD_WORDS.get(key)
    text = key if pair is None else pair[lang == "en"]
    return text.format(**values) if values else text


def detail_words(kind: str, detail: str, protocol: Protocol, lang: str) -> str:
    """Say why something is open.

    Parameters
    ----------
    kind, detail
        As in `Board.open_items`.
    protocol
        Its roles have labels.
    lang
        ``zh`` or ``en``.
    """
    said = {
        "unplaced": lambda: reason_words(detail, lang),
        "unstaffed": lambda: _lacking(detail, protocol, lang),
        "unreached": lambda: result_words(detail, RESULTS, lang),
        "untested": lambda: board_word("round", lang, round=detail),
        "vacancy": lambda: protocol.role_label(detail, lang),
        "vacancy_hard": lambda: protocol.role_label(detail, lang),
        "clock": lambda: condition_word(detail, lang),
        "expired": lambda: board_word("valid_until", lang),
    }
    return said.get(kind, lambda: board_word(detail, lang))()


def _lacking(detail: str, protocol: Protocol, lang: str) -> str:
    if detail == NOT_ASKED:
        return board_word("not_asked", lang)
    roles = [protocol.role_label(each.removeprefix("no_"), lang) for each in detail.split(" ")]
    return board_word("lacks", lang, roles=("、" if lang == "zh" else ", ").join(roles))

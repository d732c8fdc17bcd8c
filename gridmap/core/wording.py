"""The words of maps and lists, in Chinese and in English."""

from __future__ import annotations

from datetime import datetime

from gridmap.errors import UnsupportedError
from gridmap.model.zoning import LANGUAGES

_WORDS = {
    "as_of": ("数据截至", "As of"),
    "effective_at": ("生效时间", "Effective"),
    "valid_until": ("有效期至", "Valid until"),
    "number": ("文号", "Number"),
    "issuer": ("发布单位", "Issued by"),
    "review_number": ("审图号", "Map review number"),
    "recipient": ("接收人", "Recipient"),
    "approved_by": ("缺岗批准人", "Issued in spite of vacancies by"),
    "version": ("方案版本", "Plan version"),
    "certificate": ("户数核对", "Household proof"),
    "balanced": ("相符", "balanced"),
    "unbalanced": ("不符", "NOT balanced"),
    "proof": (
        "共{households_in}户 = 落格{placed}户 + 待核{exceptions}户",
        "{households_in} households = {placed} placed + {exceptions} exceptions",
    ),
    "tier": ("等级", "Tier"),
    "zone": ("区", "Zone"),
    "zones": ("区数", "Zones"),
    "cells": ("网格单元", "Cells"),
    "households": ("住户", "Households"),
    "residents": ("人口", "Residents"),
    "at_least": ("至少{count}", "at least {count}"),
    "about": ("约{count}", "about {count}"),
    "draft": ("草稿 DRAFT", "DRAFT"),
    "held": ("暂缓下发", "Held back"),
    "persons_away": ("在外人数", "Persons away"),
    "test_round": ("检测轮次", "Test round"),
    "round_tested": ("第{number}轮 {tested}/{due}", "no. {number}: {tested} of {due}"),
    "open_requests": ("未办结诉求", "Open requests"),
    "copy_for": ("{recipient} 专用", "For {recipient} only"),
    "early": ("尚未生效,{moment}起生效", "NOT YET IN FORCE: from {moment}"),
    "expired": ("已过期,请勿使用", "EXPIRED: do not use"),
    "provisional": ("以现行文件为准", "verify against the order in force"),
    "grid": ("网格", "Grid"),
    "provisional_grid": ("临时网格，待正式网格替换", "provisional grid, until the true grid replaces it"),
    "rules": ("规则", "Rules"),
    "source": ("依据", "Source"),
    "approximate": (
        "按地址划出的楼栋范围为示意,以住户名单为准。",
        "Outlines of buildings named by address are approximate; the lists decide.",
    ),
    "small": ("不足5的数不单列。", "Counts under 5 are not told apart."),
    "small_rounded": (
        "不足5的数不单列;此前已公布过其他版本的户数,故各数取整到5。",
        "Counts under 5 are not told apart; others are rounded to 5, as another version was told before.",
    ),
    "no_households": ("未提供住户资料,无户数。", "No household roster was given, so there are no counts."),
    "exceptions": ("待核名单", "To be cleared"),
    "isolation_point": ("隔离点", "Isolation point"),
    "gate": ("卡口", "Gate"),
    "test_site": ("采样点", "Test site"),
    "delivery_point": ("配送点", "Delivery point"),
}


def word(key: str, lang: str, **values: object) -> str:
    """Return the wording of `key` in `lang`; an unknown key is returned as it is.

    Raises
    ------
    UnsupportedError
        If there is no such language.
    """
    if lang not in LANGUAGES:
        raise UnsupportedError(f"no texts in {lang!r}; choose one of {', '.join(LANGUAGES)}")
    pair = _WORDS.get(key)
    text = key if pair is None else pair[LANGUAGES.index(lang)]
    return text.format(**values) if values else text


def moment(when: datetime | None, lang: str) -> str:
    """Write a moment as people read it, with its time zone; empty when there is none."""
    if when is None:
        return ""
    if lang == "zh":
        return f"{when.year}年{when.month}月{when.day}日 {when:%H:%M} ({_offset(when)})"
    return f"{when:%Y-%m-%d %H:%M} {_offset(when)}"


def _offset(when: datetime) -> str:
    offset = f"{when:%z}"
    return f"UTC{offset[:3]}:{offset[3:5]}" if offset else ""

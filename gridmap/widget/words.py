"""The words of the panel, in Chinese and in English."""

from __future__ import annotations

_WORDS = {
    "search": ("按名称或编码查找", "find by name or code"),
    "more": ("另有{count}个,请查找", "{count} more: narrow the search"),
    "selected": (
        "已选 {areas} 个辖区,{cells} 个网格单元,{households} 户",
        "Selected: {areas} area(s), {cells} cells, {households} households",
    ),
    "nothing": ("未选辖区", "Nothing selected"),
    "set": ("设为", "Set to"),
    "clear": ("清除等级", "Clear"),
    "clear_tip": ("去掉等级,不论规则如何", "Take the tier away, whatever rules ask"),
    "release": ("交回规则", "Back to rules"),
    "release_tip": ("去掉手工设定,按规则执行", "Drop what was set by hand"),
    "lock": ("锁定", "Lock"),
    "lock_tip": ("锁定后不能修改", "Locked cells refuse edits"),
    "unlock": ("解锁", "Unlock"),
    "unlock_tip": ("允许再次修改", "Let them be edited again"),
    "delineate": ("按病例划区", "Zone by cases"),
    "delineate_tip": (
        "按管控规则从病例重新划区,保留手工设定",
        "Zone from the cases by the protocol; hand edits are kept",
    ),
    "undo": ("撤销", "Undo"),
    "redo": ("重做", "Redo"),
    "save": ("保存", "Save"),
    "reason": ("理由(保存和降级时填写)", "Reason (for saving, and for a weaker tier)"),
    "check": ("核对户数", "Prove"),
    "no_reason": ("请先填写理由,再保存。", "Give a reason, then save."),
    "no_areas": ("请先选择辖区。", "Choose areas first."),
    "failed": ("未完成", "Not done"),
    "saved_as": ("已保存为版本 {version}", "Saved as version {version}"),
    "saved": ("已保存", "saved"),
    "unsaved": ("未保存的操作 {count} 个", "{count} unsaved edit(s)"),
    "plan": ("方案", "Plan"),
    "zones": ("各区", "Zones"),
    "zone": ("编号", "Zone"),
    "tier": ("等级", "Tier"),
    "name": ("名称", "Name"),
    "cells": ("网格单元", "Cells"),
    "households": ("住户", "Households"),
    "residents": ("人口", "Residents"),
    "none": ("未划入", "No tier"),
    "total": ("合计", "Total"),
    "problems": ("需要处理", "To look at"),
    "no_problems": ("没有需要处理的事项。", "Nothing to look at."),
    "and_more": ("另有 {count} 项", "and {count} more"),
    "not_proven": ("此版本尚未核对户数", "This version is not proven yet"),
    "balanced": (
        "户数核对相符:共 {households_in} 户 = 落格 {placed} 户 + 待核 {exceptions} 户",
        "Proven: {households_in} households = {placed} placed + {exceptions} to be cleared",
    ),
    "unbalanced": ("户数核对不符,有 {count} 处差异", "NOT balanced: {count} difference(s)"),
    "weaker_than_rule": ("低于规则", "Weaker than a rule"),
    "weaker_carve_out": ("划出部分低于规则", "Carve-out weaker than a rule"),
    "case_not_placed": ("病例未能定位", "Case not placed"),
    "no_tier": ("网格单元未划入", "Cell without a tier"),
    "exception": ("住户待核", "Household to be cleared"),
    "whole": ("全图", "Whole map"),
    "near": ("看所选", "To selection"),
    "county": ("区县", "County"),
    "town": ("镇街道", "Town"),
    "village": ("村社区", "Village"),
    "grid": ("网格", "Grid"),
    "microgrid": ("微网格", "Micro-grid"),
    "cell": ("网格单元", "Cell"),
    "area": ("辖区", "Area"),
}


def word(key: str, lang: str, **values: object) -> str:
    """Return the wording of `key` in `lang`, ``zh`` or ``en``; an unknown key is returned as it is."""
    pair = _WORDS.get(key)
    if pair is None:
        return key
    text = pair[0] if lang == "zh" else pair[1]
    return text.format(**values) if values else text

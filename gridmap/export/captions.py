"""The words that maps themselves add to a scene, in both languages, and the order of its facts."""

from __future__ import annotations

from typing import Any

from gridmap.core.wording import word
from gridmap.model.scene import Rows, Scene

_HEAD = ("effective_at", "as_of")
_FOOT = ("number", "issuer", "version")

CAPTIONS = {
    "zh": {
        "legend": "图例",
        "figures": "关键数字",
        "zones": "各区",
        "zone_list": "各区名单",
        "sites": "点位",
        "cells": "网格",
        "measures": "管理措施",
        "tier": "等级",
        "north": "北",
        "beyond": "划区以外的网格",
        "others": "其他各区",
        "roads": "道路、界线",
        "rivers": "河流",
        "people": "责任人",
        "nobody": "尚未落实责任人",
        "more_people": "另有 {count} 人见责任人名单",
        "void_after": "{until}（逾期作废）",
        "page": "第 {page} 页,共 {pages} 页",
        "on_page": "第{page}页",
        "index": "目录",
        "more": "另有 {count} 个区未列出",
        "places": "按名称查找小区、村镇({count}处)",
        "more_places": "另有 {count} 处未列出;在能显示可放大地图的设备上可按名称查找",
        "more_buildings": "等,另{count}幢",
        "outside": "其余不在划区内",
        "unlabelled": "图上有 {count} 个区的编号因位置不足未标出",
        "picture": "划区示意图",
        "early": "尚未生效",
        "live": "此处不能显示可放大的地图,以下为静态图。",
        "locator": "所在位置",
        "version": "方案版本",
        "map": "地图",
        "note": "说明",
        "comma": "，",
        "semicolon": "；",
    },
    "en": {
        "legend": "Legend",
        "figures": "Key figures",
        "zones": "Zones",
        "zone_list": "List of zones",
        "sites": "Sites",
        "cells": "Cells",
        "measures": "Measures",
        "tier": "Tier",
        "north": "N",
        "beyond": "Outside every zone",
        "others": "Other zones",
        "roads": "Roads, borders",
        "rivers": "Rivers",
        "people": "Who is responsible",
        "nobody": "Nobody is assigned yet",
        "more_people": "{count} more are in the list of officials",
        "void_after": "{until} (void after that)",
        "page": "Page {page} of {pages}",
        "on_page": "p. {page}",
        "index": "Contents",
        "more": "{count} more zones are not listed here",
        "places": "Find a compound or village by its name ({count})",
        "more_places": "{count} more are not listed; the map that can be zoomed finds them by name",
        "more_buildings": "and {count} more",
        "outside": "the rest lies in no zone",
        "unlabelled": "{count} zones have no number on the map for lack of room",
        "picture": "Map of the zones",
        "early": "NOT YET IN FORCE",
        "live": "The map that can be zoomed cannot be shown here; this is a still picture.",
        "locator": "Location",
        "version": "Plan version",
        "map": "Map",
        "note": "Note",
        "comma": ", ",
        "semicolon": "; ",
    },
}


def caption(key: str, lang: str, **values: Any) -> str:
    """Return a caption in `lang`; Chinese where the language is not known."""
    return CAPTIONS.get(lang, CAPTIONS["zh"])[key].format(**values)


def head_facts(scene: Scene) -> Rows:
    """Return the facts that stand large at the head: from when it is in force, and of when the data are."""
    return _facts_named(scene, _HEAD)


def term_facts(scene: Scene) -> Rows:
    """Return the facts at the head of a printed page: those of `head_facts`, and until when it is valid."""
    void = void_after(_facts_named(scene, ("valid_until",)), scene.lang)
    first, *rest = head_facts(scene) or ((),)
    return tuple(row for row in (first, *void, *rest) if row)


def void_after(facts: Rows, lang: str) -> Rows:
    """Return facts that say of their end that it is one, for what no clock can tell on paper."""
    until = word("valid_until", lang)
    return tuple(
        (key, caption("void_after", lang, until=value) if key == until else value) for key, value in facts
    )


def foot_facts(scene: Scene) -> Rows:
    """Return the facts by which a loose sheet is told from others: number, issuer and version."""
    return _facts_named(scene, _FOOT)


def other_facts(scene: Scene) -> Rows:
    """Return the facts that are not at the head, in their order."""
    head = head_facts(scene)
    return tuple(fact for fact in scene.facts if fact not in head)


def issue_facts(scene: Scene) -> Rows:
    """Return the facts that are not at the head of a printed page, in their order."""
    until = word("valid_until", scene.lang)
    return tuple(fact for fact in other_facts(scene) if fact[0] != until)


def listed(rows: Rows, lang: str) -> str:
    """Write rows as one line."""
    return caption("comma", lang).join(f"{key} {value}" for key, value in rows)


def _facts_named(scene: Scene, names: tuple[str, ...]) -> Rows:
    known = dict(scene.facts)
    keys = [word(name, scene.lang) for name in names]
    return tuple((key, known[key]) for key in keys if key in known)

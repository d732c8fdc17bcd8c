"""The words of what changed between two versions, in Chinese and in English."""

from __future__ import annotations

_WORDS = {
    "map_title": ("调整示意：{title}", "What changes: {title}"),
    "version_before": ("原方案版本", "Plan version before"),
    "version_after": ("现方案版本", "Plan version now"),
    "sheet_summary": ("汇总", "Summary"),
    "sheet_households": ("须告知住户", "To be told"),
    "sheet_tellers": ("告知人", "Who tells"),
    "sheet_officials": ("责任增减", "Duties"),
    "sheet_changes": ("责任人调整", "Who is new to whom"),
    "summary": ("方案调整对照", "What changes"),
    "households": ("须告知的住户：{count}户", "Households to be told: {count}"),
    "tellers": ("由谁告知、共几户", "Who tells how many households"),
    "officials": ("责任增加与减少的人员", "Officials who gain or lose duties"),
    "changes": ("责任人调整：谁换成谁", "Changes: who is new to whom"),
    "change": ("变化", "Change"),
    "stricter": ("趋严", "stricter"),
    "weaker": ("趋松", "weaker"),
    "zone": ("换区", "another zone"),
    "none": ("无等级", "no tier"),
    "tier_before": ("原等级", "Tier before"),
    "tier_after": ("现等级", "Tier now"),
    "zone_before": ("原所属区", "Zone before"),
    "zone_after": ("现所属区", "Zone now"),
    "count": ("户数", "Households"),
    "told_by": ("告知人", "To be told by"),
    "told_before": ("原联户党员", "Linked member before"),
    "role": ("职责", "Role"),
    "target_kind": ("对象类别", "For"),
    "target_name": ("对象名称", "Which"),
    "before": ("原责任人", "Before"),
    "after": ("现责任人", "Now"),
    "gains": ("增加", "Gains"),
    "losses": ("减少", "Loses"),
    "households_of": ("{count}户", "{count} households"),
    "more": ("等{count}处", " and more, {count} in all"),
    "nobody": ("（无人，须指定）", "(nobody: name somebody)"),
    "and": ("、", ", "),
    "semicolon": ("；", "; "),
    "arrow": ("{before}→{after}", "{before} → {after}"),
    "sheet_zones": ("区的变化", "Zones"),
    "zones": ("区的变化：新设、撤销、拆分、合并、扩大、缩小", "What became of the zones"),
    "zone_new": ("新设", "new"),
    "zone_gone": ("撤销", "gone"),
    "zone_split": ("拆分", "split"),
    "zone_merged": ("合并", "merged"),
    "zone_grown": ("扩大", "grown"),
    "zone_shrunk": ("缩小", "shrunk"),
    "zone_tier": ("等级调整", "another tier"),
    "zone_renamed": ("更名", "renamed"),
    "zone_renumbered": ("换号", "renumbered"),
    "came_from": ("来自", "Came from"),
    "went_to": ("去向", "Went to"),
    "cells_before": ("原网格数", "Cells before"),
    "cells_after": ("现网格数", "Cells now"),
    "households_before": ("原户数", "Households before"),
    "households_after": ("现户数", "Households now"),
    "residents_before": ("原人数", "Residents before"),
    "residents_after": ("现人数", "Residents now"),
    "cells_of": ("{count}个网格", "{count} cells"),
    "residents_of": ("{count}人", "{count} residents"),
    "no_zone": ("不在任何区", "no zone"),
    "zone_counts": ("{zone}（{counts}）", "{zone} ({counts})"),
    "more_zones": ("等{count}处", "{count} in all"),
    "held": ("暂缓下发的区", "a zone held back"),
    "within": ("{tier}内换区：{zones}", "other zones, all {tier}: {zones}"),
    "same": ("{tier}（未变）", "{tier} (as before)"),
}


def delta_word(key: str, lang: str, **values: object) -> str:
    """Return a wording in `lang`; a key that is not known is returned as it is."""
    text = _WORDS.get(key, (key, key))[lang == "en"]
    return text.format(**values) if values else text


def has_word(key: str) -> bool:
    """Tell whether there is a wording of a key."""
    return key in _WORDS

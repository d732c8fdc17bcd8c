"""Edits in words, for the history."""

from __future__ import annotations

from typing import Any, TypeAlias

from gridmap.core.edits import Edit, Together
from gridmap.export.plain import plain_text
from gridmap.model.protocol import Protocol

_WORDS: dict[str, tuple[str, str]] = {
    "UseTiers": ("改用等级", "use the tiers"),
    "SetTier": ("设为{tier}", "set to {tier}"),
    "ClearTier": ("清除等级", "clear"),
    "Release": ("交回规则", "back to the rules"),
    "Lock": ("锁定", "lock"),
    "Unlock": ("解锁", "unlock"),
    "AddCarveOut": ("划出部分设为{tier}", "carve out as {tier}"),
    "RemoveCarveOut": ("撤销划出部分", "take back the carve-out"),
    "SetRemainder": ("其余设为{tier}", "the remainder to {tier}"),
    "NameZone": ("区更名", "name the zone"),
    "NumberZone": ("区改号", "number the zone"),
    "MergeZones": ("合并区", "merge the zones"),
    "LiftZone": ("解除或降级", "lift the zone"),
    "SplitZone": ("拆分区", "split the zone"),
    "Delineate": ("按病例划区", "zone by cases"),
    "CarryOver": ("转入新网格", "carry over to a new grid"),
}
_MOVES: dict[str, tuple[str, str]] = {
    "undo": ("撤销", "undo"),
    "redo": ("重做", "redo"),
    "save": ("保存", "saved"),
    "restore": ("恢复早先版本", "restored an earlier version"),
    "reload": ("载入他人版本并重做", "took what others saved, and made the edits again"),
    "discard": ("放弃未保存的操作", "went back to the saved plan"),
    "branch": ("新建分支", "began a branch"),
    "switch": ("切换分支", "went to another branch"),
    "recover": ("接续未保存的操作", "took over unsaved edits"),
}
_NAMED = ("areas", "addresses", "zones", "zone", "carve_out", "carve_outs", "cases", "tiers")
_MOST_NAMED = 3
TierNames: TypeAlias = dict[str, tuple[str, str]]


def say_edit(edit: Edit, labels: TierNames | None = None) -> dict[str, str]:
    """Say what an edit does, in Chinese and in English.

    Parameters
    ----------
    edit
        The edit.
    labels
        Chinese and English names of the tiers, by id.
    """
    if isinstance(edit, Together):
        return _say_together(edit, labels)
    kind = type(edit).__name__
    tier = getattr(edit, "tier", "")
    names = (labels or {}).get(tier, (tier, tier))
    return {
        lang: f"{words.format(tier=name)}{_what(edit, lang)}"
        for lang, words, name in zip(("zh", "en"), _WORDS.get(kind, (kind, kind)), names, strict=True)
    }


def _say_together(edit: Together, labels: TierNames | None) -> dict[str, str]:
    """Say how many edits are one step, and why, or else what the first of them do."""
    why = plain_text(edit.reason)
    first = [say_edit(each, labels) for each in edit.edits[:_MOST_NAMED]]
    more = "…" if len(edit.edits) > _MOST_NAMED else ""
    zh = why or f"{';'.join(each['zh'] for each in first)}{more}"
    en = why or f"{'; '.join(each['en'] for each in first)}{more}"
    count = len(edit.edits)
    return {"zh": f"一步 {count} 项操作:{zh}", "en": f"{count} edits in one step: {en}"}


def say_move(kind: str) -> dict[str, str]:
    """Say what a move that is no edit did, in Chinese and in English."""
    zh, en = _MOVES.get(kind, (kind, kind))
    return {"zh": zh, "en": en}


def tier_names(protocol: Protocol) -> TierNames:
    """Return the Chinese and the English name of every tier of a protocol, by its id."""
    return {tier.id: (tier.label("zh"), tier.label("en")) for tier in protocol.tiers}


def _what(edit: Any, lang: str) -> str:
    parts = [_listed(getattr(edit, name)) for name in _NAMED if getattr(edit, name, ())]
    for name, words in (("cells", ("{} 个网格单元", "{} cells")), ("households", ("{} 户", "{} households"))):
        count = len(getattr(edit, name, ()))
        if count:
            parts.append(words[0 if lang == "zh" else 1].format(f"{count:,}"))
    if getattr(edit, "shape", ""):
        parts.append("手绘范围" if lang == "zh" else "a drawn part")
    between, colon = ("、", ":") if lang == "zh" else (", ", ": ")
    return f"{colon}{between.join(parts)}" if parts else ""


def _listed(value: Any) -> str:
    ids = [value] if isinstance(value, str) else list(value)
    shown = "、".join(plain_text(each) for each in ids[:_MOST_NAMED])
    return f"{shown}…({len(ids)})" if len(ids) > _MOST_NAMED else shown

"""What a view is told when an edit or a wish is refused, in its language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pandas import DataFrame

from gridmap.core.conflict import DIFFERENCE_COLUMNS
from gridmap.errors import (
    ConflictError,
    ExportBlockedError,
    GridmapError,
    LockedCellError,
    ReasonNeededError,
    UnknownCellError,
    WorkspaceError,
)
from gridmap.export.plain import plain_text
from gridmap.widget.refusal_words import in_chinese

_MOST_ROWS = 500
_MOST_NAMED = 5
_WEAKER = (
    "规则要求更严的等级,降级须写明理由。",
    "The rules ask for a stricter tier here; say why it shall be weaker.",
)

_CODES: tuple[tuple[type[GridmapError], str, str], ...] = (
    (LockedCellError, "locked", "网格单元或划出部分已锁定,请先解锁"),
    (UnknownCellError, "unknown", "网格中没有所指的辖区或网格单元"),
    (ConflictError, "conflict", "他人已先保存了新版本"),
    (ExportBlockedError, "blocked", "暂不能导出"),
    (WorkspaceError, "other", "工作区文件无法读写"),
)


def refusal(error: GridmapError, lang: str) -> dict[str, Any]:
    """Return `why`, a sentence, and `code`, by which the view knows what to offer.

    In Chinese it is the sentence of `refusal_words`; where that has none, it says first what kind of refusal
    it is, and then which cells it is about, or the detail as it was raised. Where a reason is missing the
    detail speaks to programs, and is left out in both languages.
    """
    if isinstance(error, ReasonNeededError):
        return {"why": _WEAKER[lang == "en"], "code": "reason_needed"}
    code, chinese = next(
        ((code, words) for kind, code, words in _CODES if isinstance(error, kind)), ("other", "未完成")
    )
    detail = plain_text(error)
    ids = getattr(error, "cells", ())
    known = _chinese_of(error)
    why = f"{known}。" if known else f"{chinese}:{_some(ids)}。" if ids else f"{chinese}。({detail})"
    said = {"why": why if lang == "zh" else detail, "code": code}
    return {**said, **conflict_of(error, lang)} if isinstance(error, ConflictError) else said


def _chinese_of(error: GridmapError) -> str | None:
    reasons = error.reasons if isinstance(error, ExportBlockedError) else (error,)
    known = [in_chinese(plain_text(each)) for each in reasons]
    return ";".join(each for each in known if each) if all(known) else None


def _some(ids: Sequence[str]) -> str:
    """Name a few ids, and say how many there are."""
    rest = f"等 {len(ids):,} 个" if len(ids) > _MOST_NAMED else ""
    return "、".join(plain_text(each) for each in ids[:_MOST_NAMED]) + rest


def internal_refusal(lang: str) -> dict[str, Any]:
    """Return what a view is told when something failed that no input explains; the kernel shows the rest."""
    why = (
        "内部错误,本次操作未执行;详情见内核输出"
        if lang == "zh"
        else "something failed inside; nothing was changed"
    )
    return {"why": why, "code": "other"}


def difference_rows(difference: Any) -> list[dict[str, Any]]:
    """Return what two have changed as plain rows, those that clash first."""
    if difference is None or not len(difference):
        return []
    rows = difference.sort_values("clash", ascending=False, kind="stable").head(_MOST_ROWS)
    texts = [name for name in DIFFERENCE_COLUMNS if name != "clash"]
    return [
        {**{name: plain_text(getattr(row, name)) for name in texts}, "clash": bool(row.clash)}
        for row in rows.itertuples()
    ]


def conflict_of(error: ConflictError, lang: str) -> dict[str, Any]:
    """Return what a view shows of a save that met another one: what both have changed."""
    difference = error.difference
    said = plain_text(error) if lang != "zh" or difference is None else _both_sides(difference)
    return {"difference": difference_rows(difference), "summary": said}


def _both_sides(difference: DataFrame) -> str:
    theirs, mine = (
        _counted(difference[difference[side] != difference["before"]]) for side in ("theirs", "mine")
    )
    return f"对方改动:{theirs};本方改动:{mine}"


def _counted(changed: DataFrame) -> str:
    cells = int((changed["kind"] == "cell").sum())
    return f"{cells:,} 个网格单元,{len(changed) - cells:,} 个区或划出部分"

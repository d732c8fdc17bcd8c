"""What is refused is told in the language of the view."""

import re
from pathlib import Path

import pytest

import gridmap as gm
from gridmap.widget import refusal_words
from gridmap.widget.refusal_words import in_chinese
from gridmap.widget.refusals import refusal

SOURCES = "\n".join(
    path.read_text("utf-8")
    for path in sorted(Path(gm.__file__).parent.rglob("*.py"))
    if path.name != "refusal_words.py"
)
FEW = 4
CORNERS = {"type": "AddCarveOut", "tier": "sealed", "rings": [[0, 0, 1, 1]]}
NUMBER = {"type": "NumberZone", "zone": "S-1", "number": "S-2"}
MERGE = {"type": "MergeZones", "zones": ["S-1", "C-1"]}


@pytest.mark.parametrize("said", refusal_words._SAID)
def test_every_sentence_that_has_chinese_words_is_said_somewhere(said):
    parts = [part for part in said.split("{}") if len(part) > FEW]
    assert parts
    assert [part for part in parts if part not in SOURCES] == []


@pytest.mark.parametrize(("said", "words"), refusal_words._SAID.items())
def test_every_sentence_is_told_in_its_own_words(said, words):
    marks = iter(range(9))
    filled = re.sub(r"\{\}", lambda _: f"X{next(marks)}", said)
    assert in_chinese(filled) == words.format(*(f"X{mark}" for mark in range(9)))


@pytest.mark.parametrize(
    ("kind", "args", "why"),
    [
        ("save", {"reason": ""}, "保存须写明理由,供日后查阅历史的人看。"),
        ("branch", {"name": ""}, "分支须有名称;没有名称的是主线。"),
        ("switch", {"name": "north"}, "没有分支 north;现有:无。"),
        ("edit", {"edit": CORNERS}, "图形至少要有三个角,请重画。"),
        ("edit", {"edit": NUMBER}, "本方案已有或曾有编号为 S-2 的区;请另选编号。"),
        ("edit", {"edit": MERGE}, "不同等级的区不能合并。"),
        ("enclose", {"boundaries": [], "lines": []}, "请先选道路等边界,或自己画线,再合围。"),
        ("export", {"audience": "public", "formats": ["layers"]}, "方案有 3 处改动未保存,请先保存。"),
        ("dance", {}, "本工作台不认识 dance,请重新载入页面。"),
    ],
)  # fmt: skip
def test_what_a_person_can_mend_is_told_in_chinese(bench, view, kind, args, why):
    for cell, tier in (("a", "sealed"), ("c", "sealed"), ("b", "controlled")):
        bench.apply(gm.SetTier(cells=[cell], tier=tier))
    assert view.ask(kind, lang="zh", **args)["why"] == why


def test_what_has_no_words_yet_keeps_its_detail():
    assert refusal(gm.PlanError("odd"), "zh")["why"] == "未完成。(odd)"
    assert refusal(gm.ExportBlockedError(["odd", "the plan has 1 unsaved edit(s); save it first"]), "zh")[
        "why"
    ].startswith("暂不能导出。(")

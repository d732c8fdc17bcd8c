"""Zones from the text of a notice: read and shown, and made only when a person takes them."""

from __future__ import annotations

import re
from typing import Any

from gridmap.core.notice_in.reading import NoticeReading, read_notice
from gridmap.core.preview import tier_changes
from gridmap.core.tally import count_zones
from gridmap.errors import PlanError
from gridmap.export.plain import plain_text
from gridmap.widget.answers import Answer, Question, packed
from gridmap.widget.desk import Desk
from gridmap.widget.noticerows import NoticeRows
from gridmap.widget.noticewords import say_note
from gridmap.widget.planwords import carve_rows
from gridmap.widget.proposals import Proposed

_LONGEST = 200_000
_ABOUT = re.compile(r"p\d+\b")  # a problem of one phrase, which stands with it
_REASONS = {"zh": "依通告", "en": "by the notice"}


def notice(desk: Desk, question: Question) -> Answer:
    """Tell what every phrase of a notice means, and what the plan would be; nothing is made yet."""
    bench, args = desk.bench, question.args
    text, chosen = str(args.get("text") or ""), args.get("chosen") or {}
    if len(text) > _LONGEST:
        raise PlanError(f"the text has {len(text)} letters; paste one notice")
    if not isinstance(chosen, dict):
        raise PlanError(f"chosen is no table of phrases, but {chosen!r}")
    decisions = {str(phrase): str(key) for phrase, key in chosen.items()}
    reading = read_notice(
        text,
        bench.plan,
        protocol=bench.protocol,
        placement=bench.placement,
        boundaries=bench.boundaries,
        decisions=decisions,
        reason=_REASONS[question.lang],
    )
    rows = NoticeRows(desk, text, reading, decisions)
    said = f"{_REASONS[question.lang]} {reading.number}".strip()
    kept = Proposed(reading.edits, bench.protocol, version=reading.before.version, reason=said)
    content = {
        "token": desk.proposals.keep(kept),
        "pieces": rows.pieces(),
        "phrases": rows.phrases(),
        "effective": _effective(reading),
        **_told(desk, reading, question.lang),
        "carve": carve_rows(reading.plan, bench.placement, desk.ground.projection),
    }
    return Answer(content, [packed(reading.plan.effective.tier, "i1")])


def _effective(reading: NoticeReading) -> dict[str, str]:
    when = reading.effective
    if when is None:
        return {"zh": "", "en": ""}
    return {
        "zh": f"{when.year}年{when.month}月{when.day}日 {when:%H:%M}",
        "en": f"{when:%Y-%m-%d %H:%M}",
    }


def _told(desk: Desk, reading: NoticeReading, lang: str) -> dict[str, Any]:
    plan, placement = reading.plan, desk.bench.placement
    moved = tier_changes(reading.before, plan, placement)
    after = moved.groupby(level="tier_after", sort=False)["households"].sum()
    zones = plan.zones[["tier", "name"]].join(count_zones(plan, placement))
    return {
        "zones": [
            {
                "id": str(zone),
                "tier": row["tier"],
                "name": plain_text(row["name"]),
                "cells": int(row["cells"]),
                "households": int(row["households"]),
                "new": zone not in reading.before.zones.index,
            }
            for zone, row in zones.iterrows()
        ],
        "changes": {
            "cells": int(moved["cells"].sum()),
            "households": int(moved["households"].sum()),
            "by_tier": {str(tier): int(count) for tier, count in after.items()},
        },
        "unplaced": [],
        "warnings": [plain_text(say_note(each, lang)) for each in reading.problems if not _ABOUT.match(each)],
    }

"""What a person should look at, and the proof."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gridmap.core.edit_texts import edit_to_json
from gridmap.core.edits import Edit
from gridmap.core.problems import list_problems
from gridmap.export.plain import plain_text
from gridmap.widget.answers import Answer, Question
from gridmap.widget.desk import Desk
from gridmap.widget.editwords import TierNames, say_edit, tier_names
from gridmap.widget.staffed import is_soon_staffed

_MOST_PROBLEMS = 1_000
_MOST_CELLS = 5_000


def certificate(desk: Desk, _question: Question) -> Answer:
    """Prove that nobody is lost under the plan."""
    proof = desk.bench.certificate()
    differences = [plain_text(each) for each in proof.differences[:_MOST_PROBLEMS]]
    return Answer(
        {
            "balanced": proof.balanced,
            "households_in": proof.households_in,
            "placed": proof.placed,
            "exceptions": proof.exceptions,
            "by_reason": dict(proof.by_reason),
            "by_tier": dict(proof.by_tier),
            "differences": differences,
            "version": proof.plan_version,
        }
    )


def problems(desk: Desk, question: Question) -> Answer:
    """List what a person should look at, the most urgent first, with the cells and what would cure it."""
    bench = desk.bench
    soon = len(bench.officials) > 0 and is_soon_staffed(bench)
    duties = bench.duties() if soon else bench.known_duties
    found = list_problems(
        bench.plan, placement=bench.placement, duties=duties, protocol=bench.protocol, lang=question.lang
    )
    labels = tier_names(bench.protocol)
    return Answer(
        {
            "problems": [_row(desk, row, labels) for row in found.head(_MOST_PROBLEMS).itertuples()],
            "total": len(found),
            "counts": {str(kind): int(count) for kind, count in found["kind"].value_counts().items()},
            "staffed": duties is not None,
        }
    )


def _row(desk: Desk, row: Any, labels: TierNames) -> dict[str, Any]:
    cells = desk.ground.places(row.cells[:_MOST_CELLS])
    extent, detail = desk.ground.extent(cells), plain_text(row.detail)
    return {
        "kind": row.kind,
        "target": plain_text(row.target),
        "detail": {"zh": detail, "en": detail},  # in the language of the question
        "cells": cells,
        "at": None if extent is None else [(extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2],
        "fix": _fix(row.fix, labels) if row.fix else None,
    }


def _fix(edits: Sequence[Edit], labels: TierNames) -> dict[str, Any]:
    said = [say_edit(edit, labels) for edit in edits]
    plain = [edit_to_json(edit) for edit in edits]
    return {
        "label": {"zh": ";".join(each["zh"] for each in said), "en": "; ".join(each["en"] for each in said)},
        "edits": [{"type": each.pop("edit"), **each} for each in plain],
    }

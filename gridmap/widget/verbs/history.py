"""The history of the plan: saves, branches, comparisons, and the edits as Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from gridmap.errors import PlanError
from gridmap.export.plain import plain_text
from gridmap.model.plan import NONE
from gridmap.widget.answers import Answer, Question, packed
from gridmap.widget.desk import Desk
from gridmap.widget.editwords import TierNames, say_edit, say_move, tier_names
from gridmap.widget.refusals import difference_rows
from gridmap.widget.spots import Spots
from gridmap.workbench.branching import CURRENT

_MOST_MOVES = 500
_MOST_ZONES = 1_000


def save(desk: Desk, question: Question) -> Answer:
    """Save the plan with a reason; who was overtaken is told what both have changed."""
    reason, author = (str(question.args.get(name) or "").strip() for name in ("reason", "author"))
    if not reason:
        raise PlanError("a save needs a reason, for those who read the history later")
    version = desk.bench.save(reason=reason, author=author)
    return Answer({"version": version, "save": desk.bench.last_save})


def reload(desk: Desk, _question: Question) -> Answer:
    """Take what is in the file now, and make the unsaved edits again on it."""
    desk.bench.reload()
    return Answer({"refused": refused_rows(desk.bench), "difference": difference_rows(desk.bench.conflict)})


def recover(desk: Desk, question: Question) -> Answer:
    """Take over the unsaved edits of another workbench, by its name in `drafts`."""
    return Answer({"edits": desk.bench.recover(str(question.args.get("draft", "")))})


def discard(desk: Desk, _question: Question) -> Answer:
    """Go back to the saved plan."""
    desk.bench.discard()
    return Answer({"revision": desk.revision})


def history(desk: Desk, _question: Question) -> Answer:
    """Tell the moves, the saves and the branches."""
    bench, labels = desk.bench, tier_names(desk.bench.protocol)
    return Answer(
        {
            "log": [_move_row(row, labels) for row in bench.history(last=_MOST_MOVES).itertuples()],
            "versions": [_version_row(row) for row in bench.workspace.versions().itertuples()],
            "branches": [_branch_row(row) for row in bench.branches().itertuples()],
            "drafts": [_draft_row(row) for row in bench.drafts().itertuples()],
            "refused": refused_rows(bench),
        }
    )


def python(desk: Desk, _question: Question) -> Answer:
    """Tell the Python that makes the plan again."""
    return Answer({"code": desk.bench.as_python()})


def compare(desk: Desk, question: Question) -> Answer:
    """Tell which cells have another tier in one version than in another, and how many households move."""
    before, after = question.args.get("before", CURRENT), question.args.get("after", CURRENT)
    found = desk.bench.compare(before, after)
    households = found.households
    names = [*found.tiers, NONE]
    pairs = np.column_stack([found.before, found.after])[(found.before != found.after) | found.rezoned]
    cells = {
        (names[one], names[two]): int(count)
        for (one, two), count in zip(*np.unique(pairs, axis=0, return_counts=True), strict=True)
    }
    moved = households.groupby(["tier_before", "tier_after"])["residents"].agg(["size", "sum"])
    counts = {pair: (int(size), int(residents)) for pair, size, residents in moved.itertuples()}
    rows = [
        {
            "tier_before": pair[0],
            "tier_after": pair[1],
            "cells": cells.get(pair, 0),
            "households": counts.get(pair, (0, 0))[0],
            "residents": counts.get(pair, (0, 0))[1],
        }
        for pair in sorted({*cells, *counts}, key=lambda pair: (names.index(pair[1]), names.index(pair[0])))
    ]
    content = {
        "rows": rows,
        "households": len(households),
        "tiers": list(found.tiers),
        "summary": _summary(found),
        "zones": _zone_rows(desk, found),
        "zones_total": len(found.zones.zones),
    }
    return Answer(
        content, [packed(found.before, "i1"), packed(found.after, "i1"), packed(found.rezoned, "u1")]
    )


def restore(desk: Desk, question: Question) -> Answer:
    """Make an earlier version the current one again."""
    reason = str(question.args.get("reason", ""))
    desk.bench.restore(int(question.args.get("save", 0)), reason=reason)
    return Answer({"revision": desk.revision})


def branch(desk: Desk, question: Question) -> Answer:
    """Begin a branch, from a save or from the plan as it is."""
    save_number = question.args.get("save")
    desk.bench.branch(
        str(question.args.get("name", "")), save=None if save_number is None else int(save_number)
    )
    return Answer({"revision": desk.revision, "branch": desk.bench.branch_name})


def switch(desk: Desk, question: Question) -> Answer:
    """Go to a branch, or back to the main line."""
    desk.bench.switch(str(question.args.get("name", "")))
    return Answer({"revision": desk.revision, "branch": desk.bench.branch_name})


def refused_rows(bench: Any) -> list[dict[str, Any]]:
    """Return the edits that could not be made again, each with the reason."""
    labels = tier_names(bench.protocol)
    return [{"edit": say_edit(each.edit, labels), "why": plain_text(each.why)} for each in bench.refused]


def _summary(found: Any) -> dict[str, str]:
    change = found.households["change"]
    stricter, weaker, zone = (int((change == kind).sum()) for kind in ("stricter", "weaker", "zone"))
    cells = int((found.before != found.after).sum())
    return {
        "zh": f"{cells:,} 个网格单元等级不同;{stricter:,} 户加严,{weaker:,} 户放宽,{zone:,} 户仅换区",
        "en": f"{cells:,} cells under another tier; {stricter:,} households stricter, {weaker:,} weaker, "
        f"{zone:,} in another zone only",
    }


def _zone_rows(desk: Desk, found: Any) -> list[dict[str, Any]]:
    """Tell what became of the zones, each with its cells."""
    rows, spots = found.zones.zones.head(_MOST_ZONES), Spots(desk)
    return [
        {
            **{
                name: plain_text(getattr(row, name))
                for name in ("zone_before", "zone_after", "name_before", "name_after")
            },
            "tier_before": row.tier_before,
            "tier_after": row.tier_after,
            "changes": list(row.changes),
            "households_before": int(row.households_before),
            "households_after": int(row.households_after),
            **spots.told(cells),
        }
        for row, cells in zip(rows.itertuples(), found.zone_cells[:_MOST_ZONES], strict=True)
    ]


def _move_row(row: Any, labels: TierNames) -> dict[str, Any]:
    text = say_edit(row.edit, labels) if row.edit is not None else say_move(row.kind)
    return {
        "n": int(row.n),
        "kind": row.kind,
        "text": text,
        "time": _time(row.time),
        "undone": bool(row.undone),
    }


def _version_row(row: Any) -> dict[str, Any]:
    return {
        "save": int(row.save),
        "version": row.version,
        "author": plain_text(row.author),
        "time": _time(row.time),
        "reason": plain_text(row.reason),
        "edits": int(row.edits),
        "branch": row.branch,
        "parent": int(row.parent) or None,
    }


def _branch_row(row: Any) -> dict[str, Any]:
    return {"name": row.branch, "save": int(row.save), "start": int(row.start), "current": bool(row.current)}


def _draft_row(row: Any) -> dict[str, Any]:
    return {
        "id": row.draft,
        "author": plain_text(row.author),
        "time": _time(row.time),
        "host": plain_text(row.host),
        "edits": int(row.edits),
        "where": row.where,
    }


def _time(time: Any) -> str:
    return "" if pd.isna(time) else str(time.isoformat(timespec="seconds"))

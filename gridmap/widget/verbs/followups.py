"""Whom the field has reached, and whom not yet."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridmap.core.followup import followup_counts
from gridmap.export.plain import plain_text
from gridmap.widget.answers import Answer, Question, packed
from gridmap.widget.desk import Desk
from gridmap.widget.spots import Spots

_MOST_ROWS = 5_000
_LEVELS = ("grid", "microgrid", "village", "town")


def followups(desk: Desk, _question: Question) -> Answer:
    """Tell how many households of every grid, and of every cell, were reached and not yet."""
    bench = desk.bench
    known = bench.followups
    if not len(known):
        return Answer({"rows": [], "households": 0, "reached": 0, "asked": 0})
    levels = set(bench.plan.hierarchy.areas["level"])
    level = next((each for each in _LEVELS if each in levels), "cell")
    by_area = followup_counts(bench.plan, bench.placement, known, level=level)
    by_cell = followup_counts(bench.plan, bench.placement, known, level="cell")
    by_cell = by_cell.reindex(bench.plan.hierarchy.cell_ids)
    spots = Spots(desk)
    head = {
        "level": level,
        "households": int(by_area["households"].sum()),
        "reached": int(by_area["reached"].sum()),
        "asked": len(known),
        "rows": [_row(row, spots) for row in by_area.head(_MOST_ROWS).itertuples()],
    }
    counts = [by_cell[name].fillna(0).to_numpy(dtype=np.int32) for name in ("households", "reached")]
    return Answer(head, [packed(each, "i4") for each in counts])


def _row(row: Any, spots: Spots) -> dict[str, Any]:
    cells = spots.cells_of("area", str(row.Index))
    return {
        "area": plain_text(row.Index),
        "name": spots.name("area", str(row.Index)),
        "households": int(row.households),
        "reached": int(row.reached),
        "not_reached": int(row.not_reached),
        "path": spots.path(cells),
        **spots.told(cells),
    }

"""What giving duties anew came to: who is linked, how far from the best, whose person is another one now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pandas import DataFrame

from gridmap.core.duty_changes import compare_duties
from gridmap.export.plain import plain_text
from gridmap.widget.burdens import number
from gridmap.widget.persons import Persons
from gridmap.widget.spots import Spots

if TYPE_CHECKING:
    from gridmap.model.duties import Duties
    from gridmap.widget.desk import Desk

_MOST_ROWS = 500


def account_of(desk: Desk, duties: Duties) -> dict[str, Any]:
    """Say what the duties under a plan come to, against those in force, or those before where these are.

    Parameters
    ----------
    desk
        Whose plan it is.
    duties
        The duties.
    """
    bench, before = desk.bench, desk.bench.duties_before
    known, in_force = bench.workspace.duties_in_force, bench.workspace.in_force
    moves = [] if before is None else _moves(desk, compare_duties(before, duties, placement=bench.placement))
    return {
        "is_in_force": in_force is not None and bool(known.equals(duties.table.astype("str"))),
        "since": None if in_force is None else in_force.time.isoformat(timespec="seconds"),
        "by": "" if in_force is None else plain_text(in_force.author),
        "by_hand": desk.staffing.is_by_hand(duties),
        "travel": [_travel(row) for row in duties.travel.itertuples()],
        "compared": before is not None,
        "changed": sum(row["count"] for row in moves if row["unit"] == "household"),
        "moves": moves[:_MOST_ROWS],
        "moves_total": len(moves),
    }


def proof_of(duties: Duties) -> dict[str, Any]:
    """Count the households whose chain of persons is whole, and why the others' is not.

    Where the protocol knows no chain, no household is counted.
    """
    steps = [str(name) for name in duties.coverage.columns if name != "reason"]
    reasons = duties.coverage["reason"].astype("str")
    lacking = reasons[reasons != ""].str.split(" ").explode().value_counts()
    return {
        "steps": steps,
        "households": len(reasons) if steps else 0,
        "staffed": int((reasons == "").sum()),
        "reasons": {str(code): int(count) for code, count in lacking.items()},
    }


def _travel(row: Any) -> dict[str, Any]:
    return {
        "role": row.role,
        "households": int(row.households),
        "linked": int(row.linked),
        "travel_m": number(row.travel_m),
        "gap": number(row.gap),
        "buildings": int(row.buildings),
        "split": int(row.split),
    }


def _moves(desk: Desk, changes: DataFrame) -> list[dict[str, Any]]:
    """Take together what went from one official to another, the most households first, new duties last."""
    persons, spots = Persons(desk.bench.officials), Spots(desk)
    told = []
    for (role, kind, before, after), rows in changes.groupby(
        ["role", "target_kind", "before", "after"], sort=False
    ):
        targets = rows["target"].tolist()
        is_home = kind == "household"
        cells = spots.home[spots.rows_of(targets)] if is_home else spots.cells_of(kind, targets[0])
        told.append(
            {
                "role": role,
                "unit": kind,
                "count": len(targets),
                "target_name": "" if is_home else spots.name(kind, targets[0]),
                "before": persons.told(before),
                "after": persons.told(after),
                "path": spots.path(np.unique(cells)),
                **spots.told(np.unique(cells)),
            }
        )
    return sorted(told, key=lambda row: (row["unit"] != "household", row["before"] is None, -row["count"]))

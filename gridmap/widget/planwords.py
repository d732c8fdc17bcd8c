"""What is said of a plan beside its cells: whether it is saved, its version, its carve-outs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridmap.core.claims import won_rows
from gridmap.core.cover import covered_rows
from gridmap.model.plan import NONE
from gridmap.model.zone import CarveOut
from gridmap.widget.projection import Projection

if TYPE_CHECKING:
    from gridmap.model.placement import Placement
    from gridmap.model.plan import Plan
    from gridmap.workbench import Workbench


def plan_head(bench: Workbench, *, hashed: bool = True) -> dict[str, Any]:
    """Return the state of the plan in the workspace and in the history; its version only if `hashed`."""
    return {
        "version": bench.plan.version if hashed else "",
        "saved": bench.is_saved,
        "unsaved": bench.apart,
        "can_undo": bench.can_undo,
        "can_redo": bench.can_redo,
        "branch": bench.branch_name,
        "save": bench.last_save,
        "log": bench.log_state or "ok",
        "recovered": bench.recovered,
        "protocol": bench.plan.protocol_id,
    }


def carve_rows(plan: Plan, placement: Placement, projection: Projection) -> list[dict[str, Any]]:
    """Return the carve-outs of a plan with what is drawn of them, in Mercator metres."""
    return [_carve_row(carve, plan, placement, projection) for carve in plan.carve_list]


def _carve_row(carve: CarveOut, plan: Plan, placement: Placement, projection: Projection) -> dict[str, Any]:
    rows = covered_rows(carve, plan, placement)
    won = won_rows(carve, plan, placement) if carve.zone_id or not len(rows) else rows
    shape = shapely.from_wkt(carve.shape) if carve.shape else _points(placement, rows)
    return {
        "id": carve.carve_out_id,
        "tier": -1 if carve.tier == NONE else plan.tier_order.index(carve.tier),
        "zone": carve.zone_id,
        "name": carve.name,
        "kind": carve.kind,
        "origin": carve.origin,
        "locked": carve.locked,
        "rings": projection.flat_lines(shape) if carve.shape else None,
        "at": projection.place(shape),
        "households": len(won),
    }


def _points(placement: Placement, rows: Any) -> Any:
    """Return the places of some households as one shape; None where none has a place."""
    xy = placement.bounds[rows, :2]
    xy = xy[np.isfinite(xy).all(axis=1)]
    return shapely.multipoints(xy) if len(xy) else None

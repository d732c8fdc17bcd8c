"""One zoning of a batch: from cases to tallies, staff, outlines and the proof."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gridmap.batch.world import World
from gridmap.core.certify import certify_plan
from gridmap.core.delineate import delineate
from gridmap.core.duty import assign_duties
from gridmap.core.outline import zone_outlines
from gridmap.core.staffing import STAFF_COLUMNS, count_staff
from gridmap.core.tally import count_tiers, household_tiers
from gridmap.errors import GridmapWarning
from gridmap.export.proof import staffing_counts
from gridmap.model.protocol import Protocol

COUNTS = ("zones", "cells", "households", "residents")


@dataclass(frozen=True)
class Task:
    """What is asked of one scenario, on a world that is known.

    Parameters
    ----------
    cases
        The file of its cases.
    protocol
        With what the scenario sets.
    at
        Only cases confirmed until then count; None for all.
    """

    cases: str
    protocol: Protocol
    at: datetime | None


@dataclass(frozen=True)
class Zoned:
    """What came of a task, as it is kept.

    Parameters
    ----------
    text
        JSON: `tiers`, `zones`, `staff` as rows, `staffed`, `certificate`, `warnings`.
    outlines
        The outlines of the zones as WKB, one after the other; `zones` say how long each is.
    """

    text: str
    outlines: bytes


def zone(world: World, task: Task) -> Zoned:
    """Zone, and prove it; what there is to warn of is kept for the caller, in whatever process this runs."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", GridmapWarning)
        found, outlines = _zone(world, task)
    found["warnings"] = [str(each.message) for each in caught if issubclass(each.category, GridmapWarning)]
    return Zoned(json.dumps(found, ensure_ascii=False), outlines)


def _zone(world: World, task: Task) -> tuple[dict[str, Any], bytes]:
    placement, protocol = world.placement, task.protocol
    cases = _known(world.cases[task.cases], task.at)
    plan = delineate(cases, world.grid, protocol=protocol, households=placement)
    duties = None
    if world.officials is not None:
        duties = assign_duties(plan, placement, world.officials, protocol=protocol, sites=world.sites)
    certificate = certify_plan(
        placement,
        plan,
        tiers=household_tiers(plan, placement),
        as_of=task.at or _latest(cases),
        hashes={"households": world.hashes["households"], "cases": world.hashes[task.cases]},
        staffing=None if duties is None else staffing_counts(placement, duties),
    )
    staff = count_staff(plan, placement, protocol=protocol, sites=world.sites, duties=duties)
    zones, outlines = _outlined(zone_outlines(plan, world.grid, placement=placement))
    found = {
        "tiers": [list(row) for row in count_tiers(plan, placement)[list(COUNTS)].itertuples()],
        "zones": zones,
        "staffed": duties is not None,
        "staff": list(zip(*(_plain(staff[name]) for name in STAFF_COLUMNS), strict=True)),
        "certificate": certificate.to_json(),
    }
    return found, outlines


def _outlined(zones: Any) -> tuple[list[list[Any]], bytes]:
    """Return the rows of zones, each with the length of its outline, and the outlines."""
    shapes = np.asarray(zones.geometry.array, dtype=object)
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    shapes[single] = shapely.multipolygons(shapes[single], indices=np.arange(single.sum()))
    written = [wkb or b"" for wkb in shapely.to_wkb(shapes)]
    columns = (zones[name].tolist() for name in ("tier", "name", "cells", "households", "residents"))
    rows = zip(zones.index.tolist(), *columns, map(len, written), strict=True)
    return [list(row) for row in rows], b"".join(written)


def _plain(column: Any) -> list[Any]:
    return [None if value is pd.NA else value for value in column.tolist()]


def _known(cases: Any, at: datetime | None) -> Any:
    """Keep the cases that were confirmed by then, and those without a date."""
    if at is None:
        return cases
    confirmed = pd.to_datetime(cases["confirmed_on"], utc=True)
    return cases[confirmed.isna() | (confirmed <= pd.Timestamp(at))]


def _latest(cases: Any) -> datetime | None:
    """Return when the last case was confirmed: of no later moment is anything known."""
    last = cases["confirmed_on"].max()
    return None if pd.isna(last) else last.to_pydatetime()

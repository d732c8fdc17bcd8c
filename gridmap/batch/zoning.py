"""One zoning of a batch: from cases to tallies, staff, outlines and the proof."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gridmap.batch.world import World
from gridmap.core.certify import certify_plan
from gridmap.core.delineate import delineate_sought
from gridmap.core.duty import assign_bare
from gridmap.core.outline import zone_outlines
from gridmap.core.staffed import count_staffed
from gridmap.core.staffing import STAFF_COLUMNS, count_staff
from gridmap.core.tally import count_tiers, household_tiers
from gridmap.errors import GridmapWarning
from gridmap.model.certificate import Certificate
from gridmap.model.plan import Plan
from gridmap.model.protocol import Protocol

_MOST_KEPT = 16
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


@dataclass(frozen=True, eq=False)
class _Drawn:
    """What the rules of a protocol make of cases, whatever its duties and the moment that is asked about."""

    plan: Plan
    tiers: list[list[Any]]
    zones: list[list[Any]]
    outlines: bytes
    certificate: Certificate
    warnings: list[str]


def zone(world: World, task: Task) -> Zoned:
    """Zone, and prove it; what there is to warn of is kept for the caller, in whatever process this runs.

    Scenarios whose cases and rules are the same share one plan with its outlines and proof.
    """
    placement, protocol = world.placement, task.protocol
    cases = world.known_cases(task.cases, task.at)
    key = (id(cases), protocol.id, protocol.tiers, protocol.rules)
    drawn = world.drawn.get(key)
    if drawn is None:
        if len(world.drawn) >= _MOST_KEPT:
            world.drawn.clear()
        drawn = world.drawn[key] = _drawn(world, cases, protocol)
    duties = None
    if world.officials is not None:
        duties = assign_bare(drawn.plan, placement, world.officials, protocol=protocol, sites=world.sites)
    staff = count_staff(drawn.plan, placement, protocol=protocol, posts=world.posts, duties=duties)
    certificate = replace(
        drawn.certificate,
        as_of=task.at or _latest(cases),
        input_sha256={"households": world.hashes["households"], "cases": world.hashes[task.cases]},
        staffing={} if duties is None else count_staffed(drawn.plan, placement, duties),
    )
    found = {
        "tiers": drawn.tiers,
        "zones": drawn.zones,
        "staffed": duties is not None,
        "staff": list(zip(*(_plain(staff[name]) for name in STAFF_COLUMNS), strict=True)),
        "certificate": certificate.to_json(),
        "warnings": drawn.warnings,
    }
    return Zoned(json.dumps(found, ensure_ascii=False), drawn.outlines)


def _drawn(world: World, cases: Any, protocol: Protocol) -> _Drawn:
    placement = world.placement
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", GridmapWarning)
        plan = delineate_sought(world.sought(cases), world.grid, protocol=protocol)
        certificate = certify_plan(placement, plan, tiers=household_tiers(plan, placement), as_of=None)
        zones, outlines = _outlined(zone_outlines(plan, world.grid, placement=placement))
    counts = count_tiers(plan, placement)[list(COUNTS)]
    return _Drawn(
        plan=plan,
        tiers=[list(row) for row in counts.itertuples()],
        zones=zones,
        outlines=outlines,
        certificate=certificate,
        warnings=[str(each.message) for each in caught if issubclass(each.category, GridmapWarning)],
    )


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


def _latest(cases: Any) -> datetime | None:
    """Return when the last case was confirmed: of no later moment is anything known."""
    last = cases["confirmed_on"].max()
    return None if pd.isna(last) else last.to_pydatetime()

"""Mark of the lift clock: 10,000 zones at once, against one zone after the other in pandas."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from benchmarks.harness import Contestant, Figure, race
from benchmarks.worlds import SEED, Scale, county, describe
from gridmap.core.apply import apply_edit, new_plan
from gridmap.core.clock.zone_clock import zone_clock
from gridmap.core.edits import Delineate, Proposal
from gridmap.model.plan import Plan
from gridmap.store.protocols import load_protocol

PEER = "pandas, one zone after the other"
OWN = "gridmap: zone_clock"
_AIM_S = 1.0
_ROUNDS = 3
_DAYS = 14
_ZONE = ZoneInfo("Asia/Shanghai")
_BEGIN = datetime(2022, 3, 1, 8, tzinfo=_ZONE)
_AT = datetime(2022, 3, 18, 8, tzinfo=_ZONE)


def mark_clocks(scale: Scale) -> list[Figure]:
    """Ask the clocks of a county in which every cell is a zone of its own."""
    grid, _ = county(scale.cells, 0)
    rules = load_protocol("three-zones-2021")
    plan = _plan(grid, rules)
    events, cases = _events(plan), _cases(plan)
    right = _by_zone(plan, events, cases)

    def own(_: Any) -> pd.Series:
        clock = zone_clock(plan, cases, events, protocol=rules, at=_AT, grid=grid)
        return clock.zones["state"] == "ready"

    contestants = [
        Contestant(PEER, lambda _: _by_zone(plan, events, cases), runs=1),
        Contestant(OWN, own, exact=True),
    ]
    run = race(
        contestants, peer=PEER, runs=scale.runs, differences=lambda answer: int((answer != right).sum())
    )
    taken = median(run.seconds[OWN])
    return [
        Figure(
            "clocks",
            f"clocks of {len(plan.zones):,} zones: {len(events):,} events, {len(cases):,} cases",
            PEER,
            median(run.gains(OWN)),
            at_least=5,
            aim=f"{_AIM_S:g} s for all",
            aim_reached=taken < _AIM_S,
            world=describe(grid, zones=len(plan.zones), events=len(events), cases=len(cases)),
            rows=run.rows(),
            note="the peer only tells which zones may lift; gridmap also tells what is missing, and proposes",
        )
    ]


def _plan(grid: Any, rules: Any) -> Plan:
    plan = new_plan(grid, protocol=rules)
    cells = plan.hierarchy.cell_ids.tolist()
    proposals = [Proposal(tier="sealed", anchor=cell, name=cell, cells=[cell]) for cell in cells]
    prefixes = [tier.prefix for tier in rules.tiers]
    edit = Delineate(protocol=rules.id, tiers=rules.tier_ids, prefixes=prefixes, proposals=proposals)
    return apply_edit(plan, edit)


def _events(plan: Plan) -> pd.DataFrame:
    """Close every zone, and tell of exposures, contacts and rounds; of one zone in ten something lacks."""
    rng = np.random.default_rng([SEED, len(plan.zones)])
    rows = []
    for zone in plan.zones.index:
        closed = _BEGIN + timedelta(hours=int(rng.integers(0, 40)))
        rows.append({"kind": "closure", "at": closed, "zone_id": zone})
        rows.append({"kind": "exposure", "at": closed - timedelta(hours=3), "zone_id": zone})
        tested = {"due": 200, "tested": 200 - int(rng.integers(0, 10) == 0), "positive": 0}
        contacts = {"due": 3, "tested": 3, "positive": 0}
        rows.append({"kind": "contacts_tested", "at": _AT - timedelta(hours=9), "zone_id": zone, **contacts})
        for number in range(1, _ROUNDS + 1):
            at = _AT - timedelta(hours=4 * number)
            rows.append({"kind": "test_round", "at": at, "zone_id": zone, "round": number, **tested})
    frame = pd.DataFrame(rows)
    ids = pd.Index([f"e{number}" for number in range(len(frame))], name="event_id", dtype="str")
    return frame.assign(at=pd.to_datetime(frame["at"], utc=True), author="me").set_axis(ids)


def _cases(plan: Plan) -> pd.DataFrame:
    rng = np.random.default_rng([SEED, 1])
    cells = rng.choice(plan.hierarchy.cell_ids.to_numpy(dtype=object), len(plan.zones) // 10)
    days = [pd.Timestamp(_BEGIN) + timedelta(days=int(day)) for day in rng.integers(-5, 10, len(cells))]
    ids = pd.Index([f"case-{number}" for number in range(len(cells))], name="case_id", dtype="str")
    return pd.DataFrame({"cell_id": cells, "confirmed_on": days}, index=ids)


def _by_zone(plan: Plan, events: pd.DataFrame, cases: pd.DataFrame) -> pd.Series:
    """Tell which zones may lift, as one would with a group for each zone."""
    cells = dict(zip(plan.cell_zones.index, plan.cell_zones, strict=True))
    confirmed = cases["confirmed_on"].dt.tz_convert(_ZONE).groupby(cases["cell_id"].map(cells)).max()
    at = pd.Timestamp(_AT)
    answer = {}
    for zone, rows in events.assign(at=events["at"].dt.tz_convert(_ZONE)).groupby("zone_id"):
        last = rows.groupby("kind")["at"].max()
        begins = [last["closure"].normalize(), *([confirmed[zone].normalize()] if zone in confirmed else [])]
        full = rows[(rows["tested"] >= rows["due"]) & (rows["positive"] == 0)].groupby("kind")["at"].max()
        exposed = last["exposure"].normalize()
        answer[zone] = (
            at >= max(begins) + timedelta(days=_DAYS + 1)
            and at >= exposed + timedelta(days=_DAYS + 1)
            and full.get("contacts_tested", exposed) >= exposed + timedelta(days=_DAYS)
            and "test_round" in full
            and full["test_round"] >= at - timedelta(days=2)
        )
    return pd.Series(answer).reindex(plan.zones.index)

"""A zone that gets another number keeps its events."""

import pandas as pd
import pytest

import gridmap as gm
from gridmap.core.event_findings import event_findings
from gridmap.core.renumbered import standing_in
from gridmap.errors import PlanError
from gridmap.model.plan import plan_from_content
from gridmap.model.zone import Zone
from tests.core.worlds import households, two_towns

NOON = pd.Timestamp("2022-03-05T12:00+08:00")
DAY = pd.Timedelta(days=1)
GRID = two_towns()
PLACEMENT = gm.place_households(households([("h1", 50, "", 2), ("h2", 250, "", 3)]), GRID)
EVENTS = pd.DataFrame(
    [
        {"kind": "closure", "at": NOON, "zone_id": "S-1"},
        {"kind": "test_round", "at": NOON + DAY, "zone_id": "S-1", "round": 1, "due": 2, "tested": 1},
        {"kind": "test_round", "at": NOON + DAY, "zone_id": "S-2", "round": 4, "due": 3, "tested": 3},
        {"kind": "request", "at": NOON + DAY, "zone_id": "S-1"},
    ]
)


def made(*edits):
    """a1 is sealed as S-1 and b1 as S-2."""
    plan = gm.new_plan(GRID)
    for edit in (gm.SetTier(cells=["a1"], tier="sealed"), gm.SetTier(cells=["b1"], tier="sealed"), *edits):
        plan = gm.apply_edit(plan, edit)
    return plan


TWICE = [gm.NumberZone(zone="S-1", number="封1"), gm.NumberZone(zone="封1", number="封7")]


def test_its_rounds_its_requests_and_its_clock_stay_with_it():
    plan = made(*TWICE)
    rounds = gm.round_status(PLACEMENT, plan, EVENTS)
    assert rounds[["round", "tested"]].to_dict("index") == {
        "封7": {"round": 1, "tested": 1},
        "S-2": {"round": 4, "tested": 3},
    }
    assert event_findings(PLACEMENT, plan, EVENTS).empty
    assert standing_in(plan, EVENTS)["zone_id"].to_list() == ["封7", "封7", "S-2", "封7"]
    clock = gm.zone_clock(
        plan,
        None,
        EVENTS,
        protocol=gm.load_protocol("three-zones-2021"),
        at=NOON + 2 * DAY,
        grid=GRID,
        placement=PLACEMENT,
    )
    assert clock.zones.loc["封7", "started"] == NOON


def test_a_number_that_a_zone_had_is_given_to_no_other():
    plan = made(*TWICE)
    with pytest.raises(PlanError, match="has or had the number 'S-1'"):
        gm.apply_edit(plan, gm.NumberZone(zone="S-2", number="S-1"))
    more = gm.apply_edit(plan, gm.SetTier(cells=["c1"], tier="sealed"))
    assert more.zones.index.to_list() == ["封7", "S-2", "S-3"]


def test_it_may_have_its_old_number_back():
    plan = made(*TWICE, gm.NumberZone(zone="封7", number="S-1"))
    assert plan.registry[0].former == ("封1", "封7")
    assert plan.renumbered == {"封1": "S-1", "封7": "S-1"}


def test_one_that_was_just_made_leaves_its_number_free():
    plan = made(gm.NumberZone(zone="S-2", number="S-9", fresh=True))
    assert plan.registry[1] == Zone("S-9", "sealed", "网格b1")
    assert gm.apply_edit(plan, gm.NumberZone(zone="S-1", number="S-2")).renumbered == {"S-1": "S-2"}


def test_former_numbers_are_saved_and_go_over_to_another_grid():
    plan = made(*TWICE)
    again = plan_from_content(plan.content, GRID)
    assert (again.version, again.registry) == (plan.version, plan.registry)
    assert made().content["zones"][0] == ["S-1", "sealed", "网格a1", ""]
    split = GRID.rename(index={"a1": "a1x"})
    carried, _ = gm.carry_plan(plan, GRID, split, placement=PLACEMENT)
    assert carried.renumbered == {"S-1": "封7", "封1": "封7"}

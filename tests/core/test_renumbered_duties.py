"""A zone that gets another number keeps the officials who were set by hand or in force for it."""

import pandas as pd

import gridmap as gm
from tests.core.duty_worlds import LEAD, four_cells, homes, officials, protocol, zoned

GRID = four_cells()
PLACEMENT = gm.place_households(homes(("h1", 50), ("h2", 350)), GRID)
TEAM = officials(("far", "lead_official", "", 250), ("near", "lead_official", "", 150))
PLAN = gm.apply_edit(zoned(GRID, sealed=["a"]), gm.NumberZone(zone="S-1", number="封7"))
OF_S1 = {"role": "lead_official", "target_kind": "zone", "target": "S-1"}


def leads(**given):
    duties = gm.assign_duties(PLAN, PLACEMENT, TEAM, protocol=protocol(LEAD), **given)
    assert duties.conflicts[duties.conflicts["kind"] == "unknown_pin"].empty
    return duties.table[["official_id", "target", "origin"]].to_numpy().tolist()


def test_nobody_set_or_in_force_the_nearer_one_leads():
    assert leads() == [["near", "封7", "assigned"]]


def test_who_was_set_by_hand_for_its_former_number_leads_it():
    assert leads(pins=pd.DataFrame([OF_S1], index=["far"])) == [["far", "封7", "pinned"]]


def test_who_led_it_under_its_former_number_goes_on():
    assert leads(before=pd.DataFrame([OF_S1], index=["far"])) == [["far", "封7", "assigned"]]

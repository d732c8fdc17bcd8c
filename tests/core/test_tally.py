"""Every placed household has one tier, and the sums agree."""

import pytest
import shapely

import gridmap as gm
from tests.core.worlds import EAST, NORTH, households, two_towns


@pytest.fixture
def placement():
    """Five households; 1 to 3 in cell a1, 4 in a2, 5 in c1.

    Buildings 3 and 4 of 枫桥新村 lie in a1, building 15 in a2; 枫桥新村 of the other town is another one.
    """
    rows = [
        ("1", 20, "枫桥新村3幢1单元101室", 3),
        ("2", 25, "枫桥新村3幢2单元101室", 2),
        ("3", 80, "枫桥新村4幢101室", 1),
        ("4", 150, "枫桥新村15幢101室", 5),
        ("5", 450, "枫桥新村3幢101室", 4),
    ]
    return gm.place_households(households(rows), two_towns())


def tiers_after(placement, *edits):
    plan = gm.replay(gm.new_plan(two_towns()), edits)
    return "".join(tier[0] for tier in gm.household_tiers(plan, placement))


SEALED, CONTROLLED = {"tier": "sealed"}, {"tier": "controlled"}


def test_without_carve_outs_the_tier_of_the_cell_counts(placement):
    assert tiers_after(placement, gm.SetTier(cells=["a1"], **SEALED)) == "sssnn"


def test_a_building_is_carved_out_by_its_address_within_its_scope(placement):
    building = gm.AddCarveOut(addresses=["枫桥新村3幢"], scope="T1", **SEALED)
    assert tiers_after(placement, building) == "ssnnn"
    assert tiers_after(placement, gm.AddCarveOut(addresses=["枫桥新村3幢"], **SEALED)) == "ssnns"
    unit = gm.AddCarveOut(addresses=["枫桥新村3幢2单元"], scope="T1", **SEALED)
    assert tiers_after(placement, unit) == "nsnnn"
    ranges = gm.AddCarveOut(addresses=["枫桥新村1-3幢、15-16幢"], scope="T1", **SEALED)
    assert tiers_after(placement, ranges) == "ssnsn"


def test_a_household_or_a_drawn_shape_is_carved_out(placement):
    assert tiers_after(placement, gm.AddCarveOut(households=["3"], **SEALED)) == "nnsnn"
    shape = shapely.box(EAST + 15, NORTH, EAST + 30, NORTH + 60).wkt
    assert tiers_after(placement, gm.AddCarveOut(shape=shape, **SEALED)) == "ssnnn"


def test_the_more_specific_hand_made_carve_out_counts(placement):
    compound = gm.AddCarveOut(addresses=["枫桥新村"], scope="T1", **SEALED)
    building = gm.AddCarveOut(addresses=["枫桥新村3幢"], scope="T1", **CONTROLLED)
    one = gm.AddCarveOut(tier="none", households=["1"])
    assert tiers_after(placement, compound, building, one) == "ncssn"
    assert tiers_after(placement, one, building, compound) == "ncssn"


def test_among_rules_the_stricter_counts_and_hand_and_lock_come_first(placement):
    proposals = [
        gm.Proposal(tier="sealed", anchor="3幢", addresses=["枫桥新村3幢"], scope="T1"),
        gm.Proposal(tier="controlled", anchor="枫桥新村", addresses=["枫桥新村"], scope="T1"),
        gm.Proposal(tier="prevention", anchor="T1", cells=["a1", "a2", "b1", "b2"], remainder=True),
    ]
    order = {"tiers": ("sealed", "controlled", "prevention"), "prefixes": ("S", "C", "P")}
    rules = gm.Delineate(protocol="p", proposals=proposals, **order)
    assert tiers_after(placement, rules) == "ssccn"
    hand = {"cells": ["a1"], "tier": "prevention"}
    assert tiers_after(placement, gm.SetTier(**hand), rules) == "ssccn"
    assert tiers_after(placement, gm.SetTier(**hand, reason="误报"), rules) == "pppcn"
    assert tiers_after(placement, rules, gm.SetTier(**hand, reason="误报"), rules) == "pppcn"
    by_hand = gm.AddCarveOut(households=["2"], **CONTROLLED)
    assert tiers_after(placement, gm.Lock(cells=["a1"]), rules, by_hand) == "nnncn"


def test_counts_of_zones_and_tiers_sum_to_the_roster(placement):
    plan = gm.replay(
        gm.new_plan(two_towns()),
        [
            gm.SetRemainder(tier="prevention", areas=["T1"]),
            gm.AddCarveOut(addresses=["枫桥新村3幢"], scope="T1", name="3幢", **SEALED),
        ],
    )
    zones = gm.count_zones(plan, placement)
    assert zones.to_dict("index") == {
        "P-1": {"cells": 4, "households": 2, "residents": 6},
        "S-1": {"cells": 0, "households": 2, "residents": 5},
    }
    tiers = gm.count_tiers(plan, placement)
    assert tiers["households"].to_dict() == {"sealed": 2, "controlled": 0, "prevention": 2, "none": 1}
    assert tiers["residents"].sum() == 15


def test_comparing_two_plans_names_who_changes(placement):
    before = gm.replay(gm.new_plan(two_towns()), [gm.SetTier(cells=["a1"], **CONTROLLED)])
    after = gm.replay(
        before, [gm.AddCarveOut(addresses=["枫桥新村3幢"], scope="T1", **SEALED), gm.ClearTier(cells=["a1"])]
    )
    changes = gm.compare_plans(before, after, placement)
    assert changes["change"].to_dict() == {"1": "stricter", "2": "stricter", "3": "weaker"}
    assert changes.loc["1", ["tier_before", "tier_after"]].to_list() == ["controlled", "sealed"]
    assert gm.compare_plans(before, before, placement).empty

"""Every placed household has one tier, and the sums agree."""

import gc
import weakref
from dataclasses import replace

import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import gridmap as gm
from gridmap.core.claims import claims_on
from gridmap.core.cover import covered_rows
from gridmap.core.tally import occupied_zones
from gridmap.errors import GridmapError, UnknownCellError
from gridmap.model.address import parse_target
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


def test_under_other_rules_a_change_is_as_strict_as_the_place_of_its_tier(placement):
    """From prevention, the third of four tiers, to controlled, the second of three, is stricter."""
    four = {"tiers": ["sealed", "controlled", "prevention", "tests"], "prefixes": list("SCPT")}
    before = gm.replay(
        gm.new_plan(two_towns()), [gm.UseTiers(**four), gm.SetTier(cells=["a1"], tier="prevention")]
    )
    after = gm.apply_edit(gm.new_plan(two_towns()), gm.SetTier(cells=["a1"], tier="controlled"))
    assert set(gm.compare_plans(before, after, placement)["change"]) == {"stricter"}
    assert set(gm.compare_plans(after, before, placement)["change"]) == {"weaker"}
    other = gm.replay(
        gm.new_plan(two_towns()),
        [
            gm.UseTiers(tiers=["high", "medium", "low"], prefixes=list("HML")),
            gm.SetTier(cells=["a1"], tier="medium"),
        ],
    )
    assert set(gm.compare_plans(after, other, placement)["change"]) == {"zone"}
    assert set(gm.compare_plans(before, other, placement)["change"]) == {"stricter"}


def crowd():
    """Twelve rows: eleven homes placed by point or by cell, one id twice, one nowhere; four with needs."""
    rows = [
        ("1", 20, "枫桥新村3幢1单元101室", 3),
        ("2", 25, "枫桥新村3幢2单元101室", 2),
        ("3", 80, "甲村枫桥新村４幢101室", 1),
        ("4", 150, "枫桥新村15幢101室", None),
        ("5", 450, "枫桥新村3幢101室", 4),
        ("5", 350, "枫桥新村3幢101室", 8),
        ("6", 250, "北汇浜12号", 2),
        ("7", 255, "北汇浜", 5),
        ("8", 9_000, "北汇浜13号", 7),
        ("9", None, "枫桥新村", 1),
        ("10", 550, "", 6),
        ("11", 380, "枫桥新村", 2),
    ]
    needs = ["", "透析、独居", None, "独居; 透析", "", "婴儿", "", "独居", "独居", "独居，独居", "", ""]
    cells = [None, None, None, None, "c2", None, None, None, None, "a2", None, None]
    buildings = [None] * 11 + ["4幢"]
    return households(rows).assign(needs=needs, cell_id=cells, building=buildings)


CROWD = gm.place_households(crowd(), two_towns())
POINTS = CROWD.roster.geometry.to_dict()
PARTS = {row[0]: row[1:] for row in CROWD.address_parts.itertuples()}
CELLS = st.lists(st.sampled_from(["a1", "a2", "b1", "b2", "c1", "c2"]), min_size=1, max_size=3)
TIERS = st.sampled_from(["sealed", "controlled", "prevention"])
REASON = st.sampled_from(["", "误报"])
ANY_TIER = st.one_of(TIERS, st.just("none"))
ADDRESSES = st.lists(
    st.sampled_from(
        ["枫桥新村", "枫桥新村3幢", "枫桥新村3-4幢、15幢", "枫桥新村3幢2单元", "北汇浜12号", "无此村"]
    ),
    min_size=1,
    max_size=2,
)
HOMES = st.lists(st.sampled_from([str(number) for number in range(1, 13)]), min_size=1, max_size=3)
SCOPES = st.sampled_from(["", "T1", "A", "c2"])
BOXES = st.builds(
    lambda left, width: shapely.box(EAST + left, NORTH + 10, EAST + left + width, NORTH + 60).wkt,
    st.sampled_from([5, 20, 140, 250]),
    st.sampled_from([15, 60, 300]),
)
ORDER = {"tiers": ("sealed", "controlled", "prevention"), "prefixes": ("S", "C", "P")}
PROPOSALS = st.one_of(
    st.builds(gm.Proposal, tier=TIERS, anchor=st.just("x"), cells=CELLS, remainder=st.booleans()),
    st.builds(gm.Proposal, tier=TIERS, anchor=st.just("y"), addresses=ADDRESSES, scope=SCOPES),
    st.builds(gm.Proposal, tier=TIERS, anchor=st.just("z"), households=HOMES),
)
EDITS = st.one_of(
    st.builds(gm.SetTier, cells=CELLS, tier=TIERS, reason=REASON),
    st.builds(gm.ClearTier, cells=CELLS, reason=REASON),
    st.builds(gm.Lock, cells=CELLS),
    st.builds(gm.Lock, carve_outs=st.just(["K-1"])),
    st.builds(gm.SetRemainder, tier=TIERS),
    st.builds(gm.AddCarveOut, tier=ANY_TIER, addresses=ADDRESSES, scope=SCOPES, reason=REASON),
    st.builds(gm.AddCarveOut, tier=ANY_TIER, households=HOMES),
    st.builds(gm.AddCarveOut, tier=ANY_TIER, shape=BOXES, reason=REASON),
    st.builds(
        lambda proposals: gm.Delineate(protocol="p", proposals=proposals, **ORDER),
        st.lists(PROPOSALS, min_size=1, max_size=3),
    ),
)


def plan_after(wanted):
    plan = gm.new_plan(two_towns())
    for edit in wanted:
        try:
            plan = gm.apply_edit(plan, edit)
        except GridmapError:
            continue
    return plan


def is_covered(carve, plan, household):
    """Tell whether a carve-out covers a household, looking at that one alone."""
    if carve.households:
        return household in carve.households
    if carve.shape:
        point = POINTS[household]
        return point is not None and shapely.from_wkt(carve.shape).intersects(point)
    compound, building, unit, _ = PARTS[household]
    targets = [parse_target(text) for text in carve.addresses]
    named = any(
        compound == target.compound
        and (not target.buildings or building in target.buildings)
        and (not target.units or unit in target.units)
        for target in targets
    )
    return named and (not carve.scope or CROWD.cells[household] in plan.hierarchy.cells_of(carve.scope))


def plainly_decided(plan):
    """Return tier and zone of each household: the strongest that is said of it, the first of equals."""
    origins, order = plan.origins.fillna(""), ["none", *reversed(plan.tier_order)]
    tiers, zones = plan.tiers.fillna("none"), plan.cell_zones.fillna("")
    said = {}
    for home, cell in CROWD.cells.items():
        ranks = {"lock": 3, "hand": 2 if cell in plan.reasons else 1, "rule": 1, "": -1}
        said[home] = [(ranks.get(origins[cell], 0), 0, tiers[cell], zones[cell])]
    for carve in plan.carve_list:
        rank = 3 if carve.locked else {"hand": 2, "rule": 1}[carve.origin]
        whole = carve.shape or any(not parse_target(text).buildings for text in carve.addresses)
        special = 0 if rank == 1 else 3 if carve.households else 1 if whole else 2
        for home, claims in said.items():
            if is_covered(carve, plan, home):
                claims.append((rank, special, carve.tier, carve.zone_id))
    strongest = {
        home: max(claims, key=lambda claim: (*claim[:2], order.index(claim[2])))
        for home, claims in said.items()
    }
    return {home: claim[2:] for home, claim in strongest.items()}


def plain_counts(names, index):
    residents = CROWD.residents.groupby(names.to_numpy()).sum()
    counts = {"households": names.value_counts(), "residents": residents}
    return pd.DataFrame(counts).reindex(index).fillna(0).astype("int64")


def plain_needs(names, index):
    said = CROWD.roster["needs"].fillna("").str.replace(" ", "").str.split("[;、，]", regex=True)
    rows = [(names[home], need) for home in names.index for need in {*said[home]} if need]
    kinds = sorted({need for _, need in rows})
    return {(name, need): rows.count((name, need)) for name in index for need in kinds}


@given(st.lists(EDITS, min_size=1, max_size=7))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_tiers_zones_and_counts_are_those_found_household_by_household(wanted):
    plan = plan_after(wanted)
    tiers, zones = gm.household_tiers(plan, CROWD), gm.household_zones(plan, CROWD)
    assert dict(zip(tiers.index, zip(tiers, zones, strict=True), strict=True)) == plainly_decided(plan)
    counts, index = gm.count_zones(plan, CROWD), plan.zones.index
    assert counts["cells"].to_dict() == {zone: int((plan.cell_zones == zone).sum()) for zone in index}
    assert counts[["households", "residents"]].equals(plain_counts(zones, index))
    by_tier = gm.count_tiers(plan, CROWD)
    assert by_tier[["households", "residents"]].equals(plain_counts(tiers, by_tier.index))
    assert by_tier["zones"].sum() == len(index)
    assert by_tier["cells"].sum() == 6
    assert gm.count_zone_needs(plan, CROWD).stack().to_dict() == plain_needs(zones, index)
    assert gm.count_tier_needs(plan, CROWD).stack().to_dict() == plain_needs(tiers, by_tier.index)
    shapes = {carve.zone_id for carve in plan.carve_list if carve.shape}
    held = {*plan.cell_zones.dropna(), *zones, *shapes}
    assert list(occupied_zones(plan, CROWD)) == [zone for zone in index if zone in held]


@given(st.lists(EDITS, max_size=4), st.lists(EDITS, max_size=4))
@settings(derandomize=True, deadline=None, max_examples=40)
def test_a_comparison_lists_whose_tier_or_zone_is_another(earlier, later):
    before, after = plan_after(earlier), plan_after([*earlier, *later])
    changes = gm.compare_plans(before, after, CROWD)
    order = ["none", "prevention", "controlled", "sealed"]
    said, said_after, expected = plainly_decided(before), plainly_decided(after), {}
    for home, cell in CROWD.cells.items():
        (tier, zone), (tier_after, zone_after) = said[home], said_after[home]
        if (tier, zone) != (tier_after, zone_after):
            step = order.index(tier_after) - order.index(tier)
            change = "stricter" if step > 0 else "weaker" if step else "zone"
            residents = CROWD.residents[home]
            expected[home] = (cell, tier, tier_after, zone, zone_after, change, residents)
    assert {row[0]: row[1:] for row in changes.itertuples(name=None)} == expected


def test_needs_are_counted_once_for_each_household_that_has_them(placement):
    roster = CROWD.households
    assert list(CROWD.cells.index) == ["1", "2", "3", "4", "5", "6", "7", "9", "10", "11"]
    plan = gm.new_plan(two_towns())
    none = gm.count_tier_needs(plan, CROWD)
    assert none.index.name == "tier"
    assert none.columns.name == "need"
    assert none.loc["none"].to_dict() == {"独居": 4, "透析": 2}
    assert roster["needs"].equals(crowd()["needs"].astype("str"))
    assert gm.count_zone_needs(plan, placement).shape == (0, 0)
    assert gm.count_tier_needs(plan, placement).shape == (4, 0)


def test_a_plan_over_other_cells_cannot_be_counted():
    other = gm.new_plan(two_towns().rename({"a1": "z9"}))
    with pytest.raises(UnknownCellError, match="lacks the cell 'a1'"):
        gm.count_zones(other, CROWD)


def test_no_household_is_counted_where_none_is_placed():
    nowhere = gm.place_households(households([("1", None, "", 2)]), two_towns())
    shape = shapely.box(EAST + 15, NORTH, EAST + 30, NORTH + 60).wkt
    plan = gm.replay(
        gm.new_plan(two_towns()),
        [gm.SetTier(cells=["a1"], **SEALED), gm.AddCarveOut(shape=shape, **CONTROLLED)],
    )
    assert gm.household_tiers(plan, nowhere).dtype == gm.household_tiers(plan, CROWD).dtype
    assert gm.count_zones(plan, nowhere)["households"].to_list() == [0, 0]
    assert gm.compare_plans(gm.new_plan(two_towns()), plan, nowhere).empty


def test_what_is_kept_of_a_placement_goes_with_it():
    placed = gm.place_households(crowd(), two_towns())
    plan = plan_after([gm.AddCarveOut(households=["1"], **SEALED)])
    carve = plan.carve_list[0]
    rows = covered_rows(carve, plan, placed)
    assert covered_rows(replace(carve), plan, placed) is rows
    claims = claims_on(plan, placed)
    assert claims_on(plan, placed) is claims
    watched = [weakref.ref(each) for each in (placed, rows, claims, claims.census)]
    del placed, rows, claims
    gc.collect()
    assert [each() for each in watched] == [None] * 4


def test_what_is_kept_of_a_plan_goes_with_it():
    plan = plan_after([gm.SetTier(cells=["a1"], **SEALED)])
    claims = weakref.ref(claims_on(plan, CROWD))
    known = len(claims().census.claims)
    del plan
    gc.collect()
    assert claims() is None
    other = plan_after([gm.SetTier(cells=["a2"], **SEALED)])
    assert len(claims_on(other, CROWD).census.claims) <= known

"""Every duty of the shipped protocol three-zones-2021, worked out in a world drawn by hand."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box

import gridmap as gm
from gridmap.core.logistics import people_in_zones, supplies_of
from gridmap.sample import make_county

WEST, SOUTH = 500_000, 3_400_000
PROTOCOL = gm.load_protocol("three-zones-2021")


def at(east):
    return Point(WEST + east, SOUTH + 50)


def with_points(frame):
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=4490)


def table(name, rows, columns):
    """Rows of id, metres east of the west border, then the columns."""
    data = {column: [row[2 + place] for row in rows] for place, column in enumerate(columns)}
    index = pd.Index([row[0] for row in rows], name=name, dtype="str")
    return gpd.GeoDataFrame(data, geometry=[at(row[1]) for row in rows], index=index, crs=4549)


@pytest.fixture
def grid():
    """Four microgrids of 100 m: a sealed, b controlled, c and d under prevention.

    +---+---+---+---+
    | a | b | c | d |
    +---+---+---+---+
    grid G1   grid G2
    village V1      V2      town T, county K
    """
    columns = {
        "name": list("abcd"),
        "level": "microgrid",
        "grid_id": ["G1", "G1", "G2", "G2"],
        "village_id": ["V1", "V1", "V2", "V2"],
        "town_id": "T",
        "county_id": "K",
    }
    shapes = [box(WEST + 100 * i, SOUTH, WEST + 100 * i + 100, SOUTH + 100) for i in range(4)]
    return gpd.GeoDataFrame(columns, geometry=shapes, index=pd.Index(list("abcd"), name="cell_id"), crs=4549)


@pytest.fixture
def roster():
    """Three homes and a factory in a, two homes in b, a home and a shop in c, one home in d."""
    rows = [
        ("1", 10, "东浜1号", 4, "home"),
        ("2", 20, "东浜2号", 3, "home"),
        ("3", 30, "东浜3号", 2, "home"),
        ("4", 40, "东浜4号", 1, "enterprise"),
        ("5", 110, "中浜1号", 2, "home"),
        ("6", 120, "中浜2号", 2, "home"),
        ("7", 210, "西浜1号", 5, "home"),
        ("8", 220, "西浜2号", 1, "shop"),
        ("9", 310, "北浜1号", 2, "home"),
    ]
    return table("household_id", rows, ["address", "residents", "kind"])


@pytest.fixture
def sites():
    """An isolation point in d and a gate on the east side of b."""
    return table("site_id", [("point", 390, "isolation_point"), ("gate", 195, "gate")], ["kind"])


@pytest.fixture
def officials():
    """Everybody the order names; the leaders of the city have the county for territory, and so on down."""
    rows = [
        ("lead1", 50, "lead_official", "K"),
        ("lead2", 350, "lead_official", "K"),
        ("secretary1", 10, "secretary", "V1"),
        ("secretary2", 310, "secretary", "V2"),
        ("city", 50, "contact_leader", "K"),
        ("county", 150, "contact_leader", "T"),
        ("town1", 50, "contact_leader", "V1"),
        ("town2", 350, "contact_leader", "V2"),
        ("head1", 20, "grid_head", "G1"),
        ("head2", 320, "grid_head", "G2"),
        ("member1", 20, "grid_member", "G1"),
        ("member2", 320, "grid_member", "G2"),
        *((f"micro_{cell}", 50 + 100 * i, "microgrid_head", cell) for i, cell in enumerate("abcd")),
        ("linked_a", 15, "linked_member", "a"),
        ("linked_b", 115, "linked_member", "b"),
        ("linked_g2", 250, "linked_member", "G2"),
        ("link1", 60, "enterprise_link", "G1"),
        ("link2", 260, "enterprise_link", "G2"),
        ("pioneer1", 60, "pioneer", "V1"),
        ("pioneer2", 160, "pioneer", "V1"),
        *((f"v1-{i}", 15 + 30 * i, "volunteer", "V1") for i in range(6)),  # 15, 45, 75 | 105, 135, 165 m
        *((f"v2-{i}", 210 + 30 * i, "volunteer", "V2") for i in range(4)),  # 210, 240, 270, 300 m
        ("doctor", 150, "medical", "T"),
        ("police", 150, "police", "T"),
    ]
    staff = table("official_id", rows, ["role", "territory"])
    return staff.assign(phone="10300000000")


@pytest.fixture
def plan(grid):
    edits = [
        gm.SetTier(cells=["a"], tier="sealed"),
        gm.SetTier(cells=["b"], tier="controlled"),
        gm.SetTier(cells=["c", "d"], tier="prevention"),
    ]
    return gm.replay(gm.new_plan(grid), edits)


@pytest.fixture
def placement(grid, roster):
    return gm.place_households(roster, grid)


@pytest.fixture
def duties(plan, placement, officials, sites):
    return gm.assign_duties(plan, placement, officials, protocol=PROTOCOL, sites=sites)


def held(duties, role):
    """Who serves each target in a role."""
    rows = duties.table[duties.table["role"] == role]
    return {target: sorted(who) for target, who in rows.groupby("target")["official_id"]}


def test_no_duty_is_vacant_in_this_world(duties):
    assert duties.vacancies.empty


def test_one_leader_answers_for_the_sealed_zone_and_another_for_the_isolation_point(duties):
    """Nobody twice while another is free: the one near a has the zone, the one near d the point."""
    assert held(duties, "lead_official") == {"S-1": ["lead1"], "point": ["lead2"]}


def test_every_village_has_its_secretary(duties):
    assert held(duties, "secretary") == {"V1": ["secretary1"], "V2": ["secretary2"]}


def test_leaders_of_the_city_the_county_and_the_town_contact_every_grid(duties):
    assert held(duties, "contact_leader") == {
        "G1": ["city", "county", "town1"],
        "G2": ["city", "county", "town2"],
    }


def test_every_grid_has_one_head_and_a_member_and_every_microgrid_one_head(duties):
    assert held(duties, "grid_head") == {"G1": ["head1"], "G2": ["head2"]}
    assert held(duties, "grid_member") == {"G1": ["member1"], "G2": ["member2"]}
    assert held(duties, "microgrid_head") == {cell: [f"micro_{cell}"] for cell in "abcd"}


def test_every_household_has_a_linked_member_also_enterprises(duties):
    assert held(duties, "linked_member") == {
        **{home: ["linked_a"] for home in "1234"},
        **{home: ["linked_b"] for home in "56"},
        **{home: ["linked_g2"] for home in "789"},
    }


def test_only_enterprises_and_shops_are_linked_to_who_links_enterprises(duties):
    assert held(duties, "enterprise_link") == {"4": ["link1"], "8": ["link2"]}


def test_two_pioneers_claim_posts_in_the_sealed_and_in_the_controlled_zone(duties):
    assert held(duties, "pioneer") == {"S-1": ["pioneer1", "pioneer2"], "C-1": ["pioneer1", "pioneer2"]}


def test_volunteers_serve_the_zones_of_their_village_and_the_gate_takes_nine(duties):
    """The middle of S-1 lies at 25 m, of C-1 at 115 m; the gate at 195 m needs three in each of three shifts.

    S-1 takes the nearest two of village V1. C-1 takes the nearest two who are not locked in with a: v1-3 and
    v1-4. The gate takes the three of V1 who live outside a, and all four of V2; for the last two places
    nobody is left but those who live in a, and the nearest of them who has no duty yet is v1-2, then v1-1.
    """
    assert held(duties, "volunteer") == {
        "S-1": ["v1-0", "v1-1"],
        "C-1": ["v1-3", "v1-4"],
        "gate": ["v1-1", "v1-2", "v1-3", "v1-4", "v1-5", "v2-0", "v2-1", "v2-2", "v2-3"],
    }
    locked_in = duties.conflicts[duties.conflicts["kind"] == "inside_serves_outside"]
    gate_keepers = locked_in.loc[locked_in["role"] == "volunteer", "official_id"]
    assert sorted(gate_keepers) == ["v1-1", "v1-2"]


def test_medical_staff_and_police_serve_both_zones(duties):
    assert held(duties, "medical") == {"S-1": ["doctor"], "C-1": ["doctor"]}
    assert held(duties, "police") == {"S-1": ["police"], "C-1": ["police"]}


def test_without_officials_every_duty_is_a_vacancy(plan, placement, sites):
    duties = gm.assign_duties(plan, placement, None, protocol=PROTOCOL, sites=sites)
    gaps = duties.vacancies.groupby(["role", "target_kind"])["missing"].sum().to_dict()
    assert gaps == {
        ("lead_official", "zone"): 1,
        ("lead_official", "site"): 1,
        ("secretary", "area"): 2,
        ("contact_leader", "area"): 6,
        ("grid_head", "area"): 2,
        ("grid_member", "area"): 2,
        ("microgrid_head", "area"): 4,
        ("linked_member", "household"): 9,
        ("enterprise_link", "household"): 2,
        ("pioneer", "zone"): 4,
        ("volunteer", "zone"): 4,
        ("volunteer", "site"): 9,
        ("medical", "zone"): 2,
        ("police", "zone"): 2,
    }
    hard = duties.vacancies[duties.vacancies["hard"]]
    assert set(hard["role"]) == {"lead_official", "secretary", "grid_head", "grid_member", "microgrid_head"}
    leaders = duties.vacancies[duties.vacancies["role"] == "contact_leader"]
    assert leaders[["target", "missing"]].to_numpy().tolist() == [["G1", 3], ["G2", 3]]


def test_a_site_that_was_written_in_the_short_way_is_staffed_too(plan, placement, officials, sites):
    short = sites.assign(kind=["isolation", "gate"])
    duties = gm.assign_duties(plan, placement, officials, protocol=PROTOCOL, sites=short)
    assert held(duties, "lead_official")["point"] == ["lead2"]


def test_people_on_duty_and_supplies_of_every_zone(plan, placement, duties, sites):
    """Who has a duty in a zone counts there, who heads areas only counts where most of their people live.

    S-1 (4 households, 10 residents): lead1, pioneer1 and 2, v1-0 and v1-1, doctor, police, linked_a and link1
    are 9; with micro_a, and secretary1, town1, head1 and member1, who have four of their six households
    there, 14; and with the leaders of the city and of the county, who have 4 of 9 there, 16.
    C-1 (2 households, 4 residents): the pioneers, v1-3, v1-4, doctor, police and linked_b are 7; at the gate
    in b are nine, of whom v1-3 and v1-4 count already: 14; with micro_b 15.
    P-1 (3 households, 8 residents): lead2 at the point in d, linked_g2 and link2 are 3; with micro_c,
    micro_d, secretary2, town2, head2 and member2 9.
    """
    people = people_in_zones(plan, placement, duties, sites=sites)
    assert people.loc["S-1"].tolist() == ["sealed", 16, 4, 10]
    assert people.loc["C-1"].tolist() == ["controlled", 15, 2, 4]
    assert people.loc["P-1"].tolist() == ["prevention", 9, 3, 8]
    supplies = supplies_of(plan, placement, duties, PROTOCOL, sites=sites)
    amounts = {(row.zone_id, row.supply): row.amount for row in supplies.itertuples()}
    assert amounts == {
        ("S-1", "meals"): 48,
        ("S-1", "protective_kits"): 32,
        ("S-1", "masks"): 32,
        ("S-1", "food_parcels"): 2,
        ("S-1", "tests"): 10,
        ("S-1", "medicine_boxes"): 1,
        ("C-1", "meals"): 45,
        ("C-1", "masks"): 30,
        ("C-1", "tests"): 4,
        ("C-1", "medicine_boxes"): 1,
        ("P-1", "meals"): 27,
        ("P-1", "masks"): 18,
    }


@pytest.mark.parametrize("seed", [3, 8])
def test_the_made_up_county_fills_every_hard_duty(seed):
    county = make_county(cells=300, households=3_000, seed=seed)
    households, cases, sites = (with_points(each) for each in (county.households, county.cases, county.sites))
    placement = gm.place_households(households, county.grid)
    plan = gm.delineate(cases, county.grid, protocol=PROTOCOL, households=households)
    duties = gm.assign_duties(plan, placement, county.officials, protocol=PROTOCOL, sites=sites)
    assert not duties.vacancies["hard"].any()
    assert duties.vacancies[duties.vacancies["role"] != "enterprise_link"].empty
    assert {"pioneer", "enterprise_link"} <= set(duties.table["role"])

"""Teams and branches, and what zones are supplied with, in a world drawn by hand."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from gridmap.core.apply import apply_edit, new_plan
from gridmap.core.edits import AddCarveOut, SetTier
from gridmap.core.logistics import SUPPLY_COLUMNS, people_in_zones, supplies_of
from gridmap.core.place import place_households
from gridmap.core.serving import serving_directly, zone_cells
from gridmap.core.teams import teams_of
from gridmap.model.duties import TEAM_COLUMNS, TEAM_GAP_COLUMNS, Duties, no_rows
from gridmap.model.protocol import Protocol, Tier
from gridmap.model.protocol_parts import Supply, TeamRule
from tests.core.worlds import CRS, EAST, NORTH, households, two_towns

TIERS = tuple(
    Tier(name, name, name, name[0].upper(), "#b2182b", "none")
    for name in ("sealed", "controlled", "prevention")
)
BRANCH = TeamRule("branch", "支部", "branch", ("lead", "secretary"), ("secretary", "linked"), ("sealed",), 2)
CREW = TeamRule("crew", "队", "crew", ("head",), ("head", "guard"))


@pytest.fixture
def grid():
    """Cells a1, a2 (village A), b1, b2 (B) in town T1; c1, c2 (C) in town T2."""
    return two_towns()


@pytest.fixture
def placement(grid):
    """Two households in a1, one in a2 and in b1, three in c1."""
    rows = [
        ("h0", 10, "甲浜1号", 2),
        ("h1", 20, "甲浜2号", 3),
        ("h2", 110, "乙浜1号", 1),
        ("h3", 210, "丙浜1号", 2),
    ]
    rows += [(f"h{i}", 410 + i, f"丁浜{i}号", 2) for i in (4, 5, 6)]
    return place_households(households(rows), grid)


@pytest.fixture
def plan(grid):
    """S-1 is a1, C-1 is a2 and b1."""
    plan = apply_edit(new_plan(grid), SetTier(tier="sealed", cells=["a1"]))
    return apply_edit(plan, SetTier(tier="controlled", cells=["a2", "b1"]))


def protocol(*teams, supplies=()):
    return Protocol("p", "p", "p", "", "", TIERS, teams=teams, supplies=supplies)


def table(*rows):
    """Rows of official, role, kind, target."""
    return pd.DataFrame(rows, columns=["official_id", "role", "target_kind", "target"], dtype="str")


def sites(**cells):
    points = {name: Point(EAST + east, NORTH + 50) for name, east in cells.items()}
    index = pd.Index(list(points), name="site_id")
    return gpd.GeoDataFrame({"kind": "gate"}, geometry=list(points.values()), index=index, crs=CRS)


def duties(rows):
    empty = no_rows(TEAM_COLUMNS)
    return Duties(table=rows, vacancies=empty, conflicts=empty, loads=empty)


def parts(teams, team):
    rows = teams[teams["team_id"] == team]
    return [(row.part, row.official_id) for row in rows.itertuples()]


def test_a_branch_is_led_by_the_leader_of_the_zone_and_made_of_those_who_serve_it(plan, placement):
    rows = table(
        ("x1", "secretary", "area", "A"),
        ("x2", "lead", "zone", "S-1"),
        ("x3", "linked", "household", "h0"),
        ("x3", "linked", "household", "h1"),
        ("x4", "linked", "household", "h3"),  # lives in C-1
        ("x5", "guard", "zone", "S-1"),  # no role of a branch
    )
    teams, gaps = teams_of(plan, placement, rows, protocol=protocol(BRANCH))
    assert parts(teams, "S-1/branch") == [("leader", "x2"), ("member", "x1"), ("member", "x3")]
    assert set(teams["zone_id"]) == {"S-1"}
    assert set(teams["kind"]) == {"branch"}
    assert gaps.empty


def test_without_a_leader_of_the_first_role_the_next_role_leads_and_is_no_member(plan, placement):
    rows = table(("x1", "secretary", "area", "A"), ("x3", "linked", "household", "h0"))
    teams, gaps = teams_of(plan, placement, rows, protocol=protocol(BRANCH))
    assert parts(teams, "S-1/branch") == [("leader", "x1"), ("member", "x3")]
    assert gaps.to_dict("records") == [
        {"team_id": "S-1/branch", "kind": "branch", "zone_id": "S-1", "part": "member", "missing": 1}
    ]


def test_a_team_without_anybody_is_all_gaps(plan, placement):
    teams, gaps = teams_of(plan, placement, table(), protocol=protocol(BRANCH))
    assert list(teams.columns) == list(TEAM_COLUMNS)
    assert teams.empty
    assert list(gaps.columns) == list(TEAM_GAP_COLUMNS)
    assert gaps[["part", "missing"]].to_numpy().tolist() == [["leader", 1], ["member", 2]]


def test_a_team_of_no_tier_in_particular_stands_in_every_zone(plan, placement):
    rows = table(("x1", "head", "area", "a1"), ("x2", "guard", "zone", "C-1"))
    teams, gaps = teams_of(plan, placement, rows, protocol=protocol(CREW))
    assert parts(teams, "S-1/crew") == [("leader", "x1")]
    assert parts(teams, "C-1/crew") == [("member", "x2")]
    assert gaps[["zone_id", "part"]].to_numpy().tolist() == [["S-1", "member"], ["C-1", "leader"]]


def test_the_head_of_the_smallest_area_leads_and_of_several_the_first_by_id(plan, placement):
    rows = table(
        ("x1", "head", "area", "T1"),
        ("x2", "head", "area", "A"),
        ("x4", "head", "area", "a1"),
        ("x3", "head", "area", "a1"),
        ("x0", "head", "area", "T2"),  # elsewhere
    )
    teams, _ = teams_of(plan, placement, rows, protocol=protocol(CREW))
    assert parts(teams, "S-1/crew") == [
        ("leader", "x3"),
        ("member", "x1"),
        ("member", "x2"),
        ("member", "x4"),
    ]


def test_who_serves_a_site_in_the_zone_belongs_to_its_team(plan, placement):
    rows = table(("x1", "guard", "site", "g1"), ("x2", "guard", "site", "g2"), ("x3", "guard", "site", "far"))
    places = sites(g1=50, g2=150, far=-900)
    teams, _ = teams_of(plan, placement, rows, protocol=protocol(CREW), sites=places)
    assert parts(teams, "S-1/crew") == [("member", "x1")]
    assert parts(teams, "C-1/crew") == [("member", "x2")]


def test_a_zone_of_single_households_reaches_into_the_area_they_live_in(grid, placement):
    plan = apply_edit(new_plan(grid), AddCarveOut(tier="sealed", households=["h4"], reason="drawn"))
    rows = table(
        ("x1", "head", "area", "c1"), ("x2", "head", "area", "c2"), ("x3", "guard", "household", "h4")
    )
    teams, _ = teams_of(plan, placement, rows, protocol=protocol(CREW))
    assert parts(teams, "S-1/crew") == [("leader", "x1"), ("member", "x3")]


def test_a_zone_that_is_drawn_reaches_into_the_cells_it_touches(grid, placement):
    shape = Point(EAST + 200, NORTH + 50).buffer(20).wkt  # on the border of a2 and b1, where nobody lives
    plan = apply_edit(new_plan(grid), AddCarveOut(tier="sealed", shape=shape, reason="drawn"))
    rows = table(("x1", "head", "area", "a2"), ("x2", "head", "area", "b1"), ("x3", "head", "area", "c1"))
    teams, _ = teams_of(plan, placement, rows, protocol=protocol(CREW))
    assert parts(teams, "S-1/crew") == [("leader", "x1"), ("member", "x2")]


def test_a_zone_lies_in_its_cells_and_where_its_households_live(plan, placement):
    cells = zone_cells(plan, placement)
    names = [
        (plan.registry[zone].zone_id, plan.hierarchy.cell_ids[cell])
        for zone, cell in cells[["zone", "cell"]].to_numpy()
    ]
    counts = dict(zip(names, cells["households"], strict=True))
    assert counts == {("S-1", "a1"): 2, ("C-1", "a2"): 1, ("C-1", "b1"): 1}


def test_what_a_duty_names_that_is_no_more_serves_no_zone(plan, placement):
    rows = table(
        ("x1", "guard", "zone", "S-9"), ("x2", "guard", "household", "h9"), ("x3", "guard", "site", "g9")
    )
    assert serving_directly(plan, placement, rows, sites=sites(g1=50)).empty
    assert serving_directly(plan, placement, rows).empty


# What zones are supplied with


def supply(name, amount, per, **more):
    return Supply(name, name, name, "份", "pieces", amount, per, **more)


def test_amounts_follow_people_on_duty_households_residents_and_zones(plan, placement):
    """S-1: two on duty, two households, five residents. C-1: nobody on duty, two households, three people."""
    rows = table(
        ("x1", "guard", "zone", "S-1"),
        ("x2", "linked", "household", "h0"),
        ("x2", "linked", "household", "h1"),
    )
    rules = (
        supply("meals", 3, "person_on_duty", per_day=True),
        supply("parcels", 0.5, "household"),
        supply("tests", 1.2, "resident", tiers=("sealed",)),
        supply("boxes", 1, "zone"),
    )
    supplies = supplies_of(plan, placement, duties(rows), protocol(supplies=rules))
    assert list(supplies.columns) == list(SUPPLY_COLUMNS)
    assert supplies[["zone_id", "supply", "amount", "per_day"]].to_numpy().tolist() == [
        ["S-1", "meals", 6, True],
        ["S-1", "parcels", 1, False],
        ["S-1", "tests", 6, False],
        ["S-1", "boxes", 1, False],
        ["C-1", "meals", 0, True],
        ["C-1", "parcels", 1, False],
        ["C-1", "boxes", 1, False],
    ]
    first = supplies.iloc[0]
    assert (first["tier"], first["people_on_duty"], first["households"], first["residents"]) == (
        "sealed",
        2,
        2,
        5,
    )


@pytest.mark.parametrize(("amount", "rounded"), [(0.1, 1), (0.5, 2), (0.3, 1), (1 / 3, 1), (0.34, 2)])
def test_amounts_are_rounded_up_to_whole_numbers(grid, placement, amount, rounded):
    """Three households in c1."""
    plan = apply_edit(new_plan(grid), SetTier(tier="sealed", cells=["c1"]))
    rules = (supply("parcels", amount, "household"),)
    supplies = supplies_of(plan, placement, duties(table()), protocol(supplies=rules))
    assert supplies["amount"].tolist() == [rounded]


def test_tenths_are_multiplied_exactly():
    """0.1 for each of three is 0.3, of thirty 3: a sum of floats would be 4."""
    rows = [(f"h{i}", 410, "", 1) for i in range(30)]
    grid = two_towns()
    placement = place_households(households(rows), grid)
    plan = apply_edit(new_plan(grid), SetTier(tier="sealed", cells=["c1"]))
    rules = (supply("parcels", 0.1, "household"), supply("tests", 1.1, "resident"))
    supplies = supplies_of(plan, placement, duties(table()), protocol(supplies=rules))
    assert supplies["amount"].tolist() == [3, 33]


def test_who_heads_areas_only_is_on_duty_where_most_of_their_people_live(plan, placement):
    """Village A has two households in S-1 and one in C-1; town T1 two in each: the stricter counts."""
    rows = table(("x1", "head", "area", "A"), ("x2", "head", "area", "T1"), ("x3", "head", "area", "C"))
    people = people_in_zones(plan, placement, duties(rows))
    assert people["people_on_duty"].to_dict() == {"S-1": 2, "C-1": 0}


def test_who_has_a_duty_for_a_zone_counts_in_each_zone_but_not_again_for_an_area(plan, placement):
    rows = table(
        ("x1", "guard", "zone", "S-1"),
        ("x1", "guard", "zone", "C-1"),
        ("x1", "head", "area", "A"),
        ("x1", "linked", "household", "h0"),
    )
    people = people_in_zones(plan, placement, duties(rows))
    assert people["people_on_duty"].to_dict() == {"S-1": 1, "C-1": 1}


def test_without_duties_and_supplies_the_tables_keep_their_columns(grid, placement):
    empty = supplies_of(new_plan(grid), placement, duties(table()), protocol())
    assert list(empty.columns) == list(SUPPLY_COLUMNS)
    assert people_in_zones(new_plan(grid), placement, duties(table())).empty

"""Duties in worlds drawn by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely import Point, box

from gridmap.core.apply import apply_edit, new_plan
from gridmap.core.duty import assign_duties
from gridmap.core.edits import AddCarveOut, SetTier
from gridmap.core.place import place_households
from gridmap.model.protocol import DutyRule, Protocol, Tier

TIERS = (
    Tier("sealed", "封控区", "sealed", "S", "#b2182b", "cross"),
    Tier("controlled", "管控区", "controlled", "C", "#ef8a00", "diagonal"),
    Tier("prevention", "防范区", "prevention", "P", "#2166ac", "dots"),
)
LEAD = DutyRule("lead_official", "zone", tiers=("sealed",), hard=True, basis="order")
LEAD_SITE = DutyRule("lead_official", "site", site_kind="isolation", hard=True, basis="order")
SECRETARY = DutyRule("secretary", "area", level="village", hard=True, basis="order")
HEAD = DutyRule("microgrid_head", "area", level="microgrid", most=1, hard=True)
MEMBER = DutyRule("linked_member", "household", households=3)


@pytest.fixture
def grid():
    """Four cells of 100 m in two villages of one town.

    +---+---+---+---+
    | a | b | c | d |
    +---+---+---+---+
    0  V1  200 V2  400 m
    """
    columns = {
        "name": list("abcd"),
        "level": ["microgrid"] * 4,
        "village_id": ["V1", "V1", "V2", "V2"],
        "town_id": ["T"] * 4,
        "county_id": ["K"] * 4,
    }
    shapes = [box(500000 + 100 * i, 3400000, 500100 + 100 * i, 3400100) for i in range(4)]
    return gpd.GeoDataFrame(columns, geometry=shapes, index=pd.Index(list("abcd"), name="cell_id"), crs=4549)


@pytest.fixture
def roster():
    """Two households in building 1 of cell a, two in building 2 of cell a, one in each of b, c and d."""
    rows = [
        ("h1", "枫桥新村1幢1单元101室", 10),
        ("h2", "枫桥新村1幢2单元201室", 10),
        ("h3", "枫桥新村2幢101室", 90),
        ("h4", "枫桥新村2幢102室", 90),
        ("h5", "北汇浜1号", 150),
        ("h6", "南汇浜1号", 250),
        ("h7", "东汇浜1号", 350),
    ]
    index = pd.Index([row[0] for row in rows], name="household_id", dtype="str")
    points = [Point(500000 + row[2], 3400050) for row in rows]
    columns = {"address": [row[1] for row in rows], "residents": 2}
    return gpd.GeoDataFrame(columns, geometry=points, index=index, crs=4549)


def protocol(*duties):
    return Protocol("test", "试", "test", "made up", "verify", tiers=TIERS, duties=duties)


def officials(*rows):
    """Rows of official_id, role, territory, metres east of the west border; then any further columns."""
    return gpd.GeoDataFrame(
        {
            "role": [row[1] for row in rows],
            "territory": [row[2] for row in rows],
            "phone": "13800138000",
            "capacity": [row[4] if len(row) > 4 else np.nan for row in rows],
        },
        geometry=[None if row[3] is None else Point(500000 + row[3], 3400050) for row in rows],
        index=pd.Index([row[0] for row in rows], name="official_id", dtype="str"),
        crs=4549,
    )


def zoned(grid, **tiers):
    plan = new_plan(grid)
    for tier, cells in tiers.items():
        for cell in cells:
            plan = apply_edit(plan, SetTier(cells=[cell], tier=tier))
    return plan


def served(duties, role):
    rows = duties.table[duties.table["role"] == role]
    return dict(zip(rows["target"], rows["official_id"], strict=True))


def kinds(duties):
    return sorted(zip(duties.conflicts["official_id"], duties.conflicts["kind"], strict=True))


def test_without_officials_every_duty_is_a_vacancy(grid, roster):
    plan = zoned(grid, sealed="a")
    placement = place_households(roster, grid)
    duties = assign_duties(plan, placement, None, protocol=protocol(LEAD, SECRETARY, MEMBER))
    assert duties.table.empty
    assert list(duties.table.columns) == ["official_id", "role", "target_kind", "target", "origin"]
    missing = duties.vacancies.groupby("role", sort=False)["missing"].sum().to_dict()
    assert missing == {"lead_official": 1, "secretary": 1, "linked_member": 7}
    assert duties.vacancies["hard"].tolist() == [True, True, *[False] * 7]
    assert duties.loads.empty


def test_every_village_with_a_zoned_cell_needs_its_own_secretary(grid, roster):
    plan = zoned(grid, controlled="bc")
    placement = place_households(roster, grid)
    team = officials(("o1", "secretary", "V1", 0), ("o2", "secretary", "V9", 0), ("o3", "medical", "V2", 0))
    duties = assign_duties(plan, placement, team, protocol=protocol(SECRETARY))
    assert served(duties, "secretary") == {"V1": "o1", "V2": "o2"}
    assert duties.table["origin"].tolist() == ["territory", "assigned"]
    assert kinds(duties) == [("o2", "unknown_territory")]


def test_a_secretary_is_not_called_away_from_a_village_of_their_own(grid, roster):
    plan = zoned(grid, controlled="c")
    placement = place_households(roster, grid)
    team = officials(("o1", "secretary", "V1", 0))
    duties = assign_duties(plan, placement, team, protocol=protocol(SECRETARY))
    assert duties.table.empty
    assert duties.vacancies.to_dict("records") == [
        {"role": "secretary", "target_kind": "area", "target": "V2", "missing": 1, "hard": True}
    ]


def test_the_smallest_territory_around_a_cell_serves_it(grid, roster):
    plan = zoned(grid, controlled="abcd")
    placement = place_households(roster, grid)
    team = officials(
        ("o1", "microgrid_head", "a", 0),
        ("o2", "microgrid_head", "V1", 0),
        ("o3", "microgrid_head", "T", 300),
    )
    duties = assign_duties(plan, placement, team, protocol=protocol(HEAD))
    assert served(duties, "microgrid_head") == {"a": "o1", "b": "o2", "c": "o3", "d": "o3"}
    assert set(duties.table["origin"]) == {"territory"}
    assert kinds(duties) == [("o3", "double_booking")]


def test_a_second_head_of_one_cell_is_a_conflict_and_serves_nothing(grid, roster):
    plan = zoned(grid, controlled="ab")
    placement = place_households(roster, grid)
    team = officials(("o2", "microgrid_head", "a", 0), ("o1", "microgrid_head", "a", 0))
    duties = assign_duties(plan, placement, team, protocol=protocol(HEAD))
    assert served(duties, "microgrid_head") == {"a": "o1"}
    assert kinds(duties) == [("o2", "two_heads")]
    assert duties.vacancies["target"].tolist() == ["b"]


def test_where_the_grid_lacks_a_level_the_cell_counts_and_this_is_said(grid, roster):
    plan = zoned(grid, controlled="ab")
    placement = place_households(roster, grid)
    rule = DutyRule("grid_head", "area", level="grid", most=1, hard=True)
    team = officials(("o1", "grid_head", "a", 0))
    duties = assign_duties(plan, placement, team, protocol=protocol(rule))
    assert served(duties, "grid_head") == {"a": "o1"}
    assert duties.vacancies["target"].tolist() == ["b"]
    assert kinds(duties) == [("", "level_missing")]
    assert duties.conflicts["detail"].iat[0] == "no grid holds 2 cell(s) (a, b); each such cell counts as one"


def test_no_leader_has_two_zones_or_points_while_another_is_free(grid, roster):
    plan = zoned(grid, sealed="ac")
    placement = place_households(roster, grid)
    sites = gpd.GeoDataFrame(
        {"kind": ["isolation", "gate"]},
        geometry=[Point(500390, 3400050), Point(500010, 3400050)],
        index=pd.Index(["q1", "g1"], name="site_id"),
        crs=4549,
    )
    team = officials(*((f"o{i}", "lead_official", "K", 100 + 10 * i) for i in (1, 2, 3)))
    duties = assign_duties(plan, placement, team, protocol=protocol(LEAD, LEAD_SITE), sites=sites)
    assert served(duties, "lead_official") == {"S-1": "o1", "S-2": "o3", "q1": "o2"}
    assert duties.conflicts.empty
    assert duties.vacancies.empty


def test_a_leader_of_two_zones_is_listed_as_a_double_booking(grid, roster):
    plan = zoned(grid, sealed="ac")
    placement = place_households(roster, grid)
    team = officials(("o1", "lead_official", "K", 150))
    duties = assign_duties(plan, placement, team, protocol=protocol(LEAD))
    assert served(duties, "lead_official") == {"S-1": "o1", "S-2": "o1"}
    assert kinds(duties) == [("o1", "double_booking")]
    assert duties.conflicts["detail"].iat[0] == "serves 2: zone S-1, zone S-2"


def test_every_household_has_one_linked_member_and_buildings_stay_together(grid, roster):
    plan = zoned(grid, controlled="a")
    placement = place_households(roster, grid)
    team = officials(*((f"o{i}", "linked_member", "", east) for i, east in enumerate((10, 90, 200, 290))))
    duties = assign_duties(plan, placement, team, protocol=protocol(MEMBER))
    assert duties.table["target"].tolist() == ["h1", "h2", "h3", "h4", "h5", "h6", "h7"]
    links = served(duties, "linked_member")
    assert links == {"h1": "o0", "h2": "o0", "h3": "o1", "h4": "o1", "h5": "o2", "h6": "o3", "h7": "o3"}
    assert duties.vacancies.empty
    assert duties.loads["households"].tolist() == [2, 2, 1, 2]
    assert duties.loads["share"].round(2).tolist() == [0.67, 0.67, 0.33, 0.67]


def test_a_members_own_capacity_beats_that_of_the_protocol(grid, roster):
    placement = place_households(roster, grid)
    team = officials(("o1", "linked_member", "", 0, 5), ("o2", "linked_member", "", 400, 1))
    duties = assign_duties(zoned(grid), placement, team, protocol=protocol(MEMBER))
    assert duties.loads["households"].to_dict() == {"o1": 5, "o2": 1}
    assert len(duties.vacancies) == 1
    assert set(duties.table["target"]) | set(duties.vacancies["target"]) == set(placement.cells.index)


def test_a_building_too_large_for_anybody_is_cut_by_unit_and_then_by_door(grid):
    doors = [f"枫桥新村1幢{unit}单元{floor}01室" for unit in (1, 2) for floor in (1, 2, 3, 10)]
    index = pd.Index([f"h{i}" for i in range(8)], name="household_id")
    points = [Point(500050, 3400050)] * 8
    roster = gpd.GeoDataFrame({"address": doors}, geometry=points, index=index, crs=4549)
    placement = place_households(roster, grid)
    team = officials(*((f"o{i}", "linked_member", "a", 50) for i in range(4)))
    duties = assign_duties(zoned(grid), placement, team, protocol=protocol(MEMBER))
    links = served(duties, "linked_member")
    assert duties.vacancies.empty
    assert links["h0"] == links["h1"] == links["h2"]
    assert links["h4"] == links["h5"] == links["h6"]
    assert len({links["h0"], links["h4"]}) == 2


def test_linking_keeps_to_the_tiers_of_the_rule(grid, roster):
    rule = DutyRule("linked_member", "household", tiers=("sealed",), households=9)
    placement = place_households(roster, grid)
    plan = apply_edit(zoned(grid, controlled="a"), AddCarveOut(tier="sealed", addresses=("枫桥新村2幢",)))
    team = officials(("o1", "linked_member", "", 0))
    duties = assign_duties(plan, placement, team, protocol=protocol(rule))
    assert duties.table["target"].tolist() == ["h3", "h4"]


def test_a_conflict_is_listed_and_leaves_no_household_without_a_member(grid, roster):
    plan = zoned(grid, sealed="a", controlled="b")
    placement = place_households(roster, grid)
    inside = officials(("o1", "linked_member", "V1", 50, 9), ("o2", "microgrid_head", "b", 50))
    duties = assign_duties(plan, placement, inside, protocol=protocol(MEMBER, HEAD))
    assert len(served(duties, "linked_member")) == 7
    assert ("o1", "inside_serves_outside") in kinds(duties)
    assert ("o2", "inside_serves_outside") in kinds(duties)
    detail = duties.conflicts.set_index("official_id").at["o2", "detail"]
    assert detail == "lives in S-1, serves C-1"


def test_a_head_who_lives_outside_the_sealed_cell_is_a_conflict(grid, roster):
    plan = zoned(grid, sealed="a")
    placement = place_households(roster, grid)
    team = officials(("o1", "microgrid_head", "a", 150))
    duties = assign_duties(plan, placement, team, protocol=protocol(HEAD))
    assert kinds(duties) == [("o1", "outside_serves_inside")]


def test_who_lives_in_a_sealed_building_is_inside_though_the_cell_is_not_sealed(grid, roster):
    plan = apply_edit(zoned(grid, controlled="a"), AddCarveOut(tier="sealed", addresses=("枫桥新村2幢",)))
    placement = place_households(roster, grid)
    team = officials(("o1", "linked_member", "", 90, 9), ("o2", "linked_member", "", 80, 9))
    duties = assign_duties(plan, placement, team, protocol=protocol(MEMBER))
    links = served(duties, "linked_member")
    assert (links["h3"], links["h4"]) == ("o1", "o1")
    assert {links[each] for each in ("h1", "h2", "h5", "h6", "h7")} == {"o2"}
    assert duties.conflicts.empty


def test_duties_set_by_hand_come_first_and_count(grid, roster):
    plan = zoned(grid, sealed="a")
    placement = place_households(roster, grid)
    leaders = ("o2", "lead_official", "", 150), ("o3", "lead_official", "", 150)
    team = officials(("o1", "linked_member", "", 150), *leaders)
    pins = pd.DataFrame(
        [
            ("o3", "lead_official", "zone", "S-1"),
            ("o1", "linked_member", "household", "h7"),
            ("o9", "linked_member", "household", "h1"),
            ("o1", "linked_member", "household", "h99"),
        ],
        columns=["official_id", "role", "target_kind", "target"],
    )
    duties = assign_duties(plan, placement, team, protocol=protocol(LEAD, MEMBER), pins=pins)
    assert served(duties, "lead_official") == {"S-1": "o3"}
    assert duties.table["origin"].tolist()[:2] == ["pinned", "pinned"]
    assert "h7" in served(duties, "linked_member")
    assert len(duties.table) == 1 + 3
    assert [kind for _, kind in kinds(duties)] == ["unknown_pin", "outside_serves_inside", "unknown_pin"]


def test_an_official_without_a_phone_is_named_only_when_on_duty(grid, roster):
    plan = zoned(grid, controlled="a")
    placement = place_households(roster, grid)
    team = officials(("o1", "secretary", "V1", 0), ("o2", "secretary", "V2", 0)).assign(phone=["", None])
    duties = assign_duties(plan, placement, team, protocol=protocol(SECRETARY))
    assert kinds(duties) == [("o1", "no_phone")]


def test_more_households_than_capacity_is_an_overload(grid, roster):
    plan = zoned(grid, controlled="a")
    placement = place_households(roster, grid)
    team = officials(("o1", "secretary", "V1", 0, 4))
    duties = assign_duties(plan, placement, team, protocol=protocol(SECRETARY))
    assert kinds(duties) == [("o1", "overload")]
    assert duties.conflicts["detail"].iat[0] == "5 households for a capacity of 4"


def test_officials_with_nothing_but_a_role_are_enough(grid, roster):
    plan = zoned(grid, sealed="a")
    placement = place_households(roster, grid)
    bare = pd.DataFrame({"role": ["linked_member"] * 3}, index=["o1", "o2", "o3"])
    duties = assign_duties(plan, placement, bare, protocol=protocol(MEMBER))
    assert len(duties.table) == 7
    assert duties.loads["households"].max() == 3


def test_homes_may_be_given_as_longitude_and_latitude(grid, roster):
    plan = zoned(grid, sealed="a")
    placement = place_households(roster, grid)
    homes = gpd.GeoSeries([Point(500350, 3400050), Point(500150, 3400050)], crs=4549).to_crs(4326)
    lonlat = {"lon": homes.x.astype(str), "lat": homes.y.astype(str)}
    team = pd.DataFrame({"role": "lead_official", **lonlat}).set_axis(["o1", "o2"])
    team.loc["o3"] = ["lead_official", "", None]
    duties = assign_duties(plan, placement, team, protocol=protocol(LEAD))
    assert served(duties, "lead_official") == {"S-1": "o2"}


@pytest.mark.parametrize("nobody", [pd.DataFrame(), officials()])
def test_an_empty_table_of_officials_is_like_none(grid, roster, nobody):
    plan = zoned(grid, sealed="a")
    placement = place_households(roster, grid)
    duties = assign_duties(plan, placement, nobody, protocol=protocol(LEAD, SECRETARY, HEAD, MEMBER))
    assert duties.table.empty
    assert len(duties.vacancies) == 1 + 1 + 1 + 7


def test_without_households_zones_and_areas_still_need_officials(grid, roster):
    plan = zoned(grid, sealed="a")
    placement = place_households(roster.iloc[:0], grid)
    team = officials(("o1", "secretary", "V1", 150), ("o2", "linked_member", "", 150))
    duties = assign_duties(plan, placement, team, protocol=protocol(LEAD, SECRETARY, MEMBER))
    assert served(duties, "secretary") == {"V1": "o1"}
    assert duties.vacancies["target"].tolist() == ["S-1"]


def test_nothing_is_written_to_the_tables_given(grid, roster):
    plan = zoned(grid, sealed="a")
    placement = place_households(roster, grid)
    team = officials(("o1", "linked_member", "V1", 50))
    before = team.copy()
    assign_duties(plan, placement, team, protocol=protocol(MEMBER))
    assert_frame_equal(team, before)


@settings(derandomize=True, deadline=None, max_examples=15)
@given(seed=st.integers(0, 10_000), members=st.integers(0, 12))
def test_every_household_is_linked_once_or_a_vacancy_in_any_order_of_officials(seed, members):
    rng = np.random.default_rng(seed)
    cells = [box(100 * i, 0, 100 * i + 100, 100) for i in range(3)]
    grid = gpd.GeoDataFrame(geometry=cells, index=pd.Index(["a", "b", "c"], name="cell_id"), crs=4549)
    people = int(rng.integers(1, 30))
    address = [f"新村{rng.integers(1, 4)}幢{rng.integers(1, 3)}单元{n}室" for n in range(people)]
    where = gpd.points_from_xy(rng.uniform(0, 300, people), rng.uniform(0, 100, people), crs=4549)
    ids = pd.Index([f"h{n}" for n in range(people)], name="household_id")
    placement = place_households(gpd.GeoDataFrame({"address": address}, geometry=where, index=ids), grid)
    team = gpd.GeoDataFrame(
        {"role": "linked_member", "territory": rng.choice(["a", "b", "", "x"], members)},
        geometry=gpd.points_from_xy(rng.uniform(0, 300, members), rng.uniform(0, 100, members), crs=4549),
        index=pd.Index([f"o{n}" for n in range(members)], name="official_id"),
    )
    plan = apply_edit(new_plan(grid), SetTier(cells=["a"], tier="sealed"))
    duties = assign_duties(plan, placement, team, protocol=protocol(MEMBER))
    shuffled = team.iloc[rng.permutation(members)]
    again = assign_duties(plan, placement, shuffled, protocol=protocol(MEMBER))
    assert_frame_equal(duties.table, again.table)
    assert_frame_equal(duties.conflicts, again.conflicts)
    everybody = sorted([*duties.table["target"], *duties.vacancies["target"]])
    assert everybody == sorted(placement.cells.index)
    assert len(duties.table) == min(people, 3 * members)
    assert (duties.loads["households"] <= 3).all()

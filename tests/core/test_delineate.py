import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

from gridmap.core.apply import apply_edit, new_plan, replay
from gridmap.core.delineate import delineate, propose
from gridmap.core.edits import SetTier
from gridmap.core.place import place_households
from gridmap.core.tally import household_tiers
from gridmap.errors import CrsMismatchError, GridmapWarning
from gridmap.model.protocol import Protocol, Rule, Tier
from gridmap.store.protocols import load_protocol
from tests.warned import warned

TIERS = (
    Tier("high", "高", "high", "H", "#b2182b", "cross"),
    Tier("middle", "中", "middle", "M", "#ef8a00", "diagonal"),
    Tier("low", "低", "low", "L", "#2166ac", "dots"),
)
WEST_M, SOUTH_M = 500_000, 3_400_000


def protocol(*rules):
    return Protocol("made-up", "虚构", "made up", "made up", "made up", TIERS, rules)


@pytest.fixture
def grid():
    """Two towns of two villages of two cells each; every cell is 100 m wide.

    +----+----+----+----+----+----+----+----+
    | a0 | a1 | a2 | a3 | b0 | b1 | b2 | b3 |
    +----+----+----+----+----+----+----+----+
    |   va    |   vb    |   vc    |   vd    |
    |        ta         |        tb         |
    """
    ids = [f"{town}{i}" for town in "ab" for i in range(4)]
    rows = {
        "name": [f"格{cell}" for cell in ids],
        "level": "grid",
        "town_id": ["ta"] * 4 + ["tb"] * 4,
        "town_name": ["东镇"] * 4 + ["西镇"] * 4,
        "village_id": ["va", "va", "vb", "vb", "vc", "vc", "vd", "vd"],
        "village_name": ["一村", "一村", "二村", "二村", "三村", "三村", "四村", "四村"],
    }
    shapes = [box(WEST_M + 100 * i, SOUTH_M, WEST_M + 100 * (i + 1), SOUTH_M + 100) for i in range(8)]
    return gpd.GeoDataFrame(rows, index=pd.Index(ids, name="cell_id"), geometry=shapes, crs="EPSG:4549")


def points(*x_m, name="case_id", prefix="case-"):
    """Points 50 m north of the southern edge, so many metres from the western one."""
    index = pd.Index([f"{prefix}{i}" for i in range(1, len(x_m) + 1)], name=name)
    shapes = [None if x is None else Point(WEST_M + x, SOUTH_M + 50) for x in x_m]
    return gpd.GeoDataFrame(index=index, geometry=shapes, crs="EPSG:4549")


def tiers_of(plan):
    """The tier of every cell, one letter each."""
    return "".join(tier[0] for tier in plan.tiers.fillna("-"))


def test_the_containing_cell_comes_under_the_tier(grid):
    plan = delineate(points(250), grid, protocol=protocol(Rule("containing_cell", "high")))
    assert tiers_of(plan) == "--h-----"
    assert plan.zones["name"].to_dict() == {"H-1": "格a2"}


def test_a_case_on_a_border_is_in_the_cell_that_sorts_first(grid):
    plan = delineate(points(200), grid, protocol=protocol(Rule("containing_cell", "high")))
    assert tiers_of(plan) == "-h------"


def test_a_case_may_be_given_by_its_cell_or_in_longitude_and_latitude(grid):
    rule = protocol(Rule("containing_cell", "high"))
    lonlat = points(250).to_crs(4326)
    by_cell = pd.DataFrame({"cell_id": ["a2"]}, index=lonlat.index)
    by_columns = pd.DataFrame({"lon": lonlat.geometry.x, "lat": lonlat.geometry.y})
    for cases in (lonlat, by_cell, by_columns):
        assert tiers_of(delineate(cases, grid, protocol=rule)) == "--h-----"


def test_the_containing_area_comes_under_the_tier_with_its_name(grid):
    plan = delineate(points(250), grid, protocol=protocol(Rule("containing_area", "high", level="village")))
    assert tiers_of(plan) == "--hh----"
    assert plan.zones["name"].to_list() == ["二村"]


def test_where_the_level_is_missing_the_cell_is_taken_and_said(grid):
    rule = protocol(Rule("containing_area", "high", level="microgrid"))
    with warned(GridmapWarning, match="no microgrid there; the cell is taken instead: case-1"):
        plan = delineate(points(250), grid, protocol=rule)
    assert tiers_of(plan) == "--h-----"


@pytest.mark.parametrize(
    ("by", "radius_m", "expected"),
    [
        ("touches", 149, "-hhh----"),
        ("touches", 151, "hhhhh---"),
        ("centroid", 149, "-hhh----"),
        ("centroid", 199, "-hhh----"),
        ("centroid", 201, "hhhhh---"),
        ("majority", 99, "--h-----"),
        ("majority", 205, "hhhhh---"),
    ],
)
def test_within_takes_cells_by_touch_centroid_or_majority(grid, by, radius_m, expected):
    """The case lies in the middle of a2, 50 m from its edges; a3 has its middle 100 m away, a1 too."""
    rule = Rule("within", "high", radius_m=radius_m, by=by)
    assert tiers_of(delineate(points(250), grid, protocol=protocol(rule))) == expected


def test_a_case_outside_the_grid_still_reaches_into_it(grid):
    rule = Rule("within", "high", radius_m=120)
    plan = delineate(points(-50), grid, protocol=protocol(rule))
    assert tiers_of(plan) == "h-------"
    assert plan.zones["name"].to_list() == ["格a0"]


def test_the_remainder_is_the_rest_of_the_areas_that_hold_a_case(grid):
    rules = protocol(Rule("containing_cell", "high"), Rule("remainder", "low", level="town"))
    plan = delineate(points(250), grid, protocol=rules)
    assert tiers_of(plan) == "llhl----"
    assert plan.zones["name"].to_dict() == {"H-1": "格a2", "L-1": "东镇"}


def test_two_towns_with_cases_have_a_remainder_each(grid):
    rules = protocol(Rule("containing_cell", "high"), Rule("remainder", "low", level="town"))
    plan = delineate(points(250, 750), grid, protocol=rules)
    assert tiers_of(plan) == "llhllllh"
    assert plan.zones["name"].to_list() == ["格a2", "格b3", "东镇", "西镇"]


def test_where_the_level_of_the_remainder_is_missing_the_whole_grid_is_taken_and_said(grid):
    rules = protocol(Rule("containing_cell", "high"), Rule("remainder", "low", level="county"))
    with warned(GridmapWarning, match="no county there; the rest of the whole grid is taken: case-1"):
        plan = delineate(points(250), grid, protocol=rules)
    assert tiers_of(plan) == "llhlllll"


def test_a_cell_whose_code_is_as_long_as_that_of_a_county_is_not_taken_for_one(grid):
    coded = grid[["geometry"]].set_axis(pd.Index([f"33042{place}" for place in range(8)], name="cell_id"))
    rules = protocol(Rule("containing_cell", "high"), Rule("remainder", "low", level="county"))
    with warned(GridmapWarning, match="no county there; the rest of the whole grid is taken: case-1"):
        plan = delineate(points(250), coded, protocol=rules)
    assert tiers_of(plan) == "llhlllll"


def test_the_stricter_of_two_rings_counts(grid):
    rings = [Rule("within", "low", radius_m=251), Rule("within", "high", radius_m=10)]
    assert tiers_of(delineate(points(250), grid, protocol=protocol(*rings))) == "llhlll--"


def test_overlapping_zones_of_a_tier_are_one_with_the_anchor_of_the_first_case(grid):
    rule = protocol(Rule("within", "high", radius_m=60))
    edit = propose(points(750, 350, 250), grid, protocol=rule)
    assert [(zone.anchor, zone.cells) for zone in edit.proposals] == [
        ("b3", ("b2", "b3")),
        ("a3", ("a1", "a2", "a3", "b0")),
    ]
    assert edit.cases == ("case-1", "case-2", "case-3")


def test_a_rule_starts_only_from_the_kinds_of_places_it_names(grid):
    rules = protocol(
        Rule("containing_cell", "high", places=("home",)), Rule("containing_cell", "middle", places=("work",))
    )
    further = pd.DataFrame({"case_id": ["case-1"], "place_kind": ["work"], "place": ["b1"]})
    plan = delineate(points(50), grid, protocol=rules, case_places=further)
    assert tiers_of(plan) == "h----m--"


def test_a_kind_of_place_that_no_rule_names_is_said(grid):
    rules = protocol(Rule("containing_cell", "high", places=("home",)))
    further = pd.DataFrame({"case_id": ["case-1"], "place_kind": ["activity"], "place": ["b1"]})
    with warned(GridmapWarning, match="no rule of made-up starts from a place of the kind 'activity'"):
        plan = delineate(points(50), grid, protocol=rules, case_places=further)
    assert tiers_of(plan) == "h-------"


def test_places_of_a_case_that_the_table_lacks_count_and_are_said(grid):
    rules = protocol(Rule("containing_cell", "high"))
    further = pd.DataFrame({"case_id": ["case-9"], "place_kind": ["work"], "place": ["b1"]})
    with warned(GridmapWarning, match="the table of cases lacks; they count too: case-9"):
        plan = delineate(points(50), grid, protocol=rules, case_places=further)
    assert tiers_of(plan) == "h----h--"


def test_a_case_that_matches_nothing_is_named_and_kept_in_the_edit(grid):
    cases = points(50, None).assign(address=["", "希望小区3幢101室"])
    with warned(GridmapWarning) as caught:
        edit = propose(cases, grid, protocol=protocol(Rule("containing_cell", "high")))
    said = [str(warning.message) for warning in caught]
    assert said == [
        "a place of the kind 'home' is in no cell and at no known address: case-2",
        "no zone could be made for these cases; they are kept in the edit as unplaced: case-2",
    ]
    assert {warning.filename for warning in caught} == {__file__}
    assert (edit.cases, edit.unplaced) == (("case-1", "case-2"), ("case-2",))


def test_a_cell_that_the_grid_lacks_places_no_case(grid):
    cases = pd.DataFrame({"cell_id": ["z9"]}, index=pd.Index(["case-1"], name="case_id"))
    with warned(GridmapWarning) as caught:
        edit = propose(cases, grid, protocol=protocol(Rule("containing_cell", "high")))
    assert "unplaced: case-1" in str(caught[-1].message)
    assert (edit.proposals, edit.unplaced) == ((), ("case-1",))


def test_many_cases_are_not_all_named_in_a_warning(grid):
    cases = pd.DataFrame(index=pd.Index([f"c{i}" for i in range(30)], name="case_id"))
    with warned(GridmapWarning, match=r"c18, c19 and 10 more$"):
        edit = propose(cases, grid, protocol=protocol(Rule("containing_cell", "high")))
    assert len(edit.unplaced) == 30


def test_no_cases_give_no_zones(grid):
    empty = points()
    plan = delineate(
        empty, grid, protocol=protocol(*(Rule("within", "high", radius_m=9, by=by) for by in BYS))
    )
    assert tiers_of(plan) == "--------"


BYS = ("touches", "centroid", "majority")


@pytest.fixture
def roster():
    """Homes in two compounds of 东镇, one of which has a namesake in 西镇."""
    rows = {
        "h1": ("希望小区1幢101室", 10),
        "h2": ("希望小区2幢101室", 110),
        "h3": ("平安里7号", 210),
        "h4": ("希望小区1幢101室", 610),
    }
    frame = points(*(x for _, x in rows.values()))
    frame.index = pd.Index(list(rows), name="household_id")
    return frame.assign(address=[address for address, _ in rows.values()])


def address_case(text, **columns):
    return pd.DataFrame({"address": [text], **columns}, index=pd.Index(["case-1"], name="case_id"))


BUILDING = Rule("building_of_case", "high")
COMPOUND = Rule("compound_of_case", "middle")


@pytest.mark.filterwarnings("ignore:other towns have a compound of the same name")
def test_the_cell_tells_which_of_two_compounds_of_one_name_is_meant(grid, roster):
    case = address_case("希望小区1幢101室", cell_id="b2")
    edit = propose(case, grid, protocol=protocol(BUILDING, COMPOUND), households=roster)
    assert [(zone.addresses, zone.scope) for zone in edit.proposals] == [
        (("希望小区1幢",), "tb"),
        (("希望小区",), "tb"),
    ]


def test_when_nothing_tells_which_compound_is_meant_all_are_taken_and_it_is_said(grid, roster):
    case = address_case("希望小区1幢101室")
    with warned(GridmapWarning, match="in several towns .* all are taken: case-1"):
        plan = delineate(case, grid, protocol=protocol(BUILDING, COMPOUND), households=roster)
    tiers = household_tiers(plan, place_households(roster, grid))
    assert tiers.to_list() == ["high", "middle", "none", "high"]


def test_a_house_is_named_as_it_is_written_there(grid, roster):
    edit = propose(address_case("平安里7号"), grid, protocol=protocol(BUILDING), households=roster)
    assert [(zone.name, zone.scope) for zone in edit.proposals] == [("平安里7号", "ta")]


def test_two_cases_of_one_building_are_one_zone(grid, roster):
    cases = pd.concat([address_case("平安里7号"), address_case("东镇平安里7号").rename({"case-1": "case-2"})])
    edit = propose(cases, grid, protocol=protocol(BUILDING), households=roster)
    assert len(edit.proposals) == 1


def test_a_building_belongs_to_its_compound_when_both_have_one_tier(grid, roster):
    rules = protocol(BUILDING, Rule("compound_of_case", "high"))
    edit = propose(address_case("平安里7号"), grid, protocol=rules, households=roster)
    assert [zone.addresses for zone in edit.proposals] == [("平安里",)]


def test_a_building_that_the_roster_lacks_becomes_the_cell_and_is_said(grid, roster):
    case = points(310).assign(address="希望小区99幢101室")
    with warned(GridmapWarning, match="building is not in the roster; the cell is taken instead: case-1"):
        plan = delineate(case, grid, protocol=protocol(BUILDING), households=roster.drop(index="h4"))
    assert tiers_of(plan) == "---h----"


def test_without_a_roster_building_and_compound_become_the_cell_and_it_is_said(grid):
    with warned(GridmapWarning, match=r"no roster \(households=\) to find a (building|compound) in"):
        plan = delineate(points(310), grid, protocol=protocol(BUILDING, COMPOUND))
    assert tiers_of(plan) == "---h----"


def test_a_case_known_by_its_address_is_in_the_cell_of_its_building(grid, roster):
    rules = protocol(Rule("containing_cell", "high"), Rule("remainder", "low", level="village"))
    plan = delineate(address_case("平安里7号"), grid, protocol=rules, households=roster)
    assert tiers_of(plan) == "--hl----"


def test_a_case_without_coordinates_is_measured_from_its_building_and_it_is_said(grid, roster):
    """The building lies at 210 m: 90 m from a3, 110 m from a0."""
    rule = protocol(Rule("within", "high", radius_m=100))
    with warned(GridmapWarning, match="no coordinates; distances are from the middle"):
        plan = delineate(address_case("平安里7号"), grid, protocol=rule, households=roster)
    assert tiers_of(plan) == "-hhh----"


def test_an_address_that_reads_otherwise_is_carved_out_by_its_households(grid, roster):
    roster = roster.assign(address="希望小区", building="东楼")
    case = address_case("希望小区", building="东楼")
    edit = propose(case.assign(cell_id="a0"), grid, protocol=protocol(BUILDING), households=roster.iloc[:3])
    assert [(zone.addresses, zone.households) for zone in edit.proposals] == [((), ("h1", "h2", "h3"))]


def test_delineating_again_keeps_hand_edits_and_zone_numbers(grid):
    rules = protocol(Rule("containing_cell", "high"), Rule("remainder", "low", level="town"))
    plan = apply_edit(new_plan(grid, protocol=rules), SetTier(tier="middle", cells=["a0"]))
    plan = delineate(points(250), grid, protocol=rules, base=plan)
    assert tiers_of(plan) == "mlhl----"
    again = delineate(points(350, 250), grid, protocol=rules, base=plan)
    assert tiers_of(again) == "mlhh----"
    assert again.cell_zones["a2"] == plan.cell_zones["a2"] == "H-1"
    assert again.cell_zones["a3"] == "H-2"
    assert replay(new_plan(grid), again.edits).version == again.version


def test_the_inputs_are_left_as_they_are(grid, roster):
    case = address_case("平安里7号")
    before = [frame.copy() for frame in (case, grid, roster)]
    delineate(case, grid, protocol=protocol(BUILDING, COMPOUND), households=roster)
    for was, now in zip(before, (case, grid, roster), strict=True):
        pd.testing.assert_frame_equal(pd.DataFrame(was), pd.DataFrame(now))


def test_cases_without_a_crs_are_refused_when_the_grid_has_one(grid):
    cases = points(250).set_crs(None, allow_override=True)
    with pytest.raises(CrsMismatchError, match="cases has no CRS but grid has one"):
        delineate(cases, grid, protocol=protocol(Rule("containing_cell", "high")))


def test_distances_on_a_grid_without_a_crs_are_refused(grid):
    bare = grid.set_crs(None, allow_override=True)
    cases = pd.DataFrame({"cell_id": ["a0"]}, index=pd.Index(["case-1"], name="case_id"))
    with pytest.raises(CrsMismatchError, match="grid has no CRS, so distances are not known"):
        delineate(cases, bare, protocol=protocol(Rule("within", "high", radius_m=10)))


@settings(max_examples=10)
@given(
    st.lists(st.integers(-80, 880), min_size=1, max_size=6),
    st.integers(1, 300),
    st.sampled_from(["touches", "centroid", "majority"]),
)
def test_several_cases_give_the_union_of_what_each_gives_alone(places_m, radius_m, by):
    shapes = [box(WEST_M + 100 * i, SOUTH_M, WEST_M + 100 * (i + 1), SOUTH_M + 100) for i in range(8)]
    grid = gpd.GeoDataFrame(index=pd.Index(list("abcdefgh"), name="cell_id"), geometry=shapes, crs=4549)
    rules = protocol(Rule("within", "high", radius_m=radius_m, by=by), Rule("containing_cell", "high"))
    cases = points(*places_m)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GridmapWarning)  # cases outside the grid may reach no cell
        together = propose(cases, grid, protocol=rules)
        alone = [propose(cases.iloc[[i]], grid, protocol=rules) for i in range(len(cases))]
    cells = [cell for zone in together.proposals for cell in zone.cells]
    assert len(cells) == len(set(cells))
    assert set(cells) == {cell for edit in alone for zone in edit.proposals for cell in zone.cells}
    assert set(together.unplaced) == {case for edit in alone for case in edit.unplaced}


GEOD = pyproj.Geod(ellps="WGS84")


@pytest.fixture
def farmland():
    """900 cells of 0.02 by 0.01 degrees (about 1.1 km) around 10 E, 60 N, in EPSG:4326."""
    shapes = [
        box(9.7 + 0.02 * i, 59.85 + 0.01 * j, 9.72 + 0.02 * i, 59.86 + 0.01 * j)
        for j in range(30)
        for i in range(30)
    ]
    index = pd.Index([f"f{i:03}" for i in range(900)], name="cell_id")
    return gpd.GeoDataFrame(index=index, geometry=shapes, crs="EPSG:4326")


def farms(distances, azimuths, kind="establishment"):
    """Establishments at distances and directions from 10 E, 60 N."""
    lon, lat, _ = GEOD.fwd(np.full(len(distances), 10.0), np.full(len(distances), 60.0), azimuths, distances)
    index = pd.Index([f"e{i}" for i in range(len(distances))], name="household_id")
    frame = gpd.GeoDataFrame(
        index=index, geometry=[Point(*at) for at in zip(lon, lat, strict=True)], crs=4326
    )
    return frame.assign(kind=kind)


OUTBREAK = gpd.GeoDataFrame(
    index=pd.Index(["outbreak"], name="case_id"), geometry=[Point(10.0, 60.0)], crs="EPSG:4326"
)


def test_eu_rings_take_every_establishment_by_its_exact_distance(farmland):
    """One metre inside and outside of both rings, in 16 directions, at 60 degrees north."""
    azimuth = np.arange(0.0, 360.0, 22.5)
    distance = np.repeat([2999.0, 3001.0, 9999.0, 10001.0], 16)
    roster = farms(distance, np.tile(azimuth, 4))
    plan = delineate(OUTBREAK, farmland, protocol=load_protocol("eu-2020-687-hpai"), households=roster)
    placement = place_households(roster, farmland)
    tiers = household_tiers(plan, placement).to_list()
    assert tiers == ["protection"] * 16 + ["surveillance"] * 32 + ["none"] * 16
    assert plan.zones["tier"].to_dict() == {"PZ-1": "protection", "SZ-1": "surveillance"}


@settings(max_examples=10)
@given(st.lists(st.tuples(st.floats(10, 12_000), st.floats(0, 359)), min_size=1, max_size=60))
def test_the_tier_of_any_establishment_follows_from_its_distance(places):
    shapes = [
        box(9.7 + 0.02 * i, 59.85 + 0.01 * j, 9.72 + 0.02 * i, 59.86 + 0.01 * j)
        for j in range(30)
        for i in range(30)
    ]
    grid = gpd.GeoDataFrame(
        index=pd.Index([f"f{i}" for i in range(900)], name="cell_id"), geometry=shapes, crs=4326
    )
    distance, azimuth = np.array(places).T
    roster = farms(distance, azimuth)
    plan = delineate(OUTBREAK, grid, protocol=load_protocol("eu-2020-687-hpai"), households=roster)
    tiers = household_tiers(plan, place_households(roster, grid))
    sure = (np.abs(distance - 3000) > 0.01) & (np.abs(distance - 10_000) > 0.01)
    expected = np.select([distance <= 3000, distance <= 10_000], ["protection", "surveillance"], "none")
    assert tiers[sure].to_list() == expected[sure].tolist()


def test_homes_do_not_count_beside_establishments(farmland):
    """The home shares the cell of the establishment, which is 1 m too far; the cell is not taken for it."""
    roster = pd.concat([farms([3001.0], [90.0]), farms([2990.0], [90.0], kind="home").rename({"e0": "home"})])
    edit = propose(OUTBREAK, farmland, protocol=load_protocol("eu-2020-687-hpai"), households=roster)
    assert all(not zone.households for zone in edit.proposals)


def test_without_a_roster_rings_are_cells_by_centroid_and_it_is_said(farmland):
    with warned(GridmapWarning, match=r"no roster .*; establishments take the tier of their cell: outbreak"):
        plan = delineate(OUTBREAK, farmland, protocol=load_protocol("eu-2020-687-hpai"))
    lon, lat = (
        farmland.geometry.bounds[["minx", "maxx"]].mean(axis=1),
        farmland.geometry.bounds[["miny", "maxy"]].mean(axis=1),
    )
    _, _, distance = GEOD.inv(np.full(900, 10.0), np.full(900, 60.0), lon, lat)
    expected = np.select([distance <= 3000, distance <= 10_000], ["protection", "surveillance"], "none")
    assert plan.tiers.fillna("none").to_list() == expected.tolist()


def test_establishments_without_coordinates_take_the_tier_of_their_cell_and_it_is_said(farmland):
    roster = farms([100.0, 200.0], [45.0, 45.0])
    roster.loc["e1", "geometry"] = None
    roster["cell_id"] = ["", "f465"]
    with warned(GridmapWarning, match="1 establishments have no coordinates"):
        plan = delineate(OUTBREAK, farmland, protocol=load_protocol("eu-2020-687-hpai"), households=roster)
    tiers = household_tiers(plan, place_households(roster, farmland))
    assert tiers.to_list() == ["protection", "protection"]

"""Everything that has a name, a code or an address is found; nobody by name or phone."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import gridmap as gm
from gridmap.core.finder import Finder
from gridmap.core.text_index import fold
from gridmap.model.address import parse_target
from gridmap.model.areas import hierarchy_for
from tests.core.worlds import CRS, EAST, NORTH, households, two_towns

ROWS = [
    ("h1", 20, "枫桥新村3幢1单元101室", 3),
    ("h2", 80, "枫桥新村3幢1单元102室", 2),
    ("h3", 150, "枫桥新村13幢101室", 1),
    ("h4", 250, "北汇浜12号", 4),
    ("h5", 450, "枫桥新村3幢101室", 4),
    ("h6", 460, None, 1),
]


@pytest.fixture
def placement():
    roster = households(ROWS).assign(head_name="张三丰", phone="10412345678")
    return gm.place_households(roster, two_towns())


def table(index, crs=CRS, **columns):
    shapes = [shapely.Point(EAST + 100 * n, NORTH) for n in range(len(index))]
    return gpd.GeoDataFrame(columns, geometry=shapes, index=pd.Index(index), crs=crs)


@pytest.fixture
def finder(placement):
    return Finder(
        hierarchy_for(two_towns()),
        placement=placement,
        sites=table(["g-1", "g-2"], kind=["gate", "test"], name=["枫桥卡口", None]),
        cases=table(["case-1"], address=["枫桥新村3幢"]),
        boundaries=table(["r1"], name=["枫桥路"], kind=["road"]),
    )


def told(found):
    return [(each.kind, each.id or each.label) for each in found]


def test_codes_and_names_of_areas_cells_sites_and_lines(finder):
    assert told(finder.find("b1")) == [("cell", "b1")]
    assert told(finder.find("甲村")) == [("area", "A")]
    assert told(finder.find("g-2")) == [("site", "g-2")]
    assert told(finder.find("枫桥路")) == [("boundary", "r1")]
    assert told(finder.find("CASE-1")) == [("case", "case-1")]


def test_what_is_found_says_where_it_is(finder):
    (area,) = finder.find("甲村")
    assert (area.label, area.detail, area.cells.tolist()) == ("甲村", "示例县 东镇", [0, 1])
    (site,) = finder.find("卡口")
    assert (site.label, site.detail) == ("枫桥卡口", "gate")
    assert site.shape.equals(shapely.Point(EAST, NORTH))
    household = finder.households("枫桥新村13幢101室")[0]
    assert (household.kind, household.id, household.detail) == ("household", "h3", "示例县 东镇 甲村 网格a2")
    assert household.cells.tolist() == [1]


def test_compounds_and_buildings_are_those_of_one_village(finder):
    found = [each for each in finder.find("枫桥新村3幢") if each.kind == "address"]
    assert [(each.label, each.scope, each.rank, each.cells.tolist()) for each in found] == [
        ("枫桥新村3幢", "A", 0, [0]),
        ("枫桥新村3幢", "C", 0, [4]),
    ]
    compounds = [each for each in finder.find("枫桥新村") if each.label == "枫桥新村"]
    assert [each.scope for each in compounds] == ["A", "C"]
    assert parse_target(compounds[0].id).buildings == frozenset()


def test_the_exact_one_first_then_what_begins_with_it_then_what_holds_it(finder):
    ranks = [each.rank for each in finder.find("枫桥")]
    assert ranks == sorted(ranks)
    assert finder.find("枫桥新村")[0].rank == 0
    assert len(finder.find("枫桥", limit=2)) == 2


def test_a_room_in_a_building_is_found(finder):
    assert told(finder.households("枫桥新村３幢 1单元102")) == [("household", "h2")]
    assert told(finder.households("北汇浜12号"))[0] == ("household", "h4")
    assert finder.households("枫桥新村3幢999室") == []


def test_nobody_is_found_by_name_phone_or_id(finder):
    for text in ("张三丰", "10412345678", "h1"):
        assert finder.find(text) == []


def test_zones_are_those_of_the_plan(finder):
    plan = gm.apply_edit(gm.new_plan(two_towns()), gm.SetTier(tier="sealed", cells=["a1"], name="枫桥片"))
    assert told(finder.find("s-1", plan=plan)) == [("zone", "S-1")]
    zone = finder.find("枫桥片", plan=plan)[0]
    assert (zone.label, zone.detail, zone.cells.tolist()) == ("枫桥片", "sealed", [0])
    assert finder.find("S-1") == []


def test_nothing_to_look_for_and_nothing_to_look_in(finder):
    assert finder.find("") == []
    assert finder.find("  ") == []
    assert finder.find("枫桥", limit=0) == []
    assert finder.find("(.*") == []
    bare = Finder(hierarchy_for(two_towns()))
    assert bare.find("枫桥") == []
    assert bare.households("枫桥") == []


def test_a_table_of_ids_only_and_an_empty_one():
    sites = pd.DataFrame(index=pd.Index(["p7"], name="site_id"))
    found = Finder(hierarchy_for(two_towns()), sites=sites, cases=table([])).find("p7")
    assert [(each.label, each.detail, each.shape) for each in found] == [("p7", "", None)]


@settings(max_examples=40)
@given(
    addresses=st.lists(
        st.tuples(st.sampled_from("甲乙"), st.integers(1, 12), st.integers(101, 103)), min_size=1, max_size=12
    ),
    pick=st.integers(0, 11),
    cut=st.integers(1, 9),
)
def test_every_household_is_found_by_any_beginning_of_its_address(addresses, pick, cut):
    texts = [f"{compound}新村{building}幢{room}室" for compound, building, room in addresses]
    rows = [(f"h{n}", 30, text, 1) for n, text in enumerate(texts)]
    finder = Finder(hierarchy_for(two_towns()), placement=gm.place_households(households(rows), two_towns()))
    wanted = texts[pick % len(texts)][:cut]
    found = {each.id for each in finder.households(wanted, limit=50)}
    assert found == {row[0] for row in rows if fold(wanted) in fold(row[2])}

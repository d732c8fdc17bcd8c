"""What stands on the pages of an atlas, for each audience."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString

from gridmap.core.apply import apply_edit
from gridmap.core.edits import AddCarveOut
from gridmap.core.leaves import build_album
from gridmap.core.scene import build_scene
from gridmap.errors import UnsupportedError
from gridmap.export.proof import certify
from tests.export.list_world import roster, six_households, two_cells, zoning_of


@pytest.fixture
def zoning():
    """Building 3 of cell a is sealed (h2), the rest of it controlled (h1, h3); cell b (h4) is in no zone."""
    return zoning_of(six_households(), two_cells())


def album_of(zoning, audience="field", lang="zh", **options):
    return build_album(zoning, build_scene(zoning, audience=audience, lang=lang), **options)


def test_every_zone_has_a_leaf_the_strictest_first(zoning):
    leaves = album_of(zoning).leaves
    assert [(leaf.zone, leaf.tiers) for leaf in leaves] == [("S-1", ("sealed",)), ("C-1", ("controlled",))]


def test_the_field_reads_counts_and_no_need_by_which_a_household_is_known(zoning):
    sealed, controlled = album_of(zoning).leaves
    assert sealed.figures == (("住户", "1"), ("人口", "2"))
    assert controlled.figures == (("网格单元", "1"), ("住户", "2"), ("人口", "4"))


@pytest.fixture
def twelve():
    """Twelve households in one zone: six need dialysis, two are pregnant, all live alone."""
    rows = [(f"h{n}", f"枫南新村{n}号", f"户主{n}", "13800138001", 10) for n in range(12)]
    households = roster(*rows)
    households["needs"] = ["透析;独居"] * 6 + ["孕产妇;独居"] * 2 + ["独居"] * 4
    return zoning_of(households, two_cells(), sealed="")


def test_the_field_reads_how_many_have_a_need_unless_they_are_few_or_all(twelve):
    (leaf,) = album_of(twelve).leaves
    assert leaf.figures == (
        ("网格单元", "1"),
        ("住户", "12"),
        ("人口", "24"),
        ("孕产妇", "<5"),
        ("透析", "6"),
    )


def test_officials_read_no_needs(twelve):
    (leaf,) = album_of(twelve, "official").leaves
    assert leaf.figures == (("网格单元", "1"), ("住户", "12"), ("人口", "24"))


def test_needs_that_no_role_may_see_are_on_no_leaf(twelve):
    bare = replace(twelve, protocol=replace(twelve.protocol, needs_roles=()))
    assert "透析" not in dict(album_of(bare).leaves[0].figures)


def test_the_public_reads_no_needs_no_small_count_and_no_person(zoning):
    for leaf in album_of(zoning, "public", per="grid").leaves:
        assert leaf.people == ()
        assert {name for name, _ in leaf.figures} <= {"网格单元", "住户", "人口"}
        assert dict(leaf.figures).get("住户", "<5") == "<5"


def test_who_answers_for_a_zone_or_an_area_of_it_is_told_by_rank(zoning):
    sealed, controlled = album_of(zoning, "official").leaves
    secretary = ("村社书记", "陈书记 13900139001", "枫南社区")
    assert sealed.people == (secretary, ("志愿者", "吴志愿 13900139004", ""))
    assert controlled.people == (secretary,)


def test_a_grid_with_a_cell_in_a_zone_has_a_leaf_with_the_counts_of_each_tier(zoning):
    grid = album_of(zoning, per="grid").leaves[2:]
    assert [(leaf.key, leaf.cells, leaf.tiers) for leaf in grid] == [("a", ("a",), ("sealed", "controlled"))]
    expected = (
        ("网格单元", "1"),
        ("封控区 住户", "1"),
        ("封控区 人口", "2"),
        ("管控区 住户", "2"),
        ("管控区 人口", "4"),
    )
    assert grid[0].figures == expected


def test_a_grid_of_the_public_has_no_count_of_households(zoning):
    (grid,) = album_of(zoning, "public", per="grid").leaves[2:]
    assert grid.figures == (("网格单元", "1"),)


def test_the_public_gets_no_leaf_for_a_household_that_is_carved_out():
    plain = zoning_of(six_households(), two_cells(), sealed="")
    plan = apply_edit(plain.plan, AddCarveOut(tier="sealed", households=("h4",), name="一户"))
    carved = replace(plain, plan=plan, certificate=certify(plain.placement, plan))
    assert [leaf.key for leaf in album_of(carved, "public", per="grid").leaves] == ["C-1", "a"]
    assert "S-1" in [leaf.key for leaf in album_of(carved, "field").leaves]


def test_several_places_of_one_person_stand_in_one_line(zoning):
    duties = zoning.duties
    more = duties.table.iloc[:1].assign(official_id="o1", role="secretary", target_kind="area", target="a")
    told = replace(duties, table=pd.concat([duties.table, more], ignore_index=True))
    people = album_of(replace(zoning, duties=told)).leaves[1].people
    assert [person.place for person in people if person.role == "村社书记"] == ["枫南社区、a"]


def test_lines_without_a_name_are_not_on_the_map(zoning):
    shapes = [LineString([(500000, 3400000), (500200, 3400100)])] * 2
    lines = gpd.GeoDataFrame({"name": ["枫南路", ""], "kind": "road"}, geometry=shapes, crs=4549)
    assert album_of(replace(zoning, boundaries=lines)).lines["name"].to_list() == ["枫南路"]
    assert album_of(zoning).lines is None


def test_without_households_there_are_no_counts(zoning):
    bare = replace(zoning, placement=None, certificate=None, duties=None)
    figures = {leaf.key: dict(leaf.figures) for leaf in album_of(bare).leaves}
    assert figures["C-1"] == {"网格单元": "1"}


def test_an_atlas_by_something_else_is_refused(zoning):
    with pytest.raises(UnsupportedError, match="no pages by 'street'"):
        album_of(zoning, per="street")


def test_a_plan_without_zones_has_no_leaf():
    empty = zoning_of(roster(), two_cells(), sealed="")
    assert album_of(empty, per="grid").names


def test_a_zone_that_is_held_back_has_no_leaf_nor_a_grid_that_it_reaches_into(zoning):
    held = replace(zoning, held={"S-1": "zone S-1: 1 x volunteer missing"})
    assert [leaf.key for leaf in album_of(held, "official", per="grid").leaves] == ["C-1"]

"""A new case becomes a row of the table, and a delineation is shown before it is made."""

from datetime import UTC, datetime, timedelta, timezone

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.core.drawing.new_case import new_case, with_case
from gridmap.core.preview import preview_delineation, tier_changes
from gridmap.errors import CrsMismatchError, PlanError, UnknownCellError
from gridmap.model.areas import hierarchy_for
from gridmap.model.protocol import Rule
from gridmap.store.workspace_file import empty_table
from tests.core.worlds import CRS, EAST, NORTH, households, two_towns

NOON = datetime(2022, 3, 5, 12, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture
def hierarchy():
    return hierarchy_for(two_towns())


@pytest.fixture
def placement():
    """A household with coordinates in building 3, one placed by its cell whose building is in a column."""
    rows = [("1", 20, "枫桥新村3幢101室", 3), ("2", 150, "枫桥新村4幢101室", 2), ("3", None, "枫桥新村", 1)]
    roster = households(rows).assign(cell_id=["", "", "a2"], building=["", "", "9幢"])
    return gm.place_households(roster, two_towns())


def none():
    return empty_table("cases", CRS)


def point(east, crs=CRS):
    return gpd.GeoSeries([shapely.Point(EAST + east, NORTH + 50)], crs=CRS).to_crs(crs)


def test_a_household_gives_its_place_cell_and_address(hierarchy, placement):
    case = new_case(none(), hierarchy, confirmed_on=NOON, household="1", placement=placement, label="首例")
    assert case.index.to_list() == ["case-1"]
    row = case.iloc[0]
    assert (row["cell_id"], row["address"], row["label"]) == ("a1", "枫桥新村3幢101室", "首例")
    assert row["geometry"].equals(shapely.Point(EAST + 20, NORTH + 50))
    assert row["confirmed_on"] == pd.Timestamp(NOON)
    assert case.crs == CRS


def test_a_household_without_coordinates_gives_its_cell_and_an_address_with_the_building(
    hierarchy, placement
):
    row = new_case(none(), hierarchy, confirmed_on=NOON, household="3", placement=placement).iloc[0]
    assert row["geometry"] is None
    assert (row["cell_id"], row["address"]) == ("a2", "枫桥新村9幢")


def test_a_point_a_cell_or_an_address(hierarchy):
    by_point = new_case(none(), hierarchy, confirmed_on=NOON, point=point(250, 3857), address=" 某处 ")
    assert by_point.geometry.iloc[0].distance(shapely.Point(EAST + 250, NORTH + 50)) < 0.001
    assert by_point["address"].to_list() == ["某处"]
    by_cell = new_case(none(), hierarchy, confirmed_on=NOON, cell="b1")
    assert by_cell.geometry.isna().all()
    assert by_cell["cell_id"].to_list() == ["b1"]


def test_what_cannot_be_a_case_is_refused(hierarchy, placement):
    with pytest.raises(PlanError, match="nothing says where"):
        new_case(none(), hierarchy, confirmed_on=NOON, address="  ")
    with pytest.raises(PlanError, match="no time zone"):
        new_case(none(), hierarchy, confirmed_on=NOON.replace(tzinfo=None), cell="a1")
    with pytest.raises(PlanError, match="no placed household '9'"):
        new_case(none(), hierarchy, confirmed_on=NOON, household="9", placement=placement)
    with pytest.raises(UnknownCellError, match="no cell 'zz'"):
        new_case(none(), hierarchy, confirmed_on=NOON, cell="zz")
    with pytest.raises(CrsMismatchError, match="only one of"):
        new_case(none(), hierarchy, confirmed_on=NOON, point=point(1).set_crs(None, allow_override=True))


def test_ids_are_never_those_of_another_case(hierarchy):
    cases = none()
    for _ in range(3):
        cases = with_case(cases, new_case(cases, hierarchy, confirmed_on=NOON, cell="a1"))
    assert cases.index.to_list() == ["case-1", "case-2", "case-3"]
    fewer = cases.drop(index="case-1")
    assert new_case(fewer, hierarchy, confirmed_on=NOON, cell="a1").index[0] == "case-4"


def test_the_table_keeps_its_columns_its_crs_and_the_zone_of_its_times(hierarchy, tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text("病例编号,经度,纬度,确诊日期,备注\nx,120.9,30.8,2022-03-01,好\n", encoding="utf-8")
    cases = gm.read_cases(path, crs=4326)
    case = new_case(cases, hierarchy, confirmed_on=NOON.astimezone(UTC), point=point(20))
    both = with_case(cases, case)
    assert both.index.to_list() == ["x", "case-2"]
    assert list(both.columns) == list(cases.columns)
    assert both.crs == cases.crs
    assert both["confirmed_on"].dtype == cases["confirmed_on"].dtype
    assert both["confirmed_on"].iloc[1] == pd.Timestamp(NOON)
    assert both["备注"].iloc[0] == "好"
    assert len(cases) == 1
    plain = pd.DataFrame({"cell_id": ["a1"]}, index=pd.Index(["y"], name="case_id"))
    assert with_case(plain, case).geometry.isna().to_list() == [True, False]


def test_a_workspace_takes_them(hierarchy, placement, tmp_path):
    with gm.open_workspace(tmp_path / "w.gpkg") as workspace:
        workspace.set_tables(grid=two_towns())
        cases = workspace.cases
        case = new_case(cases, hierarchy, confirmed_on=NOON, household="1", placement=placement)
        workspace.set_tables(cases=with_case(cases, case))
        kept = workspace.cases
    assert kept.loc["case-1", "cell_id"] == "a1"
    assert kept.geometry.iloc[0].equals(case.geometry.iloc[0])


def protocol(*rules):
    whole = gm.load_protocol("three-zones-2021")
    return type(whole)(**{**vars(whole), "rules": rules, "duties": ()})


def test_a_preview_counts_what_changes_and_leaves_the_plan_as_it_is(hierarchy, placement):
    grid = two_towns()
    before = gm.apply_edit(gm.new_plan(grid), gm.SetTier(tier="prevention", cells=["a1", "a2"], name="旧"))
    cases = with_case(
        none(), new_case(none(), hierarchy, confirmed_on=NOON, household="1", placement=placement)
    )
    rules = (Rule("building_of_case", "sealed"), Rule("containing_area", "controlled", level="village"))
    version = before.version
    shown = preview_delineation(before, cases, grid, protocol=protocol(*rules), placement=placement)
    assert before.version == version
    assert gm.apply_edit(before, shown.edit).version == shown.plan.version
    assert shown.changes.to_dict("index") == {
        ("prevention", "sealed"): {"cells": 0, "households": 1, "residents": 3},
    }
    assert shown.zones[["tier", "name", "cells", "households", "new"]].to_numpy().tolist() == [
        ["prevention", "旧", 2, 2, False],
        ["sealed", "枫桥新村3幢", 0, 1, True],
    ]
    assert shown.unplaced == ()
    assert shown.warnings == ()


def test_what_has_to_be_said_is_in_the_preview_and_no_warning(hierarchy):
    grid = two_towns()
    cases = with_case(none(), new_case(none(), hierarchy, confirmed_on=NOON, address="无此小区"))
    shown = preview_delineation(
        gm.new_plan(grid), cases, grid, protocol=protocol(Rule("containing_cell", "sealed"))
    )
    assert shown.unplaced == ("case-1",)
    assert any("unplaced: case-1" in text for text in shown.warnings)
    assert shown.changes.empty
    assert list(shown.changes.columns) == ["cells", "households", "residents"]


def test_changes_between_plans_of_different_tiers():
    grid = two_towns()
    before = gm.apply_edit(gm.new_plan(grid), gm.SetTier(tier="sealed", cells=["a1"]))
    other = gm.apply_edit(gm.new_plan(grid), gm.UseTiers(tiers=["high", "low"], prefixes=["H", "L"]))
    after = gm.apply_edit(other, gm.SetTier(tier="low", cells=["a1", "b1"]))
    assert tier_changes(before, after)["cells"].to_dict() == {("sealed", "low"): 1, ("none", "low"): 1}

"""Frames as analysts make them are understood: other indexes, ids as numbers, shapes in other columns."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.errors import GridmapWarning, UnknownCellError
from tests.core.worlds import EAST, NORTH, households, two_towns
from tests.warned import warned

ROWS = [("1", 50, "枫桥新村3幢", 3), ("2", 150, "枫桥新村4幢", 2), ("3", None, "无", 1)]


def three_cells(ids):
    """Make three squares of 100 m in a row."""
    boxes = [shapely.box(EAST + 100 * i, NORTH, EAST + 100 * i + 100, NORTH + 100) for i in range(3)]
    return gpd.GeoDataFrame(geometry=boxes, index=ids, crs="EPSG:4549")


@pytest.mark.parametrize(
    "as_made",
    [
        lambda frame: frame,
        lambda frame: frame.rename_axis(None),
        lambda frame: frame.reset_index(),
        lambda frame: frame.rename_geometry("point"),
        lambda frame: frame.to_crs("EPSG:4326").to_crs("EPSG:4490"),
        lambda frame: frame.drop(columns="geometry").assign(
            x=[EAST + 50.0, EAST + 150.0, None], y=[NORTH + 50.0, NORTH + 50.0, None]
        ),
    ],
    ids=["as read", "no name", "id as column", "other geometry", "other CRS", "x and y"],
)
def test_a_roster_is_placed_however_its_frame_is_made(as_made):
    placement = gm.place_households(as_made(households(ROWS)), two_towns())
    assert placement.cells.to_dict() == {"1": "a1", "2": "a2"}
    assert placement.exceptions["reason"].to_list() == ["no_location"]


@pytest.mark.parametrize(
    "as_made",
    [
        lambda grid: grid.rename_axis(None),
        lambda grid: grid.reset_index(),
        lambda grid: grid.rename_geometry("outline"),
        lambda grid: grid.assign(geometry=None).assign(outline=grid.geometry).set_geometry("outline"),
    ],
    ids=["no name", "id as column", "other geometry", "two geometries"],
)
def test_a_grid_is_understood_however_its_frame_is_made(as_made):
    grid = as_made(two_towns())
    placement = gm.place_households(households(ROWS), grid)
    plan = gm.apply_edit(gm.new_plan(grid), gm.SetRemainder(tier="prevention", areas=["T1"]))
    assert placement.cells.to_dict() == {"1": "a1", "2": "a2"}
    assert plan.version == gm.replay(gm.new_plan(two_towns()), plan.edits).version
    assert gm.zone_outlines(plan, grid, placement=placement).area.round().to_list() == [40_000]
    assert gm.check_grid(grid).empty


def test_a_plain_frame_with_a_column_of_polygons_is_a_grid():
    grid = pd.DataFrame({"geometry": list(two_towns().geometry)}, index=two_towns().index)
    roster = pd.DataFrame({"x": [EAST + 50.0], "y": [NORTH + 50.0]}, index=["1"])
    assert gm.place_households(roster, grid).cells.to_list() == ["A"]


def test_numbers_as_ids_stay_whole_beside_missing_ones():
    grid = three_cells([1, 11, 12]).assign(parent_id=[np.nan, 1, 1])
    roster = households([("1", 150, "", 1), ("2", None, "", 1)]).assign(cell_id=[np.nan, 12.0])
    roster.index = [7.0, np.nan]
    placement = gm.place_households(roster, grid)
    assert placement.cells.to_dict() == {"7": "11", "row-1": "12"}
    assert gm.new_plan(grid).hierarchy.cells_of("1") == ["11", "12"]


def test_residents_that_are_no_count_are_unknown_and_said():
    roster = households([(str(row), 50, "", 1) for row in range(6)])
    roster = roster.assign(residents=["3", "四", " 2 ", "-1", None, "inf"])
    with warned(GridmapWarning, match=r"residents of 3 household\(s\) .* row 1, 3, 5, counted from 0"):
        placement = gm.place_households(roster, two_towns())
    assert placement.residents.to_list() == [3, 0, 2, 0, 0, 0]
    assert placement.certificate.residents_in == 5
    assert placement.certificate.balanced


def test_half_a_place_or_a_word_is_a_bad_coordinate():
    roster = pd.DataFrame({"lon": ["120.0", "east", "", None], "lat": ["", "30.7", " ", None]})
    placement = gm.place_households(roster, two_towns())
    assert placement.exceptions["reason"].to_list() == ["bad_coordinates"] * 2 + ["no_location"] * 2
    assert placement.exceptions["detail"].iloc[0] == "lon or lat is missing or no number"


def test_a_cell_without_any_outline_holds_nobody_and_warns_of_nothing():
    grid = three_cells(["a", "b", "c"])
    grid = grid.set_geometry([grid.geometry.iloc[0], None, shapely.Polygon()], crs=grid.crs)
    placement = gm.place_households(households(ROWS), grid)
    assert placement.cells.to_dict() == {"1": "a"}
    assert placement.certificate.balanced


def test_a_plan_of_another_grid_is_refused():
    grid = three_cells(["x", "y", "z"])
    plan = gm.apply_edit(gm.new_plan(grid), gm.SetRemainder(tier="prevention"))
    placement = gm.place_households(households(ROWS), two_towns())
    with pytest.raises(UnknownCellError, match=r"lacks the cell 'a1' .*\(2 such cells\)"):
        gm.household_tiers(plan, placement)
    with pytest.raises(UnknownCellError, match="the grid lacks 3 cells of the plan, such as 'x'"):
        gm.zone_outlines(plan, two_towns())
    with pytest.raises(UnknownCellError, match="give the grid that the plan was made over"):
        gm.delineate(
            pd.DataFrame({"cell_id": ["a1"]}, index=["1"]),
            two_towns(),
            protocol=gm.load_protocol("three-zones-2021"),
            base=plan,
        )
    certificate = gm.certify(placement, plan)
    assert not certificate.balanced
    assert {each.household_id for each in certificate.differences} == {"1", "2"}


@pytest.mark.parametrize(
    "source",
    [
        lambda frame: [frame],
        lambda frame: [frame.rename_axis(None)],
        lambda frame: [frame.reset_index()],
        lambda frame: {"households": frame.rename_axis(None)},
        lambda frame: [frame.iloc[:0], frame],
    ],
    ids=["by its index", "no name", "id as column", "named by the caller", "two of one name"],
)
def test_a_household_that_was_never_handed_over_is_missed_in_its_source(source):
    whole = households(ROWS)
    grid = two_towns()
    certificate = gm.certify(
        gm.place_households(whole.drop("2"), grid), gm.new_plan(grid), inputs=source(whole)
    )
    lost = [each.household_id for each in certificate.differences if each.kind == "lost"]
    assert lost == ["2"]
    assert len(certificate.input_sha256) == len(source(whole))


def test_a_grid_among_the_inputs_is_no_roster():
    grid = two_towns().rename_axis(None)
    placement = gm.place_households(households(ROWS), grid)
    certificate = gm.certify(placement, gm.new_plan(grid), inputs=[grid, grid.to_crs("EPSG:4490")])
    assert certificate.balanced
    assert list(certificate.input_sha256) == ["tables", "tables (2)"]

"""Codes, names and levels that contradict each other."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from gridmap.core.coverage import check_grid

CODES = ["330421001001", "330421001002", "330421002001"]


def grid_of(ids, **columns):
    """Squares of 100 m in a row."""
    shapes = [box(500000 + 100 * n, 3400000, 500100 + 100 * n, 3400100) for n in range(len(ids))]
    return gpd.GeoDataFrame(
        columns, geometry=shapes, index=pd.Index(ids, name="cell_id", dtype="str"), crs=4549
    )


def found(grid):
    problems = check_grid(grid)
    return list(zip(problems["kind"], problems["cells"], problems["detail"], strict=True))


def test_codes_and_names_that_agree_are_no_problem():
    assert found(grid_of(CODES, town_name=["惠民街道", "惠民街道", "西塘镇"])) == []


def test_one_town_code_with_two_names_is_listed_once():
    grid = grid_of(CODES, town_name=["惠民街道", "惠民镇", "西塘镇"])
    assert found(grid) == [("name_mismatch", ("330421001",), "called 惠民街道 / 惠民镇")]


def test_the_name_of_an_area_given_as_a_row_must_be_that_of_the_column():
    grid = grid_of(
        [*CODES, "330421002"], name=["a", "b", "c", "西塘"], town_name=["惠民", "惠民", "西塘镇", None]
    )
    assert found(grid) == [("name_mismatch", ("330421002",), "called 西塘镇 / 西塘")]


def test_a_code_that_does_not_begin_with_its_parent_is_listed_with_its_place():
    grid = grid_of(CODES, parent_id=["330421001", "330421002", "330421002"])
    assert found(grid) == [("code_mismatch", ("330421001002",), "does not begin with its parent 330421002")]
    assert check_grid(grid).geometry[0].equals(grid.geometry["330421001002"])


def test_ids_that_are_no_codes_may_have_any_parent():
    assert found(grid_of(["a", "b"], parent_id=["330421001", "T"])) == []


def test_a_cell_without_a_parent_is_listed_where_its_fellows_have_one():
    grid = grid_of(["a", "b", "c"], level=["grid"] * 3, parent_id=["T", "T", None])
    assert found(grid) == [("no_parent", ("c",), "a grid without a parent")]
    assert found(grid_of(["a", "b"], level=["grid"] * 2)) == []


def test_a_row_that_is_not_below_its_parent_by_level_is_listed():
    grid = grid_of(["a", "T"], level=["town", "grid"], parent_id=["T", None])
    grid.loc["T", "geometry"] = None
    assert found(grid) == [("level_order", ("a",), "a town in a grid")]


@pytest.mark.parametrize(("width_m", "listed"), [(0.8, ["sliver"]), (1.2, [])])
def test_a_part_thinner_than_a_metre_is_a_sliver(width_m, listed):
    grid = grid_of(["a", "b"])
    thin = box(500200, 3400000, 500200 + width_m, 3400100)
    grid.loc["b", "geometry"] = grid.geometry["b"].union(thin.buffer(0))
    apart = box(500300, 3400000, 500300 + width_m, 3400100)
    grid.loc["a", "geometry"] = grid.geometry["a"].union(apart)
    problems = check_grid(grid)
    assert problems["kind"].to_list() == listed
    assert problems["cells"].to_list() == [("a",)] * len(listed)
    assert problems["area_m2"].round(3).to_list() == [80.0] * len(listed)

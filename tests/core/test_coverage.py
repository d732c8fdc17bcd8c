import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import Polygon, box

from gridmap.core.coverage import check_grid
from gridmap.errors import TableError

CRS = 4549  # metres; 500000, 3400000 lies on the central meridian, where the scale is 1
EAST, NORTH = 500000.0, 3400000.0


def grid_of(shapes, **columns):
    """Put shapes drawn around 0, 0 to a place in China."""
    drawn = np.array([*shapes.values(), None], dtype=object)[:-1]
    moved = shapely.transform(drawn, lambda xy: xy + np.array([EAST, NORTH]))
    index = pd.Index(list(shapes), name="cell_id", dtype="str")
    return gpd.GeoDataFrame(columns, geometry=moved, index=index, crs=CRS)


def kinds(problems):
    return list(zip(problems["kind"], problems["cells"], strict=True))


@pytest.fixture
def four_cells():
    """Four squares of 10 m.

    +---+---+ 20
    | c | d |
    +---+---+ 10
    | a | b |
    +---+---+ 0
    0   10  20
    """
    return {
        "a": box(0, 0, 10, 10),
        "b": box(10, 0, 20, 10),
        "c": box(0, 10, 10, 20),
        "d": box(10, 10, 20, 20),
    }


def test_a_clean_grid_has_no_problems(four_cells):
    problems = check_grid(grid_of(four_cells))
    assert list(problems.columns) == ["kind", "cells", "area_m2", "geometry", "detail"]
    assert len(problems) == 0
    assert problems.crs.to_epsg() == CRS


def test_an_overlap_is_found_measured_and_located(four_cells):
    """The cell b reaches 2 m into a: 2 m x 10 m."""
    problems = check_grid(grid_of(four_cells | {"b": box(8, 0, 20, 10)}))
    assert kinds(problems) == [("overlap", ("a", "b"))]
    assert problems["area_m2"][0] == pytest.approx(20.0, rel=1e-3)
    assert problems.geometry[0].equals(box(EAST + 8, NORTH, EAST + 10, NORTH + 10))


def test_two_equal_cells_overlap_wholly(four_cells):
    problems = check_grid(grid_of(four_cells | {"e": box(0, 0, 10, 10)}))
    assert kinds(problems) == [("overlap", ("a", "e"))]
    assert problems["area_m2"][0] == pytest.approx(100.0, rel=1e-3)


def test_a_cell_inside_another_overlaps_it(four_cells):
    assert kinds(check_grid(grid_of(four_cells | {"e": box(2, 2, 4, 4)}))) == [("overlap", ("a", "e"))]


def test_an_enclosed_gap_is_found_with_the_cells_around_it():
    """A ring of four cells around a void of 10 m x 10 m.

    +-----------+ 30
    |     n     |
    +---+---+---+ 20
    | w |   | e |
    +---+---+---+ 10
    |     s     |
    +-----------+ 0
    """
    ring = {
        "s": box(0, 0, 30, 10),
        "n": box(0, 20, 30, 30),
        "w": box(0, 10, 10, 20),
        "e": box(20, 10, 30, 20),
    }
    problems = check_grid(grid_of(ring))
    assert kinds(problems) == [("gap", ("e", "n", "s", "w"))]
    assert problems["area_m2"][0] == pytest.approx(100.0, rel=1e-3)
    filled = check_grid(grid_of(ring | {"m": box(10, 10, 20, 20)}))
    # s and n lack the corners of m
    assert set(kinds(filled)) == {
        ("unmatched_vertex", pair)
        for pair in (("e", "n"), ("e", "s"), ("m", "n"), ("m", "s"), ("n", "w"), ("s", "w"))
    }


def test_a_notch_in_the_outer_border_is_no_gap(four_cells):
    del four_cells["d"]
    assert check_grid(grid_of(four_cells)).empty


def test_an_island_in_a_gap_leaves_a_ring():
    outer = Polygon([(0, 0), (30, 0), (30, 30), (0, 30)], [[(10, 10), (20, 10), (20, 20), (10, 20)]])
    problems = check_grid(grid_of({"o": outer, "i": box(12, 12, 18, 18)}))
    assert kinds(problems) == [("gap", ("i", "o"))]
    assert problems["area_m2"][0] == pytest.approx(64.0, rel=1e-3)


def test_border_points_that_the_neighbour_lacks_are_one_problem_of_the_two(four_cells):
    """The south border of c has points at 5 and at 7 that a lacks; they still meet exactly."""
    split = Polygon([(0, 10), (5, 10), (7, 10), (10, 10), (10, 20), (0, 20)])
    problems = check_grid(grid_of(four_cells | {"c": split}))
    assert kinds(problems) == [("unmatched_vertex", ("a", "c"))]
    assert problems["detail"][0] == "2 that only one of the two has"
    points = shapely.MultiPoint([(EAST + 5, NORTH + 10), (EAST + 7, NORTH + 10)])
    assert problems.geometry[0].equals(points)
    assert np.isnan(problems["area_m2"][0])


def test_cells_that_end_on_the_straight_border_of_another_meet_it_at_a_point_that_it_lacks():
    """The corner of a and b at 10 is no vertex of c; x only touches it with a tip.

    +-------+ 20
    |   c   |
    +---+---+ 10
    | a | b |
    +---+---+ 0
    0   10  20
    """
    cells = {"a": box(0, 0, 10, 10), "b": box(10, 0, 20, 10), "c": box(0, 10, 20, 20)}
    tip = {"x": Polygon([(15, 20), (20, 30), (10, 30)])}
    problems = check_grid(grid_of(cells | tip))
    assert kinds(problems) == [("unmatched_vertex", ("a", "c")), ("unmatched_vertex", ("b", "c"))]
    assert problems.geometry[0].equals(shapely.Point(EAST + 10, NORTH + 10))


def test_rounding_is_no_overlap_unless_asked_for(four_cells):
    grid = grid_of(four_cells | {"b": box(9.9999, 0, 20, 10)})
    assert check_grid(grid).empty
    assert kinds(check_grid(grid, smallest_m2=0.0001)) == [("overlap", ("a", "b"))]


def test_areas_are_metres_in_a_grid_of_degrees(four_cells):
    grid = grid_of(four_cells | {"b": box(8, 0, 20, 10)}).to_crs(4326)
    problems = check_grid(grid)
    assert problems["area_m2"][0] == pytest.approx(20.0, rel=1e-3)
    assert problems.crs.to_epsg() == 4326


def test_an_outline_that_crosses_itself_is_listed_and_compared_as_mended(four_cells):
    """The bow-tie of e is two triangles of 25 m2 each beside d."""
    bow_tie = Polygon([(20, 10), (30, 20), (30, 10), (20, 20)])
    problems = check_grid(grid_of(four_cells | {"e": bow_tie}))
    assert kinds(problems) == [("invalid_geometry", ("e",))]


def test_a_cell_without_geometry_is_listed(four_cells):
    problems = check_grid(grid_of(four_cells | {"e": None, "f": Polygon()}))
    assert kinds(problems) == [("empty_geometry", ("e",)), ("empty_geometry", ("f",))]
    assert problems["area_m2"].isna().all()


def test_a_point_is_no_cell(four_cells):
    assert kinds(check_grid(grid_of(four_cells | {"e": shapely.Point(1, 1)}))) == [
        ("invalid_geometry", ("e",))
    ]


def test_ids_that_are_missing_or_come_twice_are_listed(four_cells):
    grid = grid_of(four_cells)
    grid.index = pd.Index(["a", "a", "", "d"], name="cell_id")
    assert kinds(check_grid(grid)) == [("missing_id", ("",)), ("duplicate_id", ("a",))]


def test_areas_given_as_rows_may_lie_over_their_cells(four_cells):
    grid = grid_of(four_cells | {"T": box(0, 0, 20, 20)}, parent_id=["T", "T", "T", "T", None])
    assert check_grid(grid).empty


def test_an_area_given_as_a_row_needs_no_geometry(four_cells):
    grid = grid_of(four_cells | {"T": None}, parent_id=["T", "T", "T", "T", None])
    assert check_grid(grid).empty


def test_an_orphan_is_listed_only_where_parents_are_rows(four_cells):
    grid = grid_of(four_cells | {"T": None}, parent_id=["T", "X", "X", "T", None])
    assert kinds(check_grid(grid)) == [("orphan_parent", ("b", "c"))]
    assert check_grid(grid_of(four_cells, parent_id=["X", "X", "Y", "Y"])).empty


def test_areas_that_lie_in_each_other_are_listed(four_cells):
    grid = grid_of(four_cells, parent_id=["b", "a", None, None])
    assert kinds(check_grid(grid)) == [("parent_cycle", ("a", "b"))]


def test_problems_come_in_a_fixed_order_under_any_order_of_rows(four_cells):
    grid = grid_of(four_cells | {"b": box(8, 0, 20, 10), "e": None, "f": box(1, 1, 2, 2)})
    expected = kinds(check_grid(grid))
    assert [kind for kind, _ in expected] == ["empty_geometry", "overlap", "overlap"]
    assert kinds(check_grid(grid.iloc[::-1])) == expected


def test_an_empty_grid_has_no_problems(four_cells):
    assert check_grid(grid_of(four_cells).iloc[:0]).empty


def test_a_grid_without_a_crs_is_refused(four_cells):
    with pytest.raises(TableError, match="no CRS"):
        check_grid(grid_of(four_cells).set_crs(None, allow_override=True))


def test_checking_leaves_the_grid_unchanged(four_cells):
    grid = grid_of(four_cells, parent_id=["T", "", None, "T"])
    before = grid.copy()
    check_grid(grid)
    pd.testing.assert_frame_equal(grid, before)


def test_ids_that_are_missing_in_a_frame_are_listed(four_cells):
    grid = grid_of(four_cells).set_axis(["a", None, np.nan, ""])
    assert kinds(check_grid(grid)) == [("missing_id", ("",))]

"""What is narrow is mended, what is wide is left, and nothing else moves."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from gridmap.core.coverage import check_grid
from gridmap.core.place import place_households
from gridmap.core.repair import repair_grid
from gridmap.core.unions import unions_of
from gridmap.errors import TableError
from gridmap.model.areas import hierarchy_for

CRS = 4549  # metres; 500000, 3400000 lies on the central meridian, where the scale is 1
EAST, NORTH = 500000.0, 3400000.0
PRECINCTS = Path(__file__).parent.parent / "data" / "providence_precincts" / "dirty.gpkg"


def grid_of(shapes, **columns):
    """Put shapes drawn around 0, 0 to a place in China."""
    drawn = np.array([*shapes.values(), None], dtype=object)[:-1]
    moved = shapely.transform(drawn, lambda xy: xy + np.array([EAST, NORTH]))
    index = pd.Index(list(shapes), name="cell_id", dtype="str")
    return gpd.GeoDataFrame(columns, geometry=moved, index=index, crs=CRS)


def areas(grid):
    return grid.geometry.area.round(6).to_dict()


@pytest.fixture
def ring():
    """Four cells around a void of 0.5 m x 10 m.

    +---------------+ 30
    |       n       |
    +-----+-+-------+ 20
    |  w  | |   e   |
    +-----+-+-------+ 10
    |       s       |
    +---------------+ 0
    0    10 10.5   30
    """
    return {
        "s": Polygon([(0, 0), (30, 0), (30, 10), (10.5, 10), (10, 10), (0, 10)]),
        "n": Polygon([(0, 20), (10, 20), (10.5, 20), (30, 20), (30, 30), (0, 30)]),
        "w": box(0, 10, 10, 20),
        "e": box(10.5, 10, 30, 20),
    }


@pytest.fixture(scope="module")
def precincts():
    grid = gpd.read_file(PRECINCTS).set_index("NAME")
    return grid.rename_axis("cell_id")


def test_a_narrow_gap_goes_to_the_longest_border_and_is_reported(ring):
    """w and e have 10 m of border with the gap, s and n 0.5 m; the gap is 5 m2."""
    mended, report = repair_grid(grid_of(ring))
    (cell,) = report.index
    assert cell in {"w", "e"}
    assert report.at[cell, "why"] == "gap"
    assert report.at[cell, "gained_m2"] == pytest.approx(5.0)
    assert report.at[cell, "lost_m2"] == 0.0
    assert report.at[cell, "area_after_m2"] == pytest.approx(report.at[cell, "area_before_m2"] + 5.0)
    assert check_grid(mended, smallest_m2=0.0).empty
    assert shapely.coverage_is_valid(mended.geometry.to_numpy())


def test_a_gap_wider_than_asked_for_stays(ring):
    grid = grid_of(ring)
    mended, report = repair_grid(grid, width_m=0.4)
    assert report.empty
    assert areas(mended) == areas(grid)


def test_a_narrow_overlap_goes_to_the_cell_whose_id_sorts_first():
    """b reaches 0.5 m into a, and is the first row: a keeps the 5 m2 all the same."""
    mended, report = repair_grid(grid_of({"b": box(9.5, 0, 20, 10), "a": box(0, 0, 10, 10)}))
    assert areas(mended) == {"b": 100.0, "a": 100.0}
    assert report["lost_m2"].round(6).to_dict() == {"b": 5.0}


def test_a_wide_overlap_is_left_for_somebody_to_decide():
    grid = grid_of({"a": box(0, 0, 10, 10), "b": box(5, 0, 20, 10), "c": box(0, 9.9, 20, 20)})
    mended, report = repair_grid(grid)
    assert report.empty
    assert areas(mended) == areas(grid)
    assert set(check_grid(mended)["kind"]) == {"overlap"}


def test_a_bow_tie_keeps_both_its_parts():
    """Two triangles of 25 m2 that meet in a point."""
    mended, report = repair_grid(grid_of({"a": Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])}))
    assert areas(mended) == {"a": 50.0}
    assert mended.is_valid.all()
    assert report.loc["a", ["why", "gained_m2", "lost_m2"]].to_list() == ["invalid_geometry", 0.0, 0.0]


def test_ids_columns_order_and_untouched_cells_stay_as_they_are(ring):
    """The far cell keeps every bit, and so does the area row without an outline."""
    shapes = ring | {"far": box(100, 0, 110, 10), "T": None}
    grid = grid_of(shapes, parent_id=["T"] * 5 + [None], note=list("abcdef")).to_crs(4490)
    before = grid.copy()
    mended, report = repair_grid(grid)
    pd.testing.assert_frame_equal(grid, before)
    pd.testing.assert_frame_equal(mended.drop(columns="geometry"), grid.drop(columns="geometry"))
    assert mended.crs == grid.crs
    assert mended.geometry["T"] is None
    assert mended.geometry["far"].equals_exact(grid.geometry["far"])
    kept = shapely.get_coordinates(grid.geometry["w"])
    assert {tuple(at) for at in kept} <= {tuple(at) for at in shapely.get_coordinates(mended.geometry["w"])}
    assert len(report) == 1


def test_several_parts_stay_several_parts(ring):
    grid = grid_of({name: shapely.multipolygons([shape]) for name, shape in ring.items()})
    assert set(repair_grid(grid)[0].geom_type) == {"MultiPolygon"}


def test_a_thin_part_goes_to_the_neighbour_with_the_longest_border():
    """Cell a has a strip of 0.5 m x 10 m between b and c; 10 m of it lie along b and 9 m along c.

    +-----+    +-----+-+-----+
    |  a  |    |  b  |a|  c  |
    +-----+    +-----+-+-----+
    0    10    20   30 30.5 40
    """
    strip = Polygon([(30, 0), (30.5, 0), (30.5, 1), (30.5, 10), (30, 10)])
    cells = {
        "a": shapely.multipolygons([box(0, 0, 10, 10), strip]),
        "b": box(20, 0, 30, 10),
        "c": box(30.5, 1, 40, 10),
    }
    grid = grid_of(cells)
    assert check_grid(grid)["kind"].to_list() == ["sliver"]
    mended, report = repair_grid(grid)
    assert areas(mended) == {"a": 100.0, "b": 105.0, "c": 85.5}
    assert report["why"].to_dict() == {"a": "sliver", "b": "sliver"}
    assert report["lost_m2"].round(6).to_dict() == {"a": 5.0, "b": 0.0}
    assert report["gained_m2"].round(6).to_dict() == {"a": 0.0, "b": 5.0}
    assert check_grid(mended).empty


def test_a_cell_that_is_thin_as_a_whole_or_a_thin_part_that_stands_alone_stays():
    cells = {"a": shapely.multipolygons([box(0, 0, 10, 10), box(50, 0, 50.5, 10)]), "b": box(10, 0, 10.5, 10)}
    grid = grid_of(cells)
    mended, report = repair_grid(grid)
    assert report.empty
    assert areas(mended) == areas(grid)
    assert check_grid(mended)["kind"].to_list() == ["sliver", "sliver"]


def test_a_vertex_that_one_of_two_neighbours_lacks_is_added_and_nothing_moves():
    """The two lower cells meet under the middle of the upper one, which has a height and a hole."""
    upper = Polygon([(0, 10), (20, 10), (20, 30), (0, 30)], [[(5, 15), (9, 15), (9, 19)]])
    cells = {"a": box(0, 0, 7, 10), "b": box(7, 0, 20, 10), "c": shapely.multipolygons([upper])}
    grid = grid_of(cells)
    grid["geometry"] = shapely.force_3d(grid.geometry.to_numpy(), 2.0)
    assert check_grid(grid)["kind"].to_list() == ["gap", "unmatched_vertex", "unmatched_vertex"]
    mended, report = repair_grid(grid)
    assert report["why"].to_dict() == {"c": "unmatched_vertex"}
    assert report.loc["c", ["gained_m2", "lost_m2"]].to_list() == [0.0, 0.0]
    assert check_grid(mended)["kind"].to_list() == ["gap"]
    assert shapely.coverage_is_valid(mended.geometry.to_numpy())
    added = shapely.get_coordinates(mended.geometry["c"], include_z=True)
    assert (EAST + 7, NORTH + 10, 2.0) in [tuple(at) for at in added.tolist()]
    assert len(added) == shapely.get_num_coordinates(grid.geometry["c"]) + 1


def test_what_is_left_still_holds_households_and_is_drawn():
    """The cells overlap by 5 m; who is in both is in a, whose id sorts first."""
    grid = grid_of({"b": box(5, 0, 20, 10), "a": box(0, 0, 10, 10), "c": box(20, 0, 30, 10)})
    mended, _ = repair_grid(grid)
    places = shapely.points([(EAST + 7, NORTH + 5), (EAST + 12, NORTH + 5)])
    homes = gpd.GeoDataFrame(index=pd.Index(["1", "2"], name="household_id"), geometry=places, crs=CRS)
    assert place_households(homes, mended).roster["cell_id"].to_dict() == {"1": "a", "2": "b"}
    union = unions_of(hierarchy_for(mended), np.array([0, 0, 0], dtype=np.int32))[0]
    assert union.equals(shapely.transform(box(0, 0, 30, 10), lambda xy: xy + np.array([EAST, NORTH])))


def test_an_empty_grid_gives_an_empty_report(ring):
    mended, report = repair_grid(grid_of(ring).iloc[:0])
    assert mended.empty
    assert report.columns.to_list() == ["why", "area_before_m2", "area_after_m2", "gained_m2", "lost_m2"]
    assert report.empty


def test_a_grid_without_a_crs_is_refused(ring):
    with pytest.raises(TableError, match="no CRS"):
        repair_grid(grid_of(ring).set_crs(None, allow_override=True))


@settings(derandomize=True, deadline=None, max_examples=12)
@given(st.lists(st.tuples(st.floats(-0.4, 0.4), st.floats(-0.4, 0.4)), min_size=4, max_size=4))
def test_cells_that_were_drawn_apart_by_less_than_the_width_become_a_coverage(moves):
    """Sixteen squares of 10 m; the four in the middle are pushed by up to 0.4 m each way."""
    squares = {f"{row}{column}": box(10 * column, 10 * row, 10 * column + 10, 10 * row + 10)
               for row in range(4) for column in range(4)}  # fmt: skip
    for name, by in zip(("11", "12", "21", "22"), moves, strict=True):
        squares[name] = shapely.transform(squares[name], lambda xy, by=by: xy + np.array(by))
    grid = grid_of(squares)
    mended, report = repair_grid(grid)
    assert check_grid(mended).empty
    change = (mended.geometry.area - grid.geometry.area).loc[report.index]
    assert np.allclose(change, report["gained_m2"] - report["lost_m2"])
    assert mended.geometry.area.sum() == pytest.approx(1600.0)


# Real precincts: https://github.com/mggg/maup


def test_the_faults_of_the_precincts_are_found_and_located(precincts):
    """The overlaps are two thin pieces of 2879 that lie apart from it; they are not listed twice."""
    found = check_grid(precincts)
    assert found["kind"].to_list() == ["overlap"] * 2 + ["gap"] * 3
    assert found["cells"].to_list()[:2] == [("2827", "2879"), ("2832", "2879")]
    assert found["area_m2"].round(1).to_list() == [0.6, 3.4, 12748.2, 85246.2, 47.7]
    assert found.geometry.is_valid.all()
    assert found.geometry.within(precincts.union_all().convex_hull).all()


def test_the_precincts_are_repaired_under_five_metres_with_a_stated_change(precincts):
    """The overlaps are under 0.2 m wide and the smallest gap 4.2 m; the other two are 79 m and 184 m."""
    mended, report = repair_grid(precincts, width_m=5.0)
    assert report["why"].to_dict() == {"2861": "gap", "2879": "overlap"}
    assert report["gained_m2"].round(1).to_dict() == {"2861": 47.7, "2879": 0.0}
    assert report["lost_m2"].round(1).to_dict() == {"2861": 0.0, "2879": 3.9}
    assert check_grid(mended)["kind"].to_list() == ["gap", "gap"]
    assert shapely.coverage_is_valid(mended.geometry.to_numpy())
    same = [a.equals_exact(b) for a, b in zip(precincts.geometry, mended.geometry, strict=True)]
    assert same.count(False) == 2


def test_the_precincts_become_a_coverage_without_gaps_if_the_width_allows(precincts):
    mended, report = repair_grid(precincts, width_m=200.0)
    assert check_grid(mended, smallest_m2=0.0).empty
    assert shapely.coverage_is_valid(mended.geometry.to_numpy())
    assert report["gained_m2"].sum() == pytest.approx(12748.2 + 85246.2 + 47.7, abs=0.2)
    assert report["lost_m2"].sum() == pytest.approx(3.95, abs=0.05)

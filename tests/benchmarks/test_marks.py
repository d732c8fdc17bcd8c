"""Every mark at toy size: the measurements run, and gridmap's answers are those of its peers."""

import json

import numpy as np
import pytest
import shapely

from benchmarks import peers
from benchmarks.__main__ import MARKS, keep, measure
from benchmarks.outlines import plan_of, unequal
from benchmarks.points import cells_of
from benchmarks.worlds import TIERS, Scale, county, fresh_grid, points_over, zonings

TOY = Scale(
    cells=100,
    many_cells=200,
    points=400,
    many_points=600,
    scenarios=4,
    batch=2,
    cases=5,
    runs=1,
    few_runs=1,
    links=((60, 4), (120, 6), (200, 8)),
)
NOT_COMPARED = {"growth", "builds", "repair", "memory", "webmap"}  # what a page shows is tested by itself


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_is_measured_and_exact(mark):
    figures = measure([mark], TOY)
    assert figures
    for figure in figures:
        # a toy takes less memory than the system counts, and nobody there has to get another person
        assert figure["reached"] > 0 or mark == "memory" or "another person" in figure["work"]
        assert figure["world"]["seed"] == 20220305
        if "homes" not in figure["world"]:
            assert figure["world"]["vertices"] > figure["world"]["cells"] >= 100
        if mark not in NOT_COMPARED:
            own = [row for name, row in figure["rows"].items() if name.startswith("gridmap")]
            assert own
            assert all(row["differences"] == 0 for row in own)


def test_the_report_is_kept_as_data_and_as_a_page(tmp_path):
    versions = {"python": "3", **peers.versions()}
    figures = measure(["outlines"], TOY)
    keep({"machine": "a toy", "versions": versions, "figures": figures, "demo_s": 1.5}, tmp_path)
    kept = json.loads((tmp_path / "performance.json").read_text(encoding="utf-8"))
    assert kept["figures"] == figures
    page = (tmp_path / "performance.md").read_text(encoding="utf-8")
    assert "outlines of 3 tiers over 100 cells" in page
    assert "a toy" in page
    assert f"shapely {shapely.__version__}" in page


def test_points_are_found_where_each_peer_that_is_installed_finds_them():
    grid, _ = county(100, 0)
    polygons = np.asarray(grid.geometry.array)
    xy = points_over(grid, 500)
    found = cells_of(xy, grid)
    assert 0 < (found == -1).sum() < 500
    shapely_ones = {"within": peers.sjoin_within, "intersects": peers.sjoin_intersects, "tree": peers.strtree}
    for name, find in {**shapely_ones, **peers.other_engines()}.items():
        assert (find(xy, polygons) == found).all(), name


def test_the_right_cell_on_a_border_is_the_first():
    squares = shapely.box([0, 1], [0, 0], [1, 2], [1, 1])
    xy = np.array([[0.5, 0.5], [1.0, 0.5], [1.5, 0.5], [3.0, 3.0]])
    assert peers.right_cells(xy, squares).tolist() == [0, 0, 1, -1]


def test_a_fresh_grid_has_equal_cells_that_are_other_objects():
    grid, _ = county(100, 0)
    fresh = fresh_grid(grid)
    pairs = list(zip(fresh.geometry, grid.geometry, strict=True))
    assert all(shapely.equals_identical(one, other) and one is not other for one, other in pairs)


def test_zonings_have_three_tiers_and_are_those_of_their_plan():
    grid, _ = county(100, 0)
    for labels in zonings(grid, 3):
        assert np.bincount(labels).tolist() == [5, 15, 80]
        plan = plan_of(grid, labels)
        assert [TIERS[label] for label in labels] == plan.tiers.tolist()
        assert len(plan.zones) == 3


def test_outlines_that_differ_are_counted():
    square = shapely.box(0, 0, 1, 1)
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    answer = [square, square, bow_tie]
    assert unequal(answer, [square, shapely.box(0, 0, 1, 2), bow_tie]) == 2

"""Every household is in exactly one cell, or is an exception with its reason."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import gridmap as gm
from gridmap.core.locate import NOWHERE, locate
from gridmap.core.place import place_households
from gridmap.errors import CrsMismatchError


@pytest.fixture
def three_cells():
    """Three unit squares; ids are out of order on purpose.

    +---+---+---+
    | b | a | c |
    +---+---+---+
    0   1   2   3
    """
    boxes = [shapely.box(x, 0, x + 1, 1) for x in range(3)]
    return gpd.GeoDataFrame(geometry=boxes, index=pd.Index(["b", "a", "c"], name="cell_id"), crs="EPSG:4549")


def roster(rows, crs="EPSG:4549"):
    """Make households from (id, point or None, other columns)."""
    ids = pd.Index([row[0] for row in rows], dtype="str", name="household_id")
    points = [None if row[1] is None else shapely.Point(row[1]) for row in rows]
    return gpd.GeoDataFrame([row[2] for row in rows], geometry=points, index=ids, crs=crs)


def test_a_household_is_placed_in_the_cell_it_lies_in(three_cells):
    placement = place_households(roster([("1", (0.5, 0.5), {}), ("2", (2.5, 0.5), {})]), three_cells)
    assert placement.cells.to_dict() == {"1": "b", "2": "c"}
    assert placement.cells.index.name == "household_id"
    assert placement.exceptions.empty
    assert placement.certificate.balanced


def test_a_household_on_a_shared_border_goes_to_the_first_cell(three_cells):
    households = roster([("1", (1, 0.5), {}), ("2", (2, 0.5), {}), ("3", (1, 0), {})])
    assert place_households(households, three_cells).cells.to_dict() == {"1": "a", "2": "a", "3": "a"}
    backwards = place_households(households[::-1], three_cells[::-1])
    assert backwards.cells.to_dict() == {"3": "a", "2": "a", "1": "a"}
    assert backwards.conflicts.empty


def test_where_four_cells_meet_the_first_id_wins():
    boxes = [shapely.box(x, y, x + 1, y + 1) for x in range(2) for y in range(2)]
    grid = gpd.GeoDataFrame(geometry=boxes, index=pd.Index(["d", "c", "b", "a"], name="cell_id"))
    placement = place_households(roster([("1", (1, 1), {})], crs=None), grid)
    assert placement.cells.to_dict() == {"1": "a"}


def test_every_reason_for_an_exception_is_named(three_cells):
    rows = [
        ("placed", (0.5, 0.5), {"cell_id": "b"}),
        ("outside", (9, 9), {}),
        ("nothing", None, {}),
        ("wrong cell", None, {"cell_id": "zz"}),
        ("bad", None, {"coordinate_fault": "lon 'abc' is no number", "cell_id": "b"}),
        ("placed", (0.6, 0.5), {}),
    ]
    placement = place_households(roster(rows), three_cells)
    expected = {
        "row": [1, 2, 3, 4, 5],
        "household_id": ["outside", "nothing", "wrong cell", "bad", "placed"],
        "reason": ["outside_grid", "no_location", "unknown_cell", "bad_coordinates", "duplicate_id"],
    }
    assert placement.exceptions.drop(columns="detail").to_dict("list") == expected
    assert list(placement.exceptions.columns) == ["row", "household_id", "reason", "detail"]
    assert len(rows) == len(placement.cells) + len(placement.exceptions)


def test_without_coordinates_the_declared_cell_counts_and_then_the_neighbours(three_cells):
    rows = [
        ("1", (0.5, 0.5), {"address": "枫桥新村3幢1单元101室"}),
        ("2", None, {"address": "枫桥新村3幢2单元501室"}),
        ("3", None, {"address": "枫桥新村4幢101室", "cell_id": "c"}),
        ("4", None, {"address": "枫桥新村", "building": "4幢"}),
        ("5", None, {"address": "枫桥新村9幢"}),
    ]
    placement = place_households(roster(rows), three_cells)
    assert placement.cells.to_dict() == {"1": "b", "2": "b", "3": "c", "4": "c"}
    assert placement.methods.to_dict() == {"1": "location", "2": "address", "3": "declared", "4": "address"}
    assert placement.exceptions["household_id"].to_list() == ["5"]


def test_a_building_in_two_cells_places_nobody_by_address(three_cells):
    rows = [
        ("1", (0.5, 0.5), {"address": "枫桥新村3幢101室"}),
        ("2", (1.5, 0.5), {"address": "枫桥新村3幢102室"}),
        ("3", None, {"address": "枫桥新村3幢103室"}),
    ]
    placement = place_households(roster(rows), three_cells)
    assert placement.exceptions["reason"].to_list() == ["no_location"]


def test_a_household_elsewhere_than_declared_is_placed_by_location_and_listed(three_cells):
    rows = [("1", (0.5, 0.5), {"cell_id": "c"}), ("2", (0.5, 0.5), {"cell_id": "zz"})]
    placement = place_households(roster(rows), three_cells)
    assert placement.cells.to_dict() == {"1": "b", "2": "b"}
    assert placement.conflicts["reason"].to_list() == ["declared_elsewhere", "unknown_cell"]
    assert list(placement.conflicts.columns) == ["row", "household_id", "reason", "detail"]


def test_in_an_overlap_the_first_id_wins_and_the_household_is_listed():
    boxes = [shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1)]
    grid = gpd.GeoDataFrame(geometry=boxes, index=pd.Index(["b", "a"], name="cell_id"))
    placement = place_households(roster([("1", (1.5, 0.5), {})], crs=None), grid)
    assert placement.cells.to_dict() == {"1": "a"}
    assert placement.conflicts["reason"].to_list() == ["overlap"]


def test_two_rows_of_one_cell_are_one_cell():
    boxes = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(3, 0, 4, 1)]
    grid = gpd.GeoDataFrame(geometry=boxes, index=pd.Index(["a", "b", "a"], name="cell_id"))
    households = roster([("1", (0.5, 0.5), {}), ("2", (3.5, 0.5), {}), ("3", (1.5, 0.5), {})], crs=None)
    placement = place_households(households, grid)
    assert placement.cells.to_dict() == {"1": "a", "2": "a", "3": "b"}
    assert placement.certificate.balanced
    plan = gm.apply_edit(gm.new_plan(grid), gm.SetTier(cells=["a"], tier="sealed"))
    assert gm.zone_outlines(plan, grid, placement=placement).loc["S-1", "households"] == 2


def test_numbers_as_cell_ids_are_taken_as_text():
    grid = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], index=[7])
    assert place_households(roster([("1", (0.5, 0.5), {})], crs=None), grid).cells.to_dict() == {"1": "7"}


def test_the_id_is_text_and_a_missing_one_is_called_by_its_row(three_cells):
    households = roster([("007", (0.5, 0.5), {}), ("NA", (0.5, 0.5), {}), ("", (0.5, 0.5), {})])
    assert list(place_households(households, three_cells).cells.index) == ["007", "NA", "row-2"]


def test_another_crs_is_converted_and_a_missing_one_refused(three_cells):
    metric = three_cells.set_geometry(three_cells.translate(500_000, 3_400_000)).set_crs(
        "EPSG:4549", allow_override=True
    )
    point = (
        gpd.GeoSeries([shapely.Point(500_001.5, 3_400_000.5)], crs="EPSG:4549").to_crs("EPSG:4490").iloc[0]
    )
    households = roster([("1", (point.x, point.y), {})], crs="EPSG:4490")
    assert place_households(households, metric).cells.to_dict() == {"1": "a"}
    with pytest.raises(CrsMismatchError, match="households has no CRS"):
        place_households(roster([("1", (0.5, 0.5), {})], crs=None), three_cells)


def test_a_plain_table_with_lon_and_lat_is_placed():
    grid = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], index=["a"], crs="EPSG:4326")
    table = pd.DataFrame({"lon": [0.5, None], "lat": ["0.5", "1"]}, index=["1", "2"])
    placement = place_households(table, grid)
    assert placement.cells.to_dict() == {"1": "a"}
    assert placement.exceptions["reason"].to_list() == ["bad_coordinates"]


def test_an_empty_roster_gives_an_empty_answer(three_cells):
    placement = place_households(roster([("1", (0.5, 0.5), {})]).iloc[:0], three_cells)
    assert len(placement.cells) == 0
    assert list(placement.exceptions.columns) == ["row", "household_id", "reason", "detail"]
    assert placement.certificate.balanced


def test_the_input_is_left_as_it_was(three_cells):
    households = roster([("1", (0.5, 0.5), {"cell_id": "b"}), ("2", None, {"cell_id": "c"})])
    before, grid = households.copy(), three_cells.copy()
    place_households(households, three_cells)
    pd.testing.assert_frame_equal(households, before)
    pd.testing.assert_frame_equal(three_cells, grid)


SPOTS = st.sampled_from([0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 2.75, 3.0, 3.5])


@given(st.lists(st.tuples(st.sampled_from("pqrs"), st.none() | st.tuples(SPOTS, SPOTS)), max_size=30))
@settings(derandomize=True, deadline=None, max_examples=80)
def test_rows_in_are_placed_or_excepted(rows):
    boxes = [shapely.box(x, y, x + 1, y + 1) for x in range(3) for y in range(3)]
    grid = gpd.GeoDataFrame(geometry=boxes, index=pd.Index(list("ihgfedcba"), name="cell_id"))
    households = roster([(name, spot, {"residents": 2}) for name, spot in rows], crs=None)
    placement = place_households(households, grid)
    assert len(households) == len(placement.cells) + len(placement.exceptions)
    assert placement.cells.index.is_unique
    assert placement.certificate.balanced
    certificate = placement.certificate
    assert certificate.residents_in == 2 * len(rows)
    assert certificate.residents_in == certificate.residents_excepted + certificate.residents_by_tier["none"]


@given(st.integers(0, 2**32 - 1))
@settings(derandomize=True, deadline=None, max_examples=30)
def test_location_equals_asking_every_polygon_in_turn(seed):
    random = np.random.default_rng(seed)
    corners = np.stack(np.meshgrid(np.arange(5.0), np.arange(5.0)), axis=-1)
    corners[1:-1, 1:-1] += random.uniform(-0.4, 0.4, (3, 3, 2))
    quads = np.stack([corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]], axis=2)
    cells = shapely.polygons(quads.reshape(-1, 4, 2))
    ids = np.array([f"{number:02d}" for number in random.permutation(len(cells))], dtype=object)
    xy = np.concatenate([random.uniform(-0.5, 4.5, (40, 2)), corners.reshape(-1, 2)])
    points = shapely.points(xy)
    found = locate(points, cells, ids).cell
    for point, place in zip(points, found, strict=True):
        touching = sorted(ids[shapely.intersects(cells, point)])
        assert (touching[0] if touching else None) == (None if place == NOWHERE else ids[place])


def test_a_row_that_is_no_household_of_its_own_tells_nobody_where_a_building_is(three_cells):
    rows = [
        ("1", (0.5, 0.5), {"address": "枫桥新村9幢101室"}),
        ("1", (2.5, 0.5), {"address": "枫桥新村3幢101室"}),
        ("2", None, {"address": "枫桥新村3幢102室"}),
    ]
    placement = place_households(roster(rows), three_cells)
    assert placement.exceptions["reason"].to_list() == ["duplicate_id", "no_location"]
    assert placement.certificate.balanced

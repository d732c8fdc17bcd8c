"""Provisional grids: exact coverages of villages, with every building in one cell."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import gridmap as gm
from gridmap.model.provisional import is_provisional
from tests.warned import warned

CRS = "EPSG:4549"
EAST, NORTH = 500_000, 3_400_000
JIA, YI = "330421001001", "330421001002"


def at(shape):
    return shapely.transform(shape, lambda xy: np.add(xy, (EAST, NORTH)))


def frame(shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=[at(shape) for shape in shapes], crs=CRS)


@pytest.fixture
def villages():
    """Two villages side by side, 400 m high.

    +---------+---------+
    |  甲村   |  乙村   |
    +---------+---------+
    0        600      1200
    """
    shapes = [shapely.box(0, 0, 600, 400), shapely.box(600, 0, 1200, 400)]
    return frame(shapes, name=["甲村", "乙村"]).set_axis(pd.Index([JIA, YI], name="cell_id"))


@pytest.fixture
def four_blocks():
    """Four buildings of two compounds in 甲村, one of each compound in 乙村, and a shed without address.

    +-----------+-----------+
    | 南  北 北 |  南    北 |
    | 南  棚    |           |
    +-----------+-----------+
    """
    places = [(100, 300), (100, 100), (400, 300), (500, 300), (700, 200), (1100, 200), (200, 100)]
    addresses = ["南苑1幢", "南苑2幢", "北苑1幢", "北苑2幢", "南苑3幢", "北苑3幢", ""]
    return frame([shapely.Point(*xy) for xy in places], address=addresses)


def demand_exact(grid, outline):
    shapes = grid.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.is_valid(shapes).all()
    covered, whole = shapely.coverage_union_all(shapes), shapely.union_all(outline.geometry.to_numpy())
    assert shapely.symmetric_difference(covered, whole).area <= 1e-9 * whole.area
    assert len(gm.check_grid(grid)) == 0
    assert grid.index.is_unique


def test_villages_as_they_are_become_one_cell_each(villages):
    grid = gm.make_grid(villages)
    assert grid.index.to_list() == [f"{JIA}001", f"{YI}001"]
    assert grid["name"].to_list() == ["甲村", "乙村"]
    assert grid["parent_id"].to_list() == [JIA, YI]
    assert set(grid["level"]) == {"grid"}
    assert grid["provisional"].all()
    assert grid.attrs["provisional"]
    assert is_provisional(grid)
    assert gm.new_plan(grid).hierarchy.path(f"{JIA}001") == "330421 330421001 甲村 甲村"
    demand_exact(grid, villages)


def test_grids_are_cut_into_microgrids(villages):
    grid = gm.make_grid(villages.assign(level="grid", parent_id="v"), hexagon_m=300)
    assert set(grid["level"]) == {"microgrid"}
    assert set(grid["grid_name"]) == {"甲村", "乙村"}
    assert gm.new_plan(grid).hierarchy.cells_of("v") == grid.index.to_list()


def test_areas_above_the_villages_may_be_rows(villages):
    town = frame([shapely.box(0, 0, 1200, 400)], name=["惠民街道"]).set_axis(["330421001"])
    grid = gm.make_grid(pd.concat([villages, town]))
    assert grid.index.to_list() == [f"{JIA}001", f"{YI}001"]
    assert set(grid["town_name"]) == {"惠民街道"}


def test_hexagons_are_clipped_to_the_villages_and_slivers_join_their_neighbours(villages):
    grid = gm.make_grid(villages, hexagon_m=100)
    demand_exact(grid, villages)
    whole = 100**2 * 3**0.5 / 2
    assert grid.area.min() >= whole / 10
    inner = grid[grid.within(at(shapely.box(60, 60, 540, 340)))]
    assert len(inner) > 5
    assert inner.area.to_numpy() == pytest.approx(whole)
    assert grid.index[0] == f"{JIA}001"


def test_hexagons_of_no_size_are_refused(villages):
    with pytest.raises(gm.GridError, match="choose another width"):
        gm.make_grid(villages, hexagon_m=0)
    with pytest.raises(gm.GridError, match="choose another width"):
        gm.make_grid(villages, hexagon_m=0.01)


def test_roads_enclose_cells_and_dead_ends_divide_nothing(villages):
    """A road across 甲村 that stops 10 m before the border, and a dead end in 乙村.

    +---------+---------+
    |-------- |         |
    |         |   ---   |
    +---------+---------+
    """
    roads = frame(
        [shapely.LineString([(-50, 200), (590, 200)]), shapely.LineString([(800, 100), (1000, 100)])]
    )
    grid = gm.make_grid(villages, roads=roads)
    assert grid["name"].to_list() == ["甲村 1", "甲村 2", "乙村"]
    assert grid.area.to_list() == pytest.approx([120_000, 120_000, 240_000])
    demand_exact(grid, villages)
    assert len(gm.make_grid(villages, roads=roads, reach_m=5)) == 2


def test_the_median_between_two_lanes_is_no_cell(villages):
    lanes = frame([shapely.LineString([(0, y), (600, y)]) for y in (200, 202)])
    grid = gm.make_grid(villages, roads=lanes)
    assert len(grid) == 3
    assert grid.area.min() == pytest.approx(198 * 600, abs=2 * 600 + 1)
    demand_exact(grid, villages)


def test_roads_alone_give_what_they_enclose():
    ring = frame([shapely.box(0, 0, 300, 300).exterior, shapely.LineString([(100, 0), (100, 400)])])
    grid = gm.make_grid(roads=ring)
    assert grid.index.to_list() == ["G-001", "G-002"]
    assert sorted(grid.area) == pytest.approx([30_000, 60_000])


def test_buildings_of_one_compound_are_one_cell_in_each_village(villages, four_blocks):
    grid = gm.make_grid(villages, buildings=four_blocks)
    assert sorted(zip(grid["name"], grid["parent_id"], grid["buildings"], strict=True)) == [
        ("北苑", JIA, 2),
        ("北苑", YI, 1),
        ("南苑", JIA, 3),
        ("南苑", YI, 1),
    ]
    south = grid[(grid["name"] == "南苑") & (grid["parent_id"] == YI)]
    assert south.area.iloc[0] == pytest.approx(300 * 400)  # half-way between 700 m and 1,100 m
    demand_exact(grid, villages)


def test_every_building_may_be_its_own_cell(villages, four_blocks):
    grid = gm.make_grid(villages, buildings=four_blocks, by_address=None)
    assert grid["buildings"].to_list() == [1] * 7
    demand_exact(grid, villages)


def test_a_footprint_is_never_cut(villages):
    """Two compounds whose long blocks stand side by side: a line half-way between middles would cut them."""
    blocks = [shapely.box(50, 100, 350, 120), shapely.box(360, 90, 380, 140), shapely.box(700, 100, 720, 120)]
    grid = gm.make_grid(villages, buildings=frame(blocks, address=["南苑1幢", "北苑1幢", "东苑1幢"]))
    for name, block in zip(["南苑", "北苑", "东苑"], blocks, strict=True):
        cell = grid.geometry[grid["name"] == name].iloc[0]
        assert shapely.difference(at(block), cell).area == pytest.approx(0, abs=1e-6)
    demand_exact(grid, villages)


def test_overlapping_footprints_leave_no_slivers(villages):
    steps = range(0, 560, 8)
    blocks = [shapely.box(20 + x, 100 + x % 48, 32 + x, 130 + x % 40) for x in steps]
    addresses = [f"{'南北东西'[x // 8 % 4]}苑{x}幢" for x in steps]
    grid = gm.make_grid(villages, buildings=frame(blocks, address=addresses))
    assert sorted(grid["name"]) == ["东苑", "乙村", "北苑", "南苑", "西苑"]
    assert grid["buildings"].sum() == len(blocks)
    demand_exact(grid, villages)


def test_the_order_of_the_rows_changes_nothing(villages, four_blocks):
    one = gm.make_grid(villages, buildings=four_blocks)
    other = gm.make_grid(villages.iloc[::-1], buildings=four_blocks.iloc[::-1])
    assert one.drop(columns="geometry").equals(other.drop(columns="geometry"))
    assert shapely.equals_exact(one.geometry.to_numpy(), other.geometry.to_numpy()).all()


def test_buildings_outside_the_villages_are_named_by_row_and_never_by_address(villages, four_blocks):
    far = frame([shapely.Point(5000, 0)], address=["张三家"]).set_axis([99])
    with warned(gm.GridmapWarning, match="rows 99: 1 buildings lie outside") as told:
        grid = gm.make_grid(villages, buildings=pd.concat([four_blocks, far]))
    assert "张三" not in str(told[0].message)
    assert grid.attrs["findings"][0].kind == "outside_grid"
    assert grid["buildings"].sum() == 7


def test_buildings_alone_are_enclosed_by_their_hull(four_blocks):
    grid = gm.make_grid(buildings=four_blocks)
    assert grid["buildings"].sum() == 7
    assert sorted(grid["name"]) == ["北苑", "南苑"]


def test_villages_in_degrees_give_cells_in_degrees(villages, four_blocks):
    degrees = villages.to_crs("EPSG:4490")
    grid = gm.make_grid(degrees, buildings=four_blocks)
    assert grid.crs == degrees.crs
    demand_exact(grid, degrees)


def test_villages_that_overlap_are_told_and_cut_once(villages):
    wide = villages.set_geometry([at(shapely.box(0, 0, 620, 400)), at(shapely.box(600, 0, 1200, 400))])
    with warned(gm.GridmapWarning, match="villages that overlap"):
        grid = gm.make_grid(wide)
    assert grid.area.to_list() == pytest.approx([620 * 400, 580 * 400])
    demand_exact(grid, wide)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "give the outline"),
        ({"villages": frame([shapely.Point(0, 0)])}, "no polygon"),
        ({"villages": frame([shapely.box(0, 0, 1, 1)]).set_crs(None, allow_override=True)}, "give crs="),
        ({"villages": pd.DataFrame({"name": ["a"]})}, "without geometry"),
        ({"buildings": frame([shapely.Point(0, 0)])}, "by_address="),
        ({"buildings": frame([None], address=["a"])}, "none has a place"),
        ({"roads": frame([shapely.Point(0, 0)])}, "no line"),
        ({"roads": frame([shapely.Point(0, 0)]), "hexagon_m": 5}, "give one of them"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_cure(options, said):
    with pytest.raises(gm.GridError, match=said):
        gm.make_grid(**options)


def test_two_villages_of_one_code_are_refused(villages):
    with pytest.raises(gm.GridError, match="dissolve them"):
        gm.make_grid(villages.set_axis([JIA, JIA]))


def test_nothing_given_is_changed(villages, four_blocks):
    before = villages.copy(), four_blocks.copy()
    gm.make_grid(villages, buildings=four_blocks)
    pd.testing.assert_frame_equal(villages, before[0])
    pd.testing.assert_frame_equal(four_blocks, before[1])


def footprint(x, y, size):
    return shapely.Point(x, y) if size < 5 else shapely.box(x, y, min(x + size, 1200), min(y + 15, 400))


places = st.tuples(st.integers(0, 1200), st.integers(0, 400), st.integers(0, 40), st.sampled_from("甲乙丙 "))


@settings(max_examples=8)
@given(st.lists(places, min_size=1, max_size=15), st.sampled_from(["address", None]))
def test_nobody_is_lost_when_the_buildings_are_placed_as_households(rows, by_address):
    """Also buildings on borders, at one place, that overlap, without an area and without an address."""
    outline = frame([shapely.box(0, 0, 600, 400), shapely.box(600, 0, 1200, 400)]).set_axis(["A", "B"])
    homes = frame([footprint(*row[:3]) for row in rows], address=[f"{row[3]}苑1幢".strip() for row in rows])
    grid = gm.make_grid(outline, buildings=homes, by_address=by_address)
    demand_exact(grid, outline)
    corner = [shapely.Point(shapely.get_coordinates(shape)[0]) for shape in homes.geometry]
    spots = [
        shape.representative_point() if shape.area else spot
        for shape, spot in zip(homes.geometry, corner, strict=True)
    ]
    ids = pd.Index([f"h{place}" for place in range(len(homes))], name="household_id")
    placement = gm.place_households(gpd.GeoDataFrame(geometry=spots, index=ids, crs=CRS), grid)
    assert len(placement.exceptions) == 0
    assert grid["buildings"].sum() == len(homes)

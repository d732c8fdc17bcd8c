"""Figures that follow the pencil: areas on the ground, households that go with their cell."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

import gridmap as gm
from gridmap.core.figures import cell_areas_m2, following_counts, tier_figures, zone_figures
from gridmap.model.areas import hierarchy_for
from gridmap.sample import make_county

GEOD = Geod(ellps="WGS84")


@pytest.fixture
def grid():
    """Two squares of 1 km in metres of a Gauss-Kruger belt.

    +---+---+
    | a | b |
    +---+---+
    """
    shapes = [shapely.box(500_000 + 1000 * x, 3_400_000, 501_000 + 1000 * x, 3_401_000) for x in range(2)]
    return gpd.GeoDataFrame(geometry=shapes, index=pd.Index(["a", "b"], name="cell_id"), crs="EPSG:4549")


@pytest.fixture
def placement(grid):
    """Two households in a, of which the first needs dialysis, and one in b with two needs."""
    homes = [shapely.Point(x, 3_400_500) for x in (500_200, 500_800, 501_500)]
    columns = {"residents": [1, 2, 4], "needs": ["dialysis", "", "infant;dialysis"]}
    index = pd.Index(["h1", "h2", "h3"], name="household_id")
    roster = gpd.GeoDataFrame(columns, geometry=homes, index=index, crs="EPSG:4549")
    return gm.place_households(roster, grid)


def test_areas_are_those_on_the_ellipsoid(grid):
    lonlat = grid.to_crs(4326).geometry
    exact = [abs(GEOD.geometry_area_perimeter(shape)[0]) for shape in lonlat]
    assert cell_areas_m2(hierarchy_for(grid)) == pytest.approx(exact, rel=1e-5)
    assert exact == pytest.approx([1e6, 1e6], rel=1e-3)


@pytest.mark.parametrize("north", [0.0, 30.0, 60.0, 69.0])
def test_areas_hold_at_every_latitude_and_with_holes_and_parts(north):
    around = shapely.Polygon(
        shapely.box(10, north, 10.02, north + 0.02).exterior.coords, [_ring(10.005, north + 0.005)]
    )
    parts = shapely.MultiPolygon(
        [shapely.box(10.03, north, 10.04, north + 0.01), shapely.box(10.05, north, 10.06, north + 0.01)]
    )
    frame = gpd.GeoDataFrame(geometry=[around, parts], index=pd.Index(["a", "b"], name="cell_id"), crs=4326)
    exact = [abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(shape))[0]) for shape in frame.geometry]
    assert cell_areas_m2(hierarchy_for(frame)) == pytest.approx(exact, rel=1e-4)


def _ring(west, south):
    return shapely.box(west, south, west + 0.01, south + 0.01).exterior.coords


def test_areas_of_a_county_sum_to_its_own():
    county = make_county(cells=100, households=100, seed=3).grid
    lonlat = county.to_crs(4326).geometry
    exact = [abs(GEOD.geometry_area_perimeter(shape)[0]) for shape in lonlat]
    assert cell_areas_m2(hierarchy_for(county)) == pytest.approx(exact, rel=1e-4)


def test_a_cell_without_an_outline_has_no_area():
    frame = gpd.GeoDataFrame(
        geometry=[shapely.box(0, 0, 1, 1), None], index=pd.Index(["a", "b"], name="cell_id"), crs=3857
    )
    assert cell_areas_m2(hierarchy_for(frame))[1] == 0


def test_zones_and_tiers_count_cells_households_needs_and_area(grid, placement):
    plan = gm.apply_edit(gm.new_plan(grid), gm.SetTier(cells=["a"], tier="sealed"))
    tiers, zones = tier_figures(plan, placement), zone_figures(plan, placement)
    assert tiers.cells.tolist() == [1, 0, 0, 1]
    assert (tiers.households.tolist(), tiers.residents.tolist()) == ([2, 0, 0, 1], [3, 0, 0, 4])
    assert tiers.needs.tolist() == [1, 0, 0, 1], "a household with two needs is one"
    assert zones.households.tolist() == [2, 1]
    assert zones.area_m2 == pytest.approx([1e6, 1e6], rel=1e-3)


def test_a_drawn_part_takes_its_area_and_households_along(grid, placement):
    """The western half of a is sealed, the rest of it controlled."""
    plan = gm.apply_edit(gm.new_plan(grid), gm.SetTier(cells=["a"], tier="controlled"))
    half = shapely.box(500_000, 3_400_000, 500_500, 3_401_000)
    plan = gm.apply_edit(plan, gm.AddCarveOut(tier="sealed", shape=half))
    tiers = tier_figures(plan, placement)
    assert tiers.area_m2 == pytest.approx([5e5, 5e5, 0, 1e6], rel=1e-3)
    assert (tiers.households.tolist(), tiers.needs.tolist()) == ([1, 1, 0, 1], [1, 0, 0, 1])
    households, residents, needs = following_counts(plan, placement)
    assert (households.tolist(), residents.tolist(), needs.tolist()) == ([1, 1], [2, 4], [0, 1])


def test_a_part_that_is_let_go_leaves_its_area_without_a_tier(grid, placement):
    plan = gm.apply_edit(gm.new_plan(grid), gm.SetTier(cells=["a"], tier="sealed"))
    half = shapely.box(500_000, 3_400_000, 500_500, 3_401_000)
    plan = gm.apply_edit(plan, gm.AddCarveOut(tier="none", shape=half))
    assert tier_figures(plan, placement).area_m2 == pytest.approx([5e5, 0, 0, 1.5e6], rel=1e-3)


def test_figures_are_those_of_the_tallies(grid, placement):
    plan = gm.apply_edit(gm.new_plan(grid), gm.SetTier(cells=["b"], tier="prevention"))
    plan = gm.apply_edit(plan, gm.AddCarveOut(tier="sealed", households=["h3"]))
    figures, counted = tier_figures(plan, placement), gm.count_tiers(plan, placement)
    for name in ("cells", "households", "residents"):
        assert np.array_equal(getattr(figures, name), counted[name])

"""The household that is pointed at, with its building and compound."""

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import gridmap as gm
from gridmap.core.drawing.household_pick import household_at
from gridmap.errors import CrsMismatchError, PlanError
from gridmap.model.areas import hierarchy_for
from tests.core.worlds import CRS, EAST, NORTH, households, two_towns


@pytest.fixture
def placement():
    """Building 3 with two households across a1 and a2, building 4 with one, one without a building."""
    rows = [
        ("1", 80, "枫桥新村3幢101室", 3),
        ("2", 120, "枫桥新村3幢102室", 2),
        ("3", 150, "枫桥新村4幢101室", 1),
        ("4", 450, "无名", 4),
        ("6", 520, None, 1),
    ]
    roster = households(rows).assign(needs=["dialysis;infant", "", "", "", ""])
    return gm.place_households(roster, two_towns())


def at(east, crs=CRS):
    return gpd.GeoSeries([shapely.Point(EAST + east, NORTH + 50)], crs=CRS).to_crs(crs)


def pick(placement, east, radius_m, crs=CRS):
    return household_at(placement, hierarchy_for(two_towns()), at(east, crs), radius_m=radius_m)


@pytest.mark.parametrize("crs", [CRS, 4326, 3857])
def test_the_nearest_within_the_distance(placement, crs):
    found = pick(placement, 85, 10, crs)
    assert found.household.ids == ("1",)
    assert found.household.cells == ("a1",)
    assert found.distance_m == pytest.approx(5, abs=0.01)
    assert found.needs == 2
    assert pick(placement, 95, 10, crs) is None


def test_its_building_and_its_compound(placement):
    found = pick(placement, 120, 10)
    assert (found.building.name, found.building.scope) == ("枫桥新村3幢", "A")
    assert found.building.ids == ("1", "2")
    assert found.building.cells == ("a1", "a2")
    assert found.building.residents == 5
    assert found.compound.ids == ("1", "2", "3")
    alone = pick(placement, 450, 10)
    assert alone.building is None
    assert alone.compound.ids == ("4",)
    assert pick(placement, 520, 10).compound is None


def test_each_can_be_carved_out(placement):
    found = pick(placement, 120, 10)
    plan = gm.new_plan(two_towns())
    for group, expected in ((found.household, 1), (found.building, 2), (found.compound, 3)):
        after = gm.apply_edit(plan, group.carve_out("sealed"))
        tiers = gm.household_tiers(after, placement)
        assert (tiers == "sealed").sum() == expected
        assert tiers[list(group.ids)].eq("sealed").all()
        assert after.zones["name"].to_list() == [group.name]


def test_nobody_there_and_no_distance(placement):
    hierarchy = hierarchy_for(two_towns())
    assert household_at(placement, hierarchy, at(0).iloc[:0], radius_m=10) is None
    nobody = gm.place_households(households([]), two_towns())
    assert household_at(nobody, hierarchy, at(0), radius_m=10) is None
    with pytest.raises(PlanError, match="metres above 0"):
        pick(placement, 0, 0)
    with pytest.raises(CrsMismatchError, match="set_crs"):
        household_at(placement, hierarchy, at(0).set_crs(None, allow_override=True), radius_m=1)


@settings(max_examples=40)
@given(east=st.floats(-100, 700), radius_m=st.floats(1, 400), crs=st.sampled_from([CRS, "EPSG:4326"]))
def test_it_is_the_one_that_the_geodesics_say(east, radius_m, crs):
    grid = two_towns().to_crs(crs)
    homes = [15.0, 130.0, 131.5, 444.0]
    roster = households([(str(n), home, "", 1) for n, home in enumerate(homes)]).to_crs(crs)
    placement = gm.place_households(roster, grid)
    found = household_at(placement, hierarchy_for(grid), at(east, 3857), radius_m=radius_m)
    lon, lat = at(east).to_crs(4326).iloc[0].coords[0]
    away = [
        pyproj.Geod(ellps="WGS84").inv(lon, lat, *point.coords[0])[2]
        for point in roster.to_crs(4326).geometry
    ]
    nearest = int(np.argmin(away))
    if away[nearest] < radius_m - 0.001:
        assert abs(away[int(found.household.ids[0])] - away[nearest]) < 0.001
    elif away[nearest] > radius_m + 0.001:
        assert found is None

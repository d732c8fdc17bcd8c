"""What can be found by name: areas, compounds and buildings, and what of them the public may find."""

from itertools import count

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridmap.core.apply import apply_edit, new_plan
from gridmap.core.edits import AddCarveOut, SetTier
from gridmap.core.place import place_households
from gridmap.core.places import named_places
from gridmap.core.public_counts import public_plan

LEFT, RIGHT = "330421001001001", "330421001002001"


@pytest.fixture
def grid():
    """Two cells of two villages of a town; the left one is controlled in the plan.

    +----------+----------+
    |   C-1    |          |
    +----------+----------+
    0         100        200 m, EPSG:4549
    """
    cells = [shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)]
    west = gpd.GeoSeries(cells, crs=4549).translate(500_000, 3_400_000)
    frame = {"name": ["一格", "二格"]}
    return gpd.GeoDataFrame(frame, geometry=west.array, index=[LEFT, RIGHT]).rename_axis("cell_id")


@pytest.fixture
def world(grid):
    """A function that places households, given as (x, compound and building), and zones the left cell."""

    def make(*homes):
        numbers = count(1)
        points = gpd.points_from_xy([500_000 + x for x, _ in homes], [3_400_050] * len(homes), crs=4549)
        roster = gpd.GeoDataFrame(
            {
                "household_id": [f"h{next(numbers)}" for _ in homes],
                "address": [f"{text}1单元{place + 101}室" for place, (_, text) in enumerate(homes)],
                "residents": 2,
                "building": "",
                "head_name": "张三",
            },
            geometry=points,
        ).set_index("household_id")
        placement = place_households(roster, grid)
        plan = apply_edit(new_plan(grid), SetTier(cells=(LEFT,), tier="controlled"))
        return plan, placement

    return make


def found(plan, placement, audience):
    """Names with zones, buildings after a slash."""
    places = named_places(plan, placement, audience=audience)
    names = [
        name if within < 0 else f"{places['name'][within]}/{name}"
        for name, within in zip(places["name"], places["within"], strict=True)
    ]
    return dict(zip(names, places["zones"], strict=True))


def test_compounds_and_buildings_are_found_in_natural_order_with_their_zones(world):
    plan, placement = world(*[(20, "枫南新村2幢")] * 5, *[(30, "枫南新村10幢")] * 5)
    seen = found(plan, placement, "public")
    assert [name for name in seen if "枫南" in name] == [
        "枫南新村",
        "枫南新村/2幢",
        "枫南新村/10幢",
    ]
    assert seen["枫南新村/2幢"] == ("C-1",)


def test_the_public_finds_no_compound_of_fewer_than_five(world):
    plan, placement = world(*[(20, "枫南新村2幢")] * 4)
    assert not [name for name in found(plan, placement, "public") if "枫南" in name]
    assert "枫南新村/2幢" in found(plan, placement, "field")


def test_the_public_is_not_told_which_few_buildings_are_in_another_zone(world):
    plan, placement = world(*[(20, "枫南新村2幢")] * 6, *[(120, "枫南新村3幢")] * 2)
    public, field = (found(plan, placement, audience) for audience in ("public", "field"))
    assert not [name for name in public if name.endswith("/3幢")]
    assert [zones for name, zones in field.items() if name.endswith("/3幢")] == [("",)]


def test_a_building_of_fewer_than_five_lies_where_its_compound_does(world):
    plan, placement = world(*[(20, "枫南新村2幢")] * 5, (80, "枫南新村3幢"))
    places = named_places(plan, placement, audience="public").set_index("name")
    exact = named_places(plan, placement, audience="field").set_index("name")
    assert places.at["3幢", "lon"] == places.at["枫南新村", "lon"]
    assert exact.at["3幢", "lon"] > exact.at["枫南新村", "lon"]


def test_no_household_carved_out_and_no_person_reaches_the_public(world):
    plan, placement = world(*[(20, "枫南新村2幢")] * 6)
    carved = apply_edit(plan, AddCarveOut(tier="sealed", households=("h1",)))
    assert found(carved, placement, "field")["枫南新村/2幢"] == ("C-1", "S-1")
    seen = named_places(public_plan(carved), placement, audience="public")
    assert found(public_plan(carved), placement, "public")["枫南新村/2幢"] == ("C-1",)
    assert "张三" not in seen.to_json(force_ascii=False)


def test_without_households_areas_are_found(world):
    plan, _ = world((20, "枫南新村2幢"))
    assert found(plan, None, "public") == {
        "330421001": ("", "C-1"),
        "330421001001": ("C-1",),
        "330421001002": ("",),
    }


def test_the_tables_stay_as_they_were(world):
    plan, placement = world(*[(20, "枫南新村2幢")] * 5)
    before = placement.households.copy()
    named_places(plan, placement, audience="public")
    pd.testing.assert_frame_equal(pd.DataFrame(before), pd.DataFrame(placement.households))

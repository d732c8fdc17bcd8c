"""Odd entries of a roster, worked out by hand."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridmap.core.place import place_households
from gridmap.core.roster_checks import check_roster, is_phone, thin_cells
from gridmap.model.crs import wgs84_to_gcj02


@pytest.fixture
def two_cells():
    """Two squares of 0.02 degrees near Jiaxing, side by side, with their known buildings.

    +---+---+ 30.82
    | a | b |
    +---+---+ 30.80
    120.90   120.94
    """
    boxes = [shapely.box(120.90, 30.80, 120.92, 30.82), shapely.box(120.92, 30.80, 120.94, 30.82)]
    index = pd.Index(["a", "b"], name="cell_id")
    return gpd.GeoDataFrame({"buildings": [4, 5]}, geometry=boxes, index=index, crs=4326)


def roster(*rows):
    """Make households from (id, lonlat, other columns)."""
    frame = pd.DataFrame(
        [row[2] for row in rows], index=pd.Index([row[0] for row in rows], name="household_id")
    )
    return gpd.GeoDataFrame(frame, geometry=[shapely.Point(row[1]) for row in rows], crs=4326)


def reasons(found):
    return list(zip(found["row"], found["household_id"], found["reason"], strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "10312345678",
        "+86 138-0013-8000",
        "008613800138000",
        "８６１３８００１３８０００",
        "(0573) 84021234",
        "0573-8402123",
        "010-12345678转8012",
        "84021234",
        "400-820-1234",
        "+852 2123 4567",
        "13800138000、13900139000",
        "13800138000 84021234",
        "手机:13800138000",
    ],
)
def test_what_is_a_phone(text):
    assert is_phone(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "无",
        "1",
        "12345",
        "1380013800",
        "138001380001",
        "23800138000",
        "1030000000x",
        "13800138000、无",
        "NA",
    ],
)
def test_what_is_no_phone(text):
    assert not is_phone(text)


def test_phones_that_are_missing_or_none_are_listed_without_telling_them(two_cells):
    at = (120.91, 30.81)
    phones = ["13800138000", "", "1380013", None, "无"]
    found = check_roster(
        place_households(roster(*[(str(n), at, {"phone": p}) for n, p in enumerate(phones)]), two_cells)
    )
    assert reasons(found) == [
        (1, "1", "missing_phone"),
        (2, "2", "bad_phone"),
        (3, "3", "missing_phone"),
        (4, "4", "bad_phone"),
    ]
    assert not found["detail"].str.contains("1380013|无").any()


def test_a_roster_without_any_phone_is_not_flooded(two_cells):
    at = (120.91, 30.81)
    assert check_roster(place_households(roster(("1", at, {"phone": ""}), ("2", at, {})), two_cells)).empty


def test_one_household_under_two_ids_is_listed_with_the_earlier_id(two_cells):
    at = (120.91, 30.81)
    rows = [
        ("1", at, {"address": "枫南新村3幢 501室", "head_name": "甲"}),
        ("2", at, {"address": "枫南新村3幢501室", "head_name": "乙"}),
        ("3", at, {"address": "枫南新村３幢501室", "head_name": "甲"}),
        ("1", at, {"address": "枫南新村3幢 501室", "head_name": "甲"}),
        ("5", at, {"address": "", "head_name": ""}),
        ("6", at, {"address": "", "head_name": ""}),
    ]
    found = check_roster(place_households(roster(*rows), two_cells))
    assert reasons(found) == [(2, "3", "double_household")]
    assert found["detail"][0] == "address and head are those of household '1'"


def test_a_point_that_would_lie_in_its_declared_cell_if_it_were_gcj02_is_listed(two_cells):
    """The shift is some 0.0045 degrees east and 0.002 south here: over the border of a to b, and out of b."""
    true = [(120.9195, 30.81), (120.9395, 30.81), (120.9195, 30.81)]
    written = wgs84_to_gcj02(shapely.get_coordinates(shapely.points(true)))
    rows = [
        (name, at, {"cell_id": cell}) for name, at, cell in zip("123", written, ["a", "b", "b"], strict=True)
    ]
    placement = place_households(roster(*rows, ("4", (120.905, 30.81), {"cell_id": "b"})), two_cells)
    assert reasons(check_roster(placement)) == [(0, "1", "shifted_point"), (1, "2", "shifted_point")]


def test_cells_with_fewer_households_than_half_of_their_buildings_are_listed(two_cells):
    """Two of five buildings in b are too few; a has only four buildings, which is too little to tell."""
    at = (120.93, 30.81)
    thin = thin_cells(place_households(roster(("1", at, {}), ("2", at, {})), two_cells))
    assert thin.to_dict("index") == {"b": {"buildings": 5, "households": 2}}
    enough = thin_cells(place_households(roster(("1", at, {}), ("2", at, {}), ("3", at, {})), two_cells))
    assert enough.empty


def test_an_empty_roster_has_nothing_odd(two_cells):
    empty = roster(("1", (120.91, 30.81), {"phone": "x"})).iloc[:0]
    found = check_roster(place_households(empty, two_cells.drop(columns="buildings")))
    assert found.columns.to_list() == ["row", "household_id", "reason", "detail"]
    assert found.empty
    assert thin_cells(place_households(empty, two_cells.drop(columns="buildings"))).empty

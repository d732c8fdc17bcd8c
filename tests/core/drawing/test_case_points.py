"""Where cases are: their coordinates, else their building, else their cell."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.core.drawing.case_points import case_points
from gridmap.core.drawing.chosen import cells_within
from gridmap.errors import CrsMismatchError
from gridmap.model.areas import hierarchy_for
from tests.core.worlds import CRS, EAST, NORTH, households, two_towns


@pytest.fixture
def placement():
    rows = [("1", 120, "枫桥新村3幢101室", 3), ("2", 140, "枫桥新村3幢102室", 2)]
    return gm.place_households(households(rows), two_towns())


def cases(*rows):
    """Cases from (id, metres east or None, cell, address)."""
    points = [None if row[1] is None else shapely.Point(EAST + row[1], NORTH + 50) for row in rows]
    columns = {"cell_id": [row[2] for row in rows], "address": [row[3] for row in rows]}
    index = pd.Index([row[0] for row in rows], dtype="str", name="case_id")
    return gpd.GeoDataFrame(columns, geometry=points, index=index, crs=CRS)


def test_a_case_is_at_its_point_its_building_or_in_its_cell(placement):
    table = cases(
        ("c1", 20, "", ""),
        ("c2", None, "", "枫桥新村3幢101室"),
        ("c3", None, "c1", ""),
        ("c4", None, "", "无此小区"),
    )
    found = case_points(table, two_towns(), households=placement)
    assert found["found"].to_dict() == {"c1": "point", "c2": "building", "c3": "cell", "c4": ""}
    assert found["cell_id"].to_list() == ["a1", "a2", "c1", ""]
    east = found.geometry.to_crs(CRS).x - EAST
    assert east.round(3).iloc[:3].to_list() == [20.0, 130.0, 450.0]
    assert found.geometry.isna().to_list() == [False, False, False, True]


def test_without_a_roster_an_address_is_nowhere():
    found = case_points(cases(("c1", None, "", "枫桥新村3幢")), two_towns())
    assert found["found"].to_list() == [""]


def test_the_ring_round_a_case(placement):
    grid = two_towns()
    found = case_points(cases(("c1", None, "", "枫桥新村3幢")), grid, households=placement)
    hierarchy = hierarchy_for(grid)
    assert list(hierarchy.cell_ids[cells_within(hierarchy, found.geometry, 40)]) == ["a1", "a2"]


def test_no_case_and_no_crs():
    assert case_points(cases(), two_towns()).empty
    bare = cases(("c1", 20, "", "")).set_crs(None, allow_override=True)
    with pytest.raises(CrsMismatchError, match="set_crs"):
        case_points(bare, two_towns())

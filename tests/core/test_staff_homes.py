"""Officials whose own household lies in a zone."""

import pandas as pd
import pytest

from gridmap.core.apply import apply_edit
from gridmap.core.edits import AddCarveOut
from gridmap.core.place import place_households
from gridmap.core.staff_homes import STAFF_HOME_COLUMNS, staff_homes
from tests.core.duty_worlds import four_cells, homes, officials, zoned


@pytest.fixture
def grid():
    return four_cells()


@pytest.fixture
def placement(grid):
    return place_households(homes(("h1", 50), ("h2", 60), ("h3", 150)), grid)


def test_officials_live_in_the_zone_of_their_house_else_of_their_cell(grid, placement):
    """Cell a is controlled but for the sealed house of h2; b is under prevention; c and d under nothing."""
    plan = zoned(grid, controlled="a", prevention="b")
    plan = apply_edit(plan, AddCarveOut(tier="sealed", addresses=("枫桥路2号",)))
    team = officials(
        ("o1", "volunteer", "", 50),
        ("o2", "volunteer", "", 60),
        ("o3", "secretary", "", 60.5),
        ("o4", "police", "", 20),
        ("o5", "police", "", 110),
        ("o6", "police", "", 250),
        ("o7", "police", "V1", None),
        ("o8", "medical", "", None),
    ).assign(home_cell=["", "", "", "", "", "", "", "b"])
    found = staff_homes(team, plan, placement)
    assert found.to_numpy().tolist() == [
        ["o3", "secretary", "S-1", "sealed"],
        ["o2", "volunteer", "S-1", "sealed"],
        ["o4", "police", "C-1", "controlled"],
        ["o1", "volunteer", "C-1", "controlled"],
        ["o8", "medical", "P-1", "prevention"],
        ["o5", "police", "P-1", "prevention"],
    ]


def test_the_home_cell_counts_before_the_point(grid, placement):
    team = officials(("o1", "police", "", 250)).assign(home_cell="d")
    found = staff_homes(team, zoned(grid, sealed="d", controlled="c"), placement)
    assert found["zone_id"].tolist() == ["S-1"]


@pytest.mark.parametrize("nobody", [None, officials(), pd.DataFrame()])
def test_without_officials_nobody_is_listed(grid, placement, nobody):
    found = staff_homes(nobody, zoned(grid, sealed="a"), placement)
    assert found.empty
    assert tuple(found.columns) == STAFF_HOME_COLUMNS


def test_without_zones_nobody_is_listed(grid, placement):
    assert staff_homes(officials(("o1", "police", "", 50)), zoned(grid), placement).empty


def test_one_official_with_two_roles_is_listed_under_both(grid, placement):
    team = officials(("o1", "police", "", 150), ("o1", "volunteer", "", 150))
    found = staff_homes(team, zoned(grid, sealed="b"), placement)
    assert found["role"].tolist() == ["police", "volunteer"]

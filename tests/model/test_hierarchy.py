import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.model.hierarchy import hierarchy_of


def rows(areas):
    return {
        area: (row.level, None if pd.isna(row.parent_id) else row.parent_id, row.is_cell)
        for area, row in areas.iterrows()
    }


def test_a_code_is_taken_apart_into_its_areas():
    areas = hierarchy_of(pd.DataFrame(index=["330421001001002003", "330421001001001001"]))
    assert rows(areas) == {
        "330421": ("county", None, False),
        "330421001": ("town", "330421", False),
        "330421001001": ("village", "330421001", False),
        "330421001001001": ("grid", "330421001001", False),
        "330421001001002": ("grid", "330421001001", False),
        "330421001001002003": ("microgrid", "330421001001002", True),
        "330421001001001001": ("microgrid", "330421001001001", True),
    }
    assert areas.index.name == "area_id"
    assert areas.at["330421", "name"] == "330421"


def test_names_of_areas_come_from_the_columns():
    grid = pd.DataFrame(
        {"name": ["甲", None], "town_name": ["惠民街道", None], "county_name": "嘉善县"},
        index=["330421001001", "330421001002"],
    )
    names = hierarchy_of(grid)["name"].to_dict()
    assert names == {
        "330421": "嘉善县",
        "330421001": "惠民街道",
        "330421001001": "甲",
        "330421001002": "330421001002",
    }


def test_parents_given_as_rows_keep_their_names_and_a_cell_is_a_leaf_at_any_level():
    """Town T holds the village V, which holds cell a; the cell b lies in the town directly."""
    grid = pd.DataFrame(
        {
            "name": ["Town", "Village", None, None],
            "level": ["town", "village", "grid", None],
            "parent_id": [None, "T", "V", "T"],
        },
        index=["T", "V", "a", "b"],
    )
    assert rows(hierarchy_of(grid)) == {
        "T": ("town", None, False),
        "V": ("village", "T", False),
        "a": ("grid", "V", True),
        "b": ("cell", "T", True),
    }


def test_what_a_row_says_of_its_parent_beats_its_code():
    grid = pd.DataFrame({"parent_id": ["W1"]}, index=["440070022002009"])
    assert rows(hierarchy_of(grid)) == {
        "W1": ("area", None, False),
        "440070022002009": ("grid", "W1", True),
    }


def test_a_parent_that_is_only_named_is_made_and_placed_by_its_own_code():
    grid = pd.DataFrame({"parent_id": ["330421001"]}, index=["甲"])
    assert rows(hierarchy_of(grid)) == {
        "330421": ("county", None, False),
        "330421001": ("town", "330421", False),
        "甲": ("cell", "330421001", True),
    }


def test_parents_may_come_from_id_columns():
    grid = pd.DataFrame(
        {"town_id": ["T1", "T1"], "village_id": ["V1", None], "town_name": "Town"}, index=["a", "b"]
    )
    areas = hierarchy_of(grid)
    assert rows(areas) == {
        "T1": ("town", None, False),
        "V1": ("village", "T1", False),
        "a": ("cell", "V1", True),
        "b": ("cell", "T1", True),
    }
    assert areas.at["T1", "name"] == "Town"


def test_parents_may_come_from_names_alone():
    grid = pd.DataFrame({"town_name": ["东镇", "西镇"], "village_name": "新村"}, index=["a", "b"])
    areas = hierarchy_of(grid)
    assert rows(areas) == {
        "东镇": ("town", None, False),
        "东镇/新村": ("village", "东镇", False),
        "西镇": ("town", None, False),
        "西镇/新村": ("village", "西镇", False),
        "a": ("cell", "东镇/新村", True),
        "b": ("cell", "西镇/新村", True),
    }
    assert areas.at["西镇/新村", "name"] == "新村"


def test_plain_ids_are_cells_without_areas():
    assert rows(hierarchy_of(pd.DataFrame(index=["a", "NA", "7"]))) == {
        "a": ("cell", None, True),
        "NA": ("cell", None, True),
        "7": ("cell", None, True),
    }


def test_an_id_that_comes_twice_counts_once():
    assert list(hierarchy_of(pd.DataFrame({"name": ["x", "y"]}, index=["a", "a"]))["name"]) == ["x"]


def test_areas_that_lie_in_each_other_lie_in_none():
    grid = pd.DataFrame({"parent_id": ["b", "c", "b", "a", "s"]}, index=["a", "b", "c", "d", "s"])
    assert rows(hierarchy_of(grid)) == {
        "a": ("area", "b", False),
        "b": ("area", None, False),
        "c": ("cell", None, True),
        "d": ("cell", "a", True),
        "s": ("cell", None, True),
    }


def test_the_lengths_of_codes_can_be_told():
    areas = hierarchy_of(pd.DataFrame(index=["33042101"]), code_lengths=(6, 2))
    assert rows(areas) == {"330421": ("county", None, False), "33042101": ("town", "330421", True)}


def test_an_empty_grid_has_no_areas():
    areas = hierarchy_of(pd.DataFrame({"parent_id": []}))
    assert list(areas.columns) == ["name", "level", "parent_id", "is_cell"]
    assert len(areas) == 0


def test_deriving_leaves_the_grid_unchanged():
    grid = pd.DataFrame({"parent_id": ["a", ""]}, index=["a", "b"])
    before = grid.copy()
    hierarchy_of(grid)
    pd.testing.assert_frame_equal(grid, before)


IDS = st.sampled_from(["a", "b", "c", "d", "e", "330421", "330421001", "330421001001", "330421001001001"])


@settings(derandomize=True, deadline=None, max_examples=80)
@given(st.lists(st.tuples(IDS, st.one_of(st.none(), st.just(""), IDS)), max_size=9))
def test_whatever_the_parents_say_every_row_is_an_area_and_every_path_ends(rows):
    grid = pd.DataFrame(
        {"parent_id": [parent for _, parent in rows]}, index=[name for name, _ in rows], dtype="str"
    )
    areas = hierarchy_of(grid)
    assert areas.index.is_unique
    assert set(grid.index) <= set(areas.index)
    parents = areas["parent_id"].dropna()
    assert set(parents) <= set(areas.index)
    assert set(areas.index[areas["is_cell"]]) == set(grid.index) - set(parents)
    for start in areas.index:
        steps, area = 0, start
        while area in parents.index:
            steps, area = steps + 1, parents[area]
            assert steps <= len(areas)

import pandas as pd
import pytest

from gridmap.errors import GridmapWarning
from gridmap.model.tables import TABLES, fold_header, hierarchy_of, is_identity_number, rename_columns

MADE_UP_ID = "11010119900307002X"  # a made-up number with a valid check digit


def frame_of(*headers):
    return pd.DataFrame([["1"] * len(headers)], columns=list(headers), dtype="str")


def test_every_table_has_its_fixed_columns_with_two_labels():
    assert {name: table.id_name for name, table in TABLES.items()} == {
        "grid": "cell_id",
        "households": "household_id",
        "officials": "official_id",
        "cases": "case_id",
        "case_places": "case_id",
        "sites": "site_id",
    }
    for table in TABLES.values():
        assert all(column.zh and column.en for column in table.columns)
        assert len({column.name for column in table.columns}) == len(table.columns)


@pytest.mark.parametrize(
    ("headers", "names"),
    [
        (("户号", "户主", "手机", "地址", "人口"), (
            "household_id", "head_name", "phone", "address", "residents")),
        (("编号", "姓名", "联系电话", "家庭住址", "常住人口（人）"), (
            "household_id", "head_name", "phone", "address", "residents")),
        (("Household ID", "Head_Name", "PHONE", "经度", "纬度"), (
            "household_id", "head_name", "phone", "lon", "lat")),
        (("household_id", "网格代码", "特殊需求", "楼栋", "x", "y"), (
            "household_id", "cell_id", "needs", "building", "x", "y")),
    ],
)  # fmt: skip
def test_headers_of_households_are_understood(headers, names):
    frame, _ = rename_columns(frame_of(*headers), "households")
    assert tuple(frame.columns) == names


def test_the_mapping_tells_what_was_renamed():
    _, mapping = rename_columns(frame_of("户号", "address", "备注"), "households")
    assert mapping == {"户号": "household_id"}


def test_of_two_headers_for_one_column_the_surer_is_taken_and_the_other_kept():
    frame, _ = rename_columns(frame_of("序号", "户号", "户籍地址", "现住址"), "households")
    assert list(frame.columns) == ["序号", "household_id", "户籍地址", "address"]


def test_a_fixed_name_is_never_overruled():
    frame, mapping = rename_columns(frame_of("户主姓名", "head_name", "household_id"), "households")
    assert list(frame.columns) == ["户主姓名", "head_name", "household_id"]
    assert mapping == {}


def test_a_grid_header_for_names_goes_to_the_cell_before_the_grid_above_it():
    frame, _ = rename_columns(frame_of("编码", "网格名称", "街道", "社区"), "grid")
    assert list(frame.columns) == ["cell_id", "name", "town_name", "village_name"]
    frame, _ = rename_columns(frame_of("编码", "微网格名称", "网格名称"), "grid")
    assert list(frame.columns) == ["cell_id", "name", "grid_name"]


def test_renaming_leaves_its_input_unchanged_and_keeps_the_rows_of_an_empty_table():
    frame = frame_of("户号", "地址")
    rename_columns(frame, "households")
    assert list(frame.columns) == ["户号", "地址"]
    assert list(rename_columns(frame.iloc[:0], "households")[0].columns) == ["household_id", "address"]


@pytest.mark.parametrize(
    "header", ["身份证", "身份证号", "户主身份证号码", "公民身份号码", "证件号码", "id_card", "ID Card"]
)
def test_an_identity_column_is_left_out_and_said(header):
    with pytest.warns(GridmapWarning, match="identity-card numbers are not read"):
        frame, _ = rename_columns(frame_of("户号", header), "households")
    assert list(frame.columns) == ["household_id"]


def test_identity_numbers_are_left_out_under_any_header():
    frame = pd.DataFrame({"户号": ["1", "2", "3"], "备注": [MADE_UP_ID, None, " " + MADE_UP_ID.lower()]})
    with pytest.warns(GridmapWarning, match="column 备注"):
        renamed, _ = rename_columns(frame, "households")
    assert list(renamed.columns) == ["household_id"]


def test_cell_codes_of_18_digits_are_no_identity_numbers():
    codes = pd.DataFrame({"cell_id": ["330421001001001001", "330421198001001001", "330421001001001003"]})
    assert list(rename_columns(codes, "grid")[0].columns) == ["cell_id"]


def test_an_identity_number_needs_its_check_digit():
    numbers = pd.Series([MADE_UP_ID, "110101199003070021", "110101199013070021", "x", None], dtype="str")
    assert is_identity_number(numbers).tolist() == [True, False, False, False, False]


def test_headers_are_folded_alike():
    assert fold_header(" Head_Name ") == fold_header("headname")
    assert fold_header("常住人口（人）") == "常住人口"


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

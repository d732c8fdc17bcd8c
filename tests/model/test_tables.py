import pandas as pd
import pytest

from gridmap.errors import GridmapWarning
from gridmap.model.tables import TABLES, fold_header, is_identity_number, rename_columns
from tests.warned import warned

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
        "boundaries": "boundary_id",
        "pins": "official_id",
        "followups": "household_id",
        "duties_in_force": "official_id",
        "duties_before": "official_id",
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
    with warned(GridmapWarning, match="identity-card numbers are not read"):
        frame, _ = rename_columns(frame_of("户号", header), "households")
    assert list(frame.columns) == ["household_id"]


def test_identity_numbers_are_left_out_under_any_header():
    frame = pd.DataFrame({"户号": ["1", "2", "3"], "备注": [MADE_UP_ID, None, " " + MADE_UP_ID.lower()]})
    with warned(GridmapWarning, match="column 备注"):
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

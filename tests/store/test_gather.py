"""Tables as towns send them: workbooks of many sheets, folders, totals, one row for each person."""

import csv
import tempfile
import warnings
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.errors import GridmapWarning, TableError
from gridmap.model.persons import address_id
from gridmap.store.layers import write_layer
from gridmap.store.readers import read_grid, read_households
from tests.warned import warned

DATA = Path(__file__).parents[1] / "data"
HEADER = ["户号", "住址", "常住人口"]


def workbook(path, **sheets):
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for at, row in enumerate(rows):
                page.write_row(at, 0, row)
    return path


def table(path, *rows):
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def quietly(read, *args, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GridmapWarning)
        return read(*args, **options)


def kinds(frame):
    return [(fault.kind, fault.where) for fault in frame.attrs["findings"]]


# sheets and folders


def test_all_sheets_are_joined_and_one_that_is_no_table_is_named(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx",
        一村=[HEADER, ["1", "甲路1号", 2]],
        二村=[["二村住户名册"], HEADER, ["2", "乙路1号", "x"]],
        说明=[["填表说明"], ["一", "人口为常住人口"], ["二", "户号不重复"]],
    )
    with warned(GridmapWarning, match=r"\[说明\]: no table of households; its 3 rows were not read"):
        frame = read_households(path)
    assert frame.index.to_list() == ["1", "2"]
    assert frame["source_row"].to_list() == ["[一村] 2", "[二村] 3"]
    assert kinds(frame) == [("skipped_sheet", "[说明]"), ("bad_number", "[二村] row 3")]


def test_a_folder_of_nine_town_workbooks_is_one_roster(tmp_path):
    for town in range(9):
        rows = [[f"{town}-{at}", f"甲路{at}号", 1] for at in range(3)]
        workbook(
            tmp_path / f"town{town}.xlsx", 名册=[HEADER if town % 2 else ["户编号", "地址", "人数"], *rows]
        )
    (tmp_path / "~$town1.xlsx").write_bytes(b"a lock of Excel")
    (tmp_path / "readme.docx").write_bytes(b"")
    frame = quietly(read_households, tmp_path)
    assert len(frame) == 27
    assert frame.at["8-2", "source_row"] == "town8.xlsx 4"
    assert kinds(frame) == [("skipped_file", "readme.docx")]
    assert frame.attrs["mapping"]["household_id"] == ["户编号", "户号"]
    same = quietly(read_households, sorted(tmp_path.glob("town*.xlsx")))
    assert same.index.to_list() == frame.index.to_list()


def test_a_household_in_two_files_is_a_finding_with_both_rows(tmp_path):
    table(tmp_path / "a.csv", HEADER, ["1", "a", 1], ["2", "b", 1])
    table(tmp_path / "b.csv", HEADER, ["3", "c", 1], ["1", "a", 1])
    frame = quietly(read_households, tmp_path)
    assert frame.index.to_list() == ["1", "2", "3", "1"]
    assert kinds(frame)[0] == ("in_several_files", "a.csv row 2; b.csv row 3")


def test_what_is_wrong_with_any_file_of_a_folder_is_told_at_once(tmp_path):
    table(tmp_path / "a.csv", HEADER, ["1", "a", 1])
    (tmp_path / "b.xlsx").write_bytes(b"no workbook")
    (tmp_path / "c.csv").write_bytes(b"")
    with pytest.raises(TableError, match=r"2 faults in 3 files\n  b\.xlsx: .*\n  c\.csv: "):
        read_households(tmp_path)


def test_files_of_one_name_are_told_apart(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        table(tmp_path / folder / "r.csv", HEADER, ["1", "x", "bad"])
    paths = [tmp_path / "a" / "r.csv", tmp_path / "b" / "r.csv", tmp_path / "b" / "r.csv"]
    frame = quietly(read_households, paths)
    assert frame["source_row"].to_list() == ["a/r.csv 2", "b/r.csv 2", "b/r.csv (2) 2"]
    assert kinds(frame)[0] == ("in_several_files", "a/r.csv row 2; b/r.csv row 2; b/r.csv (2) row 2")


def test_an_empty_folder_and_an_empty_list_are_told(tmp_path):
    with pytest.raises(TableError, match="no table and no layer is in this folder"):
        read_households(tmp_path)
    with pytest.raises(TableError, match="no file was given"):
        read_households([])


def test_an_old_workbook_with_merged_cells_and_two_sheets_is_read():
    frame = quietly(read_households, DATA / "roster.xls")
    assert frame["residents"].to_dict() == {"001": 2.0, "002": 1.0}
    assert frame.at["001", "head_name"] == "甲某"
    assert frame.at["001", "source_row"] == "[一村] 3"
    assert kinds(frame) == [("totals_row", "[一村] row 5"), ("no_head", "[二村] row 2")]


# rows that are no record


def test_totals_and_repeated_headers_are_named_and_not_counted(tmp_path):
    rows = [["1", "甲路1号", 2], ["本页小计", "", 2], HEADER, ["2", "乙路1号", 3], ["", "合 计：", 5]]
    with warned(GridmapWarning, match=r"rows 3, 6: a row of totals; it is no record"):
        frame = read_households(table(tmp_path / "a.csv", HEADER, *rows))
    assert frame.index.to_list() == ["1", "2"]
    assert kinds(frame) == [("repeated_header", "row 4"), ("totals_row", "rows 3, 6")]
    (counts,) = frame.attrs["reading"]
    assert counts == {"place": "", "rows": 5, "totals": 2, "headers": 1, "blank": 0, "records": 2}


def test_a_household_stays_whatever_word_stands_in_its_remarks(tmp_path):
    header = [*HEADER, "备注"]
    path = table(tmp_path / "a.csv", header, ["1", "合计路1号", 2, "合计"], ["", "甲路2号", 1, "小计"])
    frame = quietly(read_households, path)
    assert frame["备注"].to_list() == ["合计", "小计"]


# persons

PERSONS = ["户号", "姓名", "与户主关系", "住址", "电话", "特殊需求"]


def test_persons_are_grouped_by_household_number_and_the_head_speaks_for_it(tmp_path):
    path = table(
        tmp_path / "a.csv",
        PERSONS,
        ["7", "乙某", "配偶", "甲路1号", "2", "透析"],
        ["7", "甲某", "户主", "", "1", "独居"],
        ["8", "丙某", "本人", "甲路2号", "", ""],
        ["7", "丁某", "之子", "甲路1号", "3", "透析"],
    )
    with warned(GridmapWarning, match="4 persons were grouped to 2 households by household_id"):
        frame = read_households(path)
    assert frame.index.to_list() == ["7", "8"]
    assert frame["residents"].to_list() == [3.0, 1.0]
    assert frame.loc["7", ["head_name", "address", "phone", "needs"]].to_list() == [
        "甲某",
        "甲路1号",
        "1",
        "独居、透析",
    ]
    assert "relation" not in frame.columns
    assert frame.attrs["findings"] == ()


def test_persons_without_a_number_are_grouped_by_address(tmp_path):
    rows = [
        ["1", "甲", "户主", "甲路 1 号"],
        ["2", "乙", "妻", "甲路１号"],
        ["3", "丙", "户主", "甲路2号"],
        ["4", "丁", "户主", ""],
    ]
    path = table(tmp_path / "a.csv", ["序号", "姓名", "与户主关系", "住址"], *rows)
    with warned(GridmapWarning) as said:
        frame = read_households(path)
    assert "4 persons were grouped to 3 households by address" in " ".join(str(each.message) for each in said)
    assert frame.index.to_list() == [address_id("甲路1号"), address_id("甲路2号"), ""]
    assert frame["residents"].to_list() == [2.0, 1.0, 1.0]
    assert kinds(frame) == [("person_without_household", "row 5"), ("missing_id", "row 5")]


def test_persons_whose_household_has_no_head_or_several_or_another_count_are_listed(tmp_path):
    path = table(
        tmp_path / "a.csv",
        ["户号", "姓名", "与户主关系", "人数"],
        *(["1", "甲", "妻", 2], ["1", "乙", "子", 2], ["2", "丙", "户主", 3], ["2", "丁", "户主", 3]),
    )
    frame = quietly(read_households, path)
    assert frame["residents"].to_list() == [2.0, 2.0]
    assert kinds(frame) == [("no_head", "row 2"), ("several_heads", "row 4"), ("residents_disagree", "row 4")]


def test_a_household_of_persons_takes_the_place_of_one_who_has_a_whole_one(tmp_path):
    path = table(
        tmp_path / "a.csv",
        ["户号", "姓名", "与户主关系", "lon", "lat"],
        *(["1", "甲", "户主", "120", ""], ["1", "乙", "妻", "121", "31"], ["2", "丙", "户主", "", ""]),
    )
    frame = quietly(read_households, path, crs=4326)
    assert frame.geometry["1"].coords[0] == (121, 31)
    assert frame.geometry["2"] is None


def test_persons_of_a_layer_are_grouped_with_their_points(tmp_path):
    people = {"户号": ["1", "1", "2"], "与户主关系": ["户主", "妻", "户主"]}
    points = [None, shapely.Point(121, 31), shapely.Point(122, 31)]
    write_layer(gpd.GeoDataFrame(people, geometry=points, crs=4326), tmp_path / "a.gpkg")
    frame = quietly(read_households, tmp_path / "a.gpkg")
    assert frame["residents"].to_dict() == {"1": 2.0, "2": 1.0}
    assert [point.x for point in frame.geometry] == [121, 122]


def test_a_person_without_a_number_joins_the_household_of_the_address(tmp_path):
    rows = [["1", "甲", "户主", "甲路1号"], ["", "乙", "妻", "甲路 1号"], ["2", "丙", "户主", "甲路2号"]]
    frame = quietly(read_households, table(tmp_path / "a.csv", PERSONS[:4], *rows))
    assert frame["residents"].to_dict() == {"1": 2.0, "2": 1.0}
    assert kinds(frame) == [("joined_by_address", "row 3")]


def test_persons_without_any_column_to_group_them_by_are_refused(tmp_path):
    path = table(tmp_path / "a.csv", ["姓名", "与户主关系"], ["甲", "户主"], ["乙", "妻"])
    with pytest.raises(TableError, match="no column household_id"):
        read_households(path)


def test_a_roster_of_heads_is_one_of_households(tmp_path):
    path = table(tmp_path / "a.csv", ["户号", "与户主关系", "人数"], ["1", "户主", 4], ["2", "户主", 2])
    assert read_households(path)["residents"].to_list() == [4.0, 2.0]


def test_the_same_number_on_two_sheets_is_two_households_and_listed(tmp_path):
    rows = [["户号", "姓名", "与户主关系"], ["1", "甲", "户主"], ["1", "乙", "妻"]]
    frame = quietly(read_households, workbook(tmp_path / "a.xlsx", 一村=rows, 二村=rows))
    assert frame["residents"].to_list() == [2.0, 2.0]
    assert kinds(frame)[0] == ("in_several_files", "[一村] row 2; [二村] row 2")


WORDS = st.sampled_from(["", "1", "2", "户主", "本人", "妻", "合计", "小计", "甲路1号", "户号", "3", " "])


@settings(derandomize=True, deadline=None, max_examples=30)
@given(st.lists(st.lists(WORDS, min_size=5, max_size=5), max_size=9))
def test_every_row_is_a_person_of_one_household_or_a_named_row_that_is_none(rows):
    with tempfile.TemporaryDirectory() as folder:
        path = table(Path(folder) / "a.csv", ["户号", "姓名", "与户主关系", "住址", "备注"], *rows)
        frame = quietly(read_households, path)
    (counts,) = frame.attrs["reading"]
    assert counts["rows"] == len(rows)
    kept = counts["rows"] - counts["totals"] - counts["headers"] - counts["blank"]
    assert counts["records"] == len(frame)
    if "persons" in counts:
        assert counts["persons"] == kept == frame["residents"].sum()
    else:
        assert len(frame) == kept
    named = {kind for kind, _ in kinds(frame)}
    assert ("totals_row" in named, "repeated_header" in named) == (
        counts["totals"] > 0,
        counts["headers"] > 0,
    )


# mapping


def test_a_mapping_is_followed_to_the_letter(tmp_path):
    path = table(tmp_path / "a.csv", ["编码", "甲", "电话"], ["1", "9", "123"])
    frame = read_households(path, mapping={"household_id": "甲", "address": "编码"})
    assert frame.index.to_list() == ["9"]
    assert frame["address"].to_list() == ["1"]
    assert pd.isna(frame["phone"].iloc[0])
    assert frame["电话"].to_list() == ["123"]


def test_a_mapping_file_is_written_and_read_again(tmp_path):
    from gridmap.store.mapping import read_mapping, write_mapping

    frame = read_households(table(tmp_path / "a.csv", ["户号", '住"址', "电话"], ["1", "a", "2"]))
    write_mapping(tmp_path / "m.toml", {"households": frame.attrs["mapping"]})
    assert read_mapping(tmp_path / "m.toml") == {
        "households": {"household_id": ("户号",), "phone": ("电话",), "address": ('住"址',)}
    }
    again = read_households(tmp_path / "a.csv", mapping=tmp_path / "m.toml")
    assert again.equals(frame)


def test_a_column_of_the_mapping_that_is_missing_is_told_with_what_there_is(tmp_path):
    path = table(tmp_path / "a.csv", HEADER, ["1", "a", 1])
    with pytest.raises(
        TableError, match="no column 门牌, which the mapping takes as address; columns found: 户号"
    ):
        read_households(path, mapping={"household_id": "户号", "address": "门牌"})


def test_a_mapping_file_that_names_what_there_is_not_tells_all_of_it(tmp_path):
    (tmp_path / "m.toml").write_text('sites = "x"\n[streets]\na = "b"\n[households]\nhouse = "c"\n')
    with pytest.raises(
        TableError, match=r"3 faults in m\.toml\n  \[streets\]: no such table.*\n  sites: .*\n  "
    ):
        read_households(table(tmp_path / "a.csv", HEADER), mapping=tmp_path / "m.toml")


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"房号": "户号"}, r"\[households\] 房号: no such column; there are household_id"),
        ({"household_id": 3}, "no header, and no list of headers"),
        ("none.toml", "the mapping cannot be read"),
    ],
)
def test_a_mapping_that_is_none_is_told(tmp_path, mapping, said):
    with pytest.raises(TableError, match=said):
        read_households(table(tmp_path / "a.csv", HEADER), mapping=mapping)


def test_the_grids_of_several_towns_are_one_grid(tmp_path):
    for town in ("a", "b"):
        shape = '{"type":"Polygon","coordinates":[[[120,30],[121,30],[121,31],[120,30]]]}'
        text = f'[{{"type":"Feature","properties":{{"编码":"{town}"}},"geometry":{shape}}}]'
        (tmp_path / f"{town}.json").write_text(text, encoding="utf-8")
    grid = read_grid(tmp_path)
    assert grid.index.to_list() == ["a", "b"]
    assert grid.geometry.notna().all()
    assert grid.crs.to_epsg() == 4326


def test_the_mapping_of_a_layer_is_used_again(tmp_path):
    shape = '{"type":"Polygon","coordinates":[[[120,30],[121,30],[121,31],[120,30]]]}'
    text = f'[{{"type":"Feature","properties":{{"编码":"a"}},"geometry":{shape}}}]'
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    grid = read_grid(tmp_path / "a.json")
    assert grid.attrs["mapping"] == {"cell_id": ["编码"]}
    assert read_grid(tmp_path / "a.json", mapping=grid.attrs["mapping"]).index.to_list() == ["a"]

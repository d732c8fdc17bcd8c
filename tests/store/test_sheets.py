import datetime as dt
import warnings

import pandas as pd
import pytest
import xlsxwriter

from gridmap.errors import GridmapWarning, TableError
from gridmap.store.sheets import as_text, read_sheet, read_sheets, some_rows
from tests.warned import warned

TEXT = "户号,地址,电话\n007,枫桥新村3幢,013800138000\nNA,,12\n"


def written(path, data):
    path.write_bytes(data)
    return path


def test_every_value_is_the_text_that_stands_there(tmp_path):
    frame = read_sheet(written(tmp_path / "a.csv", TEXT.encode()))
    assert frame.loc[2].to_list() == ["007", "枫桥新村3幢", "013800138000"]
    assert frame.at[3, "户号"] == "NA"
    assert pd.isna(frame.at[3, "地址"])
    assert set(frame.dtypes) == {pd.Series(dtype="str").dtype}


def test_utf8_with_a_mark_is_read_without_a_word(tmp_path):
    frame = read_sheet(written(tmp_path / "a.csv", TEXT.encode("utf-8-sig")))
    assert list(frame.columns) == ["户号", "地址", "电话"]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("gb18030", "GB18030"), ("gbk", "GB18030"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16-LE")],
)
def test_another_encoding_is_read_and_said_with_a_sample(tmp_path, encoding, said):
    with warned(GridmapWarning, match=f"read as {said}: '户号"):
        frame = read_sheet(written(tmp_path / "a.csv", TEXT.encode(encoding)))
    assert frame.at[2, "地址"] == "枫桥新村3幢"


def test_bytes_that_are_no_text_are_told(tmp_path):
    with pytest.raises(TableError, match=r"1 fault in a\.csv\n.*neither UTF-8 nor GB18030"):
        read_sheet(written(tmp_path / "a.csv", b"id,name\n1,\xff\xff\xff\n"))


def test_a_sample_shows_no_name_of_a_person(tmp_path):
    data = "id,name,address\n1,王小明、李大年,枫桥新村社区甲\n".encode("gbk")
    with warned(GridmapWarning, match="read as GB18030: '枫桥新村社区甲'"):
        read_sheet(written(tmp_path / "a.csv", data))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_damaged_letter_does_not_lose_the_file(tmp_path, encoding):
    data = ("户号,地址\n" + "1,枫桥新村三幢二单元\n" * 20).encode(encoding) + b"2,\xff\n3,a\n"
    with warned(GridmapWarning, match="holds 1 letters that are damaged"):
        frame = read_sheet(written(tmp_path / "a.csv", data))
    assert frame["地址"].to_list() == ["枫桥新村三幢二单元"] * 20 + ["\N{REPLACEMENT CHARACTER}", "a"]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_delimiter_is_found(tmp_path, mark):
    text = TEXT.replace(",", mark)
    assert list(read_sheet(written(tmp_path / "a.csv", text.encode())).columns) == ["户号", "地址", "电话"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_understood(tmp_path, end):
    frame = read_sheet(written(tmp_path / "a.csv", TEXT.replace("\n", end).encode()))
    assert frame["户号"].to_list() == ["007", "NA"]


def test_row_numbers_are_those_of_the_file_and_empty_rows_are_left_out(tmp_path):
    frame = read_sheet(written(tmp_path / "a.csv", b"id,name\n1,a\n\n,\n2,b\n"))
    assert frame.index.to_list() == [2, 5]


def test_a_row_that_is_too_short_is_filled_and_one_too_long_keeps_its_values_and_is_listed(tmp_path):
    frame = read_sheet(written(tmp_path / "a.csv", b"id,name\n1\n2,b,c\n3,d\n"))
    assert frame["id"].to_list() == ["1", "2", "3"]
    assert frame.loc[3].to_list() == ["2", "b", "c"]
    (finding,) = frame.attrs["findings"]
    assert (finding.kind, finding.where) == ("ragged_row", "row 3")


def test_a_comma_and_a_line_end_in_quotes_stay_in_their_value(tmp_path):
    frame = read_sheet(written(tmp_path / "a.csv", b'id,name\n1,"a, ""b""\nc"\n2,d\n'))
    assert frame["name"].to_list() == ['a, "b"\nc', "d"]


def test_a_quote_that_is_never_closed_swallows_no_rows_but_is_told(tmp_path):
    with pytest.raises(TableError, match="a quotation mark is not closed"):
        read_sheet(written(tmp_path / "a.csv", b'id,name\n1,"a\n2,b\n3,c\n'))


def test_the_quote_that_our_export_puts_before_formulas_is_taken_off(tmp_path):
    frame = read_sheet(written(tmp_path / "a.csv", "id,name\n1,'=1+1\n2,'plain\n3,'＝x\n4,=2\n".encode()))
    assert frame["name"].to_list() == ["=1+1", "'plain", "＝x", "=2"]


def test_a_title_above_the_header_is_skipped(tmp_path):
    frame = read_sheet(written(tmp_path / "a.csv", "惠民街道住户名册,,\n户号,地址,电话\n1,a,2\n".encode()))
    assert frame.index.to_list() == [3]
    assert list(frame.columns) == ["户号", "地址", "电话"]


def test_headers_that_come_twice_or_are_empty_get_names(tmp_path):
    frame = read_sheet(written(tmp_path / "a.csv", b"id,name,name,\n1,a,b,c\n"))
    assert list(frame.columns) == ["id", "name", "name.1", "column 4"]


@pytest.mark.parametrize("data", [b"", b"\n\n", b",,\n"])
def test_an_empty_file_is_told(tmp_path, data):
    with pytest.raises(TableError, match="it is empty"):
        read_sheet(written(tmp_path / "a.csv", data))


def test_a_header_without_rows_is_an_empty_table(tmp_path):
    frame = read_sheet(written(tmp_path / "a.csv", b"id,name\n"))
    assert list(frame.columns) == ["id", "name"]
    assert len(frame) == 0


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(TableError, match="there is no such file"):
        read_sheet(tmp_path / "no.csv")


@pytest.fixture
def workbook(tmp_path):
    """An empty first sheet; a second with a title, a header and two rows of mixed types."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("空")
        sheet = book.add_worksheet("住户")
        sheet.write(0, 0, "住户名册")
        sheet.write_row(1, 0, ["户号", "电话", "人口", "lon", "日期"])
        sheet.write_row(2, 0, ["007", "013800138000", 3, 120.9])
        sheet.write_datetime(2, 4, dt.datetime(2022, 3, 5), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_row(3, 0, ["NA", 13800138000, 2.5, "", ""])
    return path


def test_a_workbook_is_read_as_text(workbook):
    frame = read_sheet(workbook)
    assert frame.loc[3].to_list() == ["007", "013800138000", "3", "120.9", "2022-03-05"]
    assert frame.loc[4].to_list()[:3] == ["NA", "13800138000", "2.5"]
    assert frame.loc[4].isna().to_list() == [False, False, False, True, True]


def test_a_number_that_lost_digits_in_excel_is_listed(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "name"])
        sheet.write_row(1, 0, [330421001001001001, "a"])
    (finding,) = read_sheet(tmp_path / "a.xlsx").attrs["findings"]
    assert (finding.kind, finding.where) == ("digits_lost", "row 2")


def test_a_file_that_only_claims_to_be_a_workbook_is_told(tmp_path):
    with pytest.raises(TableError, match="it is no workbook"):
        read_sheet(written(tmp_path / "a.xlsx", b"id,name\n1,2\n"))


def test_a_parquet_table_is_read_as_text(tmp_path):
    pd.DataFrame({"id": ["007", None], "n": [1, 2], "f": [1.0, 2.5]}).to_parquet(tmp_path / "a.parquet")
    frame = read_sheet(tmp_path / "a.parquet")
    assert frame.loc[1].to_list() == ["007", "1", "1"]
    assert frame.at[2, "f"] == "2.5"
    assert pd.isna(frame.at[2, "id"])


def test_an_index_without_a_name_is_kept_as_the_id(tmp_path):
    pd.DataFrame({"n": [1]}, index=["007"]).to_parquet(tmp_path / "a.parquet")
    assert read_sheet(tmp_path / "a.parquet")["id"].to_list() == ["007"]


def test_columns_of_any_type_become_text():
    assert as_text(pd.Series([330421001001001.0, None]))[0] == "330421001001001"
    assert as_text(pd.Series(pd.to_datetime(["2022-03-05", None]))).to_list()[0] == "2022-03-05"
    assert as_text(pd.Series([dt.date(2022, 3, 5), None], dtype=object))[0] == "2022-03-05"
    assert as_text(pd.Series([1, None], dtype="Int64"))[0] == "1"
    assert as_text(pd.Series([], dtype=float)).dtype == "str"


def test_a_large_table_is_read_row_by_row_the_same(tmp_path):
    rows = [f"{at:06d},路{at}号,NA" for at in range(5000)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frame = read_sheet(written(tmp_path / "a.csv", "\n".join(["id,address,needs", *rows]).encode()))
    assert frame["id"].to_list() == [f"{at:06d}" for at in range(5000)]
    assert frame.index[-1] == 5001


HEADERS = frozenset({"户号", "地址", "电话"})


def test_the_header_is_the_row_that_names_the_most_known_columns(tmp_path):
    lines = "惠民街道,住户名册,2022年3月\n填表人,甲,\n户号,地址,电话\n1,户号,2\n"
    frame = read_sheet(written(tmp_path / "a.csv", lines.encode()), headers=HEADERS)
    assert list(frame.columns) == ["户号", "地址", "电话"]
    assert frame.index.to_list() == [4]


def test_merged_cells_count_for_every_row_they_span_and_sheets_are_read_apart(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        page = book.add_worksheet("一村")
        page.merge_range(0, 0, 0, 2, "住户名册")
        page.merge_range(1, 0, 2, 0, "户号")
        page.merge_range(1, 1, 1, 2, "位置")
        page.write_row(2, 1, ["地址", "电话"])
        page.merge_range(3, 0, 4, 0, "007")
        page.write_row(3, 1, ["甲路1号", "1"])
        page.write_row(4, 1, ["甲路2号", "2"])
        book.add_worksheet("空")
        book.add_worksheet("说明").write(0, 0, "见上")
    sheets = read_sheets(tmp_path / "a.xlsx", headers=HEADERS)
    assert list(sheets) == ["一村", "说明"]
    assert sheets["一村"].index.to_list() == [4, 5]
    assert sheets["一村"]["户号"].to_list() == ["007", "007"]
    assert sheets["一村"]["地址"].to_list() == ["甲路1号", "甲路2号"]


def test_rows_of_several_files_are_named_file_by_file():
    assert some_rows([3]) == "row 3"
    assert some_rows(["a [甲] 3", "b [甲] 3", "a [甲] 7"]) == "a [甲] rows 3, 7; b [甲] row 3"
    assert some_rows(list(range(12))) == "rows 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more"

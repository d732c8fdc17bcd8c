import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.core.building_ranges import building_word, buildings_of, number_ranges
from gridmap.model.address import parse_target


def test_buildings_are_written_in_ranges_and_in_natural_order():
    numbers = [str(number) for number in (*range(16, 42), *range(1, 15))]
    assert buildings_of("枫南新村", numbers, lang="zh").text == "枫南新村1-14幢、16-41幢"
    assert buildings_of("枫南新村", numbers, lang="en").text == "枫南新村 buildings 1-14, 16-41"


def test_the_word_for_a_building_is_the_one_people_write_there():
    assert building_word(["枫南新村", "北汇浜12号"]) == "号"
    assert building_word(["幸福苑3号楼501室"]) == "号楼"
    assert building_word(["枫南新村"]) == "幢"
    assert buildings_of("北汇浜", ["12", "13"], lang="zh", unit="号").text == "北汇浜12-13号"


def test_a_whole_compound_has_no_numbers_and_its_area_before_it():
    found = buildings_of("枫南新村", [], lang="zh", scope="330421002", place="惠民街道")
    assert (found.text, found.ranges, found.scope) == ("惠民街道枫南新村", (), "330421002")
    assert buildings_of("枫南新村", [], lang="en", place="惠民街道").text == "惠民街道 枫南新村"


@pytest.mark.parametrize("odd", ["12A", "Ⅳ", "٣", ""])
def test_a_number_that_is_none_stands_behind_the_others(odd):
    ranges, others = number_ranges(["2", odd, "1"])
    assert (ranges, others) == (((1, 2),), (odd,))


@given(st.sets(st.integers(1, 500), min_size=1))
def test_what_is_written_is_read_back_as_the_same_buildings(numbers):
    wanted = {str(number) for number in numbers}
    assert parse_target(buildings_of("枫南新村", wanted, lang="zh").text).buildings == wanted

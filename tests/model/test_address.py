"""Addresses come apart as people write them."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.errors import PlanError
from gridmap.model.address import (
    Target,
    _AreaNames,
    _split,
    matches,
    parse_target,
    plain_texts,
    split_addresses,
)


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("枫桥新村3幢2单元501室", ["枫桥新村", "3", "2", "501"]),
        ("枫桥新村 3 栋 501室", ["枫桥新村", "3", "", "501"]),
        ("枫桥新村3号楼501", ["枫桥新村", "3", "", "501"]),
        ("枫桥新村１２幢１０１室", ["枫桥新村", "12", "", "101"]),
        ("北汇浜12号", ["北汇浜", "12", "", ""]),
        ("人民路120号3幢201室", ["人民路120号", "3", "", "201"]),
        ("12 Hope Street, Apt 3", ["Hope Street", "12", "", "3"]),
        ("枫桥新村", ["枫桥新村", "", "", ""]),
        ("", ["", "", "", ""]),
        (None, ["", "", "", ""]),
    ],
)
def test_an_address_comes_apart(address, parts):
    frame = split_addresses(pd.Series([address], dtype="str"))
    assert list(frame.columns) == ["compound", "building", "unit", "room"]
    assert frame.iloc[0].to_list() == parts


def test_names_of_areas_are_taken_off_the_front_but_never_all_of_it():
    addresses = pd.Series(["示例县东镇枫桥新村3幢", "枫桥新村3幢", "枫桥村12号"])
    names = ["示例县", "东镇", "枫桥村"]
    assert split_addresses(addresses, area_names=names)["compound"].to_list() == [
        "枫桥新村",
        "枫桥新村",
        "枫桥村",
    ]


def test_the_building_column_helps_out_where_the_address_names_none():
    parts = split_addresses(pd.Series(["枫桥新村", "枫桥新村4幢"]), pd.Series(["3幢", "9幢"]))
    assert parts["building"].to_list() == ["3", "4"]


def test_ranges_of_buildings_are_read():
    target = parse_target("枫南新村1-14幢、16-41幢")
    assert target.compound == "枫南新村"
    assert target.buildings == {str(number) for number in range(1, 42)} - {"15"}
    assert parse_target("枫南新村15幢").buildings == {"15"}
    assert parse_target("枫南新村").buildings == frozenset()
    assert parse_target("北汇浜12号").buildings == {"12"}


@pytest.mark.parametrize("text", ["", "3幢", "枫南新村14-1幢", "枫南新村1-99999幢"])
def test_a_target_that_names_nothing_is_refused(text):
    with pytest.raises(PlanError, match=r"compound|range"):
        parse_target(text)


def test_a_target_matches_its_buildings_only():
    parts = split_addresses(pd.Series(["枫南新村3幢1单元", "枫南新村13幢", "枫南新村3幢2单元", "别处3幢"]))
    assert matches(parts, parse_target("枫南新村3幢")).to_list() == [True, False, True, False]
    assert matches(parts, parse_target("枫南新村3幢2单元")).to_list() == [False, False, True, False]
    assert matches(parts, parse_target("枫南新村")).to_list() == [True, True, True, False]


PIECES = st.sampled_from(
    [
        *"甲乙新村县镇号楼幢栋座单元室#-,. \t\n\u2003\u0663\u1680\x1f\x85",
        *"0123",
        *"aB",
        "１２",
        "单元",
        "Apt",
        "号楼",
    ]
)


@settings(max_examples=400)
@given(st.lists(st.lists(PIECES, max_size=9).map("".join), max_size=6))
def test_many_addresses_come_apart_as_each_of_them_does(texts):
    """Also with blanks, digits and controls that the two kinds of patterns know in different ways."""
    names = ["甲县", "乙镇", "甲"]
    column = pd.Series(texts, dtype="str", index=range(5, 5 + len(texts)))
    parts = split_addresses(column, area_names=names)
    expected = [_split(text, _AreaNames.of(names)) for text in plain_texts(column)]
    assert [tuple(row) for row in parts.to_numpy()] == expected
    assert parts.index.equals(column.index)
    assert (parts.dtypes == column.dtype).all()


def test_houses_are_told_in_ranges_as_buildings_are():
    """Before, the first number of a range was taken for a part of the name."""
    assert parse_target("北汇浜26-28号") == Target("北汇浜", frozenset({"26", "27", "28"}))
    assert parse_target("北汇浜1号、3号") == Target("北汇浜", frozenset({"1", "3"}))
    assert parse_target("人民路12号3幢") == Target("人民路12号", frozenset({"3"}))
    assert parse_target("北汇浜12号101室") == Target("北汇浜", frozenset({"12"}))

"""Duties set by hand are read as people send them."""

import pytest

import gridmap as gm
from tests.warned import warned


def written(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_pins_are_read_with_chinese_headers_and_words(tmp_path):
    text = (
        "责任人编号,姓名,职责,对象类别,对象编号\n007,某甲,网格长,网格,0301\n"
        + "007,某甲,党员联户,户,h1\n" * 2
    )
    pins = gm.read_pins(written(tmp_path / "pins.csv", text))
    assert pins.to_dict("records") == [
        {"official_id": "007", "role": "grid_head", "target_kind": "area", "target": "0301"},
        {"official_id": "007", "role": "linked_member", "target_kind": "household", "target": "h1"},
    ]
    assert pins.attrs["findings"] == ()


def test_the_own_names_of_the_columns_are_read_too(tmp_path):
    text = "official_id,role,target_kind,target\np1,secretary,area,v1\np1,lead_official,zone,S-1\n"
    pins = gm.read_pins(written(tmp_path / "pins.csv", text))
    assert pins["target_kind"].tolist() == ["area", "zone"]


def test_what_says_nothing_or_something_unknown_is_kept_and_listed(tmp_path):
    text = "official_id,role,target_kind,target\np1,secretary,planet,v1\n,secretary,area,v1\n"
    with warned(gm.GridmapWarning, match="2 findings in pins.csv") as caught:
        pins = gm.read_pins(written(tmp_path / "pins.csv", text))
    assert len(pins) == 2
    assert "row 3: a duty set by hand that lacks a value" in str(caught[0].message)
    assert "row 2: an unknown kind of target; write one of zone, area, site, household" in str(
        caught[0].message
    )


def test_a_table_without_targets_is_refused(tmp_path):
    with pytest.raises(gm.TableError, match=r"no column target \(对象\)"):
        gm.read_pins(written(tmp_path / "pins.csv", "official_id,role,target_kind\np1,secretary,area\n"))
